"""How a reply was read, in words: the steps of an explanation as lines, clause by clause."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.knowledge import Answer, Finding, Kind, KnowledgeBase
from assistant.session.wording import answer_words
from assistant.understanding import Outcome, Reading

if TYPE_CHECKING:
    from assistant.understanding import Explanation
    from assistant.understanding.explanation import (
        ClaimMade,
        Clause,
        CueFound,
        Meaning,
        NumberFound,
        Phrase,
        Stretch,
    )

_MOST_MEANINGS = 3
"""Findings named of a phrase that stands for many."""

_LONGEST = 200
"""Characters of the reply that stand at the head of the lines."""

_OPEN = "there, not said which"

_STATEMENTS = ("unknown", "not_done", "not_assessable")
"""Kinds of cues that are a claim themselves."""

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ACCEPT: "accepted",
    Outcome.CONFIRM: "to be confirmed",
    Outcome.ASK: "asked again",
}
"""Outcome of a reading -> how it is told."""


@dataclass(frozen=True, slots=True)
class ClauseRead:
    """One clause and what was found in it, in words."""

    words: str
    """As typed, line breaks as spaces."""

    marks: tuple[Stretch, ...]
    """The words in it that something was read from, in code points of `words`."""

    lines: tuple[str, ...]
    dropped: bool
    """Whether a narrative leaves it out."""


@dataclass(frozen=True, slots=True)
class Result:
    """One reading in words."""

    outcome: Outcome
    text: str


def explained(explanation: Explanation, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return how a reply was read, line by line."""
    lines = [question_words(explanation, knowledge), f'Reply: "{_shortened(explanation)}"']
    lines.extend(remarks(explanation))
    for number, clause in enumerate(clauses_read(explanation, knowledge), start=1):
        lines.append(f'{number}. "{clause.words}"')
        lines.extend(f"   {line}" for line in clause.lines)
    lines.append("What it comes to:")
    lines.extend(f"- {result.text}" for result in results(explanation, knowledge))
    return tuple(lines)


def question_words(explanation: Explanation, knowledge: KnowledgeBase) -> str:
    """Return what was asked."""
    asked = explanation.interpretation.question
    return "No question: read as a report." if asked is None else f"Question: {knowledge.finding(asked).name}"


def _shortened(explanation: Explanation) -> str:
    reply = explanation.interpretation.reply
    words = explanation.words((0, min(len(reply), 2 * _LONGEST)))
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def remarks(explanation: Explanation) -> Iterator[str]:
    """Yield what is to be said of the whole reply."""
    if explanation.option:
        yield "It is a choice that was offered, so no phrases were looked for."
    if explanation.interpretation.cut:
        yield "It was very long: only its beginning was read."
    if explanation.taken_back is not None:
        yield f'Taken back by the reply itself: "{explanation.words(explanation.taken_back)}"'


# -- clauses


def clauses_read(explanation: Explanation, knowledge: KnowledgeBase) -> Iterator[ClauseRead]:
    """Yield every clause with what was found in it."""
    telling = _Telling(explanation, knowledge)
    for place, clause in enumerate(explanation.clauses):
        words = explanation.interpretation.reply[clause.start : clause.end]
        # each sign of white space stays one sign, so that the marks fit
        flat = "".join(" " if sign.isspace() else sign for sign in words)
        marks = () if clause.dropped else tuple(telling.marks(place, clause))
        yield ClauseRead(flat, marks, tuple(telling.lines(place, clause)), bool(clause.dropped))


class _Telling:
    """One explanation, its parts found by their clauses."""

    def __init__(self, explanation: Explanation, knowledge: KnowledgeBase) -> None:
        self._explanation = explanation
        self._knowledge = knowledge
        self._phrases: dict[int, list[Phrase]] = {}
        self._cues: dict[int, list[CueFound]] = {}
        self._claims: dict[int, list[ClaimMade]] = {}
        self._numbers: dict[int, list[NumberFound]] = {}
        self._unused: dict[int, list[Stretch]] = {}
        self._supposing: dict[int, list[CueFound]] = {}
        """Sentence -> the cues that what follows is only supposed."""

        for phrase in explanation.phrases:
            self._phrases.setdefault(phrase.clause, []).append(phrase)
        for cue in explanation.cues:
            self._cues.setdefault(cue.clause, []).append(cue)
            if cue.kind == "hypothetical":
                sentence = explanation.clauses[cue.clause].sentence
                self._supposing.setdefault(sentence, []).append(cue)
        for claim in explanation.claims:
            self._claims.setdefault(claim.clause, []).append(claim)
        for number in explanation.numbers:
            self._numbers.setdefault(number.clause, []).append(number)
        starts = [clause.start for clause in explanation.clauses]
        for part in explanation.unused:
            self._unused.setdefault(bisect_right(starts, part[0]) - 1, []).append(part)

    def marks(self, place: int, clause: Clause) -> Iterator[Stretch]:
        """Yield the words of a clause that claims rest on."""
        for claim in self._claims.get(place, ()):
            for start, end in ((claim.start, claim.end), *claim.denied_by):
                if clause.start <= start and end <= clause.end:
                    yield start - clause.start, end - clause.start

    def lines(self, place: int, clause: Clause) -> Iterator[str]:
        """Yield what was found in a clause: phrases, cues, numbers, claims, words without use."""
        if clause.dropped:
            yield self._left_out(place, clause)
            return
        said = [
            *self._phrase_lines(place),
            *self._cue_lines(place),
            *self._number_lines(place),
            *self._claim_lines(place),
            *self._open_lines(place),
        ]
        # a rule and another may claim the same of the same words
        yield from dict.fromkeys(said)
        inside = self._unused.get(place, ())
        if not said:
            yield "Nothing was read from it."
        elif inside:
            yield f"Not used: {self._quoted(inside)}"

    def _left_out(self, place: int, clause: Clause) -> str:
        clauses = self._explanation.clauses
        cues = [
            (cue.start, cue.end)
            for cue in self._explanation.cues
            if cue.kind == "hypothetical"
            and cue.clause <= place
            # what is supposed goes on to the end of its sentence
            and clauses[cue.clause].sentence == clause.sentence
        ]
        by = f", by {self._quoted(cues)}" if cues and "supposed" in clause.dropped else ""
        return f"Left out: {clause.dropped}{by}."

    def _quoted(self, parts: Iterable[Stretch]) -> str:
        return ", ".join(f'"{self._explanation.words(part)}"' for part in dict.fromkeys(parts))

    # -- what was found

    def _phrase_lines(self, place: int) -> Iterator[str]:
        claimed = {claim.finding for claim in self._claims.get(place, ())}
        for phrase in self._phrases.get(place, ()):
            tells = self._tells(phrase)
            # "year-old" names the age; the claim beside it says so
            if phrase.chosen and (tells or claimed.isdisjoint(one.finding for one in phrase.meanings)):
                nothing = f"; {phrase.why_not}" if phrase.why_not and tells else ""
                yield f"{self._called(phrase)} {self._meant(phrase)}{nothing}."

    @staticmethod
    def _tells(phrase: Phrase) -> bool:
        """Say whether the phrase would mean something, so that it is worth a word why it does not."""
        return any(meaning.sort != "measure" for meaning in phrase.meanings)

    def _called(self, phrase: Phrase) -> str:
        typed = f'"{self._explanation.words(*phrase.parts)}"'
        if not phrase.slips:
            return typed
        slips = "1 slip" if phrase.slips == 1 else f"{phrase.slips} slips"
        return f'{typed}, taken for "{phrase.known}" ({slips}),'

    def _meant(self, phrase: Phrase) -> str:
        only_names = not self._tells(phrase)
        told = [self._meaning(meaning) for meaning in phrase.meanings[:_MOST_MEANINGS]]
        left = len(phrase.meanings) - len(told)
        more = f" and {left} more" if left else ""
        turned = " with a denial inside" if phrase.turned else ""
        return f"{'names' if only_names else 'means'} {'; '.join(told)}{more}{turned}"

    def _meaning(self, meaning: Meaning) -> str:
        finding = self._knowledge.finding(meaning.finding)
        if meaning.number is not None:
            number = meaning.number
            return f"{finding.name}: {answer_words(finding, Answer(finding.id, quantity=(number, number)))}"
        if meaning.values:
            return f"{finding.name}: {_values_words(finding, meaning.values)}"
        if meaning.sort == "sign":
            sure = finding.value_name(finding.positive) if finding.positive else _OPEN
            return f"{finding.name}: {sure}"
        return finding.name

    def _cue_lines(self, place: int) -> Iterator[str]:
        for cue in self._cues.get(place, ()):
            words = f'"{self._explanation.words((cue.start, cue.end))}"'
            if cue.weighty and cue.reaches:
                yield f"{words} {cue.does}: {self._quoted(cue.reaches)}."
            elif cue.kind in _STATEMENTS:
                yield f"{words} {cue.does}."

    def _number_lines(self, place: int) -> Iterator[str]:
        phrases = [phrase for phrase in self._phrases.get(place, ()) if phrase.chosen]
        for number in self._numbers.get(place, ()):
            # the number of "segment 4" is told with its phrase
            part = any(phrase.start <= number.start < phrase.end for phrase in phrases)
            if not number.used and not part:
                words = self._explanation.words((number.start, number.end))
                yield f'Nothing was read from the number "{words}".'

    def _claim_lines(self, place: int) -> Iterator[str]:
        plain = {
            (phrase.start, phrase.end, meaning.finding): self._meaning(meaning)
            for phrase in self._phrases.get(place, ())
            if phrase.chosen and not phrase.turned
            for meaning in phrase.meanings
        }
        for claim in self._claims.get(place, ()):
            finding = self._knowledge.finding(claim.finding)
            said = f"{finding.name}: {claim_words(finding, claim)}"
            remarked = claim.hedged or claim.doubled or claim.why_not or claim.denied_by
            if plain.get((claim.start, claim.end, claim.finding)) == said and not remarked:
                continue
            line = f"So {said}, from {self._quoted([(claim.start, claim.end)])}"
            if claim.hedged:
                line += f", {claim.hedged}"
            if claim.doubled:
                line += ", denied twice"
            yield f"{line}; not counted, {claim.why_not}." if claim.why_not else f"{line}."

    def _open_lines(self, place: int) -> Iterator[str]:
        """Yield the phrases that would count as a direct reply, where nothing else was read from their words."""
        unused = self._unused.get(place, ())
        widest: list[Phrase] = []
        for phrase in sorted(self._phrases.get(place, ()), key=lambda one: one.start - one.end):
            inside = any(start <= phrase.start and phrase.end <= end for start, end in unused)
            apart = all(phrase.end <= other.start or other.end <= phrase.start for other in widest)
            if not phrase.chosen and inside and apart:
                widest.append(phrase)
        for phrase in sorted(widest, key=lambda one: one.start):
            names = [self._knowledge.finding(one.finding).name for one in phrase.meanings]
            more = f" and {len(names) - _MOST_MEANINGS} more" if len(names) > _MOST_MEANINGS else ""
            yield f"{self._called(phrase)} {phrase.why_not}: {', '.join(names[:_MOST_MEANINGS])}{more}."


def claim_words(finding: Finding, claim: ClaimMade) -> str:
    """Return what a claim says of its finding."""
    if claim.state is not None:
        return answer_words(finding, Answer(finding.id, claim.state))
    if claim.quantity is not None:
        return answer_words(finding, Answer(finding.id, quantity=claim.quantity))
    if claim.open:
        return _OPEN
    if claim.denied:
        return f"not {' or '.join(finding.value_name(value) for value in claim.denied)}"
    return _values_words(finding, claim.values)


def _values_words(finding: Finding, values: Sequence[str]) -> str:
    listed = finding.kind is Kind.MULTIPLE
    return answer_words(finding, Answer(finding.id, values=frozenset(values), listed=listed))


# -- what it comes to


def results(explanation: Explanation, knowledge: KnowledgeBase) -> Iterator[Result]:
    """Yield every reading, the pending finding first; where there is none, that there is none."""
    readings = explanation.interpretation.readings
    if not readings:
        none = (
            "None of what was offered is taken over."
            if explanation.option
            else "Nothing was read as a finding."
        )
        yield Result(Outcome.ASK, none)
    for reading in readings:
        yield Result(reading.outcome, _result_words(knowledge.finding(reading.finding), reading))


def _result_words(finding: Finding, reading: Reading) -> str:
    told = [answer_words(finding, answer) for answer in reading.answers]
    outcome = OUTCOMES[reading.outcome]
    if reading.outcome is Outcome.ASK:
        choices = f"; offered: {'; '.join(told)}" if told else ""
        reason = f", {reading.reason}" if reading.reason else ""
        return f"{finding.name}: {outcome}{reason}{choices}."
    reason = f", {reading.reason}" if reading.reason else ""
    return f"{finding.name}: {', '.join(told)} ({outcome}{reason})."
