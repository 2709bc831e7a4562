"""`emh interpret`: what is understood of replies, one JSON object a line."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from assistant.errors import AssistantError, UsageError

if TYPE_CHECKING:
    from assistant.knowledge import Answer
    from assistant.understanding import Interpretation, Interpreter, Reading

HELP = "read replies from JSONL and print what is understood of each"

EXAMPLES = """\
emh interpret replies.jsonl > understood.jsonl
echo '{"question": "gcsf", "reply": "filgrastim until May"}' | emh interpret
echo '{"question": null, "reply": "62-year-old man with MDS."}' | emh interpret
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        help="JSONL with question (an id, or null for a narrative) and reply; - or nothing reads stdin",
    )
    parser.add_argument("--json", action="store_true", help="accepted for uniformity; the output is JSONL")


def run(arguments: argparse.Namespace) -> int:
    """Interpret line by line; return 1 if a line could not be read."""
    from assistant.cli import print_json
    from assistant.knowledge import load_knowledge
    from assistant.understanding import Interpreter

    bad = False
    with _opened(arguments.file) as stream:
        interpreter = Interpreter(load_knowledge())
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                print_json(_interpreted(line, interpreter), indent=None)
            except (AssistantError, ValueError, RecursionError) as error:
                bad = True
                print_json({"line": number, "error": _reason(error)}, indent=None)
            # a program that sends a line may wait for its answer before the next
            sys.stdout.flush()
    return int(bad)


@contextlib.contextmanager
def _opened(name: str) -> Iterator[IO[str]]:
    if name == "-":
        yield sys.stdin
        return
    try:
        # newline: a bare carriage return or U+2028 belongs to the text, only \n ends a row
        stream = Path(name).open(encoding="utf-8", errors="replace", newline="\n")  # noqa: SIM115
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}; name a JSONL file, or - for stdin") from None
    with stream:
        yield stream


def _interpreted(line: str, interpreter: Interpreter) -> dict[str, Any]:
    row = json.loads(line.lstrip("\ufeff"))
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    missing = [key for key in ("question", "reply") if key not in row]
    if missing:
        raise ValueError(f"{' and '.join(missing)} missing; a row holds question (an id or null) and reply")
    if not isinstance(row["reply"], str) or not isinstance(row["question"], str | None):
        raise ValueError("reply is a text, and question the id of a finding or null")
    found = interpreter.read(row["reply"], row["question"])
    return {
        **row,
        "pred": _accepted(found),
        "outcome": found.outcome.value,
        "findings": [_spelled(reading) for reading in found.readings],
    }


def _accepted(found: Interpretation) -> dict[str, Any]:
    return {finding: _value(answer) for finding, answer in found.accepted.items()}


def _value(answer: Answer) -> Any:
    """Return an answer as scorers take it: every state without value is unknown, a range its middle."""
    if not answer.moves:
        return "unknown"
    if answer.quantity is not None and answer.quantity[0] != answer.quantity[1]:
        return sum(answer.quantity) / 2
    if answer.listed:
        return sorted(answer.values)
    spelled = answer.plain()
    return spelled["probable"] if isinstance(spelled, dict) and "probable" in spelled else spelled


def _spelled(reading: Reading) -> dict[str, Any]:
    spelled: dict[str, Any] = {
        "finding": reading.finding,
        "answer": reading.answer.plain() if reading.answer is not None else None,
        "outcome": reading.outcome.value,
        "spans": [list(span) for span in reading.spans],
    }
    if len(reading.answers) > 1:
        spelled["readings"] = [answer.plain() for answer in reading.answers]
    if reading.reason:
        spelled["reason"] = reading.reason
    return spelled


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
