"""`emh replay`: a saved interview once more, as it was or on today's knowledge."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from assistant.errors import TranscriptError, UsageError

if TYPE_CHECKING:
    from assistant.knowledge import KnowledgeBase
    from assistant.session import Transcript
    from assistant.session.playback import Step

HELP = "play a saved interview back, or check it against today's knowledge"

EXAMPLES = """\
emh replay 20261121-143005-a1b2
emh replay teaching.jsonl --speed 4
emh replay 20261121-143005-a1b2 --check
emh replay teaching.jsonl --check --tolerance 0.05 --json
"""

_LONGEST_PAUSE = 5.0
"""Seconds; whoever went for a coffee is not waited for."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("transcript", metavar="TRANSCRIPT", help="a file, or the id of a saved interview")
    parser.add_argument(
        "--check",
        action="store_true",
        help="read every reply again with today's knowledge; 1 if anything moved",
    )
    parser.add_argument(
        "--speed",
        type=float,
        metavar="N",
        help="with the pauses of then, N times as fast; at once without it",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        metavar="T",
        help="with --check: the change of a probability that is no move (0.01)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Play or check; return 1 if something moved, and raise TranscriptError for a damaged transcript."""
    from assistant.cli._saved import find_transcript
    from assistant.knowledge import load_knowledge
    from assistant.session import read_transcript

    if arguments.speed is not None and not arguments.speed > 0:
        raise UsageError("--speed takes a number above 0; 2 is twice as fast as it was")
    if arguments.tolerance is not None and not arguments.tolerance >= 0:
        raise UsageError("--tolerance takes a probability from 0, as 0.05")
    transcript = read_transcript(find_transcript(arguments.transcript))
    knowledge = load_knowledge()
    act = _check if arguments.check else _play
    code = act(transcript, knowledge, arguments)
    if transcript.damage is not None:
        sys.stdout.flush()
        raise TranscriptError(
            f"{transcript.damage}; this is the good part, {len(transcript.lines)} events before the damage"
        )
    return code


def _play(transcript: Transcript, knowledge: KnowledgeBase, arguments: argparse.Namespace) -> int:
    from assistant.cli import print_json
    from assistant.plain import render, render_typed
    from assistant.session.playback import play

    if arguments.json:
        steps = [_spelled(step) for step in play(transcript, knowledge)]
        print_json({"transcript": transcript.opened.session, "steps": steps, "damage": transcript.damage})
        return 0
    earlier: Step | None = None
    for step in play(transcript, knowledge):
        if arguments.speed is not None:
            time.sleep(min(step.seconds_after(earlier) / arguments.speed, _LONGEST_PAUSE))
        if step.typed is not None:
            print(render_typed(step.typed))
        for utterance in step.said:
            print(render(utterance))
        sys.stdout.flush()
        earlier = step
    return 0


def _spelled(step: Step) -> dict[str, Any]:
    spelled: dict[str, Any] = {"line": step.line.n + 1, "at": step.line.at, "event": step.line.event.name}
    if step.typed is not None:
        spelled["typed"] = step.typed
    if step.said:
        spelled["said"] = [
            {"kind": one.kind, "text": one.text, "options": list(one.options)} for one in step.said
        ]
    return spelled


def _check(transcript: Transcript, knowledge: KnowledgeBase, arguments: argparse.Namespace) -> int:
    from assistant.cli import print_json
    from assistant.plain import clean
    from assistant.session.replay import TOLERANCE, compare

    tolerance = TOLERANCE if arguments.tolerance is None else arguments.tolerance
    comparison = compare(transcript, knowledge, tolerance=tolerance)
    if arguments.json:
        moves = [
            {
                "line": m.line,
                "reply": m.reply,
                "what": m.what,
                "subject": m.subject,
                "was": m.was,
                "now": m.now,
            }
            for m in comparison.moves
        ]
        print_json(
            {
                "transcript": transcript.opened.session,
                "turns": comparison.turns,
                "moved": bool(moves),
                "moves": moves,
                "damage": transcript.damage,
            }
        )
        return int(bool(moves))
    replied = None
    for move in comparison.moves:
        if move.reply != replied:
            replied = move.reply
            words = " ".join(clean(replied).split())
            print(f'"{words[:70]}{"..." if len(words) > 70 else ""}"')
        print(f"  {clean(str(move))}")
    verdict = f"{len(comparison.moves)} moved" if comparison.moves else "nothing moved"
    print(f"{transcript.opened.session}: {comparison.turns} turns read again, {verdict}")
    return int(bool(comparison.moves))
