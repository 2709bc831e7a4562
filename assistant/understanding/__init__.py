"""What the user meant: reply and pending question to readings with their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding.interpretation import DOUBT, WHICH, Interpretation, Outcome, Reading
from assistant.understanding.short import bare_reply, reply_words

if TYPE_CHECKING:
    from assistant.understanding.explanation import Explanation
    from assistant.understanding.interpreter import Interpreter

__all__ = [
    "DOUBT",
    "WHICH",
    "Explanation",
    "Interpretation",
    "Interpreter",
    "Outcome",
    "Reading",
    "bare_reply",
    "reply_words",
]


def __getattr__(name: str) -> object:
    # what reads replies is the largest part at start, and the first question is shown without it
    if name == "Interpreter":
        from assistant.understanding.interpreter import Interpreter

        return Interpreter
    if name == "Explanation":
        from assistant.understanding.explanation import Explanation

        return Explanation
    raise AttributeError(f"module 'assistant.understanding' has no attribute {name!r}")
