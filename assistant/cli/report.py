"""`emh report`: an interview as a sheet to print, file or hand on."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from assistant.errors import TranscriptError, UsageError

HELP = "print an interview as a one-page sheet"

EXAMPLES = """\
emh report 20261121-143005-a1b2
emh report 20261121-143005-a1b2 --format html --output sheet.html   # a page of A4, with no network
emh report teaching.jsonl --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    from assistant.report import FORMATS

    parser.add_argument("transcript", metavar="TRANSCRIPT", help="a file, or the id of a saved interview")
    parser.add_argument("--format", default="txt", metavar="FORMAT", help=f"{', '.join(FORMATS)} (txt)")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write to a new file, readable by you alone"
    )
    parser.add_argument(
        "--dialog", metavar="ID", help="the script or its file, where the id alone does not find it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print or write the sheet; of a damaged transcript that of its good part, then TranscriptError."""
    from assistant.cli._saved import find_transcript
    from assistant.dialog import load_script
    from assistant.knowledge import load_knowledge
    from assistant.report import FORMATS, check_format, save_report
    from assistant.session import Interview, read_transcript

    name = check_format("json" if arguments.json else arguments.format)
    transcript = read_transcript(find_transcript(arguments.transcript))
    knowledge = load_knowledge()
    try:
        script = load_script(arguments.dialog or transcript.opened.script["id"], knowledge)
    except UsageError as error:
        raise UsageError(f"{error}; name it with --dialog") from None
    # only the report of a damaged transcript is made of its good part; going on with it is refused
    interview = Interview.resume(replace(transcript, damage=None), knowledge, script)
    if arguments.output is None:
        print(FORMATS[name](interview), end="")
    else:
        path = save_report(interview, name, arguments.output)
        print(f"emh: written to {path}", file=sys.stderr)
    if transcript.damage is not None:
        sys.stdout.flush()
        good = f"{len(transcript.lines)} events before the damage"
        raise TranscriptError(f"{transcript.damage}; the sheet is of the good part, {good}")
    return 0
