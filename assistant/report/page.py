"""How large the type of a printed sheet may be, so that it fills one page of A4 and no more."""

from __future__ import annotations

import math

from assistant.report.sheet import Sheet, weighty

LEAST, USUAL, MOST = 7.5, 8.5, 9.2
"""Points. Smaller than the least is not read at a board; a sheet that would need it goes on to a second page."""

_ROOM = 255
"""Millimetres of the page to fill: A4 without margins is 279, and the estimate is 20 off at most."""

_LONGEST = 345
"""Millimetres at the usual size that do not fit the page at the least one."""


def type_size(sheet: Sheet) -> float:
    """Return the size of print in points."""
    height = _height(sheet)
    if height > _LONGEST:
        return USUAL
    # lines grow with the size and letters with it too, so the room taken grows with its square
    return round(min(MOST, max(LEAST, USUAL * math.sqrt(_ROOM / height))), 1)


def _height(sheet: Sheet) -> float:
    """Return about how many millimetres the sheet takes at the usual size.

    The weights are a least-squares fit over the 25 narrated cases of tests/cases, printed by Chromium 150.
    """
    prose = sum(len(rule.text) for rule in sheet.advice) + sum(map(len, sheet.notes))
    fine = sum(len(one.said) + len(one.why) for one in sheet.silent)
    fine += sum(len(said.name) for said in sheet.unknown) + sum(map(len, sheet.left_open))
    grounds = sum(
        len(weighty(side)) for standing in sheet.standings[:1] for side in (standing.favour, standing.against)
    )
    beside = 1.05 * max(column_heights(sheet))
    return 98 + 0.033 * prose + 0.028 * fine + 8.6 * grounds + beside + 1.4 * len(sheet.sources)


def column_heights(sheet: Sheet) -> tuple[float, float]:
    """Return about how many millimetres differential and answers take, which stand side by side."""
    return 24 + 3.9 * len(sheet.listed), 8 + 3.6 * len(sheet.answers)
