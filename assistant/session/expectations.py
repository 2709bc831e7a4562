"""What a case expects of an interview: the leader, ranks, answers, questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.errors import AnswerError
from assistant.inference import certainty_word, percent
from assistant.knowledge import Answer, KnowledgeBase, parse_answer
from assistant.knowledge.reading import Reader
from assistant.session.interview import Interview
from assistant.yamlfile import Key

KINDS = (
    "leader",
    "rank",
    "band",
    "probability",
    "answers",
    "asked",
    "never_asked",
    "advice",
    "questions",
)
"""What can be expected."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold at one moment."""

    path: str
    line: int
    kind: str
    """One of KINDS."""

    about: str
    """The diagnosis, finding or advice; empty for the leader and the number of questions."""

    words: str
    """What is expected, as a failure names it."""

    check: Callable[[Interview], str | None]
    """Returns what is found instead, or None where the expectation holds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold."""

    expectation: Expectation
    found: str

    def __str__(self) -> str:
        expected = self.expectation
        about = f" {expected.about}" if expected.about else ""
        return (
            f"{expected.path}:{expected.line}: {expected.kind}{about}: "
            f"expected {expected.words}, found {self.found}"
        )


def failures(expected: Collection[Expectation], interview: Interview) -> Iterator[Failure]:
    """Yield what does not hold of `interview` as it stands."""
    for expectation in expected:
        found = expectation.check(interview)
        if found is not None:
            yield Failure(expectation, found)


class ExpectationReader:
    """Reads one `expect:` mapping; problems go to the reader of the case."""

    def __init__(self, reader: Reader, knowledge: KnowledgeBase, advice: Collection[str]) -> None:
        self.reader = reader
        self.knowledge = knowledge
        self.advice = advice

    def read(self, data: object, key: Key) -> tuple[Expectation, ...]:
        """Return what `data` expects, noting every problem in it."""
        if not isinstance(data, dict):
            self.reader.problem(key, "K100", f"expect must be a mapping of {', '.join(KINDS)}")
            return ()
        found: list[Expectation] = []
        for kind, spelled in data.items():
            here = (*key, kind)
            if kind not in KINDS:
                self.reader.one_of(kind, KINDS, here, "an expectation")
                continue
            read = getattr(self, f"_{kind}")
            found.extend(one for one in read(spelled, here) if one is not None)
        return tuple(found)

    # -- one method for each kind

    def _leader(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        names = spelled if isinstance(spelled, list) else [spelled]
        if all(self._known(name, self.knowledge.diagnoses, key, "diagnosis") for name in names):

            def check(interview: Interview) -> str | None:
                shown = interview.differential
                leader = shown.leader
                return None if leader in names else f"{leader} ({percent(shown.posterior[leader])})"

            yield self._made(key, "leader", "", " or ".join(map(str, names)), check)

    def _rank(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        for name, entry, here in self._mapping(spelled, key, self.knowledge.diagnoses, "diagnosis"):
            span = self._span(entry, here, whole=True)
            if span is not None:
                yield self._made(here, "rank", name, str(entry), _rank_check(name, span))

    def _probability(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        for name, entry, here in self._mapping(spelled, key, self.knowledge.diagnoses, "diagnosis"):
            span = self._span(entry, here, whole=False)
            if span is not None:
                yield self._made(here, "probability", name, str(entry), _probability_check(name, span))

    def _band(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        scale = [word for _, word in self.knowledge.model.certainty]
        for name, entry, here in self._mapping(spelled, key, self.knowledge.diagnoses, "diagnosis"):
            words = entry if isinstance(entry, list) else [entry]
            for word in words:
                self.reader.one_of(str(word), scale, here, "a certainty word")
            yield self._made(here, "band", name, " or ".join(map(str, words)), _band_check(name, words))

    def _answers(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        for name, entry, here in self._mapping(spelled, key, self.knowledge.findings, "finding"):
            try:
                answer = parse_answer(self.knowledge.findings[name], entry)
            except AnswerError as error:
                self.reader.problem(here, "K107", str(error))
                continue
            yield self._made(here, "answers", name, _shown(answer), _answer_check(answer))

    def _asked(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        for name, here in self._names(spelled, key, self.knowledge.findings, "finding"):
            yield self._made(here, "asked", name, "it to be asked", _asked_check(name, True))

    def _never_asked(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        for name, here in self._names(spelled, key, self.knowledge.findings, "finding"):
            yield self._made(here, "never_asked", name, "it not to be asked", _asked_check(name, False))

    def _advice(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        for name, here in self._names(spelled, key, self.advice, "advice"):
            yield self._made(here, "advice", name, "it to be given", _advice_check(name))

    def _questions(self, spelled: object, key: Key) -> Iterator[Expectation | None]:
        span = self._span(spelled, key, whole=True, least=0)
        if span is not None:

            def check(interview: Interview) -> str | None:
                number = len(interview.state.asked)
                return None if span[0] <= number <= span[1] else str(number)

            yield self._made(key, "questions", "", str(spelled), check)

    # -- parts

    def _made(
        self, key: Key, kind: str, about: str, words: str, check: Callable[[Interview], str | None]
    ) -> Expectation:
        file = self.reader.file
        return Expectation(file.path, file.place(key)[0], kind, about, words, check)

    def _known(self, name: object, names: Collection[str], key: Key, what: str) -> bool:
        return self.reader.known(str(name), names, key, what)

    def _mapping(
        self, spelled: object, key: Key, names: Collection[str], what: str
    ) -> Iterator[tuple[str, Any, Key]]:
        if not isinstance(spelled, dict):
            self.reader.problem(key, "K106", f"{key[-1]}: expected a mapping from a {what}, not {spelled!r}")
            return
        for name, entry in spelled.items():
            if self._known(name, names, (*key, name), what):
                yield name, entry, (*key, name)

    def _names(
        self, spelled: object, key: Key, names: Collection[str], what: str
    ) -> Iterator[tuple[str, Key]]:
        if not isinstance(spelled, list):
            self.reader.problem(key, "K106", f"{key[-1]}: expected a list of ids, not {spelled!r}")
            return
        for place, name in enumerate(spelled):
            if self._known(name, names, (*key, place), what):
                yield str(name), (*key, place)

    def _span(self, spelled: object, key: Key, *, whole: bool, least: int = 1) -> tuple[float, float] | None:
        """Return the ends of `a..b` or of a single number, both included."""
        low, _, high = str(spelled).partition("..")
        try:
            ends = float(low), float(high or low)
        except ValueError:
            ends = None
        lowest, highest = (least, 10_000) if whole else (0, 1)
        fits = ends is not None and lowest <= ends[0] <= ends[1] <= highest
        if ends is None or not fits or isinstance(spelled, bool):
            example = "1..3" if whole else "0.5..0.9"
            self.reader.problem(
                key, "K106", f"{key[-1]}: expected a range such as {example}, not {spelled!r}"
            )
            return None
        return ends


def _shown(answer: Answer) -> str:
    return str(answer.plain())


def _rank_check(name: str, span: tuple[float, float]) -> Callable[[Interview], str | None]:
    def check(interview: Interview) -> str | None:
        shown = interview.differential
        rank = shown.rank(name)
        if span[0] <= rank <= span[1]:
            return None
        leader = shown.leader
        first = f"; {leader} leads with {percent(shown.posterior[leader])}" if leader != name else ""
        return f"{rank} with {percent(shown.posterior[name])}{first}"

    return check


def _probability_check(name: str, span: tuple[float, float]) -> Callable[[Interview], str | None]:
    def check(interview: Interview) -> str | None:
        found = interview.differential.posterior[name]
        return None if span[0] <= found <= span[1] else f"{found:.4f}"

    return check


def _band_check(name: str, words: Collection[str]) -> Callable[[Interview], str | None]:
    def check(interview: Interview) -> str | None:
        share = interview.differential.posterior[name]
        word = certainty_word(interview.knowledge.model, share)
        return None if word in words else f"{word} ({percent(share)})"

    return check


def _answer_check(expected: Answer) -> Callable[[Interview], str | None]:
    def check(interview: Interview) -> str | None:
        stored = interview.answers.get(expected.finding)
        if stored is not None and _same(stored, expected):
            return None
        return "nothing" if stored is None else _shown(stored)

    return check


def _same(stored: Answer, expected: Answer) -> bool:
    """Say whether the answers are equal, months told in years to the nearest week."""
    if stored == expected:
        return True
    if stored.state is not expected.state or stored.quantity is None or expected.quantity is None:
        return False
    return all(
        abs(one - other) <= 0.02 for one, other in zip(stored.quantity, expected.quantity, strict=True)
    )


def _asked_check(name: str, wanted: bool) -> Callable[[Interview], str | None]:
    def check(interview: Interview) -> str | None:
        asked = name in interview.state.asked
        return None if asked is wanted else "that it was" if asked else "that it was not"

    return check


def _advice_check(name: str) -> Callable[[Interview], str | None]:
    def check(interview: Interview) -> str | None:
        given = [rule.id for rule in interview.advice]
        return None if name in given else ", ".join(given) or "none"

    return check
