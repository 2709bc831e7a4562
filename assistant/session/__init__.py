"""One interview: its events, its state, and the object a front end holds."""

from assistant.session.commands import COMMANDS, Command, parse_command
from assistant.session.interview import Interview, is_text
from assistant.session.pending import OPENING, STOP, Pending
from assistant.session.state import State, fold
from assistant.session.transcript import Transcript, parse, read_transcript
from assistant.session.transcript_file import TranscriptFile, is_open, session_path
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
    "is_open",
    "is_text",
    "parse",
    "parse_command",
    "read_transcript",
    "session_path",
]
