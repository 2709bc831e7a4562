"""Safety rules and next steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from assistant.inference import advice, alerts, differential
from assistant.knowledge import Advice, Answer, Condition, KnowledgeBase, load_knowledge, parse_answer

KINDS = ["alert", "next_test", "treatment", "follow_up", "caveat"]


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


def parsed(**spelled: object) -> dict[str, Answer]:
    return {name: parse_answer(knowledge().finding(name), value) for name, value in spelled.items()}


def rule(name: str, kind: str, when: Condition | None = None) -> Advice:
    return Advice(name, kind, when or Condition(), f"{name}.", "D")


def ids(found: tuple[Advice, ...]) -> list[str]:
    return [item.id for item in found]


def test_kinds_come_in_order_and_the_file_decides_within() -> None:
    mixed = tuple(rule(f"{kind}_{number}", kind) for number in (2, 1) for kind in reversed(KINDS))
    found = advice(replace(knowledge(), advice=mixed), {}, {})
    assert ids(found) == [f"{kind}_{number}" for kind in KINDS for number in (2, 1)]


def test_only_what_holds_is_given() -> None:
    rules = (
        rule("for_leader", "caveat", Condition(leading=("emh",))),
        rule("for_share", "alert", Condition(probability={"emh": 0.3})),
        rule("for_answer", "alert", Condition(values={"gcsf": frozenset({"yes"})})),
        rule("while_open", "next_test", Condition(unanswered=("gcsf",))),
    )
    base = replace(knowledge(), advice=rules)
    assert ids(advice(base, {}, {"hcc": 0.7, "emh": 0.3})) == ["for_share", "while_open"]
    assert ids(advice(base, parsed(gcsf="yes"), {"emh": 0.8, "hcc": 0.2})) == [
        "for_share",
        "for_answer",
        "for_leader",
    ]
    assert ids(advice(base, parsed(gcsf="not_done"), {"hcc": 0.8, "emh": 0.2})) == ["while_open"]
    assert ids(alerts(base, parsed(gcsf="yes"), {"emh": 0.8})) == ["for_share", "for_answer"]


@pytest.mark.parametrize("chosen", [{}, {"bleeding_risk": "thrombocytopenia"}, {"gcsf": "yes", "age": 2}])
def test_the_shipped_advice_is_sorted_and_alerts_are_its_head(chosen: dict[str, object]) -> None:
    answers = parsed(**chosen)
    posterior = differential(knowledge(), answers).posterior
    found = advice(knowledge(), answers, posterior)
    places = [KINDS.index(item.kind) for item in found]
    assert places == sorted(places)
    heads = alerts(knowledge(), answers, posterior)
    assert found[: len(heads)] == heads
    assert all(item.kind != "alert" for item in found[len(heads) :])


def test_the_bleeding_alert_follows_the_share_of_emh() -> None:
    low = alerts(knowledge(), {}, {"hcc": 0.96, "emh": 0.04})
    high = alerts(knowledge(), {}, {"hcc": 0.95, "emh": 0.05})
    assert "biopsy_bleeds" not in ids(low)
    assert "biopsy_bleeds" in ids(high)


def test_every_rule_shipped_is_of_a_known_kind() -> None:
    assert {item.kind for item in knowledge().advice} <= set(KINDS)
