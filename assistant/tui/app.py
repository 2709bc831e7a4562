"""The Textual applications: what all of them share, and the one that holds an interview."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.filter import LineFilter
from textual.screen import Screen

from assistant.settings import Settings, keep_theme, kept_theme
from assistant.tui.ascii_filter import AsciiFilter
from assistant.tui.opening import OpeningScreen
from assistant.tui.rows import safe
from assistant.tui.themes import BARE, DARK, LIGHT

# what an interview needs is loaded behind the first frame, which takes half of the time to the first question
if TYPE_CHECKING:
    from assistant.session import Interview
    from assistant.tui.screens import InterviewScreen

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program in order, with 128 + n as its exit code."""

PATIENCE = 2.0
"""Seconds after a signal in which the terminal must be restored."""

_THEMES = {"dark": DARK.name, "light": LIGHT.name}


class TerminalApp(App[None], inherit_bindings=False):
    """What every screen of the program stands on: themes, keys, ASCII, the palette, signals."""

    BINDINGS = [Binding("ctrl+c", "interrupt", show=False, system=True)]

    CSS_PATH = "assistant.tcss"
    TITLE = "emh"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, settings: Settings | None = None) -> None:
        self.bare = bool(os.environ.get("NO_COLOR"))
        """Whether the user asked for no colour (no-color.org: set, and not empty)."""

        super().__init__(ansi_color=True if self.bare else None)
        self.settings = settings or Settings()
        self.crashed = False
        """Whether a bug ended the program."""

        self._watchdog: threading.Timer | None = None
        self._ascii = AsciiFilter() if self._in_ascii() else None
        for theme in (DARK, LIGHT, BARE):
            self.register_theme(theme)
        chosen = self.settings.theme or kept_theme() or "dark"
        self.theme = BARE.name if self.bare else _THEMES[chosen]
        self.set_keymap(dict(self.settings.keys))

    def _in_ascii(self) -> bool:
        if self.settings.ascii is not None:
            return self.settings.ascii
        screen = sys.__stderr__
        encoding = (screen.encoding if screen is not None else None) or "ascii"
        return encoding.lower().replace("-", "") != "utf8"

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes each line on its way to the terminal."""
        filters = super().get_line_filters()
        return [*filters, self._ascii] if self._ascii is not None else filters

    def on_mount(self) -> None:
        """Take the signals over, so that each restores the terminal and closes what is open."""
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, partial(self.end_by_signal, number))

    def end_by_signal(self, number: int) -> None:
        """Close what is open and leave with 128 + `number`."""
        if self._watchdog is not None:
            return
        # the driver waits for ever to restore a terminal that has gone, and by then all is on the disk
        self._watchdog = threading.Timer(PATIENCE, os._exit, (128 + number,))
        self._watchdog.daemon = True
        self._watchdog.start()
        self.put_away()
        self.exit(return_code=128 + number)

    def put_away(self) -> None:
        """Save what is not saved yet, before a signal ends the program."""

    def stand_down(self) -> None:
        """Call the watchdog off: the terminal is restored."""
        if self._watchdog is not None:
            self._watchdog.cancel()

    def action_light_dark(self) -> None:
        """Change between the light and the dark theme, and keep it for the next time."""
        if not self.bare:
            name = "light" if self.theme == DARK.name else "dark"
            self.theme = _THEMES[name]
            keep_theme(name)

    def action_interrupt(self) -> None:
        """Say how to leave; marked text is copied before this is asked."""
        from assistant.tui.keys import ActionScreen

        if isinstance(self.screen, ActionScreen):
            self.screen.tell_how_to_leave()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the palette offers: every action of the screen, with its key and what it does."""
        from assistant.tui.keys import ActionScreen

        if isinstance(screen, ActionScreen):
            for offer in screen.offers():
                yield SystemCommand(offer.label, offer.does, offer.run)

    def _handle_exception(self, error: Exception) -> None:
        self.crashed = True
        super()._handle_exception(error)


class InterviewApp(TerminalApp):
    """One interview on the screen; it is made behind the first frame, since that takes longer than the frame."""

    def __init__(self, begin: Callable[[], Interview], settings: Settings | None = None) -> None:
        """Take what makes the interview; what it raises ends the program and stands in `failure`."""
        super().__init__(settings)
        self._begin = begin
        self.interview: Interview | None = None
        self.failure: Exception | None = None
        """Why there is no interview."""

        self.opening = OpeningScreen()
        self.main_screen: InterviewScreen | None = None

    def get_default_screen(self) -> Screen[None]:
        """Return the first frame."""
        return self.opening

    def on_mount(self) -> None:
        """Make the interview as soon as the first frame is painted."""
        self.call_after_refresh(self._show_interview)

    def _show_interview(self) -> None:
        gc.disable()
        try:
            self.interview = self._begin()
        except Exception as error:
            # told on the ordinary screen, where it can be read and copied
            self.failure = error
            self.exit(return_code=1)
            return
        finally:
            gc.enable()
        from assistant.tui.screens import InterviewScreen

        # nothing of the knowledge is ever freed, and going through it takes as long as a frame
        gc.freeze()
        self.main_screen = InterviewScreen(self.interview)
        self.push_screen(self.main_screen)
        self.main_screen.call_after_refresh(self._hand_over)

    def _hand_over(self) -> None:
        """Give the input what was typed before it was there."""
        assert self.main_screen is not None
        *sent, rest = self.opening.typed.split("\n")
        for line in sent:
            self.main_screen.submit(line)
        if rest:
            self.main_screen.reply_box.insert_typed(rest)

    def put_away(self) -> None:
        """Close the interview; what was typed and not sent is told afterwards."""
        if self.main_screen is not None:
            self.main_screen.keep_unsent()
        if self.interview is not None and not self.interview.state.closed:
            self.interview.close("signal")

    async def action_quit(self) -> None:
        """Leave; what was said is saved already."""
        if self.main_screen is not None:
            self.main_screen.submit("/quit")
        else:
            self.exit()

    def farewell(self) -> list[str]:
        """Return what is told on the ordinary screen afterwards: where it is saved, and what was not sent."""
        if self.interview is None or self.main_screen is None:
            return []
        lines = [safe(line) for line in self.main_screen.last_words.splitlines()]
        if not lines and self.interview.path is not None:
            lines.append(f"Saved as {safe(self.interview.session)}; `emh --continue` takes it up again.")
        unsent = self.main_screen.unsent.strip()
        if unsent:
            lines.append("Typed and not sent:")
            lines.extend(safe(unsent).splitlines())
        return lines
