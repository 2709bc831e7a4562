"""The state as the fold of the events, one event at a time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from assistant.errors import AnswerError
from assistant.knowledge import Answer, KnowledgeBase, load_knowledge, parse_answer
from assistant.session import OPENING, STOP, State, fold
from assistant.session.state import after
from assistant.session.transcript import (
    FIRST_PREV,
    VERSION,
    Answered,
    Asked,
    Closed,
    Concluded,
    Corrected,
    Event,
    Interpreted,
    KnowledgeChanged,
    Line,
    Noted,
    Opened,
    Replied,
    Retracted,
    Revealed,
    link,
)

AT = "2026-11-21T10:00:00.000Z"
MARK = {"version": "1", "sha256": "0" * 64}


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


def opened(**settings: Any) -> Opened:
    return Opened("0.1.0", VERSION, MARK, {"id": "quick", "sha256": "1" * 64}, settings, 1, "s1")


def lines(events: Iterable[Event]) -> list[Line]:
    chain: list[Line] = []
    for event in events:
        chain.append(link(len(chain), AT, event, chain[-1].hash if chain else FIRST_PREV))
    return chain


def state(*events: Event) -> State:
    return fold(lines(events), knowledge())


def answer(finding: str, spelled: object) -> Answer:
    return parse_answer(knowledge().finding(finding), spelled)


def confirm(finding: str, spelled: object) -> dict[str, object]:
    return {"finding": finding, "answer": spelled, "outcome": "confirm", "spans": []}


TWO_TURNS: tuple[Event, ...] = (
    opened(),
    Asked("age", "How old?", "must_ask"),
    Replied("52, GCSF given", "age", "reply"),
    Answered("age", 52, 2, ((0, 2),)),
    Answered("gcsf", "yes", 2, ((4, 14),)),
    Asked("sex", "Sex?", "scripted"),
    Replied("male; no, 53", "sex", "reply"),
    Answered("sex", "male", 6, ((0, 4),)),
    Corrected("age", 53, 52, 6, ((10, 12),)),
)


def test_no_event_is_the_empty_state() -> None:
    assert fold([], knowledge()) == State()


def test_folding_in_parts_is_folding_the_whole() -> None:
    chain = lines(TWO_TURNS)
    for cut in range(len(chain) + 1):
        assert fold(chain[cut:], knowledge(), fold(chain[:cut], knowledge())) == fold(chain, knowledge())


def test_one_more_event_is_one_more_step() -> None:
    chain = lines(TWO_TURNS)
    assert after(fold(chain[:-1], knowledge()), chain[-1], knowledge()) == fold(chain, knowledge())


def test_the_opening_names_the_clinic() -> None:
    clinic = next(iter(knowledge().populations))
    assert state(opened(population=clinic)).population == clinic
    assert state(opened()).population is None


# -- questions


def test_a_question_is_pending_until_the_reply() -> None:
    asked = state(opened(), Asked("age", "How old?", "must_ask"))
    assert asked.pending is not None
    assert (asked.pending.to, asked.pending.finding, asked.pending.reason) == ("age", "age", "must_ask")
    assert asked.pending.wording == "How old?"
    assert state(opened(), Asked("age", "How old?", "must_ask"), Replied("x", "age", "reply")).pending is None


@pytest.mark.parametrize("to", [OPENING, STOP])
def test_what_is_no_question_of_a_finding_has_none(to: str) -> None:
    from assistant.session import Pending

    assert Pending(to, to, "?").finding is None


def test_a_finding_counts_as_asked_once_and_a_second_question_as_a_repeat() -> None:
    folded = state(
        opened(),
        Asked("age", "How old?", "must_ask"),
        Replied("x", "age", "reply"),
        Asked("age", "In years?", "clarify"),
        Replied("52", "age", "reply"),
        Asked("gcsf", "Given?", "scripted"),
        Asked("age", "How old?", "scripted"),
        Asked("sex", "Is that right?", "confirm", ("male",)),
    )
    assert folded.asked == ("age", "gcsf")
    assert folded.repeats == 2


def test_options_come_back_as_answers() -> None:
    options = (["fever"], {"present": ["fever"], "absent": ["jaundice"]}, "unknown")
    folded = state(opened(), Asked("presentation", "Which?", "clarify", options))
    assert folded.pending is not None
    assert folded.pending.options == tuple(answer("presentation", option) for option in options)


def test_a_command_leaves_the_question_pending() -> None:
    folded = state(opened(), Asked("age", "How old?", "must_ask"), Replied("/why", "age", "command"))
    assert folded.pending is not None
    assert folded.pending.to == "age"


def test_skipping_settles_a_question_and_an_answer_takes_it_up_again() -> None:
    skipped: tuple[Event, ...] = (opened(), Asked("age", "How old?", "x"), Replied("/skip", "age", "command"))
    assert state(*skipped).settled == {"age"}
    assert state(*skipped).pending is None
    assert state(*skipped, Replied("he is 52", "sex", "reply"), Answered("age", 52, 3)).settled == frozenset()


def test_a_clarification_that_brings_nothing_leaves_the_question_open() -> None:
    events = (opened(), Asked("age", "Which?", "clarify"), Replied("hm", "age", "reply"))
    assert state(*events).settled == {"age"}
    assert state(*events, Answered("age", 52, 2)).settled == frozenset()


def test_a_reply_to_the_offer_to_stop_that_goes_on_declines_it() -> None:
    assert state(opened(), Replied("no", STOP, "reply")).stop_declined
    assert state(opened(), Replied("skip", STOP, "command")).stop_declined
    assert not state(opened(), Replied("/why", STOP, "command")).stop_declined


# -- answers


def test_answers_stand_in_the_order_of_first_storing() -> None:
    folded = state(*TWO_TURNS)
    assert list(folded.answers) == ["age", "gcsf", "sex"]
    assert folded.answers["age"] == answer("age", 53)
    assert folded.last_turn == 6


def test_the_words_of_an_answer_are_those_it_was_read_from() -> None:
    folded = state(*TWO_TURNS)
    assert folded.words("age") == "53"
    assert folded.words("gcsf") == "GCSF given"
    assert folded.words("ferritin") == ""


def test_several_stretches_of_words_are_joined() -> None:
    absent = {"present": [], "absent": ["fever", "jaundice"]}
    folded = state(
        opened(),
        Replied("no fever, no jaundice", None, "narrative"),
        Answered("presentation", absent, 1, ((0, 8), (10, 21))),
    )
    assert folded.words("presentation") == "no fever … no jaundice"


@pytest.mark.parametrize(
    ("finding", "spelled"),
    [
        ("age", 52),
        ("age", {"range": [50, 55]}),
        ("gcsf", "yes"),
        ("gcsf", "unknown"),
        ("gcsf", "not_done"),
        ("gcsf", {"probable": "yes"}),
        ("t2_signal", {"one_of": ["markedly_hyperintense", "mildly_hyperintense"]}),
        ("presentation", ["fever", "jaundice"]),
        ("presentation", {"present": ["fever"], "absent": ["jaundice"], "closed": True}),
    ],
)
def test_every_spelling_of_an_answer_is_folded(finding: str, spelled: object) -> None:
    folded = state(opened(), Replied("…", finding, "reply"), Answered(finding, spelled, 1))
    assert folded.answers == {finding: answer(finding, spelled)}
    assert folded.answers[finding].plain() == spelled


def test_an_answer_the_knowledge_does_not_know_is_told() -> None:
    with pytest.raises(AnswerError):
        state(opened(), Answered("gcsf", "perhaps", 1))
    with pytest.raises(AnswerError):
        state(opened(), Answered("gscf", "yes", 1))


# -- taking back


def test_retracting_takes_back_every_answer_of_the_turn_and_no_other() -> None:
    folded = state(*TWO_TURNS, Retracted("sex", 6))
    assert folded.answers == {"age": answer("age", 52), "gcsf": answer("gcsf", "yes")}
    assert folded.words("age") == "52"
    assert folded.last_turn == 2
    assert folded.pending is None


def test_retracting_twice_goes_back_twice() -> None:
    folded = state(*TWO_TURNS, Retracted("sex", 6), Retracted("age", 2))
    assert folded.answers == {}
    assert folded.last_turn is None


def test_retracting_reopens_an_interview_that_had_ended() -> None:
    ended = (*TWO_TURNS, Concluded({"other": 1.0}, (), "complete"))
    assert state(*ended).concluded
    assert state(*ended).stopped == "complete"
    reopened = state(*ended, Retracted("sex", 6))
    assert not reopened.concluded
    assert reopened.stopped == ""


# -- readings that wait


def waiting(folded: State) -> list[tuple[str, Answer]]:
    return [(proposal.finding, proposal.answer) for proposal in folded.to_confirm]


def test_a_reading_to_confirm_waits_until_it_is_replied_to() -> None:
    two = Interpreted(1, (confirm("gcsf", "yes"), confirm("sex", "male")))
    events = (opened(), Replied("…", None, "narrative"), two)
    assert waiting(state(*events)) == [("gcsf", answer("gcsf", "yes")), ("sex", answer("sex", "male"))]
    put = (*events, Asked("gcsf", "Right?", "confirm", ("yes",)))
    assert [name for name, _ in waiting(state(*put, Replied("/why", "gcsf", "command")))] == ["gcsf", "sex"]
    assert [name for name, _ in waiting(state(*put, Replied("no", "gcsf", "reply")))] == ["sex"]


def test_a_skipped_proposal_is_dropped_and_its_question_stays() -> None:
    events = (
        opened(),
        Interpreted(1, (confirm("gcsf", "yes"),)),
        Asked("gcsf", "Right?", "confirm", ("yes",)),
    )
    skipped = state(*events, Replied("/skip", "gcsf", "command"))
    assert waiting(skipped) == []
    assert skipped.settled == frozenset()


def test_taking_a_narrative_back_takes_its_proposals_back() -> None:
    events = (
        opened(),
        Replied("…", None, "narrative"),
        Interpreted(1, (confirm("gcsf", "yes"),)),
        Answered("age", 52, 1),
    )
    assert waiting(state(*events)) == [("gcsf", answer("gcsf", "yes"))]
    assert waiting(state(*events, Retracted(None, 1))) == []


def test_a_newer_reading_takes_the_place_of_an_older_one() -> None:
    events = (opened(), Interpreted(1, (confirm("gcsf", "yes"),)), Interpreted(2, (confirm("gcsf", "no"),)))
    assert waiting(state(*events)) == [("gcsf", answer("gcsf", "no"))]


def test_an_answer_ends_the_waiting() -> None:
    assert (
        state(opened(), Interpreted(1, (confirm("gcsf", "yes"),)), Answered("gcsf", "no", 2)).to_confirm == ()
    )


@pytest.mark.parametrize("outcome", ["accept", "ask"])
def test_what_is_stored_or_asked_does_not_wait(outcome: str) -> None:
    entry = {**confirm("gcsf", "yes"), "outcome": outcome}
    assert state(opened(), Interpreted(1, (entry,))).to_confirm == ()


# -- the rest


def test_notes_and_the_trail_are_kept_in_order() -> None:
    first, second = {"emh": 0.1, "other": 0.9}, {"emh": 0.2, "other": 0.8}
    folded = state(
        opened(), Noted("a"), Revealed(first, "other", True), Noted("b"), Revealed(second, "other", True)
    )
    assert folded.notes == ("a", "b")
    assert folded.trail == (first, second)


def test_an_alert_is_remembered_once() -> None:
    posterior = {name: 1 / len(knowledge().diagnoses) for name in knowledge().diagnoses}
    once = state(opened(), Revealed(posterior, "emh", True))
    assert (
        state(opened(), Revealed(posterior, "emh", True), Revealed(posterior, "emh", True)).alerted
        == once.alerted
    )


def test_the_end_leaves_nothing_pending() -> None:
    folded = state(opened(), Asked("age", "How old?", "x"), Concluded({"other": 1.0}, (), "asked"))
    assert folded.concluded
    assert folded.pending is None


def test_a_closed_interview_is_open_again_with_its_next_event() -> None:
    closed: tuple[Event, ...] = (*TWO_TURNS, Closed("quit"))
    assert state(*closed).closed
    assert not state(*closed, KnowledgeChanged(MARK, {"id": "quick", "sha256": "2" * 64})).closed
    assert not state(*closed, Replied("x", "sex", "reply")).closed
    assert state(*closed).answers == state(*TWO_TURNS).answers
