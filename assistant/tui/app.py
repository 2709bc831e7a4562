"""The Textual application: themes, signals, the palette, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import App, SystemCommand
from textual.color import Color
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from assistant.session import Interview
from assistant.tui.rows import safe
from assistant.tui.screens import InterviewScreen, key_name

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program in order, with 128 + n as its exit code."""

PATIENCE = 2.0
"""Seconds after a signal in which the terminal must be restored."""

DARK = Theme(
    name="emh-dark",
    primary="#7fb4d8",
    secondary="#9db8c9",
    accent="#e0b46c",
    warning="#e8a24a",
    error="#f0857d",
    success="#8fc48a",
    foreground="#d8dde0",
    background="#14181b",
    surface="#1d2327",
    panel="#262d32",
    dark=True,
    variables={"quiet": "#8b989f", "rule": "#3a444a"},
)
LIGHT = Theme(
    name="emh-light",
    primary="#1f5f8b",
    secondary="#3f5d70",
    accent="#7f5200",
    warning="#9a5200",
    error="#ad1f1f",
    success="#2c6a2a",
    foreground="#1d2326",
    background="#fbfaf7",
    surface="#efede8",
    panel="#e4e1da",
    dark=False,
    variables={"quiet": "#5c666b", "rule": "#c4c0b6"},
)
_OWN = "ansi_default"
BARE = Theme(
    name="emh-bare",
    primary=_OWN,
    secondary=_OWN,
    accent=_OWN,
    warning=_OWN,
    error=_OWN,
    success=_OWN,
    foreground=_OWN,
    background=_OWN,
    surface=_OWN,
    panel=_OWN,
    boost=_OWN,
    ansi=True,
    variables={
        "quiet": _OWN,
        "rule": _OWN,
        "ansi-background": _OWN,
        "ansi-foreground": _OWN,
        "border-blurred": _OWN,
        "block-cursor-foreground": _OWN,
        "block-cursor-background": _OWN,
        "block-cursor-text-style": "reverse",
        "input-cursor-background": _OWN,
        "input-cursor-foreground": _OWN,
        "input-cursor-text-style": "reverse",
        "input-selection-background": _OWN,
        "input-selection-foreground": _OWN,
        "screen-selection-background": _OWN,
        "screen-selection-foreground": _OWN,
    },
)
"""The terminal's own colours and no other, for NO_COLOR."""

_ASCII = str.maketrans(
    {
        **dict.fromkeys("█▉▊▋▌", "#"),
        **dict.fromkeys("▍▎▏", " "),
        **dict.fromkeys("─━–—−", "-"),
        **dict.fromkeys("│┃", "|"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚", "'"),
        **dict(zip("·…✓✗●◐○×≥≤→\ufffd", "-.+x*o.x><>?", strict=True)),
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


class InterviewApp(App[None]):
    """One interview on the screen."""

    CSS_PATH = "assistant.tcss"
    TITLE = "emh"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, interview: Interview) -> None:
        self.bare = bool(os.environ.get("NO_COLOR"))
        """Whether the user asked for no colour (no-color.org: set, and not empty)."""

        super().__init__(ansi_color=True if self.bare else None)
        self.interview = interview
        self.crashed = False
        """Whether a bug ended the program."""

        self._watchdog: threading.Timer | None = None
        self.main_screen = InterviewScreen(interview)
        screen = sys.__stderr__
        encoding = (screen.encoding if screen is not None else None) or "ascii"
        self._ascii = AsciiFilter() if encoding.lower().replace("-", "") != "utf8" else None
        for theme in (DARK, LIGHT, BARE):
            self.register_theme(theme)
        self.theme = BARE.name if self.bare else DARK.name

    def get_default_screen(self) -> Screen[None]:
        """Return the interview."""
        return self.main_screen

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes each line on its way to the terminal."""
        filters = super().get_line_filters()
        return [*filters, self._ascii] if self._ascii is not None else filters

    def on_mount(self) -> None:
        """Take the signals over, so that each restores the terminal and closes the transcript."""
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, partial(self.end_by_signal, number))

    def end_by_signal(self, number: int) -> None:
        """Close the interview and leave with 128 + `number`."""
        if self._watchdog is not None:
            return
        # the driver waits for ever to restore a terminal that has gone, and by then all is on the disk
        self._watchdog = threading.Timer(PATIENCE, os._exit, (128 + number,))
        self._watchdog.daemon = True
        self._watchdog.start()
        self.main_screen.keep_unsent()
        if not self.interview.state.closed:
            self.interview.close("signal")
        self.exit(return_code=128 + number)

    def stand_down(self) -> None:
        """Call the watchdog off: the terminal is restored."""
        if self._watchdog is not None:
            self._watchdog.cancel()

    def action_quit_interview(self) -> None:
        """Leave; what was said is saved already."""
        self.main_screen.submit("/quit", narrative=False)

    async def action_quit(self) -> None:
        """Leave; what was said is saved already."""
        self.action_quit_interview()

    def action_light_dark(self) -> None:
        """Change between the light and the dark theme."""
        if not self.bare:
            self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the palette offers: the keys of the screen."""
        for binding in self.main_screen.listed_bindings():
            if not binding.show:
                continue
            action = partial(self.main_screen.run_action, binding.action)
            yield SystemCommand(binding.description, f"{key_name(binding)}  {binding.tooltip}", action)

    def farewell(self) -> list[str]:
        """Return what is told on the ordinary screen afterwards: where it is saved, and what was not sent."""
        lines = [safe(line) for line in self.main_screen.last_words.splitlines()]
        if not lines and self.interview.path is not None:
            lines.append(f"Saved as {safe(self.interview.session)}; `emh --continue` takes it up again.")
        unsent = self.main_screen.unsent.strip()
        if unsent:
            lines.append("Typed and not sent:")
            lines.extend(safe(unsent).splitlines())
        return lines

    def _handle_exception(self, error: Exception) -> None:
        self.crashed = True
        super()._handle_exception(error)
