"""The screen of an interview: what is where, which key does what, and what follows a reply."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from assistant.errors import AssistantError
from assistant.session import OPENING, Interview, Pending, Utterance, is_text, parse_command
from assistant.tui.conversation_screen import ConversationScreen
from assistant.tui.interview_keys import ACTIONS
from assistant.tui.keys import Action, bindings
from assistant.tui.lines import (
    VIEWS,
    alerts_now,
    placeholder,
    progress_row,
    question_rows,
    tab_named,
    tabs_row,
    tabs_spans,
    title_row,
)
from assistant.tui.messages import (
    earlier_blocks,
    help_blocks,
    is_reading,
    page_title,
    question_block,
    reply_block,
    utterance_blocks,
)
from assistant.tui.panes import advice_rows, now_rows, reasons_rows, side_rows
from assistant.tui.reply_box import ReplyBox
from assistant.tui.rows import Row, wrapped
from assistant.tui.widgets import Pane

TABLE_FROM = 3
"""Findings read from a pasted text from which they are shown as a table."""

_BESIDE = ("differential", "advice")
"""What a wide window shows beside the conversation, one at a time."""


class InterviewScreen(ConversationScreen):
    """The conversation, the live differential beside it, the pending question and the input below."""

    ACTIONS = ACTIONS
    BINDINGS = bindings(ACTIONS)
    IN_LINES = "emh chat --plain"

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
        self._view = "conversation"
        """One of VIEWS; in a wide window what stands beside the conversation, `conversation` for nothing."""
        self._selected: str | None = None
        """The diagnosis whose reasons are shown; None follows the leader."""

    def compose(self) -> ComposeResult:
        """Lay the screen out from top to bottom."""
        yield from self.compose_upper()
        yield Pane(lambda width, height: [progress_row(self.interview, width)], id="progress")
        yield Pane(self._asked, id="question", grows=True)
        with Horizontal(id="entry"):
            yield Pane(lambda width, height: [((">", "user"),)], id="prompt")
            yield ReplyBox(id="reply")
        yield from self.compose_lower()

    def on_mount(self) -> None:
        """Say the first words; the differential follows beside the first key, since it loads numpy."""
        said = self.interview.begin()
        self.conversation.add(earlier_blocks(self.interview))
        self._take(said)
        self.reply_box.focus()
        self.call_after_refresh(self.run_worker, self._prepare, thread=True, exit_on_error=True)

    def _prepare(self) -> None:
        """Load beside the typing what the first answer needs."""
        _ = self.interview.differential
        self.app.call_from_thread(self._show_differential)
        _ = self.interview.interpreter

    def _show_differential(self) -> None:
        self._differential_ready = True
        self.update_panes()

    # -- what is shown

    @property
    def reply_box(self) -> ReplyBox:
        """Return the input."""
        return self.query_one("#reply", ReplyBox)

    def keep_unsent(self) -> None:
        """Remember what was typed and not sent, before the screen is taken down."""
        self.unsent = self.reply_box.written

    @property
    def selected(self) -> str:
        """Return the diagnosis whose reasons are shown."""
        shown = self.interview.differential
        chosen = self._selected
        return chosen if chosen and chosen in shown.posterior else shown.leader

    def make_title(self, width: int, height: int) -> Sequence[Row]:
        """Return the tabs of a narrow window, else what runs here."""
        if self.narrow:
            return [tabs_row(self.interview, width, self._view, brief=self._differential_ready)]
        brief = self._differential_ready and not self.query_one("#side").display
        return [title_row(self.interview, width, brief=brief)]

    def make_side(self, width: int, height: int) -> Sequence[Row]:
        """Return the differential with its reasons, or the advice."""
        if not self._differential_ready:
            return []
        if self.narrow:
            return self._tab(width, height)
        present = "advice" if self._view == "advice" else "differential"
        tabs = tuple(tabs_spans(_BESIDE, present, alerts_now(self.interview)))
        if present == "advice":
            return [tabs, (), *advice_rows(self.interview, width, height - 2)]
        return [tabs, *side_rows(self.interview, width, height - 1, self._selected)]

    def _tab(self, width: int, height: int) -> Sequence[Row]:
        if self._view == "reasons":
            return reasons_rows(self.interview, width, height, self._selected)
        if self._view == "advice":
            return advice_rows(self.interview, width, height)
        return now_rows(self.interview, width, height, self._selected)

    def _asked(self, width: int, height: int) -> Sequence[Row]:
        if self._question is None:
            text = f"The questions are over. Type to add or correct something; {self.key('quit')} leaves."
            return [((line, "quiet"),) for line in wrapped(text, width)]
        return question_rows(self._question.text, self._question.options, width)

    # -- a turn

    @on(ReplyBox.Sent)
    def _on_sent(self, message: ReplyBox.Sent) -> None:
        self.submit(message.text, narrative=message.narrative)

    @on(Pane.Chosen)
    def _on_chosen(self, message: Pane.Chosen) -> None:
        if message.number.isdigit():
            self.submit(message.number, narrative=False)
        elif (view := tab_named(message.number)) is not None:
            self.show_view(view)
        else:
            self.pressed(message.number)

    def submit(self, text: str, *, narrative: bool = False) -> Sequence[Utterance]:
        """Send a reply, show what follows, and return it."""
        before, question = self.interview.pending, self._question
        self.close_page()
        if self._paste_awaited:
            narrative, self._paste_awaited = True, False
        try:
            said = self.interview.reply(text, narrative=narrative)
        except (AssistantError, OSError) as error:
            said = [Utterance("error", f"{error}. The reply was not taken; it stands in the input again.")]
            self.reply_box.bring_back()
        if self.interview.state.closed:
            self.keep_unsent()
            self.last_words = "\n".join(utterance.text for utterance in said)
            self.app.exit(return_code=0)
            return said
        act = next((utterance for utterance in said if utterance.kind == "act"), None)
        if act is None:
            self._show_reply(text, narrative, before, question, said)
        self._take(said)
        self.update_panes()
        if act is not None:
            self._carry_out(act.text)
        elif any(utterance.kind == "answers" for utterance in said):
            command = parse_command(text)
            self.show_answers(receipt=command is not None and command.name == "receipt")
        elif any(utterance.kind == "reading" for utterance in said):
            self.action_read()
        elif is_text(text, narrative=narrative) and sum(one.kind == "receipt" for one in said) >= TABLE_FROM:
            self.show_answers(receipt=True)
        return said

    def _carry_out(self, text: str) -> None:
        """Do what only a screen can do."""
        # with its reports it is not needed for the first question
        from assistant.tui.acts import ACTS, tell

        command = parse_command(text)
        if command is not None:
            try:
                ACTS[command.name](self, command.argument)
            except (AssistantError, OSError) as error:
                tell(self, "error", f"{error}")

    def of_use(self, action: Action) -> bool:
        """Say whether an action stands in the row of keys; in a narrow window the tabs need the room."""
        return action.id != "tests" or not self.narrow

    def tell_how_to_leave(self) -> None:
        """Say which key leaves, and which copies."""
        text = f"{self.key('quit')} leaves; everything is saved. Ctrl+C copies text that is marked."
        self.say("remark", text)

    def say(self, kind: str, text: str) -> None:
        """Add something to the conversation that the screen itself has to say."""
        self.close_page()
        self._take([Utterance(kind, text)])

    def _show_reply(
        self,
        text: str,
        narrative: bool,
        before: Pending | None,
        question: Utterance | None,
        said: Sequence[Utterance],
    ) -> None:
        if not text.strip() and before is not None and before.to != OPENING:
            return
        command = None if narrative else parse_command(text)
        moved = self.interview.pending != before
        blocks = []
        if question is not None and not self._asked_in_log and (moved or command is None):
            blocks.append(question_block(question.text))
            self._asked_in_log = True
        # the words of an accepted reading stand in an earlier reply
        own = command is None or command.name == "correct"
        spans = [span for utterance in said for span in utterance.spans] if own else []
        self.conversation.add([*blocks, reply_block(text, spans, gap=not blocks)])

    def _take(self, said: Sequence[Utterance]) -> None:
        """Show what was said: the last question above the input, all else in the conversation."""
        questions = [utterance for utterance in said if utterance.kind == "question"]
        elsewhere = ("question", "act", "answers", "reading")
        others = [utterance for utterance in said if utterance.kind not in elsewhere]
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
            self.open_page(page_title(reading), blocks)

    def _set_placeholder(self) -> None:
        self.reply_box.placeholder = placeholder(self.interview, self._question, paste=self._paste_awaited)

    # -- keys

    def action_say(self, command: str) -> None:
        """Send a command as if it had been typed; the line being typed stays."""
        if command == "/answers":
            self.show_answers(receipt=False)
        else:
            self.submit(command)

    def action_act(self, name: str) -> None:
        """Do what only a screen can do."""
        self._carry_out(f"/{name}")

    def action_ask_for(self, name: str) -> None:
        """Ask for the words that a command takes, then send it."""
        from assistant.tui.acts import ask_for

        ask_for(self, name)

    def action_answers(self, receipt: bool = False) -> None:
        """Open the list of all answers, or of those read from the last reply."""
        self.show_answers(receipt=receipt)

    def action_read(self) -> None:
        """Open how the last reply was read."""
        from assistant.session.last_reply import NOTHING, last_reply
        from assistant.tui.reading_screen import ReadingScreen

        try:
            last = last_reply(self.interview)
        except AssistantError as error:
            self.say("error", f"{error}")
            return
        if last is None:
            self.say("remark", NOTHING)
        else:
            self.app.push_screen(ReadingScreen(last, self.interview.knowledge), self._came_back)

    def show_answers(self, *, receipt: bool) -> None:
        """Open the list of answers; each can be corrected or dropped there."""
        from assistant.tui.answers import AnswersScreen

        self.app.push_screen(AnswersScreen(self.interview, self.submit, receipt=receipt), self._came_back)

    def action_differential(self) -> None:
        """Open the whole differential."""
        from assistant.tui.differential_screen import DifferentialScreen

        self.app.push_screen(DifferentialScreen(self.interview, self._selected), self._came_back)

    def _came_back(self, result: None) -> None:
        self.update_panes()
        self.reply_box.focus()

    def action_help(self) -> None:
        """Open the help page, or close it."""
        if self.shown_page == "Help":
            self.close_page()
            return
        self.open_page("Help", help_blocks(self.interview, self))

    def action_pane(self) -> None:
        """Show the next view in a narrow window; in a wide one show the differential or hide what is there."""
        if self.narrow:
            place = VIEWS.index(self._view) if self._view in VIEWS else 0
            self.show_view(VIEWS[(place + 1) % len(VIEWS)])
        else:
            self.show_view("differential" if self._view in ("hidden", "advice") else "hidden")

    def action_advice(self) -> None:
        """Show the alerts and the advice that hold now, or go back to what was there."""
        back = "conversation" if self.narrow else "differential"
        self.show_view(back if self._view == "advice" else "advice")

    def show_view(self, view: str) -> None:
        """Show one of the views: in a narrow window in place of the conversation, else beside it."""
        self.remove_class("-reading")
        self._view = view
        self.set_class(self.narrow and view in VIEWS[1:], "-instead")
        self.set_class(view == "hidden", "-alone")
        self.call_after_refresh(self.update_panes)

    def action_select(self, direction: int) -> None:
        """Show the reasons of the next diagnosis."""
        listed = list(self.interview.differential.posterior)
        place = listed.index(self.selected)
        self._selected = listed[max(0, min(place + direction, len(listed) - 1))]
        if self._selected == listed[0]:
            self._selected = None
        self.update_panes()

    def action_close_page(self) -> None:
        """Close what is open; the line being typed stays."""
        self.close_page()

    def close_page(self) -> None:
        """Go back to the conversation."""
        super().close_page()
        if self.narrow and self._view != "conversation":
            self.show_view("conversation")
