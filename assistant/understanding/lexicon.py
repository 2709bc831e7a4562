"""Synonyms to scored candidates: exact words first, then near misses of single words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain, product
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant import cache
from assistant.knowledge import Finding, KnowledgeBase
from assistant.understanding.text import Token, words

GAP = ".."
"""Written between the words of a phrase where other words of the same clause may stand."""

ARTICLES = frozenset(["the", "a", "an"])
"""Skipped when phrases are compared."""

_SHORTEST_FUZZY = 5
"""Tokens of fewer letters are never corrected: "fat" is not "flat"."""

_SHORTEST_GUESSED = 3
"""Tokens of fewer letters may be anything."""

_GUARDED = ("hyper", "hypo", "iso", "non", "un", "an", "in")
"""A token that begins with one of these is only corrected to a word that does so too."""

_MOST_VARIANTS = 8
_MOST_GUESSES = 40


class Sort(StrEnum):
    """What a phrase says."""

    SIGN = "sign"
    MEASURE = "measure"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of one finding."""

    finding: str
    sort: Sort
    words: tuple[str, ...]
    values: frozenset[str] = frozenset()
    if_asked: bool = False
    number: float | None = None
    polar: bool = True
    """Whether a yes or no beside its name answers the finding."""

    @property
    def spaced(self) -> bool:
        """Say whether the phrase leaves room for other words or names a class of words."""
        return any(word == GAP or word.startswith("<") for word in self.words)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of tokens that matches entries."""

    first: int
    last: int
    """Positions among the tokens, `last` excluded."""

    entries: tuple[Entry, ...]
    distance: int
    """Edits between the typed and the known words; 0 is exact."""

    guessed: bool = False
    """Whether a word of it is only guessed."""

    denied_within: bool = False
    """Whether a denial stands inside the phrase ("capsule not drawn in")."""

    holes: frozenset[int] = frozenset()
    """Positions between `first` and `last` that other words stand in."""

    @property
    def length(self) -> int:
        """Return the number of tokens covered."""
        return self.last - self.first - len(self.holes)

    open_words: frozenset[int] = frozenset()
    """Positions of words that only stand for a class ("<lesion>"): other phrases may share them."""

    @property
    def own_places(self) -> frozenset[int]:
        """Return the positions that no other phrase may share."""
        return self.places - self.open_words

    @property
    def places(self) -> frozenset[int]:
        """Return the positions covered."""
        return frozenset(range(self.first, self.last)) - self.holes


class Lexicon:
    """Every phrase of every finding, indexed."""

    def __init__(
        self, knowledge: KnowledgeBase, cue_words: Iterable[str], said: Mapping[tuple[str, ...], str]
    ) -> None:
        """Index the phrases of `knowledge`.

        Args:
            knowledge: where the phrases stand.
            cue_words: single words of the cues, never corrected.
            said: phrases that mean a bare yes or no.
        """
        self._entries = _index(knowledge, said)
        self.spaced = self._entries.pop(GAP, [])
        """The phrases that leave room for other words or name a class of words."""

        indexed = [entry.words for entries in self._entries.values() for entry in entries]
        self._longest = max(map(len, indexed), default=1)
        vocabulary = set(chain.from_iterable(indexed))
        for entry in self.spaced:
            vocabulary.update(entry.words)
        cue_words = set(cue_words)
        self._denials = frozenset(knowledge.cues.get("grammar", {}).get("denials_within", ()))
        self._ordinary = frozenset(knowledge.ordinary_words)
        self._everyday = self._ordinary | cue_words
        self.known = vocabulary | self._everyday
        """Words that are never corrected."""

        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(vocabulary | cue_words):
            if len(word) >= _SHORTEST_FUZZY - 1 and word.isalpha():
                self._by_letter.setdefault(word[0], []).append(word)
        self._corrections: dict[str, tuple[str, ...]] = {}
        self._vocabulary = vocabulary | cue_words
        self._guesses: dict[str, tuple[str, ...]] = {}

    def corrections(self, word: str, letters: int = 0) -> tuple[str, ...]:
        """Return the known words that `word` may be a slip of, nearest only; empty where it needs none or has none.

        The distance is optimal string alignment, at most 1 for up to seven letters and 2 above.

        Args:
            word: folded.
            letters: how many were typed, where folding took a plural s away ("noeds").
        """
        if word in self.known or max(len(word), letters) < _SHORTEST_FUZZY or not word.isalpha():
            return ()
        if word not in self._corrections:
            if len(self._corrections) > 10_000:
                self._corrections.clear()
            self._corrections[word] = self._nearest(word)
        return self._corrections[word]

    def guesses(self, word: str) -> tuple[str, ...]:
        """Return the known words one slip away from an unknown word that `corrections` has none for.

        They are short or begin with another letter, so that what they complete is asked and never stored.
        """
        if (
            word in self.known
            or len(word) < _SHORTEST_GUESSED
            or not word.isalpha()
            or self.corrections(word)
        ):
            return ()
        if word not in self._guesses:
            if len(self._guesses) > 10_000:
                self._guesses.clear()
            near = chain.from_iterable(
                self._by_length.get(length, ()) for length in range(len(word) - 1, len(word) + 2)
            )
            found = process.extract(
                word, tuple(near), scorer=OSA.distance, score_cutoff=1, limit=_MOST_GUESSES
            )
            self._guesses[word] = tuple(known for known, _, _ in found)
        return self._guesses[word]

    @cached_property
    def _by_length(self) -> Mapping[int, Sequence[str]]:
        """Return the words that may be guessed by their length."""
        found: dict[int, list[str]] = {}
        for word in sorted(self._vocabulary):
            if word.isalpha() and len(word) >= _SHORTEST_GUESSED:
                found.setdefault(len(word), []).append(word)
        return found

    def _nearest(self, word: str) -> tuple[str, ...]:
        allowed = 1 if len(word) < 8 else 2
        found = process.extract(
            word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=allowed, limit=6
        )
        near = [(known, edits) for known, edits, _ in found if _guarded(word) in ("", _guarded(known))]
        if not near:
            return ()
        best = min(distance for _, distance in near)
        if any(edits <= best and _guarded(known) for known, edits, _ in found if (known, edits) not in near):
            # as near to hyper as to hypo
            return ()
        return tuple(known for known, distance in near if distance == best)[:3]

    def candidates(
        self, tokens: tuple[Token, ...], soft: frozenset[int] = frozenset()
    ) -> Iterator[Candidate]:
        """Yield every stretch within one clause that matches a phrase, exactly or by corrected words.

        A stretch may run on into the clauses `soft` ("progestogen only pill").
        """
        places = [place for place, token in enumerate(tokens) if token.text not in ARTICLES]
        variants = {place: ((tokens[place].text, 0), *self._variants(tokens[place])) for place in places}
        for begin, first in enumerate(places):
            stretch: list[int] = []
            denial: int | None = None
            for place in places[begin : begin + self._longest + 2]:
                if tokens[place].clause != tokens[first].clause and tokens[place].clause not in soft:
                    break
                stretch.append(place)
                if tokens[place].text in self._denials and place != first and denial is None:
                    denial = len(stretch) - 1
                options = [variants[each] for each in stretch]
                found = self._matches(options)
                if found is not None:
                    yield Candidate(first, place + 1, *found)
                elif len(stretch) > 1 and (found := self._guessed(stretch, tokens, options)) is not None:
                    yield Candidate(first, place + 1, *found, guessed=True)
                if denial is not None and denial < len(stretch) - 1 and len(stretch) > 2:
                    found = self._matches(options[:denial] + options[denial + 1 :])
                    if found is not None:
                        yield Candidate(first, place + 1, *found, denied_within=True)

    def _guessed(
        self, stretch: Sequence[int], tokens: Sequence[Token], options: list[tuple[tuple[str, int], ...]]
    ) -> tuple[tuple[Entry, ...], int] | None:
        """Return the phrase of several words that a stretch with one guessed word may be."""
        unknown = [place for place, each in enumerate(stretch) if self.guesses(tokens[each].text)]
        if len(unknown) != 1:
            return None
        before, behind = options[: unknown[0]], options[unknown[0] + 1 :]
        guesses = self.guesses(tokens[stretch[unknown[0]]].text)
        found = [match for word in guesses if (match := self._matches([*before, ((word, 1),), *behind]))]
        if not found:
            return None
        return tuple(dict.fromkeys(entry for entries, _ in found for entry in entries)), 1

    def _variants(self, token: Token) -> tuple[tuple[str, int], ...]:
        return tuple(
            (word, OSA.distance(token.text, word)) for word in self.corrections(token.text, len(token.plain))
        )

    def _matches(self, options: list[tuple[tuple[str, int], ...]]) -> tuple[tuple[Entry, ...], int] | None:
        best: tuple[tuple[Entry, ...], int] | None = None
        for number, choice in enumerate(product(*options)):
            if number >= _MOST_VARIANTS:
                break
            key = "".join(word for word, _ in choice)
            distance = sum(edits for _, edits in choice)
            typed = [word for word, _ in choice]
            entries = tuple(
                entry
                for entry in self._entries.get(key, ())
                # "a ml" is not AML, "all together" no protocol: words run together only where they are not ordinary
                if len(entry.words) == len(choice) or (len(key) >= 4 and not self._everyday.issuperset(typed))
            )
            if not entries:
                continue
            if best is None or distance < best[1]:
                best = (entries, distance)
            elif distance == best[1]:
                # a tie of two corrections: both are kept, and differing values become a question
                best = (tuple(dict.fromkeys((*best[0], *entries))), distance)
        return best


def _index(knowledge: KnowledgeBase, said: Mapping[tuple[str, ...], str]) -> dict[str, list[Entry]]:
    """Return the entries of all findings by their words run together, those that leave room under the sign of a gap."""
    # by what the phrases are and not by the digest of the files: a program may put its own findings in
    made_from = (tuple(knowledge.findings.values()), sorted(said.items()))
    key = cache.key_of(made_from, Path(__file__).parent)
    found = cache.kept("phrases", key, dict[str, list[Entry]])
    if found is None:
        found = {}
        with cache.collector_at_rest():
            for finding in knowledge.findings.values():
                for entry in entries_of(finding):
                    if not (entry.if_asked and _left_to_cues(entry, finding, said)):
                        under = GAP if entry.spaced else "".join(entry.words)
                        found.setdefault(under, []).append(entry)
        cache.keep("phrases", key, found)
    return found


def _left_to_cues(entry: Entry, finding: Finding, said: Mapping[tuple[str, ...], str]) -> bool:
    """Say whether the phrase is a bare yes or no that the cues answer for this finding."""
    value = {"yes": finding.positive, "no": finding.negative}.get(said.get(entry.words, ""))
    return value is not None and entry.values == {value}


def phrase_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a phrase without articles; a class ("<lesion>") and a gap stand as they are."""
    if GAP not in text and "<" not in text:
        return tuple(word for word in words(text) if word not in ARTICLES)
    found: list[str] = []
    for piece in text.split():
        kept = piece == GAP or (piece.startswith("<") and piece.endswith(">"))
        found += [piece] if kept else words(piece)
    return tuple(word for word in found if word not in ARTICLES)


def _guarded(word: str) -> str:
    return next((prefix for prefix in _GUARDED if word.startswith(prefix)), "")


def entries_of(finding: Finding) -> Iterator[Entry]:
    """Yield the phrases of one finding; those with a gap hold it as a word of its own."""
    seen: set[tuple[tuple[str, ...], Sort]] = set()

    def entry(
        text: str,
        sort: Sort,
        values: frozenset[str] = frozenset(),
        if_asked: bool = False,
        number: float | None = None,
    ) -> Iterator[Entry]:
        key = phrase_words(text)
        if key and (key, sort) not in seen:
            seen.add((key, sort))
            yield Entry(finding.id, sort, key, values, if_asked, number, finding.negative is not None)

    for phrase in finding.lexicon.phrases:
        yield from entry(phrase.text, Sort.VALUE, phrase.values, phrase.if_asked, phrase.number)
    for value in finding.values:
        yield from entry(value.name, Sort.VALUE, frozenset([value.id]), True)
        yield from entry(value.id.replace("_", " "), Sort.VALUE, frozenset([value.id]), True)
    for text in finding.lexicon.signs:
        yield from entry(text, Sort.SIGN)
    for text in finding.lexicon.measures:
        yield from entry(text, Sort.MEASURE)
