"""Where knowledge, scripts and transcripts lie: environment, install or checkout."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.errors import UsageError

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
    if named:
        return Path(named).expanduser()
    from platformdirs import user_state_path

    return user_state_path("emh", appauthor=False) / "sessions"


def _data_folder(name: str, variable: str) -> Path:
    named = os.environ.get(variable)
    if named:
        folder = Path(named).expanduser()
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
    """Return the program's version; looked up on demand, since the look-up costs 30 ms."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("emh")
    except PackageNotFoundError:
        return "0 (not installed)"
