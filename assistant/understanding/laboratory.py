"""Claims made by laboratory values and by counts of lesions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.knowledge import KnowledgeBase, Lab
from assistant.understanding.assertion import Cues
from assistant.understanding.claims import Claim
from assistant.understanding.measured import Measured, unit_factor
from assistant.understanding.quantity import Number
from assistant.understanding.text import Token, words

_FARTHEST = 4
"""Words that may stand between a laboratory name and its number."""


class Laboratory:
    """Reads numbers that decide a value: laboratory values and counts of lesions."""

    def __init__(self, knowledge: KnowledgeBase, cues: Cues, context: Mapping[str, frozenset[str]]) -> None:
        self._knowledge = knowledge
        self._context = context
        self._labs: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        for finding in knowledge.findings.values():
            for place, lab in enumerate(finding.lexicon.labs):
                for name in lab.names:
                    self._labs.setdefault(words(name), []).append((finding.id, place))
        self._together = tuple(cues.data.get("together", ()))
        self._longest = max((len(name) for name in self._labs), default=1)
        counts = cues.data.get("counts", {})
        self._counted: str | None = counts.get("finding")
        self._nouns = {words(noun) for noun in counts.get("nouns", ())}
        self._bands = [
            (band.get("from", 0), band["below"], band["value"]) for band in counts.get("bands", ())
        ]

    def named_places(self, measured: Measured) -> frozenset[int]:
        """Return the places of numbers that belong to a named laboratory value, whether they decide anything or not."""
        numbers = (self._number_behind(last, measured) for _, last, _ in self._named(measured.tokens))
        return frozenset(place for number in numbers if number for place in range(number.first, number.last))

    def claims(self, measured: Measured) -> Iterator[Claim]:
        """Yield what laboratory values claim one by one and together (three low counts are pancytopenia)."""
        single = list(self._single(measured))
        yield from single
        for rule in self._together:
            mine = [claim for claim in single if claim.finding == rule["finding"] and not claim.hedged]
            named = {value for claim in mine for value in claim.values}
            if len({claim.first for claim in mine}) >= rule["at_least"] and named >= set(rule["values"]):
                first, last = mine[0].first, mine[-1].last
                yield Claim(rule["finding"], first, last, mine[0].clause, frozenset([rule["means"]]))

    def _single(self, measured: Measured) -> Iterator[Claim]:
        """Yield what each named laboratory value claims, and a bare number where one is asked for."""
        for first, last, labs in self._named(measured.tokens):
            number = self._number_behind(last, measured)
            if number is None:
                continue
            for finding, place in labs:
                lab = self._knowledge.findings[finding].lexicon.labs[place]
                yield from self._decided(finding, lab, first, measured.today(number), measured)
        asked = measured.asked
        if asked is not None and len(asked.lexicon.labs) == 1 and len(measured.found) == 1:
            number = measured.found[0]
            behind = {token.text for token in measured.tokens[number.last : number.last + 2]}
            times = bool(behind & self._context["not_an_age"]) or "time" in behind
            alone = len(measured.tokens) <= (number.last - number.first) + 2 and not times
            if alone and number.unit is None and not number.letter:
                yield from self._decided(asked.id, asked.lexicon.labs[0], number.first, number, measured)

    def _named(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, list[tuple[str, int]]]]:
        place = 0
        while place < len(tokens):
            for length in range(self._longest, 0, -1):
                labs = self._labs.get(tuple(token.text for token in tokens[place : place + length]))
                if labs:
                    yield place, place + length, labs
                    place += length
                    break
            else:
                place += 1

    def _number_behind(self, place: int, measured: Measured) -> Number | None:
        for number in measured.found:
            if number.first < place:
                continue
            between = measured.tokens[place : number.first]
            near = len(between) <= _FARTHEST and all(
                token.text in self._context["links"] for token in between
            )
            name = measured.tokens[place - 1]
            joined = number.sentence == name.sentence and number.clause - name.clause <= 1
            return number if near and joined else None
        return None

    @staticmethod
    def _decided(finding: str, lab: Lab, first: int, number: Number, measured: Measured) -> Iterator[Claim]:
        value = number.low * unit_factor(lab.alternative_units, number, measured)
        low, high = lab.plausible
        if not low <= value <= high:
            return
        allowed = [band for band in lab.bands if band[0] <= value < band[1]]
        if number.bounded:
            allowed = _beyond(value, number, lab, measured)
        if len({meaning for _, _, meaning in allowed}) != 1:
            return
        for _, _, meaning in allowed[:1]:
            if meaning is not None:
                hedged = measured.doubt(number.clause)
                yield Claim(
                    finding,
                    first,
                    number.last,
                    number.clause,
                    frozenset([meaning]),
                    hedged=hedged,
                    implied=True,
                )

    def counts(self, measured: Measured, used: set[int]) -> Iterator[Claim]:
        """Yield what a number before a word for lesions claims of their count."""
        if self._counted is None:
            return
        asked = measured.asked is not None and measured.asked.id == self._counted
        for number in measured.found:
            if {number.first, number.last - 1} & measured.occupied or number.first in used:
                continue
            if number.unit or number.letter or number.bounded or number.low != int(number.low):
                continue
            if 1900 < number.low < 2100 or (
                not asked and self._context["some_of"] & set(measured.before(number, 1))
            ):
                continue
            if self._context["sections"] & set(measured.before(number, 1)):
                continue
            after = measured.after(number, 4)
            noun = any(
                tuple(after[skip : skip + len(name)]) == name for name in self._nouns for skip in range(3)
            )
            if not noun and not (asked and len(measured.found) == 1):
                continue
            if measured.scope.subjects.other_organ(number.clause):
                continue
            values = frozenset(
                meaning
                for start, below, meaning in self._bands
                if start <= number.high and number.low < below
            )
            if values:
                yield Claim(
                    self._counted, number.first, number.last, number.clause, values, implied=not asked
                )


def _beyond(
    value: float, number: Number, lab: Lab, measured: Measured
) -> list[tuple[float, float, str | None]]:
    """Return the bands that a mere bound allows ("AFP > 60,000"); none where the bound cannot be told."""
    before = set(measured.before(number, 2))
    if before & {">", ">=", "≥", "over", "above", "exceed"}:
        return [band for band in lab.bands if band[1] > value]
    if before & {"<", "<=", "≤", "under", "below"}:
        return [band for band in lab.bands if band[0] < value]
    return []
