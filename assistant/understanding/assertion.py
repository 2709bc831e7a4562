"""Negated, uncertain, past, planned, someone else's: cues and how far they reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.understanding.lexicon import ARTICLES
from assistant.understanding.text import Token, fold, tokenise, words

_KINDS = (
    "hedges", "hedge_exceptions", "unknown", "not_done", "not_assessable", "relatives", "others", "patient",
    "organs", "lesion_words", "liver_words", "comparison", "partial", "neutral", "knowing", "past", "now",
    "planned", "stopped", "hypothetical", "closing", "parts", "requests",
)  # fmt: skip


_SETTING = frozenset(
    [
        "relatives",
        "others",
        "patient",
        "organs",
        "lesion_words",
        "liver_words",
        "past",
        "now",
        "comparison",
        "parts",
        "partial",
    ]
)
"""Cues that tell who, what and when is spoken of."""


_STATEMENTS = frozenset(["unknown", "not_done", "not_assessable"])
"""Cues that tell a state of the whole finding."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in the text."""

    kind: str
    first: int
    last: int
    """Positions among the tokens, `last` excluded."""


class Cues:
    """cues.yaml, indexed by folded words."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self._index: dict[tuple[str, ...], set[str]] = {}
        self._first_words: set[str] = set()
        self._longest = 1
        for kind in _KINDS:
            self._add(kind, data.get(kind, ()))
        for verb in data.get("not_done_verbs", ()):
            self._add("not_done", (f"{denial} {verb}" for denial in data.get("not_done_denials", ())))
        negation = data.get("negation", {})
        for side in ("before", "next", "after", "pseudo"):
            self._add(f"negation_{side}", negation.get(side, ()))
        self._add("affirmation", data.get("affirmation", {}).get("after", ()))
        self._add("yes", data.get("yes", ()))
        self._add("no", data.get("no", ()))
        self.boundaries = frozenset(fold(word) for word in data.get("boundaries", ()))
        self.corrections = tuple(
            sorted((_typed(phrase) for phrase in data.get("correction", ())), key=len, reverse=True)
        )
        self.number_words: Mapping[str, float] = data.get("number_words", {})
        self.grammar: Mapping[str, frozenset[str]] = word_sets(data.get("grammar", {}))
        self.fillers = frozenset(fold(str(word)) for word in data.get("fillers", ())) | ARTICLES

    def _add(self, kind: str, phrases: Iterable[str]) -> None:
        for phrase in phrases:
            key = words(str(phrase))
            if key:
                self._index.setdefault(key, set()).add(kind)
                self._first_words.add(key[0])
                self._longest = max(self._longest, len(key))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return every single word of every cue."""
        single = {word for key in self._index for word in key}
        return frozenset(
            single | set(self.boundaries) | set(self.number_words) | {w for c in self.corrections for w in c}
        )

    @property
    def said(self) -> Mapping[tuple[str, ...], str]:
        """Return the phrases that mean a bare yes or no."""
        return {
            key: "no" if "no" in kinds else "yes"
            for key, kinds in self._index.items()
            if kinds & {"no", "yes"}
        }

    @property
    def polar(self) -> frozenset[tuple[str, ...]]:
        """Return the phrases that affirm or deny what stands before them."""
        kinds = {"affirmation", "negation_after"}
        return frozenset(key for key, found in self._index.items() if found & kinds)

    def find(self, tokens: Sequence[Token], taken: frozenset[int] = frozenset()) -> tuple[Cue, ...]:
        """Return the cues among `tokens`, longest first at each place, skipping the positions in `taken`."""
        found: list[Cue] = []
        place = 0
        while place < len(tokens):
            kinds, length = self._longest_at(tokens, place, taken)
            if not length or self._gives_way(kinds, place, length, tokens, taken):
                place += 1
                continue
            found.extend(Cue(kind, place, place + length) for kind in sorted(kinds))
            place += length
        return tuple(found)

    def _gives_way(
        self, kinds: set[str], place: int, length: int, tokens: Sequence[Token], taken: frozenset[int]
    ) -> bool:
        """Say whether a denial runs into a longer statement, not done or not known ("has not been done")."""
        if not all(kind.startswith("negation") for kind in kinds):
            return False
        for begin in range(place + 1, place + length):
            others, reach = self._longest_at(tokens, begin, taken)
            if begin + reach > place + length and others & _STATEMENTS:
                return True
        return False

    def around(self, tokens: Sequence[Token], taken: frozenset[int]) -> tuple[Cue, ...]:
        """Return the cues beside the words in `taken`; who and what is spoken of counts within those words too."""
        setting = [cue for cue in self.find(tokens) if cue.kind in _SETTING]
        rest = [cue for cue in self.find(tokens, taken) if cue.kind not in _SETTING]
        return tuple(sorted((*setting, *rest), key=lambda cue: (cue.first, cue.last)))

    def _longest_at(self, tokens: Sequence[Token], place: int, taken: frozenset[int]) -> tuple[set[str], int]:
        if tokens[place].text not in self._first_words:
            return set(), 0
        for length in range(min(self._longest, len(tokens) - place), 0, -1):
            stretch = range(place, place + length)
            if (
                any(each in taken for each in stretch)
                or tokens[place].clause != tokens[place + length - 1].clause
            ):
                continue
            kinds = self._index.get(tuple(tokens[each].text for each in stretch), set()) - {"yes", "no"}
            if kinds:
                return kinds, length
        return set(), 0

    def statements(self, tokens: Sequence[Token]) -> tuple[tuple[int, int], ...]:
        """Return where the text says in several words that something is unknown, not done or not assessable."""
        kinds = {"unknown", "not_done", "not_assessable", "negation_pseudo", "hedges", "neutral"}
        return tuple(
            (cue.first, cue.last)
            for cue in self.find(tokens)
            if cue.kind in kinds and cue.last - cue.first > 1
        )

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


def _typed(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as they are typed, since "oops" is not "oop" (out of phase)."""
    return tuple(token.plain for token in tokenise(phrase).tokens)


def word_sets(lists: Mapping[str, Iterable[Any]]) -> Mapping[str, frozenset[str]]:
    """Return each list of words folded; a list that is not there is empty."""
    return defaultdict(
        frozenset, {name: frozenset(fold(str(word)) for word in entries) for name, entries in lists.items()}
    )
