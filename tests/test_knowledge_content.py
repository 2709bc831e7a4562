"""The shipped knowledge: complete, graded, sourced, never certain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest

from assistant.knowledge import Condition, Kind, KnowledgeBase, Row, load_knowledge

DIAGNOSES = [
    "abscess",
    "adenoma",
    "angiosarcoma",
    "cholangiocarcinoma",
    "emh",
    "fnh",
    "focal_fat",
    "hcc",
    "hemangioma",
    "hepatoblastoma",
    "infantile_hemangioma",
    "lymphoma_leukemia",
    "metastasis",
    "neuroblastoma_metastasis",
    "regenerative_nodule",
    "splenosis",
    "other",
]
QUANTITIES = {"age", "months_since_chemotherapy", "ferritin", "lesion_size", "nondiagnostic_biopsies"}
NOT_INFORMATIVE = {"primary_mibg_avid", "bleeding_risk"}


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


def base_rows() -> Iterator[tuple[str, str, Row]]:
    """Return (diagnosis, finding, row) for every base row."""
    for diagnosis in knowledge().diagnoses.values():
        for finding, row in diagnosis.rows.items():
            yield diagnosis.id, finding, row


def rows() -> Iterator[tuple[str, str, Row]]:
    """Return (place, finding, row) for every row, with its context if it has one."""
    for name, finding, row in base_rows():
        yield f"{name}/{finding}", finding, row
    for diagnosis in knowledge().diagnoses.values():
        for (finding, context), row in diagnosis.context_rows.items():
            yield f"{diagnosis.id}/{finding}/{context}", finding, row


def used_sources() -> Counter[str]:
    """Return how often each source is used."""
    base = knowledge()
    return Counter(
        chain(
            chain.from_iterable(row.sources for _, _, row in rows()),
            chain.from_iterable(diagnosis.prior_basis.sources for diagnosis in base.diagnoses.values()),
            chain.from_iterable(group.basis.sources for group in base.groups.values()),
            chain.from_iterable(test.sources for test in base.tests.values()),
            chain.from_iterable(advice.sources for advice in base.advice),
        )
    )


def test_it_has_the_whole_vocabulary() -> None:
    base = knowledge()
    assert list(base.diagnoses) == DIAGNOSES
    assert len(base.findings) == 61
    assert {name for name, finding in base.findings.items() if finding.kind is Kind.QUANTITY} == QUANTITIES
    assert {name for name, finding in base.findings.items() if not finding.informative} == NOT_INFORMATIVE
    groups = Counter(finding.group for finding in base.findings.values())
    assert groups == {"patient": 3, "malignancy": 7, "marrow": 9, "liver": 7, "lesion": 29, "elsewhere": 6}
    assert list(groups) == ["patient", "malignancy", "marrow", "liver", "lesion", "elsewhere"]


def test_it_has_every_table() -> None:
    base = knowledge()
    assert sum(1 for _ in base_rows()) == 17 * 59
    contexts = sum(len(finding.contexts) for finding in base.findings.values())
    assert contexts == 83
    # 12 conditional rows are wholly equal to their base row and left out
    assert sum(len(diagnosis.context_rows) for diagnosis in base.diagnoses.values()) == 17 * 83 - 12
    assert all(row.line for _, _, row in rows())


def test_it_has_every_rule_test_advice_and_source() -> None:
    base = knowledge()
    assert len(base.counted_once) == 23
    assert len(base.groups) == 10
    assert len(base.tests) == 29
    assert len(base.sources) == 170
    assert Counter(advice.kind for advice in base.advice) == {
        "alert": 17,
        "next_test": 19,
        "caveat": 16,
        "treatment": 6,
        "follow_up": 4,
    }
    assert list(base.populations) == [
        "general_referral",
        "hematology_clinic",
        "survivorship_clinic",
        "liver_clinic",
        "oncology",
        "pediatric",
    ]
    assert not base.populations["general_referral"].factors
    assert all(population.note and population.grade == "D" for population in base.populations.values())
    assert len(base.sensitivity) == 3


def test_no_probability_is_0_or_1_and_tables_sum_to_1() -> None:
    for place, name, row in rows():
        finding = knowledge().findings[name]
        assert set(row.p) == set(finding.value_ids), place
        assert all(0 < p < 1 for p in row.p.values()), place
        if finding.kind is not Kind.MULTIPLE:
            assert sum(row.p.values()) == pytest.approx(1, abs=1e-9), place


def test_priors_sum_to_1_and_follow_from_the_groups() -> None:
    base = knowledge()
    assert sum(diagnosis.prior for diagnosis in base.diagnoses.values()) == pytest.approx(1, abs=1e-9)
    for name, diagnosis in base.diagnoses.items():
        mixed = sum(group.weight * group.causes.get(name, 0) for group in base.groups.values())
        assert diagnosis.prior == pytest.approx(mixed, abs=2e-4), name
        assert diagnosis.prior_basis.reasoning, name
    assert sum(group.weight for group in base.groups.values()) == pytest.approx(1)


def test_every_number_says_what_it_rests_on() -> None:
    for place, _, row in rows():
        assert row.note, place
        # judgement says so; everything else names its source
        assert bool(row.sources) or row.grade == "D", place
    grades = Counter(row.grade for _, _, row in base_rows())
    assert set(grades) == {"A", "B", "C", "D"}
    assert sum(row.n is not None for _, _, row in base_rows()) == 213


def test_every_source_is_used_and_can_be_found() -> None:
    base = knowledge()
    used = used_sources()
    assert set(used) == set(base.sources)
    for source in base.sources.values():
        assert source.title, source.id
        assert source.shows, source.id
        assert source.doi or source.pmid or source.url or source.founding, source.id


def test_every_advice_names_a_source() -> None:
    assert all(advice.sources and advice.text for advice in knowledge().advice)


def test_every_finding_can_be_yielded_by_a_test() -> None:
    yielded = {name for test in knowledge().tests.values() for name in test.findings}
    assert set(knowledge().findings) - yielded == set()


def test_every_diagnosis_is_described() -> None:
    base = knowledge()
    for diagnosis in base.diagnoses.values():
        for text in (
            diagnosis.name,
            diagnosis.short,
            diagnosis.definition,
            diagnosis.proof,
            diagnosis.next_steps,
        ):
            assert text and "be written" not in text, diagnosis.id
        assert len(diagnosis.short) <= 22
        assert diagnosis.synonyms, diagnosis.id
        assert diagnosis.id not in diagnosis.mimics
        assert diagnosis.mimics or diagnosis.id == "other"
        assert diagnosis.icd10 is None or re.fullmatch(r"[A-Z]\d\d\.\d", diagnosis.icd10)
    shorts = [diagnosis.short for diagnosis in base.diagnoses.values()]
    assert len(set(shorts)) == len(shorts)
    assert [name for name, diagnosis in base.diagnoses.items() if diagnosis.malignant] == [
        "angiosarcoma",
        "cholangiocarcinoma",
        "hcc",
        "hepatoblastoma",
        "lymphoma_leukemia",
        "metastasis",
        "neuroblastoma_metastasis",
    ]


def test_every_finding_is_described() -> None:
    for finding in knowledge().findings.values():
        assert finding.question.endswith("?"), finding.id
        assert finding.help.endswith((".", ")")), finding.id
        assert "be written" not in finding.help, finding.id
        assert finding.rationale, finding.id
        assert len({value.name for value in finding.values}) == len(finding.values), finding.id
        assert finding.plausible or finding.kind is not Kind.QUANTITY, finding.id
        assert all(context.rationale for context in finding.contexts), finding.id


def test_a_bare_yes_or_no_means_a_value_only_where_it_can() -> None:
    for finding in knowledge().findings.values():
        values = set(finding.value_ids)
        if finding.kind is Kind.QUANTITY:
            assert (finding.positive, finding.negative) == (None, None)
        elif values == {"yes", "no"}:
            assert (finding.positive, finding.negative) == ("yes", "no")
        elif "none" in values:
            assert finding.negative == "none"
            assert finding.positive == ("portal_or_delayed" if finding.id == "washout" else None)
        else:
            assert finding.positive is None
            assert finding.negative == ("normal" if finding.id == "hemolysis_or_smear" else None)


def test_every_value_has_three_phrases_and_means_one_thing() -> None:
    for finding in knowledge().findings.values():
        lexicon = finding.lexicon
        counts = Counter(value for phrase in lexicon.phrases for value in phrase.values)
        if finding.kind is Kind.QUANTITY:
            assert lexicon.measures, finding.id
        else:
            assert all(counts[value] >= 3 for value in finding.value_ids), finding.id
        texts = Counter(phrase.text.casefold() for phrase in lexicon.phrases)
        assert not [text for text, count in texts.items() if count > 1], finding.id


def parts(condition: Condition) -> Iterator[Condition]:
    """Return a condition and all inside it."""
    yield condition
    for part in (*condition.any_of, *condition.none_of):
        yield from parts(part)


def test_what_the_founding_reports_want_told_stands_in_the_texts() -> None:
    """Each entry is a claim of the founding reports that only a text can carry."""
    base = knowledge()
    emh = base.diagnoses["emh"].definition + base.diagnoses["emh"].proof
    for words in (
        "outside the marrow",
        "embryo and fetus",
        "age and need",
        "stem cells move",
        "marrow that cannot keep up",
        "focal mass that has to be told from malignancy",
        "arises with solid tumors is unknown",
        "With neuroblastoma a single child",
        "richly vascular, old burnt-out ones hold iron and fat",
        "sinusoidal, portal or mass-forming",
        "vague nodule",
    ):
        assert words in emh, words
    neuroblastoma = base.diagnoses["neuroblastoma_metastasis"].definition
    for words in ("spontaneous regression", "favors bone and nodes", "more than 20 %"):
        assert words in neuroblastoma, words
    for finding, told in {
        "other_emh_sites": [
            "pleura, lung, gut, breast, skin, brain",
            "one- or two-sided",
            "smooth, sharp, often lobulated",
            "normal outline",
            "Erdheim-Chester",
            "peritoneal nodules",
            "widened ribs",
            "pulmonary artery",
        ],
        "extrahepatic_tumour": ["raccoon eyes", "encases vessels"],
        "washout": ["Fading to the brightness of the liver is none"],
        "t2star_signal": [
            "cannot be seen on T2* is isointense",
            "199 necropsies",
            "half liver",
            "FNH varies",
        ],
        "hepatobiliary_phase": ["half liver"],
        "malignancy": ["how it arises there is unknown"],
    }.items():
        for words in told:
            assert words in base.findings[finding].help, (finding, words)


def test_advice_uses_only_what_can_be_answered() -> None:
    base = knowledge()
    for advice in base.advice:
        for condition in parts(advice.when):
            assert set(condition.leading) | set(condition.probability) <= set(base.diagnoses)
            assert condition.findings <= set(base.findings)
