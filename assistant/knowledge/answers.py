"""What was said of a finding, and its one spelling in YAML, JSON, transcripts and on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.errors import AnswerError, nearest
from assistant.knowledge.model import Finding, Kind


class State(StrEnum):
    """What kind of answer was given."""

    KNOWN = "known"
    PROBABLE = "probable"
    UNKNOWN = "unknown"
    NOT_DONE = "not_done"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user said of one finding."""

    finding: str
    """The finding's id, as the vocabulary spells it."""

    state: State = State.KNOWN
    """Only known and probable answers move the differential."""

    values: frozenset[str] = frozenset()
    """The values that the words allow; of a `multiple` finding those present.

    Empty for a quantity and for a state without value.
    """

    absent: frozenset[str] = frozenset()
    """Of a `multiple` finding, the values said to be absent."""

    closed: bool = False
    """Of a `multiple` finding, whether the list was closed ("only", "none else")."""

    listed: bool = False
    """Whether the finding is `multiple`, so that `values` are all present rather than alternatives."""

    quantity: tuple[float, float] | None = None
    """(low, high) in the finding's unit; mostly low = high."""

    @property
    def moves(self) -> bool:
        """Say whether the answer can move the differential."""
        return self.state in (State.KNOWN, State.PROBABLE)

    def plain(self) -> Any:
        """Return the answer in the one spelling of YAML, JSON and transcripts (DESIGN section 2)."""
        if not self.moves:
            return self.state.value
        spelled: Any
        if self.quantity is not None:
            low, high = (_tidy(number) for number in self.quantity)
            spelled = low if low == high else {"range": [low, high]}
        elif self.absent or self.closed:
            spelled = {"present": sorted(self.values)}
            if self.absent:
                spelled["absent"] = sorted(self.absent)
            if self.closed:
                spelled["closed"] = True
        elif self.listed:
            spelled = sorted(self.values)

        elif len(self.values) == 1:
            spelled = next(iter(self.values))
        else:
            spelled = {"one_of": sorted(self.values)}
        return {"probable": spelled} if self.state is State.PROBABLE else spelled


def _tidy(number: float) -> float | int:
    return int(number) if number == int(number) else number


_STATES = {state.value: state for state in State if state not in (State.KNOWN, State.PROBABLE)}


def parse_answer(finding: Finding, spelled: Any) -> Answer:
    """Return the answer that `spelled` (DESIGN section 2) means for `finding`.

    Raises:
        AnswerError: the spelling is no answer of this finding.
    """
    if isinstance(spelled, str) and spelled in _STATES:
        return Answer(finding.id, _STATES[spelled])
    state = State.KNOWN
    if isinstance(spelled, dict) and set(spelled) == {"probable"}:
        state, spelled = State.PROBABLE, spelled["probable"]
    if finding.kind is Kind.QUANTITY:
        return Answer(finding.id, state, quantity=_quantity(finding, spelled))
    if finding.kind is Kind.MULTIPLE:
        return _multiple(finding, state, spelled)
    names = spelled.get("one_of") if isinstance(spelled, dict) and set(spelled) == {"one_of"} else [spelled]
    return Answer(finding.id, state, _values(finding, names, at_least_one=True))


def _quantity(finding: Finding, spelled: Any) -> tuple[float, float]:
    pair = (
        spelled.get("range")
        if isinstance(spelled, dict) and set(spelled) == {"range"}
        else [spelled, spelled]
    )
    if not isinstance(pair, list) or len(pair) != 2 or not all(_is_number(number) for number in pair):
        raise AnswerError(
            f"{finding.id} takes a number of {finding.unit} or {{range: [low, high]}}, not {spelled!r}"
        )
    low, high = float(pair[0]), float(pair[1])
    if low > high:
        raise AnswerError(f"{finding.id}: the range runs from {low:g} down to {high:g}; swap them")
    if finding.bands and not (finding.bands[0].low <= low and high <= finding.bands[-1].high):
        span = f"{finding.bands[0].low:g} to {finding.bands[-1].high:g} {finding.unit}"
        raise AnswerError(f"{finding.id} takes {span}, not {spelled!r}")
    return low, high


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _multiple(finding: Finding, state: State, spelled: Any) -> Answer:
    absent: frozenset[str] = frozenset()
    closed = False
    if isinstance(spelled, dict):
        unknown = set(spelled) - {"present", "absent", "closed"}
        if unknown:
            raise AnswerError(
                f"{finding.id} takes present, absent and closed, not {', '.join(sorted(unknown))}"
            )
        absent = _values(finding, spelled.get("absent", []))
        closed = spelled.get("closed") is True
        spelled = spelled.get("present", [])
    present = _values(finding, spelled if isinstance(spelled, list) else [spelled])
    if finding.exclusive in present and len(present) > 1:
        raise AnswerError(f"{finding.id}: {finding.exclusive!r} excludes every other value")
    if present & absent:
        raise AnswerError(
            f"{finding.id}: {', '.join(sorted(present & absent))} cannot be both present and absent"
        )
    return Answer(finding.id, state, present, absent, closed, listed=True)


def _values(finding: Finding, names: Any, *, at_least_one: bool = False) -> frozenset[str]:
    if not isinstance(names, list) or (at_least_one and not names):
        raise AnswerError(f"{finding.id} takes {', '.join(finding.value_ids)}, not {names!r}")
    for name in names:
        if name not in finding.value_ids:
            hint = nearest(str(name), finding.value_ids)
            raise AnswerError(
                f"{finding.id} has no value {name!r}{hint or ': it takes ' + ', '.join(finding.value_ids)}"
            )
    return frozenset(names)
