"""What can be done on the screen of an interview; footer, help, palette and docs/keys.md read it from here."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.tui.keys import Action

ACTIONS = (
    Action("help", "f1", "help", "Help", "the question, keys and commands", "/help"),
    Action("answers", "f2", "answers", "Answers", "all answers, to change any", "/answers"),
    Action("why", "f3", "say('/why')", "Why", "why this question is asked", "/why"),
    Action(
        "differential",
        "f4",
        "differential",
        "All",
        "all diagnoses: course, reasons",
        "/differential",
    ),
    Action("tests", "f5", "say('/tests')", "Tests", "the tests that tell most now", "/tests"),
    Action("pane", "f6", "pane", "Pane", "pane on and off; next tab", "/pane"),
    Action("advice", "f7", "advice", "Advice", "alerts and advice that hold now", "/advice"),
    Action("undo", "ctrl+z", "say('/undo')", "Undo", "take back the last answer", "/undo", priority=False),
    Action(
        "save", "ctrl+s", "ask_for('save')", "Save as", "copy the interview to a file", "/save", shown=False
    ),
    Action("report", "ctrl+r", "act('report')", "Report", "the one-page sheet", "/report"),
    Action(
        "light",
        "ctrl+l",
        "app.light_dark",
        "Light",
        "light or dark",
        "/light",
        shown=False,
    ),
    Action(
        "evidence",
        "f8",
        "say('/evidence')",
        "Evidence",
        "this question's numbers, sources",
        "/evidence",
        shown=False,
    ),
    Action(
        "summary",
        "f9",
        "say('/summary')",
        "Summary",
        "what has been said so far",
        "/summary",
        shown=False,
    ),
    Action(
        "receipt",
        "f10",
        "answers(True)",
        "Receipt",
        "what the last reply was read as",
        "/receipt",
        shown=False,
    ),
    Action("read", "alt+w", "read", "How read", "how the last reply was read", "/read", shown=False),
    Action(
        "next_diagnosis",
        "alt+down,ctrl+down",
        "select(1)",
        "Next",
        "reasons of the next diagnosis",
        "/whynot",
        shown=False,
    ),
    Action(
        "previous_diagnosis",
        "alt+up,ctrl+up",
        "select(-1)",
        "Previous",
        "reasons of the diagnosis before",
        "/whynot",
        shown=False,
    ),
    Action("skip", "ctrl+g", "say('/skip')", "Skip", "leave this question open", "/skip", shown=False),
    Action(
        "back",
        "alt+left,ctrl+o",
        "say('/back')",
        "Back",
        "ask the previous question again",
        "/back",
        shown=False,
    ),
    Action(
        "accept",
        "alt+a",
        "say('/accept')",
        "Accept",
        "store what waits for agreement",
        "/accept",
        shown=False,
    ),
    Action(
        "recheck",
        "alt+r",
        "say('/recheck')",
        "Recheck",
        "ask what rested on a change",
        "/recheck",
        shown=False,
    ),
    Action(
        "course",
        "alt+c",
        "say('/course')",
        "Course",
        "the course in numbers",
        "/course",
        shown=False,
    ),
    Action(
        "note",
        "ctrl+n",
        "ask_for('note')",
        "Note",
        "write a note",
        "/note",
        shown=False,
    ),
    Action(
        "population",
        "alt+p",
        "ask_for('population')",
        "Clinic",
        "name the clinic of the start",
        "/population",
        shown=False,
    ),
    Action(
        "paste",
        "alt+v",
        "say('/paste')",
        "Paste",
        "paste a report of several lines",
        "/paste",
        shown=False,
    ),
    Action(
        "copy",
        "ctrl+t",
        "act('copy')",
        "Copy",
        "copy one sentence to paste",
        "/copy",
        shown=False,
    ),
    Action("demo", "alt+d", "act('demo')", "Demo", "watch a bundled case", "/demo", shown=False),
    Action(
        "stop",
        "alt+s",
        "say('/stop')",
        "Stop",
        "end the questions",
        "/stop",
        shown=False,
    ),
    Action("page_up", "pageup", "turn(-1)", "Page up", "read further up", shown=False),
    Action("page_down", "pagedown", "turn(1)", "Page down", "read further down", shown=False),
    Action("close", "escape", "close_page", "Back", "close what is open", shown=False, priority=False),
    Action("quit", "ctrl+q", "app.quit", "Quit", "leave; it can be continued", "/quit"),
)

MOVING = ("page_up", "page_down", "close")
"""Actions that only move about the screen, and so are not typed."""


def default_keys() -> Mapping[str, str]:
    """Return action -> its usual keys, as the configuration file names them."""
    return {action.id: action.keys for action in ACTIONS}
