"""Claims made by quantities: ages, sizes, intervals, counts of attempts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.knowledge import Finding, Kind, KnowledgeBase
from assistant.understanding.assertion import Cues, word_sets
from assistant.understanding.claims import Claim
from assistant.understanding.laboratory import Laboratory
from assistant.understanding.measured import Measured, claimed, unit_factor
from assistant.understanding.quantity import Number, compound_age, months, numbers
from assistant.understanding.sizes import Sizes
from assistant.understanding.text import Token, fold

_MOST_ATTEMPTS = 20


def _before(number: Number, tokens: Sequence[Token]) -> str:
    """Return the word right before the number in its clause, empty where there is none."""
    if number.first == 0 or tokens[number.first - 1].clause != number.clause:
        return ""
    return tokens[number.first - 1].text


def _named_by_pair(number: Number, tokens: Sequence[Token], raw: str) -> bool:
    """Say whether the figures are half of a name or a date written with a dash ("19-9", "4-2"), not a quantity."""
    if number.last - number.first != 1 or not tokens[number.first].number:
        return False
    token = tokens[number.first]
    behind, before = raw[token.end : token.end + 2], raw[max(0, token.start - 2) : token.start]
    opens = behind[:1] == "-" and behind[1:].isdecimal()
    closes = before[1:] == "-" and before[:1].isdecimal()
    return opens or closes


class Measurements:
    """Reads numbers by what the knowledge says of units."""

    def __init__(self, knowledge: KnowledgeBase, cues: Cues) -> None:
        self._knowledge = knowledge
        self._number_words = {fold(word): value for word, value in cues.number_words.items()}
        self._words = word_sets(cues.data.get("numbers", {}))
        self._letters: Mapping[str, str] = cues.data.get("age_letters", {})
        self._laboratory = Laboratory(knowledge, cues, self._words)
        self._sizes = Sizes(cues, self._words)

    def numbers(self, tokens: Sequence[Token], raw: str, *, narrative: bool = False) -> tuple[Number, ...]:
        """Return the numbers of a text, less those that are denied ("not 7.2 cm, 3 cm") or of other things."""
        found = [
            number
            for number in numbers(tokens, raw, self._number_words)
            if _before(number, tokens) != "not"
            and not _named_by_pair(number, tokens, raw)
            and not self._of_something_else(number, tokens)
        ]
        if narrative:
            return tuple(found)
        # "3, no 2": the later number takes the place of the earlier
        begin = max(
            (place for place, number in enumerate(found) if _before(number, tokens) == "no"), default=0
        )
        return tuple(found[begin:])

    def _of_something_else(self, number: Number, tokens: Sequence[Token]) -> bool:
        """Say whether the word beside the number makes it one of other things ("62 kg", "room 12", "CRP 120")."""
        behind = tokens[number.last] if number.last < len(tokens) else None
        after = behind.text if behind is not None and behind.clause == number.clause else ""
        return not self._words["foreign"].isdisjoint((_before(number, tokens), after))

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
                "cm": self._sizes.claims,
                "months": self._intervals,
                "biopsies": self._attempts,
            }
            for claim in read.get(finding.unit, self._plain)(finding, measured):
                if not used & set(range(claim.first, claim.last)):
                    yield claim
        yield from self._laboratory.counts(measured, used)  # -- time

    def _ages(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
        claims = list(self._every_age(finding, measured))
        if measured.narrative:
            ages = [claim for claim in claims if claim.finding == finding.id]
            # "girl, 7 years old ... bones show an age of 10 years": the age of a person counts before any other
            people = [claim for claim in ages if self._of_a_person(claim, measured)]
            claims = [claim for claim in claims if claim not in ages or not people or claim in people]
        yield from claims

    def _of_a_person(self, claim: Claim, measured: Measured) -> bool:
        beside = {token.text for token in measured.tokens[max(0, claim.first - 2) : claim.last + 3]}
        return not beside.isdisjoint(self._words["people"])

    def _every_age(self, finding: Finding, measured: Measured) -> Iterator[Claim]:
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
                yield claimed(finding, number, (low, high), measured)
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
        if before[-1:] == ["of"] and before[-2:-1] and before[-2] in people and number.unit is None:
            return 1 < number.low < 120  # "a lady of 51"
        if self._beside_a_person(number, measured):
            return True
        if number.unit and people & set(after[:2]) and "ago" not in after:
            return True
        if number.unit is None and after[:1] and after[0] in people and len(after[0]) > 1 and number.low > 1:
            return True
        if number.unit is None and before[-1:] and before[-1] in people and number.low > 0:
            return len(measured.tokens) <= 4 or (asked and not measured.narrative)
        if not asked:
            return False
        if measured.scope.in_clause(number.clause, "planned"):
            return False
        if number.unit == "year" and self._words["not_an_age"] & {*before[-2:], *after[:1]}:
            return False
        return len(measured.found) == 1 or number.unit is not None or not measured.past(number)

    def _beside_a_person(self, number: Number, measured: Measured) -> bool:
        """Say whether a bare number makes up the clause behind one that ends in a person ("girl, 7, sickle cell")."""
        if number.unit is not None or not number.exact or not measured.tokens[number.first].number:
            return False
        lonely = measured.length[number.clause] == number.last - number.first
        if not lonely or number.first == 0 or not 1 <= number.low < 120:
            return False
        before = measured.tokens[number.first - 1]
        return (
            before.sentence == number.sentence
            and before.text in self._words["people"]
            and len(before.text) > 1
        )

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
            if measured.scope.in_clause(number.clause, "planned"):
                continue
            if {"old", "yo"} & {measured.tokens[number.last - 1].text, *measured.after(number, 1)}:
                continue
            high = value if number.exact else value * number.high / max(number.low, 1e-9)
            yield claimed(finding, number, (value, high), measured)

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
                factor = unit_factor(finding.alternative_units, number, measured)
                today = measured.today(number)
                yield claimed(finding, today, (today.low * factor, today.high * factor), measured)

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
                yield claimed(finding, number, (number.low, number.high), measured)
                return

    def _belongs_elsewhere(self, finding: Finding, number: Number, measured: Measured) -> bool:
        topics = measured.topics.get(number.clause, frozenset())
        following = measured.after(number, 1)
        return bool(topics and finding.id not in topics) or following[:1] in (["%"], ["cm"])

    def _linked(self, number: Number, measured: Measured) -> bool:
        near = measured.before(number, 4)[-2:]
        return all(word in self._words["links"] or place == 0 for place, word in enumerate(near))
