"""The state of an interview: what replaying its events gives, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.dialog import Standing
from assistant.inference import alerts
from assistant.knowledge import Advice, Answer, KnowledgeBase, parse_answer
from assistant.session import transcript as events
from assistant.session.commands import CHANGING, parse_command
from assistant.session.pending import OPENING, STOP, Change, Pending, Proposal, standing


@dataclass(frozen=True, slots=True)
class State:
    """Where an interview stands."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Finding -> answer, in the order of first storing."""

    changes: tuple[Change, ...] = ()
    """Every stored answer that was not withdrawn, in order."""

    replies: Mapping[int, str] = field(default_factory=dict)
    """Number of the replied event -> raw text."""

    turn_of: Mapping[int, str | None] = field(default_factory=dict)
    """Number of the replied event -> the finding it replied to; None for a narrative."""

    commands: frozenset[int] = frozenset()
    """Numbers of the replied events that were commands."""

    pending: Pending | None = None
    asked: tuple[str, ...] = ()
    """Findings in the order they were first put to the user."""

    asked_last: str | None = None
    repeats: int = 0
    """Clarifications and confirmations put to the user."""

    settled: frozenset[str] = frozenset()
    """Findings skipped or left open."""

    to_confirm: tuple[Proposal, ...] = ()
    """Readings that wait for the user's agreement."""

    agreed: Mapping[int, tuple[Proposal, ...]] = field(default_factory=dict)
    """Number of a replied event -> the readings that it agreed to, or that it was asked to agree to."""

    offered: tuple[Proposal, ...] = ()
    """What the last reply may have meant where it was not clear."""

    chosen_from: Mapping[int, tuple[Proposal, ...]] = field(default_factory=dict)
    """Number of a replied event -> the readings that it was asked to choose from."""

    narrowed: frozenset[str] = frozenset()
    """Findings whose set was put to the user to be narrowed."""

    worded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Finding -> the wordings in which it was put."""

    stops_answered: int = 0
    """How often the offer to stop was replied to."""

    told: bool = False
    """Whether a report or a history was pasted."""

    stop_declined: bool = False
    population: str | None = None
    notes: tuple[str, ...] = ()
    alerted: tuple[str, ...] = ()
    """Alerts that have interrupted; each does so once."""

    trail: tuple[Mapping[str, float], ...] = ()
    """The posterior after every change."""

    compared: Mapping[str, float] | None = None
    """The posterior before the last turn where that changed what was settled; None after the next reply."""

    rechecking: bool = False
    """Whether the user goes through the answers that rest on a changed one."""

    concluded: bool = False
    stopped: str = ""
    """How the interview came to its end."""

    closed: bool = False

    def standing(self, order: Any) -> Standing:
        """Return what the choice of the next question depends on."""
        return Standing(
            self.answers,
            self.settled,
            self.asked_last,
            self.stop_declined,
            order,
            self.population,
            frozenset(self.asked),
            self.narrowed,
            self.told,
            self._in_vain(),
        )

    def _in_vain(self) -> int:
        """Return how many questions in a row brought no answer that moves anything, up to the last one."""
        count = 0
        for name in reversed(self.asked):
            answer = self.answers.get(name)
            if answer is not None and answer.moves:
                break
            count += 1
        return count

    def words(self, finding: str) -> str:
        """Return the typed words the present answer of `finding` rests on, joined by an ellipsis."""
        change = next((change for change in reversed(self.changes) if change.finding == finding), None)
        if change is None:
            return ""
        turn, spans = change.turn, change.spans
        basis = self.agreed.get(turn, ())
        if not spans:
            basis = (*basis, *self.chosen_from.get(turn, ()))
        for proposal in basis:
            if (proposal.finding, proposal.answer) == (finding, change.answer):
                # "yes" or "2" is no basis; what it agreed to is
                turn, spans = proposal.turn, proposal.spans
        text = self.replies.get(turn, "")
        return " … ".join(text[start:end] for start, end in spans)

    @property
    def last_turn(self) -> int | None:
        """Return the last turn that stored an answer, None when there is none."""
        return max((change.turn for change in self.changes), default=None)


SETTLED_IN = 3
"""Answers before alerts that rest on probabilities alone interrupt: the first ones move too much to alarm by."""


def due_alerts(state: State, knowledge: KnowledgeBase, posterior: Mapping[str, float]) -> tuple[Advice, ...]:
    """Return the alerts that hold now and have not interrupted yet."""
    early = len(state.answers) < SETTLED_IN
    return tuple(
        rule
        for rule in alerts(knowledge, state.answers, posterior)
        if rule.id not in state.alerted and not (early and not rule.when.findings)
    )


def fold(lines: Iterable[events.Line], knowledge: KnowledgeBase, start: State | None = None) -> State:
    """Return the state after `lines`.

    Raises:
        AnswerError: an answer that the knowledge does not know (any more).
    """
    state = start or State()
    for line in lines:
        state = after(state, line, knowledge)
    return state


def after(state: State, line: events.Line, knowledge: KnowledgeBase) -> State:
    """Return the state after one more event."""
    event = line.event
    if state.closed:
        # a closed interview may be taken up again, and then goes on where it was
        state = replace(state, closed=False)
    match event:
        case events.Opened():
            invitation = Pending(OPENING, OPENING, "")
            return replace(state, population=event.settings.get("population"), pending=invitation)
        case events.Asked():
            return _asked(state, event, knowledge)
        case events.Replied():
            return _replied(state, line.n, event, knowledge)
        case events.Interpreted():
            return _interpreted(state, event, knowledge)
        case events.Answered() | events.Corrected():
            answer = parse_answer(knowledge.finding(event.finding), event.answer)
            change = Change(event.finding, answer, event.from_, event.spans)
            by_command = state.turn_of.get(event.from_, "") != event.finding and event.from_ in state.commands
            if isinstance(event, events.Corrected):
                state = _remembered(state)
            return replace(
                state,
                turn_of={**state.turn_of, event.from_: event.finding} if by_command else state.turn_of,
                answers={**state.answers, event.finding: answer},
                changes=(*state.changes, change),
                settled=state.settled - {event.finding},
                # an answer that is stored again beside a dropped one is older than what waits
                to_confirm=tuple(
                    one for one in state.to_confirm if one.finding != event.finding or one.turn > event.from_
                ),
            )
        case events.Retracted():
            return _retracted(state, event)
        case events.Revealed():
            new = tuple(rule.id for rule in due_alerts(state, knowledge, event.posterior))
            return replace(state, trail=(*state.trail, event.posterior), alerted=(*state.alerted, *new))
        case events.Noted():
            return replace(state, notes=(*state.notes, event.text))
        case events.Concluded():
            return replace(state, concluded=True, stopped=event.stopped, pending=None, stop_declined=False)
        case events.Closed():
            return replace(state, closed=True)
        case events.KnowledgeChanged():
            return state


def _remembered(state: State) -> State:
    """Keep the posterior of before, to be shown beside that of afterwards."""
    if state.compared is not None or not state.trail:
        return state
    return replace(state, compared=state.trail[-1])


def _asked(state: State, event: events.Asked, knowledge: KnowledgeBase) -> State:
    finding = knowledge.finding(event.finding)
    repeated = event.reason in ("clarify", "confirm")
    options = tuple(parse_answer(finding, option) for option in event.options) if repeated else ()
    asked = state.asked if repeated or event.finding in state.asked else (*state.asked, event.finding)
    put = Pending(event.finding, event.reason, event.wording, options)
    pending = standing(put, state.answers.get(event.finding), state.offered, state.replies)
    return replace(
        state,
        pending=pending,
        narrowed=state.narrowed | {event.finding} if pending.kept is not None else state.narrowed,
        asked=asked,
        asked_last=state.asked_last if event.reason == "confirm" else event.finding,
        rechecking=state.rechecking and (repeated or event.finding in state.answers),
        repeats=state.repeats + repeated,
        worded={
            **state.worded,
            event.finding: state.worded.get(event.finding, frozenset()) | {event.wording},
        },
    )


def _without(waiting: tuple[Proposal, ...], finding: str) -> tuple[Proposal, ...]:
    return tuple(proposal for proposal in waiting if proposal.finding != finding)


def _agreed(state: State, n: int, finding: str) -> State:
    """Remember which readings of a finding the replied event `n` is about."""
    about = tuple(proposal for proposal in state.to_confirm if proposal.finding == finding)
    return replace(state, agreed={**state.agreed, n: (*state.agreed.get(n, ()), *about)}) if about else state


def _replied(state: State, n: int, event: events.Replied, knowledge: KnowledgeBase) -> State:
    state = replace(
        state,
        replies={**state.replies, n: event.text},
        turn_of={**state.turn_of, n: event.to if event.kind != "narrative" else None},
    )
    if event.kind != "command":
        state = replace(state, compared=None, told=state.told or event.kind == "narrative")
    pending = state.pending
    if event.kind == "reply" and pending is not None and event.to != pending.to and event.to != STOP:
        # an answer to a question that is not pending leaves the pending one as it is
        return state if event.to is not None else replace(state, pending=None)
    if pending is not None and pending.reason == "confirm" and event.kind == "reply":
        state = _agreed(state, n, pending.to)
        state = replace(state, to_confirm=_without(state.to_confirm, pending.to))
    if event.to == STOP and event.kind == "reply":
        state = replace(state, stops_answered=state.stops_answered + 1)
    if event.kind == "command":
        state = replace(state, commands=state.commands | {n})
        return _commanded(state, event, knowledge.populations)
    if event.to == STOP:
        return replace(state, pending=None, stop_declined=True)
    if pending is not None and event.kind == "reply" and pending.reason == "clarify":
        offered = tuple(proposal for proposal in state.offered if proposal.finding == pending.to)
        state = replace(state, chosen_from={**state.chosen_from, n: offered}) if offered else state
        if pending.to not in state.answers:
            # a clarification that brings no answer leaves the question open; an answer takes it back out
            state = replace(state, settled=state.settled | {pending.to})
    return replace(state, pending=None)


def _commanded(state: State, event: events.Replied, populations: Collection[str]) -> State:
    command = parse_command(event.text)
    if command is None:
        return state
    if command.name in CHANGING and (command.argument or command.name in ("undo", "accept")):
        state = replace(state, compared=None)
    if command.name == "recheck":
        return replace(state, rechecking=True)
    if command.name == "population":
        if command.argument not in populations:
            return state
        return replace(_remembered(state), population=command.argument)
    if command.name == "skip" and event.to == STOP:
        return replace(state, pending=None, stop_declined=True)
    if command.name == "skip" and state.pending is not None and state.pending.reason == "confirm":
        return replace(state, pending=None, to_confirm=_without(state.to_confirm, state.pending.to))
    if command.name == "skip" and event.to is not None:
        narrowing = state.pending is not None and state.pending.kept is not None
        leaves = event.to not in (OPENING, STOP) and not narrowing
        settled = state.settled | {event.to} if leaves else state.settled
        return replace(state, pending=None, settled=settled)
    return state


def _interpreted(state: State, event: events.Interpreted, knowledge: KnowledgeBase) -> State:
    waiting = list(state.to_confirm)
    asked = state.turn_of.get(event.to)
    read = {
        entry["finding"]
        for entry in event.findings
        if entry["outcome"] != "ask" or entry["answer"] is not None
    }
    if asked in state.settled and asked not in read and read:
        # the reply told something else, so the question it left aside stays open
        state = replace(state, settled=state.settled - {str(asked)})
    command = parse_command(state.replies[event.to]) if event.to in state.commands else None
    for entry in event.findings:
        if command is not None and command.name == "accept":
            state = _agreed(state, event.to, entry["finding"])
        if command is not None and command.name == "drop":
            waiting = [other for other in waiting if other.finding != entry["finding"]]
        if entry["outcome"] != "confirm" or entry["answer"] is None:
            continue
        answer = parse_answer(knowledge.finding(entry["finding"]), entry["answer"])
        waiting = [other for other in waiting if other.finding != entry["finding"]]
        doubted = next((_spans(reading) for reading in entry.get("readings", ())), ())
        proposal = Proposal(entry["finding"], answer, event.to, _spans(entry), doubted)
        # what waits on keeps the words it was read from
        same = (
            one
            for one in state.agreed.get(event.to, ())
            if (one.finding, one.answer) == (proposal.finding, answer)
        )
        waiting.append(proposal if proposal.spans else next(same, proposal))
    # a reply that picks nothing leaves what it could pick from
    offered = tuple(_offered(event, knowledge)) if event.findings else state.offered
    return replace(state, to_confirm=tuple(waiting), offered=offered)


def _offered(event: events.Interpreted, knowledge: KnowledgeBase) -> Iterator[Proposal]:
    for entry in event.findings:
        for reading in entry.get("readings", ()):
            answer = parse_answer(knowledge.finding(entry["finding"]), reading["answer"])
            yield Proposal(entry["finding"], answer, event.to, _spans(reading))


def _spans(entry: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in entry["spans"])


def _retracted(state: State, event: events.Retracted) -> State:
    state = _remembered(state)
    kept = tuple(change for change in state.changes if change.turn != event.to)
    answers: dict[str, Answer] = {}
    for change in kept:
        answers[change.finding] = change.answer
    last = parse_command(state.replies[max(state.replies)]) if state.replies else None
    waiting = state.to_confirm
    if last is None or last.name != "drop":
        # a dropped answer leaves what else was said in its turn
        waiting = tuple(proposal for proposal in waiting if proposal.turn != event.to)
    return replace(
        state, answers=answers, changes=kept, to_confirm=waiting, concluded=False, pending=None, stopped=""
    )
