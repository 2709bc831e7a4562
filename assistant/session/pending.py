"""What an interview waits for, and the readings and answers it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from assistant.knowledge import Answer
from assistant.session.clarifying import narrows, quoted

OPENING = "opening"
"""The invitation to describe the case."""

STOP = "stop"
"""The offer to stop."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What the interview waits for."""

    to: str
    """A finding, `opening` or `stop`."""

    reason: str
    """scripted, must_ask, informative, clarify, confirm; `opening` and `stop` for those two."""

    wording: str
    options: tuple[Answer, ...] = ()
    """Readings to choose from (clarify), the proposal (confirm), or nothing."""

    words: tuple[str, ...] = ()
    """Of each reading to choose from the words of the reply it rests on, in quotes; empty where they are not told."""

    kept: Answer | None = None
    """The stored set that the question narrows and that stays when no option is chosen; None for other questions."""

    @property
    def finding(self) -> str | None:
        """Return the finding asked, None at the opening and at the offer to stop."""
        return None if self.to in (OPENING, STOP) else self.to


@dataclass(frozen=True, slots=True)
class Change:
    """One stored answer."""

    finding: str
    answer: Answer
    turn: int
    """Number of the replied event it came from."""

    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reading that waits for the user's agreement."""

    finding: str
    answer: Answer
    turn: int
    """Number of the replied event it was read from."""

    spans: tuple[tuple[int, int], ...] = ()
    """The words of that reply, in code points."""

    doubted: tuple[tuple[int, int], ...] = ()
    """Those words with the ones that make them doubtful; empty where none are told."""


def standing(
    asked: Pending, stored: Answer | None, offered: Iterable[Proposal], replies: Mapping[int, str]
) -> Pending:
    """Return a question with the words its readings rest on, or with the set it narrows.

    Args:
        asked: as it was put.
        stored: the answer that its finding has.
        offered: what the last reply may have meant.
        replies: number of the replied event -> raw text.
    """
    if asked.reason != "clarify" or not asked.options:
        return asked
    if narrows(stored, asked.options):
        return replace(asked, kept=stored)
    known = {proposal.answer: proposal for proposal in offered if proposal.finding == asked.to}
    if not known.keys() & set(asked.options):
        return asked
    words = (
        quoted(replies.get(known[option].turn, ""), known[option].spans) if option in known else ""
        for option in asked.options
    )
    return replace(asked, words=tuple(words))
