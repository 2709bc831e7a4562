"""After a reply that was not clear: its readings with their words, how one is picked, and no wording twice."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import Answer, State, parse_answer
from assistant.plain import render
from assistant.session import Interview
from assistant.session.clarifying import choice, narrows, option_lines, quoted, unused
from assistant.session.replay import compare
from assistant.session.transcript import Asked, Interpreted, parse
from assistant.tui.lines import question_rows
from tests.conversing import again, asked, begin, interpreter, kinds, knowledge, of_kind, plain, text


def on(finding: str, *replies: str) -> Interview:
    """Return an interview in which `finding` is asked and replied to."""
    return begin("ask", f"/correct {finding}", *replies)


def shown(interview: Interview) -> tuple[str, tuple[str, ...]]:
    question = interview.reply("/summary")[-1]
    assert question.kind == "question"
    return question.text, question.options


# -- the readings and their words


@pytest.mark.parametrize(
    ("finding", "reply", "options"),
    [
        (
            "t2_signal",
            "dark on T2, bright",
            (
                '1 T2 hypointense ("dark on T2")',
                '2 mildly T2 bright or markedly T2 bright ("bright")',
                "3 neither, leave it open",
            ),
        ),
        (
            "t2_signal",
            "maybe bright or dark",
            (
                '1 mildly T2 bright or markedly T2 bright ("bright")',
                '2 T2 hypointense ("dark")',
                "3 neither, leave it open",
            ),
        ),
        (
            "central_scar",
            "maybe a scar",
            (
                '1 as said: central scar ("scar")',
                '2 probably central scar ("maybe a scar")',
                "3 leave it open",
            ),
        ),
        ("gcsf", "yes no", ('1 given ("yes")', '2 not given ("no")', "3 neither, leave it open")),
        ("gcsf", "yes and no", ('1 given ("yes")', '2 not given ("no")', "3 neither, leave it open")),
        ("iron_overload", "yes", ("1 diffuse", "2 focal", "3 neither, leave it open")),
    ],
)
def test_a_reading_is_offered_with_the_words_it_rests_on(
    finding: str, reply: str, options: tuple[str, ...]
) -> None:
    interview = on(finding, reply)
    assert finding not in interview.answers
    assert interview.pending is not None
    assert interview.pending.reason == "clarify"
    assert shown(interview)[1] == options


def test_a_hedge_names_the_hedging_words() -> None:
    assert '"maybe a scar"' in on("central_scar", "maybe a scar").prompt
    size = on("lesion_size", "maybe 5 cm")
    assert '"maybe 5 cm"' in size.prompt
    assert shown(size)[1] == ()


@pytest.mark.parametrize("finding", ["marrow_disorder", "presentation", "iron_overload"])
def test_a_bare_yes_lists_the_values_it_may_mean(finding: str) -> None:
    known = knowledge().findings[finding]
    interview = on(finding, "yes")
    assert '"yes" does not say which' in interview.prompt
    offered = [option.partition(" ")[2] for option in shown(interview)[1][:-1]]
    assert offered == [value.name for value in known.values if value.id != known.negative]
    interview.reply("2")
    assert plain(interview)[finding] is not None


def test_the_words_stand_in_the_transcript_and_come_again_after_a_resume() -> None:
    interview = on("t2_signal", "dark on T2, bright")
    entry = of_kind(interview, Interpreted)[-1].findings[0]
    assert [reading["spans"] for reading in entry["readings"]] == [[[0, 10]], [[12, 18]]]
    assert shown(again(interview)) == shown(interview)


def test_a_correction_in_one_line_quotes_its_own_words() -> None:
    interview = begin("ask", "/correct t2_signal dark on T2, bright")
    assert '("dark on T2")' in shown(interview)[1][0]


def test_interpret_tells_the_words_of_each_reading() -> None:
    reading = interpreter().read("dark on T2, bright", "t2_signal").readings[0]
    assert reading.grounds == (((0, 10),), ((12, 18),))
    assert len(reading.grounds) == len(reading.answers)


@given(st.sampled_from(list(knowledge().findings)), st.text(max_size=60))
def test_there_are_as_many_grounds_as_answers_or_none(finding: str, reply: str) -> None:
    for reading in interpreter().read(reply, finding).readings:
        assert len(reading.grounds) in (0, len(reading.answers))
        assert all(0 <= start < end <= len(reply) for spans in reading.grounds for start, end in spans)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dark", '"dark"'),
        ('a "dark" one', "\"a 'dark' one\""),
        ("\x1b[31mdark\u202e\n one", '"[31mdark one"'),
        ("[bold]dark[/bold]", '"[bold]dark[/bold]"'),
        ("\u200b", ""),
        ("x" * 50, f'"{"x" * 39}…"'),
    ],
)
def test_words_are_quoted_safely(typed: str, expected: str) -> None:
    assert quoted(typed, [(0, len(typed))]) == expected


def test_words_far_apart_are_quoted_with_an_ellipsis() -> None:
    raw = "dark, as far as can be told from here, on T2"
    assert quoted(raw, [(0, 4), (39, 44)]) == '"dark … on T2"'


def test_quoted_words_are_no_markup_in_either_front_end() -> None:
    interview = on("central_scar", "maybe [red] a \x1b[1mscar")
    question = interview.reply("/summary")[-1]
    rows = question_rows(question.text, question.options, 200)
    drawn = "".join(words for row in rows for words, _ in row)
    for written in (drawn, render(question, 200)):
        assert '("maybe [red] a' in written
        assert "\x1b" not in written


# -- picking


@pytest.mark.parametrize(
    ("reply", "stored"),
    [
        ("1", "hypointense"),
        ("T2 hypointense", "hypointense"),
        ("1 T2 hypointense", "hypointense"),
        ("dark", "hypointense"),
        ("2", {"one_of": ["markedly_hyperintense", "mildly_hyperintense"]}),
        ("isointense", "isointense"),
        ("3", None),
        ("neither", None),
        ("neither, leave it open", None),
        ("3 neither, leave it open", None),
        ("leave it open", None),
    ],
)
def test_a_reading_is_picked_by_number_or_words(reply: str, stored: object) -> None:
    interview = on("t2_signal", "dark on T2, bright", reply)
    assert plain(interview).get("t2_signal") == stored
    assert asked(interview) != "t2_signal"


@pytest.mark.parametrize(
    ("reply", "stored"),
    [
        ("as said", "yes"),
        ("as said: central scar", "yes"),
        ("probably central scar", {"probable": "yes"}),
        ("2 probably central scar", {"probable": "yes"}),
        ("probably", {"probable": "yes"}),
    ],
)
def test_a_hedge_is_settled_in_words(reply: str, stored: object) -> None:
    assert plain(on("central_scar", "maybe a scar", reply))["central_scar"] == stored


@pytest.mark.parametrize(
    ("reply", "stored"), [("as said", 5), ("probably", {"probable": 5}), ("6", 6), ("neither", None)]
)
def test_a_hedged_number_is_settled_in_words(reply: str, stored: object) -> None:
    assert plain(on("lesion_size", "maybe 5 cm", reply)).get("lesion_size") == stored


def test_a_number_that_no_option_has_is_not_taken_for_one_of_another_list() -> None:
    interview = on("t2_signal", "dark on T2, bright")
    before = shown(interview)
    said = interview.reply("4")
    assert "no option 4" in text(said, "remark")
    assert plain(interview) == {}
    assert shown(interview)[0] != before[0]
    assert shown(interview)[1] == before[1]
    interview.reply("1")
    assert plain(interview)["t2_signal"] == "hypointense"


def test_what_was_picked_rests_on_the_words_it_was_picked_for() -> None:
    interview = on("t2_signal", "dark on T2, bright")
    said = interview.reply("1")
    assert 'from "dark on T2"' in text(said, "receipt")
    assert interview.state.words("t2_signal") == "dark on T2"
    assert again(interview).state.words("t2_signal") == "dark on T2"


def test_other_words_at_a_choice_rest_on_themselves() -> None:
    interview = on("t2_signal", "dark on T2, bright", "T2 low")
    assert interview.state.words("t2_signal") == "T2 low"


def test_picking_is_undone_in_one_step_and_replays() -> None:
    interview = on("t2_signal", "dark on T2, bright", "1")
    interview.reply("/undo")
    assert plain(interview) == {}
    interview = on("t2_signal", "dark on T2, bright", "4", "2", "/correct gcsf", "yes no", "not given")
    read = parse("".join(line.json() + "\n" for line in interview.lines))
    assert compare(read, knowledge(), interpreter=interpreter()).moves == ()


def test_a_choice_among_options() -> None:
    finding = knowledge().findings["gcsf"]
    options = [parse_answer(finding, spelled) for spelled in ("yes", {"probable": "yes"})]
    assert [choice(finding, options, reply) for reply in ("1", "2", "3", "4", "none of these")] == [
        0, 1, -1, None, -1,
    ]  # fmt: skip
    assert choice(finding, options[:1], "probably") is None


@given(st.text(max_size=30))
def test_any_text_is_a_choice_or_none(typed: str) -> None:
    for finding in knowledge().findings.values():
        options = [Answer(finding.id, values=frozenset([value.id])) for value in finding.values[:2]]
        assert choice(finding, options, typed) in (None, -1, 0, 1)


# -- no wording twice


def wordings(interview: Interview) -> list[tuple[str, str]]:
    return [(event.finding, event.wording) for event in of_kind(interview, Asked)]


@pytest.mark.parametrize(
    "replies",
    [
        ("hm", "/correct gcsf", "hm", "/correct gcsf", "hm", "/correct gcsf", "hm"),
        (
            "maybe filgrastim",
            "neither",
            "/correct gcsf",
            "maybe filgrastim",
            "1",
            "/undo",
            "maybe filgrastim",
        ),
        ("yes no", "1", "/undo", "yes no", "1", "/undo", "yes no", "2", "/undo", "yes no", "/undo"),
        ("yes", "/undo", "yes", "/undo", "yes", "/undo", "yes", "/undo"),
        ("woman", "man", "no", "man", "no", "man", "no"),
        ("cannot say for sure, maybe", "/correct gcsf", "perhaps", "/correct gcsf", "perhaps"),
    ],
)
def test_nothing_is_asked_twice_in_the_same_words(replies: tuple[str, ...]) -> None:
    interview = on("gcsf", *replies)
    asked_so_far = wordings(interview)
    assert len(asked_so_far) == len(set(asked_so_far))
    assert len(asked_so_far) > 3


def test_a_recheck_is_worded_otherwise() -> None:
    interview = begin("35 year old man with breast cancer, in remission; chemotherapy given 3 months ago")
    interview.reply("/correct malignancy lymphoma")
    interview.reply("/recheck")
    interview.reply("/correct malignancy breast cancer")
    interview.reply("/recheck")
    assert len(wordings(interview)) == len(set(wordings(interview)))


def test_the_offer_to_stop_is_worded_otherwise_the_second_time() -> None:
    interview = begin("biopsy: trilineage hematopoiesis. Known myelofibrosis, splenomegaly.")
    offers = []
    for _ in range(150):
        if asked(interview) == "stop":
            offers.append(interview.prompt)
            interview.reply("yes")
            interview.reply("/undo")
            if len(offers) == 2:
                break
        elif asked(interview) is None:
            break
        else:
            interview.reply("unknown")
    assert len(offers) == len(set(offers)) == 2


def test_wordings_never_run_out() -> None:
    used: set[str] = set()
    for _ in range(12):
        words = unused(("How old?", "Age?"), used)
        assert words not in used
        assert words.endswith(("How old?", "Age?"))
        used.add(words)


def test_a_pending_question_shown_again_stands_as_it_is() -> None:
    interview = on("t2_signal", "dark on T2, bright")
    before = len(wordings(interview))
    assert interview.reply("/why")[-1].text == interview.prompt
    assert len(wordings(interview)) == before


# -- what is left open, and what is not


def test_another_doubt_at_a_choice_is_asked_about_too() -> None:
    interview = on("t2_signal", "dark on T2, bright", "maybe isointense")
    assert asked(interview) == "t2_signal"
    interview.reply("2")
    assert plain(interview)["t2_signal"] == {"probable": "isointense"}


def test_the_same_doubt_again_leaves_the_question_open() -> None:
    interview = on("central_scar", "maybe a scar", "maybe a scar")
    assert asked(interview) != "central_scar"
    assert "central_scar" in interview.left_open


@pytest.mark.parametrize("before", [(), ("hm",)])
def test_what_was_agreed_to_after_a_correction_is_stored(before: tuple[str, ...]) -> None:
    interview = on("presentation", "no fever", "/correct presentation", *before)
    said = interview.reply("sorry, fever")
    assert kinds(said) == ["question"]
    assert said[0].reason == "confirm"
    said = interview.reply("yes")
    assert plain(interview)["presentation"] == ["fever"]
    assert "stays" not in text(said)
    assert "left open" not in text(said)
    assert asked(interview) != "presentation"


@pytest.mark.parametrize("before", [(), ("hm",)])
def test_agreeing_to_something_else_leaves_the_pending_question_standing(before: tuple[str, ...]) -> None:
    interview = begin("52 year old man", "none", "no chemotherapy", *before)
    assert asked(interview) == "gcsf"
    interview.reply("sorry, woman")
    interview.reply("yes")
    assert plain(interview)["sex"] == "female"
    assert asked(interview) == "gcsf"
    assert "gcsf" not in interview.state.settled


def test_a_confirmation_waits_on_where_the_reply_tells_something_else() -> None:
    interview = begin("52 year old man", "none", "no chemotherapy", "woman")
    assert asked(interview) == "sex"
    first = interview.prompt
    interview.reply("sorry, regular transfusions")
    assert "transfusions" in interview.answers
    assert asked(interview) == "sex"
    assert interview.prompt != first
    said = interview.reply("yes")
    assert plain(interview)["sex"] == "female"
    assert 'from "woman"' in text(said, "receipt")


def test_a_confirmation_names_its_words() -> None:
    interview = begin("52 year old man. G-CSF was possibly given.")
    assert asked(interview) == "gcsf"
    assert '("G-CSF was possibly")' in interview.prompt


# -- a set and its single values


def test_narrows_knows_the_single_values_of_a_set() -> None:
    finding = knowledge().findings["t2_signal"]
    kept = parse_answer(finding, {"one_of": ["mildly_hyperintense", "markedly_hyperintense"]})
    singles = [parse_answer(finding, value) for value in ("markedly_hyperintense", "mildly_hyperintense")]
    assert narrows(kept, singles)
    assert not narrows(kept, singles[:1])
    assert not narrows(None, singles)
    assert not narrows(singles[0], singles[:1])
    assert not narrows(kept, [singles[0], Answer(finding.id, State.PROBABLE, singles[1].values)])


def test_a_quantity_has_no_numbered_options() -> None:
    finding = knowledge().findings["lesion_size"]
    assert option_lines(finding, [Answer(finding.id, quantity=(5, 5))]) == ()


def test_the_readings_are_written_as_json() -> None:
    interview = on("central_scar", "maybe a scar")
    line = next(line for line in reversed(interview.lines) if isinstance(line.event, Interpreted))
    entry = json.loads(line.json())["findings"][0]
    assert set(entry) == {"finding", "answer", "outcome", "spans", "readings"}
    assert [reading["answer"] for reading in entry["readings"]] == ["yes", {"probable": "yes"}]
