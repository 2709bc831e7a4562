"""What the user meant: reply and pending question to readings with their words."""

from assistant.understanding.interpretation import Interpretation, Outcome, Reading
from assistant.understanding.interpreter import Interpreter

__all__ = ["Interpretation", "Interpreter", "Outcome", "Reading"]
