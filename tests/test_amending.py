"""Answers as a numbered list: corrected, dropped, accepted, gone through again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.knowledge import Lexicon
from assistant.session import Interview, Transcript, ledger
from assistant.session.playback import play
from assistant.session.replay import compare
from assistant.session.transcript import Retracted
from tests.conversing import again, asked, begin, interpreter, kinds, knowledge, of_kind, plain, text

REPORT = "55 year old woman with breast cancer, chemotherapy and G-CSF last month, liver lesion of 3 cm"


def told() -> Interview:
    interview = begin()
    interview.reply(REPORT, narrative=True)
    return interview


def moved(interview: Interview) -> tuple[str, ...]:
    written = Transcript(tuple(interview.lines))
    return tuple(map(str, compare(written, knowledge(), interpreter=interpreter()).moves))


def waiting() -> Interview:
    """An interview in which a stored answer is contradicted by the way."""
    interview = told()
    interview.reply("never had any chemo, and no G-CSF ever")
    assert [one.finding for one in interview.state.to_confirm] == ["prior_chemotherapy", "gcsf"]
    return interview


def test_the_list_numbers_each_answer_and_says_what_it_was_read_from_and_bears_on() -> None:
    interview = told()
    listed = text(interview.reply("/answers"), "answers")
    for number, (name, answer) in enumerate(interview.answers.items(), start=1):
        finding = knowledge().finding(name)
        words = next(line for line in listed.splitlines() if line.startswith(f"{number} {finding.name}: "))
        assert answer.quantity is None or f"{answer.quantity[0]:g}" in words
        assert f'from "{interview.state.words(name)}"' in listed
    entry = next(one for one in ledger.entries(interview) if one.finding == "malignancy")
    assert "prior chemotherapy" in entry.dependents


def test_the_receipt_lists_only_what_the_last_reply_said() -> None:
    interview = told()
    interview.reply("/correct marrow_disorder MDS")
    assert [one.finding for one in ledger.last_entries(interview)] == ["marrow_disorder"]
    assert "marrow disorder" in text(interview.reply("/receipt"), "answers")


def test_an_answer_is_corrected_by_its_number() -> None:
    interview = told()
    number = next(one.number for one in ledger.entries(interview) if one.finding == "age")
    interview.reply(f"/correct {number} 61 years")
    assert plain(interview)["age"] == 61


@pytest.mark.parametrize("words", ["/drop 99", "/correct 99 yes", "/accept 99", "/drop nonsense"])
def test_an_answer_that_is_not_there_is_told(words: str) -> None:
    interview = told()
    before = plain(interview)
    said = interview.reply(words)
    assert "error" in kinds(said) and plain(interview) == before
    assert asked(interview) is not None


def test_a_dropped_answer_is_forgotten_and_its_neighbours_stay() -> None:
    interview = told()
    before = plain(interview)
    said = interview.reply("/drop malignancy")
    assert plain(interview) == {name: value for name, value in before.items() if name != "malignancy"}
    assert interview.state.words("age") == "55 year old"
    assert "comparison" in kinds(said) and "Metastasis" in text(said, "comparison")
    assert plain(again(interview)) == plain(interview)
    assert moved(interview) == ()


def test_a_dropped_answer_that_was_corrected_does_not_come_back() -> None:
    interview = told()
    interview.reply("/correct malignancy neuroblastoma")
    interview.reply("/drop malignancy")
    assert "malignancy" not in interview.answers and "age" in interview.answers
    assert len(of_kind(interview, Retracted)) == 2
    assert moved(interview) == ()


def test_undo_after_a_drop_brings_the_answer_back_and_leaves_the_rest() -> None:
    interview = told()
    before = plain(interview)
    interview.reply("/drop malignancy")
    said = interview.reply("/undo")
    assert plain(interview) == before and "Back again" in text(said, "remark")
    assert interview.state.words("malignancy") == "breast cancer"
    assert moved(interview) == ()
    interview.reply("/undo")
    assert plain(interview) == {}, "a second undo takes the text back"


def test_the_list_keeps_its_order_when_one_is_dropped() -> None:
    interview = told()
    before = [one.finding for one in ledger.entries(interview)]
    interview.reply("/drop 2")
    after = [one.finding for one in ledger.entries(interview)]
    assert after == [name for name in before if name != before[1]]


def test_a_neighbour_of_a_dropped_answer_keeps_its_correction_and_can_be_undone() -> None:
    interview = told()
    interview.reply("/correct age 70 years")
    interview.reply("/drop sex")
    assert plain(interview)["age"] == 70 and "sex" not in interview.answers
    assert moved(interview) == ()
    interview.reply("/undo")
    assert plain(interview)["age"] == 70 and "sex" in interview.answers
    interview.reply("/undo")
    assert plain(interview)["age"] == 55


def test_what_was_dropped_may_be_asked_again() -> None:
    interview = told()
    interview.reply("/drop malignancy")
    for _ in range(4):
        if asked(interview) == "malignancy":
            break
        interview.reply("unknown")
    assert asked(interview) == "malignancy"


def test_a_waiting_reading_is_accepted_with_the_words_it_was_read_from() -> None:
    interview = waiting()
    number = next(one.number for one in ledger.entries(interview) if one.waits and one.finding == "gcsf")
    interview.reply(f"/accept {number}")
    assert plain(interview)["gcsf"] == "no" and plain(interview)["prior_chemotherapy"] == "yes"
    assert "G-CSF" in interview.state.words("gcsf")
    assert asked(interview) == "prior_chemotherapy"
    assert moved(interview) == ()


def test_all_waiting_readings_are_accepted_at_once() -> None:
    interview = waiting()
    said = interview.reply("/accept")
    assert plain(interview)["gcsf"] == "no" and plain(interview)["prior_chemotherapy"] == "no"
    assert kinds(said).count("receipt") == 2 and not interview.state.to_confirm
    assert plain(again(interview)) == plain(interview)
    assert "Nothing waits" in text(interview.reply("/accept"))
    assert moved(interview) == ()


def test_a_waiting_reading_is_dropped() -> None:
    interview = waiting()
    interview.reply("/drop gcsf")
    assert [one.finding for one in interview.state.to_confirm] == ["prior_chemotherapy"]
    assert plain(interview)["gcsf"] == "yes", "the stored answer stands beside the reading"


def test_before_stands_beside_after_until_the_next_reply() -> None:
    interview = told()
    before = interview.differential.posterior
    interview.reply("/correct malignancy neuroblastoma")
    compared = interview.state.compared
    assert compared is not None
    assert all(abs(compared[name] - before[name]) < 1e-6 for name in before)
    interview.reply("/why")
    assert interview.state.compared is compared, "asking something is no reply"
    interview.reply("unknown")
    assert interview.state.compared is None


def test_another_clinic_is_shown_beside_the_one_before() -> None:
    interview = told()
    clinic = next(iter(knowledge().populations))
    said = interview.reply(f"/population {clinic}")
    assert "comparison" in kinds(said) and interview.state.compared is not None


def test_answers_that_rest_on_a_changed_one_are_asked_again() -> None:
    interview = told()
    interview.reply("/correct stem_cell_transplant no")
    said = interview.reply("/correct malignancy lymphoma")
    assert ledger.due_rechecks(interview) == ("stem_cell_transplant",)
    assert "/recheck" in text(said, "remark")
    assert [one.finding for one in ledger.entries(interview) if one.recheck] == ["stem_cell_transplant"]
    interview.reply("/recheck")
    assert asked(interview) == "stem_cell_transplant"
    interview.reply("no")
    assert ledger.due_rechecks(interview) == (), "what was said again counts as looked at"
    assert asked(interview) != "stem_cell_transplant" and not interview.state.rechecking


def test_what_counts_nothing_any_more_needs_no_recheck() -> None:
    interview = told()
    interview.reply("/correct months_since_chemotherapy = 3")
    interview.reply("/correct prior_chemotherapy no")
    assert "months_since_chemotherapy" in interview.answers
    assert ledger.due_rechecks(interview) == ()


def test_there_is_nothing_to_recheck_at_first() -> None:
    interview = told()
    assert "No answer rests" in text(interview.reply("/recheck"))


def test_the_course_has_a_point_for_each_change() -> None:
    interview = told()
    interview.reply("/correct marrow_disorder MDS")
    interview.reply("/drop marrow_disorder")
    points = ledger.course(interview)
    assert points[0].labels == () and "age" in points[1].labels
    assert points[2].labels == ("marrow disorder",)
    assert points[3].labels == ("marrow disorder taken back",)
    said = text(interview.reply("/course"), "course")
    row = next(line for line in said.splitlines() if line.startswith("Metastasis: "))
    assert len(row.split(", ")) == len(points)
    interview.reply("/drop malignancy")
    assert ledger.course(interview)[-1].labels == ("malignancy taken back",), "its neighbours did not change"


@pytest.mark.parametrize("command", ["report", "copy", "demo", "pane", "light"])
def test_what_only_a_front_end_can_do_is_handed_on(command: str) -> None:
    interview = begin()
    said = interview.reply(f"/{command}")
    assert [one.text for one in said if one.kind == "act"] == [f"/{command}"]


def test_the_invitation_offers_three_ways() -> None:
    interview = begin()
    (question,) = interview.reply("")[-1:]
    assert question.kind == "question"
    interview = begin()
    assert kinds(interview.reply("1")) == ["paste"]
    assert "act" in kinds(interview.reply("3")) and asked(interview) == "opening"
    interview.reply("2")
    assert asked(interview) != "opening"


def test_somebody_new_is_told_more() -> None:
    first = Interview.start(knowledge(), first=True, interpreter=interpreter(), notice="Look here.")
    said = first.begin()
    assert said[0].text == first.script.opening.welcome.strip()
    assert len(said[0].text.splitlines()) == 3
    assert "Look here." in text(said, "remark")


def test_a_note_may_be_long_and_of_several_lines() -> None:
    interview = told()
    before = plain(interview)
    note = "seen on the board: " + "no fever, spleen enlarged, 71 years old. " * 20
    assert kinds(interview.reply(f"/note {note}"))[0] == "remark"
    interview.reply(f"/note first line\n{note}", narrative=True)
    assert plain(interview) == before and len(interview.state.notes) == 2


@pytest.mark.parametrize("typed", ["/undo 5", "/skip it", "/stop now", "/light blue", "/answers 3"])
def test_what_a_command_does_not_take_is_refused(typed: str) -> None:
    interview = told()
    before = plain(interview)
    said = interview.reply(typed)
    assert "takes nothing after it" in text(said, "error") and plain(interview) == before
    assert not interview.finished


def test_u_alone_is_not_known() -> None:
    interview = begin("2")
    finding = asked(interview)
    interview.reply("u")
    assert plain(interview) == {finding: "unknown"}


def test_what_is_asked_now_is_not_left_open() -> None:
    interview = begin("2")
    assert "Left open" not in text(interview.reply("/summary"), "summary")
    interview.reply("/skip")
    assert "Left open" in text(interview.reply("/summary"), "summary")


def test_the_numbers_of_the_invitation_count_after_paste_as_well() -> None:
    interview = begin("1")
    assert "act" in kinds(interview.reply("3", narrative=True))


def test_what_was_confirmed_rests_on_the_words_it_was_read_from() -> None:
    interview = waiting()
    assert asked(interview) == "prior_chemotherapy"
    said = interview.reply("yes")
    assert "chemo" in text(said, "receipt")
    assert interview.state.words("prior_chemotherapy") != "yes"
    played = [
        utterance.text
        for step in play(Transcript(tuple(interview.lines)), knowledge())
        for utterance in step.said
        if utterance.kind == "receipt"
    ]
    assert played[-1] == text(said, "receipt")
    interview.reply("/undo")
    assert plain(interview)["prior_chemotherapy"] == "yes", "only the agreement is taken back"


def test_dropping_one_leaves_what_waits_of_the_same_text() -> None:
    interview = waiting()
    interview.reply("/drop sex")
    assert [one.finding for one in interview.state.to_confirm] == ["prior_chemotherapy", "gcsf"]
    unsure = begin()
    unsure.reply("61 year old man", narrative=True)
    unsure.reply("she is female, 3 cm lesion; age is 55", narrative=True)
    before = [one.finding for one in unsure.state.to_confirm]
    assert before
    unsure.reply("/drop lesion_size")
    assert [one.finding for one in unsure.state.to_confirm] == before


def test_undo_after_a_drop_brings_back_what_was_dropped_and_nothing_older() -> None:
    interview = begin("2")
    interview.reply("/correct age 40 years")
    interview.reply("/correct age 61 years")
    interview.reply("/undo")
    interview.reply("/drop age")
    interview.reply("/undo")
    assert plain(interview)["age"] == 40


def test_undo_after_accepting_takes_only_that_back() -> None:
    interview = waiting()
    interview.reply("/correct sex male")
    interview.reply("/accept gcsf")
    interview.reply("/undo")
    assert plain(interview)["gcsf"] == "yes" and plain(interview)["sex"] == "male"


def test_words_that_are_not_understood_leave_what_waits() -> None:
    interview = waiting()
    interview.reply("/correct gcsf blurb blah")
    assert "gcsf" in [one.finding for one in interview.state.to_confirm]


def test_dropping_by_name_does_not_look_at_capitals() -> None:
    for name in ("gcsf", "GCSF", "G-CSF"):
        interview = waiting()
        interview.reply(f"/drop {name}")
        assert "gcsf" not in [one.finding for one in interview.state.to_confirm]
        assert plain(interview)["gcsf"] == "yes"


def test_all_that_is_due_is_asked_again_after_the_end_too() -> None:
    interview = told()
    interview.reply("/correct stem_cell_transplant no")
    interview.reply("/correct malignancy_status active")
    interview.reply("/stop")
    interview.reply("/correct malignancy lymphoma")
    due = ledger.due_rechecks(interview)
    assert len(due) == 2
    interview.reply("/recheck")
    for name in due:
        assert asked(interview) == name
        interview.reply("unknown")
    assert ledger.due_rechecks(interview) == ()


def test_what_dropping_puts_out_is_told() -> None:
    interview = told()
    interview.reply("/correct malignancy_status relapse")
    assert "Counted no longer" in text(interview.reply("/drop malignancy"), "remark")


def test_commands_by_number_mean_the_same_when_they_are_read_again() -> None:
    interview = waiting()
    listed = {one.finding: one.number for one in ledger.entries(interview) if not one.waits}
    interview.reply(f"/correct {listed['age']} 61 years")
    interview.reply(f"/drop {listed['gcsf']}")
    assert "gcsf" not in interview.answers and plain(interview)["age"] == 61
    assert [one.finding for one in interview.state.to_confirm] == ["prior_chemotherapy", "gcsf"]
    interview.reply("/accept")
    assert moved(interview) == ()


def test_a_number_means_the_answer_it_had_then_though_today_reads_one_less() -> None:
    interview = told()
    number = next(one.number for one in ledger.entries(interview) if one.finding == "lesion_size")
    interview.reply(f"/correct {number} 5 cm")
    sex = knowledge().findings["sex"]
    deaf = replace(sex, lexicon=Lexicon())
    today = replace(knowledge(), findings={**knowledge().findings, "sex": deaf})
    moves = compare(Transcript(tuple(interview.lines)), today).moves
    told_of = {one.subject for one in moves if one.what == "answer"}
    assert "sex" in told_of and "lesion_size" not in told_of
