"""Compare the CPU that `emh` takes for a turn behind 10 messages and behind 10,000; Linux only."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from terminal import EMH, Terminal, print_ratio

from assistant.session import Interview, TranscriptFile, session_path

# The first moves the differential and the second moves it back, so that every turn finds the same interview.
REPLIES = ("She was given filgrastim.", "/undo")
MESSAGES_A_TURN = 2
QUIET = 0.1
"""Seconds without output after which a turn counts as shown; a blinking cursor is quiet for half a second."""

SETTLED = 0.4
GOAL = 1.3


def write_interview(folder: Path, name: str, messages: int) -> None:
    """Save an interview of so many messages; the screen shows them all when it takes it up."""
    interview = Interview.start(store=TranscriptFile(session_path(folder, name)), session=name)
    interview.begin()
    for turn in range(messages // MESSAGES_A_TURN):
        interview.reply(REPLIES[turn % len(REPLIES)])
    interview.close()


def play(terminal: Terminal) -> None:
    """Send each reply when the one before is shown."""
    for reply in REPLIES:
        terminal.send(reply)
        terminal.wait_until_quiet(QUIET)


def seconds_a_turn(terminal: Terminal) -> float:
    """Return the CPU time of a turn."""
    before = terminal.cpu_seconds()
    play(terminal)
    return (terminal.cpu_seconds() - before) / len(REPLIES)


def main() -> None:
    """Measure a short and a long interview in turn and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=11, help="how often each is measured (default: 11)")
    parser.add_argument(
        "--messages", type=int, default=10_000, help="messages of the long interview (default: 10,000)"
    )
    options = parser.parse_args()
    if not Path("/proc/self/status").exists():
        raise SystemExit("turn_cpu.py reads what only Linux tells")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        running = {}
        for messages in (10, options.messages):
            print(f"an interview of {messages} messages", file=sys.stderr)
            write_interview(folder, f"messages-{messages}", messages)
            terminal = stack.enter_context(Terminal([EMH, "--id", f"messages-{messages}"], folder))
            terminal.wait_for("Continued")
            terminal.wait_until_quiet(SETTLED, all_may_be_out=True)
            # the first turn makes what the later ones find made
            play(terminal)
            running[messages] = terminal
        short, long = running.values()
        early, late = [], []
        for _ in range(options.pairs):
            early.append(seconds_a_turn(short))
            late.append(seconds_a_turn(long))
        print_ratio(
            f"a turn behind {options.messages:,} messages (CPU)",
            late,
            "a turn behind 10 messages (CPU)",
            early,
        )
        print(
            f"It takes {long.resident_megabytes():.0f} MB, with 10 messages {short.resident_megabytes():.0f} MB."
        )
    print(f"Goal: {GOAL}.")


if __name__ == "__main__":
    main()
