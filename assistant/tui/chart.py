"""A line chart as rows: the course of a few probabilities, drawn as steps."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from assistant.inference import percent
from assistant.tui.rows import Row, Span, row_width, shortened, width_of

MARKS = "abcdef"
"""One letter a line, so that lines are told apart without colour; there are no more lines than letters."""

_AXIS = 6
"""Columns of the percents on the left, with the axis."""

_SHARE = 5
"""Columns of a percent behind the name of a line."""

_LONGEST_STEP = 12
"""Columns from one change to the next, at most: a short course does not look like a long one."""

_BETWEEN_MARKS = 28
"""Columns from one letter to the next on the same line, about."""

_LIGHT, _HEAVY = ("─", "│", "╮", "╰", "╯", "╭"), ("━", "┃", "┓", "┗", "┛", "┏")
"""The signs of a step: along, up and down, and the corners of a fall and of a rise."""

_GRID = "┈"
_Cell = tuple[str, str, int]
"""A sign, its style and the number of its line; -1 for no line."""

_EMPTY: _Cell = (" ", "text", -1)


@dataclass(frozen=True, slots=True)
class _Line:
    """One series, measured for the chart."""

    number: int
    name: str
    last: float
    heights: tuple[int, ...]
    """For each column its row, counted from the top."""

    selected: bool

    @property
    def mark(self) -> str:
        return MARKS[self.number]

    @property
    def style(self) -> str:
        return "line" if self.selected else f"line-{self.number}"


def chart_rows(series: Mapping[str, Sequence[float]], selected: str, width: int, height: int) -> list[Row]:
    """Return the chart in `height` rows, none wider than `width`.

    Args:
        series: name as shown -> probability at the start and after each change; at most one for each of MARKS.
        selected: the name of the line that lies on top, in heavier signs.
        width: columns for everything; 40 and more hold a chart, fewer only the names.
        height: rows for everything.
    """
    named = list(series.items())[: len(MARKS)]
    if not named or height < 1:
        return [()] * max(height, 0)
    label_width = min(max(width_of(name) for name, _ in named) + 4 + _SHARE, max(width * 2 // 5, 14))
    room = width - _AXIS - label_width
    foot = 2 if height >= 9 else 1
    lines, tick_step = _scale(height - foot)
    points = len(named[0][1])
    columns = min(room, points * _LONGEST_STEP)
    if columns < 4 or lines < 3:
        ends = _measured(named, selected, 1, height)
        return [
            (label,) if label else () for label in _labels(ends, _label_rows(ends, height), width, height)
        ]
    drawn = _measured(named, selected, columns, lines)
    beside = _label_rows(drawn, height)
    ticks = {(lines - 1) * (100 - tick) // 100: tick for tick in range(0, 101, tick_step)}
    grid = _grid(drawn, beside, ticks, columns, lines)
    rows: list[Row] = [((_tick(ticks.get(row)), "quiet"), *_joined(cells)) for row, cells in enumerate(grid)]
    rows.extend(_foot(points, columns, foot))
    rows.extend([()] * (height - len(rows)))
    labels = _labels(drawn, beside, label_width, height)
    return [
        (*row, (" " * (_AXIS + columns - row_width(row)), "text"), label) if label else row
        for row, label in zip(rows, labels, strict=True)
    ]


def point_at(column: int, columns: int, points: int) -> int:
    """Return which of `points` stands at a column: each has its columns, or a column the last of several."""
    return ((column + 1) * points - 1) // columns


def _measured(
    named: Sequence[tuple[str, Sequence[float]]], selected: str, columns: int, lines: int
) -> list[_Line]:
    return [
        _Line(
            number,
            name,
            shares[-1],
            tuple(
                round((1 - shares[point_at(column, columns, len(shares))]) * (lines - 1))
                for column in range(columns)
            ),
            name == selected,
        )
        for number, (name, shares) in enumerate(named)
    ]


# -- the lines


def _grid(
    drawn: Sequence[_Line], beside: Mapping[int, int], ticks: Container[int], columns: int, lines: int
) -> list[list[_Cell]]:
    grid = [[(_GRID, "rule", -1) if row in ticks else _EMPTY] * columns for row in range(lines)]
    # the selected one last, since what is drawn later lies on top; of the others the first
    for line in sorted(drawn, key=lambda line: (line.selected, -line.number)):
        _draw(grid, line)
    for line in drawn:
        _mark(grid, line, len(drawn), ends=beside.get(line.number) != line.heights[-1])
    return grid


def _draw(grid: list[list[_Cell]], line: _Line) -> None:
    along, upright, fall, landing, rise, summit = _HEAVY if line.selected else _LIGHT
    before = line.heights[0]
    for column, row in enumerate(line.heights):
        if row == before:
            grid[row][column] = (along, line.style, line.number)
            continue
        for between in range(min(row, before) + 1, max(row, before)):
            grid[between][column] = (upright, line.style, line.number)
        down = row > before
        grid[before][column] = (fall if down else rise, line.style, line.number)
        grid[row][column] = (landing if down else summit, line.style, line.number)
        before = row


def _mark(grid: list[list[_Cell]], line: _Line, count: int, *, ends: bool) -> None:
    """Write the letter of a line on it where nothing covers it, and at its end where its label stands elsewhere."""
    columns = len(line.heights)
    free = [column for column in range(columns) if _lies_open(grid, line, column)]
    if not free:
        return
    # between two signs of its own a letter breaks no corner
    clear = [column for column in free if {column - 1, column + 1} <= set(free)] or free
    places = max(round(columns / _BETWEEN_MARKS), 1)
    wanted = [columns * (place + (line.number + 1) / (count + 1)) / places for place in range(places)]
    chosen = {min(clear, key=lambda column: abs(column - want)) for want in wanted}
    if ends and free[-1] == columns - 1:
        chosen.add(columns - 1)
    kept: list[int] = []
    for column in sorted(chosen, reverse=True):
        # letters side by side would read as a word
        if not kept or kept[-1] - column >= _BETWEEN_MARKS // 4:
            kept.append(column)
            grid[line.heights[column]][column] = (line.mark, line.style, line.number)


def _lies_open(grid: list[list[_Cell]], line: _Line, column: int) -> bool:
    sign, _, owner = grid[line.heights[column]][column]
    return owner == line.number and sign in (_LIGHT[0], _HEAVY[0])


def _joined(cells: Sequence[_Cell]) -> list[Span]:
    """Return cells as spans, one for each stretch in one style."""
    spans: list[Span] = []
    for sign, style, _ in cells:
        if spans and spans[-1][1] == style:
            spans[-1] = (spans[-1][0] + sign, style)
        else:
            spans.append((sign, style))
    return spans


# -- what stands around them


def _scale(most: int) -> tuple[int, int]:
    """Return how many rows the lines take, and the percents between ticks, such that ticks lie on whole rows."""
    for lines in (most, most - 1):
        if lines >= 9 and (lines - 1) % 4 == 0:
            return lines, 25
        if lines >= 11 and (lines - 1) % 5 == 0:
            return lines, 20
    return (most if most % 2 else most - 1), 50


def _tick(tick: int | None) -> str:
    return "     │" if tick is None else f"{tick:>3} %┤"


def _foot(points: int, columns: int, rows: int) -> list[Row]:
    """Return the axis of the changes and their numbers, or the numbers alone."""
    starts: dict[int, int] = {}
    for column in range(columns):
        starts.setdefault(point_at(column, columns, points), column)
    longest = len(str(points - 1)) + 2
    step = next(
        (step for step in (1, 2, 5, 10, 20, 50, 100) if step * columns >= longest * points), max(points, 1)
    )
    axis, numbers = ["─"] * columns, [" "] * columns
    for point in range(0, points, step):
        column = next((starts[near] for near in range(point, points) if near in starts), columns)
        written = str(point)
        if column + len(written) > columns:
            break
        axis[column] = "┬"
        numbers[column : column + len(written)] = written
    below: Row = ((" " * _AXIS, "text"), ("".join(numbers), "quiet"))
    if rows == 1:
        return [below]
    return [((f"{' ' * (_AXIS - 1)}└{''.join(axis)}", "quiet"),), below]


def _label_rows(drawn: Sequence[_Line], height: int) -> dict[int, int]:
    """Return line -> row of its label: at the end of the line, or as near as there is room."""
    fitting = sorted(drawn, key=lambda line: (not line.selected, -line.last))[:height]
    ranked = sorted(fitting, key=lambda line: (line.heights[-1], -line.last))
    rows: list[int] = []
    for line in ranked:
        rows.append(max(line.heights[-1], rows[-1] + 1 if rows else 0))
    lowest = height
    for place in reversed(range(len(rows))):
        lowest = rows[place] = min(rows[place], lowest - 1)
    return {line.number: row for line, row in zip(ranked, rows, strict=True)}


def _labels(drawn: Sequence[_Line], beside: Mapping[int, int], width: int, height: int) -> list[Span | None]:
    """Return for each row the label that stands there."""
    labels: list[Span | None] = [None] * height
    name_width = width - 4 - _SHARE
    for line in drawn:
        if line.number in beside:
            name = shortened(line.name, name_width)
            name += " " * (name_width - width_of(name))
            sign = ">" if line.selected else " "
            label = f"{sign}{line.mark} {name} {percent(line.last):>{_SHARE}}"
            labels[beside[line.number]] = (label, line.style)
    return labels
