"""What can be done on the screen of answers."""

from __future__ import annotations

from functools import partial

from assistant.tui.keys import Action

# letters are text while the input is open
_action = partial(Action, priority=False)
_move = partial(Action, priority=False, shown=False)

ACTIONS = (
    _action("answer_correct", "enter,c", "correct", "Correct", "change this answer", "/correct ANSWER WORDS"),
    _action("answer_drop", "d,delete", "drop", "Drop", "forget this answer", "/drop ANSWER"),
    _action("answer_accept", "y", "accept", "Accept", "agree to this reading", "/accept ANSWER"),
    _action("answers_accept_all", "a", "accept_all", "Accept all", "agree to all that waits", "/accept"),
    _action(
        "answers_recheck", "r", "recheck", "Recheck", "ask again what rests on a changed answer", "/recheck"
    ),
    _action("answers_more", "space", "more", "More", "read on about this answer"),
    _action(
        "answers_undo",
        "u,ctrl+z",
        "undo",
        "Undo",
        "take back the last turn, or bring a dropped answer back",
        "/undo",
    ),
    _action(
        "answers_read", "w,alt+w", "read", "How read", "how the last reply was read", "/read", shown=False
    ),
    _move("answers_up", "up,k", "move(-1)", "Up", "the answer above"),
    _move("answers_down", "down,j", "move(1)", "Down", "the answer below"),
    _move("answers_page_up", "pageup", "leaf(-1)", "Page up", "a screen up"),
    _move("answers_page_down", "pagedown", "leaf(1)", "Page down", "a screen down"),
    _move("answers_first", "home", "move(-9999)", "First", "the first answer"),
    _move("answers_last", "end", "move(9999)", "Last", "the last answer"),
    _action("answers_close", "escape,f2", "close", "Close", "back to the conversation"),
)
