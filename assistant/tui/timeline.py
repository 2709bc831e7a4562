"""The row of turns of a replay: where each stands, what it holds, which is shown; a click goes to one."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from assistant.session.frames import Frame
from assistant.session.player import Player
from assistant.tui.rows import Row, Span, justified, safe, shortened
from assistant.tui.widgets import Pane

WIDEST_CELL = 4
"""Columns of one turn in the timeline of a short interview."""

_MARKS = {"moved": ("!", "alert-mark"), "remark": ("◆", "number"), "answers": ("●", "text")}
"""What a turn holds -> its mark in the timeline; the first that holds is shown."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where each turn stands in a row of `width` columns."""

    player: Player
    width: int

    @property
    def label(self) -> str:
        """Return which turn it is, always as wide."""
        turns = self.player.turns
        return f"Turn {self.player.place:>{len(str(turns))}} of {turns}"

    @property
    def state(self) -> str:
        """Return whether it plays, and how fast."""
        state = "playing" if self.player.playing else "at the end" if self.player.at_end else "paused"
        return f"{state} {self.player.speed:g}x"

    @property
    def start(self) -> int:
        """Return the column of the first turn."""
        return len(self.label) + 2

    @property
    def span(self) -> int:
        """Return the columns of the track."""
        room = max(self.width - self.start - len("at the end 0.25x") - 2, 1)
        return min(room, len(self.player.frames) * WIDEST_CELL)

    def column(self, turn: int) -> int:
        """Return the column of a turn in the track; in a long interview several share one."""
        return turn * self.span // len(self.player.frames)

    def turn_at(self, column: int) -> int | None:
        """Return the turn at a column of the row, None beside the track."""
        if not 0 <= column - self.start < self.span:
            return None
        return max(
            turn for turn in range(len(self.player.frames)) if self.column(turn) <= column - self.start
        )

    def row(self) -> Row:
        """Return the row."""
        here = self.column(self.player.place)
        track: list[Span] = [("━", "bar") if place < here else ("─", "quiet") for place in range(self.span)]
        for kind in reversed(_MARKS):
            for frame in self.player.frames:
                if _holds(frame, kind):
                    track[self.column(frame.number)] = _MARKS[kind]
        track[here] = ("█", "key")
        return justified([(f"{self.label}  ", "section"), *track], [(self.state, "quiet")], self.width)


def _holds(frame: Frame, kind: str) -> bool:
    if kind == "answers":
        return any(one.kind == "receipt" for one in frame.said)
    return bool(frame.moves if kind == "moved" else frame.remark)


def notice_row(text: str, width: int) -> Row:
    """Return a row that tells why nothing happened."""
    return (("· ", "quiet"), (shortened(safe(text), width - 2), "text"))


class TimelinePane(Pane):
    """The row of turns; a click goes to one."""

    class Clicked(Message):
        """A column was clicked."""

        def __init__(self, column: int) -> None:
            self.column = column
            super().__init__()

    def on_click(self, event: events.Click) -> None:
        """Tell the column."""
        event.prevent_default()
        offset = event.get_content_offset(self)
        if offset is not None:
            self.post_message(self.Clicked(offset.x))
