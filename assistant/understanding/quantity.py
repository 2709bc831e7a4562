"""Numbers, units and ranges: ages, sizes, intervals, laboratory values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.understanding.text import Token

_UNITS: Mapping[str, str] = {
    "year": "year", "yr": "year", "y": "year", "yo": "year", "yrs": "year",
    "month": "month", "mo": "month", "mth": "month", "mon": "month", "mnth": "month", "moth": "month",
    "week": "week", "wk": "week", "w": "week", "wks": "week",
    "day": "day", "d": "day",
    "cm": "cm", "centimeter": "cm", "cms": "cm", "mm": "mm", "millimeter": "mm", "mms": "mm", "inch": "inch",
}  # fmt: skip

_IN_MONTHS = {"year": 12.0, "month": 1.0, "week": 12 / 52.18, "day": 12 / 365.25}
_IN_YEARS = {"year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25}
_IN_CM = {"cm": 1.0, "mm": 0.1, "inch": 2.54}

_LONGEST_NUMBER = 15
"""Nothing that is measured has more digits, and a float holds no more."""

_SEX_LETTERS = frozenset(["m", "f"])
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\Z")
_LETTER_NUMBER = re.compile(r"(x|[mf])(\d{1,4})\Z")
_RANGE_WORDS = frozenset(["-", "to", "or", "–"])
_APPROXIMATE = frozenset(
    ["~", "about", "approx", "approximately", "around", "circa", "ca", "roughly", "nearly", "almost", "≈"]
)
_BOUNDS = frozenset(
    ["<", ">", "<=", ">=", "≤", "≥", "under", "over", "below", "above", "least", "most", "than"]
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as typed, with the unit that follows it."""

    low: float
    high: float
    """Equal to `low` unless a range was typed."""

    unit: str | None
    """year, month, week, day, cm, mm, or None."""

    first: int
    last: int
    """Positions among the tokens, `last` excluded."""

    clause: int
    sentence: int
    bounded: bool = False
    """Whether only a bound was given ("<1 cm")."""

    letter: str = ""
    """A letter glued to the number: `m` or `f` of "42M", `x` of "x3"."""

    @property
    def exact(self) -> bool:
        """Say whether one number was meant."""
        return self.low == self.high and not self.bounded


def number_of(text: str) -> float | None:
    """Return the value of digits ("7,2", "12,000", "7.2"), None for dates, endless digits and the like."""
    if text.count(".") > 1 or len(text) > _LONGEST_NUMBER:
        return None
    if _THOUSANDS.match(text):
        return float(text.replace(",", ""))
    if text.count(",") > 1 or ("," in text and "." in text):
        return None
    return float(text.replace(",", "."))


def numbers(tokens: Sequence[Token], raw: str, number_words: Mapping[str, float]) -> tuple[Number, ...]:
    """Return every number of the text in order, ranges and products of sides taken together."""
    singles = _singles(tokens, number_words)
    merged: list[Number] = []
    for single in singles:
        before = merged[-1] if merged else None
        if before is not None and before.last <= single.first and before.exact and single.exact:
            between = [token.text for token in tokens[before.last : single.first]]
            gap = raw[tokens[before.last - 1].end : tokens[single.first].start]
            dashed = not between and gap.strip() in ("-", "–", "—") and len(gap) <= 3
            if (dashed or (len(between) == 1 and between[0] in _RANGE_WORDS)) and single.low > before.low:
                unit = single.unit or before.unit
                same = before.unit in (None, unit)
                if (same and before.clause == single.clause) or (dashed and same):
                    merged[-1] = Number(
                        before.low,
                        single.low,
                        unit,
                        before.first,
                        single.last,
                        before.clause,
                        before.sentence,
                    )
                    continue
        merged.append(single)
    return tuple(merged)


def _singles(tokens: Sequence[Token], number_words: Mapping[str, float]) -> list[Number]:
    found: list[Number] = []
    place = 0
    while place < len(tokens):
        value, last, letter = _value_at(tokens, place, number_words)
        if value is None:
            place += 1
            continue
        unit, after = _unit_at(tokens, last)
        if (
            unit is None
            and after == last
            and last < len(tokens)
            and tokens[last].text in _SEX_LETTERS
            and tokens[last].clause == tokens[place].clause
        ):
            following = tokens[last + 1].text if last + 1 < len(tokens) else ""
            adjacent = tokens[last].start - tokens[last - 1].end <= 1
            if adjacent:
                unit, letter = (
                    ("month", "")
                    if following == "old" and tokens[last].text == "m"
                    else (None, tokens[last].text)
                )
                after = last + 1
        before = [
            token.text for token in tokens[max(0, place - 2) : place] if token.clause == tokens[place].clause
        ]
        bounded = any(word in _BOUNDS for word in before) and "up" not in before
        found.append(
            Number(
                value,
                value,
                unit,
                place,
                after,
                tokens[place].clause,
                tokens[place].sentence,
                bounded,
                letter,
            )
        )
        place = max(after, place + 1)
    return found


def _value_at(
    tokens: Sequence[Token], place: int, number_words: Mapping[str, float]
) -> tuple[float | None, int, str]:
    token = tokens[place]
    if token.number:
        return number_of(token.text), place + 1, ""
    glued = _LETTER_NUMBER.match(token.text)
    if glued:
        return float(glued.group(2)), place + 1, glued.group(1)
    if token.text not in number_words:
        return None, place, ""
    value = float(number_words[token.text])
    last = place + 1
    if 20 <= value <= 90 and last < len(tokens) and 0 < number_words.get(tokens[last].text, 0) < 10:
        value += number_words[tokens[last].text]
        last += 1
    elif last < len(tokens) and tokens[last].text == "hundred":
        value *= 100
        last += 1
    texts = [token.text for token in tokens[last : last + 3]]
    if texts[:3] == ["and", "a", "half"]:
        value, last = value + 0.5, last + 3
    return value, last, ""


def _unit_at(tokens: Sequence[Token], place: int) -> tuple[str | None, int]:
    if place >= len(tokens) or tokens[place].kind != "word":
        return None, place
    same = place > 0 and tokens[place].clause == tokens[place - 1].clause
    unit = _UNITS.get(tokens[place].text) if same else None
    if unit is None:
        return None, place
    last = place + 1
    while (
        last < len(tokens)
        and tokens[last].text in ("old", "o", "of", "age")
        and tokens[last].clause == tokens[place].clause
    ):
        last += 1
    return unit, last


def years(number: Number) -> float:
    """Return a number of time in years; without a unit it is years."""
    return number.low * _IN_YEARS.get(number.unit or "year", 1.0)


def months(number: Number) -> float | None:
    """Return a number of time in months; without a unit it is months, None for a length."""
    if number.unit is None:
        return number.low
    return number.low * _IN_MONTHS[number.unit] if number.unit in _IN_MONTHS else None


def centimetres(number: Number) -> float | None:
    """Return a length in cm, None without a unit of length."""
    return number.low * _IN_CM[number.unit] if number.unit in _IN_CM else None


def compound_age(found: Sequence[Number], place: int) -> float:
    """Return the years of the number at `place`, with the months that follow it ("2y 3m")."""
    total = years(found[place])
    if found[place].unit == "year" and place + 1 < len(found):
        following = found[place + 1]
        monthly = following.unit == "month" or following.letter == "m"
        if monthly and following.first == found[place].last and following.low < 12:
            total += following.low / 12
    return total


def sides(found: Sequence[Number], tokens: Sequence[Token], place: int) -> tuple[float | None, int]:
    """Return the longest side of a product that begins at `place` ("7.2 x 6.9 cm"), in cm, and the place behind it."""
    last = place
    while last + 1 < len(found):
        between = [token.text for token in tokens[found[last].last : found[last + 1].first]]
        if between not in (["x"], ["by"], ["times"]):
            break
        last += 1
    group = found[place : last + 1]
    unit = next((number.unit for number in reversed(group) if number.unit in _IN_CM), None)
    if unit is None:
        return None, last + 1
    return max(
        number.low * _IN_CM[number.unit if number.unit in _IN_CM else unit] for number in group
    ), last + 1
