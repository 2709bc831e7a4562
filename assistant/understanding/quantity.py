"""Numbers, units and ranges: ages, sizes, intervals, laboratory values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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

_SEX_LETTERS = frozenset(["m", "f"])
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}\.\d{3}\Z")
_MOST_DIGITS = 30
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\Z")
_LETTER_NUMBER = re.compile(r"(x|[mf])(\d{1,4})\Z")
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
    """Whether only a bound was given ("<1 cm"), or the figures can be read in two ways ("1.200")."""

    alternatives: bool = False
    """Whether `low` and `high` are two numbers of which one is meant ("3 or 4")."""

    letter: str = ""
    """A letter glued to the number: `m` or `f` of "42M", `x` of "x3"."""

    @property
    def exact(self) -> bool:
        """Say whether one number was meant."""
        return self.low == self.high and not self.bounded


def number_of(text: str) -> float | None:
    """Return the value of digits ("7,2", "12,000", "1/2"), None for dates and the like."""
    if "⁄" in text or "/" in text:
        above, _, below = text.replace("⁄", "/").partition("/")
        return float(above) / float(below) if float(below) else None
    if text.count(".") > 1 or len(text) > _MOST_DIGITS:
        return None
    if _THOUSANDS.match(text):
        return float(text.replace(",", ""))
    if text.count(",") > 1 or ("," in text and "." in text):
        return None
    return float(text.replace(",", "."))


def numbers(tokens: Sequence[Token], raw: str, number_words: Mapping[str, float]) -> tuple[Number, ...]:
    """Return every number of the text in order, the two ends of a range taken together."""
    merged: list[Number] = []
    for single in _singles(tokens, raw, number_words):
        pair = _range(merged[-1], single, tokens, raw) if merged else None
        if pair is not None:
            merged[-1] = pair
        else:
            merged.append(single)
    return tuple(merged)


def _range(before: Number, single: Number, tokens: Sequence[Token], raw: str) -> Number | None:
    """Return the two numbers as one range ("2-3 cm", "3 or 4", "between 2 and 3"), None where they are two."""
    if before.last > single.first or not before.exact or not single.exact or single.low <= before.low:
        return None
    between = [token.text for token in tokens[before.last : single.first]]
    gap = raw[tokens[before.last - 1].end : tokens[single.first].start]
    dashed = not between and gap.strip() in ("-", "–", "—") and len(gap) <= 3
    opened = before.first > 0 and tokens[before.first - 1].text == "between"
    joined = between in (["to"], ["or"]) or (between == ["and"] and opened)
    unit = single.unit or before.unit
    if before.unit not in (None, unit) or not (dashed or (joined and before.clause == single.clause)):
        return None
    return replace(before, high=single.low, unit=unit, last=single.last, alternatives=between == ["or"])


def _singles(tokens: Sequence[Token], raw: str, number_words: Mapping[str, float]) -> list[Number]:
    found: list[Number] = []
    place = 0
    while place < len(tokens):
        value, last, letter = _value_at(tokens, place, number_words)
        if value is None or _negative(tokens[place], raw):
            place += 1
            continue
        token = tokens[place]
        if (
            last < len(tokens)
            and tokens[last].text in ("k", "thousand")
            and tokens[last].clause == token.clause
        ):
            value, last = value * 1000, last + 1
        unit, after = _unit_at(tokens, last)
        glued = tokens[last].text if last < len(tokens) and tokens[last].clause == token.clause else ""
        if after == last and glued in _SEX_LETTERS and tokens[last].start - tokens[last - 1].end <= 1:
            months_old = glued == "m" and last + 1 < len(tokens) and tokens[last + 1].text == "old"
            unit, letter = ("month", "") if months_old else (None, glued)
            after = last + 1
        before = {other.text for other in tokens[max(0, place - 2) : place] if other.clause == token.clause}
        bounded = (bool(before & _BOUNDS) and "up" not in before) or bool(_TWO_WAYS.match(token.text))
        found.append(
            Number(value, value, unit, place, after, token.clause, token.sentence, bounded, letter=letter)
        )
        place = max(after, place + 1)
    return found


def _negative(token: Token, raw: str) -> bool:
    """Say whether a minus stands before the number, and nothing a range could begin with before that."""
    before = raw[max(0, token.start - 2) : token.start]
    return token.number and before[-1:] in ("-", "−") and not before[:-1].strip()[-1:].isalnum()


def _value_at(
    tokens: Sequence[Token], place: int, number_words: Mapping[str, float]
) -> tuple[float | None, int, str]:
    """Return the number that begins at `place`, the place behind it, and a letter glued to it."""
    token = tokens[place]
    if token.number:
        if place + 1 < len(tokens) and _thousands_behind(token, tokens[place + 1]):
            return number_of(token.text + tokens[place + 1].text), place + 2, ""
        return number_of(token.text), place + 1, ""
    glued = _LETTER_NUMBER.match(token.text)
    if glued:
        return float(glued.group(2)), place + 1, glued.group(1)
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if token.text in ("a", "an") and following in _IN_MONTHS:
        return (1.5 if _and_a_half(tokens, place + 2) else 1.0), place + 1, ""
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
    if _and_a_half(tokens, last):
        value, last = value + 0.5, last + 3
    return value, last, ""


def _thousands_behind(token: Token, following: Token) -> bool:
    """Say whether two groups of digits are one number ("150 000")."""
    grouped = following.text.isdecimal() and len(following.text) == 3 and following.start == token.end + 1
    return grouped and token.text.isdecimal() and len(token.text) <= 3 and following.text.endswith("00")


def _and_a_half(tokens: Sequence[Token], place: int) -> bool:
    return [token.text for token in tokens[place : place + 3]] == ["and", "a", "half"]


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
    return round(number.low * _IN_CM[number.unit], 6) if number.unit in _IN_CM else None


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
    longest = max(number.low * _IN_CM[number.unit if number.unit in _IN_CM else unit] for number in group)
    return round(longest, 6), last + 1
