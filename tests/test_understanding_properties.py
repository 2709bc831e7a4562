"""What holds for any text: nothing crashes, nothing unrelated changes a value, no slip or denial means another."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import Answer, Kind, Phrase, load_knowledge
from assistant.understanding import Interpretation, Interpreter
from assistant.understanding.text import fold

FINDINGS = sorted(load_knowledge().findings)
SINGLE = [name for name in FINDINGS if load_knowledge().findings[name].kind is Kind.SINGLE]
ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "replies" / "own.jsonl").read_text(encoding="utf-8").splitlines()
]


@cache
def interpreter() -> Interpreter:
    return Interpreter(load_knowledge())


def read(question: str | None, reply: str) -> Interpretation:
    return interpreter().read(reply, question)


# -- any text

PIECES = st.sampled_from(
    [
        "no ", "G-CSF ", "filgrastim", "\x1b[31m", "\x1b]0;title\x07", "\u202e", "\u200b", "\ufeff", "[b]", "[/b]",
        "[@click=app.bell]x[/]", "<script>alert(1)</script>", "'; DROP TABLE answers; --", "{{7*7}}", "%s%n", "\\",
        "7.2 cm", "1/0 cm", "9" * 40, "-", ",", ";", ":", "?", "\n", "\r", "\t", "\x00", "\ud800", "é", "½",
        "T2*", "->", "…", "!" * 5, "(" * 9, ")" * 9, "maybe ", "mother ", "sorry, ", "was ", "now ",
        "\N{DROP OF BLOOD}", "\N{LATIN SMALL LIGATURE FI}", "\N{CJK UNIFIED IDEOGRAPH-809D}",
        "\N{ARABIC-INDIC DIGIT THREE}",
    ]
)  # fmt: skip
ANY_TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=300), st.lists(PIECES, max_size=60).map("".join)
)


@given(st.one_of(st.none(), st.sampled_from(FINDINGS)), ANY_TEXT)
def test_any_text_is_read_and_its_spans_lie_within_it(question: str | None, reply: str) -> None:
    found = read(question, reply)
    assert found.reply == reply
    for reading in found.readings:
        assert reading.answer is None or reading.answer.finding == reading.finding
        assert all(0 <= start < end <= len(reply) for start, end in reading.spans)


@pytest.mark.parametrize(
    "piece",
    [
        "no ",
        "G-CSF was not given, ",
        "(",
        "\x1b[",
        "7 x ",
        "[b]",
        "a",
        "never ",
        "maybe, or ",
        "\u202e",
        "1,",
        "-",
        "\n",
    ],
)
def test_a_hundred_thousand_characters_are_read(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    question = Random(piece).choice([None, "gcsf"])
    assert read(question, text).reply == text


# -- what stands beside

UNRELATED = (
    "The clinic was moved to Thursday.",
    "Parking was full again.",
    "Letter dictated, not signed.",
    "Thanks for your help with this.",
    "The interpreter could not come.",
)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_an_unrelated_sentence_changes_no_accepted_value(row: dict[str, Any]) -> None:
    plain = read(row["question"], row["reply"]).accepted
    if not plain or row["reply"].rstrip()[-1:] in "?:,;-(":
        return
    beside = Random(row["id"]).choice(UNRELATED)
    longer = read(row["question"], f"{row['reply'].rstrip('. ')}. {beside}").accepted
    for finding, answer in longer.items():
        assert answer == plain.get(finding, answer)


# -- slips and denials


def slips(word: str, random: Random) -> Iterator[str]:
    """Yield the word with one slip of each sort somewhere behind its first letter."""
    place = random.randrange(1, len(word) - 1)
    yield word[:place] + word[place + 1 :]
    yield word[:place] + word[place] * 2 + word[place + 1 :]
    yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    yield word[:place] + random.choice("etaoinsr") + word[place + 1 :]


def phrases(finding: str) -> tuple[Phrase, ...]:
    found = load_knowledge().findings[finding].lexicon.phrases
    return tuple(
        phrase for phrase in found if phrase.values and ".." not in phrase.text and "<" not in phrase.text
    )


@pytest.mark.parametrize("finding", SINGLE)
def test_a_slip_in_a_synonym_never_means_another_value(finding: str) -> None:
    random = Random(finding)
    wrong = []
    for phrase in phrases(finding):
        words = phrase.text.split()
        long = [place for place, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
        if not long:
            continue
        place = random.choice(long)
        for slip in random.sample(tuple(slips(words[place], random)), 1):
            if fold(slip) in interpreter().lexicon.known or fold(slip) not in (
                slip.lower(),
                slip.lower()[:-1],
            ):
                continue
            typed = " ".join((*words[:place], slip, *words[place + 1 :]))
            got = read(finding, typed).accepted.get(finding)
            if got is not None and got.moves and not got.values >= phrase.values:
                wrong.append((phrase.text, typed, got.plain()))
    assert not wrong


DENIALS = ("no {}", "not {}", "{}: no", "never {}", "neither {} nor anything like it")
DENYING = frozenset(
    [
        "no", "not", "non", "never", "without", "none", "nil", "neg", "negative", "un", "absent", "lack", "lacks",
        "loss", "free", "cannot",
    ]
)  # fmt: skip


@pytest.mark.parametrize("finding", SINGLE)
def test_a_denied_reply_never_means_what_was_denied(finding: str) -> None:
    negative = load_knowledge().findings[finding].negative
    wrong = []
    for phrase in phrases(finding):
        words = set(phrase.text.lower().replace("-", " ").split())
        # "not only one", "no spleen removed": a word that opens a clause, and what is no English
        if negative in phrase.values or words & (DENYING | interpreter().cues.boundaries | {"spleen"}):
            continue
        if "(" in phrase.text:
            continue
        said = Answer(finding, values=phrase.values)
        for denial in Random(phrase.text).sample(DENIALS, 1):
            got = read(finding, denial.format(phrase.text)).accepted.get(finding)
            if got == said:
                wrong.append((denial.format(phrase.text), got.plain()))
    assert not wrong


# -- time


def calls(work: Callable[[], object]) -> int:
    """Return how many functions a piece of work calls: its time without a clock."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("question", [None, "gcsf", "lesion_size"])
@pytest.mark.parametrize(
    "piece",
    [
        "62-year-old man with MDS. Liver not enlarged, no fever, jaundice or ascites. ",
        "no chemo or ",
        "7.2 x 6.9 cm and ",
        "lesion, bright on T2, ",
        "his mother and ",
        "if ",
        "probbaly hyperintens ",
    ],
)
def test_work_grows_no_faster_than_the_text(question: str | None, piece: str) -> None:
    read(question, piece * 8)
    short = calls(lambda: read(question, piece * 40))
    long = calls(lambda: read(question, piece * 160))
    assert long <= 5 * short
