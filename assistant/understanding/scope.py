"""How far cues reach: what is denied, affirmed, doubted, or said of someone else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.understanding.assertion import Cue
from assistant.understanding.text import Text, Token

OWN_DENIAL = "negation_own"
"""Cue: a denial inside a phrase ("never had cancer"), which a list behind the phrase shares."""

_LONGEST_ITEM = 6
"""Words of a clause that may be an item of a list."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """How a stretch of words is meant."""

    negations: int = 0
    affirmed: bool = False
    forward: bool = False
    """Whether a denial stands before the stretch rather than behind it."""

    cues: tuple[tuple[int, int], ...] = ()
    """Where the denials stand, `last` excluded."""

    adjacent: bool = False
    """Whether nothing but articles stands between that denial and the stretch."""

    @property
    def negated(self) -> bool:
        """Say whether the words are denied; a double negation is not."""
        return self.negations % 2 == 1


@dataclass(frozen=True, slots=True)
class Scope:
    """The cues of one text and the tokens they stand among."""

    text: Text
    cues: tuple[Cue, ...]
    spans: tuple[tuple[int, int], ...]
    """Stretches that mean something, in order."""

    grammar: Mapping[str, frozenset[str]]
    """`grammar` of cues.yaml: what a word of the list does between cue and stretch."""

    narrative: bool = False
    """Whether the text answers no question."""

    _by_clause: dict[tuple[int, str], tuple[Cue, ...]] = field(init=False, default_factory=dict, repr=False)
    _by_sentence: dict[int, list[Cue]] = field(init=False, default_factory=dict, repr=False)
    _spans_of: dict[int, list[tuple[int, int]]] = field(init=False, default_factory=dict, repr=False)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return the tokens of the text."""
        return self.text.tokens

    def __post_init__(self) -> None:
        for cue in self.cues:
            token = self.tokens[cue.first]
            key = (token.clause, cue.kind)
            self._by_clause[key] = (*self._by_clause.get(key, ()), cue)
            self._by_sentence.setdefault(token.sentence, []).append(cue)
        for begin, end in self.spans:
            self._spans_of.setdefault(self.tokens[begin].clause, []).append((begin, end))

    def polarity(self, first: int, last: int) -> Polarity:
        """Return how the stretch is meant within its clause."""
        clause = self.tokens[first].clause
        forward, backward, beside = self._directed(clause)
        reaching = [cue for cue in forward if cue.last <= first and self._reaches_forward(cue, first)]
        counted = self._nearest(reaching)
        counted += [cue for cue in beside if cue.last == first and cue not in counted]
        if not counted and (listed := self._listed_denial(clause)) is not None:
            counted = [listed]
        behind = next((cue for cue in backward if cue.first >= last and self._reaches_back(cue, last)), None)
        affirmed = any(
            self._reaches_back(cue, last)
            for cue in self.in_clause(clause, "affirmation")
            if cue.first >= last
        )
        gap = [self.tokens[place].text for place in range(counted[0].last, first)] if counted else []
        return Polarity(
            len(counted) + (behind is not None),
            affirmed,
            bool(counted),
            tuple((cue.first, cue.last) for cue in (*counted, *([behind] if behind is not None else []))),
            bool(counted) and all(word in ("the", "a", "an", "any", "prior", "previous") for word in gap),
        )

    def _listed_denial(self, clause: int) -> Cue | None:
        """Return the denial before a list ending in "or" that holds the clause ("no cancer, chemo or G-CSF")."""
        if not self._plain_item(clause):
            return None
        behind = clause
        while not self._ends_list(behind):
            behind += 1
            if not self._plain_item(behind) or not self._same_sentence(clause, behind):
                return None
        before = clause - 1
        while self._same_sentence(before, clause):
            forward, _, _ = self._directed(before)
            if forward or self.in_clause(before, OWN_DENIAL):
                listed = (*self.in_clause(before, OWN_DENIAL), *forward)
                return listed[-1] if self._spans_in(before) else None
            if not self._plain_item(before):
                return None
            before -= 1
        return None

    def _plain_item(self, clause: int) -> bool:
        """Say whether a clause is a mere item of a list: few words, no verb, nothing affirmed or denied."""
        places = self.text.clauses.get(clause)
        if places is None or len(places) > _LONGEST_ITEM:
            return False
        if any(self.tokens[place].text in self.grammar["new_statement"] for place in places):
            return False
        kinds = ("affirmation", "negation_before", "negation_after", "hedges", "unknown", "not_done")
        return not any(self.in_clause(clause, kind) for kind in kinds)

    def _ends_list(self, clause: int) -> bool:
        places = self.text.clauses[clause]
        return any(self.tokens[place].text in ("or", "nor") for place in places[:-1])

    def _same_sentence(self, clause: int, other: int) -> bool:
        one, two = self.text.clauses.get(clause), self.text.clauses.get(other)
        if one is None or two is None:
            return False
        return self.tokens[one.start].sentence == self.tokens[two.start].sentence

    def _directed(self, clause: int) -> tuple[list[Cue], list[Cue], list[Cue]]:
        """Return the denials of a clause that look forward, those that look back, those for the next word."""
        spans = self._spans_in(clause)
        forward: list[Cue] = []
        backward: list[Cue] = []
        for cue in self.in_clause(clause, "negation_before"):
            back = any(
                other.first <= cue.first and cue.last <= other.last
                for other in self.in_clause(clause, "negation_after")
            )
            following = self.tokens[cue.last].text if cue.last < len(self.tokens) else ""
            if following == "and" and not back:
                # "no and a big spleen": the denial answers by itself
                continue
            if back and self._determines(cue, clause):
                forward.append(cue)
                continue
            (backward if back and self._looks_back(cue, spans, clause) else forward).append(cue)
        taken = {cue.first for cue in (*forward, *backward)}
        for cue in self.in_clause(clause, "negation_after"):
            if cue.first in taken or self._determines(cue, clause):
                continue
            denies = {self.tokens[cue.first].text, self.tokens[cue.last - 1].text} & self.grammar["denials"]
            follows = any(begin >= cue.last for begin, _ in spans)
            ends_in_not = self.tokens[cue.last - 1].text == "not"
            precedes = any(end <= cue.first for _, end in spans)
            if denies and follows and (ends_in_not or not precedes):
                forward.append(cue)
            elif not ends_in_not or self._denies_being(cue, clause):
                # "biopsy did not help" denies the help, not the biopsy
                backward.append(cue)
        return forward, backward, list(self.in_clause(clause, "negation_next"))

    def _determines(self, cue: Cue, clause: int) -> bool:
        """Say whether "no" stands before a word of its own that means nothing here ("... is no comfort")."""
        if self.tokens[cue.last - 1].text != "no" or cue.last >= self.text.clauses[clause].stop:
            return False
        if any(begin == cue.last for begin, _ in self._spans_in(clause)):
            return False
        kinds = ("affirmation", "negation_before", "negation_after")
        known = any(other.first == cue.last for kind in kinds for other in self.in_clause(clause, kind))
        return self.narrative and not known

    def _denies_being(self, cue: Cue, clause: int) -> bool:
        """Say whether "was not" ends its clause or stands before a verb of being or having ("was not given")."""
        if cue.last >= self.text.clauses[clause].stop or self.tokens[cue.last].text in self.grammar["verbs"]:
            return True
        return any(other.first == cue.last for other in self.in_clause(clause, "affirmation"))

    def _looks_back(self, cue: Cue, spans: Sequence[tuple[int, int]], clause: int) -> bool:
        follows = [begin for begin, _ in spans if begin >= cue.last]
        precedes = [end for _, end in spans if end <= cue.first]
        if not precedes:
            return False
        if not follows:
            return True
        if self.tokens[cue.first].text in self.grammar["look_back"]:
            return True
        # "chemo no GCSF yes": what follows is affirmed by itself
        nearest = min(follows)
        end = next(end for begin, end in spans if begin == nearest)
        return precedes[-1] == cue.first and any(
            other.first == end for other in self.in_clause(clause, "affirmation")
        )

    def _nearest(self, reaching: Sequence[Cue]) -> list[Cue]:
        """Return the denials that count, nearest first.

        "no fever no jaundice" denies each once, "not without fat" denies twice, "neither A nor B" each once.
        """
        counted: list[Cue] = []
        for cue in sorted(reaching, key=lambda cue: -cue.first):
            if counted and self.tokens[counted[-1].first].text == "nor":
                break
            if counted and any(
                cue.last <= begin < counted[-1].first
                for begin, _ in self._spans_in(self.tokens[cue.first].clause)
            ):
                break
            if counted and self._coordinated(cue, counted[-1]):
                break
            counted.append(cue)
        return counted

    def _coordinated(self, cue: Cue, nearer: Cue) -> bool:
        """Say whether two denials stand side by side ("no fever and no jaundice") rather than one in the other."""
        between = {token.text for token in self.tokens[cue.last : nearer.first]}
        return bool(between & {"and", "or", "nor"})

    def _reaches_forward(self, cue: Cue, first: int) -> bool:
        clause = self.tokens[first].clause
        between = [end for begin, end in self._spans_in(clause) if cue.last <= begin and end <= first]
        if not between:
            return True
        words = [self.tokens[place].text for place in range(between[0], first)]
        if "and" in words and any(
            verb in words[words.index("and") :] for verb in self.grammar["new_statement"]
        ):
            return False
        return not any(between[0] <= other.first < first for other in self.in_clause(clause, "affirmation"))

    def _reaches_back(self, cue: Cue, last: int) -> bool:
        clause = self.tokens[cue.first].clause
        blocking = [
            other
            for kind in ("affirmation", "negation_after")
            for other in self.in_clause(clause, kind)
            if last <= other.first and other.last <= cue.first
        ]
        if blocking or (
            self.tokens[cue.first].text in self.grammar["predicates"] and not self._predicated(cue, last)
        ):
            return False
        edge = last
        for begin, end in self._spans_in(clause):
            if begin < last or end > cue.first:
                continue
            if any(
                self.tokens[place].text not in self.grammar["coordinators"] for place in range(edge, begin)
            ):
                return False
            edge = end
        return True

    def _predicated(self, cue: Cue, last: int) -> bool:
        """Say whether an adjective ends its clause and speaks of what stands before it, not of a noun behind it."""
        ends = cue.last >= self.text.clauses[self.tokens[cue.first].clause].stop
        between = [self.tokens[place].text for place in range(last, cue.first)]
        return ends and "with" not in between

    def _spans_in(self, clause: int) -> list[tuple[int, int]]:
        return self._spans_of.get(clause, [])

    def in_clause(self, clause: int, kind: str) -> tuple[Cue, ...]:
        """Return the cues of one kind in one clause."""
        return self._by_clause.get((clause, kind), ())

    def in_sentence(self, sentence: int, kind: str) -> tuple[Cue, ...]:
        """Return the cues of one kind in one sentence."""
        return tuple(cue for cue in self._by_sentence.get(sentence, ()) if cue.kind == kind)

    def hedged(self, clause: int) -> bool:
        """Say whether a hedge touches the clause, a bracket beside it, or makes up the whole clause behind it."""
        last = clause
        while last + 1 in self.text.soft:
            last += 1
        first = clause
        while first in self.text.soft:
            first -= 1
        return any(self._doubted(each) for each in range(first, last + 1)) or self._only_doubt(last + 1)

    def _doubted(self, clause: int) -> bool:
        excused = {cue.first for cue in self.in_clause(clause, "hedge_exceptions")}
        return any(
            cue.first not in excused and not self._ends_a_request(cue)
            for cue in self.in_clause(clause, "hedges")
        )

    def _ends_a_request(self, cue: Cue) -> bool:
        """Say whether a question mark only closes a polite request ("could you see this man with ...?")."""
        token = self.tokens[cue.first]
        return token.text == "?" and bool(self.in_sentence(token.sentence, "requests"))

    def _only_doubt(self, clause: int) -> bool:
        """Say whether a clause is nothing but a hedge ("a central scar, probably")."""
        places = set(self.text.clauses.get(clause, ()))
        for cue in self.in_clause(clause, "hedges"):
            places -= set(range(cue.first, cue.last))
        return clause in self.text.clauses and not places

    def compared(self, first: int) -> bool:
        """Say whether the words at `first` only tell what something is compared with ("than the fatty liver")."""
        clause = self.tokens[first].clause
        things = self.grammar["pronouns_of_things"]
        return any(
            cue.last <= first
            # "compared with the liver it looks darker": it is spoken of again
            and not {"and", *things}.intersection(token.text for token in self.tokens[cue.last : first])
            for cue in self.in_clause(clause, "comparison")
        )

    def someone_else(self, first: int, last: int = -1) -> bool:
        """Say whether the words at `first` speak of a relative or a donor rather than the patient.

        A cue inside the words up to `last` is theirs ("matched unrelated donor").
        """
        sentence, clause = self.tokens[first].sentence, self.tokens[first].clause
        speaker = False
        for cue in self._by_sentence.get(sentence, ()):
            token = self.tokens[cue.first]
            if token.clause > clause or first <= cue.first < last:
                continue
            if cue.kind in ("relatives", "others"):
                speaker = speaker or not (
                    self._reports(cue) or self._named_behind(cue, first, max(last, first))
                )
            elif cue.kind == "patient" and token.text not in self.grammar["pronouns"] and speaker:
                speaker = self._is_said_of(cue) or not (cue.first < first or token.clause == clause)
        return speaker

    def _reports(self, cue: Cue) -> bool:
        """Say whether a relative only tells of the patient ("noticed by his mother", "mum felt a lump")."""
        before = [token.text for token in self.tokens[max(0, cue.first - 2) : cue.first]]
        behind = [token.text for token in self.tokens[cue.last : cue.last + 1]]
        return "by" in before or not self.grammar["reporting"].isdisjoint(behind)

    def _named_behind(self, cue: Cue, first: int, last: int) -> bool:
        """Say whether a narrative names a relative behind the words and not as theirs.

        "Brought in by his daughter" says nothing of the daughter, "leukemia in his brother" does.
        """
        if not self.narrative or cue.first <= last:
            return False
        before = [token.text for token in self.tokens[max(first, cue.first - 3) : cue.first]]
        return not self.grammar["belonging"].intersection(before)

    def _is_said_of(self, cue: Cue) -> bool:
        """Say whether a word for a patient only tells what a relative is ("his father is a transplant recipient")."""
        before = self.tokens[max(0, cue.first - 4) : cue.first]
        clause = self.tokens[cue.first].clause
        return any(token.text in ("a", "an") and token.clause == clause for token in before)

    def other_organ(self, clause: int, within: range = range(0)) -> bool:
        """Say whether the clause speaks of another organ and of neither liver nor lesion.

        An organ inside the words `within` is theirs ("gallbladder fossa"). In a narrative a clause without a subject
        of its own, or with a mere pronoun, goes on about the organ of the clause before ("a renal cyst, T2 bright").
        """
        organs = [cue for cue in self.in_clause(clause, "organs") if cue.first not in within]
        own = self._own(clause)
        pronouns = bool(own) and all(self._pronoun(cue) for cue in own)
        if self.narrative and self._headed_by_organ(clause):
            return not self.in_clause(clause, "liver_words")
        if self.narrative and self._led_by_organ(clause, within):
            return True
        liver = any(cue.first not in within for cue in self.in_clause(clause, "liver_words"))
        if (own and not pronouns) or liver:
            return False
        if organs and not pronouns:
            return True
        return self.narrative and self.subject_before(clause) == "organ"

    def _headed_by_organ(self, clause: int) -> bool:
        """Say whether a heading of its own sentence names another organ ("Lungs: eight nodules, the largest 9 mm")."""
        stretch = self.text.clauses.get(clause)
        if not stretch:
            return False
        sentence = self.tokens[stretch.start].sentence
        opening = clause
        while self._same_sentence(opening - 1, clause):
            opening -= 1
        if opening == clause or opening + 1 not in self.text.soft:
            return False
        places = set(self.text.clauses[opening])
        for cue in self.in_sentence(sentence, "organs"):
            places -= set(range(cue.first, cue.last))
        return not places

    def _led_by_organ(self, clause: int, within: range) -> bool:
        """Say whether the first thing a clause speaks of, before the words, is another organ ("the lungs show ...")."""
        kinds = ("organs", "lesion_words", "liver_words")
        before = [
            (cue.first, kind == "organs")
            for kind in kinds
            for cue in self.in_clause(clause, kind)
            if cue.first < within.start and not (kind == "lesion_words" and self._pronoun(cue))
        ]
        if not before or not min(before)[1] or self.in_clause(clause, "liver_words"):
            return False
        # "adrenal mass": an organ that only tells where the lesion lies stands beside a word for it
        first = min(before)[0]
        beside = {cue.first for kind in kinds[1:] for cue in self.in_clause(clause, kind)}
        return not beside.intersection(range(first, first + 3))

    def of_part(self, first: int, last: int) -> bool:
        """Say whether words of a narrative speak of a part of the lesion only ("a scar, dark on T2")."""
        if not self.narrative:
            return False
        clause = self.tokens[first].clause
        while True:
            parts = [
                cue
                for cue in self.in_clause(clause, "parts")
                if (cue.first < first and not self._told_anew(cue, first)) or last <= cue.first <= last + 2
            ]
            if self._own(clause) and not all(self._pronoun(cue) for cue in self._own(clause)):
                return False
            if parts:
                return True
            if not self._same_sentence(clause - 1, clause):
                return False
            clause -= 1

    def _told_anew(self, cue: Cue, first: int) -> bool:
        """Say whether "and" begins another statement between a part and the words ("shows a rim and restricts")."""
        return any(token.text == "and" for token in self.tokens[cue.last : first])

    def _own(self, clause: int) -> list[Cue]:
        """Return the words for a lesion of a clause, less those of another organ ("adrenal mass")."""
        organs = self.in_clause(clause, "organs")
        ends = {cue.last for cue in organs}
        return [
            cue
            for cue in self.in_clause(clause, "lesion_words")
            if cue.first not in ends and not any(self._lies_in(cue, organ) for organ in organs)
        ]

    def _lies_in(self, cue: Cue, organ: Cue) -> bool:
        """Say whether "of" or "in" joins a word for a lesion to an organ behind it ("a mass of the left ovary")."""
        between = [token.text for token in self.tokens[cue.last : organ.first]]
        return 0 < len(between) <= _LONGEST_ITEM - 2 and between[0] in ("of", "in", "on")

    def _pronoun(self, cue: Cue) -> bool:
        return self.tokens[cue.first].text in self.grammar["pronouns_of_things"]

    def subject_before(self, clause: int) -> str:
        """Return what the nearest clause before, in the same sentence, that has a subject speaks of.

        Returns:
            `lesion` for lesion or liver, `organ` for another organ, empty where no clause has a subject.
        """
        before = clause - 1
        while self._same_sentence(before, clause):
            if any(not self._pronoun(cue) for cue in self._own(before)) or self.in_clause(
                before, "liver_words"
            ):
                return "lesion"
            if self.in_clause(before, "organs"):
                return "organ"
            before -= 1
        return ""

    def _names_place(self, cue: Cue) -> bool:
        """Say whether a word for the liver only tells where the lesion lies, no verb of being following it."""
        if self.tokens[cue.first].text not in self.grammar["liver_itself"]:
            return False
        behind = (token.text for token in self.tokens[cue.last : cue.last + 2])
        return self.grammar["being"].isdisjoint(behind)

    def background(self, clause: int, within: range = range(0)) -> bool:
        """Say whether the clause speaks of the liver around and not of the lesion.

        What names the liver inside the words `within` is theirs ("the hepatic veins are patent").
        """
        around = [
            cue
            for cue in self.in_clause(clause, "liver_words")
            if cue.first not in within and not (self.narrative and self._names_place(cue))
        ]
        return bool(around) and not self.in_clause(clause, "lesion_words")
