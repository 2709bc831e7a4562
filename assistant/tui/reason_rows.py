"""The reasons as rows: for and against a diagnosis, and the basis of each down to its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.inference import Reason, percent, values_said
from assistant.knowledge import Diagnosis, Finding, Kind, KnowledgeBase
from assistant.knowledge import Row as TableRow
from assistant.session import Interview
from assistant.session.wording import GRADES, answer_words, reason_line
from assistant.tui.choices import Entry
from assistant.tui.diagnosis_rows import source_blocks
from assistant.tui.panes import bar
from assistant.tui.rows import Block, Row, justified, safe, shortened, width_of, wrapped
from assistant.tui.widgets import Wrapping

_EVEN = 0.05
"""Decibans below which a weight is shown as none."""

_WEIGHT = 10
"""Columns of a weight and the gap behind it."""

_ALIGNED_FROM = 70
"""Columns from which all that is said of a reason begins below its answer."""

_LONGEST_QUOTE = 80
_LONGEST_BAR = 24
_FIGURE = 8
"""Columns of a percent and the gaps around it."""


# -- the list


def reason_entries(interview: Interview, found: Sequence[Reason]) -> list[Entry]:
    """Return the reasons in groups: for, against, those alike in both, and those that count nothing."""
    if not found:
        return []
    knowledge = interview.knowledge
    subject, rival = (safe(knowledge.diagnoses[name].short) for name in (found[0].diagnosis, found[0].rival))
    counting = [reason for reason in found if not reason.silent]
    groups = (
        (f"For {subject}", [reason for reason in counting if reason.pairwise >= _EVEN]),
        (f"Against {subject}", [reason for reason in counting if reason.pairwise <= -_EVEN]),
        (f"Alike in {subject} and {rival}", [reason for reason in counting if abs(reason.pairwise) < _EVEN]),
        ("Counts nothing", [reason for reason in found if reason.silent]),
    )
    entries: list[Entry] = []
    for title, group in groups:
        if group:
            entries.append(_title(title, gap=bool(entries)))
            entries.extend(_entry(interview, reason) for reason in group)
    return entries


def _title(text: str, *, gap: bool) -> Entry:
    def make(width: int) -> list[Row]:
        return [*([()] if gap else []), ((shortened(text, width), "section"),)]

    return Entry(make)


def _entry(interview: Interview, reason: Reason) -> Entry:
    words = interview.state.words(reason.finding)
    return Entry(lambda width: _reason_rows(interview.knowledge, reason, words, width), reason.finding)


def _reason_rows(knowledge: KnowledgeBase, reason: Reason, words: str, width: int) -> list[Row]:
    """Return a reason: weight, answer, how often it is so here and there; below, what both rest on."""
    finding = knowledge.findings[reason.finding]
    said = safe(f"{finding.name}: {answer_words(finding, reason.answer)}")
    weight, style = _weight(reason)
    shares = _shares(reason)
    first, *rest = wrapped(said, max(width - _WEIGHT - len(shares) - 1, 8))
    rows = [justified([(f"{weight:<{_WEIGHT}}", style), (first, "text")], [(shares, "text")], width)]
    indent = " " * _WEIGHT
    rows.extend(((indent, "text"), (line, "text")) for line in rest)
    # in a narrow part the rows count more than the columns that line up
    indent = indent if width >= _ALIGNED_FROM else "  "
    below = wrapped(_footing(reason, words), max(width - len(indent), 8))
    rows.extend(((indent, "text"), (line, "quiet")) for line in below)
    return rows


def _weight(reason: Reason) -> tuple[str, str]:
    if reason.silent or abs(reason.pairwise) < _EVEN:
        return "  0   dB", "quiet"
    sign, style = ("+", "rise") if reason.pairwise > 0 else ("-", "fall")
    return f"{sign}{abs(reason.pairwise):4.1f} dB", style


def _shares(reason: Reason) -> str:
    if reason.probability is None or reason.rival_probability is None:
        return ""
    return f"{percent(reason.probability):>5} : {percent(reason.rival_probability):>5}"


def _footing(reason: Reason, words: str) -> str:
    parts = [_quoted(words)] if words else []
    if reason.silent:
        parts.append(f"counts nothing: {reason.silent}")
    elif reason.weight < 1:
        parts.append(f"counted at {percent(reason.weight)}")
    if reason.grade:
        number = f", n {reason.n}" if reason.n else ""
        parts.append(f"{reason.grade} {GRADES[reason.grade]}{number}")
    if reason.sources:
        parts.append(", ".join(reason.sources))
    return safe("; ".join(parts))


def _quoted(words: str) -> str:
    return f'"{shortened(" ".join(safe(words).split()), _LONGEST_QUOTE)}"'


# -- the basis of one


def basis_blocks(interview: Interview, reason: Reason) -> Iterator[Wrapping]:
    """Return what a reason rests on: the words, the weight, both table rows, grades, and the sources in full."""
    knowledge = interview.knowledge
    finding = knowledge.findings[reason.finding]
    subject, rival = knowledge.diagnoses[reason.diagnosis], knowledge.diagnoses[reason.rival]
    yield Block(safe(f"{finding.name}: {answer_words(finding, reason.answer)}"), style="section")
    words = " ".join(safe(interview.state.words(reason.finding)).split())
    if words:
        yield Block(f'Read from "{words}"', most=6)
    yield Block(safe(f"{reason_line(knowledge, reason)}."), gap=True)
    if reason.rule:
        yield Block(safe(f"Counted at {percent(reason.weight)}: {reason.rule}"))
    yield Block(safe(_effect(reason, subject)))
    if reason.row is None or reason.rival_row is None:
        yield Block(safe(f"{finding.name} has no table: it moves no diagnosis by itself."), gap=True)
        return
    yield Block(safe(_table_words(knowledge, reason)), gap=True)
    yield Entry(lambda width: _table_rows(finding, reason, subject, rival, width))
    if finding.kind is Kind.MULTIPLE:
        yield Block("Several of these may hold at once, so they do not add up to 100 %.", style="quiet")
    for diagnosis, row in ((subject, reason.row), (rival, reason.rival_row)):
        yield Block(safe(_row_words(reason, diagnosis, row)), gap=True)
    if finding.rationale:
        yield Block(safe(f"Why the table is as it is: {finding.rationale}"), style="quiet", gap=True)
    yield from source_blocks(
        knowledge.sources, tuple(dict.fromkeys((*reason.row.sources, *reason.rival_row.sources)))
    )


def _effect(reason: Reason, subject: Diagnosis) -> str:
    if reason.silent:
        return "By itself it moves nothing; it may still choose the table of another answer."
    points = 100 * reason.change
    if abs(points) < 0.5:
        return f"With and without this answer {subject.short} has about the same probability."
    way = "more" if points > 0 else "less"
    return f"With this answer {subject.short} has {abs(points):.0f} percentage points {way} than without it."


def _table_words(knowledge: KnowledgeBase, reason: Reason) -> str:
    if reason.context is None:
        return "The base table, which holds whatever else is known:"
    given = "; ".join(
        f"{knowledge.findings[name].name}: {' or '.join(_value_names(knowledge.findings[name], values))}"
        for name, values in reason.context.given.items()
    )
    return f"The table for {given}. {reason.context.rationale}".rstrip()


def _value_names(finding: Finding, values: frozenset[str]) -> list[str]:
    return [finding.value_name(value) for value in finding.value_ids if value in values]


def _table_rows(
    finding: Finding, reason: Reason, subject: Diagnosis, rival: Diagnosis, width: int
) -> list[Row]:
    """Return the values with their percents in both rows; what was answered is marked with `>`."""
    assert reason.row is not None and reason.rival_row is not None
    names = [safe(finding.value_name(value)) for value in finding.value_ids]
    name_width = min(max(map(width_of, names)), max(width - 5 - 2 * _FIGURE, 12))
    length = max(min((width - name_width - 5 - 2 * _FIGURE) // 2, _LONGEST_BAR), 0)
    each = 6 + length
    titles = "  ".join(f"{shortened(safe(known.short), each):<{each}}" for known in (subject, rival))
    rows: list[Row] = [((" " * (5 + name_width), "text"), (titles.rstrip(), "quiet"))]
    said = values_said(finding, reason.answer)
    for value, name in zip(finding.value_ids, names, strict=True):
        mark = ">" if value in said else "-" if value in reason.answer.absent else " "
        style = "leader" if value in said else "text"
        label = shortened(name, name_width)
        row: list[tuple[str, str]] = [
            (f"  {mark} ", "user"),
            (label + " " * (1 + name_width - width_of(label)), style),
        ]
        for table in (reason.row, reason.rival_row):
            share = table.p.get(value, 0.0)
            row.extend([(f"{percent(share):>5} ", style), (bar(share, length), "bar"), ("  ", "text")])
        rows.append(tuple(row[:-1]))
    return rows


def _row_words(reason: Reason, diagnosis: Diagnosis, row: TableRow) -> str:
    number = f", n {row.n}" if row.n else ""
    sources = f"; {', '.join(row.sources)}" if row.sources else ""
    text = f"{diagnosis.short}: grade {row.grade}, {GRADES[row.grade]}{number}{sources}."
    if row.note:
        text += f" {row.note.rstrip('.')}."
    if row.line:
        text += f" In {diagnosis.file}, line {row.line}."
    else:
        text += " It has no row of its own: the background rate stands in."
    own = reason.context is None or (reason.finding, reason.context.id) in diagnosis.context_rows
    return text if own else f"{text} It has none for this condition, so the base row stands in."
