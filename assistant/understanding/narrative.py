"""Which sentences of a pasted report speak of the patient as he is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from assistant.understanding.assertion import Cue, Cues
from assistant.understanding.scope import Scope
from assistant.understanding.text import Text


@dataclass(frozen=True, slots=True)
class Setting:
    """What of a text is not to be read."""

    narrative: bool
    skipped: frozenset[int] = frozenset()
    """Sentences under headings such as TECHNIQUE or FAMILY HISTORY."""

    questions: frozenset[int] = frozenset()
    """Sentences that end in a question mark."""

    def dropped(self, place: int, scope: Scope) -> bool:
        """Say whether the words at `place` are hypothetical, recommended, an option, or under a skipped heading."""
        if not self.narrative:
            return False
        token = scope.tokens[place]
        if token.sentence in self.skipped or token.sentence in self.questions:
            return True
        return any(_covers(cue, place, scope) for cue in scope.in_sentence(token.sentence, "hypothetical"))


def _covers(cue: Cue, place: int, scope: Scope) -> bool:
    """Say whether a supposition reaches the words: it covers its own clause and the rest of its sentence."""
    at, token = scope.tokens[cue.first], scope.tokens[place]
    excused = {other.first for other in scope.in_clause(at.clause, "hedge_exceptions")}
    if at.sentence != token.sentence or cue.first in excused:
        return False
    return token.clause >= at.clause


def setting_of(text: Text, cues: Cues, skipped_headings: frozenset[str], *, narrative: bool) -> Setting:
    """Return what of `text` is not to be read."""
    if not narrative:
        return Setting(False)
    last = text.tokens[-1].sentence if text.tokens else 0
    skipped: set[int] = set()
    starts = [*text.headings, (last + 1, "")]
    for (first, heading), (following, _) in pairwise(starts):
        if heading in skipped_headings:
            skipped.update(range(first, following))
    questions = set()
    for place, token in enumerate(text.tokens):
        ends = place + 1 == len(text.tokens) or text.tokens[place + 1].sentence != token.sentence
        if token.text == "?" and ends:
            questions.add(token.sentence)
    return Setting(True, frozenset(skipped), frozenset(questions))
