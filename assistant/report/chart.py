"""The differential as a drawing: one bar a diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from assistant.inference import percent
from assistant.report.sheet import Share, Sheet

WIDTH = 340
"""Units across; one is a CSS pixel where the drawing fills a column of an A4 page."""

ROW = 14.5
"""Units from a diagnosis to the next."""

_NAME, _BAR, _PERCENT, _WORD, _START = 0, 116, 240, 245, WIDTH
"""Where the name, the bar and the certainty word begin, and where the two figures end."""

_SCALE = 96
"""Units of a bar of 100 %."""

_BASE, _TOP, _THICK = 10.5, 3, 8.5
"""Of a row: the line the words stand on, the upper edge of its bar, and how thick that is."""


def differential_chart(sheet: Sheet) -> str:
    """Return the listed diagnoses as SVG; its description says in words what the bars show."""
    return "\n".join(_lines(sheet.listed))


def _lines(shares: tuple[Share, ...]) -> Iterator[str]:
    box = f"0 0 {WIDTH} {ROW * len(shares):g}"
    yield f'<svg role="img" aria-labelledby="chart-title chart-text" viewBox="{box}">'
    yield '<title id="chart-title">Differential</title>'
    yield f'<desc id="chart-text">{escape(" ".join(map(_words, shares)))}</desc>'
    for place, share in enumerate(shares):
        kind = "other" if place else "leader"
        yield f'<g class="{kind}" transform="translate(0 {ROW * place:g})">'
        yield from _row(share)
        yield "</g>"
    yield "</svg>"


def _row(share: Share) -> Iterator[str]:
    yield _text("name", _NAME, share.short)
    yield _bar("full", 1)
    yield _bar("bar", share.probability)
    tick = f"M{_place(share.prior)} {_TOP - 2}v{_THICK + 4}"
    yield f'<path class="halo" d="{tick}"/><path class="tick" d="{tick}"/>'
    yield _text("percent", _PERCENT, percent(share.probability))
    yield _text("word", _WORD, share.certainty)
    yield _text("start", _START, percent(share.prior))


def _text(kind: str, x: int, words: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{_BASE}">{escape(words)}</text>'


def _bar(kind: str, probability: float) -> str:
    width = f"{probability * _SCALE:.1f}"
    return f'<rect class="{kind}" x="{_BAR}" y="{_TOP}" width="{width}" height="{_THICK}"/>'


def _place(probability: float) -> str:
    """Return where a probability lies on the scale of the bars."""
    return f"{_BAR + probability * _SCALE:.1f}"


def _words(share: Share) -> str:
    now, before = percent(share.probability), percent(share.prior)
    return f"{share.name}: {now}, {share.certainty}; before any answer {before}."
