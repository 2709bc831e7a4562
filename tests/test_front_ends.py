"""One conversation through every front end gives the same events, apart from times and hashes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import pytest

from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.plain import Lines, converse
from assistant.session import Interview
from assistant.tui.app import InterviewApp
from assistant.tui.reply_box import ReplyBox
from assistant.understanding import Interpreter
from tests.watching import main_screen

CONVERSATIONS = {
    "talk": [
        "ask",
        "52",
        "no",
        "why?",
        "6x R-CHOP",
        "no",
        "MDS",
        "undo",
        "why not EMH?",
        "gibberish",
        "skip",
        "/quit",
    ],
    "history": [
        "58 y male, MDS with transfusions, multiple lesions, largest 3.4 cm",
        "none",
        "1",
        "/summary",
        "/quit",
    ],
    "commands": [
        "ask",
        "52",
        "/correct age = 53",
        "/note [red]a note[/red]",
        "/nonsense",
        "back",
        "54",
        "/quit",
    ],
    "to the end": ["ask", "52", "stop", "/differential", "/quit"],
}


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


def start() -> Interview:
    return Interview.start(knowledge(), interpreter=interpreter())


def told(interview: Interview) -> list[tuple[int, str, dict[str, Any]]]:
    return [(line.n, line.event.name, asdict(line.event)) for line in interview.lines]


def by_lines(replies: Sequence[str]) -> Interview:
    interview = start()
    converse(interview, Lines(io.StringIO("".join(f"{reply}\n" for reply in replies))), io.StringIO())
    return interview


async def by_screen(replies: Sequence[str]) -> Interview:
    interview = start()
    app = InterviewApp(lambda: interview)
    async with app.run_test(size=(100, 30)) as pilot:
        box = (await main_screen(app, pilot)).query_one("#reply", ReplyBox)
        for reply in replies:
            box.put(reply)
            box.send()
            await pilot.pause()
    return interview


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_the_events_are_the_same(name: str) -> None:
    replies = CONVERSATIONS[name]
    # at the opening the lines of a pipe are one text, which an empty line ends
    first, *rest = replies
    lines = replies if first == "ask" else [first, "", *rest]
    assert told(by_lines(lines)) == told(await by_screen(replies))


async def test_a_pasted_report_is_the_same_narrative() -> None:
    report = "CT ABDOMEN\nINDICATION: MDS, 58 y\nFINDINGS: lesion 4 cm, T2 bright"
    assert told(by_lines([*report.split("\n"), "", "/quit"])) == told(await by_screen([report, "/quit"]))
    later = ["ask", "/paste", report, "52", "/quit"]
    in_lines = ["ask", "/paste", *report.split("\n"), ".", "52", "/quit"]
    assert told(by_lines(in_lines)) == told(await by_screen(later))
