"""The screen of a replay: behaviour by key presses, at the sizes people have."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.session import Transcript, parse
from assistant.session.player import Player
from assistant.session.transcript import FIRST_PREV, Line, link
from assistant.tui.app import TerminalApp
from assistant.tui.ascii_filter import in_ascii
from assistant.tui.asking_line import AskLine, LineBox
from assistant.tui.replaying import ReplayApp, ReplayScreen, demo_screen
from assistant.tui.replaying_rows import turn_blocks
from assistant.tui.timeline import Timeline
from assistant.tui.widgets import Page, Pane
from tests.conversing import begin, knowledge
from tests.test_player import TALK, player, saved

SIZES = [(60, 16), (80, 24), (120, 35), (200, 50)]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NO_COLOR", raising=False)
    yield


class Held:
    """One running replay, and the short ways to look at it."""

    def __init__(self, app: ReplayApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.screen: ReplayScreen = app.main_screen
        self.player = self.screen.player

    @property
    def conversation(self) -> str:
        return self.screen.conversation.plain

    @property
    def page(self) -> str:
        return self.screen.query_one("#page", Page).plain if self.screen.has_class("-reading") else ""

    def pane(self, name: str) -> str:
        return self.screen.query_one(f"#{name}", Pane).plain

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def fill_in(self, text: str) -> None:
        """Fill in the line that is asked for."""
        assert isinstance(self.app.screen, AskLine)
        box = self.app.screen.query_one("#line", LineBox)
        box.clear()
        box.insert_typed(text)
        await self.press("enter")


@asynccontextmanager
async def screen(held: Player | None = None, size: tuple[int, int] = (120, 35)) -> AsyncIterator[Held]:
    app = ReplayApp(held or player())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Held(app, pilot)


# -- the frame


@pytest.mark.parametrize("size", SIZES)
async def test_everything_is_on_the_screen_at_every_size(size: tuple[int, int]) -> None:
    async with screen(player(changed=True), size) as held:
        assert held.conversation.strip()
        await held.press("right", "right", "right")
        regions = [held.screen.query_one(f"#{name}").region for name in ("timeline", "keys")]
        assert regions[-1].bottom == size[1]
        assert all(region.height == 1 and region.right <= size[0] for region in regions)
        assert "Turn 3 of 8" in held.pane("timeline") and "paused 1x" in held.pane("timeline")
        assert "Space Play" in held.pane("keys") and "q Quit" in held.pane("keys")
        assert "F1 Help" in held.pane("keys")
        assert held.player.shown is not None
        leader = knowledge().diagnoses[held.player.shown.leader].short
        assert leader in held.pane("side" if size[0] >= 80 else "title")
        newest = "".join(text for text, _ in held.screen.conversation.rows[-1]).strip()
        page = held.screen.conversation
        assert newest in page.render_line(page.size.height - 1).text


@pytest.mark.parametrize("size", [(59, 16), (1, 1)])
async def test_a_window_too_small_says_so(size: tuple[int, int]) -> None:
    async with screen() as held:
        await held.press("right")
        await held.pilot.resize_terminal(*size)
        await held.pilot.pause()
        assert held.screen.query_one("#small").display
        await held.pilot.resize_terminal(80, 24)
        await held.pilot.pause()
        assert not held.screen.query_one("#small").display and held.player.place == 1


async def test_a_narrow_window_shows_one_pane_at_a_time() -> None:
    async with screen(size=(60, 16)) as held:
        await held.press("right", "f6")
        assert held.screen.query_one("#side").display and not held.screen.conversation.display
        assert "Differential then" in held.pane("side")
        await held.press("right")
        assert held.screen.query_one("#side").display and held.player.place == 2
        await held.press("escape")
        assert held.screen.conversation.display and not held.app._exit
    async with screen(size=(120, 35)) as held:
        await held.press("f6")
        assert not held.screen.query_one("#side").display
        await held.press("f6")
        assert held.screen.query_one("#side").display


# -- turns


async def test_steps_show_the_conversation_up_to_the_turn() -> None:
    async with screen() as held:
        assert TALK[0] not in held.conversation
        await held.press("right")
        assert "58 y male" in held.conversation and "> no" not in held.conversation
        await held.press("n")
        assert "> no" in held.conversation
        forward = held.conversation
        await held.press("right", "left")
        assert held.conversation == forward
        await held.press("b", "b", "b")
        assert held.player.place == 0 and "This is the beginning" in held.pane("timeline")
        await held.press("end")
        assert "> /stop" in held.conversation
        assert "at the end" in held.pane("timeline")
        await held.press("right")
        assert "This is the last turn" in held.pane("timeline")
        await held.press("home")
        assert held.player.place == 0 and "Turn 0 of 8" in held.pane("timeline")


async def test_a_question_stands_once_before_its_reply() -> None:
    async with screen() as held:
        await held.press("right", "right")
        shown = held.conversation
        assert shown.count("Is there a malignancy") == 1
        assert shown.index("Is there a malignancy") < shown.index("> no")


async def test_a_turn_is_gone_to_by_its_number_or_by_a_click() -> None:
    async with screen() as held:
        await held.press("g")
        await held.fill_in("99")
        assert isinstance(held.app.screen, AskLine)
        assert "no turn 99" in held.app.screen.query_one("#asking-heading", Pane).plain
        await held.fill_in("5")
        assert held.player.place == 5
        assert held.app.screen_stack == [held.screen]
        await held.press("g", "escape")
        assert held.player.place == 5
        assert held.app.screen_stack == [held.screen]
        timeline = Timeline(held.player, held.screen.query_one("#timeline", Pane).content_size.width)
        await held.pilot.click("#timeline", offset=(1 + timeline.start + timeline.column(3), 0))
        await held.pilot.pause()
        assert held.player.place == 3


def test_each_column_of_the_timeline_leads_to_a_turn_and_back() -> None:
    for width in (58, 118, 198):
        timeline = Timeline(player(), width)
        for turn in range(9):
            assert timeline.turn_at(timeline.start + timeline.column(turn)) == turn
        assert timeline.turn_at(0) is None and timeline.turn_at(width) is None


# -- playing


async def test_playing_goes_on_by_itself_and_stops_at_the_end() -> None:
    held_player = Player(saved(seconds=0.001), knowledge(), turn=6, speed=16.0)
    async with screen(held_player) as held:
        await held.press("space")
        assert held.player.playing and "playing 16x" in held.pane("timeline")
        async with asyncio.timeout(10):
            while not held.player.at_end:
                await asyncio.sleep(0.05)
        await held.pilot.pause()
        assert not held.player.playing and "> /stop" in held.conversation


async def test_a_pause_and_a_question_stop_the_clock() -> None:
    async with screen() as held:
        await held.press("space", "space")
        assert not held.player.playing
        assert held.screen._timer is None
        await held.press("space", "g")
        assert not held.player.playing
        assert held.screen._timer is None


async def test_the_speed_is_doubled_and_halved() -> None:
    async with screen() as held:
        await held.press("plus", "equals_sign")
        assert "4x" in held.pane("timeline")
        await held.press("minus", "minus", "minus")
        assert "0.5x" in held.pane("timeline")


# -- then and today


async def test_then_and_today_stand_side_by_side() -> None:
    async with screen(player(changed=True)) as held:
        await held.press("right_square_bracket")
        assert held.player.place == 1 and "Differs today" in held.conversation
        assert "! sex: female then, male today" in held.conversation
        assert "Then" in held.pane("side") and "Today" in held.pane("side")
        assert "!" in held.pane("timeline") and "turns differ today" in held.pane("title")
        await held.press("c")
        assert "Differential then" in held.pane("side")
        await held.press("c", "end", "left_square_bracket")
        assert held.player.frame.moves
        await held.press("home", "left_square_bracket")
        assert "No earlier turn differs" in held.pane("timeline")
        await held.press("l")
        assert "Turn 1" in held.page and "sex: female then" in held.page
        await held.press("l")
        assert not held.page


@pytest.mark.parametrize("key", ["c", "l", "right_square_bracket"])
async def test_without_a_comparison_the_keys_say_so(key: str) -> None:
    async with screen() as held:
        await held.press(key)
        assert "begin with emh replay --check" in held.pane("timeline")
        await held.press("right")
        assert "Turn 1 of 8" in held.pane("timeline")


# -- hidden


async def test_hidden_until_a_list_is_committed() -> None:
    async with screen(player(turn=2, hidden=True, changed=True)) as held:
        shown = held.player.shown
        assert shown is not None
        assert "press m" in held.pane("side") and "%" not in held.pane("side")
        assert "Now: " not in held.conversation and "Differs" not in held.conversation
        await held.press("f4")
        assert not held.page and "hidden" in held.pane("timeline")
        await held.press("l")
        assert not held.page
        await held.press("m")
        await held.fill_in("fhn")
        assert "did you mean 'fnh'" in held.app.screen.query_one("#asking-heading", Pane).plain
        await held.fill_in("fnh, metastasis")
        assert not held.player.hidden
        assert "Your list, beside what the interview had" in held.conversation
        assert f"1. FNH: rank {shown.rank('fnh')}" in held.conversation
        assert "Now: " in held.conversation and "%" in held.pane("side")
        await held.press("right", "left")
        assert "Your list, beside" in held.conversation
        await held.press("h")
        assert "press m" in held.pane("side") and "Now: " not in held.conversation
    async with screen(player(turn=2, hidden=True), (60, 16)) as held:
        assert "hidden" in held.pane("title") and "%" not in held.pane("title")


# -- pages


async def test_the_whole_differential_and_the_help_are_pages() -> None:
    async with screen(player(turn=3)) as held:
        await held.press("f4")
        assert all(diagnosis.short in held.page for diagnosis in knowledge().diagnoses.values())
        assert "With today's knowledge, " in held.page
        await held.press("pagedown", "d")
        assert not held.page
        await held.press("f1")
        assert all(held.screen._keys_of(action) in held.page for action in held.screen.ACTIONS)
        await held.press("escape")
        assert not held.page
        assert not held.app._exit


async def test_a_remark_stands_before_its_reply() -> None:
    taught = Player(saved(), knowledge(), remarks=["", "A [b]remark[/b]."], turn=2, closing="The last word.")
    async with screen(taught) as held:
        shown = held.conversation
        assert shown.index("◆ Remark") < shown.index("A [b]remark[/b].") < shown.index("> no")
        await held.press("end")
        assert "The last word." in held.conversation and "◆" in held.pane("timeline")


def test_the_words_that_answers_rest_on_are_marked() -> None:
    blocks = turn_blocks(player(), player().frames[1])
    styles = {style for block in blocks for row in block.rows(100) for _, style in row}
    assert "matched" in styles


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+q"])
async def test_leaving_ends_with_0(key: str) -> None:
    async with screen() as held:
        await held.press(key)
        assert held.app._exit and held.app.return_code == 0


async def test_a_demo_over_another_screen_goes_back_to_it() -> None:
    app = TerminalApp()
    async with app.run_test(size=(100, 30)) as pilot:
        below = app.screen
        demo = demo_screen(knowledge())
        await app.push_screen(demo)
        await pilot.pause()
        assert app.screen_stack == [below, demo]
        assert demo.player.playing and demo.player.frames[1].remark and demo.player.closing
        await pilot.press("q")
        await pilot.pause()
        assert app.screen_stack == [below]
        assert not app._exit


def test_the_marks_are_told_apart_in_ascii() -> None:
    assert in_ascii("●!◆█─←→") == "*!@#-<>"


# -- odd transcripts


async def test_a_transcript_without_replies_is_shown() -> None:
    async with screen(Player(saved(talk=()), knowledge())) as held:
        await held.press("space", "right", "left", "end", "g", "escape", "f4")
        assert held.player.place == 0 and "Turn 0 of 0" in held.pane("timeline")


async def test_a_damaged_transcript_of_other_knowledge_is_shown() -> None:
    text = "".join(f"{line.json()}\n" for line in saved().lines)
    other = replace(knowledge(), sha256="other", diagnoses=dict(list(knowledge().diagnoses.items())[2:]))
    cut = Player(parse(text[: len(text) // 2]), other, script=begin().script)
    async with screen(cut) as held:
        await held.press("end", "f4")
        assert "damaged, its good part" in held.pane("title")


def long_transcript(turns: int) -> Transcript:
    """Return a conversation that was said again and again."""
    lines: list[Line] = []
    once = saved().lines
    while sum(line.event.name == "replied" for line in lines) < turns:
        for line in once[1:] if lines else once:
            event = line.event
            for field in ("from_", "to"):
                if isinstance(getattr(event, field, None), int):
                    event = replace(event, **{field: getattr(event, field) + max(len(lines) - line.n, 0)})
            lines.append(link(len(lines), line.at, event, lines[-1].hash if lines else FIRST_PREV))
    return parse("".join(f"{line.json()}\n" for line in lines))


async def test_going_through_three_hundred_turns_is_quick() -> None:
    async with screen(Player(long_transcript(300), knowledge())) as held:
        await held.press("end")
        began = time.process_time()
        for _ in range(20):
            held.screen.action_step("back")
        # a rebuild of all the blocks at each step would take ten times as long
        assert time.process_time() - began < 2.0
        assert held.player.place >= 280


# -- the command


def in_terminal(*words: str, shows: bytes, then: bytes) -> tuple[int, bytes]:
    """Run `emh replay` in a terminal, type `then` once it shows something, and return its code and output."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "replay", *words],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown, typed, deadline = b"", False, time.monotonic() + 30
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    shown += os.read(ours, 65536)
                except OSError:
                    break
            if not typed and shows in shown:
                os.write(ours, then)
                typed = True
        code = process.wait(10)
    os.close(ours)
    return code, shown


def test_in_a_terminal_the_screen_opens_and_a_check_still_ends_with_1(tmp_path: Path) -> None:
    path = tmp_path / "changed.jsonl"
    path.write_text("".join(f"{line.json()}\n" for line in saved(changed=True).lines), encoding="utf-8")
    code, shown = in_terminal(str(path), "--check", "--turn", "2", shows=b"Turn 2 of 8", then=b"q")
    assert code == 1
    assert b"\x1b[?1049l" in shown and b"turns read again" in shown.rpartition(b"\x1b[?1049l")[2]


def test_in_a_terminal_a_damaged_transcript_is_shown_and_exits_4(tmp_path: Path) -> None:
    path = tmp_path / "torn.jsonl"
    path.write_text("".join(f"{line.json()}\n" for line in saved().lines)[:-300], encoding="utf-8")
    code, shown = in_terminal(str(path), shows=b"Turn 0 of", then=b"q")
    assert code == 4 and b"before the damage" in shown


def test_in_a_terminal_plain_takes_lines(tmp_path: Path) -> None:
    path = tmp_path / "held.jsonl"
    path.write_text("".join(f"{line.json()}\n" for line in saved().lines), encoding="utf-8")
    code, shown = in_terminal(str(path), "--plain", shows=b"replay> ", then=b"\nquit\n")
    assert code == 0 and b"Turn 1 of 8." in shown and b"\x1b" not in shown
