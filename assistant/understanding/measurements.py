"""Claims made by quantities: ages, sizes, intervals, counts of attempts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.knowledge import Finding, Kind, KnowledgeBase
from assistant.understanding.assertion import Cues, word_sets
from assistant.understanding.claims import Claim
from assistant.understanding.laboratory import Laboratory
from assistant.understanding.quantity import Number, centimetres, compound_age, months, numbers, sides
from assistant.understanding.scope import Scope
from assistant.understanding.text import Token, fold

_LARGE_BARE_SIZE = 15.0
"""A bare number above this may be millimetres, so that it is asked about (cm)."""

_MOST_ATTEMPTS = 20
_A_RANGE = "a range or a bound"
_DOUBT = "not said with certainty"


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
        """Say whether the number's clause speaks of the past and not of now."""
        clause = number.clause
        return bool(self.scope.in_clause(clause, "past")) and not self.scope.in_clause(clause, "now")

    def named(self, finding: str, number: Number) -> bool:
        """Say whether the number's clause names the finding."""
        return finding in self.topics.get(number.clause, frozenset())

    def doubt(self, clause: int) -> str:
        """Return why a number of the clause is uncertain, empty where it is not."""
        return _DOUBT if self.scope.hedged(clause) else ""


def _before(number: Number, tokens: Sequence[Token]) -> str:
    """Return the word right before the number in its clause, empty where there is none."""
    if number.first == 0 or tokens[number.first - 1].clause != number.clause:
        return ""
    return tokens[number.first - 1].text


class Measurements:
    """Reads numbers by what the knowledge says of units."""

    def __init__(self, knowledge: KnowledgeBase, cues: Cues) -> None:
        self._knowledge = knowledge
        self._number_words = {fold(word): value for word, value in cues.number_words.items()}
        self._words = word_sets(cues.data.get("numbers", {}))
        self._letters: Mapping[str, str] = cues.data.get("age_letters", {})
        self._laboratory = Laboratory(knowledge, cues, self._words)

    def numbers(self, tokens: Sequence[Token], raw: str) -> tuple[Number, ...]:
        """Return the numbers of a text, less those that are denied ("not 7.2 cm, 3 cm")."""
        found = [
            number for number in numbers(tokens, raw, self._number_words) if _before(number, tokens) != "not"
        ]
        # "3, no 2": the later number takes the place of the earlier
        begin = max(
            (place for place, number in enumerate(found) if _before(number, tokens) == "no"), default=0
        )
        return tuple(found[begin:])

    def claims(self, measured: Measured) -> Iterator[Claim]:
        """Yield what the numbers claim."""
        used = set(self._laboratory.named_places(measured))
        for claim in self._laboratory.claims(measured):
            used.update(range(claim.first, claim.last))
            yield claim
        for finding in self._knowledge.findings.values():
            if finding.kind is not Kind.QUANTITY:
                continue
            read = {
                "years": self._ages,
                "cm": self._sizes,
                "months": self._intervals,
                "biopsies": self._attempts,
            }
            for claim in read.get(finding.unit, self._plain)(finding, measured):
                if not used & set(range(claim.first, claim.last)):
                    yield claim
        yield from self._laboratory.counts(measured, used)  # -- time

    def _ages(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        for place, number in enumerate(measured.found):
            if number.unit not in (None, "year", "month", "week", "day") or number.letter == "x":
                continue
            before = measured.found[place - 1] if place else None
            if before is not None and before.unit == "year" and before.last == number.first:
                continue  # the months of "2y 3m"
            if self._is_age(finding, number, measured, asked):
                low = compound_age(measured.found, place)
                high = low if number.exact else low * number.high / max(number.low, 1e-9)
                yield self._claim(finding, number, (low, high), measured)
                yield from self._sex(number, measured)

    def _sex(self, number: Number, measured: Measured) -> Iterator[Claim]:
        """Yield the sex that is glued to an age ("58M")."""
        value = self._letters.get(number.letter)
        if value is not None and self._letters["finding"] in self._knowledge.findings:
            finding, doubt = self._letters["finding"], measured.doubt(number.clause)
            yield Claim(finding, number.first, number.last, number.clause, frozenset([value]), hedged=doubt)

    def _is_age(self, finding: Finding, number: Number, measured: Measured, asked: bool) -> bool:
        before, after = measured.before(number), measured.after(number)
        if number.letter in ("m", "f"):
            isotope = "tc" in (*before[-1:], *after[:1]) or "technetium" in before
            return asked or (number.low >= 19 and not isotope)
        if self._words["sections"] & set(before[-1:]):
            return False
        if measured.tokens[number.last - 1].text in ("old", "yo", "o", "age"):
            return asked or not {"at", "when"} & set(before)
        if {"aged", "age"} & set(before):
            # "splenectomy at the age of 12" is the age of an event
            event = {"since", "from", "until", "at", "the", "diagnosed", "dx", "when"} & set(
                measured.before(number, 5)
            )
            topics = measured.topics.get(number.clause, frozenset()) - {finding.id, "sex"}
            return asked or not (event or topics)
        people = self._words["people"]
        if number.unit and people & set(after[:2]) and "ago" not in after:
            return True
        if number.unit is None and after[:1] and after[0] in people and len(after[0]) > 1 and number.low > 1:
            return True
        if number.unit is None and before[-1:] and before[-1] in people and number.low > 0:
            return len(measured.tokens) <= 4 or (asked and not measured.narrative)
        if not asked:
            return False
        if number.unit == "year" and self._words["not_an_age"] & {*before[-2:], *after[:1]}:
            return False
        return len(measured.found) == 1 or number.unit is not None or not measured.past(number)

    def _intervals(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        for number in measured.found:
            value = months(number)
            if value is None or number.letter:
                continue
            bare = number.unit is None
            longest = 4 if measured.tokens[number.first].number else 2
            if bare and (not asked or len(measured.found) > 1 or measured.length[number.clause] > longest):
                continue
            if bare and 1900 < number.low < 2100:
                continue
            if not asked and not measured.named(finding.id, number):
                continue
            if {"old", "yo"} & {measured.tokens[number.last - 1].text, *measured.after(number, 1)}:
                continue
            high = value if number.exact else value * number.high / max(number.low, 1e-9)
            yield self._claim(finding, number, (value, high), measured)  # -- length

    def _sizes(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        claims: list[tuple[bool, bool, Claim]] = []
        place = 0
        while place < len(measured.found):
            size, following = sides(measured.found, measured.tokens, place)
            group = measured.found[place:following]
            place = following
            claim = self._size(finding, group, size, measured)
            if claim is not None:
                number = group[0]
                claims.append((measured.near(number, self._words["largest"]), measured.past(number), claim))
        current = [entry for entry in claims if not entry[1]] or claims
        named = [entry for entry in current if entry[0]] or current
        if named:
            yield max((claim for _, _, claim in named), key=lambda claim: claim.quantity or (0.0, 0.0))

    def _size(
        self, finding: Finding, group: Sequence[Number], size: float | None, measured: Measured
    ) -> Claim | None:
        number, asked = group[0], measured.asked is finding
        if number.unit not in (None, "cm", "mm", "inch"):
            return None
        hedged = ""
        if size is None:
            if not asked or any(part.letter for part in group) or any(other.unit for other in measured.found):
                return None
            size = max(part.high for part in group)
            hedged = "cm or mm?" if size > _LARGE_BARE_SIZE else ""
        away = set(measured.after(number, 1)) & self._words["distance"]
        if (
            away
            or measured.near(number, self._words["beside_size"])
            or measured.scope.other_organ(number.clause)
        ):
            return None
        if not asked and not self._of_a_lesion(number, measured):
            return None
        low = high = size
        if not all(part.exact for part in group):
            if any(part.bounded or part.alternatives for part in group):
                hedged = _A_RANGE
            low = centimetres(number) or number.low
            high = max(part.high for part in group) * (low / number.low if number.low else 1.0)
            if measured.before(number, 1) == ["from"]:
                # "from 8 mm to 31 mm": the largest lesion is meant
                low = high
        return self._claim(finding, number, (low, high), measured, group[-1].last, hedged)

    def _of_a_lesion(self, number: Number, measured: Measured) -> bool:
        if measured.scope.in_clause(number.clause, "lesion_words") or measured.near(
            number, self._words["largest"]
        ):
            return True
        if measured.named("lesion_size", number):
            return True
        # "solitary liver mass, 2 cm": a clause of its own behind one that names the lesion
        scope, before = measured.scope, number.clause - 1
        named = scope.in_clause(before, "lesion_words")
        if not named or scope.in_clause(before, "organs"):
            return False
        same = measured.tokens[named[0].first].sentence == number.sentence
        return same and measured.length[number.clause] <= (number.last - number.first) + 6

    # -- other numbers

    def _plain(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        usable = [number for number in measured.found if number.unit is None and not number.letter]
        usable = [number for number in usable if not (1900 < number.low < 2100 and len(usable) > 1)]
        present = [number for number in usable if not measured.past(number)] or usable
        if asked and len(present) > 1:
            present = [n for n in present if measured.scope.in_clause(n.clause, "now")] or present
        for number in present:
            named = measured.named(finding.id, number) and self._linked(number, measured)
            if named or (asked and not self._belongs_elsewhere(finding, number, measured)):
                yield self._claim(finding, number, (number.low, number.high), measured)

    def _attempts(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        asked = measured.asked is finding
        for number in measured.found:
            if number.unit is not None or number.letter not in ("", "x") or number.high > _MOST_ATTEMPTS:
                continue
            if measured.tokens[number.first].plain == "ones" or number.low != int(number.low):
                continue
            near = {*measured.before(number, 2), *measured.after(number, 3)}
            together = near & self._words["attempts"] and near & self._words["failed"]
            if asked or (together and number.low >= 2):
                yield self._claim(finding, number, (number.low, number.high), measured)
                return

    def _belongs_elsewhere(self, finding: Finding, number: Number, measured: Measured) -> bool:
        topics = measured.topics.get(number.clause, frozenset())
        following = measured.after(number, 1)
        return bool(topics and finding.id not in topics) or following[:1] in (["%"], ["cm"])

    def _linked(self, number: Number, measured: Measured) -> bool:
        near = measured.before(number, 4)[-2:]
        return all(word in self._words["links"] or place == 0 for place, word in enumerate(near))

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
        elif not hedged:
            hedged = _A_RANGE if number.bounded or number.alternatives else measured.doubt(number.clause)
        return Claim(
            finding.id, number.first, last or number.last, number.clause, quantity=quantity, hedged=hedged
        )
