"""Tables of figures, to read in a terminal and in Markdown."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from measured import Measured, Scores
from scoring import NarrativeTally, Tally, Verdict
from speed import Grown

WIDTH = 118
"""Of a line of words."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    """What is to be known of it, in sentences."""

    words: int = 1
    """Columns of words, set flush left."""

    def text(self) -> str:
        """Return the table in columns."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        shown = [
            "  ".join(
                cell.ljust(width) if column < self.words else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        note = ["", textwrap.fill(self.note, WIDTH)] if self.note else []
        return "\n".join([self.title, "", *shown, *note])

    def markdown(self) -> str:
        """Return the table in Markdown, its title as a sentence before it."""
        lines = [self.header, ["---"] * len(self.header), *self.rows]
        shown = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
        note = ["", textwrap.fill(self.note, WIDTH)] if self.note else []
        return "\n".join([f"{self.title}:", "", *shown, *note])


def percent(share: float) -> str:
    """Return a share in percent, a dash for a share of nothing."""
    return "–" if share != share else f"{100 * share:.1f}"


REPLY_HEADER = ("rows", "exact", "wrong rows", "wrong values", "false accepts", "abstain")
ALL = "all sets"
NARRATIVE_HEADER = ("findings", "recall", "wrong", "extra")


def kinds_table(measured: Measured, name: str) -> Table:
    """Return how the full reader reads each kind of reply of one set."""
    by_kind: defaultdict[str, list[Verdict]] = defaultdict(list)
    for row, verdict in zip(measured.sets.replies[name], measured.full.replies[name], strict=True):
        by_kind[row.get("kind", "")].append(verdict)
    rows = [[kind, *_cells(Tally.of(verdicts))] for kind, verdicts in sorted(by_kind.items())]
    rows.append(["all", *_of_replies(measured.full, name)])
    return Table(f"{name} by kind (in percent)", ("kind", *REPLY_HEADER), rows)


def replies_table(measured: Measured) -> Table:
    """Return how each reader reads the sets of replies."""
    rows = _rows(measured, [*measured.sets.replies], _of_replies)
    return Table("Replies (in percent)", ("set", "reader", *REPLY_HEADER), rows, words=2)


def narratives_table(measured: Measured) -> Table:
    """Return how each reader reads the sets of narratives."""
    rows = _rows(measured, [*measured.sets.narratives], _of_narratives)
    return Table("Narratives (in percent)", ("set", "reader", *NARRATIVE_HEADER), rows, words=2)


def _rows(measured: Measured, sets: list[str], cells: Callable[[Scores, str], list[str]]) -> list[list[str]]:
    """Return a row for each set and reader, and for each reader over all of several sets."""
    width = len(cells(measured.full, sets[0]))
    missing = ["not installed", *[""] * (width - 1)]
    return [
        [name, reader, *(missing if scores is None else cells(scores, name))]
        for name in (sets if len(sets) == 1 else [*sets, ALL])
        for reader, scores in measured.readers.items()
    ]


def _of_replies(scores: Scores, name: str) -> list[str]:
    return _cells(scores.of_replies if name == ALL else Tally.of(scores.replies[name]))


def _of_narratives(scores: Scores, name: str) -> list[str]:
    return _cells(scores.of_narratives if name == ALL else scores.narratives[name])


def _cells(tally: Tally | NarrativeTally) -> list[str]:
    size = tally.rows if isinstance(tally, Tally) else tally.findings
    return [str(size), *map(percent, tally.rates.values())]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a reader: its share and what it counts."""

    name: str
    share: float
    count: float


def figures(scores: Scores) -> list[Figure]:
    """Return what a rule is judged by."""
    replies, narratives = scores.of_replies, scores.of_narratives
    return [
        Figure("exact", replies.rates["exact"], replies.exact),
        Figure("wrong rows", replies.rates["wrong_rows"], replies.wrong_rows),
        Figure("false accepts", replies.rates["false_accept"], replies.false_accepts),
        Figure("recall", narratives.rates["recall"], narratives.right),
        Figure("wrong", narratives.rates["wrong"], narratives.wrong),
        Figure("extra", narratives.rates["extra"], narratives.extra),
    ]


def changes(measured: Measured) -> dict[str, list[float]]:
    """Return for each rule how many rows and findings more or less there are without it."""
    full = figures(measured.full)
    return {
        rule: [lacking.count - whole.count for lacking, whole in zip(figures(scores), full, strict=True)]
        for rule, scores in measured.without.items()
    }


def ablation_table(measured: Measured) -> Table:
    """Return what each rule earns, the most exact replies first; rules that change nothing stand in the note."""
    full, changed = figures(measured.full), changes(measured)
    idle = [rule for rule, moved in changed.items() if not any(moved)]
    rows = [["nothing", *(percent(figure.share) for figure in full)]]
    for rule in sorted(changed, key=lambda rule: (changed[rule][0], -changed[rule][1], changed[rule][3])):
        if rule not in idle:
            shown = zip(figures(measured.without[rule]), changed[rule], strict=True)
            rows.append(
                [rule, *(percent(one.share) + (f" ({moved:+g})" if moved else "") for one, moved in shown)]
            )
    header = ("without", *(figure.name for figure in full))
    note = f"Without these nothing changes on these sets: {', '.join(idle)}." if idle else ""
    return Table("Rule by rule (in percent; in brackets the change in rows and findings)", header, rows, note)


def speed_table(measured: Measured) -> Table:
    """Return the CPU that reading takes."""
    rows = [
        [
            timed.what,
            str(timed.texts),
            f"{timed.reading:.2f}",
            f"{timed.goal:g}" if timed.goal is not None else "",
            f"{timed.control:.2f}",
            f"{timed.ratio:.1f}",
        ]
        for timed in measured.speed
    ]
    header = ("median CPU in ms", "texts", "reading", "goal", "one cdist", "ratio")
    return Table("Speed", header, rows, _growth(measured.growth))


def _growth(growth: Sequence[Grown]) -> str:
    if not growth:
        return ""
    words = ", ".join(str(grown.words) for grown in growth)
    shown = ", ".join(f"{grown.reading / grown.times / growth[0].reading:.2f}" for grown in growth)
    return f"In narratives of {words} words a word takes {shown} times as long as in the first."


def tables(measured: Measured) -> list[Table]:
    """Return all tables but those by kind."""
    found = [replies_table(measured)]
    if measured.sets.narratives:
        found.append(narratives_table(measured))
    if measured.without:
        found.append(ablation_table(measured))
    return [*found, speed_table(measured)]
