"""The whole program in real terminals: what is on the screen, and what is left when it ends in any way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from assistant.session import Transcript, Utterance, fold, is_open, read_transcript
from assistant.session.transcript import Closed, Replied
from tests.conversing import begin, knowledge, plain
from tests.terminal import HAS_TMUX, ROOT, TERMINALS, EmulatedTerminal, Terminal, squeezed

REPLIES = (
    "ask",
    "58",
    "male",
    "he has had a myelodysplastic syndrome for about six years and has been seen at our outpatient clinic since then",
    "/why",
    "no malignancy",
    "no",
    "none",
    "/evidence",
    "regularly transfused, about two units of red cells every third week since the spring of last year",
    "sorry, he is 59",
    "yes",
    "ferritin 2400",
    "unknown",
    "/whynot hcc",
    "multiple lesions, the largest measures 3.4 cm and lies in segment six just below the capsule of the right lobe",
    "no",
    "1",
    "not done",
    "what have we got?",
    "2",
    "/undo",
    "1",
    "no cirrhosis, no hepatitis B or C, no relevant alcohol, liver stiffness was measured at 5 kPa in the same week",
    "AFP normal",
    "/tests",
    "unknown",
    "spleen 17 cm",
    "/note the haematologist wants to be told before anything is punctured, whatever the next scan should show",
    "skip",
)
"""Thirty turns as people type them: numbers, words, sentences of several rows, commands, corrections."""

SHORT = ("58 y male, MDS", "no malignancy", "not given", "none")
WINDOWS = ((100, 30), (60, 16), (120, 40), (80, 24))

REPORT = """\
CT of the liver, triphasic, and MRI of the upper abdomen

Patient: a man of 58 years


History: myelodysplastic syndrome, regular transfusions.
No malignancy known.
No chemotherapy.

Technique: native, arterial, portal venous and delayed phase.
Slices of 3 mm.


Findings
""" + "\n".join(
    f"{sentence}{gap}"
    for sentence, gap in (
        ("Multiple lesions in both lobes of the liver.", "\n"),
        ("The largest measures 3.4 cm.", ""),
        ("They enhance homogeneously in the arterial phase.", "\n"),
        ("There is no washout.", ""),
        ("No capsule.", "\n\n"),
        ("The spleen measures 17 cm.", ""),
        ("The portal vein is patent.", ""),
        ("The hepatic veins are patent.", "\n"),
        ("No ascites.", ""),
        ("The pancreas is unremarkable.", ""),
        ("The kidneys are unremarkable.", ""),
        ("Both adrenals are slender.", "\n"),
        ("The bones show a patchy marrow.", ""),
        ("No fracture.", "\n"),
        ("Laboratory: AFP normal.", ""),
        ("Ferritin 2400 ug/L.", "\n\n"),
        ("End of the report; dictated, and read once.", ""),
    )
)


@dataclass
class Program:
    """The program in a terminal, and the folder that holds what it saves."""

    terminal: Terminal
    home: Path

    @property
    def files(self) -> list[Path]:
        return sorted(self.home.glob("sessions/*.jsonl"))

    @property
    def file(self) -> Path:
        """The transcript of the newest interview."""
        return max(self.files, key=lambda path: path.stat().st_mtime_ns)

    @property
    def transcript(self) -> Transcript:
        return read_transcript(self.file)

    @property
    def answers(self) -> dict[str, object]:
        return answers_in(self.file)

    def replied(self) -> list[Replied]:
        if not self.files:
            return []
        return [event for event in self.transcript.events if isinstance(event, Replied)]

    def wait_for_question(self, words: str) -> None:
        self.terminal.wait_for(lambda: Shown.of(self.terminal, words) is not None, f"the question {words!r}")

    def wait_for_input(self, words: str) -> None:
        """Wait until the end of `words` stands in the input, the rest of it may have scrolled away."""
        tail = squeezed(words)[-20:]
        self.terminal.wait_for(
            lambda: squeezed("".join(entry_rows(self.terminal.screen()))).endswith(tail),
            f"{words!r} in the input",
        )

    def send(self, text: str) -> None:
        """Type a reply and press Enter, as soon as it stands in the input, and wait until it is saved."""
        before = len(self.replied())
        self.terminal.type(text)
        self.wait_for_input(text)
        self.terminal.press("enter")
        self.terminal.wait_for(lambda: len(self.replied()) > before, f"{text!r} in the transcript")

    def converse(self, replies: Sequence[str]) -> None:
        """Send each reply as soon as the question before it is on the screen."""
        for number, text in enumerate(replies):
            self.wait_for_question(twin(tuple(replies[:number])).question)
            self.send(text)
        self.wait_for_question(twin(tuple(replies)).question)


Start = Callable[..., Program]


@pytest.fixture(
    params=[
        "pyte",
        pytest.param("tmux", marks=pytest.mark.skipif(not HAS_TMUX, reason="tmux is not installed")),
    ]
)
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    """Return what starts the program in a terminal; all its starts share one home."""
    kind = TERMINALS[request.param]
    opened: list[Terminal] = []

    def started(*arguments: str, size: tuple[int, int] = (80, 24), **environment: str) -> Program:
        folder = tmp_path / f"terminal-{len(opened)}"
        terminal = kind(folder, arguments, size, {**surroundings(tmp_path), **environment})
        opened.append(terminal)
        return Program(terminal, tmp_path)

    yield started
    for terminal in opened:
        terminal.close()


in_pyte = pytest.mark.parametrize("start", ["pyte"], indirect=True)
"""For what only the bytes tell, which tmux does not hand out, and for the mouse."""


def surroundings(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "EMH_SESSIONS": str(home / "sessions"),
        "EMH_STATE": str(home / "state"),
        "EMH_CONFIG": str(home / "config.toml"),
        # shared by the tests, since the first start of each would take a second longer
        "EMH_CACHE": os.environ["EMH_CACHE"],
    }


def answers_in(path: Path) -> dict[str, object]:
    return {
        finding: answer.plain()
        for finding, answer in fold(read_transcript(path).lines, knowledge()).answers.items()
    }


# -- what must be on the screen


@dataclass(frozen=True)
class Expected:
    """What an interview without a screen says after the same replies."""

    newest: str
    """The newest line of the conversation."""

    question: str
    options: tuple[str, ...]
    answers: dict[str, object]


@cache
def twin(replies: tuple[str, ...]) -> Expected:
    interview = begin(*replies[:-1])
    newest, said = "", interview.begin() if not replies else []
    if replies:
        newest, said = replies[-1], interview.reply(replies[-1])
    told = [one for one in said if one.kind not in ("question", "act", "answers")]
    if told:
        newest = told[-1].text
    asked = [one for one in said if one.kind == "question"][-1:] or [Utterance("question", "")]
    return Expected(newest, asked[0].text, asked[0].options, plain(interview))


@dataclass(frozen=True)
class Shown:
    """The screen of an interview in its parts."""

    conversation: str
    asked: str
    """The question and its options."""

    @classmethod
    def of(cls, terminal: Terminal, question: str) -> Shown | None:
        """Return the parts; None unless the whole question is on the screen, right above the input."""
        rows = terminal.screen()
        entry = len(rows) - len(entry_rows(rows)) - 1
        wanted = squeezed(question)
        for top in range(entry - 1, 0, -1):
            if squeezed("".join(rows[top:entry])).startswith(wanted):
                # the row of progress lies between the two
                conversation = left_of_side(rows[1 : top - 1])
                return cls(squeezed("".join(conversation)), squeezed("".join(rows[top:entry])))
        return None


def entry_rows(rows: Sequence[str]) -> Sequence[str]:
    """Return the rows of the input, without its prompt; none where it is not on the screen."""
    if not rows or "Quit" not in rows[-1]:
        return []
    place = next((place for place in range(len(rows) - 2, 0, -1) if rows[place].startswith(" >")), 0)
    return rows[place:-1] if place else []


def left_of_side(rows: Sequence[str]) -> list[str]:
    """Return the rows without the differential beside them, which begins with a line."""
    edges = [column for column in range(max(map(len, rows), default=0)) if all_there(rows, column)]
    return [row[: edges[0]] if edges else row for row in rows]


def all_there(rows: Sequence[str], column: int) -> bool:
    return all(row[column : column + 1] == "│" for row in rows)


READING = "PgUp PgDn read, Esc closes"
"""Above the page that a long reply opens in place of the conversation; question and input stay."""


def wait_for_all(program: Program, expected: Expected) -> None:
    """Wait until the newest line, the question with its options and the input are on the screen together."""
    terminal, closing = program.terminal, False

    def holds() -> bool:
        nonlocal closing
        shown, rows = Shown.of(terminal, expected.question), terminal.screen()
        if shown is None or not entry_rows(rows):
            return False
        reading = any(READING in row for row in rows)
        if reading and not closing:
            terminal.press("escape")
        closing = reading
        options = all(squeezed(option)[:10] in shown.asked for option in expected.options)
        return options and not reading and shown.conversation.endswith(squeezed(expected.newest)[-60:])

    terminal.wait_for(holds, f"the newest line {expected.newest[-80:]!r} above {expected.question!r}")


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
def test_the_newest_line_is_on_the_screen_at_each_turn(start: Start, size: tuple[int, int]) -> None:
    program = start(size=size)
    terminal = program.terminal
    program.wait_for_question(twin(()).question)
    for number in range(1, len(REPLIES) + 1):
        text, expected = REPLIES[number - 1], twin(REPLIES[:number])
        terminal.type(text)
        program.wait_for_input(text)
        if number > 1:
            # the input has grown at the cost of the conversation
            wait_for_all(program, twin(REPLIES[: number - 1]))
        terminal.press("enter")
        terminal.wait_for(lambda count=number: len(program.replied()) == count, f"turn {number}")  # type: ignore[misc]
        wait_for_all(program, expected)
        if number % 3 == 0:
            terminal.resize(*WINDOWS[number // 3 % len(WINDOWS)])
        elif number % 3 == 1:
            terminal.resize(*size)
        wait_for_all(program, expected)
    assert [one.text for one in program.replied()] == list(REPLIES)
    assert program.answers == expected.answers


# -- the end, in order or not


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_restores_the_terminal_and_loses_nothing(start: Start, number: signal.Signals) -> None:
    program = start()
    program.converse(SHORT)
    answers = program.answers
    assert answers == twin(SHORT).answers and answers
    program.terminal.type("not yet sent")
    program.wait_for_input("not yet sent")
    assert "alternate screen" in program.terminal.left_on
    program.terminal.kill(number)
    assert program.terminal.exit_code == 128 + number
    assert program.terminal.left_on == set()
    before, after = program.terminal.settings
    assert before == after
    last = program.transcript.events[-1]
    assert isinstance(last, Closed) and last.reason == "signal"
    if number != signal.SIGHUP:
        program.terminal.wait_for_text("Typed and not sent: not yet sent")

    again = start("--continue")
    again.wait_for_question(twin(SHORT).question)
    again.terminal.wait_for_text(f"Continued: {len(answers)} answers")
    again.send("unknown")
    assert len(again.files) == 1
    assert answers.items() <= again.answers.items()
    assert [one.text for one in again.replied()] == [*SHORT, "unknown"]
    again.terminal.press("ctrl+q")
    assert again.terminal.exit_code == 0
    assert again.terminal.left_on == set()


def test_a_closed_window_closes_the_interview(start: Start) -> None:
    program = start()
    program.converse(SHORT[:1])
    path = program.file
    program.terminal.hang_up()
    program.terminal.wait_for(lambda: not is_open(path), "the end of the program")
    last = program.transcript.events[-1]
    assert isinstance(last, Closed) and last.reason == "signal"


def test_kill_9_loses_no_answer_and_the_next_start_tells_how_to_go_on(start: Start, tmp_path: Path) -> None:
    program = start()
    program.converse(SHORT)
    session, answers = program.file.stem, program.answers
    assert answers == twin(SHORT).answers
    program.terminal.kill(signal.SIGKILL)
    assert program.terminal.exit_code == 128 + signal.SIGKILL
    assert program.answers == answers
    other = tmp_path / "other"
    shutil.copytree(program.file.parent, other / "sessions")

    nearly = start()
    for words in ("The last interview was cut off", f"emh chat --id {session}", "type `reset`"):
        nearly.terminal.wait_for_text(words)
    nearly.terminal.press("ctrl+q")
    assert nearly.terminal.exit_code == 0

    again = start("chat", "--id", session)
    again.wait_for_question(twin(SHORT).question)
    again.terminal.wait_for_text(f"Continued: {len(answers)} answers")
    again.send("unknown")
    assert again.file.stem == session
    assert [one.text for one in again.replied()] == [*SHORT, "unknown"]
    assert answers.items() <= again.answers.items()

    told = line_by_line(other, "ask\n")
    assert f"emh chat --id {session}" in told and "cut off" in told
    goes_on = line_by_line(other, "unknown\n", "--id", session)
    assert f"Continued: {len(answers)} answers" in goes_on
    assert answers.items() <= answers_in(other / "sessions" / f"{session}.jsonl").items()


def line_by_line(home: Path, typed: str, *arguments: str) -> str:
    """Return what the program says, on one line, when `typed` comes by a pipe."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "chat", "--plain", *arguments],
        env=surroundings(home), input=typed, capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip
    return " ".join(done.stdout.split())


# -- typing


def test_what_is_typed_before_the_first_screen_is_not_lost(start: Start) -> None:
    program = start()
    program.terminal.type("58 y male, MDS\rno malig")
    program.terminal.wait_for(lambda: len(program.replied()) == 1, "the line that was sent")
    assert program.replied()[0].text == "58 y male, MDS"
    program.wait_for_question(twin(SHORT[:1]).question)
    program.wait_for_input("no malig")
    program.send("nancy")
    assert program.replied()[-1].text == "no malignancy"


def test_ctrl_c_copies_and_ctrl_z_undoes_and_neither_ends_or_suspends(start: Start) -> None:
    program = start()
    terminal = program.terminal
    program.converse(SHORT[:2])
    for _ in range(3):
        terminal.press("ctrl+c")
    terminal.type("the marked words")
    program.wait_for_input("the marked words")
    terminal.press("shift+home")
    terminal.press("ctrl+c")
    terminal.wait_for(lambda: terminal.copied == "the marked words", "the copy")
    terminal.press("ctrl+z")
    terminal.wait_until_gone("the marked words")
    terminal.press("ctrl+p")
    terminal.type("suspend")
    terminal.wait_for_text("No matches found")
    terminal.press("escape")
    terminal.wait_until_gone("No matches found")
    program.send("not given")
    assert not terminal.ended


@in_pyte
def test_ctrl_c_copies_what_the_mouse_marked_in_the_conversation(start: Start) -> None:
    program = start()
    terminal = program.terminal
    program.converse(SHORT[:1])
    wait_for_all(program, twin(SHORT[:1]))
    marked = "age: 58 years"
    row, text = next((row, text) for row, text in enumerate(terminal.screen(), 1) if marked in text)
    column = text.index(marked) + 1
    first, last = f"{column};{row}", f"{column + len(marked) - 1};{row}"
    terminal.type(f"\x1b[<0;{first}M\x1b[<32;{last}M\x1b[<0;{last}m")
    terminal.press("ctrl+c")
    terminal.wait_for(lambda: terminal.copied == marked, "the copy")
    assert not terminal.ended


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
def test_a_pasted_report_is_kept_whole(start: Start, size: tuple[int, int]) -> None:
    assert REPORT.count("\n") == 39 and REPORT.count("\n\n") >= 8
    program = start(size=size)
    terminal = program.terminal
    program.wait_for_question(twin(()).question)
    terminal.paste(REPORT)
    program.wait_for_input(REPORT)
    assert not program.replied()
    terminal.press("enter")
    terminal.wait_for_text("What was read from your text")
    sent = program.replied()
    assert [(one.text, one.kind) for one in sent] == [(REPORT, "narrative")]
    assert len(program.answers) >= 5
    terminal.type("a")
    terminal.wait_until_gone("What was read from your text")
    program.send("/why")


@pytest.mark.parametrize("small", [(50, 24), (80, 12), (1, 1)])
def test_a_window_too_small_says_so_and_loses_nothing(start: Start, small: tuple[int, int]) -> None:
    program = start()
    terminal = program.terminal
    program.converse(SHORT)
    terminal.type("half of ")
    program.wait_for_input("half of")
    terminal.resize(*small)
    if small != (1, 1):
        terminal.wait_for_text("too small")
    terminal.type("a line")
    terminal.resize(80, 24)
    program.wait_for_input("half of a line")
    wait_for_all(program, twin(SHORT))
    assert not terminal.ended


# -- poor terminals

TOUR = {
    "f1": "Keys, and the commands",
    "f2": "All answers",
    "f4": "Course of",
    "ctrl+r": "h HTML",
    "ctrl+p": "Search for commands",
}
"""Keys that open a page or a screen, and words on it."""


def look_round(program: Program) -> EmulatedTerminal:
    """Show most of what the program can show, and leave it."""
    terminal = program.terminal
    assert isinstance(terminal, EmulatedTerminal)
    program.converse((*SHORT, "“Müller”: × ≥ 5 – multiple lesions in both lobes", "/nothing", "/undo"))
    for key, words in TOUR.items():
        terminal.press(key)
        terminal.wait_for_text(words)
        terminal.press("escape")
        terminal.wait_until_gone(words)
    terminal.press("ctrl+q")
    assert terminal.exit_code == 0
    terminal.wait_for_text("emh --continue")
    return terminal


@in_pyte
def test_colour_is_seen_where_it_is_not_forbidden(start: Start) -> None:
    # so that the next test is known to look at the right thing
    assert colours_in(look_round(start()).raw)


@in_pyte
@pytest.mark.parametrize(
    "variables",
    [
        {"LANG": "C", "PYTHONIOENCODING": "ascii"},
        # without these two Python takes every terminal of the C locale for one of UTF-8
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["named", "locale"],
)
def test_an_ascii_terminal_without_colour_gets_neither(start: Start, variables: dict[str, str]) -> None:
    raw = look_round(start(NO_COLOR="1", **variables)).raw
    assert {byte for byte in raw if byte > 127} == set()
    assert colours_in(raw) == set()


def colours_in(raw: bytes) -> set[int]:
    """Return the codes of colours that were sent; 39 and 49, the terminal's own, are none."""
    sent = (part for codes in re.findall(rb"\x1b\[([\d;:]*)m", raw) for part in re.split(rb"[;:]", codes))
    numbers = {int(part) for part in sent if part}
    return {number for number in numbers if 30 <= number <= 38 or 40 <= number <= 48 or number >= 90}
