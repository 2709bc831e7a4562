"""How the last reply was read: found again in the events, with what the answers before it made of the reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.knowledge import Answer, parse_answer
from assistant.session import transcript as events
from assistant.session import turns
from assistant.session.commands import parse_command
from assistant.session.reading_words import explained
from assistant.session.state import fold
from assistant.understanding import Interpretation, Outcome, Reading

if TYPE_CHECKING:
    from assistant.session.interview import Interview
    from assistant.understanding import Explanation

NOTHING = "No reply has been read yet."

_MERGED = {
    Outcome.ACCEPT: "it only repeats what was known",
    Outcome.CONFIRM: "another answer was given before, so it waits for your agreement",
    Outcome.ASK: "the answer given before stays",
}
"""What the interview made of a reading -> why, where the words alone would have had another outcome."""


@dataclass(frozen=True, slots=True)
class LastReply:
    """The last reply that was read."""

    explanation: Explanation
    notes: tuple[str, ...]
    """Where the answers stored before changed the outcome."""


def last_reply(interview: Interview) -> LastReply | None:
    """Return how the last reply was read, None before the first; a correction in one line is one too.

    Raises:
        AnswerError: it replied to a finding that the knowledge does not know any more.
    """
    for line in reversed(interview.lines):
        if isinstance(line.event, events.Interpreted):
            explanation = _explanation(interview, line.event)
            if explanation is not None:
                return LastReply(explanation, tuple(_notes(interview, line.event, explanation)))
    return None


def last_reply_lines(interview: Interview) -> tuple[str, ...]:
    """Return how the last reply was read, line by line; no lines before the first."""
    found = last_reply(interview)
    return () if found is None else (*explained(found.explanation, interview.knowledge), *found.notes)


def _explanation(interview: Interview, event: events.Interpreted) -> Explanation | None:
    """Return how the reply of an event was read; None where no words were, as after /accept."""
    replied = interview.lines[event.to].event
    if not isinstance(replied, events.Replied):
        return None
    if replied.kind == "command":
        return _correction(interview, event, replied.text)
    asked = replied.to if replied.kind == "reply" and replied.to in interview.knowledge.findings else None
    pending = fold(interview.lines[: event.to], interview.knowledge).pending
    if asked is not None and pending is not None and pending.to == asked and pending.options:
        place = turns.choice(interview, pending, replied.text)
        if place is not None:
            return _choice(replied.text, asked, pending.options[place] if place >= 0 else None)
        if turns.beyond(interview, pending, replied.text):
            return _choice(replied.text, asked, None)
    return interview.interpreter.explain(replied.text, asked)


def _correction(interview: Interview, event: events.Interpreted, typed: str) -> Explanation | None:
    """Return how the words behind /correct were read."""
    command = parse_command(typed)
    if command is None or command.name != "correct" or not event.findings:
        return None
    words = command.argument.partition(" ")[2].strip()
    # what was corrected stands first among what was read
    asked = str(event.findings[0]["finding"])
    if words.startswith("="):
        answer = parse_answer(interview.knowledge.finding(asked), event.findings[0]["answer"])
        return _choice(words, asked, answer)
    return interview.interpreter.explain(words, asked)


def _choice(text: str, asked: str, answer: Answer | None) -> Explanation:
    """Return the explanation of a reply that picks what was offered, or nothing of it."""
    from assistant.understanding import Explanation

    reading = Reading(asked, Outcome.ACCEPT, (answer,), ((0, len(text)),)) if answer is not None else None
    return Explanation(Interpretation(text, asked, (reading,) if reading is not None else ()), option=True)


def _notes(interview: Interview, event: events.Interpreted, explanation: Explanation) -> Iterator[str]:
    became = {str(entry["finding"]): str(entry["outcome"]) for entry in event.findings}
    for reading in explanation.interpretation.readings:
        outcome = became.get(reading.finding, reading.outcome.value)
        if outcome != reading.outcome.value:
            yield f"{interview.knowledge.finding(reading.finding).name}: {_MERGED[Outcome(outcome)]}."
