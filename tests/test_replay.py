from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from assistant.dialog import load_script
from assistant.knowledge import KnowledgeBase, load_knowledge, parse_answer
from assistant.session import Interview, Transcript, parse
from assistant.session import transcript as events
from assistant.session.playback import play
from assistant.session.replay import Comparison, compare
from assistant.session.transcript import FIRST_PREV, Event, Line, link
from assistant.understanding import Interpreter

TALK = (
    "A 52-year-old man with MDS.",
    "no",
    "/why",
    "chemo: yes",
    "undo",
    "no",
    "sorry, he is 53",
    "yes",
    "/population hematology",
    "not done",
    "skip",
    "/note seen with the radiologist",
    "/paste",
    "T2 hyper.\nAPHE.",
    "why not EMH?",
    "/correct sex female",
    "/stop",
)


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


@cache
def saved() -> Transcript:
    """Return the transcript of a conversation with everything that can change an answer."""
    clinics = list(knowledge().populations)
    interview = Interview.start(knowledge(), interpreter=interpreter(), session="saved")
    interview.begin()
    for reply in TALK:
        words = f"/population {clinics[0]}" if reply.startswith("/population") else reply
        interview.reply(words, narrative="\n" in reply)
    interview.close("done")
    return parse("".join(line.json() + "\n" for line in interview.lines))


def checked(
    transcript: Transcript, known: KnowledgeBase | None = None, tolerance: float = 0.01
) -> Comparison:
    own = interpreter() if known is None or known.cues is knowledge().cues else None
    return compare(transcript, known or knowledge(), tolerance=tolerance, interpreter=own)


def rewritten(transcript: Transcript, change: Callable[[Event], Event]) -> Transcript:
    """Return a whole transcript whose events were changed."""
    lines: list[Line] = []
    for line in transcript.lines:
        prev = lines[-1].hash if lines else FIRST_PREV
        lines.append(link(line.n, line.at, change(line.event), prev))
    return parse("".join(line.json() + "\n" for line in lines))


def with_prior(known: KnowledgeBase, diagnosis: str, prior: float) -> KnowledgeBase:
    changed = replace(known.diagnoses[diagnosis], prior=prior)
    return replace(known, diagnoses={**known.diagnoses, diagnosis: changed})


def test_nothing_moves_on_the_same_knowledge() -> None:
    comparison = checked(saved(), tolerance=0.0)
    assert comparison.moves == ()
    assert comparison.turns == len(TALK)


def test_an_edited_number_moves_leader_bands_and_probabilities() -> None:
    comparison = checked(saved(), with_prior(knowledge(), "emh", 0.9))
    kinds = {move.what for move in comparison.moves}
    assert kinds == {"leader", "band", "probability"}
    leader = next(move for move in comparison.moves if move.what == "leader")
    assert leader.now == "emh" != leader.was
    assert isinstance(saved().lines[leader.line - 1].event, events.Revealed)
    assert f"line {leader.line}: leader: {leader.was} -> emh" == str(leader)


def test_a_small_change_is_within_the_tolerance() -> None:
    moved = with_prior(knowledge(), "emh", knowledge().diagnoses["emh"].prior * 1.001)
    # the word of a diagnosis at the very edge of a band may change with the least of numbers
    strict = {move.what for move in checked(saved(), moved, tolerance=0.0).moves}
    assert "probability" in strict
    assert "probability" not in {move.what for move in checked(saved(), moved, tolerance=0.05).moves}


def test_another_reading_is_named_with_its_words_and_line() -> None:
    def change(event: Event) -> Event:
        if isinstance(event, events.Answered) and event.finding == "sex":
            return replace(event, answer="female")
        return event

    moves = [move for move in checked(rewritten(saved(), change)).moves if move.what == "answer"]
    assert moves
    first = moves[0]
    assert (first.subject, first.was, first.now, first.reply) == ("sex", "female", "male", TALK[0])
    assert isinstance(saved().lines[first.line - 1].event, events.Answered)
    assert len([move for move in moves if move.was == "female" and move.now == "male"]) == 1


def test_what_was_not_read_then_is_named() -> None:
    def change(event: Event) -> Event:
        if isinstance(event, events.Answered) and event.finding == "marrow_disorder":
            return events.Noted("not read")
        return event

    moves = [move for move in checked(rewritten(saved(), change)).moves if move.subject == "marrow_disorder"]
    assert moves[0].was is None
    assert moves[0].now is not None
    assert "nothing -> " in str(moves[0])


def test_a_finding_and_a_population_that_are_gone_are_named() -> None:
    def change(event: Event) -> Event:
        if isinstance(event, events.Opened):
            return replace(event, settings={**event.settings, "population": "gone_clinic"})
        if isinstance(event, events.Answered) and event.finding == "age":
            return replace(event, finding="gone_finding")
        if isinstance(event, events.Asked | events.Replied):
            if isinstance(event, events.Replied) and event.to == "malignancy":
                return replace(event, to="gone_finding")
            if isinstance(event, events.Asked) and event.finding == "malignancy":
                return replace(event, finding="gone_finding")
        return event

    moves = checked(rewritten(saved(), change)).moves
    assert ("population", "gone_clinic", None) in {(move.what, move.was, move.now) for move in moves}
    assert ("gone_finding", 52, None) in {(move.subject, move.was, move.now) for move in moves}


def test_answers_given_by_a_program_are_taken_as_they_are() -> None:
    interview = Interview.start(knowledge(), interpreter=interpreter())
    interview.begin()
    interview.reply("ask")
    for name, spelled in (
        ("age", 52),
        ("arterial_enhancement", {"one_of": ["homogeneous_hyper", "heterogeneous_hyper"]}),
        ("presentation", {"present": ["fever"], "absent": ["jaundice"]}),
        ("sex", "female"),
    ):
        interview.answer(parse_answer(knowledge().finding(name), spelled))
    transcript = parse("".join(line.json() + "\n" for line in interview.lines))
    assert checked(transcript).moves == ()


def test_a_confirmation_is_read_as_one() -> None:
    interview = Interview.start(knowledge(), interpreter=interpreter())
    interview.begin()
    interview.reply("ask")
    interview.reply("52")
    interview.reply("possibly MDS")
    for _ in range(12):
        if interview.pending is None or interview.pending.reason == "confirm":
            break
        interview.reply("unknown")
    interview.reply("yes")
    transcript = parse("".join(line.json() + "\n" for line in interview.lines))
    assert checked(transcript).moves == ()


def test_the_good_part_of_a_cut_transcript_is_compared() -> None:
    text = "".join(line.json() + "\n" for line in saved().lines)
    cut = parse(text[: len(text) // 2])
    assert cut.damage is not None
    assert checked(cut).moves == ()


def test_another_script_does_not_matter() -> None:
    script = load_script("quick", knowledge())
    interview = Interview.start(knowledge(), script, interpreter=interpreter())
    interview.begin()
    interview.reply("A 52-year-old man with MDS.")

    def change(event: Event) -> Event:
        return (
            replace(event, script={"id": "gone", "sha256": "0"})
            if isinstance(event, events.Opened)
            else event
        )

    transcript = parse("".join(line.json() + "\n" for line in interview.lines))
    assert checked(rewritten(transcript, change)).moves == ()


# -- playing back


def test_every_event_is_said_and_every_reply_shown() -> None:
    steps = list(play(saved(), knowledge()))
    typed = [step.typed for step in steps if step.typed is not None]
    assert typed[0] == TALK[0]
    assert len(typed) >= len(TALK) - 1
    kinds = {utterance.kind for step in steps for utterance in step.said}
    assert {"greeting", "question", "receipt", "remark", "differential", "summary"} <= kinds
    receipts = [one.text for step in steps for one in step.said if one.kind == "receipt"]
    assert any("(was " in text for text in receipts)
    assert any(text.startswith("Taken back: ") for step in steps for text in (one.text for one in step.said))


def test_a_transcript_of_other_knowledge_is_still_played() -> None:
    few = dict(list(knowledge().findings.items())[5:])
    other = replace(knowledge(), findings=few, diagnoses={}, advice=())
    texts = [one.text for step in play(saved(), other) for one in step.said]
    assert any(text.startswith("age: 52") for text in texts)
    assert any("emh" in text for text in texts if text.startswith("Now: "))


@pytest.mark.parametrize(("at", "seconds"), [("2026-11-21T10:00:02.500Z", 2.5), ("gibberish", 0.0)])
def test_pauses_are_those_of_the_clock(at: str, seconds: float) -> None:
    first, second = list(play(saved(), knowledge()))[:2]
    first = replace(first, line=replace(first.line, at="2026-11-21T10:00:00.000Z"))
    assert replace(second, line=replace(second.line, at=at)).seconds_after(first) == seconds
    assert first.seconds_after(None) == 0.0
