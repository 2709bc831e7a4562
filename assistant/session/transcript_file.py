"""The file of a transcript: append-only, private, and held by one process."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from assistant.errors import UsageError
from assistant.session.transcript import Line

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\Z")


class TranscriptFile:
    """An append-only file, flushed and synced line by line, held by one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: TextIO | None = None

    def open(self, keep: Iterable[Line] = ()) -> None:
        """Create the file (0600 in a folder 0700), or open it and cut it behind the last line of `keep`.

        Raises:
            UsageError: the file cannot be written, or another process holds it.
        """
        kept = "".join(line.json() + "\n" for line in keep)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise UsageError(
                f"{self.path}: {error.strerror or error}; set EMH_SESSIONS to a folder you can write"
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise UsageError(f"{self.path.name} is open in another emh; close that one first") from None
        if kept and not _goes_on(self.path, kept.encode("utf-8")):
            os.close(handle)
            raise UsageError(f"{self.path.name} was written by another emh in the meantime; open it again")
        if not kept and os.fstat(handle).st_size:
            os.close(handle)
            raise UsageError(f"{self.path.name} exists already; continue it with --id, or choose another id")
        os.ftruncate(handle, len(kept.encode("utf-8")))
        self._stream = os.fdopen(handle, "a", encoding="utf-8", newline="\n")

    def append(self, line: Line) -> None:
        """Write one line and wait until it lies on the disk."""
        if self._stream is None:
            raise ValueError("the transcript is not open")
        self._stream.write(line.json() + "\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Give the file back."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _goes_on(path: Path, kept: bytes) -> bool:
    """Say whether the file holds `kept` and at most a torn line behind it."""
    there = path.read_bytes()
    return there.startswith(kept) and b"\n" not in there[len(kept) :]


def is_open(path: Path) -> bool:
    """Say whether a process holds the transcript at `path`."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def session_path(folder: Path, session: str) -> Path:
    """Return the file of an interview by its id; UsageError for an id that is no plain name."""
    if not _ID.match(session):
        raise UsageError(f"{session!r} is no interview id; use letters, digits, dots, dashes and underscores")
    return folder / f"{session}.jsonl"
