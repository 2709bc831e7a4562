"""Time `emh` from its start to a readable first question, against a minimal Textual app."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from terminal import EMH, Terminal, print_ratio, shown, spoken

MINIMAL = """
from textual.app import App
from textual.widgets import Static

class Minimal(App):
    def compose(self):
        yield Static("ready to be measured", markup=False)

Minimal().run()
"""


def first_question(sessions: Path) -> str:
    """Return the first words of the first question, as the line-by-line interface puts it."""
    with Terminal([EMH, "chat", "--plain"], sessions) as plain:
        plain.wait_until_quiet(2)
        lines = [spoken(line).split() for line in shown(plain.text).splitlines()]
    # four words, since more of them may be wrapped on the screen
    return " ".join([words for words in lines if len(words) > 2][-1][:4])


def main() -> None:
    """Run both programs in turn and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=11, help="how often each program runs (default: 11)")
    parser.add_argument(
        "--words", help="the words to wait for (default: those that emh chat --plain asks first)"
    )
    options = parser.parse_args()
    emh, minimal = [], []
    with tempfile.TemporaryDirectory() as folder:
        sessions = Path(folder)
        words = options.words or first_question(sessions)
        print(f"waiting for the words {words!r}", file=sys.stderr)
        for _ in range(options.pairs + 1):
            with Terminal([sys.executable, "-c", MINIMAL], sessions) as control:
                minimal.append(control.wait_for("ready to be measured"))
            with Terminal([EMH], sessions) as subject:
                emh.append(subject.wait_for(words))
    # the first pair compiles bytecode and warms the disk
    print_ratio("emh to its first question", emh[1:], "a minimal Textual app", minimal[1:])


if __name__ == "__main__":
    main()
