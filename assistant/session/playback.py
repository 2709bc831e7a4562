"""A saved interview event by event in words: what was asked and typed, what was stored, what followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.errors import AnswerError
from assistant.inference import certainty_word, percent, points
from assistant.knowledge import KnowledgeBase, parse_answer
from assistant.session import asking, wording
from assistant.session import transcript as events
from assistant.session.commands import parse_command
from assistant.session.state import State, after
from assistant.session.transcript import Line, Transcript
from assistant.session.utterance import Utterance


@dataclass(frozen=True, slots=True)
class Step:
    """One event in words."""

    line: Line
    typed: str | None = None
    """What the user sent; None where the interview speaks."""

    said: tuple[Utterance, ...] = ()

    def seconds_after(self, earlier: Step | None) -> float:
        """Return how long after `earlier` the event happened, 0 where a clock says nothing sensible."""
        if earlier is None:
            return 0.0
        try:
            moments = [datetime.fromisoformat(step.line.at) for step in (earlier, self)]
        except ValueError:
            return 0.0
        return max(0.0, (moments[1] - moments[0]).total_seconds())


def play(transcript: Transcript, knowledge: KnowledgeBase) -> Iterator[Step]:
    """Return the events of `transcript` in words, in the numbers it holds.

    Names come from `knowledge`; a finding or diagnosis that it does not know is shown by its id.
    """
    player = _Player(knowledge)
    for line in transcript.lines:
        event = line.event
        with suppress(AnswerError):
            player.state = after(player.state, line, knowledge)
        if isinstance(event, events.Replied):
            player.take(line.n, event)
            yield Step(line, typed=event.text)
        elif said := player.words(event):
            yield Step(line, said=tuple(said))


class _Player:
    """What was said before, as far as later words need it."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.state = State()
        """What the events give, as far as the knowledge knows their answers."""

        self.replies: dict[int, str] = {}
        self._posterior: Mapping[str, float] = {}
        self._stored: dict[int, list[str]] = {}
        self._withdrawn: set[int] = set()
        self._dropping = False
        self._asked: events.Asked | None = None
        self._confirmed: tuple[int, str] | None = None
        self._proposed: dict[str, tuple[int, tuple[tuple[int, int], ...]]] = {}

    def take(self, n: int, event: events.Replied) -> None:
        """Remember a reply."""
        self.replies[n] = event.text
        self._withdrawn = set()
        command = parse_command(event.text) if event.kind == "command" else None
        self._dropping = command is not None and command.name == "drop"
        confirms = self._asked is not None and self._asked.reason == "confirm" and event.kind == "reply"
        self._confirmed = (n, self._asked.finding) if self._asked is not None and confirms else None

    def words(self, event: events.Event) -> list[Utterance]:
        match event:
            case events.Opened():
                began = f"Interview {event.session}, script {event.script.get('id')}"
                began += f", knowledge {event.knowledge.get('version')}, emh {event.app}."
                return [Utterance("greeting", began)]
            case events.Interpreted():
                for read in event.findings:
                    if read["outcome"] == "confirm":
                        spans = tuple((start, end) for start, end in read["spans"])
                        self._proposed[read["finding"]] = event.to, spans
                return []
            case events.Asked():
                self._asked = event
                return [
                    Utterance("question", event.wording, event.finding, self._options(event), event.reason)
                ]
            case events.Answered() | events.Corrected() if event.from_ in self._withdrawn:
                # stored again beside an answer of the same turn that was dropped
                return []
            case events.Answered():
                return [self._receipt(event, None)]
            case events.Corrected():
                return [self._receipt(event, event.was)]
            case events.Retracted():
                return self._taken_back(event)
            case events.Revealed():
                brief = self._brief(event.posterior)
                self._posterior = event.posterior
                return [Utterance("differential", brief)]
            case events.Noted():
                return [Utterance("remark", f"Note: {event.text}")]
            case events.Concluded():
                return self._end(event)
            case events.KnowledgeChanged():
                changed = (
                    f"Continued with knowledge {event.knowledge.get('version')}, which is not that of before."
                )
                return [Utterance("remark", changed)]
            case events.Closed():
                return [Utterance("remark", f"Left ({event.reason}).")]
            case _:
                return []

    def _taken_back(self, event: events.Retracted) -> list[Utterance]:
        told = bool(self._withdrawn)
        self._withdrawn.add(event.to)
        stored = self._stored.get(event.to, [])
        if self._dropping:
            return [] if told else [Utterance("remark", f"Dropped: {self._finding(event.finding or '')}.")]
        return [Utterance("remark", f"Taken back: {', '.join(map(self._finding, stored)) or 'nothing'}.")]

    def _options(self, event: events.Asked) -> tuple[str, ...]:
        finding, pending = self.knowledge.findings.get(event.finding), self.state.pending
        if event.reason == "confirm":
            return asking.CONFIRM_OPTIONS
        if finding is None:
            return ()
        if pending is None or (pending.to, pending.wording) != (finding.id, event.wording):
            # an option that the knowledge does not know any more
            return tuple(f"{place} {option}" for place, option in enumerate(event.options, start=1))
        return asking.question_of(finding, pending).options

    def _receipt(self, event: events.Answered | events.Corrected, was: Any) -> Utterance:
        turn, spans = event.from_, event.spans
        if self._confirmed == (event.from_, event.finding):
            # "yes" is no basis; what it agreed to is
            turn, spans = self._proposed.get(event.finding, (turn, spans))
        text = self.replies.get(turn, "")
        # an option that was picked rests on the words that were asked about
        words = " … ".join(text[start:end] for start, end in spans) or self.state.words(event.finding)
        self._stored.setdefault(event.from_, []).append(event.finding)
        finding = self.knowledge.findings.get(event.finding)
        try:
            if finding is None:
                raise AnswerError(event.finding)
            before = None if was is None else parse_answer(finding, was)
            line = wording.receipt(finding, parse_answer(finding, event.answer), words, was=before)
        except AnswerError:
            line = f"{self._finding(event.finding)}: {event.answer}"
        return Utterance("receipt", line, event.finding, spans=event.spans)

    def _brief(self, posterior: Mapping[str, float]) -> str:
        parts = []
        for name, probability in _ranked(posterior)[:3]:
            change = points(self._posterior.get(name, probability), probability)
            moved = f" ({change:+d})" if change else ""
            parts.append(f"{self._diagnosis(name)} {percent(probability)}{moved}")
        return "Now: " + ", ".join(parts)

    def _end(self, event: events.Concluded) -> list[Utterance]:
        model = self.knowledge.model
        lines = [
            f"{self._diagnosis(name):<22} {'#' * round(probability * 20):<20} {percent(probability):>5}  "
            f"{certainty_word(model, probability)}"
            for name, probability in _ranked(event.posterior)[:5]
        ]
        said = [Utterance("summary", "\n".join(["At the end:", *lines]))]
        known = {rule.id: rule for rule in self.knowledge.advice}
        texts = [wording.advice_line(known[name]) if name in known else name for name in event.advice]
        if texts:
            said.append(Utterance("advice", "\n".join(f"- {text}" for text in texts)))
        return said

    def _finding(self, name: str) -> str:
        finding = self.knowledge.findings.get(name)
        return finding.name if finding is not None else name

    def _diagnosis(self, name: str) -> str:
        diagnosis = self.knowledge.diagnoses.get(name)
        return diagnosis.short if diagnosis is not None else name


def _ranked(posterior: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(posterior.items(), key=lambda entry: -entry[1])
