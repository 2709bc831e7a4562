"""The simulated clinician: plays a case through an interview and holds it to what the case expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.dialog import Script, load_script
from assistant.knowledge import Answer, Finding, Kind, KnowledgeBase, State
from assistant.session.cases import NARRATIVE, Case, Input
from assistant.session.expectations import Failure, failures
from assistant.session.gold import Verdict, judge
from assistant.session.interview import Interview
from assistant.session.pending import OPENING, STOP, Pending
from assistant.session.utterance import Utterance
from assistant.understanding import Interpreter

LONGEST_RUN = 400
"""Replies after which a conversation is taken to go in circles; no script has a quarter as many questions."""

OPEN = "leave it open"
"""What the clinician says when no option is right."""

START = "ask"
"""What the clinician says at the opening when there is nothing to paste."""


class EndlessCaseError(Exception):
    """The interview went on asking; a defect of the program, not of the case."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One reply, with what it answered."""

    to: str
    """A finding, `opening` or `stop`; empty once nothing is asked any more."""

    reason: str
    """Why it was asked; `again` where the same question came a second time."""

    wording: str
    options: tuple[Answer, ...]
    """Readings to choose from or to confirm."""

    reply: str
    said: tuple[Utterance, ...]
    """What the interview said to it."""

    @property
    def repeated(self) -> bool:
        """Say whether it answered a clarification, a confirmation or a question put again."""
        return self.reason in ("clarify", "confirm", "again")


@dataclass(frozen=True, slots=True)
class CaseRun:
    """One case, played."""

    case: Case
    interview: Interview
    exchanges: tuple[Exchange, ...]
    opening: tuple[Utterance, ...]
    """What was said before the first reply."""

    failures: tuple[Failure, ...]
    """Expectations that do not hold, in order."""

    used: frozenset[str]
    """Findings whose replies were given."""

    confirmed: frozenset[str]
    """Findings stored only after the clinician agreed or chose."""

    @property
    def questions(self) -> int:
        """Return how many different findings were put to the user."""
        return len(self.interview.state.asked)

    @property
    def repeats(self) -> int:
        """Return how many turns went into asking again."""
        return sum(exchange.repeated for exchange in self.exchanges)

    @property
    def unused_replies(self) -> tuple[str, ...]:
        """Return the findings whose replies were never asked for."""
        return tuple(name for name in self.case.replies if name not in self.used)


class CaseRunner:
    """Plays cases with one knowledge base and one interpreter, which are costly to make."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        order: str = "informative",
        input: Input = "replies",
        max_questions: int | None = None,
        interpreter: Interpreter | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.order = order
        """For cases that name none."""

        self.input = input
        self.max_questions = max_questions
        self.interpreter = interpreter or Interpreter(knowledge)
        self._scripts: dict[str, Script] = {}

    def run(self, case: Case) -> CaseRun:
        """Play one case to its end.

        Raises:
            EndlessCaseError: the interview did not come to its end.
            UsageError: the case names a script that does not exist.
        """
        if case.script not in self._scripts:
            self._scripts[case.script] = load_script(case.script, self.knowledge)
        interview = Interview.start(
            self.knowledge,
            self._scripts[case.script],
            order=case.order or self.order,
            limit=self.max_questions,
            interpreter=self.interpreter,
            session=case.id,
        )
        return _Clinician(case, interview, self.input).play()


class _Clinician:
    """One conversation under way."""

    def __init__(self, case: Case, interview: Interview, given: Input) -> None:
        self.case = case
        self.interview = interview
        self.input = given
        self.exchanges: list[Exchange] = []
        self.failures: list[Failure] = []
        self.used: set[str] = set()
        self.confirmed: set[str] = set()
        self._put: set[str] = set()
        """Findings whose question was answered once."""

        self._chosen: set[str] = set()
        """Findings for which an option was picked once."""

    def play(self) -> CaseRun:
        opening = tuple(self.interview.begin())
        if self.case.turns and self.input == "replies":
            self._play_turns()
        else:
            self._play_questions()
        if self.input == "replies":
            self.failures.extend(failures(self.case.expect, self.interview))
        return CaseRun(
            case=self.case,
            interview=self.interview,
            exchanges=tuple(self.exchanges),
            opening=opening,
            failures=tuple(self.failures),
            used=frozenset(self.used),
            confirmed=frozenset(self.confirmed),
        )

    # -- turns

    def _play_turns(self) -> None:
        for turn in self.case.turns:
            if self.interview.state.closed:
                self.failures.extend(Failure(one, "never reached") for one in turn.expect)
                continue
            whole = turn.user.strip() == NARRATIVE
            self._say(self.case.narrative if whole else turn.user, narrative=whole)
            self.failures.extend(failures(turn.expect, self.interview))

    # -- questions

    def _play_questions(self) -> None:
        if self.input == "narrative" and self.case.narrative:
            self._say(self.case.narrative, narrative=True)
        else:
            self._say(START)
        for _ in range(LONGEST_RUN):
            pending = self.interview.pending
            if pending is None:
                return
            self._answer(pending)
        raise EndlessCaseError(
            f"the interview still asks after {LONGEST_RUN} replies: {self.interview.prompt}"
        )

    def _answer(self, pending: Pending) -> None:
        if pending.to in (OPENING, STOP):
            # in scripted order every question of the script is wanted
            self._say("no" if self.interview.order == "scripted" or pending.to == OPENING else "yes")
            return
        name = pending.to
        if pending.reason == "confirm":
            agreed = name in self.case.gold and judge(pending.options[0], self.case.gold[name])
            self._pick(name, "yes" if agreed is Verdict.RIGHT else "no", agreed is Verdict.RIGHT)
        elif pending.reason == "clarify" or name in self._put:
            option = self._option(pending)
            self._pick(name, OPEN if option is None else str(option), option is not None)
        else:
            self._put.add(name)
            self._reply(name)

    def _reply(self, name: str) -> None:
        if self.input == "gold":
            self.used.add(name)
            self._say_answer(self.case.gold.get(name) or Answer(name, State.UNKNOWN))
            return
        if name in self.case.replies:
            self.used.add(name)
        said = self.case.replies.get(name) or self.case.unknown_replies.get(name) or State.UNKNOWN.value
        self._say(said)

    def _pick(self, name: str, said: str, agreed: bool) -> None:
        before = self.interview.answers.get(name)
        self._say(said)
        if agreed and self.interview.answers.get(name) != before:
            self.confirmed.add(name)

    def _option(self, pending: Pending) -> int | None:
        """Return the number of the option that is the gold answer, the first time it is looked for."""
        name = pending.to
        gold = self.case.gold.get(name)
        if gold is None or name in self._chosen:
            return None
        self._chosen.add(name)
        offered = pending.options or _values(self.interview.knowledge.findings[name])
        right = (place for place, one in enumerate(offered, 1) if judge(one, gold) is Verdict.RIGHT)
        return next(right, None)

    # -- saying

    def _say(self, text: str, *, narrative: bool = False) -> None:
        pending = self.interview.pending
        said = self.interview.reply(text, narrative=narrative)
        self._note(pending, text, said)

    def _say_answer(self, answer: Answer) -> None:
        pending = self.interview.pending
        said = self.interview.answer(answer)
        self._note(pending, str(answer.plain()), said)

    def _note(self, pending: Pending | None, text: str, said: Sequence[Utterance]) -> None:
        to = pending.to if pending else ""
        reason = pending.reason if pending else ""
        plainly = [one for one in self.exchanges if one.to == to and one.reason not in ("confirm", "")]
        if reason not in ("clarify", "confirm", OPENING, STOP, "") and plainly:
            reason = "again"
        self.exchanges.append(
            Exchange(
                to=to,
                reason=reason,
                wording=pending.wording if pending else "",
                options=pending.options if pending else (),
                reply=text,
                said=tuple(said),
            )
        )


def _values(finding: Finding) -> tuple[Answer, ...]:
    """Return the numbered values that a question shows, each as an answer."""
    if finding.kind is Kind.QUANTITY:
        return ()
    listed = finding.kind is Kind.MULTIPLE
    return tuple(Answer(finding.id, values=frozenset([one]), listed=listed) for one in finding.value_ids)
