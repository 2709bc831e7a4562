"""The line chart: its size, its signs, its labels, and the same in ASCII."""

from __future__ import annotations

import pytest

from assistant.session.ledger import Point
from assistant.tui.ascii_filter import in_ascii
from assistant.tui.chart import MARKS, chart_rows, point_at
from assistant.tui.diagnosis_rows import charted
from assistant.tui.rows import Row, row_width

NAMES = ("HCC", "EMH", "Metastasis", "Hemangioma", "Angiosarcoma / EHE", "Something else")
HEAVY, LIGHT = "━┃┏┓┗┛", "─╭╮╰╯"


def made(points: int, names: tuple[str, ...] = NAMES) -> dict[str, list[float]]:
    return {
        name: [abs((7 * number + 13 * point) % 20 - 10) / 10 for point in range(points)]
        for number, name in enumerate(names)
    }


def text(rows: list[Row]) -> list[str]:
    return ["".join(words for words, _ in row) for row in rows]


@pytest.mark.parametrize("points", [1, 2, 14, 200])
@pytest.mark.parametrize("width", [40, 61, 100, 180])
def test_a_chart_keeps_to_its_size(points: int, width: int) -> None:
    for height in range(6, 21):
        rows = chart_rows(made(points), "EMH", width, height)
        assert len(rows) == height
        assert all(row_width(row) <= width for row in rows)
        lines = text(rows)
        assert lines[0].startswith("100 %┤") and any(line.startswith("  0 %┤") for line in lines)
        # every line is named once, each on a row of its own
        ends = [line for line in lines if line.endswith("%") or line.endswith("%)")]
        assert len(ends) == len(NAMES)
        assert sum(">b EMH" in line for line in lines) == 1


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (10, 3), (20, 2), (39, 4)])
def test_too_small_a_chart_still_names_the_selected_line(size: tuple[int, int]) -> None:
    rows = chart_rows(made(5), "EMH", *size)
    assert len(rows) == size[1]
    if size[0] >= 20:
        assert any(">b EMH" in line for line in text(rows))


def test_labels_that_would_meet_are_pushed_apart() -> None:
    level = {name: [0.02, 0.02] for name in NAMES}
    lines = text(chart_rows(level, "HCC", 80, 10))
    assert [line[30:32] for line in lines[-6:]] == [">a", " b", " c", " d", " e", " f"]
    assert all(name in line for name, line in zip(NAMES, lines[-6:], strict=True))


def test_every_line_has_a_letter_where_it_is_not_covered() -> None:
    apart = {name: [0.2 * number] * 9 for number, name in enumerate(NAMES)}
    lines = text(chart_rows(apart, "HCC", 90, 14))
    drawn = [line[6:50] for line in lines]
    for mark in MARKS:
        assert any(f"─{mark}─" in line or f"━{mark}━" in line for line in drawn)


def test_the_selected_line_lies_on_top_in_heavier_signs() -> None:
    rows = chart_rows({"A": [0.1, 0.9, 0.5], "B": [0.1, 0.9, 0.5]}, "B", 60, 10)
    signs = "".join(text(rows))
    assert set(HEAVY) <= set(signs)
    assert not set(LIGHT[1:]) & set(signs)


def test_a_step_turns_by_corners_at_its_change() -> None:
    lines = text(chart_rows({"A": [0.0, 1.0, 0.0]}, "B", 80, 7))
    assert "╭─────a─────╮" in lines[0]
    assert "╯" in lines[4] and "╰" in lines[4]
    assert all(lines[row][6:].count("│") == 2 for row in (1, 2, 3))
    assert lines[5].split() == ["0", "1", "2"]


@pytest.mark.parametrize(("columns", "points"), [(12, 1), (40, 14), (40, 40), (30, 200)])
def test_the_columns_run_from_the_start_to_now(columns: int, points: int) -> None:
    places = [point_at(column, columns, points) for column in range(columns)]
    assert places == sorted(places) and places[-1] == points - 1
    if points <= columns:
        assert set(places) == set(range(points))


def test_the_chart_survives_in_ascii() -> None:
    lines = text(chart_rows(made(14), "EMH", 70, 12))
    ascii_lines = [in_ascii(line) for line in lines]
    assert [len(line) for line in ascii_lines] == [len(line) for line in lines]
    together = "".join(ascii_lines)
    assert together.isascii()
    for line, plain in zip(lines, ascii_lines, strict=True):
        for sign, shown in zip(line, plain, strict=True):
            wanted = {"━": "=", "─": "-", "│": "|", "┃": "|", "┈": "."}.get(sign)
            wanted = "+" if sign in "╭╮╰╯┏┓┗┛" else wanted
            assert wanted is None or shown == wanted


def test_the_chart_draws_leaders_past_leaders_and_the_selected_one() -> None:
    def point(**shares: float) -> Point:
        return Point((), {**dict.fromkeys("abcdefgh", 0.01), **shares})

    course = [point(h=0.9), point(g=0.9), point(a=0.5, b=0.3, c=0.2)]
    assert charted(course, "abcdefgh", "a") == ("a", "b", "c", "g", "h")
    assert charted(course, "abcdefgh", "f") == ("a", "b", "c", "g", "h", "f")
    assert charted([point(a=0.5)], "abc", "b") == ("a", "b", "c")
