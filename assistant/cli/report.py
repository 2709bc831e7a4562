"""`emh report`: an interview as a sheet to print, file or hand on."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from assistant.errors import TranscriptError, UsageError, nearest

HELP = "print an interview as a one-page sheet"

EXAMPLES = """\
emh report 20261121-143005-a1b2
emh report 20261121-143005-a1b2 --format md --output sheet.md
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
    from assistant.report import FORMATS
    from assistant.session import Interview, read_transcript

    name = "json" if arguments.json else arguments.format
    if name not in FORMATS:
        raise UsageError(
            f"there is no format {name!r}{nearest(name, FORMATS)}; there are {', '.join(FORMATS)}"
        )
    transcript = read_transcript(find_transcript(arguments.transcript))
    knowledge = load_knowledge()
    try:
        script = load_script(arguments.dialog or transcript.opened.script["id"], knowledge)
    except UsageError as error:
        raise UsageError(f"{error}; name it with --dialog") from None
    # only the report of a damaged transcript is made of its good part; going on with it is refused
    interview = Interview.resume(replace(transcript, damage=None), knowledge, script)
    sheet = FORMATS[name](interview)
    if arguments.output is None:
        print(sheet, end="")
    else:
        _write(arguments.output, sheet)
        print(f"emh: written to {arguments.output}", file=sys.stderr)
    if transcript.damage is not None:
        sys.stdout.flush()
        good = f"{len(transcript.lines)} events before the damage"
        raise TranscriptError(f"{transcript.damage}; the sheet is of the good part, {good}")
    return 0


def _write(path: Path, sheet: str) -> None:
    """Write a new file that only its owner can read, since it tells of a patient."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} exists already; choose another name") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}; choose another folder") from None
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(sheet)
