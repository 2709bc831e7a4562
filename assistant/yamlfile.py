"""The one YAML reader: scalars stay text, no key twice, no alias, and every error says file:line:column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import KnowledgeError, Problem

MAX_BYTES = 1_000_000
"""Larger files are refused: libyaml holds the whole tree in memory."""

MAX_DEPTH = 40
"""Deeper nesting is refused: libyaml overflows the C stack near 30,000 levels."""

MAX_DIGITS = 30
"""A longer number stays text: Python refuses to read an int of thousands of digits."""

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""What a file may hold once read."""

Key = tuple[str | int, ...]
"""The way to a node: keys and list positions from the root."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One file, read, with the place of every node."""

    path: str
    """The file as errors name it."""

    data: Any
    """The root: plain dicts, lists and scalars."""

    places: dict[Key, tuple[int, int]] = field(default_factory=dict)
    """Line and column, from 1, of each node by its key."""

    def place(self, key: Key) -> tuple[int, int]:
        """Return line and column of `key`, or of its nearest ancestor."""
        while key and key not in self.places:
            key = key[:-1]
        return self.places.get(key, (1, 1))

    def problem(self, key: Key, message: str, code: str = "K100", severity: str = "error") -> Problem:
        """Return a problem located at `key`."""
        line, column = self.place(key)
        return Problem(self.path, line, column, code, severity, message)


def read_file(path: Path, shown: str | None = None) -> YamlFile:
    """Read one file.

    Args:
        path: the file.
        shown: the name used in errors; the path itself when left out.

    Raises:
        KnowledgeError: the file cannot be read or is not the YAML this project allows.
    """
    name = shown if shown is not None else str(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _error(name, 0, 0, "Y001", f"file has {size:,} bytes; at most {MAX_BYTES:,} are read")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _error(name, 0, 0, "Y002", f"not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise _error(name, 0, 0, "Y003", f"cannot be read: {error.strerror or error}") from None
    return read_text(text, name)


def read_text(text: str, name: str) -> YamlFile:
    """Read YAML from `text`; `name` stands for the file in errors."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _error(name, 0, 0, "Y001", f"text is longer than {MAX_BYTES:,} bytes")
    try:
        builder = _Builder(name, yaml.parse(text, Loader=yaml.CBaseLoader))
        data = builder.document()
    except yaml.MarkedYAMLError as error:
        line, column = _place(error.problem_mark or error.context_mark)
        told = f"not valid YAML: {error.problem or error.context}"
        raise _error(name, line, column, "Y004", told) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _error(name, 0, 0, "Y004", f"not valid YAML: {error}") from None
    if builder.problems:
        raise KnowledgeError(sorted(builder.problems))
    return YamlFile(name, data, builder.places)


def _error(name: str, line: int, column: int, code: str, message: str) -> KnowledgeError:
    return KnowledgeError([Problem(name, line, column, code, "error", message)])


def _place(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


class _Builder:
    """Turns the events of libyaml into plain data, noting places and problems.

    Nodes are not composed: that ends the process when nested too deep, and takes twice the time.
    """

    def __init__(self, name: str, events: Iterator[yaml.Event]) -> None:
        self.name = name
        self.places: dict[Key, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._events = events
        self._depth = 0

    def document(self) -> Any:
        """Return the one document; None where the text holds none."""
        data: Any = None
        found = False
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                data = self._value(event, ())
            elif isinstance(event, yaml.DocumentStartEvent):
                if found:
                    self._problem(event, "Y004", "not valid YAML: a file holds one document")
                found = True
        return data

    def _value(self, event: yaml.Event, key: Key) -> Any:
        self.places[key] = _place(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            self._problem(event, "Y006", f"alias *{event.anchor} is not allowed; write the value out")
            return None
        self._depth += 1
        if self._depth > MAX_DEPTH:
            line, column = _place(event.start_mark)
            raise _error(self.name, line, column, "Y005", f"nested deeper than {MAX_DEPTH} levels")
        self._check_tag(event)
        data = self._mapping(key) if isinstance(event, yaml.MappingStartEvent) else self._sequence(key)
        self._depth -= 1
        return data

    def _sequence(self, key: Key) -> list[Any]:
        data: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            data.append(self._value(event, (*key, len(data))))
        return data

    def _mapping(self, key: Key) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if isinstance(event, yaml.ScalarEvent):
                self._check_tag(event)
                self._entry(event, event.value, data, key)
            else:
                self._problem(event, "Y007", "a key must be a plain word")
                self._value(event, (*key, ""))
                self._value(next(self._events), (*key, ""))
        return data

    def _entry(self, event: yaml.Event, name: str, data: dict[str, Any], key: Key) -> None:
        """Read the value of one key."""
        here = (*key, name)
        if name in data:
            self._problem(event, "Y008", f"key {name!r} stands twice; keep one")
            self._value(next(self._events), (*key, ""))
            return
        follows = next(self._events)
        data[name] = self._value(follows, here)
        start = _place(event.start_mark)
        if self.places[here][0] != start[0]:
            # a block belongs to the line of its key, where the reader looks first
            self.places[here] = start

    def _scalar(self, event: yaml.ScalarEvent) -> bool | int | float | str | None:
        text = str(event.value)
        self._check_tag(event)
        # quoted text and blocks are never implicit
        if not event.implicit[0]:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        # one strict rule: `no`, `012`, `12:30`, `1_000`, `.nan` and dates stay text
        if len(text) <= MAX_DIGITS and _NUMBER.match(text):
            return float(text) if "." in text else int(text)
        return text

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None:
            self._problem(event, "Y009", f"tag {event.tag!r} is not allowed; leave it out")

    def _problem(self, event: yaml.Event, code: str, message: str) -> None:
        line, column = _place(event.start_mark)
        self.problems.append(Problem(self.name, line, column, code, "error", message))
