"""What the interview says, one piece at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something the interview says."""

    kind: str
    """greeting, question, receipt, remark, alert, differential, comparison, course, evidence, reasons, summary,
    answers, reading, advice, tests, help, closing, paste, act or error. An `act` is a command that a front end
    carries out."""

    text: str
    """Lines, without layout."""

    finding: str | None = None
    options: tuple[str, ...] = ()
    """Numbered choices of a question."""

    reason: str = ""
    """Why a question is asked now."""

    spans: tuple[tuple[int, int], ...] = ()
    """Of a receipt: the words of the reply, in code points."""
