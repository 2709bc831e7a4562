"""What to say next: scripts, and the choice of the next question."""

from assistant.dialog.manager import (
    Ask,
    Conclude,
    Ground,
    Narrow,
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
    "Narrow",
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
