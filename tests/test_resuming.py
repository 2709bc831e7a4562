"""The end of an interview, its file, and going on later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.dialog import load_script
from assistant.errors import TranscriptError
from assistant.session import Interview, TranscriptFile, fold, parse, read_transcript
from assistant.session.transcript import Closed, Concluded
from tests.conversing import again, asked, begin, interpreter, kinds, knowledge, of_kind, plain, text

# -- the end


def test_stop_ends_with_the_parts_the_script_names() -> None:
    interview = begin("ask", "52")
    said = interview.reply("/stop")
    assert interview.finished
    assert kinds(said)[0] == "closing"
    assert {"summary", "advice", "tests"} <= set(kinds(said))
    assert of_kind(interview, Concluded)[-1].stopped == "asked"
    assert interview.pending is None
    assert interview.prompt == ""


def test_the_offer_to_stop_is_taken_or_declined() -> None:
    for reply, ended in (("yes", True), ("1", True), ("no", False), ("2", False)):
        interview = begin("biopsy showed trilineage hematopoiesis", order="informative")
        for _ in range(100):
            if asked(interview) == "stop":
                break
            interview.reply("unknown")
        interview.reply(reply)
        assert interview.finished is ended
        assert interview.state.stopped == ("offered" if ended else "")
        assert asked(interview) != "stop"


@pytest.mark.parametrize(
    "reply", ["52", "", "hello", "/why", "/skip", "/back", "/summary", "/undo", "/correct sex male"]
)
def test_after_the_end_every_reply_is_still_answered(reply: str) -> None:
    interview = begin("ask", "52", "/stop")
    assert text(interview.reply(reply)).strip()


def test_quitting_closes_and_going_on_opens_again() -> None:
    interview = begin("ask", "52", "/quit")
    assert interview.finished
    assert of_kind(interview, Closed)[-1].reason == "quit"
    resumed = again(interview)
    assert not resumed.finished
    said = resumed.begin()
    assert said[-1].kind == "question"
    assert said[-1].text == interview.prompt
    resumed.reply("none")
    resumed.close()
    assert len(of_kind(resumed, Closed)) == 2


def test_closing_twice_is_told_once() -> None:
    interview = begin("ask")
    interview.close("signal")
    interview.close("quit")
    assert [event.reason for event in of_kind(interview, Closed)] == ["signal"]


# -- going on later


@pytest.mark.parametrize(
    "replies",
    [
        ("ask",),
        ("ask", "52", "none"),
        ("ask", "hm"),
        ("ask", "/correct gcsf", "maybe given"),
        ("52 year old man. G-CSF was possibly given.",),
        ("he came with fever? and jaundice, possibly",),
        ("ask", "/correct presentation", "fever or perhaps jaundice"),
        ("ask", "52", "/population oncology", "skip", "/note x"),
        ("ask", "52", "/stop"),
        ("ask", "52", "/stop", "/undo"),
    ],
)
def test_going_on_gives_the_same_state_and_the_same_question(replies: tuple[str, ...]) -> None:
    interview = begin(*replies)
    resumed = again(interview)
    assert resumed.state == interview.state
    assert resumed.differential.posterior == interview.differential.posterior
    if interview.finished:
        assert text(resumed.begin())
    else:
        assert resumed.begin()[-1].text == interview.prompt
        assert resumed.pending == interview.pending


def test_the_file_holds_what_was_said_whenever_it_ends(tmp_path: Path) -> None:
    store = TranscriptFile(tmp_path / "s1.jsonl")
    interview = begin("ask", "52", "breast cancer", store=store)
    read = read_transcript(store.path)
    assert fold(read.lines, knowledge()) == interview.state
    store.close()  # as a kill would
    with store.path.open("a", encoding="utf-8") as file:
        file.write('{"v":1,"n":')
    cut = read_transcript(store.path)
    assert cut.damage is not None
    resumed = Interview.resume(cut, knowledge(), interview.script, interpreter=interpreter(), store=store)
    assert plain(resumed) == {"age": 52, "malignancy": "solid_tumour"}
    assert asked(resumed) == "prior_chemotherapy"
    resumed.reply("yes")
    resumed.close()
    assert read_transcript(store.path).damage is None
    assert store.path.read_text(encoding="utf-8").count("\n") == len(resumed.lines)


def test_a_transcript_damaged_in_its_middle_is_refused_with_what_can_be_done() -> None:
    interview = begin("ask", "52", "none")
    rows = [line.json() for line in interview.lines]
    rows[3] = rows[3].replace("52", "25")
    with pytest.raises(TranscriptError, match="whole"):
        Interview.resume(parse("\n".join(rows) + "\n"), knowledge(), interview.script)


def test_other_knowledge_is_noted_once() -> None:
    interview = begin("ask", "52")
    rows = [line.json() for line in interview.lines]
    other = Interview.resume(parse("\n".join(rows) + "\n"), knowledge(), load_script("quick", knowledge()))
    assert json.loads(other.lines[-1].json())["event"] == "knowledge_changed"
    assert "changed" in text(other.begin())
    third = Interview.resume(
        parse("".join(line.json() + "\n" for line in other.lines)),
        knowledge(),
        load_script("quick", knowledge()),
    )
    assert len(third.lines) == len(other.lines)


def test_saving_copies_the_transcript_and_never_overwrites(tmp_path: Path) -> None:
    store = TranscriptFile(tmp_path / "s1.jsonl")
    interview = begin("ask", "52", store=store)
    target = tmp_path / "copy.jsonl"
    assert str(store.path) in text(interview.reply("/save"))
    interview.reply(f"/save {target}")
    assert read_transcript(target).damage is None
    assert "exists already" in text(interview.reply(f"/save {target}"), "error")
    assert kinds(interview.reply(f"/save {tmp_path}/none/copy.jsonl"))[0] == "error"
    interview.close()


# -- progress


def test_progress_counts_up_section_by_section() -> None:
    interview = begin("ask")
    rows = interview.progress
    assert [title for title, _, _ in rows] == [section.title for section in interview.script.sections]
    assert sum(done for _, done, _ in rows) == 0
    interview.reply("52")
    interview.reply("skip")
    assert sum(done for _, done, _ in interview.progress) == 2
    assert all(done <= total for _, done, total in interview.progress)
