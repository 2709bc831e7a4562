"""Numbers, units, ranges, products and ages as they are typed."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from assistant.knowledge import load_knowledge
from assistant.understanding import Interpreter
from assistant.understanding.quantity import (
    Number,
    centimetres,
    compound_age,
    months,
    number_of,
    numbers,
    sides,
    years,
)
from assistant.understanding.text import tokenise


@cache
def interpreter() -> Interpreter:
    return Interpreter(load_knowledge())


def read(raw: str) -> tuple[Number, ...]:
    words = interpreter().cues.number_words
    return numbers(tokenise(raw).tokens, raw, words)


def shape(raw: str) -> list[tuple[float, float, str | None]]:
    return [(number.low, number.high, number.unit) for number in read(raw)]


def accepted(question: str, reply: str) -> tuple[float, float] | None:
    """Return the quantity stored at once for a reply to its own question."""
    answer = interpreter().read(reply, question).accepted.get(question)
    return answer.quantity if answer is not None else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("7.2", 7.2),
        ("7,2", 7.2),
        ("12,000", 12000),
        ("1,234,567", 1234567),
        ("0,5", 0.5),
        ("1.2.2026", None),
        ("1,2,3", None),
        ("1,234.5", None),
        ("007", 7),
        ("٣", 3),
    ],
)
def test_digits(text: str, value: float | None) -> None:
    assert number_of(text) == value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("52", [(52, 52, None)]),
        ("52 years", [(52, 52, "year")]),
        ("52y", [(52, 52, "year")]),
        ("52yo", [(52, 52, "year")]),
        ("52 y/o", [(52, 52, "year")]),
        ("9 m/o", [(9, 9, "month")]),
        ("18 mo", [(18, 18, "month")]),
        ("21-month-old", [(21, 21, "month")]),
        ("6 wks", [(6, 6, "week")]),
        ("10 days", [(10, 10, "day")]),
        ("35 mm", [(35, 35, "mm")]),
        ("3.5cm", [(3.5, 3.5, "cm")]),
        ("3,5 cm", [(3.5, 3.5, "cm")]),
        ("2-3 cm", [(2, 3, "cm")]),
        ("2 to 3 cm", [(2, 3, "cm")]),
        ("2 – 3 cm", [(2, 3, "cm")]),
        ("2 or 3 months", [(2, 3, "month")]),
        ("twelve", [(12, 12, None)]),
        ("twenty-one", [(21, 21, None)]),
        ("fifty two years", [(52, 52, "year")]),
        ("two and a half cm", [(2.5, 2.5, "cm")]),
        ("two hundred", [(200, 200, None)]),
        ("none", []),
        ("", []),
    ],
)
def test_numbers_and_their_units(raw: str, expected: list[tuple[float, float, str | None]]) -> None:
    assert shape(raw) == expected


@pytest.mark.parametrize(
    "raw", ["7.2 x 6.9 x 5.3 cm", "7.2cm x 6.9cm x 5.3cm", "72x69x53mm", "53 by 69 by 72 mm"]
)
def test_a_product_of_sides_counts_by_its_longest(raw: str) -> None:
    found = read(raw)
    assert sides(found, tokenise(raw).tokens, 0) == approx((7.2, 3))


def test_a_product_without_a_unit_has_no_length() -> None:
    raw = "7 x 6"
    assert sides(read(raw), tokenise(raw).tokens, 0) == (None, 2)


@pytest.mark.parametrize("raw", ["<1 cm", "> 5 cm", "≥5 cm", "under 2 cm", "more than 5 cm", "at least 3 cm"])
def test_a_bound_is_no_exact_number(raw: str) -> None:
    (number,) = read(raw)
    assert number.bounded
    assert not number.exact


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("52", 52),
        ("6 months", 0.5),
        ("26 weeks", 26 * 7 / 365.25),
        ("73 days", 73 / 365.25),
        ("2y 3m", 2.25),
        ("2 years 3 months", 2.25),
        ("1 year 11 months", 1 + 11 / 12),
    ],
)
def test_ages_in_years(raw: str, expected: float) -> None:
    assert compound_age(read(raw), 0) == approx(expected)


def test_time_and_length_keep_apart() -> None:
    cm, month, bare = read("3 cm; 4 months; 5")
    assert months(cm) is None
    assert months(month) == 4
    assert months(bare) == 5
    assert centimetres(cm) == 3
    assert centimetres(month) is None
    assert centimetres(bare) is None
    assert years(month) == approx(1 / 3)


@given(st.floats(0.1, 39.9).map(lambda number: round(number, 1)))
def test_a_size_is_the_same_in_cm_and_mm(size: float) -> None:
    expected = approx((size, size), abs=0.051)
    assert accepted("lesion_size", f"{size:g} cm") == expected
    assert accepted("lesion_size", f"{size:g} cm".replace(".", ",")) == expected
    assert accepted("lesion_size", f"{size * 10:g} mm") == expected


@given(st.integers(0, 119))
def test_an_age_in_years_is_read_however_it_is_typed(age: int) -> None:
    for reply in (f"{age}", f"{age} years", f"{age}yo", f"{age} y/o", f"age {age}", f"{age}-year-old"):
        assert accepted("age", reply) == (age, age), reply


@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_is_searched_for_numbers(raw: str) -> None:
    for number in read(raw):
        assert number.low <= number.high
        assert number.first < number.last


# -- what is stored of a reply to a question about a number


@pytest.mark.parametrize(
    ("question", "reply", "expected"),
    [
        ("age", "52", 52),
        ("age", "52M", 52),
        ("age", "F 34", 34),
        ("age", "he is 7", 7),
        ("age", "9 m/o boy", 0.75),
        ("age", "18 months", 1.5),
        ("age", "2y 6m", 2.5),
        ("age", "newborn", 0),
        ("age", "sixty-four", 64),
        ("age", "12 - no, 13 last week", 13),
        ("age", "54, sorry, 45", 45),
        ("lesion_size", "7.2 x 6.9 x 5.3 cm", 7.2),
        ("lesion_size", "72 mm", 7.2),
        ("lesion_size", "3,5 cm", 3.5),
        ("lesion_size", "largest 4 cm, the others 1 cm", 4),
        ("months_since_chemotherapy", "3 months", 3),
        ("months_since_chemotherapy", "2 years", 24),
        ("ferritin", "1200", 1200),
        ("ferritin", "12,000 ug/L", 12000),
        ("ferritin", "1200 ng/ml", 1200),
        ("nondiagnostic_biopsies", "2", 2),
        ("nondiagnostic_biopsies", "two", 2),
    ],
)
def test_one_number_is_stored(question: str, reply: str, expected: float) -> None:
    assert accepted(question, reply) == approx((expected, expected), rel=0.01)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("age", "520"),
        ("age", "9" * 400),
        ("age", "7 cm"),
        ("age", "yes"),
        ("age", "maybe 50"),
        ("age", "about 50?"),
        ("age", "52 or 25?"),
        ("lesion_size", "300 cm"),
        ("lesion_size", "0"),
        ("lesion_size", "3 months"),
        ("lesion_size", "the cyst in the kidney is 4 cm"),
        ("months_since_chemotherapy", "3 cm"),
        ("ferritin", "0"),
        ("ferritin", "9999999"),
        ("ferritin", "raised"),
        ("nondiagnostic_biopsies", "200"),
        ("nondiagnostic_biopsies", "several"),
    ],
)
def test_what_is_implausible_unsure_or_of_another_kind_is_not_stored(question: str, reply: str) -> None:
    assert accepted(question, reply) is None
