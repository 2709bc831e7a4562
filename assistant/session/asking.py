"""Putting questions: the next one, the pending one again, a confirmation, the offer to stop, the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialog import Ask, Conclude, Narrow, OfferToStop, next_step
from assistant.knowledge import Answer, Finding
from assistant.session import clarifying, wording
from assistant.session import transcript as events
from assistant.session.ledger import due_rechecks
from assistant.session.pending import OPENING, STOP, Pending, Proposal
from assistant.session.utterance import Utterance
from assistant.understanding import DOUBT, Reading

if TYPE_CHECKING:
    from assistant.session.interview import Interview

OPENING_OPTIONS = ("1 paste a report", "2 be asked", "3 watch a bundled case")
STOP_WORDINGS = (
    "No open answer can change which diagnosis leads. Stop here?",
    "Still no open answer can change which diagnosis leads. Stop now?",
)
LITTLE_LEFT_WORDINGS = (
    "The last questions brought no answer, and no open one would tell much more. Stop here?",
    "There is still little left that would tell more. Stop now?",
)
STOP_OPTIONS = ("1 stop and show the summary", "2 go on")
CONFIRM_OPTIONS = ("1 yes", "2 no")


def go_on(interview: Interview) -> list[Utterance]:
    """Return the next question, the offer to stop, or the end."""
    state = interview.state
    if state.closed:
        return [Utterance("remark", "This interview is closed; `emh --continue` takes it up again.")]
    if state.to_confirm:
        return ask_to_confirm(interview, state.to_confirm[0])
    if state.rechecking and (due := due_rechecks(interview)):
        return ask_finding(interview, due[0])
    if state.concluded:
        return [
            Utterance("remark", "The questions are over; /summary shows where things stand, /quit leaves.")
        ]
    if interview.limit is not None and len(state.asked) >= interview.limit:
        return conclude(interview, "limit")
    step = next_step(interview.knowledge, interview.script, state.standing(interview.order))
    match step:
        case Ask(question, ground):
            finding = interview.knowledge.finding(question.finding)
            return put(interview, finding, ground.value, (question.ask, finding.question))
        case Narrow(name):
            return ask_to_narrow(interview, name)
        case OfferToStop(settled):
            return offer_to_stop(interview, STOP_WORDINGS if settled else LITTLE_LEFT_WORDINGS)
        case Conclude():
            return conclude(interview, "complete")


def offer_to_stop(interview: Interview, wordings: Sequence[str]) -> list[Utterance]:
    """Offer to end the questions, in the first of the wordings that was not used before."""
    words = ""
    used: set[str] = set()
    # the offer is no event, so the replies to it tell how often it was made
    for _ in range(1 + interview.state.stops_answered):
        words = clarifying.unused(wordings, used)
        used.add(words)
    interview.wait_for(Pending(STOP, STOP, words))
    return [Utterance("question", words, options=STOP_OPTIONS, reason=STOP)]


def put(
    interview: Interview,
    finding: Finding,
    reason: str,
    variants: Sequence[str],
    readings: Iterable[Answer] = (),
) -> list[Utterance]:
    """Put a question: write it down and return it, in the first wording in which it was not put before."""
    words = clarifying.unused(variants, interview.state.worded.get(finding.id, frozenset()))
    options = tuple(answer.plain() for answer in readings)
    interview.append(events.Asked(finding.id, words, reason, options))
    pending = interview.pending
    assert pending is not None
    return [question_of(finding, pending)]


def question_of(finding: Finding, pending: Pending) -> Utterance:
    """Return a pending question on a finding as it is shown, with its options."""
    lines = wording.options_lines(finding)
    if pending.reason == "confirm":
        lines = CONFIRM_OPTIONS
    elif pending.options:
        lines = clarifying.option_lines(finding, pending.options, pending.words, pending.kept)
    return Utterance("question", pending.wording, finding.id, lines, pending.reason)


def ask_finding(interview: Interview, name: str) -> list[Utterance]:
    """Put the question of one finding, whatever was asked before."""
    finding = interview.knowledge.finding(name)
    return put(interview, finding, "scripted", (question_words(interview, name), finding.question))


def ask_to_confirm(interview: Interview, proposal: Proposal) -> list[Utterance]:
    """Ask whether a reading is right."""
    finding, state = interview.knowledge.finding(proposal.finding), interview.state
    text = state.replies.get(proposal.turn, "")
    words = clarifying.quoted(text, proposal.doubted or proposal.spans)
    stored = state.answers.get(finding.id)
    variants = clarifying.confirming(finding, proposal.answer, stored, words)
    return put(interview, finding, "confirm", variants, (proposal.answer,))


def ask_to_narrow(interview: Interview, name: str) -> list[Utterance]:
    """Ask which value of a stored set holds."""
    finding, kept = interview.knowledge.finding(name), interview.state.answers[name]
    words = interview.state.words(name)
    variants = clarifying.narrowing(finding, kept, clarifying.quoted(words, [(0, len(words))]))
    singles = (
        replace(kept, values=frozenset({value})) for value in finding.value_ids if value in kept.values
    )
    return put(interview, finding, "clarify", variants, singles)


def question_words(interview: Interview, name: str) -> str:
    """Return how the script words the question of a finding, or its short wording where the script has none."""
    question = interview.script.question(name)
    return question.ask if question is not None else interview.knowledge.finding(name).question


def ask_again(interview: Interview) -> list[Utterance]:
    """Return the pending question as it stands, or go on where there is none."""
    pending = interview.pending
    if pending is None:
        return [] if interview.state.concluded else go_on(interview)
    if pending.to == OPENING:
        return [Utterance("question", interview.prompt, options=OPENING_OPTIONS, reason=OPENING)]
    if pending.to == STOP:
        return [Utterance("question", pending.wording, options=STOP_OPTIONS, reason=STOP)]
    return [question_of(interview.knowledge.finding(pending.to), pending)]


def ask_otherwise(interview: Interview, reading: Reading, text: str) -> list[Utterance]:
    """Put a question again in other words: with its readings, and the words of the reply each rests on.

    Args:
        interview: the interview.
        reading: what was read of the finding; nothing was taken of it.
        text: the reply.
    """
    finding = interview.knowledge.finding(reading.finding)
    if not reading.answers:
        question = question_words(interview, finding.id)
        doubtful = reading.reason == DOUBT
        return put(
            interview, finding, "clarify", clarifying.not_understood(finding, question, doubtful=doubtful)
        )
    grounds = reading.grounds or (reading.spans,) * len(reading.answers)
    words = [clarifying.quoted(text, spans) for spans in grounds]
    variants = clarifying.choosing(finding, reading.answers, words, reason=reading.reason)
    return put(interview, finding, "clarify", variants, reading.answers)


def choose_again(interview: Interview, pending: Pending) -> list[Utterance]:
    """Offer the same readings once more, in other words."""
    finding = interview.knowledge.finding(pending.to)
    if pending.kept is not None:
        return ask_to_narrow(interview, pending.to)
    variants = clarifying.choosing(finding, pending.options, pending.words, reason="")
    return put(interview, finding, "clarify", variants, pending.options)


def conclude(interview: Interview, how: str) -> list[Utterance]:
    """End the questions: `complete`, `offered`, `asked` or `limit`."""
    from assistant.session.actions import closing

    shown = interview.differential
    posterior = {name: round(p, 6) for name, p in shown.posterior.items()}
    interview.append(events.Concluded(posterior, tuple(rule.id for rule in interview.advice), how))
    return closing(interview)
