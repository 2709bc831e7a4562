"""One interview: questions, receipts, corrections and undo."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import UsageError
from assistant.session import Interview, parse
from assistant.session.transcript import Asked, Corrected, Replied, Retracted, Revealed
from tests.conversing import asked, begin, interpreter, kinds, knowledge, of_kind, plain, text

# -- the beginning


def test_it_greets_and_invites() -> None:
    interview = Interview.start(knowledge(), interpreter=interpreter())
    assert kinds(interview.begin()) == ["greeting", "question"]
    assert asked(interview) == "opening"
    assert interview.prompt
    assert not interview.finished


@pytest.mark.parametrize("reply", ["ask", "", "  ", "Ask", "start", "no"])
def test_an_empty_line_or_ask_starts_the_questions(reply: str) -> None:
    interview = begin()
    said = interview.reply(reply)
    assert kinds(said) == ["question"]
    assert asked(interview) == "age"
    assert said[0].reason == "must_ask"


def test_a_case_in_own_words_fills_the_gaps_and_is_one_step() -> None:
    interview = begin()
    said = interview.reply(
        "35-year-old man with thalassemia major, regular transfusions. Solitary liver mass, 7 cm."
    )
    assert plain(interview) == {
        "age": 35,
        "sex": "male",
        "marrow_disorder": "thalassemia",
        "transfusions": "regular",
        "lesion_count": "solitary",
        "lesion_size": 7,
    }
    assert kinds(said).count("receipt") == 6
    assert kinds(said).count("question") == 1
    assert asked(interview) not in interview.answers
    interview.reply("/undo")
    assert plain(interview) == {}


def test_a_receipt_shows_the_words_it_was_read_from() -> None:
    interview = begin("ask")
    raw = "  well — \x1b[1mfifty-two\x1b[0m years"
    said = interview.reply(raw)
    receipt = next(utterance for utterance in said if utterance.kind == "receipt")
    assert receipt.finding == "age"
    assert [raw[start:end] for start, end in receipt.spans]
    assert all("fifty" in raw[start:end] or "years" in raw[start:end] for start, end in receipt.spans)


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"order": "random"}, "scripted or informative"), ({"population": "nowhere"}, "nowhere")],
)
def test_settings_that_do_not_exist_are_told(settings: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        begin(**settings)


def test_the_clock_and_the_session_are_passed_in() -> None:
    ticks = iter(datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=n) for n in range(100))
    interview = begin("ask", clock=lambda: next(ticks), session="s7")
    assert [line.at for line in interview.lines[:2]] == [
        "2026-11-21T00:00:00.000Z",
        "2026-11-21T00:00:01.000Z",
    ]
    assert json.loads(interview.lines[0].json())["session"] == "s7"


# -- questions


def test_the_scripted_order_follows_the_file() -> None:
    interview = begin("ask", order="scripted")
    seen = []
    while not interview.finished:
        seen.append(asked(interview))
        interview.reply("unknown")
    order = [question.finding for question in interview.script.questions]
    positions = [order.index(name) for name in seen if name is not None]
    assert len(seen) == len(set(seen))
    assert positions == sorted(positions)


def test_no_question_comes_twice_when_everything_is_unknown() -> None:
    interview = begin("ask", order="informative")
    seen = []
    for _ in range(100):
        if interview.finished:
            break
        seen.append(asked(interview))
        interview.reply("no" if asked(interview) == "stop" else "unknown")
    assert interview.finished
    assert len(seen) == len(set(seen))


def test_the_limit_ends_the_questions() -> None:
    interview = begin("ask", limit=3)
    for _ in range(3):
        assert not interview.finished
        interview.reply("unknown")
    assert interview.finished
    assert interview.state.stopped == "limit"
    assert len(interview.state.asked) == 3


def test_what_is_not_understood_is_asked_once_more_in_other_words_and_then_left() -> None:
    interview = begin("ask")
    first = interview.prompt
    said = interview.reply("purple monkey")
    assert asked(interview) == "age"
    assert interview.prompt != first
    assert said[-1].reason == "clarify"
    interview.reply("purple monkey")
    assert asked(interview) != "age"
    assert "age" in interview.state.settled
    assert plain(interview) == {}


def test_a_hedge_offers_its_readings() -> None:
    interview = begin("ask")
    interview.reply("/correct gcsf")
    said = interview.reply("probably filgrastim")
    assert "gcsf" not in interview.answers
    assert said[-1].finding == "gcsf"
    assert len(said[-1].options) == 3
    interview.reply("2")
    assert plain(interview)["gcsf"] == {"probable": "yes"}


@pytest.mark.parametrize(
    ("reply", "stored"),
    [
        ("1", "yes"),
        ("as said", "yes"),
        ("probably", {"probable": "yes"}),
        ("3", None),
        ("leave it open", None),
        ("no", "no"),
    ],
)
def test_a_clarification_takes_a_number_or_words(reply: str, stored: object) -> None:
    interview = begin("ask", "/correct gcsf", "probably filgrastim", reply)
    assert plain(interview).get("gcsf") == stored


@pytest.mark.parametrize("reply", ["unknown", "not done", "cannot be assessed"])
def test_unknown_is_an_answer_that_moves_nothing(reply: str) -> None:
    interview = begin("ask", "/correct t2_signal", reply)
    assert not interview.answers["t2_signal"].moves
    assert interview.differential.posterior == pytest.approx(interview.differential.prior)
    assert asked(interview) != "t2_signal"


def test_a_reading_of_another_finding_that_is_unsure_waits_for_consent() -> None:
    interview = begin()
    interview.reply("52 year old man. G-CSF was possibly given.")
    assert "gcsf" not in interview.answers
    assert interview.pending is not None
    assert (interview.pending.to, interview.pending.reason) == ("gcsf", "confirm")
    interview.reply("yes")
    assert plain(interview)["gcsf"] == "yes"


@pytest.mark.parametrize("reply", ["no", "2", "leave it open"])
def test_a_proposal_that_is_refused_is_not_stored(reply: str) -> None:
    interview = begin("52 year old man. G-CSF was possibly given.", reply)
    assert "gcsf" not in interview.answers


def test_a_contradiction_said_by_the_way_is_put_to_the_user() -> None:
    interview = begin("52 year old man", "none", "no chemotherapy")
    interview.reply("woman, no G-CSF")
    assert plain(interview)["sex"] == "male"
    assert interview.pending is not None
    assert (interview.pending.to, interview.pending.reason) == ("sex", "confirm")
    interview.reply("yes")
    assert plain(interview)["sex"] == "female"


# -- events


def test_every_change_is_followed_by_the_differential() -> None:
    interview = begin("ask", "52", "none", "/undo", "solid tumour", "/correct age 53")
    for place, line in enumerate(interview.lines):
        if isinstance(line.event, Retracted | Corrected):
            following = [each.event for each in interview.lines[place + 1 :]]
            assert any(isinstance(event, Revealed) for event in following)
    revealed = of_kind(interview, Revealed)[-1]
    assert revealed.posterior == {name: round(p, 6) for name, p in interview.differential.posterior.items()}
    assert revealed.leader == interview.differential.leader
    assert interview.state.trail[-1] == revealed.posterior


def test_the_raw_text_is_kept_as_it_was_typed() -> None:
    raw = "\x1b[31m 52\x1b[0m\u202e yrs \x00"
    interview = begin("ask", raw)
    assert of_kind(interview, Replied)[-1].text == raw


def test_a_lone_surrogate_is_replaced_so_that_the_line_can_be_written() -> None:
    interview = begin("ask", "52\ud800")
    assert parse("".join(line.json() + "\n" for line in interview.lines)).damage is None


def test_a_question_lists_its_reason_and_wording() -> None:
    interview = begin("ask")
    question = of_kind(interview, Asked)[-1]
    assert (question.finding, question.reason) == ("age", "must_ask")
    assert question.wording == interview.prompt


def test_ordinary_replies_typed_again_give_the_same_events() -> None:
    ticks = datetime(2026, 11, 21, tzinfo=UTC)
    interview = begin(
        "52 year old man, maybe G-CSF", "2", "breast cancer", "/why", "hm", "/undo", "lymphoma", "yes", "skip",
        clock=lambda: ticks,
    )  # fmt: skip
    replayed = begin(*[event.text for event in of_kind(interview, Replied)], clock=lambda: ticks)
    assert [line.hash for line in replayed.lines] == [line.hash for line in interview.lines]


# -- undo, back, skip, correct


def test_undo_takes_the_last_answer_back_and_asks_again() -> None:
    interview = begin("ask", "52", "none")
    before = interview.differential.posterior
    interview.reply("no chemotherapy, G-CSF never")
    said = interview.reply("/undo")
    assert plain(interview) == {"age": 52, "malignancy": "none"}
    assert interview.differential.posterior == before
    assert asked(interview) == "prior_chemotherapy"
    assert "G-CSF" in text(said, "remark")


def test_undo_of_a_correction_brings_the_earlier_answer_back() -> None:
    interview = begin("ask", "52", "none", "/correct age 53")
    assert plain(interview)["age"] == 53
    interview.reply("/undo")
    assert plain(interview)["age"] == 52


def test_undo_passes_over_turns_that_stored_nothing() -> None:
    interview = begin("ask", "52", "/why", "skip", "/note x", "hm")
    interview.reply("/undo")
    assert plain(interview) == {}
    assert asked(interview) == "age"


def test_undo_without_an_answer_says_so() -> None:
    interview = begin("ask")
    said = interview.reply("/undo")
    assert kinds(said) == ["remark", "question"]
    assert not of_kind(interview, Retracted)


def test_undo_to_the_beginning_and_once_more() -> None:
    interview = begin("ask", "52", "none", "no", "no")
    for _ in range(6):
        assert interview.reply("undo")
    assert plain(interview) == {}
    assert interview.differential.posterior == pytest.approx(interview.differential.prior)


def test_undo_after_the_end_takes_the_interview_up_again() -> None:
    interview = begin("ask", "52", "/stop")
    assert interview.finished
    interview.reply("/undo")
    assert not interview.finished
    assert asked(interview) == "age"


def test_back_asks_the_question_before_with_its_answer() -> None:
    interview = begin("ask", "52", "none")
    said = interview.reply("/back")
    assert asked(interview) == "malignancy"
    assert "none" in text(said, "remark")
    interview.reply("back")
    assert asked(interview) == "age"
    interview.reply("53")
    assert plain(interview) == {"age": 53, "malignancy": "none"}
    assert asked(interview) == "prior_chemotherapy"


def test_back_before_any_question_says_so() -> None:
    interview = begin()
    assert kinds(interview.reply("/back")) == ["remark", "question"]
    assert asked(interview) == "opening"


def test_a_skipped_question_does_not_come_again_by_itself() -> None:
    interview = begin("ask", "skip")
    assert asked(interview) == "malignancy"
    assert "age" in interview.state.settled
    interview.reply("/correct age")
    assert asked(interview) == "age"
    interview.reply("52")
    assert plain(interview) == {"age": 52}


def test_skip_at_the_opening_begins_the_questions() -> None:
    interview = begin("skip")
    assert asked(interview) == "age"


def test_a_correction_keeps_later_answers_and_names_those_that_depend_on_it() -> None:
    interview = begin("35 year old man with breast cancer, in remission; chemotherapy given 3 months ago")
    assert {"malignancy", "malignancy_status", "prior_chemotherapy"} <= set(interview.answers)
    kept = dict(plain(interview))
    said = interview.reply("/correct malignancy none")
    assert plain(interview) == {**kept, "malignancy": "none"}
    assert knowledge().findings["malignancy_status"].name in text(said, "remark")
    corrected = of_kind(interview, Corrected)[-1]
    assert (corrected.finding, corrected.answer, corrected.was) == ("malignancy", "none", "solid_tumour")


@pytest.mark.parametrize("name", ["gcsf", "G-CSF", "GCSF"])
def test_a_finding_is_corrected_by_id_or_name(name: str) -> None:
    interview = begin("ask", f"/correct {name}")
    assert asked(interview) == "gcsf"


@pytest.mark.parametrize(
    "typed",
    ["/correct gscf", "/correct nothing at all", "/evidence xyz", "/whynot xyz", "/population xyz"],
)
def test_an_argument_that_is_nothing_is_told_and_the_question_stays(typed: str) -> None:
    interview = begin("ask")
    said = interview.reply(typed)
    assert kinds(said) == ["error", "question"]
    assert asked(interview) == "age"
    assert plain(interview) == {}


def test_an_unknown_command_is_told_with_the_nearest() -> None:
    interview = begin("ask")
    assert "did you mean 'undo'" in text(interview.reply("/unod"), "error")
    assert asked(interview) == "age"


def test_what_a_report_denies_by_the_way_does_not_answer_the_question() -> None:
    interview = begin("58 year old woman. No fever.", order="scripted")
    assert plain(interview)["presentation"] == {"present": [], "absent": ["fever"]}
    assert asked(interview) == "presentation"
    interview.reply("abdominal pain")
    assert plain(interview)["presentation"] == {"present": ["abdominal_pain"], "absent": ["fever"]}
    assert asked(interview) != "presentation"
