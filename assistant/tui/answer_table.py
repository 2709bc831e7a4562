"""A page of rows of which one is selected."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from assistant.tui.answer_rows import LEAD
from assistant.tui.widgets import Page, Wrapping


class AnswerTable(Page):
    """Rows of which one is selected."""

    COMPONENT_CLASSES = {"table--selected"}

    class Picked(Message):
        """A row was clicked."""

        def __init__(self, place: int, twice: bool) -> None:
            self.place = place
            self.twice = twice
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.selected = -1
        """The row that is selected; -1 for none."""

    def fill(self, blocks: Iterable[Wrapping]) -> None:
        """Replace the rows, and stay where reading was."""
        self._blocks = list(blocks)
        self._wrap_all()

    def select(self, place: int) -> None:
        """Select a row and bring it on the screen."""
        self.selected = place
        self._strips.clear()
        self.refresh()
        self._uncover()

    def _uncover(self) -> None:
        height = self.scrollable_content_region.height
        if height <= 0 or self.selected < 0:
            return
        top = self.scroll_offset.y
        if not top <= self.selected < top + height:
            top = self.selected if self.selected < top else self.selected - height + 1
            self.scroll_to(y=top, animate=False, force=True)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the selected row on the screen; the page wraps by itself."""
        self.call_after_refresh(self._uncover)

    def on_click(self, event: events.Click) -> None:
        """Tell which row was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None:
            self.post_message(self.Picked(offset.y + self.scroll_offset.y, event.chain > 1))

    def _draw(self, place: int, width: int) -> Strip:
        strip = super()._draw(place, width)
        if place != self.selected:
            return strip
        sign = self._painter.strip((("> ", "key"),), LEAD)
        style = self.get_component_rich_style("table--selected", partial=True)
        segments = [*sign, *strip.crop(LEAD, width)]
        return Strip(Segment.apply_style(segments, post_style=style), width)
