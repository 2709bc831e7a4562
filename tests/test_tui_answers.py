"""The screen of answers and the line that is asked for: behaviour by key presses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from assistant.session import Interview, Utterance
from assistant.settings import Settings
from assistant.tui.answers import AnswersScreen
from assistant.tui.app import TerminalApp
from assistant.tui.asking_line import AskLine, LineBox
from assistant.tui.rows import row_width
from assistant.tui.widgets import Page, Pane
from tests.conversing import begin, plain

SIZES = [(60, 16), (80, 24), (120, 35), (200, 50)]
TEXT = "58 y male, MDS, multiple liver lesions, largest 3.4 cm, probably hypervascular, AFP normal, maybe cirrhosis"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def told(text: str = TEXT) -> Interview:
    interview = begin()
    interview.reply(text, narrative=True)
    return interview


class Held:
    """One running screen, and the short ways to act on it."""

    def __init__(self, app: TerminalApp, pilot: Pilot[None], screen: AnswersScreen, sent: list[str]) -> None:
        self.app, self.pilot, self.screen, self.sent = app, pilot, screen, sent

    @property
    def table(self) -> str:
        return self.screen.query_one("#table", Page).plain

    @property
    def about(self) -> str:
        return self.screen.query_one("#about-rows", Page).plain

    @property
    def open(self) -> bool:
        return self.app.screen is self.screen

    @property
    def editing(self) -> bool:
        return bool(self.screen.query_one("#entry").display)

    @property
    def selected(self) -> str:
        one = self.screen.selected
        return "" if one is None else one.entry.finding

    def row(self, words: str) -> str:
        return next((line for line in self.table.split("\n") if f" {words} " in line), "")

    def pane(self, name: str) -> str:
        widget = self.screen.query_one(f"#{name}", Pane)
        return widget.plain if widget.region.height else ""

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def correct(self, words: str) -> None:
        if not self.editing:
            await self.press("c")
        self.screen.query_one("#words", LineBox).insert_typed(words)
        await self.press("enter")

    async def go_to(self, finding: str) -> None:
        self.screen.action_move(-30)
        for _ in range(30):
            if self.selected == finding:
                return
            self.screen.action_move(1)
        raise AssertionError(f"no row of {finding}")


@asynccontextmanager
async def answers(
    interview: Interview | None = None, size: tuple[int, int] = (80, 24), *, receipt: bool = False
) -> AsyncIterator[Held]:
    held_interview = interview or told()
    sent: list[str] = []

    def send(words: str) -> Sequence[Utterance]:
        sent.append(words)
        return held_interview.reply(words)

    app = TerminalApp(Settings(theme="dark"))
    async with app.run_test(size=size) as pilot:
        screen = AnswersScreen(held_interview, send, receipt=receipt)
        await app.push_screen(screen)
        await pilot.pause()
        yield Held(app, pilot, screen, sent)


# -- what is shown


@pytest.mark.parametrize("size", SIZES)
async def test_every_answer_is_a_row_at_every_size(size: tuple[int, int]) -> None:
    async with answers(size=size) as held:
        assert "All answers" in held.pane("title") and "? 2 to agree" in held.pane("title")
        rows = held.screen.query_one("#table", Page).rows
        width = held.screen.query_one("#table", Page).size.width
        assert len(rows) == 8 and all(row_width(row) <= width for row in rows)
        assert '"MDS"' in held.row("marrow disorder")
        assert " ? arterial" in held.table
        # the names of the columns stand above them
        assert held.pane("columns").index("Answer") == held.row("sex").index("male")
        assert 'read from "58 y"' in held.about
        assert "Enter Correct" in held.pane("keys") and "Esc Close" in held.pane("keys")
        assert held.screen.query_one("#keys").region.bottom == size[1]
        await held.press("end")
        page = held.screen.query_one("#table", Page)
        assert any(page.render_line(y).text.startswith("> ") for y in range(page.size.height))


@pytest.mark.parametrize("size", [(60, 16), (120, 35)])
async def test_what_the_table_cuts_stands_in_full_below(size: tuple[int, int]) -> None:
    words = "a hypervascular appearance of every single one of the liver lesions in the arterial phase"
    async with answers(told(f"58 y male. There is {words}."), size) as held:
        await held.go_to("arterial_enhancement")
        await held.pilot.pause()
        value = "homogeneous hyperenhancement or heterogeneous hyperenhancement"
        assert value in " ".join(held.about.split())
        assert "…" not in held.about
        assert "6 heterogeneous hyperenhancement" in " ".join(held.about.split())
        if size == (60, 16):
            assert "Space More" in held.pane("keys")
            await held.press("space")
            assert held.screen.query_one("#about-rows", Page).scroll_offset.y > 0


async def test_what_an_answer_bears_on_is_told() -> None:
    async with answers() as held:
        await held.go_to("lesion_count")
        assert "bears on  size" in held.about
        assert "1 solitary" in held.about


async def test_an_interview_without_answers_says_so() -> None:
    async with answers(begin()) as held:
        assert "Nothing has been answered yet." in held.table
        await held.press("c", "d", "y", "a")
        assert held.sent == [] and not held.open


async def test_typed_words_are_shown_as_they_are_and_steer_nothing() -> None:
    async with answers(told("58 y male. AFP [red] (\x1b\u202e) normal [/]")) as held:
        await held.go_to("afp")
        await held.pilot.pause()
        assert "[red]" in held.about and "[red]" in held.row("AFP")
        shown = held.about + held.table
        assert "\x1b" not in shown and "\u202e" not in shown
        assert not held.app.crashed


@pytest.mark.parametrize("size", [(59, 15), (20, 5), (1, 1)])
async def test_a_tiny_window_loses_nothing(size: tuple[int, int]) -> None:
    async with answers() as held:
        await held.correct("")
        await held.pilot.resize_terminal(*size)
        await held.pilot.pause()
        await held.pilot.resize_terminal(80, 24)
        await held.pilot.pause()
        assert held.editing and '"MDS"' in held.table


async def test_without_colour_the_selected_row_is_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with answers() as held:
        page = held.screen.query_one("#table", Page)
        assert all(part.style and part.style.reverse for part in page.render_line(0))
        assert not any(part.style and part.style.reverse for part in page.render_line(1))


# -- moving


async def test_keys_and_clicks_select() -> None:
    async with answers(size=(60, 16)) as held:
        await held.press("down", "j", "up")
        assert held.selected == "sex"
        await held.press("end", "pageup")
        assert held.selected == "marrow_disorder"
        await held.press("home")
        assert held.selected == "age"
        await held.pilot.click("#table", offset=(10, 2))
        await held.pilot.pause()
        assert held.selected == "marrow_disorder"
        await held.press("f2")
        assert not held.open and held.sent == []


# -- correcting


async def test_a_correction_changes_the_answer_and_shows_before_and_after() -> None:
    interview = told()
    async with answers(interview) as held:
        assert held.pane("compared") == ""
        await held.press("enter")
        assert held.editing and "How old" in held.pane("question")
        # letters are text now
        await held.press("d", "backspace", "7", "0", "enter")
        assert held.sent == ["/correct age 70"]
        assert plain(interview)["age"] == 70
        assert not held.editing
        assert "70 years (was 58 years)" in held.row("age")
        assert "Before → after" in held.pane("compared") and held.pane("compared").count("→") == 5
        await held.press("down")
        assert "Before → after" in held.pane("compared")


async def test_the_number_of_a_value_corrects_too_and_so_does_a_click() -> None:
    interview = told()
    async with answers(interview) as held:
        await held.go_to("sex")
        await held.correct("1")
        assert plain(interview)["sex"] == "female"
        await held.press("c")
        await held.pilot.click("#question", offset=(3 + 12, 1))
        await held.pilot.pause()
        assert plain(interview)["sex"] == "male"


async def test_words_that_are_not_understood_keep_the_input_open() -> None:
    interview = told()
    async with answers(interview) as held:
        await held.go_to("afp")
        await held.correct("blue sky")
        assert held.editing and held.open
        assert "not understood" in held.pane("told")
        assert held.screen.query_one("#words", LineBox).text == "blue sky"
        assert plain(interview)["afp"] == "normal"
        await held.press("escape")
        assert not held.editing and held.open


async def test_what_the_interview_asks_back_is_answered_here() -> None:
    interview = told("58 y male, MDS")
    async with answers(interview) as held:
        await held.go_to("marrow_disorder")
        await held.correct("blue sky")
        assert held.editing
        assert "not understood as an answer" in held.pane("question")
        await held.correct("myelofibrosis")
        assert held.sent == ["/correct marrow_disorder blue sky", "myelofibrosis"]
        assert plain(interview)["marrow_disorder"] == "myelofibrosis"
        assert not held.editing


async def test_a_paste_of_several_lines_is_one_line_and_a_long_one_is_told() -> None:
    interview = told()
    async with answers(interview) as held:
        await held.press("c")
        box = held.screen.query_one("#words", LineBox)
        box.post_message(events.Paste("61\n years\x1b"))
        await held.pilot.pause()
        assert "\n" not in box.text and "\x1b" not in box.text
        box.clear()
        await held.correct("word " * 100)
        assert held.sent == []
        assert "At most 300 characters" in held.pane("told")


async def test_an_error_is_told() -> None:
    async with answers() as held:
        await held.go_to("afp")
        await held.correct("= sideways")
        assert "no value" in held.pane("told") and held.editing


# -- dropping, agreeing, rechecking, taking back


async def test_a_dropped_answer_leaves_the_list() -> None:
    interview = told()
    async with answers(interview) as held:
        await held.go_to("afp")
        await held.press("d")
        assert "afp" not in interview.answers
        assert held.row("AFP") == ""
        assert "Dropped: AFP" in held.pane("told")
        assert "Before → after" in held.pane("compared")


async def test_one_reading_is_agreed_to() -> None:
    interview = told()
    async with answers(interview) as held:
        await held.go_to("chronic_liver_disease")
        await held.pilot.pause()
        assert "waits for your agreement" in held.about
        assert "y Accept" in held.pane("keys")
        await held.press("y")
        assert plain(interview)["chronic_liver_disease"] == "cirrhosis"
        assert held.selected == "chronic_liver_disease" and held.open
        assert "? 1 to agree" in held.pane("title")
        assert "y Accept" not in held.pane("keys")


async def test_all_are_agreed_to_with_one_key_that_closes() -> None:
    interview = told()
    async with answers(interview, receipt=True) as held:
        await held.press("a")
        assert held.sent == ["/accept"] and not held.open
        assert not interview.state.to_confirm


async def test_what_is_not_in_the_receipt_is_not_agreed_to() -> None:
    interview = told()
    interview.reply("spleen 17 cm, maybe fever", narrative=True)
    async with answers(interview, receipt=True) as held:
        await held.press("a")
        assert held.sent == ["/accept presentation"]
        assert {one.finding for one in interview.state.to_confirm} == {
            "arterial_enhancement",
            "chronic_liver_disease",
        }


async def test_recheck_closes_and_asks_again() -> None:
    interview = told()
    async with answers(interview) as held:
        await held.press("r")
        assert held.open and held.sent == []
        await held.go_to("lesion_count")
        await held.correct("few")
        assert " ! size" in held.table and "! 1 to recheck" in held.pane("title")
        await held.press("r")
        assert not held.open and held.sent[-1] == "/recheck"
        assert interview.pending is not None and interview.pending.to == "lesion_size"


@pytest.mark.parametrize("key", ["u", "ctrl+z"])
async def test_undo_takes_the_last_turn_back(key: str) -> None:
    interview = told()
    async with answers(interview) as held:
        await held.correct("70")
        await held.press(key)
        assert held.sent[-1] == "/undo"
        assert plain(interview)["age"] == 58
        assert "Taken back: age" in held.pane("told")


async def test_undo_in_the_input_takes_back_typing_only() -> None:
    async with answers() as held:
        await held.press("c", "ctrl+z")
        assert held.sent == [] and held.editing


# -- the receipt


async def test_the_receipt_keeps_its_rows() -> None:
    interview = begin()
    interview.reply("AFP raised", narrative=True)
    interview.reply("58 y male, MDS, multiple lesions", narrative=True)
    async with answers(interview, receipt=True) as held:
        assert "What was read from your text" in held.pane("title")
        assert held.row("AFP") == "" and len(held.table.split("\n")) == 4
        await held.go_to("sex")
        await held.press("d")
        await held.go_to("age")
        await held.correct("70")
        assert "70 years (was 58 years)" in held.row("age")
        assert "dropped (was male)" in held.row("sex") and " x sex" in held.table
        await held.press("down")
        assert "d Drop" not in held.pane("keys")
        # a dropped one can be given anew
        await held.correct("female")
        assert "female (was male)" in held.row("sex")
        assert len(held.table.split("\n")) == 4


async def test_a_reading_that_would_replace_an_answer_says_which() -> None:
    interview = told("52 y male")
    interview.reply(TEXT, narrative=True)
    async with answers(interview, receipt=True) as held:
        assert "58 years (was 52 years)" in held.row("age")


@pytest.mark.parametrize("size", SIZES)
async def test_the_question_and_the_row_it_is_about_are_both_in_sight(size: tuple[int, int]) -> None:
    interview = told("58 y male, MDS, bone pain, multiple lesions")
    async with answers(interview, size, receipt=True) as held:
        await held.go_to("marrow_disorder")
        await held.correct("")
        assert "10 storage disease" in held.pane("question")
        page = held.screen.query_one("#table", Page)
        assert any(page.render_line(y).text.startswith("> ") for y in range(page.size.height))
        assert held.screen.query_one("#keys").region.bottom == size[1]


# -- a line that is asked for


@asynccontextmanager
async def asked(
    screen: AskLine, size: tuple[int, int]
) -> AsyncIterator[tuple[Pilot[None], list[str | None]]]:
    app = TerminalApp(Settings(theme="light"))
    given: list[str | None] = []
    async with app.run_test(size=size) as pilot:
        app.push_screen(screen, given.append)
        await pilot.pause()
        yield pilot, given


@pytest.mark.parametrize("size", [(60, 16), (200, 50)])
async def test_a_line_is_asked_for_and_returned(size: tuple[int, int]) -> None:
    screen = AskLine("Save as [red]", "a file [/] name", "one.jsonl")
    async with asked(screen, size) as (pilot, given):
        heading = screen.query_one("#asking-heading", Pane).plain
        assert "Save as [red]" in heading and "[/]" in heading and "Esc" in heading
        assert screen.query_one("#line").region.bottom == size[1]
        await pilot.press("x")
        screen.query_one("#line", LineBox).post_message(events.Paste("\x1b[2J\nb"))
        await pilot.pause()
        assert "\x1b" not in screen.query_one("#line", LineBox).text
        await pilot.press("enter")
        assert given == ["one.jsonlx\x1b[2J b"]


async def test_escape_returns_nothing_and_undo_sends_nothing() -> None:
    async with asked(AskLine("Note"), (60, 16)) as (pilot, given):
        await pilot.press("ctrl+z", "tab", "escape")
        assert given == [None]
