"""The share of each diagnosis before any answer, in the clinic the user names."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.errors import UsageError, nearest
from assistant.knowledge import KnowledgeBase


def prior(knowledge: KnowledgeBase, population: str | None = None) -> dict[str, float]:
    """Return diagnosis -> prior, in the order of the knowledge; the priors sum to 1.

    The prior is a mixture of patient groups. A named population multiplies their weights by its factors, and
    each diagnosis follows its share of the mixture. One that no group lists keeps its share.

    Raises:
        UsageError: there is no such population.
    """
    shares = {name: diagnosis.prior for name, diagnosis in knowledge.diagnoses.items()}
    if population is not None:
        if population not in knowledge.populations:
            hint = nearest(population, knowledge.populations)
            raise UsageError(f"there is no population {population!r}{hint}")
        factors = knowledge.populations[population].factors
        usual, here = _mixture(knowledge, {}), _mixture(knowledge, factors)
        for name in shares:
            if usual.get(name, 0.0) > 0.0:
                shares[name] *= here[name] / usual[name]
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def _mixture(knowledge: KnowledgeBase, factors: Mapping[str, float]) -> dict[str, float]:
    weights = {name: group.weight * factors.get(name, 1.0) for name, group in knowledge.groups.items()}
    # the weights are shares, so that a factor on every group changes nothing
    total = sum(weights.values())
    mixture: dict[str, float] = {}
    for name, group in knowledge.groups.items():
        for diagnosis, share in group.causes.items():
            mixture[diagnosis] = mixture.get(diagnosis, 0.0) + weights[name] / total * share
    return mixture
