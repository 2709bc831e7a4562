"""The terminal interface: one interview on a full screen, or the replay of one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.session import Interview
    from assistant.session.player import Player
    from assistant.settings import Settings

__all__ = ["check_terminal", "run", "run_replay"]

_HINT = "use `emh chat --plain`, which goes line by line"


def check_terminal() -> None:
    """Make sure that there is a terminal which can show a full screen.

    Raises:
        UsageError: there is none; the message says what works instead.
    """
    # the screen is drawn on stderr, since stdout carries results
    screen = sys.__stderr__
    if not sys.stdin.isatty() or screen is None or not screen.isatty():
        raise UsageError(f"this is no terminal: {_HINT}, or `emh replay` for a saved interview")
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        raise UsageError(
            f"a terminal of the kind {os.environ.get('TERM', '')!r} shows no full screen: {_HINT}"
        )


def run(begin: Callable[[], Interview]) -> int:
    """Hold an interview on the screen until it is left; return the exit code, 128 + n for signal n.

    Args:
        begin: makes the interview, once the first frame is painted; what it raises is raised here.

    Raises:
        UsageError: there is no terminal for it, or the configuration file is wrong.
    """
    check_terminal()
    from assistant.tui.app import InterviewApp

    app = InterviewApp(begin, _settings())
    code = 1
    try:
        app.run()
        app.stand_down()
        code = app.return_code or 0
    finally:
        interview = app.interview
        if interview is not None and not interview.state.closed:
            reason = "signal" if code > 128 else "done" if interview.state.concluded else "quit"
            interview.close(reason)
    if app.failure is not None:
        raise app.failure
    if app.crashed:
        return code or 1
    if code != 128 + signal.SIGHUP:
        for line in app.farewell():
            print(line, file=sys.stderr)
    return code


def _settings() -> Settings:
    """Return what the user has set; which keys are free is worked out only where there is a file to check."""
    from assistant.locations import config_file
    from assistant.settings import Settings, read_settings

    if not config_file().exists():
        return Settings()
    from assistant.tui.interview_keys import default_keys
    from assistant.tui.reply_box import ReplyBox

    return read_settings(actions=default_keys(), taken=ReplyBox.editing_keys() | {"ctrl+p"})


def run_replay(player: Player, title: str = "") -> int:
    """Show a replay on the screen until it is left; return the exit code, 128 + n for signal n.

    Args:
        player: what is played, and where it begins.
        title: takes the place of the name of the interview.

    Raises:
        UsageError: there is no terminal for it, or the configuration file is wrong.
    """
    check_terminal()
    from assistant.tui.replaying import ReplayApp

    app = ReplayApp(player, title, _settings())
    app.run()
    app.stand_down()
    code = app.return_code or 0
    return code or 1 if app.crashed else code
