"""What was understood of one reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.knowledge import Answer

DOUBT = "not said with certainty"
"""Why a reply is asked about that hedges."""

WHICH = "which?"
"""Why a reply is asked about that says only that something is there."""


class Outcome(StrEnum):
    """What may be done with a reading."""

    ACCEPT = "accept"
    """Stored at once and shown in a receipt."""

    CONFIRM = "confirm"
    """Shown, stored only when the user agrees."""

    ASK = "ask"
    """Nothing stored; the question comes again with the readings."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one finding."""

    finding: str
    outcome: Outcome
    answers: tuple[Answer, ...] = ()
    """The answer; with `ask` the readings to choose from, perhaps none."""

    spans: tuple[tuple[int, int], ...] = ()
    """The words it rests on, in code points of the raw reply, end excluded."""

    reason: str = ""
    """Why it is not accepted, or what is worth saying of it ("double negation"), in words."""

    grounds: tuple[tuple[tuple[int, int], ...], ...] = ()
    """Of each answer that is not accepted the words it rests on, those that make it doubtful among them.

    Empty where they are those of `spans`.
    """

    @property
    def answer(self) -> Answer | None:
        """Return the answer that is accepted or proposed."""
        return self.answers[0] if self.answers else None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What was understood of one reply."""

    reply: str
    question: str | None
    """The pending finding; None for a narrative."""

    readings: tuple[Reading, ...]
    """The pending finding first, if it was read, then in order of the words."""

    cut: bool = False
    """Whether the reply was longer than what is read."""

    def reading(self, finding: str) -> Reading | None:
        """Return what was understood of one finding."""
        return next((reading for reading in self.readings if reading.finding == finding), None)

    @property
    def accepted(self) -> Mapping[str, Answer]:
        """Return the answers that are stored without asking."""
        return {
            reading.finding: reading.answers[0]
            for reading in self.readings
            if reading.outcome is Outcome.ACCEPT and reading.answers
        }

    @property
    def outcome(self) -> Outcome:
        """Return the outcome of the pending finding, or the worst of all in a narrative."""
        if self.question is not None:
            pending = self.reading(self.question)
            return pending.outcome if pending else Outcome.ASK
        order = (Outcome.ASK, Outcome.CONFIRM, Outcome.ACCEPT)
        outcomes = {reading.outcome for reading in self.readings}
        return next((outcome for outcome in order if outcome in outcomes), Outcome.ASK)
