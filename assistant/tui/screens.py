"""The screen of an interview: what is where, which key does what, and what follows a reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from assistant.errors import AssistantError
from assistant.session import OPENING, STOP, Interview, Pending, Utterance, parse_command
from assistant.tui.messages import (
    earlier_blocks,
    help_blocks,
    is_reading,
    page_title,
    question_block,
    reply_block,
    utterance_blocks,
)
from assistant.tui.panes import progress_row, question_rows, side_rows, title_row
from assistant.tui.reply_box import ReplyBox
from assistant.tui.rows import Block, Row, justified, row_width, safe, wrapped
from assistant.tui.widgets import Page, Pane

LEAST = (60, 16)
"""Columns and rows below which nothing useful fits."""

_KEY_NAMES = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "tab": "Tab", "enter": "Enter"}


def key_name(binding: Binding) -> str:
    """Return a key as keyboards spell it: F1, Ctrl+Q."""
    *modifiers, key = binding.key.partition(",")[0].split("+")
    name = _KEY_NAMES.get(key, key.upper() if len(key) <= 3 else key.capitalize())
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def _key(
    key: str, action: str, label: str, does: str, priority: bool = True, *, show: bool = True
) -> Binding:
    """Return a key: footer, palette and help read it from BINDINGS."""
    return Binding(key, action, label, show=show, priority=priority, tooltip=does)


class InterviewScreen(Screen[None]):
    """The conversation, the live differential beside it, the pending question and the input below."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-medium"), (100, "-wide"), (160, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-tall")]

    BINDINGS = [
        _key("f1", "help", "Help", "the question, the keys, the commands"),
        _key("f2", "say('/summary')", "Summary", "what has been said so far"),
        _key("f3", "say('/why')", "Why", "why this question is asked"),
        _key("f4", "say('/differential')", "All", "the whole differential with its reasons"),
        _key("f5", "say('/tests')", "Tests", "the tests that would tell most now"),
        _key("f6", "side", "Pane", "show or hide the live differential"),
        # without priority, since the input takes it while there is typing to take back
        _key(
            "ctrl+z",
            "say('/undo')",
            "Undo",
            "take back the last answer, or typing while there is some",
            False,
        ),
        _key("ctrl+l", "app.light_dark", "Light", "change between light and dark"),
        _key("ctrl+q", "app.quit_interview", "Quit", "leave; the interview is saved and can be continued"),
        _key("pageup", "turn(-1)", "Page up", "read further up", show=False),
        _key("pagedown", "turn(1)", "Page down", "read further down", show=False),
        _key("escape", "close_page", "Back", "close a page, this one too", False, show=False),
    ]

    def __init__(self, interview: Interview) -> None:
        super().__init__()
        self.interview = interview
        self.last_words = ""
        """What the interview said when it was left."""

        self.unsent = ""
        """What was typed and not sent when it was left."""

        self._question: Utterance | None = None
        self._asked_in_log = True
        """Whether the pending question stands in the conversation already."""
        self._paste_awaited = False
        self._differential_ready = False

    def compose(self) -> ComposeResult:
        """Lay the screen out from top to bottom."""
        yield Pane(self._title, id="title")
        with Horizontal(id="body"):
            yield Page(follows=True, sinks=True, id="conversation")
            yield Pane(self._side, id="side")
        with Vertical(id="reading"):
            yield Pane(self._page_heading, id="page-heading")
            yield Page(id="page")
        yield Pane(self._progress, id="progress")
        yield Pane(self._asked, id="question", grows=True)
        with Horizontal(id="entry"):
            yield Pane(lambda width, height: [((">", "user"),)], id="prompt")
            yield ReplyBox(id="reply")
        yield Pane(self._keys, id="keys")
        yield Pane(self._too_small, id="small")

    def on_mount(self) -> None:
        """Say the first words; the differential follows the first frame, since it loads numpy."""
        said = self.interview.begin()
        self.conversation.add(earlier_blocks(self.interview))
        self._take(said)
        self.query_one("#reply", ReplyBox).focus()
        self.call_after_refresh(self._begin_differential)

    def _begin_differential(self) -> None:
        self._differential_ready = True
        self._update_panes()
        self.run_worker(lambda: self.interview.interpreter, thread=True, exit_on_error=True)

    # -- what is shown

    @property
    def conversation(self) -> Page:
        """Return the conversation."""
        return self.query_one("#conversation", Page)

    def keep_unsent(self) -> None:
        """Remember what was typed and not sent, before the screen is taken down."""
        self.unsent = self.query_one("#reply", ReplyBox).written

    @property
    def _side_hidden(self) -> bool:
        return not self.query_one("#side").display

    def _title(self, width: int, height: int) -> Sequence[Row]:
        brief = self._differential_ready and self._side_hidden
        return [title_row(self.interview, width, brief=brief)]

    def _side(self, width: int, height: int) -> Sequence[Row]:
        return side_rows(self.interview, width, height) if self._differential_ready else []

    def _progress(self, width: int, height: int) -> Sequence[Row]:
        return [progress_row(self.interview, width)]

    def _asked(self, width: int, height: int) -> Sequence[Row]:
        if self._question is None:
            text = "The interview has come to its end. Type to add or correct something; Ctrl+Q leaves."
            return [((line, "quiet"),) for line in wrapped(text, width)]
        return question_rows(self._question.text, self._question.options, width)

    def _page_heading(self, width: int, height: int) -> Sequence[Row]:
        return [justified([(self._page_title, "heading")], [("PgUp PgDn read, Esc closes", "quiet")], width)]

    def _keys(self, width: int, height: int) -> Sequence[Row]:
        parts: list[Row] = [
            ((key_name(binding).replace("Ctrl+", "^"), "key"), (f" {binding.description}", "quiet"))
            for binding in self.listed_bindings()
            if binding.show
        ]
        # the last one tells how to leave, so the ones before it give way
        while len(parts) > 2 and sum(row_width(part) + 2 for part in parts) - 2 > width:
            del parts[-2]
        row: list[tuple[str, str]] = []
        for part in parts:
            row.extend([*([("  ", "text")] if row else []), *part])
        return [tuple(row)]

    def _too_small(self, width: int, height: int) -> Sequence[Row]:
        text = (
            f"The window is too small: {self.size.width} x {self.size.height}. "
            f"emh needs {LEAST[0]} columns and {LEAST[1]} rows. Nothing is lost: make it larger, "
            "or use emh chat --plain."
        )
        return [((line, "text"),) for line in wrapped(text, width)]

    def listed_bindings(self) -> Iterator[Binding]:
        """Yield the keys of this screen in the order they are declared."""
        for binding in self.BINDINGS:
            if isinstance(binding, Binding):
                yield binding

    _page_title = ""

    def _update_panes(self) -> None:
        for pane in self.query(Pane):
            pane.update()

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the window is too small, and let the title take over from a hidden pane."""
        small = event.size.width < LEAST[0] or event.size.height < LEAST[1]
        self.set_class(small, "-small")
        self._update_panes()

    # -- a turn

    @on(ReplyBox.Sent)
    def _on_sent(self, message: ReplyBox.Sent) -> None:
        self.submit(message.text, narrative=message.narrative)

    @on(Pane.Chosen)
    def _on_chosen(self, message: Pane.Chosen) -> None:
        if message.number.isdigit():
            self.submit(message.number, narrative=False)
            return
        wanted = message.number.replace("^", "Ctrl+")
        for binding in self.listed_bindings():
            if key_name(binding) == wanted:
                self.call_later(self.run_action, binding.action)

    def submit(self, text: str, *, narrative: bool) -> None:
        """Send a reply and show what follows."""
        before, question = self.interview.pending, self._question
        self.close_page()
        if self._paste_awaited:
            narrative, self._paste_awaited = True, False
        try:
            said = self.interview.reply(text, narrative=narrative)
        except (AssistantError, OSError) as error:
            said = [Utterance("error", f"{error}. The reply was not taken; it stands in the input again.")]
            self.query_one("#reply", ReplyBox).bring_back()
        if self.interview.state.closed:
            self.keep_unsent()
            self.last_words = "\n".join(utterance.text for utterance in said)
            self.app.exit(return_code=0)
            return
        self._show_reply(text, narrative, before, question)
        self._take(said)
        self._update_panes()

    def _show_reply(
        self, text: str, narrative: bool, before: Pending | None, question: Utterance | None
    ) -> None:
        if not text.strip() and before is not None and before.to != OPENING:
            return
        is_command = not narrative and parse_command(text) is not None
        moved = self.interview.pending != before
        blocks = []
        if question is not None and not self._asked_in_log and (moved or not is_command):
            blocks.append(question_block(question.text))
            self._asked_in_log = True
        self.conversation.add([*blocks, reply_block(text, gap=not blocks)])

    def _take(self, said: Sequence[Utterance]) -> None:
        """Show what was said: the last question above the input, all else in the conversation."""
        questions = [utterance for utterance in said if utterance.kind == "question"]
        others = [utterance for utterance in said if utterance.kind != "question"]
        if questions:
            if self._question is None or questions[-1].text != self._question.text:
                self._asked_in_log = False
            self._question = questions[-1]
        elif self.interview.pending is None:
            self._question = None
        self._paste_awaited = any(utterance.kind == "paste" for utterance in others)
        blocks = [block for utterance in others for block in utterance_blocks(utterance)]
        self.conversation.add(blocks)
        self._set_placeholder()
        reading = [utterance for utterance in others if is_reading(utterance)]
        if reading and self.conversation.height_of(blocks) >= self.conversation.size.height > 0:
            self._open_page(page_title(reading), blocks)

    def _set_placeholder(self) -> None:
        pending = self.interview.pending
        words = "your answer, in your own words"
        if self._paste_awaited:
            words = "paste here"
        elif pending is None:
            words = "add or correct something"
        elif pending.to == OPENING:
            words = "describe or paste the case, or press Enter"
        elif pending.to == STOP:
            words = "1 or 2"
        elif self._question is not None and self._question.options:
            words = "a number, or your own words"
        self.query_one("#reply", ReplyBox).placeholder = words

    # -- keys

    def action_say(self, command: str) -> None:
        """Send a command as if it had been typed; the line being typed stays."""
        self.submit(command, narrative=False)

    def action_help(self) -> None:
        """Open the help page, or close it."""
        if self.has_class("-reading") and self._page_title == "Help":
            self.close_page()
            return
        keys = [(key_name(binding), binding.tooltip) for binding in self.listed_bindings()]
        keys[-3:-3] = [
            ("Up, Down", "what was sent before"),
            ("Tab", "complete a /command"),
            ("Ctrl+J", "begin another line without sending"),
            ("Ctrl+P", "search these keys by name"),
        ]
        self._open_page("Help", help_blocks(self.interview, keys))

    def action_side(self) -> None:
        """Show or hide the live differential; in a narrow window it takes the place of the conversation."""
        self.remove_class("-reading")
        self.toggle_class("-instead" if self.has_class("-narrow") else "-alone")
        self.call_after_refresh(self._update_panes)

    def action_turn(self, direction: int) -> None:
        """Read further up or down."""
        page = self.query_one("#page", Page) if self.has_class("-reading") else self.conversation
        step = max(page.size.height - 1, 1)
        page.scroll_relative(y=direction * step, animate=False)

    def action_close_page(self) -> None:
        """Close what is open; the line being typed stays."""
        self.close_page()

    def _open_page(self, title: str, blocks: Sequence[Block]) -> None:
        self._page_title = safe(title)
        self.add_class("-reading")
        page = self.query_one("#page", Page)
        page.show([replace(block, gap=block.gap and number > 0) for number, block in enumerate(blocks)])
        self.query_one("#page-heading", Pane).update()

    def close_page(self) -> None:
        """Go back to the conversation."""
        self.remove_class("-reading")
        self.remove_class("-instead")
