"""How each answer is read: which table it takes, how much it counts, and why it may count nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.errors import AnswerError, UsageError, nearest
from assistant.knowledge import Answer, Context, Diagnosis, Finding, Kind, KnowledgeBase, Row, State


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer as the differential takes it."""

    finding: Finding
    answer: Answer

    context: Context | None
    """The conditional table that replaces the base table."""

    weight: float
    """Exponent on the likelihood: 1 in full, 0 silent."""

    silent: str | None
    """Why the answer counts nothing; None where it counts."""

    rule: str | None
    """The rule against counting twice that lowers the weight."""


def read(knowledge: KnowledgeBase, answers: Mapping[str, Answer]) -> tuple[Reading, ...]:
    """Return a reading of every answer, in the order of the knowledge, whatever the order of the answers.

    Raises:
        AnswerError: an answer its finding does not take.
    """
    for name, answer in answers.items():
        check_answer(knowledge.finding(name), answer)
    return tuple(read_one(knowledge, name, answers) for name in knowledge.findings if name in answers)


def read_one(knowledge: KnowledgeBase, name: str, answers: Mapping[str, Answer]) -> Reading:
    """Return the reading of the answer to the finding `name` beside all `answers`."""
    finding, answer = knowledge.findings[name], answers[name]
    context = context_of(finding, answers)
    silent = _silence(knowledge, finding, answers)
    if silent:
        return Reading(finding, answer, context, 0.0, silent, None)
    weight, rule = _weight(knowledge, name, answers)
    return Reading(finding, answer, context, weight, f"counted once: {rule}" if weight == 0 else None, rule)


def holds(given: Mapping[str, frozenset[str]], answers: Mapping[str, Answer]) -> bool:
    """Say whether every parent in `given` is known and lies within its values.

    A `multiple` parent holds when a present value is listed. A probable parent never holds: it might be
    wrong, and the base table is the one that allows for that.
    """
    return all(_parent_holds(answers.get(parent), allowed) for parent, allowed in given.items())


def _parent_holds(answer: Answer | None, allowed: frozenset[str]) -> bool:
    if answer is None or answer.state is not State.KNOWN or not answer.values:
        return False
    return bool(answer.values & allowed) if answer.listed else answer.values <= allowed


def context_of(finding: Finding, answers: Mapping[str, Answer]) -> Context | None:
    """Return the first context of `finding` that holds; None is the base table."""
    return next((context for context in finding.contexts if holds(context.given, answers)), None)


def has_factor(finding: Finding, answers: Mapping[str, Answer]) -> bool:
    """Say whether the answer to `finding` has a likelihood: informative, with a value, its gate open."""
    answer = answers.get(finding.id)
    return (
        answer is not None
        and finding.informative
        and answer.moves
        and _says_something(answer)
        and holds(finding.gate, answers)
    )


def _says_something(answer: Answer) -> bool:
    return bool(answer.values or answer.absent or answer.quantity)


def _silence(knowledge: KnowledgeBase, finding: Finding, answers: Mapping[str, Answer]) -> str | None:
    answer = answers[finding.id]
    if not answer.moves:
        return f"{answer.state.value.replace('_', ' ')}: moves nothing"
    if not finding.informative:
        return "moves no diagnosis by itself"
    if not _says_something(answer):
        return "an open list without an entry says nothing"
    if not holds(finding.gate, answers):
        return gate_words(knowledge, finding)
    return None


def gate_words(knowledge: KnowledgeBase, finding: Finding) -> str:
    """Return when `finding` counts, in words."""
    parts = (
        _parent_words(knowledge.findings[parent], allowed)
        for parent, allowed in finding.gate.items()
        if parent in knowledge.findings
    )
    return f"counts only with {' and '.join(parts)}"


def _parent_words(parent: Finding, allowed: frozenset[str]) -> str:
    if allowed == {parent.positive} or {*parent.value_ids} - allowed == {parent.negative}:
        return parent.name
    names = [parent.value_name(value) for value in parent.value_ids if value in allowed]
    if len(names) == 1:
        phrase = f"{names[0]} {parent.name}"
        # "diffuse iron overload" is said, "neuroblastoma malignancy" is not: the authors' synonyms know
        if any(known.text == phrase for known in parent.lexicon.phrases):
            return phrase
    return f"{parent.name}: {' or '.join(names)}"


def _weight(knowledge: KnowledgeBase, name: str, answers: Mapping[str, Answer]) -> tuple[float, str | None]:
    weight, text = 1.0, None
    for rule in knowledge.counted_once:
        # of several weights the smallest counts, so that the order of the rules does not matter
        if rule.weights.get(name, 1.0) < weight and _rule_holds(knowledge, rule.answered, rule.when, answers):
            weight, text = rule.weights[name], rule.rule
    return weight, text


def _rule_holds(
    knowledge: KnowledgeBase,
    answered: Iterable[str],
    when: Mapping[str, frozenset[str]],
    answers: Mapping[str, Answer],
) -> bool:
    return all(has_factor(knowledge.findings[name], answers) for name in answered) and holds(when, answers)


def touched_by(knowledge: KnowledgeBase, name: str) -> frozenset[str]:
    """Return the other findings whose table or weight an answer to `name` can change."""
    children = {
        finding.id
        for finding in knowledge.findings.values()
        if name in finding.gate or any(name in context.given for context in finding.contexts)
    }
    # a child whose gate opens or closes gains or loses its factor, which a rule may ask for
    factors = {name, *children}
    weighted = {
        other
        for rule in knowledge.counted_once
        if name in rule.when or not factors.isdisjoint(rule.answered)
        for other in rule.weights
    }
    return frozenset((children | weighted) - {name})


def values_said(finding: Finding, answer: Answer) -> frozenset[str]:
    """Return the values that the answer allows; of a quantity the bands it touches (from <= x < below)."""
    if answer.quantity is None:
        return answer.values
    low, high = answer.quantity
    last = finding.bands[-1]
    return frozenset(
        band.id
        for band in finding.bands
        # the end of the last band belongs to it, since no other band could take it
        if band.low <= high and (low < band.high or (band is last and low == band.high))
    )


def check_answer(finding: Finding, answer: Answer) -> None:
    """Raise AnswerError where the tables of `finding` cannot hold `answer`."""
    if not answer.moves:
        return
    known = finding.value_ids
    for value in sorted(answer.values | answer.absent):
        if finding.kind is Kind.QUANTITY or value not in known:
            raise AnswerError(f"{finding.id} has no value {value!r}{nearest(value, known)}")
    if finding.kind is Kind.QUANTITY and (answer.quantity is None or not values_said(finding, answer)):
        raise AnswerError(f"{finding.id} takes a number of {finding.unit}, not {answer.quantity!r}")
    if finding.kind is not Kind.QUANTITY and answer.quantity is not None:
        raise AnswerError(f"{finding.id} takes {', '.join(known)}, not a number")
    if finding.kind is Kind.SINGLE and not answer.values:
        raise AnswerError(f"{finding.id} takes one of {', '.join(known)}; the answer names none")


def diagnosis_named(knowledge: KnowledgeBase, name: str) -> Diagnosis:
    """Return a diagnosis by id; UsageError names the nearest where there is none."""
    if name not in knowledge.diagnoses:
        raise UsageError(f"there is no diagnosis {name!r}{nearest(name, knowledge.diagnoses)}")
    return knowledge.diagnoses[name]


def row_of(diagnosis: Diagnosis, finding: Finding, context: Context | None) -> Row:
    """Return the row that holds for `diagnosis`: that of the context where it has one, else the base row."""
    base = diagnosis.rows[finding.id]
    return base if context is None else diagnosis.context_rows.get((finding.id, context.id), base)
