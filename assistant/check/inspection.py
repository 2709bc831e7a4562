"""A folder or file to every problem in it: those the loaders raise, then those the checks find."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from assistant.check.catalogue import CHECKS
from assistant.check.material import Material
from assistant.dialog import CASE_SUFFIX, Script, load_script
from assistant.errors import KnowledgeError, Problem, UsageError
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.locations import dialogs_folder, knowledge_folder
from assistant.session.case_reader import case_problems
from assistant.yamlfile import YamlFile, read_file

_FOLDERS = ("diagnoses", "findings")
"""What makes a folder a knowledge folder."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found."""

    problems: tuple[Problem, ...]
    """In order of file, line and column."""

    looked_at: tuple[str, ...]
    """The folders and files, as they are shown."""

    skipped: tuple[str, ...] = ()
    """What could not be looked at, and why."""

    def count(self, severity: str) -> int:
        """Return how many problems have this severity."""
        return sum(problem.severity == severity for problem in self.problems)


def inspect(path: Path | None = None) -> Report:
    """Return every problem below `path`.

    Args:
        path: a knowledge folder or a file in one, a folder of scripts and cases or one of them; the
            knowledge and the scripts in use when left out.

    Raises:
        UsageError: there is nothing of that kind.
    """
    if path is None:
        return _both(knowledge_folder(), dialogs_folder())
    if not path.exists():
        raise UsageError(
            f"there is no {path}; name a knowledge folder, a script, a case or a folder of these"
        )
    folder = _knowledge_folder_of(path)
    if folder is not None:
        report = _both(folder, None)
        if path.resolve() == folder.resolve():
            return report
        own = tuple(problem for problem in report.problems if Path(problem.path).resolve() == path.resolve())
        return replace(report, problems=own, looked_at=(_shown(path),))
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files or any(file.suffix != ".yaml" for file in files):
        raise UsageError(f"{path} holds neither knowledge nor scripts; scripts are *.yaml")
    return _dialogs(files, load_knowledge(), all_scripts=path.is_dir(), shown=_shown(path))


def _both(folder: Path, dialogs: Path | None) -> Report:
    shown = _shown(folder)
    try:
        knowledge = load_knowledge(folder)
    except KnowledgeError as error:
        problems = _below(folder, error.problems)
        skipped = ("the checks beyond the errors, and the scripts, wait until the errors are mended",)
        return Report(tuple(sorted(problems)), (shown,), skipped)
    files = {
        file.relative_to(folder).as_posix(): read_file(file, file.relative_to(folder).as_posix())
        for file in sorted(folder.rglob("*.yaml"))
    }
    found = _below(folder, _found(Material(knowledge, files)))
    if dialogs is None:
        return Report(tuple(sorted(found)), (shown,))
    told = _dialogs(sorted(dialogs.glob("*.yaml")), knowledge, all_scripts=True, shown=_shown(dialogs))
    return Report(tuple(sorted((*found, *told.problems))), (shown, *told.looked_at))


def _dialogs(paths: list[Path], knowledge: KnowledgeBase, *, all_scripts: bool, shown: str) -> Report:
    """Look at scripts, and at the cases that lie among them."""
    problems: list[Problem] = []
    loaded: list[tuple[Script, YamlFile]] = []
    cases = [path for path in paths if path.name.endswith(CASE_SUFFIX)]
    for path in paths:
        if path in cases:
            problems.extend(case_problems(path, _shown(path), knowledge))
            continue
        try:
            loaded.append((load_script(_shown(path), knowledge), read_file(path, _shown(path))))
        except KnowledgeError as error:
            problems.extend(error.problems)
    whole = all_scripts and len(loaded) + len(cases) == len(paths)
    problems.extend(_found(Material(knowledge, scripts=tuple(loaded), all_scripts=whole)))
    return Report(tuple(sorted(problems)), (shown,))


def _found(material: Material) -> list[Problem]:
    return [
        spot.file.problem(spot.key, spot.message, check.code, check.severity)
        for check in CHECKS
        for spot in check.find(material)
    ]


def _below(folder: Path, problems: list[Problem] | tuple[Problem, ...]) -> list[Problem]:
    """Return the problems with paths that an editor finds from here."""
    return [replace(problem, path=_shown(folder / problem.path)) for problem in problems]


def _shown(path: Path) -> str:
    """Return the path as it is found from the working folder."""
    whole = path.resolve()
    return str(whole.relative_to(Path.cwd())) if whole.is_relative_to(Path.cwd()) else str(whole)


def _knowledge_folder_of(path: Path) -> Path | None:
    """Return `path`, or the folder above it, that is a knowledge folder; None where there is none."""
    candidates = (path,) if path.is_dir() else tuple(path.resolve().parents)[:2]
    return next((folder for folder in candidates if any((folder / name).is_dir() for name in _FOLDERS)), None)
