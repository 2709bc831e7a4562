"""The differential on the whole screen: every diagnosis, its course, and its reasons down to the sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical

from assistant.inference import Reason, reasons
from assistant.session import Interview
from assistant.session.ledger import Point, course
from assistant.tui.chart import MARKS, chart_rows
from assistant.tui.choices import AROUND, Choices, Entry
from assistant.tui.diagnosis_rows import (
    Columns,
    charted,
    course_rows,
    detail_rows,
    diagnosis_row,
    evidence_blocks,
    rule,
    series_of,
)
from assistant.tui.keys import Action, ActionScreen, bindings
from assistant.tui.reason_rows import basis_blocks, reason_entries
from assistant.tui.rows import Row, justified, safe, wrapped
from assistant.tui.widgets import Page, Pane, Wrapping

PARTS = ("diagnoses", "course", "reasons")
"""What stands side by side, or one at a time where the window is small; the keys act in one of them."""

_MEDIUM, _TALL = 80, 20
"""Columns and rows from which the parts stand side by side."""

_LONGEST_PAIR = 24
"""Columns of two names above their percents; longer ones are told in general words."""

_AT_ONCE = 1000
"""Steps that lead to either end of any list."""


class DifferentialScreen(ActionScreen[None]):
    """The list of the diagnoses, the course of the selected one, and what speaks for and against it."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_MEDIUM, "-medium"), (120, "-wide"), (160, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (_TALL, "-tall")]

    ACTIONS = (
        Action(
            "differential_open",
            "enter",
            "open",
            "Open",
            "the reasons of a diagnosis, or what a reason rests on",
            "/whynot",
        ),
        Action(
            "differential_next_part", "tab,f6,right", "go(1)", "Next part", "diagnoses, course or reasons"
        ),
        Action(
            "differential_evidence",
            "e",
            "evidence",
            "Evidence",
            "what the selected diagnosis and its start rest on",
            "/evidence",
        ),
        Action("differential_course", "c", "course", "Numbers", "the course in numbers", "/course"),
        Action("differential_up", "up", "choose(-1)", "Up", "the one above", shown=False),
        Action("differential_down", "down", "choose(1)", "Down", "the one below", shown=False),
        Action("differential_first", "home", f"choose(-{_AT_ONCE})", "First", "the first one", shown=False),
        Action("differential_last", "end", f"choose({_AT_ONCE})", "Last", "the last one", shown=False),
        Action(
            "differential_previous_part",
            "shift+tab",
            "go(-1)",
            "Previous part",
            "the part before",
            shown=False,
        ),
        Action("page_up", "pageup", "turn(-1)", "Page up", "read further up", shown=False),
        Action("page_down", "pagedown", "turn(1)", "Page down", "read further down", shown=False),
        Action(
            "light",
            "ctrl+l",
            "app.light_dark",
            "Light",
            "change between light and dark",
            "/light",
            shown=False,
        ),
        Action("differential_close", "f4,q", "close", "Close", "go back to the interview", "/differential"),
        Action("differential_back", "escape,left", "back", "Back", "one level back"),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, interview: Interview, selected: str | None = None) -> None:
        super().__init__()
        self.interview = interview
        self.selected = selected or interview.differential.leader
        """The diagnosis that course and reasons are about."""

        self.part = PARTS[0]
        """Where the keys act."""

        self._found: Mapping[str, Reason] = {}
        self._points: Sequence[Point] = ()
        self._charted: tuple[str, ...] = ()
        self._page_title = ""

    def compose(self) -> ComposeResult:
        """Lay the parts out; the style sheet decides which of them stand side by side."""
        yield Pane(self._title, id="title")
        with Container(id="parts"):
            with Vertical(id="diagnoses"):
                yield Pane(self._list_heading, id="diagnoses-heading")
                yield Choices(id="list")
                yield Pane(self._detail, id="detail")
            with Vertical(id="course"):
                yield Pane(self._course_heading, id="course-heading")
                yield Pane(self._chart, id="chart")
            with Vertical(id="reasons"):
                yield Pane(self._reasons_heading, id="reasons-heading")
                yield Choices(id="why")
        with Vertical(id="reading"):
            yield Pane(self._page_heading, id="page-heading")
            yield Page(id="page")
        yield Pane(lambda width, height: [self.key_row(width)], id="keys")

    def on_screen_resume(self) -> None:
        """Show the interview as it stands now."""
        self._points = course(self.interview)
        self._select(self.selected)
        self._go_to(self.part)

    def on_resize(self, event: events.Resize) -> None:
        """Settle how many parts stand side by side."""
        self._arrange()

    # -- what is shown

    @property
    def diagnoses(self) -> Choices:
        """Return the list of the diagnoses."""
        return self.query_one("#list", Choices)

    @property
    def why(self) -> Choices:
        """Return the reasons."""
        return self.query_one("#why", Choices)

    @property
    def page(self) -> Page:
        """Return the page that lies over the parts while it is read."""
        return self.query_one("#page", Page)

    @property
    def reads(self) -> bool:
        """Say whether a page is being read."""
        return self.query_one("#reading").display

    @property
    def _alone(self) -> bool:
        """Whether there is room for one part at a time."""
        return self.size.width < _MEDIUM or self.size.height < _TALL

    def _short(self, name: str) -> str:
        return safe(self.interview.knowledge.diagnoses[name].short)

    @property
    def _rival(self) -> str:
        shown = self.interview.differential
        return shown.runner_up if self.selected == shown.leader else shown.leader

    def _title(self, width: int, height: int) -> Sequence[Row]:
        count = len(self.interview.answers)
        parts = ["no answer yet" if not count else "1 answer" if count == 1 else f"{count} answers"]
        clinic = self.interview.knowledge.populations.get(self.interview.state.population or "")
        if clinic is not None:
            parts.append(f"clinic: {safe(clinic.name)}")
        return [justified([("Differential", "heading")], [(" · ".join(parts), "quiet")], width)]

    def _heading(self, part: str, text: str, right: Row, width: int) -> Sequence[Row]:
        active = part == self.part
        place = f"{PARTS.index(part) + 1} of {len(PARTS)}  " if self._alone else ""
        title: Row = ((place, "quiet"), (text, "heading" if active else "section"))
        return [rule(title, right, width, active=active)]

    def _list_heading(self, width: int, height: int) -> Sequence[Row]:
        # the rows below leave room for the mark in front and the scroll bar behind
        titles = Columns.of(self.interview.knowledge, width - AROUND).titles()
        return self._heading("diagnoses", "Diagnoses", (*titles, ("  ", "text")), width)

    def _course_heading(self, width: int, height: int) -> Sequence[Row]:
        count = len(self._points) - 1
        changes = "1 change" if count == 1 else f"{count} changes"
        right = ((changes, "quiet"),) if count > 0 else ()
        return self._heading("course", f"Course of {self._short(self.selected)}", right, width)

    def _reasons_heading(self, width: int, height: int) -> Sequence[Row]:
        subject, rival = self._short(self.selected), self._short(self._rival)
        pair = f"{subject} : {rival}"
        pair = pair if len(pair) <= _LONGEST_PAIR else "here : there"
        right = ((f"{pair}  ", "quiet"),) if self._found else ()
        title = f"For and against {subject}, beside {rival}"
        if len(title) + len(pair) + (17 if self._alone else 9) > width:
            title = f"{subject} beside {rival}"
        return self._heading("reasons", title, right, width)

    def _detail(self, width: int, height: int) -> Sequence[Row]:
        more = f"… {self.key('differential_evidence')} shows all of it"
        return detail_rows(self.interview, self.selected, width, height, more)

    def _chart(self, width: int, height: int) -> Sequence[Row]:
        if not self._points:
            return []
        series = series_of(self.interview.knowledge, self._points, self._charted)
        return chart_rows(series, self._short(self.selected), width, height)

    def _page_heading(self, width: int, height: int) -> Sequence[Row]:
        keys = f"PgUp PgDn read, {self.key('differential_back')} closes"
        return [justified([(self._page_title, "heading")], [(keys, "quiet")], width)]

    # -- what is selected

    def _select(self, name: str) -> None:
        """Show the course and the reasons of a diagnosis."""
        interview = self.interview
        ranking = list(interview.differential.posterior)
        self.selected = name
        self._charted = charted(self._points, ranking, name)
        marks = dict(zip(self._charted, MARKS, strict=False))
        self.diagnoses.offer([self._diagnosis_entry(each, marks.get(each, "")) for each in ranking], name)
        found = reasons(interview.knowledge, interview.answers, name, interview.state.population)
        self._found = {reason.finding: reason for reason in found}
        self.why.offer(reason_entries(interview, found) or [Entry(self._no_reason)], "")
        self._update_panes()

    def _diagnosis_entry(self, name: str, mark: str) -> Entry:
        def make(width: int) -> list[Row]:
            columns = Columns.of(self.interview.knowledge, width)
            return [diagnosis_row(self.interview, name, mark, columns)]

        return Entry(make, name)

    def _no_reason(self, width: int) -> list[Row]:
        evidence = self.key("differential_evidence")
        text = (
            "Nothing answered yet that moves a diagnosis: these are starting probabilities. "
            f"{evidence} shows what the selected one rests on."
        )
        return [((line, "quiet"),) for line in wrapped(text, width)]

    def _update_panes(self) -> None:
        for pane in self.query(Pane):
            pane.update()

    def _go_to(self, part: str) -> None:
        """Let the keys act in a part."""
        self.part = part
        self.diagnoses.active = part == "diagnoses"
        self.why.active = part == "reasons"
        self._arrange()

    def _arrange(self) -> None:
        # not by classes of the screen: those style every widget anew, which takes longer than a key may
        for each in PARTS:
            self.query_one(f"#{each}").display = each == self.part or not self._alone
        self._update_panes()

    def _show_page(self, shown: bool) -> None:
        self.query_one("#parts").display = not shown
        self.query_one("#reading").display = shown
        self._update_panes()

    def _read(self, title: str, blocks: Iterable[Wrapping]) -> None:
        self._page_title = safe(title)
        self._show_page(True)
        self.page.show(blocks)

    # -- keys and mouse

    def action_choose(self, step: int) -> None:
        """Select another diagnosis or another reason, or read on."""
        if self.reads:
            self.page.scroll_relative(y=step, animate=False)
        elif self.part == "reasons":
            self.why.choose(self.why.neighbour(step))
        else:
            self._select(self.diagnoses.neighbour(step))

    def action_open(self) -> None:
        """Go one level deeper: from a diagnosis to its reasons, from a reason to its basis."""
        if self.reads:
            return
        reason = self._found.get(self.why.chosen)
        if self.part == "diagnoses":
            self._go_to("reasons")
        elif self.part == "course":
            self.action_course()
        elif reason is not None:
            beside = f"{self._short(reason.diagnosis)} beside {self._short(reason.rival)}"
            self._read(f"Basis: {beside}", basis_blocks(self.interview, reason))

    def action_go(self, step: int) -> None:
        """Let the keys act in the next part."""
        if not self.reads:
            self._go_to(PARTS[(PARTS.index(self.part) + step) % len(PARTS)])

    def action_evidence(self) -> None:
        """Show what the selected diagnosis and its start rest on."""
        self._read(f"Evidence: {self._short(self.selected)}", evidence_blocks(self.interview, self.selected))

    def action_course(self) -> None:
        """Show the course of the selected diagnosis in numbers."""
        points, name = self._points, self.selected
        rows = Entry(lambda width: course_rows(points, name, width))
        self._read(f"Course: {self._short(name)}, after each change", [rows])

    def action_turn(self, direction: int) -> None:
        """Read further up or down."""
        page = self.page if self.reads else self.why
        if not page.size.height:
            # the list stands alone
            page = self.diagnoses
        page.scroll_relative(y=direction * max(page.size.height - 1, 1), animate=False)

    def action_back(self) -> None:
        """Go one level back: from a page to the parts, from a part to the list, from the list to the interview."""
        if self.reads:
            self._show_page(False)
        elif self.part != PARTS[0]:
            self._go_to(PARTS[0])
        else:
            self.dismiss()

    def action_close(self) -> None:
        """Go back to the interview."""
        self.dismiss()

    def on_choices_chosen(self, message: Choices.Chosen) -> None:
        """Select what was clicked; a second click opens it."""
        message.stop()
        part = "diagnoses" if message.choices is self.diagnoses else "reasons"
        again = part == self.part and message.key == message.choices.chosen
        self._go_to(part)
        if again:
            self.action_open()
        elif part == "diagnoses":
            self._select(message.key)
        else:
            self.why.choose(message.key)

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """Do what a clicked key does."""
        message.stop()
        self.pressed(message.number)
