"""A saved interview beside what today's program and knowledge make of the same words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.dialog import Script, load_script
from assistant.errors import AnswerError, UsageError
from assistant.inference import certainty_word
from assistant.knowledge import Answer, KnowledgeBase, parse_answer
from assistant.session import transcript as events
from assistant.session.amending import finding_of
from assistant.session.commands import Command, parse_command
from assistant.session.interview import Interview
from assistant.session.ledger import in_order
from assistant.session.pending import OPENING, STOP, Pending, Proposal, standing
from assistant.session.state import State, after
from assistant.session.transcript import Line, Transcript
from assistant.understanding import Interpreter

TOLERANCE = 0.01
"""A smaller change of a probability is no move (DESIGN section 7)."""

BAND_FLOOR = 0.05
"""Certainty words are compared for diagnoses above this probability, then or now."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that today's knowledge sees differently."""

    line: int
    """Of the transcript file, counted from 1."""

    reply: str
    """The words that were typed in that turn."""

    what: str
    """answer, leader, band, probability or population."""

    subject: str
    """The finding or the diagnosis; empty for the leader."""

    was: Any
    """As the transcript has it; None where it has nothing."""

    now: Any
    """As it would be today; None where there is nothing."""

    def __str__(self) -> str:
        subject = f"{self.what} {self.subject}".strip()
        return f"line {self.line}: {subject}: {_shown(self.was)} -> {_shown(self.now)}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A transcript beside what today's program and knowledge make of the same words."""

    turns: int
    moves: tuple[Move, ...]
    posteriors: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    """Number of a replied event -> the posterior of today after it, six decimals."""


def compare(
    transcript: Transcript,
    knowledge: KnowledgeBase,
    *,
    tolerance: float = TOLERANCE,
    interpreter: Interpreter | None = None,
) -> Comparison:
    """Read every reply of `transcript` again, to the question it replied to, and name what moved.

    Args:
        transcript: the good part of it is compared.
        knowledge: today's.
        tolerance: a change of a probability up to this is no move.
        interpreter: of the same knowledge; made anew when left out.

    Raises:
        TranscriptError: the transcript does not begin with an opened event.
    """
    run = _Rerun(transcript, knowledge, tolerance, interpreter)
    for line in _whole_turns(transcript):
        run.take(line)
    run.finish_turn()
    return Comparison(run.turns, tuple(run.moves), run.posteriors)


def _whole_turns(transcript: Transcript) -> tuple[Line, ...]:
    """Return the lines of a transcript, less the turn that a cut left unfinished."""
    lines = transcript.lines
    if transcript.damage is None:
        return lines
    last = max(
        (place for place, line in enumerate(lines) if isinstance(line.event, events.Replied)), default=0
    )
    ended = any(
        isinstance(line.event, (events.Asked, events.Concluded, events.Closed)) for line in lines[last:]
    )
    return lines if ended else lines[:last]


class _Rerun:
    """The transcript on one side, an interview of today on the other; compared after each turn."""

    def __init__(
        self,
        transcript: Transcript,
        knowledge: KnowledgeBase,
        tolerance: float,
        interpreter: Interpreter | None,
    ) -> None:
        self.knowledge = knowledge
        self.tolerance = tolerance
        self.turns = 0
        self.moves: list[Move] = []
        self.posteriors: dict[int, Mapping[str, float]] = {}
        opened = transcript.opened
        script = script_of(opened, knowledge)
        self._today = Interview(knowledge, script, interpreter=interpreter)
        self._changes: list[tuple[int, str, Any]] = []
        self._then = State()
        """What the transcript says, as far as the knowledge of today knows its answers."""

        self._asked: events.Asked | None = None
        self._turn: Line | None = None
        self._places: dict[str, int] = {}
        self._revealed: tuple[int, events.Revealed] | None = None
        self._turn_today: dict[int, int] = {}
        self._told: dict[str, tuple[Any, Any]] = {}
        self._proposed: dict[str, Proposal] = {}
        self._dropping = self._undoing = False
        """Whether today's interview has carried the turn out by itself."""

    def take(self, line: Line) -> None:
        """Go one event further on both sides."""
        event = line.event
        match event:
            case events.Opened():
                self._open(line, event)
            case events.Asked():
                self._asked = event
            case events.Replied():
                self.finish_turn()
                self._turn = line
                self.turns += 1
                self._reply(line, event)
            case events.Answered() | events.Corrected():
                self._changes.append((event.from_, event.finding, event.answer))
                if self._undoing and event.from_ in self._turn_today:
                    # the answer that was dropped comes back as it was stored
                    self._today.append(replace(event, from_=self._turn_today[event.from_]))
                self._places[event.finding] = line.n + 1
            case events.Retracted():
                self._changes = [change for change in self._changes if change[0] != event.to]
                if event.to in self._turn_today and not self._dropping:
                    self._today.append(events.Retracted(event.finding, self._turn_today[event.to]))
            case events.Revealed():
                self._revealed = (line.n + 1, event)
            case _:
                pass
        with suppress(AnswerError):
            self._then = after(self._then, line, self.knowledge)

    def _open(self, line: Line, event: events.Opened) -> None:
        settings = dict(event.settings)
        population = settings.get("population")
        if population is not None and population not in self.knowledge.populations:
            self.moves.append(Move(line.n + 1, "", "population", "", population, None))
            settings["population"] = None
        self._today.append(replace(event, settings=settings))

    def _reply(self, line: Line, event: events.Replied) -> None:
        """Let today's interview read the words, as a reply to the question of the transcript."""
        today = self._today
        command = parse_command(event.text) if event.kind == "command" else None
        self._dropping = command is not None and command.name == "drop"
        self._undoing = command is not None and command.name == "undo"
        if command is not None and command.name in ("accept", "drop"):
            self._settle(line, event, command)
            return
        if event.kind == "command" and (command is None or command.name != "correct"):
            try:
                today.append(event)
                _ = today.differential
            except UsageError:
                words = event.text.split()[-1]
                self.moves.append(Move(line.n + 1, event.text, "population", "", words, None))
                today.state = replace(today.state, population=None)
            return
        # the next question is the transcript's own, so none is chosen here
        today.state = replace(today.state, pending=self._pending(event), concluded=True, to_confirm=())
        place = len(today.lines)
        given = _given(event, self.knowledge)
        if given is not None:
            today.answer(given)
        else:
            words = self._by_name(command) if command is not None else event.text
            today.reply(words, narrative=event.kind == "narrative" and event.to != OPENING)
        self._remember(line, place)

    def _settle(self, line: Line, event: events.Replied, command: Command) -> None:
        """Let today's interview accept or drop what was meant then: what is stored, or what waits."""
        then, today = self._then, self._today
        waiting = tuple(
            self._proposed[one.finding] for one in then.to_confirm if one.finding in self._proposed
        )
        name, waits = self._meant(command.argument)
        words = f"/{command.name} {name}".rstrip()
        if command.name == "drop" and waits and name not in self._proposed:
            today.append(event)
            return
        place = len(today.lines)
        kept = waiting if waits or command.name == "accept" else ()
        today.state = replace(today.state, concluded=True, to_confirm=kept)
        today.reply(words)
        self._remember(line, place)

    def _remember(self, line: Line, place: int) -> None:
        """Note what waits today, and which turn of today's interview stands for the one of `line`."""
        self._proposed.update((one.finding, one) for one in self._today.state.to_confirm)
        said = self._today.lines[place:]
        read = next((one for one in said if isinstance(one.event, events.Replied)), None)
        if read is not None:
            self._turn_today[line.n] = read.n

    def _meant(self, argument: str) -> tuple[str, bool]:
        """Return the finding that a name, or a number of the list of then, means, and whether it waits."""
        word = argument.strip()
        stored = in_order(self._then.changes)
        waiting = tuple(one.finding for one in self._then.to_confirm)
        if word.isdecimal() and 0 < int(word) <= len(stored) + len(waiting):
            return (*stored, *waiting)[int(word) - 1], int(word) > len(stored)
        name = finding_of(self.knowledge, word) if word else ""
        return name, name in waiting

    def _by_name(self, command: Command) -> str:
        """Return a correction with the finding in place of its number in the list of then."""
        number, _, words = command.argument.partition(" ")
        return f"/{command.name} {self._meant(number)[0]} {words}" if number.isdecimal() else command.text

    def _pending(self, event: events.Replied) -> Pending | None:
        if event.to is None:
            return None
        if event.to in (OPENING, STOP):
            return Pending(event.to, event.to, "")
        asked = self._asked
        if event.to not in self.knowledge.findings:
            return None
        if asked is None or asked.finding != event.to:
            return Pending(event.to, "scripted", "")
        try:
            finding = self.knowledge.findings[event.to]
            repeated = asked.reason in ("clarify", "confirm")
            options = tuple(parse_answer(finding, option) for option in asked.options) if repeated else ()
        except AnswerError:
            options = ()
        put, today = Pending(event.to, asked.reason, asked.wording, options), self._today.state
        return standing(put, today.answers.get(event.to), today.offered, today.replies)

    def finish_turn(self) -> None:
        """Compare both sides as they stand after the turn."""
        if self._turn is not None:
            self._compare_answers(self._turn)
            self._compare_posteriors()
            shown = self._today.differential.posterior
            self.posteriors[self._turn.n] = {name: round(p, 6) for name, p in shown.items()}
        self._turn, self._revealed, self._places = None, None, {}

    def _compare_answers(self, turn: Line) -> None:
        before: dict[str, Any] = {}
        for _, finding, answer in self._changes:
            before[finding] = answer
        now = {name: answer.plain() for name, answer in self._today.answers.items()}
        for name in dict.fromkeys((*before, *now)):
            pair = before.get(name), now.get(name)
            if pair[0] == pair[1]:
                self._told.pop(name, None)
            elif self._told.get(name) != pair:
                self._told[name] = pair
                self._move(self._places.get(name, turn.n + 1), "answer", name, *pair)

    def _compare_posteriors(self) -> None:
        if self._revealed is None:
            return
        line, then = self._revealed
        shown = self._today.differential
        if shown.leader != then.leader:
            self._move(line, "leader", "", then.leader, shown.leader)
        for name in dict.fromkeys((*shown.posterior, *then.posterior)):
            was, now = then.posterior.get(name), shown.posterior.get(name)
            # the transcript holds six decimals, so both sides are held to as many
            now = None if now is None else round(now, 6)
            if was is not None and now is not None:
                words = certainty_word(self.knowledge.model, was), certainty_word(self.knowledge.model, now)
                if words[0] != words[1] and max(was, now) > BAND_FLOOR:
                    self._move(line, "band", name, *words)
            if abs((now or 0.0) - (was or 0.0)) > self.tolerance:
                self._move(line, "probability", name, was, now)

    def _move(self, line: int, what: str, subject: str, was: Any, now: Any) -> None:
        event = self._turn.event if self._turn is not None else None
        words = event.text if isinstance(event, events.Replied) else ""
        self.moves.append(Move(line, words, what, subject, was, now))


def script_of(opened: events.Opened, knowledge: KnowledgeBase) -> Script:
    """Return the script of the transcript, or the usual one where it is gone; only its wording matters."""
    try:
        return load_script(opened.script["id"], knowledge)
    except UsageError:
        return load_script("liver-lesion", knowledge)


def _given(event: events.Replied, knowledge: KnowledgeBase) -> Answer | None:
    """Return the answer that a program gave in its JSON spelling, None for words."""
    if event.to is None or event.to not in knowledge.findings or not event.text.startswith(('"', "[", "{")):
        return None
    try:
        return parse_answer(knowledge.findings[event.to], json.loads(event.text))
    except (ValueError, RecursionError, AnswerError):
        return None


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
