"""What holds of every interview, whatever is typed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.dialog import load_script
from assistant.knowledge import Kind, KnowledgeBase, load_knowledge
from assistant.session import COMMANDS, OPENING, Interview, State, fold, parse
from assistant.session.transcript import Replied
from assistant.understanding import Interpreter

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# no slash: a command has its own rules, and /quit ends what is under test
any_text = st.text(st.characters(codec=None), max_size=120).filter(
    lambda text: not text.strip().startswith("/")
)


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


def start(script: str = "liver-lesion") -> Interview:
    interview = Interview.start(
        knowledge(),
        load_script(script, knowledge()),
        interpreter=interpreter(),
        clock=lambda: datetime(2026, 11, 21, tzinfo=UTC),
    )
    interview.begin()
    return interview


def play(replies: Sequence[str], script: str = "liver-lesion") -> Interview:
    interview = start(script)
    for reply in replies:
        interview.reply(reply)
    return interview


def steady(state: State) -> State:
    """Return the state less an offer to stop, which is no event."""
    return state if state.pending is None or state.pending.finding or state.pending.to == OPENING else replace(
        state, pending=None
    )  # fmt: skip


@st.composite
def typed(draw: st.DrawFn) -> str:
    """Draw a reply a clinician may type: phrases of the knowledge, denied or doubted, numbers, short words."""
    finding = draw(st.sampled_from(list(knowledge().findings.values())))
    words = [phrase.text for phrase in finding.lexicon.phrases] + [value.name for value in finding.values]
    number = st.sampled_from(["1", "2", "7", "52", "7.2 cm", "35 mm", "6 months", "2-3 cm", "1200"])
    if finding.kind is Kind.QUANTITY or not words:
        return draw(number)
    frame = st.sampled_from(
        ["{}", "{}", "{}", "no {}", "maybe {}", "{}?", "{}, 52 years old", "{}\nno fever", "probably {}"]
    )
    short = st.sampled_from(["yes", "no", "unknown", "not done", "skip", "hm", "1", "3", "ask"])
    return draw(st.one_of(frame.map(lambda text: text.format(draw(st.sampled_from(words)))), short, number))


def answered(interview: Interview) -> bool:
    return bool(interview.state.changes)


# -- any text


@few
@given(st.lists(any_text, min_size=1, max_size=6), st.booleans())
@example(["\x1b[2J\ud800\u202e"], True)
@example(["፩", "9" * 400, "yes " * 2000], False)
def test_any_text_is_answered_in_words(replies: list[str], narrative: bool) -> None:
    interview = start()
    for reply in ("ask", *replies):
        said = interview.reply(reply, narrative=narrative and reply != "ask")
        assert any(utterance.text.strip() for utterance in said)
        assert interview.finished or interview.prompt.strip()


@few
@given(st.sampled_from([name for name in COMMANDS if name not in ("quit", "save")]), st.text(max_size=60))
def test_any_command_is_answered_in_words(name: str, argument: str) -> None:
    for replies in ((), ("ask",), ("ask", "52"), ("ask", "52", "/stop")):
        interview = play(replies)
        assert any(utterance.text.strip() for utterance in interview.reply(f"/{name} {argument}"))


@few
@given(st.lists(st.one_of(typed(), any_text), max_size=10))
def test_what_was_typed_stands_in_the_transcript(replies: list[str]) -> None:
    interview = play(["ask", *replies])
    kept = [line.event.text for line in interview.lines if isinstance(line.event, Replied)]
    expected = [reply.encode("utf-8", "replace").decode() for reply in replies if reply.strip()]
    assert [text for text in kept if text != "ask" and text.strip()] == [
        text for text in expected if text != "ask"
    ]


# -- going on


@few
@given(st.lists(typed(), min_size=2, max_size=8))
def test_going_on_from_any_line_gives_that_state_and_its_question(replies: list[str]) -> None:
    interview = play(["ask", *replies])
    rows = [line.json() + "\n" for line in interview.lines]
    for cut in range(1, len(rows) + 1):
        read = parse("".join(rows[:cut]))
        assert read.damage is None
        once = Interview.resume(read, knowledge(), interview.script, interpreter=interpreter())
        assert once.state == fold(interview.lines[:cut], knowledge())
        twice = Interview.resume(read, knowledge(), interview.script, interpreter=interpreter())
        assert [each.text for each in once.begin()] == [each.text for each in twice.begin()]
        assert once.pending == twice.pending
    assert steady(once.state) == steady(interview.state)
    if not interview.finished:
        assert once.prompt == interview.prompt
        assert once.reply("unknown")[-1].text == interview.reply("unknown")[-1].text


@few
@given(
    st.lists(
        st.one_of(typed(), st.sampled_from(["/undo", "/back", "/skip", "/why", "/population oncology"])),
        max_size=12,
    )
)
def test_the_state_is_what_the_written_events_give(replies: list[str]) -> None:
    interview = play(["ask", *replies])
    read = parse("".join(line.json() + "\n" for line in interview.lines))
    assert read.damage is None
    assert steady(fold(read.lines, knowledge())) == steady(interview.state)


@few
@given(
    st.lists(
        st.one_of(typed(), st.sampled_from(["/undo", "/back", "/skip", "why?", "/correct age 40"])),
        max_size=12,
    )
)
def test_the_same_replies_give_the_same_events(replies: list[str]) -> None:
    interview = play(["ask", *replies])
    kept = [line.event.text for line in interview.lines if isinstance(line.event, Replied)]
    assert [line.hash for line in play(kept).lines] == [line.hash for line in interview.lines]


# -- taking back


@few
@given(st.lists(typed(), max_size=6), typed())
def test_undo_gives_back_the_answers_and_the_posterior(replies: list[str], last: str) -> None:
    interview = play(["ask", *replies])
    changes = interview.state.changes
    answers, posterior = dict(interview.answers), dict(interview.differential.posterior)
    interview.reply(last)
    if interview.state.changes == changes or interview.finished:
        return
    interview.reply("/undo")
    assert dict(interview.answers) == answers
    assert list(interview.answers) == list(answers)
    assert dict(interview.differential.posterior) == posterior
    assert interview.state.changes == changes


@few
@given(st.lists(typed(), max_size=8))
def test_undoing_everything_leads_to_the_beginning(replies: list[str]) -> None:
    interview = play(["ask", *replies])
    for _ in range(len(interview.lines)):
        if not answered(interview):
            break
        interview.reply("/undo")
    assert interview.answers == {}
    assert interview.differential.posterior == pytest.approx(interview.differential.prior, abs=1e-12)


# -- what moves nothing


@few
@given(
    st.lists(typed(), max_size=5),
    st.sampled_from(["unknown", "cannot be assessed", "don't know"]),
)
def test_unknown_moves_nothing(replies: list[str], unknown: str) -> None:
    interview = play(["ask", *replies])
    pending = interview.pending
    if (
        pending is None
        or pending.finding is None
        or pending.reason == "confirm"
        or pending.finding in interview.answers
    ):
        return
    before = interview.differential.posterior
    interview.reply(unknown)
    assert interview.differential.posterior == pytest.approx(before, abs=1e-12)


@few
@given(st.sampled_from(list(load_knowledge().findings)))
def test_unknown_to_any_finding_moves_nothing(finding: str) -> None:
    interview = play(["ask", f"/correct {finding}", "unknown"])
    assert not interview.answers[finding].moves
    assert interview.differential.posterior == pytest.approx(interview.differential.prior, abs=1e-12)


# -- many interviews at random


def random_interviews() -> ModuleType:
    """Return tests/random_interviews.py, wherever pytest was started."""
    path = Path(__file__).with_name("random_interviews.py")
    spec = importlib.util.spec_from_file_location("random_interviews", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # a dataclass looks its module up by name
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_hundred_random_interviews_hold() -> None:
    failures = random_interviews().run(100)
    assert not failures, "\n".join(str(failure) for failure in failures)
