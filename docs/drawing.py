"""From the cells of a terminal to SVG, with no font to fetch and the same in every browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from textual._compositor import LayoutUpdate
from textual.app import App

WIDE, HIGH, EDGE = 9, 18, 9
"""Units of a column and of a row, and of the edge around the terminal."""

FONT = "15px 'DejaVu Sans Mono',Menlo,Consolas,monospace"
"""No font is fetched; each text is as long as its columns whatever font is there."""

_BASELINE = 14
"""Units from the top of a row down to the line that letters stand on."""

_ARMS = {
    "─": "lr", "│": "ud", "╮": "ld", "╰": "ur", "╯": "lu", "╭": "rd", "┬": "lrd", "┤": "lud", "└": "ur",
    "━": "LR", "┃": "UD", "┓": "LD", "┗": "UR", "┛": "LU", "┏": "RD",
}  # fmt: skip
"""Line sign -> where its arms go from the middle of the cell; a capital is a heavy arm."""

_EIGHTHS_WIDE, _EIGHTHS_HIGH = " ▏▎▍▌▋▊▉█", " ▁▂▃▄▅▆▇█"
_WORDS = re.compile(r"[^\s\u2190-\u2bff]+(?: [^\s\u2190-\u2bff]+)*|[\u2190-\u2bff]")
"""Texts that are placed as one; a sign that the font may lack stands alone, so that it moves no other."""


class Drawing:
    """One picture: a grid of cells with a title."""

    def __init__(self, name: str, title: str, rows: Sequence[Sequence[Segment]]) -> None:
        self.name, self.title = name, title
        self.rows = [list(Segment.simplify(row)) for row in rows]
        self.width = max(sum(cell_len(segment.text) for segment in row) for row in self.rows)
        self._classes: dict[str, str] = {}
        self._grounds: dict[str, list[str]] = {}
        """Colour -> the boxes behind the texts, as the parts of one path."""

        self._shapes: dict[str, list[str]] = {}
        """Colour -> the bars and lines, likewise."""

    def svg(self, background: str) -> str:
        """Return the picture; `background` is the colour of what is bare."""
        texts: list[str] = []
        for y, row in enumerate(self.rows):
            x = 0
            for segment in row:
                texts.extend(self._run(x, y, segment.text, segment.style or Style(), background))
                x += cell_len(segment.text)
        wide, high = self.width * WIDE + 2 * EDGE, len(self.rows) * HIGH + 2 * EDGE
        boxes = [*self._grounds.items(), *self._shapes.items()]
        shapes = "\n".join(f'<path fill="{fill}" d="{"".join(parts)}"/>' for fill, parts in boxes)
        rules = "\n".join(f".{self.name}-{number}{{{rule}}}" for rule, number in self._classes.items())
        return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" \
role="img" aria-labelledby="{self.name}-title">
<title id="{self.name}-title">{escape(self.title)}</title>
<style>
.{self.name}{{font:{FONT};white-space:pre}}
{rules}
</style>
<rect x=".5" y=".5" width="{wide - 1}" height="{high - 1}" rx="7" fill="{background}" stroke="#8b989f"/>
<g class="{self.name}" transform="translate({EDGE} {EDGE})">
<g shape-rendering="crispEdges">
{shapes}
</g>
{chr(10).join(texts)}
</g>
</svg>
"""

    def _run(self, x: int, y: int, text: str, style: Style, background: str) -> Iterator[str]:
        """Draw the boxes of a run of cells, and yield its texts."""
        front, back = _hex(style.color, True), _hex(style.bgcolor, False) or background
        front = front or "#d8dde0"
        if style.reverse:
            front, back = back, front
        if style.dim:
            front = _between(front, back)
        if back != background:
            self._box(back, x * WIDE, y * HIGH, cell_len(text) * WIDE, HIGH, self._grounds)
        for place, sign in enumerate(text):
            self._sign(sign, front, (x + place) * WIDE, y * HIGH)
        for found in _WORDS.finditer(text):
            words = found[0]
            if len(words) == 1 and self._is_drawn(words):
                continue
            yield (
                f'<text class="{self._class_of(front, style)}" x="{(x + cell_len(text[: found.start()])) * WIDE}" '
                f'y="{y * HIGH + _BASELINE}" textLength="{cell_len(words) * WIDE}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(words, quote=False)}</text>'
            )

    def _class_of(self, front: str, style: Style) -> str:
        rule = f"fill:{front}"
        rule += ";font-weight:bold" if style.bold else ""
        rule += ";font-style:italic" if style.italic else ""
        rule += ";text-decoration:underline" if style.underline else ""
        return f"{self.name}-{self._classes.setdefault(rule, str(len(self._classes)))}"

    def _is_drawn(self, sign: str) -> bool:
        return sign in _ARMS or sign in _EIGHTHS_WIDE or sign in _EIGHTHS_HIGH or sign == "┈"

    def _sign(self, sign: str, front: str, x: float, y: float) -> None:
        """Draw bars and lines as boxes, since those of a font leave gaps between the cells."""
        if sign == " ":
            return
        if sign in _EIGHTHS_WIDE:
            self._box(front, x, y, WIDE * _EIGHTHS_WIDE.index(sign) / 8, HIGH)
        elif sign in _EIGHTHS_HIGH:
            part = HIGH * _EIGHTHS_HIGH.index(sign) / 8
            self._box(front, x, y + HIGH - part, WIDE, part)
        elif sign == "┈":
            for dash in range(3):
                self._box(front, x + dash * WIDE / 3 + 1, y + HIGH / 2, 1, 1)
        for arm in _ARMS.get(sign, ""):
            thick = 1 if arm.islower() else 2
            across, down = x + WIDE // 2, y + HIGH // 2
            match arm.lower():
                case "l":
                    self._box(front, x, down, WIDE // 2 + thick, thick)
                case "r":
                    self._box(front, across, down, WIDE - WIDE // 2, thick)
                case "u":
                    self._box(front, across, y, thick, HIGH // 2 + thick)
                case _:
                    self._box(front, across, down, thick, HIGH // 2)

    def _box(
        self,
        fill: str,
        x: float,
        y: float,
        width: float,
        height: float,
        boxes: dict[str, list[str]] | None = None,
    ) -> None:
        boxes = self._shapes if boxes is None else boxes
        boxes.setdefault(fill, []).append(f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z")


def _hex(color: Color | None, foreground: bool) -> str:
    if color is None or color.is_default:
        return ""
    return color.get_truecolor(DIMMED_MONOKAI, foreground).hex


def _between(front: str, back: str) -> str:
    pairs = ((int(one[at : at + 2], 16) for one in (front, back)) for at in (1, 3, 5))
    return "#" + "".join(f"{(3 * a + 2 * b) // 5:02x}" for a, b in pairs)


def drawn(app: App[Any], name: str, title: str) -> str:
    """Return what stands on the screen of a running program, as SVG."""
    # Textual's own export names a font to fetch, draws the window of one system, and has a name that changes
    update = app.screen._compositor.render_update(
        full=True, screen_stack=app._background_screens, simplify=True
    )
    assert isinstance(update, LayoutUpdate)
    rows = [[segment for strip in strips for segment in strip] for strips in update.strips]
    return Drawing(name, title, rows).svg(app.theme_variables["background"].lower())
