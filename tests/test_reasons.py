"""What each answer weighs, and the row it rests on."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import pytest

from assistant.errors import AnswerError, UsageError
from assistant.inference import differential, evidence_for, reasons
from assistant.knowledge import (
    Answer,
    Finding,
    Kind,
    KnowledgeBase,
    Lexicon,
    Phrase,
    Value,
    load_knowledge,
    parse_answer,
)

MDS = {
    "age": 52,
    "marrow_disorder": "mds",
    "transfusions": "regular",
    "iron_overload": "diffuse",
    "t2star_signal": "isointense_to_liver",
    "splenomegaly": "yes",
    "hepatomegaly": "yes",
    "ferritin": 3000,
    "presentation": {"present": ["abdominal_pain"], "absent": ["fever"]},
    "arterial_enhancement": {"probable": {"one_of": ["homogeneous_hyper", "heterogeneous_hyper"]}},
    "bleeding_risk": "thrombocytopenia",
    "afp": "not_done",
}


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


def parsed(spelled: dict[str, object]) -> dict[str, Answer]:
    return {name: parse_answer(knowledge().finding(name), value) for name, value in spelled.items()}


def decibans(odds: float) -> float:
    return 10 * math.log10(odds)


def test_every_answer_that_can_move_has_a_reason_and_the_heaviest_comes_first() -> None:
    found = reasons(knowledge(), parsed(MDS))
    assert {reason.finding for reason in found} == set(MDS) - {"afp"}
    weights = [abs(reason.pairwise) for reason in found]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize("diagnosis", [None, "emh", "hcc", "metastasis", "fnh"])
def test_pairwise_weights_add_up_to_the_posterior_odds(diagnosis: str | None) -> None:
    shown = differential(knowledge(), parsed(MDS))
    found = reasons(knowledge(), parsed(MDS), diagnosis)
    subject, rival = found[0].diagnosis, found[0].rival
    prior_odds = shown.prior[subject] / shown.prior[rival]
    total = decibans(prior_odds) + sum(reason.pairwise for reason in found)
    assert total == pytest.approx(decibans(shown.posterior[subject] / shown.posterior[rival]))


def test_the_rival_is_the_runner_up_of_the_leader_and_the_leader_of_all_others() -> None:
    shown = differential(knowledge(), parsed(MDS))
    assert {reason.rival for reason in reasons(knowledge(), parsed(MDS))} == {shown.runner_up}
    assert {reason.rival for reason in reasons(knowledge(), parsed(MDS), "splenosis")} == {shown.leader}


@pytest.mark.parametrize("population", [None, "hematology_clinic"])
def test_leave_one_out_is_a_full_refold(population: str | None) -> None:
    answers = parsed(MDS)
    full = differential(knowledge(), answers, population).posterior["emh"]
    for reason in reasons(knowledge(), answers, "emh", population):
        rest = {name: answer for name, answer in answers.items() if name != reason.finding}
        without = differential(knowledge(), rest, population).posterior["emh"]
        assert reason.change == pytest.approx(full - without)
        odds = (full / (1 - full)) / (without / (1 - without))
        assert reason.log_odds_change == pytest.approx(decibans(odds))


def test_log_odds_do_not_saturate_near_certainty() -> None:
    sure = {**MDS, "prior_biopsies": "trilineage_hematopoiesis"}
    biopsy = reasons(knowledge(), parsed(sure))[0]
    assert biopsy.finding == "prior_biopsies"
    assert math.isfinite(biopsy.log_odds_change)
    assert biopsy.log_odds_change > 20


def test_a_reason_carries_its_row_and_both_probabilities() -> None:
    found = {reason.finding: reason for reason in reasons(knowledge(), parsed(MDS), "emh")}
    iron = found["iron_overload"]
    assert iron.context is not None
    assert iron.context.given == {"transfusions": frozenset({"regular"})}
    assert iron.row is not None
    assert iron.rival_row is not None
    own, rival = iron.row.p["diffuse"], iron.rival_row.p["diffuse"]
    assert (iron.probability, iron.rival_probability) == pytest.approx((own, rival))
    assert (iron.grade, iron.n, iron.sources, iron.note) == (
        iron.row.grade,
        iron.row.n,
        iron.row.sources,
        iron.row.note,
    )
    assert iron.pairwise == pytest.approx(decibans(own / rival))


def test_silent_answers_say_why_and_may_still_change_something() -> None:
    found = {reason.finding: reason for reason in reasons(knowledge(), parsed(MDS))}
    ferritin, bleeding = found["ferritin"], found["bleeding_risk"]
    assert ferritin.silent is not None
    assert ferritin.silent.startswith("counted once")
    assert (ferritin.pairwise, ferritin.weight) == (0, 0)
    assert ferritin.row is not None
    assert bleeding.silent == "moves no diagnosis by itself"
    assert (bleeding.row, bleeding.grade, bleeding.n, bleeding.sources, bleeding.note) == (
        None,
        None,
        None,
        (),
        "",
    )
    assert (bleeding.change, bleeding.probability) == (0, None)
    assert found["splenomegaly"].weight == 0.5
    assert found["splenomegaly"].rule is not None
    closed = {**MDS, "iron_overload": "none"}
    t2star = {reason.finding: reason for reason in reasons(knowledge(), parsed(closed))}["t2star_signal"]
    assert str(t2star.silent).startswith("counts only with diffuse")
    assert (t2star.pairwise, t2star.change, t2star.log_odds_change) == (0, 0, 0)
    # MIBG avidity of the primary moves nothing by itself and chooses the table of the lesion's
    mibg = parsed({"malignancy": "neuroblastoma", "mibg_avid": "no", "primary_mibg_avid": "no"})
    primary = {reason.finding: reason for reason in reasons(knowledge(), mibg)}["primary_mibg_avid"]
    assert primary.pairwise == 0
    assert primary.change != 0


def test_no_answer_no_reason() -> None:
    assert reasons(knowledge(), {}) == ()
    assert reasons(knowledge(), parsed({"afp": "unknown"})) == ()


def test_evidence_is_the_row_read_now() -> None:
    emh = knowledge().diagnoses["emh"]
    base = evidence_for(knowledge(), {}, "iron_overload", "emh")
    assert base.row == emh.rows["iron_overload"]
    assert (base.context, base.silent, base.own) == (None, None, True)
    held = evidence_for(knowledge(), parsed({"transfusions": "regular"}), "iron_overload", "emh")
    assert held.context is not None
    assert held.row == emh.context_rows["iron_overload", held.context.id]
    assert [source.id for source in held.sources] == list(held.row.sources)
    assert held.diagnosis is emh
    assert held.finding.id == "iron_overload"


def test_evidence_tells_a_base_row_that_stands_in() -> None:
    base = knowledge()
    for known in base.diagnoses.values():
        for finding in base.findings.values():
            for context in finding.contexts:
                answers = parsed({parent: min(values) for parent, values in context.given.items()})
                found = evidence_for(base, answers, finding.id, known.id)
                assert found.context is not None
                assert found.own is ((finding.id, found.context.id) in known.context_rows)
                if not found.own:
                    assert found.row == known.rows[finding.id]


def test_evidence_behind_a_closed_gate_says_when_it_counts() -> None:
    assert (
        evidence_for(knowledge(), {}, "t2star_signal", "emh").silent
        == "counts only with diffuse iron overload"
    )
    answered = parsed({"t2star_signal": "hyperintense"})
    assert evidence_for(knowledge(), answered, "t2star_signal", "emh").silent is not None
    diffuse = parsed({"iron_overload": "diffuse"})
    assert evidence_for(knowledge(), diffuse, "t2star_signal", "emh").silent is None
    tableless = evidence_for(knowledge(), {}, "bleeding_risk", "emh")
    assert (tableless.row, tableless.sources) == (None, ())
    assert tableless.silent == "moves no diagnosis by itself"


PARENT = Finding(
    "parent",
    "iron overload",
    "marrow",
    Kind.SINGLE,
    "?",
    values=tuple(Value(name, name) for name in ("none", "diffuse", "focal")),
    negative="none",
    lexicon=Lexicon(phrases=(Phrase("diffuse iron overload", frozenset({"diffuse"})),)),
)


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        ({"diffuse"}, "counts only with diffuse iron overload"),
        # no synonym says "focal iron overload"
        ({"focal"}, "counts only with iron overload: focal"),
        ({"diffuse", "focal"}, "counts only with iron overload"),
        ({"none", "diffuse"}, "counts only with iron overload: none or diffuse"),
    ],
)
def test_gates_in_words(allowed: set[str], words: str) -> None:
    child = replace(knowledge().findings["t2star_signal"], gate={"parent": frozenset(allowed)})
    findings = {**knowledge().findings, "parent": PARENT, "t2star_signal": child}
    assert evidence_for(replace(knowledge(), findings=findings), {}, "t2star_signal", "emh").silent == words


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no diagnosis 'emhh'; did you mean 'emh'"):
        reasons(knowledge(), {}, "emhh")
    with pytest.raises(UsageError, match="did you mean 'fnh'"):
        evidence_for(knowledge(), {}, "age", "fnhh")
    with pytest.raises(AnswerError, match="did you mean 'gcsf'"):
        evidence_for(knowledge(), {}, "gcfs", "emh")
    with pytest.raises(UsageError, match="there is no population"):
        reasons(knowledge(), {}, population="nowhere")
