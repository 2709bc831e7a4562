"""The widgets: pages of rows that are drawn line by line, and the single rows around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from assistant.tui.rows import Row, row_width

STYLES = (
    "text", "quiet", "heading", "user", "mark", "asked", "question", "number", "receipt", "alert",
    "alert-mark", "error", "leader", "bar", "rise", "fall", "section", "key", "matched", "tab", "tab-here",
    "chosen", "rule", "line", "line-0", "line-1", "line-2", "line-3", "line-4", "line-5",
)  # fmt: skip
"""The names a span may use; each is a component class `rows--NAME`."""


_CLICKED = ("number", "key", "tab")
"""Styles of what a click chooses."""


class Wrapping(Protocol):
    """Anything that can be wrapped to a width."""

    def rows(self, width: int) -> list[Row]:
        """Return the rows at a width."""


ROW_CLASSES = frozenset(f"rows--{name}" for name in STYLES)
"""Component classes of every screen that shows rows."""


class Painter:
    """Turns rows into strips in the styles of one widget's screen."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}

    def forget(self) -> None:
        """Look the styles up anew."""
        self._styles.clear()

    def style(self, name: str) -> Style:
        """Return the style of a span."""
        found = self._styles.get(name)
        if found is None:
            screen = self._widget.screen
            own = screen.get_component_rich_style(f"rows--{name}", partial=True)
            found = self._styles[name] = self._widget.rich_style + own
        return found

    def strip(self, row: Row, width: int) -> Strip:
        """Return a row as a strip of `width` columns."""
        segments = [Segment(text, self.style(name)) for text, name in row if text]
        return Strip(segments, row_width(row)).adjust_cell_length(width, self.style("text"))


class Page(ScrollView, can_focus=False):
    """Blocks of text wrapped once for a width and drawn line by line; a turn costs the same at any length."""

    def __init__(self, *, follows: bool = False, sinks: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._painter = Painter(self)
        self._follows = follows
        """Whether the newest line stays on the screen."""
        self._sinks = sinks
        """Whether a short text lies at the bottom."""
        self._blocks: list[Wrapping] = []
        self._rows: list[Row] = []
        self._width = 0
        self._strips: dict[int, Strip] = {}

    @property
    def allow_select(self) -> bool:
        """Let the mouse mark text for copying."""
        return True

    @property
    def rows(self) -> Sequence[Row]:
        """Return the rows at the present width."""
        return self._rows

    @property
    def plain(self) -> str:
        """Return the text of all rows."""
        return "\n".join("".join(text for text, _ in row) for row in self._rows)

    def show(self, blocks: Iterable[Wrapping]) -> None:
        """Replace everything; reading begins at the top unless the page follows its newest line."""
        self._blocks = list(blocks)
        self._wrap_all()
        if not self._follows:
            self.scroll_to(y=0, animate=False)

    def add(self, blocks: Iterable[Wrapping]) -> None:
        """Append blocks."""
        new = list(blocks)
        self._blocks.extend(new)
        if self._width <= 0:
            return
        for block in new:
            self._rows.extend(block.rows(self._width))
        self._resized_text()

    def height_of(self, blocks: Iterable[Wrapping]) -> int:
        """Return how many rows `blocks` would take."""
        return sum(len(block.rows(max(self._width, 1))) for block in blocks)

    def _wrap_all(self) -> None:
        if self._width > 0:
            self._rows = [row for block in self._blocks for row in block.rows(self._width)]
            self._resized_text()

    def _resized_text(self) -> None:
        self._strips.clear()
        self.virtual_size = Size(self._width, len(self._rows))
        if self._follows:
            self.scroll_end(animate=False, immediate=True)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew where the width has changed."""
        # measured with the bar in place, since it comes and goes while a hidden page is laid out
        width = self.content_region.width - self.styles.scrollbar_size_vertical
        if width != self._width:
            self._width = width
            self._wrap_all()
        elif self._follows:
            self._strips.clear()
            self.scroll_end(animate=False, immediate=True)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old styles."""
        self._painter.forget()
        self._strips.clear()
        super().notify_style_update()

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the marked text."""
        self._strips.clear()
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the marked text."""
        return selection.extract(self.plain), "\n"

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        size = self.scrollable_content_region.size
        place = self.scroll_offset.y + y
        if self._sinks and len(self._rows) < size.height:
            place -= size.height - len(self._rows)
        if not 0 <= place < len(self._rows):
            return Strip.blank(size.width, self._painter.style("text"))
        strip = self._strips.get(place)
        if strip is None:
            strip = self._draw(place, size.width)
            self._strips[place] = strip
        return strip

    def _draw(self, place: int, width: int) -> Strip:
        strip = self._painter.strip(self._rows[place], width)
        selection = self.text_selection
        span = selection.get_span(place) if selection is not None else None
        if span is not None:
            start, end = span
            end = width if end == -1 else end
            marked = self.screen.get_component_rich_style("screen--selection")
            before, middle, behind = (strip.crop(0, start), strip.crop(start, end), strip.crop(end, width))
            strip = Strip.join([before, middle.apply_style(marked), behind])
        return strip.apply_offsets(0, place)


class Pane(Widget, can_focus=False):
    """Rows that are made to measure: a function is given the width and the height and returns what fits."""

    def __init__(
        self,
        make: Callable[[int, int], Sequence[Row]],
        *,
        id: str | None = None,
        grows: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._painter = Painter(self)
        self._make = make
        self._grows = grows
        """Whether the rows decide the height."""
        self._rows: Sequence[Row] | None = None
        self._measured: tuple[int, int] | None = None

    class Chosen(Message):
        """A numbered option, a key or a tab was clicked."""

        def __init__(self, number: str) -> None:
            self.number = number
            super().__init__()

    @property
    def plain(self) -> str:
        """Return the text of all rows."""
        return "\n".join("".join(text for text, _ in row) for row in self._present())

    def update(self) -> None:
        """Make the rows anew."""
        self._measured = None
        self.refresh(layout=self._grows)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows there are."""
        return len(self._make(width, container.height)) if self._grows else container.height

    def notify_style_update(self) -> None:
        """Forget the old styles."""
        self._painter.forget()
        super().notify_style_update()

    def _present(self) -> Sequence[Row]:
        size = self.content_size
        if self._measured != size or self._rows is None:
            self._rows = self._make(size.width, size.height)
            self._measured = size
        return self._rows

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        rows, width = self._present(), self.content_size.width
        row = rows[y] if y < len(rows) else ()
        return self._painter.strip(row, width)

    def on_click(self, event: events.Click) -> None:
        """Tell which numbered option lies under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= len(rows := self._present()):
            return
        column, number = 0, ""
        for text, style in rows[offset.y]:
            column += row_width(((text, style),))
            number = text.strip() if style in _CLICKED else number if text.strip() else ""
            if offset.x < column:
                break
        if number:
            self.post_message(self.Chosen(number))
