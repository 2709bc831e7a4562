"""Negated, uncertain, past, planned, someone else's: cues and how far they reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.understanding.lexicon import ARTICLES
from assistant.understanding.text import Token, fold, words

_KINDS = (
    "hedges", "hedge_exceptions", "unknown", "not_done", "not_assessable", "relatives", "others", "patient",
    "organs", "lesion_words", "past", "now", "planned", "stopped", "hypothetical", "closing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in the text."""

    kind: str
    first: int
    last: int
    """Positions among the tokens, `last` excluded."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """How a stretch of words is meant."""

    negations: int = 0
    affirmed: bool = False
    cues: tuple[Cue, ...] = ()

    @property
    def negated(self) -> bool:
        """Say whether the words are denied; a double negation is not."""
        return self.negations % 2 == 1


class Cues:
    """cues.yaml, indexed by folded words."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self._index: dict[tuple[str, ...], set[str]] = {}
        self._longest = 1
        for kind in _KINDS:
            self._add(kind, data.get(kind, ()))
        negation = data.get("negation", {})
        for side in ("before", "next", "after", "pseudo"):
            self._add(f"negation_{side}", negation.get(side, ()))
        self._add("affirmation", data.get("affirmation", {}).get("after", ()))
        self._add("yes", data.get("yes", ()))
        self._add("no", data.get("no", ()))
        self.boundaries = frozenset(fold(word) for word in data.get("boundaries", ()))
        self.corrections = tuple(
            sorted((words(phrase) for phrase in data.get("correction", ())), key=len, reverse=True)
        )
        self.number_words: Mapping[str, float] = data.get("number_words", {})
        self.fillers = frozenset(fold(str(word)) for word in data.get("fillers", ())) | ARTICLES

    def _add(self, kind: str, phrases: Iterable[str]) -> None:
        for phrase in phrases:
            key = words(str(phrase))
            if key:
                self._index.setdefault(key, set()).add(kind)
                self._longest = max(self._longest, len(key))

    @property
    def vocabulary(self) -> frozenset[str]:
        """Return every single word of every cue."""
        single = {word for key in self._index for word in key}
        return frozenset(
            single | set(self.boundaries) | set(self.number_words) | {w for c in self.corrections for w in c}
        )

    @property
    def said(self) -> Mapping[tuple[str, ...], str]:
        """Return the phrases that mean a bare yes or no, or deny what they stand beside."""
        denials = {"no", "negation_before", "negation_after"}
        return {
            key: "no" if kinds & denials else "yes"
            for key, kinds in self._index.items()
            if kinds & {*denials, "yes", "affirmation"}
        }

    def find(self, tokens: Sequence[Token], taken: frozenset[int] = frozenset()) -> tuple[Cue, ...]:
        """Return the cues among `tokens`, longest first at each place, skipping the positions in `taken`."""
        found: list[Cue] = []
        place = 0
        while place < len(tokens):
            kinds, length = self._longest_at(tokens, place, taken)
            if not length:
                place += 1
                continue
            found.extend(Cue(kind, place, place + length) for kind in sorted(kinds))
            place += length
        return tuple(found)

    def _longest_at(self, tokens: Sequence[Token], place: int, taken: frozenset[int]) -> tuple[set[str], int]:
        for length in range(min(self._longest, len(tokens) - place), 0, -1):
            stretch = range(place, place + length)
            if (
                any(each in taken for each in stretch)
                or tokens[place].clause != tokens[place + length - 1].clause
            ):
                continue
            kinds = self._index.get(tuple(tokens[each].text for each in stretch))
            if kinds:
                return kinds, length
        return set(), 0

    def bare(self, tokens: Sequence[Token]) -> str | None:
        """Return `yes` or `no` where the tokens say that and nothing else, `both` where they say both, else None."""
        said: set[str] = set()
        place = 0
        while place < len(tokens):
            if tokens[place].text in self.fillers:
                place += 1
                continue
            for length in range(min(self._longest, len(tokens) - place), 0, -1):
                kinds = self._index.get(tuple(token.text for token in tokens[place : place + length]), set())
                matched = kinds & {"yes", "no"}
                if matched:
                    said |= matched
                    place += length
                    break
            else:
                return None
        return None if not said else "both" if len(said) > 1 else said.pop()


@dataclass(frozen=True, slots=True)
class Scope:
    """The cues of one text and the tokens they stand among."""

    tokens: tuple[Token, ...]
    cues: tuple[Cue, ...]
    spans: tuple[tuple[int, int], ...] = field(default=())
    """Stretches that mean something, in order; a cue behind several reaches only the nearest coordinated ones."""

    def polarity(self, first: int, last: int) -> Polarity:
        """Return how the stretch is meant within its clause."""
        clause = self.tokens[first].clause
        touching = [cue for cue in self.cues if self.tokens[cue.first].clause == clause]
        used: list[Cue] = []
        negations = 0
        for cue in touching:
            if (
                cue.kind == "negation_before"
                and cue.last <= first
                and self._reaches_forward(cue, first, touching)
            ):
                negations += 1
                used.append(cue)
            elif cue.kind == "negation_next" and cue.last == first:
                negations += 1
                used.append(cue)
        counted = {(cue.first, cue.last) for cue in used}
        for cue in touching:
            if (
                cue.kind == "negation_after"
                and (cue.first, cue.last) not in counted
                and self._reaches_back(cue, last)
            ):
                negations += 1
                used.append(cue)
                break
        affirmed = any(cue.kind == "affirmation" and self._reaches_back(cue, last) for cue in touching)
        return Polarity(negations, affirmed, tuple(used))

    def _reaches_forward(self, cue: Cue, first: int, touching: Sequence[Cue]) -> bool:
        # a word in both lists denies what stands before it when nothing to deny follows: "GCSF neg"
        between = [self.tokens[place].text for place in range(cue.last, first)]
        if "and" in between and any(verb in between for verb in _NEW_STATEMENT):
            return False
        both = any(other.kind == "negation_after" and other.first == cue.first for other in touching)
        word = self.tokens[cue.first].text
        if both and word in _DENIES_BACK and any(end <= cue.first for _, end in self._in_clause(cue)):
            return False
        return not any(
            other.kind == "affirmation" and cue.last <= other.first < first and other.first != cue.first
            for other in touching
        )

    def _reaches_back(self, cue: Cue, last: int) -> bool:
        if cue.first < last:
            return False
        if any(begin >= cue.last for begin, _ in self._in_clause(cue)) and cue.kind == "negation_after":
            word = self.tokens[cue.first].text
            both = any(
                o.kind == "negation_before" and o.first == cue.first and o.last == cue.last for o in self.cues
            )
            if both and word not in _DENIES_BACK:
                return False
        between = [(begin, end) for begin, end in self._in_clause(cue) if last <= begin and end <= cue.first]
        if any(
            other.kind in ("affirmation", "negation_after")
            and last <= other.first
            and other.last <= cue.first
            for other in self.cues
            if (other.first, other.last) != (cue.first, cue.last)
        ):
            return False
        edge = last
        for begin, end in between:
            joined = [self.tokens[place].text for place in range(edge, begin)]
            if any(word not in _COORDINATORS for word in joined):
                return False
            edge = end
        return True

    def _in_clause(self, cue: Cue) -> list[tuple[int, int]]:
        clause = self.tokens[cue.first].clause
        return [(begin, end) for begin, end in self.spans if self.tokens[begin].clause == clause]

    def in_clause(self, clause: int, kind: str) -> tuple[Cue, ...]:
        """Return the cues of one kind in one clause."""
        return tuple(cue for cue in self.cues if cue.kind == kind and self.tokens[cue.first].clause == clause)

    def hedged(self, clause: int) -> bool:
        """Say whether a hedge touches the clause."""
        excused = {cue.first for cue in self.in_clause(clause, "hedge_exceptions")}
        return any(cue.first not in excused for cue in self.in_clause(clause, "hedges"))

    def someone_else(self, first: int) -> bool:
        """Say whether the words at `first` speak of a relative or a donor rather than the patient."""
        sentence, clause = self.tokens[first].sentence, self.tokens[first].clause
        speaker = False
        for cue in self.cues:
            token = self.tokens[cue.first]
            if token.sentence != sentence:
                continue
            if cue.kind in ("relatives", "others") and (token.clause <= clause):
                speaker = True
            elif cue.kind == "patient" and token.text not in _PRONOUNS and token.clause <= clause and speaker:
                if cue.first < first or token.clause == clause:
                    speaker = False
        return speaker

    def other_organ(self, clause: int) -> bool:
        """Say whether the clause names another organ and neither liver nor lesion."""
        return bool(self.in_clause(clause, "organs")) and not self.in_clause(clause, "lesion_words")


_NEW_STATEMENT = frozenset(
    ["had", "ha", "has", "is", "was", "were", "got", "show", "showed", "received", "given", "have", "with"]
)
_COORDINATORS = frozenset(
    [
        "and",
        "or",
        "nor",
        "plus",
        "both",
        "with",
        "&",
        "+",
        "the",
        "a",
        "all",
        "is",
        "was",
        "were",
        "are",
        "are",
        "ha",
        "has",
        "have",
        "been",
        "scan",
        "level",
    ]
)
_DENIES_BACK = frozenset(["neg", "negative", "absent", "nil", "excluded", "denied", "spared"])
_PRONOUNS = frozenset(["he", "she", "him", "her", "himself", "herself", "baby", "infant", "child"])
