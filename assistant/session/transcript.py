"""Events of one interview, their JSONL form and its version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from assistant.errors import TranscriptError, UsageError

VERSION = 1
"""Of the transcript format (DESIGN section 7)."""

FIRST_PREV = "0" * 64
"""What the first line names as the hash before it."""

_FRAME = frozenset(["v", "n", "at", "event", "prev", "hash"])
"""What every line holds besides its event's own fields."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The interview began, or was resumed."""

    name: ClassVar[str] = "opened"
    app: str
    """Version of the program."""

    schema: int
    knowledge: Mapping[str, str]
    """{version, sha256}."""

    script: Mapping[str, str]
    """{id, sha256}."""

    settings: Mapping[str, Any]
    seed: int
    session: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question was put."""

    name: ClassVar[str] = "asked"
    finding: str
    wording: str
    reason: str
    """scripted, must_ask, informative, clarify or confirm."""

    options: tuple[Any, ...] = ()
    """Answers offered, in the spelling of DESIGN section 2."""


@dataclass(frozen=True, slots=True)
class Replied:
    """The user sent something."""

    name: ClassVar[str] = "replied"
    text: str
    to: str | None
    """The pending finding, `opening`, `stop`, or None."""

    kind: str
    """reply, command or narrative."""


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A reply was read."""

    name: ClassVar[str] = "interpreted"
    to: int
    """Number of the replied event."""

    findings: tuple[Mapping[str, Any], ...]
    """{finding, answer, outcome, spans} each."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer was stored."""

    name: ClassVar[str] = "answered"
    finding: str
    answer: Any
    from_: int
    """Number of the replied event it comes from."""

    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Corrected:
    """A stored answer was replaced."""

    name: ClassVar[str] = "corrected"
    finding: str
    answer: Any
    was: Any
    from_: int
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Retracted:
    """The answers of one turn were withdrawn."""

    name: ClassVar[str] = "retracted"
    finding: str | None
    """The finding of the turn's question; None for a narrative."""

    to: int
    """Number of the replied event whose answers are withdrawn."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """The differential after a change."""

    name: ClassVar[str] = "revealed"
    posterior: Mapping[str, float]
    """Rounded to six decimals."""

    leader: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """The user's own note."""

    name: ClassVar[str] = "noted"
    text: str


@dataclass(frozen=True, slots=True)
class Concluded:
    """The interview came to its end."""

    name: ClassVar[str] = "concluded"
    posterior: Mapping[str, float]
    advice: tuple[str, ...]
    stopped: str
    """complete, offered, asked or limit."""


@dataclass(frozen=True, slots=True)
class KnowledgeChanged:
    """The interview goes on with other knowledge or another script than before."""

    name: ClassVar[str] = "knowledge_changed"
    knowledge: Mapping[str, str]
    script: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Closed:
    """The program left the interview."""

    name: ClassVar[str] = "closed"
    reason: str
    """done, quit or signal."""


Event = (
    Opened | Asked | Replied | Interpreted | Answered | Corrected | Retracted | Revealed | Noted | Concluded
    | KnowledgeChanged | Closed
)  # fmt: skip

_KINDS: Mapping[str, type[Event]] = {
    kind.name: kind
    for kind in (
        Opened, Asked, Replied, Interpreted, Answered, Corrected, Retracted, Revealed, Noted, Concluded,
        KnowledgeChanged, Closed,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One event with its place in the chain."""

    n: int
    """Counted from 0."""

    at: str
    """UTC, RFC 3339 with milliseconds."""

    event: Event
    prev: str
    hash: str

    def json(self) -> str:
        """Return the line as it stands in the file."""
        return _canonical({**_body(self.n, self.at, self.event, self.prev), "hash": self.hash})


@dataclass(frozen=True, slots=True)
class Transcript:
    """What could be read of a file."""

    lines: tuple[Line, ...]
    damage: str | None = None
    """Where and how the file stops being whole; None when it is whole."""

    @property
    def events(self) -> tuple[Event, ...]:
        """Return the events in order."""
        return tuple(line.event for line in self.lines)

    @property
    def opened(self) -> Opened:
        """Return the first event."""
        first = self.lines[0].event if self.lines else None
        if not isinstance(first, Opened):
            raise TranscriptError(
                f"the transcript does not begin with an opened event{_because(self.damage)}"
            )
        return first


def _because(damage: str | None) -> str:
    return f": {damage}" if damage else ""


def _canonical(data: Mapping[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _body(n: int, at: str, event: Event, prev: str) -> dict[str, Any]:
    content = {field.name.rstrip("_"): getattr(event, field.name) for field in fields(event)}
    return {"v": VERSION, "n": n, "at": at, "event": event.name, **content, "prev": prev}


def link(n: int, at: str, event: Event, prev: str) -> Line:
    """Return the event as the next line of a chain: hash = SHA-256 of prev + canonical JSON without hash."""
    digest = hashlib.sha256((prev + _canonical(_body(n, at, event, prev))).encode("utf-8")).hexdigest()
    return Line(n, at, event, prev, digest)


def timestamp(moment: datetime) -> str:
    """Return a moment in UTC as RFC 3339 with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(data: Mapping[str, Any]) -> Event:
    kind = _KINDS.get(str(data.get("event")))
    if kind is None:
        raise ValueError(f"there is no event {data.get('event')!r}")
    known = {field.name.rstrip("_"): field.name for field in fields(kind)}
    missing = set(known) - set(data)
    if missing:
        raise ValueError(f"{kind.name} lacks {', '.join(sorted(missing))}")
    if strange := set(data) - set(known) - _FRAME:
        raise ValueError(f"{kind.name} has no {', '.join(sorted(strange))}")
    values = {name: data[key] for key, name in known.items()}
    tuples = {
        # an option that is a list is an answer, and an answer keeps its lists
        name: tuple(value) if name == "options" else _tuple(value)
        for name, value in values.items()
        if isinstance(value, list) and name != "answer" and name != "was"
    }
    return kind(**{**values, **tuples})


def _tuple(value: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(part) if isinstance(part, list) else part for part in value)


def parse(text: str, shown: str = "transcript") -> Transcript:
    """Read a transcript; what follows the first broken line is left out and told in `damage`."""
    lines: list[Line] = []
    prev = FIRST_PREV
    whole = text.endswith("\n")
    rows = text.split("\n")
    for number, row in enumerate(rows, start=1):
        last = number == len(rows)
        if last and not row:
            break
        if last and not whole:
            return Transcript(tuple(lines), f"{shown}:{number}: the line was cut short")
        try:
            data = json.loads(row)
            if not isinstance(data, dict):
                raise ValueError("not an event")
            if data.get("v") != VERSION:
                raise ValueError(f"version {data.get('v')!r}, this program reads version {VERSION}")
            if data.get("n") != len(lines) or data.get("prev") != prev:
                raise ValueError("out of order: it does not follow the line before")
            line = link(len(lines), str(data.get("at")), _event(data), prev)
            if line.hash != data.get("hash"):
                raise ValueError("its hash does not match: the line was changed")
        except (ValueError, TypeError, RecursionError) as error:
            reason = "not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
            return Transcript(tuple(lines), f"{shown}:{number}: {reason}")
        lines.append(line)
        prev = line.hash
    return Transcript(tuple(lines))


def read_transcript(path: Path) -> Transcript:
    """Read a transcript file.

    Raises:
        UsageError: there is no such file.
        TranscriptError: not one whole line could be read.
    """
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}; `emh list` names the saved interviews"
        ) from None
    transcript = parse(text, path.name)
    if not transcript.lines:
        raise TranscriptError(f"{path}: no event could be read{_because(transcript.damage)}")
    return transcript
