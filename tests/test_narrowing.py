"""Answers that allow several values: what narrowing them is worth, when it is asked, and what a reply to it does."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.dialog import Ask, Conclude, Narrow, OfferToStop, Standing, load_script, next_step
from assistant.errors import AnswerError, KnowledgeError, UsageError
from assistant.inference import differential, narrowing_gains
from assistant.knowledge import Answer, Kind, State, load_knowledge, parse_answer
from assistant.session import Interview, parse
from assistant.session.case_reader import read_case
from assistant.session.case_runner import CaseRunner
from assistant.session.replay import compare
from assistant.session.transcript import Asked, Corrected, Replied, Retracted
from assistant.tui.lines import progress_row
from tests.conversing import again, asked, begin, interpreter, kinds, knowledge, of_kind, plain, text

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

BRIGHT = {"one_of": ["markedly_hyperintense", "mildly_hyperintense"]}
"""What "T2 bright" allows."""


def parsed(**spelled: object) -> dict[str, Answer]:
    return {name: parse_answer(knowledge().finding(name), value) for name, value in spelled.items()}


def worth(answers: dict[str, Answer], name: str) -> float:
    return narrowing_gains(knowledge(), answers, [name])[0].gain


# -- what it is worth


def entropy(shares: list[float]) -> float:
    return -sum(share * math.log2(share) for share in shares if share > 0)


def naive(answers: dict[str, Answer], name: str) -> float:
    """Return H(p) - sum_v P(v | answers) H(p_v), one value and one diagnosis at a time, context and weight frozen."""
    finding, answer = knowledge().findings[name], answers[name]
    shown = differential(knowledge(), answers)
    factor = next(factor for factor in shown.factors if factor.finding == name)
    context = next((one for one in finding.contexts if one.id == factor.context), None)

    def row(diagnosis: str) -> dict[str, float]:
        known = knowledge().diagnoses[diagnosis]
        found = known.context_rows.get((name, context.id)) if context is not None else None
        return dict((found or known.rows[name]).p)

    def likelihood(diagnosis: str, values: frozenset[str]) -> float:
        p = row(diagnosis)
        inside = sum(p[value] for value in values)
        if answer.state is State.KNOWN:
            return inside
        r, k, said = knowledge().model.probable_reliability, len(p), len(values)
        hit, miss = r + (1 - r) * (said - 1) / (k - 1), (1 - r) * said / (k - 1)
        return hit * inside + miss * (sum(p.values()) - inside)

    posterior = shown.posterior
    chances, after = [], []
    for value in sorted(answer.values):
        told = {d: likelihood(d, frozenset({value})) / likelihood(d, answer.values) for d in posterior}
        chances.append(
            sum(share * row(d)[value] / likelihood(d, answer.values) for d, share in posterior.items())
        )
        joint = [share * told[d] ** factor.weight for d, share in posterior.items()]
        after.append(entropy([share / sum(joint) for share in joint]))
    expected = sum(p * h for p, h in zip(chances, after, strict=True)) / sum(chances)
    return max(0.0, entropy(list(posterior.values())) - expected)


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ({"t2_signal": BRIGHT}, "t2_signal"),
        ({"t2_signal": {"probable": BRIGHT}}, "t2_signal"),
        ({"t2_signal": BRIGHT, "iron_overload": "diffuse"}, "t2_signal"),
        ({"t2_signal": "isointense", "t1_signal": {"one_of": ["hypointense", "isointense"]}}, "t1_signal"),
        (
            {"arterial_enhancement": {"one_of": ["homogeneous_hyper", "heterogeneous_hyper"]}, "age": 52},
            "arterial_enhancement",
        ),
        ({"malignancy": {"one_of": ["lymphoma", "leukemia", "myeloma"]}, "sex": "male"}, "malignancy"),
        ({"malignancy": "solid_tumour", "prior_chemotherapy": "yes", "t2_signal": BRIGHT}, "t2_signal"),
    ],
)
def test_the_gain_is_that_of_a_naive_computation(spelled: dict[str, object], name: str) -> None:
    answers = parsed(**spelled)
    assert worth(answers, name) == pytest.approx(naive(answers, name), abs=1e-9)


def test_the_gain_of_a_set_without_contexts_is_the_expected_fall_on_a_full_refold() -> None:
    answers = parsed(t2_signal=BRIGHT, sex="female")
    before = differential(knowledge(), answers)
    without = differential(knowledge(), parsed(sex="female")).posterior
    values = answers["t2_signal"].values
    chance = {
        value: sum(
            share * knowledge().diagnoses[d].rows["t2_signal"].p[value] for d, share in without.items()
        )
        for value in values
    }
    expected = sum(
        chance[value]
        / sum(chance.values())
        * entropy(list(differential(knowledge(), {**answers, **parsed(t2_signal=value)}).posterior.values()))
        for value in values
    )
    fall = entropy(list(before.posterior.values())) - expected
    assert worth(answers, "t2_signal") == pytest.approx(fall, abs=1e-9)
    assert fall > 0.05


@st.composite
def sets(draw: st.DrawFn) -> dict[str, Answer]:
    """Draw answers that allow one or several values, known or probable."""
    singles = [finding for finding in knowledge().findings.values() if finding.kind is Kind.SINGLE]
    chosen = draw(st.lists(st.sampled_from(singles), min_size=1, max_size=8, unique_by=lambda one: one.id))
    return {
        finding.id: Answer(
            finding.id,
            draw(st.sampled_from([State.KNOWN, State.KNOWN, State.PROBABLE])),
            draw(st.frozensets(st.sampled_from(finding.value_ids), min_size=1, max_size=4)),
        )
        for finding in chosen
    }


@slow
@given(sets())
def test_the_gain_is_never_negative_and_nothing_for_a_single_value(answers: dict[str, Answer]) -> None:
    before = entropy(list(differential(knowledge(), answers).posterior.values()))
    for item in narrowing_gains(knowledge(), answers, answers):
        assert 0 <= item.gain <= before + 1e-9
        assert item.credit == 0
        if len(answers[item.finding].values) == 1:
            assert item.gain == 0


@slow
@given(sets())
def test_gains_are_sorted_by_gain_per_burden(answers: dict[str, Answer]) -> None:
    found = narrowing_gains(knowledge(), answers, knowledge().findings)
    assert {item.finding for item in found} == set(knowledge().findings)
    ranks = [(-item.per_burden, item.finding) for item in found]
    assert ranks == sorted(ranks)


def test_lists_numbers_states_and_what_counts_nothing_gain_nothing() -> None:
    answers = parsed(
        presentation=["fever", "jaundice"],
        lesion_size={"range": [2, 9]},
        t2_signal="unknown",
        mibg_avid="yes",
        t2star_signal={"one_of": ["hypointense", "hyperintense"]},
    )
    assert all(item.gain == 0 for item in narrowing_gains(knowledge(), answers, knowledge().findings))


def test_what_is_no_finding_or_no_clinic_is_told() -> None:
    with pytest.raises(AnswerError, match="did you mean 'gcsf'"):
        narrowing_gains(knowledge(), {}, ["gcfs"])
    with pytest.raises(UsageError):
        narrowing_gains(knowledge(), parsed(t2_signal=BRIGHT), ["t2_signal"], "nowhere")


# -- the threshold


def test_the_threshold_stands_in_the_knowledge() -> None:
    assert knowledge().model.narrowing_bits == 0.05


def changed(folder: Path, line: str) -> Path:
    shutil.copytree(Path(__file__).parent / "data" / "mini", folder)
    model = folder / "model.yaml"
    model.write_text(f"{model.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    return folder


def test_the_threshold_may_be_left_out_and_is_checked(tmp_path: Path) -> None:
    assert load_knowledge(changed(tmp_path / "without", "")).model.narrowing_bits == 0.05
    assert load_knowledge(changed(tmp_path / "with", "narrowing_bits: 0.2")).model.narrowing_bits == 0.2
    with pytest.raises(KnowledgeError, match="narrowing_bits"):
        load_knowledge(changed(tmp_path / "bad", "narrowing_bits: -1"))


def test_a_set_that_is_worth_less_is_not_narrowed() -> None:
    standing = Standing(parsed(t2_signal=BRIGHT), order="scripted", settled=frozenset(knowledge().findings))
    script = load_script("liver-lesion", knowledge())
    step = next_step(knowledge(), script, standing)
    assert isinstance(step, Narrow)
    assert (step.finding, step.gain) == ("t2_signal", worth(parsed(t2_signal=BRIGHT), "t2_signal"))
    strict = replace(knowledge(), model=replace(knowledge().model, narrowing_bits=step.gain))
    assert next_step(strict, script, standing) == Conclude()
    assert next_step(knowledge(), script, replace(standing, narrowed=frozenset(["t2_signal"]))) == Conclude()


# -- when it is asked


def steps(interview: Interview, reply: str = "unknown", most: int = 120) -> Iterator[tuple[str, str]]:
    """Yield finding and reason of every question, replying `reply` to each but a set, which is left open."""
    for _ in range(most):
        pending = interview.pending
        if pending is None:
            return
        yield pending.to, "narrow" if pending.kept is not None else pending.reason
        interview.reply("neither" if pending.kept is not None else "no" if pending.to == "stop" else reply)


def test_in_scripted_order_sets_come_after_the_script() -> None:
    interview = begin("T2 bright, APHE", order="scripted")
    put = list(steps(interview))
    assert {name for name, reason in put if reason == "narrow"} == {"t2_signal", "arterial_enhancement"}
    assert [reason for _, reason in put].index("narrow") == len(put) - 2
    assert interview.state.stopped == "complete"


def test_in_informative_order_a_set_competes_and_is_narrowed_once() -> None:
    interview = begin("52 year old man. T2 bright.")
    put = list(steps(interview))
    assert put.count(("t2_signal", "narrow")) == 1
    place = put.index(("t2_signal", "narrow"))
    assert all(reason != "must_ask" for _, reason in put[place:])
    assert any(reason == "informative" for _, reason in put[place:])
    assert plain(interview)["t2_signal"] == BRIGHT


def test_a_set_is_narrowed_where_it_is_worth_more_per_burden_than_any_question() -> None:
    answers = parsed(t2_signal=BRIGHT)
    script = load_script("liver-lesion", knowledge())
    must = {question.finding for question in script.questions if question.must_be_asked(answers)}
    others = frozenset(knowledge().findings) - {"calcification"} - {"t2_signal"}
    assert "calcification" not in must
    standing = Standing(answers, settled=others, stop_declined=True)
    assert isinstance(next_step(knowledge(), script, standing), Narrow)
    everything = Standing(answers, settled=frozenset(must), stop_declined=True)
    assert isinstance(next_step(knowledge(), script, everything), Ask)


def test_a_set_comes_before_the_offer_to_stop() -> None:
    script = load_script("liver-lesion", knowledge())
    settled = parsed(
        prior_biopsies="trilineage_hematopoiesis", marrow_disorder="myelofibrosis", splenomegaly="yes", age=65
    )
    answers = {**settled, **parsed(malignancy={"one_of": ["lymphoma", "leukemia", "myeloma"]})}
    left = frozenset(["sex", "calcification"])
    standing = Standing(answers, settled=frozenset(knowledge().findings) - left)
    assert next_step(knowledge(), script, standing) == OfferToStop()
    eager = replace(knowledge(), model=replace(knowledge().model, narrowing_bits=0.0))
    assert isinstance(next_step(eager, script, standing), Narrow)


def test_a_limit_of_questions_ends_them_before_a_set_is_narrowed() -> None:
    interview = begin("T2 bright", limit=1)
    interview.reply("unknown")
    assert interview.state.stopped == "limit"
    assert interview.state.narrowed == frozenset()


# -- the question and its replies


def at_the_set(report: str = "52 year old man. T2 bright.") -> Interview:
    """Return an interview whose pending question narrows what `report` said."""
    interview = begin(report)
    for _ in range(120):
        assert interview.pending is not None
        if interview.pending.kept is not None:
            return interview
        interview.reply("no" if asked(interview) == "stop" else "unknown")
    raise AssertionError("no set was narrowed")


def test_the_question_names_what_is_known_and_its_values() -> None:
    interview = at_the_set()
    question = interview.reply("/summary")[-1]
    assert question.finding == "t2_signal"
    assert "mildly T2 bright or markedly T2 bright so far" in question.text
    assert '"T2 bright"' in question.text
    assert question.options == (
        "1 mildly T2 bright",
        "2 markedly T2 bright",
        "3 leave it open (it stays mildly T2 bright or markedly T2 bright)",
    )
    event = of_kind(interview, Asked)[-1]
    assert (event.reason, event.options) == ("clarify", ("mildly_hyperintense", "markedly_hyperintense"))
    assert "t2_signal" not in interview.state.asked
    assert "more exactly" in "".join(words for words, _ in progress_row(interview, 120))


@pytest.mark.parametrize(
    ("reply", "stored"),
    [
        ("1", "mildly_hyperintense"),
        ("2", "markedly_hyperintense"),
        ("markedly T2 bright", "markedly_hyperintense"),
        ("mildly bright on T2", "mildly_hyperintense"),
        ("not markedly hyperintense", "mildly_hyperintense"),
        ("isointense", "isointense"),
        ("3", BRIGHT),
        ("neither", BRIGHT),
        ("leave it open", BRIGHT),
        ("skip", BRIGHT),
        ("unknown", BRIGHT),
        ("hm", BRIGHT),
        ("T2 bright", BRIGHT),
        ("splenomegaly", BRIGHT),
    ],
)
def test_a_reply_narrows_the_set_or_keeps_it(reply: str, stored: object) -> None:
    interview = at_the_set()
    said = interview.reply(reply)
    assert plain(interview)["t2_signal"] == stored
    assert asked(interview) != "t2_signal"
    assert "t2_signal" not in interview.left_open
    if stored != BRIGHT:
        corrected = of_kind(interview, Corrected)[-1]
        assert (corrected.finding, corrected.was) == ("t2_signal", BRIGHT)
        assert "(was mildly T2 bright or markedly T2 bright)" in text(said, "receipt")
    assert not any(name == "t2_signal" for name, _ in steps(interview))


def test_a_hedge_at_a_set_is_asked_about() -> None:
    interview = at_the_set()
    interview.reply("maybe mildly bright")
    assert asked(interview) == "t2_signal"
    interview.reply("neither")
    assert plain(interview)["t2_signal"] == BRIGHT


def test_a_number_that_no_value_has_brings_the_question_again_in_other_words() -> None:
    interview = at_the_set()
    first = interview.prompt
    interview.reply("4")
    assert (asked(interview), plain(interview)["t2_signal"]) == ("t2_signal", BRIGHT)
    assert interview.prompt != first
    interview.reply("2")
    assert plain(interview)["t2_signal"] == "markedly_hyperintense"


def test_a_probable_set_stays_probable() -> None:
    interview = begin("ask", "/correct t2_signal", "perhaps T2 bright", "2")
    assert plain(interview)["t2_signal"] == {"probable": BRIGHT}
    for name, reason in steps(interview):
        if reason == "narrow":
            assert interview.pending is not None
            assert name == "t2_signal"
            assert [option.plain() for option in interview.pending.options] == [
                {"probable": "mildly_hyperintense"},
                {"probable": "markedly_hyperintense"},
            ]
            interview.reply("1")
            assert plain(interview)["t2_signal"] == {"probable": "mildly_hyperintense"}
            return
    assert worth(dict(interview.answers), "t2_signal") <= 0.05


def test_why_says_what_it_is_worth() -> None:
    interview = at_the_set()
    said = interview.reply("/why")
    assert kinds(said) == ["help", "question"]
    bits = worth(dict(interview.answers), "t2_signal")
    assert f"worth {bits:.2f} bit now" in said[0].text
    assert "mildly T2 bright or markedly T2 bright" in said[0].text
    assert said[1].text == interview.prompt


def test_undo_brings_the_set_back_in_one_step() -> None:
    interview = at_the_set()
    posterior = dict(interview.differential.posterior)
    interview.reply("1")
    interview.reply("/undo")
    assert len(of_kind(interview, Retracted)) == 1
    assert plain(interview)["t2_signal"] == BRIGHT
    assert dict(interview.differential.posterior) == posterior
    assert not any(reason == "narrow" for _, reason in steps(interview))


def test_it_is_resumed_where_it_stood() -> None:
    interview = at_the_set()
    once = again(interview)
    assert once.pending == interview.pending
    assert once.begin()[-1].options == interview.reply("/summary")[-1].options
    once.reply("1")
    assert plain(once)["t2_signal"] == "mildly_hyperintense"


@pytest.mark.parametrize(
    "reply", ["1", "neither", "leave it open", "unknown", "not markedly hyperintense", "4"]
)
def test_a_replay_moves_nothing(reply: str) -> None:
    interview = at_the_set()
    for typed in (reply, "splenomegaly", "/undo"):
        interview.reply(typed)
    read = parse("".join(line.json() + "\n" for line in interview.lines))
    assert read.damage is None
    assert compare(read, knowledge(), interpreter=interpreter()).moves == ()


def test_dropping_the_set_while_it_is_narrowed_asks_for_it_anew() -> None:
    interview = at_the_set()
    interview.reply("/drop t2_signal")
    assert "t2_signal" not in interview.answers
    assert asked(interview) == "t2_signal"
    assert interview.pending is not None
    assert interview.pending.kept is None


def test_a_program_may_answer_with_a_value() -> None:
    interview = at_the_set()
    interview.answer(Answer("t2_signal", values=frozenset(["mildly_hyperintense"])))
    assert plain(interview)["t2_signal"] == "mildly_hyperintense"
    assert asked(interview) != "t2_signal"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(["1", "neither", "unknown", "/undo", "hm", "T2 bright", "APHE"]), max_size=30)
)
def test_each_finding_is_narrowed_once(replies: list[str]) -> None:
    interview = begin("52 year old man. T2 bright, APHE.")
    for reply in ("unknown", *replies, *(["unknown"] * 60)):
        interview.reply("no" if asked(interview) == "stop" else reply)
    put = [
        line.event.finding
        for line in interview.lines
        if isinstance(line.event, Asked) and " so far (from" in line.event.wording
    ]
    assert len(put) == len(set(put))


# -- the simulated clinician


def played(tmp_path: Path, gold: str, order: str) -> Interview:
    path = tmp_path / "set.case.yaml"
    path.write_text(
        "id: set\nnarrative: 52 year old man. T2 bright.\n"
        f"gold: {{t2_signal: {gold}}}\ndiagnosis: emh\norder: {order}\n",
        encoding="utf-8",
    )
    run = CaseRunner(knowledge(), input="narrative", interpreter=interpreter()).run(
        read_case(path, knowledge())
    )
    sets = [one for one in run.exchanges if one.to == "t2_signal"]
    assert [one.reason for one in sets] == ["clarify"]
    assert run.repeats == 1
    assert "t2_signal" not in run.interview.state.asked
    assert run.questions == len(run.interview.state.asked)
    return run.interview


@pytest.mark.parametrize("order", ["informative", "scripted"])
def test_the_clinician_picks_the_value_of_gold(tmp_path: Path, order: str) -> None:
    interview = played(tmp_path, "mildly_hyperintense", order)
    assert plain(interview)["t2_signal"] == "mildly_hyperintense"
    assert any(event.text == "1" and event.to == "t2_signal" for event in of_kind(interview, Replied))


@pytest.mark.parametrize("gold", ["isointense", "{one_of: [mildly_hyperintense, markedly_hyperintense]}"])
def test_the_clinician_leaves_open_what_gold_does_not_tell(tmp_path: Path, gold: str) -> None:
    assert plain(played(tmp_path, gold, "informative"))["t2_signal"] == BRIGHT
