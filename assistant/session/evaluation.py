"""Cases with a diagnosis -> scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from assistant.errors import CaseError
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.session.case_reader import read_case
from assistant.session.case_runner import CaseRun, CaseRunner
from assistant.session.cases import Case, Input, case_files
from assistant.session.gold import Verdict, judge

BINS = 5
"""Equal-count bins of the calibration error."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was read beside the gold answers."""

    findings: int = 0
    """Gold findings looked at."""

    right: int = 0
    partial: int = 0
    missed: int = 0
    """Nothing stored, because it was not understood or never asked."""

    wrong: int = 0
    extra: int = 0
    """Stored answers that move the differential, of findings outside gold."""

    confirmed: int = 0
    """Stored only after the clinician agreed or chose."""

    def __add__(self, other: Understanding) -> Understanding:
        mine, theirs = asdict(self), asdict(other)
        return Understanding(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Row:
    """One case, scored."""

    id: str
    diagnosis: str
    rank: int | None = None
    """Of the accepted diagnosis that ranks best; 1 + the number of strictly more probable ones."""

    probability: float | None = None
    """Of that diagnosis."""

    leader: str | None = None
    leader_probability: float | None = None
    questions: int = 0
    """Different findings put to the user."""

    repeats: int = 0
    """Turns that went into asking again."""

    stopped: str = ""
    """complete, offered, asked or limit; empty where the conversation ended before the interview."""

    asked: tuple[str, ...] = ()
    wrong: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Finding -> what was read and what is gold."""

    unused_replies: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """What one case gives to the sums."""

    row: Row
    understanding: Understanding = Understanding()
    brier: float = 2.0
    """Sum over diagnoses of (p - y)^2; a case that failed counts as certain and wrong."""

    right: bool = False
    """Whether the leader is accepted."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of many cases."""

    scored: tuple[Scored, ...]
    skipped: int
    """Cases without a diagnosis."""

    def plain(self) -> dict[str, Any]:
        """Return the scores as `emh evaluate --json` prints them."""
        rows = [one.row for one in self.scored]
        understood = sum((one.understanding for one in self.scored), Understanding())
        return {
            "cases": len(rows),
            "skipped": self.skipped,
            "top1": self.top(1),
            "top3": self.top(3),
            "top5": self.top(5),
            "brier": _mean([one.brier for one in self.scored]),
            "ece": self.calibration_error,
            "mean_questions": _mean([row.questions for row in rows]),
            "mean_repeats": _mean([row.repeats for row in rows]),
            "understanding": asdict(understood),
            "rows": [asdict(row) for row in rows],
        }

    def top(self, places: int) -> float | None:
        """Return the share of cases whose diagnosis ranks within the first `places`."""
        return _mean([one.row.rank is not None and one.row.rank <= places for one in self.scored])

    @property
    def errors(self) -> int:
        """Return the number of cases that could not be played to their end."""
        return sum(one.row.error is not None for one in self.scored)

    @property
    def calibration_error(self) -> float | None:
        """Return the gap between the leader's probability and how often it is right, weighted over bins.

        Guo et al., On Calibration of Modern Neural Networks (ICML 2017), with bins of equal count.
        """
        pairs = sorted(
            (one.row.leader_probability, one.right)
            for one in self.scored
            if one.row.leader_probability is not None
        )
        if not pairs:
            return None
        total = 0.0
        for place in range(BINS):
            part = pairs[place * len(pairs) // BINS : (place + 1) * len(pairs) // BINS]
            total += abs(sum(share for share, _ in part) - sum(right for _, right in part))
        return total / len(pairs)


def evaluate(
    paths: Iterable[str | Path],
    order: str = "informative",
    input: Input = "replies",
    max_questions: int | None = None,
    jobs: int = 1,
    knowledge: KnowledgeBase | None = None,
) -> Evaluation:
    """Play every case that has a diagnosis, and score it.

    Args:
        paths: case files and folders.
        order: of the questions, `scripted` or `informative`; a case may name its own.
        input: what the clinician says: replies, narrative or gold.
        max_questions: the most findings that are asked; all when left out.
        jobs: processes; each reads its own knowledge.
        knowledge: used with one job; the shipped knowledge when left out.

    Raises:
        CaseError: a case is missing or malformed.
        KnowledgeError: the knowledge is malformed.
    """
    known = knowledge or load_knowledge()
    cases = read_cases(paths, known)
    chosen = [case for case in cases if case.diagnosis is not None]
    settings = (order, input, max_questions)
    if jobs > 1 and len(chosen) > 1:
        workers = min(jobs, len(chosen))
        # spawned, since a fork of a process in which numpy runs threads may hang
        context = get_context("spawn")
        with ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=settings) as pool:
            scored = tuple(pool.map(_score_file, [case.path for case in chosen]))
    else:
        runner = CaseRunner(known, *settings)
        scored = tuple(score(case, runner) for case in chosen)
    return Evaluation(scored, len(cases) - len(chosen))


def read_cases(paths: Iterable[str | Path], knowledge: KnowledgeBase) -> tuple[Case, ...]:
    """Return the cases under `paths`.

    Raises:
        CaseError: with every problem of every file.
    """
    cases, told = [], []
    for path in case_files(paths):
        try:
            cases.append(read_case(path, knowledge))
        except CaseError as error:
            told.append(str(error))
    if told:
        raise CaseError("\n".join(told))
    return tuple(cases)


def score(case: Case, runner: CaseRunner) -> Scored:
    """Play one case and score it; a case that ends in an exception gives a row with its error."""
    try:
        return score_run(runner.run(case))
    except Exception as error:  # one defect must not cost the scores of all other cases
        told = f"{type(error).__name__}: {error}"
        return Scored(Row(case.id, str(case.diagnosis), error=told))


def score_run(run: CaseRun) -> Scored:
    """Score a case that was played."""
    case, shown = run.case, run.interview.differential
    best = min(case.accept, key=shown.rank)
    posterior, leader = shown.posterior, shown.leader
    row = Row(
        id=case.id,
        diagnosis=str(case.diagnosis),
        rank=shown.rank(best),
        probability=posterior[best],
        leader=leader,
        leader_probability=posterior[leader],
        questions=run.questions,
        repeats=run.repeats,
        stopped=run.interview.state.stopped,
        asked=run.interview.state.asked,
        wrong={
            name: (run.interview.answers[name].plain(), case.gold[name].plain())
            for name, verdict in verdicts(run).items()
            if verdict is Verdict.WRONG
        },
        unused_replies=run.unused_replies,
    )
    return Scored(
        row=row,
        understanding=understanding(run),
        brier=sum((share - (name == case.diagnosis)) ** 2 for name, share in posterior.items()),
        right=leader in case.accept,
    )


def verdicts(run: CaseRun) -> dict[str, Verdict]:
    """Return for each gold finding how what was stored compares."""
    answers = run.interview.answers
    return {name: judge(answers.get(name), gold) for name, gold in run.case.gold.items()}


def understanding(run: CaseRun) -> Understanding:
    """Return the counts of one case."""
    counted = Counter(verdicts(run).values())
    extra = (name for name, answer in run.interview.answers.items() if answer.moves)
    return Understanding(
        findings=len(run.case.gold),
        right=counted[Verdict.RIGHT],
        partial=counted[Verdict.PARTIAL],
        missed=counted[Verdict.MISSED],
        wrong=counted[Verdict.WRONG],
        extra=sum(name not in run.case.gold for name in extra),
        confirmed=len(run.confirmed),
    )


_runner: CaseRunner | None = None
"""Of this worker process."""


def _prepare(order: str, input: Input, max_questions: int | None) -> None:
    global _runner
    _runner = CaseRunner(load_knowledge(), order, input, max_questions)


def _score_file(path: str) -> Scored:
    if _runner is None:
        raise RuntimeError("the worker was not prepared")
    return score(read_case(path, _runner.knowledge), _runner)


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
