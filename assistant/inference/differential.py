"""Priors and answers -> posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import UsageError, nearest
from assistant.inference.certainty import certainty_word
from assistant.knowledge import Answer, KnowledgeBase, Model


@dataclass(frozen=True, slots=True)
class Factor:
    """What one answer adds to the differential."""

    finding: str
    answer: Answer

    weight: float
    """Exponent on the likelihood: 1 in full, 0.5 the square root, 0 silent."""

    context: str | None
    """The id of the conditional table that was taken; None for the base table."""

    silent: str | None
    """Why the answer counts nothing, in words; None where it counts."""

    log_likelihoods: Mapping[str, float]
    """Diagnosis -> weight * log P(answer | diagnosis, context), in nats; 0 throughout where silent."""

    rule: str | None = None
    """The rule against counting twice that lowers the weight."""


@dataclass(frozen=True, slots=True)
class Differential:
    """What the lesion may be, and how sure that is."""

    posterior: Mapping[str, float]
    """Diagnosis -> probability, falling; ties keep the order of the knowledge."""

    prior: Mapping[str, float]
    """Diagnosis -> probability before any answer, in the order of the knowledge."""

    factors: tuple[Factor, ...]
    """One for every answer, in the order of the knowledge, silent ones too."""

    model: Model

    @property
    def leader(self) -> str:
        """Return the most probable diagnosis."""
        return next(iter(self.posterior))

    @property
    def runner_up(self) -> str:
        """Return the second diagnosis; the leader again where there is only one."""
        return [*self.posterior, self.leader][1]

    def rank(self, diagnosis: str) -> int:
        """Return 1 + the number of diagnoses that are strictly more probable.

        Raises:
            UsageError: there is no such diagnosis.
        """
        if diagnosis not in self.posterior:
            raise UsageError(f"there is no diagnosis {diagnosis!r}{nearest(diagnosis, self.posterior)}")
        return 1 + sum(share > self.posterior[diagnosis] for share in self.posterior.values())

    def certainty(self, probability: float) -> str:
        """Return the word of the certainty scale for a probability."""
        return certainty_word(self.model, probability)


def differential(
    knowledge: KnowledgeBase, answers: Mapping[str, Answer], population: str | None = None
) -> Differential:
    """Return what follows from `answers` (finding -> answer); their order does not matter.

    Bayes' rule with conditional tables, gates and weights (DESIGN section 5). The log likelihoods are weights
    of evidence as in Good, Probability and the Weighing of Evidence (1950), and Bayesian Statistics 2 (1985).

    Args:
        knowledge: the tables.
        answers: at most one for each finding.
        population: the clinic whose mixture of patients is the prior; None is the usual one.

    Raises:
        AnswerError: an answer its finding does not take.
        UsageError: there is no such population.
    """
    # here and not above, since numpy costs more than everything else at start
    from assistant.inference.fold import fold

    folded = fold(knowledge, answers, population)
    names = tuple(knowledge.diagnoses)
    shares = dict(zip(names, folded.posterior.tolist(), strict=True))
    return Differential(
        posterior=dict(sorted(shares.items(), key=lambda item: -item[1])),
        prior=dict(zip(names, folded.prior.tolist(), strict=True)),
        factors=tuple(
            Factor(
                finding=reading.finding.id,
                answer=reading.answer,
                weight=reading.weight,
                context=reading.context.id if reading.context and not reading.silent else None,
                silent=reading.silent,
                log_likelihoods=dict(zip(names, line.tolist(), strict=True)),
                rule=reading.rule,
            )
            for reading, line in zip(folded.readings, folded.log_likelihoods, strict=True)
        ),
        model=knowledge.model,
    )
