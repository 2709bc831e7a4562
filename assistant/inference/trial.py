"""Answers that were not given, tried one by one in a full refold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from assistant.inference.fold import fold, log_likelihood
from assistant.inference.reading import holds, read_one, touched_by
from assistant.inference.tables import tables_of
from assistant.knowledge import Answer, Finding, Kind, KnowledgeBase

_TIE = 1e-9
"""Nats by which another diagnosis must lead; less is rounding between two ways of adding the same numbers."""


def any_trial_changes_leader(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    open_findings: tuple[str, ...],
    population: str | None,
) -> bool:
    """Say whether one more answer would put another diagnosis first."""
    folded = fold(knowledge, answers, population)
    leader = int(np.argmax(folded.scores))
    tables = tables_of(knowledge)
    given = {
        reading.finding.id: line
        for reading, line in zip(folded.readings, folded.log_likelihoods, strict=True)
        if reading.answer.moves
    }
    for name in open_findings:
        finding = knowledge.finding(name)
        touched = [other for other in touched_by(knowledge, name) if other in given]
        if name in given or not holds(finding.gate, answers) or not (finding.informative or touched):
            continue
        rest = folded.scores - sum(given[other] for other in touched)
        for answer in _possible_answers(finding):
            tried = {**answers, name: answer}
            lines = (log_likelihood(tables, read_one(knowledge, other, tried)) for other in (name, *touched))
            scores = rest + sum(lines)
            if scores.max() > scores[leader] + _TIE:
                return True
    return False


def _possible_answers(finding: Finding) -> Iterator[Answer]:
    if finding.kind is Kind.QUANTITY:
        for band in finding.bands:
            yield Answer(finding.id, quantity=(band.low, band.low))
        return
    for value in finding.value_ids:
        yield Answer(finding.id, values=frozenset({value}), listed=finding.kind is Kind.MULTIPLE)
