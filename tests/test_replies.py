"""A reading beside the answer stored before."""

from __future__ import annotations

import pytest

from assistant.knowledge import Answer
from assistant.session.replies import merge
from assistant.understanding import Outcome, Reading
from tests.conversing import knowledge

BRIGHT = Answer("t2_signal", values=frozenset(["mildly_hyperintense", "markedly_hyperintense"]))
MILD = Answer("t2_signal", values=frozenset(["mildly_hyperintense"]))
DARK = Answer("t2_signal", values=frozenset(["hypointense"]))


@pytest.mark.parametrize(
    ("said", "outcome", "stored", "expected"),
    [
        (MILD, Outcome.ACCEPT, None, MILD),
        (MILD, Outcome.CONFIRM, None, None),
        (MILD, Outcome.ACCEPT, BRIGHT, MILD),
        (MILD, Outcome.CONFIRM, BRIGHT, None),
        (BRIGHT, Outcome.ACCEPT, MILD, None),
        (DARK, Outcome.ACCEPT, MILD, None),
    ],
)
def test_what_is_said_by_the_way_narrows_and_never_contradicts(
    said: Answer, outcome: Outcome, stored: Answer | None, expected: Answer | None
) -> None:
    merged = merge(
        Reading("t2_signal", outcome, (said,)), stored, knowledge().findings["t2_signal"], asked=False
    )
    assert merged.answer == expected


def test_a_contradiction_by_the_way_waits_for_consent() -> None:
    finding = knowledge().findings["t2_signal"]
    merged = merge(Reading("t2_signal", Outcome.ACCEPT, (DARK,)), MILD, finding, asked=False)
    assert merged.reading.outcome is Outcome.CONFIRM
    assert merge(Reading("t2_signal", Outcome.ACCEPT, (DARK,)), MILD, finding, asked=True).answer == DARK
