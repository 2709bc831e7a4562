"""One text with all that was found in it, before it is told what the words claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.knowledge import Finding
from assistant.understanding.interpretation import DOUBT
from assistant.understanding.lexicon import Candidate
from assistant.understanding.narrative import Setting
from assistant.understanding.scope import Scope
from assistant.understanding.text import Text, Token


@dataclass(frozen=True, slots=True)
class Said:
    """One reply with what was found in it."""

    text: Text
    scope: Scope
    chosen: tuple[Candidate, ...]
    """The matches that count."""

    topics: Mapping[int, frozenset[str]]
    """Clause -> findings its words name by themselves."""

    asked: Finding | None
    setting: Setting
    meant: tuple[Token, ...]
    """The tokens of the text, mistyped cue words put right."""

    begin: int = 0
    """Position of the first token that counts, behind a self-correction."""

    def doubt(self, clause: int) -> str:
        """Return why what the clause says is uncertain, empty where it is not."""
        return DOUBT if self.scope.hedged(clause) else ""
