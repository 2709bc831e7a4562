from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a finished interview, an unfinished one and a damaged one."""
    folder = tmp_path_factory.mktemp("sessions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMH_SESSIONS", str(folder))
        for name, typed in (
            ("done", "ask\n52\nmale\n/stop\n"),
            ("open", "A 52-year-old man with MDS.\n\nno\n"),
            ("torn", "ask\n52\nmale\n"),
        ):
            patch.setattr("sys.stdin", io.StringIO(typed))
            assert main(["chat", "--plain", "--id", name]) == 0
    torn = folder / "torn.jsonl"
    lines = torn.read_text(encoding="utf-8").splitlines(keepends=True)
    torn.write_text("".join([*lines[:8], lines[8].replace(":", ";", 1)]), encoding="utf-8")
    return folder


@pytest.fixture
def sessions(
    held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """Return a folder of its own for each test, with the interviews of `held`."""
    folder = tmp_path / "sessions"
    shutil.copytree(held, folder)
    monkeypatch.setenv("EMH_SESSIONS", str(folder))
    capsys.readouterr()
    return folder


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


# -- list


def test_list_names_every_interview(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    rows = {row["id"]: row for row in printed(capsys)}
    assert {name: row["state"] for name, row in rows.items()} == {
        "done": "finished",
        "open": "unfinished",
        "torn": "damaged",
    }
    assert rows["done"]["answers"] == 2
    assert rows["open"]["leader"]
    assert 0 < rows["open"]["probability"] < 1
    assert "torn.jsonl:9" in rows["torn"]["damage"]
    assert main(["list"]) == 0
    assert "unfinished" in capsys.readouterr().out


def test_list_survives_files_that_are_no_transcripts(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sessions / "noise.jsonl").write_bytes(b"\xff\x00\n{}\n")
    (sessions / "empty.jsonl").write_bytes(b"")
    assert main(["list", "--json"]) == 0
    states = {row["id"]: row["state"] for row in printed(capsys)}
    assert states["noise"] == states["empty"] == "damaged"


def test_an_empty_list_is_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path / "none"))
    assert main(["list"]) == 0
    captured = capsys.readouterr()
    assert not captured.out
    assert "no saved interview" in captured.err
    assert main(["list", "--json"]) == 0
    assert printed(capsys) == []


# -- verify


def test_whole_transcripts_are_verified_by_id_and_by_path(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "done", str(sessions / "open.jsonl")]) == 0
    assert capsys.readouterr().out.count(": whole, ") == 2


def test_damage_is_named_and_exits_4(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "done", "torn", "--json"]) == 4
    good, bad = printed(capsys)
    assert good["damage"] is None
    assert bad["events"] == 8
    assert "torn.jsonl:9" in bad["damage"]


def test_what_is_not_there_exits_2_with_the_nearest(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "opne"]) == 2
    assert "did you mean 'open'?" in capsys.readouterr().err


# -- replay


def test_replay_plays_questions_replies_and_what_followed(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "open"]) == 0
    shown = capsys.readouterr().out
    assert "> A 52-year-old man with MDS." in shown
    assert "Read: age: 52 years" in shown
    assert "Now: " in shown
    assert "\n> no\n" in shown


def test_replay_prints_steps_as_json(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "done", "--json"]) == 0
    played = printed(capsys)
    assert played["damage"] is None
    assert [step["typed"] for step in played["steps"] if "typed" in step] == ["ask", "52", "male", "/stop"]


def test_replay_with_the_pauses_of_then(sessions: Path) -> None:
    assert main(["replay", "done", "--speed", "1000000"]) == 0


def test_nothing_moves_at_once(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "open", "--check"]) == 0
    assert "nothing moved" in capsys.readouterr().out


def test_what_moved_is_named_with_its_line(
    sessions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.locations import knowledge_folder

    folder = tmp_path / "knowledge"
    for file in (one for one in knowledge_folder().rglob("*") if one.is_file()):
        copy = folder / file.relative_to(knowledge_folder())
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8")
        if file.name == "emh.yaml":
            lines = text.splitlines(keepends=True)
            (place,) = [number for number, line in enumerate(lines) if line.startswith("prior")]
            nested = place if ":" in lines[place] and lines[place].split(":")[1].strip() else place + 1
            begin = lines[nested].index(":") + 1
            lines[nested] = lines[nested][:begin] + " 5.0\n"
            text = "".join(lines)
        copy.write_text(text, encoding="utf-8")
    monkeypatch.setenv("EMH_KNOWLEDGE", str(folder))
    assert main(["replay", "open", "--check"]) == 1
    shown = capsys.readouterr().out
    assert '"A 52-year-old man with MDS."' in shown
    assert "-> emh" in shown
    assert main(["replay", "open", "--check", "--json"]) == 1
    moves = printed(capsys)["moves"]
    rows = (sessions / "open.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(json.loads(rows[move["line"] - 1])["event"] == "revealed" for move in moves)


@pytest.mark.parametrize("words", [[], ["--check"], ["--json"], ["--check", "--json"]])
def test_a_damaged_transcript_exits_4_after_its_good_part(
    words: list[str], sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "torn", *words]) == 4
    captured = capsys.readouterr()
    assert captured.out
    assert "torn.jsonl:9" in captured.err
    assert "8 events" in captured.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["gone"], 2),
        (["done", "--speed", "0"], 2),
        (["done", "--speed", "fast"], 2),
        (["done", "--check", "--tolerance", "-1"], 2),
        (["done", "--check", "--tolerance", "nan"], 2),
    ],
)
def test_impossible_arguments_exit_2(words: list[str], code: int, sessions: Path) -> None:
    assert main(["replay", *words]) == code


def test_a_file_without_events_exits_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    for command in ("replay", "verify"):
        assert main([command, str(empty)]) == 4
    assert "no event could be read" in capsys.readouterr().err
