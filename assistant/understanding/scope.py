"""How far cues reach: what is denied, affirmed or doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.understanding.assertion import Cue
from assistant.understanding.subjects import FARTHEST_CLAUSE, Subjects
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

    subjects: Subjects = field(init=False, repr=False)
    """Who and what the words speak of."""

    _by_clause: dict[tuple[int, str], tuple[Cue, ...]] = field(init=False, default_factory=dict, repr=False)
    _by_sentence: dict[int, list[Cue]] = field(init=False, default_factory=dict, repr=False)
    _spans_of: dict[int, list[tuple[int, int]]] = field(init=False, default_factory=dict, repr=False)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return the tokens of the text."""
        return self.text.tokens

    def __post_init__(self) -> None:
        object.__setattr__(self, "subjects", Subjects(self))
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
            if behind - clause > FARTHEST_CLAUSE:
                return None
            if not self._plain_item(behind) or not self.same_sentence(clause, behind):
                return None
        before = clause - 1
        while clause - before <= FARTHEST_CLAUSE and self.same_sentence(before, clause):
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

    def same_sentence(self, clause: int, other: int) -> bool:
        """Say whether two clauses stand in one sentence; a clause that does not exist stands in none."""
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

    def in_sentence(self, sentence: int, kind: str = "") -> tuple[Cue, ...]:
        """Return the cues of one kind in one sentence, of every kind where none is named."""
        return tuple(cue for cue in self._by_sentence.get(sentence, ()) if kind in ("", cue.kind))

    def hedged(self, clause: int) -> bool:
        """Say whether a hedge touches the clause, a bracket beside it, or makes up the whole clause behind it."""
        last = clause
        while last + 1 in self.text.soft and last - clause < FARTHEST_CLAUSE:
            last += 1
        first = clause
        while first in self.text.soft and clause - first < FARTHEST_CLAUSE:
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
