"""`emh verify`: whether transcripts are whole."""

from __future__ import annotations

import argparse

from assistant.errors import TranscriptError

HELP = "check the hash chain of transcripts"

EXAMPLES = """\
emh verify 20261121-143005-a1b2
emh verify archive/*.jsonl --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "transcripts", nargs="+", metavar="TRANSCRIPT", help="files, or ids of saved interviews"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def run(arguments: argparse.Namespace) -> int:
    """Verify each; return 4 if one is damaged."""
    from assistant.cli import print_json
    from assistant.cli._saved import find_transcript
    from assistant.session import read_transcript

    rows = []
    for name, path in [(name, find_transcript(name)) for name in arguments.transcripts]:
        try:
            transcript = read_transcript(path)
            _ = transcript.opened
            rows.append((name, len(transcript.lines), transcript.damage))
        except TranscriptError as error:
            rows.append((name, 0, str(error)))
    if arguments.json:
        print_json([{"transcript": n, "events": count, "damage": damage} for n, count, damage in rows])
    else:
        for name, count, damage in rows:
            state = (
                f"whole, {count} events"
                if damage is None
                else f"damaged: {damage} ({count} events are whole)"
            )
            print(f"{name}: {state}")
    return TranscriptError.exit_code if any(damage for _, _, damage in rows) else 0
