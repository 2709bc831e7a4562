"""What `emh check` finds, and that it finds nothing in what is shipped."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import CHECKS, Material, codes, inspect
from assistant.check.possible import can_hold
from assistant.cli import main
from assistant.dialog import load_script
from assistant.errors import KnowledgeError, Problem, UsageError
from assistant.knowledge import (
    Answer,
    Condition,
    Kind,
    KnowledgeBase,
    Span,
    load_knowledge,
    parse_answer,
)
from assistant.yamlfile import read_file

HERE = Path(__file__).parent
ROOT = HERE.parent
MINI = HERE / "data" / "mini"
SCRIPTS = sorted((HERE / "bad" / "check" / "scripts").glob("*.yaml"))
FOLDERS = sorted(path for path in (HERE / "bad" / "check").iterdir() if path.name != "scripts")

SMALL = load_knowledge(MINI)


def named(path: Path) -> list[tuple[str, int]]:
    """Return the codes and lines that the first comment of a file names."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    return sorted((code, int(line)) for code, line in re.findall(r"([A-Z]\d{3}) line (\d+)", first))


def found(problems: tuple[Problem, ...] | list[Problem]) -> list[tuple[str, int]]:
    return sorted((problem.code, problem.line) for problem in problems)


def generator() -> Any:
    """Return docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_shipped_yaml_has_no_error_and_no_warning() -> None:
    report = inspect()
    assert [str(problem) for problem in report.problems if problem.severity != "note"] == []
    assert not report.skipped


@pytest.mark.parametrize("bad", FOLDERS, ids=lambda path: path.name)
def test_a_bad_folder_raises_what_its_first_comment_names(bad: Path, tmp_path: Path) -> None:
    (broken,) = bad.rglob("*.yaml")
    folder = Path(shutil.copytree(MINI, tmp_path / "knowledge"))
    shutil.copytree(bad, folder, dirs_exist_ok=True)
    target = folder / broken.relative_to(bad)
    # the small folder has a context without rows, whose line is told in every run
    own = [problem for problem in inspect(target).problems if "solid_tumour; write" not in problem.message]
    assert found(own) == named(broken)


@pytest.mark.parametrize("bad", SCRIPTS, ids=lambda path: path.stem)
def test_a_bad_script_raises_what_its_first_comment_names(bad: Path) -> None:
    pair = (load_script(str(bad), SMALL), read_file(bad))
    material = Material(SMALL, scripts=(pair,), all_scripts=bad.stem in ("no_question", "never_asked"))
    spots = [
        spot.file.problem(spot.key, spot.message, check.code)
        for check in CHECKS
        for spot in check.find(material)
    ]
    assert found(spots) == named(bad)


def test_every_check_has_a_bad_file() -> None:
    files = [*SCRIPTS, *(next(bad.rglob("*.yaml")) for bad in FOLDERS)]
    assert {code for file in files for code, _ in named(file)} == {check.code for check in CHECKS}


def test_no_code_stands_twice() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert not {check.code for check in CHECKS} - set(codes())
    assert {severity for severity, _ in codes().values()} <= {"error", "warning", "note"}


def test_errors_stop_the_further_checks(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MINI, tmp_path / "knowledge"))
    (folder / "tests.yaml").unlink()
    report = inspect(folder)
    assert [problem.code for problem in report.problems] == ["K101"]
    assert report.skipped


def test_all_problems_of_all_scripts_come_together(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(HERE / "bad_scripts", tmp_path / "dialogs"))
    report = inspect(folder)
    assert len({problem.path for problem in report.problems}) > 10
    assert report.count("error") > 20


def test_cases_are_checked_as_cases(tmp_path: Path) -> None:
    (tmp_path / "good.case.yaml").write_text("id: x\nreplies: {age: 3}\n", encoding="utf-8")
    assert inspect(tmp_path).problems == ()
    bad = tmp_path / "bad.case.yaml"
    bad.write_text("id: x\nreplies: {aeg: 3}\nexpect: {leader: emmh}\n", encoding="utf-8")
    (tmp_path / "torn.case.yaml").write_text("id: [x\n", encoding="utf-8")
    told = found(inspect(tmp_path).problems)
    assert told[:2] == [("C107", 2), ("C107", 3)]
    assert [code[0] for code, _ in told] == ["C", "C", "Y"]
    assert inspect(bad).count("error") == 2


@pytest.mark.parametrize("name", ["nowhere", "empty", "notes.txt"])
def test_what_is_neither_knowledge_nor_script_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no yaml", encoding="utf-8")
    with pytest.raises(UsageError):
        inspect(tmp_path / name)


# -- what can hold


def answers_of(knowledge: KnowledgeBase) -> st.SearchStrategy[dict[str, Answer]]:
    """Return answers to any findings of the small knowledge, of any kind."""

    def one(name: str) -> st.SearchStrategy[Any]:
        finding = knowledge.findings[name]
        if finding.kind is Kind.QUANTITY:
            return st.integers(int(finding.bands[0].low), int(finding.bands[-1].high) - 1)
        if finding.kind is Kind.MULTIPLE:
            several = [value for value in finding.value_ids if value != finding.exclusive]
            lists = st.lists(st.sampled_from(several), min_size=1, unique=True)
            return lists | st.just([finding.exclusive])
        values = st.lists(st.sampled_from(finding.value_ids), min_size=1, unique=True)
        return values.map(lambda chosen: {"one_of": chosen}) | st.just("unknown")

    def answered(spelled: Mapping[str, Any]) -> dict[str, Answer]:
        return {name: parse_answer(knowledge.findings[name], value) for name, value in spelled.items()}

    optional = {name: one(name) for name in knowledge.findings}
    return st.fixed_dictionaries({}, optional=optional).map(answered)


def conditions(knowledge: KnowledgeBase) -> st.SearchStrategy[Condition]:
    """Return conditions over the small knowledge, nested to a small depth."""
    coded = [name for name, finding in knowledge.findings.items() if finding.kind is not Kind.QUANTITY]
    values = st.sampled_from(coded).flatmap(
        lambda name: st.frozensets(st.sampled_from(knowledge.findings[name].value_ids), min_size=1).map(
            lambda chosen: {name: chosen}
        )
    )
    spans = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(
        lambda pair: {"age": Span(float(pair[0]), float(pair[0] + pair[1]))}
    )
    names = st.lists(st.sampled_from(sorted(knowledge.findings)), max_size=1).map(tuple)
    flat = st.builds(
        Condition,
        values=values | st.just({}),
        spans=spans | st.just({}),
        answered=names,
        unanswered=names,
    )
    return st.recursive(
        flat,
        lambda part: st.builds(
            Condition,
            values=values | st.just({}),
            any_of=st.lists(part, max_size=2).map(tuple),
            none_of=st.lists(part, max_size=2).map(tuple),
        ),
        max_leaves=4,
    )


@given(conditions(SMALL), answers_of(SMALL))
def test_what_holds_for_some_answers_can_hold(condition: Condition, answers: dict[str, Answer]) -> None:
    if condition.holds(answers, {"emh": 0.5, "other": 0.5}):
        assert can_hold(condition, SMALL.findings)


def test_every_shipped_condition_can_hold() -> None:
    knowledge = load_knowledge()
    for rule in knowledge.advice:
        assert can_hold(rule.when, knowledge.findings), rule.id


# -- the command


def test_the_command_prints_problems_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(MINI)]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"patient\.yaml:37:9: warning K208: ", out)
    assert "0 errors, 1 warning, 0 notes" in err


def test_the_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(MINI), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["error"], printed["warning"]) == (0, 1)
    assert printed["problems"][0]["code"] == "K208"


def test_an_error_exits_with_the_code_of_malformed_knowledge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(MINI, tmp_path / "knowledge"))
    (folder / "sources.yaml").write_text("schema_version: 1\nsources: {\n", encoding="utf-8")
    assert main(["check", str(folder)]) == KnowledgeError.exit_code
    assert "Y004" in capsys.readouterr().out


def test_a_path_that_is_not_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


# -- the pages


@pytest.mark.parametrize("name", ["problems", "vocabulary", "keys"])
def test_a_generated_page_is_fresh(name: str) -> None:
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    fresh: str = generator().PAGES[name](load_knowledge())
    assert page == fresh, f"run `python docs/generate.py {name}`"
