"""What counts as exact, wrong, abstained and falsely accepted (bench/scoring.py)."""

from __future__ import annotations

from typing import Any

import pytest
from scoring import NarrativeTally, Tally, accepted, judge, judge_narrative

from assistant.knowledge import Answer, State
from assistant.understanding import Interpretation, Outcome, Reading


def row(gold: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"question": "lesion_course", "reply": "", "gold": gold, **rest}


SETTLED = row({"lesion_course": "stable"})
LEFT_OPEN = row({"lesion_course": {"one_of": ["stable", "shrinking"]}})
SITES = row({"other_emh_sites": ["pleural", "paraspinal"]})


@pytest.mark.parametrize(
    ("meant", "read", "exact", "wrong"),
    [
        (SETTLED, {"lesion_course": "stable"}, True, ()),
        (SETTLED, {"lesion_course": "growing"}, False, ("lesion_course",)),
        (SETTLED, {"lesion_course": "unknown"}, False, ()),
        (SETTLED, {"lesion_course": "stable", "sex": "male"}, False, ("sex",)),
        (SETTLED | {"optional": {"sex": ["male"]}}, {"lesion_course": "stable", "sex": "male"}, True, ()),
        (SETTLED | {"also_ok": [{}]}, {}, True, ()),
        # alternatives that hold the value are not settled; those that exclude it are wrong
        (SETTLED, {"lesion_course": {"one_of": ["shrinking", "stable"]}}, False, ()),
        (SETTLED, {"lesion_course": {"one_of": ["growing", "new"]}}, False, ("lesion_course",)),
        (LEFT_OPEN, {"lesion_course": {"one_of": ["shrinking", "stable"]}}, True, ()),
        (LEFT_OPEN, {"lesion_course": {"one_of": ["new", "shrinking", "stable"]}}, False, ()),
        (LEFT_OPEN, {"lesion_course": "stable"}, False, ("lesion_course",)),
        (row({}), {"lesion_course": {"one_of": ["growing", "new"]}}, True, ()),
        # a part of a list is incomplete
        (SITES, {"other_emh_sites": ["paraspinal", "pleural"]}, True, ()),
        (SITES, {"other_emh_sites": ["pleural"]}, False, ()),
        (SITES, {"other_emh_sites": ["other", "pleural"]}, False, ("other_emh_sites",)),
        (SITES, {"other_emh_sites": []}, False, ()),
        # three percent, or 0.02
        (row({"age": 50}), {"age": 51.5}, True, ()),
        (row({"age": 50}), {"age": 51.6}, False, ("age",)),
        (row({"age": 0.5}), {"age": 0.518}, True, ()),
        (row({"age": {"range": [40, 50]}}), {"age": 45.0}, True, ()),
        (row({"afp": "not_done"}), {"afp": "unknown"}, True, ()),
    ],
)
def test_a_reply_is_exact_or_holds_wrong_values(
    meant: dict[str, Any], read: dict[str, Any], exact: bool, wrong: tuple[str, ...]
) -> None:
    verdict = judge(meant, read)
    assert (verdict.exact, verdict.wrong) == (exact, wrong)


def test_shares_are_of_the_rows_that_could_be_so() -> None:
    verdicts = [
        judge(SETTLED, {}),
        judge(SETTLED, {"lesion_course": "stable"}),
        judge(row({}), {"lesion_course": "new"}),
        judge(row({}), {}),
    ]
    assert Tally.of(verdicts).rates == {
        "exact": 0.5,
        "wrong_rows": 0.25,
        "wrong_values": 0.5,
        "false_accept": 0.5,
        "abstain": 0.5,
    }


def test_a_narrative_is_read_rightly_wrongly_or_beyond_its_gold() -> None:
    meant = {
        "gold": {"age": 50, "sex": "male", "afp": "normal", "other_emh_sites": ["pleural", "paraspinal"]},
        "optional": {"extrahepatic_tumour": ["none"]},
    }
    read = {
        "age": 50.0,
        "sex": "female",
        "afp": {"one_of": ["normal", "raised"]},
        "other_emh_sites": ["pleural"],
        "extrahepatic_tumour": ["none"],
        "gcsf": "no",
        "hemolysis": "unknown",
    }
    counted = judge_narrative(meant, read)
    assert counted == NarrativeTally(narratives=1, findings=4, accepted=5, right=2.0, wrong=1, extra=1)
    assert (counted + counted).rates == {"recall": 0.5, "wrong": 0.2, "extra": 0.2}


def test_only_what_is_accepted_counts() -> None:
    readings = (
        Reading("age", Outcome.ACCEPT, (Answer("age", quantity=(40.0, 50.0)),)),
        Reading("gcsf", Outcome.CONFIRM, (Answer("gcsf", values=frozenset(["yes"])),)),
        Reading("afp", Outcome.ACCEPT, (Answer("afp", State.NOT_DONE),)),
        Reading(
            "other_emh_sites",
            Outcome.ACCEPT,
            (Answer("other_emh_sites", values=frozenset(["pleural"]), listed=True, closed=True),),
        ),
    )
    read = accepted(Interpretation("", None, readings))
    assert read == {"age": 45.0, "afp": "unknown", "other_emh_sites": ["pleural"]}
