"""What stands on the screen while the knowledge is read: a title, and whatever is typed meanwhile is kept."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static


class OpeningScreen(Screen[None]):
    """The first frame."""

    def __init__(self) -> None:
        super().__init__()
        self.typed = ""
        """What was typed or pasted so far; Enter is a line feed."""

    def compose(self) -> ComposeResult:
        """Say whose frame it is."""
        yield Static("emh  Reading the knowledge ...", id="title", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Keep a sign for the input."""
        # before the terminal is ready it turns Enter into a line feed
        if event.key in ("enter", "ctrl+j"):
            self.typed += "\n"
        elif event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.is_printable and event.character:
            self.typed += event.character

    def on_paste(self, event: events.Paste) -> None:
        """Keep a paste for the input."""
        self.typed += event.text.rstrip("\n")
