"""knowledge/*.yaml -> KnowledgeBase: all is read, linked and checked, and every problem told at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KnowledgeError, Problem
from assistant.knowledge.model import FALLBACK, Diagnosis, Finding, KnowledgeBase
from assistant.locations import knowledge_folder

if TYPE_CHECKING:
    from assistant.knowledge.reading import Reader

GROUPS = ("patient", "malignancy", "marrow", "liver", "lesion", "elsewhere")
"""The findings files in order of display; further ones follow by name."""

WORDS_FILE = "ordinary_words.txt"
"""Words of everyday and clinical English, one a line."""

_SINGLE_FILES = ("advice.yaml", "cues.yaml", "model.yaml", "populations.yaml", "sources.yaml", "tests.yaml")
_FOLDERS = ("diagnoses", "findings")


def load_knowledge(folder: Path | None = None) -> KnowledgeBase:
    """Read the knowledge.

    Args:
        folder: the knowledge folder; the one of locations.py when left out.

    Raises:
        KnowledgeError: with every problem of every file.
    """
    # msgspec is loaded here and not with the package, so that `--help` stays quick
    from assistant.cache import collector_at_rest
    from assistant.knowledge.stored import store_knowledge, stored_knowledge

    load = _Load(folder if folder is not None else knowledge_folder())
    load.check_files()
    try:
        digest = load.sha256()
    except OSError:
        digest = None  # what is wrong with the file is told by its reader
    known = stored_knowledge(digest) if digest is not None and not load.problems else None
    if known is None:
        with collector_at_rest():
            known = load.knowledge()
        # a file that changed while it was read must not be taken for the one before
        if known.sha256 == digest:
            store_knowledge(known)
    return known


class _Load:
    """One reading of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.findings: dict[str, Finding | None] = {}
        self.unreadable: set[str] = set()

    def knowledge(self) -> KnowledgeBase:
        # only a start that finds nothing stored needs yaml
        from assistant.knowledge import rule_reader

        source_reader = self._reader("sources.yaml")
        sources = rule_reader.read_sources(source_reader)
        if source_reader.broken:
            self.unreadable.add("source")
        self._read_findings()
        names = self._diagnosis_names()
        diagnoses = self._diagnoses(names, sources)
        model = rule_reader.read_model(self._reader("model.yaml"), self.findings)
        populations = rule_reader.read_populations(
            self._reader("populations.yaml"), self.findings, sources, names
        )
        tests = rule_reader.read_tests(self._reader("tests.yaml"), self.findings, sources)
        advice = rule_reader.read_advice(self._reader("advice.yaml"), self.findings, sources, names)
        cues = self._reader("cues.yaml").root(versioned=False)
        words = self._ordinary_words()
        if self.problems or model is None or populations is None:
            raise KnowledgeError(sorted(set(self.problems)))
        return KnowledgeBase(
            version=model[0],
            sha256=self.sha256(),
            diagnoses=diagnoses,
            findings={name: finding for name, finding in self.findings.items() if finding is not None},
            counted_once=model[2],
            groups=populations[1],
            populations=populations[2],
            tests=tests,
            advice=advice,
            sources=sources,
            cues=cues,
            model=model[1],
            ordinary_words=words,
            population=populations[0].population,
            prior_method=populations[0].method,
            sensitivity=populations[0].sensitivity,
        )

    def _diagnosis_names(self) -> list[str]:
        """Return the names of the diagnosis files in order of display; `other`, which must exist, is last."""
        stems = {path.stem for path in (self.folder / "diagnoses").glob("*.yaml")}
        return [*sorted(stems - {FALLBACK}), FALLBACK]

    def _diagnoses(self, names: list[str], sources: Collection[str]) -> dict[str, Diagnosis]:
        from assistant.knowledge.diagnosis_reader import DiagnosisReader, fill_rows

        diagnoses = DiagnosisReader(self.findings, sources, names)
        readers = {name: self._reader(f"diagnoses/{name}.yaml") for name in names}
        read = {name: diagnoses.read(readers[name], name) for name in names}
        return fill_rows(read, self.findings, readers[FALLBACK])

    def _ordinary_words(self) -> frozenset[str]:
        """Return the words that are no slip of a known phrase, one a line; comments begin with #."""
        path = self.folder / WORDS_FILE
        if not path.is_file():
            self._missing(WORDS_FILE)
            return frozenset()
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as error:
            told = f"not UTF-8 at byte {error.start}; save it as UTF-8"
            self.problems.append(Problem(WORDS_FILE, 0, 0, "Y002", "error", told))
            return frozenset()
        return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))

    def check_files(self) -> None:
        """Note folders that are missing and files that nothing reads."""
        if not self.folder.is_dir():
            raise KnowledgeError(
                [Problem(str(self.folder), 0, 0, "K101", "error", "there is no such folder")]
            )
        if not any((self.folder / "findings").glob("*.yaml")):
            self._missing("findings/*.yaml")
            self.unreadable.add("finding")
        for path in (*self.folder.rglob("*.yaml"), *self.folder.rglob("*.yml")):
            inside = path.relative_to(self.folder)
            single = len(inside.parts) == 1 and inside.name in _SINGLE_FILES
            listed = len(inside.parts) == 2 and inside.parts[0] in _FOLDERS and inside.suffix == ".yaml"
            if not single and not listed:
                known = ", ".join((*_SINGLE_FILES, *(f"{name}/*.yaml" for name in _FOLDERS)))
                told = f"nothing reads this file; known are {known}"
                self.problems.append(Problem(inside.as_posix(), 0, 0, "K102", "error", told))

    def _read_findings(self) -> None:
        from assistant.knowledge.finding_reader import check_parents, read_findings

        stems = sorted(path.stem for path in (self.folder / "findings").glob("*.yaml"))
        ordered = [name for name in GROUPS if name in stems] + [name for name in stems if name not in GROUPS]
        readers: list[tuple[Reader, list[str]]] = []
        for group in ordered:
            reader = self._reader(f"findings/{group}.yaml")
            found = read_findings(reader, group, self.findings)
            if reader.broken:
                self.unreadable.add("finding")
            readers.append((reader, list(found)))
            self.findings.update(found)
        for reader, names in readers:
            check_parents(reader, self.findings, names)

    def _reader(self, name: str) -> Reader:
        """Return a reader of one file; of an empty one, told of once, where the file cannot be read."""
        from assistant.knowledge.reading import SCHEMA_VERSION, Reader
        from assistant.yamlfile import YamlFile, read_file

        path = self.folder / name
        try:
            if path.is_file():
                return Reader(read_file(path, name), self.problems, self.unreadable)
            self._missing(name)
        except KnowledgeError as error:
            self.problems.extend(error.problems)
        if name == "sources.yaml":
            self.unreadable.add("source")
        if name.startswith("findings/"):
            self.unreadable.add("finding")
        # what an unreadable file lacks is no news, so its own problems go nowhere
        return Reader(YamlFile(name, {"schema_version": SCHEMA_VERSION}), [], self.unreadable)

    def _missing(self, name: str) -> None:
        self.problems.append(Problem(name, 0, 0, "K101", "error", f"missing in {self.folder}"))

    def sha256(self) -> str:
        """Return the digest over all names and bytes, in order of the names."""
        digest = hashlib.sha256()
        files = (*self.folder.rglob("*.yaml"), self.folder / WORDS_FILE)
        paths = {path.relative_to(self.folder).as_posix(): path for path in files}
        for name in sorted(paths):
            content = paths[name].read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()
