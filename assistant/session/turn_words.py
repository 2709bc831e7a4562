"""A turn of a replay in words: which it is, its differential, what today sees differently, a learner's own list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.errors import AnswerError
from assistant.inference import percent, points, reasons
from assistant.knowledge import KnowledgeBase, parse_answer
from assistant.session.player import OwnList, Player
from assistant.session.replay import Move
from assistant.session.wording import answer_words, differential_lines, leading_of_either, weights_lines

HIDDEN = "Hidden until you commit to a list of your own."

FIRST = 3
"""So many leading diagnoses a list is held against."""


def turn_words(player: Player) -> str:
    """Return which turn it is, as `Turn 7 of 23`."""
    if player.place:
        return f"Turn {player.place} of {player.turns}"
    return f"Before the first of {player.turns} turns" if player.turns != 1 else "Before the only turn"


def end_words(player: Player) -> str:
    """Return what is told at the last turn of a transcript that is whole, and of one that is cut."""
    damage = player.transcript.damage
    return "This is the last turn." if damage is None else "The transcript is damaged after this turn."


# -- what moved


def move_lines(knowledge: KnowledgeBase, moves: Sequence[Move]) -> list[str]:
    """Return what today's knowledge sees differently, the changed probabilities together in the last line."""
    lines = [_move_line(knowledge, move) for move in moves if move.what != "probability"]
    shares = sorted(
        (move for move in moves if move.what == "probability"),
        key=lambda move: -abs((move.now or 0.0) - (move.was or 0.0)),
    )
    if shares:
        told = [
            f"{_diagnosis(knowledge, move.subject)} {percent(move.was or 0.0)} then, {percent(move.now or 0.0)} today"
            for move in shares[:FIRST]
        ]
        more = [f"{len(shares) - FIRST} more"] if len(shares) > FIRST else []
        lines.append(f"Probabilities: {'; '.join([*told, *more])}")
    return lines


def _move_line(knowledge: KnowledgeBase, move: Move) -> str:
    match move.what:
        case "answer":
            subject = (
                knowledge.findings[move.subject].name if move.subject in knowledge.findings else move.subject
            )
            was, now = (_answer(knowledge, move.subject, value) for value in (move.was, move.now))
            return f"{subject}: {was} then, {now} today"
        case "leader":
            return f"Leader: {_diagnosis(knowledge, move.was)} then, {_diagnosis(knowledge, move.now)} today"
        case "band":
            return f"{_diagnosis(knowledge, move.subject)}: {move.was} then, {move.now} today"
        case _:
            return f"Clinic: {_or_nothing(move.was)} then, {_or_nothing(move.now)} today"


def _answer(knowledge: KnowledgeBase, name: str, value: Any) -> str:
    finding = knowledge.findings.get(name)
    if value is None or finding is None:
        return _or_nothing(value)
    try:
        return answer_words(finding, parse_answer(finding, value))
    except AnswerError:
        return str(value)


def _or_nothing(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _diagnosis(knowledge: KnowledgeBase, name: str | None) -> str:
    diagnosis = knowledge.diagnoses.get(name or "")
    return diagnosis.short if diagnosis is not None else _or_nothing(name)


def list_of_moves(player: Player) -> list[tuple[int, list[str]]]:
    """Return each turn that differs today, with its differences in words."""
    return [
        (frame.number, move_lines(player.knowledge, frame.moves)) for frame in player.frames if frame.moves
    ]


def moves_words(player: Player) -> str:
    """Return how many turns differ today; nothing where they were not compared."""
    if player.comparison is None:
        return ""
    count = sum(bool(frame.moves) for frame in player.frames)
    return (
        "no turn differs today"
        if not count
        else "1 turn differs today"
        if count == 1
        else f"{count} turns differ today"
    )


# -- the differential


def heading_words(player: Player) -> str:
    """Return what the differential of the present turn is."""
    if player.shown is None:
        return "No differential was recorded."
    return "At the start" if player.starting else "Differential as it was recorded"


def spoken_lines(player: Player, most: int | None = None) -> list[str]:
    """Return the differential one diagnosis a line, with the change since the turn before, fit to be read aloud."""
    shown = player.shown
    if shown is None:
        return []
    lines = []
    for number, (name, share) in enumerate(list(shown.posterior.items())[:most], start=1):
        line = f"{number}. {_diagnosis(player.knowledge, name)}: {percent(share)}, {shown.certainty(share)}"
        before = player.before
        change = points(before[name], share) if before and name in before else 0
        if change:
            line += f", {abs(change)} {'more' if change > 0 else 'less'} than before"
        lines.append(f"{line}.")
    return lines


def compared_lines(player: Player, most: int | None = None) -> list[str]:
    """Return the differential of then beside that of today, one diagnosis a line; nothing where it is not known."""
    shown, today = player.shown, player.today
    if shown is None or today is None:
        return []
    then = shown.posterior
    named = leading_of_either(then, today.posterior)
    return [
        f"{_diagnosis(player.knowledge, name)}: {percent(then[name]) if name in then else 'not listed'} then, "
        f"{percent(today.posterior[name])} today."
        for name in named[:most]
    ]


def barred_lines(player: Player) -> list[str]:
    """Return the whole differential in columns with bars."""
    shown = player.shown
    if shown is None:
        return []
    return list(differential_lines(player.knowledge, shown, player.before, len(shown.posterior)))


def reasons_lines(player: Player) -> list[str]:
    """Return what carries the leader of then beside its rival with today's knowledge, under a title."""
    interview, knowledge, then = player.interview, player.knowledge, player.shown
    if interview is None or then is None:
        return ["Today's knowledge cannot read these answers, so there are no reasons to show."]
    found = reasons(knowledge, interview.answers, then.leader, interview.state.population)
    lines = weights_lines(knowledge, found, len(found))
    if not lines:
        return ["Nothing has been answered yet, so there are no reasons."]
    names = (knowledge.diagnoses[name].short for name in (found[0].diagnosis, found[0].rival))
    return [f"With today's knowledge, {' beside '.join(names)}:", *(f"- {line}" for line in lines)]


# -- a learner's own list


def own_lines(player: Player, own: OwnList) -> list[str]:
    """Return a learner's list beside what the interview had at its turn."""
    shown = own.then
    names = [_diagnosis(player.knowledge, name) for name in own.diagnoses]
    if shown is None:
        return [f"{number}. {name}" for number, name in enumerate(names, start=1)]
    lines = []
    for number, (name, called) in enumerate(zip(own.diagnoses, names, strict=True), start=1):
        share = shown.posterior.get(name)
        had = "not among its diagnoses" if share is None else f"rank {shown.rank(name)}, {percent(share)}"
        lines.append(
            f"{number}. {called}: {had}" + (f", {shown.certainty(share)}" if share is not None else "")
        )
    missed = [name for name in list(shown.posterior)[:FIRST] if name not in own.diagnoses]
    told = [
        f"{_diagnosis(player.knowledge, name)} (rank {shown.rank(name)}, {percent(shown.posterior[name])})"
        for name in missed
    ]
    lines.append(
        f"Not on your list: {', '.join(told)}" if told else f"Its first {FIRST} are all on your list"
    )
    return lines
