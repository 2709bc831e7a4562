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
_TAGS = frozenset(
    "tag:yaml.org,2002:" + name
    for name in ("null", "bool", "int", "float", "str", "timestamp", "merge", "value", "seq", "map")
)

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
        _scan(text, name)
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        line, column = _place(error.problem_mark or error.context_mark)
        raise _error(
            name, line, column, "Y004", f"not valid YAML: {error.problem or error.context}"
        ) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _error(name, 0, 0, "Y004", f"not valid YAML: {error}") from None
    walk = _Walk(name)
    data = walk.value(root, ()) if root is not None else None
    if walk.problems:
        raise KnowledgeError(sorted(walk.problems))
    return YamlFile(name, data, walk.places)


def _error(name: str, line: int, column: int, code: str, message: str) -> KnowledgeError:
    return KnowledgeError([Problem(name, line, column, code, "error", message)])


def _place(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _scan(text: str, name: str) -> None:
    """Look at events first: composing too deep a file ends the process, and few aliases can mean billions."""
    depth = 0
    aliases = []
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CBaseLoader)
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line, column = _place(event.start_mark)
                raise _error(name, line, column, "Y005", f"nested deeper than {MAX_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            line, column = _place(event.start_mark)
            told = f"alias *{event.anchor} is not allowed; write the value out"
            aliases.append(Problem(name, line, column, "Y006", "error", told))
    if aliases:
        raise KnowledgeError(aliases)


class _Walk:
    """Turns nodes into plain data, noting places and problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Key, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, key: Key) -> Any:
        self.places[key] = _place(node.start_mark)
        if node.tag not in _TAGS:
            self._problem(node, "Y009", f"tag {node.tag!r} is not allowed; leave it out")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*key, index)) for index, child in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                self._problem(name_node, "Y007", "a key must be a plain word")
                continue
            name = str(name_node.value)
            if name in data:
                self._problem(name_node, "Y008", f"key {name!r} stands twice; keep one")
                continue
            data[name] = self.value(value_node, (*key, name))
            if value_node.start_mark.line != name_node.start_mark.line:
                # a block belongs to the line of its key, where the reader looks first
                self.places[(*key, name)] = _place(name_node.start_mark)
        return data

    def _scalar(self, node: yaml.Node) -> bool | int | float | str | None:
        text = str(node.value)
        # libyaml gives a plain scalar the style '', the pure parser None
        if not isinstance(node, yaml.ScalarNode) or node.style:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        # one strict rule: `no`, `012`, `12:30`, `1_000`, `.nan` and dates stay text
        if len(text) <= MAX_DIGITS and _NUMBER.match(text):
            return float(text) if "." in text else int(text)
        return text

    def _problem(self, node: yaml.Node, code: str, message: str) -> None:
        line, column = _place(node.start_mark)
        self.problems.append(Problem(self.name, line, column, code, "error", message))
