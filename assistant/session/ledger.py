"""The answers of an interview as a numbered list: what each rests on, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.inference import holds
from assistant.knowledge import Answer, Finding
from assistant.session import transcript as events
from assistant.session import wording
from assistant.session.commands import parse_command
from assistant.session.pending import Change

if TYPE_CHECKING:
    from assistant.session.interview import Interview

MOST_NAMED = 4
"""Dependent answers that are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer, or one reading that waits for the user's agreement."""

    number: int
    """From 1; what /correct, /drop and /accept take."""

    finding: str
    name: str
    answer: Answer

    words: str
    """The answer in words."""

    typed: str
    """The typed words it rests on; empty where there are none."""

    turn: int
    """Number of the replied event it was read from."""

    waits: bool
    """Whether it is a reading that is not stored yet."""

    dependents: tuple[str, ...]
    """Names of the answered findings that were asked, or are weighed, in the light of this one."""

    recheck: bool
    """Whether an answer before it has changed since it was given."""


@dataclass(frozen=True, slots=True)
class Point:
    """The differential after one change."""

    labels: tuple[str, ...]
    """Names of the findings that were answered, corrected or taken back; empty at the start."""

    posterior: Mapping[str, float]


def entries(interview: Interview) -> tuple[Entry, ...]:
    """Return every answer in the order in which they were first given, then the readings that wait."""
    knowledge, state = interview.knowledge, interview.state
    due = set(due_rechecks(interview))
    last = {change.finding: change for change in state.changes}
    listed = []
    for number, name in enumerate(in_order(state.changes), start=1):
        finding, answer = knowledge.findings[name], state.answers[name]
        listed.append(
            Entry(
                number,
                name,
                finding.name,
                answer,
                wording.answer_words(finding, answer),
                _flat(state.words(name)),
                last[name].turn,
                waits=False,
                dependents=tuple(knowledge.findings[other].name for other in dependents(interview, name)),
                recheck=name in due,
            )
        )
    for number, proposal in enumerate(state.to_confirm, start=len(listed) + 1):
        finding = knowledge.findings[proposal.finding]
        text = state.replies.get(proposal.turn, "")
        listed.append(
            Entry(
                number,
                finding.id,
                finding.name,
                proposal.answer,
                wording.answer_words(finding, proposal.answer),
                _flat(" … ".join(text[start:end] for start, end in proposal.spans)),
                proposal.turn,
                waits=True,
                dependents=(),
                recheck=False,
            )
        )
    return tuple(listed)


def in_order(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return the findings by the turn and the words in which each was first answered.

    Dropping one changes nothing in the order of the others, though some of them are stored again.
    """
    first: dict[str, tuple[int, tuple[tuple[int, int], ...]]] = {}
    for change in changes:
        place = (change.turn, change.spans)
        first[change.finding] = min(first.get(change.finding, place), place)
    return tuple(sorted(first, key=lambda name: first[name]))


def last_entries(interview: Interview) -> tuple[Entry, ...]:
    """Return what was read from the last reply that said anything."""
    listed = entries(interview)
    newest = max((entry.turn for entry in listed), default=None)
    return tuple(entry for entry in listed if entry.turn == newest)


def entry_lines(entry: Entry) -> tuple[str, ...]:
    """Return an entry in words: the answer, then what it was read from and what rests on it."""
    waiting = " (waits for your agreement)" if entry.waits else ""
    recheck = " (to recheck)" if entry.recheck else ""
    lines = [f"{entry.number} {entry.name}: {entry.words}{waiting}{recheck}"]
    if entry.typed:
        lines.append(f'   from "{entry.typed}"')
    if entry.dependents:
        lines.append(f"   {dependents_words(entry)}")
    return tuple(lines)


def dependents_words(entry: Entry) -> str:
    """Return on which answers an entry bears, in words; nothing where it bears on none."""
    names = entry.dependents
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"bears on {', '.join(names[:MOST_NAMED])}{more}"


def dependents(interview: Interview, name: str) -> tuple[str, ...]:
    """Return the answered findings that were asked, or are weighed, in the light of the answer of `name`."""
    return tuple(
        finding.id
        for finding in _other_answers(interview, name)
        if _asked_after(interview, finding, name)
        or any(name in context.given for context in finding.contexts)
    )


def to_recheck(interview: Interview, name: str) -> tuple[str, ...]:
    """Return the answered findings that would not have been asked but for the answer of `name`, and still count."""
    return tuple(
        finding.id
        for finding in _other_answers(interview, name)
        if _asked_after(interview, finding, name) and holds(finding.gate, interview.answers)
    )


def counted_out(interview: Interview, name: str) -> tuple[str, ...]:
    """Return the answered findings that the answer of `name` has put behind a closed gate."""
    return tuple(
        finding.id
        for finding in _other_answers(interview, name)
        if name in finding.gate and not holds(finding.gate, interview.answers)
    )


def _other_answers(interview: Interview, name: str) -> Iterator[Finding]:
    for finding in interview.knowledge.findings.values():
        if finding.id in interview.answers and finding.id != name:
            yield finding


def _asked_after(interview: Interview, finding: Finding, name: str) -> bool:
    question = interview.script.question(finding.id)
    return name in finding.gate or (question is not None and name in question.when.findings)


def due_rechecks(interview: Interview) -> tuple[str, ...]:
    """Return the answered findings that rest on an answer which has changed since, and were not asked again."""
    state = interview.state
    changed: dict[str, int] = {}
    seen: set[str] = set()
    for change in state.changes:
        if change.finding in seen:
            changed[change.finding] = change.turn
        seen.add(change.finding)
    due: dict[str, None] = {}
    for name, turn in changed.items():
        for other in to_recheck(interview, name):
            if _last_said(interview, other) < turn:
                due[other] = None
    return tuple(due)


def _last_said(interview: Interview, name: str) -> int:
    """Return the last turn in which the user said something of a finding, or chose to leave it as it is."""
    state = interview.state
    turns = [change.turn for change in state.changes if change.finding == name]
    for turn, asked in state.turn_of.items():
        if asked != name:
            continue
        command = parse_command(state.replies[turn]) if turn in state.commands else None
        if command is None or command.name == "skip":
            turns.append(turn)
    return max(turns, default=-1)


def course(interview: Interview) -> tuple[Point, ...]:
    """Return the differential at the start and after every change, as the transcript holds it."""
    findings = interview.knowledge.findings
    points = [Point((), interview.differential.prior)]
    labels: list[str] = []
    withdrawn: set[int] = set()
    for line in interview.lines:
        match line.event:
            case events.Answered(finding=name, from_=turn) | events.Corrected(finding=name, from_=turn):
                # what is stored again for the sake of a dropped neighbour is no change
                if turn not in withdrawn:
                    labels.append(findings[name].name if name in findings else name)
            case events.Retracted(finding=named, to=turn):
                withdrawn.add(turn)
                known = findings.get(named or "")
                labels.append(f"{known.name} taken back" if known is not None else "taken back")
            case events.Revealed(posterior=posterior):
                points.append(Point(tuple(dict.fromkeys(labels)), posterior))
                labels, withdrawn = [], set()
            case _:
                pass
    return tuple(points)


def _flat(words: str) -> str:
    return " ".join(words.split())
