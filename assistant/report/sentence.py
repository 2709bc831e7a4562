"""The differential as a sentence to paste into a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.inference import Reason
    from assistant.session import Interview

MOST_ANSWERS = 3
"""Answers the sentence names; more could not be followed when it is read out."""

LEAST_DECIBANS = 3.0
"""A weight below this (odds of two to one) carries nothing worth a name."""

LONGEST_BASIS = 110
"""Characters of all answers named."""


def copy_sentence(interview: Interview) -> str:
    """Return the leader and the next on the certainty scale, what carries this, and whose estimate it is."""
    from assistant.inference import reasons
    from assistant.session import wording

    shown = wording.certainty_sentence(interview.knowledge, interview.differential)
    found = reasons(interview.knowledge, interview.answers, population=interview.state.population)
    count = len(found)
    if not count:
        return f"{shown} Estimate of an educational tool (emh) before any answer, not a diagnosis."
    basis = f"from {count} {'answer' if count == 1 else 'answers'}"
    if carriers := _carriers(interview, found):
        basis += f", {'mainly' if count > len(carriers) else 'namely'} {_listed(carriers)}"
    return f"{shown} Estimate of an educational tool (emh) {basis}; not a diagnosis."


def _carriers(interview: Interview, found: tuple[Reason, ...]) -> list[str]:
    """Return the weightiest answers for the leader beside the runner-up in words, as many as stay short."""
    from assistant.session import wording

    favouring = [one for one in found if not one.silent and one.pairwise >= LEAST_DECIBANS]
    named: list[str] = []
    for reason in favouring[:MOST_ANSWERS]:
        finding = interview.knowledge.findings[reason.finding]
        words = f"{finding.name} {wording.answer_words(finding, reason.answer)}"
        if len(", ".join([*named, words])) <= LONGEST_BASIS:
            named.append(words)
    return named


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
