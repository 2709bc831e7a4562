"""The stages of reading a reply, told as an explanation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from assistant.knowledge import KnowledgeBase
from assistant.understanding.assertion import Cues
from assistant.understanding.claims import Claim
from assistant.understanding.explanation import (
    ClaimMade,
    Clause,
    CueFound,
    Explanation,
    Meaning,
    NumberFound,
    Phrase,
    Stretch,
)
from assistant.understanding.interpretation import Interpretation
from assistant.understanding.lexicon import GAP, Candidate, Entry, Sort
from assistant.understanding.narrative import UNDER_HEADING
from assistant.understanding.reaching import Reached, reached
from assistant.understanding.stages import Stages
from assistant.understanding.text import Token

_SMALL = frozenset(
    [
        "a", "an", "the", "and", "or", "but", "with", "of", "in", "on", "at", "to", "for", "from", "by", "as", "is",
        "are", "be", "been", "has", "have", "had", "was", "were", "did", "do", "doe", "that", "which", "who", "?",
        "his", "her", "their", "there", "into", "than", "then", "so",
    ]
)  # fmt: skip
"""Words that are not told as unused where they stand at the edge of others."""


class _Explaining:
    """One reply that is being explained."""

    def __init__(self, knowledge: KnowledgeBase, cues: Cues, found: Interpretation, stages: Stages) -> None:
        self._knowledge = knowledge
        self._small = _SMALL | cues.fillers | cues.boundaries
        self._found = found
        self._stages = stages
        self._tokens = stages.text.tokens
        listed = [clause for clause, places in stages.text.clauses.items() if places.stop > stages.begin]
        self._place_of = {clause: place for place, clause in enumerate(listed)}
        self._reached = reached(stages, cues)
        self._chosen_at = {place: one for one in stages.chosen for place in one.places}
        self._claimed = {(one.first, one.last) for one in stages.claims}

    def explanation(self) -> Explanation:
        """Return the whole of it."""
        begin = self._stages.begin
        taken_back = self._stretch(0, begin) if begin else None
        return Explanation(
            self._found,
            option=False,
            taken_back=taken_back,
            clauses=tuple(self._clauses()),
            phrases=tuple(sorted(self._phrases(), key=lambda one: (one.start, one.end, not one.chosen))),
            cues=tuple(map(self._cue, self._reached)),
            numbers=tuple(self._numbers()),
            claims=tuple(sorted(map(self._claim, self._stages.claims), key=lambda one: (one.start, one.end))),
            unused=tuple(self._unused()),
        )

    def _stretch(self, first: int, last: int) -> Stretch:
        return self._tokens[first].start, self._tokens[last - 1].end

    # -- clauses

    def _clauses(self) -> Iterator[Clause]:
        for clause in self._place_of:
            places = self._stages.text.clauses[clause]
            start, end = self._stretch(max(places.start, self._stages.begin), places.stop)
            yield Clause(start, end, self._tokens[places.start].sentence, self._dropped(places.start))

    def _dropped(self, place: int) -> str:
        """Return why a narrative leaves out the words at `place`, a heading by its name."""
        why = self._stages.setting.dropped(place, self._stages.scope)
        if why != UNDER_HEADING:
            return why
        before = [name for first, name in self._stages.text.headings if first <= self._tokens[place].sentence]
        return f'under the heading "{before[-1]}"' if before else why

    # -- phrases

    def _phrases(self) -> Iterator[Phrase]:
        chosen = {(one.first, one.last, one.holes) for one in self._stages.chosen}
        for one in self._stages.chosen:
            yield self._phrase(one, chosen=True, why_not=self._without_claim(one))
        for one in self._stages.candidates:
            if (one.first, one.last, one.holes) not in chosen:
                yield self._phrase(one, chosen=False, why_not=self._not_chosen(one))

    def _phrase(self, one: Candidate, *, chosen: bool, why_not: str) -> Phrase:
        start, end = self._stretch(one.first, one.last)
        known = " ".join("…" if word == GAP else word.strip("<>") for word in one.entries[0].words)
        return Phrase(
            start,
            end,
            tuple(self._runs(one.places)),
            self._place_of[self._tokens[one.first].clause],
            known,
            one.distance,
            one.denied_within,
            tuple(self._meanings(one.entries)),
            chosen,
            why_not,
        )

    def _meanings(self, entries: Sequence[Entry]) -> Iterator[Meaning]:
        for name in dict.fromkeys(entry.finding for entry in entries):
            own = [entry for entry in entries if entry.finding == name]
            valued = [entry for entry in own if entry.sort is Sort.VALUE]
            numbers = [entry.number for entry in valued if entry.number is not None]
            named = frozenset(value for entry in valued for value in entry.values)
            values = self._in_order(name, named)
            sort = Sort.VALUE if valued else Sort.SIGN
            if not valued and all(entry.sort is Sort.MEASURE for entry in own):
                sort = Sort.MEASURE
            yield Meaning(name, sort, values, min(numbers, default=None))

    def _in_order(self, finding: str, values: Collection[str]) -> tuple[str, ...]:
        return tuple(value for value in self._knowledge.findings[finding].value_ids if value in values)

    def _runs(self, places: Iterable[int]) -> Iterator[Stretch]:
        """Yield the stretches of neighbouring places."""
        ordered = sorted(places)
        for _, run in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0]):
            stretch = [place for _, place in run]
            yield self._stretch(stretch[0], stretch[-1] + 1)

    def _not_chosen(self, one: Candidate) -> str:
        longer = next(
            (self._chosen_at[place] for place in sorted(one.places) if place in self._chosen_at), None
        )
        if longer is not None:
            start, end = self._stretch(longer.first, longer.last)
            return f'part of "{" ".join(self._found.reply[start:end].split())}"'
        if all(entry.if_asked for entry in one.entries):
            return "counts only as a direct reply to its own question"
        return "other words of the clause tell what is meant"

    def _without_claim(self, one: Candidate) -> str:
        """Return why nothing follows from a phrase that counts; empty where something does."""
        scope = self._stages.scope
        findings = {entry.finding for entry in one.entries}
        if (one.first, one.last) in self._claimed:
            return ""
        if scope.subjects.someone_else(one.first, one.last):
            return "not said of the patient"
        if self._stages.setting.dropped(one.first, scope):
            return "left out with its clause"
        if scope.subjects.compared(one.first):
            return "only what something is compared with"
        if all(entry.sort is Sort.MEASURE for entry in one.entries):
            return "names it and says no more"
        clause = self._tokens[one.first].clause
        if all(self._knowledge.findings[name].group == "lesion" for name in findings):
            if scope.subjects.other_organ(clause, range(one.first, one.last)):
                return "said of another organ"
            if scope.subjects.background(clause, range(one.first, one.last)):
                return "said of the liver around the lesion"
        if scope.polarity(one.first, one.last).negated:
            return "denied, which leaves too much open"
        return "says nothing here"

    # -- cues, numbers and claims

    def _cue(self, one: Reached) -> CueFound:
        start, end = self._stretch(one.cue.first, one.cue.last)
        return CueFound(
            start,
            end,
            self._place_of[self._tokens[one.cue.first].clause],
            one.cue.kind,
            one.does,
            one.weighty,
            tuple(self._stretch(first, last) for first, last in one.places),
        )

    def _numbers(self) -> Iterator[NumberFound]:
        read = {place for first, last in self._claimed for place in range(first, last)}
        for one in self._stages.numbers:
            used = one.first in read
            clause = self._place_of[one.clause]
            yield NumberFound(*self._stretch(one.first, one.last), clause, one.low, one.high, one.unit, used)

    def _claim(self, one: Claim) -> ClaimMade:
        start, end = self._stretch(one.first, one.last)
        return ClaimMade(
            start,
            end,
            self._place_of[one.clause],
            one.finding,
            self._in_order(one.finding, one.values),
            self._in_order(one.finding, one.denied),
            one.quantity,
            one.state,
            one.open,
            one.hedged,
            one.doubled,
            tuple(self._stretch(first, last) for first, last in one.cues),
            self._not_counted(one),
        )

    def _not_counted(self, one: Claim) -> str:
        """Return why a claim does not count in the reading of its finding; empty where it does."""
        reading = self._found.reading(one.finding)
        if reading is None:
            return "by itself it does not tell enough"
        at = self._tokens[one.first].start
        if any(start <= at < end for start, end in reading.spans):
            return ""
        if one.hedged:
            return "other words are certain"
        if one.aside:
            return "other words are of the lesion as a whole"
        if self._stages.scope.in_clause(one.clause, "past"):
            return "other words tell how it is now"
        return "other words of the reply count before it"

    # -- what is left

    def _unused(self) -> Iterator[Stretch]:
        stages = self._stages
        used = set(range(stages.begin))
        for clause in self._place_of:
            stretch = stages.text.clauses[clause]
            if stages.setting.dropped(stretch.start, stages.scope):
                used.update(stretch)
        for one in stages.chosen:
            used |= one.places
        phrases = {(one.first, one.last) for one in stages.chosen}
        places = [(one.first, one.last) for one in stages.claims]
        for first, last in (*places, *((one.first, one.last) for one in stages.numbers)):
            if (first, last) not in phrases:
                used.update(range(first, last))
        for found in self._reached:
            if not found.idle:
                used.update(range(found.cue.first, found.cue.last))
        left = [place for place in range(len(self._tokens)) if place not in used]
        runs = groupby(enumerate(left), key=lambda pair: (pair[1] - pair[0], self._tokens[pair[1]].clause))
        for _, run in runs:
            kept = _trimmed([place for _, place in run], self._tokens, self._small)
            if kept:
                yield self._stretch(kept[0], kept[-1] + 1)


def _trimmed(places: Sequence[int], tokens: Sequence[Token], small: Collection[str]) -> Sequence[int]:
    """Return neighbouring places without the small words at either edge."""
    telling = [number for number, place in enumerate(places) if tokens[place].text not in small]
    return places[telling[0] : telling[-1] + 1] if telling else ()


def explanation(
    knowledge: KnowledgeBase, cues: Cues, found: Interpretation, stages: Stages | None
) -> Explanation:
    """Return how `found` was read in its `stages`; without any the whole reply was an option."""
    if stages is None:
        return Explanation(found, option=True)
    return _Explaining(knowledge, cues, found, stages).explanation()
