"""A replay line by line: every ability of the screen, in short lines."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.plain import WIDTH, Lines
from assistant.plain_replay import COMMANDS, step_through
from assistant.session.player import Player
from assistant.tui.replaying_keys import ACTIONS, MOVING
from tests.conversing import knowledge
from tests.test_player import TALK, player, saved


def told(commands: str, held: Player | None = None) -> str:
    """Return what a replay says after the commands, one a line."""
    out = io.StringIO()
    step_through(held or player(), Lines(io.StringIO(commands)), out)
    return out.getvalue()


class Watcher(Lines):
    """A terminal at which somebody types when asked, and once while it plays."""

    def __init__(self, typed: list[str], stops_after: int = 99) -> None:
        super().__init__(io.StringIO())
        self.interactive = True
        self.typed = typed
        self.waited: list[float] = []
        self.stops_after = stops_after

    def next(self) -> str | None:
        return self.typed.pop(0) if self.typed else None

    def follows(self, seconds: float = 0.0) -> bool:
        self.waited.append(seconds)
        return len(self.waited) > self.stops_after


# -- the twin of the screen


def test_every_action_of_the_screen_has_its_command_and_the_reverse() -> None:
    typed = {command for action in ACTIONS for command in action.command.split(", ") if command}
    assert typed == set(COMMANDS)
    assert {action.id for action in ACTIONS if not action.command} == set(MOVING)


def test_every_command_is_known() -> None:
    arguments = {"turn": "2", "speed": "2", "mine": "emh", "play": "1"}
    for name in COMMANDS:
        shown = told(f"{name} {arguments.get(name, '')}\n", player(changed=True, turn=1))
        assert "Sorry" not in shown, name
        assert f"{name}" in told("help\n"), name


def test_no_line_is_long_and_none_moves_the_cursor() -> None:
    commands = "last\nfirst\nplay\nmoves\ncheck\ndifferential\nmine fnh\nhelp\nnonsense of the longest kind\n"
    shown = told(commands, player(changed=True))
    assert all(len(line) <= WIDTH for line in shown.split("\n"))
    assert shown.replace("\n", "").isprintable()


# -- turns


def test_enter_goes_on_and_every_turn_says_which_it_is() -> None:
    shown = told("\n" * (len(TALK) + 1))
    places = [shown.index(f"Turn {number} of {len(TALK)}.") for number in range(1, len(TALK) + 1)]
    assert places == sorted(places)
    assert shown.index("Before the first of 8 turns.") < places[0]
    assert all(f"> {reply[:40]}" in shown for reply in TALK)
    assert shown.count("This is the last turn.") == 2
    assert shown.count("Is there a malignancy") == 1


@pytest.mark.parametrize(
    ("commands", "turn"),
    [
        ("turn 5\n", 5),
        ("5\n", 5),
        ("last\nback\n", 7),
        ("n\nn\nb\n", 1),
        ("4\nfirst\n", 0),
        ("/NEXT\n", 1),
        ("turn 99\n", 0),
        ("turn\n", 0),
        ("back\n", 0),
        ("next differnce\n", 1),
        ("play 3\n", 3),
        ("play\n", 8),
        ("speed 4\nplay 2\n", 2),
        ("play none\n", 0),
        ("quit\n5\n", 0),
        ("", 0),
    ],
)
def test_commands_go_to_a_turn(commands: str, turn: int) -> None:
    held = player()
    told(commands, held)
    assert held.place == turn


def test_a_jump_tells_the_question_that_was_replied_to() -> None:
    shown = told("turn 2\n").partition("Turn 2 of 8.")[2]
    assert shown.index("Is there a malignancy") < shown.index("> no")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("turn 99", "from 0"),
        ("moved", "did you mean 'moves'"),
        ("speed fast", "no speed"),
        ("speed 99", "0.25 to 16"),
        ("play -1", "play 3"),
        ("mine fhn", "did you mean 'fnh'"),
        ("mine", "at least one"),
        ("\x1b[2J", "there is no command"),
    ],
)
def test_what_cannot_be_done_is_told(line: str, words: str) -> None:
    shown = " ".join(told(f"{line}\n").split())
    assert "Sorry: " in shown and words in shown
    assert "\x1b" not in shown


def test_the_end_of_a_damaged_transcript_is_told() -> None:
    from assistant.session import parse

    text = "".join(f"{line.json()}\n" for line in saved().lines)
    cut = Player(parse(text[: len(text) // 2]), knowledge())
    assert "damaged after this turn" in told("last\n", cut)


# -- playing at a terminal


def test_playing_waits_and_enter_stops_it() -> None:
    out, held = io.StringIO(), player(speed=2.0)
    watcher = Watcher(["play", "", "quit"], stops_after=3)
    step_through(held, watcher, out)
    assert held.place == 3 and watcher.waited[1] == pytest.approx(held.frames[2].seconds / 2)
    assert "Paused at turn 3 of 8." in out.getvalue()
    assert "replay> " in out.getvalue() and "`help` lists the commands" in out.getvalue()


def test_a_command_typed_while_it_plays_is_carried_out() -> None:
    out, held = io.StringIO(), player()
    held.playing = True
    step_through(held, Watcher(["turn 7", "quit"], stops_after=2), out)
    assert held.place == 7 and not held.playing
    step_through(player(), Watcher(["play"], stops_after=0), io.StringIO())


# -- the differential


def test_the_differential_is_told_with_its_reasons() -> None:
    shown = told("differential\n", player(turn=3))
    assert "Turn 3 of 8. Differential as it was recorded:" in shown
    assert "than before." in shown and "With today's knowledge, " in shown
    assert "#" not in shown.partition("Differential as it was recorded:")[2]


def test_differences_are_told_where_they_occur_and_in_a_list() -> None:
    held = player(changed=True)
    shown = told("next difference\n", held)
    assert held.place == 1 and "Differs today: sex: female then, male today." in shown
    listed = told("moves\n", player(changed=True))
    assert "Turn 1:\n" in listed and "turns differ today." in listed
    beside = told("check\n", player(changed=True, turn=2)).rpartition("Turn 2 of 8.")[2]
    assert sum(line.endswith(" today.") for line in beside.split("\n")) == len(knowledge().diagnoses)
    assert "No earlier turn differs today." in told("previous difference\n", player(changed=True, turn=1))
    for command in ("moves", "check", "next difference"):
        assert "begin with --check" in told(f"{command}\n")


def test_hidden_the_differential_is_told_after_the_list() -> None:
    hidden = player(hidden=True, changed=True)
    shown = told("last\nfirst\nplay\ncheck\nmoves\ndifferential\n", hidden)
    assert "Now: " not in shown and "At the end:" not in shown and "Differs" not in shown
    assert "Hidden until you commit" in shown
    shown = told("mine FNH, metastasis\n", player(hidden=True, turn=2))
    assert "1. FNH: rank " in shown and "Not on your list: " in " ".join(shown.split())
    assert "The differential is shown." in told("show\n", player(hidden=True))
    assert "Your list here:" in told("mine emh\nback\nnext\n", player(turn=2))


# -- the command


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "held.jsonl"
    path.write_text("".join(f"{line.json()}\n" for line in saved().lines), encoding="utf-8")
    return path


def piped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str, typed: str = ""
) -> tuple[int, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code = main(["replay", *words])
    return code, capsys.readouterr().out


def test_commands_come_from_a_pipe_with_step(
    transcript: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown = piped(
        monkeypatch, capsys, str(transcript), "--plain", "--step", "--turn", "2", "--hide", typed="mine emh\n"
    )
    assert code == 0
    assert "Turn 2 of 8." in shown and "1. EMH: rank " in shown and "Now: " not in shown


def test_speed_with_step_plays_at_once(
    transcript: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown = piped(monkeypatch, capsys, str(transcript), "--step", "--speed", "2")
    assert code == 0 and "This is the last turn." in shown


def test_a_check_with_step_ends_with_the_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "changed.jsonl"
    path.write_text("".join(f"{line.json()}\n" for line in saved(changed=True).lines), encoding="utf-8")
    code, shown = piped(monkeypatch, capsys, str(path), "--check", "--step", typed="next difference\n")
    assert code == 1
    assert shown.index("Differs today: ") < shown.index(" turns read again, ")


def test_a_damaged_transcript_is_stepped_through_and_exits_4(
    transcript: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript.write_text(transcript.read_text(encoding="utf-8")[:-300], encoding="utf-8")
    code, shown = piped(monkeypatch, capsys, str(transcript), "--step", typed="last\n")
    assert code == 4 and "damaged after this turn" in shown


@pytest.mark.parametrize(
    "words",
    [
        ["--hide"],
        ["--turn", "3"],
        ["--turn", "3", "--json"],
        ["--step", "--turn", "99"],
        ["--step", "--turn", "-1"],
    ],
)
def test_what_needs_somebody_watching_exits_2(
    words: list[str], transcript: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert piped(monkeypatch, capsys, str(transcript), *words) == (2, "")


def test_a_pipe_takes_everything_at_once(
    transcript: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = piped(monkeypatch, capsys, str(transcript))
    assert alone == piped(monkeypatch, capsys, str(transcript), "--plain", typed="quit\n")
    assert "Turn 1 of" not in alone[1]
