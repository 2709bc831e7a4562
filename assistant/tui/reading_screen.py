"""How the last reply was read: the reply with the words that count, clause by clause, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult

from assistant.knowledge import KnowledgeBase
from assistant.session.last_reply import LastReply
from assistant.session.reading_words import ClauseRead, clauses_read, question_words, remarks, results
from assistant.tui.keys import Action, ActionScreen, bindings
from assistant.tui.messages import reply_block
from assistant.tui.rows import Block, Row, justified, marked, safe
from assistant.tui.widgets import Page, Pane
from assistant.understanding import Outcome

_MARKS = {
    Outcome.ACCEPT: ("✓", "receipt"),
    Outcome.CONFIRM: ("?", "number"),
    Outcome.ASK: ("?", "question"),
}
"""Outcome -> its mark and the style of it."""


class ReadingScreen(ActionScreen[None]):
    """The steps of reading one reply, to be read and closed."""

    ACTIONS = (
        Action(
            "light",
            "ctrl+l",
            "app.light_dark",
            "Light",
            "change between light and dark",
            "/light",
            shown=False,
        ),
        Action("page_up", "pageup", "turn(-1)", "Page up", "read further up"),
        Action("page_down", "pagedown,space", "turn(1)", "Page down", "read further down"),
        Action("reading_up", "up,k", "step(-1)", "Up", "a row up", shown=False),
        Action("reading_down", "down,j", "step(1)", "Down", "a row down", shown=False),
        Action("reading_first", "home", "ends(-1)", "First", "to the reply", shown=False),
        Action("reading_last", "end", "ends(1)", "Last", "to what it comes to", shown=False),
        Action("close", "escape,q,alt+w", "close", "Back", "go back to the interview"),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, last: LastReply, knowledge: KnowledgeBase) -> None:
        super().__init__()
        self._last = last
        self._knowledge = knowledge

    def compose(self) -> ComposeResult:
        """Lay the screen out from top to bottom."""
        yield Pane(self._heading, id="page-heading")
        yield Page(id="page")
        yield Pane(lambda width, height: [self.key_row(width)], id="keys")

    def on_mount(self) -> None:
        """Show the steps."""
        self.query_one(Page).show(reading_blocks(self._last, self._knowledge))

    def _heading(self, width: int, height: int) -> Sequence[Row]:
        return [
            justified([("How your reply was read", "heading")], [("arrows read, Esc closes", "quiet")], width)
        ]

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """Do what a clicked key does."""
        self.pressed(message.number)

    def action_turn(self, direction: int) -> None:
        """Read further up or down."""
        self.action_step(direction * max(self.query_one(Page).size.height - 1, 1))

    def action_step(self, rows: int) -> None:
        """Read some rows further up or down."""
        self.query_one(Page).scroll_relative(y=rows, animate=False)

    def action_ends(self, direction: int) -> None:
        """Go to the first row or to the last."""
        page = self.query_one(Page)
        page.scroll_to(y=0 if direction < 0 else page.max_scroll_y, animate=False)

    def action_close(self) -> None:
        """Go back to the interview."""
        self.dismiss()


def reading_blocks(last: LastReply, knowledge: KnowledgeBase) -> list[Block]:
    """Return how a reply was read as blocks of a page."""
    explanation = last.explanation
    found = explanation.interpretation
    spans = [span for reading in found.readings for span in reading.spans]
    blocks = [
        Block(safe(question_words(explanation, knowledge)), "quiet"),
        reply_block(found.reply, spans),
        *(Block(safe(remark), "quiet", "·", "quiet") for remark in remarks(explanation)),
    ]
    for number, clause in enumerate(clauses_read(explanation, knowledge), start=1):
        blocks.extend(_clause_blocks(number, clause))
    blocks.append(Block("What it comes to:", titled=True, gap=True))
    for result in results(explanation, knowledge):
        mark, style = _MARKS[result.outcome]
        blocks.append(Block(safe(result.text), "text", mark, style))
    blocks.extend(Block(safe(note), "text", "·", "quiet") for note in last.notes)
    return blocks


def _clause_blocks(number: int, clause: ClauseRead) -> Iterator[Block]:
    words = marked(clause.words, clause.marks)
    yield Block(f"{number:<2} {words}", "quiet" if clause.dropped else "asked", gap=True, hanging=3)
    lines = "\n".join(f"   {safe(line)}" for line in clause.lines)
    yield Block(lines, "quiet" if clause.dropped else "text", hanging=2)
