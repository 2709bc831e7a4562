"""Rows found by reading adversarially: denials, doubts, options as shown, every phrase of the knowledge."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from assistant.knowledge import Answer, Kind, load_knowledge
from assistant.understanding.text import SOFT_BOUNDARIES, clean, tokenise, words
from tests.conversing import as_typed, begin, plain
from tests.test_quantity import accepted
from tests.test_understanding import NOTHING, knowledge, read, same, stored

REPLIES: tuple[tuple[str, str, Any], ...] = (
    ("age", "not 52, 62", 62),
    ("age", "-5", NOTHING),
    ("months_since_chemotherapy", "not six months, nine", 9),
    ("lesion_size", "not 7.2 cm, 3 cm", 3),
    ("lesion_size", "2 cm, 3 cm?", NOTHING),
    ("lesion_size", "½ cm", 0.5),
    ("lesion_size", "1/2 cm", 0.5),
    ("ferritin", "1.200 ug/L", NOTHING),
    ("nondiagnostic_biopsies", "not two, three", 3),
    ("sex", "a woman, I think", NOTHING),
    ("sex", "female, perhaps", NOTHING),
    ("central_scar", "a central scar, probably", NOTHING),
    ("prior_chemotherapy", "chemo: no", "no"),
    ("prior_chemotherapy", "chemo - none", "no"),
    ("central_scar", "no capsule or scar", "no"),
    ("central_scar", "no capsule nor scar", "no"),
    ("capsule", "no scar or capsule", "no"),
    ("splenomegaly", "no hepatomegaly or splenomegaly", "no"),
    ("calcification", "no fat or calcification", "no"),
    ("afp", "3", NOTHING),
    ("calcification", "gallbladder calcification", NOTHING),
    ("malignancy_status", "treatment not yet started", "at_diagnosis"),
    ("stem_cell_transplant", "matched unrelated donor", "yes"),
    ("stem_cell_transplant", "matched sibling donor transplant", "yes"),
    ("malignancy", "ewing family tumour", "solid_tumour"),
    ("malignancy", "followed at our outpatient clinic all that time", NOTHING),
    ("malignancy", "all is well at home", NOTHING),
    ("malignancy", "all", "leukemia"),
    ("malignancy", "ALL in remission", "leukemia"),
    ("prior_chemotherapy", "declined", "no"),
    ("splenomegaly", "unremarkable", "no"),
)


@pytest.mark.parametrize(("question", "reply", "expected"), REPLIES)
def test_a_reply_to_a_question(question: str, reply: str, expected: Any) -> None:
    got = stored(question, reply)
    assert same(question, got, expected), got


ASIDES: tuple[tuple[str | None, str, dict[str, Any]], ...] = (
    (
        None,
        "62-year-old woman. Incidental liver lesion.",
        {"age": 62, "sex": "female", "presentation": ["incidental"]},
    ),
)


@pytest.mark.parametrize(("question", "reply", "expected"), ASIDES)
def test_everything_that_is_stored_of_a_text(
    question: str | None, reply: str, expected: dict[str, Any]
) -> None:
    got = {finding: answer.plain() for finding, answer in read(question, reply).accepted.items()}
    assert set(got) == set(expected), got
    assert all(same(finding, got[finding], answer) for finding, answer in expected.items()), got


# -- options as they are shown

SHOWN = [
    pytest.param(finding.id, value.id, value.name, id=f"{finding.id}-{value.id}")
    for finding in load_knowledge().findings.values()
    for value in finding.values
]


def option(finding: str, value: str) -> Any:
    return [value] if knowledge().findings[finding].kind is Kind.MULTIPLE else value


@pytest.mark.parametrize(("finding", "value", "name"), SHOWN)
def test_an_option_typed_as_it_is_shown_is_that_value(finding: str, value: str, name: str) -> None:
    for reply in (name, name.upper(), f" {name}. "):
        assert stored(finding, reply) == option(finding, value), reply


@pytest.mark.parametrize(("finding", "value", "name"), SHOWN)
def test_an_option_typed_with_its_number_is_that_value_and_no_other_finding(
    finding: str, value: str, name: str
) -> None:
    number = knowledge().findings[finding].value_ids.index(value) + 1
    accepted = {key: answer.plain() for key, answer in read(finding, f"{number} {name}").accepted.items()}
    assert accepted == {finding: option(finding, value)}


@pytest.mark.parametrize(("finding", "value", "name"), SHOWN)
def test_an_option_that_is_doubted_is_not_stored(finding: str, value: str, name: str) -> None:
    assert stored(finding, f"probably {name}") is None


# -- every phrase of the knowledge

ASKED_INSTEAD = frozenset(
    [
        "harvested but not reinfused",
        "before chemo",
        "prior to chemo",
        "increased echogenicity",
        "progestogen only pill",
        "progesterone only pill",
        "partly well defined",
        "partly ill defined",
        "same in and out of phase",
        "focal iron sparing",
    ]
)
"""Phrases that a boundary word, a word of time or a word for the liver keeps from being read alone."""

HEDGES = (
    "maybe {}",
    "{}?",
    "possibly {}",
    "I think {}",
    "{}, perhaps",
    "{} probably",
    "{}, I think",
    "suspected {}",
    "? {}",
)


@pytest.mark.parametrize(
    "finding", [f.id for f in load_knowledge().findings.values() if f.kind is Kind.SINGLE]
)
def test_every_phrase_means_its_value_and_doubted_is_not_stored(finding: str) -> None:
    wrong = []
    seen: Counter[frozenset[str]] = Counter()
    for phrase in knowledge().findings[finding].lexicon.phrases:
        if not phrase.values or phrase.text in ASKED_INSTEAD:
            continue
        expected = Answer(finding, values=phrase.values)
        typed = as_typed(phrase.text)
        got = read(finding, typed).accepted.get(finding)
        if got != expected:
            wrong.append((phrase.text, got.plain() if got else None))
        if set(phrase.text.split()) & (set(knowledge().cues["boundaries"]) - SOFT_BOUNDARIES):
            # "maybe collected but not given back": the doubt ends before the "but"
            continue
        # every hedge with the first phrases of a value, one with each of the others
        seen[phrase.values] += 1
        for hedge in HEDGES if seen[phrase.values] <= 8 else (Random(phrase.text).choice(HEDGES),):
            doubted = read(finding, hedge.format(typed)).accepted.get(finding)
            if doubted is not None and doubted.moves:
                wrong.append((hedge.format(typed), doubted.plain()))
    assert not wrong


TEXTS = [
    ("[iron 2 cm]", "[iron 2 cm]"),
    ("[uterus]", "[uterus]"),
    ("[bilobar]", "[bilobar]"),
    ("[b]no[/b]", "no"),
]


@pytest.mark.parametrize(("raw", "expected"), TEXTS)
def test_what_could_harm_or_hide_is_dropped(raw: str, expected: str) -> None:
    assert clean(raw)[0] == expected


def test_a_line_wrapped_before_a_number_goes_on() -> None:
    assert {token.sentence for token in tokenise("a lesion of\n7 cm").tokens} == {0}


def test_grey_is_gray() -> None:
    assert words("grey-scale") == words("gray-scale")


NUMBERS = [("months_since_chemotherapy", "a year and a half", 18), ("nondiagnostic_biopsies", "none", 0)]
RANGES = [
    ("lesion_size", "2-3 cm", 2, 3),
    ("lesion_size", "between 2 and 3 cm", 2, 3),
    ("months_since_chemotherapy", "2-3 months", 2, 3),
    ("age", "60-65", 60, 65),
]


@pytest.mark.parametrize(("question", "reply", "expected"), NUMBERS)
def test_one_number_is_stored(question: str, reply: str, expected: float) -> None:
    assert accepted(question, reply) == (expected, expected)


@pytest.mark.parametrize(("question", "reply", "low", "high"), RANGES)
def test_a_range_is_stored_as_one(question: str, reply: str, low: float, high: float) -> None:
    assert accepted(question, reply) == (low, high)


TURNS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("52 year old man", "she is 54 years old", "1", "1"), {"age": 54, "sex": "male", "malignancy": "none"}),
    (("ask", "/correct age = 53"), {"age": 53}),
    (("ask", "/correct gcsf", "probably given", "2"), {"gcsf": {"probable": "yes"}}),
    (("ask", "/correct splenectomy_or_trauma", "neither"), {"splenectomy_or_trauma": "no"}),
    (
        ("ask", "male", "no fever", "52"),
        {"sex": "male", "presentation": {"present": [], "absent": ["fever"]}, "age": 52},
    ),
)


@pytest.mark.parametrize(("replies", "expected"), TURNS)
def test_what_a_conversation_stores(replies: tuple[str, ...], expected: dict[str, Any]) -> None:
    assert {name: answer for name, answer in plain(begin(*replies)).items() if name in expected} == expected


def test_a_refused_proposal_does_not_claim_the_question_is_left_open() -> None:
    interview = begin("52 year old man. G-CSF was possibly given.")
    said = interview.reply("no")
    assert "left open" not in said[0].text


def test_a_reply_that_is_no_answer_to_the_offer_to_stop_does_not_decline_it() -> None:
    interview = begin("ask", "prior biopsy showed trilineage hematopoiesis", order="informative")
    for _ in range(70):
        if interview.pending is None or interview.pending.to == "stop":
            break
        interview.reply("unknown")
    assert interview.pending is not None
    assert interview.pending.to == "stop"
    interview.reply("hmm")
    assert not interview.state.stop_declined


def test_the_words_of_a_correction_are_those_typed_for_it() -> None:
    interview = begin("ask", "/correct fat_in_lesion fat")
    change = interview.state.changes[-1]
    assert change.spans[0][0] == len("/correct fat_in_lesion ")


def test_undo_of_a_correction_names_the_corrected_finding() -> None:
    interview = begin("ask", "52", "/correct age 53", "/undo")
    retracted = [line for line in interview.lines if line.event.name == "retracted"][-1]
    assert getattr(retracted.event, "finding", None) == "age"
