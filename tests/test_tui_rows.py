"""Rows without a terminal: what is shown is safe, fits, and loses nothing."""

from __future__ import annotations

import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import load_knowledge
from assistant.session import Interview, Utterance
from assistant.tui.lines import brief_row, progress_row, question_rows, title_row
from assistant.tui.messages import earlier_blocks, reply_block, utterance_blocks
from assistant.tui.panes import bar, reasons_rows, side_rows
from assistant.tui.rows import Block, clipped, justified, row_width, safe, shortened, width_of, wrapped
from assistant.understanding import Interpreter

HISTORY = "58 y male, MDS with transfusions, multiple liver lesions, largest 3.4 cm"


@cache
def interview() -> Interview:
    known = load_knowledge()
    made = Interview.start(known, interpreter=Interpreter(known))
    made.begin()
    made.reply(HISTORY)
    return made


@given(st.text())
def test_safe_text_neither_steers_nor_hides(text: str) -> None:
    kinds = {unicodedata.category(character) for character in safe(text).replace("\n", "")}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_markup_stays_as_it_was_typed() -> None:
    assert (
        safe("pain [left arm] [/] <5 cm [@click=app.quit]Q[/]")
        == "pain [left arm] [/] <5 cm [@click=app.quit]Q[/]"
    )
    assert safe("a\x1b[2Jb\tc\r\nd\u202ee") == "a\ufffd[2Jb    c\nd\ufffde"


@given(st.text(alphabet=st.characters(codec="utf-8")), st.integers(2, 60), st.integers(0, 14))
def test_wrapping_fits_and_loses_no_sign(text: str, width: int, hanging: int) -> None:
    text = safe(text)
    lines = wrapped(text, width, hanging)
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_line_that_fits_keeps_its_columns_and_another_gives_them_up_first() -> None:
    line = "HCC          ####       42 %  may represent"
    assert wrapped(line, 60) == [line]
    assert wrapped(line, 30) == ["HCC  ####  42 %  may represent"]
    assert wrapped("one two three 42 % four", 17) == ["one two three", "42 % four"]


@given(st.text(), st.integers(0, 40))
def test_shortened_and_clipped_text_fits(text: str, width: int) -> None:
    assert width_of(shortened(safe(text), width)) <= width
    assert row_width(clipped([(safe(text), "text"), (safe(text), "quiet")], width)) <= width


def test_the_right_side_of_a_row_stays() -> None:
    assert justified([("left side", "text")], [("right", "quiet")], 24) == (
        ("left side", "text"),
        (" " * 10, "text"),
        ("right", "quiet"),
    )
    assert row_width(justified([("a long left side", "text")], [("right", "quiet")], 16)) == 16


def test_bars_grow_by_eighths() -> None:
    assert bar(0, 4) == "    "
    assert bar(0.5, 4) == "██  "
    assert bar(1, 4) == "████"
    assert bar(1 / 32, 4) == "▏   "


@pytest.mark.parametrize("width", [20, 29, 44, 58, 70, 118])
@pytest.mark.parametrize("height", [1, 2, 5, 8, 17, 30, 60])
def test_the_side_pane_fits_its_place(width: int, height: int) -> None:
    rows = side_rows(interview(), width, height)
    assert len(rows) <= height
    assert all(row_width(row) <= width for row in rows)


def plain(rows: list[tuple[tuple[str, str], ...]]) -> str:
    return "\n".join("".join(text for text, _ in row) for row in rows)


@pytest.mark.parametrize("width", [29, 44, 70])
def test_the_side_pane_tells_percent_certainty_change_and_reasons(width: int) -> None:
    shown = interview().differential
    text = plain(side_rows(interview(), width, 40))
    leader = interview().knowledge.diagnoses[shown.leader].short
    assert leader in text.split("\n")[1]
    assert shown.certainty(shown.posterior[shown.leader]) in text
    assert " %" in text and "+" in text and "█" in text
    assert f"For {leader}" in text
    assert f"Against {leader}" in text


@pytest.mark.parametrize("width", [29, 44, 70])
def test_bars_can_be_compared(width: int) -> None:
    text = plain(side_rows(interview(), width, 60)).split("For ")[0]
    lengths = [line.count("█") for line in text.split("\n") if "█" in line]
    assert lengths == sorted(lengths, reverse=True)


def test_reasons_name_their_grade_where_there_is_room() -> None:
    text = plain(reasons_rows(interview(), 50, 30))
    assert " dB " in text
    assert "D judgement" in text


def test_before_any_answer_the_pane_says_what_it_rests_on() -> None:
    fresh = Interview.start(interview().knowledge, interpreter=interview().interpreter)
    fresh.begin()
    assert "starting probabilities, a judgement" in plain(side_rows(fresh, 70, 30))


@pytest.mark.parametrize("width", [58, 78, 118, 198])
def test_single_rows_fit(width: int) -> None:
    made = interview()
    rows = (
        title_row(made, width, brief=False),
        title_row(made, width, brief=True),
        progress_row(made, width),
        brief_row(made.knowledge, made.differential, made.before, width),
    )
    assert all(row_width(row) <= width for row in rows)


def test_the_progress_names_every_section_where_it_fits() -> None:
    text = plain([progress_row(interview(), 198)])
    assert all(section.title in text for section in interview().script.sections)
    assert "/" in plain([progress_row(interview(), 58)])


def test_options_are_not_broken() -> None:
    rows = question_rows("Which?", [f"{number} option number {number}" for number in range(1, 12)], 50)
    text = plain(rows)
    assert all(row_width(row) <= 50 for row in rows)
    assert all(f"{number} option number {number}" in text for number in range(1, 12))


def test_user_and_program_are_told_apart_by_a_mark() -> None:
    said = Block("text").rows(40), reply_block("one\ntwo").rows(40)
    assert [row[0][0] for row in said[1]] == ["> ", "> "]
    assert said[0][0][0][0] == "  "
    marks = {
        kind: utterance_blocks(Utterance(kind, "text"))[0].mark for kind in ("receipt", "error", "remark")
    }
    assert len(set(marks.values())) == 3
    assert ">" not in marks.values()


def test_an_alert_is_a_marked_block_with_its_basis_apart() -> None:
    blocks = utterance_blocks(Utterance("alert", "Do not biopsy.  [grade B: one, two]"))
    text = plain([row for block in blocks for row in block.rows(40)])
    assert text.split("\n") == ["", "┃ ALERT", "┃ Do not biopsy.", "┃ grade B: one, two"]


def test_a_long_reply_is_shown_by_its_beginning() -> None:
    rows = reply_block("\n".join(f"line {number}" for number in range(30))).rows(40)
    assert len(rows) == 6
    assert "25 more lines" in plain(rows)


def test_earlier_turns_come_back_from_the_events() -> None:
    text = plain([row for block in earlier_blocks(interview()) for row in block.rows(100)])
    assert f"> {HISTORY}" in text
    assert "✓ marrow disorder: MDS" in text
