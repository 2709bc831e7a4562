"""From plain data to typed entries, collecting every problem with its place."""

from __future__ import annotations

import types
from collections.abc import Collection, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from assistant.errors import Problem, nearest
from assistant.yamlfile import Key, YamlFile

SCHEMA_VERSION = 1
"""The version of the files that this program reads."""

GRADES = ("A", "B", "C", "D")

EntryT = TypeVar("EntryT", bound=msgspec.Struct)

_WORDS = {
    str: "text (quote a number to make it text)",
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
    type(None): "null",
}


class Reader:
    """Reads one file; problems go to the list that all files share."""

    def __init__(self, file: YamlFile, problems: list[Problem], unreadable: Collection[str] = ()) -> None:
        self.file = file
        self.problems = problems
        self.unreadable = unreadable
        """Kinds of ids ("finding", "source") whose file cannot be read, so that none of them is known."""

        self.broken = False
        """Whether the file has another shape than it should, so that what it lacks is no news."""

    def problem(self, key: Key, code: str, message: str) -> None:
        """Note a problem at `key`."""
        self.problems.append(self.file.problem(key, message, code))

    def root(self, *, versioned: bool = True) -> dict[str, Any]:
        """Return the file's mapping without its schema version, which is checked."""
        if not isinstance(self.file.data, dict):
            self._break((), "K100", f"the file must be a mapping, not {_shown(self.file.data)}")
            return {}
        data = dict(self.file.data)
        version = data.pop("schema_version", None)
        if versioned and version != SCHEMA_VERSION:
            told = "is missing" if version is None else f"is {version!r}"
            self.problem(
                ("schema_version",), "K103", f"schema_version {told}; this program reads {SCHEMA_VERSION}"
            )
        return data

    def section(self, root: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return the mapping under `name` of the file's root, empty with a problem if there is none."""
        data = root.get(name)
        if isinstance(data, dict):
            return data
        if name not in root:
            self._break((), "K105", f"{name!r} is missing")
        else:
            self._break((name,), "K100", f"{name} must be a mapping, not {_shown(data)}")
        return {}

    def only_section(self, name: str) -> dict[str, Any]:
        """Return the mapping under `name`, which is all that the file holds beside its schema version."""
        root = self.root()
        for key in root:
            if key != name:
                hint = nearest(key, [name]) or f"; the file holds only {name!r}"
                self.problem((key,), "K104", f"unknown key {key!r}{hint}")
        return {} if self.broken else self.section(root, name)

    def _break(self, key: Key, code: str, message: str) -> None:
        """Note the last problem of the file."""
        self.problem(key, code, message)
        self.broken = True
        self.problems = []

    def entry(self, kind: type[EntryT], data: object, key: Key) -> EntryT | None:
        """Return `data` as an entry; note every problem in it and return None where there is one."""
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError:
            before = len(self.problems)
            self._explain(kind, data, key)
            if len(self.problems) == before:
                raise  # an entry refused for no reason we can name is a bug here
            return None

    def known(self, name: str, names: Collection[str], key: Key, what: str, of: str = "") -> bool:
        """Say whether `name` is among `names`; note a problem with the nearest name if not.

        Args:
            name: an id.
            names: the ids there are.
            key: where it stands.
            what: the kind of id, such as "source".
            of: the finding that should have it.
        """
        if name in names:
            return True
        if what in self.unreadable:
            return False
        told = f"{of} has no" if of else "there is no"
        self.problem(key, "K107", f"{told} {what} {name!r}{nearest(name, names)}")
        return False

    def within(self, number: float, low: float, high: float, key: Key, what: str) -> None:
        """Note a problem unless low <= number <= high."""
        if not low <= number <= high:
            self.problem(key, "K115", f"{what} must lie between {low:g} and {high:g}, not {number:g}")

    def one_of(self, word: str, words: Collection[str], key: Key, what: str) -> None:
        """Note a problem unless `word` is one of `words`."""
        if word not in words:
            hint = nearest(word, words)
            self.problem(key, "K116", f"{what} must be one of {', '.join(words)}, not {word!r}{hint}")

    def basis(self, grade: str, sources: list[str], known: Collection[str], key: Key) -> None:
        """Check a grade and its sources."""
        self.one_of(grade, GRADES, (*key, "grade"), "grade")
        for index, source in enumerate(sources):
            self.known(source, known, (*key, "sources", index), "source")

    def _explain(self, kind: Any, data: object, key: Key) -> None:
        """Note every reason why `data` is no `kind`, each at its own place."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType) and data is not None:
            choices = [choice for choice in arguments if choice is not type(None)]
            if len(choices) == 1:
                return self._explain(choices[0], data, key)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(data, dict):
            return self._explain_fields(kind, data, key)
        if origin is dict and isinstance(data, dict):
            for name, value in data.items():
                self._explain(arguments[1], value, (*key, name))
            return None
        if origin is list and isinstance(data, list):
            for index, value in enumerate(data):
                self._explain(arguments[0], value, (*key, index))
            return None
        try:
            msgspec.convert(data, kind)
        except msgspec.ValidationError:
            wanted = _WORDS.get(origin or kind, "a mapping")
            name = next((part for part in reversed(key) if isinstance(part, str)), "the file")
            self.problem(key, "K106", f"{name}: expected {wanted}, not {_shown(data)}")
        return None

    def _explain_fields(self, kind: type[msgspec.Struct], data: dict[str, Any], key: Key) -> None:
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        for name in data:
            if name not in fields:
                hint = nearest(name, fields) or f"; known here: {', '.join(fields)}"
                self.problem((*key, name), "K104", f"unknown key {name!r}{hint}")
        for name, field in fields.items():
            if name in data:
                self._explain(field.type, data[name], (*key, name))
            elif field.required:
                self.problem(key, "K105", f"{name!r} is missing")


def _shown(data: object) -> str:
    if data is None:
        return "nothing"
    if isinstance(data, dict):
        return "a mapping"
    if isinstance(data, list):
        return "a list"
    text = repr(data)
    return text if len(text) <= 40 else text[:37] + "..."
