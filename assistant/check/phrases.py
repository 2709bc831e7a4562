"""Checks of the words of findings: phrases that collide or say too little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.check.material import Material, Spot
from assistant.understanding.lexicon import phrase_words
from assistant.yamlfile import Key, YamlFile

Folded = tuple[str, ...]
"""A phrase as it is compared: folded words without articles."""


_NAMING_BOTH = frozenset(["and", "both", "all"])
"""Words of phrases that mean a value of two findings on purpose."""


@dataclass(frozen=True, slots=True)
class Written:
    """One phrase of a finding as its author wrote it."""

    finding: str
    sort: str
    """sign, measure, synonyms, if_asked, number, or name for a value as it is shown."""

    text: str
    folded: Folded
    meaning: tuple[str, ...]
    """The values, or the number, that it means; empty for signs and measures."""

    file: YamlFile
    key: Key

    def seen_from(self, other: Written) -> str:
        """Return its line, with its file where that is another than that of `other`."""
        line = self.file.place(self.key)[0]
        return f"line {line}" if self.file.path == other.file.path else f"{self.file.path}:{line}"


def two_values(material: Material) -> Iterator[Spot]:
    """Find phrases that stand under two values of one finding."""
    seen: dict[tuple[str, Folded], Written] = {}
    for phrase in _meaning(material):
        first = seen.setdefault((phrase.finding, phrase.folded), phrase)
        if first.meaning != phrase.meaning:
            told = (
                f"{phrase.text!r} means {_or(phrase.meaning)} here and {_or(first.meaning)} at "
                f"{first.seen_from(phrase)}; keep one, or list both values under `sets`"
            )
            yield Spot(phrase.file, phrase.key, told)


def both_strengths(material: Material) -> Iterator[Spot]:
    """Find phrases that count in any reply since another of their value is compared alike."""
    for phrase, first in _twice(material):
        if phrase.sort != first.sort and phrase.text.lower() != first.text.lower():
            told = (
                f"{phrase.text!r} and {first.text!r} at {first.seen_from(phrase)} are compared alike, and one counts "
                "in any reply, the other only if asked; keep one"
            )
            yield Spot(phrase.file, phrase.key, told)


def needless_phrases(material: Material) -> Iterator[Spot]:
    """Find phrases that stand twice under one value."""
    for phrase, first in _twice(material):
        if phrase.text.lower() == first.text.lower():
            told = (
                f"{phrase.text!r} stands under {first.sort} too, at {first.seen_from(phrase)}; one is enough"
            )
            yield Spot(phrase.file, phrase.key, told)


def _twice(material: Material) -> Iterator[tuple[Written, Written]]:
    """Yield pairs of phrases of one value that are compared alike, the one that stands first as the second."""
    seen: dict[tuple[str, Folded], Written] = {}
    for phrase in _meaning(material):
        if phrase.sort == "name":
            continue
        first = seen.setdefault((phrase.finding, phrase.folded), phrase)
        if first is not phrase and first.meaning == phrase.meaning:
            yield phrase, first


def two_findings(material: Material) -> Iterator[Spot]:
    """Find phrases that mean a value of two findings in any reply."""
    seen: dict[Folded, Written] = {}
    for phrase in _meaning(material):
        # "dark on T1 and T2" names both
        if phrase.sort not in ("synonyms", "number") or _NAMING_BOTH.intersection(phrase.folded):
            continue
        first = seen.setdefault(phrase.folded, phrase)
        if first.finding != phrase.finding:
            told = (
                f"{phrase.text!r} means {_or(phrase.meaning)} of {phrase.finding} here, and "
                f"{_or(first.meaning)} of {first.finding} at {first.seen_from(phrase)}; keep it in the narrower finding"
            )
            yield Spot(phrase.file, phrase.key, told)


def shared_signs(material: Material) -> Iterator[Spot]:
    """Find signs that name two findings at once."""
    seen: dict[Folded, Written] = {}
    for phrase in _written(material):
        if phrase.sort != "sign":
            continue
        first = seen.setdefault(phrase.folded, phrase)
        if first.finding != phrase.finding:
            told = f"{phrase.text!r} is a sign of {phrase.finding} and of {first.finding}: both are so"
            yield Spot(phrase.file, phrase.key, told)


def ordinary_synonyms(material: Material) -> Iterator[Spot]:
    """Find ordinary words that count as a value in any reply."""
    for phrase in _written(material):
        alone = len(phrase.folded) == 1 and phrase.sort in ("synonyms", "sign")
        if alone and phrase.folded[0] in material.knowledge.ordinary_words:
            told = (
                f"{phrase.text!r} is an ordinary word and would be read as {phrase.finding} in any reply; "
                "move it to if_asked, or say more"
            )
            yield Spot(phrase.file, phrase.key, told)


def empty_phrases(material: Material) -> Iterator[Spot]:
    """Find phrases of which nothing is left to compare."""
    for phrase in _written(material):
        if not phrase.folded:
            yield Spot(phrase.file, phrase.key, f"{phrase.text!r} has no word that is compared; take it out")


def _or(meaning: tuple[str, ...]) -> str:
    return " or ".join(meaning)


def _meaning(material: Material) -> Iterator[Written]:
    """Yield the phrases that mean a value or a number."""
    return (phrase for phrase in _written(material) if phrase.meaning and phrase.folded)


def _written(material: Material) -> Iterator[Written]:
    """Yield every phrase of every findings file."""
    for path, file in material.files.items():
        if not path.startswith("findings/"):
            continue
        for finding, entry in file.data["findings"].items():
            for sort, meaning, text, key in _of_finding(entry):
                folded = phrase_words(text)
                yield Written(finding, sort, text, folded, meaning, file, ("findings", finding, *key))


def _of_finding(entry: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...], str, Key]]:
    """Yield (sort, meaning, text, key within the finding)."""
    for name, sort in (("signs", "sign"), ("measures", "measure")):
        for index, text in enumerate(entry.get(name, ())):
            yield sort, (), text, (name, index)
    for value, listed in entry.get("values", {}).items():
        yield from _listed(listed, (value,), ("values", value))
    for place, listed in enumerate(entry.get("sets", ())):
        yield from _listed(listed, tuple(sorted(listed["values"])), ("sets", place))
    for text, number in entry.get("phrases", {}).items():
        yield "number", (f"{number:g}",), text, ("phrases", text)


def _listed(
    listed: dict[str, Any], meaning: tuple[str, ...], key: Key
) -> Iterator[tuple[str, tuple[str, ...], str, Key]]:
    if "name" in listed:
        yield "name", meaning, listed["name"], (*key, "name")
    for sort in ("synonyms", "if_asked"):
        for index, text in enumerate(listed.get(sort, ())):
            yield sort, meaning, text, (*key, sort, index)
