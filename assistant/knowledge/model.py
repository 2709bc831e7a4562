"""What is known: frozen values, no reading of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from assistant.errors import AnswerError, nearest

if TYPE_CHECKING:
    from assistant.knowledge.conditions import Advice


FALLBACK = "other"
"""The diagnosis whose rows stand in for those another leaves out: the background rate."""

NARROWING_BITS = 0.05
"""What narrowing a set must be worth where model.yaml does not say: between two diagnoses the fall of entropy from
50:50 to 63:37."""


class Kind(StrEnum):
    """How many values a finding takes."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that mean something, as an author wrote them."""

    text: str
    """The words."""

    values: frozenset[str] = frozenset()
    """The values the words allow; empty where the words only name the finding."""

    if_asked: bool = False
    """Whether the words count only as a reply to this finding's own question."""

    number: float | None = None
    """The quantity the words stand for, in the finding's unit ("newborn" is 0 years)."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a quantity, from <= x < below, in the finding's unit."""

    id: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a finding."""

    id: str
    """As the vocabulary spells it."""

    name: str
    """As an option shows it."""


@dataclass(frozen=True, slots=True)
class Lab:
    """A laboratory number that decides a value."""

    names: tuple[str, ...]
    """How the number is called when typed."""

    unit: str
    """The unit assumed when none is given."""

    alternative_units: Mapping[str, float]
    """Other units, each with the factor to `unit`."""

    plausible: tuple[float, float]
    """Numbers outside (low, high) are asked about, never read."""

    bands: tuple[tuple[float, float, str | None], ...]
    """(from, below, value); the value is None where the number does not decide."""

    source: str
    """Why the thresholds lie where they lie."""


@dataclass(frozen=True, slots=True)
class Context:
    """A condition under which a conditional table replaces the base table."""

    id: str
    """The key of its rows in the diagnosis files."""

    given: Mapping[str, frozenset[str]]
    """Parent finding -> values; holds when every parent is known and lies within its values."""

    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one finding."""

    signs: tuple[str, ...] = ()
    """Words that name the finding and say that it is so; denied, they mean the negative value."""

    measures: tuple[str, ...] = ()
    """Words that name a test, a measurement or the subject and say nothing of its result."""

    phrases: tuple[Phrase, ...] = ()
    """Words that mean a value, a set of values or a number."""

    labs: tuple[Lab, ...] = ()
    """Laboratory numbers that decide a value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that can be asked."""

    id: str
    name: str
    """As the differential and the receipt call it, a few words."""

    group: str
    """The file it stands in: patient, malignancy, marrow, liver, lesion, elsewhere."""

    kind: Kind
    question: str
    """The short wording, used where no script words it."""

    help: str = ""
    """What the values mean."""

    values: tuple[Value, ...] = ()
    """In order of display; empty for a quantity."""

    exclusive: str | None = None
    """Of a `multiple` finding, the value that excludes the others."""

    positive: str | None = None
    """The value a bare yes means; None where several are positive or none is."""

    negative: str | None = None
    """The value a bare no means; None where a no says nothing."""

    unit: str = ""
    """Of a quantity."""

    bands: tuple[Band, ...] = ()
    """Of a quantity, in rising order without gaps."""

    plausible: tuple[float, float] | None = None
    """Of a quantity: numbers outside are asked about, never read."""

    alternative_units: Mapping[str, float] = field(default_factory=dict)
    """Of a quantity: other units it is told in, each with the factor to `unit`."""

    informative: bool = True
    """Whether it has tables; the others drive advice or are contexts only."""

    gate: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Parent -> values: unless it holds the finding counts nothing."""

    contexts: tuple[Context, ...] = ()
    """Conditional tables, first match first."""

    rationale: str = ""
    """Why the tables are as they are."""

    lexicon: Lexicon = field(default_factory=Lexicon)

    @property
    def value_ids(self) -> tuple[str, ...]:
        """Return the ids of the values, or of the bands of a quantity."""
        if self.kind is Kind.QUANTITY:
            return tuple(band.id for band in self.bands)
        return tuple(value.id for value in self.values)

    def value_name(self, value: str) -> str:
        """Return how `value` is shown."""
        return next((known.name for known in self.values if known.id == value), value)


@dataclass(frozen=True, slots=True)
class Row:
    """P(value | diagnosis) for one finding, in one context."""

    p: Mapping[str, float]
    """Value (band, for a quantity) -> probability; of a `multiple` finding each value has its own."""

    grade: str
    """A measured in a cohort or guideline, B small series or review, C case report, D judgement."""

    sources: tuple[str, ...] = ()
    n: int | None = None
    """Patients or lesions behind the main figure."""

    note: str = ""
    line: int = 0
    """Where the row stands in its diagnosis file; 0 where it is the row of `other`, taken over."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a number rests on."""

    grade: str
    sources: tuple[str, ...] = ()
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One cause of the lesion, with what is known of it."""

    id: str
    name: str
    short: str
    """A name of at most 22 characters for bars and tables."""

    prior: float
    """Share before any answer; the priors of all diagnoses sum to 1."""

    prior_basis: Basis
    rows: Mapping[str, Row]
    """Finding -> base table."""

    context_rows: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    """(finding, id of the context) -> conditional table, only where it differs from the base."""

    synonyms: tuple[str, ...] = ()
    icd10: str | None = None
    malignant: bool = False
    definition: str = ""
    mimics: tuple[str, ...] = ()
    """Diagnoses it is taken for."""

    proof: str = ""
    """What proves it."""

    next_steps: str = ""
    file: str = ""
    """Its file, relative to the knowledge folder."""


@dataclass(frozen=True, slots=True)
class CountedOnce:
    """A rule against counting one piece of evidence twice."""

    answered: tuple[str, ...]
    """Findings that must all have a factor."""

    when: Mapping[str, frozenset[str]]
    weights: Mapping[str, float]
    """Finding -> exponent on its factor: 1 in full, 0.5 the square root, 0 silent."""

    rule: str


@dataclass(frozen=True, slots=True)
class PatientGroup:
    """One group of the mixture behind the prior."""

    id: str
    weight: float
    patients: str
    causes: Mapping[str, float]
    malignancy: Mapping[str, float]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Population:
    """A clinic: how much more often than usual each patient group is seen there."""

    id: str
    name: str
    factors: Mapping[str, float]
    """Patient group -> factor on its weight; 1 where left out."""

    note: str = ""
    grade: str = "D"


@dataclass(frozen=True, slots=True)
class Test:
    """A test, what it yields and what it costs the patient."""

    id: str
    name: str
    findings: tuple[str, ...]
    burden: int
    """1 ask or read again, 2 blood or ultrasound, 3 CT or MRI, 4 scan or marrow, 5 biopsy."""

    hazard: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number or a sentence comes from."""

    id: str
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
    """Whether it is one of the founding reports."""

    @property
    def citation(self) -> str:
        """Return one line: authors, title, journal, year, address."""
        address = f"doi:{self.doi}" if self.doi else f"PMID {self.pmid}" if self.pmid else self.url
        parts = (self.authors, self.title, self.journal, str(self.year or ""), address)
        return ". ".join(part.rstrip(".") for part in parts if part and not part.startswith("not "))


@dataclass(frozen=True, slots=True)
class Model:
    """Constants of the reasoning, from model.yaml."""

    probable_reliability: float
    """How often a "probably" is right: r of DESIGN section 5."""

    certainty: tuple[tuple[float, str], ...]
    """(lower bound, word) from the most certain down; a probability takes the first bound it exceeds."""

    early_stop_bits: float
    """After a narrative, stopping is offered where no open finding is worth more bits than this ..."""

    early_stop_after: int = 4
    """... and this many questions in a row brought no answer."""

    narrowing_bits: float = NARROWING_BITS
    """A set of values is narrowed by a question of its own where that is worth more bits than this."""

    draws: int = 1000
    """How many seeded draws of the tables a range takes."""

    spread: Mapping[str, float] = field(default_factory=dict)
    """Grade -> s, the spread of a drawn row on the log scale."""

    largest_spread: float = 1.2
    """The most that a small n widens s."""


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Everything that is known, checked and linked."""

    version: str
    sha256: str
    """Of all files, in order of their names."""

    diagnoses: Mapping[str, Diagnosis]
    findings: Mapping[str, Finding]
    counted_once: tuple[CountedOnce, ...]
    groups: Mapping[str, PatientGroup]
    populations: Mapping[str, Population]
    tests: Mapping[str, Test]
    advice: tuple[Advice, ...]
    """In the order of the file."""

    sources: Mapping[str, Source]
    cues: Mapping[str, Any]
    """cues.yaml as read: name of the cue list -> its entries."""

    model: Model
    ordinary_words: frozenset[str] = frozenset()
    """Words of everyday and clinical English that are never taken for a slip of a known phrase."""

    population: str = ""
    """Whose lesions the prior is about."""

    prior_method: str = ""
    """How the prior was made."""

    sensitivity: tuple[str, ...] = ()
    """What to know wherever the prior is shown."""

    def finding(self, name: str) -> Finding:
        """Return a finding by id; AnswerError names the nearest where there is none."""
        if name not in self.findings:
            raise AnswerError(f"there is no finding {name!r}{nearest(name, self.findings)}")
        return self.findings[name]
