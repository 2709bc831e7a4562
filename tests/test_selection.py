"""What is worth asking next, which test, and whether it could still change the leader."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import AnswerError, UsageError
from assistant.inference import differential, gains, leader_can_change, next_tests
from assistant.knowledge import Answer, Finding, Kind, KnowledgeBase, State, load_knowledge, parse_answer

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


def parsed(**spelled: object) -> dict[str, Answer]:
    return {name: parse_answer(knowledge().finding(name), value) for name, value in spelled.items()}


def one_value(finding: Finding, value: str) -> Answer:
    if finding.kind is Kind.QUANTITY:
        low = next(band.low for band in finding.bands if band.id == value)
        return Answer(finding.id, quantity=(low, low))
    return Answer(finding.id, values=frozenset({value}), listed=finding.kind is Kind.MULTIPLE)


@st.composite
def answer_sets(draw: st.DrawFn) -> dict[str, Answer]:
    names = draw(st.lists(st.sampled_from(list(knowledge().findings)), max_size=20, unique=True))
    findings = [knowledge().findings[name] for name in names]
    return {
        finding.id: one_value(finding, draw(st.sampled_from(finding.value_ids)))
        if draw(st.integers(0, 5))
        else Answer(finding.id, State.UNKNOWN)
        for finding in findings
    }


def entropy(shares: list[float]) -> float:
    return -sum(share * math.log2(share) for share in shares if share > 0)


def outcomes(finding: Finding) -> list[Answer]:
    if finding.kind is not Kind.MULTIPLE:
        return [one_value(finding, value) for value in finding.value_ids]
    others = [value for value in finding.value_ids if value != finding.exclusive]
    lists = [pick for size in range(1, len(others) + 1) for pick in combinations(others, size)]
    alone = [one_value(finding, str(finding.exclusive))] if finding.exclusive else []
    return alone + [Answer(finding.id, values=frozenset(pick), closed=True, listed=True) for pick in lists]


def refolded_gain(finding: Finding, answers: dict[str, Answer]) -> float:
    """Return the gain by asking `finding` first, without any other answer to choose a table or a weight."""
    before = differential(knowledge(), answers)
    likelihoods = []
    for outcome in outcomes(finding):
        folded = differential(knowledge(), {**answers, finding.id: outcome})
        factor = next(factor for factor in folded.factors if factor.finding == finding.id)
        likelihoods.append({name: math.exp(value) for name, value in factor.log_likelihoods.items()})
    total = {name: sum(column[name] for column in likelihoods) for name in before.posterior}
    expected = 0.0
    for column in likelihoods:
        joint = [share * column[name] / total[name] for name, share in before.posterior.items()]
        chance = sum(joint)
        expected += chance * entropy([share / chance for share in joint])
    return entropy(list(before.posterior.values())) - expected


@pytest.mark.parametrize(
    "name", ["sex", "age", "presentation", "extrahepatic_tumour", "prior_biopsies", "malignancy"]
)
def test_gain_is_the_expected_fall_of_entropy(name: str) -> None:
    found = gains(knowledge(), {}, [name])[0]
    assert found.gain == pytest.approx(refolded_gain(knowledge().findings[name], {}), abs=1e-9)


def test_gain_uses_the_table_of_the_context_that_holds() -> None:
    answers = parsed(prior_chemotherapy="yes")
    found = gains(knowledge(), answers, ["gcsf"])[0]
    assert found.gain == pytest.approx(refolded_gain(knowledge().findings["gcsf"], answers), abs=1e-9)
    assert found.gain != pytest.approx(gains(knowledge(), {}, ["gcsf"])[0].gain)


def test_gain_uses_the_weight_the_answer_would_have() -> None:
    # P(v) comes from the table, p_v from the square root that the rule leaves
    finding = knowledge().findings["t1_signal"]
    answers = parsed(t2_signal="mildly_hyperintense")
    before = differential(knowledge(), answers).posterior
    expected = 0.0
    for value in finding.value_ids:
        after = differential(knowledge(), {**answers, finding.id: one_value(finding, value)}).posterior
        chance = sum(
            share * knowledge().diagnoses[d].rows[finding.id].p[value] for d, share in before.items()
        )
        expected += chance * entropy(list(after.values()))
    found = gains(knowledge(), answers, ["t1_signal"])[0]
    assert found.gain == pytest.approx(entropy(list(before.values())) - expected, abs=1e-9)


def test_a_rule_on_one_value_weighs_that_value_only() -> None:
    # beside a rim, necrosis is halved and hemorrhage is not
    finding = knowledge().findings["hemorrhage_or_necrosis"]
    answers = parsed(arterial_enhancement="rim")
    before = differential(knowledge(), answers).posterior
    expected = 0.0
    weights = {}
    for value in finding.value_ids:
        shown = differential(knowledge(), {**answers, finding.id: one_value(finding, value)})
        weights[value] = next(factor.weight for factor in shown.factors if factor.finding == finding.id)
        chance = sum(
            share * knowledge().diagnoses[d].rows[finding.id].p[value] for d, share in before.items()
        )
        expected += chance * entropy(list(shown.posterior.values()))
    assert weights == {"none": 1, "hemorrhage": 1, "necrosis_or_cystic": 0.5}
    found = gains(knowledge(), answers, [finding.id])[0]
    assert found.gain == pytest.approx(entropy(list(before.values())) - expected, abs=1e-9)


@slow
@given(answer_sets())
def test_gains_are_never_negative_and_sorted(answers: dict[str, Answer]) -> None:
    found = gains(knowledge(), answers, knowledge().findings)
    assert {item.finding for item in found} == set(knowledge().findings)
    assert all(item.gain >= 0 and item.credit >= 0 and item.burden >= 1 for item in found)
    assert [item.finding for item in found] == [
        item.finding for item in sorted(found, key=lambda item: (-item.per_burden, item.finding))
    ]


@slow
@given(answer_sets())
def test_gain_is_nothing_behind_a_closed_gate_or_once_answered(answers: dict[str, Answer]) -> None:
    diffuse = answers.get("iron_overload") == parsed(iron_overload="diffuse")["iron_overload"]
    for item in gains(knowledge(), answers, knowledge().findings):
        answer = answers.get(item.finding)
        if answer is not None and answer.moves:
            assert (item.gain, item.credit) == (0, 0)
        if item.finding == "t2star_signal" and not diffuse:
            assert item.gain == 0
        if not knowledge().findings[item.finding].informative:
            assert item.gain == 0


def test_a_silenced_finding_gains_nothing() -> None:
    assert gains(knowledge(), parsed(iron_overload="diffuse"), ["ferritin"])[0].gain == pytest.approx(0)


def test_what_opens_a_gate_is_credited_with_what_lies_behind() -> None:
    answers = parsed(marrow_disorder="mds", transfusions="regular")
    iron = gains(knowledge(), answers, ["iron_overload"])[0]
    before = differential(knowledge(), answers).posterior
    opened = {**answers, **parsed(iron_overload="diffuse")}
    factor = next(f for f in differential(knowledge(), opened).factors if f.finding == "iron_overload")
    chance = sum(before[name] * math.exp(value) for name, value in factor.log_likelihoods.items())
    behind = gains(knowledge(), opened, ["t2star_signal"])[0].gain
    assert iron.credit == pytest.approx(chance * behind, abs=1e-9)
    assert iron.per_burden == pytest.approx((iron.gain + iron.credit) / iron.burden)


@pytest.mark.parametrize("behind", ["isointense_to_liver", "not_done"])
def test_no_credit_for_what_has_its_answer(behind: str) -> None:
    assert gains(knowledge(), parsed(t2star_signal=behind), ["iron_overload"])[0].credit == 0


def test_no_credit_for_a_gate_that_is_settled() -> None:
    settled = parsed(malignancy="none", prior_chemotherapy="no", iron_overload="none")
    assert all(item.credit == 0 for item in gains(knowledge(), settled, knowledge().findings))


def test_burden_is_that_of_the_cheapest_test() -> None:
    burdens = {item.finding: item.burden for item in gains(knowledge(), {}, knowledge().findings)}
    assert (burdens["age"], burdens["ferritin"], burdens["washout"], burdens["colloid_uptake"]) == (
        1,
        2,
        3,
        4,
    )
    untested = replace(knowledge(), tests={})
    assert gains(untested, {}, ["colloid_uptake"])[0].burden == 1


def test_candidates_are_taken_once_and_must_exist() -> None:
    assert len(gains(knowledge(), {}, ["age", "age"])) == 1
    assert gains(knowledge(), {}, []) == ()
    with pytest.raises(AnswerError, match="did you mean 'gcsf'"):
        gains(knowledge(), {}, ["gcfs"])
    with pytest.raises(UsageError):
        gains(knowledge(), {}, ["age"], "nowhere")


def test_next_tests_are_the_best_per_burden() -> None:
    answers = parsed(malignancy="none", age=50, afp="not_done", t2_signal="mildly_hyperintense")
    offers = next_tests(knowledge(), answers, limit=100)
    single = {item.finding: item.gain for item in gains(knowledge(), answers, knowledge().findings)}
    ranks = [(-offer.per_burden, offer.test.id) for offer in offers]
    assert ranks == sorted(ranks)
    for offer in offers:
        assert offer.test.burden > 1
        assert offer.findings
        assert "t2_signal" not in offer.findings
        assert set(offer.findings) <= set(offer.test.findings)
        assert offer.gain == pytest.approx(max(single[name] for name in offer.findings))
        assert offer.per_burden == pytest.approx(offer.gain / offer.test.burden)
        assert offer.findings[0] == max(offer.findings, key=lambda name: single[name])
    assert next_tests(knowledge(), answers, limit=2) == offers[:2]


def test_a_test_may_tell_what_was_not_done() -> None:
    offers = next_tests(knowledge(), parsed(afp="not_done"), limit=100)
    assert any("afp" in offer.findings for offer in offers)


def test_a_test_is_offered_only_where_it_would_count() -> None:
    everything = {
        finding.id: one_value(finding, finding.value_ids[0]) for finding in knowledge().findings.values()
    }
    assert next_tests(knowledge(), everything) == ()


def brute_force(answers: dict[str, Answer]) -> bool:
    leader = differential(knowledge(), answers).leader
    for finding in knowledge().findings.values():
        answer = answers.get(finding.id)
        counted = answer is not None and answer.moves
        for value in () if counted else finding.value_ids:
            shown = differential(knowledge(), {**answers, finding.id: one_value(finding, value)})
            factor = next(factor for factor in shown.factors if factor.finding == finding.id)
            behind_gate = factor.silent is not None and factor.silent.startswith("counts only")
            if not behind_gate and shown.leader != leader:
                return True
    return False


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer_sets())
def test_leader_can_change_is_a_full_refold_of_every_open_answer(answers: dict[str, Answer]) -> None:
    assert leader_can_change(knowledge(), answers, knowledge().findings) is brute_force(answers)


# parents of tables and gates, each with answers that it changes, some of them through a rule on a gated one
TOUCHED = {
    "primary_mibg_avid": ("malignancy", "mibg_avid"),
    "lesion_onset": ("malignancy", "malignancy_status", "prior_chemotherapy"),
    "iron_overload": ("t2star_signal", "colloid_uptake"),
    "t2_signal": ("t1_signal", "dwi_restriction"),
    "presentation": ("bile_duct_dilatation", "immunosuppressed_or_septic"),
    "malignancy": ("malignancy_status", "lesion_onset", "mibg_avid", "catecholamines"),
    "prior_chemotherapy": ("anemia_or_cytopenia", "months_since_chemotherapy"),
}

SETTLED = {
    "prior_biopsies": "trilineage_hematopoiesis",
    "marrow_disorder": "myelofibrosis",
    "splenomegaly": "yes",
}


def test_leader_can_change_at_first_and_not_once_settled() -> None:
    assert leader_can_change(knowledge(), {}, knowledge().findings)
    settled = parsed(**SETTLED, age=65, malignancy="none", other_emh_sites=["paraspinal_or_mediastinal"])
    assert leader_can_change(knowledge(), settled, knowledge().findings) is brute_force(settled)
    assert not leader_can_change(knowledge(), settled, ["sex", "calcification"])
    assert not leader_can_change(knowledge(), {}, [])


def test_answers_given_and_gates_closed_are_passed_over() -> None:
    answers = parsed(malignancy="none")
    assert not leader_can_change(knowledge(), answers, ["malignancy", "mibg_avid", "bleeding_risk"])
    with pytest.raises(AnswerError):
        leader_can_change(knowledge(), answers, ["mibg"])


def close_race(answers: dict[str, Answer], rival: str | None = None) -> KnowledgeBase:
    """Return knowledge whose priors put a rival a hair behind the leader, so that little changes it."""
    shown = differential(knowledge(), answers)
    second = knowledge().diagnoses[rival or shown.runner_up]
    ratio = 0.98 * shown.posterior[shown.leader] / shown.posterior[second.id]
    raised = replace(second, prior=second.prior * ratio)
    return replace(knowledge(), diagnoses={**knowledge().diagnoses, second.id: raised})


@pytest.mark.parametrize("name", TOUCHED)
@pytest.mark.parametrize("more", [0, 4, 8])
@pytest.mark.parametrize("state", [State.KNOWN, State.PROBABLE])
def test_tables_gates_and_weights_of_others_are_refolded(name: str, more: int, state: State) -> None:
    random, finding = Random(name), knowledge().findings[name]
    others = [other for other in knowledge().findings if other not in (name, *TOUCHED[name])]
    seen = set()
    for _ in range(60):
        answers = {
            other.id: replace(one_value(other, random.choice(other.value_ids)), state=state)
            for other in map(knowledge().finding, (*TOUCHED[name], *random.sample(others, more)))
        }
        # with it the gates of its children stand open
        if "malignancy" in answers:
            answers |= parsed(malignancy="neuroblastoma")
        base = close_race(answers)
        leader = differential(base, answers).leader
        tried = ({**answers, name: one_value(finding, value)} for value in finding.value_ids)
        changes = any(differential(base, given).leader != leader for given in tried)
        assert leader_can_change(base, answers, [name]) is changes
        seen.add(changes)
    assert True in seen


def test_an_open_finding_behind_a_closed_gate_is_passed_over() -> None:
    # the table of chemotherapy would follow the onset, but nothing without a malignancy has one
    answers = parsed(malignancy="none", prior_chemotherapy="yes")
    told = answers | parsed(lesion_onset="after_treatment")
    before, after = (differential(knowledge(), given).posterior for given in (answers, told))
    base = close_race(answers, max(before, key=lambda name: after[name] / before[name]))
    assert differential(base, told).leader != differential(base, answers).leader
    assert not leader_can_change(base, answers, ["lesion_onset"])
