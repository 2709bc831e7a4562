"""Checks of what the numbers rest on: sources, grades, counts, and the conditions of conditional tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from assistant.check.material import Material, Spot
from assistant.check.possible import Demand, consistent
from assistant.knowledge import Finding, Row
from assistant.yamlfile import Key, YamlFile

JUDGEMENT = "D"
"""The grade of what was judged, not measured."""


def unused_sources(material: Material) -> Iterator[Spot]:
    """Find sources that nothing cites."""
    file = material.files.get("sources.yaml")
    if file is None:
        return
    known = material.knowledge
    used = set(
        chain(
            chain.from_iterable(row.sources for _, _, row in _rows(material)),
            chain.from_iterable(diagnosis.prior_basis.sources for diagnosis in known.diagnoses.values()),
            chain.from_iterable(group.basis.sources for group in known.groups.values()),
            chain.from_iterable(test.sources for test in known.tests.values()),
            chain.from_iterable(rule.sources for rule in known.advice),
        )
    )
    for name in known.sources:
        if name not in used:
            yield Spot(file, ("sources", name), f"nothing cites {name}; cite it or take it out")


def graded_without_source(material: Material) -> Iterator[Spot]:
    """Find numbers and advice graded A to C that name no source."""
    for file, key, row in _rows(material):
        if row.grade != JUDGEMENT and not row.sources:
            yield _unsourced(file, key, row.grade)
    known = material.knowledge
    for diagnosis in known.diagnoses.values():
        basis = diagnosis.prior_basis
        if diagnosis.file in material.files and basis.grade != JUDGEMENT and not basis.sources:
            yield _unsourced(material.files[diagnosis.file], ("prior",), basis.grade)
    file_of_groups = material.files.get("populations.yaml")
    for group in known.groups.values() if file_of_groups else ():
        if file_of_groups and group.basis.grade != JUDGEMENT and not group.basis.sources:
            yield _unsourced(file_of_groups, ("groups", group.id), group.basis.grade)
    file_of_advice = material.files.get("advice.yaml")
    for rule in known.advice if file_of_advice else ():
        if file_of_advice and rule.grade != JUDGEMENT and not rule.sources:
            yield _unsourced(file_of_advice, ("advice", rule.id), rule.grade)


def _unsourced(file: YamlFile, key: Key, grade: str) -> Spot:
    what = key[-1] if key else "this"
    return Spot(file, key, f"{what} has grade {grade} and no source; name one, or grade it {JUDGEMENT}")


def judgement_without_note(material: Material) -> Iterator[Spot]:
    """Find rows of judgement that do not say what was judged."""
    for file, key, row in _rows(material):
        if row.grade == JUDGEMENT and not row.note.strip():
            yield Spot(file, key, f"grade {JUDGEMENT} is judgement; a note must say what it rests on")


def count_without_source(material: Material) -> Iterator[Spot]:
    """Find counts of patients or lesions that name no source."""
    for file, key, row in _rows(material):
        if row.n is not None and not row.sources:
            yield Spot(file, (*key, "n"), f"n {row.n} counts patients of no source; name it, or take n out")


def counted_judgement(material: Material) -> Iterator[Spot]:
    """Find counts beside a grade that says nothing was counted."""
    for file, key, row in _rows(material):
        if row.n is not None and row.grade == JUDGEMENT:
            told = (
                f"n {row.n} beside grade {JUDGEMENT}: the figure is judged, and n is shown as if it were not"
            )
            yield Spot(file, (*key, "n"), told)


def impossible_contexts(material: Material) -> Iterator[Spot]:
    """Find conditional tables whose parents cannot be answered so."""
    for finding, index, key, file in _contexts(material):
        given = finding.contexts[index].given
        # the finding counts only behind its own gate, and a parent only behind that parent's
        demands = [*_demands(given), *_demands(finding.gate)]
        for parent in given:
            demands.extend(_demands(material.knowledge.findings[parent].gate))
        if not consistent(demands, material.knowledge.findings):
            parents = " and ".join(sorted({demand.finding for demand in demands}))
            yield Spot(file, key, f"this can never hold: no answers to {parents} fit it and the gates")


def shadowed_contexts(material: Material) -> Iterator[Spot]:
    """Find conditional tables that are never taken, since an earlier one holds whenever they do."""
    for finding, index, key, file in _contexts(material):
        context = finding.contexts[index]
        for earlier in finding.contexts[:index]:
            covered = all(
                parent in context.given and context.given[parent] <= values
                for parent, values in earlier.given.items()
            )
            if covered:
                told = f"never taken: {earlier.id} stands before it and holds whenever it does"
                yield Spot(file, key, told)
                break


def contexts_without_rows(material: Material) -> Iterator[Spot]:
    """Find conditions under which no diagnosis has a table."""
    diagnoses = material.knowledge.diagnoses.values()
    for finding, index, key, file in _contexts(material):
        name = finding.contexts[index].id
        if not any((finding.id, name) in diagnosis.context_rows for diagnosis in diagnoses):
            yield Spot(file, key, f"no diagnosis has rows for {name}; write one, or take the context out")


def _demands(given: Mapping[str, frozenset[str]]) -> list[Demand]:
    return [Demand(parent, within=values) for parent, values in given.items()]


def _contexts(material: Material) -> Iterator[tuple[Finding, int, Key, YamlFile]]:
    """Yield every context by its finding and position, with its place."""
    for finding in material.knowledge.findings.values():
        file = material.files.get(f"findings/{finding.group}.yaml")
        for index in range(len(finding.contexts) if file else 0):
            if file:
                yield finding, index, ("findings", finding.id, "contexts", index), file


def _rows(material: Material) -> Iterator[tuple[YamlFile, Key, Row]]:
    """Yield every row that stands in a file, with its place; rows taken over from `other` have none."""
    for diagnosis in material.knowledge.diagnoses.values():
        file = material.files.get(diagnosis.file)
        if file is None:
            continue
        for name, row in diagnosis.rows.items():
            if row.line:
                yield file, ("rows", name), row
        for (name, context), row in diagnosis.context_rows.items():
            if row.line:
                yield file, ("rows", name, "contexts", context), row
