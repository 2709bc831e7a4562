"""What the user asks to be changed: an answer corrected, dropped, accepted, taken back, or asked again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.errors import UsageError
from assistant.knowledge import KnowledgeBase, parse_answer
from assistant.session import asking, ledger, turns, wording
from assistant.session import transcript as events
from assistant.session.commands import Command, parse_command
from assistant.session.pending import OPENING, STOP, Pending
from assistant.session.state import fold
from assistant.session.utterance import Utterance
from assistant.understanding import Interpretation, Outcome, Reading

if TYPE_CHECKING:
    from assistant.session.interview import Interview


def _say(kind: str, text: str, finding: str | None = None) -> Utterance:
    return Utterance(kind, text, finding)


def finding_named(interview: Interview, words: str) -> str:
    """Return the id of the finding that `words` name: a number of the list of answers, an id, a name.

    What names none is returned as an id is spelled, for the message that there is none.
    """
    wanted = words.strip().lower().replace(" ", "_").replace("-", "_")
    if wanted.isdecimal():
        listed = {str(entry.number): entry.finding for entry in ledger.entries(interview)}
        if wanted not in listed:
            raise UsageError(f"there is no answer {wanted}; /answers lists those there are")
        return listed[wanted]
    return finding_of(interview.knowledge, words)


def finding_of(knowledge: KnowledgeBase, words: str) -> str:
    """Return the id of the finding whose id or name `words` spell, else `words` as an id is spelled."""
    wanted = words.strip().lower().replace(" ", "_").replace("-", "_")
    for finding in knowledge.findings.values():
        if wanted in (finding.id, finding.name.lower().replace(" ", "_").replace("-", "_")):
            return finding.id
    return wanted


def answers(interview: Interview, command: Command) -> list[Utterance]:
    """List every answer with its number."""
    return _listed(interview, ledger.entries(interview), "Nothing has been answered yet.")


def receipt(interview: Interview, command: Command) -> list[Utterance]:
    """List what was read from the last reply that said anything."""
    return _listed(interview, ledger.last_entries(interview), "Nothing has been read yet.")


def _listed(interview: Interview, entries: tuple[ledger.Entry, ...], none: str) -> list[Utterance]:
    if not entries:
        return [_say("remark", none), *asking.ask_again(interview)]
    lines = [line for entry in entries for line in ledger.entry_lines(entry)]
    waiting = any(entry.waits for entry in entries)
    agree = ", /accept NUMBER agrees to one that waits, /accept to all of them" if waiting else ""
    lines.append(f"/correct NUMBER new words changes one, /drop NUMBER forgets one{agree}.")
    return [_say("answers", "\n".join(lines)), *asking.ask_again(interview)]


def accept(interview: Interview, command: Command) -> list[Utterance]:
    """Store what waits for the user's agreement: one reading, or all of them."""
    before = interview.pending
    waiting = interview.state.to_confirm
    if command.argument:
        name = finding_named(interview, command.argument)
        interview.knowledge.finding(name)
        waiting = tuple(proposal for proposal in waiting if proposal.finding == name)
    if not waiting:
        return [_say("remark", "Nothing waits for your agreement."), *asking.ask_again(interview)]
    said = turns.accept(interview, waiting, interview.lines[-1].n)
    return [*said, *_on_from(interview, before)]


def drop(interview: Interview, command: Command) -> list[Utterance]:
    """Forget one answer, or one reading that waits."""
    if not command.argument:
        return [
            _say("help", "/drop ANSWER forgets one; /answers lists them with their numbers."),
            *asking.ask_again(interview),
        ]
    before = interview.pending
    name = finding_named(interview, command.argument)
    finding = interview.knowledge.finding(name)
    number = command.argument.strip()
    waits = any(
        # a number means one of the two; a name means what is not settled yet
        entry.waits and (not number.isdecimal() or entry.number == int(number))
        for entry in ledger.entries(interview)
        if entry.finding == name
    )
    if name not in interview.answers and not waits:
        text = f"{finding.name} has no answer; /answers lists those there are."
        return [_say("remark", text), *asking.ask_again(interview)]
    if waits:
        dropped: dict[str, Any] = {"finding": name, "answer": None, "outcome": "ask", "spans": []}
        interview.append(events.Interpreted(interview.lines[-1].n, (dropped,)))
        return [_say("remark", f"{finding.name}: not taken over."), *_on_from(interview, before)]
    turns.withdraw(interview, name)
    said = [
        _say("remark", f"Dropped: {finding.name}."),
        *turns.reveal(interview),
        *turns.recheck_offers(interview, [name]),
    ]
    return [*said, *_on_from(interview, before)]


def _on_from(interview: Interview, before: Pending | None) -> list[Utterance]:
    """Return the question that was pending where it is still open, else the next one."""
    if before is not None and before.finding is not None and before.reason != "confirm":
        if before.to not in interview.answers:
            return (
                asking.ask_again(interview) if interview.pending else asking.ask_finding(interview, before.to)
            )
        return asking.go_on(interview)
    waits = before is not None and any(one.finding == before.to for one in interview.state.to_confirm)
    return asking.ask_again(interview) if waits else asking.go_on(interview)


def recheck(interview: Interview, command: Command) -> list[Utterance]:
    """Ask again what was answered before an answer it rests on changed."""
    due = ledger.due_rechecks(interview)
    if not due:
        return [_say("remark", "No answer rests on a changed one."), *asking.ask_again(interview)]
    return _ask_for(interview, due[0])


def undo(interview: Interview, command: Command) -> list[Utterance]:
    """Take back the last turn that stored an answer, or the dropping of one that came after it."""
    turn = interview.state.last_turn
    dropped = _dropped_after(interview, turn or 0)
    if dropped is not None:
        return _restore(interview, *dropped)
    if turn is None:
        return [_say("remark", "There is no answer to take back."), *asking.ask_again(interview)]
    asked = interview.state.turn_of.get(turn)
    finding = asked if asked in interview.knowledge.findings else None
    taken = list(dict.fromkeys(change.finding for change in interview.state.changes if change.turn == turn))
    interview.append(events.Retracted(finding, turn))
    names = ", ".join(interview.knowledge.findings[name].name for name in taken)
    said = [_say("remark", f"Taken back: {names}."), *turns.reveal(interview)]
    if finding is not None and finding not in interview.answers:
        return [*said, *asking.ask_finding(interview, finding)]
    return [*said, *asking.go_on(interview)]


def _dropped_after(interview: Interview, turn: int) -> tuple[str, int] | None:
    """Return the finding whose answer was dropped last after a turn and has not come back, and the turn of it."""
    found, dropping = None, -1
    for line in interview.lines[turn:]:
        match line.event:
            case events.Replied(text=text, kind=kind):
                command = parse_command(text) if kind == "command" else None
                dropping = line.n if command is not None and command.name == "drop" else -1
            case events.Retracted(finding=str(name)) if dropping >= 0 and name not in interview.answers:
                found = name, dropping
            case _:
                pass
    return found


def _restore(interview: Interview, name: str, turn: int) -> list[Utterance]:
    """Store an answer again as it stood before it was dropped in `turn`, with the words it rests on."""
    before = fold(interview.lines[:turn], interview.knowledge)
    change = next(change for change in reversed(before.changes) if change.finding == name)
    interview.append(events.Answered(name, change.answer.plain(), change.turn, change.spans))
    said = [_say("remark", f"Back again: {interview.knowledge.findings[name].name}.")]
    return [*said, *turns.reveal(interview), *asking.go_on(interview)]


def back(interview: Interview, command: Command) -> list[Utterance]:
    """Ask the previous question again."""
    pending = interview.pending
    order = interview.state.asked
    present = order.index(pending.to) if pending and pending.to in order else len(order)
    if present == 0:
        return [_say("remark", "This is the first question."), *asking.ask_again(interview)]
    return _ask_for(interview, order[present - 1])


def correct(interview: Interview, command: Command) -> list[Utterance]:
    """Ask for an answer anew, or read the new words at once."""
    knowledge = interview.knowledge
    if not command.argument:
        given = ", ".join(interview.answers) or "nothing yet"
        return [
            _say("help", f"/correct FINDING, or /correct FINDING new words. Answered: {given}."),
            *asking.ask_again(interview),
        ]
    name, _, words = command.argument.partition(" ")
    finding = finding_named(interview, command.argument)
    if finding in knowledge.findings:
        return _ask_for(interview, finding)
    return _correct_to(interview, finding_named(interview, name), words.strip())


def _correct_to(interview: Interview, name: str, words: str) -> list[Utterance]:
    """Read new words for a finding at once; `= value` takes the spelling of DESIGN section 2 instead."""
    finding = interview.knowledge.finding(name)
    line = interview.lines[-1]
    text = line.event.text if isinstance(line.event, events.Replied) else words
    begin = max(text.rfind(words), 0)
    if words.startswith("="):
        answer = parse_answer(finding, _plain(words[1:].strip()))
        reading = Reading(name, Outcome.ACCEPT, (answer,), ((begin, len(text)),))
        return turns.understood(interview, Interpretation(text, name, (reading,)), None, line.n)
    read = interview.interpreter.read(words, name)
    shifted = tuple(
        replace(
            reading,
            spans=_shifted(reading.spans, begin),
            grounds=tuple(_shifted(spans, begin) for spans in reading.grounds),
        )
        for reading in read.readings
    )
    return turns.understood(interview, Interpretation(text, name, shifted, read.cut), None, line.n)


def _shifted(spans: Iterable[tuple[int, int]], by: int) -> tuple[tuple[int, int], ...]:
    return tuple((start + by, end + by) for start, end in spans)


def _plain(text: str) -> object:
    """Return what the spelling of DESIGN section 2 stands for when typed: JSON, or a word as it is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _ask_for(interview: Interview, name: str) -> list[Utterance]:
    stored = interview.answers.get(name)
    finding = interview.knowledge.finding(name)
    said = []
    if stored is not None:
        words = interview.state.words(name)
        said.append(_say("remark", f"So far {wording.receipt(finding, stored, words)}"))
    return [*said, *asking.ask_finding(interview, name)]


def skip(interview: Interview, command: Command) -> list[Utterance]:
    """Leave the pending question open."""
    pending = interview.lines[-1].event
    to = pending.to if isinstance(pending, events.Replied) else None
    if to is None or interview.finished:
        return [_say("remark", "There is no question to skip."), *asking.ask_again(interview)]
    if to in (OPENING, STOP):
        return asking.go_on(interview)
    return [turns.left(interview, interview.knowledge.finding(to)), *asking.go_on(interview)]
