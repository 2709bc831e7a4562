"""Checks of cues.yaml: cues that contradict each other, ids that do not exist, lists of another shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.check.material import Material, Spot
from assistant.knowledge import KnowledgeBase
from assistant.understanding.text import words
from assistant.yamlfile import Key, YamlFile

LISTS = frozenset(
    [
        "boundaries",
        "yes",
        "no",
        "hedges",
        "hedge_exceptions",
        "unknown",
        "not_done",
        "not_assessable",
        "test_words",
        "relatives",
        "others",
        "patient",
        "organs",
        "liver_words",
        "comparison",
        "lesion_words",
        "liver_words",
        "comparison",
        "test_words",
        "of_the_lesion",
        "together",
        "past",
        "now",
        "planned",
        "stopped",
        "lasting",
        "acts",
        "fillers",
        "correction",
        "partial",
        "neutral",
        "knowing",
        "hypothetical",
        "closing",
        "of_an_organ",
        "begun",
        "requests",
        "of_the_whole_lesion",
        "parts",
        "not_done_verbs",
        "not_done_denials",
        "modalities",
        "implied_when_asked",
    ]
)
"""What is a list in cues.yaml."""

MAPPINGS = frozenset(
    [
        "negation",
        "affirmation",
        "grammar",
        "word_classes",
        "pronoun_sex",
        "course_of_sizes",
        "headings",
        "strongest",
        "counts",
        "result_due",
        "age_letters",
        "number_words",
        "numbers",
    ]
)
"""What is a mapping."""

EXCLUDING = (
    ("yes", "no"),
    ("yes", "negation.before"),
    ("yes", "negation.after"),
    ("yes", "hedges"),
    ("yes", "unknown"),
    ("yes", "not_done"),
    ("yes", "not_assessable"),
    ("no", "affirmation.after"),
    ("no", "hedges"),
    ("no", "unknown"),
    ("no", "not_done"),
    ("no", "not_assessable"),
    ("affirmation.after", "negation.before"),
    ("affirmation.after", "negation.after"),
    ("affirmation.after", "hedges"),
    ("affirmation.after", "not_done"),
    ("negation.before", "negation.pseudo"),
    ("negation.after", "negation.pseudo"),
    ("negation.next", "negation.pseudo"),
    ("negation.before", "hedges"),
    ("negation.after", "hedges"),
    ("negation.after", "unknown"),
    ("negation.after", "not_assessable"),
    ("hedges", "hedge_exceptions"),
    ("hedges", "unknown"),
    ("unknown", "not_done"),
    ("unknown", "not_assessable"),
    ("not_done", "not_assessable"),
    ("past", "now"),
    ("planned", "now"),
    ("planned", "past"),
    ("stopped", "planned"),
    ("patient", "relatives"),
    ("patient", "others"),
    ("organs", "lesion_words"),
    ("headings.read", "headings.skip"),
)
"""Lists of cues.yaml of which a cue can stand in one only: it would say two things that cannot both be so."""


def excluding_cues(material: Material) -> Iterator[Spot]:
    """Find cues that stand in two lists which exclude each other."""
    file = material.files.get("cues.yaml")
    if file is None:
        return
    for first, second in EXCLUDING:
        known = {words(text): key for text, key in _cues(file, first)}
        for text, key in _cues(file, second):
            if words(text) in known:
                line = file.place(known[words(text)])[0]
                told = f"{text!r} stands under {first} at line {line} too; the two exclude each other"
                yield Spot(file, key, told)


def malformed_cues(material: Material) -> Iterator[Spot]:
    """Find cues that stand in another shape than they are read in."""
    file = material.files.get("cues.yaml")
    if file is None or not isinstance(file.data, dict):
        return
    for name, entry in file.data.items():
        wanted = list if name in LISTS else dict if name in MAPPINGS else object
        if not isinstance(entry, wanted):
            kind = "a list" if wanted is list else "a mapping"
            yield Spot(file, (name,), f"{name} must be {kind}")


def unknown_in_cues(material: Material) -> Iterator[Spot]:
    """Find ids in cues.yaml that do not exist."""
    file = material.files.get("cues.yaml")
    if file is None or not isinstance(file.data, dict):
        return
    for kind, name, key in _ids(file):
        if not _exists(material.knowledge, kind, name):
            told = f"{kind} has no value {name!r}" if kind not in _KINDS else f"there is no {kind} {name!r}"
            yield Spot(file, key, told)


_KINDS = ("finding", "test")


def _exists(knowledge: KnowledgeBase, kind: str, name: str) -> bool:
    if kind == "test":
        return name in knowledge.tests
    if kind == "finding":
        return name in knowledge.findings
    # a value of a finding that does not exist is told once, with the finding
    return kind not in knowledge.findings or name in knowledge.findings[kind].value_ids


def _ids(file: YamlFile) -> Iterator[tuple[str, str, Key]]:
    """Yield every id in the file: "finding" or "test", or the finding it is a value of, the id, its key."""
    for name in ("lasting", "acts"):
        yield from (("finding", text, key) for text, key in _cues(file, name))
    for name, values in _mapping(file.data, "strongest").items():
        yield "finding", name, ("strongest", name)
        for index, value in enumerate(values if isinstance(values, list) else ()):
            yield name, str(value), ("strongest", name, index)
    for index, modality in enumerate(_entries(file.data, "modalities")):
        for place, test in enumerate(modality.get("tests", ())):
            yield "test", str(test), ("modalities", index, "tests", place)
    for index, rule in enumerate(_entries(file.data, "implied_when_asked")):
        key: Key = ("implied_when_asked", index)
        asked, finding = str(rule.get("asked")), str(rule.get("finding"))
        yield "finding", asked, (*key, "asked")
        yield "finding", finding, (*key, "finding")
        yield asked, str(rule.get("means")), (*key, "means")
        for place, value in enumerate(rule.get("values", ())):
            yield finding, str(value), (*key, "values", place)


def _mapping(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _entries(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = data.get(name)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _cues(file: YamlFile, name: str) -> Iterator[tuple[str, Key]]:
    """Yield the cues of one list, such as `negation.after`, with their keys."""
    key: Key = tuple(name.split("."))
    found: Any = file.data
    for part in key:
        found = found.get(part) if isinstance(found, dict) else None
    for index, text in enumerate(found if isinstance(found, list) else ()):
        yield str(text), (*key, index)
