"""Where a replay stands, and what it says of a turn."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from assistant.dialog import load_script
from assistant.errors import UsageError
from assistant.session import Transcript, parse
from assistant.session import transcript as events
from assistant.session.player import FASTEST, LEAST_WAIT, LONGEST_WAIT, SECONDS_PER_WORD, SLOWEST, Player
from assistant.session.replay import Comparison, compare
from assistant.session.transcript import FIRST_PREV, Event, Line, link
from assistant.session.turn_words import (
    compared_lines,
    list_of_moves,
    move_lines,
    moves_words,
    own_lines,
    reasons_lines,
    spoken_lines,
    turn_words,
)
from tests.conversing import begin, interpreter, knowledge

TALK = (
    "58 y male, MDS with transfusions, multiple liver lesions, largest 3.4 cm",
    "no",
    "1",
    "/why",
    "no",
    "undo",
    "2",
    "/stop",
)
SECONDS = 6.0


def altered(event: Event) -> Event:
    """Return an event of an interview in which the sex was read wrongly and two diagnoses were exchanged."""
    if isinstance(event, events.Answered) and event.finding == "sex":
        return replace(event, answer="female")
    if isinstance(event, events.Revealed):
        shares = dict(event.posterior)
        shares["emh"], shares["lymphoma_leukemia"] = shares["lymphoma_leukemia"], shares["emh"]
        return replace(event, posterior=shares, leader=max(shares, key=lambda name: shares[name]))
    return event


@cache
def saved(*, changed: bool = False, talk: tuple[str, ...] = TALK, seconds: float = SECONDS) -> Transcript:
    """Return a conversation with one event every `seconds`."""
    lines: list[Line] = []
    for line in begin(*talk).lines:
        moment = line.n * seconds
        at = f"2026-11-21T14:{int(moment // 60):02}:{moment % 60:06.3f}Z"
        event = altered(line.event) if changed else line.event
        lines.append(link(line.n, at, event, lines[-1].hash if lines else FIRST_PREV))
    return parse("".join(f"{line.json()}\n" for line in lines))


@cache
def comparison() -> Comparison:
    return compare(saved(changed=True), knowledge(), interpreter=interpreter())


def player(*, changed: bool = False, turn: int = 0, hidden: bool = False, speed: float = 1.0) -> Player:
    compared = comparison() if changed else None
    return Player(
        saved(changed=changed), knowledge(), comparison=compared, turn=turn, hidden=hidden, speed=speed
    )


# -- going on


def test_steps_end_at_both_ends() -> None:
    held = player()
    assert held.turns == len(TALK)
    assert not held.back()
    seen = [held.frame.typed]
    while held.forward():
        seen.append(held.frame.typed)
    assert seen == [None, *TALK]
    assert held.at_end and not held.forward() and not held.last()
    assert held.back() and held.frame.typed == TALK[-2]
    assert held.first() and held.place == 0 and not held.first()


@pytest.mark.parametrize("words", ["9", "-1", "seven", "", "99999999999999999999"])
def test_a_turn_that_is_not_there_is_told(words: str) -> None:
    held = player(turn=2)
    with pytest.raises(UsageError, match=r"8"):
        held.jump_to(words)
    assert held.place == 2
    assert held.jump_to(" 7 ") and held.place == 7 and not held.jump(7)
    with pytest.raises(UsageError):
        player(turn=99)


def test_playing_stops_at_the_last_turn_and_begins_anew() -> None:
    held = player(turn=len(TALK) - 2)
    held.toggle()
    assert held.playing and held.forward() and held.playing
    assert held.forward() and not held.playing
    held.toggle()
    assert held.playing and held.place == 0
    held.toggle()
    assert not held.playing


def test_the_speed_doubles_and_halves_within_its_bounds() -> None:
    held = player()
    held.faster()
    assert held.speed == 2.0
    for _ in range(9):
        held.faster()
    assert held.speed == FASTEST == 16.0
    for _ in range(12):
        held.slower()
    assert held.speed == SLOWEST == 0.25
    assert player(speed=1000.0).speed == FASTEST


def test_the_pauses_are_those_of_then_within_bounds() -> None:
    held = player()
    held.jump(1)
    pause = held.frames[2].seconds
    assert pause > LONGEST_WAIT
    assert held.wait == LONGEST_WAIT
    held.speed = 4.0
    assert held.wait == pause / 4
    held.speed = 16.0
    assert held.wait == max(pause / 16, LEAST_WAIT)
    held.last()
    assert held.wait == LEAST_WAIT


def test_what_a_program_said_and_a_remark_are_given_time_to_be_read() -> None:
    made = Player(saved(seconds=0.0), knowledge(), turn=1)
    assert 1.0 < made.wait <= 8.0
    remark = "A remark of a teacher that takes some seconds to read. " * 4
    taught = Player(saved(), knowledge(), remarks=[remark], turn=1, speed=2.0)
    assert taught.frame.remark == remark
    assert taught.wait == len(remark.split()) * SECONDS_PER_WORD / 2 > player(turn=1, speed=2.0).wait


# -- what is shown


def test_the_differential_is_the_recorded_one_with_its_change() -> None:
    held = player()
    assert held.starting and held.shown is not None and held.before is None
    held.jump(2)
    assert held.shown is not None
    assert dict(held.shown.posterior) == held.frames[2].recorded
    assert held.before == held.frames[1].recorded
    assert held.interview is not None and held.same_knowledge
    assert held.interview.differential.leader == held.shown.leader
    lines = spoken_lines(held)
    assert len(lines) == len(knowledge().diagnoses)
    assert any("than before" in line for line in lines)
    assert held.today is None and compared_lines(held) == []


def test_the_invitation_to_describe_the_case_is_the_first_question() -> None:
    held = player()
    question = held.question(held.frame)
    assert question is not None and question.text == begin().script.opening.prompt.strip()
    assert turn_words(held) == "Before the first of 8 turns"
    held.forward()
    assert turn_words(held) == "Turn 1 of 8"


def test_answers_that_today_cannot_read_leave_the_recorded_numbers() -> None:
    few = dict(list(knowledge().findings.items())[3:])
    other = replace(knowledge(), findings=few, sha256="other")
    held = Player(saved(), other, script=load_script("liver-lesion", knowledge()), turn=2)
    assert held.interview is None and held.shown is not None and not held.same_knowledge
    assert "cannot read" in reasons_lines(held)[0]
    held.first()
    assert held.shown is not None


def test_hidden_turns_tell_no_differential() -> None:
    held = player(hidden=True)
    kinds = {one.kind for frame in held.frames for one in held.said(frame)}
    assert "receipt" in kinds and not kinds & {"differential", "summary"}
    held.hidden = False
    assert {"differential", "summary"} <= {one.kind for frame in held.frames for one in held.said(frame)}


def test_a_transcript_without_replies_has_one_turn() -> None:
    held = Player(saved(talk=()), knowledge())
    assert held.turns == 0 and held.at_end and not held.forward()
    held.toggle()
    assert not held.playing


# -- differences


def test_differences_are_gone_through_in_both_directions() -> None:
    held = player(changed=True)
    places = []
    while held.next_move():
        places.append(held.place)
    assert places == [frame.number for frame in held.frames if frame.moves] != []
    assert held.previous_move() and held.place == places[-2]
    held.first()
    assert not held.previous_move()
    assert [turn for turn, _ in list_of_moves(held)] == places
    assert moves_words(held) == f"{len(places)} turns differ today"
    assert moves_words(player()) == ""
    assert not player().next_move()


def test_differences_are_told_in_words() -> None:
    held = player(changed=True, turn=1)
    lines = move_lines(knowledge(), held.frame.moves)
    assert "sex: female then, male today" in lines
    everything = [line for _, lines in list_of_moves(held) for line in lines]
    assert sum(line.startswith("Probabilities: ") for line in everything) >= 1
    assert any(line.startswith("Leader: ") for line in everything)
    held.jump(2)
    beside = compared_lines(held)
    assert len(beside) == len(knowledge().diagnoses)
    assert all(" then, " in line and line.endswith(" today.") for line in beside)


def test_a_clinic_that_is_gone_differs_before_the_first_turn() -> None:
    lines: list[Line] = []
    for line in saved().lines:
        event = line.event
        if isinstance(event, events.Opened):
            event = replace(event, settings={**event.settings, "population": "gone"})
        lines.append(link(line.n, line.at, event, lines[-1].hash if lines else FIRST_PREV))
    transcript = parse("".join(f"{line.json()}\n" for line in lines))
    held = Player(
        transcript, knowledge(), comparison=compare(transcript, knowledge(), interpreter=interpreter())
    )
    assert held.frame.moves
    assert move_lines(knowledge(), held.frame.moves) == ["Clinic: gone then, nothing today"]
    held.last()
    assert held.shown is not None, "what was recorded is shown"
    assert held.interview is None, "and nothing of today, which has no such clinic"


# -- a list of one's own


def test_a_list_is_held_against_what_the_interview_had() -> None:
    held = player(turn=2, hidden=True)
    own = held.commit("FNH,  1. metastases; emh, fnh")
    assert own.diagnoses == ("fnh", "metastasis", "emh")
    assert not held.hidden and held.lists[2] is own
    assert held.shown is not None
    lines = own_lines(held, own)
    assert lines[0].startswith(f"1. FNH: rank {held.shown.rank('fnh')}, ")
    missed = [name for name in list(held.shown.posterior)[:3] if name not in own.diagnoses]
    assert all(f"{knowledge().diagnoses[name].short} (rank " in lines[-1] for name in missed)
    held.forward()
    assert own_lines(held, own) == lines
    again = player(turn=2)
    assert again.shown is not None
    whole = again.commit(",".join(list(again.shown.posterior)[:3]))
    assert "all on your list" in own_lines(again, whole)[-1]


@pytest.mark.parametrize(
    ("words", "told"), [("fhn", "did you mean 'fnh'"), (" , ", "at least one"), ("emh, hccc", "'hccc'")]
)
def test_what_is_no_diagnosis_is_told_and_nothing_is_shown(words: str, told: str) -> None:
    held = player(turn=2, hidden=True)
    with pytest.raises(UsageError, match=told):
        held.commit(words)
    assert held.hidden and not held.lists
