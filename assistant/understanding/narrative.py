"""Which sentences of a pasted report speak of the patient as he is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from assistant.understanding.assertion import Cue, Cues
from assistant.understanding.scope import Scope
from assistant.understanding.text import Text

UNDER_HEADING = "under a heading that tells nothing of the patient"
A_QUESTION = "a question"
SUPPOSED = "only supposed, recommended or an option"


@dataclass(frozen=True, slots=True)
class Setting:
    """What of a text is not to be read."""

    narrative: bool
    skipped: frozenset[int] = frozenset()
    """Sentences under headings such as TECHNIQUE or FAMILY HISTORY."""

    questions: frozenset[int] = frozenset()
    """Sentences that end in a question mark."""

    def dropped(self, place: int, scope: Scope) -> str:
        """Return why the words at `place` are left out, empty where they are read."""
        if not self.narrative:
            return ""
        token = scope.tokens[place]
        if token.sentence in self.skipped:
            return UNDER_HEADING
        if token.sentence in self.questions:
            return A_QUESTION
        supposed = any(
            _covers(cue, place, scope) for cue in scope.in_sentence(token.sentence, "hypothetical")
        )
        return SUPPOSED if supposed else ""


def _covers(cue: Cue, place: int, scope: Scope) -> bool:
    """Say whether a supposition reaches the words: it covers its own clause and the rest of its sentence."""
    at, token = scope.tokens[cue.first], scope.tokens[place]
    excused = {
        place
        for kind in ("hedge_exceptions", "requests")
        for other in scope.in_clause(at.clause, kind)
        for place in range(other.first, other.last)
    }
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
    polite = {text.tokens[cue.first].sentence for cue in cues.find(text.tokens) if cue.kind == "requests"}
    questions = set()
    for place, token in enumerate(text.tokens):
        ends = place + 1 == len(text.tokens) or text.tokens[place + 1].sentence != token.sentence
        if token.text == "?" and ends and token.sentence not in polite:
            questions.add(token.sentence)
    return Setting(True, frozenset(skipped), frozenset(questions))
