"""`when` of advice and scripts, from YAML to Condition."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from assistant.errors import KnowledgeError, Problem, nearest
from assistant.knowledge.conditions import Condition, Span
from assistant.knowledge.model import Finding, Kind

if TYPE_CHECKING:
    from assistant.yamlfile import Key, YamlFile

_KEYWORDS = ("answered", "unanswered", "leading", "probability", "any", "not", "always")


def read_condition(
    data: object,
    file: YamlFile,
    key: Key,
    findings: Mapping[str, Finding],
    diagnoses: Collection[str],
) -> Condition:
    """Return the condition that `data` spells.

    Args:
        data: a mapping; its keys are findings ([values], or {from, below} for a quantity), answered,
            unanswered, leading, probability, any, not and always.
        file: where it stands, for the place of a problem.
        key: the way to it in the file.
        findings: the findings it may name.
        diagnoses: the diagnoses it may name.

    Raises:
        KnowledgeError: with every problem found.
    """
    reader = _ConditionReader(file, findings, diagnoses)
    condition = reader.condition(data, key)
    if reader.problems:
        raise KnowledgeError(sorted(reader.problems))
    return condition


class _ConditionReader:
    """Reads one condition with all its parts."""

    def __init__(self, file: YamlFile, findings: Mapping[str, Finding], diagnoses: Collection[str]) -> None:
        self.file = file
        self.findings = findings
        self.diagnoses = diagnoses
        self.problems: list[Problem] = []

    def condition(self, data: object, key: Key) -> Condition:
        if not isinstance(data, dict):
            self._malformed(key, "a condition is a mapping such as {gcsf: ['yes']}")
            return Condition()
        values: dict[str, frozenset[str]] = {}
        spans: dict[str, Span] = {}
        for name, wanted in data.items():
            if name in _KEYWORDS:
                continue
            finding = self._finding(name, (*key, name))
            if finding is None:
                continue
            if finding.kind is Kind.QUANTITY:
                spans[name] = self._span(name, wanted, (*key, name))
            else:
                values[name] = self._values(finding, wanted, (*key, name))
        if "always" in data and (data["always"] is not True or len(data) > 1):
            self._malformed((*key, "always"), "always stands alone, as {always: true}")
        return Condition(
            values=values,
            spans=spans,
            answered=self._named_findings(data, "answered", key),
            unanswered=self._named_findings(data, "unanswered", key),
            any_of=self._parts(data, "any", key),
            none_of=self._parts(data, "not", key),
            leading=self._leading(data, key),
            probability=self._probability(data, key),
        )

    def _values(self, finding: Finding, wanted: object, key: Key) -> frozenset[str]:
        if not isinstance(wanted, list) or not wanted:
            self._malformed(key, f"{finding.id} takes a list of its values: {', '.join(finding.value_ids)}")
            return frozenset()
        for index, value in enumerate(wanted):
            if value not in finding.value_ids:
                hint = nearest(str(value), finding.value_ids) or f": it takes {', '.join(finding.value_ids)}"
                self._unknown((*key, index), f"{finding.id} has no value {value!r}{hint}")
        return frozenset(str(value) for value in wanted)

    def _span(self, name: str, wanted: object, key: Key) -> Span:
        if (
            not isinstance(wanted, dict)
            or not wanted
            or not set(wanted) <= {"from", "below"}
            or not all(_is_number(number) for number in wanted.values())
        ):
            self._malformed(key, f"{name} is a quantity: {{from: number, below: number}}, or one of the two")
            return Span()
        span = Span(float(wanted.get("from", "-inf")), float(wanted.get("below", "inf")))
        if span.low >= span.below:
            self._malformed(key, f"{name}: from {span.low:g} is not below {span.below:g}")
        return span

    def _named_findings(self, data: dict[str, Any], keyword: str, key: Key) -> tuple[str, ...]:
        names = self._list(data, keyword, key, "findings")
        for index, name in enumerate(names):
            self._finding(name, (*key, keyword, index))
        return tuple(map(str, names))

    def _leading(self, data: dict[str, Any], key: Key) -> tuple[str, ...]:
        names = self._list(data, "leading", key, "diagnoses")
        for index, name in enumerate(names):
            self._diagnosis(name, (*key, "leading", index))
        return tuple(map(str, names))

    def _probability(self, data: dict[str, Any], key: Key) -> dict[str, float]:
        if "probability" not in data:
            return {}
        here = (*key, "probability")
        least = data["probability"]
        if not isinstance(least, dict) or not least:
            self._malformed(here, "probability is a mapping of diagnosis to the least posterior")
            return {}
        for name, number in least.items():
            self._diagnosis(name, (*here, name))
            if not _is_number(number) or not 0 <= number <= 1:
                self._malformed(
                    (*here, name), f"probability of {name} must lie between 0 and 1, not {number!r}"
                )
        return {name: float(number) for name, number in least.items() if _is_number(number)}

    def _parts(self, data: dict[str, Any], keyword: str, key: Key) -> tuple[Condition, ...]:
        if keyword not in data:
            return ()
        parts, here = data[keyword], (*key, keyword)
        if keyword == "not" and isinstance(parts, dict):
            return (self.condition(parts, here),)
        if not isinstance(parts, list) or not parts:
            self._malformed(here, f"{keyword} takes a list of conditions")
            return ()
        return tuple(self.condition(part, (*here, index)) for index, part in enumerate(parts))

    def _list(self, data: dict[str, Any], keyword: str, key: Key, of: str) -> list[Any]:
        names = data.get(keyword, [])
        if not isinstance(names, list) or (keyword in data and not names):
            self._malformed((*key, keyword), f"{keyword} takes a list of {of}")
            return []
        return names

    def _finding(self, name: object, key: Key) -> Finding | None:
        finding = self.findings.get(str(name))
        if finding is None:
            self._unknown(
                key, f"there is no finding {name!r}{nearest(str(name), [*self.findings, *_KEYWORDS])}"
            )
        return finding

    def _diagnosis(self, name: object, key: Key) -> None:
        if str(name) not in self.diagnoses:
            self._unknown(key, f"there is no diagnosis {name!r}{nearest(str(name), self.diagnoses)}")

    def _unknown(self, key: Key, message: str) -> None:
        self.problems.append(self.file.problem(key, message, "K107"))

    def _malformed(self, key: Key, message: str) -> None:
        self.problems.append(self.file.problem(key, message, "K118"))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
