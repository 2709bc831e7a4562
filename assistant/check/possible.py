"""Whether a condition can hold at all: what it demands of each finding and of the posterior, put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import product

from assistant.knowledge import Condition, Finding, Kind, Span


@dataclass(frozen=True, slots=True)
class Demand:
    """What one way of fulfilling a condition asks of one finding."""

    finding: str
    within: frozenset[str] | None = None
    """The answer lies within these values (`multiple`: one of them is present)."""

    outside: frozenset[str] | None = None
    """There is no answer, or it does not lie within these values."""

    inside: Span | None = None
    beyond: Span | None = None
    """There is no answer, or it does not lie within this stretch."""

    answered: bool | None = None

    @property
    def needs_answer(self) -> bool:
        """Say whether only an answer fulfils it."""
        return self.within is not None or self.inside is not None or self.answered is True


@dataclass(frozen=True, slots=True)
class PosteriorDemand:
    """What one way of fulfilling a condition asks of the posterior."""

    leading: frozenset[str] | None = None
    not_leading: frozenset[str] = frozenset()
    at_least: Mapping[str, float] = field(default_factory=dict)
    below: Mapping[str, float] = field(default_factory=dict)


Way = tuple[Demand | PosteriorDemand, ...]


def can_hold(condition: Condition, findings: Mapping[str, Finding]) -> bool:
    """Say whether any answers and any posterior fulfil `condition`."""
    return any(consistent(way, findings) for way in ways(condition))


def ways(condition: Condition) -> Iterator[Way]:
    """Yield the ways of fulfilling a condition; each is a set of demands that must all be met."""
    parts: list[list[Way]] = [[(demand,)] for demand, _ in _own(condition)]
    if condition.any_of:
        parts.append([way for part in condition.any_of for way in ways(part)])
    parts.extend([list(_ways_not(part)) for part in condition.none_of])
    for choice in product(*parts):
        yield tuple(demand for way in choice for demand in way)


def _ways_not(condition: Condition) -> Iterator[Way]:
    """Yield the ways of not fulfilling a condition."""
    for _, opposite in _own(condition):
        yield (opposite,)
    if condition.any_of:
        for choice in product(*(list(_ways_not(part)) for part in condition.any_of)):
            yield tuple(demand for way in choice for demand in way)
    for part in condition.none_of:
        yield from ways(part)


def _own(condition: Condition) -> Iterator[tuple[Demand | PosteriorDemand, Demand | PosteriorDemand]]:
    """Yield every demand of the condition itself with its opposite."""
    for name, values in condition.values.items():
        yield Demand(name, within=values), Demand(name, outside=values)
    for name, span in condition.spans.items():
        yield Demand(name, inside=span), Demand(name, beyond=span)
    for name in condition.answered:
        yield Demand(name, answered=True), Demand(name, answered=False)
    for name in condition.unanswered:
        yield Demand(name, answered=False), Demand(name, answered=True)
    if condition.leading:
        leading = frozenset(condition.leading)
        yield PosteriorDemand(leading=leading), PosteriorDemand(not_leading=leading)
    for name, least in condition.probability.items():
        yield PosteriorDemand(at_least={name: least}), PosteriorDemand(below={name: least})


def consistent(way: Iterable[Demand | PosteriorDemand], findings: Mapping[str, Finding]) -> bool:
    """Say whether all demands can be met at once."""
    by_finding: dict[str, list[Demand]] = {}
    posterior: list[PosteriorDemand] = []
    for demand in way:
        if isinstance(demand, Demand):
            by_finding.setdefault(demand.finding, []).append(demand)
        else:
            posterior.append(demand)
    return _posterior_possible(posterior) and all(
        _answer_possible(findings[name], demands) for name, demands in by_finding.items()
    )


def _answer_possible(finding: Finding, demands: list[Demand]) -> bool:
    needed = any(demand.needs_answer for demand in demands)
    if any(demand.answered is False for demand in demands):
        return not needed
    if not needed:
        return True
    if finding.kind is Kind.QUANTITY:
        return _quantity_possible(finding, demands)
    within = [demand.within for demand in demands if demand.within is not None]
    outside = [demand.outside for demand in demands if demand.outside is not None]
    every = frozenset(finding.value_ids)
    if finding.kind is Kind.SINGLE:
        # the widest answer that fits is the one least likely to lie within what is denied
        widest = reduce(frozenset.__and__, within, every)
        return bool(widest) and not any(widest <= denied for denied in outside)
    allowed = every - frozenset().union(*outside)
    alone = frozenset({finding.exclusive}) & allowed
    return any(
        bool(present) and all(present & wanted for wanted in within)
        for present in (alone, allowed - {finding.exclusive})
    )


def _quantity_possible(finding: Finding, demands: list[Demand]) -> bool:
    spans = [demand.inside for demand in demands if demand.inside is not None]
    low = max([finding.bands[0].low, *(span.low for span in spans)])
    below = min([finding.bands[-1].high, *(span.below for span in spans)])
    denied = [demand.beyond for demand in demands if demand.beyond is not None]
    return low < below and not any(span.low <= low and below <= span.below for span in denied)


def _posterior_possible(demands: list[PosteriorDemand]) -> bool:
    least: dict[str, float] = {}
    leading: frozenset[str] | None = None
    denied: frozenset[str] = frozenset()
    for demand in demands:
        if demand.leading is not None:
            leading = demand.leading if leading is None else leading & demand.leading
        denied |= demand.not_leading
        for name, share in demand.at_least.items():
            least[name] = max(share, least.get(name, 0.0))
    if leading is not None:
        leading -= denied
        # whoever has more than half leads
        if not leading or any(share > 0.5 and name not in leading for name, share in least.items()):
            return False
    if any(share > 0.5 and name in denied for name, share in least.items()):
        return False
    too_low = any(least.get(name, 0.0) >= share for demand in demands for name, share in demand.below.items())
    return not too_low and sum(least.values()) <= 1
