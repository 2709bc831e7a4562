"""One turn: what a reply picks or means, what of it is stored, and what is said to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.knowledge import Finding, Kind
from assistant.session import asking, clarifying, wording
from assistant.session import transcript as events
from assistant.session.ledger import counted_out, due_rechecks
from assistant.session.pending import STOP, Pending, Proposal
from assistant.session.replies import Merge, merge
from assistant.session.state import due_alerts
from assistant.session.utterance import Utterance
from assistant.understanding import Interpretation, Outcome, Reading, bare_reply, reply_words

if TYPE_CHECKING:
    from assistant.session.interview import Interview


def stop_reply(interview: Interview, text: str) -> list[Utterance] | None:
    """Handle yes and no to the offer to stop; None where the text says something else."""
    said = bare_reply(interview.interpreter, text)
    if said == "yes" or text.strip() == "1":
        interview.append(events.Replied(text, STOP, "reply"))
        return asking.conclude(interview, "offered")
    if said == "no" or text.strip() == "2":
        interview.append(events.Replied(text, STOP, "reply"))
        return asking.go_on(interview)
    return None


def choice(interview: Interview, pending: Pending, text: str) -> int | None:
    """Return which option the reply picks: its position, -1 for none of them, None for words of its own.

    A number never picks a reading of a quantity, since it is an answer there; 1 and 2 of a confirmation do.
    """
    finding = interview.knowledge.finding(pending.to)
    if pending.reason != "confirm":
        return clarifying.choice(finding, pending.options, text)
    words = reply_words(text)
    if len(words) == 1 and words[0].isdecimal() and len(words[0]) < 4:
        number = int(words[0])
        if finding.kind is not Kind.QUANTITY or number in (1, 2):
            return {1: 0, 2: -1}.get(number)
    return {"yes": 0, "no": -1}.get(bare_reply(interview.interpreter, text) or "")


def beyond(interview: Interview, pending: Pending, text: str) -> bool:
    """Say whether the reply is a number that no option has, which must not be taken for one of another list."""
    finding = interview.knowledge.finding(pending.to)
    return pending.reason == "clarify" and clarifying.beyond(finding, pending.options, text)


def picked(interview: Interview, pending: Pending, turn: int, text: str) -> list[Utterance] | None:
    """Store the option that the reply picks, or leave things as they were; None for words of its own."""
    finding = interview.knowledge.finding(pending.to)
    place = choice(interview, pending, text)
    if place is None and not beyond(interview, pending, text):
        return None
    if place is None:
        interview.append(events.Interpreted(turn, ()))
        said = Utterance("remark", f"There is no option {' '.join(reply_words(text))}.")
        return [said, *asking.choose_again(interview, pending)]
    if place < 0:
        interview.append(events.Interpreted(turn, ()))
        unchanged = dropped if pending.reason == "confirm" else left
        return [unchanged(interview, finding), *asking.go_on(interview)]
    # a number is no basis of an answer; the words that were asked about are
    spans = ((0, len(text)),) if pending.reason == "confirm" else ()
    reading = Reading(finding.id, Outcome.ACCEPT, (pending.options[place],), spans)
    return understood(interview, Interpretation(text, finding.id, (reading,)), pending, turn, agreed=True)


def understood(
    interview: Interview,
    interpretation: Interpretation,
    pending: Pending | None,
    turn: int,
    *,
    agreed: bool = False,
) -> list[Utterance]:
    """Store what was read, say so, and ask on.

    Args:
        interview: the interview.
        interpretation: of the reply; a narrative where it has no question.
        pending: what the interview waited for.
        turn: number of the replied event.
        agreed: whether the reply picks what was offered, so that it is stored whatever was known.
    """
    asked = interpretation.question
    findings = interview.knowledge.findings
    merged = _merged(interview, interpretation, pending, agreed=agreed)
    interview.append(events.Interpreted(turn, tuple(_spelled(one.reading) for one in merged)))
    said = _store(interview, merged, turn)
    if interpretation.cut:
        said.append(
            Utterance("remark", "The text was very long: only its beginning was read; all of it is kept.")
        )
    if asked is None:
        return [*said, *_after_narrative(interview, merged, pending)]
    own = next((one for one in merged if one.reading.finding == asked), None)
    if own is not None and own.known and asked in interview.answers:
        finding, answer = findings[asked], interview.answers[asked]
        said.append(
            Utterance("receipt", f"{finding.name}: {wording.answer_words(finding, answer)}, as before")
        )
    if own is not None and (own.answer is not None or own.known):
        return [*said, *asking.go_on(interview)]
    told = any(one.reading.finding != asked and one.stores for one in merged)
    repeated = [findings[one.reading.finding].name for one in merged if one.known]
    if repeated and not said:
        said.append(Utterance("remark", f"As before: {', '.join(repeated)}."))
    reading = own.reading if own is not None else None
    return [*said, *_not_answered(interview, interpretation, pending, asked, reading, told=told)]


def _merged(
    interview: Interview, interpretation: Interpretation, pending: Pending | None, *, agreed: bool
) -> list[Merge]:
    """Return what becomes of each reading beside what is stored and what was asked."""
    asked, stored = interpretation.question, interview.state.answers
    merged = [
        merge(
            _within(reading, pending) if reading.finding == asked else reading,
            stored.get(reading.finding),
            interview.knowledge.findings[reading.finding],
            asked=reading.finding == asked,
            agreed=agreed,
        )
        for reading in interpretation.readings
    ]
    if pending is not None and (pending.reason == "confirm" or pending.kept is not None):
        merged = [_kept(one, pending, interview) for one in merged]
    return [*merged, *_still_waiting(merged, pending, asked)]


def _within(reading: Reading, pending: Pending | None) -> Reading:
    """Hold a reply that leaves several values ("not markedly") to those of the set that was to be narrowed."""
    answer = reading.answer
    if pending is None or pending.kept is None or answer is None or reading.outcome is not Outcome.ACCEPT:
        return reading
    both = answer.values & pending.kept.values
    if len(answer.values) < 2 or not both:
        return reading
    return replace(reading, answers=(replace(answer, values=both),))


def _still_waiting(merged: Sequence[Merge], pending: Pending | None, asked: str | None) -> list[Merge]:
    """Return the proposal to be confirmed where the reply told something else and said nothing of it."""
    if pending is None or pending.reason != "confirm" or pending.to != asked or not pending.options:
        return []
    others = [one for one in merged if one.reading.finding != asked]
    own = [one for one in merged if one.reading.finding == asked and one.reading.answers]
    if own or not any(one.stores for one in others):
        return []
    return [Merge(Reading(asked, Outcome.CONFIRM, pending.options))]


def _kept(one: Merge, pending: Pending, interview: Interview) -> Merge:
    """Keep a stored answer where "I don't know" is the reply to a confirmation, or to which value of it holds."""
    answer = one.answer
    if one.reading.finding != pending.to or answer is None or answer.moves:
        return one
    if pending.to not in interview.state.answers:
        return one
    return Merge(replace(one.reading, outcome=Outcome.ASK))


def _after_narrative(
    interview: Interview, merged: Sequence[Merge], pending: Pending | None
) -> list[Utterance]:
    said = []
    if not any(one.stores for one in merged):
        text = "Nothing in this text could be read as a finding; it is kept in the transcript."
        said.append(Utterance("remark", text))
    name = pending.finding if pending is not None else None
    question = interview.script.question(name) if name is not None else None
    still_open = name is not None and name not in interview.answers and question is not None
    if not still_open or interview.state.to_confirm or pending is None or pending.reason == "confirm":
        return [*said, *asking.go_on(interview)]
    if question is not None and name is not None and question.may_be_asked(interview.answers):
        return [*said, *asking.ask_finding(interview, name)]
    return [*said, *asking.go_on(interview)]


def _store(interview: Interview, merged: Sequence[Merge], turn: int) -> list[Utterance]:
    said: list[Utterance] = []
    changed: list[str] = []
    for one in merged:
        if one.answer is None:
            continue
        if one.reading.finding in interview.state.answers:
            changed.append(one.reading.finding)
        said.append(_put_down(interview, one, turn))
    if said:
        shown = reveal(interview)
        # the receipt stands nearest to the next question, since it is there to be checked
        said = [
            *(one for one in shown if one.kind == "alert"),
            *said,
            *(one for one in shown if one.kind != "alert"),
        ]
    if changed:
        said.extend(recheck_offers(interview, changed))
    return said


def accept(interview: Interview, proposals: Sequence[Proposal], turn: int) -> list[Utterance]:
    """Store readings that waited for the user's agreement; each keeps the words it was read from.

    Args:
        interview: the interview.
        proposals: what is agreed to.
        turn: number of the event in which the user agreed.
    """
    entries = [
        {"finding": proposal.finding, "answer": proposal.answer.plain(), "outcome": "accept", "spans": []}
        for proposal in proposals
    ]
    interview.append(events.Interpreted(turn, tuple(entries)))
    said: list[Utterance] = []
    for proposal in proposals:
        merged = Merge(
            Reading(proposal.finding, Outcome.ACCEPT, (proposal.answer,)),
            proposal.answer,
        )
        said.append(_put_down(interview, merged, turn))
    changed = [proposal.finding for proposal in proposals]
    return [*said, *reveal(interview), *recheck_offers(interview, changed)]


def withdraw(interview: Interview, name: str) -> None:
    """Forget the answer of one finding; what else was said in the same turns stays."""
    changes = interview.state.changes
    turns = dict.fromkeys(change.turn for change in changes if change.finding == name)
    for turn in turns:
        interview.append(events.Retracted(name, turn))
    beside = {change.finding for change in changes if change.turn in turns} - {name}
    again: set[str] = set()
    for change in changes:
        # what came after an answer of such a turn comes after it again
        if change.finding not in beside or (change.turn not in turns and change.finding not in again):
            continue
        again.add(change.finding)
        was = interview.state.answers.get(change.finding)
        plain = change.answer.plain()
        if was is None:
            interview.append(events.Answered(change.finding, plain, change.turn, change.spans))
        elif was != change.answer:
            interview.append(events.Corrected(change.finding, plain, was.plain(), change.turn, change.spans))


def _put_down(interview: Interview, one: Merge, turn: int) -> Utterance:
    """Store what one reading says and return its receipt."""
    assert one.answer is not None
    finding, spans = interview.knowledge.findings[one.reading.finding], one.reading.spans
    was = interview.state.answers.get(finding.id)
    if was is None:
        interview.append(events.Answered(finding.id, one.answer.plain(), turn, spans))
    else:
        interview.append(events.Corrected(finding.id, one.answer.plain(), was.plain(), turn, spans))
    words = interview.state.words(finding.id)
    line = wording.receipt(finding, one.answer, words, was=was, note=one.reading.reason)
    return Utterance("receipt", line, finding.id, spans=spans)


def reveal(interview: Interview) -> list[Utterance]:
    """Write down the differential after a change and return new alerts and a line on it."""
    shown = interview.differential
    posterior = {name: round(p, 6) for name, p in shown.posterior.items()}
    before = interview.state.trail[-1] if interview.state.trail else shown.prior
    alerts = due_alerts(interview.state, interview.knowledge, posterior)
    interview.append(events.Revealed(posterior, shown.leader, True))
    said = [Utterance("alert", wording.advice_line(rule)) for rule in alerts]
    compared = interview.state.compared
    if compared is not None:
        lines = wording.comparison_lines(interview.knowledge, compared, shown)
        return [*said, Utterance("comparison", "\n".join(("Before and after:", *lines)))]
    return [*said, Utterance("differential", wording.differential_brief(interview.knowledge, shown, before))]


def recheck_offers(interview: Interview, changed: Sequence[str]) -> list[Utterance]:
    """Offer the answers that were given in the light of one that has changed, and name those it has put out."""
    findings = interview.knowledge.findings
    said = []
    out = dict.fromkeys(other for name in changed for other in counted_out(interview, name))
    if out:
        listed = ", ".join(findings[name].name for name in out)
        said.append(
            Utterance("remark", f"Counted no longer, since it rested on the earlier answer: {listed}.")
        )
    due = due_rechecks(interview)
    if due and not interview.state.rechecking:
        listed = ", ".join(findings[name].name for name in due)
        text = f"Given with the earlier answer in mind; /recheck asks again: {listed}."
        said.append(Utterance("remark", text))
    return said


def _not_answered(
    interview: Interview,
    interpretation: Interpretation,
    pending: Pending | None,
    asked: str,
    own: Reading | None,
    *,
    told: bool,
) -> list[Utterance]:
    """Ask once more in other words, or leave the question open."""
    finding = interview.knowledge.finding(asked)
    reading = own or Reading(asked, Outcome.ASK)
    if not all(answer.moves for answer in reading.answers):
        # "I don't know" leaves what is stored as it is, and is no reading to choose from
        reading = Reading(asked, Outcome.ASK)
    if any(proposal.finding == asked for proposal in interview.state.to_confirm):
        # what was read of it waits to be agreed to
        return asking.go_on(interview)
    if pending is not None and pending.reason == "confirm":
        return [dropped(interview, finding), *asking.go_on(interview)]
    if interview.state.to_confirm and not reading.answers:
        return asking.go_on(interview)
    clarified = pending is not None and pending.reason == "clarify"
    if told and not reading.answers and not (pending is not None and pending.kept is not None):
        # the reply told something else; nobody misunderstood, so the question is put again
        return asking.ask_finding(interview, asked)
    offered = pending.options if pending is not None else ()
    if clarified and (not reading.answers or set(reading.answers) <= set(offered)):
        return [left(interview, finding), *asking.go_on(interview)]
    return asking.ask_otherwise(interview, reading, interpretation.reply)


def dropped(interview: Interview, finding: Finding) -> Utterance:
    """Return that a proposed reading was not taken over."""
    stored = interview.answers.get(finding.id)
    if stored is None:
        return Utterance("remark", f"{finding.name}: not taken over.")
    return left(interview, finding)


def left(interview: Interview, finding: Finding) -> Utterance:
    """Return that a question was not answered, and what that leaves."""
    stored = interview.answers.get(finding.id)
    if stored is not None:
        return Utterance("remark", f"{finding.name}: it stays {wording.answer_words(finding, stored)}.")
    return Utterance("remark", f"{finding.name} is left open; /correct {finding.id} takes it up again.")


def _spelled(reading: Reading) -> dict[str, Any]:
    answer = reading.answer
    spelled: dict[str, Any] = {
        "finding": reading.finding,
        "answer": answer.plain() if answer is not None else None,
        "outcome": reading.outcome.value,
        "spans": [list(span) for span in reading.spans],
    }
    if reading.outcome is not Outcome.ACCEPT and reading.answers:
        grounds = reading.grounds or (reading.spans,) * len(reading.answers)
        spelled["readings"] = [
            {"answer": one.plain(), "spans": [list(span) for span in spans]}
            for one, spans in zip(reading.answers, grounds, strict=True)
        ]
    return spelled
