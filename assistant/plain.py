"""The interview line by line, for pipes, ssh and screen readers: no colour, no cursor movement."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, repeat
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from assistant.errors import AssistantError
from assistant.locations import expanded
from assistant.report import FORMATS, copy_sentence, requested, save_report, write_new
from assistant.session import OPENING, Command, Interview, Utterance, parse_command

if TYPE_CHECKING:
    from assistant.session.case_runner import CaseRun

WIDTH = 78
"""Columns of a line; 80 less the two of the prompt."""

PROMPT = "> "
MORE = "| "
"""The prompt while the lines of a pasted text are collected."""

TOGETHER = 0.25
"""Seconds within which further lines belong to the same paste."""

STARTERS = frozenset(["ask", "start", "ask me"])
"""Alone on a line, they end the description of the case and start the questions."""

_PASTE_HINT = "(Several lines: an empty line or a full stop alone ends the text.)"
_AFTERWARDS = "(The questions are over. You can still ask, correct an answer, or quit.)"

# C0 but the newline, DEL, C1, and the marks that hide or turn what follows
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)

_BARRED = re.compile(r"^((?:\S+ )*\S+) {2,}#* +([<>]?\d+ %)  (.+?)(?:  ([+-]\d+))?$", re.MULTILINE)
"""A row of the differential: name, bar, percent, certainty word, change."""

_COMPARED = re.compile(r"^((?:\S+ )*\S+) {2,}([<>]?\d+ %) -> +([<>]?\d+ %)  (\S+)$", re.MULTILINE)
"""A row of before and after."""

_PREFIXES = {"alert": "ALERT: ", "error": "Sorry: ", "receipt": "Read: "}


class StoppedError(Exception):
    """A signal that ends the program arrived while it waited for input."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(signal.Signals(number).name)


class Signals:
    """SIGINT, SIGTERM and SIGHUP end the interview between two replies, never within a written line."""

    _NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self._waiting = False
        self._arrived: int | None = None

    @contextmanager
    def installed(self) -> Iterator[Signals]:
        """Catch the signals within the block."""
        before = {number: signal.signal(number, self._take) for number in self._NUMBERS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let a signal raise StoppedError within the block, also one that arrived before it."""
        self._waiting = True
        try:
            if self._arrived is not None:
                raise StoppedError(self._arrived)
            yield
        finally:
            self._waiting = False

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._arrived = number
        if self._waiting:
            raise StoppedError(number)


class Lines:
    """The lines of a stream, with a look whether another one is already there."""

    def __init__(self, stream: TextIO, signals: Signals | None = None) -> None:
        self.interactive = stream.isatty()
        self._stream = stream
        self._signals = signals or Signals()
        self._kept = b""
        self.ended = False
        """Whether everything was read from the stream; lines may be left."""

        try:
            self._handle: int | None = stream.fileno()
        except (OSError, ValueError):
            self._handle = None

    def next(self) -> str | None:
        """Return the next line without its end, None at the end of the input."""
        with self._signals.waiting():
            if self._handle is None:
                line = self._stream.readline()
                return line.rstrip("\r\n") if line else None
            while not self._has_line():
                self._read()
        if not self._kept:
            return None
        line_bytes, _, self._kept = self._kept.partition(b"\n")
        return line_bytes.decode("utf-8", "replace").rstrip("\r")

    def follows(self, seconds: float = TOGETHER) -> bool:
        """Say whether another line is there, or comes within `seconds`; at the end of the input too."""
        if self._handle is None:
            return True
        with self._signals.waiting():
            while not self._has_line() and select.select([self._handle], [], [], seconds)[0]:
                self._read()
        return self._has_line()

    @property
    def ready(self) -> bool:
        """Say whether a whole line is there already, as behind the first line of a paste."""
        return b"\n" in self._kept

    def _has_line(self) -> bool:
        return self.ended or b"\n" in self._kept

    def _read(self) -> None:
        assert self._handle is not None
        try:
            part = os.read(self._handle, 65536)
        except OSError:
            # a terminal that was hung up
            part = b""
        self._kept += part
        self.ended = not part


def clean(text: str) -> str:
    """Return `text` with nothing that could command a terminal or hide a part of it."""
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\t", " "))


def render(utterance: Utterance, width: int = WIDTH) -> str:
    """Return an utterance as lines of at most `width` columns; an empty line stands before a question."""
    text = utterance.text.strip()
    text = _COMPARED.sub(r"\1: \2 before, \3 now, \4", _BARRED.sub(_spoken, text))
    lines = list(_wrapped(_PREFIXES.get(utterance.kind, "") + text, width))
    if utterance.kind == "question":
        lines.insert(0, "")
    for option in utterance.options:
        lines.extend(_wrapped(f"  {option}", width))
    return "\n".join(lines)


def render_typed(text: str, width: int = WIDTH) -> str:
    """Return what the user typed as a dialog shows it."""
    lines = [part for line in clean(text).split("\n") for part in textwrap.wrap(line, width - 2) or [""]]
    return "\n".join((PROMPT + lines[0], *(MORE + line for line in lines[1:])))


def converse(interview: Interview, lines: Lines, out: TextIO) -> None:
    """Hold the interview until it is left or the input ends."""
    _show(interview.begin(), out)
    pasting = told = False
    while not interview.state.closed:
        if interview.finished and lines.interactive and not told:
            print(_AFTERWARDS, file=out)
            told = True
        at_opening = interview.pending is not None and interview.pending.to == OPENING
        text = _next_text(lines, out, pasting=pasting, at_opening=at_opening)
        if text is None:
            return
        said = interview.reply(text, narrative=pasting or "\n" in text)
        pasting = any(utterance.kind == "paste" for utterance in said)
        act = next((utterance for utterance in said if utterance.kind == "act"), None)
        if act is not None:
            command = parse_command(act.text)
            assert command is not None
            said = [*_carried_out(interview, command, out), *(one for one in said if one is not act)]
        _show(said, out)


def _carried_out(interview: Interview, command: Command, out: TextIO) -> list[Utterance]:
    """Do what only a front end can do, and return what there is to say of it."""
    try:
        return ACTS[command.name](interview, command.argument, out)
    except AssistantError as error:
        return [Utterance("error", f"{error}")]


def _report(interview: Interview, argument: str, out: TextIO) -> list[Utterance]:
    if not argument:
        return [Utterance("report", FORMATS["txt"](interview))]
    written = save_report(interview, *requested(argument))
    return [Utterance("remark", f"Report written: {written}")]


def _copy(interview: Interview, argument: str, out: TextIO) -> list[Utterance]:
    said = [Utterance("report", copy_sentence(interview))]
    if argument:
        written = write_new(expanded(argument), copy_sentence(interview) + "\n")
        said.append(Utterance("remark", f"Written: {written}"))
    return said


def _demo(interview: Interview, argument: str, out: TextIO) -> list[Utterance]:
    from assistant.session.demo import play_demo

    play_case(play_demo(interview.knowledge), out)
    return [Utterance("remark", "That was the bundled case; this is your interview again.")]


def _pane(interview: Interview, argument: str, out: TextIO) -> list[Utterance]:
    text = "Plain text has no panes: /differential, /whynot and /advice say what stands in them."
    return [Utterance("remark", text)]


def _light(interview: Interview, argument: str, out: TextIO) -> list[Utterance]:
    return [Utterance("remark", "Plain text has no colours of its own; those of your terminal hold.")]


ACTS: Mapping[str, Callable[[Interview, str, TextIO], list[Utterance]]] = {
    "report": _report,
    "copy": _copy,
    "demo": _demo,
    "pane": _pane,
    "light": _light,
}
"""Name of a command that only a front end can carry out -> what does so; the names are those of OF_FRONT_END."""


def play_case(played: CaseRun, out: TextIO, pause: Callable[[str], None] = lambda shown: None) -> None:
    """Show a case that was played, turn by turn with its remarks, and the differential at its end.

    Args:
        played: the case and what was said in it.
        out: takes the lines.
        pause: called after each part with its text, to leave time for reading.
    """

    def tell(parts: Iterable[str]) -> None:
        text = "\n".join(parts)
        print(text, file=out, flush=True)
        pause(text)

    def remark(text: str) -> None:
        if text:
            tell(["", render(Utterance("remark", f"Remark: {text}")), ""])

    title = f"Case {played.case.id}: {played.case.title}".removesuffix(": ")
    tell([render(Utterance("remark", title)), *map(render, played.opening)])
    # each turn was one exchange; what a case without turns says has no remark
    remarks = chain((turn.remark for turn in played.case.turns), repeat(""))
    for exchange, before in zip(played.exchanges, remarks, strict=False):
        remark(before)
        tell([render_typed(exchange.reply)])
        tell(map(render, exchange.said))
    if not played.interview.finished:
        standing = played.interview.reply("/differential")
        tell(render(utterance) for utterance in standing if utterance.kind != "question")
    remark(played.case.closing_remark)


def _show(said: list[Utterance], out: TextIO) -> None:
    for utterance in said:
        print(render(utterance, width_of(out)), file=out)
    out.flush()


def width_of(out: TextIO) -> int:
    """Return the columns of a line: WIDTH, or fewer in a narrower terminal."""
    return min(WIDTH, max(shutil.get_terminal_size().columns - 2, 20)) if out.isatty() else WIDTH


def _next_text(lines: Lines, out: TextIO, *, pasting: bool, at_opening: bool) -> str | None:
    """Return the next reply, of several lines where a text is pasted; None at the end of the input.

    At the opening one line is a reply by itself unless others come with it.
    """
    first = _ask_line(lines, out, MORE if pasting else PROMPT)
    if first is None or not (pasting or at_opening):
        return first
    if _ends(first):
        return ""
    if not pasting:
        if _starts(first) or parse_command(first) is not None or not lines.follows():
            return first
        if lines.interactive:
            print(_PASTE_HINT, file=out)
    block = [first]
    while True:
        line = _ask_line(lines, out, MORE)
        if line is None or _ends_block(line, lines) or (at_opening and _starts(line)):
            return "\n".join(block).rstrip("\n")
        block.append(line)


def _ask_line(lines: Lines, out: TextIO, prompt: str) -> str | None:
    if lines.interactive and not lines.ready:
        out.write(prompt)
        out.flush()
    return lines.next()


def _starts(line: str) -> bool:
    return line.strip().lower() in STARTERS


def _ends(line: str) -> bool:
    return line.strip() in ("", ".")


def _ends_block(line: str, lines: Lines) -> bool:
    """Say whether `line` ends a pasted text.

    Reports have paragraphs, so on a terminal an empty line does not while more of the paste follows it.
    """
    if line.strip():
        return _ends(line)
    return not lines.interactive or lines.ended or not lines.follows()


def _spoken(row: re.Match[str]) -> str:
    """Return a row of the differential as it is read aloud, without its bar."""
    name, share, word, change = row.groups()
    return f"{name}: {share}, {word}" + (f", {change}" if change else "")


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in clean(text).split("\n"):
        if len(line) <= width:
            yield line.rstrip()
            continue
        body = line.lstrip()
        indent = " " * (len(line) - len(body) + (2 if re.match(r"- |\d+ ", body) else 0))
        yield from textwrap.wrap(
            line, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=True
        )
