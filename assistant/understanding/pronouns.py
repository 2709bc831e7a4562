"""The sex that the pronouns of a narrative tell where no noun does ("Theo is 18 months old ... his right ribs")."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.assertion import Cues
from assistant.understanding.claims import Claim
from assistant.understanding.scope import Scope


class Pronouns:
    """Reads he and she."""

    def __init__(self, cues: Cues) -> None:
        told = cues.data.get("pronoun_sex", {})
        self.finding: str | None = told.get("finding")
        """The finding that tells the sex."""

        self._values = {word: value for value, words in told.get("values", {}).items() for word in words}

    def claims(self, scope: Scope) -> Iterator[Claim]:
        """Yield the sex if every pronoun outside sentences with relatives agrees on it."""
        if self.finding is None:
            return
        others = {
            scope.tokens[cue.first].sentence for cue in scope.cues if cue.kind in ("relatives", "others")
        }
        spoken = [
            (place, self._values[token.text])
            for place, token in enumerate(scope.tokens)
            if token.text in self._values and token.sentence not in others
        ]
        if spoken and len({value for _, value in spoken}) == 1:
            place, value = spoken[0]
            clause = scope.tokens[place].clause
            yield Claim(self.finding, place, place + 1, clause, frozenset([value]), implied=True)
