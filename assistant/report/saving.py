"""Reports as files that only their owner can read, since they tell of a patient."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.locations import expanded, sessions_folder
from assistant.report.formats import FORMATS, check_format
from assistant.report.sentence import copy_sentence

if TYPE_CHECKING:
    from assistant.session import Interview


def save_report(interview: Interview, format_name: str, path: Path | None = None) -> Path:
    """Write the report and return its file.

    Args:
        interview: what the report is about.
        format_name: a name of FORMATS.
        path: a new file; when left out `<session>.<format>` beside the transcript, which is renewed each time.

    Raises:
        UsageError: there is no such format, `path` exists already, or it cannot be written.
    """
    sheet = FORMATS[check_format(format_name)](interview)
    if path is not None:
        return write_new(expanded(path), sheet)
    return _renew(_own_file(interview, format_name), sheet)


def save_sentence(interview: Interview) -> Path:
    """Write the sentence to copy as `<session>.sentence.txt` beside the transcript, and return its file.

    Raises:
        UsageError: the file cannot be written.
    """
    return _renew(_own_file(interview, "sentence.txt"), copy_sentence(interview) + "\n")


def write_new(path: Path, text: str) -> Path:
    """Write a file that does not exist yet, at once and for its owner alone.

    Raises:
        UsageError: it exists already or cannot be written.
    """
    try:
        # the name is taken first, so that no file of somebody else's is ever replaced
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise UsageError(f"{path} exists already; choose another name") from None
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    try:
        return _renew(path, text)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _own_file(interview: Interview, ending: str) -> Path:
    """Return a file beside the transcript, named by the session; its folder is made where it is missing."""
    from assistant.session import session_path

    folder = interview.path.parent if interview.path is not None else sessions_folder()
    path = session_path(folder, interview.session).with_name(f"{interview.session}.{ending}")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(path, error) from None
    return path


def _renew(path: Path, text: str) -> Path:
    """Put `text` in the place of `path`: whole or not at all, 0600 from its first byte."""
    draft: Path | None = None
    try:
        handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
        draft = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except (OSError, ValueError) as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise _unwritable(path, error) from None
    return path


def _unwritable(path: Path, error: OSError | ValueError) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"{path}: {reason}; choose another folder")
