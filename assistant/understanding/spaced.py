"""Phrases with other words between their own: "liver .. enlarged" stands for "the liver is mildly enlarged"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.knowledge import KnowledgeBase
from assistant.understanding.lexicon import ARTICLES, GAP, Candidate, Entry, Lexicon
from assistant.understanding.text import Token, fold

_WIDEST = 4
"""Other words that may stand in one gap, articles not counted."""

_NUMBER = "<number>"
"""Stands in a phrase for any number."""


class SpacedPhrases:
    """The phrases of every finding that leave room for other words."""

    def __init__(self, knowledge: KnowledgeBase, lexicon: Lexicon) -> None:
        """Index the phrases of `knowledge`.

        Args:
            knowledge: where the phrases and the word classes (`<lesion>`: any word for a lesion) stand.
            lexicon: corrects slips.
        """
        self._lexicon = lexicon
        classes: Mapping[str, Sequence[str]] = knowledge.cues.get("word_classes", {})
        self._classes = {f"<{name}>": frozenset(map(fold, members)) for name, members in classes.items()}
        self._numbers = frozenset(map(fold, knowledge.cues.get("number_words", {})))
        self._denials = frozenset(map(fold, knowledge.cues.get("grammar", {}).get("own_denials", ())))
        self._stops = frozenset(map(fold, knowledge.cues.get("grammar", {}).get("gap_stops", ())))
        self._by_first: dict[str, list[Entry]] = {}
        for entry in lexicon.spaced:
            self._by_first.setdefault(entry.words[0], []).append(entry)
        self._needed: dict[str, list[tuple[frozenset[str], Entry]]] = {}

    def candidates(self, tokens: Sequence[Token]) -> Iterator[Candidate]:
        """Yield every stretch within one clause that matches a phrase, other words between its own or none."""
        if not self._by_first:
            return
        meant = [self._meant(token.text) for token in tokens]
        said: dict[int, set[str]] = {}
        for token, words in zip(tokens, meant, strict=True):
            said.setdefault(token.clause, set()).update(words)
        for first, token in enumerate(tokens):
            here = said[token.clause]
            found: dict[tuple[int, ...], list[Entry]] = {}
            for word in meant[first]:
                for needed, entry in self._beginning(word):
                    # most phrases lack a word in the clause, which is seen at once
                    if needed <= here and (places := self._places(entry.words[1:], first, tokens, meant)):
                        found.setdefault(places, []).append(entry)
            for places, entries in found.items():
                yield self._candidate(places, entries, tokens)

    def _beginning(self, word: str) -> Sequence[tuple[frozenset[str], Entry]]:
        """Return the phrases that begin with a word, each with the words it needs."""
        if word not in self._by_first:
            return ()
        if word not in self._needed:
            self._needed[word] = [(frozenset(entry.words) - {GAP}, entry) for entry in self._by_first[word]]
        return self._needed[word]

    def _candidate(
        self, places: tuple[int, ...], entries: Sequence[Entry], tokens: Sequence[Token]
    ) -> Candidate:
        first, last = places[0], places[-1] + 1
        holes = frozenset(range(first, last)) - frozenset(places)
        known = [word for word in entries[0].words if word != GAP]
        pairs = list(zip(places, known, strict=True))
        slips = sum(word.isalpha() and tokens[place].text != word for place, word in pairs)
        return Candidate(
            first,
            last,
            tuple(entries),
            slips,
            denied_within=any(tokens[place].text in self._denials for place in holes),
            holes=holes,
            open_words=frozenset(place for place, word in pairs if word in self._classes),
        )

    def _meant(self, typed: str) -> frozenset[str]:
        """Return a typed word with what it may be a slip of, and the classes of each."""
        words = {typed, *self._lexicon.corrections(typed)}
        classes = {name for name, members in self._classes.items() if not members.isdisjoint(words)}
        number = typed[:1].isdecimal() or typed in self._numbers
        return frozenset(words | classes | ({_NUMBER} if number else set()))

    def _places(
        self, rest: Sequence[str], first: int, tokens: Sequence[Token], meant: Sequence[frozenset[str]]
    ) -> tuple[int, ...]:
        """Return where the words of a phrase stand whose first stands at `first`; empty where one is missing."""
        places = [first]
        place, room = first + 1, 0
        for word in rest:
            if word == GAP:
                room = _WIDEST
                continue
            while True:
                if place >= len(tokens) or tokens[place].clause != tokens[first].clause:
                    return ()
                if word in meant[place]:
                    break
                if tokens[place].text not in ARTICLES:
                    if not room or tokens[place].text in self._stops:
                        return ()
                    room -= 1
                place += 1
            places.append(place)
            place, room = place + 1, 0
        return tuple(places)
