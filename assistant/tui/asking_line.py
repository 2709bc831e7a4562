"""One line of text asked for at the bottom of the screen: a file name, a note, a turn."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from assistant.tui.reply_box import ReplyBox
from assistant.tui.rows import Row, safe, wrapped
from assistant.tui.widgets import ROW_CLASSES, Pane


class LineBox(ReplyBox):
    """An input of one line: a paste joins it, and nothing in it is a command."""

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(" ".join(event.text.split())))
        # the handler of the class above runs after this one unless it is told not to
        event.stop()
        event.prevent_default()

    def action_new_line(self) -> None:
        """Stay on the line."""

    def action_complete(self) -> None:
        """Keep the focus."""

    def action_undo(self) -> None:
        """Take back typing, and no answer."""
        TextArea.action_undo(self)

    def update_suggestion(self) -> None:
        """Offer nothing."""


class AskLine(ModalScreen[str | None]):
    """A box at the bottom with one line to fill in; Enter returns its text, Esc returns None."""

    COMPONENT_CLASSES = set(ROW_CLASSES)
    BINDINGS = [("escape", "leave", "Leave it")]
    AUTO_FOCUS = "#line"

    def __init__(self, title: str, hint: str = "", text: str = "") -> None:
        super().__init__()
        self._title = safe(title)
        self._hint = safe(hint)
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay the box out."""
        with Vertical(id="asking"):
            yield Pane(self._heading, id="asking-heading", grows=True)
            with Horizontal(id="asking-entry"):
                yield Pane(lambda width, height: [((">", "user"),)], id="prompt")
                yield LineBox(id="line")

    def on_mount(self) -> None:
        """Put the first words in, the cursor behind them."""
        self.query_one("#line", LineBox).insert_typed(" ".join(self._text.split()))

    def _heading(self, width: int, height: int) -> list[Row]:
        hint = f"{self._hint}  " if self._hint else ""
        keys: Row = (("Enter", "key"), (" takes it  ", "quiet"), ("Esc", "key"), (" leaves it", "quiet"))
        rows: list[Row] = [((self._title, "heading"),)]
        lines = wrapped(f"{hint}Enter takes it  Esc leaves it", width)
        if len(lines) == 1:
            return [*rows, ((hint, "quiet"), *keys)]
        return [*rows, *(((line, "quiet"),) for line in wrapped(self._hint, width)), keys]

    @on(ReplyBox.Sent)
    def _on_sent(self, message: ReplyBox.Sent) -> None:
        message.stop()
        self.dismiss(message.text)

    def action_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
