"""findings/<group>.yaml -> Finding, with its words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import inf

import msgspec

from assistant.knowledge.model import Band, Context, Finding, Kind, Lab, Lexicon, Phrase, Value
from assistant.knowledge.reading import Reader
from assistant.yamlfile import Key


class _BandEntry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    low: float = msgspec.field(name="from")
    below: float


class _LabBandEntry(msgspec.Struct, forbid_unknown_fields=True):
    value: str | None
    low: float = msgspec.field(name="from", default=0.0)
    below: float = inf


class _LabEntry(msgspec.Struct, forbid_unknown_fields=True):
    names: list[str]
    unit: str
    plausible: list[float]
    bands: list[_LabBandEntry]
    source: str
    alternative_units: dict[str, float] = {}


class _ContextEntry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    given: dict[str, list[str]]
    rationale: str = ""


class _ValueEntry(msgspec.Struct, forbid_unknown_fields=True):
    name: str = ""
    synonyms: list[str] = []
    if_asked: list[str] = []


class _SetEntry(msgspec.Struct, forbid_unknown_fields=True):
    values: list[str]
    synonyms: list[str] = []
    if_asked: list[str] = []


class FindingEntry(msgspec.Struct, forbid_unknown_fields=True):
    """One finding as its file holds it."""

    name: str
    question: str
    type: str
    help: str = ""
    unit: str = ""
    bands: list[_BandEntry] = []
    plausible: list[float] | None = None
    alternative_units: dict[str, float] = {}
    exclusive: str | None = None
    positive: str | None = None
    negative: str | None = None
    informative: bool = True
    gate: dict[str, list[str]] = {}
    rationale: str = ""
    contexts: list[_ContextEntry] = []
    signs: list[str] = []
    measures: list[str] = []
    phrases: dict[str, float] = {}
    phrases_if_asked: dict[str, float] = {}
    values: dict[str, _ValueEntry] = {}
    sets: list[_SetEntry] = []
    labs: list[_LabEntry] = []


def read_findings(reader: Reader, group: str, taken: Collection[str]) -> dict[str, Finding | None]:
    """Return the findings of one file; None stands for one with problems."""
    found: dict[str, Finding | None] = {}
    for name, data in reader.only_section("findings").items():
        key: Key = ("findings", name)
        if name in taken:
            reader.problem(key, "K108", f"finding {name!r} stands in another file already")
            continue
        entry = reader.entry(FindingEntry, data, key)
        before = len(reader.problems)
        finding = None
        if entry is not None and entry.type in tuple(Kind):
            _check(reader, key, entry)
            finding = _finding(name, group, entry)
        elif entry is not None:
            reader.one_of(entry.type, tuple(Kind), (*key, "type"), "type")
        found[name] = finding if len(reader.problems) == before else None
    return found


def check_parents(reader: Reader, findings: Mapping[str, Finding | None], names: Collection[str]) -> None:
    """Check gates and contexts of the findings `names`, once all findings are read."""
    for name in names:
        finding = findings[name]
        if finding is None:
            continue
        if finding.gate:
            _check_given(reader, findings, name, finding.gate, ("findings", name, "gate"))
        for index, context in enumerate(finding.contexts):
            key = ("findings", name, "contexts", index, "given")
            _check_given(reader, findings, name, context.given, key)


def _check_given(
    reader: Reader,
    findings: Mapping[str, Finding | None],
    name: str,
    given: Mapping[str, frozenset[str]],
    key: Key,
) -> None:
    if not given:
        reader.problem(key, "K105", "a context without a condition would always hold; name a parent finding")
    for parent, values in given.items():
        here = (*key, parent)
        if not reader.known(parent, findings, here, "finding"):
            continue
        known = findings[parent]
        if parent == name:
            reader.problem(here, "K113", f"{name} cannot be its own parent")
        elif known is not None and known.kind is Kind.QUANTITY:
            reader.problem(here, "K113", f"{parent} is a quantity; only findings with values can be parents")
        elif known is not None:
            for value in sorted(values):
                reader.known(value, known.value_ids, here, "value", of=parent)


def _check(reader: Reader, key: Key, entry: FindingEntry) -> None:
    """Note what makes the finding unusable on its own."""
    quantity = entry.type == Kind.QUANTITY
    for attribute in ("values", "sets", "labs", "exclusive", "positive", "negative"):
        if quantity and getattr(entry, attribute):
            reader.problem((*key, attribute), "K117", f"{attribute} is not for a quantity")
    for attribute in ("bands", "unit", "phrases", "phrases_if_asked", "plausible", "alternative_units"):
        if not quantity and getattr(entry, attribute):
            reader.problem((*key, attribute), "K117", f"{attribute} is only for a quantity")
    if quantity:
        _check_quantity(reader, key, entry)
        return
    if len(entry.values) < 2:
        reader.problem(key, "K105", "a finding needs two values at least, or the type quantity")
    if entry.exclusive is not None and entry.type != Kind.MULTIPLE:
        reader.problem((*key, "exclusive"), "K117", "exclusive is only for a finding of type multiple")
    for attribute in ("exclusive", "positive", "negative"):
        value = getattr(entry, attribute)
        if value is not None:
            reader.known(value, entry.values, (*key, attribute), "value", of=str(key[-1]))
    for index, words in enumerate(entry.sets):
        if len(words.values) < 2:
            reader.problem((*key, "sets", index), "K105", "a set names two values at least")
        for place, value in enumerate(words.values):
            here = (*key, "sets", index, "values", place)
            reader.known(value, entry.values, here, "value", of=str(key[-1]))
    for index, lab in enumerate(entry.labs):
        _check_lab(reader, (*key, "labs", index), lab, entry.values)
    ids = [context.id for context in entry.contexts]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            reader.problem((*key, "contexts", index), "K108", f"context {name!r} stands twice")


def _check_quantity(reader: Reader, key: Key, entry: FindingEntry) -> None:
    if not entry.bands or not entry.unit:
        reader.problem(key, "K105", "a quantity needs a unit and bands")
        return
    _check_bands(reader, (*key, "bands"), [(band.low, band.below) for band in entry.bands])
    ids = [band.id for band in entry.bands]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            reader.problem((*key, "bands", index), "K108", f"band {name!r} stands twice")
    low, high = entry.bands[0].low, entry.bands[-1].below
    for name, phrases in (("phrases", entry.phrases), ("phrases_if_asked", entry.phrases_if_asked)):
        for phrase, number in phrases.items():
            reader.within(number, low, high, (*key, name, phrase), f"{phrase!r}")
    if entry.plausible is not None:
        _check_pair(reader, (*key, "plausible"), entry.plausible)
    _check_units(reader, key, entry.alternative_units)


def _check_lab(reader: Reader, key: Key, lab: _LabEntry, values: Collection[str]) -> None:
    _check_pair(reader, (*key, "plausible"), lab.plausible)
    _check_bands(reader, (*key, "bands"), [(band.low, band.below) for band in lab.bands])
    if lab.bands and (lab.bands[0].low > 0 or lab.bands[-1].below != inf):
        reader.problem(
            (*key, "bands"), "K112", "the bands of a laboratory number run over all positive numbers"
        )
    if not lab.names or not lab.bands:
        reader.problem(key, "K105", "a laboratory number needs names and bands")
    for index, band in enumerate(lab.bands):
        if band.value is not None:
            reader.known(band.value, values, (*key, "bands", index, "value"), "value", of=str(key[1]))
    _check_units(reader, key, lab.alternative_units)


def _check_units(reader: Reader, key: Key, units: Mapping[str, float]) -> None:
    for unit, factor in units.items():
        if factor <= 0:
            reader.problem((*key, "alternative_units", unit), "K115", "a factor must be above 0")


def _check_pair(reader: Reader, key: Key, pair: list[float]) -> None:
    if len(pair) != 2 or pair[0] >= pair[1]:
        reader.problem(key, "K115", "give [low, high], with low below high")


def _check_bands(reader: Reader, key: Key, bands: list[tuple[float, float]]) -> None:
    for index, (low, below) in enumerate(bands):
        if low >= below:
            reader.problem((*key, index), "K112", f"from {low:g} is not below {below:g}")
        if index and low != bands[index - 1][1]:
            reader.problem(
                (*key, index),
                "K112",
                f"starts at {low:g}, but the band before ends at {bands[index - 1][1]:g}",
            )


def _finding(name: str, group: str, entry: FindingEntry) -> Finding:
    return Finding(
        id=name,
        name=entry.name,
        group=group,
        kind=Kind(entry.type),
        question=entry.question,
        help=entry.help,
        values=tuple(
            Value(value, words.name or value.replace("_", " ")) for value, words in entry.values.items()
        ),
        exclusive=entry.exclusive,
        positive=entry.positive,
        negative=entry.negative,
        unit=entry.unit,
        bands=tuple(Band(band.id, band.low, band.below) for band in entry.bands),
        plausible=(entry.plausible[0], entry.plausible[-1]) if entry.plausible else None,
        alternative_units=entry.alternative_units,
        informative=entry.informative,
        gate={parent: frozenset(values) for parent, values in entry.gate.items()},
        contexts=tuple(
            Context(
                context.id,
                {parent: frozenset(values) for parent, values in context.given.items()},
                context.rationale,
            )
            for context in entry.contexts
        ),
        rationale=entry.rationale,
        lexicon=Lexicon(tuple(entry.signs), tuple(entry.measures), _phrases(entry), _labs(entry)),
    )


def _phrases(entry: FindingEntry) -> tuple[Phrase, ...]:
    """Return the words of values, then of sets of values, then of numbers."""
    found: list[Phrase] = []
    single = [([value], words.synonyms, words.if_asked) for value, words in entry.values.items()]
    several = [(words.values, words.synonyms, words.if_asked) for words in entry.sets]
    for values, synonyms, if_asked in (*single, *several):
        allowed = frozenset(values)
        found += [Phrase(text, allowed) for text in synonyms]
        found += [Phrase(text, allowed, if_asked=True) for text in if_asked]
    found += [Phrase(text, number=number) for text, number in entry.phrases.items()]
    found += [Phrase(text, if_asked=True, number=number) for text, number in entry.phrases_if_asked.items()]
    return tuple(found)


def _labs(entry: FindingEntry) -> tuple[Lab, ...]:
    return tuple(
        Lab(
            names=tuple(lab.names),
            unit=lab.unit,
            alternative_units=lab.alternative_units,
            plausible=(lab.plausible[0], lab.plausible[-1]),
            bands=tuple((band.low, band.below, band.value) for band in lab.bands),
            source=lab.source,
        )
        for lab in entry.labs
        if lab.plausible
    )
