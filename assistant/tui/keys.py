"""What can be done on a screen: each action with its keys, its name, and the command that does the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from assistant.settings import Settings
from assistant.tui.rows import Row, row_width
from assistant.tui.widgets import ROW_CLASSES

ResultT = TypeVar("ResultT")

_KEY_NAMES = {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "plus": "+",
    "minus": "-",
    "delete": "Del",
    "tab": "Tab",
    "up": "Up",
    "end": "End",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "equals_sign": "=",
    "question_mark": "?",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done on a screen."""

    id: str
    """As the configuration file names it."""

    keys: str
    """As Textual spells them, several with commas between; the first is shown."""

    run: str
    """The method of the screen, without `action_`, with its arguments."""

    label: str
    """One word for the row of keys."""

    does: str
    """In a few words, for help and palette."""

    command: str = ""
    """What is typed for the same; empty where it only moves about the screen."""

    shown: bool = True
    """Whether it stands in the row of keys."""

    priority: bool = True
    """Whether it comes before what the input makes of the key."""

    @property
    def binding(self) -> Binding:
        """Return what Textual needs."""
        return Binding(
            self.keys,
            self.run,
            self.label,
            show=self.shown,
            priority=self.priority,
            tooltip=self.does,
            id=self.id,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of the palette."""

    label: str
    does: str
    run: Callable[[], object]


class ActionScreen(Screen[ResultT]):
    """A screen whose row of keys, help and palette all come from its ACTIONS."""

    COMPONENT_CLASSES = set(ROW_CLASSES)

    ACTIONS: ClassVar[Sequence[Action]] = ()

    @property
    def _settings(self) -> Settings:
        settings = getattr(self.app, "settings", None)
        return settings if isinstance(settings, Settings) else Settings()

    def key_of(self, action: Action) -> str:
        """Return the first key of an action as keyboards spell it, as the user has set it."""
        return key_name(self._settings.keys.get(action.id, action.keys))

    def key(self, name: str) -> str:
        """Return the first key of the action with the id `name`."""
        return next(self.key_of(action) for action in self.ACTIONS if action.id == name)

    def offers(self) -> Sequence[Offer]:
        """Return what the palette offers here."""
        return [
            Offer(
                f"{action.id.replace('_', ' ').capitalize()}: {action.does}",
                f"{self.key_of(action)}  {action.command}".rstrip(),
                partial(self.run_action, action.run),
            )
            for action in self.ACTIONS
        ]

    def of_use(self, action: Action) -> bool:
        """Say whether an action does something now; those that do nothing are left out of the row of keys."""
        return True

    def key_row(self, width: int) -> Row:
        """Return the row of keys; the last one tells how to leave, so the ones before it give way."""
        parts: list[Row] = [
            ((self.key_of(action).replace("Ctrl+", "^"), "key"), (f" {action.label}", "quiet"))
            for action in self.ACTIONS
            if action.shown and self.of_use(action)
        ]
        gap = 2
        while len(parts) > 2 and sum(map(row_width, parts)) + gap * (len(parts) - 1) > width:
            del parts[-2]
        row: list[tuple[str, str]] = []
        for number, part in enumerate(parts):
            row.extend([(" " * gap if number else "", "quiet"), *part])
        return tuple(row)

    def tell_how_to_leave(self) -> None:
        """Say which key leaves; a screen that does not say it shows it in its row of keys."""

    def pressed(self, key: str) -> None:
        """Do what a key of the row of keys does, when it was clicked."""
        for action in self.ACTIONS:
            if self.key_of(action).replace("Ctrl+", "^") == key:
                self.call_later(self.run_action, action.run)


def key_name(keys: str) -> str:
    """Return the first of `keys` as keyboards spell it: F1, Ctrl+Q."""
    *modifiers, key = keys.partition(",")[0].split("+")
    if len(key) == 1 and not modifiers:
        return key  # a letter stands as it is typed, without Shift
    name = _KEY_NAMES.get(key, key.upper() if len(key) <= 3 else key.capitalize())
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def bindings(actions: Sequence[Action]) -> list[BindingType]:
    """Return the BINDINGS of a screen with these ACTIONS."""
    return [action.binding for action in actions]
