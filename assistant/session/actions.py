"""What the interview does and says when the user asks something of the program itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, nearest
from assistant.inference import gains, narrowing_gains, next_tests, percent, prior, reasons
from assistant.knowledge import Answer, KnowledgeBase
from assistant.locations import expanded
from assistant.session import amending, asking, ledger, turns, wording
from assistant.session import transcript as events
from assistant.session.amending import finding_of
from assistant.session.commands import COMMANDS, OF_FRONT_END, Command, takes_argument
from assistant.session.pending import OPENING
from assistant.session.utterance import Utterance

if TYPE_CHECKING:
    from assistant.session.interview import Interview

Handler = Callable[["Interview", Command], "list[Utterance]"]


def _say(kind: str, text: str, finding: str | None = None) -> Utterance:
    return Utterance(kind, text, finding)


def answer_command(interview: Interview, command: Command, text: str) -> list[Utterance]:
    """Carry out a command and return what there is to say; bad arguments are told in words."""
    pending = interview.pending
    interview.append(events.Replied(text, pending.to if pending else None, "command"))
    handler = _HANDLERS.get(command.name)
    if handler is None:
        return [_say("error", f"{command.argument}; /help lists the commands."), *asking.ask_again(interview)]
    if command.argument and not takes_argument(command.name):
        told = f"/{command.name} takes nothing after it; type it alone."
        return [_say("error", told), *asking.ask_again(interview)]
    try:
        return handler(interview, command)
    except AssistantError as error:
        return [_say("error", f"{error}"), *asking.ask_again(interview)]


def diagnosis_named(knowledge: KnowledgeBase, words: str) -> str | None:
    """Return the id of the diagnosis that `words` name by id, name or synonym, None where there is none."""
    wanted = " ".join(words.lower().replace("_", " ").replace("-", " ").split()).removesuffix("?").strip()
    for diagnosis in knowledge.diagnoses.values():
        names = (diagnosis.id.replace("_", " "), diagnosis.name, diagnosis.short, *diagnosis.synonyms)
        if wanted in (name.lower().replace("-", " ") for name in names):
            return diagnosis.id
    return None


# -- asking about the question and the differential


def _why(interview: Interview, command: Command) -> list[Utterance]:
    if command.argument and (diagnosis := diagnosis_named(interview.knowledge, command.argument)):
        return _reasons_of(interview, diagnosis)
    pending = interview.pending
    if pending is None or pending.finding is None:
        opening = interview.script.opening.help.strip() if pending and pending.to == OPENING else ""
        text = (
            opening
            or "No open answer can put another diagnosis first, so more questions would only add detail."
        )
        return [_say("help", text), *asking.ask_again(interview)]
    question = interview.script.question(pending.to)
    lines = [question.why] if question is not None else []
    if pending.kept is not None:
        lines.insert(0, _narrowing_words(interview, pending.to, pending.kept))
    elif pending.to not in interview.answers:
        worth = gains(interview.knowledge, interview.answers, [pending.to], interview.state.population)[0]
        lines.append(_worth_words(interview, pending.to, worth.gain + worth.credit))
    if question is not None and question.help:
        lines.extend(("How to answer:", question.help))
    return [_say("help", "\n".join(lines), finding=pending.to), *asking.ask_again(interview)]


def _narrowing_words(interview: Interview, name: str, kept: Answer) -> str:
    """Return what is known of a set that is to be narrowed, and what it is worth to learn which value holds."""
    knowledge = interview.knowledge
    worth = narrowing_gains(knowledge, interview.answers, [name], interview.state.population)[0]
    known = wording.answer_words(knowledge.findings[name], kept)
    return (
        f"Known so far: {known}. To learn which of these holds is worth {worth.gain:.2f} bit now; "
        f"that is asked once, and only above {knowledge.model.narrowing_bits:g} bit."
    )


def _worth_words(interview: Interview, name: str, bits: float) -> str:
    """Return what a question is worth now; the least that is shown is 0.01 bit."""
    if bits >= 0.005:
        return f"Expected information: {bits:.2f} bit now."
    findings = interview.knowledge.findings.values()
    if any(name in context.given for finding in findings for context in finding.contexts):
        return "By itself the answer moves next to nothing now; others are weighed in its light."
    return "The answer would move next to nothing now."


def _why_not(interview: Interview, command: Command) -> list[Utterance]:
    diagnosis = diagnosis_named(interview.knowledge, command.argument)
    if diagnosis is None:
        names = list(interview.knowledge.diagnoses)
        hint = nearest(command.argument.lower(), names)
        text = f"there is no diagnosis {command.argument!r}{hint or '; there are ' + ', '.join(names)}"
        if not command.argument:
            return [
                _say("help", f"/whynot DIAGNOSIS, one of {', '.join(names)}."),
                *asking.ask_again(interview),
            ]
        return [_say("error", text), *asking.ask_again(interview)]
    return _reasons_of(interview, diagnosis)


def _reasons_of(interview: Interview, diagnosis: str) -> list[Utterance]:
    knowledge, shown = interview.knowledge, interview.differential
    found = reasons(knowledge, interview.answers, diagnosis, interview.state.population)
    name = knowledge.diagnoses[diagnosis].name
    probability = shown.posterior[diagnosis]
    lines = [
        f"{name}: {percent(probability)}, {shown.certainty(probability)}, rank {shown.rank(diagnosis)}. "
        f"It began at {percent(shown.prior[diagnosis])}."
    ]
    counting = [reason for reason in found if not reason.silent]
    against = [reason for reason in counting if reason.pairwise < 0]
    favour = [reason for reason in counting if reason.pairwise > 0]
    for title, side in (("Against it", against), ("For it", favour)):
        if side:
            lines.append(f"{title}:")
            lines.extend(f"  {wording.reason_line(knowledge, reason)}" for reason in side[:5])
    lines.extend(f"  {wording.reason_line(knowledge, reason)}" for reason in found if reason.silent)
    if not found:
        lines.append("Nothing has been answered yet, so only the starting probability speaks.")
    return [_say("reasons", "\n".join(lines)), *asking.ask_again(interview)]


def _differential(interview: Interview, command: Command) -> list[Utterance]:
    knowledge, shown = interview.knowledge, interview.differential
    lines = list(wording.differential_lines(knowledge, shown, interview.before, len(shown.posterior)))
    clinic = interview.state.population
    if clinic:
        lines.append(
            f"Starting probabilities of: {knowledge.populations[clinic].name} (an assumption; /population changes it)."
        )
    else:
        lines.append("Starting probabilities are a judgement and can be changed with /population.")
    found = reasons(knowledge, interview.answers, None, clinic)
    if found:
        leader, second = (knowledge.diagnoses[name].short for name in (shown.leader, shown.runner_up))
        lines.append(f"What carries {leader} beside {second}:")
        lines.extend(f"  {line}" for line in wording.weights_lines(knowledge, found))
        lines.extend(f"  {wording.reason_line(knowledge, reason)}" for reason in found if reason.silent)
    return [_say("differential", "\n".join(lines)), *asking.ask_again(interview)]


def _evidence(interview: Interview, command: Command) -> list[Utterance]:
    knowledge = interview.knowledge
    name = command.argument or (interview.pending.finding if interview.pending else "") or ""
    finding = finding_of(knowledge, name)
    found = finding if finding in knowledge.findings else diagnosis_named(knowledge, name) or name
    lines = wording.evidence_lines(knowledge, found)
    if not lines:
        known = (*knowledge.findings, *knowledge.diagnoses, *knowledge.sources)
        return [
            _say("error", f"there is no finding, diagnosis or source {name!r}{nearest(name, known)}"),
            *asking.ask_again(interview),
        ]
    return [_say("evidence", "\n".join(lines)), *asking.ask_again(interview)]


def _summary(interview: Interview, command: Command) -> list[Utterance]:
    return [*summary(interview), *asking.ask_again(interview)]


def _tests(interview: Interview, command: Command) -> list[Utterance]:
    return [_say("tests", tests_text(interview)), *asking.ask_again(interview)]


def _advice(interview: Interview, command: Command) -> list[Utterance]:
    text = "\n".join(f"- {wording.advice_line(rule)}" for rule in interview.advice)
    return [_say("advice", text), *asking.ask_again(interview)]


def _help(interview: Interview, command: Command) -> list[Utterance]:
    pending = interview.pending
    lines = []
    question = interview.script.question(pending.to) if pending and pending.finding else None
    if question is not None:
        lines.append(question.help.strip())
    lines.append('Type an answer in your own words, an option\'s number, "unknown", "not done" or "skip".')
    lines.extend(
        f"/{name} {text}" if text.split(":")[0].isupper() else f"/{name}: {text}"
        for name, text in COMMANDS.items()
    )
    lines.append('Plain words work too: "why do you ask?", "why not EMH?", "go back", "what have we got?".')
    return [_say("help", "\n".join(lines)), *asking.ask_again(interview)]


def _course(interview: Interview, command: Command) -> list[Utterance]:
    points = ledger.course(interview)
    lines = [f"{number} {', '.join(point.labels) or 'at the start'}" for number, point in enumerate(points)]
    lines.append("Percent at the start and after each change:")
    lines.extend(wording.course_lines(interview.knowledge, [point.posterior for point in points]))
    return [_say("course", "\n".join(lines)), *asking.ask_again(interview)]


def _read(interview: Interview, command: Command) -> list[Utterance]:
    # nobody who does not ask waits for it
    from assistant.session.last_reply import NOTHING, last_reply_lines

    lines = last_reply_lines(interview)
    said = _say("reading", "\n".join(lines)) if lines else _say("remark", NOTHING)
    return [said, *asking.ask_again(interview)]


def _hand_on(interview: Interview, command: Command) -> list[Utterance]:
    return [_say("act", command.text), *asking.ask_again(interview)]


# -- changing the course


def _note(interview: Interview, command: Command) -> list[Utterance]:
    if not command.argument:
        return [_say("help", "/note TEXT writes a note into the transcript."), *asking.ask_again(interview)]
    interview.append(events.Noted(command.argument))
    return [_say("remark", "Noted."), *asking.ask_again(interview)]


def _population(interview: Interview, command: Command) -> list[Utterance]:
    knowledge = interview.knowledge
    if not command.argument:
        lines = [
            f"{name}: {clinic.name}. {clinic.note}".rstrip() for name, clinic in knowledge.populations.items()
        ]
        return [
            _say("help", "/population CLINIC, one of:\n" + "\n".join(lines)),
            *asking.ask_again(interview),
        ]
    prior(knowledge, command.argument)
    clinic = knowledge.populations[command.argument]
    text = f"Starting probabilities of: {clinic.name}. {clinic.note} This is an assumption, shown in every summary."
    return [_say("remark", text), *turns.reveal(interview), *asking.ask_again(interview)]


def _paste(interview: Interview, command: Command) -> list[Utterance]:
    return [_say("paste", "Paste the text; a blank line or a full stop alone on a line ends it.")]


def _save(interview: Interview, command: Command) -> list[Utterance]:
    path = interview.path
    if path is None:
        return [_say("remark", "This interview is not being saved."), *asking.ask_again(interview)]
    if not command.argument:
        return [_say("remark", f"Saved as it goes, in {path}."), *asking.ask_again(interview)]
    target = expanded(command.argument)
    try:
        # for its owner alone from the first byte on, and over nothing that is there
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as copy:
            copy.write(path.read_bytes())
    except FileExistsError:
        text = f"{target} exists already; choose another name"
        return [_say("error", text), *asking.ask_again(interview)]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return [
            _say("error", f"that file cannot be written: {reason}; choose another"),
            *asking.ask_again(interview),
        ]
    return [_say("remark", f"Copied to {target.resolve()}."), *asking.ask_again(interview)]


def _stop(interview: Interview, command: Command) -> list[Utterance]:
    if interview.finished:
        return closing(interview)
    return asking.conclude(interview, "asked")


def _quit(interview: Interview, command: Command) -> list[Utterance]:
    interview.close("done" if interview.state.concluded else "quit")
    where = (
        f" It is saved as {interview.session}; `emh --continue` takes it up again." if interview.path else ""
    )
    return [_say("closing", f"Goodbye.{where}")]


_HANDLERS: Mapping[str, Handler] = {
    "why": _why,
    "whynot": _why_not,
    "differential": _differential,
    "evidence": _evidence,
    "summary": _summary,
    "tests": _tests,
    "advice": _advice,
    "course": _course,
    "answers": amending.answers,
    "receipt": amending.receipt,
    "read": _read,
    "accept": amending.accept,
    "correct": amending.correct,
    "drop": amending.drop,
    "recheck": amending.recheck,
    "undo": amending.undo,
    "back": amending.back,
    "skip": amending.skip,
    "note": _note,
    "population": _population,
    "paste": _paste,
    "save": _save,
    "stop": _stop,
    "help": _help,
    "quit": _quit,
    **dict.fromkeys(OF_FRONT_END, _hand_on),
}


# -- summaries


def tests_text(interview: Interview) -> str:
    """Return the tests that would tell most now, each with its hazard."""
    offers = next_tests(interview.knowledge, interview.answers, interview.state.population)
    lines = [wording.test_line(interview.knowledge, offer) for offer in offers]
    return "\n".join(f"- {line}" for line in lines) or "No listed test would tell more."


def summary(interview: Interview) -> list[Utterance]:
    """Return the answers, the differential, what was left open, and the notes."""
    knowledge, shown = interview.knowledge, interview.differential
    answers = [f"- {line}" for line in wording.summary_lines(knowledge, interview.answers)]
    lines = ["Answers:", *(answers or ["- none yet"]), "Differential:"]
    lines.extend(wording.differential_lines(knowledge, shown, None))
    lines.append(wording.certainty_sentence(knowledge, shown))
    left = [knowledge.findings[name].name for name in interview.left_open]
    if left:
        lines.append(f"Left open: {', '.join(left)}.")
    lines.extend(f"Note: {note}" for note in interview.state.notes)
    return [_say("summary", "\n".join(lines))]


def closing(interview: Interview) -> list[Utterance]:
    """Return what is said at the end: the parts the script's closing names."""
    said = [_say("closing", interview.script.closing.text.strip())]
    for part in interview.script.closing.shows:
        if part == "summary":
            said.extend(summary(interview))
        elif part == "advice":
            text = "\n".join(f"- {wording.advice_line(rule)}" for rule in interview.advice)
            said.append(_say("advice", f"Advice:\n{text}" if text else "No advice applies."))
        elif part == "next_tests":
            said.append(_say("tests", "Tests that would tell most:\n" + tests_text(interview)))
    return said
