"""What each command loads; milliseconds depend on the machine, `sys.modules` does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "rapidfuzz", "textual", "yaml")

PROBE = """
import sys
from assistant.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as stop:
    code = stop.code
print("loaded:", *(set(sys.modules) & set({heavy!r})), file=sys.stderr)
sys.exit(code)
"""


def loaded(arguments: list[str], sessions: Path, stdin: str = "") -> set[str]:
    """Run `emh` with `arguments` in a process of its own and return which heavy packages it loaded."""
    finished = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=os.environ | {"EMH_SESSIONS": str(sessions), "PYTHONUTF8": "1"},
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    return set(finished.stderr.rpartition("loaded:")[2].split())


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds one saved interview."""
    folder = tmp_path_factory.mktemp("sessions")
    loaded(["chat", "--plain"], folder, stdin="She was given filgrastim.\n")
    assert list(folder.rglob("*.jsonl"))
    return folder


def test_importing_the_package_loads_nothing_else() -> None:
    probe = "import sys, assistant; print(*(name for name in sys.modules if name.startswith('assistant.')))"
    finished = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, check=True, encoding="utf-8"
    )
    assert not finished.stdout.strip()


def test_help_loads_no_heavy_package(tmp_path: Path) -> None:
    assert loaded(["--help"], tmp_path) == set()


@pytest.mark.parametrize("command", ["chat", "test", "evaluate", "interpret", "report", "verify"])
def test_help_of_a_command_loads_no_heavy_package(command: str, tmp_path: Path) -> None:
    assert loaded([command, "--help"], tmp_path) == set()


def test_interpret_loads_neither_numpy_nor_textual(tmp_path: Path) -> None:
    row = '{"question": null, "reply": "She was given filgrastim."}\n'
    assert loaded(["interpret"], tmp_path, stdin=row).isdisjoint({"numpy", "textual"})


def test_list_loads_neither_numpy_nor_textual(sessions: Path) -> None:
    assert loaded(["list"], sessions).isdisjoint({"numpy", "textual"})


def test_verify_loads_neither_numpy_nor_textual(sessions: Path) -> None:
    transcript = next(sessions.rglob("*.jsonl"))
    assert loaded(["verify", str(transcript)], sessions).isdisjoint({"numpy", "textual"})


def test_the_line_by_line_interview_loads_no_textual(tmp_path: Path) -> None:
    assert "textual" not in loaded(["chat", "--plain"], tmp_path, stdin="She was given filgrastim.\n")
