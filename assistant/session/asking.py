"""Putting questions: the next one, the pending one again, a confirmation, the offer to stop, the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.dialog import Ask, Conclude, OfferToStop, next_step
from assistant.knowledge import Answer, Kind
from assistant.session import transcript as events
from assistant.session import wording
from assistant.session.ledger import due_rechecks
from assistant.session.state import OPENING, STOP, Pending
from assistant.session.utterance import Utterance
from assistant.understanding import WHICH

if TYPE_CHECKING:
    from assistant.session.interview import Interview

OPENING_OPTIONS = ("1 paste a report", "2 be asked", "3 watch a bundled case")
STOP_WORDING = "No open answer can change which diagnosis leads. Stop here?"
STOP_OPTIONS = ("1 stop and show the summary", "2 go on")
CONFIRM_OPTIONS = ("1 yes", "2 no")


def go_on(interview: Interview) -> list[Utterance]:
    """Return the next question, the offer to stop, or the end."""
    state = interview.state
    if state.closed:
        return [Utterance("remark", "This interview is closed; `emh --continue` takes it up again.")]
    if state.to_confirm:
        return ask_to_confirm(interview, state.to_confirm[0].finding, state.to_confirm[0].answer)
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
            lines = wording.options_lines(interview.knowledge.finding(question.finding))
            return put(interview, question.finding, ground.value, question.ask, (), lines)
        case OfferToStop():
            interview.wait_for(Pending(STOP, STOP, STOP_WORDING))
            return [Utterance("question", STOP_WORDING, options=STOP_OPTIONS, reason=STOP)]
        case Conclude():
            return conclude(interview, "complete")


def put(
    interview: Interview,
    name: str,
    reason: str,
    words: str,
    readings: Iterable[Answer],
    lines: tuple[str, ...],
) -> list[Utterance]:
    """Put a question: write it down and return it."""
    options = tuple(answer.plain() for answer in readings)
    interview.append(events.Asked(name, words, reason, options))
    return [Utterance("question", words, name, lines, reason)]


def ask_finding(interview: Interview, name: str) -> list[Utterance]:
    """Put the question of one finding, whatever was asked before."""
    lines = wording.options_lines(interview.knowledge.finding(name))
    return put(interview, name, "scripted", question_words(interview, name), (), lines)


def ask_to_confirm(interview: Interview, name: str, answer: Answer) -> list[Utterance]:
    """Ask whether a reading is right."""
    finding = interview.knowledge.finding(name)
    was = interview.state.answers.get(name)
    now = wording.answer_words(finding, answer)
    words = f"{finding.name}: {now}. Is that right?"
    if was is not None:
        words = f"{finding.name}: {wording.answer_words(finding, was)} so far. Change it to {now}?"
    return put(interview, name, "confirm", words, (answer,), CONFIRM_OPTIONS)


def question_words(interview: Interview, name: str) -> str:
    """Return how the script words the question of a finding, or its short wording where the script has none."""
    question = interview.script.question(name)
    return question.ask if question is not None else interview.knowledge.finding(name).question


def ask_again(interview: Interview) -> list[Utterance]:
    """Return the pending question once more, or go on where there is none."""
    pending = interview.pending
    if pending is None:
        return [] if interview.state.concluded else go_on(interview)
    if pending.to == OPENING:
        return [Utterance("question", interview.prompt, options=OPENING_OPTIONS, reason=OPENING)]
    if pending.to == STOP:
        return [Utterance("question", pending.wording, options=STOP_OPTIONS, reason=STOP)]
    finding = interview.knowledge.finding(pending.to)
    lines = wording.options_lines(finding)
    if pending.reason == "confirm":
        lines = CONFIRM_OPTIONS
    elif pending.options:
        lines = wording.readings_lines(finding, pending.options)
    return [Utterance("question", pending.wording, pending.to, lines, pending.reason)]


def ask_otherwise(
    interview: Interview, name: str, readings: tuple[Answer, ...], reason: str, start: str
) -> list[Utterance]:
    """Put a question again in other words: with its readings where there are any.

    Args:
        interview: the interview.
        name: the finding.
        readings: what the reply may have meant.
        reason: why none of them was taken.
        start: how the question begins where there is no reading.
    """
    finding = interview.knowledge.finding(name)
    if not readings:
        words = f"{start}: {question_words(interview, name)}"
        return put(interview, name, "clarify", words, (), wording.options_lines(finding))
    why = f" ({reason})" if reason else ""
    if finding.kind is Kind.QUANTITY:
        named = " or ".join(wording.answer_words(finding, answer) for answer in readings)
        words = f'{finding.name}: {named}{why}? Type the number of {finding.unit}, or "leave it open".'
        return put(interview, name, "clarify", words, readings, ())
    words = f"{finding.name}: which of these?" if reason == WHICH else f"{finding.name}: which is meant{why}?"
    return put(interview, name, "clarify", words, readings, wording.readings_lines(finding, readings))


def conclude(interview: Interview, how: str) -> list[Utterance]:
    """End the questions: `complete`, `offered`, `asked` or `limit`."""
    from assistant.session.actions import closing

    shown = interview.differential
    posterior = {name: round(p, 6) for name, p in shown.posterior.items()}
    interview.append(events.Concluded(posterior, tuple(rule.id for rule in interview.advice), how))
    return closing(interview)
