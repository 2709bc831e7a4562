"""Saved interviews: where they lie, which there are, and the one that a name means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import TranscriptError, UsageError, nearest
from assistant.locations import sessions_folder

if TYPE_CHECKING:
    from assistant.session import Transcript


def saved_files() -> tuple[Path, ...]:
    """Return the transcripts of the sessions folder, the one written last first."""
    try:
        found = [(path.stat().st_mtime_ns, path.name, path) for path in sessions_folder().glob("*.jsonl")]
    except OSError as error:
        raise UsageError(f"{sessions_folder()}: {error.strerror or error}") from None
    return tuple(path for _, _, path in sorted(found, reverse=True))


def find_transcript(name: str) -> Path:
    """Return the file that a path or the id of a saved interview means.

    Raises:
        UsageError: there is no such file and no such interview.
    """
    if Path(name).is_file():
        return Path(name)
    saved = {path.stem: path for path in saved_files()}
    if name in saved:
        return saved[name]
    raise UsageError(
        f"there is no transcript {name!r}{nearest(name, saved)}; `emh list` names the saved ones"
    )


def newest_unfinished() -> Path:
    """Return the interview written last among those that were begun and have not come to their end.

    Raises:
        UsageError: there is none.
    """
    from assistant.session import read_transcript
    from assistant.session.transcript import Replied

    for path in saved_files():
        try:
            transcript = read_transcript(path)
            if not has_ended(transcript) and any(isinstance(one, Replied) for one in transcript.events):
                return path
        except TranscriptError:
            continue
    raise UsageError("there is no unfinished interview; `emh` begins one and `emh list` names the saved ones")


def has_ended(transcript: Transcript) -> bool:
    """Say whether the questions of an interview came to their end."""
    from assistant.session.transcript import Concluded, Retracted

    last = next(
        (event for event in reversed(transcript.events) if isinstance(event, Concluded | Retracted)), None
    )
    return isinstance(last, Concluded)
