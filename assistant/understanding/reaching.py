"""Which phrases and numbers each cue of a reply reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from assistant.understanding.assertion import Cue, Cues
from assistant.understanding.claims import Claim
from assistant.understanding.scope import Scope
from assistant.understanding.stages import Stages

DOES: Mapping[str, str] = {
    "negation_pseudo": "denies nothing, though it looks so",
    "affirmation": "affirms what stands before",
    "hedges": "doubts",
    "hedge_exceptions": "casts no doubt, though it looks so",
    "unknown": "says that it is not known",
    "not_done": "says that it was not done",
    "not_assessable": "says that it cannot be judged",
    "knowing": "speaks of what is told",
    "relatives": "speaks of a relative",
    "others": "speaks of someone else",
    "patient": "speaks of the patient",
    "organs": "names another organ",
    "lesion_words": "names the lesion",
    "liver_words": "names the liver",
    "comparison": "only compares with",
    "partial": "speaks of some lesions only",
    "neutral": "means nothing by itself",
    "past": "speaks of the past",
    "now": "speaks of now",
    "planned": "says that it is planned",
    "stopped": "says that it has ended",
    "hypothetical": "supposes, recommends or weighs options",
    "closing": "ends the list",
    "parts": "names a part of the lesion",
    "requests": "asks for something",
    "negation_own": "shares its denial with the list behind",
}
"""Kind of cue -> what it does."""

_ABOUT = (
    "knowing",
    "patient",
    "organs",
    "lesion_words",
    "liver_words",
    "neutral",
    "past",
    "now",
    "closing",
    "parts",
)
"""Kinds that tell what a clause is about, or that count only beside other words."""

_SWEEPING: Mapping[str, tuple[str, ...]] = {
    "hedges": ("hedges",),
    "relatives": ("relatives", "others"),
    "others": ("relatives", "others"),
    "comparison": ("comparison",),
    "organs": ("organs",),
    "hypothetical": ("hypothetical",),
}
"""Kind that may reach beyond its clause -> the kinds without which it is told what one cue of it reaches by itself."""

_DENIALS = ("negation_before", "negation_next", "negation_after")

Place = tuple[int, int]
"""Positions among the tokens, the last excluded."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One cue and what it reaches."""

    cue: Cue
    does: str
    """What it does, in plain words."""

    weighty: bool
    """Whether it changes what other words claim, rather than to tell what a clause is about."""

    idle: bool
    """Whether it could deny or affirm, and has nothing to."""

    places: tuple[Place, ...]


def reached(stages: Stages, cues: Cues) -> tuple[Reached, ...]:
    """Return every cue with what it reaches; a denial that may look either way is one cue."""
    return tuple(_Reaching(stages, cues).cues())


class _Reaching:
    """The cues of one reply."""

    def __init__(self, stages: Stages, cues: Cues) -> None:
        self._stages = stages
        self._acts = frozenset(cues.data.get("acts", ()))
        self._lasting = frozenset(cues.data.get("lasting", ()))
        self._tokens = stages.text.tokens
        self._things: dict[int, list[Place]] = {}
        places = [(one.first, one.last) for one in stages.chosen]
        for first, last in (*places, *((one.first, one.last) for one in stages.numbers)):
            self._things.setdefault(self._tokens[first].sentence, []).append((first, last))
        self._runs: dict[int, int] = {}
        for clause in stages.text.clauses:
            before = self._runs.get(clause - 1, clause - 1)
            self._runs[clause] = before if clause in stages.text.soft else clause
        self._doubted_with: dict[int, list[Place]] = {}
        for things in self._things.values():
            for first, last in things:
                run = self._run_of(self._tokens[first].clause)
                self._doubted_with.setdefault(run, []).append((first, last))
        self._cues_of: dict[int, list[Cue]] = {}
        for cue in stages.scope.cues:
            self._cues_of.setdefault(self._tokens[cue.first].sentence, []).append(cue)
        self._claims: dict[Place, list[Claim]] = {}
        for claim in stages.claims:
            self._claims.setdefault((claim.first, claim.last), []).append(claim)
        self._denied: dict[Place, list[Place]] = {}
        for one in stages.chosen:
            for denial in stages.scope.polarity(one.first, one.last).cues:
                self._denied.setdefault(denial, []).append((one.first, one.last))

    def cues(self) -> Iterator[Reached]:
        """Yield them in order of the words."""
        told: set[Place] = set()
        for cue in self._stages.scope.cues:
            if cue.kind not in _DENIALS:
                yield self._other(cue)
            elif (cue.first, cue.last) not in told:
                told.add((cue.first, cue.last))
                yield self._denial(cue)

    def _denial(self, cue: Cue) -> Reached:
        places = tuple(self._denied.get((cue.first, cue.last), ()))
        behind = [place for place in places if place[0] >= cue.last]
        does = "denies what stands before" if places and not behind else "denies what follows"
        if not places:
            does = "denies, and nothing is there to deny"
        return Reached(cue, does, weighty=True, idle=not places, places=places)

    def _other(self, cue: Cue) -> Reached:
        places = tuple(self._places(cue))
        weighty = cue.kind not in _ABOUT or (cue.kind == "organs" and bool(places))
        does = DOES.get(cue.kind, cue.kind.replace("_", " "))
        return Reached(cue, does, weighty, idle=cue.kind == "affirmation" and not places, places=places)

    def _places(self, cue: Cue) -> Iterator[Place]:
        at = self._tokens[cue.first]
        if cue.kind == "hedges":
            yield from self._doubted(cue)
            return
        if cue.kind in _SWEEPING:
            alone = self._alone(cue)
            for first, last in self._things.get(at.sentence, ()):
                if self._touches(cue, first, last, alone):
                    yield first, last
            return
        for first, last in self._things.get(at.sentence, ()):
            if self._tokens[first].clause == at.clause and self._bears_on(cue, first, last):
                yield first, last

    def _bears_on(self, cue: Cue, first: int, last: int) -> bool:
        """Say whether a cue that stays within its clause changes what the words from `first` on claim."""
        said = self._claims.get((first, last), ())
        match cue.kind:
            case "partial":
                return any(claim.aside for claim in said)
            case "planned":
                return any(claim.finding in self._acts for claim in said)
            case "stopped":
                return any(claim.finding not in self._lasting for claim in said)
            case "affirmation":
                return last <= cue.first and self._stages.scope.polarity(first, last).affirmed
        return False

    def _doubted(self, cue: Cue) -> Iterator[Place]:
        """Yield what a doubt reaches: its clause with those it goes on into, or the clause before."""
        at, alone = self._tokens[cue.first], self._alone(cue)
        for run in dict.fromkeys(self._run_of(clause) for clause in (at.clause - 1, at.clause)):
            things = self._doubted_with.get(run, ())
            # the clauses of a run are doubted together, so one of them tells of all
            if things and alone.hedged(self._tokens[things[0][0]].clause):
                near = (at.sentence - 1, at.sentence, at.sentence + 1)
                yield from (place for place in things if self._tokens[place[0]].sentence in near)

    def _run_of(self, clause: int) -> int:
        """Return the first of the clauses that are doubted together with `clause`."""
        return self._runs.get(clause, clause)

    def _alone(self, cue: Cue) -> Scope:
        """Return the scope as it would be if `cue` were the only one of its kind."""
        sentence = self._tokens[cue.first].sentence
        near = (other for at in (sentence - 1, sentence, sentence + 1) for other in self._cues_of.get(at, ()))
        cues = tuple(one for one in near if one is cue or one.kind not in _SWEEPING[cue.kind])
        return replace(self._stages.scope, cues=cues, spans=())

    def _touches(self, cue: Cue, first: int, last: int, alone: Scope) -> bool:
        clause = self._tokens[first].clause
        match cue.kind:
            case "relatives" | "others":
                return alone.subjects.someone_else(first, last)
            case "comparison":
                return alone.subjects.compared(first)
            case "organs":
                said = self._claims.get((first, last), ())
                moved = not said or any("organ" in claim.hedged for claim in said)
                return moved and alone.subjects.other_organ(clause, range(first, last))
        return bool(self._stages.setting.dropped(first, alone))
