"""`emh replay`: a saved interview once more, as it was or on today's knowledge."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any

from assistant.errors import TranscriptError, UsageError

if TYPE_CHECKING:
    from assistant.knowledge import KnowledgeBase
    from assistant.session import Transcript
    from assistant.session.playback import Step
    from assistant.session.replay import Comparison

    Watch = Callable[..., int]

HELP = "play a saved interview back, or check it against today's knowledge"

EXAMPLES = """\
emh replay 20261121-143005-a1b2
emh replay teaching.jsonl --hide
emh replay teaching.jsonl --plain --turn 7
emh replay 20261121-143005-a1b2 --check
emh replay teaching.jsonl --check --tolerance 0.05 --json
"""

_NOTES = """\
In a terminal it opens the screen, or with --plain takes commands line by line (`help` lists them). Into a pipe
and with --json everything is printed at once; --step takes the commands from a pipe.
"""

_LONGEST_PAUSE = 5.0
"""Seconds; whoever went for a coffee is not waited for."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _NOTES
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
        help="play with the pauses of then, N times as fast",
    )
    parser.add_argument("--turn", type=int, metavar="N", help="begin at turn N")
    parser.add_argument(
        "--hide", action="store_true", help="hide the differential until you commit to your own"
    )
    parser.add_argument("--step", action="store_true", help="take commands line by line, from a pipe too")
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
    watch = _watching(arguments)
    if watch is None and (arguments.hide or arguments.turn is not None):
        raise UsageError("--hide and --turn need a terminal, or --step and commands from a pipe; not --json")
    transcript = read_transcript(find_transcript(arguments.transcript))
    knowledge = load_knowledge()
    if watch is not None:
        code = _watch(watch, transcript, knowledge, arguments)
    elif arguments.check:
        code = _tell_moves(transcript, _comparison(transcript, knowledge, arguments), json=arguments.json)
    else:
        code = _play(transcript, knowledge, arguments)
    if transcript.damage is not None and code < 128:
        sys.stdout.flush()
        raise TranscriptError(
            f"{transcript.damage}; this is the good part, {len(transcript.lines)} events before the damage"
        )
    return code


def _watching(arguments: argparse.Namespace) -> Watch | None:
    """Return what somebody at a terminal watches the replay with; None where it is printed at once."""
    if arguments.json:
        return None
    if arguments.step:
        return _by_line
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    if arguments.plain:
        return _by_line
    from assistant.tui import check_terminal

    try:
        check_terminal()
    except UsageError:
        # a terminal that shows no full screen still takes lines
        return _by_line
    return _on_screen


def _watch(
    watch: Watch, transcript: Transcript, knowledge: KnowledgeBase, arguments: argparse.Namespace
) -> int:
    comparison = _comparison(transcript, knowledge, arguments) if arguments.check else None
    code = watch(
        transcript,
        knowledge,
        comparison=comparison,
        turn=arguments.turn or 0,
        speed=arguments.speed or 1.0,
        playing=arguments.speed is not None,
        hidden=arguments.hide,
    )
    return code or (_tell_moves(transcript, comparison) if comparison is not None else 0)


def _on_screen(transcript: Transcript, knowledge: KnowledgeBase, **how: Any) -> int:
    from assistant.session.player import Player
    from assistant.tui import run_replay

    return run_replay(Player(transcript, knowledge, **how))


def _by_line(transcript: Transcript, knowledge: KnowledgeBase, **how: Any) -> int:
    from assistant.plain import Lines, Signals, StoppedError
    from assistant.plain_replay import step_through
    from assistant.session.player import Player

    player, signals = Player(transcript, knowledge, **how), Signals()
    with signals.installed():
        try:
            step_through(player, Lines(sys.stdin or StringIO(), signals), sys.stdout)
        except StoppedError as stopped:
            return 128 + stopped.number
    return 0


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


def _comparison(
    transcript: Transcript, knowledge: KnowledgeBase, arguments: argparse.Namespace
) -> Comparison:
    from assistant.session.replay import TOLERANCE, compare

    tolerance = TOLERANCE if arguments.tolerance is None else arguments.tolerance
    return compare(transcript, knowledge, tolerance=tolerance)


def _tell_moves(transcript: Transcript, comparison: Comparison, *, json: bool = False) -> int:
    from assistant.cli import print_json
    from assistant.plain import clean

    if json:
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
