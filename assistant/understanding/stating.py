"""What the words of a reply claim: values, denials, bare yes and no, and that something is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.knowledge import Finding, Kind, KnowledgeBase, State
from assistant.understanding.assertion import Cues
from assistant.understanding.claims import LESION_GROUP, Claim, affirmed, refused
from assistant.understanding.lexicon import Candidate, Entry, Sort
from assistant.understanding.said import Said
from assistant.understanding.scope import Polarity
from assistant.understanding.states import States
from assistant.understanding.text import Token, fold, words

_JOINS = frozenset([":", "-", "--", "–", "—", "=", "?"])
"""What joins a bare no to the clause before."""


class Statements:
    """Turns matches and cues into claims."""

    def __init__(self, knowledge: KnowledgeBase, cues: Cues) -> None:
        self._knowledge = knowledge
        self._cues = cues
        self.lasting = frozenset(cues.data.get("lasting", ()))
        self._begun = frozenset(cues.data.get("begun", ()))
        self._aside = cues.fillers | {
            word
            for kind in ("patient", "lesion_words", "liver_words", "now")
            for phrase in cues.data.get(kind, ())
            for word in words(phrase)
        }
        self._of_lesion = frozenset(cues.data.get("of_the_lesion", ()))
        self._of_an_organ = frozenset(cues.data.get("of_an_organ", ()))
        self._of_whole_lesion = frozenset(cues.data.get("of_the_whole_lesion", ()))
        self._implied = tuple(cues.data.get("implied_when_asked", ()))
        self._test_words = frozenset(fold(str(word)) for word in cues.data.get("test_words", ()))
        self._states = States(knowledge, cues)

    def claims(self, said: Said) -> Iterator[Claim]:
        """Yield every claim of the words; numbers are read elsewhere."""
        yield from self._bare(said)
        for candidate in said.chosen:
            someone_else = said.scope.subjects.someone_else(candidate.first, candidate.last)
            if not someone_else and not said.setting.dropped(candidate.first, said.scope):
                yield from self._matched(candidate, said)
        yield from self._states.claims(said)

    # -- words that mean a value

    def _matched(self, candidate: Candidate, said: Said) -> Iterator[Claim]:
        scope = said.scope
        clause = scope.tokens[candidate.first].clause
        polarity = scope.polarity(candidate.first, candidate.last)
        refusal = self._refused_behind(candidate, said)
        if candidate.denied_within and not polarity.adjacent:
            # "never had hepatitis and the liver is not cirrhotic": the denial inside is its own
            polarity = replace(polarity, negations=1, cues=())
        elif polarity.forward and not polarity.adjacent and self._denies_itself(candidate, said):
            polarity = replace(polarity, negations=0, cues=())
        elif candidate.denied_within or refusal:
            polarity = replace(polarity, negations=polarity.negations + 1, cues=(*polarity.cues, *refusal))
        by_finding: dict[str, list[Entry]] = {}
        for entry in candidate.entries:
            by_finding.setdefault(entry.finding, []).append(entry)
        for name, entries in by_finding.items():
            finding = self._knowledge.findings[name]
            is_asked = finding is said.asked
            of_lesion = finding.group == LESION_GROUP or finding.id in self._of_lesion
            elsewhere = of_lesion and scope.subjects.other_organ(clause, candidate.places)
            aside = of_lesion and scope.subjects.background(clause, range(candidate.first, candidate.last))
            if scope.subjects.compared(candidate.first) or (not is_asked and (elsewhere or aside)):
                continue
            if finding.id in self._of_whole_lesion and scope.subjects.of_part(
                candidate.first, candidate.last
            ):
                continue
            if self._of_another_organ(finding, candidate, clause, said):
                continue
            claim = self._entered(finding, entries, candidate, clause, polarity, said)
            little = not is_asked and _says_little(finding, claim) if claim is not None else True
            if claim is None or (little and (said.asked is not None or not polarity.adjacent)):
                continue
            if aside or (of_lesion and scope.in_clause(clause, "partial")):
                claim = replace(claim, aside=True)
            if elsewhere:
                claim = replace(claim, hedged=claim.hedged or "said of another organ")
            claim = replace(claim, cues=(*polarity.cues, *self._name_of(finding, candidate, said)))
            yield self._in_time(finding, claim, said)
            yield from self._implied_claims(finding, claim, said)

    def _name_of(self, finding: Finding, candidate: Candidate, said: Said) -> tuple[tuple[int, int], ...]:
        """Return where the name stands that says whose result a generic word is ("AFP" of "AFP and CEA normal")."""
        if finding is said.asked or any(not entry.if_asked for entry in candidate.entries):
            return ()
        sentence = said.text.tokens[candidate.first].sentence
        names = [
            (other.first, other.last)
            for other in said.chosen
            if said.text.tokens[other.first].sentence == sentence
            and any(entry.finding == finding.id and entry.sort is Sort.MEASURE for entry in other.entries)
        ]
        return (min(names, key=lambda name: abs(name[0] - candidate.first)),) if names else ()

    def _of_another_organ(self, finding: Finding, candidate: Candidate, clause: int, said: Said) -> bool:
        """Say whether a generic word is said of another organ than the one asked for ("prostate enlarged")."""
        if finding.id not in self._of_an_organ or any(not entry.if_asked for entry in candidate.entries):
            return False
        if finding.id in said.topics.get(clause, frozenset()) or said.scope.in_clause(clause, "liver_words"):
            return False
        others = (cue for kind in ("organs", "lesion_words") for cue in said.scope.in_clause(clause, kind))
        return any(cue.first not in candidate.places for cue in others)

    def _denies_itself(self, candidate: Candidate, said: Said) -> bool:
        """Say whether a denial is part of the phrase ("liver not enlarged"), so that one farther off is not meant."""
        denials = self._cues.grammar["own_denials"]
        return any(said.text.tokens[place].text in denials for place in candidate.places)

    def _refused_behind(self, candidate: Candidate, said: Said) -> tuple[tuple[int, int], ...]:
        """Return where a bare no stands that a colon or dash joins to a clause of the phrase alone ("single: no")."""
        text = said.text
        clause = text.tokens[candidate.first].clause
        own = text.clauses[clause]
        # a word such as "only" that ends a clause leaves its number unused
        behind = text.clauses.get(clause + 1) or text.clauses.get(clause + 2)
        if behind is None or text.tokens[behind.start].sentence != text.tokens[own.start].sentence:
            return ()
        if any(
            text.tokens[place].text not in self._cues.fillers
            for place in own
            if place not in candidate.places
        ):
            return ()
        gap = text.raw[text.tokens[own[-1]].end : text.tokens[behind.start].start].strip()
        meant = self._cues.bare([text.tokens[place] for place in behind])
        return ((behind.start, behind.stop),) if meant == "no" and gap in _JOINS else ()

    def _entered(
        self,
        finding: Finding,
        entries: Sequence[Entry],
        candidate: Candidate,
        clause: int,
        polarity: Polarity,
        said: Said,
    ) -> Claim | None:
        first, last, hedged = candidate.first, candidate.last, said.doubt(clause)
        if candidate.guessed:
            hedged = hedged or "a near miss of several words"
        doubled = polarity.negations >= 2
        valued = [entry for entry in entries if entry.sort is Sort.VALUE]
        numbers = {entry.number for entry in valued if entry.number is not None}
        if numbers:
            number = min(numbers)
            return (
                None
                if polarity.negated
                else Claim(finding.id, first, last, clause, quantity=(number, number), hedged=hedged)
            )
        if valued:
            values = frozenset(value for entry in valued for value in entry.values)
            if candidate.distance and len({entry.values for entry in valued}) > 1:
                hedged = hedged or "a near miss of several words"
            if polarity.negated:
                return Claim(finding.id, first, last, clause, denied=values, hedged=hedged)
            return Claim(finding.id, first, last, clause, values, hedged=hedged, doubled=doubled)
        if any(entry.sort is Sort.SIGN for entry in entries):
            if polarity.negated:
                claim = refused(finding, first, last, clause, hedged)
                return replace(claim, from_denial=True) if claim is not None else None
            claim = affirmed(finding, first, last, clause, hedged)
            return replace(claim, doubled=doubled, names_only=True) if claim is not None else None
        behind = [token.text for token in said.text.tokens[last : last + 3] if token.clause == clause]
        plain = all(word in self._test_words or word in self._cues.fillers for word in behind)
        judged = {said.text.tokens[place].text for cue in polarity.cues for place in range(*cue)}
        if finding.id in self._states.acts and judged and judged <= self._cues.grammar["predicates"]:
            # "marrow biopsy normal": the result is denied, not the act
            return None
        return _measured(finding, first, last, clause, polarity, hedged, absent=plain)

    def _in_time(self, finding: Finding, claim: Claim, said: Said) -> Claim:
        """Return the claim as it stands today: planned acts are not done, what was stopped is no more."""
        if not claim.values:
            return claim
        if finding.id in self._states.acts and said.scope.in_clause(claim.clause, "planned"):
            if finding is said.asked and finding.negative is not None:
                return replace(claim, values=frozenset([finding.negative]), open=False)
            return replace(claim, hedged=claim.hedged or "planned, not done")
        if finding.id in self._begun and said.scope.in_clause(claim.clause, "planned"):
            return replace(claim, hedged=claim.hedged or "planned, not begun")
        current = (
            finding.id not in self.lasting and finding.negative is not None and finding.kind is Kind.SINGLE
        )
        if current and said.scope.in_clause(claim.clause, "stopped"):
            return replace(claim, values=frozenset(), denied=claim.values)
        return claim

    def _implied_claims(self, finding: Finding, claim: Claim, said: Said) -> Iterator[Claim]:
        """Yield what a value of one finding means as the reply to another ("adenocarcinoma" of a biopsy)."""
        if said.asked is None or not claim.values:
            return
        for rule in self._implied:
            applies = rule["asked"] == said.asked.id and rule["finding"] == finding.id
            if applies and claim.values <= frozenset(rule["values"]):
                yield replace(claim, finding=said.asked.id, values=frozenset([rule["means"]]), implied=True)

    # -- bare yes and no

    def _bare(self, said: Said) -> Iterator[Claim]:
        """Yield what clauses of nothing but yes or no claim."""
        if said.asked is None:
            return
        tokens = said.text.tokens
        covered = {place for candidate in said.chosen for place in candidate.places}
        before: defaultdict[int, list[Candidate]] = defaultdict(list)
        for candidate in said.chosen:
            if any(entry.sort is Sort.VALUE for entry in candidate.entries):
                before[tokens[candidate.first].clause].append(candidate)
        for clause, stretch in said.text.clauses.items():
            places = [place for place in stretch if place >= said.begin]
            if any(
                self._refused_behind(candidate, said)
                for each in (clause - 1, clause - 2)
                for candidate in before.get(each, ())
            ):
                continue
            if places and self._opens(tokens, places):
                # "yes and a big spleen": the answer stands before the rest of its clause
                places = places[:1]
            if not places or covered & set(places):
                continue
            rest = [
                said.meant[place]
                for place in places
                if tokens[place].text not in self._aside and not _year(tokens[place])
            ]
            meant = self._cues.bare([said.meant[place] for place in places]) or self._cues.bare(rest)
            if (
                meant is None
                and self._denied_elliptically([token.text for token in rest])
                and said.scope.in_clause(clause, "lesion_words")
            ):
                # "the liver drops in phase, not the lesion", "nodes restrict, the lesion does not"
                meant = "no"
            speaks_of_patient = bool(said.scope.in_clause(clause, "patient"))
            if meant is None or (said.scope.subjects.someone_else(places[0]) and not speaks_of_patient):
                continue
            yield from self._bare_claim(said, meant, places, clause)

    def _denied_elliptically(self, rest: Sequence[str]) -> bool:
        return list(rest) == ["not"] or (rest[1:] == ["not"] and rest[0] in self._cues.grammar["auxiliaries"])

    def _opens(self, tokens: Sequence[Token], places: Sequence[int]) -> bool:
        """Say whether a clause begins with a yes or no that something else is joined to."""
        if len(places) < 3 or tokens[places[1]].text not in ("and", "but", "plus", "also"):
            return False
        return self._cues.bare([tokens[places[0]]]) is not None and tokens[places[0]].text in (
            "yes",
            "no",
            "y",
            "n",
        )

    def _bare_claim(self, said: Said, meant: str, places: Sequence[int], clause: int) -> Iterator[Claim]:
        named = self._named_before(clause, said)
        target = named or said.asked
        if target is None:
            return
        hedged = "yes and no" if meant == "both" else said.doubt(clause)
        make = refused if meant == "no" else affirmed
        claim = make(target, places[0], places[-1] + 1, clause, hedged)
        if claim is not None:
            yield replace(claim, overrides=named is not None)
        elif target is said.asked and target.kind is not Kind.QUANTITY:
            yield Claim(target.id, places[0], places[-1] + 1, clause, frozenset(target.value_ids), open=True)

    def _named_before(self, clause: int, said: Said) -> Finding | None:
        """Return the finding that the clause before only named ("GCSF - no", "chemo: yes")."""
        tokens = said.text.tokens
        before = said.text.clauses.get(clause - 1, range(0))
        if not before or tokens[before[0]].sentence != tokens[said.text.clauses[clause][0]].sentence:
            return None
        for candidate in said.chosen:
            if tokens[candidate.first].clause != clause - 1:
                continue
            covered = candidate.places
            rest = [
                place
                for place in before
                if place not in covered and tokens[place].text not in self._cues.fillers
            ]
            if (
                not rest
                and covered & set(before)
                and all(entry.sort is not Sort.VALUE for entry in candidate.entries)
            ):
                return self._knowledge.findings[candidate.entries[0].finding]
        return None


def _year(token: Token) -> bool:
    """Say whether a token is a year ("none since 2015")."""
    return token.text.isdecimal() and len(token.text) == 4 and token.text[:2] in ("19", "20")


def _measured(
    finding: Finding, first: int, last: int, clause: int, polarity: Polarity, hedged: str, *, absent: bool
) -> Claim | None:
    """Return what the name of a test or measurement says with the cue beside it.

    `absent` tells whether a denial before the name means that the test was not done.
    """
    if polarity.negated:
        if not polarity.forward:
            return refused(finding, first, last, clause, hedged)
        if polarity.adjacent and absent:
            return Claim(finding.id, first, last, clause, state=State.NOT_DONE, hedged=hedged, implied=True)
        return None
    if polarity.affirmed:
        claim = affirmed(finding, first, last, clause, hedged)
        return replace(claim, implied=True) if claim is not None else None
    return None


def _says_little(finding: Finding, claim: Claim) -> bool:
    """Say whether a denial by the way leaves so many values that it is not worth storing."""
    if finding.kind is not Kind.SINGLE or not claim.denied:
        return False
    return len(finding.value_ids) - len(claim.denied) > 1
