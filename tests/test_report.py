"""The one-page sheet: its golden files, and what every format owes every interview."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.dialog import Script, load_script
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.report import FORMATS
from assistant.report.sheet import STATEMENT, plain, sheet_of
from assistant.session import Interview, TranscriptFile, read_transcript
from assistant.session.transcript import Opened
from assistant.understanding import Interpreter

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
MINI = HERE / "data" / "mini"
SMALL_SCRIPT = HERE / "data" / "small.yaml"

CHILD = "A boy of 4 years with neuroblastoma, treated with cyclophosphamide and filgrastim."
HOSTILE = "/note \x1b[31mred\x1b[0m [link=x]a[/link] | *b* <i>c</i> \u202eevil\u202c \u200bd\x07"


def ticking() -> Callable[[], datetime]:
    """Return a clock that goes on by seven seconds at each look."""
    now = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)

    def look() -> datetime:
        nonlocal now
        now += timedelta(seconds=7)
        return now

    return look


KNOWLEDGE = load_knowledge()
INTERPRETER = Interpreter(KNOWLEDGE)
SCRIPT = load_script("liver-lesion", KNOWLEDGE)


def interview(
    replies: list[str],
    *,
    knowledge: KnowledgeBase = KNOWLEDGE,
    interpreter: Interpreter = INTERPRETER,
    script: Script = SCRIPT,
    **options: Any,
) -> Interview:
    """Return an interview that was given `replies` in turn."""
    held = Interview.start(
        knowledge, script, interpreter=interpreter, clock=ticking(), session="sheet-1", **options
    )
    held.begin()
    for text in replies:
        held.reply(text)
    return held


def small_interview() -> Interview:
    """Return a finished interview on the small knowledge, with an answer of every kind."""
    # the small knowledge has hardly a cue, so those that are shipped read its replies
    knowledge = replace(load_knowledge(MINI), cues=KNOWLEDGE.cues)
    script = load_script(str(SMALL_SCRIPT), knowledge)
    replies = ["ask", "41", "AML", "filgrastim", "/note seen on the board", "/skip", "not sure", "2"]
    held = interview(
        replies,
        knowledge=knowledge,
        interpreter=Interpreter(knowledge),
        script=script,
        population="oncology",
    )
    held.reply("/stop")
    assert held.state.concluded
    return held


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_as_its_golden_file_says(name: str) -> None:
    held = small_interview()
    sheet = FORMATS[name](held)
    opened = held.lines[0].event
    assert isinstance(opened, Opened)
    sheet = sheet.replace(opened.app, "VERSION")
    # the digests follow every byte of the small knowledge, the layout does not
    for digest in (held.knowledge.sha256, held.script.sha256):
        sheet = sheet.replace(digest, "0" * 64).replace(digest[:12], "0" * 12)
    path = GOLDEN / f"report.{name}"
    if os.environ.get("EMH_RENEW_GOLDEN"):
        path.write_text(sheet, encoding="utf-8")
    assert sheet == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def held_interviews() -> list[Interview]:
    """Return interviews on the shipped knowledge: empty, stopped, full of odd input, and with undone answers."""
    held = [
        interview([]),
        interview([CHILD, "/stop"]),
        interview([CHILD, HOSTILE, "\x1b[2Junknown", "not done", "/skip", "/undo"]),
        interview(["55 y man, MDS, transfused, diffuse siderosis, T2* isointense", "/stop"]),
        interview(["no malignancy, no chemo", "T2* bright"], population="liver_clinic"),
    ]
    return [*held, interview(["ask", *["unknown"] * 80], order="scripted")]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_every_interview(name: str, held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        sheet = FORMATS[name](held)
        assert sheet.endswith("\n") and not sheet.endswith("\n\n")
        assert sheet.count("not a certified device") == 1
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", sheet)


def test_plain_text_fits_a_page(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        long = [line for line in FORMATS["txt"](held).splitlines() if len(line) > 100 and "http" not in line]
        assert long == []


def test_the_sheet_says_what_the_interview_holds(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        sheet = sheet_of(held)
        assert {said.finding for said in (*sheet.answers, *sheet.unknown)} == set(held.answers)
        assert [share.diagnosis for share in sheet.differential] == list(held.differential.posterior)
        assert [rule.id for rule in sheet.advice] == [rule.id for rule in held.advice]
        kinds = [rule.kind == "alert" for rule in sheet.advice]
        assert kinds == sorted(kinds, reverse=True)
        assert sheet.statement == STATEMENT
        assert len(sheet.notes) == len(held.state.notes)


def test_answers_come_with_the_words_they_rest_on() -> None:
    said = {one.finding: one for one in sheet_of(interview([CHILD])).answers}
    assert (said["gcsf"].words, said["gcsf"].typed) == ("given", "filgrastim")
    assert "neuroblastoma" in said["malignancy"].typed


def test_every_ground_counts_on_its_side_and_cites_sources_in_full() -> None:
    sheet = sheet_of(interview([CHILD]))
    assert len(sheet.standings) == 2
    for standing in sheet.standings:
        assert all(ground.decibans > 0 for ground in standing.favour)
        assert all(ground.decibans < 0 for ground in standing.against)
        for ground in (*standing.favour[:4], *standing.against[:4]):
            assert ground.grade in "ABCD"
            assert sheet.numbers(ground.sources).count(",") == max(0, len(ground.sources) - 1)
    assert [source.number for source in sheet.sources] == list(range(1, len(sheet.sources) + 1))
    assert all(source.citation for source in sheet.sources)


def test_an_answer_that_counts_nothing_says_why(held_interviews: list[Interview]) -> None:
    sheets = [sheet_of(held) for held in held_interviews]
    silent = {one.finding: one.why for sheet in sheets for one in sheet.silent}
    assert "iron" in silent["t2star_signal"]


def test_what_is_not_known_and_what_was_left_open_stand_apart() -> None:
    replies = ["ask", "unknown", "/skip"]
    sheet = sheet_of(interview(replies, order="scripted"))
    assert [said.finding for said in sheet.unknown] == ["age"]
    assert "sex" in sheet.left_open


def test_a_named_clinic_is_shown_as_an_assumption() -> None:
    sheet = sheet_of(interview([], population="liver_clinic"))
    assert sheet.population.clinic == "liver_clinic"
    text = FORMATS["txt"](interview(["/population oncology"]))
    assert "Oncology, adults (named by the user)" in text and "assumption" in text


def test_markdown_shows_typed_signs_letter_by_letter() -> None:
    sheet = FORMATS["md"](interview([HOSTILE]))
    assert r"\[link=x\]a\[/link\] \| \*b\* \<i\>c\</i\>" in sheet


def test_typed_text_loses_what_steers_a_terminal() -> None:
    assert plain("a\x1b[31mb\u202e\n c\u200b") == "a [31mb c"


# -- the command


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the transcript of a saved interview with the id `sheet-1`."""
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path))
    path = tmp_path / "sheet-1.jsonl"
    held = interview([CHILD], store=TranscriptFile(path))
    held.close()
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_prints_what_the_renderer_returns(
    name: str, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "sheet-1", "--format", name]) == 0
    printed = capsys.readouterr().out
    resumed = Interview.resume(read_transcript(saved), KNOWLEDGE, SCRIPT, interpreter=INTERPRETER)
    assert printed == FORMATS[name](resumed)
    assert main(["report", str(saved), "--format", name]) == 0
    assert capsys.readouterr().out == printed


def test_json_is_one_object(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "sheet-1", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["format"], printed["version"]) == ("emh-report", 1)
    assert {one["finding"]: one["answer"] for one in printed["answers"]}["gcsf"] == "yes"
    assert sum(share["probability"] for share in printed["differential"]) == pytest.approx(1, abs=1e-4)


def test_a_report_leaves_the_transcript_as_it_was(saved: Path) -> None:
    before = saved.read_bytes()
    assert main(["report", "sheet-1"]) == 0
    assert saved.read_bytes() == before


def test_a_file_is_written_once_and_for_its_owner(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "sheet.md"
    assert main(["report", "sheet-1", "--format", "md", "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("# ")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert main(["report", "sheet-1", "--output", str(target)]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "sheet-2"], "did you mean 'sheet-1'"),
        (["report", "sheet-1", "--format", "jsn"], "did you mean 'json'"),
        (["report", "sheet-1", "--output", "/nowhere/at/all.txt"], "choose another folder"),
        (["report", "sheet-1", "--dialog", "liver-leson"], "did you mean 'liver-lesion'"),
    ],
)
def test_bad_arguments_are_told(
    arguments: list[str], told: str, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_of_a_damaged_transcript_the_good_part_is_reported(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = saved.read_text(encoding="utf-8").splitlines(keepends=True)
    broken = [
        *lines[:-2],
        lines[-2].replace('"n":', '"n": '),
        lines[-1].replace("done", "gone"),
        "not JSON\n",
    ]
    saved.write_text("".join(broken), encoding="utf-8")
    assert main(["report", "sheet-1"]) == 4
    captured = capsys.readouterr()
    assert "filgrastim" in captured.out
    assert "good part" in captured.err
