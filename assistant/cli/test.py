"""`emh test`: cases held to what they expect."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.session.case_runner import CaseRun
    from assistant.session.verification import Verification

HELP = "run cases and check what they expect"

EXAMPLES = """\
emh test tests/cases
emh test my-patient.case.yaml --verbose
emh test teaching/ --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="case files, or folders that hold some")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the conversations too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run the cases and print every expectation that fails; return 1 if there is one."""
    from assistant.cli import print_json
    from assistant.session.verification import verify

    played = verify(arguments.paths)
    failed = sum(not one.passed for one in played)
    if arguments.json:
        print_json(
            {
                "cases": len(played),
                "passed": len(played) - failed,
                "failed": failed,
                "rows": [one.plain() for one in played],
            }
        )
        return int(failed > 0)
    for one in played:
        _print(one, verbose=arguments.verbose)
    print(f"{len(played) - failed} of {len(played)} cases hold")
    unchecked = [one.case.id for one in played if not one.case.expectations]
    if unchecked:
        print(f"emh: nothing is expected of {', '.join(unchecked)}", file=sys.stderr)
    return int(failed > 0)


def _print(one: Verification, *, verbose: bool) -> None:
    if one.error is not None:
        print(f"error  {one.case.id}")
        print(f"  {one.case.path}:1: {one.error}")
        return
    print(f"{'ok' if one.passed else 'failed':<6} {one.case.id}: {one.questions} questions")
    if verbose and one.run is not None:
        for line in conversation(one.run):
            print(f"    {line}")
    for failure in one.failures:
        print(f"  {failure}")


def conversation(played: CaseRun) -> list[str]:
    """Return the conversation of a case, line by line, the clinician's words behind `>`."""
    lines = [line for said in played.opening for line in said.text.splitlines()]
    for exchange in played.exchanges:
        lines.extend(f"> {line}" for line in exchange.reply.splitlines() or [""])
        for said in exchange.said:
            lines.extend(said.text.splitlines())
    return lines
