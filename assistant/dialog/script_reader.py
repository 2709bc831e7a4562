"""dialogs/*.yaml -> Script."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from assistant.dialog.script import (
    ALWAYS,
    CLOSING_PARTS,
    ORDERS,
    SECTIONS,
    Closing,
    Opening,
    Order,
    Question,
    Script,
    Section,
)
from assistant.errors import KnowledgeError, nearest
from assistant.knowledge import Condition, KnowledgeBase, read_condition
from assistant.knowledge.reading import Reader
from assistant.yamlfile import Key, YamlFile, read_file

CODES = {
    "S100": "The script has another shape than it should.",
    "S103": "`schema_version` is missing or is another than this program reads.",
    "S104": "A key that is not known here.",
    "S105": "A key that is required is missing, or its text is empty.",
    "S106": "A value of the wrong kind, such as text where a list is wanted.",
    "S107": "An id that does not exist: of a finding, or of a value in a condition.",
    "S108": "An id that stands twice, or that differs from the name of its file.",
    "S116": "A word that is none of those allowed here: an order, a section, a part of the closing.",
    "S118": "A condition that is malformed, or that looks at anything but answers.",
    "S119": "A follow-up that is no question of the script, or is the question itself.",
}
"""Code -> what it means; where the last two digits are those of a K1 code, both mean the same."""


_BROKEN = re.compile(r"(?<=[a-z,])\n(?=[a-z])")
"""A sentence that goes on in the next line of the file."""


def flowing(text: str) -> str:
    """Return a text with the sentences joined that were broken for the width of the file; other lines stay."""
    return _BROKEN.sub(" ", text.strip())


def read_script(path: Path, shown: str, knowledge: KnowledgeBase) -> Script:
    """Read a script file.

    Args:
        path: the file.
        shown: its name in messages.
        knowledge: names the findings and values that the script may use.

    Raises:
        KnowledgeError: with every problem of the file.
    """
    return _ScriptReader(read_file(path, shown), knowledge).script(path)


EntryT = TypeVar("EntryT", bound=msgspec.Struct)


class _ScriptEntry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str
    order: str
    opening: dict[str, Any]
    sections: list[Any]
    closing: dict[str, Any]


class _OpeningEntry(msgspec.Struct, forbid_unknown_fields=True):
    greeting: str
    prompt: str
    help: str
    welcome: str = ""


class _ClosingEntry(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    shows: list[str]


class _SectionEntry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str
    questions: list[Any]


class _QuestionEntry(msgspec.Struct, forbid_unknown_fields=True):
    finding: str
    ask: str
    help: str
    why: str
    must_ask: Any = False
    # an empty `when:` is a slip, and only a sentinel tells it from none
    when: Any = msgspec.UNSET
    follow_ups: list[str] = []


class _ScriptReader(Reader):
    """Reads one file; its problems carry S codes."""

    def __init__(self, file: YamlFile, knowledge: KnowledgeBase) -> None:
        super().__init__(file, [])
        self.knowledge = knowledge
        self._places: dict[str, Key] = {}
        """Finding -> the question about it."""

        self._follow_ups: dict[str, list[object]] = {}

    def problem(self, key: Key, code: str, message: str) -> None:
        """Note a problem at `key`, under the S code of a K code."""
        super().problem(key, _script_code(code), message)

    def entry(self, kind: type[EntryT], data: object, key: Key) -> EntryT | None:
        """Return `data` as an entry; an empty text is a problem like a missing one."""
        before = len(self.problems)
        entry = super().entry(kind, data, key)
        for name, text in data.items() if isinstance(data, dict) else ():
            if isinstance(text, str) and not text.strip():
                self.problem((*key, name), "S105", f"{name!r} is empty")
        return entry if len(self.problems) == before else None

    def script(self, path: Path) -> Script:
        """Return the script, or raise every problem found."""
        if not isinstance(self.file.data, dict):
            raise KnowledgeError([self.file.problem((), "a script is a mapping", "S100")])
        root = self.root()
        entry = self.entry(_ScriptEntry, root, ())
        opening = self._part(_OpeningEntry, root, "opening")
        closing = self._part(_ClosingEntry, root, "closing")
        sections = tuple(self._sections(root.get("sections")))
        self._check_follow_ups()
        if entry is not None:
            self.one_of(entry.order, ORDERS, ("order",), "order")
            if entry.id != path.stem:
                told = f"id {entry.id!r} differs from the name of its file, {path.name}"
                self.problem(("id",), "S108", told)
            if not self._places:
                self.problem(("sections",), "S105", "the script has no question")
        if closing is not None:
            for index, part in enumerate(closing.shows):
                self.one_of(part, CLOSING_PARTS, ("closing", "shows", index), "a part of the closing")
        if self.problems or entry is None or opening is None or closing is None:
            raise KnowledgeError(sorted(set(self.problems)))
        return Script(
            id=entry.id,
            title=entry.title.strip(),
            order=cast(Order, entry.order),
            opening=Opening(
                flowing(opening.greeting),
                flowing(opening.prompt),
                flowing(opening.help),
                flowing(opening.welcome),
            ),
            sections=sections,
            closing=Closing(flowing(closing.text), tuple(closing.shows)),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )

    def _part(self, kind: type[EntryT], root: dict[str, Any], name: str) -> EntryT | None:
        """Return the part under `name`; that it is missing or no mapping is noted with the whole."""
        return self.entry(kind, root[name], (name,)) if isinstance(root.get(name), dict) else None

    def _sections(self, data: object) -> Iterator[Section]:
        seen: set[str] = set()
        for index, section in enumerate(data if isinstance(data, list) else []):
            key: Key = ("sections", index)
            entry = self.entry(_SectionEntry, section, key)
            # a section with a problem of its own still shows those of its questions
            listed = section.get("questions") if isinstance(section, dict) else None
            questions = tuple(self._questions(listed, (*key, "questions")))
            if entry is None:
                continue
            self.one_of(entry.id, SECTIONS, (*key, "id"), "a section")
            if entry.id in seen:
                self.problem((*key, "id"), "S108", f"section {entry.id!r} stands twice; join the two")
            seen.add(entry.id)
            yield Section(entry.id, entry.title.strip(), questions)

    def _questions(self, data: object, key: Key) -> Iterator[Question]:
        for index, question in enumerate(data if isinstance(data, list) else []):
            here: Key = (*key, index)
            entry = self.entry(_QuestionEntry, question, here)
            # the parts are read from the plain data: one slip in a question must not hide another
            parts = question if isinstance(question, dict) else {}
            when = self._condition(parts.get("when", msgspec.UNSET), (*here, "when"))
            must_ask_when = self._must_ask_when(parts.get("must_ask", False), (*here, "must_ask"))
            self._note(parts.get("finding"), parts.get("follow_ups"), here)
            if entry is not None:
                yield Question(
                    finding=entry.finding,
                    ask=entry.ask.strip(),
                    help=flowing(entry.help),
                    why=flowing(entry.why),
                    must_ask=entry.must_ask is not False,
                    when=when,
                    follow_ups=tuple(entry.follow_ups),
                    must_ask_when=must_ask_when,
                )

    def _note(self, finding: object, follow_ups: object, key: Key) -> None:
        """Note where `finding` is asked; follow-ups are checked once all questions are known."""
        if not isinstance(finding, str) or not finding.strip():
            return
        self.known(finding, self.knowledge.findings, (*key, "finding"), "finding")
        if finding in self._places:
            line = self.file.place((*self._places[finding], "finding"))[0]
            told = f"{finding!r} is asked already at line {line}; keep one question"
            self.problem((*key, "finding"), "S108", told)
        if self._places.setdefault(finding, key) == key and isinstance(follow_ups, list):
            self._follow_ups[finding] = follow_ups

    def _must_ask_when(self, data: object, key: Key) -> Condition:
        if isinstance(data, bool):
            return ALWAYS
        if not isinstance(data, dict):
            self.problem(key, "S106", f"must_ask: expected true, false or a condition, not {data!r}")
            return ALWAYS
        return self._condition(data, key)

    def _condition(self, data: object, key: Key) -> Condition:
        if data is msgspec.UNSET:
            return ALWAYS
        findings, diagnoses = self.knowledge.findings, tuple(self.knowledge.diagnoses)
        try:
            condition = read_condition(data, self.file, key, findings, diagnoses)
        except KnowledgeError as error:
            self.problems.extend(replace(told, code=_script_code(told.code)) for told in error.problems)
            return ALWAYS
        if _looks_at_posterior(condition):
            told = "a script looks at answers only; leading and probability belong to advice"
            self.problem(key, "S118", told)
        return condition

    def _check_follow_ups(self) -> None:
        for finding, key in self._places.items():
            names = self._follow_ups.get(finding, [])
            for index, name in enumerate(names):
                here: Key = (*key, "follow_ups", index)
                if not isinstance(name, str):
                    continue  # told with the question
                if name == finding:
                    self.problem(here, "S119", f"{name!r} cannot follow itself")
                elif name not in self._places:
                    told = f"follow-up {name!r} is no question of this script"
                    self.problem(here, "S119", told + nearest(name, self._places))
                elif name in names[:index]:
                    self.problem(here, "S108", f"follow-up {name!r} stands twice; keep one")


def _script_code(code: str) -> str:
    return code.replace("K", "S", 1)


def _looks_at_posterior(condition: Condition) -> bool:
    parts = (*condition.any_of, *condition.none_of)
    return bool(condition.leading or condition.probability) or any(map(_looks_at_posterior, parts))
