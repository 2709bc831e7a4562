from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module

import pytest

from assistant import cli
from assistant.cli import command_names, main


def test_the_help_names_every_command_and_opens_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("examples:") < shown.index("commands")
    assert all(f"\n  {name} " in shown for name in command_names())


@pytest.mark.parametrize("name", command_names())
def test_the_help_of_a_command_opens_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert 0 < shown.index("examples:\n  emh") < shown.index("usage:")
    assert "--plain" in shown
    assert "--no-color" in shown


@pytest.mark.parametrize("name", command_names())
def test_every_command_keeps_the_same_shape(name: str) -> None:
    module = import_module(f"assistant.cli.{name}")
    assert module.HELP
    assert module.HELP[0].islower()
    assert module.EXAMPLES.strip()
    module.configure(argparse.ArgumentParser(conflict_handler="resolve"))
    assert callable(module.run)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["replya"], "did you mean 'replay'?"),
        (["chatt", "--plain"], "did you mean 'chat'?"),
        (["frobnicate"], "`emh --help` lists them"),
        (["about", "--jsn"], "did you mean '--json'?"),
        (["chat", "--order", "random"], "`emh chat --help`"),
        (["replay"], "TRANSCRIPT"),
        (["--plan"], "did you mean '--plain'?"),
    ],
)
def test_what_there_is_not_exits_2_with_the_nearest(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("emh: ")
    assert hint in captured.err
    assert not captured.out


def test_no_colour_is_told_to_whatever_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert main(["about", "--no-color"]) == 0
    assert os.environ["NO_COLOR"] == "1"


def test_an_interrupted_command_exits_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(words: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupt)
    assert main([]) == 130


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m assistant about | head -c 1 >&2; exit ${{PIPESTATUS[0]}}"
    finished = subprocess.run(["bash", "-c", command], capture_output=True, check=False, encoding="utf-8")
    assert finished.returncode == 0
    assert "Error" not in finished.stderr


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("emh ")
