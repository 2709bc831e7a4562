"""Scripted conversations: one format for tests, teaching and evaluation (DESIGN section 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from assistant.dialog import CASE_SUFFIX
from assistant.errors import CaseError, nearest
from assistant.knowledge import Answer
from assistant.session.expectations import Expectation

NARRATIVE = "<narrative>"
"""A turn whose whole text is this sends the narrative of the case."""

Input = Literal["replies", "narrative", "gold"]
"""What the simulated clinician says: replies, first the narrative and then replies, or the gold answers."""

INPUTS: tuple[Input, ...] = ("replies", "narrative", "gold")


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing the clinician says, and what must hold after it."""

    user: str
    expect: tuple[Expectation, ...] = ()
    remark: str = ""
    """What a demonstration says before these words are typed; the interview never sees it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One patient, as a simulated clinician tells it."""

    path: str
    """The file as errors name it."""

    id: str
    title: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    """Title, journal, year, doi or url of the report behind the case."""

    summary: str = ""
    proof: str = ""
    """What proved the diagnosis."""

    first_suspected: tuple[str, ...] = ()
    """Diagnoses that were thought of first."""

    narrative: str = ""
    replies: Mapping[str, str] = field(default_factory=dict)
    """Finding -> what is said when it is asked."""

    unknown_replies: Mapping[str, str] = field(default_factory=dict)
    """Finding -> how its question is turned down; "unknown" where left out."""

    turns: tuple[Turn, ...] = ()
    """Sent in order, whatever is asked; instead of replies."""

    gold: Mapping[str, Answer] = field(default_factory=dict)
    """Finding -> what a perfect reader understands."""

    diagnosis: str | None = None
    """What it turned out to be."""

    accept: tuple[str, ...] = ()
    """Diagnoses that count as right; the diagnosis among them."""

    script: str = "liver-lesion"
    order: str | None = None
    """`scripted` or `informative`; the one the runner is told when left out."""

    expect: tuple[Expectation, ...] = ()
    """What must hold at the end."""

    closing_remark: str = ""
    """What a demonstration says after the last turn."""

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """Return everything the case expects, in the order of the conversation."""
        return (*(one for turn in self.turns for one in turn.expect), *self.expect)


def case_files(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """Return the case files that `paths` name, folders searched to the bottom, each file once.

    Raises:
        CaseError: a path does not exist, or there is no case.
    """
    found: dict[Path, None] = {}
    named = [Path(path) for path in paths]
    for path in named:
        if path.is_dir():
            found.update(dict.fromkeys(sorted(path.rglob("*" + CASE_SUFFIX))))
        elif path.is_file():
            found[path] = None
        else:
            beside = [other.name for other in path.parent.glob("*")] if path.parent.is_dir() else []
            raise CaseError(f"there is no case file or folder {path}{nearest(path.name, beside)}")
    if not found:
        where = ", ".join(map(str, named)) or "nothing"
        raise CaseError(f"no *{CASE_SUFFIX} under {where}; name a case file or a folder that holds some")
    return tuple(found)
