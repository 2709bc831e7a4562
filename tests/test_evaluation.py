"""Scores: what counts as understood, ranks, calibration, and `emh evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest import approx

from assistant.cli import main
from assistant.knowledge import KnowledgeBase, load_knowledge, parse_answer
from assistant.session.case_reader import read_case
from assistant.session.case_runner import CaseRunner
from assistant.session.evaluation import (
    Evaluation,
    Row,
    Scored,
    Understanding,
    evaluate,
    score,
    score_run,
    understanding,
)
from assistant.session.gold import judge

CASE = """\
id: sample
replies: {age: '62', sex: man, malignancy: none, lesion_size: 3 cm, afp: AFP normal, ferritin: '2000'}
narrative: A 62-year-old man without malignancy.
gold: {age: 62, sex: male, malignancy: none, lesion_size: 4}
diagnosis: hcc
"""

KEYS = [
    "cases", "skipped", "top1", "top3", "top5", "brier", "ece", "mean_questions", "mean_repeats",
    "understanding", "rows",
]  # fmt: skip

ROW_KEYS = [
    "id", "diagnosis", "rank", "probability", "leader", "leader_probability", "questions", "repeats", "stopped",
    "asked", "wrong", "unused_replies", "error",
]  # fmt: skip


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@pytest.fixture(scope="module")
def runner(knowledge: KnowledgeBase) -> CaseRunner:
    return CaseRunner(knowledge, "scripted")


def write(folder: Path, text: str, name: str = "sample.case.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# -- what counts as understood


@pytest.mark.parametrize(
    ("finding", "read", "gold", "verdict"),
    [
        ("sex", None, "male", "missed"),
        ("sex", "unknown", "male", "missed"),
        ("sex", "male", "male", "right"),
        ("sex", {"probable": "male"}, "male", "right"),
        ("sex", "female", "male", "wrong"),
        ("sex", "male", "unknown", "wrong"),
        ("sex", "not_done", "unknown", "right"),
        ("t2_signal", {"one_of": ["mildly_hyperintense", "markedly_hyperintense"]}, "mildly_hyperintense", "partial"),
        ("t2_signal", "mildly_hyperintense", {"one_of": ["mildly_hyperintense", "isointense"]}, "partial"),
        ("t2_signal", "hypointense", {"one_of": ["mildly_hyperintense", "isointense"]}, "wrong"),
        ("t2_signal", {"one_of": ["isointense", "hypointense"]}, "mildly_hyperintense", "wrong"),
        ("presentation", ["fever"], ["fever", "constitutional"], "partial"),
        ("presentation", ["constitutional", "fever"], ["fever", "constitutional"], "right"),
        ("presentation", ["fever", "jaundice"], ["fever"], "partial"),
        ("presentation", ["jaundice"], ["fever"], "wrong"),
        ("presentation", {"present": ["jaundice"], "absent": ["fever"]}, ["fever", "jaundice"], "wrong"),
        ("presentation", {"present": ["fever"], "absent": ["jaundice"]}, ["fever"], "right"),
        ("lesion_size", 4, 4, "right"),
        ("lesion_size", 4.1, 4, "right"),
        ("lesion_size", 4.2, 4, "wrong"),
        ("lesion_size", {"range": [3, 5]}, 4, "partial"),
        ("lesion_size", 4, {"range": [3, 5]}, "partial"),
        ("lesion_size", {"range": [5, 6]}, 4, "wrong"),
        ("age", 0.09, 0.083, "right"),
    ],
)  # fmt: skip
def test_verdicts(knowledge: KnowledgeBase, finding: str, read: Any, gold: Any, verdict: str) -> None:
    known = knowledge.findings[finding]
    stored = None if read is None else parse_answer(known, read)
    assert judge(stored, parse_answer(known, gold)) == verdict


def test_understanding_counts_each_gold_finding_once(tmp_path: Path, runner: CaseRunner) -> None:
    run = runner.run(read_case(write(tmp_path, CASE), runner.knowledge))
    counted = understanding(run)
    assert counted.findings == counted.right + counted.partial + counted.missed + counted.wrong == 4
    assert (counted.right, counted.wrong) == (3, 1)
    assert counted.extra == 2
    row = score_run(run).row
    assert row.wrong == {"lesion_size": (3, 4)}
    assert row.unused_replies == ()


# -- sums


def scored(rank: int, probability: float, leads: float, *, right: bool) -> Scored:
    row = Row("x", "emh", rank=rank, probability=probability, leader="hcc", leader_probability=leads)
    return Scored(row, Understanding(findings=1, right=1), 0.5, right)


def test_shares_and_calibration() -> None:
    sure = [scored(1, 0.9, 0.9, right=True) for _ in range(9)] + [scored(4, 0.05, 0.9, right=False)]
    result = Evaluation(tuple(sure), skipped=2)
    plain = result.plain()
    assert list(plain) == KEYS
    assert (plain["cases"], plain["skipped"], plain["top1"], plain["top3"], plain["top5"]) == (
        10,
        2,
        0.9,
        0.9,
        1,
    )
    assert plain["brier"] == approx(0.5)
    assert plain["understanding"]["findings"] == 10
    # equal-count bins of two, the wrong one in the first: |1.8 - 1| and four times |1.8 - 2|, over ten cases
    assert plain["ece"] == approx((0.8 + 4 * 0.2) / 10)


def test_nothing_to_score_gives_no_number() -> None:
    plain = Evaluation((), skipped=1).plain()
    assert [plain[name] for name in ("cases", "top1", "brier", "ece", "mean_questions")] == [0, *[None] * 4]


def test_probabilities_are_scored_against_the_diagnosis(tmp_path: Path, runner: CaseRunner) -> None:
    text = CASE + "accept: [hcc, adenoma]\n"
    run = runner.run(read_case(write(tmp_path, text), runner.knowledge))
    shown = run.interview.differential
    one = score_run(run)
    assert one.row.rank == min(shown.rank("hcc"), shown.rank("adenoma"))
    assert one.brier == approx(
        sum(p * p for name, p in shown.posterior.items() if name != "hcc") + (1 - shown.posterior["hcc"]) ** 2
    )


def test_a_defect_costs_one_row(tmp_path: Path, runner: CaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    case = read_case(write(tmp_path, CASE), runner.knowledge)

    def fail(self: CaseRunner, case: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(CaseRunner, "run", fail)
    one = score(case, runner)
    assert one.row.error == "ZeroDivisionError: by zero"
    result = Evaluation((one,), skipped=0)
    assert (result.errors, result.top(1), result.calibration_error) == (1, 0, None)


def test_jobs_change_nothing(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    write(tmp_path, CASE, "a.case.yaml")
    write(tmp_path, CASE.replace("sample", "second"), "b.case.yaml")
    write(tmp_path, "id: no-diagnosis\nreplies: {age: 3}\n", "c.case.yaml")
    alone = evaluate([tmp_path], max_questions=4, knowledge=knowledge)
    assert evaluate([tmp_path], max_questions=4, jobs=2) == alone
    assert (len(alone.scored), alone.skipped) == (2, 1)
    assert [one.row.questions for one in alone.scored] == [4, 4]


# -- the command


@pytest.mark.parametrize("given", ["replies", "narrative", "gold"])
def test_command_prints_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str) -> None:
    path = write(tmp_path, CASE)
    assert main(["evaluate", str(path), "--json", "--input", given, "--max-questions", "8"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == KEYS
    assert list(told["rows"][0]) == ROW_KEYS
    assert told["rows"][0]["stopped"] in ("limit", "offered")
    assert len(told["rows"][0]["asked"]) == told["rows"][0]["questions"] <= 8


def test_command_prints_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, CASE)
    assert main(["evaluate", str(path), "--order", "scripted", "--max-questions", "3"]) == 0
    out = capsys.readouterr().out
    assert "sample  hcc rank" in out
    assert "1 cases (0 without a diagnosis skipped)" in out


def test_command_refuses_bad_numbers_and_paths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, CASE)
    assert main(["evaluate", str(path), "--jobs", "0"]) == 2
    assert main(["evaluate", str(tmp_path / "none")]) == 2
    assert main(["evaluate", str(path), "--input", "guess"]) == 2
    assert "there is no case file or folder" in capsys.readouterr().err
