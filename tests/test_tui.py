"""The screen: behaviour by key presses, at the sizes people have."""

from __future__ import annotations

import errno
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import TextArea

from assistant.errors import UsageError
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.session import COMMANDS, Interview, TranscriptFile, read_transcript
from assistant.session.transcript import Closed, Replied
from assistant.settings import Settings
from assistant.tui import check_terminal
from assistant.tui.answers import AnswersScreen
from assistant.tui.app import InterviewApp
from assistant.tui.ascii_filter import in_ascii
from assistant.tui.lines import LEAST, alerts_now
from assistant.tui.reply_box import ReplyBox, boxed, unboxed
from assistant.tui.rows import Block, Row
from assistant.tui.screens import InterviewScreen
from assistant.tui.widgets import Page, Pane
from assistant.understanding import Interpreter
from tests.watching import interview_of, main_screen

SIZES = [(60, 16), (80, 24), (120, 35), (200, 50)]
HISTORY = "58 y male, MDS with transfusions, multiple liver lesions, largest 3.4 cm"


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NO_COLOR", raising=False)
    yield


class Held:
    """One running screen, and the short ways to act on it."""

    def __init__(self, app: InterviewApp, pilot: Pilot[None], shown: InterviewScreen) -> None:
        self.app, self.pilot, self.screen = app, pilot, shown
        self.interview = interview_of(app)

    @property
    def box(self) -> ReplyBox:
        return self.screen.query_one("#reply", ReplyBox)

    @property
    def conversation(self) -> Page:
        return self.screen.conversation

    def pane(self, name: str) -> str:
        return self.screen.query_one(f"#{name}", Pane).plain

    @property
    def page(self) -> str:
        return self.screen.query_one("#page", Page).plain if self.screen.has_class("-reading") else ""

    async def send(self, text: str) -> None:
        self.box.put(boxed(text))
        await self.pilot.press("enter")

    async def paste(self, text: str) -> None:
        self.box.post_message(events.Paste(text))
        await self.pilot.pause()

    def newest_is_shown(self) -> bool:
        page = self.conversation
        last = "".join(text for text, _ in page.rows[-1]).strip()
        return last in page.render_line(page.size.height - 1).text

    def replied(self) -> list[Replied]:
        return [line.event for line in self.interview.lines if isinstance(line.event, Replied)]


def new_interview(store: TranscriptFile | None = None) -> Interview:
    return Interview.start(knowledge(), interpreter=interpreter(), store=store)


@asynccontextmanager
async def screen(
    size: tuple[int, int] = (120, 35), interview: Interview | None = None
) -> AsyncIterator[Held]:
    app = InterviewApp(lambda: interview or new_interview())
    async with app.run_test(size=size) as pilot:
        yield Held(app, pilot, await main_screen(app, pilot))


# -- the first frame and every size


@pytest.mark.parametrize("size", SIZES)
async def test_everything_is_on_the_screen_at_every_size(size: tuple[int, int]) -> None:
    async with screen(size) as held:
        assert "Let us find out" in held.conversation.plain
        assert "Describe the case" in held.pane("question")
        await held.send(HISTORY)
        assert held.newest_is_shown()
        assert held.interview.prompt.split()[-1] in held.pane("question")
        below = ["progress", "question", "entry", "keys"]
        regions = [held.screen.query_one(f"#{name}").region for name in below]
        assert regions[-1].bottom == size[1]
        assert all(region.height and region.right <= size[0] for region in regions)
        assert held.conversation.size.height >= 5
        assert "F1 Help" in held.pane("keys") and "^Q Quit" in held.pane("keys")
        leader = knowledge().diagnoses[held.interview.differential.leader].short
        assert leader in held.pane("side" if size[0] >= 80 else "title")


@pytest.mark.parametrize("size", [(59, 16), (1, 1)])
async def test_a_window_too_small_says_so_and_loses_nothing(size: tuple[int, int]) -> None:
    async with screen((80, 24)) as held:
        held.box.put("half a reply")
        await held.pilot.resize_terminal(*size)
        await held.pilot.pause()
        assert held.screen.query_one("#small").display
        if size[0] > 50:
            assert f"{LEAST[0]} columns and {LEAST[1]} rows" in held.pane("small").replace("\n", " ")
        await held.pilot.press("x")
        await held.pilot.resize_terminal(80, 24)
        await held.pilot.pause()
        assert not held.screen.query_one("#small").display
        assert held.box.text == "half a replyx"
        assert held.newest_is_shown()


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_the_newest_line_is_on_the_screen_at_each_of_the_first_turns(size: tuple[int, int]) -> None:
    async with screen(size) as held:
        for number in range(20):
            held.screen.submit(
                "ask" if number == 0 else "/note a few words" if number % 3 else "1", narrative=False
            )
            await held.pilot.pause()
            assert held.newest_is_shown(), f"turn {number}"


async def test_a_resize_wraps_anew_and_stays_at_the_newest_line() -> None:
    async with screen((200, 50)) as held:
        await held.send(HISTORY)
        await held.pilot.resize_terminal(80, 24)
        await held.pilot.pause()
        page = held.conversation
        assert all(sum(len(text) for text, _ in row) <= page.size.width for row in page.rows)
        assert held.newest_is_shown()


async def test_a_turn_wraps_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    async with screen((80, 24)) as held:
        held.conversation.add([Block("an earlier message")] * 500)
        wrapped: list[Block] = []
        rows = Block.rows

        def counting(block: Block, width: int) -> list[Row]:
            wrapped.append(block)
            return rows(block, width)

        monkeypatch.setattr(Block, "rows", counting)
        held.screen.submit("ask", narrative=False)
        await held.pilot.pause()
        assert 0 < len(wrapped) < 20


# -- typing, pasting, history


async def test_typed_keys_arrive_and_enter_sends() -> None:
    async with screen() as held:
        await held.pilot.press("a", "s", "k", "enter")
        assert [reply.text for reply in held.replied()] == ["ask"]
        assert held.box.text == ""
        assert held.interview.prompt in held.pane("question")


async def test_a_pasted_report_stays_whole_and_is_a_narrative() -> None:
    report = "CT ABDOMEN\nINDICATION: MDS, 58 y\nFINDINGS: lesion [left lobe]\n\nspleen 17 cm"
    async with screen() as held:
        held.box.put("History: ")
        await held.paste(report.replace("\n", "\r"))
        assert held.box.size.height == 5
        await held.pilot.press("enter")
        (reply,) = held.replied()
        assert (reply.text, reply.kind) == (f"History: {report}", "narrative")


async def test_a_pasted_line_is_a_line() -> None:
    async with screen() as held:
        await held.paste("She was given filgrastim.\n")
        assert held.box.text == "She was given filgrastim."


async def test_a_long_paste_stands_as_a_placeholder_and_is_sent_whole() -> None:
    report = "\n".join(f"line {number} of a long report" for number in range(2000))
    async with screen() as held:
        await held.paste(report)
        assert "2,000 lines" in held.box.text
        held.box.insert_typed(" and more")
        assert held.box.written == f"{report} and more"
        await held.pilot.press("enter")
        assert held.replied()[0].text == f"{report} and more"


async def test_hostile_text_is_shown_and_kept_as_it_is() -> None:
    hostile = "[@click=app.quit]Q[/] [red]x \x1b]0;title\x07\x1b[2J\u202eab\u200b [/] [link=http://x]"
    async with screen() as held:
        await held.paste(hostile)
        assert "\x1b" not in held.box.text and "\u202e" not in held.box.text
        await held.pilot.press("enter")
        assert held.replied()[0].text == hostile
        assert "[@click=app.quit]Q[/] [red]x" in held.conversation.plain
        assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(held.conversation.plain)
        await held.send("/note [/] [bold]")
        assert not held.app.crashed


def test_boxing_can_be_undone() -> None:
    text = "".join(map(chr, range(1, 0x300))) + "\u202e\u200d\u2066\ufeff"
    assert unboxed(boxed(text)) == text.replace("\r", "\n")
    assert not any(ord(character) < 32 and character not in "\t\n" for character in boxed(text))


async def test_up_and_down_walk_through_what_was_sent_and_keep_the_draft() -> None:
    async with screen() as held:
        await held.send("ask")
        await held.send("52")
        held.box.put("a draft")
        await held.pilot.press("up")
        assert held.box.text == "52"
        await held.pilot.press("up", "up")
        assert held.box.text == "ask"
        await held.pilot.press("down", "down")
        assert held.box.text == "a draft"


async def test_undo_takes_typing_back_first_and_then_the_answer() -> None:
    async with screen() as held:
        await held.send("ask")
        await held.send("52")
        assert "age" in held.interview.answers
        await held.pilot.press("x", "ctrl+z")
        assert held.box.text == ""
        assert "age" in held.interview.answers
        await held.pilot.press("ctrl+z")
        assert "age" not in held.interview.answers


async def test_tab_completes_a_command() -> None:
    async with screen() as held:
        await held.pilot.press("/", "s", "u", "tab")
        assert held.box.text == "/summary"


async def test_a_click_on_an_option_sends_its_number() -> None:
    async with screen() as held:
        await held.send("ask")
        await held.send("52")
        rows = held.pane("question").split("\n")
        assert rows[1].startswith("  1 ")
        await held.pilot.click("#question", offset=(3 + 1, 1))
        assert held.replied()[-1].text == "1"


# -- keys, pages, themes


@pytest.mark.parametrize(
    ("key", "command"), [("f3", "/why"), ("f5", "/tests"), ("f8", "/evidence"), ("f9", "/summary")]
)
async def test_function_keys_say_their_command_and_leave_the_typing(key: str, command: str) -> None:
    async with screen((80, 24)) as held:
        held.screen.submit("ask", narrative=False)
        held.box.put("half typed")
        question = held.pane("question")
        await held.pilot.press(key)
        assert (held.replied()[-1].text, held.replied()[-1].kind) == (command, "command")
        assert f"> {command}" in held.conversation.plain
        assert held.pane("question") == question
        await held.pilot.press("escape", "escape")
        assert held.box.text == "half typed"
        assert not held.page


async def test_what_is_longer_than_the_conversation_opens_as_a_page() -> None:
    async with screen((80, 24)) as held:
        await held.send(HISTORY)
        await held.send("/differential")
        assert knowledge().diagnoses["emh"].short in held.page
        before = held.screen.query_one("#page", Page).scroll_offset.y
        await held.pilot.press("pagedown")
        assert held.screen.query_one("#page", Page).scroll_offset.y > before
        await held.send("none")
        assert not held.page
        assert held.newest_is_shown()


async def test_help_lists_every_key_and_command_and_asks_nothing() -> None:
    async with screen() as held:
        await held.pilot.press("f1")
        assert held.replied() == []
        assert all(held.screen.key_of(action) in held.page for action in held.screen.ACTIONS)
        assert all(f"/{name}" in held.page for name in COMMANDS)
        await held.pilot.press("f1")
        assert not held.page


async def test_the_palette_offers_every_action_with_its_key_and_command() -> None:
    async with screen() as held:
        offered = {command.title: command.help for command in held.app.get_system_commands(held.screen)}
        for action in held.screen.ACTIONS:
            told = offered[f"{action.id.replace('_', ' ').capitalize()}: {action.does}"]
            assert held.screen.key_of(action) in told and action.command in told


@pytest.mark.parametrize("size", [(60, 16), (120, 35)])
async def test_the_differential_can_be_shown_and_hidden(size: tuple[int, int]) -> None:
    async with screen(size) as held:
        await held.send(HISTORY)
        side = held.screen.query_one("#side")
        at_first = side.display
        await held.pilot.press("f6")
        await held.pilot.pause()
        assert side.display != at_first
        leader = knowledge().diagnoses[held.interview.differential.leader].short
        assert leader in held.pane("side" if side.display else "title")


async def test_light_and_dark() -> None:
    async with screen() as held:
        await held.pilot.press("ctrl+l")
        assert held.app.theme == "emh-light"
        await held.pilot.press("ctrl+l")
        assert held.app.theme == "emh-dark"


async def test_without_colour_nothing_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with screen() as held:
        await held.send(HISTORY)
        for name in ("conversation", "side", "question"):
            widget = held.screen.query_one(f"#{name}")
            strip = widget.render_line(1)
            kept = [
                part
                for filter_ in held.app.get_line_filters()
                for part in filter_.apply(list(strip), widget.background_colors[1])
            ]
            colours = {part.style.color.name for part in kept if part.style and part.style.color}
            assert colours <= {"default"}


def test_ascii_is_as_wide_as_what_it_stands_for() -> None:
    assert in_ascii("█▌▏ ✓ ┃ é 漢字 · … ─ ▄") == "##  * | e ???? - ~ -  "


# -- what the interview does


async def test_an_alert_is_a_marked_block_and_comes_once() -> None:
    async with screen() as held:
        await held.send("58 y male, MDS")
        await held.send("no malignancy")
        assert held.conversation.plain.count("┃ ALERT") == len(held.interview.state.alerted) > 0
        assert "bleed when biopsied" in held.conversation.plain.replace("\n┃ ", " ")


async def test_the_end_opens_the_summary_and_more_can_be_said() -> None:
    async with screen((80, 24)) as held:
        await held.send("stop")
        assert "Answers:" in held.page and "Differential:" in held.page
        assert "questions are over" in held.pane("question")
        await held.send("A 58-year-old man")
        assert "age" in held.interview.answers


async def test_a_continued_interview_shows_what_was_said(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    first = new_interview(TranscriptFile(path))
    first.begin()
    first.reply("58 y male, MDS")
    first.close("quit")
    again = Interview.resume(read_transcript(path), knowledge(), interpreter=interpreter())
    async with screen(interview=again) as held:
        assert "> 58 y male, MDS" in held.conversation.plain
        assert "Continued: 3 answers" in held.conversation.plain
        assert again.prompt in held.pane("question")


async def test_after_the_paste_command_the_next_text_is_a_narrative() -> None:
    async with screen() as held:
        await held.send("ask")
        await held.send("/paste")
        assert "Enter sends it" in held.conversation.plain
        await held.send("58 y male")
        assert held.replied()[-1].kind == "narrative"


async def test_a_full_disk_is_told_and_the_reply_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with screen() as held:

        def full(text: str, *, narrative: bool = False) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(held.interview, "reply", full)
        await held.send("58 y male")
        assert "No space left" in held.conversation.plain
        assert held.box.text == "58 y male"


# -- leaving


async def test_quit_closes_the_interview_and_keeps_what_was_not_sent() -> None:
    async with screen() as held:
        held.box.put("not sent")
        await held.pilot.press("ctrl+q")
    assert held.interview.state.closed
    assert held.app.return_code == 0
    assert held.app.farewell()[-2:] == ["Typed and not sent:", "not sent"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_closes_the_interview(number: signal.Signals) -> None:
    async with screen() as held:
        held.app.end_by_signal(number)
        held.app.stand_down()
        await held.pilot.pause()
    last = held.interview.lines[-1].event
    assert isinstance(last, Closed) and last.reason == "signal"
    assert held.app.return_code == 128 + number


PROGRAM = """
import sys
from pathlib import Path
from assistant.session import Interview, TranscriptFile
from assistant.tui import run
sys.exit(run(lambda: Interview.start(store=TranscriptFile(Path(sys.argv[1])))))
"""


def test_a_signal_restores_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown, signalled, deadline = b"", False, time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    shown += os.read(ours, 65536)
                except OSError:
                    break
            if not signalled and b"Describe" in shown:
                process.send_signal(signal.SIGTERM)
                signalled = True
        code = process.wait(10)
    os.close(ours)
    assert code == 128 + signal.SIGTERM
    assert b"\x1b[?1049l" in shown and b"\x1b[?1000l" in shown
    last = read_transcript(path).events[-1]
    assert isinstance(last, Closed) and last.reason == "signal"


def test_without_a_terminal_there_is_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="--plain"):
        check_terminal()


def test_the_box_is_a_text_area() -> None:
    # its keys for moving and marking are those people know from other programs
    assert issubclass(ReplyBox, TextArea)


@pytest.mark.parametrize("typed", ["/answers", "/receipt", "what did I answer?"])
async def test_the_list_of_answers_opens_when_it_is_asked_for_in_words(typed: str) -> None:
    async with screen((80, 24)) as held:
        await held.send(HISTORY)
        await held.send(typed)
        await held.pilot.pause()
        opened: object = held.app.screen
        assert isinstance(opened, AnswersScreen)
        await held.pilot.press("escape")
        assert held.app.screen is held.screen


async def test_ctrl_c_says_how_to_leave_and_leaves_nothing() -> None:
    async with screen((80, 24)) as held:
        await held.pilot.press("ctrl+c")
        assert "Ctrl+Q leaves" in held.conversation.plain and not held.app._exit


async def test_a_report_that_cannot_be_written_is_told_on_the_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path / "file" / "below"))
    async with screen((80, 24)) as held:
        await held.pilot.press("ctrl+r")
        await held.pilot.press("h")
        shown = held.app.screen.query_one("#written", Pane)
        assert "choose another folder" in shown.plain.replace("\n", " ") and shown.region.height > 0


async def test_the_theme_is_kept_for_the_next_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMH_STATE", str(tmp_path))
    async with screen() as held:
        await held.pilot.press("ctrl+l")
    async with screen() as held:
        assert held.app.theme == "emh-light"
    assert InterviewApp(new_interview, Settings(theme="dark")).theme == "emh-dark", "a setting comes first"


async def test_a_key_that_was_set_takes_the_place_of_the_usual_one() -> None:
    app = InterviewApp(new_interview, Settings(keys={"help": "f12"}))
    async with app.run_test(size=(120, 35)) as pilot:
        held = Held(app, pilot, await main_screen(app, pilot))
        await pilot.press("f1")
        assert not held.page
        await pilot.press("f12")
        assert held.page and "F12" in held.page and "F12 Help" in held.pane("keys")


async def test_the_sentence_goes_to_the_clipboard_and_into_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path))
    async with screen() as held:
        await held.send(HISTORY)
        await held.pilot.press("ctrl+t")
        (written,) = tmp_path.glob("*.sentence.txt")
        assert held.app.clipboard == written.read_text(encoding="utf-8").strip()
        assert "Estimate of an educational tool" in held.app.clipboard
        assert held.app.clipboard.split(";")[0] in " ".join(held.conversation.plain.split())


def test_alerts_are_counted_from_when_they_interrupted() -> None:
    early = new_interview()
    early.begin()
    assert any(rule.kind == "alert" for rule in early.advice) and alerts_now(early) == 0
    early.reply(HISTORY)
    assert alerts_now(early) == len(early.state.alerted) > 0
