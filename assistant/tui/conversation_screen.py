"""What the interview and its replay have in common: a conversation, something beside it, pages that lie over both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from assistant.tui.keys import ActionScreen
from assistant.tui.lines import LEAST, too_small_rows
from assistant.tui.rows import Block, Row, justified, safe
from assistant.tui.widgets import Page, Pane


class ConversationScreen(ActionScreen[None]):
    """A conversation that follows its newest line, and a pane beside it from 80 columns, in its place below."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-medium"), (100, "-wide"), (160, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-tall")]

    IN_LINES: ClassVar[str]
    """The command that does the same line by line."""

    _page_title = ""

    def compose_upper(self) -> ComposeResult:
        """Lay out what lies above the lines of the screen's own."""
        yield Pane(self.make_title, id="title")
        with Horizontal(id="body"):
            yield Page(follows=True, sinks=True, id="conversation")
            yield Pane(self.make_side, id="side")
        with Vertical(id="reading"):
            yield Pane(self._page_heading, id="page-heading")
            yield Page(id="page")

    def compose_lower(self) -> ComposeResult:
        """Lay out the row of keys, and what a window says that is too small."""
        yield Pane(lambda width, height: [self.key_row(width)], id="keys")
        yield Pane(self._too_small, id="small")

    def make_title(self, width: int, height: int) -> Sequence[Row]:
        """Return the first line."""
        raise NotImplementedError

    def make_side(self, width: int, height: int) -> Sequence[Row]:
        """Return what stands beside the conversation."""
        raise NotImplementedError

    def _page_heading(self, width: int, height: int) -> Sequence[Row]:
        closes = f"PgUp PgDn read, {self.key('close')} closes"
        return [justified([(self._page_title, "heading")], [(closes, "quiet")], width)]

    def _too_small(self, width: int, height: int) -> Sequence[Row]:
        return too_small_rows(self.size.width, self.size.height, self.IN_LINES)

    @property
    def conversation(self) -> Page:
        """Return the conversation."""
        return self.query_one("#conversation", Page)

    @property
    def narrow(self) -> bool:
        """Say whether there is room for one thing at a time."""
        return self.has_class("-narrow")

    @property
    def shown_page(self) -> str:
        """Return the title of the page that is read; empty where none is."""
        return self._page_title if self.has_class("-reading") else ""

    def update_panes(self) -> None:
        """Make all panes anew."""
        for pane in self.query(Pane):
            pane.update()

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the window is too small, and let the title take over from a hidden pane."""
        small = event.size.width < LEAST[0] or event.size.height < LEAST[1]
        self.set_class(small, "-small")
        self.update_panes()

    def open_page(self, title: str, blocks: Sequence[Block]) -> None:
        """Lay a page over the conversation."""
        self._page_title = safe(title)
        self.add_class("-reading")
        page = self.query_one("#page", Page)
        page.show([replace(block, gap=block.gap and number > 0) for number, block in enumerate(blocks)])
        self.query_one("#page-heading", Pane).update()

    def close_page(self) -> None:
        """Go back to the conversation."""
        self.remove_class("-reading")

    def action_turn(self, direction: int) -> None:
        """Read further up or down."""
        page = self.query_one("#page", Page) if self.shown_page else self.conversation
        page.scroll_relative(y=direction * max(page.size.height - 1, 1), animate=False)
