"""`emh demo`: one case that plays by itself, with remarks on what happens."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from assistant.errors import UsageError

HELP = "watch one case play by itself, with remarks"

EXAMPLES = """\
emh demo
emh demo --speed 2
emh demo --plain tests/cases/mds-iron.case.yaml
"""

_SECONDS_PER_WORD = 0.25
"""Four words a second are read at ease, 240 a minute."""

_LEAST, _MOST = 0.8, 8.0
"""Seconds that any text stays, and that the longest one does."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "case", nargs="?", type=Path, metavar="CASE", help="a case file; else the bundled one"
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        metavar="N",
        help="N times as fast; no pauses where nobody watches",
    )


def run(arguments: argparse.Namespace) -> int:
    """Play the case on the screen, or line by line."""
    from assistant.knowledge import load_knowledge
    from assistant.plain import play_case
    from assistant.session.demo import demo_player, play_demo

    if not arguments.speed > 0:
        raise UsageError("--speed takes a number above 0; 2 is twice as fast")
    played = play_demo(load_knowledge(), arguments.case)
    on_screen = False
    if not arguments.plain and sys.stdin and sys.stdin.isatty() and sys.stdout.isatty():
        from assistant.tui import check_terminal

        # a terminal that shows no full screen still takes lines
        with suppress(UsageError):
            check_terminal()
            on_screen = True
    if on_screen:
        from assistant.tui import run_replay

        return run_replay(demo_player(played, speed=arguments.speed), f"Demo: {played.case.title}")
    if sys.stdout.isatty():
        play_case(played, sys.stdout, pauses(arguments.speed))
    else:
        play_case(played, sys.stdout)
    return 0


def pauses(speed: float, sleep: Callable[[float], None] = time.sleep) -> Callable[[str], None]:
    """Return what waits as long as a text takes to read, `speed` times as fast."""

    def pause(shown: str) -> None:
        sleep(min(max(len(shown.split()) * _SECONDS_PER_WORD, _LEAST), _MOST) / speed)

    return pause
