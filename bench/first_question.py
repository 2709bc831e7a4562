"""Time `emh` from its start to its first frame and to a readable question that takes a key, against a minimal app."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from terminal import EMH, Terminal, print_ratio, shown, spoken

MINIMAL = """
from textual.app import App
from textual.widgets import Static

class Minimal(App):
    def compose(self):
        yield Static("ready to be measured", markup=False)

    def on_key(self, event):
        self.query_one(Static).update(event.character)

Minimal().run()
"""

KEY = "ß"
"""A key whose sign neither program shows by itself."""

SETTLED = 0.4
"""Seconds without output after which a start is over; a blinking cursor is quiet for half a second."""

FRAME_GOAL, QUESTION_GOAL, MEGABYTES_GOAL = 1.5, 2.5, 100


class Starts:
    """What was measured of one program, start by start."""

    def __init__(self, name: str, command: Sequence[str], frame: str, question: str) -> None:
        self.name = name
        self.command = command
        self.frame = frame
        self.question = question
        self.frames: list[float] = []
        """Seconds to the first frame."""

        self.questions: list[float] = []
        """Seconds to the echo of a key that is pressed as soon as the question can be read."""

        self.megabytes: list[float] = []
        """Resident memory once the program has settled."""

    def start(self, folder: Path, cache: Path) -> None:
        """Start the program once."""
        with Terminal(self.command, folder, cache) as terminal:
            self.frames.append(terminal.wait_for(self.frame))
            terminal.wait_for(self.question)
            terminal.press(KEY)
            self.questions.append(terminal.wait_for(KEY))
            terminal.wait_until_quiet(SETTLED, all_may_be_out=True)
            self.megabytes.append(terminal.resident_megabytes())

    def forget(self) -> None:
        """Forget what was measured so far."""
        self.frames, self.questions, self.megabytes = [], [], []


def first_question(folder: Path, cache: Path | None = None) -> str:
    """Return the first words of the first question, as the line-by-line interface puts it."""
    with Terminal([EMH, "chat", "--plain"], folder, cache) as plain:
        plain.wait_until_quiet(2)
        lines = [spoken(line).split() for line in shown(plain.text).splitlines()]
    # four words, since more of them may be wrapped on the screen
    return " ".join([words for words in lines if len(words) > 2][-1][:4])


def main() -> None:
    """Run the programs in turn and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=11, help="how often each program runs (default: 11)")
    parser.add_argument(
        "--words", help="the words to wait for (default: those that emh chat --plain asks first)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = options.words or first_question(folder, folder / "cache")
        print(f"waiting for the words {words!r}", file=sys.stderr)
        ready = "ready to be measured"
        minimal = Starts("a minimal Textual app", [sys.executable, "-c", MINIMAL], ready, ready)
        warm = Starts("emh", [EMH], "emh", words)
        cold = Starts("emh at its very first start", [EMH], "emh", words)
        for number in range(options.pairs + 1):
            minimal.start(folder, folder / "cache")
            warm.start(folder, folder / "cache")
            cold.start(folder, folder / f"cold-{number}")
            if number == 0:
                # the first round compiles bytecode and warms the disk
                for program in (minimal, warm, cold):
                    program.forget()
    for program in (warm, cold):
        print_ratio(
            f"the first frame of {program.name}", program.frames, f"that of {minimal.name}", minimal.frames
        )
        print_ratio(
            f"a readable question of {program.name} with an echoed key",
            program.questions,
            f"the same of {minimal.name}",
            minimal.questions,
        )
        print(f"{program.name} takes {median(program.megabytes):.0f} MB once settled.\n")
    print(f"Goals: {FRAME_GOAL} for the frame, {QUESTION_GOAL} for the question, {MEGABYTES_GOAL} MB.")


if __name__ == "__main__":
    main()
