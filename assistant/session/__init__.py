"""One interview: its events, its state, and the object a front end holds."""

from assistant.session.commands import COMMANDS, Command, parse_command
from assistant.session.interview import Interview
from assistant.session.state import OPENING, STOP, Pending, State, fold
from assistant.session.transcript import (
    Transcript,
    TranscriptFile,
    parse,
    read_transcript,
    session_path,
)
from assistant.session.utterance import Utterance

__all__ = [
    "COMMANDS",
    "OPENING",
    "STOP",
    "Command",
    "Interview",
    "Pending",
    "State",
    "Transcript",
    "TranscriptFile",
    "Utterance",
    "fold",
    "parse",
    "parse_command",
    "read_transcript",
    "session_path",
]
