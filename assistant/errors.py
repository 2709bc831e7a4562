"""Every error the user can put right, and the exit code each one leads to."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class AssistantError(Exception):
    """Something the user can put right; the message says where, what, and what instead."""

    exit_code = 1


class UsageError(AssistantError):
    """A command, option, id or file that does not exist, or no terminal where one is needed."""

    exit_code = 2


class AnswerError(AssistantError):
    """An answer that its finding does not take."""

    exit_code = 2


class CaseError(AssistantError):
    """A case file that is missing or malformed."""

    exit_code = 2


class KnowledgeError(AssistantError):
    """Malformed knowledge or a malformed script; carries every problem found."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class TranscriptError(AssistantError):
    """A damaged transcript; the good part can still be read."""

    exit_code = 4


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem in a YAML file."""

    path: str
    """The file, relative to the folder that was read."""

    line: int
    """The line, counted from 1; 0 where the file as a whole is meant."""

    column: int
    """The column, counted from 1."""

    code: str
    """A short code such as `K102`, explained in docs/problems.md."""

    severity: str
    """`error`, `warning` or `note`."""

    message: str
    """What is wrong, and what instead."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity} {self.code}: {self.message}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known name nearest to `name`, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
