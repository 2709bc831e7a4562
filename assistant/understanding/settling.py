"""The claims of one reply on one finding, weighed into one reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.knowledge import Answer, Finding, Kind, State
from assistant.understanding.assertion import Cues
from assistant.understanding.claims import Claim, presence
from assistant.understanding.interpretation import WHICH, Outcome, Reading
from assistant.understanding.text import Text

OF_THE_PAST = "said of the past"
_TWO_THINGS = "the reply says two things"

_JOINTS = ("and", "or", "but")


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the claims on one finding are to be weighed."""

    finding: Finding
    asked: bool
    """Whether it is the pending question."""

    lasting: bool
    """Whether what was once so stays so."""

    strongest: Sequence[str] = ()
    """The value meant where several are named, most telling first."""

    closed: bool = False
    """Whether a list was closed."""

    past: frozenset[int] = frozenset()
    """Clauses that speak of what was."""

    now: frozenset[int] = frozenset()
    """Clauses that speak of what is so now."""


def settle(weighing: Weighing, claims: Sequence[Claim], text: Text, cues: Cues) -> Reading | None:
    """Return the one reading of `claims` (at least one, in order of the words), None where they come to nothing."""
    finding = weighing.finding
    if weighing.asked and not weighing.lasting and _over(claims, weighing):
        claims = [replace(claim, hedged=claim.hedged or OF_THE_PAST) for claim in claims]
    certain = [claim for claim in claims if not claim.hedged]
    states = [claim for claim in certain if claim.state is not None]
    moving = [claim for claim in certain if claim.state is None]
    if any(claim.overrides for claim in moving):
        moving = [claim for claim in moving if claim.overrides or not claim.names_only]
    if any(not claim.aside for claim in moving):
        moving = [claim for claim in moving if not claim.aside]
    if not weighing.lasting:
        moving = _current(moving, weighing.past, weighing.now)
    moving = _beside_states(moving, states, text)
    if moving:
        reading = _weigh(weighing, moving, text)
        if reading is not None:
            note = "a double negation" if any(claim.doubled for claim in moving) else reading.reason
            return replace(reading, spans=_spans(moving, text), reason=note)
    if states:
        answer = Answer(finding.id, states[0].state or State.UNKNOWN)
        return Reading(finding.id, Outcome.ACCEPT, (answer,), _spans(states, text))
    hedged = [claim for claim in claims if claim.hedged]
    return _doubted(weighing, hedged, text, cues) if hedged else None


def _doubted(weighing: Weighing, hedged: Sequence[Claim], text: Text, cues: Cues) -> Reading | None:
    """Return the reading of claims that need the user's agreement: asked of the pending finding, proposed of others."""
    finding = weighing.finding
    proposal = _weigh(weighing, [replace(claim, hedged="") for claim in hedged], text)
    spans, reason = _spans(hedged, text), hedged[0].hedged
    accepted = proposal.answer if proposal is not None and proposal.outcome is Outcome.ACCEPT else None
    doubted = tuple(sorted({*_hedges(hedged, text, cues), *spans}))
    if not weighing.asked:
        return (
            Reading(finding.id, Outcome.CONFIRM, (accepted,), spans, reason, (doubted,)) if accepted else None
        )
    polar = _yes_and_no(finding, hedged, text, cues)
    if polar is not None:
        return replace(polar, spans=spans)
    if proposal is not None and accepted is None:
        # a doubt between several readings is settled by choosing one of them
        return replace(proposal, spans=spans)
    if accepted is None or accepted.state is not State.KNOWN:
        return Reading(finding.id, Outcome.ASK, (), spans, reason)
    probable = replace(accepted, state=State.PROBABLE)
    return Reading(finding.id, Outcome.ASK, (accepted, probable), spans, reason, (spans, doubted))


def _hedges(claims: Sequence[Claim], text: Text, cues: Cues) -> tuple[tuple[int, int], ...]:
    """Return the words that make the claims uncertain: of their clauses, else of their sentences."""
    found = [cue for cue in cues.find(text.tokens) if cue.kind == "hedges"]
    clauses = {claim.clause for claim in claims}
    sentences = {text.tokens[claim.first].sentence for claim in claims}
    near = [cue for cue in found if text.tokens[cue.first].clause in clauses]
    near = near or [cue for cue in found if text.tokens[cue.first].sentence in sentences]
    return tuple((text.tokens[cue.first].start, text.tokens[cue.last - 1].end) for cue in near)


def _yes_and_no(finding: Finding, claims: Sequence[Claim], text: Text, cues: Cues) -> Reading | None:
    """Return both readings of a reply that says yes and no and nothing else, None where it says more or less."""
    tokens = [token for token in text.clause(claims[0].clause) if token.text not in _JOINTS]
    if len(claims) > 1 or cues.bare(tokens) != "both":
        return None
    said = presence(finding)
    denied = finding.negative or finding.exclusive
    if not said or denied is None:
        return None
    spans = {
        meant: tuple((token.start, token.end) for token in tokens if cues.bare([token]) == meant)
        for meant in ("yes", "no")
    }
    listed = finding.kind is Kind.MULTIPLE
    # the entries of a list are no alternatives, so each of them is a reading of its own
    sets = [frozenset([value]) for value in finding.value_ids if value in said] if listed else [said]
    answers = [Answer(finding.id, values=values, listed=listed) for values in sets]
    return Reading(
        finding.id,
        Outcome.ASK,
        (*answers, Answer(finding.id, values=frozenset([denied]), listed=listed)),
        (),
        _TWO_THINGS,
        (*(spans["yes"] for _ in answers), spans["no"]),
    )


def _beside_states(moving: list[Claim], states: Sequence[Claim], text: Text) -> list[Claim]:
    """Drop values that the same clause, or a clause before them, calls unknown, not done or not to be judged."""
    said = [claim for claim in states if not claim.implied]
    unknown = {claim.clause for claim in said}
    # "can't tell, liver too dark" explains; it does not answer
    openers = {
        claim.clause
        for claim in said
        if claim.last - claim.first >= len(text.clause(claim.clause)) and claim.state is not State.NOT_DONE
    }
    kept = []
    for claim in moving:
        explains = any(clause < claim.clause for clause in openers) and not claim.overrides
        if claim.quantity is not None or claim.overrides or not (claim.clause in unknown or explains):
            kept.append(claim)
    return kept


def _spans(claims: Sequence[Claim], text: Text) -> tuple[tuple[int, int], ...]:
    stretches = {(claim.first, claim.last) for claim in claims} | {
        cue for claim in claims for cue in claim.cues
    }
    places = sorted((text.tokens[first].start, text.tokens[last - 1].end) for first, last in stretches)
    kept: list[tuple[int, int]] = []
    for start, end in places:
        if kept and start <= kept[-1][1] + 1:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


def _current(claims: list[Claim], past: frozenset[int], now: frozenset[int]) -> list[Claim]:
    """Drop what was so in the past where the reply also says what is so now."""
    if len(claims) < 2:
        return claims
    present = [claim for claim in claims if claim.clause not in past - now]
    latest = [claim for claim in present if claim.clause in now]
    if latest and len(latest) < len(claims):
        earlier = [claim for claim in present if claim.clause not in now]
        return latest if any(_differ(one, other) for one in latest for other in earlier) else present
    return present or claims


def _over(claims: Sequence[Claim], weighing: Weighing) -> bool:
    """Say whether all was so in the past, and words of today stand beside it ("septic in 2012, well now")."""
    clauses = {claim.clause for claim in claims}
    return clauses <= weighing.past - weighing.now and bool(weighing.now)


def _differ(one: Claim, other: Claim) -> bool:
    return (one.values, one.quantity, one.denied) != (other.values, other.quantity, other.denied)


def _weigh(weighing: Weighing, claims: Sequence[Claim], text: Text) -> Reading | None:
    if weighing.finding.kind is Kind.QUANTITY:
        return _weigh_quantity(weighing.finding, claims, text)
    if weighing.finding.kind is Kind.MULTIPLE:
        return _weigh_list(weighing, claims, text)
    return _weigh_single(weighing, claims, text)


def _weigh_quantity(finding: Finding, claims: Sequence[Claim], text: Text) -> Reading | None:
    quantities = list(dict.fromkeys(claim.quantity for claim in claims if claim.quantity is not None))
    lowest, highest = finding.bands[0].low, finding.bands[-1].high
    answers = tuple(
        Answer(finding.id, quantity=(low, high))
        for low, high in quantities
        # what lies outside the bands is no answer, so it is not offered either
        if lowest <= low <= high <= highest
    )
    if not answers:
        return None
    if len(answers) > 1:
        grounds = tuple(
            _spans([claim for claim in claims if claim.quantity == answer.quantity], text)
            for answer in answers[:3]
        )
        return Reading(finding.id, Outcome.ASK, answers[:3], reason="several numbers", grounds=grounds)
    return Reading(finding.id, Outcome.ACCEPT, answers)


def _weigh_list(weighing: Weighing, claims: Sequence[Claim], text: Text) -> Reading | None:
    finding = weighing.finding
    named = [claim for claim in claims if not claim.open and claim.values]
    first = next((claim for claim in named if finding.exclusive in claim.values), None)
    if first is not None:
        # "scanned for back pain": found by the way, whatever the scan was for
        named = [claim for claim in named if claim.clause != first.clause or claim.first <= first.first]
    present = frozenset(value for claim in named for value in claim.values)
    absent = frozenset(value for claim in claims for value in claim.denied)
    if finding.exclusive is not None and finding.exclusive in present and len(present) > 1:
        present -= {finding.exclusive}
    absent -= present | {finding.exclusive or ""}
    if not present and not absent:
        opened = [claim for claim in claims if claim.open]
        options = frozenset(value for claim in opened for value in claim.values)
        return _which(finding, options, opened, text) if opened else None
    if finding.exclusive in present:
        absent = frozenset()
    closed = weighing.closed and bool(present) and finding.exclusive not in present
    answer = Answer(finding.id, values=present, absent=absent, closed=closed, listed=True)
    return Reading(finding.id, Outcome.ACCEPT, (answer,))


def _weigh_single(weighing: Weighing, claims: Sequence[Claim], text: Text) -> Reading | None:
    finding = weighing.finding
    every = frozenset(finding.value_ids)
    claims = _reconciled(finding, claims, text)
    if not _compatible(claims):
        # "GCSF declined": the answer counts, not the mere name before it
        claims = [claim for claim in claims if not claim.names_only] or claims
    firm = [claim for claim in claims if claim.values and not claim.open and not claim.implied]
    loose = [claim for claim in claims if claim.values and not claim.open and claim.implied]
    opened = [claim for claim in claims if claim.values and claim.open]
    denied = frozenset(value for claim in claims for value in claim.denied)
    asserted = firm or loose
    if firm and all(claim.values == {finding.negative} for claim in firm):
        # one normal result beside an abnormal number: "platelets 35, INR normal"
        asserted = [*firm, *(claim for claim in loose if finding.negative not in claim.values)]
    if not asserted:
        options = frozenset.intersection(*(claim.values for claim in opened)) if opened else every
        if denied:
            return _reading(finding, options - denied)
        return _which(finding, options, opened, text) if opened else None
    allowed = frozenset.intersection(*(claim.values for claim in asserted))
    if not allowed and _joined(asserted, text, ("to",)):
        # "T2 hyper- to isointense" allows both ends
        allowed = frozenset(value for claim in asserted for value in claim.values)
    if not allowed:
        chosen = _strongest(weighing, asserted, text)
        if chosen is None:
            said = dict.fromkeys(claim.values for claim in asserted)
            return _two_things(
                finding,
                [(values, [claim for claim in asserted if claim.values == values]) for values in said],
                text,
            )
        allowed = frozenset([chosen])
    contradicted = (
        any(not claim.names_only for claim in opened)
        and not any(allowed & claim.values for claim in opened)
        and not any(claim.overrides for claim in asserted)
    )
    if contradicted:
        other = frozenset.union(*(claim.values for claim in opened))
        return _two_things(finding, [(allowed, asserted), (other, opened)], text)
    if not allowed - denied:
        denials = [claim for claim in claims if claim.denied]
        return _two_things(finding, [(allowed, asserted), (every - denied, denials)], text)
    return _reading(finding, allowed - denied)


def _two_things(
    finding: Finding, said: Sequence[tuple[frozenset[str], Sequence[Claim]]], text: Text
) -> Reading:
    """Return the question which of several sets of values is meant, each with the claims that it rests on."""
    every = frozenset(finding.value_ids)
    said = [(values, claims) for values, claims in said if values and values != every][:3]
    return Reading(
        finding.id,
        Outcome.ASK,
        tuple(Answer(finding.id, values=values) for values, _ in said),
        reason=_TWO_THINGS,
        grounds=tuple(_spans(claims, text) for _, claims in said),
    )


def _reconciled(finding: Finding, claims: Sequence[Claim], text: Text) -> Sequence[Claim]:
    """Let one sign of a finding stand where another sign of it is denied ("no trauma but splenectomised")."""
    negative = finding.negative
    if negative is None:
        return claims
    others = [claim for claim in claims if claim.values and negative not in claim.values]
    return [
        claim
        for claim in claims
        if not (claim.from_denial or (claim.denied and finding.positive is not None))
        or not others
        or any(_same_words(claim, other, text) for other in others)
    ]


def _compatible(claims: Sequence[Claim]) -> bool:
    valued = [claim.values for claim in claims if claim.values]
    return not valued or bool(frozenset.intersection(*valued))


def _same_words(one: Claim, other: Claim, text: Text) -> bool:
    mine = {token.text for token in text.tokens[one.first : one.last]}
    return bool(mine & {token.text for token in text.tokens[other.first : other.last]})


def _strongest(weighing: Weighing, asserted: Sequence[Claim], text: Text) -> str | None:
    """Return the most telling of several values, None where they are alternatives ("MF or MDS") or of no order."""
    if _joined(asserted, text, ("or", "vs", "versus")):
        return None
    named = frozenset(value for claim in asserted for value in claim.values)
    if not named <= frozenset(weighing.strongest) or _at_odds(weighing.finding.negative, asserted):
        return None
    return next((value for value in weighing.strongest if value in named), None)


def _at_odds(negative: str | None, asserted: Sequence[Claim]) -> bool:
    """Say whether one clause says both that there is nothing and what there is."""
    nothing = {claim.clause for claim in asserted if claim.values == {negative}}
    return any(claim.clause in nothing for claim in asserted if negative not in claim.values)


def _joined(asserted: Sequence[Claim], text: Text, joints: Sequence[str]) -> bool:
    """Say whether two differing claims stand on both sides of one of the joints and nothing else."""
    ordered = sorted(asserted, key=lambda claim: claim.first)
    return any(
        [token.text for token in text.tokens[before.last : after.first]] in [[joint] for joint in joints]
        and before.values != after.values
        for before, after in pairwise(ordered)
    )


def _which(finding: Finding, options: frozenset[str], opened: Sequence[Claim], text: Text) -> Reading:
    """Return the question which of the values is meant that fit words as open as "yes"."""
    listed = finding.kind is Kind.MULTIPLE
    answers = tuple(
        Answer(finding.id, values=frozenset([value]), listed=listed)
        for value in finding.value_ids
        if value in options
    )
    grounds = (_spans(opened, text),) * len(answers)
    return Reading(finding.id, Outcome.ASK, answers, reason=WHICH, grounds=grounds)


def _reading(finding: Finding, values: frozenset[str]) -> Reading | None:
    if not values or values == frozenset(finding.value_ids):
        return None
    return Reading(finding.id, Outcome.ACCEPT, (Answer(finding.id, values=values),))
