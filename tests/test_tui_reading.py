"""The screen that tells how the last reply was read: behaviour by key presses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.session import Interview
from assistant.session.last_reply import NOTHING, last_reply_lines
from assistant.session.transcript import Replied
from assistant.tui.answers import AnswersScreen
from assistant.tui.app import InterviewApp
from assistant.tui.reading_screen import ReadingScreen
from assistant.tui.rows import row_width
from assistant.tui.screens import InterviewScreen
from assistant.tui.widgets import Page, Pane
from tests.conversing import begin
from tests.watching import main_screen

REPORT = (
    "62-year-old man with MDS. His mother had lymphoma.\nTECHNIQUE: MRI with contrast.\n"
    "IMPRESSION: 3.2 cm mass, T2 hyperintense. Recommend biopsy to exclude HCC.\n[red]bold[/red] Is there jaundice?"
)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


class Held:
    """A running interview, and the short ways to act on it."""

    def __init__(self, app: InterviewApp, pilot: Pilot[None], main: InterviewScreen) -> None:
        self.app, self.pilot, self.main = app, pilot, main

    @property
    def open(self) -> bool:
        return isinstance(self.app.screen, ReadingScreen)

    @property
    def in_answers(self) -> bool:
        return isinstance(self.app.screen, AnswersScreen)

    @property
    def back(self) -> bool:
        return self.app.screen is self.main

    @property
    def page(self) -> Page:
        return self.app.screen.query_one("#page", Page)

    @property
    def told(self) -> str:
        return " ".join(self.page.plain.split())

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def send(self, text: str) -> None:
        self.main.reply_box.put(text)
        await self.press("enter")


@asynccontextmanager
async def screen(interview: Interview, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Held]:
    app = InterviewApp(lambda: interview)
    async with app.run_test(size=size) as pilot:
        yield Held(app, pilot, await main_screen(app, pilot))


async def test_one_key_opens_it_and_escape_closes_it() -> None:
    async with screen(begin("ask")) as held:
        await held.send("52")
        held.main.reply_box.put("half a reply")
        events = len(held.main.interview.lines)
        await held.press("alt+w")
        assert held.open
        assert "Question: age" in held.told
        assert "✓ age: 52 years (accepted)." in held.told
        await held.press("escape")
        assert held.back
        assert held.main.reply_box.text == "half a reply" and held.main.reply_box.has_focus
        assert len(held.main.interview.lines) == events


async def test_the_command_opens_it_and_says_nothing_in_the_conversation() -> None:
    async with screen(begin("ask")) as held:
        await held.send("no idea")
        await held.send("/read")
        assert held.open
        assert '"no idea" says that it is not known.' in held.told
        await held.press("q")
        assert "What it comes to" not in held.main.conversation.plain
        typed = [one.event for one in held.main.interview.lines if isinstance(one.event, Replied)]
        assert typed[-1].text == "/read" and typed[-1].kind == "command"


async def test_before_the_first_reply_it_says_so() -> None:
    async with screen(begin()) as held:
        await held.press("alt+w")
        assert not held.open
        assert NOTHING in held.main.conversation.plain
        await held.send("/read")
        assert not held.open
        assert held.main.conversation.plain.count(NOTHING) == 2


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 35), (200, 50)])
async def test_all_of_it_can_be_read_at_every_size(size: tuple[int, int]) -> None:
    interview = begin()
    interview.reply(REPORT, narrative=True)
    async with screen(interview, size) as held:
        await held.press("alt+w")
        assert all(row_width(row) <= size[0] for row in held.page.rows)
        for line in last_reply_lines(interview)[2:]:
            words = " ".join(line.split())
            # a clause stands without quotes, and a result with its mark in place of the dash
            bare = words.removeprefix("- ").replace('. "', " ", 1).removesuffix('"')
            assert bare in held.told or words in held.told, words
        assert held.page.scroll_offset.y == 0
        await held.press("end")
        assert held.page.scroll_offset.y == held.page.max_scroll_y
        bottom = held.page.render_line(held.page.size.height - 1).text
        assert held.page.plain.rstrip().split("\n")[-1].strip() in bottom or held.page.max_scroll_y == 0
        await held.press("home")
        await held.press("down", "pagedown", "pageup", "up")
        assert held.page.scroll_offset.y == 0


async def test_the_words_that_count_are_marked() -> None:
    async with screen(begin("ask", "52", "no G-CSF")) as held:
        await held.press("alt+w")
        marked = {text for row in held.page.rows for text, style in row if style == "matched"}
        assert {"G-CSF", "no"} <= {word for text in marked for word in text.split()}


async def test_nothing_that_was_typed_is_taken_for_markup() -> None:
    interview = begin()
    interview.reply(REPORT, narrative=True)
    async with screen(interview, (120, 35)) as held:
        await held.press("alt+w")
        assert "> [red]bold[/red] Is there jaundice?" in held.page.plain


async def test_after_a_pasted_text_it_opens_from_the_answers() -> None:
    async with screen(begin(), (120, 35)) as held:
        held.main.submit(REPORT, narrative=True)
        await held.pilot.pause()
        assert held.in_answers
        await held.press("w")
        assert held.open
        assert "No question: read as a report." in held.told
        await held.press("escape")
        assert held.in_answers
        await held.press("escape")
        assert held.back


async def test_a_click_on_the_row_of_keys_closes_it() -> None:
    async with screen(begin("ask", "52")) as held:
        await held.press("alt+w")
        row = held.app.screen.query_one("#keys", Pane)
        await held.pilot.click("#keys", offset=(row.plain.index("Esc") + 1, 0))
        await held.pilot.pause()
        assert held.back
