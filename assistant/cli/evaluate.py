"""`emh evaluate`: cases with a diagnosis, scored."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.session.evaluation import Evaluation

HELP = "run cases with a diagnosis and score ranks, calibration and understanding"

EXAMPLES = """\
emh evaluate tests/cases
emh evaluate registry/ --input narrative --jobs 4
emh evaluate registry/ --order scripted --max-questions 12 --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="case files, or folders that hold some")
    parser.add_argument(
        "--order",
        choices=("scripted", "informative"),
        default="informative",
        help="of the questions, for cases that name none (informative)",
    )
    parser.add_argument(
        "--input",
        choices=("replies", "narrative", "gold"),
        default="replies",
        help="what the clinician says: free text to each question, first the narrative, or the gold answers",
    )
    parser.add_argument("--max-questions", type=int, metavar="N", help="stop after N questions")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Evaluate and print the scores; return 1 if a case could not be played."""
    from assistant.cli import print_json
    from assistant.session.evaluation import evaluate

    for name in ("max_questions", "jobs"):
        number = getattr(arguments, name)
        if number is not None and number < 1:
            raise UsageError(f"--{name.replace('_', '-')} takes a number from 1, not {number}")
    evaluation = evaluate(
        arguments.paths, arguments.order, arguments.input, arguments.max_questions, arguments.jobs
    )
    if arguments.json:
        print_json(evaluation.plain())
    else:
        _print(evaluation)
    for scored in evaluation.scored:
        if scored.row.error is not None:
            print(f"emh: {scored.row.id}: {scored.row.error}", file=sys.stderr)
    return int(evaluation.errors > 0)


def _print(evaluation: Evaluation) -> None:
    scores = evaluation.plain()
    width = max([len(row["id"]) for row in scores["rows"]] + [4])
    for row in scores["rows"]:
        print(_line(row, width))
    shares = ", ".join(f"top {place} {_share(scores[f'top{place}'])}" for place in (1, 3, 5))
    print(f"{scores['cases']} cases ({scores['skipped']} without a diagnosis skipped): {shares}")
    print(f"Brier {_number(scores['brier'])}, calibration error {_number(scores['ece'])}")
    print(
        f"questions {_number(scores['mean_questions'])} and repeats {_number(scores['mean_repeats'])} a case"
    )
    print("understanding: " + ", ".join(f"{name} {n}" for name, n in scores["understanding"].items()))


def _line(row: dict[str, Any], width: int) -> str:
    if row["error"] is not None:
        return f"{row['id']:<{width}}  error: {row['error']}"
    led = "" if row["rank"] == 1 else f"; {row['leader']} leads with {100 * row['leader_probability']:.0f} %"
    return (
        f"{row['id']:<{width}}  {row['diagnosis']} rank {row['rank']} with {100 * row['probability']:.0f} % "
        f"after {row['questions']} questions, {row['repeats']} repeats{led}"
    )


def _share(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _number(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"
