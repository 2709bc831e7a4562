"""What README.md repeats of the program: the dialog, the commands, the chat commands, the case."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

from assistant import cli
from assistant.cli import main
from assistant.knowledge import load_knowledge
from assistant.plain import render, render_typed
from assistant.session import COMMANDS, Interview, parse_command

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """Return the first fenced block of a language, without what indents it."""
    found = re.search(rf"^( *)```{language}\n(.*?)^\1```$", README, re.DOTALL | re.MULTILINE)
    assert found is not None
    return re.sub(rf"^{found[1]}", "", found[2], flags=re.MULTILINE)


def rows(title: str) -> list[list[str]]:
    """Return the cells of the table under a heading."""
    section = README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_dialog_is_what_the_program_says_today() -> None:
    shown = block("console").partition("\n")[2]
    typed = re.findall(r"^> (.*)$", shown, re.MULTILINE)
    assert typed
    interview = Interview.start()
    said = [render(utterance) for utterance in interview.begin()]
    for reply in typed:
        said.append(render_typed(reply))
        said.extend(render(utterance) for utterance in interview.reply(reply))
    assert shown == "\n".join(said) + "\n"


def test_every_command_stands_in_the_table() -> None:
    listed = " ".join(row[0] for row in rows("Commands"))
    names = [module.name for module in pkgutil.iter_modules(cli.__path__) if not module.name.startswith("_")]
    assert "chat" in names
    assert [name for name in names if f"emh {name}" not in listed] == []


def test_every_chat_command_stands_in_the_table_with_words_that_mean_it() -> None:
    table = rows("In the chat")
    assert [row[0].strip("`/").split()[0] for row in table] == list(COMMANDS)
    for command, words, _ in table:
        meant = parse_command(words) if words else None
        assert not words or (meant is not None and meant.name == command.strip("`/").split()[0])


def test_the_case_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "my-patient.case.yaml"
    case.write_text(block("yaml"), encoding="utf-8")
    assert main(["test", str(case)]) == 0, capsys.readouterr()


def test_the_counts_are_those_of_the_knowledge() -> None:
    knowledge = load_knowledge()
    assert f"{len(knowledge.diagnoses)} diagnoses and {len(knowledge.findings)} findings" in README
