"""Rows of styled text: safe to show, wrapped to a width; no terminal needed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells

Span = tuple[str, str]
"""Text and the name of its style, a component class of `Page` without its prefix."""

Row = tuple[Span, ...]
"""One line on the screen."""

REPLACEMENT = "\ufffd"
"""Stands for a character that would steer the terminal, turn the text round or hide in it."""

LONGEST_LINE = 100
"""Columns of running text in a wide window; longer lines are hard to read."""

_MARK = 0x100000
"""Added to the signs of marked words while a text is wrapped; `safe` lets no such sign through."""

_MARKED_RUNS = re.compile(f"([{chr(_MARK)}-{chr(_MARK + 0xFFFF)}]+)")

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSAFE_KINDS = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_MOST_MARKS = 3
"""Combining marks kept on one letter; more of them climb over the lines above."""

_UNITS = ("%", "dB", "bit", "cm", "mm")
_MARKED_UNITS = ("".join(chr(ord(sign) + _MARK) for sign in unit) for unit in _UNITS)
_PARTS = re.compile(rf"\s+|\S+(?: (?:{'|'.join((*_UNITS, *_MARKED_UNITS))})\S*)?")
"""Spaces, and words that stay together; a number keeps its unit, marked or not."""

_BARS = re.compile(r"(█+)")
_TITLE = re.compile(r"[A-Z][^:]{1,60}:\Z")
_GAPS = re.compile(r"(?<=\S) {2,}")


def safe(text: str) -> str:
    """Return `text` as it can be shown: line feeds stay, everything that is no visible sign is replaced."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", "    ")
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    out: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        # variation selectors change the width of a sign in one terminal and not in the next
        if marks > _MOST_MARKS or "\ufe00" <= character <= "\ufe0f":
            continue
        out.append(REPLACEMENT if kind in _UNSAFE_KINDS and character != "\n" else character)
    return "".join(out)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return safe text in which the words at `spans` (code points of `text`) are marked for a Block."""
    out, place = [], 0
    for start, end in sorted(spans):
        start = max(start, place)
        if start >= end:
            continue
        out.append(safe(text[place:start]))
        out.append("".join(map(_shifted, safe(text[start:end]))))
        place = end
    out.append(safe(text[place:]))
    return "".join(out)


def _shifted(sign: str) -> str:
    # a sign of two columns would be measured as one
    plain = sign.isspace() or ord(sign) >= _MARK >> 4 or width_of(sign) != 1
    return sign if plain else chr(ord(sign) + _MARK)


def _unshifted(text: str) -> str:
    return "".join(chr(ord(sign) - _MARK) if ord(sign) >= _MARK else sign for sign in text)


def width_of(text: str) -> int:
    """Return how many columns `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def row_width(row: Row) -> int:
    """Return how many columns a row takes."""
    return sum(width_of(text) for text, _ in row)


def shortened(text: str, width: int) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `width`."""
    if width_of(text) <= width:
        return text
    if width <= 1:
        return "…"[: max(width, 0)]
    pieces = chop_cells(text, width - 1)
    return f"{pieces[0].rstrip()}…"


def wrapped(text: str, width: int, hanging: int = 0) -> list[str]:
    """Return the lines of safe text, none wider than `width`.

    A line that fits stays as it is, columns included. One that does not loses the gaps between its columns
    first, then breaks at spaces; what follows is indented by `hanging` more than the line began.
    """
    width = max(width, 1)
    lines: list[str] = []
    for line in text.split("\n"):
        line = line.rstrip()
        if width_of(line) > width:
            line = _GAPS.sub("  ", line)
        lines.extend([line] if width_of(line) <= width else _broken(line, width, hanging))
    return lines


def _broken(line: str, width: int, hanging: int) -> list[str]:
    # room for a sign of two columns must stay
    indent = " " * max(min(len(line) - len(line.lstrip(" ")) + hanging, width // 2, width - 2), 0)
    lines: list[str] = []
    current = ""
    fresh = True
    for part in _PARTS.findall(line):
        if fresh and lines and part.isspace():
            continue
        if width_of(current) + width_of(part) <= width:
            current += part
            fresh = False
            continue
        if not fresh and current.strip():
            lines.append(current.rstrip())
            current = indent
            fresh = True
            if part.isspace():
                continue
        if not current.strip() and width_of(current) >= width:
            # spaces alone leave no room for a sign
            current = ""
        while width_of(current) + width_of(part) > width:
            room = max(width - width_of(current), 1)
            piece = chop_cells(part, room)[0]
            # a sign of two columns in a row of one would never end
            if not piece or width_of(piece) > room:
                return [*lines, shortened(line, width)]
            lines.append(current + piece)
            part = part[len(piece) :]
            current = indent
        current += part
        fresh = False
    if current.strip():
        lines.append(current.rstrip())
    return lines


@dataclass(frozen=True, slots=True)
class Block:
    """One message: text with a mark in front, which tells who speaks even without colour."""

    text: str
    """Safe text."""

    style: str = "text"
    mark: str = ""
    """Two columns in front of the first line."""

    mark_style: str = "mark"

    every: bool = False
    """Whether the mark stands in front of every line."""

    heading: str = ""
    """A line above the text, in the style of the mark."""

    gap: bool = False
    """Whether an empty row comes before."""

    most: int = 0
    """Rows shown at most, the rest counted; 0 shows all."""

    titled: bool = False
    """Whether a short line that ends in a colon is a title."""

    columns: bool = False
    """Whether the lines are columns side by side, which may be longer than running text."""

    hanging: int = 0
    """Columns by which the second row of a line is indented, where each line says something of its own."""

    def rows(self, width: int) -> list[Row]:
        """Return the block at a width."""
        lines = wrapped(self.text, width - 2 if self.columns else min(width - 2, LONGEST_LINE), self.hanging)
        if self.most and len(lines) > self.most:
            left = len(lines) - self.most + 1
            lines = [*lines[: self.most - 1], f"… {left} more lines, in the transcript"]
        rows: list[Row] = [()] if self.gap else []
        following = self.mark if self.every else "  "
        if self.heading:
            rows.append(((f"{self.mark:<2}", self.mark_style), (self.heading, self.mark_style)))
        for number, line in enumerate(lines):
            mark = self.mark if number == 0 and not self.heading else following
            rows.append(((f"{mark:<2}", self.mark_style), *self._spans(line)))
        return rows

    def _spans(self, line: str) -> Iterable[Span]:
        if self.titled and _TITLE.match(line):
            return ((line, "heading"),)
        if _MARKED_RUNS.search(line):
            return (
                (_unshifted(part), "matched" if number % 2 else self.style)
                for number, part in enumerate(_MARKED_RUNS.split(line))
                if part
            )
        if "█" not in line:
            return ((line, self.style),)
        before, *bars = _BARS.split(line)
        # odd places hold the bars
        return (
            (before, self.style),
            *((part, self.style if number % 2 else "bar") for number, part in enumerate(bars)),
        )


def plain_rows(text: str, style: str, width: int) -> list[Row]:
    """Return safe text wrapped, all of it in one style."""
    return [((line, style),) for line in wrapped(text, width)]


def flowing(items: Sequence[Row], width: int, gap: int = 3, indent: int = 0) -> list[Row]:
    """Return rows that hold `items` one after another, none of them broken unless it is too wide alone."""
    rows: list[Row] = []
    current: list[Span] = []
    used = 0
    for item in items:
        size = row_width(item)
        if current and used + gap + size > width:
            rows.append(tuple(current))
            current, used = [], 0
        if not current:
            current, used = [(" " * indent, "text")], indent
        else:
            current.append((" " * gap, "text"))
            used += gap
        current.extend(item)
        used += size
    if current:
        rows.append(tuple(current))
    return rows


def justified(left: Iterable[Span], right: Iterable[Span], width: int) -> Row:
    """Return a row with `right` at its end; the left side gives way, then the right."""
    left, right = tuple(left), tuple(right)
    space = width - row_width(left) - row_width(right)
    if space >= 1 or not right:
        return (*left, (" " * max(space, 0), "text"), *right)
    room = width - row_width(right) - 1
    if room < 8:
        return clipped(left, width)
    cut = clipped(left, room)
    return (*cut, (" " * (width - row_width(cut) - row_width(right)), "text"), *right)


def clipped(row: Iterable[Span], width: int) -> Row:
    """Return a row cut to `width`, with an ellipsis where something is lost."""
    kept: list[Span] = []
    for text, style in row:
        size = width_of(text)
        if size > width:
            kept.append((shortened(text, width), style))
            break
        kept.append((text, style))
        width -= size
    return tuple(kept)
