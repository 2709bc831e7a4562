"""Cases: the format, the simulated clinician, expectations, `emh test` and the pytest plugin."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.errors import CaseError
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.session.case_reader import CODES, read_case
from assistant.session.case_runner import OPEN, CaseRun, CaseRunner
from assistant.session.cases import Input, case_files
from assistant.session.verification import Verification, verify, verify_case

CASES = Path(__file__).parent / "cases"

REPLIES = """\
id: sample
narrative: A 62-year-old man with myelofibrosis, regularly transfused.
replies:
  age: 62
  sex: man
  malignancy: none
  marrow_disorder: myelofibrosis
  transfusions: regularly transfused
  hemolysis_or_smear: leukoerythroblastic
unknown_replies: {prior_biopsies: not done}
gold: {age: 62, sex: male, malignancy: none, marrow_disorder: myelofibrosis, transfusions: regular}
diagnosis: emh
"""


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@pytest.fixture(scope="module")
def shipped(knowledge: KnowledgeBase) -> tuple[Verification, ...]:
    return verify([CASES], knowledge)


@pytest.fixture(scope="module")
def runner(knowledge: KnowledgeBase) -> CaseRunner:
    return CaseRunner(knowledge)


def write(folder: Path, text: str, name: str = "sample.case.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def played(
    folder: Path,
    runner: CaseRunner,
    text: str,
    *,
    given: Input = "replies",
    order: str = "informative",
    limit: int | None = None,
) -> CaseRun:
    case = read_case(write(folder, text), runner.knowledge)
    return CaseRunner(runner.knowledge, order, given, limit, runner.interpreter).run(case)


# -- the shipped cases


def test_every_shipped_case_holds(shipped: tuple[Verification, ...]) -> None:
    assert [str(failure) for one in shipped for failure in one.failures] == []
    assert all(one.passed and one.case.expectations for one in shipped)


def test_each_diagnosis_leads_in_some_case(
    shipped: tuple[Verification, ...], knowledge: KnowledgeBase
) -> None:
    leading = {one.run.interview.differential.leader for one in shipped if one.run}
    asserted = {e.words for one in shipped for e in one.case.expect if e.kind == "leader"}
    assert set(knowledge.diagnoses) - (leading & asserted) == {"other"}


def test_each_finding_is_asked_in_some_case(
    shipped: tuple[Verification, ...], knowledge: KnowledgeBase
) -> None:
    asked = {name for one in shipped if one.run for name in one.run.interview.state.asked}
    assert set(knowledge.findings) - asked == set()


def test_known_failures_names_exactly_the_cases_that_do_not_lead(
    shipped: tuple[Verification, ...],
) -> None:
    page = (CASES.parent.parent / "docs" / "known-failures.md").read_text(encoding="utf-8")
    listed = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")} - {"Case"}
    marked = {
        one.case.id
        for one in shipped
        if "docs/known-failures.md" in Path(one.case.path).read_text(encoding="utf-8")
    }
    behind = {
        one.case.id
        for one in shipped
        if one.run and one.run.interview.differential.leader not in one.case.accept
    }
    assert listed == marked
    assert listed - behind == set()


# -- the simulated clinician


def test_replies_are_given_when_asked(tmp_path: Path, runner: CaseRunner) -> None:
    run = played(tmp_path, runner, REPLIES, order="scripted")
    said = {one.to: one.reply for one in run.exchanges if not one.repeated}
    assert said["opening"] == "ask"
    assert said["age"] == "62"
    assert said["prior_biopsies"] == "not done"
    assert said["lesion_count"] == "unknown"
    assert run.interview.answers["marrow_disorder"].values == {"myelofibrosis"}
    assert run.interview.finished
    assert run.unused_replies == ()


def test_the_narrative_fills_gaps_before_replies(tmp_path: Path, runner: CaseRunner) -> None:
    run = played(tmp_path, runner, REPLIES, given="narrative")
    assert "transfusions" in run.interview.answers
    assert "age" not in run.interview.state.asked
    assert "age" in run.unused_replies


def test_gold_bypasses_understanding(tmp_path: Path, runner: CaseRunner) -> None:
    text = REPLIES.replace("age: 62\n  sex", "age: a riddle\n  sex")
    run = played(tmp_path, runner, text, given="gold", order="scripted")
    assert {name: answer.plain() for name, answer in run.interview.answers.items() if answer.moves} == {
        "age": 62,
        "sex": "male",
        "malignancy": "none",
        "marrow_disorder": "myelofibrosis",
        "transfusions": "regular",
    }
    assert run.repeats == 0


def test_an_unreadable_reply_is_settled_by_the_gold_option_once(tmp_path: Path, runner: CaseRunner) -> None:
    text = "id: x\nreplies: {sex: qwxz}\ngold: {sex: male}\n"
    run = played(tmp_path, runner, text, order="scripted")
    again = [one for one in run.exchanges if one.to == "sex" and one.repeated]
    assert [one.reply for one in again] == ["2"]
    assert run.interview.answers["sex"].plain() == "male"
    assert "sex" in run.confirmed
    assert run.repeats == 1


def test_an_unreadable_reply_without_gold_is_left_open(tmp_path: Path, runner: CaseRunner) -> None:
    run = played(tmp_path, runner, "id: x\nreplies: {sex: qwxz}\n", order="scripted")
    assert [one.reply for one in run.exchanges if one.to == "sex"] == ["qwxz", OPEN]
    assert "sex" not in run.interview.answers


def test_a_limit_ends_the_questions(tmp_path: Path, runner: CaseRunner) -> None:
    run = played(tmp_path, runner, REPLIES, limit=3)
    assert run.questions == 3
    assert run.interview.state.stopped == "limit"


@pytest.mark.parametrize("reply", ["why?", "undo", "back", "help", "/nonsense", "word\nword\nword", "stop"])
def test_any_reply_lets_the_case_end(tmp_path: Path, runner: CaseRunner, reply: str) -> None:
    text = f"id: x\nreplies: {{sex: {json.dumps(reply)}, age: {json.dumps(reply)}}}\ngold: {{sex: male}}\n"
    assert played(tmp_path, runner, text, order="scripted").interview.finished


# -- expectations


def failed(folder: Path, runner: CaseRunner, expect: str) -> list[str]:
    path = write(folder, f"{REPLIES}expect:\n  {expect}\n")
    result = verify_case(read_case(path, runner.knowledge), runner)
    return [str(failure) for failure in result.failures]


@pytest.mark.parametrize(
    "expect",
    [
        "leader: emh",
        "leader: [hcc, emh]",
        "rank: {emh: 1, metastasis: 2..17}",
        "band: {emh: [unlikely, may represent, likely], adenoma: very unlikely}",
        "probability: {emh: 0.05..1}",
        "answers: {age: 62, marrow_disorder: myelofibrosis}",
        "asked: [gcsf, age]",
        "never_asked: [mibg_avid]",
        "advice: [think_of_emh_marrow]",
        "questions: 1..70",
    ],
)
def test_expectations_that_hold(tmp_path: Path, runner: CaseRunner, expect: str) -> None:
    assert failed(tmp_path, runner, expect) == []


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("leader: hcc", "leader: expected hcc, found emh"),
        ("rank: {emh: 2..3}", "rank emh: expected 2..3, found 1"),
        ("band: {emh: very unlikely}", "band emh: expected very unlikely, found"),
        ("probability: {emh: 0..0.01}", "probability emh: expected 0..0.01, found 0."),
        ("answers: {age: 63}", "answers age: expected 63, found 62"),
        ("answers: {mibg_avid: 'yes'}", "answers mibg_avid: expected yes, found nothing"),
        ("asked: [mibg_avid]", "asked mibg_avid: expected it to be asked, found that it was not"),
        ("never_asked: [age]", "never_asked age: expected it not to be asked, found that it was"),
        ("advice: [fdg_pet_pitfall]", "advice fdg_pet_pitfall: expected it to be given, found"),
        ("questions: 0..2", "questions: expected 0..2, found"),
    ],
)
def test_expectations_that_fail_name_their_line(
    tmp_path: Path, runner: CaseRunner, expect: str, told: str
) -> None:
    (failure,) = failed(tmp_path, runner, expect)
    line = len(REPLIES.splitlines()) + 2
    assert failure.startswith(f"{tmp_path / 'sample.case.yaml'}:{line}: {told}")


def test_a_turn_is_held_to_its_expectations_at_once(tmp_path: Path, runner: CaseRunner) -> None:
    text = """\
id: x
narrative: A 62-year-old man.
turns:
  - user: <narrative>
    expect: {answers: {age: 62, sex: male}}
  - user: /correct sex
  - user: female
    expect: {answers: {sex: female}}
expect: {answers: {sex: male}}
"""
    result = verify_case(read_case(write(tmp_path, text), runner.knowledge), runner)
    assert [failure.expectation.line for failure in result.failures] == [9]


def test_an_expectation_never_reached_fails(tmp_path: Path, runner: CaseRunner) -> None:
    text = """\
id: x
turns:
  - user: ask
  - user: /quit
  - user: 62-year-old man
    expect: {answers: {age: 62}}
"""
    result = verify_case(read_case(write(tmp_path, text), runner.knowledge), runner)
    (failure,) = result.failures
    assert failure.found == "never reached"
    assert failure.expectation.line == 6


def test_remarks_are_read_and_the_interview_never_sees_them(tmp_path: Path, runner: CaseRunner) -> None:
    plain = "id: x\nturns:\n  - user: 62-year-old man\n"
    remarked = f"{plain}    remark: >-\n      He says\n      his age.\nclosing_remark: So far.\n"
    bare, told = played(tmp_path, runner, plain), played(tmp_path, runner, remarked)
    assert [turn.remark for turn in told.case.turns] == ["He says his age."]
    assert (bare.case.turns[0].remark, bare.case.closing_remark) == ("", "")
    assert told.case.closing_remark == "So far."
    assert told.exchanges == bare.exchanges


# -- malformed cases


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a list\n", ":1:1: error C100: a case is a mapping"),
        ("id: x\n", ":1:1: error C105: the clinician says nothing"),
        ("replies: {age: 3}\n", "error C105: 'id' is missing"),
        ("id: x\nreplys: {age: 3}\n", ":2:9: error C104: unknown key 'replys'; did you mean 'replies'?"),
        ("id: x\nreplies: {aeg: 3}\n", "error C107: there is no finding 'aeg'; did you mean 'age'?"),
        ("id: x\nreplies: {age: true}\n", "error C106: age: expected what is said, not True; quote it"),
        ("id: x\nreplies: {age: 3}\ngold: {sex: man}\n", ":3:13: error C107: sex has no value 'man'"),
        ("id: x\nreplies: {age: 3}\ndiagnosis: hccc\n", "did you mean 'hcc'?"),
        ("id: x\nreplies: {age: 3}\norder: random\n", ":3:8: error C116: order must be one of"),
        ("id: x\nreplies: {age: 3}\nscript: slow\n", "error C107: there is no script 'slow'"),
        ("id: x\nreplies: {age: 3}\nturns: [{user: hi}]\n", ":3:8: error C117: turns stand instead"),
        ("id: x\nturns: [{usr: hi}]\n", "error C104: unknown key 'usr'; did you mean 'user'?"),
        ("id: x\nreplies: {age: 3}\nexpect: {leder: emh}\n", "did you mean 'leader'?"),
        ("id: x\nreplies: {age: 3}\nexpect: {rank: {emh: 3..1}}\n", "expected a range such as 1..3"),
        ("id: x\nreplies: {age: 3}\nexpect: {probability: {emh: 1..3}}\n", "such as 0.5..0.9"),
        ("id: x\nreplies: {age: 3}\nexpect: {band: {emh: sure}}\n", "a certainty word must be one of"),
        ("id: x\nreplies: {age: 3}\nexpect: {advice: [rest]}\n", "there is no advice 'rest'"),
        ("id: x\nreplies: {age: 3}\nexpect: {asked: age}\n", "asked: expected a list of ids"),
        ("id: x\nid: y\n", ":2:1: error Y008: key 'id' stands twice"),
        ("id: x\nturns: [{user: hi, remrk: so}]\n", "C104: unknown key 'remrk'; did you mean 'remark'?"),
        ("id: x\nturns: [{user: hi, remark: ' '}]\n", ":2:28: error C105: 'remark' is empty"),
        ("id: x\nturns: [{user: hi, remark: [so]}]\n", ":2:28: error C106: remark: expected text"),
        ("id: x\nturns: [{user: hi}]\nclosing_remark: ''\n", ":3:17: error C105: 'closing_remark' is empty"),
    ],
)
def test_malformed_cases_say_where_and_what_instead(
    tmp_path: Path, knowledge: KnowledgeBase, text: str, told: str
) -> None:
    with pytest.raises(CaseError) as caught:
        read_case(write(tmp_path, text), knowledge)
    assert told in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_malformed_turn_is_no_silence(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    with pytest.raises(CaseError) as caught:
        read_case(write(tmp_path, "id: x\nturns: [{user: hi, remark: [so]}]\n"), knowledge)
    assert len(str(caught.value).splitlines()) == 1


def test_every_problem_is_told_at_once(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    text = "id: x\nreplies: {aeg: 3}\nexpect: {leader: emmh, questions: many}\n"
    with pytest.raises(CaseError) as caught:
        read_case(write(tmp_path, text), knowledge)
    assert len(str(caught.value).splitlines()) == 3


def test_every_problem_code_is_explained() -> None:
    reader = Path(__file__).parent.parent / "assistant" / "session"
    used = {
        code.replace("K", "C")
        for name in ("case_reader.py", "expectations.py")
        for code in re.findall(r"\bK1\d\d\b", (reader / name).read_text(encoding="utf-8"))
    }
    assert used <= set(CODES)


def test_missing_paths_and_empty_folders_are_refused(tmp_path: Path) -> None:
    write(tmp_path, REPLIES)
    assert [path.name for path in case_files([tmp_path, tmp_path / "sample.case.yaml"])] == [
        "sample.case.yaml"
    ]
    with pytest.raises(CaseError, match=r"did you mean 'sample\.case\.yaml'"):
        case_files([tmp_path / "simple.case.yaml"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaseError, match=r"no \*\.case\.yaml under"):
        case_files([tmp_path / "empty"])


# -- the command and the plugin


def test_command_prints_failures_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, f"{REPLIES}expect: {{leader: hcc}}\n")
    assert main(["test", str(path)]) == 1
    assert f"{path}:13: leader: expected hcc" in capsys.readouterr().out
    assert main(["test", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["cases"], told["passed"], told["failed"]) == (1, 0, 1)
    assert told["rows"][0]["failures"][0]["line"] == 13


def test_command_shows_the_conversation_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, f"{REPLIES}expect: {{leader: emh}}\n")
    assert main(["test", str(path), "--verbose"]) == 0
    out = capsys.readouterr().out
    assert "> myelofibrosis" in out
    assert "1 of 1 cases hold" in out


def test_command_refuses_what_is_no_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(tmp_path)]) == 2
    assert main(["test", str(write(tmp_path, "id: x\n"))]) == 2
    assert "the clinician says nothing" in capsys.readouterr().err


def test_plugin_collects_cases_that_expect_something(tmp_path: Path) -> None:
    write(tmp_path, f"{REPLIES}expect: {{leader: emh}}\n", "holds.case.yaml")
    write(tmp_path, f"{REPLIES}expect: {{leader: hcc}}\n", "fails.case.yaml")
    write(tmp_path, REPLIES, "silent.case.yaml")
    write(tmp_path, "id: x\n", "malformed.case.yaml")
    root = Path(__file__).parent.parent
    options = ["-p", "no:cacheprovider", "--continue-on-collection-errors", *plugin_options()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "malformed.case.yaml:1:1: error C105" in done.stdout
    assert "fails.case.yaml:13: leader: expected hcc, found emh" in done.stdout
    assert "1 failed, 1 passed, 1 error" in done.stdout
    assert "Traceback" not in done.stdout


def plugin_options() -> list[str]:
    """Name the plugin where the package is not installed, as in a bare checkout."""
    from importlib.metadata import entry_points

    installed = any(point.name == "emh_cases" for point in entry_points(group="pytest11"))
    return [] if installed else ["-p", "assistant.pytest_plugin"]
