"""Score what was accepted of replies and narratives; tests and bench/understanding.py share these definitions.

A row holds `question`, `reply`, its `gold`, other readings that are as good under `also_ok`, and under `optional`
values that the words may well imply. Only what is accepted without asking again is scored.

- exact: what was accepted, less what is optional, is the gold or another reading.
- wrong: a value that no reading holds and that is not optional, the worst error. A part of a list is incomplete and
  not wrong; `unknown` moves nothing and is never wrong.
- abstained: nothing was accepted although every reading says something.
- false accept: a wrong value although the gold is empty.

In a narrative a finding is read rightly (an alternative that holds the value counts half), wrongly, or is extra: the
gold does not have it and it is not optional.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import nan
from pathlib import Path
from typing import Any, Self

from assistant.knowledge import Answer
from assistant.understanding import Interpretation

UNKNOWN = "unknown"

_WITHIN = 0.03
"""Share by which a number may differ from the gold."""

_WITHIN_AT_LEAST = 0.02


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSONL file."""
    # not splitlines(): U+2028 and its kin belong to a reply
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def accepted(interpretation: Interpretation) -> dict[str, Any]:
    """Return what is accepted of a reply, finding by finding, as rows spell it."""
    return {finding: _spelled(answer) for finding, answer in interpretation.accepted.items()}


def _spelled(answer: Answer) -> Any:
    if not answer.moves:
        return UNKNOWN
    return sorted(answer.values) if answer.listed else _plain(answer.plain())


def _plain(value: Any) -> Any:
    """Return a value of a row in one spelling: what a list holds, the middle of a range, one word for no value."""
    if isinstance(value, dict) and "present" in value:
        return list(value["present"])
    if isinstance(value, dict) and "range" in value:
        return sum(value["range"]) / 2
    return UNKNOWN if value in ("not_done", "not_assessable") else value


def _alternatives(value: Any) -> frozenset[str] | None:
    """Return the values that the words allow, None where they settle on one."""
    return frozenset(map(str, value["one_of"])) if isinstance(value, dict) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(value: Any, gold: Any) -> bool:
    """Say whether two values are the same: numbers nearly, lists in any order."""
    if _is_number(value) and _is_number(gold):
        return bool(abs(value - gold) <= max(_WITHIN_AT_LEAST, _WITHIN * abs(gold)))
    if isinstance(value, list) or isinstance(gold, list):
        return _members(value) == _members(gold)
    return str(value) == str(gold)


def _members(value: Any) -> frozenset[str]:
    return frozenset(map(str, value if isinstance(value, list) else [value]))


def _claims_no_more(value: Any, gold: Any) -> bool:
    """Say whether `value` claims nothing that `gold` does not."""
    if isinstance(value, list) and isinstance(gold, list):
        return _members(value) <= _members(gold)
    return same(value, gold)


# -- replies


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one reply."""

    exact: bool
    wrong: tuple[str, ...]
    """Findings with a wrong value."""

    accepted: int
    """Values accepted that are not optional; `unknown` is none."""

    abstained: bool
    may_not_abstain: bool
    """Whether every reading says something."""

    silent: bool
    """Whether the gold is empty."""

    @property
    def false_accept(self) -> bool:
        """Say whether a value was accepted of a reply that says nothing."""
        return self.silent and bool(self.wrong)


def judge(row: Mapping[str, Any], read: Mapping[str, Any]) -> Verdict:
    """Return the verdict on the values accepted of one reply."""
    readings = [
        {finding: _plain(value) for finding, value in reading.items()}
        for reading in (row["gold"], *row.get("also_ok", ()))
    ]
    settled = {
        finding: value
        for finding, value in _settled(row["question"], read, readings).items()
        if any(finding in reading for reading in readings) or not _optional(row, finding, value)
    }
    valued = {finding: value for finding, value in settled.items() if value not in (UNKNOWN, [UNKNOWN])}
    return Verdict(
        exact=any(_equal(settled, reading) for reading in readings),
        wrong=tuple(
            finding
            for finding, value in valued.items()
            if not any(
                finding in reading and _claims_no_more(value, reading[finding]) for reading in readings
            )
        ),
        accepted=len(valued),
        abstained=not settled and all(readings),
        may_not_abstain=all(readings),
        silent=not readings[0],
    )


def _equal(read: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    return read.keys() == gold.keys() and all(same(read[finding], gold[finding]) for finding in gold)


def _optional(row: Mapping[str, Any], finding: str, value: Any) -> bool:
    return any(same(value, _plain(allowed)) for allowed in row.get("optional", {}).get(finding, ()))


def _settled(question: str, read: Mapping[str, Any], readings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values read, each set of alternatives judged.

    Left open rightly, or too widely but with the right value among them, alternatives are no value yet. They are the
    gold's where the gold leaves open the same, and else stand for a wrong value.
    """
    settled: dict[str, Any] = {}
    for finding, value in read.items():
        allowed = _alternatives(value)
        if allowed is None:
            if value is not None and value != []:
                settled[finding] = value
            continue
        golds = [reading[finding] for reading in readings if finding in reading]
        left_open = [gold for gold in golds if _alternatives(gold) is not None]
        if any(_alternatives(gold) == allowed for gold in left_open):
            settled[finding] = left_open[0]
            continue
        too_wide = any(allowed > (_alternatives(gold) or frozenset()) for gold in left_open)
        holds_it = any(same(each, gold) for each in value["one_of"] for gold in golds)
        if not (too_wide or holds_it or (finding == question and not golds)):
            settled[finding] = value["one_of"][0]
    return settled


@dataclass(frozen=True, slots=True)
class Tally:
    """The verdicts on many replies, counted."""

    rows: int = 0
    exact: int = 0
    wrong_rows: int = 0
    wrong_values: int = 0
    accepted: int = 0
    abstained: int = 0
    may_not_abstain: int = 0
    false_accepts: int = 0
    silent: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Self:
        """Count verdicts."""
        every = list(verdicts)
        return cls(
            rows=len(every),
            exact=sum(one.exact for one in every),
            wrong_rows=sum(bool(one.wrong) for one in every),
            wrong_values=sum(len(one.wrong) for one in every),
            accepted=sum(one.accepted for one in every),
            abstained=sum(one.abstained for one in every),
            may_not_abstain=sum(one.may_not_abstain for one in every),
            false_accepts=sum(one.false_accept for one in every),
            silent=sum(one.silent for one in every),
        )

    @property
    def rates(self) -> dict[str, float]:
        """Return the shares by name, nan of nothing."""
        return {
            "exact": _share(self.exact, self.rows),
            "wrong_rows": _share(self.wrong_rows, self.rows),
            "wrong_values": _share(self.wrong_values, self.accepted),
            "false_accept": _share(self.false_accepts, self.silent),
            "abstain": _share(self.abstained, self.may_not_abstain),
        }


# -- narratives


@dataclass(frozen=True, slots=True)
class NarrativeTally:
    """What was read of narratives, counted."""

    narratives: int = 0
    findings: int = 0
    """Findings that the gold has."""

    accepted: int = 0
    right: float = 0.0
    wrong: int = 0
    extra: int = 0

    def __add__(self, other: Self) -> Self:
        """Return both counts together."""
        together = (getattr(self, field.name) + getattr(other, field.name) for field in fields(self))
        return type(self)(*together)

    @property
    def rates(self) -> dict[str, float]:
        """Return the shares by name, nan of nothing."""
        return {
            "recall": _share(self.right, self.findings),
            "wrong": self.wrong / max(self.accepted, 1),
            "extra": self.extra / max(self.accepted, 1),
        }


def judge_narrative(row: Mapping[str, Any], read: Mapping[str, Any]) -> NarrativeTally:
    """Return what was read rightly, wrongly or beyond the gold of one narrative."""
    gold = {finding: _plain(value) for finding, value in row["gold"].items()}
    counted = NarrativeTally(narratives=1, findings=len(gold))
    for finding, value in read.items():
        if value in (None, [], UNKNOWN):
            continue
        if finding in gold:
            right = agreement(value, gold[finding])
            counted += NarrativeTally(accepted=1, right=right, wrong=int(not right))
        elif not any(
            agreement(value, _plain(allowed)) for allowed in row.get("optional", {}).get(finding, ())
        ):
            counted += NarrativeTally(accepted=1, extra=1)
    return counted


def agreement(value: Any, gold: Any) -> float:
    """Return 1 for the value, 0.5 for one that is right but incomplete or not settled, 0 for another."""
    allowed, left_open = _alternatives(value), _alternatives(gold)
    if left_open is not None:
        named = _members(value) if allowed is None else allowed
        return 1.0 if named == left_open else 0.5 if named & left_open else 0.0
    if allowed is not None:
        return 0.5 if any(same(each, gold) for each in value["one_of"]) else 0.0
    if isinstance(gold, list):
        named = _members(value)
        return 1.0 if named == _members(gold) else 0.5 if named < _members(gold) else 0.0
    single = value[0] if isinstance(value, list) and len(value) == 1 else value
    return 1.0 if same(single, gold) else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else nan
