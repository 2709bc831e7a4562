from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main


def interpreted(rows: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[Any]]:
    file = tmp_path / "replies.jsonl"
    file.write_bytes(rows.encode("utf-8", "surrogateescape"))
    code = main(["interpret", str(file)])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_reply_is_read_to_its_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reply = "yes, filgrastim"
    row = {"id": "r1", "question": "gcsf", "reply": reply, "extra": [1, None]}
    code, (read,) = interpreted(json.dumps(row) + "\n", tmp_path, capsys)
    assert code == 0
    assert {key: read[key] for key in row} == row
    assert read["pred"]["gcsf"] == "yes"
    assert read["outcome"] == "accept"
    (found,) = [one for one in read["findings"] if one["finding"] == "gcsf"]
    assert found["answer"] == "yes"
    assert found["outcome"] == "accept"
    assert "filgrastim" in [reply[start:end] for start, end in found["spans"]]


def test_spans_count_code_points_of_the_raw_reply(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reply = "\U0001f600 näve\u2028 filgrastim"
    row = json.dumps({"question": "gcsf", "reply": reply}, ensure_ascii=False)
    _, (read,) = interpreted(row, tmp_path, capsys)
    spans = [span for found in read["findings"] for span in found["spans"]]
    assert any(reply[start:end] == "filgrastim" for start, end in spans)


def test_a_narrative_has_no_question_and_the_worst_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"question": None, "reply": "A 52-year-old man."},
        {"question": None, "reply": "Nothing of note, really."},
    ]
    code, read = interpreted("\n".join(map(json.dumps, rows)), tmp_path, capsys)
    assert code == 0
    assert read[0]["pred"] == {"age": 52, "sex": "male"}
    assert [one["outcome"] for one in read] == ["accept", "ask"]


@pytest.mark.parametrize("reply", ["unknown", "not done"])
def test_every_state_without_value_is_unknown(
    reply: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = json.dumps({"question": "afp", "reply": reply})
    _, (read,) = interpreted(row, tmp_path, capsys)
    assert read["pred"] == {"afp": "unknown"}


def test_a_list_is_a_list_and_a_set_is_one_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"question": "presentation", "reply": "fever, no jaundice"},
        {"question": "t2_signal", "reply": "hyper"},
    ]
    _, read = interpreted("\n".join(map(json.dumps, rows)), tmp_path, capsys)
    assert read[0]["pred"]["presentation"] == ["fever"]
    assert set(read[1]["pred"]["t2_signal"]["one_of"]) == {"mildly_hyperintense", "markedly_hyperintense"}


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = json.dumps({"question": "age", "reply": "52"})
    rows = [
        "{", good, "[]", "", '{"question": "age"}', '{"reply": "x"}', '{"question": "gsf", "reply": ""}',
        '{"question": 3, "reply": "x"}', '{"question": "age", "reply": 52}', "[" * 100_000, good,
    ]  # fmt: skip
    code, read = interpreted("\n".join(rows), tmp_path, capsys)
    assert code == 1
    assert [one["line"] for one in read if "error" in one] == [1, 3, 5, 6, 7, 8, 9, 10]
    assert [one["pred"] for one in read if "pred" in one] == [{"age": 52}, {"age": 52}]
    assert "did you mean 'gcsf'?" in next(one["error"] for one in read if one.get("line") == 7)


def test_stdin_is_read_when_no_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"question": "age", "reply": "52"}\n'))
    assert main(["interpret"]) == 0
    assert json.loads(capsys.readouterr().out)["pred"] == {"age": 52}


def test_bytes_that_are_no_text_are_read_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (read,) = interpreted('{"question": "age", "reply": "52 \udcff"}', tmp_path, capsys)
    assert code == 0
    assert read["pred"] == {"age": 52}


def test_a_missing_file_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["interpret", "nowhere.jsonl"]) == 2
    assert "nowhere.jsonl" in capsys.readouterr().err


# -- explained


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["interpret", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_one_reply_is_explained_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(["--explain", "--question", "gcsf", "--reply", "no G-CSF"], capsys)
    assert (code, err) == (0, "")
    assert out.startswith('Question: G-CSF\nReply: "no G-CSF"\n1. "no G-CSF"\n')
    assert '   "no" denies what follows: "G-CSF".\n' in out
    assert out.endswith("What it comes to:\n- G-CSF: not given (accepted).\n\n")
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_reply_without_a_question_is_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(["--explain", "--reply", "A man. Mother had MDS. \x1b[2JBiopsy recommended."], capsys)
    assert out.startswith("No question: read as a report.\n")
    assert '"Mother" speaks of a relative: "MDS".' in out
    assert "Left out: only supposed, recommended or an option, by" in out
    assert "\x1b" not in out


def test_one_reply_needs_no_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(["--question", "age", "--reply", "52"], capsys)
    assert code == 0
    assert json.loads(out)["pred"] == {"age": 52}


def test_the_steps_go_into_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--question", "gcsf", "--reply", "no G-CSF"]
    _, out, _ = told(arguments, capsys)
    _, explained, _ = told([*arguments, "--explain", "--json"], capsys)
    found = json.loads(explained)
    steps = found.pop("steps")
    assert found == json.loads(out)
    (cue,) = steps["cues"]
    assert (cue["words"], cue["reaches"]) == ("no", [[3, 8]])


def test_every_line_of_a_file_is_explained_and_bad_ones_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "replies.jsonl"
    rows = [
        {"question": "age", "reply": "52"},
        {"question": "gsf", "reply": "no"},
        {"question": None, "reply": "x"},
    ]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n{\n", encoding="utf-8")
    code, out, err = told(["--explain", str(file)], capsys)
    assert code == 1
    assert out.count("What it comes to:") == 2
    assert "line 2: there is no finding 'gsf'; did you mean 'gcsf'?" in err
    assert "line 4: not JSON" in err
    code, out, err = told(["--explain", "--json", str(file)], capsys)
    assert (code, err) == (1, "")
    assert [next(iter(json.loads(line))) for line in out.splitlines()] == [
        "question",
        "line",
        "question",
        "line",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--question", "gcsf"], "--question goes with --reply"),
        (["--explain", "--question", "gcsf", "replies.jsonl"], "--question goes with --reply"),
        (["--reply", "no", "replies.jsonl"], "leave out 'replies.jsonl' or --reply"),
        (["--explain", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_what_does_not_go_together_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = told(arguments, capsys)
    assert (code, out) == (2, "")
    assert message in err


def test_an_unknown_finding_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(["--explain", "--question", "gsf", "--reply", "no"], capsys)
    assert (code, out) == (2, "")
    assert "did you mean 'gcsf'?" in err
