"""What the user has set: the configuration file, and the theme that was last chosen."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import UsageError, nearest
from assistant.locations import config_file, state_folder

THEMES = ("dark", "light")

_SETTINGS = ("theme", "ascii", "keys")

_NAMED_KEYS = (
    *(f"f{number}" for number in range(1, 25)),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("enter", "escape", "tab", "backspace"),
)
_CHARACTERS = frozenset(string.ascii_lowercase + string.digits)
_SIGNS = (
    *("backslash", "right_square_bracket", "circumflex_accent", "underscore"),
    *("plus", "minus", "comma", "full_stop", "slash", "question_mark", "space"),
)
"""Signs that keyboards have, as Textual names them."""

_KEYS = (*_NAMED_KEYS, *sorted(_CHARACTERS), *_SIGNS)

_MODIFIERS = ("alt", "ctrl", "shift", "super", "hyper", "meta")

_SENT_AS = {"ctrl+i": "tab", "ctrl+m": "enter"}
"""Keys that a terminal sends as others."""

_SYNTAX = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
"""Where tomllib found that a file is no TOML."""

_HEADER = re.compile(r"\s*\[+([^\]#]+)\]+\s*(?:#.*)?$")
_ASSIGNED = re.compile(r"\s*([\w\s.\"'-]+?)\s*=")


@dataclass(frozen=True, slots=True)
class Settings:
    """What stands in the configuration file; None is for what does not."""

    theme: str | None = None
    """One of THEMES; where left out, the one kept from last time."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Action -> its keys as Textual spells them, several with commas between."""

    ascii: bool | None = None
    """Whether bars and lines are drawn in ASCII; where left out, the terminal decides."""


def read_settings(
    path: Path | None = None, *, actions: Mapping[str, str] | None = None, taken: Collection[str] = ()
) -> Settings:
    """Return the settings of a file; the defaults where there is none.

    Args:
        path: the file; the one of locations.py when left out.
        actions: action -> its usual keys, with commas between; None where no action is to be checked.
        taken: keys that edit or send what is typed, which no other action may take.

    Raises:
        UsageError: with every problem of the file, one a line.
    """
    path = path or config_file()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError:
        raise UsageError(f"{path}:1: this is no UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}; make it readable, or remove it") from None
    return _SettingsReader(path, text, actions, taken).settings()


def example_settings(actions: Mapping[str, str], does: Mapping[str, str] | None = None) -> str:
    """Return a configuration file that names every option and sets none.

    Args:
        actions: action -> its usual keys, with commas between.
        does: action -> what it does, in a few words.
    """
    told = does or {}
    lines = [
        "# emh configuration; take away the # before what you want to set",
        "",
        '# theme = "light"    # dark or light; Ctrl+L changes it for now, and is kept when nothing is set here',
        "# ascii = true       # bars and lines in ASCII; left out, the terminal decides",
        "",
        '[keys]               # as "f1", "ctrl+r" or "alt+down"; several with commas between',
    ]
    settings = {name: f'# {name} = "{keys}"' for name, keys in actions.items()}
    width = max(map(len, settings.values()), default=0)
    for name, setting in settings.items():
        lines.append(f"{setting:<{width}}  # {told[name]}" if name in told else setting)
    return "\n".join(lines) + "\n"


def kept_theme() -> str | None:
    """Return the theme that was last chosen with Ctrl+L, if one was kept."""
    try:
        name = _theme_file().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name in THEMES else None


def keep_theme(name: str) -> None:
    """Keep a theme for the next time; where nothing can be written, it is for this time only."""
    path = _theme_file()
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.write_text(f"{name}\n", encoding="utf-8")
        beside.replace(path)
    except OSError:
        # a theme is not worth an error
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _theme_file() -> Path:
    return state_folder() / "theme"


class _SettingsReader:
    """Reads one file, collecting every problem with its line."""

    def __init__(
        self, path: Path, text: str, actions: Mapping[str, str] | None, taken: Collection[str]
    ) -> None:
        self.path = path
        self.text = text
        self.actions = actions
        self.taken = taken
        self._lines = dict(_lines(text))
        self._problems: list[tuple[int, str]] = []

    def settings(self) -> Settings:
        """Return what the file sets, or raise every problem found."""
        data = self._data()
        for name in data.keys() - set(_SETTINGS):
            told = nearest(name, _SETTINGS) or f"; there are {', '.join(_SETTINGS)}"
            self._problem(("", name), f"there is no setting {name!r}{told}")
        theme, ascii_only = data.get("theme"), data.get("ascii")
        if theme is not None and theme not in THEMES:
            hint = nearest(theme, THEMES) if isinstance(theme, str) else ""
            self._problem(("", "theme"), f"there is no theme {theme!r}{hint or self._all_of(THEMES)}")
        if ascii_only is not None and not isinstance(ascii_only, bool):
            self._problem(("", "ascii"), f"ascii is true or false, not {ascii_only!r}")
        keys = self._keys(data.get("keys", {}))
        if self._problems:
            raise UsageError(
                "\n".join(f"{self.path}:{line}: {told}" for line, told in sorted(self._problems))
            )
        return Settings(theme, keys, ascii_only)

    def _data(self) -> dict[str, Any]:
        import tomllib

        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            place = _SYNTAX.search(str(error))
            line = (place and place[1]) or max(len(self.text.splitlines()), 1)
            told = _SYNTAX.sub("", str(error))
            raise UsageError(
                f"{self.path}:{line}: this is no TOML ({told}); write name = value, with text in quotes"
            ) from None
        except (ValueError, RecursionError):
            raise UsageError(
                f"{self.path}:1: no configuration is nested that deep, or holds such a number; "
                "`emh locate config --example` prints one"
            ) from None

    def _keys(self, data: object) -> dict[str, str]:
        """Return action -> keys as Textual spells them."""
        if not isinstance(data, dict):
            self._problem(
                ("", "keys"), f"keys is a table of actions, not {data!r}; write [keys] on its own line"
            )
            return {}
        found: dict[str, list[str]] = {}
        for action, spelled in data.items():
            place = ("keys", action)
            if self.actions is not None and action not in self.actions:
                hint = nearest(action, self.actions) or self._all_of(self.actions)
                self._problem(place, f"there is no action {action!r}{hint}")
            if not isinstance(spelled, str):
                self._problem(place, f'{action} takes keys as text, as "f1" or "ctrl+r,f9", not {spelled!r}')
                continue
            found[action] = [key for one in spelled.split(",") if (key := self._key(one, place)) is not None]
        self._check_owners(found)
        return {action: ",".join(dict.fromkeys(keys)) for action, keys in found.items()}

    def _key(self, spelled: str, place: tuple[str, str]) -> str | None:
        """Return a key as Textual spells it, its modifiers by name; None with a problem where it is none."""
        *modifiers, key = (part.strip() for part in spelled.lower().split("+"))
        for name, known in (*((one, _MODIFIERS) for one in modifiers), (key, _KEYS)):
            if name not in known:
                hint = nearest(name, known) or "; keys are spelled as f1, ctrl+s and alt+down"
                self._problem(place, f"there is no key {spelled.strip()!r}{hint}")
                return None
        whole = "+".join([*sorted(set(modifiers)), key])
        typed = key in _CHARACTERS or key in _SIGNS
        if typed and set(modifiers) <= {"shift"} and whole not in self._usual(place[1]):
            self._problem(place, f"{spelled.strip()} is typed in a reply; put ctrl+ or alt+ before it")
            return None
        return _SENT_AS.get(whole, whole)

    def _usual(self, action: str) -> Collection[str]:
        """Return the keys that an action has when nothing is set."""
        return (self.actions or {}).get(action, "").split(",")

    def _check_owners(self, found: Mapping[str, list[str]]) -> None:
        """Find keys that two actions would have, or that the input needs."""
        owners: dict[str, str] = {}
        for action in self.actions or ():
            if action not in found:
                owners.update(dict.fromkeys(self._usual(action), action))
        for action, keys in found.items():
            for key in dict.fromkeys(keys):
                owner = owners.setdefault(key, action)
                # two screens may have a key in common when nothing is set, and so may they afterwards
                shared = key in self._usual(action) and key in self._usual(owner)
                if owner != action and not shared:
                    told = (
                        f"{key} is the key of {owner} already; choose another, or give {owner} one of its own"
                    )
                    self._problem(("keys", action), told)
                elif key in self.taken and key not in self._usual(action):
                    self._problem(("keys", action), f"{key} edits or sends what is typed; choose another")

    def _problem(self, place: tuple[str, str], told: str) -> None:
        """Note a problem at a name of a table; where the name is not found, at the table or the first line."""
        line = self._lines.get(place) or self._lines.get(("", place[0])) or 1
        self._problems.append((line, told))

    @staticmethod
    def _all_of(names: Collection[str]) -> str:
        return f"; there are {', '.join(names)}"


def _lines(text: str) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield (table, name) and the line of every name that a file assigns; tomllib does not tell it."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        header, assigned = _HEADER.match(line), _ASSIGNED.match(line)
        if header is not None:
            table = ".".join(_parts(header[1]))
            yield ("", _parts(header[1])[0]), number
        elif assigned is not None:
            first, *rest = _parts(assigned[1])
            yield (table, first), number
            if rest:
                yield (first, rest[0]), number


def _parts(name: str) -> list[str]:
    return [part.strip(" \t\"'") for part in name.split(".")]
