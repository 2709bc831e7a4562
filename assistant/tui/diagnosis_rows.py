"""The diagnoses as rows: the list, the selected one in words, its course, what its start rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.inference import percent
from assistant.knowledge import KnowledgeBase, Source
from assistant.session import Interview
from assistant.session.ledger import Point
from assistant.session.wording import GRADES, evidence_lines
from assistant.tui.chart import MARKS
from assistant.tui.panes import bar, change_span
from assistant.tui.rows import Block, Row, Span, clipped, row_width, safe, shortened, width_of, wrapped

_ALWAYS = 3
"""Leading diagnoses whose course is always drawn."""

_SHORTEST_BAR = 5
_COURSE_BAR = 20
_ONE_PART = 70
"""Columns from which a course in numbers has room for bars."""

_SHORT_NAME, _SHORTEST_NAME = 15, 10
"""Columns to which the names give way, for the figures and for the bar alone."""

_SHARE, _CHANGE, _START = 5, 7, 6
"""Columns of the three figures."""


def rule(title: Sequence[Span], right: Sequence[Span], width: int, *, active: bool) -> Row:
    """Return the heading of a part, a heavy line where the keys act and a light one elsewhere."""
    sign, style = ("━", "heading") if active else ("─", "rule")
    room = width - row_width(tuple(right)) - 4
    if row_width(tuple(title)) > room:
        right, room = (), width - 4
    left = clipped(title, room)
    gap = " " if right else ""
    filling = width - row_width(left) - row_width(tuple(right)) - len(gap) - 4
    return ((f"{sign * 2} ", style), *left, (" ", style), (sign * max(filling, 0) + gap, style), *right)


# -- the list


@dataclass(frozen=True, slots=True)
class Columns:
    """How many columns each part of a row takes; 0 leaves it out."""

    name: int
    bar: int
    word: int
    start: int

    @classmethod
    def of(cls, knowledge: KnowledgeBase, width: int) -> Columns:
        """Return what fits into `width`: the bar shrinks first, then the start goes, then the certainty word."""
        longest = max(width_of(safe(diagnosis.short)) for diagnosis in knowledge.diagnoses.values())
        words = max(len(word) for _, word in knowledge.model.certainty) + 1
        figures = 2 + 1 + 1 + _SHARE + _CHANGE
        for name, word, start in (
            (longest, words, _START),
            (min(longest, _SHORT_NAME), words, _START),
            (min(longest, _SHORT_NAME), words, 0),
            (min(longest, max(width - figures - _SHORTEST_BAR, _SHORTEST_NAME)), 0, 0),
        ):
            left = width - figures - name - word - start
            if left >= _SHORTEST_BAR:
                return cls(name, left, word, start)
        return cls(min(longest, max(width - figures, 4)), 0, 0, 0)

    def titles(self) -> list[Span]:
        """Return what the figures mean, as wide as they are."""
        word = f" {'certainty':<{self.word - 1}}" if self.word else ""
        start = f"{'start':>{self.start}}" if self.start else ""
        return [(f"{'now':>{_SHARE}}{'change':>{_CHANGE}}{word}{start}", "quiet")]


def diagnosis_row(interview: Interview, name: str, mark: str, columns: Columns) -> Row:
    """Return a diagnosis: the letter of its line, bar, percent, change since the last answer, word, start."""
    shown = interview.differential
    share = shown.posterior[name]
    label = shortened(safe(interview.knowledge.diagnoses[name].short), columns.name)
    style = "leader" if name == shown.leader else "text"
    change, direction = change_span(interview.before, name, share)
    spans: list[Span] = [
        (f"{mark or ' '} ", "quiet"),
        (f"{label}{' ' * (columns.name - width_of(label))} ", style),
        (f"{bar(share, columns.bar)} ", "bar"),
        (f"{percent(share):>{_SHARE}}", style),
        (f"{change.strip():>{_CHANGE}}", direction),
    ]
    if columns.word:
        spans.append((f" {shown.certainty(share):<{columns.word - 1}}", "quiet"))
    if columns.start:
        spans.append((f"{percent(shown.prior[name]):>{columns.start}}", "quiet"))
    return tuple(spans)


def detail_rows(interview: Interview, name: str, width: int, height: int, more: str) -> list[Row]:
    """Return the selected diagnosis in words, as far as `height` holds them; `more` tells where the rest is."""
    knowledge, shown = interview.knowledge, interview.differential
    diagnosis = knowledge.diagnoses[name]
    share = shown.posterior[name]
    grade = diagnosis.prior_basis.grade
    standing = (
        f"{percent(share)}, {shown.certainty(share)}; start {percent(shown.prior[name])}, grade {grade}"
    )
    rows: list[Row] = []
    if height < 5:
        rows.extend(((line, "quiet"),) for line in wrapped(safe(standing), width))
        return rows[:height]
    rows.extend(((line, "section"),) for line in wrapped(safe(diagnosis.name), width))
    rows.extend(((line, "text"),) for line in wrapped(safe(f"{standing}: {GRADES[grade]}"), width))
    for text in evidence_lines(knowledge, name)[1:]:
        rows.append(())
        rows.extend(((line, "quiet"),) for line in wrapped(safe(text), width))
    return rows if len(rows) <= height else [*rows[: height - 1], ((shortened(more, width), "quiet"),)]


# -- the course


def charted(course: Sequence[Point], ranking: Sequence[str], selected: str) -> tuple[str, ...]:
    """Return the diagnoses whose course is drawn: those that lead, those that once led, the selected one last.

    Args:
        course: the differential at the start and after each change.
        ranking: all diagnoses, the leader first.
        selected: the one the chart is about.
    """
    once = [max(point.posterior, key=lambda name: point.posterior[name]) for point in reversed(course)]
    candidates = dict.fromkeys((*ranking[:_ALWAYS], *once, *ranking[_ALWAYS:]))
    kept = {name for name, _ in zip(candidates, MARKS[:-1], strict=False)}
    # in the order of the list, and the same letters whichever is selected
    drawn = [name for name in ranking if name in kept]
    return tuple(drawn if selected in kept else [*drawn, selected])


def series_of(
    knowledge: KnowledgeBase, course: Sequence[Point], names: Sequence[str]
) -> dict[str, list[float]]:
    """Return short name -> probabilities, as the chart takes them."""
    return {
        safe(knowledge.diagnoses[name].short): [point.posterior.get(name, 0.0) for point in course]
        for name in names
    }


def course_rows(course: Sequence[Point], name: str, width: int) -> list[Row]:
    """Return the course of one diagnosis in numbers: what was answered, and where that led."""
    length = _COURSE_BAR if width >= _ONE_PART else 0
    words = max(width - 19 - length, 8)
    rows: list[Row] = []
    before: float | None = None
    for number, point in enumerate(course):
        share = point.posterior.get(name, 0.0)
        change, direction = change_span(None if before is None else {name: before}, name, share)
        labels = ", ".join(point.labels) or ("other starting probabilities" if number else "at the start")
        first, *rest = wrapped(safe(labels), words)
        rows.append(
            (
                (f"{number:>3}  ", "quiet"),
                (f"{percent(share):>{_SHARE}}", "leader"),
                (f" {change:>4}  ", direction),
                (f"{bar(share, length)}  ", "bar"),
                (first, "text"),
            )
        )
        rows.extend(((" " * (19 + length), "text"), (line, "text")) for line in rest)
        before = share
    return rows


# -- what it rests on


def evidence_blocks(interview: Interview, name: str) -> Iterator[Block]:
    """Return what is known of a diagnosis: its definition, its start with its grade, the sources in full."""
    knowledge = interview.knowledge
    title, *lines = evidence_lines(knowledge, name)
    yield Block(safe(title), style="section")
    for line in lines:
        if not line.startswith("Sources: "):
            yield Block(safe(line), gap=True)
    basis = knowledge.diagnoses[name].prior_basis
    yield Block(f"Grade {basis.grade}: {GRADES[basis.grade]}.", gap=True)
    clinic = knowledge.populations.get(interview.state.population or "")
    if clinic is not None:
        text = (
            f"In this interview it starts at {percent(interview.differential.prior[name])}: "
            f"{clinic.name}, grade {clinic.grade}. {clinic.note}"
        )
        yield Block(safe(text.rstrip()), gap=True)
    yield from source_blocks(knowledge.sources, basis.sources)


def source_blocks(sources: Mapping[str, Source], names: Sequence[str]) -> Iterator[Block]:
    """Return each source in full, and what it shows."""
    yield Block(
        "Sources" if names else "No source: a judgement.", style="section" if names else "quiet", gap=True
    )
    for name in names:
        source = sources.get(name)
        if source is None:
            yield Block(safe(name))
            continue
        yield Block(safe(f"{name}  {source.citation}"), mark="·", hanging=2)
        if source.shows:
            yield Block(safe(f"  Shows: {source.shows}"), style="quiet", hanging=2)
