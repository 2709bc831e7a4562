"""Cases -> whether what they expect holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.session.case_runner import CaseRun, CaseRunner, EndlessCaseError
from assistant.session.cases import Case
from assistant.session.evaluation import read_cases
from assistant.session.expectations import Failure


@dataclass(frozen=True, slots=True)
class Verification:
    """One case, held to what it expects."""

    case: Case
    run: CaseRun | None
    """None where the case could not be played to its end."""

    error: str | None = None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return the expectations that do not hold; all of them where the case was not played."""
        if self.run is None:
            return tuple(Failure(one, "never reached") for one in self.case.expectations)
        return self.run.failures

    @property
    def passed(self) -> bool:
        """Say whether everything expected holds."""
        return self.error is None and not self.failures

    @property
    def questions(self) -> int:
        """Return how many different findings were asked."""
        return self.run.questions if self.run is not None else 0

    def plain(self) -> dict[str, Any]:
        """Return the result as `emh test --json` prints it."""
        return {
            "id": self.case.id,
            "path": self.case.path,
            "passed": self.passed,
            "expectations": len(self.case.expectations),
            "questions": self.questions,
            "failures": [
                {
                    "path": failure.expectation.path,
                    "line": failure.expectation.line,
                    "kind": failure.expectation.kind,
                    "about": failure.expectation.about,
                    "expected": failure.expectation.words,
                    "found": failure.found,
                }
                for failure in self.failures
            ],
            "error": self.error,
        }


def verify(paths: Iterable[str | Path], knowledge: KnowledgeBase | None = None) -> tuple[Verification, ...]:
    """Play every case under `paths` and hold it to what it expects.

    Raises:
        CaseError: a case is missing or malformed.
        KnowledgeError: the knowledge is malformed.
    """
    known = knowledge or load_knowledge()
    cases = read_cases(paths, known)
    runner = CaseRunner(known)
    return tuple(verify_case(case, runner) for case in cases)


def verify_case(case: Case, runner: CaseRunner) -> Verification:
    """Play one case and hold it to what it expects."""
    try:
        return Verification(case, runner.run(case))
    except EndlessCaseError as error:
        return Verification(case, None, str(error))
