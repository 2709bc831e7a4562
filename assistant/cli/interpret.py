"""`emh interpret`: what is understood of replies, one JSON object a line, or step by step in words."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from assistant.errors import AssistantError, UsageError

if TYPE_CHECKING:
    from assistant.knowledge import Answer
    from assistant.understanding import Interpretation, Interpreter, Reading

HELP = "read replies and print what is understood of each"

EXAMPLES = """\
emh interpret replies.jsonl > understood.jsonl
echo '{"question": "gcsf", "reply": "filgrastim until May"}' | emh interpret
echo '{"question": null, "reply": "62-year-old man with MDS."}' | emh interpret
emh interpret --explain --question gcsf --reply "no G-CSF, but filgrastim was planned"
emh interpret --explain replies.jsonl
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="JSONL with question (an id, or null for a narrative) and reply; - or nothing reads stdin",
    )
    parser.add_argument("--reply", metavar="TEXT", help="read this one reply in place of a file")
    parser.add_argument(
        "--question", metavar="ID", help="the finding that --reply answers; without it it is a narrative"
    )
    parser.add_argument(
        "--explain", action="store_true", help="tell in words, step by step, how each reply was read"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="with --explain, add the steps to the JSON; without it the output is JSONL in any case",
    )


def run(arguments: argparse.Namespace) -> int:
    """Interpret line by line; return 1 if a line could not be read."""
    from assistant.knowledge import load_knowledge
    from assistant.understanding import Interpreter

    _check(arguments)
    if arguments.reply is not None:
        interpreter = Interpreter(load_knowledge())
        row = {"question": arguments.question, "reply": arguments.reply}
        _print(_Asked(row, row["reply"], row["question"]), interpreter, arguments)
        return 0
    bad = False
    with _opened(arguments.file or "-") as stream:
        interpreter = Interpreter(load_knowledge())
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                _print(_asked(line), interpreter, arguments)
            except (AssistantError, ValueError, RecursionError) as error:
                bad = True
                _print_error(number, _reason(error), arguments)
            # a program that sends a line may wait for its answer before the next
            sys.stdout.flush()
    return int(bad)


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what does not go together."""
    if arguments.reply is None and arguments.question is not None:
        raise UsageError("--question goes with --reply; in a file each line names its own question")
    if arguments.reply is not None and arguments.file is not None:
        raise UsageError(f"--reply is read in place of a file; leave out {arguments.file!r} or --reply")


class _Asked(NamedTuple):
    """One row of the input."""

    row: dict[str, Any]
    reply: str
    question: str | None


def _print(asked: _Asked, interpreter: Interpreter, arguments: argparse.Namespace) -> None:
    from assistant.cli import print_json

    if not arguments.explain:
        found = interpreter.read(asked.reply, asked.question)
        print_json(_interpreted(asked.row, found), indent=None)
        return
    explanation = interpreter.explain(asked.reply, asked.question)
    if arguments.json:
        spelled = _interpreted(asked.row, explanation.interpretation)
        print_json({**spelled, "steps": explanation.plain()}, indent=None)
        return
    from assistant.plain import render
    from assistant.session import Utterance
    from assistant.session.reading_words import explained

    print(render(Utterance("reading", "\n".join(explained(explanation, interpreter.knowledge)))))
    print()


def _print_error(line: int, reason: str, arguments: argparse.Namespace) -> None:
    from assistant.cli import print_json

    if arguments.explain and not arguments.json:
        print(f"line {line}: {reason}", file=sys.stderr)
    else:
        print_json({"line": line, "error": reason}, indent=None)


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


def _asked(line: str) -> _Asked:
    row = json.loads(line.lstrip("\ufeff"))
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    missing = [key for key in ("question", "reply") if key not in row]
    if missing:
        raise ValueError(f"{' and '.join(missing)} missing; a row holds question (an id or null) and reply")
    if not isinstance(row["reply"], str) or not isinstance(row["question"], str | None):
        raise ValueError("reply is a text, and question the id of a finding or null")
    return _Asked(row, row["reply"], row["question"])


def _interpreted(row: dict[str, Any], found: Interpretation) -> dict[str, Any]:
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
        grounds = reading.grounds or (reading.spans,) * len(reading.answers)
        spelled["grounds"] = [[list(span) for span in spans] for spans in grounds]
    if reading.reason:
        spelled["reason"] = reading.reason
    return spelled


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
