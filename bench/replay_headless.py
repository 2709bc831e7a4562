"""Time a headless replay of one case, against a Python that does nothing."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from terminal import EMH, print_ratio

CASE = Path(__file__).resolve().parent.parent / "tests" / "cases" / "thalassemia.case.yaml"


def seconds(command: Sequence[str], cache: str) -> float:
    """Return how long `command` took; it must succeed."""
    environment = os.environ | {"EMH_CACHE": cache}
    started = time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started


def main() -> None:
    """Run both in turn and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=11, help="how often each runs (default: 11)")
    parser.add_argument(
        "--case", type=Path, default=CASE, help="the case to replay (default: the bundled one)"
    )
    options = parser.parse_args()
    replay, bare = [], []
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(options.pairs + 1):
            bare.append(seconds([sys.executable, "-c", "pass"], cache))
            replay.append(seconds([EMH, "test", str(options.case)], cache))
    # the first pair compiles bytecode, fills the cache and warms the disk
    print_ratio("a headless replay of one case", replay[1:], "bare Python", bare[1:])


if __name__ == "__main__":
    main()
