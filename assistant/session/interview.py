"""The one object a front end holds: replies in, utterances out, every step an event."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from assistant.dialog import Script, load_script, open_questions
from assistant.errors import TranscriptError, UsageError
from assistant.inference import Differential, advice, differential, prior
from assistant.knowledge import Advice, Answer, KnowledgeBase, load_knowledge
from assistant.locations import version
from assistant.session import asking, turns
from assistant.session import transcript as events
from assistant.session.actions import answer_command
from assistant.session.commands import Command, parse_command
from assistant.session.pending import OPENING, STOP, Pending
from assistant.session.state import State, after, fold
from assistant.session.transcript import Line, Transcript, link, timestamp
from assistant.session.transcript_file import TranscriptFile
from assistant.session.utterance import Utterance
from assistant.understanding import Interpretation, Outcome, Reading

if TYPE_CHECKING:
    from assistant.understanding import Interpreter

LONGEST_REPLY = 300
"""Longer replies, and those of several lines, are read as narratives (characters)."""

_ASK_ME = ("", "ask", "start", "no", "ask me", "2", "be asked")
"""Replies to the invitation that ask for the questions."""

_CHOICES: Mapping[str, str] = {"1": "paste", "3": "demo"}
"""Numbers that the invitation offers for a command."""

Clock = Callable[[], datetime]


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
        self._interpreter = interpreter
        self._making = Lock()
        self.lines: list[Line] = []
        self.state = State()
        self.order: Any = None
        self.limit: int | None = None
        self._report: str | None = None
        self._first = False
        self._notice = ""
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
        report: str | None = None,
        first: bool = False,
        notice: str = "",
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
            report: a text that `begin` takes as the reply to the opening.
            first: whether `begin` explains the program to somebody who has not used it.
            notice: something else that `begin` says.

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
        interview.order, interview.limit, interview._report = order, limit, report
        interview._first, interview._notice = first, notice
        if store is not None:
            store.open()
        interview.append(
            events.Opened(
                version(),
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

    @property
    def interpreter(self) -> Interpreter:
        """Return what reads the replies, made at first use; a screen calls it from a thread beside its first frame."""
        with self._making:
            if self._interpreter is None:
                # the first question is shown without it
                from assistant.understanding import Interpreter

                self._interpreter = Interpreter(self.knowledge)
            return self._interpreter

    # -- what a front end reads

    @property
    def pending(self) -> Pending | None:
        """Return what the interview waits for; None once it has come to its end."""
        return self.state.pending

    @property
    def prompt(self) -> str:
        """Return the pending question, or an empty text at the end."""
        pending = self.state.pending
        if pending is None:
            return ""
        return self.script.opening.prompt.strip() if pending.to == OPENING else pending.wording

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
        # read once each, since a screen works the first one out in a thread of its own
        state, shown = self.state, self._shown
        key = (tuple(state.answers.items()), state.population)
        if shown is None or shown[0] != key:
            shown = self._shown = (key, differential(self.knowledge, state.answers, state.population))
        return shown[1]

    @property
    def advice(self) -> tuple[Advice, ...]:
        """Return the advice that holds now, alerts first."""
        return advice(self.knowledge, self.state.answers, self.differential.posterior)

    @property
    def left_open(self) -> tuple[str, ...]:
        """Return the findings that were asked or skipped and have no answer, less the one that is asked now."""
        put = (*self.state.asked, *self.state.settled)
        waiting = self.state.pending.to if self.state.pending is not None else ""
        return tuple(
            name
            for name in self.knowledge.findings
            if name in put and name not in self.state.answers and name != waiting
        )

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
            done = sum(
                name not in left and (name in self.state.answers or name in self.state.settled)
                for name in names
            )
            rows.append((section.title, done, done + sum(name in left for name in names)))
        return tuple(rows)

    # -- the conversation

    def begin(self) -> list[Utterance]:
        """Return the greeting and the invitation, or after a resume what was said and the pending question."""
        if not self.state.replies:
            opening = self.script.opening
            words = opening.welcome if self._first and opening.welcome else opening.greeting
            said = [Utterance("greeting", words.strip())]
            if self._notice:
                said.append(Utterance("remark", self._notice))
            if self._report is not None:
                return [*said, *self.reply(self._report, narrative=True)]
            return [*said, *asking.ask_again(self)]
        said = [Utterance("remark", f"Continued: {len(self.state.answers)} answers so far.")]
        if any(isinstance(line.event, events.KnowledgeChanged) for line in self.lines[-1:]):
            text = "The knowledge or the script has changed since; the differential is of today."
            said.append(Utterance("remark", text))
        return [*said, *asking.ask_again(self)]

    def reply(self, text: str, *, narrative: bool = False) -> list[Utterance]:
        """Take what the user typed and return what there is to say.

        Args:
            text: anything; lone surrogates are replaced, nothing else is changed.
            narrative: whether `text` was pasted as a report.
        """
        if self.state.closed:
            return asking.go_on(self)
        text = text.encode("utf-8", "replace").decode("utf-8")
        # a note may be a pasted text of its own
        command = parse_command(text) if not narrative or text.lstrip().lower().startswith("/note") else None
        if command is not None:
            return answer_command(self, command, text)
        pending = self.state.pending
        if pending is not None and pending.to == OPENING and "\n" not in text.strip():
            chosen = _CHOICES.get(text.strip())
            if chosen is not None:
                return answer_command(self, Command(chosen), text)
            if text.strip().lower() in _ASK_ME:
                self.append(events.Replied(text, OPENING, "reply"))
                return asking.go_on(self)
        if not text.strip():
            return [Utterance("remark", "Nothing was typed."), *asking.ask_again(self)]
        if pending is not None and pending.to == STOP and (said := turns.stop_reply(self, text)) is not None:
            return said
        asked = pending.finding if pending is not None else None
        if asked is None or is_text(text, narrative=narrative):
            opening = pending is not None and pending.to == OPENING
            by_itself = opening or is_text(text, narrative=narrative)
            kind = "narrative" if by_itself else "reply"
            to = pending.to if pending is not None and pending.to != STOP else None
            turn = self.append(events.Replied(text, to, kind)).n
            return turns.understood(self, self.interpreter.read(text), pending, turn)
        turn = self.append(events.Replied(text, asked, "reply")).n
        if pending is not None and pending.options:
            picked = turns.picked(self, pending, turn, text)
            if picked is not None:
                return picked
        return turns.understood(self, self.interpreter.read(text, asked), pending, turn)

    def answer(self, answer: Answer) -> list[Utterance]:
        """Take an answer to its own question as it is, past the reading of words.

        For programs that hold findings and not sentences; the transcript keeps its spelling as the reply.
        """
        if self.state.closed:
            return asking.go_on(self)
        spelled = json.dumps(answer.plain(), ensure_ascii=False)
        pending = (
            self.state.pending if self.state.pending and self.state.pending.to == answer.finding else None
        )
        turn = self.append(events.Replied(spelled, answer.finding, "reply")).n
        reading = Reading(answer.finding, Outcome.ACCEPT, (answer,), ((0, len(spelled)),))
        return turns.understood(self, Interpretation(spelled, answer.finding, (reading,)), pending, turn)

    def close(self, reason: str = "quit") -> None:
        """End the session: `done`, `quit` or `signal`; the transcript can be continued."""
        if not self.state.closed:
            self.append(events.Closed(reason))
        if self._store is not None:
            self._store.close()

    def wait_for(self, pending: Pending) -> None:
        """Wait for a reply to something that is no event of its own: the offer to stop."""
        self.state = replace(self.state, pending=pending)

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
    if population is not None:
        prior(knowledge, population)


def is_text(text: str, *, narrative: bool = False) -> bool:
    """Say whether a reply is read as a text of its own: pasted as one, of several lines, or long."""
    return narrative or len(text) > LONGEST_REPLY or "\n" in text.strip()
