"""What the words around a phrase make of it: which finding a generic word is said of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.knowledge import Finding
from assistant.understanding.claims import LESION_GROUP
from assistant.understanding.lexicon import Candidate, Entry, Sort
from assistant.understanding.text import Text

_FARTHEST_NAME = 2
"""Clauses of a narrative that may stand between the name of a measurement and its result."""


@dataclass(frozen=True, slots=True)
class Name:
    """A phrase that names a finding by itself."""

    first: int
    last: int
    finding: str
    measure: bool = False
    """Whether it names a measurement and says nothing of its result."""

    def distance(self, candidate: Candidate) -> int:
        """Return the number of words between the name and a phrase, below 0 where they overlap."""
        return max(candidate.first - self.last, self.first - candidate.last)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One text with the names found in it."""

    text: Text
    asked: Finding | None
    names: Mapping[int, Sequence[Name]]
    """Clause -> the phrases of it that name a finding by themselves."""

    grammar: Mapping[str, frozenset[str]]
    """`grammar` of cues.yaml."""

    def usable(self, candidate: Candidate) -> tuple[Entry, ...]:
        """Return the entries of a candidate that may count where it stands."""
        asked, clause = self.asked, self.text.tokens[candidate.first].clause
        plain = tuple(entry for entry in candidate.entries if not entry.if_asked)
        own = tuple(entry for entry in candidate.entries if asked is not None and entry.finding == asked.id)
        if plain:
            # the pending question wins over another finding that shares the words
            if any(entry.sort is Sort.VALUE for entry in own):
                return own
            measures = all(entry.sort is Sort.MEASURE for entry in plain)
            return own if own and measures else plain
        names = self.names[clause]
        if own and any(candidate.first <= name.first and name.last <= candidate.last for name in names):
            # "loss on opposed phase": the name is part of the phrase that answers the question
            return own
        generic = {entry.finding for entry in candidate.entries}
        if any(name.finding in generic for name in names):
            told = self._told(candidate, generic)
            return tuple(entry for entry in candidate.entries if entry.finding in told)
        if own:
            return own
        if self._explained(candidate, generic):
            return candidate.entries
        if names:
            return ()
        carried = self._carried(clause)
        return tuple(entry for entry in candidate.entries if entry.finding in carried)

    def _carried(self, clause: int) -> frozenset[str]:
        """Return the findings that a clause before named for what this one tells ("AFP: normal")."""
        farthest = clause - 1 - (_FARTHEST_NAME if self.asked is None else 0)
        before = next(
            (self.names[each] for each in range(clause - 1, farthest - 1, -1) if self.names.get(each)), ()
        )
        sentence = self.text.tokens[self.text.clauses[clause].start].sentence
        if not before or self.text.tokens[before[0].first].sentence != sentence:
            return frozenset()
        latest = max(name.first for name in before)
        return frozenset(name.finding for name in before if name.first == latest)

    def _told(self, candidate: Candidate, generic: set[str]) -> frozenset[str]:
        """Return the findings that the nearest names say a phrase tells, with those joined to them.

        "AFP and CEA normal" and "AFP, CEA and CA 19-9 normal" tell one result of each.
        """
        clause = self.text.tokens[candidate.first].clause
        named = [name for name in self.names[clause] if name.finding in generic]
        nearest = min(name.distance(candidate) for name in named)
        told = {name for name in named if name.distance(candidate) == nearest}
        before = min(name.first for name in told)
        for name in sorted(named, key=lambda name: -name.first):
            joined = self._only(range(name.last, before), ())
            if name.measure and name.last <= before <= candidate.first and joined:
                told.add(name)
                before = name.first
        findings = {name.finding for name in told}
        while (
            self._only(range(self.text.clauses[clause].start, before), ()) and clause - 1 in self.text.clauses
        ):
            listed = [name for name in self.names.get(clause - 1, ()) if name.measure]
            previous = self.text.clauses[clause - 1]
            starts = (previous.start, self.text.clauses[clause].start)
            one_sentence = len({self.text.tokens[place].sentence for place in starts}) == 1
            if not listed or not one_sentence or not self._only(previous, listed):
                break
            findings.update(name.finding for name in listed)
            clause, before = clause - 1, previous.start
        return frozenset(findings)

    def _only(self, places: range, listed: Sequence[Name]) -> bool:
        """Say whether nothing but names and words that join them stand at the places."""
        covered = {place for name in listed for place in range(name.first, name.last)}
        joints = self.grammar["joints"]
        return all(place in covered or self.text.tokens[place].text in joints for place in places)

    def _explained(self, candidate: Candidate, generic: set[str]) -> bool:
        """Say whether a generic phrase and a yes or no are all of a clause, and mean one finding only ("scar no").

        Only beside questions about the lesion, where such lists are typed.
        """
        if self.asked is None or self.asked.group != LESION_GROUP or len(generic) != 1:
            return False
        if any(entry.values and "yes" not in entry.values for entry in candidate.entries):
            return False
        places = self.text.clauses[self.text.tokens[candidate.first].clause]
        beside = [self.text.tokens[place].text for place in places if place not in candidate.places]
        return bool(beside) and self.grammar["plain_polarity"].issuperset(beside)
