"""The likelihood tables as arrays, and the likelihood of an answer under every diagnosis."""

from __future__ import annotations

from collections import deque
from itertools import product

import numpy as np
from numpy.typing import NDArray

from assistant.inference.reading import row_of, values_said
from assistant.knowledge import Answer, Context, Finding, Kind, KnowledgeBase, State

FloatArray = NDArray[np.float64]

TINY = 1e-300
"""Stands for 0 where a logarithm is taken: no table says 0, but a product of shares may come near it."""


class Tables:
    """The tables of one knowledge base; rows are diagnoses in the order of the knowledge."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.names = tuple(knowledge.diagnoses)
        self._rows: dict[tuple[str, str | None], FloatArray] = {}
        self._outcomes: dict[tuple[str, str | None], FloatArray] = {}
        self._labels: dict[str, tuple[frozenset[str], ...]] = {}

    def rows(self, finding: Finding, context: Context | None) -> FloatArray:
        """Return P(value | diagnosis), a column for each value or band."""
        key = finding.id, context.id if context else None
        if key not in self._rows:
            found = (row_of(diagnosis, finding, context) for diagnosis in self.knowledge.diagnoses.values())
            self._rows[key] = np.array([[row.p[value] for value in finding.value_ids] for row in found])
        return self._rows[key]

    def likelihood(self, finding: Finding, answer: Answer, context: Context | None) -> FloatArray:
        """Return P(answer | diagnosis, context) for every diagnosis, before any weight.

        A "probably" is virtual evidence (Pearl 1988): it is right as often as the model's reliability says.
        """
        rows = self.rows(finding, context)
        reliability = self.knowledge.model.probable_reliability if answer.state is State.PROBABLE else 1.0
        if finding.kind is Kind.MULTIPLE:
            return _list_likelihood(finding, answer, reliability * rows + (1 - reliability) * (1 - rows))
        said = values_said(finding, answer)
        inside = np.array([value in said for value in finding.value_ids])
        within: FloatArray = rows[:, inside].sum(axis=1)
        if reliability == 1.0 or inside.all():
            return within
        others = len(inside) - 1
        hit = reliability + (1 - reliability) * (len(said) - 1) / others
        miss = (1 - reliability) * len(said) / others
        hedged: FloatArray = hit * within + miss * rows[:, ~inside].sum(axis=1)
        return hedged

    def labels(self, finding: Finding) -> tuple[frozenset[str], ...]:
        """Return the outcomes of asking `finding`: each value; of a `multiple` one each closed list."""
        if finding.id not in self._labels:
            self._labels[finding.id] = tuple(_labels(finding))
        return self._labels[finding.id]

    def outcomes(self, finding: Finding, context: Context | None) -> FloatArray:
        """Return P(outcome | diagnosis), a column for each of `labels`; the rows sum to 1."""
        key = finding.id, context.id if context else None
        if key not in self._outcomes:
            rows = self.rows(finding, context)
            if finding.kind is Kind.MULTIPLE:
                answers = (Answer(finding.id, values=label, closed=True) for label in self.labels(finding))
                rows = np.stack([_list_likelihood(finding, answer, rows) for answer in answers], axis=1)
            self._outcomes[key] = rows / rows.sum(axis=1, keepdims=True)
        return self._outcomes[key]


def _list_likelihood(finding: Finding, answer: Answer, rows: FloatArray) -> FloatArray:
    ids = finding.value_ids
    exclusive = np.array([value == finding.exclusive for value in ids])
    present = np.array([value in answer.values for value in ids])
    absent = np.array([value in answer.absent for value in ids])
    if answer.values and answer.values == {finding.exclusive}:
        alone: FloatArray = rows[:, exclusive].sum(axis=1)
        return alone
    closed = answer.closed and bool(answer.values)
    if closed:
        absent = ~present & ~exclusive
    likelihood: FloatArray = rows[:, present].prod(axis=1) * (1 - rows[:, absent]).prod(axis=1)
    return likelihood / _mass(rows, exclusive) if closed else likelihood


def _mass(rows: FloatArray, exclusive: NDArray[np.bool_]) -> FloatArray:
    """Return the total of the exclusive value and of every closed list that is not empty."""
    empty = (1 - rows[:, ~exclusive]).prod(axis=1)
    mass: FloatArray = rows[:, exclusive].sum(axis=1) + 1 - empty
    return mass


def _labels(finding: Finding) -> list[frozenset[str]]:
    if finding.kind is not Kind.MULTIPLE:
        return [frozenset({value}) for value in finding.value_ids]
    others = [value for value in finding.value_ids if value != finding.exclusive]
    chosen = (
        frozenset(value for value, taken in zip(others, picks, strict=True) if taken)
        for picks in product((True, False), repeat=len(others))
    )
    alone = [frozenset({finding.exclusive})] if finding.exclusive else []
    return [*alone, *(label for label in chosen if label)]


# Held by identity: a knowledge base has no hash, and an id would be reused once it is gone. Four are enough
# for a comparison of two and for the tests.
_KEPT: deque[Tables] = deque(maxlen=4)


def tables_of(knowledge: KnowledgeBase) -> Tables:
    """Return the tables of `knowledge`, made once."""
    for tables in _KEPT:
        if tables.knowledge is knowledge:
            return tables
    _KEPT.append(Tables(knowledge))
    return _KEPT[-1]
