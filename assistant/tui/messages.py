"""What is said, as blocks of the conversation; each speaker and each kind has its own mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.session import OPENING, Interview, Utterance
from assistant.session import transcript as events
from assistant.session.commands import COMMANDS
from assistant.session.wording import receipt
from assistant.knowledge import parse_answer
from assistant.tui.rows import Block, safe

LONG_REPLY = 6
"""Rows of a reply that the conversation shows; a pasted report would push its own receipt off the screen."""

READING = frozenset(("help", "evidence", "summary", "tests", "advice", "closing", "differential"))
"""Kinds that are read as a page where they are taller than the conversation."""

_MARKS = {
    "receipt": ("✓", "receipt", "text"),
    "remark": ("·", "quiet", "text"),
    "differential": ("=", "quiet", "quiet"),
    "error": ("✗", "error", "error"),
    "question": ("?", "question", "asked"),
    "greeting": ("", "quiet", "text"),
    "closing": ("·", "quiet", "text"),
}
"""Kind -> mark, its style, the style of the text."""

_HASH_BAR = re.compile(r"(?<=  )#+(?= |$)", re.MULTILINE)
_SOFT_BREAK = re.compile(r"(?<=\S)\n(?=\S)")
_PROSE = frozenset(("greeting", "closing"))
"""Kinds whose lines were broken by hand in the script."""

_TITLES = {
    "help": "Help",
    "evidence": "Evidence",
    "summary": "Summary",
    "tests": "Next tests",
    "advice": "Advice",
    "closing": "The end",
    "differential": "Differential",
}


def reply_block(text: str) -> Block:
    """Return what the user sent."""
    return Block(safe(text).strip("\n"), "user", ">", "user", every=True, most=LONG_REPLY)


def question_block(wording: str) -> Block:
    """Return a question that has been answered."""
    return Block(safe(wording).strip(), "asked", "?", "question", gap=True)


def utterance_block(utterance: Utterance) -> Block:
    """Return what the interview said."""
    kind, text = utterance.kind, safe(utterance.text).strip("\n")
    if kind == "alert":
        return Block(text, "alert", "┃", "alert-mark", every=True, heading="ALERT")
    if kind == "paste":
        text = "Paste it into the input line: it stays together, and Enter sends it as one text."
        return Block(text, "text", "·", "quiet")
    if kind in ("differential", "summary") and "\n" in text:
        text = _HASH_BAR.sub(lambda match: "█" * len(match.group()), text)
        return Block(text, "text", "", heading="", gap=True)
    if kind in _PROSE:
        text = _SOFT_BREAK.sub(" ", text)
    mark, mark_style, style = _MARKS.get(kind, ("", "quiet", "text"))
    return Block(text, style, mark, mark_style, gap=kind == "closing")


def page_title(said: Sequence[Utterance]) -> str:
    """Return the title of the page that holds `said`."""
    return next((_TITLES[one.kind] for one in said if one.kind in _TITLES), "Reply")


def earlier_blocks(interview: Interview) -> list[Block]:
    """Return the conversation that a continued interview has had, from its events."""
    knowledge = interview.knowledge
    blocks: list[Block] = []
    asked: str | None = None
    texts: dict[int, str] = {}
    for line in interview.lines:
        match line.event:
            case events.Asked(wording=wording):
                asked = wording
            case events.Replied(text=text, to=to, kind=kind):
                texts[line.n] = text
                if asked is not None and kind != "command":
                    blocks.append(question_block(asked))
                    asked = None
                elif to == OPENING:
                    blocks.append(question_block(interview.script.opening.prompt))
                blocks.append(reply_block(text))
            case events.Answered() | events.Corrected() as change if change.finding in knowledge.findings:
                finding = knowledge.finding(change.finding)
                was = parse_answer(finding, change.was) if isinstance(change, events.Corrected) else None
                words = " … ".join(texts.get(change.from_, "")[start:end] for start, end in change.spans)
                text = receipt(finding, parse_answer(finding, change.answer), words, was=was)
                blocks.append(utterance_block(Utterance("receipt", text)))
            case events.Retracted():
                blocks.append(utterance_block(Utterance("remark", "The last answer was taken back.")))
            case events.Noted(text=text):
                blocks.append(utterance_block(Utterance("remark", f"Note: {text}")))
            case _:
                pass
    return blocks


def help_blocks(interview: Interview, keys: Iterable[tuple[str, str]]) -> list[Block]:
    """Return the help page: the pending question, the keys, and what can be typed."""
    pending = interview.pending
    blocks: list[Block] = []
    question = interview.script.question(pending.to) if pending and pending.finding else None
    if question is not None:
        text = f"{question.help.strip()}\nWhy it is asked: {question.why.strip()}"
        blocks.append(Block(safe(text), "text", "?", "question", heading="This question"))
    elif pending is not None and pending.to == OPENING:
        text = interview.script.opening.help.strip()
        blocks.append(Block(safe(text), "text", "?", "question", heading="The opening"))
    answers = (
        "Type in your own words, or an option's number; `unknown`, `not done` and `skip` are answers too.\n"
        "One reply may answer several questions, or correct an earlier one. Pasted lines stay together."
    )
    blocks.append(Block(answers, heading="Answering", gap=True, mark_style="heading"))
    listed = "\n".join(f"{key:<14}{text}" for key, text in keys)
    blocks.append(Block(listed, heading="Keys", gap=True, mark_style="heading"))
    commands = "\n".join(f"{'/' + name:<14}{text}" for name, text in COMMANDS.items())
    blocks.append(Block(commands, heading="Commands, typed", gap=True, mark_style="heading"))
    twins = 'Plain words work too: "why do you ask?", "why not EMH?", "go back", "what have we got?".'
    blocks.append(Block(twins))
    return blocks
