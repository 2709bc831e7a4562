"""`emh demo`, and the remarks of the case that it plays."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from assistant.cli import demo, main
from assistant.knowledge import load_knowledge
from assistant.locations import dialogs_folder
from assistant.session.case_reader import read_case
from assistant.session.cases import Case
from assistant.session.demo import DEMO
from assistant.session.verification import verify

SMALL = """\
id: small
title: Small
turns:
  - remark: "First:
      the age."
    user: 62-year-old man
  - user: /summary
closing_remark: That was all.
"""


@pytest.fixture(scope="module")
def bundled() -> Case:
    return read_case(dialogs_folder() / DEMO, load_knowledge())


def write(folder: Path, text: str) -> str:
    path = folder / "small.case.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


# -- the bundled case


def test_what_its_remarks_claim_holds() -> None:
    (one,) = verify([dialogs_folder()])
    assert [str(failure) for failure in one.failures] == []
    assert one.run is not None
    assert len(one.run.exchanges) == len(one.case.turns)


def test_each_turn_has_a_short_remark_and_something_to_hold_it_to(bundled: Case) -> None:
    for turn in bundled.turns:
        assert turn.remark
        assert len(re.findall(r"[.!?](?= |$)", turn.remark)) <= 2, turn.remark
        assert turn.expect or turn.user == "/stop"
    assert bundled.closing_remark
    assert 8 <= len(bundled.turns) <= 13


# -- the command


def test_the_bundled_case_is_played_with_its_remarks(
    bundled: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--plain"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Case demo: {bundled.title}\n")
    told = " ".join(shown.split())
    places = [told.index(f"Remark: {text}") for text in (*(turn.remark for turn in bundled.turns),
                                                         bundled.closing_remark)]  # fmt: skip
    assert places == sorted(places)
    assert max(map(len, shown.splitlines())) <= 80


def test_any_case_can_be_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", write(tmp_path, SMALL)]) == 0
    shown = capsys.readouterr().out
    assert shown.index("\nRemark: First: the age.\n\n> 62-year-old man\n") < shown.index(
        "Read: age: 62 years"
    )
    assert shown.count("Remark:") == 2
    assert shown.endswith("\nRemark: That was all.\n\n")


def test_a_case_of_replies_has_no_remarks_and_plays_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", write(tmp_path, "id: x\nreplies: {age: 62}\n")]) == 0
    shown = capsys.readouterr().out
    assert "> 62" in shown
    assert "Remark:" not in shown


def test_a_case_that_is_left_early_ends_with_the_remark_of_its_last_turn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "id: x\nturns:\n  - user: ask\n  - {remark: We go., user: /quit}\n  - {remark: Never., user: '62'}\n"
    )
    assert main(["demo", write(tmp_path, text)]) == 0
    shown = capsys.readouterr().out
    assert "Remark: We go." in shown
    assert "Never." not in shown


def test_chat_plays_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, SMALL)
    assert main(["demo", path]) == 0
    shown = capsys.readouterr().out
    assert main(["chat", "--plain", "--case", path]) == 0
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("words", [["nowhere.case.yaml"], ["."], ["--speed", "0"], ["--speed", "nan"]])
def test_what_cannot_be_played_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", *words]) == 2
    assert not capsys.readouterr().out


# -- pauses


class Watched(io.StringIO):
    """Output that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_pauses_last_as_long_as_reading_does() -> None:
    waited: list[float] = []
    pause = demo.pauses(2, waited.append)
    for words in (0, 20, 1000):
        pause("word " * words)
    assert waited == [0.4, 2.5, 4.0]


def test_only_a_terminal_gets_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speeds: list[float] = []
    parts: list[str] = []

    def pauses(speed: float) -> object:
        speeds.append(speed)
        return parts.append

    monkeypatch.setattr(demo, "pauses", pauses)
    path = write(tmp_path, SMALL)
    assert main(["demo", path]) == 0
    assert speeds == []
    monkeypatch.setattr(sys, "stdout", Watched())
    assert main(["demo", "--speed", "3", path]) == 0
    assert speeds == [3]
    assert parts[1] == "\nRemark: First: the age.\n"
    assert parts[2] == "> 62-year-old man"
