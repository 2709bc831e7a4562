"""/read tells how the last reply was read, whatever came between, and what earlier answers made of it."""

from __future__ import annotations

import io

import pytest

from assistant.plain import Lines, converse
from assistant.session import Interview, parse_command
from assistant.session.last_reply import NOTHING, last_reply, last_reply_lines
from tests.conversing import again, begin, interpreter, knowledge, text


def told(*replies: str) -> list[str]:
    return [line.strip() for line in last_reply_lines(begin(*replies))]


def test_before_the_first_reply_there_is_nothing() -> None:
    assert last_reply(begin()) is None
    assert last_reply(begin("ask", "/why")) is None
    said = begin("ask").reply("/read")
    assert text(said, "remark") == NOTHING


def test_the_command_tells_the_steps_and_asks_again() -> None:
    interview = begin("ask", "52", "male")
    said = interview.reply("/read")
    assert [one.kind for one in said] == ["reading", "question"]
    assert text(said, "reading").split("\n") == list(last_reply_lines(interview))
    assert said[-1].text == interview.prompt


@pytest.mark.parametrize(
    "typed", ["how was that read?", "How did you read my reply?", "how did you read that"]
)
def test_it_is_asked_for_in_plain_words_too(typed: str) -> None:
    command = parse_command(typed)
    assert command is not None and command.name == "read"


def test_a_reply_is_read_to_its_question_and_commands_do_not_count() -> None:
    lines = told("ask", "52", "/why", "/summary")
    assert lines[0] == "Question: age"
    assert lines[-1] == "- age: 52 years (accepted)."
    assert told("ask", "52", "/undo")[0] == "Question: age"


def test_a_pasted_text_has_no_question() -> None:
    lines = told("A 52-year-old man.\nNo fever.")
    assert lines[0] == "No question: read as a report."
    assert "- presentation: no fever (accepted)." in lines


def test_an_offered_reading_that_is_picked_was_no_reading_of_words() -> None:
    interview = begin("ask", "50 or 55")
    assert interview.pending is not None and interview.pending.options
    interview.reply("as said")
    last = last_reply(interview)
    assert last is not None and last.explanation.option
    assert last_reply_lines(interview)[-1] == "- age: 50 to 55 years (accepted)."
    left = begin("ask", "50 or 55", "none of these")
    assert last_reply_lines(left)[-1] == "- None of what was offered is taken over."


def test_a_correction_in_one_line_is_told_by_its_words() -> None:
    lines = told("ask", "52", "/correct age 53 years")
    assert lines[:2] == ["Question: age", 'Reply: "53 years"']
    assert lines[-1] == "- age: 53 years (accepted)."
    spelled = told("ask", "52", "/correct age = 54")
    assert "It is a choice that was offered, so no phrases were looked for." in spelled
    assert spelled[-1] == "- age: 54 years (accepted)."
    assert told("ask", "52", "/correct age")[-1] == "- age: 52 years (accepted)."


def test_what_earlier_answers_made_of_it_is_told() -> None:
    lines = told("ask", "52", "male", "no malignancy, she is 60 years old")
    assert "- age: 60 years (accepted)." in lines
    assert "age: another answer was given before, so it waits for your agreement." in lines


def test_a_continued_interview_tells_the_same() -> None:
    interview = begin("ask", "52", "no malignancy")
    interview.reply("/read")
    assert last_reply_lines(again(interview)) == last_reply_lines(interview)


def test_line_by_line_the_same_lines_are_printed() -> None:
    interview = Interview.start(knowledge(), interpreter=interpreter())
    out = io.StringIO()
    converse(interview, Lines(io.StringIO("ask\nfifty\n/read\n")), out)
    for line in last_reply_lines(interview):
        assert f"{line}\n" in out.getvalue()
