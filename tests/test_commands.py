"""Commands and their plain-language twins: what is one, and what is a reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.session import COMMANDS, Command, parse_command
from assistant.session.actions import _HANDLERS


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_known_by_its_name(name: str) -> None:
    assert parse_command(f"/{name}") == Command(name)
    assert parse_command(f"  /{name.upper()}  ") == Command(name)
    assert parse_command(f"/{name} some words") == Command(name, "some words")


def test_every_command_is_carried_out_and_explained() -> None:
    assert set(_HANDLERS) == set(COMMANDS)
    assert all(text.strip() for text in COMMANDS.values())


@pytest.mark.parametrize(
    ("typed", "name", "argument"),
    [
        ("/why", "why", ""),
        ("/why-not emh", "whynot", "emh"),
        ("/why_not emh", "whynot", "emh"),
        ("/ddx", "differential", ""),
        ("/exit", "quit", ""),
        ("/q", "quit", ""),
        ("/h", "help", ""),
        ("/note  [red]two  spaces", "note", "[red]two  spaces"),
        ("/correct gcsf not given", "correct", "gcsf not given"),
    ],
)
def test_slash_commands(typed: str, name: str, argument: str) -> None:
    assert parse_command(typed) == Command(name, argument)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("/unod", "undo"), ("/summry", "summary"), ("/wy", "why"), ("/xyzzy", "there is no /xyzzy")],
)
def test_an_unknown_command_is_told_with_the_nearest(typed: str, hint: str) -> None:
    command = parse_command(typed)
    assert command is not None
    assert command.name == "unknown"
    assert hint in command.argument


@pytest.mark.parametrize(
    ("typed", "name", "argument"),
    [
        ("why?", "why", ""),
        ("Why do you ask?", "why", ""),
        ("why this question", "why", ""),
        ("does it matter?", "why", ""),
        ("what for?", "why", ""),
        ("why not EMH?", "whynot", "EMH"),
        ("Why not an adenoma?", "whynot", "adenoma"),
        ("what about hepatocellular carcinoma?", "whynot", "hepatocellular carcinoma"),
        ("what do you think?", "differential", ""),
        ("show the differential", "differential", ""),
        ("what have we got?", "summary", ""),
        ("where are we?", "summary", ""),
        ("undo", "undo", ""),
        ("Undo that.", "undo", ""),
        ("take that back", "undo", ""),
        ("go back", "back", ""),
        ("previous question", "back", ""),
        ("skip", "skip", ""),
        ("skip this", "skip", ""),
        ("leave it open", "skip", ""),
        ("what test next?", "tests", ""),
        ("correct gcsf", "correct", "gcsf"),
        ("change iron_overload", "correct", "iron_overload"),
        ("help", "help", ""),
        ("?", "help", ""),
        ("what can I say?", "help", ""),
        ("quit", "quit", ""),
        ("bye!", "quit", ""),
        ("stop", "stop", ""),
        ("no more questions", "stop", ""),
    ],
)
def test_plain_words_are_commands_as_a_whole_reply(typed: str, name: str, argument: str) -> None:
    assert parse_command(typed) == Command(name, argument)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        " ",
        "/",
        "//",
        "/ no",
        "/7 cm",
        "yes",
        "no",
        "none",
        "correct",
        "that is correct",
        "not done",
        "undone",
        "stopped",
        "chemotherapy stopped in May",
        "back pain",
        "pain in the back",
        "went back on chemo",
        "skipped",
        "skip lesions",
        "why not",
        "unknown",
        "no help",
        "quit smoking",
        "the list is long",
        "summary of the CT: 3 cm lesion",
        "passed",
        "next month",
        "3 cm, and now stable",
        "left lobe",
        "what about it\nsecond line",
        "1",
        "0",
        "FNH?",
        "? FNH",
        "unremarkable",
        "not given, why?",
    ],
)
def test_replies_are_no_commands(reply: str) -> None:
    assert parse_command(reply) is None


def test_a_pasted_report_is_no_command_whatever_it_begins_with() -> None:
    assert parse_command("/why\nFINDINGS: one lesion") is None
    assert parse_command("/note " + "a" * 500) is None or parse_command("/note " + "a" * 500) == Command(
        "note", "a" * 500
    )


@given(st.text(st.characters(codec=None), max_size=500))
def test_any_text_is_a_command_or_a_reply(text: str) -> None:
    command = parse_command(text)
    assert command is None or command.name in COMMANDS or command.name == "unknown"


@given(
    st.sampled_from(list(COMMANDS)), st.text(st.characters(codec=None, exclude_characters="\n"), max_size=80)
)
def test_a_slash_command_takes_any_argument(name: str, argument: str) -> None:
    if "\n" in f"/{name} {argument}".strip():
        return
    command = parse_command(f"/{name} {argument}")
    assert command == Command(name, argument.strip())
