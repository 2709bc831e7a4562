"""The posterior against its oracle, against a second reading of DESIGN section 5, and its properties."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import AnswerError, UsageError
from assistant.inference import certainty_word, differential, percent, prior
from assistant.knowledge import (
    Answer,
    Finding,
    Kind,
    KnowledgeBase,
    Population,
    State,
    load_knowledge,
    parse_answer,
)

ORACLE = json.loads((Path(__file__).parent / "data" / "expected.json").read_text(encoding="utf-8"))["cases"]

MOVING = (State.KNOWN, State.KNOWN, State.PROBABLE)
STILL = (State.UNKNOWN, State.NOT_DONE, State.NOT_ASSESSABLE)

slow = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


def parsed(**spelled: object) -> dict[str, Answer]:
    return {name: parse_answer(knowledge().finding(name), value) for name, value in spelled.items()}


@st.composite
def an_answer(draw: st.DrawFn, finding: Finding) -> Answer:
    state = draw(st.sampled_from((*MOVING, draw(st.sampled_from(STILL)))))
    if state in STILL:
        return Answer(finding.id, state)
    if finding.kind is Kind.QUANTITY:
        ends = st.sampled_from([band.low for band in finding.bands] + [finding.bands[-1].high])
        low, high = sorted((draw(ends), draw(ends)))
        return Answer(finding.id, state, quantity=(low, high))
    if finding.kind is Kind.SINGLE:
        return Answer(
            finding.id, state, frozenset(draw(st.sets(st.sampled_from(finding.value_ids), min_size=1)))
        )
    if finding.exclusive and draw(st.booleans()):
        return Answer(finding.id, state, frozenset({finding.exclusive}), listed=True)
    others = [value for value in finding.value_ids if value != finding.exclusive]
    present = frozenset(draw(st.sets(st.sampled_from(others))))
    absent = frozenset(draw(st.sets(st.sampled_from(others)))) - present
    return Answer(finding.id, state, present, absent, draw(st.booleans()), listed=True)


@st.composite
def answer_sets(draw: st.DrawFn, most: int = 25) -> dict[str, Answer]:
    known = list(knowledge().findings)
    names = draw(st.lists(st.sampled_from(known), max_size=most, unique=True))
    return {name: draw(an_answer(knowledge().findings[name])) for name in names}


# A second implementation, in plain dicts, written from DESIGN section 5 alone.


def naive_holds(condition: Mapping[str, frozenset[str]], answers: Mapping[str, Answer]) -> bool:
    for parent, allowed in condition.items():
        answer = answers.get(parent)
        if answer is None or answer.state != "known" or len(answer.values) == 0:
            return False
        if answer.listed and not any(value in allowed for value in answer.values):
            return False
        if not answer.listed and any(value not in allowed for value in answer.values):
            return False
    return True


def naive_table(finding: Finding, diagnosis: str, answers: Mapping[str, Answer]) -> Mapping[str, float]:
    known = knowledge().diagnoses[diagnosis]
    for context in finding.contexts:
        if naive_holds(context.given, answers):
            return known.context_rows.get((finding.id, context.id), known.rows[finding.id]).p
    return known.rows[finding.id].p


def naive_likelihood(finding: Finding, answer: Answer, p: Mapping[str, float]) -> float:
    r = knowledge().model.probable_reliability
    probable = answer.state == "probable"
    if finding.kind == "multiple":
        if probable:
            p = {value: r * share + (1 - r) * (1 - share) for value, share in p.items()}
        if answer.values == {finding.exclusive}:
            return p[str(finding.exclusive)]
        if answer.closed and answer.values:
            others = [value for value in p if value != finding.exclusive]
            lists = [pick for size in range(1, len(others) + 1) for pick in combinations(others, size)]

            def of_list(pick: tuple[str, ...]) -> float:
                return math.prod(p[value] if value in pick else 1 - p[value] for value in others)

            total = p.get(str(finding.exclusive), 0.0) + sum(of_list(pick) for pick in lists)
            return of_list(tuple(answer.values)) / total
        present = math.prod(p[value] for value in answer.values)
        return present * math.prod(1 - p[value] for value in answer.absent)
    said = set(answer.values)
    if answer.quantity:
        low, high = answer.quantity
        said = {band.id for band in finding.bands if band.low <= high and low < band.high}
        if low == finding.bands[-1].high:
            said.add(finding.bands[-1].id)
    inside = sum(p[value] for value in said)
    if not probable:
        return inside
    k, size = len(p), len(said)
    h = r + (1 - r) * (size - 1) / (k - 1)
    m = (1 - r) * size / (k - 1)
    return h * inside + m * sum(share for value, share in p.items() if value not in said)


def naive_factor(name: str, answers: Mapping[str, Answer]) -> bool:
    finding, answer = knowledge().findings[name], answers.get(name)
    if answer is None or not finding.informative or answer.state not in ("known", "probable"):
        return False
    empty = not answer.values and not answer.absent and answer.quantity is None
    return not empty and naive_holds(finding.gate, answers)


def naive_posterior(answers: Mapping[str, Answer]) -> dict[str, float]:
    scores = {name: math.log(known.prior) for name, known in knowledge().diagnoses.items()}
    for name, answer in answers.items():
        if not naive_factor(name, answers):
            continue
        weight = 1.0
        for rule in knowledge().counted_once:
            if all(naive_factor(other, answers) for other in rule.answered) and naive_holds(
                rule.when, answers
            ):
                weight = min(weight, rule.weights.get(name, 1.0))
        finding = knowledge().findings[name]
        for diagnosis in scores:
            likelihood = naive_likelihood(finding, answer, naive_table(finding, diagnosis, answers))
            scores[diagnosis] += weight * math.log(likelihood)
    top = max(scores.values())
    total = sum(math.exp(score - top) for score in scores.values())
    return {name: math.exp(score - top) / total for name, score in scores.items()}


@pytest.mark.parametrize("case", ORACLE, ids=[case["id"] for case in ORACLE])
def test_posterior_is_that_of_the_oracle(case: dict[str, dict[str, float]]) -> None:
    shown = differential(knowledge(), parsed(**case["answers"]))
    assert shown.posterior == pytest.approx(case["posterior"], abs=1e-6)


@slow
@given(answer_sets())
def test_posterior_is_that_of_a_second_implementation(answers: dict[str, Answer]) -> None:
    assert differential(knowledge(), answers).posterior == pytest.approx(naive_posterior(answers), abs=1e-9)


@slow
@given(answer_sets())
def test_posterior_sums_to_one_and_falls(answers: dict[str, Answer]) -> None:
    shares = list(differential(knowledge(), answers).posterior.values())
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


@slow
@given(answer_sets(), st.randoms())
def test_order_does_not_matter(answers: dict[str, Answer], random: Random) -> None:
    shuffled = dict(random.sample(list(answers.items()), len(answers)))
    assert differential(knowledge(), shuffled) == differential(knowledge(), answers)


@slow
@given(answer_sets(), st.sampled_from(STILL), st.data())
def test_unknown_moves_nothing(answers: dict[str, Answer], state: State, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in knowledge().findings if name not in answers]))
    more = differential(knowledge(), {**answers, name: Answer(name, state)})
    assert more.posterior == differential(knowledge(), answers).posterior
    factor = next(factor for factor in more.factors if factor.finding == name)
    assert factor.silent == f"{state.value.replace('_', ' ')}: moves nothing"


def nobody_depends_on(name: str) -> bool:
    parents = {
        parent
        for finding in knowledge().findings.values()
        for given in (finding.gate, *(context.given for context in finding.contexts))
        for parent in given
    }
    rules = {finding for rule in knowledge().counted_once for finding in (*rule.answered, *rule.when)}
    return name not in parents | rules


@slow
@given(answer_sets(), st.sampled_from((State.KNOWN, State.PROBABLE)), st.data())
def test_all_values_at_once_move_nothing(
    answers: dict[str, Answer], state: State, data: st.DataObject
) -> None:
    free = [
        finding
        for finding in knowledge().findings.values()
        if finding.kind is Kind.SINGLE and finding.id not in answers and nobody_depends_on(finding.id)
    ]
    finding = data.draw(st.sampled_from(free))
    everything = Answer(finding.id, state, frozenset(finding.value_ids))
    more = differential(knowledge(), {**answers, finding.id: everything}).posterior
    assert more == pytest.approx(differential(knowledge(), answers).posterior, abs=1e-12)


def test_without_answers_the_posterior_is_the_prior() -> None:
    shown = differential(knowledge(), {})
    assert shown.posterior == pytest.approx(shown.prior)
    assert shown.factors == ()
    assert sum(shown.prior.values()) == pytest.approx(1)


def test_equal_diagnoses_keep_the_order_of_the_knowledge_and_share_a_rank() -> None:
    base = knowledge()
    even = {name: replace(known, prior=1 / 17) for name, known in base.diagnoses.items()}
    shown = differential(replace(base, diagnoses=even), {})
    assert list(shown.posterior) == list(base.diagnoses)
    assert shown.leader == next(iter(base.diagnoses))
    assert {shown.rank(name) for name in base.diagnoses} == {1}


def test_rank_counts_those_strictly_ahead() -> None:
    shown = differential(knowledge(), {})
    assert (shown.rank(shown.leader), shown.rank(shown.runner_up)) == (1, 2)
    with pytest.raises(UsageError, match="did you mean 'hcc'"):
        shown.rank("hccc")


@pytest.mark.parametrize("iron", ["none", {"probable": "diffuse"}, "unknown", "diffuse"])
def test_a_closed_gate_silences_and_says_why(iron: object) -> None:
    shown = differential(knowledge(), parsed(iron_overload=iron, t2star_signal="isointense_to_liver"))
    factor = next(factor for factor in shown.factors if factor.finding == "t2star_signal")
    if iron == "diffuse":
        assert (factor.silent, factor.weight) == (None, 1)
        assert any(factor.log_likelihoods.values())
    else:
        assert str(factor.silent).startswith("counts only with diffuse")
        assert (factor.weight, any(factor.log_likelihoods.values())) == (0, False)


def test_evidence_counted_once_says_which_rule() -> None:
    shown = differential(knowledge(), parsed(ferritin=3000, iron_overload="diffuse"))
    factor = next(factor for factor in shown.factors if factor.finding == "ferritin")
    assert factor.weight == 0
    assert str(factor.silent).startswith("counted once: Ferritin stands in for liver iron")


def test_half_a_weight_is_the_square_root() -> None:
    alone = differential(knowledge(), parsed(splenomegaly="yes")).factors[0]
    halved = differential(knowledge(), parsed(splenomegaly="yes", hepatomegaly="yes")).factors[0]
    assert (alone.finding, alone.weight) == (halved.finding, 1)
    assert (halved.weight, halved.silent) == (0.5, None)
    assert halved.rule
    assert halved.log_likelihoods["emh"] == pytest.approx(alone.log_likelihoods["emh"] / 2)


def test_of_several_weights_the_smallest_counts_whatever_their_order() -> None:
    answers = parsed(malignancy="neuroblastoma", age=3, prior_chemotherapy="yes") | parsed(
        lesion_onset="during_treatment", months_since_chemotherapy=4
    )
    for rules in (knowledge().counted_once, knowledge().counted_once[::-1]):
        shown = differential(replace(knowledge(), counted_once=rules), answers)
        weights = {factor.finding: factor.weight for factor in shown.factors}
        assert weights["months_since_chemotherapy"] == 0


def test_the_context_taken_is_named() -> None:
    shown = differential(knowledge(), parsed(prior_chemotherapy="yes", gcsf="yes"))
    gcsf = next(factor for factor in shown.factors if factor.finding == "gcsf")
    assert gcsf.context == knowledge().findings["gcsf"].contexts[0].id


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("bleeding_risk", "thrombocytopenia", "moves no diagnosis by itself"),
        ("presentation", [], "an open list without an entry says nothing"),
    ],
)
def test_what_has_no_factor_says_why(name: str, value: object, words: str) -> None:
    shown = differential(knowledge(), parsed(**{name: value}))
    assert shown.factors[0].silent == words
    assert shown.posterior == differential(knowledge(), {}).posterior


def test_nothing_is_infinite_where_a_table_says_zero() -> None:
    base = knowledge()
    emh = base.diagnoses["emh"]
    never = replace(emh.rows["sex"], p={"female": 0.0, "male": 1.0})
    changed = replace(
        base, diagnoses={**base.diagnoses, "emh": replace(emh, rows={**emh.rows, "sex": never})}
    )
    shown = differential(changed, parsed(sex="female"))
    assert shown.posterior["emh"] == pytest.approx(0)
    assert sum(shown.posterior.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer("sexx", values=frozenset({"male"})), "no finding 'sexx'; did you mean 'sex'"),
        (Answer("sex", values=frozenset({"mal"})), "sex has no value 'mal'; did you mean 'male'"),
        (Answer("sex"), "takes one of female, male"),
        (Answer("sex", quantity=(1, 1)), "takes female, male, not a number"),
        (Answer("age", values=frozenset({"old"})), "age has no value 'old'"),
        (Answer("age", quantity=(400, 400)), "age takes a number of years"),
        (Answer("age"), "age takes a number of years"),
    ],
)
def test_answers_outside_the_tables_are_refused(answer: Answer, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        differential(knowledge(), {answer.finding: answer})


def test_the_end_of_the_last_band_belongs_to_it() -> None:
    top, inside = (differential(knowledge(), parsed(age=years)).posterior for years in (130, 100))
    assert top == inside


def test_a_population_reweights_the_groups() -> None:
    base, usual = knowledge(), prior(knowledge())
    clinic = Population("marrow", "marrow", {"marrow_disorder": 6.0})
    altered = replace(base, populations={"marrow": clinic})
    here = prior(altered, "marrow")
    assert sum(here.values()) == pytest.approx(1)
    assert here["emh"] > 2 * usual["emh"]

    def mix(diagnosis: str, factors: Mapping[str, float]) -> float:
        groups = base.groups.values()
        return sum(g.weight * factors.get(g.id, 1) * g.causes.get(diagnosis, 0) for g in groups)

    raw = {name: usual[name] * mix(name, clinic.factors) / mix(name, {}) for name in usual}
    assert here == pytest.approx({name: share / sum(raw.values()) for name, share in raw.items()})
    assert differential(altered, {}, "marrow").prior == here


def test_a_factor_on_every_group_changes_nothing() -> None:
    lone = {
        name: replace(group, causes={cause: p for cause, p in group.causes.items() if cause != "other"})
        for name, group in knowledge().groups.items()
    }
    twice = Population("twice", "all groups twice", dict.fromkeys(lone, 2.0))
    # `other` stands outside every group now and keeps its share
    altered = replace(knowledge(), groups=lone, populations={"twice": twice})
    assert prior(altered, "twice") == pytest.approx(prior(altered))


def test_an_unknown_population_is_named_with_the_nearest() -> None:
    name = next(iter(knowledge().populations))
    with pytest.raises(UsageError, match=f"there is no population '{name}x'; did you mean '{name}'"):
        differential(knowledge(), {}, f"{name}x")


def test_percent() -> None:
    shares = (0, 0.0099, 0.01, 0.125, 0.99, 0.9901, 1)
    assert [percent(share) for share in shares] == ["<1 %", "<1 %", "1 %", "13 %", "99 %", ">99 %", ">99 %"]


def test_certainty_words() -> None:
    scale = {
        "most likely": (1, 0.91),
        "likely": (0.9, 0.76),
        "may represent": (0.75, 0.26),
        "unlikely": (0.25, 0.06),
        "very unlikely": (0.05, 0.01, 0),
    }
    shown = differential(knowledge(), {})
    for word, shares in scale.items():
        for share in shares:
            assert certainty_word(knowledge().model, share) == shown.certainty(share) == word


def test_numpy_is_loaded_with_the_first_differential() -> None:
    probe = (
        "import sys; from assistant import inference, knowledge; base = knowledge.load_knowledge();"
        "assert 'numpy' not in sys.modules; inference.differential(base, {}); assert 'numpy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, cwd=Path(__file__).parent.parent, timeout=60)
