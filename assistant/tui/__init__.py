"""The terminal interface: one interview on a full screen."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.session import Interview

__all__ = ["check_terminal", "run"]

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


def run(interview: Interview) -> int:
    """Hold `interview` on the screen until it is left; return the exit code, 128 + n for signal n.

    Raises:
        UsageError: there is no terminal for it.
    """
    check_terminal()
    from assistant.tui.app import InterviewApp

    app = InterviewApp(interview)
    app.run()
    app.stand_down()
    code = app.return_code or 0
    if app.crashed:
        return code or 1
    if not interview.state.closed:
        interview.close("done" if interview.state.concluded else "quit")
    if code != 128 + signal.SIGHUP:
        for line in app.farewell():
            print(line, file=sys.stderr)
    return code
