"""Phrases with other words between their own: "liver .. enlarged" stands for "the liver is mildly enlarged"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant import cache
from assistant.knowledge import KnowledgeBase
from assistant.understanding.lexicon import ARTICLES, GAP, Candidate, Entry, Lexicon, entries_of
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
        for entry in _spaced(knowledge):
            for word in self._classes.get(entry.words[0], (entry.words[0],)):
                self._by_first.setdefault(word, []).append(entry)

    def candidates(self, tokens: Sequence[Token]) -> Iterator[Candidate]:
        """Yield every stretch within one clause that matches a phrase, other words between its own or none."""
        if not self._by_first:
            return
        words = [token.text for token in tokens]
        for first in range(len(tokens)):
            found: dict[tuple[int, ...], list[Entry]] = {}
            starts = (words[first], *self._lexicon.corrections(words[first]))
            if words[first][:1].isdecimal() or words[first] in self._numbers:
                starts = (*starts, _NUMBER)
            for word in starts:
                for entry in self._by_first.get(word, ()):
                    places = self._places(entry.words[1:], first, tokens)
                    if places:
                        found.setdefault(places, []).append(entry)
            for places, entries in found.items():
                last = places[-1] + 1
                holes = frozenset(range(first, last)) - frozenset(places)
                denied = any(words[place] in self._denials for place in holes)
                slips = sum(not self._is(words[place], entries[0].words) for place in places)
                opened = self._open_words(places, entries[0].words)
                yield Candidate(
                    first,
                    last,
                    tuple(entries),
                    slips,
                    denied_within=denied,
                    holes=holes,
                    open_words=opened,
                )

    @staticmethod
    def _open_words(places: Sequence[int], words: Sequence[str]) -> frozenset[int]:
        typed = [word for word in words if word != GAP]
        return frozenset(
            place
            for place, word in zip(places, typed, strict=True)
            if word.startswith("<") and word != _NUMBER
        )

    def _places(self, rest: Sequence[str], first: int, tokens: Sequence[Token]) -> tuple[int, ...]:
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
                typed = tokens[place].text
                if any(self._is(meant, (word,)) for meant in (typed, *self._lexicon.corrections(typed))):
                    break
                if tokens[place].text not in ARTICLES:
                    if not room or tokens[place].text in self._stops:
                        return ()
                    room -= 1
                place += 1
            places.append(place)
            place, room = place + 1, 0
        return tuple(places)

    def _is(self, typed: str, known: Sequence[str]) -> bool:
        return any(
            typed == word
            or (word == _NUMBER and (typed in self._numbers or typed[:1].isdecimal()))
            or typed in self._classes.get(word, ())
            for word in known
        )


def _spaced(knowledge: KnowledgeBase) -> list[Entry]:
    """Return the phrases with gaps of all findings."""
    key = cache.key_of((tuple(knowledge.findings.values()),), Path(__file__).parent)
    found = cache.kept("spaced", key, list[Entry])
    if found is None:
        found = [
            entry for finding in knowledge.findings.values() for entry in entries_of(finding) if entry.spaced
        ]
        cache.keep("spaced", key, found)
    return found
