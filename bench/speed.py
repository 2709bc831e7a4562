"""How much CPU reading takes, beside one comparison of the same words with all words of the phrases."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.knowledge import KnowledgeBase
from assistant.understanding import Interpreter
from assistant.understanding.text import tokenise

WORDS = 150
"""Length of a narrative that is timed."""

LENGTHS = (1, 2, 4, 8)
"""Times such a narrative, one behind the other."""

GROWN = 8
"""Narratives that are lengthened."""

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians of one kind of text, in milliseconds of CPU."""

    what: str
    texts: int
    reading: float
    control: float
    """One rapidfuzz.process.cdist of its words with the words of all phrases."""

    goal: float | None = None
    """The most that reading may take."""

    @property
    def ratio(self) -> float:
        """Return how many times as long as the control reading takes."""
        return self.reading / self.control


@dataclass(frozen=True, slots=True)
class Grown:
    """Reading a text of so many times the length."""

    times: int
    words: int
    reading: float
    """Milliseconds of CPU, the median of some rounds over several narratives."""


class Stopwatch:
    """Times the reading of texts and the control in turn, text by text."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        # without the ordinary words what is known is the words of all phrases and cues
        bare = Interpreter(replace(knowledge, ordinary_words=frozenset()))
        self._known = sorted(bare.lexicon.known)

    def timed(self, what: str, texts: Sequence[tuple[str, str | None]], goal: float) -> Timed:
        """Return the medians over all texts, each with its pending finding, in some rounds."""
        reading, control = [], []
        for _ in range(ROUNDS):
            # a new reader, since one remembers the slips that it has met
            interpreter = Interpreter(self._knowledge)
            interpreter.read("warm", None)
            for text, question in texts:
                control.append(self._compared(text))
                reading.append(_read(interpreter, text, question))
        return Timed(what, len(texts), median(reading), median(control), goal)

    def grown(self, narratives: Sequence[str]) -> list[Grown]:
        """Return how reading grows with the length of a text: each narrative so many times, one behind the other."""
        interpreter = Interpreter(self._knowledge)
        spent: dict[int, list[float]] = {times: [] for times in LENGTHS}
        for number in range(ROUNDS + 1):
            for times, found in spent.items():
                texts = ["\n\n".join([narrative] * times) for narrative in narratives]
                taken = sum(_read(interpreter, text, None) for text in texts)
                # the first round meets every slip for the first time
                if number:
                    found.append(taken / len(texts))
        return [Grown(times, times * WORDS, median(found)) for times, found in spent.items()]

    def _compared(self, text: str) -> float:
        typed = [token.text for token in tokenise(text).tokens]
        started = time.process_time()
        process.cdist(typed, self._known, scorer=OSA.distance, workers=1)
        return 1000 * (time.process_time() - started)


def _read(interpreter: Interpreter, text: str, question: str | None) -> float:
    started = time.process_time()
    interpreter.read(text, question)
    return 1000 * (time.process_time() - started)


def narratives_of(texts: Sequence[str]) -> list[str]:
    """Return narratives of exactly so many words, cut from the texts run together."""
    words = re.findall(r"\S+\s*", "\n\n".join(texts))
    return ["".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS + 1, WORDS)]
