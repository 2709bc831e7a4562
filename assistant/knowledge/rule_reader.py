"""model, populations, tests, advice and sources, from YAML."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from assistant.errors import KnowledgeError
from assistant.knowledge.condition_reader import read_condition
from assistant.knowledge.conditions import Advice, Condition
from assistant.knowledge.model import (
    NARROWING_BITS,
    Basis,
    CountedOnce,
    Finding,
    Kind,
    Model,
    PatientGroup,
    Population,
    Source,
    Test,
)
from assistant.knowledge.reading import GRADES, Reader
from assistant.yamlfile import Key

SOURCE_KINDS = ("guideline", "meta_analysis", "cohort", "review", "case_report", "reference")
ADVICE_KINDS = ("alert", "next_test", "treatment", "follow_up", "caveat")

GROUP_TOLERANCE = 1e-3
"""How far the published mix of causes of a patient group may sum off 1; it is rounded to four decimals."""

Findings = Mapping[str, Finding | None]


class _CertaintyEntry(msgspec.Struct, forbid_unknown_fields=True):
    word: str
    above: float = float("-inf")


class _DrawsEntry(msgspec.Struct, forbid_unknown_fields=True):
    count: int
    spread: dict[str, float]
    largest_spread: float


class _CountedOnceEntry(msgspec.Struct, forbid_unknown_fields=True):
    answered: list[str]
    weights: dict[str, float]
    rule: str
    when: dict[str, list[str]] = {}


class _ModelEntry(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    probable_reliability: float
    certainty: list[_CertaintyEntry]
    early_stop_bits: float
    draws: _DrawsEntry
    counted_once: list[_CountedOnceEntry]
    narrowing_bits: float = NARROWING_BITS
    early_stop_after: int = 4


class _GroupEntry(msgspec.Struct, forbid_unknown_fields=True):
    weight: float
    patients: str
    malignancy: dict[str, float]
    causes: dict[str, float]
    grade: str
    sources: list[str]
    reasoning: str


class _PopulationEntry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    factors: dict[str, float]
    note: str = ""
    grade: str = "D"


class _PopulationsEntry(msgspec.Struct, forbid_unknown_fields=True):
    population: str
    method: str
    sensitivity: list[str]
    populations: dict[str, object]
    groups: dict[str, object]


class _TestEntry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    findings: list[str]
    burden: int
    hazard: str
    sources: list[str] = []


class _AdviceEntry(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    when: object
    text: str
    grade: str
    sources: list[str] = []


class _SourceEntry(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    kind: str
    shows: str
    authors: str = ""
    journal: str = ""
    year: int | None = None
    doi: str = ""
    url: str = ""
    pmid: str = ""
    founding: bool = False


def read_sources(reader: Reader) -> dict[str, Source]:
    """Return the sources; one with problems is kept by name, so that its users are not reported as well."""
    found: dict[str, Source] = {}
    for name, data in reader.only_section("sources").items():
        entry = reader.entry(_SourceEntry, data, ("sources", name))
        if entry is None:
            found[name] = Source(name, "", "", "")
            continue
        reader.one_of(entry.kind, SOURCE_KINDS, ("sources", name, "kind"), "kind")
        found[name] = Source(id=name, **msgspec.structs.asdict(entry))
    return found


def read_model(reader: Reader, findings: Findings) -> tuple[str, Model, tuple[CountedOnce, ...]] | None:
    """Return the version of the knowledge, the constants, and the rules of what counts once."""
    entry = reader.entry(_ModelEntry, reader.root(), ())
    if entry is None:
        return None
    reader.within(entry.probable_reliability, 0.5, 1, ("probable_reliability",), "probable_reliability")
    reader.within(entry.early_stop_bits, 0, 10, ("early_stop_bits",), "early_stop_bits")
    reader.within(entry.early_stop_after, 1, 100, ("early_stop_after",), "early_stop_after")
    reader.within(entry.narrowing_bits, 0, 10, ("narrowing_bits",), "narrowing_bits")
    reader.within(entry.draws.count, 10, 100_000, ("draws", "count"), "count")
    bounds = [step.above for step in entry.certainty]
    if not bounds or sorted(set(bounds), reverse=True) != bounds or bounds[-1] != float("-inf"):
        reader.problem(("certainty",), "K112", "the bounds must fall step by step, and the last has none")
    for grade in GRADES:
        if grade not in entry.draws.spread:
            reader.problem(("draws", "spread"), "K105", f"the spread of grade {grade} is missing")
    rules = tuple(
        _counted_once(reader, rule, ("counted_once", index), findings)
        for index, rule in enumerate(entry.counted_once)
    )
    model = Model(
        probable_reliability=entry.probable_reliability,
        certainty=tuple((step.above, step.word) for step in entry.certainty),
        early_stop_bits=entry.early_stop_bits,
        early_stop_after=entry.early_stop_after,
        narrowing_bits=entry.narrowing_bits,
        draws=entry.draws.count,
        spread=entry.draws.spread,
        largest_spread=entry.draws.largest_spread,
    )
    return entry.version, model, rules


def _counted_once(reader: Reader, entry: _CountedOnceEntry, key: Key, findings: Findings) -> CountedOnce:
    for index, name in enumerate(entry.answered):
        reader.known(name, findings, (*key, "answered", index), "finding")
    for name, weight in entry.weights.items():
        if reader.known(name, findings, (*key, "weights", name), "finding"):
            reader.within(weight, 0, 1, (*key, "weights", name), "a weight")
    for name, values in entry.when.items():
        here = (*key, "when", name)
        finding = findings.get(name)
        if not reader.known(name, findings, here, "finding") or finding is None:
            continue
        if finding.kind is Kind.QUANTITY:
            reader.problem(here, "K113", f"{name} is a quantity; `when` takes findings with values")
        for index, value in enumerate(values):
            reader.known(value, finding.value_ids, (*here, index), "value", of=name)
    return CountedOnce(
        answered=tuple(entry.answered),
        when={name: frozenset(values) for name, values in entry.when.items()},
        weights=entry.weights,
        rule=entry.rule,
    )


class PriorText(msgspec.Struct, frozen=True):
    """What is shown wherever the prior is shown."""

    population: str
    method: str
    sensitivity: tuple[str, ...]


def read_populations(
    reader: Reader, findings: Findings, sources: Collection[str], diagnoses: Collection[str]
) -> tuple[PriorText, dict[str, PatientGroup], dict[str, Population]] | None:
    """Return the patient groups behind the prior and the clinics that re-weight them."""
    entry = reader.entry(_PopulationsEntry, reader.root(), ())
    if entry is None:
        return None
    malignancy = findings.get("malignancy")
    groups: dict[str, PatientGroup] = {}
    for name, data in entry.groups.items():
        key: Key = ("groups", name)
        group = reader.entry(_GroupEntry, data, key)
        if group is None:
            continue
        reader.basis(group.grade, group.sources, sources, key)
        if group.weight <= 0:
            reader.problem((*key, "weight"), "K115", f"a weight must be above 0, not {group.weight:g}")
        _check_shares(reader, group.causes, diagnoses, (*key, "causes"), "diagnosis")
        values = malignancy.value_ids if malignancy is not None else group.malignancy
        _check_shares(reader, group.malignancy, values, (*key, "malignancy"), "value", of="malignancy")
        basis = Basis(group.grade, tuple(group.sources), group.reasoning)
        groups[name] = PatientGroup(name, group.weight, group.patients, group.causes, group.malignancy, basis)
    populations = {
        name: population
        for name, data in entry.populations.items()
        if (population := _population(reader, name, data, entry.groups)) is not None
    }
    text = PriorText(entry.population, entry.method, tuple(entry.sensitivity))
    return text, groups, populations


def _check_shares(
    reader: Reader, shares: Mapping[str, float], names: Collection[str], key: Key, what: str, of: str = ""
) -> None:
    for name, share in shares.items():
        reader.known(name, names, (*key, name), what, of)
        reader.within(share, 0, 1, (*key, name), "a share")
    total = sum(shares.values())
    if abs(total - 1) > GROUP_TOLERANCE:
        reader.problem(key, "K111", f"the shares sum to {total:.6g}, not 1")


def _population(reader: Reader, name: str, data: object, groups: Collection[str]) -> Population | None:
    key: Key = ("populations", name)
    entry = reader.entry(_PopulationEntry, data, key)
    if entry is None:
        return None
    reader.one_of(entry.grade, GRADES, (*key, "grade"), "grade")
    for group, factor in entry.factors.items():
        here = (*key, "factors", group)
        if reader.known(group, groups, here, "patient group") and factor <= 0:
            reader.problem(here, "K115", f"a factor must be above 0, not {factor:g}")
    return Population(name, entry.name, entry.factors, entry.note, entry.grade)


def read_tests(reader: Reader, findings: Findings, sources: Collection[str]) -> dict[str, Test]:
    """Return the tests in the order of the file."""
    found: dict[str, Test] = {}
    for name, data in reader.only_section("tests").items():
        key: Key = ("tests", name)
        entry = reader.entry(_TestEntry, data, key)
        if entry is None:
            continue
        reader.within(entry.burden, 1, 5, (*key, "burden"), "burden")
        for index, finding in enumerate(entry.findings):
            reader.known(finding, findings, (*key, "findings", index), "finding")
        for index, source in enumerate(entry.sources):
            reader.known(source, sources, (*key, "sources", index), "source")
        found[name] = Test(
            name, entry.name, tuple(entry.findings), entry.burden, entry.hazard, tuple(entry.sources)
        )
    return found


def read_advice(
    reader: Reader, findings: Findings, sources: Collection[str], diagnoses: Collection[str]
) -> tuple[Advice, ...]:
    """Return the advice in the order of the file."""
    usable = {name: finding for name, finding in findings.items() if finding is not None}
    broken = len(usable) < len(findings) or "finding" in reader.unreadable
    found: list[Advice] = []
    for name, data in reader.only_section("advice").items():
        key: Key = ("advice", name)
        entry = reader.entry(_AdviceEntry, data, key)
        if entry is None:
            continue
        reader.one_of(entry.kind, ADVICE_KINDS, (*key, "kind"), "kind")
        reader.basis(entry.grade, entry.sources, sources, key)
        condition = Condition()
        try:
            condition = read_condition(entry.when, reader.file, (*key, "when"), usable, diagnoses)
        except KnowledgeError as error:
            # a finding with problems of its own is not reported again wherever it is named
            if not broken:
                reader.problems.extend(error.problems)
        found.append(Advice(name, entry.kind, condition, entry.text, entry.grade, tuple(entry.sources)))
    return tuple(found)
