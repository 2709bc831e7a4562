"""Short replies to the program itself: a bare yes or no, a number, a word."""

from __future__ import annotations

from assistant.understanding.interpreter import Interpreter
from assistant.understanding.text import tokenise


def bare_reply(interpreter: Interpreter, text: str) -> str | None:
    """Return `yes`, `no` or `both` where `text` says that and nothing else, else None."""
    return interpreter.cues.bare(tokenise(text).tokens)


def reply_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a reply."""
    return tuple(token.text for token in tokenise(text).tokens)
