"""`emh check`: all problems of the knowledge and the scripts."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from assistant.errors import KnowledgeError

HELP = "find all problems in knowledge and scripts"

EXAMPLES = """\
emh check
emh check knowledge/diagnoses/hcc.yaml
emh check dialogs --json
emh check tests/cases
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        metavar="PATH",
        help="a knowledge folder or a file in one, a script, a case or a folder of these; else what is in use",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print every problem; return 3 if one is an error."""
    from assistant.check import inspect
    from assistant.cli import print_json

    report = inspect(arguments.path)
    counts = {severity: report.count(severity) for severity in ("error", "warning", "note")}
    if arguments.json:
        problems = [asdict(problem) for problem in report.problems]
        print_json({"looked_at": report.looked_at, "skipped": report.skipped, **counts, "problems": problems})
    else:
        for problem in report.problems:
            print(problem)
        told = ", ".join(
            f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in counts.items()
        )
        print(f"{', '.join(report.looked_at)}: {told}", file=sys.stderr)
        for reason in report.skipped:
            print(f"emh: {reason}", file=sys.stderr)
    return KnowledgeError.exit_code if counts["error"] else 0
