"""Conditions over answers, as data: the `when` of scripts, advice and tests. No code is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.knowledge.answers import Answer


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a quantity, from <= x < below."""

    low: float = float("-inf")
    below: float = float("inf")


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything named in one mapping must hold; an empty condition always holds."""

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Finding -> values: its known or probable values lie within (`multiple`: one of them is present)."""

    spans: Mapping[str, Span] = field(default_factory=dict)
    """Quantity -> stretch in which the whole answer lies."""

    answered: tuple[str, ...] = ()
    """Findings with a known or probable answer."""

    unanswered: tuple[str, ...] = ()
    """Findings without one: never asked, unknown, not done or not assessable."""

    any_of: tuple[Condition, ...] = ()
    """At least one of these holds; empty is no demand."""

    none_of: tuple[Condition, ...] = ()
    """None of these holds (`not:`)."""

    leading: tuple[str, ...] = ()
    """Diagnoses of which one ranks first."""

    probability: Mapping[str, float] = field(default_factory=dict)
    """Diagnosis -> the least posterior."""

    def holds(self, answers: Mapping[str, Answer], posterior: Mapping[str, float] | None = None) -> bool:
        """Say whether the condition holds.

        Args:
            answers: finding -> answer.
            posterior: diagnosis -> probability; without it no condition on the posterior holds.
        """
        given = {name: answer for name, answer in answers.items() if answer.moves}
        return (
            all(_within(given.get(name), allowed) for name, allowed in self.values.items())
            and all(_inside(given.get(name), span) for name, span in self.spans.items())
            and all(name in given for name in self.answered)
            and not any(name in given for name in self.unanswered)
            and (not self.any_of or any(part.holds(answers, posterior) for part in self.any_of))
            and not any(part.holds(answers, posterior) for part in self.none_of)
            and self._posterior_holds(posterior or {})
        )

    def _posterior_holds(self, posterior: Mapping[str, float]) -> bool:
        if not self.leading and not self.probability:
            return True
        if not posterior:
            return False
        leader = max(posterior, key=lambda name: posterior[name])
        leads = not self.leading or leader in self.leading
        return leads and all(posterior.get(name, 0.0) >= least for name, least in self.probability.items())

    @property
    def findings(self) -> frozenset[str]:
        """Return every finding the condition looks at."""
        own = {*self.values, *self.spans, *self.answered, *self.unanswered}
        for part in (*self.any_of, *self.none_of):
            own |= part.findings
        return frozenset(own)


def _within(answer: Answer | None, allowed: frozenset[str]) -> bool:
    if answer is None or not answer.values:
        return False
    return bool(answer.values & allowed) if answer.listed else answer.values <= allowed


def _inside(answer: Answer | None, span: Span) -> bool:
    if answer is None or answer.quantity is None:
        return False
    low, high = answer.quantity
    return span.low <= low and high < span.below


@dataclass(frozen=True, slots=True)
class Advice:
    """A safety rule or a next step; it moves no diagnosis."""

    id: str
    kind: str
    """`alert` (shown at once), next_test, treatment, follow_up or caveat."""

    when: Condition
    text: str
    grade: str
    sources: tuple[str, ...] = ()
