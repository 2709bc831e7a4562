"""Compare the CPU that `emh` takes for a turn at 10 messages and at 1,000; Linux only."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from first_question import first_question
from terminal import EMH, Terminal, print_ratio

# The first moves the differential and the second moves it back, so that every turn finds the same interview.
REPLIES = ("She was given filgrastim.", "/undo")
MESSAGES_A_TURN = 2
MEASURED_TURNS = 10
QUIET = 0.1
"""Seconds without output after which a turn counts as shown; a blinking cursor is quiet for half a second."""


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that the process has taken so far."""
    # the name of the program, in brackets, may hold spaces; user and system time are fields 14 and 15
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def play(terminal: Terminal, turns: int) -> None:
    """Send `turns` replies, each when the one before is shown."""
    for turn in range(turns):
        terminal.send(REPLIES[turn % len(REPLIES)])
        terminal.wait_until_quiet(QUIET)


def seconds_a_turn(terminal: Terminal) -> float:
    """Return the CPU time of a turn, over the next few turns."""
    before = cpu_seconds(terminal.pid)
    play(terminal, MEASURED_TURNS)
    return (cpu_seconds(terminal.pid) - before) / MEASURED_TURNS


def main() -> None:
    """Measure a few processes early and late and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=3, help="how often the whole is run (default: 3)")
    parser.add_argument(
        "--messages", type=int, default=1000, help="messages before the late turns (default: 1000)"
    )
    options = parser.parse_args()
    if not Path("/proc/self/stat").exists():
        raise SystemExit("turn_cpu.py reads /proc, which only Linux has")
    early, late = [], []
    with tempfile.TemporaryDirectory() as folder:
        words = first_question(Path(folder))
        for number in range(options.processes):
            print(f"process {number + 1} of {options.processes}", file=sys.stderr)
            with Terminal([EMH], Path(folder)) as emh:
                emh.wait_for(words)
                emh.wait_until_quiet(QUIET)
                # an even number of turns, so that each measurement begins with a reply
                play(emh, 10 // MESSAGES_A_TURN + 1)
                early.append(seconds_a_turn(emh))
                play(emh, options.messages // MESSAGES_A_TURN // 2 * 2 - 16)
                late.append(seconds_a_turn(emh))
    print_ratio(f"a turn at {options.messages} messages (CPU)", late, "a turn at 10 messages (CPU)", early)


if __name__ == "__main__":
    main()
