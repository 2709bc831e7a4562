"""What single words claim of a finding, before the claims of one reply are weighed together."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.knowledge import Finding, Kind, State

LESION_GROUP = "lesion"
"""Findings of this group are of the lesion: what is said of other organs or of the liver around is not theirs."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement on one finding."""

    finding: str
    first: int
    last: int
    """Positions among the tokens, `last` excluded."""

    clause: int
    values: frozenset[str] = frozenset()
    """Values claimed to hold; several are alternatives."""

    denied: frozenset[str] = frozenset()
    """Values claimed not to hold."""

    quantity: tuple[float, float] | None = None
    state: State | None = None
    """unknown, not done or not assessable."""

    open: bool = False
    """Whether the words say only that something is there, not which ("iron overload", a bare yes)."""

    hedged: str = ""
    """Why the claim needs the user's agreement; empty where it needs none."""

    doubled: bool = False
    """Whether a double negation was resolved."""

    names_only: bool = False
    """Whether the claim rests on the mere name of the finding."""

    from_denial: bool = False
    """Whether the claim rests on a denied name of the finding."""

    overrides: bool = False
    """Whether the claim takes the place of what the mere name of the finding says ("GCSF - no")."""

    cues: tuple[tuple[int, int], ...] = ()
    """Where the other words stand that the claim rests on: denials, and the name of what a generic word tells."""

    aside: bool = False
    """Whether the words are of the liver around the lesion, or of some of several lesions only."""

    implied: bool = False
    """Whether another claim on the same finding overrides it without conflict (a measurement)."""


def presence(finding: Finding) -> frozenset[str]:
    """Return the values that say the finding is there."""
    if finding.positive is not None:
        return frozenset([finding.positive])
    if finding.negative is None:
        return frozenset()
    return (
        frozenset(finding.value_ids)
        - {finding.negative}
        - ({finding.exclusive} if finding.exclusive else set())
    )


def affirmed(
    finding: Finding, first: int, last: int, clause: int, hedged: str = "", doubled: bool = False
) -> Claim | None:
    """Return the claim that the finding is so, None where that says nothing."""
    values = presence(finding)
    if not values or finding.kind is Kind.QUANTITY:
        return None
    return Claim(
        finding.id, first, last, clause, values, open=len(values) > 1, hedged=hedged, doubled=doubled
    )


def refused(finding: Finding, first: int, last: int, clause: int, hedged: str = "") -> Claim | None:
    """Return the claim that the finding is not so, None where that says nothing."""
    if finding.kind is Kind.QUANTITY:
        return None
    negative = finding.negative or finding.exclusive if finding.exclusive == "none" else finding.negative
    if negative is None:
        return None
    return Claim(finding.id, first, last, clause, frozenset([negative]), hedged=hedged)
