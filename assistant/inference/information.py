"""Expected information gain of many findings at once, and of the values within a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from assistant.inference.fold import fold
from assistant.inference.reading import Reading, context_of, has_factor, holds
from assistant.inference.tables import TINY, FloatArray, Tables, tables_of
from assistant.knowledge import Answer, CountedOnce, Finding, Kind, KnowledgeBase


def expected_gains(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    candidates: tuple[str, ...],
    population: str | None,
) -> dict[str, tuple[float, float]]:
    """Return candidate -> (gain, credit for gates it may open), in bits."""
    tables = tables_of(knowledge)
    posterior = fold(knowledge, answers, population).posterior
    asked = {name: knowledge.finding(name) for name in candidates}
    tellable = [
        finding for finding in asked.values() if finding.informative and not _counts(finding, answers)
    ]
    counting = [finding for finding in tellable if holds(finding.gate, answers)]
    told = dict(
        zip((finding.id for finding in counting), _gains(tables, posterior, counting, answers), strict=True)
    )
    credits = _credits(tables, posterior, tellable, answers)
    return {name: (told.get(name, 0.0), credits.get(name, 0.0)) for name in candidates}


def narrowing_gains(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    candidates: tuple[str, ...],
    population: str | None,
) -> dict[str, float]:
    """Return candidate -> what it tells which value of its answer holds, in bits; 0 where that is no set."""
    tables = tables_of(knowledge)
    folded = fold(knowledge, answers, population)
    found = dict.fromkeys((knowledge.finding(name).id for name in candidates), 0.0)
    for reading in folded.readings:
        a_set = reading.finding.kind is Kind.SINGLE and len(reading.answer.values) > 1
        if a_set and reading.weight > 0.0 and reading.finding.id in found:
            found[reading.finding.id] = _narrowing_gain(tables, folded.posterior, reading)
    return found


def _narrowing_gain(tables: Tables, posterior: FloatArray, reading: Reading) -> float:
    """Return H(p) - sum_v P(v | answers) H(p_v) over the values of the set, in bits."""
    finding, answer, context = reading.finding, reading.answer, reading.context
    inside = [value for value in finding.value_ids if value in answer.values]
    rows = tables.rows(finding, context)[:, [finding.value_ids.index(value) for value in inside]]
    said = np.maximum(tables.likelihood(finding, answer, context), TINY)[:, None]
    chances = posterior @ (rows / said)
    # a single value is as sure or as probable as the set it is taken from
    singles = [replace(answer, values=frozenset({value})) for value in inside]
    alone = np.stack([tables.likelihood(finding, single, context) for single in singles], axis=1)
    joint = posterior[:, None] * (alone / said) ** reading.weight
    after = _entropies(joint / np.maximum(joint.sum(axis=0), TINY))
    before = _entropies(posterior[:, None])[0]
    # a weight below 1 or a "probably" could leave a hair less than nothing
    return max(0.0, float(before - after @ chances / max(chances.sum(), TINY)))


def _counts(finding: Finding, answers: Mapping[str, Answer]) -> bool:
    return finding.id in answers and answers[finding.id].moves


def _gains(
    tables: Tables, posterior: FloatArray, findings: list[Finding], answers: Mapping[str, Answer]
) -> list[float]:
    """Return H(p) - sum_v P(v) H(p_v) for each finding, in bits: the columns of all findings side by side."""
    if not findings:
        return []
    blocks = [tables.outcomes(finding, context_of(finding, answers)) for finding in findings]
    exponents = np.concatenate([_exponents(tables, finding, answers) for finding in findings])
    starts = np.cumsum([0, *(block.shape[1] for block in blocks[:-1])])
    likelihoods = np.concatenate(blocks, axis=1)
    chances = posterior @ likelihoods
    after = _entropies(_after(posterior, likelihoods, exponents))
    before = _entropies(posterior[:, None])[0]
    # a weight below 1 could leave a hair less than nothing
    fall = np.maximum(before - np.add.reduceat(chances * after, starts), 0.0)
    return [float(gain) for gain in fall]


def _after(posterior: FloatArray, likelihoods: FloatArray, exponents: FloatArray) -> FloatArray:
    """Return p_v, a column for each outcome."""
    lowered = exponents != 1.0
    if lowered.any():
        likelihoods = likelihoods.copy()
        likelihoods[:, lowered] **= exponents[lowered]
    joint = posterior[:, None] * likelihoods
    shares: FloatArray = joint / np.maximum(joint.sum(axis=0), TINY)
    return shares


def _entropies(shares: FloatArray) -> FloatArray:
    entropies: FloatArray = -(shares * np.log2(np.maximum(shares, TINY))).sum(axis=0)
    return entropies


def _exponents(tables: Tables, finding: Finding, answers: Mapping[str, Answer]) -> FloatArray:
    """Return the weight that each outcome of `finding` would have beside `answers`."""
    labels = tables.labels(finding)
    exponents = np.ones(len(labels))
    for rule in tables.knowledge.counted_once:
        if finding.id in rule.weights and _rest_holds(tables.knowledge, rule, finding, answers):
            allowed = rule.when.get(finding.id)
            told = [allowed is None or not allowed.isdisjoint(label) for label in labels]
            exponents[told] = np.minimum(exponents[told], rule.weights[finding.id])
    return exponents


def _rest_holds(
    knowledge: KnowledgeBase, rule: CountedOnce, finding: Finding, answers: Mapping[str, Answer]
) -> bool:
    others = (knowledge.findings[name] for name in rule.answered if name != finding.id)
    when = {parent: allowed for parent, allowed in rule.when.items() if parent != finding.id}
    return all(has_factor(other, answers) for other in others) and holds(when, answers)


def _credits(
    tables: Tables, posterior: FloatArray, openers: list[Finding], answers: Mapping[str, Answer]
) -> dict[str, float]:
    """Return opener -> chance of opening a gate times the best gain behind it, seen from behind the gate."""
    credits: dict[str, float] = {}
    gated = [
        finding
        for finding in tables.knowledge.findings.values()
        if finding.informative and finding.id not in answers and not holds(finding.gate, answers)
    ]
    for opener in openers:
        behind = [finding for finding in gated if _would_open(finding, opener, answers)]
        if not behind:
            continue
        likelihoods = tables.outcomes(opener, context_of(opener, answers))
        chances = posterior @ likelihoods
        after = _after(posterior, likelihoods, _exponents(tables, opener, answers))
        for finding in behind:
            allowed = finding.gate[opener.id]
            opening = np.array([not allowed.isdisjoint(label) for label in tables.labels(opener)])
            chance = float(chances[opening].sum())
            if chance > 0.0:
                inside = after[:, opening] @ chances[opening] / chance
                gain = _gains(tables, inside, [finding], answers)[0]
                credits[opener.id] = max(credits.get(opener.id, 0.0), chance * gain)
    return credits


def _would_open(finding: Finding, opener: Finding, answers: Mapping[str, Answer]) -> bool:
    rest = {parent: allowed for parent, allowed in finding.gate.items() if parent != opener.id}
    return opener.id in finding.gate and holds(rest, answers)
