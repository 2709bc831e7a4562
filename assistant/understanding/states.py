"""What is said not to be known, not done, not to be judged, or only planned."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.knowledge import Finding, KnowledgeBase, State
from assistant.understanding.assertion import Cues
from assistant.understanding.claims import LESION_GROUP, Claim
from assistant.understanding.said import Said
from assistant.understanding.text import words

_EXAMINED = frozenset([LESION_GROUP, "elsewhere"])
_STATES = {
    "not_done": State.NOT_DONE,
    "not_assessable": State.NOT_ASSESSABLE,
    "unknown": State.UNKNOWN,
}


class States:
    """Turns cues into claims that a finding has no value."""

    def __init__(self, knowledge: KnowledgeBase, cues: Cues) -> None:
        self._knowledge = knowledge
        self._cues = cues
        self.acts = frozenset(cues.data.get("acts", ()))
        """Findings that are acts: what is not done has not happened."""

        due = cues.data.get("result_due", {})
        self._awaited: tuple[frozenset[str], frozenset[tuple[str, ...]]] = (
            frozenset(due.get("findings", ())),
            frozenset(words(phrase) for phrase in due.get("words", ())),
        )
        self._shown_by = self._examinations()

    def _examinations(self) -> tuple[tuple[tuple[tuple[str, ...], ...], frozenset[str]], ...]:
        """Return for each examination its names and the findings it can show."""
        found = []
        for modality in self._cues.data.get("modalities", ()):
            tests = [
                self._knowledge.tests[name] for name in modality["tests"] if name in self._knowledge.tests
            ]
            shown = frozenset(finding for test in tests for finding in test.findings)
            found.append((tuple(words(name) for name in modality["words"]), shown))
        return tuple(found)

    def claims(self, said: Said) -> Iterator[Claim]:
        """Yield every claim that something has no value."""
        yield from self._states(said)
        if said.asked is not None:
            yield from self._missing_examination(said, said.asked)
            yield from self._not_told(said, said.asked)
            yield from self._planned(said, said.asked)

    def _states(self, said: Said) -> Iterator[Claim]:
        """Yield that something is unknown, not done or not assessable."""
        scope = said.scope
        for cue in scope.cues:
            state = _STATES.get(cue.kind)
            if state is None or cue.first < said.begin or scope.subjects.someone_else(cue.first):
                continue
            clause = scope.tokens[cue.first].clause
            behind = {
                token.text
                for token in said.text.clause(clause)
                if token.start > scope.tokens[cue.first].start
            }
            if said.setting.narrative and behind & self._cues.grammar["telling"]:
                # "the ultrasound requested for that showed ...": it was done
                continue
            about = said.topics.get(clause) or frozenset()
            typed = tuple(token.text for token in scope.tokens[cue.first : cue.last])
            if said.asked is not None and (said.asked.id in about or not about):
                yield self._state(said.asked, cue.first, cue.last, clause, state, typed)
            elif not said.setting.dropped(cue.first, scope):
                for name in sorted(about):
                    finding = self._knowledge.findings[name]
                    yield self._state(finding, cue.first, cue.last, clause, state, typed)

    def _state(
        self, finding: Finding, first: int, last: int, clause: int, state: State, typed: tuple[str, ...]
    ) -> Claim:
        """Return what a state cue claims; an act that was not done has not happened, unless its result is due."""
        awaited = finding.id in self._awaited[0] and typed in self._awaited[1]
        if (
            not awaited
            and state is State.NOT_DONE
            and finding.id in self.acts
            and finding.negative is not None
        ):
            return Claim(finding.id, first, last, clause, frozenset([finding.negative]), overrides=True)
        return Claim(finding.id, first, last, clause, state=state)

    def _not_told(self, said: Said, asked: Finding) -> Iterator[Claim]:
        """Yield `unknown` where it is said that the thing is not told ("no history available", "sizes not given")."""
        for cue in said.scope.cues:
            if asked.id in self.acts and said.text.tokens[cue.first].text == "given":
                continue
            if cue.kind != "knowing" or cue.first < said.begin or said.scope.subjects.someone_else(cue.first):
                continue
            clause = said.scope.tokens[cue.first].clause
            before = {
                said.text.tokens[place].text for place in said.text.clauses[clause] if place < cue.first
            }
            about = said.topics.get(clause) or frozenset([asked.id])
            if asked.id in about and before & {"no", "not", "never", "without", "nothing"}:
                yield Claim(asked.id, cue.first, cue.last, clause, state=State.UNKNOWN)

    def _planned(self, said: Said, asked: Finding) -> Iterator[Claim]:
        """Yield that an act which is only planned has not happened ("planned, not yet given")."""
        if asked.id not in self.acts or asked.negative is None:
            return
        for cue in said.scope.cues:
            clause = said.scope.tokens[cue.first].clause
            if cue.kind == "planned" and cue.first >= said.begin and not said.topics.get(clause):
                yield Claim(
                    asked.id, cue.first, cue.last, clause, frozenset([asked.negative]), overrides=True
                )

    def _missing_examination(self, said: Said, asked: Finding) -> Iterator[Claim]:
        """Yield `not done` for "no MRI" and for "CT only" when the finding needs another examination."""
        if asked.group not in _EXAMINED:
            return
        tokens = said.text.tokens
        texts = [token.text for token in tokens]
        for names, shown in self._shown_by:
            for name in names:
                for place in range(len(tokens) - len(name) + 1):
                    if tuple(texts[place : place + len(name)]) != name:
                        continue
                    before, behind = (
                        texts[max(0, place - 2) : place],
                        texts[place + len(name) : place + len(name) + 2],
                    )
                    only = bool({"only", "just"} & {*before, *behind}) and asked.id not in shown
                    absent = bool({"no", "without", "not"} & set(before)) and asked.id in shown
                    if (only or absent) and not said.doubt(tokens[place].clause):
                        end = place + len(name)
                        yield Claim(
                            asked.id, place, end, tokens[place].clause, state=State.NOT_DONE, implied=True
                        )
