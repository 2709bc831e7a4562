"""The screen of answers: all of them, or those just read from a text, to agree to, correct or drop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from assistant.knowledge import Kind
from assistant.session import Interview, Utterance
from assistant.session.asking import question_words
from assistant.session.interview import LONGEST_REPLY
from assistant.session.wording import options_lines
from assistant.tui.answer_keys import ACTIONS
from assistant.tui.answer_rows import (
    RECHECK,
    WAITS,
    Listed,
    about_rows,
    all_answers,
    comparison_rows,
    heading_row,
    quantity_words,
    read_answers,
    still_read,
    table_rows,
    title_row,
)
from assistant.tui.answer_table import AnswerTable
from assistant.tui.asking_line import LineBox
from assistant.tui.choices import Entry
from assistant.tui.keys import Action, ActionScreen, bindings
from assistant.tui.lines import question_rows
from assistant.tui.messages import utterance_blocks
from assistant.tui.reply_box import ReplyBox
from assistant.tui.rows import Block, Row, clipped, safe
from assistant.tui.widgets import Page, Pane

_TOLD = ("error", "alert", "remark")
"""Kinds of what is said that the screen shows itself; the rest is plain from the table."""


@dataclass(frozen=True, slots=True)
class Editing:
    """What the input is open for."""

    finding: str
    question: str
    options: tuple[str, ...]
    replies: bool = False
    """Whether the interview has asked back, so that the words are a reply and no command."""


class AnswersScreen(ActionScreen[None]):
    """A table of answers, all about the selected one, and an input to correct it.

    Args:
        interview: whose answers are shown.
        send: carries out a command, or a reply, as if it had been typed, and returns what was said.
        receipt: whether only what was read from the last text is shown.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-wide"), (160, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-tall")]
    AUTO_FOCUS = ""

    ACTIONS = ACTIONS
    BINDINGS = bindings(ACTIONS)

    def __init__(
        self, interview: Interview, send: Callable[[str], Sequence[Utterance]], *, receipt: bool = False
    ) -> None:
        super().__init__()
        self._interview = interview
        self._send = send
        self._receipt = receipt
        self._opened = read_answers(interview) if receipt else all_answers(interview)
        self._listed: tuple[Listed, ...] = self._opened
        self._place = 0
        self._editing: Editing | None = None
        self._told: list[Utterance] = []
        self._before: Mapping[str, float] | None = None
        """The differential before the last change made here."""

    def compose(self) -> ComposeResult:
        """Lay the screen out from top to bottom."""
        yield Pane(self._title, id="title")
        with Container(id="answers"):
            with Vertical(id="listed"):
                yield Pane(self._columns, id="columns")
                yield AnswerTable(id="table")
            with Vertical(id="about"):
                yield Pane(self._about_heading, id="about-heading")
                yield Page(id="about-rows")
                yield Pane(self._compared, id="compared", grows=True)
        yield Pane(self._told_rows, id="told", grows=True)
        yield Pane(self._edited, id="edited")
        yield Pane(self._asked, id="question", grows=True)
        with Horizontal(id="entry"):
            yield Pane(lambda width, height: [((">", "user"),)], id="prompt")
            yield LineBox(id="words")
        yield Pane(lambda width, height: [self.key_row(width)], id="keys")

    def on_mount(self) -> None:
        """Show the answers; of a text that was read the first one that waits for agreement is selected."""
        self._fill()
        if self._receipt:
            waiting = (place for place, one in enumerate(self._listed) if one.mark == WAITS)
            self._place = next(waiting, 0)
            self._show_selected()

    # -- what is shown

    @property
    def selected(self) -> Listed | None:
        """Return the selected row; None in an empty table."""
        return self._listed[self._place] if self._listed else None

    @property
    def _table(self) -> AnswerTable:
        return self.query_one("#table", AnswerTable)

    def key_row(self, width: int) -> Row:
        """Return the row of keys; while an answer is edited, what its input takes."""
        if self._editing is not None:
            return (("Enter", "key"), (" Send  ", "quiet"), ("Esc", "key"), (" Leave it as it is", "quiet"))
        return super().key_row(width)

    def of_use(self, action: Action) -> bool:
        """Say whether an action does something now."""
        one = self.selected
        match action.id:
            case "answers_close" | "answers_undo":
                return True
            case "answer_accept":
                return one is not None and one.mark == WAITS
            case "answers_accept_all":
                return self._receipt or any(other.mark == WAITS for other in self._listed)
            case "answers_recheck":
                return any(other.mark == RECHECK for other in self._listed)
            case "answers_more":
                return one is not None and self.query_one("#about-rows", Page).max_scroll_y > 0
            case "answer_drop":
                return one is not None and not one.dropped
        return one is not None

    def _title(self, width: int, height: int) -> Sequence[Row]:
        title = "What was read from your text" if self._receipt else "All answers"
        return [title_row(title, self._listed, width)]

    def _columns(self, width: int, height: int) -> Sequence[Row]:
        # the table keeps one column for its scroll bar
        return [heading_row(self._listed, width - 1)] if self._listed else []

    def _about_heading(self, width: int, height: int) -> Sequence[Row]:
        one = self.selected
        if one is None:
            return []
        number = "" if one.dropped else f"{one.entry.number} "
        return [clipped([(f"{number}{safe(one.entry.name)}", "section")], width)]

    def _told_rows(self, width: int, height: int) -> Sequence[Row]:
        blocks = [replace(block, gap=False) for said in self._told for block in utterance_blocks(said)]
        rows = [row for block in blocks for row in block.rows(width)]
        most = max(self.size.height // 3, 2)
        if len(rows) > most:
            rows[most - 1 :] = [(("  … all of it stands in the conversation", "quiet"),)]
        return rows

    def _compared(self, width: int, height: int) -> Sequence[Row]:
        if self._before is None:
            return []
        shown = self._interview.differential
        low = self.has_class("-low")
        return comparison_rows(self._interview.knowledge, self._before, shown, width, low=low)

    def _edited(self, width: int, height: int) -> Sequence[Row]:
        one = self.selected
        if self._editing is None or one is None:
            return []
        now = "" if one.dropped else f", now {one.value}"
        return [clipped([(f"Correct {safe(one.entry.name)}", "section"), (now, "quiet")], width)]

    def _asked(self, width: int, height: int) -> Sequence[Row]:
        if self._editing is None:
            return []
        return question_rows(self._editing.question, self._editing.options, width)

    def on_resize(self, event: events.Resize) -> None:
        """Make every row anew."""
        self.call_after_refresh(self._show_selected)

    def _fill(self) -> None:
        """Take the answers over as they stand now, and keep the selection where it was."""
        before = self.selected
        if self._receipt:
            self._listed = still_read(self._interview, self._opened)
        else:
            self._listed = all_answers(self._interview, self._opened)
        named = [one.entry.finding for one in self._listed]
        stays = self._place < len(named) and before is not None and named[self._place] == before.entry.finding
        if not stays and before is not None and before.entry.finding in named:
            self._place = named.index(before.entry.finding)
        self._place = max(0, min(self._place, len(named) - 1))
        if self._listed:
            self._table.fill([Entry(lambda width: table_rows(self._listed, width))])
        else:
            empty = "Nothing was read." if self._receipt else "Nothing has been answered yet."
            self._table.fill([Block(empty, "quiet")])
        self._show_selected()

    def _show_selected(self) -> None:
        one = self.selected
        self._table.select(self._place if one is not None else -1)
        about = (
            []
            if one is None
            else [Entry(lambda width: about_rows(self._interview, one, width, low=self.has_class("-low")))]
        )
        self.query_one("#about-rows", Page).show(about)
        self.set_class(bool(self._told), "-told")
        self.set_class(self._before is not None, "-compared")
        self.set_class(self._editing is not None, "-editing")
        self.set_class(not self._listed, "-empty")
        self._update_panes()
        # whether there is more to read is known once it has been laid out
        self.call_after_refresh(self.query_one("#keys", Pane).update)

    def _update_panes(self) -> None:
        for pane in self.query(Pane):
            pane.update()

    # -- moving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the input while it is open."""
        own = any(one.run.split("(")[0] == action for one in self.ACTIONS)
        return not own or self._editing is None or action == "close"

    def action_move(self, steps: int) -> None:
        """Select another row."""
        if self._listed:
            self._place = max(0, min(self._place + steps, len(self._listed) - 1))
            self._told = []
            self._show_selected()

    def action_leaf(self, direction: int) -> None:
        """Select a row a screen further."""
        self.action_move(direction * max(self._table.size.height - 1, 1))

    def action_more(self) -> None:
        """Read on about the selected answer; after the end comes the beginning."""
        page = self.query_one("#about-rows", Page)
        at_end = page.scroll_offset.y >= page.max_scroll_y
        page.scroll_to(y=0 if at_end else page.scroll_offset.y + max(page.size.height - 1, 1), animate=False)

    @on(AnswerTable.Picked)
    def _on_picked(self, message: AnswerTable.Picked) -> None:
        if self._editing is None and 0 <= message.place < len(self._listed):
            self.action_move(message.place - self._place)
            if message.twice:
                self.action_correct()

    @on(Pane.Chosen)
    def _on_chosen(self, message: Pane.Chosen) -> None:
        if self._editing is None:
            self.pressed(message.number)
        elif message.number.isdigit():
            self._take_words(message.number)
        elif message.number == "Enter":
            self.query_one("#words", LineBox).send()
        else:
            self._close_box()

    def action_close(self) -> None:
        """Close the input, else the screen; a question that came back for the answer is left as it was."""
        if self._editing is not None:
            if self._editing.replies:
                self._carry_out("/skip")
            self._close_box()
        else:
            self.dismiss(None)

    # -- changing

    def _carry_out(self, words: str) -> Sequence[Utterance]:
        """Send a command or a reply and show what it changed."""
        before, answers = self._interview.differential.posterior, dict(self._interview.answers)
        said = self._send(words)
        self._told = [one for one in said if one.kind in _TOLD]
        if dict(self._interview.answers) != answers:
            self._before = self._interview.state.compared or before
        self._fill()
        return said

    def action_drop(self) -> None:
        """Forget the selected answer."""
        if self.selected is not None and not self.selected.dropped:
            self._carry_out(f"/drop {self.selected.entry.number}")

    def action_accept(self) -> None:
        """Agree to the selected reading."""
        if self.selected is not None and self.selected.mark == WAITS:
            self._carry_out(f"/accept {self.selected.entry.finding}")

    def action_accept_all(self) -> None:
        """Agree to everything that waits here, and close."""
        waiting = [one.entry.finding for one in self._listed if one.mark == WAITS]
        others = {one.finding for one in self._interview.state.to_confirm} - set(waiting)
        # what is not on the screen is not agreed to
        for command in [f"/accept {name}" for name in waiting] if others else ["/accept"] * bool(waiting):
            if any(one.kind == "error" for one in self._carry_out(command)):
                return
        self.dismiss(None)

    def action_recheck(self) -> None:
        """Close, and let the interview ask again what rests on a changed answer."""
        if any(one.mark == RECHECK for one in self._listed):
            self.dismiss(None)
            self._send("/recheck")
        else:
            self._told = [Utterance("remark", "No answer here rests on a changed one.")]
            self._show_selected()

    def action_read(self) -> None:
        """Show how the last reply was read."""
        self._send("/read")

    def action_undo(self) -> None:
        """Take back the last turn that stored an answer."""
        self._carry_out("/undo")

    def action_correct(self) -> None:
        """Open the input for new words."""
        one = self.selected
        if one is None:
            return
        finding = self._interview.knowledge.findings[one.entry.finding]
        words = question_words(self._interview, finding.id)
        self._told = []
        self._open_box(Editing(finding.id, words, options_lines(finding)))

    def _open_box(self, editing: Editing) -> None:
        self._editing = editing
        finding = self._interview.knowledge.findings[editing.finding]
        box = self.query_one("#words", LineBox)
        quantity = finding.kind is Kind.QUANTITY
        box.placeholder = quantity_words(finding) if quantity else "a number, or your own words"
        self._show_selected()
        box.focus()

    def _close_box(self) -> None:
        self._editing = None
        self.query_one("#words", LineBox).clear()
        self.set_focus(None)
        self._show_selected()

    @on(ReplyBox.Sent)
    def _on_sent(self, message: ReplyBox.Sent) -> None:
        message.stop()
        self._take_words(message.text)

    def _take_words(self, typed: str) -> None:
        """Correct the answer, and stay where the words were not understood."""
        editing = self._editing
        words = " ".join(typed.split())
        if editing is None or not words:
            return
        if len(words) > LONGEST_REPLY:
            # a longer reply is read as a text of its own
            self._stay(editing, f"At most {LONGEST_REPLY} characters; these are {len(words)}.")
            return
        waited = self._waiting(editing.finding)
        said = self._carry_out(words if editing.replies else f"/correct {editing.finding} {words}")
        if any(one.kind == "error" for one in said):
            self._show_selected()
            return
        back = next((one for one in reversed(said) if one.kind == "question"), None)
        waits = self._waiting(editing.finding)
        if waits is not None and waits != waited:
            self._close_box()
        elif back is not None and back.finding == editing.finding and back.reason != "confirm":
            self._open_box(Editing(editing.finding, back.text, back.options, replies=True))
        elif editing.replies or any(one.kind == "receipt" for one in said):
            self._close_box()
        else:
            self._stay(editing, "That was not understood as an answer; it stays as it is.")

    def _stay(self, editing: Editing, text: str) -> None:
        self._told = [*self._told, Utterance("error", text)]
        self._open_box(editing)
        self.query_one("#words", LineBox).bring_back()

    def _waiting(self, name: str) -> object:
        """Return the reading of a finding that waits; None where there is none."""
        waiting = self._interview.state.to_confirm
        return next((one for one in waiting if one.finding == name), None)
