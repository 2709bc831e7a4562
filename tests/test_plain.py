from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.plain import (
    WIDTH,
    Lines,
    Signals,
    StoppedError,
    clean,
    converse,
    render,
    render_typed,
)
from assistant.session import Interview, Utterance
from assistant.session.transcript import Replied
from assistant.understanding import Interpreter


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


def talk(typed: str) -> tuple[Interview, str]:
    """Return the interview and what was printed when `typed` comes from a file."""
    interview = Interview.start(knowledge(), interpreter=interpreter())
    out = io.StringIO()
    converse(interview, Lines(io.StringIO(typed)), out)
    return interview, out.getvalue()


def replies(interview: Interview) -> list[str]:
    return [line.event.text for line in interview.lines if isinstance(line.event, Replied)]


class Heard(io.StringIO):
    """An output that tells when some words were printed."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.heard = threading.Event()
        self._words = words

    def write(self, text: str) -> int:
        if self._words in text:
            self.heard.set()
        return super().write(text)


# -- rendering


@given(st.text(), st.sampled_from(["greeting", "question", "receipt", "alert", "summary", "error"]))
def test_any_text_gives_short_harmless_lines(text: str, kind: str) -> None:
    shown = render(Utterance(kind, text, options=("1 yes", text)))
    assert all(len(line) <= WIDTH for line in shown.split("\n"))
    assert not set(shown) & {"\x1b", "\x07", "\r", "\x9b", "\u202e", "\t"}


def test_a_question_stands_apart_with_an_option_a_line() -> None:
    shown = render(Utterance("question", "Is it so?", options=("1 yes", "2 no")))
    assert shown == "\nIs it so?\n  1 yes\n  2 no"


def test_what_was_understood_and_alerts_are_said_in_words() -> None:
    assert render(Utterance("receipt", "age: 52 years")).startswith("Read: ")
    assert render(Utterance("alert", "It may bleed.")).startswith("ALERT: ")


def test_wrapped_list_entries_hang() -> None:
    lines = render(Utterance("advice", "- " + "word " * 40)).split("\n")
    assert len(lines) > 1
    assert all(line.startswith("  ") for line in lines[1:])


def test_control_and_bidi_characters_are_shown_as_missing() -> None:
    assert clean("\x1b[31mred\u202e\r\nline\ttab") == "\ufffd[31mred\ufffd\nline tab"


def test_typed_text_is_quoted_line_by_line() -> None:
    assert render_typed("one\ntwo") == "> one\n| two"
    assert render_typed("") == "> "


# -- the opening


def test_lines_of_a_report_are_one_text_up_to_an_empty_line() -> None:
    interview, _ = talk("52-year-old man.\nMDS, transfusions.\n\nno\n")
    assert replies(interview)[:2] == ["52-year-old man.\nMDS, transfusions.", "no"]
    assert {"age", "sex", "marrow_disorder"} <= set(interview.answers)


def test_a_full_stop_alone_ends_the_text_too() -> None:
    interview, _ = talk("52-year-old man.\nMDS.\n.\nno\n")
    assert replies(interview)[0] == "52-year-old man.\nMDS."


def test_the_word_ask_ends_the_text_and_starts_the_questions() -> None:
    interview, _ = talk("52-year-old man.\nMDS.\nask\nno\n")
    assert replies(interview)[:2] == ["52-year-old man.\nMDS.", "no"]


@pytest.mark.parametrize("start", ["", ".", "ask", "Ask"])
def test_one_word_or_nothing_starts_the_questions_at_once(start: str) -> None:
    interview, _ = talk(f"{start}\n52\n")
    assert interview.answers["age"].quantity == (52.0, 52.0)


def test_a_command_at_the_opening_is_carried_out_at_once() -> None:
    interview, shown = talk("/help\nask\n52\n")
    assert "/undo" in shown
    assert "age" in interview.answers


def test_the_end_of_the_input_ends_the_text() -> None:
    interview, _ = talk("52-year-old man.\nMDS.")
    assert replies(interview) == ["52-year-old man.\nMDS."]


def test_pasted_lines_are_one_narrative_at_any_question() -> None:
    interview, _ = talk("ask\n/paste\nA 52-year-old man.\nMDS.\n\nno\n")
    assert replies(interview)[2] == "A 52-year-old man.\nMDS."
    assert {"age", "marrow_disorder"} <= set(interview.answers)


def test_quit_ends_the_interview_before_the_end_of_the_input() -> None:
    interview, shown = talk("ask\nquit\n52\n")
    assert interview.state.closed
    assert "age" not in interview.answers
    assert "Goodbye" in shown


def test_questions_to_the_program_are_answered_after_the_end() -> None:
    interview, shown = talk("ask\n52\n/stop\nwhy not EMH?\n")
    assert interview.state.concluded
    assert "It began at" in " ".join(shown.split())


# -- lines and signals


@pytest.fixture
def pipe() -> Iterator[tuple[io.TextIOWrapper, int]]:
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as stream:
        yield stream, writing


def test_lines_of_a_pipe_are_split_and_decoded(pipe: tuple[io.TextIOWrapper, int]) -> None:
    stream, writing = pipe
    os.write(writing, "näve\r\n\xff".encode() + b"\xff\nlast")
    os.close(writing)
    lines = Lines(stream)
    assert [lines.next(), lines.next(), lines.next(), lines.next()] == ["näve", "ÿ\ufffd", "last", None]


def test_a_line_that_comes_by_itself_is_told_from_a_paste(pipe: tuple[io.TextIOWrapper, int]) -> None:
    stream, writing = pipe
    lines = Lines(stream)
    os.write(writing, b"one\n")
    assert lines.next() == "one"
    assert not lines.follows(0.01)
    os.write(writing, b"two\nthree\n")
    assert lines.next() == "two"
    assert lines.follows(0.01)
    os.close(writing)
    assert lines.next() == "three"
    assert lines.follows(0.01)
    assert lines.next() is None


def test_a_single_line_at_the_opening_needs_no_empty_line(pipe: tuple[io.TextIOWrapper, int]) -> None:
    stream, writing = pipe
    interview = Interview.start(knowledge(), interpreter=interpreter())
    out = Heard("Read: age")

    def write() -> None:
        os.write(writing, b"A 52-year-old man.\n")
        out.heard.wait(20)
        os.write(writing, b"quit\n")
        os.close(writing)

    writer = threading.Thread(target=write)
    writer.start()
    converse(interview, Lines(stream), out)
    writer.join()
    assert replies(interview) == ["A 52-year-old man.", "quit"]


def test_a_signal_stops_the_wait_for_a_line(pipe: tuple[io.TextIOWrapper, int]) -> None:
    stream, writing = pipe
    signals = Signals()
    with signals.installed():
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
        with pytest.raises(StoppedError) as stopped:
            Lines(stream, signals).next()
        timer.join()
    os.close(writing)
    assert stopped.value.number == signal.SIGTERM


def test_a_signal_between_two_waits_is_kept_for_the_next() -> None:
    signals = Signals()
    with signals.installed():
        os.kill(os.getpid(), signal.SIGHUP)
        with pytest.raises(StoppedError), signals.waiting():
            raise AssertionError("the wait began")


def test_the_differential_is_read_aloud_without_its_bars() -> None:
    interview, _ = talk("ask\n58\n")
    (shown,) = [one for one in interview.reply("/differential") if one.kind == "differential"]
    rows = render(shown).splitlines()
    leader = knowledge().diagnoses[interview.differential.leader].short
    assert "#" not in "".join(rows) and rows[0].startswith(f"{leader}: ") and " %, " in rows[0]
    (compared,) = [one for one in interview.reply("/correct age 20") if one.kind == "comparison"]
    assert all(" before, " in row and " now, " in row for row in render(compared).splitlines()[1:])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/report", "LIVER LESION INTERVIEW"),
        ("/copy", "Estimate of an educational tool"),
        ("/pane", "no panes"),
        ("/light", "no colours of its own"),
        ("/demo", "this is your interview again"),
        ("/report pdf", "there is no format 'pdf'"),
    ],
)
def test_what_a_screen_does_is_done_in_lines(typed: str, told: str) -> None:
    interview, printed = talk(f"ask\n{typed}\n")
    assert told in " ".join(printed.split())
    assert printed.rstrip().endswith(interview.prompt), "the question stands again at the end"


def test_a_report_and_a_sentence_are_written_where_told(tmp_path: Path) -> None:
    talk(f"ask\n58\n/report {tmp_path}/sheet.html\n/report md {tmp_path}/sheet\n/copy {tmp_path}/one.txt\n")
    assert (tmp_path / "sheet.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "sheet").read_text("utf-8").startswith("# ")
    assert (tmp_path / "one.txt").read_text("utf-8").count("\n") == 1
