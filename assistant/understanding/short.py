"""Short replies to the program itself: a bare yes or no, a number, a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.understanding.interpreter import Interpreter


def bare_reply(interpreter: Interpreter, text: str) -> str | None:
    """Return `yes`, `no` or `both` where `text` says that and nothing else, else None."""
    from assistant.understanding.text import tokenise

    return interpreter.cues.bare(tokenise(text).tokens)


def reply_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a reply."""
    # here and not above: the patterns of text.py are compiled with the first reply
    from assistant.understanding.text import words

    return words(text)
