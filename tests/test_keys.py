"""Keys, palette and typed commands reach the same; no key is taken from the input; the page of keys is fresh."""

from __future__ import annotations

from itertools import chain

import pytest

from assistant import plain
from assistant.errors import UsageError
from assistant.session import COMMANDS, parse_command
from assistant.session.commands import OF_FRONT_END
from assistant.settings import read_settings
from assistant.tui.acts import ACTS
from assistant.tui.answer_keys import ACTIONS as ANSWERS
from assistant.tui.differential_screen import DifferentialScreen
from assistant.tui.interview_keys import ACTIONS, MOVING, default_keys
from assistant.tui.keys import Action, key_name
from assistant.tui.reading_screen import ReadingScreen
from assistant.tui.reply_box import ReplyBox
from assistant.tui.report_screen import ReportScreen

IN_AN_INTERVIEW = [
    *ACTIONS,
    *ANSWERS,
    *ReadingScreen.ACTIONS,
    *DifferentialScreen.ACTIONS,
    *ReportScreen.ACTIONS,
]

# they move a selection or close what is open; there is nothing of the kind in plain text
MOVES = {
    *MOVING, "answers_more", "answers_up", "answers_down", "answers_page_up", "answers_page_down",
    "answers_first", "answers_last", "answers_close", "differential_next_part", "differential_previous_part",
    "differential_up", "differential_down", "differential_first", "differential_last", "differential_back",
    "reading_up", "reading_down", "reading_first", "reading_last",
}  # fmt: skip


def keys_of(action: Action) -> list[str]:
    return action.keys.split(",")


@pytest.mark.parametrize("action", IN_AN_INTERVIEW, ids=lambda action: action.id)
def test_every_action_of_the_screen_is_typed_as_well(action: Action) -> None:
    if not action.command:
        assert action.id in MOVES, f"{action.id} has no twin in plain text"
        return
    command = parse_command(action.command)
    assert command is not None and command.name in COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_key(name: str) -> None:
    typed = [parse_command(action.command) for action in IN_AN_INTERVIEW if action.command]
    assert name in {command.name for command in typed if command is not None}


def test_both_front_ends_carry_out_what_the_interview_hands_on() -> None:
    assert set(ACTS) == set(plain.ACTS) == set(OF_FRONT_END)


def test_no_key_of_the_screen_shadows_one_that_edits() -> None:
    editing = ReplyBox.editing_keys()
    taken = {key for action in ACTIONS if action.priority for key in keys_of(action)}
    assert taken & editing == set()
    # Ctrl+Z takes back typing first, and an answer only in an empty line
    shared = {key for action in ACTIONS if not action.priority for key in keys_of(action)} & editing
    assert shared == {"ctrl+z"}


def test_no_action_takes_a_letter_from_what_is_typed() -> None:
    assert [key for action in ACTIONS for key in keys_of(action) if len(key) == 1] == []


@pytest.mark.parametrize(
    "actions",
    [ACTIONS, ANSWERS, ReadingScreen.ACTIONS, DifferentialScreen.ACTIONS, ReportScreen.ACTIONS],
    ids=lambda one: one[0].id,
)
def test_no_two_actions_of_a_screen_share_a_key(actions: list[Action]) -> None:
    keys = list(chain.from_iterable(keys_of(action) for action in actions))
    assert len(keys) == len(set(keys))
    assert len({action.id for action in actions}) == len(actions)


def test_the_usual_keys_are_settings_that_are_taken(tmp_path: object) -> None:
    from pathlib import Path

    from assistant.settings import example_settings

    path = Path(str(tmp_path), "config.toml")
    path.write_text(example_settings(default_keys()).replace("# help", "help"), encoding="utf-8")
    settings = read_settings(path, actions=default_keys(), taken=ReplyBox.editing_keys())
    assert settings.keys["help"] == default_keys()["help"]
    path.write_text('[keys]\nhelp = "ctrl+w"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="ctrl\\+w"):
        read_settings(path, actions=default_keys(), taken=ReplyBox.editing_keys())


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("f1", "F1"),
        ("ctrl+q", "Ctrl+Q"),
        ("escape,q", "Esc"),
        ("d", "d"),
        ("pageup", "PgUp"),
        ("alt+down", "Alt+Down"),
    ],
)
def test_a_key_is_named_as_keyboards_spell_it(keys: str, name: str) -> None:
    assert key_name(keys) == name
