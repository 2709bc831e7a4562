"""The bundled case that is played to show what the program does."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import UsageError
from assistant.knowledge import KnowledgeBase
from assistant.locations import dialogs_folder
from assistant.session.case_reader import read_case
from assistant.session.case_runner import CaseRun, CaseRunner
from assistant.session.cases import case_files
from assistant.session.player import Player
from assistant.session.transcript import Transcript

DEMO = "demo.case.yaml"
"""The case beside the scripts that is played when none is named."""


def demo_player(played: CaseRun, *, speed: float = 1.0) -> Player:
    """Return a case that was played as a replay that runs by itself, with its remarks."""
    interview = played.interview
    return Player(
        Transcript(tuple(interview.lines)),
        interview.knowledge,
        script=interview.script,
        remarks=[turn.remark for turn in played.case.turns],
        closing=played.case.closing_remark,
        speed=speed,
        playing=True,
    )


def play_demo(knowledge: KnowledgeBase, path: Path | None = None) -> CaseRun:
    """Play a case to its end; the bundled one when none is named.

    Raises:
        UsageError: `path` is a folder, or no case.
        CaseError: the case is malformed.
    """
    path = path or dialogs_folder() / DEMO
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name one case")
    (found,) = case_files([path])
    return CaseRunner(knowledge).run(read_case(found, knowledge))
