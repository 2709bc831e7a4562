"""Who and what words speak of: the patient or someone else, the lesion, a part of it, the liver, another organ."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from assistant.understanding.assertion import Cue

if TYPE_CHECKING:
    from assistant.understanding.scope import Scope

_FARTHEST_ORGAN = 4
"""Words that may stand between a word for a lesion and the organ it lies in ("a mass of the left ovary")."""


FARTHEST_CLAUSE = 12
"""Clauses of a sentence that are looked back over, so that reading takes time linear in length."""


class Subjects:
    """The subjects of one text, by its cues."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def compared(self, first: int) -> bool:
        """Say whether the words at `first` only tell what something is compared with ("than the fatty liver")."""
        clause = self._scope.tokens[first].clause
        things = self._scope.grammar["pronouns_of_things"]
        return any(
            cue.last <= first
            # "compared with the liver it looks darker": it is spoken of again
            and not {"and", *things}.intersection(
                token.text for token in self._scope.tokens[cue.last : first]
            )
            for cue in self._scope.in_clause(clause, "comparison")
        )

    def someone_else(self, first: int, last: int = -1) -> bool:
        """Say whether the words at `first` speak of a relative or a donor rather than the patient.

        A cue inside the words up to `last` is theirs ("matched unrelated donor").
        """
        sentence, clause = self._scope.tokens[first].sentence, self._scope.tokens[first].clause
        speaker = False
        for cue in self._scope.in_sentence(sentence):
            token = self._scope.tokens[cue.first]
            if token.clause > clause or first <= cue.first < last:
                continue
            if cue.kind in ("relatives", "others"):
                speaker = speaker or not (
                    self._reports(cue) or self._named_behind(cue, first, max(last, first))
                )
            elif cue.kind == "patient" and token.text not in self._scope.grammar["pronouns"] and speaker:
                speaker = self._is_said_of(cue) or not (cue.first < first or token.clause == clause)
        return speaker

    def _reports(self, cue: Cue) -> bool:
        """Say whether a relative only tells of the patient ("noticed by his mother", "mum felt a lump")."""
        before = [token.text for token in self._scope.tokens[max(0, cue.first - 2) : cue.first]]
        behind = [token.text for token in self._scope.tokens[cue.last : cue.last + 1]]
        return "by" in before or not self._scope.grammar["reporting"].isdisjoint(behind)

    def _named_behind(self, cue: Cue, first: int, last: int) -> bool:
        """Say whether a narrative names a relative behind the words and not as theirs.

        "Brought in by his daughter" says nothing of the daughter, "leukemia in his brother" does.
        """
        if not self._scope.narrative or cue.first <= last:
            return False
        before = [token.text for token in self._scope.tokens[max(first, cue.first - 3) : cue.first]]
        return not self._scope.grammar["belonging"].intersection(before)

    def _is_said_of(self, cue: Cue) -> bool:
        """Say whether a word for a patient only tells what a relative is ("his father is a transplant recipient")."""
        before = self._scope.tokens[max(0, cue.first - 4) : cue.first]
        clause = self._scope.tokens[cue.first].clause
        return any(token.text in ("a", "an") and token.clause == clause for token in before)

    def other_organ(self, clause: int, within: Collection[int] = ()) -> bool:
        """Say whether the clause speaks of another organ and of neither liver nor lesion.

        An organ inside the words `within` is theirs ("gallbladder fossa"). In a narrative a clause without a subject
        of its own, or with a mere pronoun, goes on about the organ of the clause before ("a renal cyst, T2 bright").
        """
        organs = [cue for cue in self._scope.in_clause(clause, "organs") if cue.first not in within]
        own = self._own(clause)
        pronouns = bool(own) and all(self._pronoun(cue) for cue in own)
        if self._scope.narrative and self._headed_by_organ(clause):
            return not self._scope.in_clause(clause, "liver_words")
        if self._scope.narrative and self._led_by_organ(clause, within):
            return True
        liver = any(cue.first not in within for cue in self._scope.in_clause(clause, "liver_words"))
        if (own and not pronouns) or liver:
            return False
        if organs and not pronouns:
            return True
        return self._scope.narrative and self.subject_before(clause) == "organ"

    def _headed_by_organ(self, clause: int) -> bool:
        """Say whether a heading of its own sentence names another organ ("Lungs: eight nodules, the largest 9 mm")."""
        stretch = self._scope.text.clauses.get(clause)
        if not stretch:
            return False
        sentence = self._scope.tokens[stretch.start].sentence
        opening = clause
        while clause - opening < FARTHEST_CLAUSE and self._scope.same_sentence(opening - 1, clause):
            opening -= 1
        if opening == clause or opening + 1 not in self._scope.text.soft:
            return False
        places = set(self._scope.text.clauses[opening])
        for cue in self._scope.in_sentence(sentence, "organs"):
            places -= set(range(cue.first, cue.last))
        return not places

    def _led_by_organ(self, clause: int, within: Collection[int]) -> bool:
        """Say whether the first thing a clause speaks of, before the words, is another organ ("the lungs show ...")."""
        kinds = ("organs", "lesion_words", "liver_words")
        start = min(within, default=0)
        before = [
            (cue.first, kind == "organs")
            for kind in kinds
            for cue in self._scope.in_clause(clause, kind)
            if cue.first < start and not (kind == "lesion_words" and self._pronoun(cue))
        ]
        if not before or not min(before)[1] or self._scope.in_clause(clause, "liver_words"):
            return False
        # "adrenal mass": an organ that only tells where the lesion lies stands beside a word for it
        first = min(before)[0]
        beside = {cue.first for kind in kinds[1:] for cue in self._scope.in_clause(clause, kind)}
        return not beside.intersection(range(first, first + 3))

    def of_part(self, first: int, last: int) -> bool:
        """Say whether words of a narrative speak of a part of the lesion only ("a scar, dark on T2")."""
        if not self._scope.narrative:
            return False
        clause = self._scope.tokens[first].clause
        for _ in range(FARTHEST_CLAUSE):
            parts = [
                cue
                for cue in self._scope.in_clause(clause, "parts")
                if (cue.first < first and not self._told_anew(cue, first)) or last <= cue.first <= last + 2
            ]
            if self._own(clause) and not all(self._pronoun(cue) for cue in self._own(clause)):
                return False
            if parts:
                return True
            if not self._scope.same_sentence(clause - 1, clause):
                return False
            clause -= 1
        return False

    def _told_anew(self, cue: Cue, first: int) -> bool:
        """Say whether "and" begins another statement between a part and the words ("shows a rim and restricts")."""
        return any(token.text == "and" for token in self._scope.tokens[cue.last : first])

    def _own(self, clause: int) -> list[Cue]:
        """Return the words for a lesion of a clause, less those of another organ ("adrenal mass")."""
        organs = self._scope.in_clause(clause, "organs")
        ends = {cue.last for cue in organs}
        return [
            cue
            for cue in self._scope.in_clause(clause, "lesion_words")
            if cue.first not in ends and not any(self._lies_in(cue, organ) for organ in organs)
        ]

    def _lies_in(self, cue: Cue, organ: Cue) -> bool:
        """Say whether a word for a lesion belongs to an organ behind it ("a mass of the left ovary")."""
        between = [token.text for token in self._scope.tokens[cue.last : organ.first]]
        if self._pronoun(cue) and cue.last <= organ.first <= cue.last + 1:
            # "just one paraspinal mass": the word counts what is the organ's
            return True
        return 0 < len(between) <= _FARTHEST_ORGAN and between[0] in ("of", "in", "on")

    def _pronoun(self, cue: Cue) -> bool:
        return self._scope.tokens[cue.first].text in self._scope.grammar["pronouns_of_things"]

    def subject_before(self, clause: int) -> str:
        """Return what the nearest clause before, in the same sentence, that has a subject speaks of.

        Returns:
            `lesion` for lesion or liver, `organ` for another organ, empty where no clause has a subject.
        """
        before = clause - 1
        while clause - before <= FARTHEST_CLAUSE and self._scope.same_sentence(before, clause):
            if any(not self._pronoun(cue) for cue in self._own(before)) or self._scope.in_clause(
                before, "liver_words"
            ):
                return "lesion"
            if self._scope.in_clause(before, "organs"):
                return "organ"
            before -= 1
        return ""

    def _names_place(self, cue: Cue) -> bool:
        """Say whether a word for the liver only tells where the lesion lies, no verb of being following it."""
        if self._scope.tokens[cue.first].text not in self._scope.grammar["liver_itself"]:
            return False
        behind = (token.text for token in self._scope.tokens[cue.last : cue.last + 2])
        return self._scope.grammar["being"].isdisjoint(behind)

    def background(self, clause: int, within: Collection[int] = ()) -> bool:
        """Say whether the clause speaks of the liver around and not of the lesion.

        What names the liver inside the words `within` is theirs ("the hepatic veins are patent").
        """
        around = [
            cue
            for cue in self._scope.in_clause(clause, "liver_words")
            if cue.first not in within and not (self._scope.narrative and self._names_place(cue))
        ]
        return bool(around) and not self._scope.in_clause(clause, "lesion_words")
