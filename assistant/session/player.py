"""Where a replay stands: its turn, its pace, what is hidden, and the lists that a learner committed to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.dialog import Script
from assistant.errors import AssistantError, UsageError, nearest
from assistant.inference import Differential
from assistant.knowledge import KnowledgeBase
from assistant.session.actions import diagnosis_named
from assistant.session.frames import Frame, frames, interview_at, recorded_differential
from assistant.session.interview import Interview
from assistant.session.pending import OPENING
from assistant.session.replay import Comparison, script_of
from assistant.session.transcript import Replied, Transcript
from assistant.session.utterance import Utterance

SLOWEST, FASTEST = 0.25, 16.0

LEAST_WAIT, LONGEST_WAIT = 0.3, 5.0
"""Seconds between two turns; whoever went for a coffee is not waited for."""

SECONDS_PER_WORD = 0.25
"""Four words a second are read at ease, 240 a minute."""

LONGEST_READING = 8.0
"""Seconds that the longest text stays."""

TELLING = frozenset(("differential", "summary"))
"""Kinds of utterance that tell the differential."""


@dataclass(frozen=True, slots=True)
class OwnList:
    """What a learner held most likely at a turn, before the differential was shown."""

    turn: int
    diagnoses: tuple[str, ...]
    """Ids, the likeliest first."""

    then: Differential | None
    """What the interview had at that turn; None where nothing can be said of it."""


class Player:
    """A position in the turns of a saved interview; front ends show where it stands and keep the time."""

    def __init__(
        self,
        transcript: Transcript,
        knowledge: KnowledgeBase,
        *,
        script: Script | None = None,
        comparison: Comparison | None = None,
        remarks: Sequence[str] = (),
        closing: str = "",
        turn: int = 0,
        speed: float = 1.0,
        playing: bool = False,
        hidden: bool = False,
    ) -> None:
        """Begin at a turn.

        Args:
            transcript: its good part is played.
            knowledge: today's.
            script: of the interview; the one it names when left out.
            comparison: of the same transcript with today's knowledge.
            remarks: one for each turn, from the first reply on.
            closing: a remark after the last turn.
            turn: where to begin; 0 is before the first reply.
            speed: how many times as fast as it was, brought between SLOWEST and FASTEST.
            playing: whether the turns follow by themselves.
            hidden: whether the differential is kept back until a list is committed.

        Raises:
            UsageError: there is no such turn.
        """
        self.transcript, self.knowledge, self.comparison = transcript, knowledge, comparison
        self.frames: tuple[Frame, ...] = frames(transcript, knowledge, comparison, remarks)
        self.closing = closing
        self.place = 0
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self.playing = playing
        self.hidden = hidden
        self.lists: dict[int, OwnList] = {}
        """Turn -> the list committed there; a later one takes the place of an earlier one."""

        self._script = script or script_of(transcript.opened, knowledge)
        self._interview: tuple[int, Interview | None] | None = None
        # a program replies within milliseconds, so what it said is given the time to be read
        self._by_reading = sum(frame.seconds for frame in self.frames) < LEAST_WAIT * len(self.frames)
        self.jump(turn)

    # -- where it stands

    @property
    def frame(self) -> Frame:
        """Return the present turn."""
        return self.frames[self.place]

    @property
    def turns(self) -> int:
        """Return how many replies there are; it is also the number of the last turn."""
        return len(self.frames) - 1

    @property
    def at_end(self) -> bool:
        """Say whether no turn follows."""
        return self.place == self.turns

    def said(self, frame: Frame) -> tuple[Utterance, ...]:
        """Return what followed the reply of a turn, without what tells the differential while it is hidden."""
        return tuple(one for one in frame.said if not (self.hidden and one.kind in TELLING))

    def question(self, frame: Frame) -> Utterance | None:
        """Return what was asked at the end of a turn, the invitation to describe the case among it."""
        if frame.number == 0 and frame.question is None and self.turns:
            first = self.transcript.lines[frame.lines].event
            if isinstance(first, Replied) and first.to == OPENING:
                return Utterance("question", self._script.opening.prompt.strip())
        return frame.question

    # -- going on

    def forward(self) -> bool:
        """Go to the next turn; say whether there is one. Playing ends with the last."""
        if self.at_end:
            self.playing = False
            return False
        self.place += 1
        self.playing = self.playing and not self.at_end
        return True

    def back(self) -> bool:
        """Go to the turn before; say whether there is one."""
        if self.place == 0:
            return False
        self.place -= 1
        return True

    def first(self) -> bool:
        """Go before the first reply; say whether that is elsewhere."""
        moved = self.place > 0
        self.place = 0
        return moved

    def last(self) -> bool:
        """Go to the last turn and stop there; say whether that is elsewhere."""
        moved = not self.at_end
        self.place = self.turns
        self.playing = False
        return moved

    def jump(self, turn: int) -> bool:
        """Go to a turn; say whether that is elsewhere.

        Raises:
            UsageError: there is no such turn.
        """
        if not 0 <= turn <= self.turns:
            raise UsageError(
                f"there is no turn {turn}; they go from 0, before the first reply, to {self.turns}"
            )
        moved = self.place != turn
        self.place = turn
        self.playing = self.playing and not self.at_end
        return moved

    def jump_to(self, words: str) -> bool:
        """Go to the turn whose number was typed; say whether that is elsewhere.

        Raises:
            UsageError: it is no number, or there is no such turn.
        """
        if not re.fullmatch(r"\s*\d{1,6}\s*", words):
            raise UsageError(f"{words.strip()!r} is no turn; type a number from 0 to {self.turns}")
        return self.jump(int(words))

    def next_move(self) -> bool:
        """Go to the next turn that today's knowledge sees differently; say whether there is one."""
        return self._go_to(next((frame for frame in self.frames[self.place + 1 :] if frame.moves), None))

    def previous_move(self) -> bool:
        """Go to the turn before this one that today's knowledge sees differently; say whether there is one."""
        earlier = reversed(self.frames[: self.place])
        return self._go_to(next((frame for frame in earlier if frame.moves), None))

    def _go_to(self, frame: Frame | None) -> bool:
        return frame is not None and self.jump(frame.number)

    # -- its pace

    def toggle(self) -> None:
        """Play or pause; at the end it begins anew."""
        if not self.playing and self.at_end:
            self.first()
        self.playing = not self.playing and self.turns > 0

    def faster(self) -> None:
        """Double the speed, to FASTEST at most."""
        self.speed = min(self.speed * 2, FASTEST)

    def slower(self) -> None:
        """Halve the speed, to SLOWEST at least."""
        self.speed = max(self.speed / 2, SLOWEST)

    @property
    def wait(self) -> float:
        """Return the seconds until the next turn, as it was and long enough to read a remark."""
        if self.at_end:
            return LEAST_WAIT
        frame = self.frame
        texts = [frame.remark]
        if self._by_reading:
            texts += [frame.typed or "", *(one.text for one in self.said(frame))]
            question = self.question(frame)
            texts.append(question.text if question else "")
        reading = sum(len(text.split()) for text in texts) * SECONDS_PER_WORD / self.speed
        pause = self.frames[self.place + 1].seconds / self.speed
        return max(min(pause, LONGEST_WAIT), min(reading, LONGEST_READING), LEAST_WAIT)

    # -- the differential

    @property
    def interview(self) -> Interview | None:
        """Return the interview as it stood, in the numbers of today; None where today cannot read it."""
        if self._interview is None or self._interview[0] != self.place:
            found: Interview | None
            try:
                found = interview_at(self.frame, self.transcript, self.knowledge, self._script)
                _ = found.differential
            except AssistantError:
                # an answer or a clinic that the knowledge has lost
                found = None
            self._interview = self.place, found
        return self._interview[1]

    @property
    def starting(self) -> bool:
        """Say whether nothing was answered yet, so that only starting probabilities can be shown."""
        return self.frame.recorded is None

    @property
    def shown(self) -> Differential | None:
        """Return the differential as it was recorded, today's starting one before any answer."""
        if self.frame.recorded is not None:
            return recorded_differential(self.frame.recorded, self.knowledge)
        return self.interview.differential if self.interview is not None else None

    @property
    def before(self) -> Mapping[str, float] | None:
        """Return the posterior recorded at the turn before; None where there is none."""
        return self.frames[self.place - 1].recorded if self.place else None

    @property
    def today(self) -> Differential | None:
        """Return the differential of today's knowledge, where both sides are known."""
        if self.frame.recorded is None or self.frame.today is None:
            return None
        return recorded_differential(self.frame.today, self.knowledge)

    @property
    def same_knowledge(self) -> bool:
        """Say whether the interview was held with the knowledge of today."""
        return self.transcript.opened.knowledge.get("sha256") == self.knowledge.sha256

    # -- a list of one's own

    def commit(self, words: str) -> OwnList:
        """Keep the diagnoses that a learner names, the likeliest first, and show the differential.

        Raises:
            UsageError: nothing was named, or something that is no diagnosis.
        """
        named: list[str] = []
        for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", words))):
            found = diagnosis_named(self.knowledge, re.sub(r"^\d+[.)]?\s+", "", part))
            if found is None:
                raise UsageError(f"there is no diagnosis {part!r}{nearest(part.lower(), self._names())}")
            named.append(found)
        if not named:
            raise UsageError("name at least one diagnosis, with commas between several: FNH, metastasis")
        own = OwnList(self.place, tuple(dict.fromkeys(named)), self.shown)
        self.lists[self.place] = own
        self.hidden = False
        return own

    def _names(self) -> list[str]:
        return [
            name.lower()
            for diagnosis in self.knowledge.diagnoses.values()
            for name in (diagnosis.short, diagnosis.name, diagnosis.id, *diagnosis.synonyms)
        ]
