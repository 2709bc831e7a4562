"""What is said, as blocks of the conversation; each speaker and each kind has its own mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from assistant.session import COMMANDS, OPENING, Interview, Transcript, Utterance, parse_command
from assistant.session.frames import frames
from assistant.tui.keys import ActionScreen
from assistant.tui.rows import Block, marked, safe

TYPING = (
    ("Enter", "send"),
    ("Up, Down", "what was sent before"),
    ("Tab", "complete a /command"),
    ("Ctrl+J", "a new line, not sent yet"),
    ("Ctrl+P", "search all actions by name"),
)
"""Keys of the input and of the program -> what they do."""

_TWO_COLUMNS = 120
"""From this width on the keys stand in two columns, so that the page of help is one page."""

LONG_REPLY = 6
"""Rows of a reply that the conversation shows; a pasted report would push its own receipt off the screen."""

READING = frozenset(
    ("help", "evidence", "reasons", "summary", "tests", "advice", "closing", "differential", "course")
)
"""Kinds that are read as a page where they are taller than the conversation."""

_MARKS = {
    "receipt": ("✓", "receipt", "text"),
    "remark": ("·", "quiet", "text"),
    "differential": ("=", "quiet", "quiet"),
    "comparison": ("=", "quiet", "text"),
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
    "reasons": "Reasons",
    "summary": "Summary",
    "tests": "Next tests",
    "advice": "Advice",
    "closing": "The end",
    "differential": "Differential",
    "course": "Course",
}


def reply_block(text: str, spans: Iterable[tuple[int, int]] = (), *, gap: bool = False) -> Block:
    """Return what the user sent, the words marked that answers rest on.

    Args:
        text: as it was sent.
        spans: of the words, in code points.
        gap: whether an empty row comes before, where no question does.
    """
    return Block(marked(text, spans).strip("\n"), "user", ">", "user", every=True, most=LONG_REPLY, gap=gap)


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
        text = with_bars(text)
        prose = kind in ("help", "closing")
        return [
            Block(
                text,
                hanging=0 if prose else 2,
                titled=True,
                gap=kind in ("summary", "closing", "tests", "advice"),
            )
        ]
    mark, mark_style, style = _MARKS.get(kind, ("·", "quiet", "text"))
    return [Block(text, style, mark, mark_style, hanging=2 if kind == "receipt" else 0)]


def with_bars(text: str) -> str:
    """Return a text with its bars of `#` as solid ones."""
    return _HASH_BAR.sub(lambda match: "█" * len(match.group()), text)


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
    blocks: list[Block] = []
    asked: str | None = interview.script.opening.prompt
    pending: Utterance | None = None
    for frame in frames(Transcript(tuple(interview.lines)), interview.knowledge):
        if frame.typed is not None:
            is_command = parse_command(frame.typed) is not None
            if asked is not None and not is_command:
                blocks.append(question_block(asked))
                asked = None
            blocks.append(reply_block(frame.typed, frame.spans, gap=is_command))
            told = (one for one in frame.said if one.kind in ("receipt", "remark"))
            blocks.extend(block for one in told for block in utterance_blocks(one))
        if frame.question is not None and frame.question is not pending:
            asked, pending = frame.question.text, frame.question
    return blocks


def help_blocks(interview: Interview, screen: ActionScreen[None]) -> list[Block]:
    """Return the help page: the pending question, the keys, and what can be typed.

    Args:
        interview: names the pending question.
        screen: whose actions are told, each with its key and the command that does the same.
    """
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
        'Type in your own words, or an option\'s number; "unknown", "not done" and "skip" are answers too.\n'
        "One reply may answer several questions, or correct an earlier one. Pasted lines stay together."
    )
    blocks.append(Block(answers, heading="Answering", gap=True, mark_style="heading"))
    keys = [f"{screen.key_of(action):<10}{action.command:<15}{action.does}" for action in screen.ACTIONS]
    keys.extend(f"{key:<25}{does}" for key, does in TYPING)
    if screen.size.width >= _TWO_COLUMNS:
        half = (len(keys) + 1) // 2
        keys = [f"{left:<58}{right}" for left, right in zip_longest(keys[:half], keys[half:], fillvalue="")]
    heading = "Keys, and the commands that do the same"
    blocks.append(
        Block("\n".join(keys), hanging=25, heading=heading, gap=True, mark_style="heading", columns=True)
    )
    told = {action.command for action in screen.ACTIONS}
    others = [(f"/{name}", text) for name, text in COMMANDS.items() if f"/{name}" not in told]
    commands = "\n".join(f"{name:<25}{text}" for name, text in others)
    blocks.append(Block(commands, hanging=25, heading="Typed only", gap=True, mark_style="heading"))
    twins = 'Plain words work too: "why do you ask?", "why not EMH?", "go back", "what have we got?".'
    blocks.append(Block(twins))
    return blocks
