"""`emh list`: the saved interviews."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from assistant.errors import TranscriptError

HELP = "name the saved interviews, newest first"

EXAMPLES = """\
emh list
emh list --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def run(arguments: argparse.Namespace) -> int:
    """List the sessions folder."""
    from assistant.cli import print_json
    from assistant.cli._saved import saved_files
    from assistant.inference import percent
    from assistant.locations import sessions_folder

    rows = [_row(path) for path in saved_files()]
    if arguments.json:
        print_json(rows)
        return 0
    if not rows:
        print(f"no saved interview in {sessions_folder()}; `emh` begins one", file=sys.stderr)
    for row in rows:
        leader = f"{row['leader']} {percent(row['probability'])}" if row["leader"] else "-"
        begun = str(row["begun"] or "")[:16].replace("T", " ")
        print(f"{row['id']:<24} {begun:<16}  {row['answers']:>2} answers  {row['state']:<10} {leader}")
    return 0


def _row(path: Path) -> dict[str, Any]:
    from assistant.cli._saved import has_ended
    from assistant.session import read_transcript
    from assistant.session import transcript as events

    row: dict[str, Any] = {
        "id": path.stem,
        "path": str(path),
        "begun": None,
        "last": None,
        "script": None,
        "answers": 0,
        "leader": None,
        "probability": None,
        "state": "damaged",
        "damage": None,
    }
    try:
        transcript = read_transcript(path)
        opened = transcript.opened
    except TranscriptError as error:
        return {**row, "damage": str(error)}
    given: list[tuple[int, str]] = []
    shown: events.Revealed | None = None
    for event in transcript.events:
        if isinstance(event, events.Answered | events.Corrected):
            given.append((event.from_, event.finding))
        elif isinstance(event, events.Retracted):
            given = [change for change in given if change[0] != event.to]
        elif isinstance(event, events.Revealed):
            shown = event
    state = "finished" if has_ended(transcript) else "unfinished"
    return {
        **row,
        "begun": transcript.lines[0].at,
        "last": transcript.lines[-1].at,
        "script": opened.script.get("id"),
        "answers": len({finding for _, finding in given}),
        "leader": shown.leader if shown else None,
        "probability": shown.posterior.get(shown.leader) if shown else None,
        "state": "damaged" if transcript.damage else state,
        "damage": transcript.damage,
    }
