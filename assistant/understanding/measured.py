"""What the numbers of a text can be read with, and what they claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.knowledge import Finding
from assistant.understanding.claims import Claim
from assistant.understanding.interpretation import DOUBT
from assistant.understanding.quantity import Number
from assistant.understanding.scope import Scope
from assistant.understanding.text import Token, words

A_RANGE = "a range or a bound"
"""Why a number is asked about that was not said exactly."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the numbers of a text can be read with."""

    tokens: tuple[Token, ...]
    scope: Scope
    found: tuple[Number, ...]
    asked: Finding | None
    topics: Mapping[int, frozenset[str]]
    """Clause -> findings named in it."""

    occupied: frozenset[int] = frozenset()
    """Positions of words that mean a value already."""

    narrative: bool = False

    words: dict[int, set[str]] = field(init=False, default_factory=dict, repr=False)
    """Clause -> its words."""

    length: dict[int, int] = field(init=False, default_factory=dict, repr=False)
    """Clause -> number of its tokens."""

    def __post_init__(self) -> None:
        for token in self.tokens:
            self.words.setdefault(token.clause, set()).add(token.text)
            self.length[token.clause] = self.length.get(token.clause, 0) + 1

    def near(self, number: Number, wanted: frozenset[str]) -> bool:
        """Say whether one of the words stands in the number's clause."""
        return not wanted.isdisjoint(self.words.get(number.clause, frozenset()))

    def before(self, number: Number, count: int = 3) -> list[str]:
        """Return the words before the number within its clause."""
        stretch = self.tokens[max(0, number.first - count) : number.first]
        return [token.text for token in stretch if token.clause == number.clause]

    def after(self, number: Number, count: int = 4) -> list[str]:
        """Return the words behind the number within its clause."""
        stretch = self.tokens[number.last : number.last + count]
        return [token.text for token in stretch if token.clause == number.clause]

    def past(self, number: Number) -> bool:
        """Say whether the number is of the past: the nearest cue before it decides, else those of its clause."""
        past, now = (self.scope.in_clause(number.clause, kind) for kind in ("past", "now"))
        before = [cue for cue in (*past, *now) if cue.first < number.first]
        if before:
            return max(before, key=lambda cue: cue.first) in past
        return bool(past) and not now

    def today(self, number: Number) -> Number:
        """Return the number that the next clause tells of today without a name ("AFP was 900, now 4"), or the same."""
        for other in self.found:
            behind = other.sentence == number.sentence and other.clause == number.clause + 1
            named = self.topics.get(other.clause) or other.unit is not None or other.letter
            if behind and not named and self.scope.in_clause(other.clause, "now"):
                return other
        return number

    def named(self, finding: str, number: Number) -> bool:
        """Say whether the number's clause names the finding."""
        return finding in self.topics.get(number.clause, frozenset())

    def doubt(self, clause: int) -> str:
        """Return why a number of the clause is uncertain, empty where it is not."""
        return DOUBT if self.scope.hedged(clause) else ""


def unit_factor(units: Mapping[str, float], number: Number, measured: Measured) -> float:
    """Return the factor of the unit that stands behind a number, 1 where none of `units` does."""
    behind = tuple(token.text for token in measured.tokens[number.last : number.last + 3])
    named = ((words(unit), factor) for unit, factor in units.items())
    return next((factor for unit, factor in named if behind[: len(unit)] == unit), 1.0)


def claimed(
    finding: Finding,
    number: Number,
    quantity: tuple[float, float],
    measured: Measured,
    last: int | None = None,
    hedged: str = "",
) -> Claim:
    """Return the claim of a quantity, hedged where it is not plausible, only a bound or not said with certainty."""
    low, high = finding.plausible or (float("-inf"), float("inf"))
    if not hedged and (quantity[0] < low or quantity[1] > high):
        hedged = f"outside {low:g} to {high:g} {finding.unit}"
    elif not hedged:
        hedged = A_RANGE if number.bounded or number.alternatives else measured.doubt(number.clause)
    return Claim(
        finding.id, number.first, last or number.last, number.clause, quantity=quantity, hedged=hedged
    )
