"""What can be done on the screen of a replay; `command` names what `emh replay --plain` takes for the same."""

from __future__ import annotations

from assistant.tui.keys import Action

ACTIONS = (
    Action("play", "space", "play", "Play", "play or pause", "play, pause"),
    Action("step_forward", "right,n", "step('forward')", "Next", "the next turn", "next"),
    Action("step_back", "left,b", "step('back')", "Back", "the turn before", "back"),
    Action("own_list", "m", "own_list", "My list", "commit to a list of your own", "mine"),
    Action("help", "f1,question_mark", "help", "Help", "the keys and the marks", "help"),
    Action("pane", "f6", "pane", "Pane", "the differential beside the conversation or in its place"),
    Action(
        "next_move",
        "right_square_bracket",
        "step('next_move')",
        "Difference",
        "the next turn that differs today",
        "next difference",
    ),
    Action("jump", "g", "jump", "Turn", "go to a turn by its number", "turn"),
    Action("hide", "h", "hide", "Hide/show", "hide or show the differential", "hide, show"),
    Action(
        "differential",
        "f4,d",
        "differential",
        "All",
        "the whole differential with its reasons",
        "differential",
    ),
    Action(
        "previous_move",
        "left_square_bracket",
        "step('previous_move')",
        "Difference before",
        "the turn before that differs today",
        "previous difference",
        shown=False,
    ),
    Action("moves", "l", "moves", "List", "list everything that differs today", "moves", shown=False),
    Action(
        "side_by_side",
        "c",
        "side_by_side",
        "Compare",
        "then beside today, or then alone",
        "check",
        shown=False,
    ),
    Action("first_turn", "home", "step('first')", "First", "before the first turn", "first", shown=False),
    Action("last_turn", "end", "step('last')", "Last", "the last turn", "last", shown=False),
    Action(
        "faster",
        "plus,equals_sign",
        "pace('faster')",
        "Faster",
        "twice as fast",
        "faster, speed",
        shown=False,
    ),
    Action("slower", "minus", "pace('slower')", "Slower", "half as fast", "slower, speed", shown=False),
    Action("page_up", "pageup,up", "turn(-1)", "Page up", "read further up", shown=False),
    Action("page_down", "pagedown,down", "turn(1)", "Page down", "read further down", shown=False),
    Action("light", "ctrl+l", "app.light_dark", "Light", "change between light and dark", shown=False),
    Action("close", "escape", "close_page", "Close", "close what is open, or leave", shown=False),
    Action("quit", "q,ctrl+q", "leave", "Quit", "leave the replay", "quit"),
)

MOVING = ("pane", "page_up", "page_down", "light", "close")
"""Actions that only change what the screen looks like, and so are not typed."""
