"""A reading beside the answer stored before: store it, replace the old one, or ask first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.knowledge import Answer, Finding, Kind
from assistant.understanding import Outcome, Reading


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of one reading."""

    reading: Reading
    """As it is written down, with its final outcome."""

    answer: Answer | None = None
    """What is stored; None stores nothing."""

    known: bool = False
    """Whether the reading only repeats what is stored."""

    @property
    def stores(self) -> bool:
        """Say whether the reading says something, new or known."""
        return self.answer is not None or self.known or self.reading.outcome is Outcome.CONFIRM


def merge(
    reading: Reading, stored: Answer | None, finding: Finding, *, asked: bool, agreed: bool = False
) -> Merge:
    """Return what becomes of `reading`.

    What was asked replaces the stored answer. What was said by the way completes or narrows it at once, and
    contradicts it only with the user's consent.

    Args:
        reading: what was read.
        stored: the answer of before.
        finding: what it is about.
        asked: whether it was asked.
        agreed: whether the user has consented.
    """
    answer = reading.answer
    if reading.outcome is Outcome.ASK or answer is None:
        return Merge(reading)
    if stored is None:
        return Merge(reading, answer if reading.outcome is Outcome.ACCEPT else None)
    if stored == answer:
        return Merge(replace(reading, outcome=Outcome.ACCEPT), None, known=True)
    if reading.outcome is Outcome.CONFIRM:
        return Merge(reading) if answer.moves else Merge(replace(reading, outcome=Outcome.ASK))
    only_denied = stored.listed and stored.moves and not stored.values
    if asked and (agreed or not (only_denied and answer.moves)):
        return Merge(reading, answer)
    if not answer.moves:
        return Merge(replace(reading, outcome=Outcome.ASK), None, known=True)
    if not stored.moves:
        return Merge(reading, answer)
    if finding.kind is Kind.MULTIPLE:
        return _merge_lists(reading, stored, answer, finding)
    if finding.kind is Kind.SINGLE and answer.values < stored.values:
        return Merge(reading, answer)
    if finding.kind is Kind.SINGLE and answer.values >= stored.values:
        return Merge(reading, None, known=True)
    return Merge(replace(reading, outcome=Outcome.CONFIRM))


def _merge_lists(reading: Reading, stored: Answer, answer: Answer, finding: Finding) -> Merge:
    present = stored.values | answer.values
    absent = stored.absent | answer.absent
    clash = bool(present & absent) or (finding.exclusive in present and len(present) > 1)
    if clash:
        return Merge(replace(reading, outcome=Outcome.CONFIRM))
    joined = replace(stored, values=present, absent=absent, closed=stored.closed or answer.closed)
    if joined == stored:
        return Merge(reading, None, known=True)
    return Merge(reading, joined)
