"""Measure the understanding: of which replies and narratives, beside simpler readers, rule by rule, and how fast.

    python bench/understanding.py                      print the tables
    python bench/understanding.py --quick              leave out the readers that lack a rule
    python bench/understanding.py --write docs/understanding.md

The sets are those in tests/replies and, where it lies beside the checkout, those of the shared folder. What counts as
exact, wrong and so on stands in bench/scoring.py; the shared folder's own scorers are asked as well, and a row on
which the two differ is told. negspacy and medspacy are measured where they are installed (group `bench` in
pyproject.toml).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from ablation import ablations
from baselines import LEAST_LIKE, Matching, Reader, medspacy, negspacy
from measured import FULL, Measured, Scores, Sets, SharedScorers, accepting, gather, scored
from scoring import NarrativeTally, Tally
from speed import GROWN, WORDS, Grown, Stopwatch, narratives_of
from tables import WIDTH, changes, figures, kinds_table, tables

from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.understanding import Interpreter

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

REPLY_GOAL, NARRATIVE_GOAL = 3.0, 60.0
"""The most CPU that a reply and a narrative of 150 words may take, in milliseconds."""

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def baselines(knowledge: KnowledgeBase) -> Iterator[tuple[str, Reader | None]]:
    """Yield the simpler readers by name, None for one that is not installed."""
    like = f"whole reply, WRatio >= {LEAST_LIKE}"
    yield like, Matching(knowledge)
    for name, load in (("negspacy", negspacy), ("medspacy", medspacy)):
        try:
            title, context = load()
        except ImportError:
            yield f"the same with {name}", None
        else:
            yield f"the same with {title}", Matching(knowledge, context)


def measure(shared_folder: Path, *, quick: bool) -> Measured:
    """Measure everything."""
    scorers = shared_folder / "replies"
    shared = SharedScorers(scorers) if (scorers / "score_replies.py").is_file() else None
    if shared is None:
        _tell(f"{shared_folder} is not there: the development set is left out, and so are the shared scorers")
    sets = gather(shared_folder)
    knowledge = load_knowledge()
    readers: dict[str, Reader | None] = {
        FULL: accepting(Interpreter(knowledge)),
        **dict(baselines(knowledge)),
    }
    scores: dict[str, Scores | None] = {}
    for name, reader in readers.items():
        _tell(f"reading: {name}")
        scores[name] = scored(reader, sets, shared) if reader is not None else None
    without = {} if quick else _without(knowledge, sets, shared)
    _tell("timing")
    stopwatch = Stopwatch(knowledge)
    replies = [(row["reply"], row["question"]) for rows in sets.replies.values() for row in rows]
    texts = narratives_of([row["reply"] for rows in sets.narratives.values() for row in rows])
    speed = [stopwatch.timed("a reply", replies, REPLY_GOAL)]
    growth: list[Grown] = []
    if texts:
        named = f"a narrative of {WORDS} words"
        speed.append(stopwatch.timed(named, [(text, None) for text in texts], NARRATIVE_GOAL))
        growth = stopwatch.grown(texts[:GROWN])
    return Measured(sets, scores, without, speed, growth, shared is not None)


def _without(knowledge: KnowledgeBase, sets: Sets, shared: SharedScorers | None) -> dict[str, Scores]:
    found: dict[str, Scores] = {}
    every = list(ablations(knowledge))
    for number, ablation in enumerate(every, start=1):
        _tell(f"reading without {ablation.rule} ({number} of {len(every)})")
        found[ablation.rule] = scored(accepting(ablation.reader(knowledge)), sets, shared)
    return found


def _tell(remark: str) -> None:
    print(remark, file=sys.stderr)


def agreement(measured: Measured) -> str:
    """Return in a sentence whether both scorers say the same."""
    if not measured.compared:
        return "The scorers of the shared folder were not there to compare with."
    differ = measured.disagreements
    if differ:
        return f"THE SCORERS OF THE SHARED FOLDER JUDGE OTHERWISE: {', '.join(differ)}."
    count = sum(map(len, measured.sets.replies.values()))
    readers = sum(scores is not None for scores in measured.readers.values()) + len(measured.without)
    texts = sum(map(len, measured.sets.narratives.values()))
    return (
        f"The scorers of the shared folder and bench/scoring.py agree on each of {count} replies and on the figures "
        f"of {texts} narratives, for each of {readers} readers."
    )


def section(measured: Measured) -> str:
    """Return what stands between the markers of docs/understanding.md."""
    shown = "\n\n".join(table.markdown() for table in tables(measured))
    return f"""{BEGIN}

{textwrap.fill(_sets(measured), WIDTH)}

- *Exact*: what was accepted without asking again is just what was meant. *Wrong rows*: a wrong value was accepted, the
  worst error. *Wrong values*: share of the accepted values. *False accepts*: share of the replies that say nothing of
  which a value was accepted. *Abstain*: share of the replies that say something of which nothing was accepted.
- *Recall*: share of the findings of narratives that were read rightly. *Wrong* and *extra* (not in the gold): shares
  of what was accepted.
- *Whole reply*: the phrase of the pending finding most like the reply, by rapidfuzz, and the first number by a regular
  expression; a bare yes, no or not known counts. In a narrative each phrase is looked for as it is written. *With
  negspacy* (NegEx) and *with medspacy* (ConText): their own cues judge the matched phrase; denied it means the
  finding's negative value, possible, supposed or of the family nothing. All of them have the same phrases as `emh`.

{shown}

What these figures do not show:

- The rules and words were improved on all of these sets, on the project's own after they had been read once; what that
  first reading gave stands in [evaluation.md](evaluation.md). A set by which nobody has mended anything is nearest to
  what new replies meet.
- All replies were written for testing, not overheard in a clinic; one row is {_one_row(measured)} percentage points.
- The simpler readers are as simple as described, and nobody tuned them. Many phrases in `knowledge/` hold a denial of
  their own ("no capsule"), which helps them too.
- Rules overlap, so what each earns does not add up; one that changes nothing here may guard against replies that
  these sets do not hold.
- Milliseconds are this machine's. The ratio is to one comparison (`rapidfuzz.process.cdist`) of the same words with
  all words of the phrases and cues, timed in turn, text by text.

{END}"""


def _sets(measured: Measured) -> str:
    """Return in sentences when and on which sets was measured."""
    sizes = [
        *(f"`{name}` ({len(rows)} replies)" for name, rows in measured.sets.replies.items()),
        *(f"`{name}` ({len(rows)} narratives)" for name, rows in measured.sets.narratives.items()),
    ]
    foreign = (
        "`dev` and `narratives-dev` lie in a shared folder that is not part of this repository. "
        if measured.compared
        else ""
    )
    return (
        f"Measured on {date.today().isoformat()} by `python bench/understanding.py --write docs/understanding.md`, "
        f"CPython {platform.python_version()}, on the sets {', '.join(sizes)}. {foreign}"
        "The project's own sets lie in `tests/replies/` and were written before their writers looked at the words "
        f"in `knowledge/`. {agreement(measured)}"
    )


def _one_row(measured: Measured) -> str:
    return f"{100 / max(measured.full.of_replies.rows, 1):.2f}"


def around(path: Path) -> tuple[str, str]:
    """Return what stands before and behind the measured part of a page."""
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise SystemExit(f"{path} needs the lines {BEGIN} and {END} once each, in this order")
    return page.partition(BEGIN)[0], page.partition(END)[2]


def write(path: Path, text: str) -> None:
    """Put `text` in the place of what stands between the markers of a page."""
    before, behind = around(path)
    path.write_text(before + text + behind, encoding="utf-8")


def plain(measured: Measured) -> dict[str, Any]:
    """Return all figures for JSON."""
    return {
        "sets": {
            name: len(rows) for name, rows in (measured.sets.replies | measured.sets.narratives).items()
        },
        "readers": {
            name: None if scores is None else _plain_scores(scores)
            for name, scores in measured.readers.items()
        },
        "kinds": {name: _plain_kinds(measured, name) for name in measured.sets.replies},
        "without": {
            rule: _plain_scores(scores)
            | {"change": dict(zip([figure.name for figure in figures(scores)], moved, strict=True))}
            for (rule, scores), moved in zip(
                measured.without.items(), changes(measured).values(), strict=True
            )
        },
        "speed": [asdict(timed) | {"ratio": timed.ratio} for timed in measured.speed],
        "growth": [asdict(grown) for grown in measured.growth],
        "scorers": {"compared": measured.compared, "disagreements": measured.disagreements},
    }


def _plain_scores(scores: Scores) -> dict[str, Any]:
    replies = {name: _plain_tally(Tally.of(verdicts)) for name, verdicts in scores.replies.items()}
    narratives = {name: _plain_tally(tally) for name, tally in scores.narratives.items()}
    return {
        "replies": replies,
        "narratives": narratives,
        "all_replies": _plain_tally(scores.of_replies),
        "all_narratives": _plain_tally(scores.of_narratives),
    }


def _plain_kinds(measured: Measured, name: str) -> dict[str, Any]:
    table = kinds_table(measured, name)
    return {row[0]: dict(zip(table.header[1:], row[1:], strict=True)) for row in table.rows}


def _plain_tally(tally: Tally | NarrativeTally) -> dict[str, Any]:
    # nan, a share of nothing, is not JSON
    return asdict(tally) | {
        "rates": {name: rate if rate == rate else None for name, rate in tally.rates.items()}
    }


def report(measured: Measured) -> Iterable[str]:
    """Yield what is printed."""
    for name in measured.sets.replies:
        yield kinds_table(measured, name).text()
    for table in tables(measured):
        yield table.text()
    yield agreement(measured)


def main() -> None:
    """Measure, and print the tables or write them into a page."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--shared",
        type=Path,
        default=SHARED,
        help="the shared folder (default: beside the checkout)",
    )
    parser.add_argument("--quick", action="store_true", help="leave out the readers that lack a rule")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help="write the tables between the markers of a page"
    )
    options = parser.parse_args()
    if options.write is not None and options.quick:
        parser.error("a page takes all tables: leave out --quick or --write")
    if options.write is not None:
        # a page without markers is to be told of now, not minutes later
        around(options.write)
    with tempfile.TemporaryDirectory() as cache:
        # readers that lack phrases are not to drive the real ones out of the user's cache
        os.environ["EMH_CACHE"] = cache
        measured = measure(options.shared, quick=options.quick)
    if options.write is not None:
        write(options.write, section(measured))
    if options.json:
        print(json.dumps(plain(measured), indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(report(measured)))


if __name__ == "__main__":
    main()
