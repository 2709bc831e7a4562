"""What to ask next: a pure function of the script and of what was said so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.dialog.script import Order, Question, Script
from assistant.inference import Gain, gains, leader_can_change, narrowing_gains
from assistant.knowledge import Answer, KnowledgeBase

STAY_SHARE = 0.5
"""A question of the present section is preferred while it is worth at least this share of the best elsewhere.

Jumping between topics tires; half a question's worth is the price of staying (judgement).
"""


class Ground(StrEnum):
    """Why a question is put."""

    SCRIPTED = "scripted"
    MUST_ASK = "must_ask"
    INFORMATIVE = "informative"
    CLARIFY = "clarify"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question."""

    question: Question
    ground: Ground


@dataclass(frozen=True, slots=True)
class Narrow:
    """Ask which value holds of an answer that allows several."""

    finding: str

    gain: float
    """What that is expected to tell, in bits."""


@dataclass(frozen=True, slots=True)
class OfferToStop:
    """Offer to stop."""

    settled: bool = True
    """Whether no open answer can change the leader; else the last questions brought nothing, and little is left."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """Nothing is left to ask."""


Step = Ask | Narrow | OfferToStop | Conclude


@dataclass(frozen=True, slots=True)
class Standing:
    """What the choice of the next question depends on."""

    answers: Mapping[str, Answer]
    settled: frozenset[str] = frozenset()
    """Findings that were skipped or left open; they are not asked again."""

    last: str | None = None
    """The finding asked last."""

    stop_declined: bool = False
    """Whether the user chose to go on when stopping was offered."""

    order: Order | None = None
    """The order of questions; the script's own when left out."""

    population: str | None = None
    asked: frozenset[str] = frozenset()
    """Findings that were put to the user."""

    narrowed: frozenset[str] = frozenset()
    told: bool = False
    """Whether a report or a history was pasted."""

    in_vain: int = 0
    """How many questions in a row brought no answer, up to the last one."""

    """Findings whose set was put to the user to be narrowed; it is not put again."""

    def tells(self, finding: str) -> bool:
        """Say whether a finding needs no question: a report's "no fever" by the way does not tell what there was."""
        answer = self.answers.get(finding)
        if answer is None:
            return False
        by_the_way = answer.listed and not answer.values and answer.moves and finding not in self.asked
        return not by_the_way


def open_questions(script: Script, standing: Standing) -> tuple[Question, ...]:
    """Return the questions that may still be put, in the order of the script."""
    return tuple(
        question
        for question in script.questions
        if not standing.tells(question.finding)
        and question.finding not in standing.settled
        and question.may_be_asked(standing.answers)
    )


def next_step(knowledge: KnowledgeBase, script: Script, standing: Standing) -> Step:
    """Return what to do next.

    Follow-ups of the last question come first, then in `scripted` order the next question of the file; in
    `informative` order the must-ask questions, then the open question with the most information per burden.
    A set is narrowed where that is worth its question: behind the script, or where it is worth most.
    """
    left = open_questions(script, standing)
    if not left:
        sets = _narrowings(knowledge, standing)
        return Narrow(sets[0].finding, sets[0].gain) if sets else Conclude()
    following = _follow_up(script, standing, left)
    if (standing.order or script.order) == "scripted":
        return Ask(following or left[0], Ground.SCRIPTED)
    must = [question for question in left if question.must_be_asked(standing.answers)]
    if following is not None and following in must:
        return Ask(following, Ground.MUST_ASK)
    if must:
        return Ask(must[0], Ground.MUST_ASK)
    silent = [question for question in left if not knowledge.findings[question.finding].informative]
    sets = _narrowings(knowledge, standing)
    if not standing.stop_declined:
        names = [question.finding for question in left]
        if not leader_can_change(knowledge, standing.answers, names, standing.population):
            if sets:
                return Narrow(sets[0].finding, sets[0].gain)
            # what moves no diagnosis may still decide about a needle, so it is asked before stopping
            return Ask(silent[0], Ground.SCRIPTED) if silent else OfferToStop()
        if _little_left(knowledge, standing, left):
            return Ask(silent[0], Ground.SCRIPTED) if silent else OfferToStop(settled=False)
    if following is not None:
        return Ask(following, Ground.SCRIPTED)
    return _most_telling(knowledge, script, standing, left, sets)


def _little_left(knowledge: KnowledgeBase, standing: Standing, left: Sequence[Question]) -> bool:
    """Say whether a pasted text seems to have told what there is: no answer for a while, and little left to learn."""
    model = knowledge.model
    if not standing.told or standing.in_vain < model.early_stop_after:
        return False
    names = [question.finding for question in left]
    worth = (
        gain.gain + gain.credit for gain in gains(knowledge, standing.answers, names, standing.population)
    )
    return max(worth, default=0.0) <= model.early_stop_bits


def _narrowings(knowledge: KnowledgeBase, standing: Standing) -> list[Gain]:
    """Return the sets whose narrowing is worth its question, the one worth most per burden first."""
    names = [
        name
        for name, answer in standing.answers.items()
        if name not in standing.narrowed and answer.moves and not answer.listed and len(answer.values) > 1
    ]
    # nearly always there is none, and the differential need not be folded for it
    found = narrowing_gains(knowledge, standing.answers, names, standing.population) if names else ()
    return [gain for gain in found if gain.gain > knowledge.model.narrowing_bits]


def _follow_up(script: Script, standing: Standing, left: Sequence[Question]) -> Question | None:
    last = script.question(standing.last) if standing.last else None
    if last is None:
        return None
    wanted = last.follow_ups
    return next((question for name in wanted for question in left if question.finding == name), None)


def _most_telling(
    knowledge: KnowledgeBase,
    script: Script,
    standing: Standing,
    left: Sequence[Question],
    sets: Sequence[Gain],
) -> Step:
    by_name = {question.finding: question for question in left}
    open_ones = gains(knowledge, standing.answers, by_name, standing.population)
    ranked = sorted((*open_ones, *sets), key=lambda gain: (-gain.per_burden, gain.finding))
    best = ranked[0]
    here = next(
        (
            {question.finding for question in section.questions}
            for section in script.sections
            if any(question.finding == standing.last for question in section.questions)
        ),
        set(),
    )
    near = next((gain for gain in ranked if gain.finding in here), None)
    if near is not None and near.per_burden > 0 and near.per_burden >= STAY_SHARE * best.per_burden:
        best = near
    if best.finding not in by_name:
        return Narrow(best.finding, best.gain)
    return Ask(by_name[best.finding] if best.per_burden > 0 else left[0], Ground.INFORMATIVE)
