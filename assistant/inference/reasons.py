"""Why the differential stands as it does: what each answer weighs, and the row it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.inference.reading import (
    Reading,
    context_of,
    diagnosis_named,
    gate_words,
    holds,
    read_one,
    row_of,
)
from assistant.knowledge import Answer, Context, Diagnosis, Finding, KnowledgeBase, Row, Source

DECIBAN = 10 / math.log(10)
"""Decibans in one nat: 10 decibans are odds of ten to one (Good 1950)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one answer says of one diagnosis."""

    finding: str
    answer: Answer

    diagnosis: str
    rival: str
    """The runner-up where the diagnosis leads, else the leader."""

    change: float
    """Probability of the diagnosis with the answer minus without it, all else refolded (leave-one-out)."""

    log_odds_change: float
    """The same in log odds of the diagnosis against all others, in decibans; these need not add up."""

    pairwise: float
    """Weight for the diagnosis against the rival, in decibans, as it counts (Good 1985)."""

    weight: float
    """Exponent on the likelihood: 1 in full, 0.5 the square root, 0 silent."""

    probability: float | None
    """P(answer | diagnosis) before any weight; None where the finding has no table."""

    rival_probability: float | None
    """P(answer | rival) before any weight."""

    row: Row | None
    """The table row of the diagnosis that was read: probabilities, grade, sources, n, note."""

    rival_row: Row | None
    """The table row of the rival."""

    context: Context | None
    """The conditional table that was taken, with its rationale."""

    silent: str | None
    """Why the answer counts nothing by itself; it may still choose the table of another."""

    rule: str | None
    """The rule against counting twice that lowers the weight."""

    @property
    def grade(self) -> str | None:
        """Return how good the evidence for the diagnosis's row is, A to D."""
        return self.row.grade if self.row else None

    @property
    def n(self) -> int | None:
        """Return the patients or lesions behind the main figure of the row."""
        return self.row.n if self.row else None

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the ids of the sources of the row."""
        return self.row.sources if self.row else ()

    @property
    def note(self) -> str:
        """Return what the row says of itself."""
        return self.row.note if self.row else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The row that is read for a finding under a diagnosis, and what it rests on."""

    finding: Finding
    diagnosis: Diagnosis

    row: Row | None
    """None where the finding has no table."""

    context: Context | None
    """The conditional table that holds now; None for the base table."""

    own: bool
    """Whether the diagnosis has a row of its own for the context; else its base row stands in."""

    silent: str | None
    """Why an answer counts nothing now; None where it counts."""

    sources: tuple[Source, ...]


def reasons(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    diagnosis: str | None = None,
    population: str | None = None,
) -> tuple[Reason, ...]:
    """Return a reason for every answer that can move, by falling absolute pairwise weight.

    Args:
        knowledge: the tables.
        answers: finding -> answer.
        diagnosis: the one to explain; None is the leader.
        population: the clinic behind the prior.

    Raises:
        AnswerError: an answer its finding does not take.
        UsageError: there is no such diagnosis or population.
    """
    from assistant.inference.differential import differential
    from assistant.inference.fold import fold
    from assistant.inference.tables import tables_of

    shown = differential(knowledge, answers, population)
    subject = diagnosis_named(knowledge, diagnosis or shown.leader)
    rival = knowledge.diagnoses[shown.runner_up if subject.id == shown.leader else shown.leader]
    tables = tables_of(knowledge)
    here, there = tables.names.index(subject.id), tables.names.index(rival.id)
    full = fold(knowledge, answers, population)
    found = []
    for reading, line in zip(full.readings, full.log_likelihoods, strict=True):
        if not reading.answer.moves:
            continue
        name = reading.finding.id
        without = fold(knowledge, {key: answers[key] for key in answers if key != name}, population)
        has_table = reading.finding.informative
        likelihood = (
            tables.likelihood(reading.finding, reading.answer, reading.context) if has_table else None
        )
        found.append(
            Reason(
                finding=name,
                answer=reading.answer,
                diagnosis=subject.id,
                rival=rival.id,
                change=float(full.posterior[here] - without.posterior[here]),
                log_odds_change=DECIBAN * (full.log_odds(here) - without.log_odds(here)),
                pairwise=DECIBAN * float(line[here] - line[there]),
                weight=reading.weight,
                probability=None if likelihood is None else float(likelihood[here]),
                rival_probability=None if likelihood is None else float(likelihood[there]),
                row=_row(subject, reading),
                rival_row=_row(rival, reading),
                context=reading.context,
                silent=reading.silent,
                rule=reading.rule,
            )
        )
    return tuple(sorted(found, key=lambda reason: -abs(reason.pairwise)))


def _row(diagnosis: Diagnosis, reading: Reading) -> Row | None:
    return row_of(diagnosis, reading.finding, reading.context) if reading.finding.informative else None


def evidence_for(
    knowledge: KnowledgeBase, answers: Mapping[str, Answer], finding: str, diagnosis: str
) -> Evidence:
    """Return the row that is read now for `finding` under `diagnosis`, answered or not.

    Raises:
        AnswerError: there is no such finding.
        UsageError: there is no such diagnosis.
    """
    asked, subject = knowledge.finding(finding), diagnosis_named(knowledge, diagnosis)
    if finding in answers:
        silent = read_one(knowledge, finding, answers).silent
    elif not asked.informative:
        silent = "moves no diagnosis by itself"
    else:
        silent = None if holds(asked.gate, answers) else gate_words(knowledge, asked)
    context = context_of(asked, answers) if asked.informative else None
    row = row_of(subject, asked, context) if asked.informative else None
    return Evidence(
        finding=asked,
        diagnosis=subject,
        row=row,
        context=context,
        own=context is None or (asked.id, context.id) in subject.context_rows,
        silent=silent,
        sources=tuple(
            knowledge.sources[name] for name in (row.sources if row else ()) if name in knowledge.sources
        ),
    )
