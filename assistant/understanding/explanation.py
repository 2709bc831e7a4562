"""How a reply was read, step by step: clauses, phrases, cues, numbers, claims, and words without use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from assistant.knowledge import State
from assistant.understanding.interpretation import Interpretation
from assistant.understanding.lexicon import Sort

Stretch = tuple[int, int]
"""Where words stand, in code points of the raw reply, end excluded."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the reply within which a cue counts."""

    start: int
    end: int
    sentence: int
    dropped: str
    """Why a narrative leaves it out; empty where it is read."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for in one finding."""

    finding: str
    sort: Sort
    """A value; a sign, which says that the finding is so; a measure, which only names it."""

    values: tuple[str, ...] = ()
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the reply that the knowledge knows."""

    start: int
    end: int
    parts: tuple[Stretch, ...]
    """Its words; more than one part where other words stand between them."""

    clause: int
    """Place in the list of clauses."""

    known: str
    """The words of the knowledge that the typed ones are taken for."""

    slips: int
    """Letters by which the typed words differ; 0 is exact."""

    turned: bool
    """Whether a denial stands inside the phrase."""

    meanings: tuple[Meaning, ...]
    chosen: bool
    why_not: str
    """Why the phrase does not count, or why nothing follows from it; empty where something does."""


@dataclass(frozen=True, slots=True)
class CueFound:
    """Words that tell how others are meant."""

    start: int
    end: int
    clause: int
    kind: str
    """The list of cues.yaml."""

    does: str
    """What a cue of the kind does, in plain words."""

    weighty: bool
    """Whether the kind changes what other words claim; the others only tell what a clause is about."""

    reaches: tuple[Stretch, ...]
    """The phrases and numbers it reaches."""


@dataclass(frozen=True, slots=True)
class NumberFound:
    """A number with the unit behind it."""

    start: int
    end: int
    clause: int
    low: float
    high: float
    unit: str | None
    used: bool
    """Whether something was read from it."""


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """What some words say of one finding, before all that was said of it is weighed together."""

    start: int
    end: int
    clause: int
    finding: str
    values: tuple[str, ...]
    denied: tuple[str, ...]
    quantity: tuple[float, float] | None
    state: State | None
    open: bool
    """Whether the words say only that something is there, not which."""

    hedged: str
    """Why it needs the user's agreement; empty where it needs none."""

    doubled: bool
    """Whether two denials cancelled each other."""

    denied_by: tuple[Stretch, ...]
    why_not: str
    """Why it does not count beside the other claims on the finding; empty where it counts."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one reply was read."""

    interpretation: Interpretation
    """What `read` returns of the reply."""

    option: bool
    """Whether the whole reply is an option's number or the letter for not known, so that no words were read."""

    taken_back: Stretch | None = None
    """What a correction in the reply itself takes back ("3 cm, sorry, 4 cm")."""

    clauses: tuple[Clause, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    cues: tuple[CueFound, ...] = ()
    numbers: tuple[NumberFound, ...] = ()
    claims: tuple[ClaimMade, ...] = ()
    unused: tuple[Stretch, ...] = ()
    """Words of clauses that are read from which nothing was read."""

    def words(self, *parts: Stretch) -> str:
        """Return the words of the reply at `parts`, line breaks as spaces."""
        pieces = (self.interpretation.reply[start:end] for start, end in parts)
        return " … ".join(" ".join(piece.split()) for piece in pieces)

    def plain(self) -> dict[str, Any]:
        """Return the steps as JSON takes them; what came of them is the interpretation's to tell."""
        return {
            "option": self.option,
            "taken_back": self._taken_back(),
            "clauses": [self._spelled(one) for one in self.clauses],
            "phrases": [self._spelled(one) for one in self.phrases],
            "cues": [self._spelled(one) for one in self.cues],
            "numbers": [self._spelled(one) for one in self.numbers],
            "claims": [self._spelled(one) for one in self.claims],
            "unused": [{"words": self.words(part), "start": part[0], "end": part[1]} for part in self.unused],
        }

    def _taken_back(self) -> dict[str, Any] | None:
        part = self.taken_back
        return None if part is None else {"words": self.words(part), "start": part[0], "end": part[1]}

    def _spelled(self, one: Clause | Phrase | CueFound | NumberFound | ClaimMade) -> dict[str, Any]:
        return {"words": self.words((one.start, one.end)), **asdict(one)}
