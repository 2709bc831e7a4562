"""The answers of an interview as rows: one of the table each, all about one of them, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.inference import Differential, percent, points
from assistant.knowledge import Finding, Kind, KnowledgeBase
from assistant.session import Interview, ledger
from assistant.session.ledger import Entry
from assistant.session.wording import answer_words, leading_of_either, options_lines
from assistant.tui.rows import (
    Row,
    Span,
    clipped,
    flowing,
    justified,
    row_width,
    safe,
    shortened,
    width_of,
    wrapped,
)

WAITS, RECHECK, DROPPED = "?", "!", "x"
"""Marks in front of an answer; each is a sign, so that it is told without colour."""

LEAD = 2
"""Columns in front of a row, for the sign of the selected one."""

COMPARED = 4
"""Diagnoses whose change is shown."""

_GAP = 2
_LABEL = 10
_BEFORE_AFTER = "Before → after"
_BESIDE = 64
"""From this width on it stands beside the diagnoses, not above them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One row: an answer, a reading that waits, or one that was dropped while the table was open."""

    entry: Entry
    was: str = ""
    """The value in words that it took the place of, or would take."""

    dropped: bool = False

    @property
    def mark(self) -> str:
        """Return the sign in front; a blank where there is nothing to say."""
        if self.dropped:
            return DROPPED
        return WAITS if self.entry.waits else RECHECK if self.entry.recheck else " "

    @property
    def value(self) -> str:
        """Return what stands in the column of values."""
        return "dropped" if self.dropped else safe(self.entry.words)

    @property
    def earlier(self) -> str:
        """Return the earlier value in brackets, after a space; empty where there is none."""
        was = self.entry.words if self.dropped else self.was
        return f" (was {safe(was)})" if was else ""

    @property
    def typed(self) -> str:
        """Return the typed words in quotes; empty where there are none."""
        return f'"{safe(self.entry.typed)}"' if self.entry.typed else ""


def all_answers(interview: Interview, opened: Sequence[Listed] = ()) -> tuple[Listed, ...]:
    """Return every answer and every reading that waits; what differs from `opened` says what it was."""
    first: dict[str, str] = {}
    for one in opened:
        first.setdefault(one.entry.finding, one.entry.words)
    listed = []
    for entry in ledger.entries(interview):
        was = first.setdefault(entry.finding, entry.words)
        listed.append(Listed(entry, was if was != entry.words else ""))
    return tuple(listed)


def read_answers(interview: Interview) -> tuple[Listed, ...]:
    """Return what was read from the last text, one row a finding."""
    read = {entry.finding: entry for entry in ledger.last_entries(interview)}
    return tuple(Listed(entry, _before(interview, entry)) for entry in read.values())


def still_read(interview: Interview, opened: Sequence[Listed]) -> tuple[Listed, ...]:
    """Return the same findings as `opened`, as they stand now."""
    # a reading that waits comes after the answer it would take the place of
    now = {entry.finding: entry for entry in ledger.entries(interview)}
    listed = []
    for one in opened:
        entry = now.get(one.entry.finding)
        if entry is None:
            listed.append(Listed(one.entry, dropped=True))
        else:
            listed.append(Listed(entry, one.entry.words if entry.words != one.entry.words else one.was))
    return tuple(listed)


def _before(interview: Interview, entry: Entry) -> str:
    """Return the value in words that stood, or stands, before a reading; empty where there is none."""
    given = [change.answer for change in interview.state.changes if change.finding == entry.finding]
    place = -1 if entry.waits else -2
    if len(given) < -place:
        return ""
    words = answer_words(interview.knowledge.findings[entry.finding], given[place])
    return words if words != entry.words else ""


# -- the table


def table_rows(listed: Sequence[Listed], width: int) -> list[Row]:
    """Return one row for each, in columns."""
    number, name, value, typed = _columns(listed, width)
    rows: list[Row] = []
    for one in listed:
        label = "" if one.dropped else str(one.entry.number)
        cell = clipped([(one.value, "quiet" if one.dropped else "text"), (one.earlier, "quiet")], value)
        rows.append(
            (
                (" " * LEAD, "text"),
                (f"{label:>{number}} ", "quiet"),
                (f"{one.mark} ", "alert-mark"),
                _padded(safe(one.entry.name), name, "quiet" if one.dropped else "asked"),
                *cell,
                (" " * (value - row_width(cell) + _GAP), "text"),
                (shortened(one.typed, typed), "quiet"),
            )
        )
    return rows


def heading_row(listed: Sequence[Listed], width: int) -> Row:
    """Return the names of the columns."""
    number, name, value, typed = _columns(listed, width)
    return (
        (" " * (LEAD + number + 3), "quiet"),
        _padded("Finding", name, "quiet"),
        _padded("Answer", value, "quiet"),
        (shortened("From your words", typed), "quiet"),
    )


def _padded(text: str, width: int, style: str) -> Span:
    text = shortened(text, width)
    return text + " " * (width - width_of(text) + _GAP), style


def _columns(listed: Sequence[Listed], width: int) -> tuple[int, int, int, int]:
    """Return the widths of number, finding, value and typed words."""
    number = max((len(str(one.entry.number)) for one in listed), default=1)
    room = max(width - LEAD - number - 3 - 2 * _GAP, 3)
    name = max((width_of(safe(one.entry.name)) for one in listed), default=0)
    value = max((width_of(one.value + one.earlier) for one in listed), default=0)
    typed = max((width_of(one.typed) for one in listed), default=0)
    name, value, typed = max(name, len("Finding")), max(value, len("Answer")), max(typed, 1)
    # the typed words are the longest and stand in full below, so they keep a quarter and the rest gives way last
    kept = min(typed, max(room // 4, room - name - value))
    name, value = _shared(name, value, room - kept)
    return number, name, value, max(room - name - value, 1)


def _shared(first: int, second: int, room: int) -> tuple[int, int]:
    """Return two widths that share `room`; the one that needs less than half keeps what it needs."""
    if first + second <= room:
        return first, second
    if first <= room // 2:
        return first, room - first
    if second <= room // 2:
        return room - second, second
    return room // 2, room - room // 2


# -- all about one


def about_rows(interview: Interview, one: Listed, width: int, *, low: bool) -> list[Row]:
    """Return everything about one answer, nothing of it cut.

    Args:
        interview: knows the finding.
        one: the row.
        width: columns.
        low: whether rows are short, so that the columns of the values give way.
    """
    finding = interview.knowledge.findings[one.entry.finding]
    rows: list[Row] = []
    state = _state_words(one)
    if state:
        rows.extend(((line, "alert-mark"),) for line in wrapped(f"{one.mark} {state}", width, 2))
    rows.extend(_labelled("answer", f"{one.value}{one.earlier}", "leader", width))
    if one.typed:
        rows.extend(_labelled("read from", one.typed, "text", width))
    if one.entry.dependents:
        rows.extend(_labelled("bears on", safe(", ".join(one.entry.dependents)), "text", width))
    values = _values(finding, width - _LABEL, low=low)
    for number, row in enumerate(values):
        rows.append(((f"{'' if number else 'values':<{_LABEL}}", "quiet"), *row))
    return rows


def _state_words(one: Listed) -> str:
    if one.dropped:
        return "dropped: it counts no more"
    if one.entry.waits:
        return "waits for your agreement: it does not count yet"
    return "an answer that it rests on has changed since" if one.entry.recheck else ""


def _labelled(label: str, words: str, style: str, width: int) -> list[Row]:
    lines = wrapped(words, width - _LABEL)
    return [
        ((f"{'' if number else label:<{_LABEL}}", "quiet"), (line, style))
        for number, line in enumerate(lines)
    ]


def _values(finding: Finding, width: int, *, low: bool) -> list[Row]:
    if finding.kind is Kind.QUANTITY:
        return [((line, "text"),) for line in wrapped(quantity_words(finding), width)]
    options = [safe(option).partition(" ") for option in options_lines(finding)]
    digits = 1 if low else len(str(len(options)))
    items: list[Row] = [
        ((f"{number:>{digits}}", "number"), (f" {words}", "text")) for number, _, words in options
    ]
    longest = max(map(row_width, items), default=0)
    if longest > width:
        return [row for number, _, words in options for row in _option(f"{number:>{digits}}", words, width)]
    if low:
        return flowing(items, width)
    return flowing([(*item, (" " * (longest - row_width(item)), "text")) for item in items], width)


def _option(number: str, words: str, width: int) -> list[Row]:
    """Return a value that is too wide for one row."""
    lines = wrapped(words, width - len(number) - 1)
    blank = " " * len(number)
    return [
        ((blank if place else number, "number"), (f" {line}", "text")) for place, line in enumerate(lines)
    ]


def quantity_words(finding: Finding) -> str:
    """Return which numbers a quantity takes."""
    between = f", {finding.plausible[0]:g} to {finding.plausible[1]:g}" if finding.plausible else ""
    return f"a number of {finding.unit}{between}" if finding.unit else f"a number{between}"


# -- before and after


def comparison_rows(
    knowledge: KnowledgeBase, before: Mapping[str, float], shown: Differential, width: int, *, low: bool
) -> list[Row]:
    """Return what a change did to the leading diagnoses, one a row.

    Args:
        knowledge: names the diagnoses.
        before: diagnosis -> probability before the change.
        shown: the differential now.
        width: columns.
        low: whether rows are short, so that several diagnoses share one.
    """
    now = shown.posterior
    named = leading_of_either(before, now)[:COMPARED]
    labels = [safe(knowledge.diagnoses[name].short) for name in named]
    longest = 0 if low else max(map(width_of, labels))
    items = [
        _compared(label, before.get(name, 0.0), now[name], longest)
        for label, name in zip(labels, named, strict=True)
    ]
    title: Span = (_BEFORE_AFTER, "heading")
    if low:
        return flowing([(title,), *items], width)
    if width < _BESIDE:
        return [(title,), *items]
    room = len(_BEFORE_AFTER) + _GAP
    return [
        ((f"{'' if number else _BEFORE_AFTER:<{room}}", "heading"), *item)
        for number, item in enumerate(items)
    ]


def _compared(label: str, was: float, now: float, column: int) -> Row:
    change = points(was, now)
    moved = change != 0
    figures = (f"{percent(was)}", f"{percent(now)}")
    sign = f"{change:+d}" if moved else "="
    style = "quiet" if not moved else "rise" if change > 0 else "fall"
    if not column:
        return ((f"{label} ", "text"), (f"{figures[0]} → {figures[1]} ", "text"), (sign, style))
    padding = " " * (column - width_of(label))
    return (
        (f"{label}{padding} ", "text"),
        (f"{figures[0]:>5} → {figures[1]:>5} ", "text"),
        (f"{sign:>4}", style),
    )


# -- what stands around


def title_row(title: str, listed: Iterable[Listed], width: int) -> Row:
    """Return the title, and at its end how many rows there are and what the marks mean."""
    rows = list(listed)
    kept = sum(not one.dropped and not one.entry.waits for one in rows)
    waiting, due = (sum(one.mark == mark for one in rows) for mark in (WAITS, RECHECK))
    marks = [f"{WAITS} {waiting} to agree"] if waiting else []
    if due:
        marks.append(f"{RECHECK} {due} to recheck")
    brief = " · ".join(marks)
    full = " · ".join([f"{kept} answer{'' if kept == 1 else 's'}", *marks])
    left: Row = (("emh ", "heading"), (f" {title}", "text"))
    for start, end in ((left, full), (left[1:], full), (left[1:], brief)):
        if row_width(start) + width_of(end) < width:
            return justified(start, [(end, "quiet")], width)
    return justified([(title, "text")], [(brief, "quiet")], width)
