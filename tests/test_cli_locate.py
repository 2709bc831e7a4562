"""`emh locate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import locations
from assistant.cli import main
from assistant.settings import Settings, read_settings

NAMES = ["config", "knowledge", "dialogs", "sessions", "state", "cache"]


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMH_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("EMH_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("EMH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("EMH_SESSIONS", raising=False)
    return tmp_path


def test_every_place_stands_on_its_line(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate"]) == 0
    shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert list(shown) == NAMES
    assert shown["config"] == str(places / "config.toml")
    assert shown["knowledge"] == str(locations.knowledge_folder())
    assert shown["sessions"] == str(places / "state" / "sessions")


@pytest.mark.parametrize("name", NAMES)
def test_a_named_place_is_printed_alone(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", name]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert Path(line).is_absolute()


def test_what_does_not_exist_is_a_remark(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", "config"]) == 0
    assert "config does not exist yet; `emh locate config --example`" in capsys.readouterr().err
    (places / "config.toml").touch()
    assert main(["locate", "config"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["locate", "sessions"]) == 0
    assert "sessions does not exist yet; it is made when needed" in capsys.readouterr().err


def test_json_is_one_object(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == NAMES
    assert shown["state"] == {"path": str(places / "state"), "exists": False}
    assert shown["dialogs"]["exists"] is True
    assert main(["locate", "cache", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["cache"]


def test_sessions_can_lie_elsewhere_than_the_state(
    places: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMH_SESSIONS", str(places / "kept"))
    assert main(["locate", "sessions"]) == 0
    assert capsys.readouterr().out == f"{places / 'kept'}\n"


def test_the_example_is_a_configuration_that_sets_nothing(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["locate", "config", "--example"]) == 0
    text = capsys.readouterr().out
    assert all(f"# {name} = " in text for name in ("theme", "ascii"))
    (places / "config.toml").write_text(text, encoding="utf-8")
    assert read_settings() == Settings()


@pytest.mark.parametrize(
    "words",
    [["locate", "cofnig"], ["locate", "--example"], ["locate", "state", "--example"],
     ["locate", "config", "--example", "--json"]],
)  # fmt: skip
def test_what_makes_no_sense_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert not capsys.readouterr().out
