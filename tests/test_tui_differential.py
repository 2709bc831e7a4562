"""The differential on the whole screen: by key presses, at the sizes people have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.inference import percent, reasons
from assistant.session import Interview
from assistant.session.state import State
from assistant.session.wording import GRADES
from assistant.tui import app as tui_app
from assistant.tui.app import TerminalApp
from assistant.tui.differential_screen import PARTS, DifferentialScreen
from assistant.tui.rows import REPLACEMENT
from assistant.tui.widgets import Page, Pane
from tests.conversing import begin

SIZES = [(60, 16), (80, 24), (120, 35), (200, 50)]

STORY = (
    "62 year old man with primary myelofibrosis, splenomegaly, a single liver mass of 5 cm, hyperenhancing"
)


class Alone(TerminalApp):
    """The screen without an interview below it."""

    CSS_PATH = str(Path(tui_app.__file__).with_name("assistant.tcss"))

    def __init__(self, shown: DifferentialScreen) -> None:
        super().__init__()
        self.shown = shown

    def on_ready(self) -> None:
        self.push_screen(self.shown)


@cache
def told() -> Interview:
    return begin(STORY, "no cancer", "no", "no")


@asynccontextmanager
async def screen(
    interview: Interview | None = None,
    size: tuple[int, int] = (120, 35),
    selected: str | None = None,
) -> AsyncIterator[tuple[DifferentialScreen, Pilot[None]]]:
    shown = DifferentialScreen(interview or told(), selected)
    async with Alone(shown).run_test(size=size) as pilot:
        await pilot.pause()
        yield shown, pilot


def pane(shown: DifferentialScreen, name: str) -> str:
    return shown.query_one(f"#{name}", Pane).plain


def seen(page: Page) -> str:
    return "\n".join(page.render_line(y).text for y in range(page.size.height))


@pytest.mark.parametrize("size", SIZES)
async def test_everything_can_be_reached_at_every_size(size: tuple[int, int]) -> None:
    interview = told()
    leader = interview.knowledge.diagnoses[interview.differential.leader].short
    async with screen(size=size) as (shown, pilot):
        for number, part in enumerate(PARTS, start=1):
            assert shown.part == part
            assert shown.query_one(f"#{part}").size.height >= 10
            heading = pane(shown, f"{part}-heading")
            assert heading.startswith("━━")
            assert (f"{number} of 3" in heading) == (size[0] < 80)
            others = [shown.query_one(f"#{other}") for other in PARTS if other != part]
            assert all(other.display == (size[0] >= 80) for other in others)
            assert shown.query_one("#keys").region.bottom == size[1]
            await pilot.press("tab")
        assert shown.part == PARTS[0]
        assert leader in seen(shown.diagnoses)
        assert percent(interview.differential.posterior[interview.differential.leader]) in seen(
            shown.diagnoses
        )
        assert len(shown.diagnoses.rows) == len(interview.knowledge.diagnoses)
        assert "Esc Back" in pane(shown, "keys")


async def test_every_figure_of_a_diagnosis_stands_in_its_row() -> None:
    interview = told()
    differential = interview.differential
    async with screen(size=(200, 50)) as (shown, _):
        rows = shown.diagnoses.plain.splitlines()
        for row, (name, share) in zip(rows, differential.posterior.items(), strict=True):
            assert interview.knowledge.diagnoses[name].short in row
            assert f" {percent(share)} " in row and differential.certainty(share) in row
            assert row.rstrip().endswith(percent(differential.prior[name]))


async def test_the_selected_diagnosis_is_marked_and_told_about() -> None:
    interview = told()
    ranking = list(interview.differential.posterior)
    short = [interview.knowledge.diagnoses[name].short for name in ranking]
    async with screen() as (shown, pilot):
        assert shown.diagnoses.plain.splitlines()[0].startswith("> a ")
        await pilot.press("down", "down")
        assert shown.selected == ranking[2]
        assert [row[0] for row in shown.diagnoses.plain.splitlines()[:4]] == [" ", " ", ">", " "]
        assert f"Course of {short[2]}" in pane(shown, "course-heading")
        assert f"{short[2]} beside {short[0]}" in pane(shown, "reasons-heading").replace(
            ", beside", " beside"
        )
        assert ">c " in pane(shown, "chart") and "━" in pane(shown, "chart")
        await pilot.press("end")
        assert shown.selected == ranking[-1] and f"> f {short[-1][:8]}" in seen(shown.diagnoses)
        await pilot.press("down", "home", "up")
        assert shown.selected == ranking[0]


async def test_it_opens_with_the_diagnosis_it_is_given() -> None:
    async with screen(selected="hcc", size=(60, 16)) as (shown, _):
        assert shown.selected == "hcc"
        assert next(row for row in seen(shown.diagnoses).splitlines() if row.startswith(">")).split()[-4:]


@pytest.mark.parametrize("size", SIZES)
async def test_two_keys_lead_from_a_number_to_its_row_grade_and_source(size: tuple[int, int]) -> None:
    interview = told()
    async with screen(size=size) as (shown, pilot):
        await pilot.press("enter", "enter")
        assert shown.reads
        page = " ".join(shown.page.plain.split())
        chosen = shown.why.chosen
        found = reasons(interview.knowledge, interview.answers, shown.selected)
        reason = next(reason for reason in found if reason.finding == chosen)
        assert reason.row is not None and reason.grade is not None and reason.sources
        assert f"grade {reason.grade}, {GRADES[reason.grade]}" in page
        assert f"n {reason.n}" in page
        for name in reason.sources:
            source = interview.knowledge.sources[name]
            assert " ".join(source.citation.split()) in page
            assert " ".join(source.shows.split()) in page
        for value, share in reason.row.p.items():
            named = interview.knowledge.findings[chosen].value_name(value)
            assert f"{named} {percent(share)}" in page
        assert f"line {reason.row.line}" in page


async def test_each_reason_shows_what_it_weighs_and_rests_on() -> None:
    interview = told()
    found = reasons(interview.knowledge, interview.answers)
    async with screen(size=(200, 50)) as (shown, _):
        page = " ".join(shown.why.plain.split())
        for reason in found:
            finding = interview.knowledge.findings[reason.finding]
            assert f"{finding.name}: " in page
            assert " ".join(interview.state.words(reason.finding).split()) in page
            if not reason.silent and abs(reason.pairwise) >= 0.05:
                assert f"{abs(reason.pairwise):.1f} dB" in page
            assert all(name in page for name in reason.sources)


async def test_escape_goes_one_level_back_each_time() -> None:
    async with screen() as (shown, pilot):
        await pilot.press("enter", "down", "enter")
        assert shown.reads
        await pilot.press("escape")
        assert not shown.reads and shown.part == "reasons"
        await pilot.press("escape")
        assert shown.part == "diagnoses" and shown.is_current
        await pilot.press("escape")
        await pilot.pause()
        assert not shown.is_current


@pytest.mark.parametrize("key", ["f4", "q"])
async def test_f4_and_q_close_it_from_anywhere(key: str) -> None:
    async with screen() as (shown, pilot):
        await pilot.press("enter", "enter", key)
        await pilot.pause()
        assert not shown.is_current


async def test_the_start_and_the_course_can_be_followed_too() -> None:
    interview = told()
    async with screen() as (shown, pilot):
        await pilot.press("e")
        basis = interview.knowledge.diagnoses[shown.selected].prior_basis
        page = " ".join(shown.page.plain.split())
        assert f"Grade {basis.grade}: {GRADES[basis.grade]}" in page
        for name in basis.sources:
            assert " ".join(interview.knowledge.sources[name].citation.split()) in page
        await pilot.press("escape", "c")
        page = shown.page.plain
        assert "at the start" in page and "marrow disorder" in page
        assert percent(interview.differential.posterior[shown.selected]) in page


async def test_before_any_answer_there_are_starts_and_no_reasons() -> None:
    async with screen(begin()) as (shown, pilot):
        assert "Nothing answered yet" in shown.why.plain
        assert "no answer yet" in pane(shown, "title")
        assert "100 %┤" in pane(shown, "chart")
        await pilot.press("enter", "enter", "down", "pagedown", "up")
        assert not shown.reads


async def test_hostile_words_are_shown_and_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    interview = told()
    monkeypatch.setattr(State, "words", lambda self, finding: "[red]5[/red]\x1b]0;x\x07[/]\n\u202ebad")
    async with screen(interview) as (shown, pilot):
        drawn = seen(shown.why)
        await pilot.press("enter", "enter")
        drawn += shown.why.plain + shown.page.plain + seen(shown.page)
        assert not {"\x1b", "\x07", "\u202e", "\u202c"} & set(drawn)
        assert "[red]5[/red]" in drawn and REPLACEMENT in drawn


async def test_a_click_selects_and_another_opens() -> None:
    ranking = list(told().differential.posterior)
    async with screen() as (shown, pilot):
        await pilot.click("#list", offset=(8, 3))
        assert shown.selected == ranking[3]
        await pilot.click("#list", offset=(8, 3))
        assert shown.part == "reasons"


async def test_the_reasons_are_read_with_pages_while_the_list_keeps_the_keys() -> None:
    async with screen(size=(80, 24)) as (shown, pilot):
        await pilot.press("pagedown")
        await pilot.pause()
        assert shown.why.scroll_offset.y > 0 and shown.part == "diagnoses"
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert "1 of 3" in pane(shown, "diagnoses-heading")


def test_every_action_has_its_own_id_and_keys() -> None:
    actions = DifferentialScreen.ACTIONS
    keys = [key for action in actions for key in action.keys.split(",")]
    assert len({action.id for action in actions}) == len(actions)
    assert len(set(keys)) == len(keys)
