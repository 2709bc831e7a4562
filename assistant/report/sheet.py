"""What the one-page sheet holds, without layout: every format shows the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.inference import Reason, next_tests, prior, reasons
from assistant.knowledge import Diagnosis, KnowledgeBase
from assistant.report.typed import plain
from assistant.session import Interview, wording
from assistant.session.transcript import Opened

STATEMENT = "For education and research; not a certified device. The decision stays with the clinician."
"""Said once on each sheet."""

SHOWN_SHARE = 0.01
"""Diagnoses below this share are counted, not listed."""

LEAST_DECIBANS = 0.05
"""A weight below this is shown as 0.0, so it speaks for neither side."""

MOST_GROUNDS = 4
"""Grounds listed on each side of a diagnosis; the rest are counted."""

SHOWN_DECIBANS = 0.5
"""Grounds below this weight (odds of 1.12 to one) are counted, not listed, but for the first of its side."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    finding: str
    name: str
    answer: object
    """In the spelling of cases and transcripts."""

    words: str
    """In words."""

    typed: str
    """The typed words it rests on; empty where it was picked or corrected away from any."""


@dataclass(frozen=True, slots=True)
class Share:
    """One diagnosis of the differential."""

    diagnosis: str
    name: str
    short: str
    """The name where room is short."""

    probability: float
    prior: float
    certainty: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What one answer says for or against a diagnosis, and what that rests on."""

    finding: str
    said: str
    """Finding and answer in words."""

    decibans: float
    """Weight for the diagnosis against its rival: 10 is ten to one."""

    here: float | None
    """How often the answer is found in the diagnosis."""

    there: float | None
    """How often in the rival."""

    grade: str
    grade_words: str
    n: int | None
    sources: tuple[str, ...]
    note: str
    rule: str
    """The rule against counting twice that lowers the weight."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for and against one diagnosis, beside its rival."""

    diagnosis: str
    name: str
    rival: str
    favour: tuple[Ground, ...]
    against: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """An answer that parts the two leading diagnoses in no way, and why."""

    finding: str
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One advice that holds."""

    id: str
    kind: str
    text: str
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A test that would tell more."""

    id: str
    name: str
    bits: float
    burden: int
    shows: tuple[str, ...]
    hazard: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source in full."""

    number: int
    id: str
    title: str
    """As it stands in the citation."""

    citation: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """Whose lesions the starting probabilities are about."""

    clinic: str | None
    """The population the user named."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Versions:
    """What made the interview, and what made this sheet of it."""

    app: str
    knowledge: str
    knowledge_sha256: str
    script: str
    script_sha256: str
    changed: bool
    """Whether knowledge or script are others than those the interview began with."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a report shows."""

    session: str
    began: str
    """UTC, RFC 3339."""

    ended: str
    """The moment of the last event."""

    finished: bool
    sentence: str
    """The leader and the next in one sentence on the certainty scale."""

    answers: tuple[Said, ...]
    differential: tuple[Share, ...]
    """All diagnoses, falling."""

    standings: tuple[Standing, ...]
    """Of the leader and of the runner-up; empty without answers."""

    silent: tuple[Silent, ...]
    unknown: tuple[Said, ...]
    """Answers that say it is not known, not done or not assessable."""

    left_open: tuple[str, ...]
    """Names of findings that were asked or skipped and have no answer."""

    advice: tuple[Rule, ...]
    tests: tuple[Offer, ...]
    notes: tuple[str, ...]
    population: Assumption
    versions: Versions
    sources: tuple[Cited, ...]
    """In order of first use."""

    statement: str = STATEMENT

    def numbers(self, sources: Iterable[str]) -> str:
        """Return the numbers of `sources` as `[1, 4]`, or nothing."""
        known = {source.id: source.number for source in self.sources}
        numbers = sorted(known[name] for name in sources if name in known)
        return f"[{', '.join(map(str, numbers))}]" if numbers else ""

    @property
    def moment(self) -> str:
        """Return when the interview was held and whether it came to its end."""
        began, ended = self.began[:16].replace("T", " "), self.ended[:16].replace("T", " ")
        span = f"{began} UTC" if began == ended else f"{began} to {ended} UTC"
        return f"{span}, {'finished' if self.finished else 'not finished'}"

    @property
    def listed(self) -> tuple[Share, ...]:
        """Return the diagnoses worth a line, two at least."""
        return tuple(
            share
            for place, share in enumerate(self.differential)
            if place < 2 or share.probability >= SHOWN_SHARE
        )


def weighty(grounds: tuple[Ground, ...]) -> tuple[Ground, ...]:
    """Return the grounds of one side that are worth a line, of grounds by falling weight."""
    return tuple(
        ground
        for place, ground in enumerate(grounds[:MOST_GROUNDS])
        if not place or abs(ground.decibans) >= SHOWN_DECIBANS
    )


def sheet_of(interview: Interview) -> Sheet:
    """Return the sheet of an interview as it stands."""
    knowledge, shown = interview.knowledge, interview.differential
    standings, silent = _standings(interview)
    rules = tuple(
        Rule(rule.id, rule.kind, rule.text.strip(), rule.grade, rule.sources) for rule in interview.advice
    )
    tests = _tests(interview)
    said = tuple(_said(interview, name) for name in knowledge.findings if name in interview.answers)
    moving = {name for name, answer in interview.answers.items() if answer.moves}
    start = prior(knowledge, interview.state.population)
    return Sheet(
        session=interview.session,
        began=interview.lines[0].at,
        ended=interview.lines[-1].at,
        finished=interview.state.concluded,
        sentence=wording.certainty_sentence(knowledge, shown),
        answers=tuple(one for one in said if one.finding in moving),
        differential=tuple(
            _share(knowledge.diagnoses[name], share, start[name], shown.certainty(share))
            for name, share in shown.posterior.items()
        ),
        standings=standings,
        silent=silent,
        unknown=tuple(one for one in said if one.finding not in moving),
        left_open=tuple(knowledge.findings[name].name for name in interview.left_open),
        advice=rules,
        tests=tests,
        notes=tuple(plain(note) for note in interview.state.notes),
        population=_assumption(interview),
        versions=_versions(interview),
        sources=_cited(knowledge, standings, rules, tests),
    )


def _share(diagnosis: Diagnosis, probability: float, prior: float, certainty: str) -> Share:
    return Share(diagnosis.id, diagnosis.name, diagnosis.short, probability, prior, certainty)


def _said(interview: Interview, name: str) -> Said:
    finding, answer = interview.knowledge.findings[name], interview.answers[name]
    typed = plain(interview.state.words(name))
    return Said(name, finding.name, answer.plain(), wording.answer_words(finding, answer), typed)


def _standings(interview: Interview) -> tuple[tuple[Standing, ...], tuple[Silent, ...]]:
    knowledge, shown = interview.knowledge, interview.differential
    clinic = interview.state.population
    leading = reasons(knowledge, interview.answers, shown.leader, clinic)
    if not leading:
        return (), ()
    following = reasons(knowledge, interview.answers, shown.runner_up, clinic)
    standings = tuple(
        Standing(
            name,
            knowledge.diagnoses[name].name,
            knowledge.diagnoses[rival].name,
            tuple(
                _ground(knowledge, reason) for reason in found if not reason.silent and reason.pairwise > 0
            ),
            tuple(
                _ground(knowledge, reason) for reason in found if not reason.silent and reason.pairwise < 0
            ),
        )
        for name, rival, found in (
            (shown.leader, shown.runner_up, leading),
            (shown.runner_up, shown.leader, following),
        )
    )
    silent = tuple(
        Silent(reason.finding, _words(knowledge, reason), reason.silent or "as frequent in both")
        for reason in leading
        if not _side(reason)
    )
    return standings, silent


def _side(reason: Reason) -> int:
    """Return 1 for a reason in favour, -1 for one against, 0 where it speaks for neither."""
    if reason.silent or abs(reason.pairwise) < LEAST_DECIBANS:
        return 0
    return 1 if reason.pairwise > 0 else -1


def _words(knowledge: KnowledgeBase, reason: Reason) -> str:
    finding = knowledge.findings[reason.finding]
    return f"{finding.name}: {wording.answer_words(finding, reason.answer)}"


def _ground(knowledge: KnowledgeBase, reason: Reason) -> Ground:
    grade = reason.grade or ""
    return Ground(
        finding=reason.finding,
        said=_words(knowledge, reason),
        decibans=reason.pairwise,
        here=reason.probability,
        there=reason.rival_probability,
        grade=grade,
        grade_words=wording.GRADES.get(grade, ""),
        n=reason.n,
        sources=reason.sources,
        note=reason.note.strip(),
        rule=reason.rule or "",
    )


def _tests(interview: Interview) -> tuple[Offer, ...]:
    knowledge = interview.knowledge
    return tuple(
        Offer(
            offer.test.id,
            offer.test.name,
            offer.gain,
            offer.test.burden,
            tuple(knowledge.findings[name].name for name in offer.findings[:3]),
            offer.test.hazard,
            offer.test.sources,
        )
        for offer in next_tests(knowledge, interview.answers, interview.state.population)
    )


def _assumption(interview: Interview) -> Assumption:
    knowledge, clinic = interview.knowledge, interview.state.population
    if clinic is not None and clinic in knowledge.populations:
        named = knowledge.populations[clinic]
        return Assumption(clinic, named.name, named.note.strip())
    return Assumption(None, "Usual referrals", knowledge.population.strip())


def _versions(interview: Interview) -> Versions:
    knowledge, script = interview.knowledge, interview.script
    opened = interview.lines[0].event
    app, changed = "", False
    if isinstance(opened, Opened):
        app = opened.app
        began = (opened.knowledge.get("sha256"), opened.script.get("sha256"))
        changed = began != (knowledge.sha256, script.sha256)
    return Versions(app, knowledge.version, knowledge.sha256, script.id, script.sha256, changed)


def _cited(
    knowledge: KnowledgeBase,
    standings: Iterable[Standing],
    rules: Iterable[Rule],
    tests: Iterable[Offer],
) -> tuple[Cited, ...]:
    """Return every source that the sheet shows a number of."""
    used: dict[str, None] = {}
    for standing in standings:
        for side in (standing.favour, standing.against):
            used.update(dict.fromkeys(name for ground in weighty(side) for name in ground.sources))
    for group in (rules, tests):
        used.update(dict.fromkeys(name for entry in group for name in entry.sources))
    known = [knowledge.sources[name] for name in used if name in knowledge.sources]
    return tuple(
        Cited(number, source.id, source.title.rstrip("."), source.citation)
        for number, source in enumerate(known, start=1)
    )
