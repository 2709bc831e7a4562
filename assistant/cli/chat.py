"""`emh chat`: an interview, on the screen or line by line."""

from __future__ import annotations

import argparse
import secrets
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, UsageError

if TYPE_CHECKING:
    from assistant.session import Interview

HELP = "hold an interview; this is what `emh` alone does"

EXAMPLES = """\
emh
emh chat --dialog quick
emh chat --continue
emh chat --report report.txt
emh chat --plain --case tests/cases/thalassemia.case.yaml
"""

_NOTES = """\
Line by line (--plain): at the opening and after /paste several lines are one text, which ends with an empty
line, a full stop alone on a line or the end of the input; at the opening also with the word "ask" alone.
At the opening a line that comes by itself is a whole reply. After it every line is one reply.
A terminal cuts a single line at 4,095 characters; give longer ones by a pipe.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _NOTES
    parser.add_argument("--dialog", metavar="ID", help="the script: liver-lesion (usual) or quick")
    parser.add_argument(
        "-c", "--continue", dest="go_on", action="store_true", help="take up the newest unfinished interview"
    )
    parser.add_argument("--id", metavar="ID", help="of the interview: continues it, or begins it so named")
    parser.add_argument("--population", metavar="P", help="the clinic behind the starting probabilities")
    parser.add_argument("--order", choices=("scripted", "informative"), help="of the questions")
    parser.add_argument(
        "--report", metavar="FILE", help="begin with a report from a text file, blank lines and all"
    )
    parser.add_argument("--case", metavar="FILE", help="play a case to its end, without any input")


def run(arguments: argparse.Namespace) -> int:
    """Hold the interview; return 0, or 128 and the number of the signal that ended it."""
    if arguments.case is not None:
        return _play_case(arguments)
    if not arguments.plain:
        from assistant.tui import check_terminal

        check_terminal()
    try:
        return _talk(_interview(arguments)) if arguments.plain else _show(arguments)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise AssistantError(
            f"the interview cannot go on: {error.strerror or error}; it is whole up to its last line, "
            "and `emh --continue` takes it up again"
        ) from None


def _interview(arguments: argparse.Namespace) -> Interview:
    from assistant.cli._saved import newest_unfinished, saved_files
    from assistant.locations import sessions_folder
    from assistant.session import Interview, TranscriptFile, read_transcript, session_path

    session = arguments.id or f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    path = session_path(sessions_folder(), session)
    if arguments.go_on and arguments.id is None:
        path = newest_unfinished()
    if arguments.go_on and not path.exists():
        raise UsageError(f"there is no saved interview {session!r}; `emh list` names those there are")
    if not path.exists():
        return Interview.start(
            script=arguments.dialog or "liver-lesion",
            order=arguments.order,
            population=arguments.population,
            store=TranscriptFile(path),
            session=session,
            report=_report(arguments.report),
            first=not saved_files(),
            notice=_cut_off(),
        )
    if arguments.report is not None:
        raise UsageError(f"{path.stem} has begun already; paste the report into it with /paste")
    fixed = [name for name in ("dialog", "population", "order") if getattr(arguments, name) is not None]
    if fixed:
        raise UsageError(
            f"{path.stem} goes on as it began, so --{fixed[0]} cannot be given; "
            "begin a new interview, or type /population in this one"
        )
    return Interview.resume(read_transcript(path), store=TranscriptFile(path))


def _cut_off() -> str:
    """Return a hint where the newest interview was neither left nor is open, as after a crash or a kill."""
    from assistant.cli._saved import saved_files
    from assistant.errors import TranscriptError
    from assistant.session import is_open, read_transcript
    from assistant.session.transcript import Closed, Replied

    for path in saved_files():
        try:
            transcript = read_transcript(path)
        except (TranscriptError, UsageError):
            continue
        if not any(isinstance(event, Replied) for event in transcript.events):
            # begun and left at once, which says nothing of the one before
            continue
        if not isinstance(transcript.events[-1], Closed) and not is_open(path):
            return (
                f"The last interview was cut off; `emh chat --id {path.stem}` takes it up, and nothing of it is "
                "lost. If the terminal looks odd after this one, type `reset`."
            )
        break
    return ""


def _report(name: str | None) -> str | None:
    """Return the text of a report, without what could hide in its encoding; None where none is named."""
    if name is None:
        return None
    try:
        return Path(name).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}; name a text file") from None


def _show(arguments: argparse.Namespace) -> int:
    from assistant.tui import run as run_screen

    return run_screen(lambda: _interview(arguments))


def _talk(interview: Interview) -> int:
    from assistant.plain import Lines, Signals, StoppedError, converse

    signals, number = Signals(), 0
    with signals.installed():
        try:
            converse(interview, Lines(sys.stdin or StringIO(), signals), sys.stdout)
        except StoppedError as stopped:
            number = stopped.number
        finally:
            if not interview.state.closed:
                interview.close("signal" if number else "done" if interview.state.concluded else "quit")
    print(f"Saved as {interview.session}.", file=sys.stderr)
    return 128 + number if number else 0


def _play_case(arguments: argparse.Namespace) -> int:
    from assistant.knowledge import load_knowledge
    from assistant.plain import play_case
    from assistant.session.case_reader import read_case
    from assistant.session.case_runner import CaseRunner

    knowledge = load_knowledge()
    case = read_case(arguments.case, knowledge)
    play_case(CaseRunner(knowledge, order=arguments.order or "informative").run(case), sys.stdout)
    return 0
