"""The one-page sheet of an interview: to read, to write into a file, to take one sentence along."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from assistant.report import FORMATS
from assistant.session import Interview, Utterance
from assistant.tui.keys import Action, ActionScreen, bindings
from assistant.tui.messages import with_bars
from assistant.tui.rows import Block, Row, justified, safe, wrapped
from assistant.tui.widgets import Page, Pane

Send = Callable[[str], Sequence[Utterance]]
"""Carries out a command as if it had been typed."""


class ReportScreen(ActionScreen[None]):
    """The sheet as text; the keys below write it."""

    ACTIONS = (
        Action("html", "h", "write('html')", "HTML", "write the sheet as a page to print", "/report html"),
        Action("markdown", "m", "write('md')", "Markdown", "write the sheet as Markdown", "/report md"),
        Action("text", "t", "write('txt')", "Text", "write the sheet as plain text", "/report txt"),
        Action("json", "j", "write('json')", "JSON", "write the sheet for other programs", "/report json"),
        Action(
            "copy", "c,ctrl+t", "copy", "Copy sentence", "copy one sentence on the certainty scale", "/copy"
        ),
        Action(
            "light",
            "ctrl+l",
            "app.light_dark",
            "Light",
            "change between light and dark",
            "/light",
            shown=False,
        ),
        Action("page_up", "pageup,up", "turn(-1)", "Up", "read further up", shown=False),
        Action("page_down", "pagedown,down,space", "turn(1)", "Down", "read further down", shown=False),
        Action("close", "escape,q,ctrl+r", "close", "Back", "go back to the interview"),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, interview: Interview, send: Send) -> None:
        super().__init__()
        self.interview = interview
        self._send = send
        self._told = ""

    def compose(self) -> ComposeResult:
        """Lay the screen out from top to bottom."""
        yield Pane(self._heading, id="page-heading")
        yield Page(id="page")
        yield Pane(self._written, id="written", grows=True)
        yield Pane(lambda width, height: [self.key_row(width)], id="keys")

    def on_mount(self) -> None:
        """Show the sheet."""
        self.query_one(Page).show(
            [Block(with_bars(safe(FORMATS["txt"](self.interview))), titled=True, hanging=2)]
        )

    def _heading(self, width: int, height: int) -> Sequence[Row]:
        return [justified([("Report", "heading")], [("arrows and PgUp PgDn read", "quiet")], width)]

    def _written(self, width: int, height: int) -> Sequence[Row]:
        return [((line, "receipt"),) for line in wrapped(safe(self._told), width)] if self._told else []

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """Do what a clicked key does."""
        self.pressed(message.number)

    def tell(self, text: str) -> None:
        """Show what came of a key."""
        self._told = text
        self.query_one("#written", Pane).update()

    def action_write(self, form: str) -> None:
        """Write the sheet."""
        self._send(f"/report {form}")

    def action_copy(self) -> None:
        """Copy one sentence."""
        self._send("/copy")

    def action_turn(self, direction: int) -> None:
        """Read further up or down."""
        page = self.query_one(Page)
        page.scroll_relative(y=direction * max(page.size.height - 1, 1), animate=False)

    def action_close(self) -> None:
        """Go back to the interview."""
        self.dismiss()
