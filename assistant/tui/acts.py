"""What the interview hands on to the screen: the commands that only a front end can carry out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from assistant.errors import UsageError, nearest
from assistant.locations import expanded
from assistant.report import copy_sentence, requested, save_report, save_sentence, write_new
from assistant.tui.asking_line import AskLine
from assistant.tui.lines import VIEWS
from assistant.tui.report_screen import ReportScreen

if TYPE_CHECKING:
    from assistant.tui.screens import InterviewScreen

Act = Callable[["InterviewScreen", str], None]
"""Carries a command out, given its argument."""

PANES = (*VIEWS, "hidden")
"""What /pane takes."""


def _report(screen: InterviewScreen, argument: str) -> None:
    if not argument:
        screen.app.push_screen(ReportScreen(screen.interview, screen.submit))
        return
    format_name, path = requested(argument)
    written = save_report(screen.interview, format_name, path)
    tell(screen, "remark", f"Report written: {written}")


def _copy(screen: InterviewScreen, argument: str) -> None:
    sentence = copy_sentence(screen.interview)
    # a terminal that takes no copies says nothing, so the file is always there as well
    path = write_new(expanded(argument), sentence + "\n") if argument else save_sentence(screen.interview)
    screen.app.copy_to_clipboard(sentence)
    tell(screen, "remark", f"Copied: {sentence}\nWhere the terminal takes no copies, it stands in {path}")


def tell(screen: InterviewScreen, kind: str, text: str) -> None:
    """Say something in the conversation, and on the report where that lies over it."""
    screen.say(kind, text)
    above = screen.app.screen
    if isinstance(above, ReportScreen):
        above.tell(text.replace("\n", " "))


def _demo(screen: InterviewScreen, argument: str) -> None:
    from assistant.tui.replaying import demo_screen

    screen.app.push_screen(demo_screen(screen.interview.knowledge))


def _pane(screen: InterviewScreen, argument: str) -> None:
    if not argument:
        screen.action_pane()
        return
    if argument not in PANES:
        raise UsageError(
            f"there is no pane {argument!r}{nearest(argument, PANES)}; there are {', '.join(PANES)}"
        )
    screen.show_view(argument)


def _light(screen: InterviewScreen, argument: str) -> None:
    screen.app.call_later(screen.app.run_action, "light_dark")


ACTS: Mapping[str, Act] = {
    "report": _report,
    "copy": _copy,
    "demo": _demo,
    "pane": _pane,
    "light": _light,
}
"""Name of the command -> what carries it out; the names are those of OF_FRONT_END."""


_ASKED_FOR = {
    "note": ("Note", "It is written into the transcript and the report."),
    "population": ("Clinic", "One of: "),
    "save": ("Save as", "A copy of the interview; it is saved as it goes in any case."),
}
"""Command -> title and hint of the line that asks for its argument."""


def ask_for(screen: InterviewScreen, name: str) -> None:
    """Ask for the words that a command takes, then send it."""
    title, hint = _ASKED_FOR[name]
    start = ""
    if name == "population":
        hint += ", ".join(screen.interview.knowledge.populations)
    if name == "save":
        start = f"{screen.interview.session}-copy.jsonl"

    def send(words: str | None) -> None:
        if words is not None and words.strip():
            screen.submit(f"/{name} {words.strip()}")

    screen.app.push_screen(AskLine(title, hint, start), send)
