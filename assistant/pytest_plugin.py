"""pytest collects every *.case.yaml that expects something; the package installs this as a plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# the rest of the package is imported with the first case: pytest loads this module on every run
if TYPE_CHECKING:
    from assistant.session.case_runner import CaseRunner
    from assistant.session.cases import Case
    from assistant.session.verification import Verification

_SUFFIX = ".case.yaml"

_RUNNER = pytest.StashKey["CaseRunner"]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Collect a case file."""
    if file_path.name.endswith(_SUFFIX):
        return CaseFile.from_parent(parent, path=file_path)
    return None


class CaseFile(pytest.File):
    """One *.case.yaml."""

    def collect(self) -> Iterator[CaseItem]:
        """Yield the case, unless it expects nothing."""
        from assistant.errors import CaseError
        from assistant.session.case_reader import read_case

        runner = _runner(self.config)
        try:
            case = read_case(self.path, runner.knowledge)
        except CaseError as error:
            raise self.CollectError(str(error)) from None
        if case.expectations:
            yield CaseItem.from_parent(self, name=case.id, case=case)


class CaseItem(pytest.Item):
    """One case, held to what it expects."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case

    def runtest(self) -> None:
        """Play the case."""
        from assistant.session.verification import verify_case

        result = verify_case(self.case, _runner(self.config))
        if not result.passed:
            raise UnmetError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the expectations that fail, one a line; a traceback for anything else."""
        if isinstance(excinfo.value, UnmetError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands."""
        return self.path, 0, f"case {self.name}"


class UnmetError(Exception):
    """Expectations of a case do not hold."""

    def __init__(self, result: Verification) -> None:
        told = [str(failure) for failure in result.failures]
        super().__init__("\n".join([result.error, *told] if result.error else told))


def _runner(config: pytest.Config) -> CaseRunner:
    """Return the one runner of this test run: reading the knowledge costs more than most cases."""
    if _RUNNER not in config.stash:
        from assistant.knowledge import load_knowledge
        from assistant.session.case_runner import CaseRunner

        config.stash[_RUNNER] = CaseRunner(load_knowledge())
    return config.stash[_RUNNER]
