"""The one object a front end holds: replies in, utterances out, every step an event."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.dialog import Ask, Conclude, OfferToStop, Script, load_script, next_step, open_questions
from assistant.errors import TranscriptError, UsageError
from assistant.inference import Differential, advice, differential
from assistant.knowledge import Advice, Answer, Finding, KnowledgeBase, load_knowledge
from assistant.session import transcript as events
from assistant.session import wording
from assistant.session.commands import Command, parse_command
from assistant.session.replies import Merge, merge
from assistant.session.state import OPENING, STOP, Pending, State, after, fold
from assistant.session.transcript import Line, Transcript, TranscriptFile, link, timestamp
from assistant.understanding import Interpretation, Interpreter, Outcome, Reading

LONGEST_REPLY = 300
"""Longer replies, and those of several lines, are read as narratives (characters)."""

APP_VERSION = "0.1.0"

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something the interview says."""

    kind: str
    """greeting, question, receipt, remark, alert, differential, evidence, summary, advice, tests, help, closing, paste or error."""

    text: str
    """Lines, without layout."""

    finding: str | None = None
    options: tuple[str, ...] = ()
    """Numbered choices of a question."""

    reason: str = ""
    """Why a question is asked now."""

    spans: tuple[tuple[int, int], ...] = ()
    """Of a receipt: the words of the reply, in code points."""


def _now() -> datetime:
    return datetime.now(UTC)


class Interview:
    """One interview. Front ends send replies, show utterances and decide nothing."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        script: Script,
        *,
        interpreter: Interpreter | None = None,
        clock: Clock = _now,
        store: TranscriptFile | None = None,
        session: str = "interview",
    ) -> None:
        self.knowledge = knowledge
        self.script = script
        self.session = session
        self.interpreter = interpreter or Interpreter(knowledge)
        self.lines: list[Line] = []
        self.state = State()
        self.order: Any = None
        self.limit: int | None = None
        self._clock = clock
        self._store = store
        self._shown: tuple[Any, Differential] | None = None

    # -- beginning

    @classmethod
    def start(
        cls,
        knowledge: KnowledgeBase | None = None,
        script: Script | str = "liver-lesion",
        *,
        order: str | None = None,
        population: str | None = None,
        limit: int | None = None,
        interpreter: Interpreter | None = None,
        clock: Clock = _now,
        store: TranscriptFile | None = None,
        session: str = "interview",
        seed: int = 1,
    ) -> Interview:
        """Begin an interview.

        Args:
            knowledge: what is known; the shipped knowledge when left out.
            script: a script or its id.
            order: `scripted` or `informative`; the script's own when left out.
            population: the clinic behind the prior, an id of populations.yaml.
            limit: the most questions that are put; all when left out.
            interpreter: one to share between interviews; made anew when left out.
            clock: tells the moment of each event.
            store: where events are written; nowhere when left out.
            session: the interview's id.
            seed: of whatever is drawn by chance.

        Raises:
            UsageError: there is no such script, order or population.
        """
        known = knowledge or load_knowledge()
        used = load_script(script, known) if isinstance(script, str) else script
        interview = cls(known, used, interpreter=interpreter, clock=clock, store=store, session=session)
        if order not in (None, "scripted", "informative"):
            raise UsageError(f"there is no order {order!r}; use scripted or informative")
        _check_population(known, population)
        settings = {"order": order, "population": population, "limit": limit}
        interview.order, interview.limit = order, limit
        if store is not None:
            store.open()
        interview.append(
            events.Opened(
                APP_VERSION,
                events.VERSION,
                interview._knowledge_mark(),
                interview._script_mark(),
                settings,
                seed,
                session,
            )
        )
        return interview

    @classmethod
    def resume(
        cls,
        transcript: Transcript,
        knowledge: KnowledgeBase | None = None,
        script: Script | None = None,
        *,
        interpreter: Interpreter | None = None,
        clock: Clock = _now,
        store: TranscriptFile | None = None,
    ) -> Interview:
        """Continue an interview from its transcript.

        Raises:
            TranscriptError: the transcript is damaged before its last line.
            AnswerError: it holds an answer that the knowledge does not know any more.
        """
        opened = transcript.opened
        if transcript.damage is not None and "cut short" not in transcript.damage:
            raise TranscriptError(
                f"{transcript.damage}; the {len(transcript.lines)} events before it are whole: "
                "`emh replay` plays them and `emh report` prints them"
            )
        known = knowledge or load_knowledge()
        used = script or load_script(opened.script["id"], known)
        interview = cls(
            known, used, interpreter=interpreter, clock=clock, store=store, session=opened.session
        )
        interview.order, interview.limit = opened.settings.get("order"), opened.settings.get("limit")
        interview.lines = list(transcript.lines)
        interview.state = replace(fold(transcript.lines, known), closed=False)
        if store is not None:
            store.open(transcript.lines)
        marks = interview._knowledge_mark(), interview._script_mark()
        if (dict(opened.knowledge), dict(opened.script)) != marks:
            last = next(
                (e for e in reversed(transcript.events) if isinstance(e, events.KnowledgeChanged)), None
            )
            if last is None or (dict(last.knowledge), dict(last.script)) != marks:
                interview.append(events.KnowledgeChanged(*marks))
        return interview

    # -- what a front end reads

    @property
    def pending(self) -> Pending | None:
        """Return what the interview waits for; None once it has come to its end."""
        return self.state.pending

    @property
    def prompt(self) -> str:
        """Return the pending question, or an empty text at the end."""
        return self.state.pending.wording if self.state.pending else ""

    @property
    def finished(self) -> bool:
        """Say whether the interview has come to its end."""
        return self.state.concluded or self.state.closed

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Return the stored answers, finding -> answer."""
        return self.state.answers

    @property
    def differential(self) -> Differential:
        """Return the differential of the stored answers."""
        key = (tuple(self.state.answers.items()), self.state.population)
        if self._shown is None or self._shown[0] != key:
            self._shown = (key, differential(self.knowledge, self.state.answers, self.state.population))
        return self._shown[1]

    @property
    def advice(self) -> tuple[Advice, ...]:
        """Return the advice that holds now, alerts first."""
        return advice(self.knowledge, self.state.answers, self.differential.posterior)

    @property
    def before(self) -> Mapping[str, float] | None:
        """Return the posterior before the last change, None before the second."""
        trail = self.state.trail
        return trail[-2] if len(trail) > 1 else self.differential.prior if trail else None

    @property
    def progress(self) -> tuple[tuple[str, int, int], ...]:
        """Return for each section its title, the answered or settled questions, and those that may be asked."""
        left = {question.finding for question in open_questions(self.script, self.state.standing(self.order))}
        rows = []
        for section in self.script.sections:
            names = [question.finding for question in section.questions]
            done = sum(name in self.state.answers or name in self.state.settled for name in names)
            rows.append((section.title, done, done + sum(name in left for name in names)))
        return tuple(rows)

    # -- the conversation

    def begin(self) -> list[Utterance]:
        """Return the greeting and the first question, or after a resume what was said and the pending question."""
        if len(self.state.replies) == 0:
            self.state = _with_pending(self.state, Pending(OPENING, OPENING, self.script.opening.prompt))
            return [
                Utterance("greeting", self.script.opening.greeting.strip()),
                Utterance("question", self.script.opening.prompt.strip(), reason=OPENING),
            ]
        said = [Utterance("remark", f"Continued: {len(self.state.answers)} answers so far.")]
        if any(isinstance(line.event, events.KnowledgeChanged) for line in self.lines[-1:]):
            said.append(
                Utterance(
                    "remark", "The knowledge or the script has changed since; the differential is of today."
                )
            )
        if self.state.pending is None and not self.finished:
            return [*said, *self.go_on()]
        return [*said, *self.ask_again()]

    def reply(self, text: str, *, narrative: bool = False) -> list[Utterance]:
        """Take what the user typed and return what there is to say.

        Args:
            text: anything; lone surrogates are replaced, nothing else is changed.
            narrative: whether `text` was pasted as a report.
        """
        text = text.encode("utf-8", "replace").decode("utf-8") if _has_surrogates(text) else text
        if self.state.pending is None and not self.state.replies and not self.finished:
            self.state = _with_pending(self.state, Pending(OPENING, OPENING, self.script.opening.prompt))
        command = None if narrative else parse_command(text)
        if command is not None and not self._means_reply(command):
            return self._command(command, text)
        pending = self.state.pending
        if (
            pending is not None
            and pending.to == OPENING
            and text.strip().lower() in ("", "ask", "start", "no", "ask me")
        ):
            self.append(events.Replied(text, OPENING, "reply"))
            return self.go_on()
        if not text.strip():
            return [Utterance("remark", "Nothing was typed."), *self.ask_again()]
        if pending is not None and pending.to == STOP and (said := self._stop_reply(text)) is not None:
            return said
        whole = narrative or pending is None or pending.to in (OPENING, STOP) or _is_narrative(text)
        kind = (
            "narrative"
            if narrative or _is_narrative(text) or (pending and pending.to == OPENING)
            else "reply"
        )
        asked = pending.finding if pending is not None else None
        turn = self.append(events.Replied(text, pending.to if pending else None, kind)).n
        if pending is not None and pending.options and not whole:
            chosen = self._choice(pending, text)
            if chosen is not None:
                return self._chosen(pending, chosen, turn, text)
        interpretation = self.interpreter.read(text, None if whole else asked)
        return self._understood(interpretation, pending, turn)

    def answer(self, answer: Answer) -> list[Utterance]:
        """Take an answer to its own question as it is, past the reading of words.

        For programs that hold findings and not sentences; the transcript keeps its spelling as the reply.
        """
        spelled = json.dumps(answer.plain(), ensure_ascii=False)
        pending = self.state.pending
        turn = self.append(events.Replied(spelled, answer.finding, "reply")).n
        reading = Reading(answer.finding, Outcome.ACCEPT, (answer,), ((0, len(spelled)),))
        return self._understood(Interpretation(spelled, answer.finding, (reading,)), pending, turn)

    def close(self, reason: str = "quit") -> None:
        """End the session: `done`, `quit` or `signal`; the transcript can be continued."""
        if not self.state.closed:
            self.append(events.Closed(reason))
        if self._store is not None:
            self._store.close()

    # -- replies

    @staticmethod
    def _means_reply(command: Command) -> bool:
        """Say whether words that could be a command are better read as a reply."""
        return False

    def _stop_reply(self, text: str) -> list[Utterance] | None:
        """Handle yes and no to the offer to stop; None where the text says something else."""
        from assistant.understanding.text import tokenise

        said = self.interpreter.cues.bare(tokenise(text).tokens)
        if said == "yes" or text.strip() == "1":
            self.append(events.Replied(text, STOP, "reply"))
            return self.conclude("offered")
        if said == "no" or text.strip() == "2":
            self.append(events.Replied(text, STOP, "reply"))
            return self.go_on()
        return None

    def _choice(self, pending: Pending, text: str) -> int | None:
        """Return which option the reply picks: its position, -1 for leaving the question open, None for words of its own."""
        from assistant.understanding.text import tokenise

        tokens = tokenise(text).tokens
        words = " ".join(token.text for token in tokens)
        if len(tokens) == 1 and tokens[0].text.isdecimal() and len(tokens[0].text) < 4:
            number = int(tokens[0].text)
            if pending.reason == "confirm":
                return {1: 0, 2: -1}.get(number)
            return (
                number - 1
                if number <= len(pending.options)
                else -1
                if number == len(pending.options) + 1
                else None
            )
        if words in ("leave it open", "leave open", "open", "neither", "none of these", "none of those"):
            return -1
        said = self.interpreter.cues.bare(tokens)
        if pending.reason == "confirm":
            return {"yes": 0, "no": -1}.get(said or "")
        if words in ("as said", "as i said", "as typed"):
            return 0
        if words in ("probably", "probable", "likely"):
            return next(
                (place for place, a in enumerate(pending.options) if a.state.value == "probable"), None
            )
        return None

    def _chosen(self, pending: Pending, place: int, turn: int, text: str) -> list[Utterance]:
        finding = self.knowledge.finding(pending.to)
        if place < 0:
            self.append(events.Interpreted(turn, ()))
            return [Utterance("remark", f"{finding.name}: left as it was."), *self.go_on()]
        answer = pending.options[place]
        reading = Reading(finding.id, Outcome.ACCEPT, (answer,), ((0, len(text)),))
        return self._understood(Interpretation(text, finding.id, (reading,)), pending, turn)

    def _understood(
        self, interpretation: Interpretation, pending: Pending | None, turn: int
    ) -> list[Utterance]:
        asked = pending.finding if pending is not None else None
        whole = interpretation.question is None
        merged = [
            merge(reading, self.state.answers.get(reading.finding), self.knowledge.findings[reading.finding],
                  asked=reading.finding == asked and not whole)
            for reading in interpretation.readings
        ]  # fmt: skip
        self.append(events.Interpreted(turn, tuple(_spelled(one.reading) for one in merged)))
        said = self._store_merged(merged, turn, interpretation.reply)
        if interpretation.cut:
            said.append(
                Utterance(
                    "remark",
                    f"The text was long: only its first {len(interpretation.reply):,} characters were read.",
                )
            )
        if whole and not any(one.stores for one in merged):
            said.append(
                Utterance(
                    "remark", "Nothing in this text could be read as a finding; it is kept in the transcript."
                )
            )
        if (
            whole
            and pending is not None
            and pending.finding is not None
            and pending.finding not in self.state.answers
        ):
            return [*said, *self._ask_plainly(pending)]
        if (
            asked is None
            or whole
            or asked in self.state.answers
            and pending is not None
            and pending.reason != "confirm"
        ):
            return [*said, *self.go_on()]
        return [*said, *self._not_answered(interpretation, pending, asked, bool(said))]

    def _store_merged(self, merged: Sequence[Merge], turn: int, reply: str) -> list[Utterance]:
        said: list[Utterance] = []
        changed: list[str] = []
        for one in merged:
            finding = self.knowledge.findings[one.reading.finding]
            if one.answer is None:
                continue
            was = self.state.answers.get(finding.id)
            words = " … ".join(reply[start:end] for start, end in one.reading.spans)
            if was is None:
                self.append(events.Answered(finding.id, one.answer.plain(), turn, one.reading.spans))
            else:
                self.append(
                    events.Corrected(finding.id, one.answer.plain(), was.plain(), turn, one.reading.spans)
                )
                changed.append(finding.id)
            line = wording.receipt(finding, one.answer, words, was=was, note=one.reading.reason)
            said.append(Utterance("receipt", line, finding.id, spans=one.reading.spans))
        if said:
            said.extend(self.reveal())
        for name in changed:
            said.extend(self._recheck(name))
        return said

    def _recheck(self, name: str) -> list[Utterance]:
        """Offer the answers that were given in the light of the one that changed."""
        dependent = [
            finding.name
            for finding in self.knowledge.findings.values()
            if finding.id in self.state.answers and finding.id != name and self._rests_on(finding, name)
        ]
        if not dependent:
            return []
        listed = ", ".join(dependent)
        return [
            Utterance(
                "remark",
                f"These answers were given with the earlier one in mind; /correct any that no longer holds: {listed}.",
            )
        ]

    def _rests_on(self, finding: Finding, name: str) -> bool:
        question = self.script.question(finding.id)
        return name in finding.gate or (question is not None and name in question.when.findings)

    def reveal(self) -> list[Utterance]:
        """Write down the differential after a change and return new alerts and a line on it."""
        alerted = set(self.state.alerted)
        shown = self.differential
        posterior = {name: round(p, 6) for name, p in shown.posterior.items()}
        before = self.state.trail[-1] if self.state.trail else shown.prior
        self.append(events.Revealed(posterior, shown.leader, True))
        said = [
            Utterance("alert", wording.advice_line(rule))
            for rule in self.advice
            if rule.kind == "alert" and rule.id not in alerted
        ]
        return [*said, Utterance("differential", wording.differential_brief(self.knowledge, shown, before))]

    def _not_answered(
        self, interpretation: Interpretation, pending: Pending | None, asked: str, other: bool
    ) -> list[Utterance]:
        """Ask once more in other words, or leave the question open."""
        finding = self.knowledge.finding(asked)
        if pending is not None and pending.reason == "confirm":
            return [Utterance("remark", f"{finding.name}: left as it was."), *self.go_on()]
        if pending is not None and pending.reason == "clarify":
            return [
                Utterance("remark", f"{finding.name} is left open; /correct {asked} takes it up again."),
                *self.go_on(),
            ]
        reading = interpretation.reading(asked)
        readings = reading.answers if reading is not None else ()
        if readings and reading is not None:
            why = f" ({reading.reason})" if reading.reason else ""
            words = f"{finding.name}: which is meant{why}?"
            lines = wording.readings_lines(finding, readings)
        else:
            start = "Noted; still open" if other else "That was not understood as an answer"
            words = f"{start}: {self._wording(asked)}"
            lines = wording.options_lines(finding)
        return self._ask(asked, "clarify", words, readings, lines)

    def _ask_plainly(self, pending: Pending) -> list[Utterance]:
        """Put the question again after a narrative that did not answer it."""
        if self.state.to_confirm:
            return self.go_on()
        question = self.script.question(pending.to)
        if question is None or not question.may_be_asked(self.state.answers):
            return self.go_on()
        lines = wording.options_lines(self.knowledge.finding(pending.to))
        return self._ask(
            pending.to,
            pending.reason if pending.reason != "clarify" else "scripted",
            self._wording(pending.to),
            (),
            lines,
        )

    # -- asking

    def go_on(self) -> list[Utterance]:
        """Return the next question, the offer to stop, or the end."""
        if self.state.concluded:
            return []
        if self.state.to_confirm:
            return self._ask_to_confirm(*self.state.to_confirm[0])
        if self.limit is not None and len(self.state.asked) >= self.limit:
            return self.conclude("limit")
        step = next_step(self.knowledge, self.script, self.state.standing(self.order))
        match step:
            case Ask(question, ground):
                finding = self.knowledge.finding(question.finding)
                return self._ask(finding.id, ground.value, question.ask, (), wording.options_lines(finding))
            case OfferToStop():
                words = "No open answer can change which diagnosis leads. Stop here?"
                self.state = _with_pending(self.state, Pending(STOP, STOP, words))
                return [
                    Utterance(
                        "question", words, options=("1 stop and show the summary", "2 go on"), reason=STOP
                    )
                ]
            case Conclude():
                return self.conclude("complete")

    def ask_finding(self, name: str) -> list[Utterance]:
        """Put the question of one finding, whatever was asked before."""
        finding = self.knowledge.finding(name)
        return self._ask(name, "scripted", self._wording(name), (), wording.options_lines(finding))

    def _ask(
        self, name: str, reason: str, words: str, readings: Iterable[Answer], lines: tuple[str, ...]
    ) -> list[Utterance]:
        options = tuple(answer.plain() for answer in readings)
        self.append(events.Asked(name, words, reason, options))
        return [Utterance("question", words, name, lines, reason)]

    def _ask_to_confirm(self, name: str, answer: Answer) -> list[Utterance]:
        finding = self.knowledge.finding(name)
        was = self.state.answers.get(name)
        before = f" instead of {wording.answer_words(finding, was)}" if was is not None else ""
        words = f"{finding.name}: {wording.answer_words(finding, answer)}{before}. Is that right?"
        return self._ask(name, "confirm", words, (answer,), ("1 yes", "2 no"))

    def _wording(self, name: str) -> str:
        question = self.script.question(name)
        return question.ask if question is not None else self.knowledge.finding(name).question

    def ask_again(self) -> list[Utterance]:
        """Return the pending question once more, or go on where there is none."""
        pending = self.state.pending
        if pending is None:
            return self.go_on()
        if pending.finding is None:
            options = ("1 stop and show the summary", "2 go on") if pending.to == STOP else ()
            return [Utterance("question", pending.wording.strip(), options=options, reason=pending.reason)]
        finding = self.knowledge.finding(pending.to)
        if pending.reason == "confirm":
            lines: tuple[str, ...] = ("1 yes", "2 no")
        elif pending.options:
            lines = wording.readings_lines(finding, pending.options)
        else:
            lines = wording.options_lines(finding)
        return [Utterance("question", pending.wording, pending.to, lines, pending.reason)]

    def conclude(self, how: str) -> list[Utterance]:
        """End the questions: `complete`, `offered`, `asked` or `limit`."""
        from assistant.session.actions import closing

        shown = self.differential
        posterior = {name: round(p, 6) for name, p in shown.posterior.items()}
        self.append(events.Concluded(posterior, tuple(rule.id for rule in self.advice), how))
        return closing(self)

    # -- commands

    def _command(self, command: Command, text: str) -> list[Utterance]:
        from assistant.session.actions import answer_command

        return answer_command(self, command, text)

    # -- events

    def append(self, event: events.Event) -> Line:
        """Write one event; the state is what replaying the events gives."""
        prev = self.lines[-1].hash if self.lines else events.FIRST_PREV
        line = link(len(self.lines), timestamp(self._clock()), event, prev)
        # an event that cannot be folded must not reach the file, which could never be resumed
        state = after(self.state, line, self.knowledge)
        if self._store is not None:
            self._store.append(line)
        self.lines.append(line)
        self.state = state
        return line

    def _knowledge_mark(self) -> dict[str, str]:
        return {"version": self.knowledge.version, "sha256": self.knowledge.sha256}

    def _script_mark(self) -> dict[str, str]:
        return {"id": self.script.id, "sha256": self.script.sha256}

    @property
    def path(self) -> Path | None:
        """Return the file of the transcript, None when none is written."""
        return self._store.path if self._store is not None else None


def _check_population(knowledge: KnowledgeBase, population: str | None) -> None:
    from assistant.inference import prior

    if population is not None:
        prior(knowledge, population)


def _with_pending(state: State, pending: Pending) -> State:
    return replace(state, pending=pending)


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _is_narrative(text: str) -> bool:
    return len(text) > LONGEST_REPLY or "\n" in text.strip()


def _spelled(reading: Reading) -> dict[str, Any]:
    answer = reading.answer
    return {
        "finding": reading.finding,
        "answer": answer.plain() if answer is not None else None,
        "outcome": reading.outcome.value,
        "spans": [list(span) for span in reading.spans],
    }
