"""A page of entries of which one is chosen, by keys or by the mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from assistant.tui.rows import Row
from assistant.tui.widgets import Page

_MARK = 2
"""Columns in front of each row, for the sign of the chosen one."""

_GAP = 1
"""Columns between the rows and the scroll bar."""

AROUND = _MARK + _GAP + 1
"""Columns that an entry loses to the mark, the gap and the scroll bar."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on the page."""

    make: Callable[[int], list[Row]]
    """Returns its rows at a width."""

    key: str = ""
    """What it is called when it is chosen; empty for a title, which cannot be chosen."""

    def rows(self, width: int) -> list[Row]:
        """Return the rows at a width."""
        return self.make(width)


class Choices(Page):
    """Entries one below another; the chosen one is marked with `>` and kept on the screen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries: Sequence[Entry] = ()
        self._keys: list[str] = []
        """For each row the key of its entry."""
        self.chosen = ""
        self._active = False

    class Chosen(Message):
        """An entry was clicked."""

        def __init__(self, choices: Choices, key: str) -> None:
            self.choices = choices
            self.key = key
            """Of the entry."""
            super().__init__()

    @property
    def active(self) -> bool:
        """Say whether the keys act here, so that the chosen entry is highlighted as well."""
        return self._active

    @active.setter
    def active(self, active: bool) -> None:
        self._active = active
        self._strips.clear()
        self.refresh()

    def offer(self, entries: Iterable[Entry], chosen: str) -> None:
        """Show entries, with the one of the key `chosen` chosen, or else the first."""
        self._entries = tuple(entries)
        keys = self._choosable
        self.chosen = chosen if chosen in keys else keys[0] if keys else ""
        self._wrap_all()

    def choose(self, key: str) -> None:
        """Choose another entry."""
        self.offer(self._entries, key)

    def neighbour(self, step: int) -> str:
        """Return the key of the entry `step` further, or of the last one on the way."""
        keys = self._choosable
        if not keys:
            return ""
        return keys[max(min(keys.index(self.chosen) + step, len(keys) - 1), 0)]

    @property
    def _choosable(self) -> list[str]:
        return [entry.key for entry in self._entries if entry.key]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows there are."""
        inner = max(width - AROUND, 1)
        return sum(len(entry.rows(inner)) for entry in self._entries)

    def _wrap_all(self) -> None:
        if self._width <= 0:
            return
        self._rows, self._keys = [], []
        for entry in self._entries:
            chosen = bool(entry.key) and entry.key == self.chosen
            for number, row in enumerate(entry.rows(max(self._width - _MARK - _GAP, 1))):
                sign = "> " if chosen and number == 0 else "  "
                self._rows.append(((sign, "user"), *row))
                self._keys.append(entry.key)
        self._resized_text()
        self._reveal()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the chosen entry on the screen."""
        self._reveal()

    def _reveal(self) -> None:
        height = self.scrollable_content_region.height
        places = [place for place, key in enumerate(self._keys) if key and key == self.chosen]
        if not places or height <= 0:
            return
        first, last = places[0], places[-1]
        titles = 0
        while first - titles > 0 and not self._keys[first - titles - 1]:
            titles += 1
        top = round(self.scroll_offset.y)
        wanted = min(max(top, last - height + 1), first - titles)
        if last - wanted >= height:
            # the entry comes before its title
            wanted = min(last - height + 1, first)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True, force=True)

    def _draw(self, place: int, width: int) -> Strip:
        strip = super()._draw(place, width)
        if not self._active or not self._keys[place] or self._keys[place] != self.chosen:
            return strip
        chosen = self._painter.style("chosen")
        # dim on a reversed row could not be read
        over = Style(bgcolor=chosen.bgcolor, bold=chosen.bold, reverse=chosen.reverse, dim=False)
        return Strip(Segment.apply_style(strip, post_style=over), strip.cell_length)

    def on_click(self, event: events.Click) -> None:
        """Tell which entry lies under the mouse."""
        offset = event.get_content_offset(self)
        place = -1 if offset is None else offset.y + round(self.scroll_offset.y)
        if 0 <= place < len(self._keys) and self._keys[place]:
            self.post_message(self.Chosen(self, self._keys[place]))
