"""The screen in ASCII, for a terminal that shows nothing else."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_ASCII = str.maketrans(
    {
        **dict.fromkeys("█▉▊▋▌", "#"),
        **dict.fromkeys("▍▎▏", " "),
        **dict.fromkeys("─–—−", "-"),
        "━": "=",
        **dict.fromkeys("│┃┤", "|"),
        **dict.fromkeys("╭╮╰╯┏┓┗┛└┬", "+"),
        "┈": ".",
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚", "'"),
        **dict(zip("·…✓✗●◐○◆×≥≤←→\ufffd", "-~*x*o.@x><<>?", strict=True)),
    }
)


class AsciiFilter(LineFilter):
    """Shows everything in ASCII, for a terminal that was not set to UTF-8."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with each sign replaced by one of the same width."""
        return [
            segment
            if segment.text.isascii()
            else Segment(in_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def in_ascii(text: str) -> str:
    """Return `text` in ASCII, as wide as before."""
    out = []
    for character in text.translate(_ASCII):
        if not character.isascii():
            if "\u2500" <= character <= "\u259f":
                # the remaining lines and blocks only frame
                out.append("-" if character < "\u2580" else " ")
                continue
            base = unicodedata.normalize("NFKD", character)[0]
            width = cell_len(character)
            character = base if base.isascii() and width == 1 else "?" * width
        out.append(character)
    return "".join(out)
