"""What the user meant: reply and pending question to readings with their words."""

from assistant.understanding.interpretation import Interpretation, Outcome, Reading
from assistant.understanding.interpreter import DOUBT, Interpreter
from assistant.understanding.settling import WHICH
from assistant.understanding.short import bare_reply, reply_words

__all__ = [
    "DOUBT",
    "WHICH",
    "Interpretation",
    "Interpreter",
    "Outcome",
    "Reading",
    "bare_reply",
    "reply_words",
]
