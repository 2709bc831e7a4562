"""Explanations tell what reading did: the same readings, and beside them the words that led there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.session.reading_words import clauses_read, explained
from assistant.understanding import Outcome
from assistant.understanding.explanation import Explanation
from assistant.understanding.reaching import DOES
from tests.conversing import interpreter, knowledge

REPORT = (
    "62-year-old man with MDS. His mother had lymphoma. TECHNIQUE: MRI with contrast. IMPRESSION: 3.2 cm mass, "
    "T2 hyperintense. Recommend biopsy to exclude HCC. Kidneys: cyst, T2 bright. Is there jaundice?"
)


def explain(question: str | None, reply: str) -> Explanation:
    return interpreter().explain(reply, question)


def lines(question: str | None, reply: str) -> list[str]:
    return [line.strip() for line in explained(explain(question, reply), knowledge())]


def test_a_denial_names_what_it_reaches() -> None:
    told = lines("gcsf", "no G-CSF")
    assert told[:3] == ["Question: G-CSF", 'Reply: "no G-CSF"', '1. "no G-CSF"']
    assert '"no" denies what follows: "G-CSF".' in told
    assert 'So G-CSF: not given, from "G-CSF".' in told
    assert told[-2:] == ["What it comes to:", "- G-CSF: not given (accepted)."]


def test_a_denial_behind_looks_back() -> None:
    assert '"was not" denies what stands before: "filgrastim".' in lines("gcsf", "filgrastim was not given")


def test_a_doubt_is_told_with_its_reason() -> None:
    told = lines("central_scar", "probably a scar")
    assert '"probably" doubts: "scar".' in told
    assert 'So central scar: central scar, from "scar", not said with certainty.' in told
    assert told[-1] == (
        "- central scar: asked again, not said with certainty; offered: central scar; probably central scar."
    )


def test_a_doubt_in_a_clause_of_its_own_reaches_the_one_before() -> None:
    cues = explain("central_scar", "a central scar, probably").cues
    assert [cue.reaches for cue in cues if cue.does == "doubts"] == [((2, 14),)]


def test_a_relative_takes_the_words_away_from_the_patient() -> None:
    told = lines("malignancy", "her mother had breast cancer")
    assert '"breast cancer" means malignancy: other solid tumor; not said of the patient.' in told
    assert '"mother" speaks of a relative: "breast cancer".' in told


def test_a_double_negation_is_told() -> None:
    told = lines("fat_in_lesion", "not without fat")
    assert '"not" denies what follows: "fat".' in told
    assert '"without" denies what follows: "fat".' in told
    assert 'So fat in the lesion: fat present, from "fat", denied twice.' in told


def test_a_correction_takes_back_what_stands_before() -> None:
    explanation = explain("lesion_size", "3 cm, sorry, 4.5 cm")
    assert explanation.taken_back == (0, 11)
    assert len(explanation.clauses) == 1
    assert 'Taken back by the reply itself: "3 cm, sorry"' in lines("lesion_size", "3 cm, sorry, 4.5 cm")


def test_a_slip_is_told_with_the_word_it_is_taken_for() -> None:
    told = lines("gcsf", "filgrastm")
    assert '"filgrastm", taken for "filgrastim" (1 slip), means G-CSF: given.' in told


def test_a_report_tells_why_clauses_are_left_out() -> None:
    explanation = explain(None, REPORT)
    told = {explanation.words((one.start, one.end)): one.dropped for one in explanation.clauses}
    assert told["MRI with contrast"] == 'under the heading "technique"'
    assert told["Recommend biopsy to exclude HCC"] == "only supposed, recommended or an option"
    assert told["Is there jaundice?"] == "a question"
    assert told["62-year-old man with MDS"] == ""
    said = lines(None, REPORT)
    assert said[0] == "No question: read as a report."
    assert 'Left out: only supposed, recommended or an option, by "Recommend", "to exclude".' in said
    assert not any(line.startswith('"biopsy"') for line in said)


def test_another_organ_is_named() -> None:
    told = lines(None, REPORT)
    assert any(line.startswith('"T2 bright" means T2 signal') and "another organ" in line for line in told)
    assert '"Kidneys" names another organ: "T2 bright".' in told


def test_a_phrase_that_needs_its_own_question_says_so() -> None:
    told = lines(None, "It was shiny and bright.")
    assert any(
        line.startswith('"bright" counts only as a direct reply to its own question: ') for line in told
    )
    assert 'Not used: "shiny and bright"' in told


def test_words_without_use_are_named() -> None:
    explanation = explain("presentation", "fever and purple xylophones")
    assert [explanation.words(part) for part in explanation.unused] == ["purple xylophones"]
    assert "Nothing was read from it." in lines("gcsf", "mumble")


def test_a_claim_that_does_not_count_says_why() -> None:
    explanation = explain("t2_signal", "probably hyperintense; now dark")
    doubted = next(one for one in explanation.claims if one.hedged)
    assert doubted.why_not == "other words are certain"
    assert next(one for one in explanation.claims if not one.hedged).why_not == ""


def test_not_known_is_a_cue_of_its_own() -> None:
    told = lines("lesion_course", "no idea")
    assert '"no idea" says that it is not known.' in told
    assert told[-1] == "- course: not known (accepted)."


def test_an_option_has_no_phrases() -> None:
    explanation = explain("sex", "2")
    assert explanation.option and explanation.clauses == ()
    assert "It is a choice that was offered, so no phrases were looked for." in lines("sex", "2")


def test_nothing_read_is_told() -> None:
    assert lines(None, "Good morning.")[-1] == "- Nothing was read as a finding."


def test_the_marks_are_the_words_that_claims_rest_on() -> None:
    (clause,) = clauses_read(explain("gcsf", "certainly\tno G-CSF"), knowledge())
    assert sorted(clause.words[start:end] for start, end in clause.marks) == ["G-CSF", "no"]


def test_every_kind_of_cue_is_told_in_plain_words() -> None:
    kinds = {kind for found in interpreter().cues._index.values() for kind in found}
    told = {*DOES, "yes", "no", "negation_before", "negation_next", "negation_after"}
    assert kinds <= told


@pytest.mark.parametrize(
    ("question", "reply"),
    [(None, REPORT), ("gcsf", "no G-CSF, but filgrastim was planned"), ("sex", "2"), ("age", "")],
)
def test_the_steps_go_into_json(question: str | None, reply: str) -> None:
    spelled = json.loads(json.dumps(explain(question, reply).plain()))
    for part in ("clauses", "phrases", "cues", "numbers", "claims", "unused"):
        for one in spelled[part]:
            assert one["words"] == " ".join(reply[one["start"] : one["end"]].split())


PIECES = st.sampled_from(
    ["no fever", "probably", "mother", "MDS", "3 cm", "sorry", "(", ")", ". ", ", ", "but", "kidney", "T2 bright", "?",
     "TECHNIQUE: ", "planned", "filgrastm", "not without fat", "AFP 3", "than", "if", "liver mildly enlarged", "\n"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map(" ".join)),
    st.sampled_from([None, "gcsf", "presentation", "lesion_size", "t2_signal", "malignancy", "age"]),
)
def test_an_explanation_holds_the_readings_of_reading(reply: str, question: str | None) -> None:
    explanation = explain(question, reply)
    assert explanation.interpretation == interpreter().read(reply, question)
    json.dumps(explanation.plain())
    told = explained(explanation, knowledge())
    assert all(line.strip() and "\n" not in line for line in told)
    for clause in clauses_read(explanation, knowledge()):
        assert all(0 <= start < end <= len(clause.words) for start, end in clause.marks)
    # what was accepted rests on a claim that counts, but for an option
    for reading in explanation.interpretation.readings:
        if reading.outcome is Outcome.ACCEPT and not explanation.option:
            assert any(one.finding == reading.finding and not one.why_not for one in explanation.claims)
