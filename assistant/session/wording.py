"""What the interview says: sentences made from values, without colour or layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.inference import Differential, Reason, TestOffer, percent, points
from assistant.knowledge import Advice, Answer, Finding, Kind, KnowledgeBase, State

_STATE_WORDS = {
    State.UNKNOWN: "not known",
    State.NOT_DONE: "not done",
    State.NOT_ASSESSABLE: "cannot be judged",
}
_FEW = 3
"""So many values of a set are named one by one where "not none" would say no more."""

GRADES: Mapping[str, str] = {
    "A": "measured in a cohort or guideline",
    "B": "small series or review",
    "C": "case report",
    "D": "judgement",
}
"""Grade -> what it rests on."""


ADVICE_KINDS: Mapping[str, str] = {
    "alert": "Alert",
    "next_test": "Next test",
    "treatment": "Treatment",
    "follow_up": "Follow-up",
    "caveat": "Caveat",
}
"""Kind of advice -> as it is shown."""


def answer_words(finding: Finding, answer: Answer) -> str:
    """Return an answer in words: `given`, `7.2 cm`, `fever; not jaundice`, `probably diffuse`."""
    if answer.state in _STATE_WORDS:
        return _STATE_WORDS[answer.state]
    if answer.quantity is not None:
        low, high = answer.quantity
        number = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        return _hedge(answer, f"{number} {_unit(finding, low, high)}".rstrip())
    names = [finding.value_name(value) for value in finding.value_ids if value in answer.values]
    if answer.listed:
        absent = [f"no {finding.value_name(value)}" for value in finding.value_ids if value in answer.absent]
        words = ", ".join((*names, *absent))
        return _hedge(answer, f"{words}, nothing else" if answer.closed else words)
    every = len(finding.value_ids)
    if len(names) > 1 and len(names) == every - 1:
        left = next(value for value in finding.value_ids if value not in answer.values)
        if left != finding.negative:
            return _hedge(answer, f"not {finding.value_name(left)}")
        if len(names) > _FEW:
            return _hedge(answer, "present, not said which")
    return _hedge(answer, " or ".join(names))


def _hedge(answer: Answer, words: str) -> str:
    return f"probably {words}" if answer.state is State.PROBABLE else words


def _unit(finding: Finding, low: float, high: float) -> str:
    if finding.unit == "years" and low == high and 0 < low < 2:
        return f"years ({low * 12:.0f} months)"
    if low == high == 1 and finding.unit.endswith("s"):
        return {"biopsies": "biopsy"}.get(finding.unit, finding.unit[:-1])
    return finding.unit


def receipt(
    finding: Finding, answer: Answer, words: str, *, was: Answer | None = None, note: str = ""
) -> str:
    """Return what was understood, with the words it was read from."""
    line = f"{finding.name}: {answer_words(finding, answer)}"
    if was is not None:
        line += f" (was {answer_words(finding, was)})"
    if words:
        line += f'   from "{_short(words)}"'
    if note:
        line += f"   [{note}]"
    return line


def _short(words: str, length: int = 80) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def options_lines(finding: Finding) -> tuple[str, ...]:
    """Return the numbered values of a finding; nothing for a quantity."""
    if finding.kind is Kind.QUANTITY:
        return ()
    return tuple(f"{number} {value.name}" for number, value in enumerate(finding.values, start=1))


def differential_lines(
    knowledge: KnowledgeBase, shown: Differential, before: Mapping[str, float] | None, limit: int = 5
) -> tuple[str, ...]:
    """Return the leading diagnoses, one a line: bar, percent, certainty word, change in percentage points."""
    lines = []
    for name, probability in list(shown.posterior.items())[:limit]:
        change = points(before[name], probability) if before and name in before else 0
        moved = f"  {change:+d}" if change else ""
        bar = "#" * round(probability * 20)
        diagnosis = knowledge.diagnoses[name]
        lines.append(
            f"{diagnosis.short:<22} {bar:<20} {percent(probability):>5}  {shown.certainty(probability)}{moved}"
        )
    return tuple(lines)


def leading_of_either(before: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """Return the diagnoses of `now` by the larger of their two probabilities, falling."""
    return sorted(now, key=lambda name: -max(now[name], before.get(name, 0.0)))


def comparison_lines(
    knowledge: KnowledgeBase, before: Mapping[str, float], shown: Differential, limit: int = 5
) -> tuple[str, ...]:
    """Return the leading diagnoses of either side, one a line: before, now, change in percentage points."""
    named = leading_of_either(before, shown.posterior)
    lines = []
    for name in named[:limit]:
        was, now = before.get(name, 0.0), shown.posterior[name]
        line = f"{knowledge.diagnoses[name].short:<22} {percent(was):>5} -> {percent(now):>5}"
        change = points(was, now)
        lines.append(f"{line}  {change:+d}" if change else f"{line}  same")
    return tuple(lines)


def course_lines(
    knowledge: KnowledgeBase, course: Sequence[Mapping[str, float]], limit: int = 5
) -> tuple[str, ...]:
    """Return the diagnoses that lead now or led once, one a line: the whole percents, point after point."""
    peaks = {name: max(point.get(name, 0.0) for point in course) for name in course[-1]}
    ranked = sorted(course[-1], key=lambda name: (-course[-1][name], -peaks[name]))
    leaders = {max(point, key=lambda name: point[name]) for point in course}
    named = [name for place, name in enumerate(ranked) if place < limit or name in leaders]
    return tuple(
        f"{knowledge.diagnoses[name].short}: {', '.join(f'{100 * point.get(name, 0.0):.0f}' for point in course)}"
        for name in named
        if name in knowledge.diagnoses
    )


def differential_brief(
    knowledge: KnowledgeBase, shown: Differential, before: Mapping[str, float] | None
) -> str:
    """Return the three leading diagnoses in one line, each with its change."""
    parts = []
    for name, probability in list(shown.posterior.items())[:3]:
        change = points(before[name], probability) if before and name in before else 0
        moved = f" ({change:+d})" if change else ""
        parts.append(f"{knowledge.diagnoses[name].short} {percent(probability)}{moved}")
    return "Now: " + ", ".join(parts)


def reason_line(knowledge: KnowledgeBase, reason: Reason) -> str:
    """Return one answer's weight in words: for or against, decibans, the two rows, grade, n, sources."""
    finding = knowledge.findings[reason.finding]
    subject, rival = knowledge.diagnoses[reason.diagnosis], knowledge.diagnoses[reason.rival]
    said = f"{finding.name} {answer_words(finding, reason.answer)}"
    if reason.silent:
        return f"{said}: counts nothing here; {reason.silent}"
    side = "for" if reason.pairwise >= 0 else "against"
    line = f"{said}: {side} {subject.short}, {abs(reason.pairwise):.1f} dB beside {rival.short}"
    if reason.probability is not None and reason.rival_probability is not None:
        line += (
            f" ({percent(reason.probability)} there, {percent(reason.rival_probability)} in {rival.short})"
        )
    if reason.grade:
        n = f", n {reason.n}" if reason.n else ""
        line += f"; grade {reason.grade}, {GRADES[reason.grade]}{n}"
    return line


def weights_lines(knowledge: KnowledgeBase, found: Iterable[Reason], limit: int = 6) -> tuple[str, ...]:
    """Return the weightiest reasons, those that count nothing last."""
    counting = [reason for reason in found if not reason.silent]
    return tuple(reason_line(knowledge, reason) for reason in counting[:limit])


def advice_line(advice: Advice, *, with_basis: bool = True) -> str:
    """Return one advice with its grade and its sources."""
    basis = f"  [grade {advice.grade}: {', '.join(advice.sources)}]" if with_basis and advice.sources else ""
    return f"{advice.text}{basis}"


def test_line(knowledge: KnowledgeBase, offer: TestOffer) -> str:
    """Return one test with what it tells and what it costs."""
    shown = ", ".join(knowledge.findings[name].name for name in offer.findings[:3])
    worth = f"{offer.gain:.2f} bit, burden {offer.test.burden} of 5"
    return f"{offer.test.name}: {worth}; shows {shown}. Hazard: {offer.test.hazard}"


def summary_lines(knowledge: KnowledgeBase, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Return every answer, one a line, in the order of the knowledge."""
    return tuple(
        f"{finding.name}: {answer_words(finding, answers[name])}"
        for name, finding in knowledge.findings.items()
        if name in answers
    )


def certainty_sentence(knowledge: KnowledgeBase, shown: Differential) -> str:
    """Return one sentence for a report, on the certainty scale."""
    leader, second = shown.leader, shown.runner_up
    first, next_one = shown.posterior[leader], shown.posterior[second]
    return (
        f"{knowledge.diagnoses[leader].name}: {shown.certainty(first)} ({percent(first)}); "
        f"next {knowledge.diagnoses[second].name} ({percent(next_one)})."
    )


def evidence_lines(knowledge: KnowledgeBase, name: str, diagnosis: str | None = None) -> tuple[str, ...]:
    """Return what is known of a finding, a diagnosis or a source; nothing where there is none of that name."""
    if name in knowledge.findings:
        return _finding_lines(knowledge, knowledge.findings[name], diagnosis)
    if name in knowledge.diagnoses:
        return _diagnosis_lines(knowledge, name)
    if name in knowledge.sources:
        source = knowledge.sources[name]
        return (source.citation, f"Kind: {source.kind}.", f"Shows: {source.shows}")
    return ()


def _finding_lines(knowledge: KnowledgeBase, finding: Finding, diagnosis: str | None) -> tuple[str, ...]:
    lines = [finding.name, finding.help.strip(), finding.rationale]
    for name, known in knowledge.diagnoses.items():
        if diagnosis is not None and name != diagnosis:
            continue
        row = known.rows.get(finding.id)
        if row is None:
            continue
        numbers = ", ".join(f"{finding.value_name(value)} {percent(p)}" for value, p in row.p.items())
        basis = f"grade {row.grade}" + (f", n {row.n}" if row.n else "")
        sources = f" ({', '.join(row.sources)})" if row.sources else ""
        note = f" {row.note}" if row.note else ""
        lines.append(f"{known.short}: {numbers}; {basis}{sources}.{note}")
    return tuple(line for line in lines if line)


def _diagnosis_lines(knowledge: KnowledgeBase, name: str) -> tuple[str, ...]:
    diagnosis = knowledge.diagnoses[name]
    basis = diagnosis.prior_basis
    mimics = ", ".join(
        knowledge.diagnoses[other].name for other in diagnosis.mimics if other in knowledge.diagnoses
    )
    lines = (
        f"{diagnosis.name} ({name})" + (f", ICD-10 {diagnosis.icd10}" if diagnosis.icd10 else ""),
        diagnosis.definition.strip(),
        f"Before any answer: {percent(diagnosis.prior)}, grade {basis.grade}. {basis.reasoning}",
        f"Taken for: {mimics}." if mimics else "",
        f"Proof: {diagnosis.proof}" if diagnosis.proof else "",
        f"Next: {diagnosis.next_steps}" if diagnosis.next_steps else "",
        f"Sources: {', '.join(basis.sources)}." if basis.sources else "",
    )
    return tuple(line for line in lines if line)
