"""*.case.yaml -> Case, collecting every problem with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from assistant.dialog import script_ids
from assistant.dialog.script import ORDERS
from assistant.errors import AnswerError, CaseError, KnowledgeError, Problem
from assistant.knowledge import Answer, KnowledgeBase, parse_answer
from assistant.knowledge.reading import Reader
from assistant.session.cases import Case, Turn
from assistant.session.expectations import Expectation, ExpectationReader
from assistant.yamlfile import Key, YamlFile, read_file

CODES = {
    "C100": "The case, or an `expect`, has another shape than it should.",
    "C104": "A key that is not known here.",
    "C105": "A key that is required is missing, or the clinician says nothing.",
    "C106": "A value of the wrong kind, such as a word for a range; quote what YAML would take for true or null.",
    "C107": "An id that does not exist: of a finding, value, diagnosis, script or advice.",
    "C116": "A word that is none of those allowed here: an order, a certainty word, a kind of expectation.",
    "C117": "Keys that do not go together, such as turns and replies.",
}
"""Code -> what it means; where the last two digits are those of a K1 code, both mean the same."""

Text = str | int | float
"""A reply as YAML gives it: `age: 42` is read as a number and said as "42"."""


class _CaseEntry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str = ""
    source: dict[str, Text | None] = {}
    summary: str = ""
    proof: str = ""
    first_suspected: list[str] = []
    narrative: str = ""
    replies: dict[str, Any] = {}
    unknown_replies: dict[str, Any] = {}
    turns: list[Any] = []
    gold: dict[str, Any] = {}
    diagnosis: str | None = None
    accept: list[str] = []
    script: str = "liver-lesion"
    order: str | None = None
    expect: dict[str, Any] = {}
    closing_remark: str | None = None


class _TurnEntry(msgspec.Struct, forbid_unknown_fields=True):
    user: Text
    expect: dict[str, Any] = {}
    remark: str | None = None


def read_case(path: str | Path, knowledge: KnowledgeBase) -> Case:
    """Read one case.

    Raises:
        CaseError: with every problem of the file, one a line.
    """
    try:
        file = read_file(Path(path))
    except KnowledgeError as error:
        raise CaseError(str(error)) from None
    return _CaseReader(file, knowledge).case()


def case_problems(path: Path, shown: str, knowledge: KnowledgeBase) -> tuple[Problem, ...]:
    """Return every problem of one case, under the path as it is `shown`."""
    try:
        reader = _CaseReader(read_file(path, shown), knowledge)
    except KnowledgeError as error:
        return error.problems
    try:
        reader.case()
    except CaseError:
        return tuple(sorted(set(reader._found)))
    return ()


class _CaseReader(Reader):
    """Reads one file; its problems carry C codes."""

    def __init__(self, file: YamlFile, knowledge: KnowledgeBase) -> None:
        self._found: list[Problem] = []
        super().__init__(file, self._found)
        self.knowledge = knowledge
        self._expectations = ExpectationReader(self, knowledge, [rule.id for rule in knowledge.advice])

    def problem(self, key: Key, code: str, message: str) -> None:
        """Note a problem at `key`, under the C code of a K code."""
        super().problem(key, code.replace("K", "C", 1), message)

    def case(self) -> Case:
        """Return the case, or raise every problem found."""
        entry = self.entry(_CaseEntry, self.root(versioned=False), ()) if self._is_mapping() else None
        if entry is None:
            raise self._error()
        case = Case(
            path=self.file.path,
            id=entry.id,
            title=entry.title.strip(),
            source={name: str(said) for name, said in entry.source.items() if said is not None},
            summary=entry.summary.strip(),
            proof=entry.proof.strip(),
            first_suspected=tuple(entry.first_suspected),
            narrative=entry.narrative.strip(),
            replies=self._replies(entry.replies, "replies"),
            unknown_replies=self._replies(entry.unknown_replies, "unknown_replies"),
            turns=tuple(self._turns(entry.turns)),
            gold=self._gold(entry.gold),
            diagnosis=entry.diagnosis,
            accept=tuple(dict.fromkeys((*([entry.diagnosis] if entry.diagnosis else []), *entry.accept))),
            script=entry.script,
            order=entry.order,
            expect=self._expect(entry.expect, ("expect",)),
            closing_remark=self._remark(entry.closing_remark, ("closing_remark",)),
        )
        self._check(case)
        if self._found:
            raise self._error()
        return case

    def _is_mapping(self) -> bool:
        if isinstance(self.file.data, dict):
            return True
        self.problem((), "K100", "a case is a mapping with an id and what the clinician says")
        return False

    def _error(self) -> CaseError:
        return CaseError("\n".join(map(str, sorted(set(self._found)))))

    def _check(self, case: Case) -> None:
        diagnoses = self.knowledge.diagnoses
        if not case.id.strip():
            self.problem(("id",), "K105", "'id' is empty")
        if case.diagnosis is not None:
            self.known(case.diagnosis, diagnoses, ("diagnosis",), "diagnosis")
        for part, names in (("accept", self.file.data.get("accept") or []),
                            ("first_suspected", case.first_suspected)):  # fmt: skip
            for place, name in enumerate(names):
                self.known(name, diagnoses, (part, place), "diagnosis")
        if not case.script.endswith(".yaml"):
            self.known(case.script, script_ids(), ("script",), "script")
        if case.order is not None:
            self.one_of(case.order, ORDERS, ("order",), "order")
        # a turn that has a problem of its own was said all the same
        turns = self.file.data.get("turns")
        if turns and case.replies:
            self.problem(("turns",), "K117", "turns stand instead of replies; keep one of the two")
        if not (turns or case.replies or case.narrative or case.gold):
            self.problem((), "K105", "the clinician says nothing; add replies, turns, a narrative or gold")

    def _replies(self, data: Mapping[str, Any], part: str) -> dict[str, str]:
        replies = {}
        for name, said in data.items():
            key = (part, name)
            self.known(name, self.knowledge.findings, key, "finding")
            if isinstance(said, bool) or not isinstance(said, (str, int, float)):
                self.problem(key, "K106", f"{name}: expected what is said, not {said!r}; quote it")
            replies[name] = str(said)
        return replies

    def _turns(self, data: list[Any]) -> Iterator[Turn]:
        for place, turn in enumerate(data):
            key: Key = ("turns", place)
            entry = self.entry(_TurnEntry, turn, key)
            if entry is not None:
                expect = self._expect(entry.expect, (*key, "expect"))
                yield Turn(str(entry.user), expect, self._remark(entry.remark, (*key, "remark")))

    def _remark(self, text: str | None, key: Key) -> str:
        """Return a remark as one paragraph, however the file breaks it."""
        if text is not None and not text.strip():
            self.problem(key, "K105", f"{key[-1]!r} is empty; write the remark, or leave the key out")
        return " ".join((text or "").split())

    def _expect(self, data: Mapping[str, Any], key: Key) -> tuple[Expectation, ...]:
        return self._expectations.read(data, key) if data else ()

    def _gold(self, data: Mapping[str, Any]) -> dict[str, Answer]:
        gold = {}
        for name, spelled in data.items():
            key = ("gold", name)
            if self.known(name, self.knowledge.findings, key, "finding"):
                try:
                    gold[name] = parse_answer(self.knowledge.findings[name], spelled)
                except AnswerError as error:
                    self.problem(key, "K107", str(error))
        return gold
