"""Every problem of knowledge and scripts, each with code, severity, file, line and column."""

from assistant.check.catalogue import CHECKS
from assistant.check.inspection import Report, inspect
from assistant.check.material import Check, Material, Spot
from assistant.check.pages import codes, problems_page, vocabulary_page

__all__ = [
    "CHECKS",
    "Check",
    "Material",
    "Report",
    "Spot",
    "codes",
    "inspect",
    "problems_page",
    "vocabulary_page",
]
