"""The input: one line that grows, keeps a paste whole, and remembers what was sent."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from assistant.session.commands import COMMANDS

LONGEST_PASTE = 20_000
"""Characters of a paste that are shown; a longer one stands as a line of its own and is sent whole."""

_SHIFT = 0xF0000
"""Added to a character that must not reach the terminal, so that it shows as a box and can be restored."""

_HIDDEN = (
    *range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, *range(0x200B, 0x2010),
    *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC),
)  # fmt: skip
"""Control, bidirectional and invisible characters; tab and line feed are none."""

_BOX = {code: code + _SHIFT for code in _HIDDEN}
_UNBOX = {boxed: code for code, boxed in _BOX.items()}


def boxed(text: str) -> str:
    """Return `text` with each character that steers or hides as a private one, one for one."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_BOX)


def unboxed(text: str) -> str:
    """Return what `boxed` was given."""
    return text.translate(_UNBOX)


_GIVEN_UP = frozenset(("f6", "f7", "pageup", "pagedown"))
"""Keys of a text area that mean little in a few lines of text; the screen has a use for them."""


class ReplyBox(TextArea, inherit_bindings=False):
    """Where the user types. Enter sends; nothing that was typed or pasted is lost."""

    BINDINGS = [
        *(one for one in TextArea.BINDINGS if isinstance(one, Binding) and one.key not in _GIVEN_UP),
        Binding("ctrl+j,shift+enter,alt+enter", "new_line", "New line", show=False),
        Binding("tab", "complete", "Complete a /command", show=False),
    ]

    @classmethod
    def editing_keys(cls) -> frozenset[str]:
        """Return the keys that edit or send what is typed; no action may take one."""
        named = (one.key.split(",") for one in cls.BINDINGS if isinstance(one, Binding))
        return frozenset(("enter", *(key.strip() for keys in named for key in keys)))

    class Sent(Message):
        """The user pressed Enter."""

        def __init__(self, text: str, narrative: bool) -> None:
            self.text = text
            self.narrative = narrative
            """Whether it was pasted in several lines."""
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, highlight_cursor_line=False, soft_wrap=True)
        self._sent: list[str] = []
        self._place = 0
        """Where in the history the user looks; its length is the draft."""
        self._draft = ""
        self._long: dict[str, str] = {}
        """Placeholder line -> the long paste it stands for."""

    # -- what is in it

    @property
    def written(self) -> str:
        """Return the whole text, long pastes and hidden characters included."""
        text = self.text
        for placeholder, paste in self._long.items():
            text = text.replace(placeholder, paste)
        return unboxed(text)

    def put(self, shown: str) -> None:
        """Put a text in as it was shown, the cursor at its end."""
        self.text = shown
        self.move_cursor(self.document.end)

    def bring_back(self) -> None:
        """Put the text in again that was sent last."""
        if self._sent and not self.text:
            self.put(self._sent[-1])

    def insert_typed(self, text: str) -> None:
        """Insert at the cursor as if typed."""
        result = self._replace_via_keyboard(boxed(text), *self.selection)
        if result is not None:
            self.move_cursor(result.end_location)

    def send(self) -> None:
        """Hand the text over and begin with an empty line."""
        text, shown = self.written, self.text
        if shown.strip() and (not self._sent or self._sent[-1] != shown):
            self._sent.append(shown)
        self._place, self._draft = len(self._sent), ""
        self.clear()
        self.history.clear()
        self.post_message(self.Sent(text, "\n" in text.strip()))

    # -- keys

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.send()
            return
        await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = boxed(event.text)
        if "\n" not in text.strip("\n"):
            # a line is often copied with its end
            text = text.strip("\n")
        if len(text) > LONGEST_PASTE:
            # a text area takes seconds to wrap a megabyte, and every key after it takes long too
            lines = text.count("\n") + 1
            number = f" {len(self._long) + 1}" if self._long else ""
            counted = f"{lines:,} lines" if lines > 1 else "1 line"
            placeholder = f"[pasted text{number}: {counted}, {len(text):,} characters]"
            self._long[placeholder] = text
            text = placeholder
        result = self._replace_via_keyboard(text, *self.selection)
        if result is not None:
            self.move_cursor(result.end_location)
        self.focus()

    def action_new_line(self) -> None:
        """Begin another line without sending."""
        self.insert_typed("\n")

    def action_cursor_up(self, select: bool = False) -> None:
        """Go a line up, above the first one to what was sent before."""
        if self.cursor_at_first_line and not select and self._sent and self._place > 0:
            if self._place == len(self._sent):
                self._draft = self.text
            self._place -= 1
            self.put(self._sent[self._place])
            return
        super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Go a line down, below the last one to what was sent later, and to the draft."""
        if self.cursor_at_last_line and not select and self._place < len(self._sent):
            self._place += 1
            self.put(self._draft if self._place == len(self._sent) else self._sent[self._place])
            return
        super().action_cursor_down(select)

    def action_undo(self) -> None:
        """Take back typing; in an empty line take back the last answer."""
        if self.text:
            super().action_undo()
        else:
            self.post_message(self.Sent("/undo", narrative=False))

    def update_suggestion(self) -> None:
        """Offer the rest of a /command."""
        text = self.text
        rest = ""
        if text.startswith("/") and len(text) > 1 and " " not in text and self.cursor_at_end_of_text:
            match = next((name for name in COMMANDS if name.startswith(text[1:].lower())), "")
            rest = match[len(text) - 1 :]
        self.suggestion = rest

    def action_complete(self) -> None:
        """Take the offered rest of a /command."""
        if self.suggestion:
            self.insert_typed(self.suggestion)
