from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.session import read_transcript
from assistant.session.transcript import Closed, Opened, Replied

CASES = Path(__file__).parent / "cases"


@pytest.fixture(autouse=True)
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sessions"
    monkeypatch.setenv("EMH_SESSIONS", str(folder))
    return folder


def chat(typed: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["chat", "--plain", *words])


def only(folder: Path) -> Path:
    (path,) = folder.glob("*.jsonl")
    return path


def test_an_interview_from_a_pipe_is_saved_and_exits_0(
    sessions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chat("ask\n52\nmale\n", monkeypatch) == 0
    captured = capsys.readouterr()
    transcript = read_transcript(only(sessions))
    assert [event.text for event in transcript.events if isinstance(event, Replied)] == ["ask", "52", "male"]
    assert transcript.events[-1] == Closed("quit")
    assert "Read: age: 52 years" in captured.out
    assert only(sessions).stem in captured.err
    assert all(len(line) <= 78 for line in captured.out.splitlines())
    assert captured.out.replace("\n", "").isprintable()


def test_nothing_at_all_is_an_interview_too(sessions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chat("", monkeypatch) == 0
    assert read_transcript(only(sessions)).events[-1] == Closed("quit")


def test_a_finished_interview_is_closed_as_done(sessions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chat("ask\n52\n/stop\n", monkeypatch) == 0
    assert read_transcript(only(sessions)).events[-1] == Closed("done")


def test_continue_takes_up_the_newest_unfinished_interview(
    sessions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chat("ask\n52\n", monkeypatch, "--id", "first")
    chat("ask\n61\n/stop\n", monkeypatch, "--id", "second")
    capsys.readouterr()
    assert chat("/correct age\n54\n", monkeypatch, "--continue") == 0
    assert "Continued: 1 answers" in capsys.readouterr().out
    transcript = read_transcript(sessions / "first.jsonl")
    assert transcript.damage is None
    assert sum(isinstance(event, Opened) for event in transcript.events) == 1
    assert any(isinstance(event, Replied) and event.text == "54" for event in transcript.events)


def test_an_id_names_a_new_interview_and_continues_an_old_one(
    sessions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chat("ask\n52\n", monkeypatch, "--id", "case-7") == 0
    assert chat("male\n", monkeypatch, "--id", "case-7") == 0
    assert "Continued" in capsys.readouterr().out
    assert only(sessions).name == "case-7.jsonl"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--continue"], "no unfinished interview"),
        (["--continue", "--id", "gone"], "emh list"),
        (["--id", "../escape"], "no interview id"),
        (["--dialog", "quik"], "quick"),
        (["--population", "moon"], "population"),
    ],
)
def test_what_cannot_be_begun_exits_2_and_leaves_nothing(
    words: list[str],
    hint: str,
    sessions: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert chat("52\n", monkeypatch, *words) == 2
    assert hint in capsys.readouterr().err
    assert not list(sessions.glob("*")) if sessions.exists() else True


def test_a_continued_interview_keeps_its_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chat("ask\n", monkeypatch, "--id", "one")
    assert chat("", monkeypatch, "--id", "one", "--order", "scripted") == 2
    assert "--order" in capsys.readouterr().err


def test_a_damaged_interview_is_not_continued(
    sessions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chat("ask\n52\nmale\n", monkeypatch, "--id", "one")
    path = sessions / "one.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:3], lines[3].replace("52", "53"), *lines[4:]]), encoding="utf-8")
    before = path.read_bytes()
    assert chat("male\n", monkeypatch, "--id", "one") == 4
    assert "one.jsonl:4" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_case_is_played_as_a_dialog_with_the_differential_at_the_end(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES / "thalassemia.case.yaml"
    assert main(["chat", "--plain", "--case", str(case)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Case ")
    assert "\n> " in shown
    assert " %, " in shown.rpartition("\n> ")[2]
    assert not sessions.exists()


def test_a_missing_case_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--plain", "--case", "nowhere.case.yaml"]) == 2
    assert "nowhere.case.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["chat"], ["--dialog", "quick"]])
def test_without_a_terminal_there_is_a_hint_and_no_hang(
    words: list[str], sessions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(words) == 2
    assert "--plain" in capsys.readouterr().err
    assert not sessions.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_transcript(number: signal.Signals, sessions: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "chat", "--plain", "--id", "one"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"EMH_SESSIONS": str(sessions)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"ask\n")
    process.stdin.flush()
    while b"How old" not in process.stdout.readline():
        pass
    # the wait may not have begun yet; a signal before it is not lost either
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == 128 + number
    transcript = read_transcript(sessions / "one.jsonl")
    assert transcript.damage is None
    assert transcript.events[-1] == Closed("signal")


def test_a_report_from_a_file_begins_the_interview_blank_lines_and_all(
    sessions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.txt"
    report.write_text(
        "67-year-old man with myelofibrosis.\n\nFINDINGS: Solitary 4 cm lesion.\n", encoding="utf-8"
    )
    assert chat("", monkeypatch, "--report", str(report)) == 0
    events = read_transcript(only(sessions)).events
    assert [event.text for event in events if isinstance(event, Replied)] == [
        report.read_text(encoding="utf-8")
    ]
    assert "size: 4 cm" in capsys.readouterr().out


def test_a_report_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chat("", monkeypatch, "--report", "nowhere.txt") == 2
    assert "nowhere.txt" in capsys.readouterr().err


def test_only_the_first_start_explains_itself(
    sessions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chat("ask\n52\n", monkeypatch)
    assert capsys.readouterr().out.startswith("This program interviews you")
    chat("ask\n", monkeypatch)
    assert capsys.readouterr().out.startswith("Let us find out")


def test_a_copy_is_private_and_replaces_nothing(
    sessions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    there = tmp_path / "there.jsonl"
    there.write_text("mine", encoding="utf-8")
    before = os.umask(0o022)
    try:
        chat(f"ask\n52\n/save {tmp_path}/copy.jsonl\n/save {there}\n", monkeypatch)
    finally:
        os.umask(before)
    copy = tmp_path / "copy.jsonl"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert only(sessions).read_text("utf-8").startswith(copy.read_text("utf-8"))
    assert there.read_text("utf-8") == "mine" and "exists already" in capsys.readouterr().out
