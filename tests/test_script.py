"""The shipped scripts, and what load_script makes of scripts that are wrong."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path
from textwrap import wrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialog.script import CLOSING_PARTS, SECTIONS, Script, load_script, script_ids
from assistant.dialog.script_reader import CODES, flowing
from assistant.errors import KnowledgeError, UsageError
from assistant.knowledge import Answer, Condition, KnowledgeBase, load_knowledge, parse_answer
from assistant.locations import dialogs_folder

BAD = Path(__file__).parent / "bad_scripts"
MUST_ASK = [
    "age",
    "malignancy",
    "prior_chemotherapy",
    "gcsf",
    "marrow_disorder",
    "transfusions",
    "iron_overload",
    "prior_biopsies",
]
TUMOURS = {"one_of": ["neuroblastoma", "solid_tumour", "lymphoma", "leukemia", "myeloma"]}

KNOWLEDGE = load_knowledge()
FULL = load_script("liver-lesion", KNOWLEDGE)
QUICK = load_script("quick", KNOWLEDGE)


def answers(spelled: dict[str, Any], knowledge: KnowledgeBase = KNOWLEDGE) -> dict[str, Answer]:
    return {name: parse_answer(knowledge.finding(name), value) for name, value in spelled.items()}


def may_be_asked(finding: str, spelled: dict[str, Any], script: Script = FULL) -> bool:
    question = script.question(finding)
    assert question is not None
    return question.may_be_asked(answers(spelled))


def test_the_shipped_scripts_are_found() -> None:
    assert script_ids() == ("liver-lesion", "quick")


def test_a_case_beside_the_scripts_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "quick.yaml").write_bytes((dialogs_folder() / "quick.yaml").read_bytes())
    case = tmp_path / "my.case.yaml"
    case.write_text("id: x\nreplies: {age: 3}\n", encoding="utf-8")
    assert script_ids(tmp_path) == ("quick",)
    with pytest.raises(UsageError, match="is a case and no script; `emh demo"):
        load_script(case, KNOWLEDGE)


def test_every_finding_is_asked_once() -> None:
    asked = [question.finding for question in FULL.questions]
    assert len(asked) == 61
    assert sorted(asked) == sorted(KNOWLEDGE.findings)


def test_sections_stand_in_their_order() -> None:
    assert tuple(section.id for section in FULL.sections) == SECTIONS


def test_orders() -> None:
    assert (FULL.order, QUICK.order) == ("informative", "scripted")


@pytest.mark.parametrize("script", [FULL, QUICK], ids=lambda script: script.id)
def test_must_ask_questions(script: Script) -> None:
    assert [question.finding for question in script.questions if question.must_ask] == MUST_ASK


def test_quick_holds_the_must_ask_questions_only() -> None:
    assert [question.finding for question in QUICK.questions] == MUST_ASK


@pytest.mark.parametrize("question", QUICK.questions, ids=lambda question: question.finding)
def test_quick_words_a_question_as_the_full_script_does(question: Any) -> None:
    twin = FULL.question(question.finding)
    assert twin is not None
    assert (question.ask, question.why) == (twin.ask, twin.why)


def test_sha256_is_of_the_file() -> None:
    assert FULL.sha256 == hashlib.sha256((dialogs_folder() / "liver-lesion.yaml").read_bytes()).hexdigest()


def test_question_of_an_unknown_finding() -> None:
    assert QUICK.question("lesion_size") is None


@pytest.mark.parametrize(
    "question", [*FULL.questions, *QUICK.questions], ids=lambda question: question.finding
)
def test_wording(question: Any) -> None:
    assert len(question.ask) <= 90
    assert question.ask.endswith("?")
    help_lines = question.help.splitlines()
    assert 1 <= sum(len(wrap(line, 96)) for line in help_lines) <= 4
    assert help_lines[-1].startswith("Examples: ") or "Examples: " in question.help
    assert len(question.why) <= 240
    for text in (question.ask, question.help, question.why):
        assert "!" not in text
        assert "please" not in text.lower()
        # letters, digits and the signs of the field; no emoji
        assert re.fullmatch(r"[\x20-\x7e\n·µ]+", text)


def test_sentences_broken_for_the_file_flow_again_but_lines_of_their_own_stay() -> None:
    assert flowing("\none thing,\nand another.\nThen more.\n") == "one thing, and another.\nThen more."
    assert all(
        not re.search(r"[a-z,]\n[a-z]", text) for one in FULL.questions for text in (one.help, one.why)
    )


@pytest.mark.parametrize("script", [FULL, QUICK], ids=lambda script: script.id)
def test_opening_and_closing(script: Script) -> None:
    assert 2 <= len(wrap(script.opening.greeting, 96)) <= 3
    assert script.opening.greeting.count("education and research") == 1
    assert '"ask" starts the questions' in script.opening.prompt
    assert script.opening.help
    assert script.closing.text
    assert script.closing.shows == CLOSING_PARTS


def parents(condition: Condition) -> set[str]:
    return set(condition.findings)


@pytest.mark.parametrize("script", [FULL, QUICK], ids=lambda script: script.id)
def test_a_question_rests_only_on_questions_above_it(script: Script) -> None:
    order = [question.finding for question in script.questions]
    for place, question in enumerate(script.questions):
        below = (parents(question.when) | parents(question.must_ask_when)) - set(order[:place])
        assert not below, f"{question.finding} rests on {below}"


def test_follow_ups_stand_below_their_question() -> None:
    order = [question.finding for question in FULL.questions]
    for question in FULL.questions:
        assert all(order.index(name) > order.index(question.finding) for name in question.follow_ups)


NOTHING: dict[str, Any] = {}
CONDITIONS: list[tuple[str, dict[str, Any], bool]] = [
    # finding, answers so far, may it be asked
    ("malignancy_status", NOTHING, False),
    ("malignancy_status", {"malignancy": "none"}, False),
    ("malignancy_status", {"malignancy": "unknown"}, False),
    ("malignancy_status", {"malignancy": "lymphoma"}, True),
    ("malignancy_status", {"malignancy": {"probable": "neuroblastoma"}}, True),
    ("malignancy_status", {"malignancy": TUMOURS}, True),
    ("lesion_onset", {"malignancy": "none"}, False),
    ("lesion_onset", {"malignancy": "leukemia"}, True),
    ("months_since_chemotherapy", NOTHING, False),
    ("months_since_chemotherapy", {"prior_chemotherapy": "no"}, False),
    ("months_since_chemotherapy", {"prior_chemotherapy": "yes"}, True),
    ("months_since_chemotherapy", {"prior_chemotherapy": "yes", "lesion_onset": "after_treatment"}, True),
    ("months_since_chemotherapy", {"prior_chemotherapy": "yes", "lesion_onset": "unknown"}, True),
    ("months_since_chemotherapy", {"prior_chemotherapy": "yes", "lesion_onset": "during_treatment"}, False),
    (
        "months_since_chemotherapy",
        {"prior_chemotherapy": "yes", "lesion_onset": "present_at_diagnosis"},
        False,
    ),
    ("stem_cell_transplant", NOTHING, False),
    (
        "stem_cell_transplant",
        {"malignancy": "none", "prior_chemotherapy": "no", "marrow_disorder": "none"},
        False,
    ),
    ("stem_cell_transplant", {"malignancy": "myeloma"}, True),
    ("stem_cell_transplant", {"malignancy": "none", "prior_chemotherapy": "yes"}, True),
    ("stem_cell_transplant", {"malignancy": "none", "marrow_disorder": "thalassemia"}, True),
    ("ferritin", NOTHING, True),
    ("ferritin", {"iron_overload": "unknown"}, True),
    ("ferritin", {"iron_overload": "not_done"}, True),
    ("ferritin", {"iron_overload": "none"}, False),
    ("ferritin", {"iron_overload": "diffuse"}, False),
    ("t2star_signal", NOTHING, False),
    ("t2star_signal", {"iron_overload": "none"}, False),
    ("t2star_signal", {"iron_overload": "focal"}, False),
    ("t2star_signal", {"iron_overload": {"one_of": ["diffuse", "focal"]}}, False),
    ("t2star_signal", {"iron_overload": "diffuse"}, True),
    ("in_phase_signal_loss", NOTHING, True),
    ("in_phase_signal_loss", {"t2star_signal": "not_done"}, True),
    ("in_phase_signal_loss", {"t2star_signal": "hyperintense"}, False),
    ("splenomegaly", NOTHING, True),
    ("splenomegaly", {"splenectomy_or_trauma": "no"}, True),
    ("splenomegaly", {"splenectomy_or_trauma": "yes"}, False),
    ("splenic_lesions", NOTHING, True),
    ("splenic_lesions", {"splenectomy_or_trauma": "yes"}, False),
    ("splenic_lesions", {"other_emh_sites": ["spleen_or_nodes"]}, False),
    ("splenic_lesions", {"other_emh_sites": ["paraspinal_or_mediastinal"]}, True),
    ("mibg_avid", NOTHING, False),
    ("mibg_avid", {"malignancy": "solid_tumour"}, False),
    ("mibg_avid", {"malignancy": "neuroblastoma"}, True),
    ("primary_mibg_avid", {"malignancy": "none"}, False),
    ("primary_mibg_avid", {"malignancy": "neuroblastoma"}, True),
    ("primary_mibg_avid", {"malignancy": "neuroblastoma", "mibg_avid": "no"}, True),
    ("primary_mibg_avid", {"malignancy": "neuroblastoma", "mibg_avid": "yes"}, False),
    ("catecholamines", NOTHING, False),
    ("catecholamines", {"age": 40, "malignancy": "none"}, False),
    ("catecholamines", {"age": 40, "malignancy": "neuroblastoma"}, True),
    ("catecholamines", {"age": 4.9}, True),
    ("catecholamines", {"age": 5}, False),
    ("catecholamines", {"age": 0.5, "malignancy": "none"}, True),
    ("catecholamines", {"age": 0.5, "malignancy": "unknown"}, True),
    ("catecholamines", {"age": 2, "malignancy": "solid_tumour"}, False),
    ("skin_hemangiomas", NOTHING, False),
    ("skin_hemangiomas", {"age": 1.9}, True),
    ("skin_hemangiomas", {"age": 2}, False),
    ("estrogen_or_androgen", NOTHING, True),
    ("estrogen_or_androgen", {"age": 7}, True),
    ("estrogen_or_androgen", {"age": 0}, False),
    ("lesion_size", {"lesion_count": "multiple"}, True),
    ("lesion_size", {"lesion_count": "diffuse"}, False),
    ("lesion_margin", {"lesion_count": "diffuse"}, False),
    ("capsule", {"lesion_count": "diffuse"}, False),
    ("central_scar", {"lesion_count": "diffuse"}, False),
    ("nondiagnostic_biopsies", NOTHING, False),
    ("nondiagnostic_biopsies", {"prior_biopsies": "none"}, False),
    ("nondiagnostic_biopsies", {"prior_biopsies": "nondiagnostic"}, True),
    ("nondiagnostic_biopsies", {"prior_biopsies": "benign_liver"}, True),
    ("nondiagnostic_biopsies", {"prior_biopsies": "malignant"}, False),
    ("bleeding_risk", NOTHING, True),
    ("bleeding_risk", {"prior_biopsies": "none"}, True),
    ("bleeding_risk", {"prior_biopsies": "nondiagnostic"}, True),
    ("bleeding_risk", {"prior_biopsies": "trilineage_hematopoiesis"}, False),
    ("bleeding_risk", {"prior_biopsies": "malignant"}, False),
]


@pytest.mark.parametrize(("finding", "given_answers", "expected"), CONDITIONS)
def test_conditions(finding: str, given_answers: dict[str, Any], expected: bool) -> None:
    assert may_be_asked(finding, given_answers) is expected


def test_every_condition_has_a_row_each_way() -> None:
    conditional = {question.finding for question in FULL.questions if question.when != Condition()}
    yes = {finding for finding, _, expected in CONDITIONS if expected}
    no = {finding for finding, _, expected in CONDITIONS if not expected}
    shared = {"lesion_margin", "capsule", "central_scar"}  # the condition of lesion_size, word for word
    assert no == conditional
    assert yes == conditional - shared


@pytest.mark.parametrize("script", [FULL, QUICK], ids=lambda script: script.id)
def test_must_ask_questions_always_may_be_asked(script: Script) -> None:
    for question in script.questions:
        assert not question.must_ask or question.when == Condition()


@pytest.mark.parametrize(
    ("given_answers", "expected"),
    [
        ({}, True),
        ({"transfusions": "regular"}, True),
        ({"transfusions": "occasional"}, True),
        ({"transfusions": "unknown"}, True),
        ({"transfusions": "none"}, False),
    ],
)
def test_iron_must_be_asked_unless_never_transfused(given_answers: dict[str, Any], expected: bool) -> None:
    question = FULL.question("iron_overload")
    assert question is not None
    assert question.must_be_asked(answers(given_answers)) is expected
    assert question.may_be_asked(answers(given_answers))


def test_a_question_worth_asking_is_no_must() -> None:
    question = FULL.question("lesion_size")
    assert question is not None
    assert not question.must_be_asked({})


@pytest.mark.parametrize("name", ["liver-lesions", "LIVER", "../dialogs/quick", "", "."])
def test_unknown_script(name: str) -> None:
    with pytest.raises(UsageError, match="there is no script") as raised:
        load_script(name, KNOWLEDGE)
    assert raised.value.exit_code == 2
    assert "liver-lesion" in str(raised.value)


def test_missing_file() -> None:
    with pytest.raises(UsageError, match=r"there is no script file nowhere\.yaml"):
        load_script("nowhere.yaml", KNOWLEDGE)


def test_folder_without_scripts(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the folder holds none"):
        load_script("quick", KNOWLEDGE, tmp_path)


def test_load_by_path_and_from_a_folder(tmp_path: Path) -> None:
    copy = tmp_path / "quick.yaml"
    copy.write_bytes((dialogs_folder() / "quick.yaml").read_bytes())
    assert load_script(copy, KNOWLEDGE) == load_script("quick", KNOWLEDGE, tmp_path) == QUICK
    assert script_ids(tmp_path) == ("quick",)


def expected_problems(path: Path) -> list[tuple[str, int]]:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return [(code, int(line)) for code, line in re.findall(r"([SY]\d{3}):(\d+)", first)]


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_bad_script(path: Path) -> None:
    expected = expected_problems(path)
    assert expected, "the first comment names code:line of each problem"
    with pytest.raises(KnowledgeError) as raised:
        load_script(path, KNOWLEDGE)
    assert raised.value.exit_code == 3
    told = [(problem.code, problem.line) for problem in raised.value.problems]
    assert sorted(told) == sorted(expected), str(raised.value)


def test_every_code_is_raised_by_some_bad_script() -> None:
    raised = {code for path in BAD.glob("*.yaml") for code, _ in expected_problems(path)}
    assert raised == set(CODES)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("unknown_finding", "did you mean 'age'?"),
        ("unknown_finding_in_condition", "did you mean 'malignancy'?"),
        ("unknown_key", "did you mean 'must_ask'?"),
        ("unknown_section", "did you mean 'marrow'?"),
        ("bad_order", "did you mean 'informative'?"),
        ("bad_closing", "did you mean 'advice'?"),
        ("unknown_value", "it takes yes, no"),
    ],
)
def test_bad_script_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(KnowledgeError, match=re.escape(hint)):
        load_script(BAD / f"{name}.yaml", KNOWLEDGE)


def test_a_problem_names_file_line_and_column() -> None:
    path = BAD / "unknown_finding.yaml"
    with pytest.raises(KnowledgeError) as raised:
        load_script(path, KNOWLEDGE)
    assert str(raised.value).startswith(f"{path}:17:18: error S107: ")


@given(st.sampled_from(range(len(FULL.questions))), st.text(max_size=12))
def test_any_word_as_a_finding_loads_or_is_told(place: int, word: str) -> None:
    text = (dialogs_folder() / "liver-lesion.yaml").read_text(encoding="utf-8")
    finding = FULL.questions[place].finding
    broken = text.replace(f"- finding: {finding}\n", f"- finding: {word}\n", 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "liver-lesion.yaml"
        path.write_text(broken, encoding="utf-8", errors="replace")
        try:
            load_script(path, KNOWLEDGE)
        except KnowledgeError as error:
            assert error.problems
