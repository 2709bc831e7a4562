"""The sets, and what readers make of them."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from baselines import Reader
from scoring import NarrativeTally, Tally, Verdict, accepted, judge, judge_narrative, read_rows
from speed import Grown, Timed

from assistant.understanding import Interpreter

OWN = Path(__file__).resolve().parent.parent / "tests" / "replies"
FULL = "emh"
"""What the full reader is called."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sets:
    """Rows by the name of their file."""

    replies: dict[str, list[Row]] = field(default_factory=dict)
    narratives: dict[str, list[Row]] = field(default_factory=dict)


def gather(shared: Path) -> Sets:
    """Return the project's own sets, then those of the shared folder where there is one."""
    sets = Sets()
    for folder in (OWN, shared / "replies"):
        for path in sorted(folder.glob("*.jsonl")):
            rows = read_rows(path)
            replies = [row for row in rows if row["question"] is not None]
            if replies:
                sets.replies[path.stem] = replies
            elif path.stem.startswith("narratives"):
                sets.narratives[path.stem] = rows
    return sets


@dataclass(frozen=True, slots=True)
class Scores:
    """What one reader made of all sets."""

    replies: Mapping[str, list[Verdict]]
    narratives: Mapping[str, NarrativeTally]
    disagreements: tuple[str, ...]
    """Rows that the shared scorers judge otherwise."""

    @property
    def of_replies(self) -> Tally:
        """Return the count over all sets of replies."""
        return Tally.of(verdict for verdicts in self.replies.values() for verdict in verdicts)

    @property
    def of_narratives(self) -> NarrativeTally:
        """Return the count over all sets of narratives."""
        return sum(self.narratives.values(), NarrativeTally())


class SharedScorers:
    """The scorers of the shared folder, asked for their verdicts."""

    def __init__(self, folder: Path) -> None:
        self._replies = _module(folder / "score_replies.py")
        self._narratives = _module(folder / "score_narratives.py")

    def differ(self, row: Row, read: Mapping[str, Any], verdict: Verdict) -> bool:
        """Say whether the shared scorer judges a reply otherwise."""
        theirs = self._replies.judge(self._replies.plain_row(row), dict(read))
        ours = {
            "exact": verdict.exact,
            "accepted": verdict.accepted,
            "abstained": verdict.abstained,
            "could_abstain": verdict.may_not_abstain,
            "must_abstain": verdict.silent,
            "false_accept": verdict.false_accept,
        }
        return {name: theirs[name] for name in ours} != ours or sorted(theirs["wrong"]) != sorted(
            verdict.wrong
        )

    def differ_on_narratives(
        self, rows: Sequence[Row], read: Mapping[str, Mapping[str, Any]], tally: NarrativeTally
    ) -> bool:
        """Say whether the shared scorer gives other figures for a set of narratives."""
        theirs = self._narratives.score([self._replies.plain_row(row) for row in rows], read)
        return any(theirs[name] != rate for name, rate in tally.rates.items())


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(reader: Reader, sets: Sets, shared: SharedScorers | None) -> Scores:
    """Let a reader read all sets."""
    replies: defaultdict[str, list[Verdict]] = defaultdict(list)
    narratives: dict[str, NarrativeTally] = {}
    differ: list[str] = []
    for name, rows in sets.replies.items():
        for row in rows:
            read = reader(row["reply"], row["question"])
            verdict = judge(row, read)
            replies[name].append(verdict)
            if shared is not None and shared.differ(row, read, verdict):
                differ.append(row["id"])
    for name, rows in sets.narratives.items():
        found = {row["id"]: reader(row["reply"], None) for row in rows}
        narratives[name] = sum((judge_narrative(row, found[row["id"]]) for row in rows), NarrativeTally())
        if shared is not None and shared.differ_on_narratives(rows, found, narratives[name]):
            differ.append(name)
    return Scores(replies, narratives, tuple(differ))


def accepting(interpreter: Interpreter) -> Reader:
    """Return what the interpreter accepts without asking again."""
    return lambda reply, question: accepted(interpreter.read(reply, question))


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured."""

    sets: Sets
    readers: Mapping[str, Scores | None]
    """The full reader first; None where a reader is not installed."""

    without: Mapping[str, Scores]
    """Rule -> the reader that lacks it; empty where that was left out."""

    speed: Sequence[Timed]
    growth: Sequence[Grown]
    compared: bool
    """Whether the shared scorers were asked."""

    @property
    def full(self) -> Scores:
        """Return the scores of the full reader."""
        scores = self.readers[FULL]
        if scores is None:
            raise LookupError("the full reader was not measured")
        return scores

    @property
    def disagreements(self) -> list[str]:
        """Return the rows on which the two scorers differ, of any reader."""
        every = [*self.readers.values(), *self.without.values()]
        return sorted({name for scores in every if scores is not None for name in scores.disagreements})
