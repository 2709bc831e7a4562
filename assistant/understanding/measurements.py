"""Claims made by numbers: ages, sizes, intervals, counts, laboratory values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.knowledge import Finding, Kind, KnowledgeBase, Lab
from assistant.understanding.assertion import Cues, Scope
from assistant.understanding.claims import Claim
from assistant.understanding.lexicon import lab_names
from assistant.understanding.quantity import Number, centimetres, compound_age, months, numbers, sides, years
from assistant.understanding.text import Token, fold, words

_AGE_BEFORE = frozenset(["aged", "age", "age of", "years"])
_PEOPLE = frozenset(
    [
        "man",
        "woman",
        "boy",
        "girl",
        "male",
        "female",
        "lady",
        "gentleman",
        "infant",
        "child",
        "baby",
        "neonate",
        "patient",
        "m",
        "f",
        "toddler",
        "bloke",
        "guy",
        "chap",
        "teenager",
    ]
)
_NOT_AN_AGE = frozenset(
    [
        "ago",
        "since",
        "for",
        "x",
        "later",
        "after",
        "before",
        "post",
        "until",
        "history",
        "every",
        "when",
        "at",
        "in",
        "off",
        "out",
        "on",
        "into",
        "past",
        "over",
        "follow",
        "followup",
    ]
)
_LARGEST = frozenset(
    [
        "largest",
        "biggest",
        "max",
        "maximum",
        "maximal",
        "dominant",
        "big",
        "greatest",
        "longest",
        "main",
        "larger",
        "bigger",
    ]
)
_BESIDE_SIZE = frozenset(
    [
        "costal",
        "margin",
        "below",
        "under",
        "spleen",
        "splenic",
        "span",
        "umbilicu",
        "rib",
        "apart",
        "vein",
        "duct",
        "segment",
        "seg",
        "deep",
        "from",
    ]
)
_LINKS = frozenset(
    [
        "of",
        "is",
        "was",
        "were",
        "=",
        "~",
        "at",
        "level",
        "about",
        "around",
        "approx",
        ":",
        "now",
        "count",
        "came",
        "back",
        "only",
        "still",
        ">",
        "<",
        "ca",
        "just",
        "today",
        "has",
        "ha",
        "to",
        "serum",
        "down",
        "up",
        "a",
    ]
)
_SECTION = frozenset(
    ["segment", "seg", "stage", "grade", "figure", "fig", "series", "cycle", "week", "day", "lobe"]
)
_BIOPSY = frozenset(
    ["biopsy", "biopsie", "bx", "attempt", "sample", "core", "sampling", "pas", "biopsied", "needle"]
)
_FAILED = frozenset(
    [
        "nondiagnostic",
        "failed",
        "inconclusive",
        "unsuccessful",
        "nondx",
        "insufficient",
        "inadequate",
        "nondiagnostic",
        "diagnostic",
    ]
)
_LARGE_BARE_SIZE = 15.0
"""A bare number above this may be millimetres, so that it is asked about."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the numbers of a text can be read with."""

    tokens: tuple[Token, ...]
    scope: Scope
    found: tuple[Number, ...]
    asked: Finding | None
    cues: Cues
    topics: Mapping[int, frozenset[str]]
    """Clause -> findings named in it."""

    occupied: frozenset[int] = frozenset()
    """Positions of words that mean a value already."""

    narrative: bool = False

    def near(self, number: Number, wanted: frozenset[str]) -> bool:
        """Say whether one of the words stands in the number's clause."""
        return any(token.text in wanted for token in self.tokens if token.clause == number.clause)

    def before(self, number: Number, count: int = 3) -> list[str]:
        """Return the words before the number within its clause."""
        stretch = self.tokens[max(0, number.first - count) : number.first]
        return [token.text for token in stretch if token.clause == number.clause]

    def after(self, number: Number, count: int = 4) -> list[str]:
        """Return the words behind the number within its clause."""
        stretch = self.tokens[number.last : number.last + count]
        return [token.text for token in stretch if token.clause == number.clause]

    def past(self, number: Number) -> bool:
        """Say whether the number's clause speaks of the past and not of now."""
        clause = number.clause
        return bool(self.scope.in_clause(clause, "past")) and not self.scope.in_clause(clause, "now")


class Measurements:
    """Reads numbers by what the knowledge says of units and laboratory values."""

    def __init__(self, knowledge: KnowledgeBase, cues: Cues) -> None:
        self._knowledge = knowledge
        self._cues = cues
        self._labs = lab_names(knowledge)
        self._longest_name = max((len(name) for name in self._labs), default=1)
        counts = cues.data.get("counts", {})
        self._counted: str | None = counts.get("finding")
        self._nouns = {words(noun) for noun in counts.get("nouns", ())}
        self._count_bands = [
            (band.get("from", 0), band["below"], band["value"]) for band in counts.get("bands", ())
        ]

    def numbers(self, tokens: Sequence[Token], raw: str) -> tuple[Number, ...]:
        """Return the numbers of a text."""
        return numbers(tokens, raw, {fold(word): value for word, value in self._cues.number_words.items()})

    def claims(self, measured: Measured) -> Iterator[Claim]:
        """Yield what the numbers claim."""
        used: set[int] = set()
        for claim in self._lab_claims(measured):
            used.update(range(claim.first, claim.last))
            yield claim
        for finding in self._knowledge.findings.values():
            if finding.kind is not Kind.QUANTITY:
                continue
            reader = {"years": self._ages, "cm": self._sizes, "months": self._intervals}.get(
                finding.unit, self._plain
            )
            for claim in reader(finding, measured):
                if not used & set(range(claim.first, claim.last)) or finding is measured.asked:
                    yield claim
        yield from self._count_claims(measured, used)

    # -- quantities

    def _ages(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        for place, number in enumerate(measured.found):
            if number.unit not in (None, "year", "month", "week", "day") or number.letter == "x":
                continue
            if (
                place
                and measured.found[place - 1].unit == "year"
                and measured.found[place - 1].last == number.first
            ):
                continue  # the months of "2y 3m"
            if not self._is_age(number, measured, asked):
                continue
            value = compound_age(measured.found, place)
            yield self._claim(
                finding,
                number,
                (value, value + years(number) * 0) if number.exact else (years(number), number.high),
                measured,
            )

    def _is_age(self, number: Number, measured: Measured, asked: bool) -> bool:
        before, after = measured.before(number), measured.after(number)
        unit_word = measured.tokens[number.last - 1].text
        if number.letter in ("m", "f"):
            return True
        if any(word in _SECTION for word in before[-1:]):
            return False
        if unit_word in ("old", "yo", "o", "age"):
            return not any(word in ("at", "when") for word in before) or asked
        if any(word in ("aged", "age") for word in before):
            return True
        if number.unit and any(word in _PEOPLE for word in after[:2]) and "ago" not in after:
            return True
        if number.unit is None and after[:1] and after[0] in _PEOPLE and len(after[0]) > 1 and number.low > 1:
            return True
        if (
            before[-1:]
            and before[-1] in ("m", "f", "male", "female", "man", "woman")
            and number.unit is None
            and number.low > 0
        ):
            return len(measured.tokens) <= 4 or not measured.narrative and asked
        if not asked:
            return False
        if number.unit == "year" and any(word in _NOT_AN_AGE for word in (*before[-2:], *after[:1])):
            return False
        only = len(measured.found) == 1 or number.unit is not None
        return only or not measured.past(number)

    def _sizes(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        claims: list[tuple[bool, bool, Claim]] = []
        place = 0
        found = measured.found
        while place < len(found):
            number = found[place]
            size, following = sides(found, measured.tokens, place)
            group = found[place:following]
            place = following
            if number.unit not in (None, "cm", "mm", "inch"):
                continue
            hedged = ""
            if size is None:
                if not asked or any(part.letter for part in group):
                    continue
                size = max(part.high for part in group)
                if len(found) > len(group) and any(other.unit for other in found):
                    continue
                if size > _LARGE_BARE_SIZE:
                    hedged = "cm or mm?"
            if measured.near(number, _BESIDE_SIZE) or measured.scope.other_organ(number.clause):
                continue
            if not asked and not self._of_a_lesion(number, measured):
                continue
            if not all(part.exact for part in group):
                hedged = "a range or a bound"
            low = size if hedged != "a range or a bound" else (centimetres(number) or number.low)
            high = (
                max((part.high for part in group), default=size) * (0.1 if number.unit == "mm" else 1.0)
                if hedged == "a range or a bound"
                else size
            )
            claim = self._claim(finding, number, (low, high), measured, group[-1].last, hedged)
            claims.append((measured.near(number, _LARGEST), measured.past(number), claim))
        yield from self._largest(claims)

    @staticmethod
    def _largest(claims: list[tuple[bool, bool, Claim]]) -> Iterator[Claim]:
        current = [entry for entry in claims if not entry[1]] or claims
        named = [entry for entry in current if entry[0]] or current
        exact = [claim for _, _, claim in named if not claim.hedged] or [claim for _, _, claim in named]
        if exact:
            yield max(exact, key=lambda claim: claim.quantity or (0.0, 0.0))

    def _of_a_lesion(self, number: Number, measured: Measured) -> bool:
        if measured.scope.in_clause(number.clause, "lesion_words") or measured.near(number, _LARGEST):
            return True
        if "lesion_size" in measured.topics.get(number.clause, frozenset()):
            return True
        # "solitary liver mass, 2 cm": a clause of its own behind one that names the lesion
        same = [token for token in measured.tokens if token.clause == number.clause]
        before = [
            token
            for token in measured.tokens
            if token.clause == number.clause - 1 and token.sentence == number.sentence
        ]
        bare = len(same) <= (number.last - number.first) + 6
        return (
            bare
            and bool(before)
            and bool(measured.scope.in_clause(number.clause - 1, "lesion_words"))
            and not measured.scope.in_clause(number.clause - 1, "organs")
        )

    def _intervals(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        for number in measured.found:
            value = months(number)
            if value is None or number.letter:
                continue
            if number.unit is None and (not asked or len(measured.found) > 1):
                continue
            if number.unit is None and 1900 < number.low < 2100:
                continue
            named = finding.id in measured.topics.get(number.clause, frozenset())
            if not asked and not named:
                continue
            if any(
                word in ("old", "yo")
                for word in (measured.tokens[number.last - 1].text, *measured.after(number, 1))
            ):
                continue
            high = value if number.exact else (months(number) or 0.0) * number.high / max(number.low, 1e-9)
            yield self._claim(finding, number, (value, high), measured)

    def _plain(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        usable = [number for number in measured.found if number.unit is None and number.letter in ("", "x")]
        usable = [number for number in usable if not (1900 < number.low < 2100 and len(usable) > 1)]
        if finding.unit == "biopsies":
            yield from self._attempts(finding, usable, measured, asked)
            return
        present = [number for number in usable if not measured.past(number)] or usable
        if asked and len(present) > 1:
            present = [n for n in present if measured.scope.in_clause(n.clause, "now")] or present
        for number in present:
            named = finding.id in measured.topics.get(number.clause, frozenset()) and self._linked(
                number, measured
            )
            if named or (asked and not self._belongs_elsewhere(finding, number, measured)):
                yield self._claim(finding, number, (number.low, number.high), measured)

    def _attempts(
        self, finding: Finding, usable: list[Number], measured: Measured, asked: bool
    ) -> Iterator[Claim]:
        for number in usable:
            words_near = {token.text for token in measured.tokens if token.sentence == number.sentence}
            attempts = bool(
                set(measured.after(number, 3)) & _BIOPSY or set(measured.before(number, 2)) & _BIOPSY
            )
            failed = bool(words_near & _FAILED)
            if asked and number.high <= 20 or (attempts and failed and number.high <= 10 and number.low >= 2):
                yield self._claim(finding, number, (number.low, number.high), measured)
                return

    def _belongs_elsewhere(self, finding: Finding, number: Number, measured: Measured) -> bool:
        topics = measured.topics.get(number.clause, frozenset())
        if topics and finding.id not in topics:
            return True
        following = measured.after(number, 1)
        return bool(following) and following[0] in ("%", "g", "cm")

    @staticmethod
    def _linked(number: Number, measured: Measured) -> bool:
        return all(word in _LINKS or place == 0 for place, word in enumerate(measured.before(number, 4)[-2:]))

    def _claim(
        self,
        finding: Finding,
        number: Number,
        quantity: tuple[float, float],
        measured: Measured,
        last: int | None = None,
        hedged: str = "",
    ) -> Claim:
        low, high = finding.plausible or (float("-inf"), float("inf"))
        if not hedged and (quantity[0] < low or quantity[1] > high):
            hedged = f"outside {low:g} to {high:g} {finding.unit}"
        elif not hedged and not number.exact:
            hedged = "a range or a bound"
        elif not hedged and measured.scope.hedged(number.clause):
            hedged = "not said with certainty"
        return Claim(
            finding.id, number.first, last or number.last, number.clause, quantity=quantity, hedged=hedged
        )

    # -- laboratory values and counts

    def _lab_claims(self, measured: Measured) -> Iterator[Claim]:
        for name_first, name_last, labs in self._named(measured.tokens):
            number = self._value_behind(name_last, measured)
            if number is None:
                continue
            for finding_id, place in labs:
                lab = self._knowledge.findings[finding_id].lexicon.labs[place]
                yield from self._lab_claim(finding_id, lab, name_first, number, measured)
        asked = measured.asked
        if asked is not None and asked.lexicon.labs and len(measured.found) == 1:
            number = measured.found[0]
            alone = len(measured.tokens) <= (number.last - number.first) + 2
            if alone and len(asked.lexicon.labs) == 1 and number.unit is None and not number.letter:
                yield from self._lab_claim(asked.id, asked.lexicon.labs[0], number.first, number, measured)

    def _named(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, list[tuple[str, int]]]]:
        place = 0
        while place < len(tokens):
            for length in range(self._longest_name, 0, -1):
                labs = self._labs.get(tuple(token.text for token in tokens[place : place + length]))
                if labs:
                    yield place, place + length, labs
                    place += length
                    break
            else:
                place += 1

    @staticmethod
    def _value_behind(place: int, measured: Measured) -> Number | None:
        for number in measured.found:
            if number.first < place:
                continue
            between = measured.tokens[place : number.first]
            near = len(between) <= 4 and all(token.text in _LINKS for token in between)
            joined = (
                number.sentence == measured.tokens[place - 1].sentence
                and number.clause - measured.tokens[place - 1].clause <= 1
            )
            return number if near and joined else None
        return None

    def _lab_claim(
        self, finding: str, lab: Lab, first: int, number: Number, measured: Measured
    ) -> Iterator[Claim]:
        after = " ".join(token.text for token in measured.tokens[number.last : number.last + 2])
        factor = 1.0
        for unit, by in lab.alternative_units.items():
            spelled = " ".join(words(unit))
            if spelled and after.startswith(spelled):
                factor = by
        value = number.low * factor
        low, high = lab.plausible
        if not low <= value <= high:
            return
        if number.bounded:
            return
        for start, below, meaning in lab.bands:
            if start <= value < below and meaning is not None:
                hedged = "not said with certainty" if measured.scope.hedged(number.clause) else ""
                yield Claim(
                    finding,
                    first,
                    number.last,
                    number.clause,
                    frozenset([meaning]),
                    hedged=hedged,
                    implied=True,
                )

    def _count_claims(self, measured: Measured, used: set[int]) -> Iterator[Claim]:
        if self._counted is None:
            return
        asked = measured.asked is not None and measured.asked.id == self._counted
        for number in measured.found:
            if (
                number.first in used
                or number.unit
                or number.letter
                or number.bounded
                or number.low != int(number.low)
            ):
                continue
            if {number.first, number.last - 1} & measured.occupied:
                continue
            if any(word in _SECTION for word in measured.before(number, 1)):
                continue
            after = measured.after(number, 4)
            noun = any(
                tuple(after[skip : skip + len(noun)]) == noun for noun in self._nouns for skip in range(0, 3)
            )
            if not noun and not (asked and len(measured.found) == 1):
                continue
            if measured.scope.other_organ(number.clause) and not asked:
                continue
            values = frozenset(
                meaning
                for start, below, meaning in self._count_bands
                if start <= number.high and number.low < below
            )
            if values:
                yield Claim(
                    self._counted, number.first, number.last, number.clause, values, implied=not asked
                )
