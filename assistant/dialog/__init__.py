"""What to say next: scripts, and the choice of the next question."""

from assistant.dialog.manager import (
    Ask,
    Conclude,
    Ground,
    OfferToStop,
    Standing,
    Step,
    next_step,
    open_questions,
)
from assistant.dialog.script import (
    CASE_SUFFIX,
    Question,
    Script,
    load_script,
    script_files,
    script_ids,
)

__all__ = [
    "CASE_SUFFIX",
    "Ask",
    "Conclude",
    "Ground",
    "OfferToStop",
    "Question",
    "Script",
    "Standing",
    "Step",
    "load_script",
    "next_step",
    "open_questions",
    "script_files",
    "script_ids",
]
