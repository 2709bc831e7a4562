"""The one-page sheet of an interview in several formats, and what is saved or copied of it."""

from assistant.report.formats import FORMATS, check_format, requested
from assistant.report.saving import save_report, save_sentence, write_new
from assistant.report.sentence import copy_sentence

__all__ = [
    "FORMATS",
    "check_format",
    "copy_sentence",
    "requested",
    "save_report",
    "save_sentence",
    "write_new",
]
