"""Safety rules and next steps; they move no diagnosis."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.knowledge import Advice, Answer, KnowledgeBase

_ORDER = ("alert", "next_test", "treatment", "follow_up", "caveat")


def advice(
    knowledge: KnowledgeBase, answers: Mapping[str, Answer], posterior: Mapping[str, float]
) -> tuple[Advice, ...]:
    """Return the advice that holds: alerts first, then next tests, treatment, follow-up and caveats.

    Within a kind the order of the file is kept, so that an author decides what is read first.
    """
    holding = (rule for rule in knowledge.advice if rule.when.holds(answers, posterior))
    return tuple(sorted(holding, key=lambda rule: _ORDER.index(rule.kind)))


def alerts(
    knowledge: KnowledgeBase, answers: Mapping[str, Answer], posterior: Mapping[str, float]
) -> tuple[Advice, ...]:
    """Return the alerts that hold, in the order of the file; they are shown at once."""
    return tuple(rule for rule in advice(knowledge, answers, posterior) if rule.kind == "alert")
