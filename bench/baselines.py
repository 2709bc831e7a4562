"""What simpler readers make of the same replies: matching of whole replies, with and without cues of negation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from importlib.metadata import version
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from assistant.knowledge import Finding, Kind, KnowledgeBase
from assistant.understanding.claims import presence

Reader = Callable[[str, str | None], Mapping[str, Any]]
"""Reply and pending finding (None: a narrative) to the values accepted without asking again."""

LEAST_LIKE = 85
"""WRatio from which a reply counts as a phrase."""

_SHORTEST = 4
"""Phrases of fewer letters must be the whole reply: "no" is in "normal"."""

_NUMBER = re.compile(
    r"(\d+(?:[.,]\d+)?)(?:[ -]*(years?|yrs?|yo|y|months?|mo|weeks?|wks?|days?|cm|mm)\b)?", re.IGNORECASE
)
_AGE = re.compile(r"(\d+)[ -](?:years?|yrs?)[ -]old", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(cm|mm)\b", re.IGNORECASE)
_IN_UNIT = {
    "years": {"y": 1.0, "m": 1 / 12, "w": 7 / 365.25, "d": 1 / 365.25},
    "months": {"y": 12.0, "m": 1.0, "w": 12 / 52.18, "d": 12 / 365.25},
    "cm": {"cm": 1.0, "mm": 0.1},
}
_NO_VALUE = ("unknown", "not_done", "not_assessable")


class Meant(Enum):
    """How a matched phrase is meant."""

    SO = auto()
    NEGATED = auto()
    OPEN = auto()
    """Possible, supposed, or somebody else's."""


Context = Callable[[str, Sequence[tuple[int, int]]], Sequence[Meant]]
"""Text and places of the matched phrases, in order and without overlap, to how each is meant."""


def as_it_stands(text: str, places: Sequence[tuple[int, int]]) -> Sequence[Meant]:
    """Take every phrase as it stands."""
    return [Meant.SO] * len(places)


def negspacy() -> tuple[str, Context]:
    """Return NegEx as negspacy has it, with its name and version.

    Raises:
        ImportError: it is not installed.
    """
    import_module("negspacy.negation")

    def meant(found: Any) -> Meant:
        return Meant.NEGATED if found._.negex else Meant.SO

    return f"negspacy {version('negspacy')}", _spacy("negex", meant)


def medspacy() -> tuple[str, Context]:
    """Return ConText as medspacy has it, with its name and version.

    Raises:
        ImportError: it is not installed.
    """
    import_module("medspacy.context")

    def meant(found: Any) -> Meant:
        if found._.is_uncertain or found._.is_hypothetical or found._.is_family:
            return Meant.OPEN
        return Meant.NEGATED if found._.is_negated else Meant.SO

    return f"medspacy {version('medspacy')}", _spacy("medspacy_context", meant)


def _spacy(component: str, meant: Callable[[Any], Meant]) -> Context:
    """Return what a component of spaCy says of phrases, with its own cues, behind a plain splitter of sentences."""
    blank = import_module("spacy").blank("en")
    sentences, judged = blank.add_pipe("sentencizer"), blank.add_pipe(component)

    def context(text: str, places: Sequence[tuple[int, int]]) -> Sequence[Meant]:
        document = sentences(blank.make_doc(text))
        spans = [
            document.char_span(*place, label="FINDING", alignment_mode="expand")
            for place in places
            if text[slice(*place)].strip()
        ]
        if len(spans) < len(places) or None in spans:
            return [Meant.SO] * len(places)
        document.set_ents(spans)
        return [meant(found) for found in judged(document).ents]

    return context


@dataclass(frozen=True, slots=True)
class _Known:
    """What may be said of one finding."""

    fuzzy: Mapping[str, Any]
    """Phrase -> value."""

    whole: Mapping[str, Any]
    """A short phrase, or a bare yes, no or not known -> value."""


class Matching:
    """Takes the phrase of the pending finding that is most like the whole reply.

    A narrative is nothing like a phrase; there each phrase that means a value without a question is looked for as it
    is written, and the first of a finding counts.
    """

    def __init__(self, knowledge: KnowledgeBase, context: Context = as_it_stands) -> None:
        self._findings = knowledge.findings
        self._context = context
        self._known = {name: _known(finding, knowledge.cues) for name, finding in knowledge.findings.items()}
        self._by_words: defaultdict[tuple[str, ...], dict[str, Any]] = defaultdict(dict)
        for name, finding in knowledge.findings.items():
            for phrase, value, if_asked in _phrases(finding):
                if not if_asked and len(phrase) >= _SHORTEST:
                    self._by_words[_words(phrase)].setdefault(name, value)
        self._longest = max(map(len, self._by_words))

    def __call__(self, reply: str, question: str | None) -> Mapping[str, Any]:
        """Return the values accepted of one reply or narrative."""
        return self._narrative(reply) if question is None else self._reply(reply, self._findings[question])

    def _reply(self, reply: str, finding: Finding) -> Mapping[str, Any]:
        known = self._known[finding.id]
        typed = default_process(reply)
        if typed in known.whole:
            return {finding.id: known.whole[typed]}
        if finding.kind is Kind.QUANTITY and (number := _number(reply, finding.unit)) is not None:
            return {finding.id: number}
        best = process.extractOne(typed, known.fuzzy.keys(), scorer=fuzz.WRatio, score_cutoff=LEAST_LIKE)
        if best is None:
            return {}
        place = fuzz.partial_ratio_alignment(best[0], reply.lower())
        places = [(place.dest_start, place.dest_end)] if place is not None else []
        return self._said(finding, known.fuzzy[best[0]], next(iter(self._context(reply, places)), Meant.SO))

    def _said(self, finding: Finding, value: Any, meant: Meant) -> Mapping[str, Any]:
        """Return what a phrase says; denied it says the finding's negative value."""
        if meant is Meant.SO:
            return {finding.id: value}
        if meant is Meant.OPEN or finding.negative is None:
            return {}
        return {finding.id: _one(finding, frozenset([finding.negative]))}

    def _narrative(self, text: str) -> Mapping[str, Any]:
        read: dict[str, Any] = {}
        if age := _AGE.search(text):
            read["age"] = float(age[1])
        if sizes := [float(size) * _IN_UNIT["cm"][unit.lower()] for size, unit in _SIZE.findall(text)]:
            read["lesion_size"] = max(sizes)
        found = list(self._found(text))
        meant = self._context(text, [place for place, _ in found])
        for (_, values), how in zip(found, meant, strict=True):
            for name, value in values.items():
                said = self._said(self._findings[name], value, how).get(name)
                before = read.setdefault(name, said) if said is not None else None
                if isinstance(before, list) and isinstance(said, list):
                    read[name] = sorted({*before, *said})
        return read

    def _found(self, text: str) -> Iterator[tuple[tuple[int, int], Mapping[str, Any]]]:
        """Yield the phrases of a text with their places, the longest first at each place."""
        typed = [(match[0].lower(), match.span()) for match in re.finditer(r"\w+", text)]
        begin = 0
        while begin < len(typed):
            for length in range(min(self._longest, len(typed) - begin), 0, -1):
                stretch = typed[begin : begin + length]
                values = self._by_words.get(tuple(word for word, _ in stretch))
                if values:
                    yield (stretch[0][1][0], stretch[-1][1][1]), values
                    begin += length
                    break
            else:
                begin += 1


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", phrase.lower()))


def _known(finding: Finding, cues: Mapping[str, Any]) -> _Known:
    fuzzy: dict[str, Any] = {}
    whole: dict[str, Any] = {}
    for phrase, value, _ in _phrases(finding):
        typed = default_process(phrase)
        (fuzzy if len(typed) >= _SHORTEST else whole).setdefault(typed, value)
    bare = [(finding.positive, cues["yes"]), (finding.negative, cues["no"])]
    for meant, phrases in bare:
        if meant is not None:
            whole |= {default_process(str(phrase)): _one(finding, frozenset([meant])) for phrase in phrases}
    whole |= {default_process(str(phrase)): "unknown" for kind in _NO_VALUE for phrase in cues[kind]}
    # signs such as "+" leave nothing to compare
    whole.pop("", None)
    return _Known(fuzzy, whole)


def _phrases(finding: Finding) -> Iterator[tuple[str, Any, bool]]:
    """Yield every phrase that means a value of the finding, its value, and whether it counts only when asked."""
    for phrase in finding.lexicon.phrases:
        value = phrase.number if phrase.number is not None else _one(finding, phrase.values)
        if value is not None:
            yield phrase.text, value, phrase.if_asked
    for known in finding.values:
        for text in (known.name, known.id.replace("_", " ")):
            yield text, _one(finding, frozenset([known.id])), True
    present = presence(finding)
    if len(present) == 1:
        for sign in finding.lexicon.signs:
            yield sign, _one(finding, present), False


def _one(finding: Finding, values: frozenset[str]) -> Any:
    """Return values as rows spell them."""
    if finding.kind is Kind.MULTIPLE:
        return sorted(values)
    return {"one_of": sorted(values)} if len(values) > 1 else next(iter(values), None)


def _number(reply: str, unit: str) -> float | None:
    """Return the first number of the reply in the finding's unit, None where there is none."""
    for number, typed in _NUMBER.findall(reply):
        factors = _IN_UNIT.get(unit, {})
        key = typed.lower() if typed.lower() in factors else typed[:1].lower()
        if not typed or key in factors:
            return float(number.replace(",", ".")) * factors.get(key, 1.0)
    return None
