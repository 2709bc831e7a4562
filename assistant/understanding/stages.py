"""What each step of reading one reply found, in the order of the steps."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.knowledge import Finding
from assistant.understanding.claims import Claim
from assistant.understanding.lexicon import Candidate
from assistant.understanding.narrative import Setting
from assistant.understanding.quantity import Number
from assistant.understanding.scope import Scope
from assistant.understanding.text import Text


@dataclass(frozen=True, slots=True)
class Stages:
    """One reply, from its words to what they claim."""

    text: Text
    asked: Finding | None
    """The pending question; None for a narrative."""

    begin: int
    """Position of the first token that is read, behind a self-correction."""

    candidates: tuple[Candidate, ...]
    """Every phrase found."""

    chosen: tuple[Candidate, ...]
    """The phrases that count, each with the entries it counts for."""

    scope: Scope
    """The cues and how far they reach."""

    setting: Setting
    """What of a narrative is left out."""

    numbers: tuple[Number, ...]
    claims: tuple[Claim, ...]
