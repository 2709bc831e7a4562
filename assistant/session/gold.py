"""What was read beside what a perfect reader reads: right, partial, missed or wrong."""

from __future__ import annotations

from enum import StrEnum

from assistant.knowledge import Answer


class Verdict(StrEnum):
    """How an answer read compares with the gold answer."""

    RIGHT = "right"
    PARTIAL = "partial"
    """Part of a list or set, or a set that holds the gold value."""

    MISSED = "missed"
    """Nothing that could move the differential, though the gold answer could."""

    WRONG = "wrong"


def judge(read: Answer | None, gold: Answer) -> Verdict:
    """Compare what was stored with the gold answer, both as sets of values (DESIGN section 8).

    Of a list, an answer that denies what gold has is wrong whatever else it names. Unknown, not done and not
    assessable are one answer: none of them moves anything.
    """
    if not gold.moves:
        return Verdict.MISSED if read is None else Verdict.WRONG if read.moves else Verdict.RIGHT
    if read is None or not read.moves:
        return Verdict.MISSED
    if gold.quantity is not None:
        return _judge_number(read, gold.quantity)
    if (read.absent & gold.values) or (read.values & gold.absent):
        return Verdict.WRONG
    if read.values == gold.values:
        return Verdict.RIGHT
    listed = gold.listed or len(gold.values) > 1
    if read.values >= gold.values or (listed and read.values <= gold.values):
        return Verdict.PARTIAL
    return Verdict.WRONG


def _judge_number(read: Answer, gold: tuple[float, float]) -> Verdict:
    if read.quantity is None:
        return Verdict.WRONG
    if all(_close(one, other) for one, other in zip(read.quantity, gold, strict=True)):
        return Verdict.RIGHT
    (low, high), (least, most) = read.quantity, gold
    holds = low <= least and most <= high
    within = least <= low and high <= most
    return Verdict.PARTIAL if holds or within else Verdict.WRONG


def _close(read: float, gold: float) -> bool:
    """Say whether a number is read right: within 3 % or 0.02 of its unit."""
    return abs(read - gold) <= max(0.02, 0.03 * abs(gold))
