"""Where knowledge, scripts, transcripts and settings lie: environment, install or checkout."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.errors import UsageError

__version__ = "0.1.0"
"""Of the program; pyproject.toml reads it from here."""

_PACKAGE = Path(__file__).resolve().parent


def knowledge_folder() -> Path:
    """Return the folder of the knowledge: $EMH_KNOWLEDGE, the wheel's copy, or the checkout's."""
    return _data_folder("knowledge", "EMH_KNOWLEDGE")


def dialogs_folder() -> Path:
    """Return the folder of the scripts: $EMH_DIALOGS, the wheel's copy, or the checkout's."""
    return _data_folder("dialogs", "EMH_DIALOGS")


def sessions_folder() -> Path:
    """Return the folder of saved interviews: $EMH_SESSIONS or the XDG state folder; not created here."""
    named = os.environ.get("EMH_SESSIONS")
    return expanded(named) if named else state_folder() / "sessions"


def state_folder() -> Path:
    """Return the folder of what the program keeps: $EMH_STATE or the XDG state folder; not created here."""
    named = os.environ.get("EMH_STATE")
    if named:
        return expanded(named)
    from platformdirs import user_state_path

    return user_state_path("emh", appauthor=False)


def config_file() -> Path:
    """Return the file of the settings: $EMH_CONFIG or the XDG config folder's; it need not exist."""
    named = os.environ.get("EMH_CONFIG")
    if named:
        return expanded(named)
    from platformdirs import user_config_path

    return user_config_path("emh", appauthor=False) / "config.toml"


def cache_folder() -> Path:
    """Return the folder of what later starts need not work out again: $EMH_CACHE or the XDG cache folder."""
    named = os.environ.get("EMH_CACHE")
    if named:
        return expanded(named)
    from platformdirs import user_cache_path

    return user_cache_path("emh", appauthor=False)


def expanded(name: str | Path) -> Path:
    """Return a path with `~` as the home folder.

    Raises:
        UsageError: it begins with the name of a user that there is not.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise UsageError(f"{name}: there is no such home folder; write the folder out") from None


def _data_folder(name: str, variable: str) -> Path:
    named = os.environ.get(variable)
    if named:
        folder = expanded(named)
        if not folder.is_dir():
            raise UsageError(
                f"{variable} names {folder}, which is no folder; unset it or name the {name} folder"
            )
        return folder
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise UsageError(f"the {name} folder is missing; reinstall emh, or set {variable} to a folder")


def version() -> str:
    """Return the program's version."""
    # importlib.metadata brings a parser of e-mail along, which costs more than reading the knowledge
    return __version__
