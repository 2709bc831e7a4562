"""The screen of an interview for tests: it comes behind the first frame, so a test waits for it."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from assistant.session import Interview
from assistant.tui.app import InterviewApp
from assistant.tui.screens import InterviewScreen


async def main_screen(app: InterviewApp, pilot: Pilot[Any]) -> InterviewScreen:
    for _ in range(100):
        await pilot.pause()
        if app.main_screen is not None and app.screen is not app.opening and app.main_screen.is_mounted:
            break
    assert app.main_screen is not None, app.failure
    await pilot.pause()
    return app.main_screen


def interview_of(app: InterviewApp) -> Interview:
    assert app.interview is not None, app.failure
    return app.interview
