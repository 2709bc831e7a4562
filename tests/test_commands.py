"""Commands and their plain-language twins: what is one, and what is a reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.inference import differential
from assistant.session import COMMANDS, Command, parse_command
from assistant.session.actions import _HANDLERS
from assistant.session.transcript import Revealed
from tests.conversing import begin, knowledge, of_kind, plain, text


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


# -- in an interview


@pytest.mark.parametrize(
    "typed",
    ["/why", "why?", "/help", "?", "/differential", "/summary", "/tests", "/advice", "/evidence gcsf", "/evidence",
     "/whynot emh", "why not EMH?", "what have we got?", "/note text", "/population", "/correct", "/save"],
)  # fmt: skip
def test_a_question_of_the_user_changes_nothing_and_the_pending_one_stays(typed: str) -> None:
    interview = begin("ask", "52", "none")
    before = (plain(interview), interview.pending, interview.differential.posterior)
    said = interview.reply(typed)
    assert said[0].text.strip()
    assert said[-1].kind == "question"
    assert said[-1].text == interview.prompt
    assert (plain(interview), interview.pending, interview.differential.posterior) == before


@pytest.mark.parametrize(
    "typed", ["/why", "/help", "/differential", "/summary", "/tests", "/whynot emh", "/evidence"]
)
@pytest.mark.parametrize("start", [(), ("ask",), ("ask", "52", "/stop")])
def test_a_question_of_the_user_is_answered_at_any_moment(typed: str, start: tuple[str, ...]) -> None:
    assert text(begin(*start).reply(typed)).strip()


def test_a_note_is_kept_with_its_words() -> None:
    interview = begin("ask", "/note seen with [red] \x1b[1m the radiologist")
    assert interview.state.notes == ("seen with [red] \x1b[1m the radiologist",)
    assert "the radiologist" in text(interview.reply("/summary"))


def test_a_clinic_changes_the_prior_and_only_it() -> None:
    interview = begin("ask", "52")
    answers = plain(interview)
    interview.reply("/population oncology")
    assert plain(interview) == answers
    assert (
        interview.differential.posterior == differential(knowledge(), interview.answers, "oncology").posterior
    )
    assert isinstance(of_kind(interview, Revealed)[-1], Revealed)


def test_an_alert_interrupts_once() -> None:
    interview = begin("ask")
    first, second = interview.reply("52"), interview.reply("breast cancer")
    alerts = [utterance.text for utterance in [*first, *second] if utterance.kind == "alert"]
    assert len(alerts) == len(set(alerts))
