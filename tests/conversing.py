"""Conversations for tests: one knowledge and one interpreter for all, and short looks at an interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from assistant.dialog import load_script
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.session import Interview, Utterance, parse
from assistant.understanding import Interpreter


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


def begin(*replies: str, script: str = "liver-lesion", **settings: Any) -> Interview:
    interview = Interview.start(
        knowledge(), load_script(script, knowledge()), interpreter=interpreter(), **settings
    )
    interview.begin()
    for reply in replies:
        interview.reply(reply)
    return interview


def again(interview: Interview) -> Interview:
    written = "".join(line.json() + "\n" for line in interview.lines)
    return Interview.resume(parse(written), knowledge(), interview.script, interpreter=interpreter())


def plain(interview: Interview) -> dict[str, object]:
    return {name: answer.plain() for name, answer in interview.answers.items()}


def kinds(said: Sequence[Utterance]) -> list[str]:
    return [utterance.kind for utterance in said]


def text(said: Sequence[Utterance], kind: str | None = None) -> str:
    return "\n".join(utterance.text for utterance in said if kind in (None, utterance.kind))


def asked(interview: Interview) -> str | None:
    return interview.pending.to if interview.pending is not None else None


def of_kind(interview: Interview, kind: type) -> list[Any]:
    return [line.event for line in interview.lines if isinstance(line.event, kind)]


def as_typed(phrase: str) -> str:
    """Return a phrase of the lexicon as somebody may type it: nothing in its gaps, one word for each class."""
    words: Mapping[str, Sequence[str]] = knowledge().cues["word_classes"]
    for name, members in words.items():
        phrase = phrase.replace(f"<{name}>", members[0])
    return phrase.replace(" .. ", " ").replace("<number>", "6")
