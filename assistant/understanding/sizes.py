"""Sizes of the lesion, and what became of it where an earlier size stands beside today's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.knowledge import Finding
from assistant.understanding.assertion import Cues
from assistant.understanding.claims import LESION_GROUP, Claim
from assistant.understanding.measured import A_RANGE, Measured, claimed
from assistant.understanding.quantity import Number, centimetres, sides

_LARGE_BARE_SIZE = 15.0
"""A bare number above this may be millimetres, so that it is asked about (cm)."""


@dataclass(frozen=True, slots=True)
class Size:
    """One size said of a lesion."""

    claim: Claim
    sentence: int
    largest: bool
    """Whether the words call it that of the largest."""

    earlier: bool
    """Whether it is of the past."""

    @property
    def length(self) -> float:
        """Return the upper end in cm."""
        return self.claim.quantity[1] if self.claim.quantity else 0.0


class Sizes:
    """Reads lengths of lesions."""

    def __init__(self, cues: Cues, words: Mapping[str, frozenset[str]]) -> None:
        self._words = words
        self._course: Mapping[str, object] = cues.data.get("course_of_sizes", {})

    def claims(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        """Yield the size of the largest lesion as it is today, and its course where an earlier size is told."""
        sizes = self._in_time(list(self._sizes(finding, measured)), measured)
        current = [size for size in sizes if not size.earlier] or sizes
        named = [size for size in current if size.largest] or current
        if not named:
            return
        today = max(named, key=lambda size: size.length)
        yield today.claim
        yield from self._changed(finding, today, sizes)

    def _sizes(self, finding: Finding, measured: Measured) -> Iterator[Size]:
        place = 0
        while place < len(measured.found):
            size, following = sides(measured.found, measured.tokens, place)
            group = measured.found[place:following]
            later = self._later(place, measured) if size is None else None
            if later is not None:
                size = later
            claim = self._size(finding, group, size, measured)
            if claim is not None:
                number = group[0]
                largest = measured.near(number, self._words["largest"])
                earlier = later is not None or measured.past(number) or self._leads_on(place, measured)
                yield Size(claim, number.sentence, largest, earlier)
            place = following

    def _in_time(self, sizes: Sequence[Size], measured: Measured) -> Sequence[Size]:
        """Return the sizes; beside one of today all others are of the past ("22 mm then, 14 mm today")."""
        today = [
            size for size in sizes if not size.earlier and measured.scope.in_clause(size.claim.clause, "now")
        ]
        if not today:
            return sizes
        return [size if size in today else replace(size, earlier=True) for size in sizes]

    def _leads_on(self, place: int, measured: Measured) -> bool:
        """Say whether another size follows that this one became ("from 4.1 to 2.3 cm", "3 -> 5 cm")."""
        if place + 1 >= len(measured.found):
            return False
        number, following = measured.found[place], measured.found[place + 1]
        between = [token.text for token in measured.tokens[number.last : following.first]]
        return between == ["->"] or (between == ["to"] and measured.before(number, 1) == ["from"])

    def _later(self, place: int, measured: Measured) -> float | None:
        """Return the cm of a number without unit that has that of the size it became."""
        number = measured.found[place]
        if number.unit is not None or not number.exact or not self._leads_on(place, measured):
            return None
        following = measured.found[place + 1]
        scale = centimetres(following)
        return number.low * scale / following.low if scale is not None and following.low else None

    def _changed(self, finding: Finding, today: Size, sizes: Sequence[Size]) -> Iterator[Claim]:
        """Yield the course of the lesion from an earlier size in the sentence of today's."""
        course = self._course
        earlier = [size for size in sizes if size.earlier and size.sentence == today.sentence]
        if not course or course["size"] != finding.id or len(earlier) != 1 or today.earlier:
            return
        before = earlier[0]
        ratio = today.length / before.length if before.length else 1.0
        limit = 1 + float(str(course["change"]))
        value = course["larger"] if ratio >= limit else course["smaller"] if ratio <= 1 / limit else None
        if value is None and abs(ratio - 1) <= float(str(course["steady"])):
            value = course["same"]
        if value is not None:
            first, last = sorted((before.claim.first, today.claim.first))
            yield Claim(
                str(course["finding"]),
                first,
                last + 1,
                today.claim.clause,
                frozenset([str(value)]),
                implied=True,
            )

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
            or measured.scope.subjects.other_organ(number.clause)
        ):
            return None
        if not asked and not self._of_a_lesion(number, measured):
            return None
        low = high = size
        if not all(part.exact for part in group):
            if any(part.bounded or part.alternatives for part in group):
                hedged = A_RANGE
            low = centimetres(number) or number.low
            high = max(part.high for part in group) * (low / number.low if number.low else 1.0)
            if measured.before(number, 1) == ["from"]:
                # "from 8 mm to 31 mm": the largest lesion is meant
                low = high
        return claimed(finding, number, (low, high), measured, group[-1].last, hedged)

    def _of_a_lesion(self, number: Number, measured: Measured) -> bool:
        if measured.scope.in_clause(number.clause, "lesion_words") or measured.near(
            number, self._words["largest"]
        ):
            return True
        if measured.named("lesion_size", number):
            return True
        if measured.length[number.clause] > (number.last - number.first) + 6:
            return False
        # "solitary liver mass, well defined, 2 cm": a clause of its own behind one that names the lesion
        scope = measured.scope
        if scope.subjects.other_organ(number.clause):
            return False
        if measured.asked is not None and measured.asked.id == self._course.get("finding"):
            return True
        alone = measured.length[number.clause] <= (number.last - number.first) + 2
        if measured.asked is not None and measured.asked.group == LESION_GROUP and alone:
            return not measured.topics.get(number.clause)
        return scope.subjects.subject_before(number.clause) == "lesion"
