"""What is said, as blocks of the conversation; each speaker and each kind has its own mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.knowledge import parse_answer
from assistant.session import OPENING, Interview, Utterance
from assistant.session import transcript as events
from assistant.session.commands import COMMANDS
from assistant.session.wording import receipt
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
}
"""Kind -> mark, its style, the style of the text."""

_HASH_BAR = re.compile(r"(?<=  )#+(?= |$)", re.MULTILINE)
_SOFT_BREAK = re.compile(r"(?<=\S)\n(?=\S)")
_PROSE = frozenset(("greeting", "closing"))
"""Kinds whose lines were broken by hand in the script."""

_BASIS = re.compile(r"\s*\[(grade .*)\]\s*\Z", re.DOTALL)

_TITLES = {
    "help": "Help",
    "evidence": "Evidence",
    "summary": "Summary",
    "tests": "Next tests",
    "advice": "Advice",
    "closing": "The end",
    "differential": "Differential",
}


def reply_block(text: str, *, gap: bool = False) -> Block:
    """Return what the user sent, after an empty row where no question stands before it."""
    return Block(safe(text).strip("\n"), "user", ">", "user", every=True, most=LONG_REPLY, gap=gap)


def question_block(wording: str) -> Block:
    """Return a question that has been answered."""
    return Block(safe(wording).strip(), "asked", "?", "question", gap=True)


def utterance_blocks(utterance: Utterance) -> list[Block]:
    """Return what the interview said."""
    kind, text = utterance.kind, safe(utterance.text).strip("\n")
    if kind == "alert":
        return _alert_blocks(text)
    if kind == "paste":
        text = "Paste it into the input line: it stays together, and Enter sends it as one text."
    if kind in _PROSE:
        text = _SOFT_BREAK.sub(" ", text)
    if is_reading(utterance):
        text = _HASH_BAR.sub(lambda match: "█" * len(match.group()), text)
        return [Block(text, hanging=2, titled=True, gap=kind in ("summary", "closing", "tests", "advice"))]
    mark, mark_style, style = _MARKS.get(kind, ("·", "quiet", "text"))
    return [Block(text, style, mark, mark_style, hanging=2 if kind == "receipt" else 0)]


def is_reading(utterance: Utterance) -> bool:
    """Say whether an utterance is something to read, and no line of the dialogue."""
    return utterance.kind in READING and (utterance.kind != "differential" or "\n" in utterance.text)


def _alert_blocks(text: str) -> list[Block]:
    match = _BASIS.search(text)
    words = text[: match.start()] if match else text
    blocks = [Block(words, "alert", "┃", "alert-mark", every=True, heading="ALERT", gap=True)]
    if match:
        blocks.append(Block(match.group(1), "quiet", "┃", "alert-mark", every=True))
    return blocks


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
                blocks.append(reply_block(text, gap=kind == "command"))
            case events.Answered() | events.Corrected() as change if change.finding in knowledge.findings:
                finding = knowledge.finding(change.finding)
                was = parse_answer(finding, change.was) if isinstance(change, events.Corrected) else None
                words = " … ".join(texts.get(change.from_, "")[start:end] for start, end in change.spans)
                text = receipt(finding, parse_answer(finding, change.answer), words, was=was)
                blocks.extend(utterance_blocks(Utterance("receipt", text)))
            case events.Retracted():
                blocks.extend(utterance_blocks(Utterance("remark", "The last answer was taken back.")))
            case events.Noted(text=text):
                blocks.extend(utterance_blocks(Utterance("remark", f"Note: {text}")))
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
        blocks.append(Block(safe(text), "text", "", "heading", hanging=2, heading="This question"))
    elif pending is not None and pending.to == OPENING:
        text = interview.script.opening.help.strip()
        blocks.append(Block(safe(text), "text", "", "heading", hanging=2, heading="The opening"))
    answers = (
        "Type in your own words, or an option's number; `unknown`, `not done` and `skip` are answers too.\n"
        "One reply may answer several questions, or correct an earlier one. Pasted lines stay together."
    )
    blocks.append(Block(answers, heading="Answering", gap=True, mark_style="heading"))
    listed = "\n".join(f"{key:<14}{text}" for key, text in keys)
    blocks.append(Block(listed, hanging=14, heading="Keys", gap=True, mark_style="heading"))
    commands = "\n".join(f"{'/' + name:<14}{text}" for name, text in COMMANDS.items())
    blocks.append(Block(commands, hanging=14, heading="Commands, typed", gap=True, mark_style="heading"))
    twins = 'Plain words work too: "why do you ask?", "why not EMH?", "go back", "what have we got?".'
    blocks.append(Block(twins))
    return blocks
