from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.cli import main


def explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["explain", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_diagnosis_a_finding_and_a_source_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    diagnosis = explained(["emh"], capsys)
    assert diagnosis["kind"] == "diagnosis"
    source = next(iter(diagnosis["sources"]))
    assert "emh" in explained([source], capsys)["behind"]
    finding = explained(["gcsf"], capsys)
    assert finding["kind"] == "finding"
    assert {row["diagnosis"] for row in finding["rows"]} >= {"emh", "metastasis"}
    for row in finding["rows"]:
        assert row["grade"] in "ABCD"
        assert sum(row["p"].values()) == pytest.approx(1, abs=0.02)


def test_rows_of_one_diagnosis(capsys: pytest.CaptureFixture[str]) -> None:
    rows = explained(["gcsf", "--diagnosis", "emh"], capsys)["rows"]
    assert {row["diagnosis"] for row in rows} == {"emh"}


def test_the_text_says_what_a_grade_means_and_cites(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "afp"]) == 0
    shown = capsys.readouterr().out
    assert "D judgement" in shown
    assert "[" in shown
    assert all(len(line) <= 78 for line in shown.splitlines())


def test_a_context_is_shown_with_its_own_rows(capsys: pytest.CaptureFixture[str]) -> None:
    contexts = explained(["t2star_signal"], capsys)["contexts"]
    assert main(["explain", "t2star_signal"]) == 0
    assert contexts == {} or "Where " in capsys.readouterr().out


def test_names_are_taken_for_ids(capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(["Focal hepatic extramedullary hematopoiesis"], capsys)["id"] == "emh"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["gsf"], "did you mean 'gcsf'?"),
        (["gcsf", "--diagnosis", "metastasys"], "did you mean 'metastasis'?"),
        (["emh", "--diagnosis", "hcc"], "goes with a finding"),
    ],
)
def test_what_is_not_known_exits_2(words: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *words]) == 2
    assert hint in capsys.readouterr().err


def test_about_says_what_it_is_and_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["about"]) == 0
    shown = capsys.readouterr().out
    assert "no certified medical device" in " ".join(shown.split())
    assert "judgement" in shown
    assert main(["about", "--json"]) == 0
    sheet = json.loads(capsys.readouterr().out)
    assert sheet["diagnoses"] >= 17
    assert sum(entry["rows"] for entry in sheet["tables"].values()) > 500
    assert len(sheet["knowledge"]["sha256"]) == 64
