"""A saved interview turn by turn, each turn with the differential of then and, when compared, that of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.dialog import Script
from assistant.inference import Differential
from assistant.knowledge import KnowledgeBase
from assistant.session import transcript as events
from assistant.session.interview import Interview
from assistant.session.playback import Step, play
from assistant.session.state import fold
from assistant.session.transcript import Transcript
from assistant.session.utterance import Utterance

if TYPE_CHECKING:
    from assistant.session.replay import Comparison, Move


@dataclass(frozen=True, slots=True)
class Frame:
    """One turn: what was typed, and what followed up to the next reply."""

    number: int
    """0 before the first reply, then 1, 2, ..."""

    typed: str | None
    """None before the first reply."""

    spans: tuple[tuple[int, int], ...]
    """The words of `typed` that answers rest on, in code points."""

    said: tuple[Utterance, ...]
    """Without the question that was put last."""

    question: Utterance | None
    """What was asked at the end of the turn; None before the first question."""

    lines: int
    """Events of the transcript up to the end of the turn."""

    seconds: float
    """From the turn before to this reply, as it was."""

    recorded: Mapping[str, float] | None
    """The posterior as it was shown then, falling; None while nothing was answered."""

    today: Mapping[str, float] | None
    """The posterior of today's knowledge, where it was compared."""

    moves: tuple[Move, ...]
    """What today's knowledge sees differently in this turn."""

    remark: str = ""
    """What a teacher says of the turn."""


def frames(
    transcript: Transcript,
    knowledge: KnowledgeBase,
    comparison: Comparison | None = None,
    remarks: Sequence[str] = (),
) -> tuple[Frame, ...]:
    """Return the turns of `transcript`, the first with what came before any reply.

    Args:
        transcript: its good part is played.
        knowledge: names findings and diagnoses.
        comparison: of the same transcript with today's knowledge.
        remarks: one for each turn, from the first reply on.
    """
    groups: list[list[Step]] = [[]]
    for step in play(transcript, knowledge):
        if step.typed is not None:
            groups.append([])
        groups[-1].append(step)
    made: list[Frame] = []
    recorded: Mapping[str, float] | None = None
    for number, group in enumerate(groups):
        ends = groups[number + 1][0].line.n if number + 1 < len(groups) else len(transcript.lines)
        begins = group[0].line.n if group else 0
        for line in transcript.lines[begins:ends]:
            if isinstance(line.event, events.Revealed):
                recorded = dict(sorted(line.event.posterior.items(), key=lambda entry: -entry[1]))
        made.append(_frame(number, group, ends, made, recorded, transcript, comparison))
    return tuple(
        replace(frame, remark=remarks[frame.number - 1]) if 0 < frame.number <= len(remarks) else frame
        for frame in made
    )


def _frame(
    number: int,
    group: Sequence[Step],
    ends: int,
    earlier: Sequence[Frame],
    recorded: Mapping[str, float] | None,
    transcript: Transcript,
    comparison: Comparison | None,
) -> Frame:
    first = group[0].line.n if group else 0
    typed = group[0].typed if number else None
    said = [utterance for step in group for utterance in step.said]
    questions = [utterance for utterance in said if utterance.kind == "question"]
    before = earlier[-1].question if earlier else None
    begins = Step(transcript.lines[earlier[-1].lines - 1]) if earlier else None
    posteriors = comparison.posteriors if comparison is not None else {}
    own = tuple(
        span
        for line in transcript.lines[first:ends]
        if isinstance(line.event, events.Answered | events.Corrected) and line.event.from_ == first
        for span in line.event.spans
    )
    moves = comparison.moves if comparison is not None else ()
    return Frame(
        number,
        typed,
        own if typed is not None else (),
        tuple(utterance for utterance in said if utterance.kind != "question"),
        questions[-1] if questions else before,
        ends,
        group[0].seconds_after(begins) if group else 0.0,
        recorded,
        posteriors.get(first) if number else None,
        tuple(move for move in moves if first < move.line <= ends),
    )


def interview_at(frame: Frame, transcript: Transcript, knowledge: KnowledgeBase, script: Script) -> Interview:
    """Return the interview as it stood at the end of a turn, its numbers those of today's knowledge.

    Raises:
        AnswerError: it holds an answer that the knowledge does not know any more.
    """
    interview = Interview(knowledge, script, session=transcript.opened.session)
    opened = transcript.opened
    interview.order, interview.limit = opened.settings.get("order"), opened.settings.get("limit")
    interview.lines = list(transcript.lines[: frame.lines])
    interview.state = fold(interview.lines, knowledge)
    return interview


def recorded_differential(posterior: Mapping[str, float], knowledge: KnowledgeBase) -> Differential:
    """Return a posterior of then as a differential that can be shown; it holds neither prior nor reasons.

    Diagnoses that the knowledge does not know any more are left out.
    """
    known = {name: share for name, share in posterior.items() if name in knowledge.diagnoses}
    return Differential(dict(sorted(known.items(), key=lambda entry: -entry[1])), {}, (), knowledge.model)
