"""Priors and readings added up: log p(d | answers) = log prior(d) + sum of l_f(d), DESIGN section 5."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.inference.population import prior
from assistant.inference.reading import Reading, read
from assistant.inference.tables import TINY, FloatArray, Tables, tables_of
from assistant.knowledge import Answer, KnowledgeBase


@dataclass(frozen=True, slots=True)
class Fold:
    """The sum of all evidence, one number a diagnosis, in the order of the knowledge."""

    prior: FloatArray
    readings: tuple[Reading, ...]

    log_likelihoods: FloatArray
    """l_f(d) in nats, a row for each reading; a silent one is 0 throughout."""

    scores: FloatArray
    """log prior + the sum of the log likelihoods, not normalised."""

    @property
    def posterior(self) -> FloatArray:
        """Return the probabilities; they sum to 1."""
        shares = np.exp(self.scores - self.scores.max())
        posterior: FloatArray = shares / shares.sum()
        return posterior

    def log_odds(self, diagnosis: int) -> float:
        """Return the natural logarithm of the odds of the diagnosis at that place against all others."""
        others = np.delete(self.scores, diagnosis)
        if not others.size:
            return 0.0
        top = others.max()
        return float(self.scores[diagnosis] - top - np.log(np.exp(others - top).sum()))


def fold(knowledge: KnowledgeBase, answers: Mapping[str, Answer], population: str | None = None) -> Fold:
    """Return the sum of the prior and of what each answer says."""
    tables = tables_of(knowledge)
    shares = np.array(list(prior(knowledge, population).values()))
    readings = read(knowledge, answers)
    lines = [log_likelihood(tables, reading) for reading in readings]
    matrix = np.array(lines) if lines else np.zeros((0, len(shares)))
    return Fold(shares, readings, matrix, np.log(np.maximum(shares, TINY)) + matrix.sum(axis=0))


def log_likelihood(tables: Tables, reading: Reading) -> FloatArray:
    """Return l_f(d) = weight * log P(answer | diagnosis, context), in nats."""
    if reading.weight == 0:
        return np.zeros(len(tables.names))
    likelihood = tables.likelihood(reading.finding, reading.answer, reading.context)
    line: FloatArray = reading.weight * np.log(np.maximum(likelihood, TINY))
    return line
