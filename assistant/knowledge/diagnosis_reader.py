"""diagnoses/<id>.yaml -> Diagnosis, with a row for every finding that has tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import msgspec

from assistant.knowledge.model import FALLBACK, Basis, Diagnosis, Finding, Kind, Row
from assistant.knowledge.reading import Reader
from assistant.yamlfile import Key

TOLERANCE = 1e-6
"""How far probabilities may sum off 1."""

SHORT_LENGTH = 22
"""Columns for a short name beside a bar."""


class _ContextRowEntry(msgspec.Struct, forbid_unknown_fields=True):
    p: dict[str, float]
    grade: str
    sources: list[str]
    n: int | None = None
    note: str = ""


class _RowEntry(msgspec.Struct, forbid_unknown_fields=True):
    p: dict[str, float]
    grade: str
    sources: list[str]
    n: int | None = None
    note: str = ""
    contexts: dict[str, _ContextRowEntry] = {}


class _PriorEntry(msgspec.Struct, forbid_unknown_fields=True):
    p: float
    grade: str
    sources: list[str]
    reasoning: str


class DiagnosisEntry(msgspec.Struct, forbid_unknown_fields=True):
    """One diagnosis as its file holds it, without its rows."""

    id: str
    name: str
    short: str
    prior: _PriorEntry
    malignant: bool
    definition: str
    proof: str
    next_steps: str
    synonyms: list[str] = []
    icd10: str | None = None
    mimics: list[str] = []


Rows = dict[str, Row]
ContextRows = dict[tuple[str, str], Row]


class DiagnosisReader:
    """Reads diagnosis files against the findings and sources."""

    def __init__(
        self,
        findings: Mapping[str, Finding | None],
        sources: Collection[str],
        diagnoses: Collection[str],
    ) -> None:
        self.findings = findings
        self.sources = sources
        self.diagnoses = diagnoses

    def read(self, reader: Reader, name: str) -> Diagnosis | None:
        """Return the diagnosis of one file with the rows that stand in it; None where it has problems."""
        root = reader.root()
        before = len(reader.problems)
        rows, context_rows = self._rows(reader, reader.section(root, "rows"))
        root.pop("rows", None)
        entry = reader.entry(DiagnosisEntry, root, ())
        if entry is None:
            return None
        self._check(reader, name, entry)
        if len(reader.problems) > before:
            return None
        return Diagnosis(
            id=name,
            name=entry.name,
            short=entry.short,
            prior=entry.prior.p,
            prior_basis=Basis(entry.prior.grade, tuple(entry.prior.sources), entry.prior.reasoning),
            rows=rows,
            context_rows=context_rows,
            synonyms=tuple(entry.synonyms),
            icd10=entry.icd10,
            malignant=entry.malignant,
            definition=entry.definition,
            mimics=tuple(entry.mimics),
            proof=entry.proof,
            next_steps=entry.next_steps,
            file=reader.file.path,
        )

    def _check(self, reader: Reader, name: str, entry: DiagnosisEntry) -> None:
        if entry.id != name:
            reader.problem(("id",), "K108", f"id is {entry.id!r}, but the file is called {name}.yaml")
        if len(entry.short) > SHORT_LENGTH:
            reader.problem(
                ("short",), "K115", f"short has {len(entry.short)} characters; at most {SHORT_LENGTH}"
            )
        if entry.prior.p <= 0:
            reader.problem(("prior", "p"), "K115", f"a prior must be above 0, not {entry.prior.p:g}")
        reader.basis(entry.prior.grade, entry.prior.sources, self.sources, ("prior",))
        for index, mimic in enumerate(entry.mimics):
            reader.known(mimic, self.diagnoses, ("mimics", index), "diagnosis")

    def _rows(self, reader: Reader, data: dict[str, object]) -> tuple[Rows, ContextRows]:
        rows: Rows = {}
        context_rows: ContextRows = {}
        for name, value in data.items():
            key: Key = ("rows", name)
            entry = reader.entry(_RowEntry, value, key)
            if not reader.known(name, self.findings, key, "finding") or entry is None:
                continue
            finding = self.findings[name]
            if finding is None:
                continue
            if not finding.informative:
                reader.problem(key, "K114", f"{name} is not informative and takes no row")
                continue
            rows[name] = self._row(reader, finding, entry, key)
            contexts = [context.id for context in finding.contexts]
            for context, part in entry.contexts.items():
                here = (*key, "contexts", context)
                if reader.known(context, contexts, here, "context", of=name):
                    context_rows[name, context] = self._row(reader, finding, part, here)
        return rows, context_rows

    def _row(self, reader: Reader, finding: Finding, entry: _RowEntry | _ContextRowEntry, key: Key) -> Row:
        self._check_probabilities(reader, finding, entry.p, (*key, "p"))
        reader.basis(entry.grade, entry.sources, self.sources, key)
        if entry.n is not None and entry.n < 1:
            reader.problem((*key, "n"), "K115", f"n counts patients or lesions, so at least 1, not {entry.n}")
        line = reader.file.place(key)[0]
        return Row(entry.p, entry.grade, tuple(entry.sources), entry.n, entry.note, line)

    def _check_probabilities(self, reader: Reader, finding: Finding, p: dict[str, float], key: Key) -> None:
        values = finding.value_ids
        for value, number in p.items():
            if value not in values:
                reader.known(value, values, (*key, value), "value", of=finding.id)
            if not 0 < number < 1:
                reader.problem(
                    (*key, value), "K109", f"p must lie between 0 and 1, both excluded, not {number:g}"
                )
        missing = [value for value in values if value not in p]
        if missing:
            reader.problem(key, "K110", f"p of {finding.id} lacks {', '.join(missing)}")
        total = sum(p.values())
        if finding.kind is not Kind.MULTIPLE and not missing and abs(total - 1) > TOLERANCE:
            reader.problem(key, "K111", f"p of {finding.id} sums to {total:.6g}, not 1")


def fill_rows(
    diagnoses: Mapping[str, Diagnosis | None],
    findings: Mapping[str, Finding | None],
    fallback: Reader,
) -> dict[str, Diagnosis]:
    """Return the diagnoses with the rows they leave out, taken from `other`.

    Args:
        diagnoses: as read; None where a file has problems.
        findings: all findings.
        fallback: the reader of `other`, whose own gaps are problems.
    """
    known = {name: diagnosis for name, diagnosis in diagnoses.items() if diagnosis is not None}
    other = known.get(FALLBACK)
    if other is None:
        return known
    needed = [finding.id for finding in findings.values() if finding is not None and finding.informative]
    missing = [name for name in needed if name not in other.rows]
    for name in missing:
        fallback.problem(("rows",), "K114", f"{FALLBACK} needs a row for {name}: it is the background rate")
    if missing:
        return known
    return {name: _filled(diagnosis, other, needed) for name, diagnosis in known.items()}


def _filled(diagnosis: Diagnosis, other: Diagnosis, needed: list[str]) -> Diagnosis:
    """Return `diagnosis` with a row for every finding needed, in their order."""
    rows: Rows = {}
    context_rows: ContextRows = dict(diagnosis.context_rows)
    for name in needed:
        if name in diagnosis.rows:
            rows[name] = diagnosis.rows[name]
            continue
        # a borrowed row has no line, since it does not stand in this diagnosis's file
        rows[name] = replace(other.rows[name], line=0)
        for key, row in other.context_rows.items():
            if key[0] == name:
                context_rows[key] = replace(row, line=0)
    return replace(diagnosis, rows=rows, context_rows=context_rows)
