"""The claims of one reply on one finding, weighed into one reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.knowledge import Answer, Finding, Kind, State
from assistant.understanding.assertion import Cues
from assistant.understanding.claims import Claim
from assistant.understanding.interpretation import Outcome, Reading
from assistant.understanding.text import Text


def settle(
    finding: Finding,
    claims: Sequence[Claim],
    text: Text,
    *,
    asked: bool,
    lasting: bool,
    strongest: Sequence[str],
    cues: Cues,
    closed: bool = False,
) -> Reading | None:
    """Return the one reading of `claims`, None where they come to nothing.

    Args:
        finding: what the claims are about.
        claims: in order of the words; at least one.
        text: the reply in tokens.
        asked: whether the finding is the pending question.
        lasting: whether what was once so stays so.
        strongest: the value meant where several are named, most telling first.
        cues: words of time.
        closed: whether a list was closed.
    """
    spans = _spans(claims, text)
    certain = [claim for claim in claims if not claim.hedged]
    states = [claim for claim in certain if claim.state is not None]
    moving = [claim for claim in certain if claim.state is None]
    if not lasting:
        moving = _current(moving, text, cues)
    clauses_unknown = {claim.clause for claim in states if not claim.implied}
    moving = [claim for claim in moving if claim.clause not in clauses_unknown or claim.quantity is not None]
    if moving:
        reading = _weigh(finding, moving, strongest, closed)
        if reading is not None:
            note = "a double negation" if any(claim.doubled for claim in moving) else reading.reason
            return replace(reading, spans=_spans(moving, text), reason=note)
    if states:
        return Reading(
            finding.id, Outcome.ACCEPT, (Answer(finding.id, states[0].state or State.UNKNOWN),), spans
        )
    hedged = [claim for claim in claims if claim.hedged]
    if not hedged:
        return None
    proposal = _weigh(finding, [replace(claim, hedged="") for claim in hedged], strongest, closed)
    answers = proposal.answers if proposal is not None and proposal.outcome is Outcome.ACCEPT else ()
    reason = hedged[0].hedged
    if not asked:
        if not answers:
            return None
        return Reading(finding.id, Outcome.CONFIRM, answers[:1], spans, reason)
    probable = tuple(
        replace(answer, state=State.PROBABLE)
        for answer in answers
        if answer.state is State.KNOWN and answer.quantity is None
    )
    return Reading(finding.id, Outcome.ASK, (*answers, *probable), spans, reason)


def _spans(claims: Sequence[Claim], text: Text) -> tuple[tuple[int, int], ...]:
    places = sorted({(text.tokens[claim.first].start, text.tokens[claim.last - 1].end) for claim in claims})
    kept: list[tuple[int, int]] = []
    for start, end in places:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


def _current(claims: list[Claim], text: Text, cues: Cues) -> list[Claim]:
    """Drop what was so in the past where the reply also says what is so now."""
    if len(claims) < 2:
        return claims
    found = cues.find(text.tokens)
    past = {text.tokens[cue.first].clause for cue in found if cue.kind == "past"}
    now = {text.tokens[cue.first].clause for cue in found if cue.kind == "now"}
    present = [claim for claim in claims if claim.clause not in past - now]
    latest = [claim for claim in present if claim.clause in now]
    if latest and any(claim.clause not in now for claim in claims):
        earlier = [claim for claim in present if claim.clause not in now]
        differing = any(_differ(one, other) for one in latest for other in earlier)
        return latest if differing else present
    return present or claims


def _differ(one: Claim, other: Claim) -> bool:
    return one.values != other.values or one.quantity != other.quantity or one.denied != other.denied


def _weigh(
    finding: Finding, claims: Sequence[Claim], strongest: Sequence[str], closed: bool
) -> Reading | None:
    if finding.kind is Kind.QUANTITY:
        return _weigh_quantity(finding, claims)
    if finding.kind is Kind.MULTIPLE:
        return _weigh_list(finding, claims, closed)
    return _weigh_single(finding, claims, strongest)


def _weigh_quantity(finding: Finding, claims: Sequence[Claim]) -> Reading | None:
    quantities = list(dict.fromkeys(claim.quantity for claim in claims if claim.quantity is not None))
    answers = tuple(Answer(finding.id, quantity=quantity) for quantity in quantities)
    if not answers:
        return None
    if len(answers) > 1:
        return Reading(finding.id, Outcome.ASK, answers[:3], reason="several numbers")
    return Reading(finding.id, Outcome.ACCEPT, answers)


def _weigh_list(finding: Finding, claims: Sequence[Claim], closed: bool) -> Reading | None:
    named = [claim for claim in claims if claim.values and not claim.open]
    present = frozenset(value for claim in named for value in claim.values)
    absent = frozenset(value for claim in claims for value in claim.denied)
    if finding.exclusive in present and len(present) > 1:
        present -= {finding.exclusive}
    absent -= present
    if finding.exclusive in absent:
        absent -= {finding.exclusive}
    if not present and not absent:
        opened = [claim for claim in claims if claim.open]
        return Reading(finding.id, Outcome.ASK, (), reason="which?") if opened else None
    if finding.exclusive in present:
        absent = frozenset()
    answer = Answer(finding.id, values=present, absent=absent, closed=closed and bool(present), listed=True)
    return Reading(finding.id, Outcome.ACCEPT, (answer,))


def _weigh_single(finding: Finding, claims: Sequence[Claim], strongest: Sequence[str]) -> Reading | None:
    every = frozenset(finding.value_ids)
    firm = [claim for claim in claims if claim.values and not claim.open and not claim.implied]
    loose = [claim for claim in claims if claim.values and not claim.open and claim.implied]
    opened = [claim for claim in claims if claim.values and claim.open]
    denied = frozenset(value for claim in claims for value in claim.denied)
    asserted = firm or loose
    if not asserted:
        if denied:
            left = (frozenset.intersection(*(claim.values for claim in opened)) if opened else every) - denied
            return _reading(finding, left) if left else None
        if opened:
            options = frozenset.intersection(*(claim.values for claim in opened))
            answers = tuple(
                Answer(finding.id, values=frozenset([value]))
                for value in finding.value_ids
                if value in options
            )
            return Reading(finding.id, Outcome.ASK, answers, reason="which?")
        return None
    allowed = frozenset.intersection(*(claim.values for claim in asserted))
    if not allowed:
        named = frozenset(value for claim in asserted for value in claim.values)
        negative = finding.negative
        if (
            negative in named
            and len(named) == 2
            and any(claim.values == {negative} for claim in firm)
            and strongest
        ):
            named -= {negative}
        first = next((value for value in strongest if value in named), None)
        if first is None:
            answers = tuple(Answer(finding.id, values=claim.values) for claim in asserted)
            return Reading(
                finding.id, Outcome.ASK, tuple(dict.fromkeys(answers))[:3], reason="the reply says two things"
            )
        allowed = frozenset([first])
    if opened and not any(allowed & claim.values for claim in opened):
        answers = (Answer(finding.id, values=allowed),)
        return Reading(finding.id, Outcome.ASK, answers, reason="the reply says two things")
    left = allowed - denied
    if not left:
        return Reading(
            finding.id, Outcome.ASK, (Answer(finding.id, values=allowed),), reason="the reply says two things"
        )
    return _reading(finding, left)


def _reading(finding: Finding, values: frozenset[str]) -> Reading | None:
    if values == frozenset(finding.value_ids):
        return None
    return Reading(finding.id, Outcome.ACCEPT, (Answer(finding.id, values=values),))
