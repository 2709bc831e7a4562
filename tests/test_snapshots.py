"""What each screen looks like: a picture of every main state at three sizes, and of a few others at one.

The pictures lie in tests/__snapshots__/test_snapshots/. They show the small knowledge and the script of
tests/data/screens/, an interview with a fixed clock and a fixed name, and no version, so that they change with the
screens and not with the shipped knowledge.

Where one differs, look first: pytest writes snapshot_report.html into the folder it was started in, with both
pictures side by side. If all that has changed was meant to, renew them and read `git diff --stat`:

    pytest tests/test_snapshots.py --snapshot-update

An upgrade of Textual or Rich may draw the same screen in other words; then the whole folder is renewed at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]  # it has no py.typed
from textual.pilot import Pilot
from textual.widgets import TextArea

from assistant.dialog import Script, load_script
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.session import Interview, Transcript, TranscriptFile
from assistant.session import transcript as events
from assistant.session.player import Player
from assistant.session.replay import compare
from assistant.session.transcript import FIRST_PREV, Event, Line, link
from assistant.settings import Settings
from assistant.tui.answers import AnswersScreen
from assistant.tui.app import InterviewApp, TerminalApp
from assistant.tui.asking_line import LineBox
from assistant.tui.replaying import ReplayApp
from assistant.tui.screens import InterviewScreen
from assistant.understanding import Interpreter
from tests.watching import main_screen

# syrupy has renamed what the extension sets, and what is called .raw no viewer opens
SVGImageExtension.file_extension = "svg"

SIZES = [(60, 16), (80, 24), (120, 35)]
USUAL = (80, 24)

SCREENS = Path(__file__).parent / "data" / "screens"
SESSION = "20260102-090000-5f3a"
DIGEST = "0" * 64

TALK = (
    "34 year old woman, breast cancer, had chemotherapy",
    "yes",
    "AFP normal, no marrow disorder",
    "multiple lesions",
    "patchy, with heterogeneous arterial enhancement",
)
"""Ends at a question with options, after two alerts."""

CORRECTION = ("sorry, G-CSF was not given", "yes")

REPORT = """\
HISTORY: 9 year old girl, neuroblastoma, treated with chemotherapy and filgrastim.
FINDINGS: Multiple liver lesions with heterogeneous arterial enhancement, no washout.
They are probably dark in the hepatobiliary phase. AFP normal.
"""

REMARKS = (
    "One reply may say more than was asked. Each finding comes back with the words it was read from.",
    "G-CSF is suspected of driving blood formation outside the marrow, and a referral easily leaves it out.",
    "What was said in passing is taken over as well, and none of it is asked again.",
)

Act = Callable[[Pilot[Any]], Awaitable[None]]
"""Brings a running program into the state that is pictured."""


class Compare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(self, app: TerminalApp, *, terminal_size: tuple[int, int], run_before: Act) -> bool: ...


@pytest.fixture(autouse=True)
def fixed_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("EMH_DIALOGS", str(SCREENS / "dialogs"))
    # the version of the program stands in the report
    monkeypatch.setattr("assistant.session.interview.version", lambda: "0.0.0")
    yield


# -- what is shown


@cache
def knowledge() -> KnowledgeBase:
    return replace(load_knowledge(SCREENS / "knowledge"), sha256=DIGEST)


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


def script() -> Script:
    return replace(load_script("liver-lesion", knowledge()), sha256=DIGEST)


def ticking() -> Callable[[], datetime]:
    now = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)

    def look() -> datetime:
        nonlocal now
        now += timedelta(seconds=7)
        return now

    return look


def new_interview(folder: Path | None = None, *, first: bool = False) -> Interview:
    return Interview.start(
        knowledge(),
        script(),
        interpreter=interpreter(),
        clock=ticking(),
        # only the name of the interview is shown, not the folder
        store=TranscriptFile(folder / f"{SESSION}.jsonl") if folder is not None else None,
        session=SESSION,
        first=first,
    )


def altered(event: Event) -> Event:
    """Return an event of an interview in which the sex was read wrongly and EMH and HCC were exchanged."""
    if isinstance(event, events.Answered) and event.finding == "sex":
        return replace(event, answer="male")
    if isinstance(event, events.Revealed):
        shares = dict(event.posterior)
        shares["emh"], shares["hcc"] = shares["hcc"], shares["emh"]
        return replace(event, posterior=shares, leader=max(shares, key=lambda name: shares[name]))
    return event


@cache
def saved(*, changed: bool = False) -> Transcript:
    interview = new_interview()
    interview.begin()
    for text in (*TALK, *CORRECTION, "/stop"):
        interview.reply(text)
    lines: list[Line] = []
    for line in interview.lines:
        event = altered(line.event) if changed else line.event
        lines.append(link(line.n, line.at, event, lines[-1].hash if lines else FIRST_PREV))
    return Transcript(tuple(lines))


def player(**options: Any) -> Player:
    return Player(options.pop("transcript", saved()), knowledge(), script=script(), **options)


# -- programs and how they come into their states


def interview_app(folder: Path, settings: Settings, *, first: bool = False) -> InterviewApp:
    return InterviewApp(lambda: new_interview(folder, first=first), settings)


def told(*replies: str, keys: tuple[str, ...] = (), narrative: bool = False) -> Act:
    """Return what sends replies and presses keys once all that an interview loads is there."""

    async def act(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, InterviewApp)
        screen = await main_screen(app, pilot)
        await everything_loaded(screen, pilot)
        for reply in replies:
            screen.submit(reply, narrative=narrative)
        await pilot.pause()
        if keys:
            await pilot.press(*keys)
        await pilot.pause()

    return act


async def everything_loaded(screen: InterviewScreen, pilot: Pilot[Any]) -> None:
    for _ in range(500):
        await pilot.pause()
        if screen._differential_ready:
            break
    assert screen._differential_ready
    await pilot.app.workers.wait_for_complete()


def pressed(*keys: str) -> Act:
    async def act(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        if keys:
            await pilot.press(*keys)
        await pilot.pause()

    return act


async def correcting(pilot: Pilot[Any]) -> None:
    """Open the list of answers, and the box of one of them, with words in it that are not sent."""
    await told(*TALK, keys=("f2", "down", "down", "down", "down", "c"))(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, AnswersScreen)
    screen.query_one("#words", LineBox).insert_typed("not given, I asked")
    await pilot.pause()


def in_its_place(size: tuple[int, int]) -> tuple[str, ...]:
    """Return the keys that show the differential where there is no room for it beside the conversation."""
    return ("f6",) if size[0] < 80 else ()


State = Callable[[Path, tuple[int, int]], tuple[TerminalApp, Act]]

DARK = Settings(theme="dark", ascii=False)


def _interview(*replies: str, keys: tuple[str, ...] = (), settings: Settings = DARK) -> State:
    return lambda folder, size: (interview_app(folder, settings), told(*replies, keys=keys))


def moved_replay(folder: Path, size: tuple[int, int]) -> tuple[TerminalApp, Act]:
    then = saved(changed=True)
    comparison = compare(then, knowledge(), interpreter=interpreter())
    shown = player(transcript=then, comparison=comparison)
    # the first turn that moved, and one more
    return ReplayApp(shown, settings=DARK), pressed("right_square_bracket", "right", *in_its_place(size))


STATES: dict[str, State] = {
    "opening": lambda folder, size: (interview_app(folder, DARK, first=True), told()),
    "question": _interview(*TALK),
    "correction": lambda folder, size: (
        interview_app(folder, DARK),
        told(*TALK, *CORRECTION, keys=in_its_place(size)),
    ),
    "receipt": lambda folder, size: (interview_app(folder, DARK), told(REPORT, narrative=True)),
    "answers": lambda folder, size: (interview_app(folder, DARK), correcting),
    "differential": _interview(*TALK, *CORRECTION, keys=("f4",)),
    "help": _interview(*TALK, keys=("f1",)),
    "report": _interview(*TALK, keys=("ctrl+r",)),
    "replay": moved_replay,
    "end": _interview(*TALK, "/stop"),
}
"""The main states of the program."""

LIGHT = replace(DARK, theme="light")
ASCII = replace(DARK, ascii=True)

SINGLES: dict[str, State] = {
    "light": _interview(*TALK, settings=LIGHT),
    "ascii": _interview(*TALK, settings=ASCII),
    "ascii_differential": _interview(*TALK, *CORRECTION, keys=("f4",), settings=ASCII),
    "file_name": _interview(*TALK, keys=("ctrl+s",)),
    "demo": lambda folder, size: (
        ReplayApp(player(remarks=REMARKS), "Demo: The lesions that were none", DARK),
        pressed("right", "right", "right"),
    ),
    "hidden_replay": lambda folder, size: (
        ReplayApp(player(hidden=True), settings=DARK),
        pressed("right", "right"),
    ),
}
"""States that are pictured at one size."""

BARE: dict[str, State] = {
    "question": _interview(*TALK),
    "answers": lambda folder, size: (interview_app(folder, DARK), correcting),
}
"""States that are pictured without any colour."""


def picture(state: State, size: tuple[int, int], folder: Path, snap_compare: Compare) -> bool:
    app, act = state(folder, size)
    app.animation_level = "none"

    async def held_still(pilot: Pilot[Any]) -> None:
        await act(pilot)
        for box in pilot.app.screen.query(TextArea):
            box.cursor_blink = False

    return snap_compare(app, terminal_size=size, run_before=held_still)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", STATES)
def test_a_main_state(name: str, size: tuple[int, int], tmp_path: Path, snap_compare: Compare) -> None:
    assert picture(STATES[name], size, tmp_path, snap_compare)


@pytest.mark.parametrize("name", SINGLES)
def test_a_single(name: str, tmp_path: Path, snap_compare: Compare) -> None:
    assert picture(SINGLES[name], USUAL, tmp_path, snap_compare)


@pytest.mark.parametrize("name", BARE)
def test_without_colour(
    name: str, tmp_path: Path, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert picture(BARE[name], USUAL, tmp_path, snap_compare)


def test_no_picture_is_left_over() -> None:
    # syrupy does not tell of them when this file is run by itself
    tests = [f"test_a_main_state[{name}-{width}x{height}]" for name in STATES for width, height in SIZES]
    tests += [f"test_a_single[{name}]" for name in SINGLES]
    tests += [f"test_without_colour[{name}]" for name in BARE]
    pictures = Path(__file__).parent / "__snapshots__" / Path(__file__).stem
    assert sorted(path.name for path in pictures.iterdir()) == sorted(f"{test}.svg" for test in tests)
