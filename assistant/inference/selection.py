"""What to ask or test next, by expected information gain, and whether it could still matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.knowledge import Answer, KnowledgeBase, Test


@dataclass(frozen=True, slots=True)
class Gain:
    """What an answer to one finding is expected to tell."""

    finding: str

    gain: float
    """Expected fall of the entropy of the differential, in bits, never below 0."""

    credit: float
    """Bits behind a gate the answer may open: the chance of opening times the best gain behind it."""

    burden: int
    """Of the cheapest test that yields the finding, 1 to 5."""

    @property
    def per_burden(self) -> float:
        """Return gain and credit in bits per unit of burden."""
        return (self.gain + self.credit) / self.burden


@dataclass(frozen=True, slots=True)
class TestOffer:
    """A test that may settle the differential."""

    test: Test

    gain: float
    """The largest gain among its open findings, in bits."""

    per_burden: float
    """Bits per unit of the test's burden."""

    findings: tuple[str, ...]
    """What it would tell that is still open and counts, by falling gain."""


def gains(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    candidates: Iterable[str],
    population: str | None = None,
) -> tuple[Gain, ...]:
    """Return what each candidate finding is worth, by falling gain per burden, then by id.

    The measure is that of Lindley (Annals of Mathematical Statistics 27, 1956): the expected fall of entropy,
    with the contexts and weights of the given answers frozen. A finding that already counts, that has no
    table or whose gate is closed gains 0.

    Raises:
        AnswerError: there is no such finding, or an answer its finding does not take.
        UsageError: there is no such population.
    """
    from assistant.inference.information import expected_gains

    found = expected_gains(knowledge, answers, tuple(dict.fromkeys(candidates)), population)
    listed = (Gain(name, gain, credit, _burden(knowledge, name)) for name, (gain, credit) in found.items())
    return tuple(sorted(listed, key=lambda item: (-item.per_burden, item.finding)))


def narrowing_gains(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    candidates: Iterable[str],
    population: str | None = None,
) -> tuple[Gain, ...]:
    """Return what it is worth to learn which value holds of each candidate's set, by falling gain per burden, then id.

    The measure is that of Lindley as in `gains`: H(p) - sum_v P(v | answers) H(p_v) over the values of the set,
    with the contexts and weights of the given answers frozen. Of a probable set each value stays probable. An
    answer that allows one value, is a list or a number, or counts nothing gains 0.

    Raises:
        AnswerError: there is no such finding, or an answer its finding does not take.
        UsageError: there is no such population.
    """
    from assistant.inference.information import narrowing_gains as found_gains

    found = found_gains(knowledge, answers, tuple(dict.fromkeys(candidates)), population)
    listed = (Gain(name, gain, 0.0, _burden(knowledge, name)) for name, gain in found.items())
    return tuple(sorted(listed, key=lambda item: (-item.per_burden, item.finding)))


def _burden(knowledge: KnowledgeBase, finding: str) -> int:
    burdens = (test.burden for test in knowledge.tests.values() if finding in test.findings)
    # a finding that no test yields is asked, which is the burden of history
    return min(burdens, default=1)


def next_tests(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    population: str | None = None,
    limit: int = 5,
) -> tuple[TestOffer, ...]:
    """Return the tests worth most per burden, at most `limit`, the best first.

    The gain of a test is the largest gain among its open findings; what its other findings would add jointly
    is not counted, so that a test with many related findings is not overrated. Asking and reading again
    (burden 1) are no tests. A finding that is unknown, not done or not assessable is open here: a test may
    still tell it.

    Raises:
        AnswerError: an answer its finding does not take.
        UsageError: there is no such population.
    """
    counted = {name: answer for name, answer in answers.items() if answer.moves}
    known = {item.finding: item.gain for item in gains(knowledge, counted, knowledge.findings, population)}
    offers = []
    for test in knowledge.tests.values():
        telling = sorted(
            (name for name in test.findings if known.get(name, 0.0) > 0.0), key=lambda name: -known[name]
        )
        if test.burden > 1 and telling:
            gain = known[telling[0]]
            offers.append(TestOffer(test, gain, gain / test.burden, tuple(telling)))
    offers.sort(key=lambda offer: (-offer.per_burden, offer.test.id))
    return tuple(offers[:limit])


def leader_can_change(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Answer],
    open_findings: Iterable[str],
    population: str | None = None,
) -> bool:
    """Say whether any single answer to an open finding would put another diagnosis first.

    Each value, each band of a quantity and each single entry of a `multiple` finding is tried in a full
    refold, so that an answer which only changes the table or the weight of another one is seen too. Findings
    that already count or whose gate is closed are passed over.

    Raises:
        AnswerError: there is no such finding, or an answer its finding does not take.
        UsageError: there is no such population.
    """
    from assistant.inference.trial import any_trial_changes_leader

    return any_trial_changes_leader(knowledge, answers, tuple(dict.fromkeys(open_findings)), population)
