"""Tables: question, reply, what may be stored at once; each positive with a denied, a doubted and a mistyped twin."""

# ruff: noqa: E501  a table is read row by row, and a row is a line

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import KnowledgeBase, load_knowledge, parse_answer
from assistant.understanding import Interpretation, Interpreter, Outcome

NOTHING = None
"""Nothing of the asked finding may be stored without asking."""


@cache
def knowledge() -> KnowledgeBase:
    return load_knowledge()


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


def read(question: str | None, reply: str) -> Interpretation:
    return interpreter().read(reply, question)


def stored(question: str, reply: str) -> Any:
    answer = read(question, reply).accepted.get(question)
    return None if answer is None else answer.plain()


def all_but(finding: str, *values: str) -> Any:
    """Return every value of a finding but these."""
    left = [value for value in knowledge().findings[finding].value_ids if value not in values]
    return left[0] if len(left) == 1 else {"one_of": sorted(left)}


def same(finding: str, spelled: Any, expected: Any) -> bool:
    """Say whether two spellings mean the same answer; numbers may differ by 3 % (section 8 of the design)."""
    if spelled is None or expected is None:
        return spelled is expected
    one, other = (parse_answer(knowledge().findings[finding], each) for each in (spelled, expected))
    if one.quantity is not None and other.quantity is not None:
        return one.quantity == pytest.approx(other.quantity, rel=0.03)
    return one == other


class Row(NamedTuple):
    """One finding, its question answered four ways."""

    finding: str
    positive: str
    answer: Any
    denied: str
    denial: Any
    """What the denied twin stores; NOTHING where a denial says too little."""

    doubted: str
    """Never stored without asking."""

    mistyped: str
    """Stored like the positive."""


ROWS = (
    # the patient
    Row("age", "52 years old", 52, "age not known", "unknown", "52 maybe", "52 yaers old"),
    Row("sex", "she is a woman", "female", "not a woman", "male", "possibly a woman", "femael"),
    Row("presentation", "came with jaundice", ["jaundice"], "no jaundice", {"present": [], "absent": ["jaundice"]}, "possibly jaundice", "juandice"),
    # malignancy and its treatment
    Row("malignancy", "breast cancer", "solid_tumour", "no malignancy", "none", "suspected breast cancer", "braest cancer"),
    Row("malignancy_status", "in remission", "remission", "not in remission", all_but("malignancy_status", "remission"), "probably in remission", "in remision"),
    Row("prior_chemotherapy", "had chemotherapy", "yes", "never had chemotherapy", "no", "perhaps chemotherapy", "had chemotherpy"),
    Row("gcsf", "filgrastim was given", "yes", "filgrastim was not given", "no", "filgrastim was possibly given", "filgastrim was given"),
    Row("stem_cell_transplant", "autologous stem cell transplant", "yes", "no stem cell transplant", "no", "stem cell transplant?", "autologous stem cell tranplant"),
    Row("months_since_chemotherapy", "six months", 6, "not known", "unknown", "six months I guess", "six motnhs"),
    Row("lesion_onset", "during treatment", "during_treatment", "not during treatment", all_but("lesion_onset", "during_treatment"), "maybe during treatment", "during treatmnt"),
    # marrow and blood
    Row("marrow_disorder", "thalassemia major", "thalassemia", "no marrow disorder", "none", "possible thalassemia", "thalasemia major"),
    Row("anemia_or_cytopenia", "pancytopenia", "pancytopenia", "no anemia, no cytopenia", "none", "pancytopenia perhaps", "pancytopnia"),
    Row("hemolysis_or_smear", "blasts on the smear", "blasts", "no hemolysis, normal smear", "normal", "blasts? on the smear", "blasts on the smaer"),
    Row("transfusions", "regular transfusions", "regular", "never transfused", "none", "maybe regular transfusions", "regular transfusoins"),
    Row("iron_overload", "diffuse iron overload", "diffuse", "no iron overload", "none", "probably diffuse iron overload", "difuse iron overload"),
    Row("ferritin", "ferritin 1800", 1800, "ferritin not done", "not_done", "1800 maybe", "feritin 1800"),
    Row("splenomegaly", "enlarged spleen", "yes", "spleen not enlarged", "no", "spleen possibly enlarged", "splenomegally"),
    Row("hepatomegaly", "hepatomegaly", "yes", "no hepatomegaly", "no", "borderline hepatomegaly", "hepatomegly"),
    Row("splenectomy_or_trauma", "splenectomy", "yes", "no splenectomy", "no", "splenectomy I think", "splenectmy"),
    # the liver and exposures
    Row("chronic_liver_disease", "cirrhosis", "cirrhosis", "not cirrhotic", all_but("chronic_liver_disease", "cirrhosis"), "possible cirrhosis", "cirhosis"),
    Row("estrogen_or_androgen", "on the pill", "yes", "not on the pill", "no", "maybe on the pill", "oral contraceptve"),
    Row("immunosuppressed_or_septic", "immunosuppressed", "yes", "not immunosuppressed", "no", "probably immunosuppressed", "immunosupressed"),
    Row("afp", "AFP normal", "normal", "AFP not normal", all_but("afp", "normal"), "AFP probably normal", "AFP nromal"),
    Row("tumour_marker", "CEA raised", "raised", "CEA not raised", "normal", "CEA raised?", "CEA elevatd"),
    Row("catecholamines", "VMA raised", "raised", "VMA not raised", "normal", "VMA possibly raised", "catecholamins raised"),
    Row("skin_hemangiomas", "three skin hemangiomas", "yes", "no skin hemangiomas", "no", "maybe a skin hemangioma", "skin hemangoima"),
    # the lesion
    Row("lesion_count", "solitary", "solitary", "not solitary", all_but("lesion_count", "solitary"), "solitary?", "soltiary"),
    Row("lesion_size", "7.2 cm", 7.2, "not measured", "not_done", "perhaps 7.2 cm", "7.2 cmm"),
    Row("lesion_course", "growing", "growing", "not growing", "stable", "perhaps growing", "growng"),
    Row("lesion_margin", "well defined", "well_defined", "not well defined", "ill_defined", "probably well defined", "well defned"),
    Row("lesion_site", "subcapsular", "subcapsular", "not subcapsular", all_but("lesion_site", "subcapsular"), "subcapsular?", "subcapsualr"),
    Row("us_echogenicity", "hyperechoic", "hyperechoic", "not hyperechoic", all_but("us_echogenicity", "hyperechoic"), "hyperechoic I think", "hyperechioc"),
    Row("ct_attenuation", "hypoattenuating", "hypoattenuating", "not hypoattenuating", all_but("ct_attenuation", "hypoattenuating"), "possibly hypoattenuating", "hypoattentuating"),
    Row("t1_signal", "T1 hypointense", "hypointense", "not hypointense on T1", all_but("t1_signal", "hypointense"), "hypointense?", "hypointnese"),
    Row("t2_signal", "markedly hyperintense on T2", "markedly_hyperintense", "not markedly hyperintense", all_but("t2_signal", "markedly_hyperintense"), "maybe markedly hyperintense", "markedly hyperintnese"),
    Row("fat_in_lesion", "contains fat", "yes", "no fat", "no", "maybe some fat", "intralesional fat, steatotic leison"),
    Row("in_phase_signal_loss", "signal loss in phase", "yes", "no signal loss in phase", "no", "signal loss in phase?", "singal loss in phase"),
    Row("hemorrhage_or_necrosis", "central necrosis", "necrosis_or_cystic", "no hemorrhage or necrosis", "none", "possible necrosis", "central necrsis"),
    Row("target_appearance", "target sign", "yes", "no target sign", "no", "target sign perhaps", "targetoid apearance"),
    Row("dwi_restriction", "restricts diffusion", "yes", "does not restrict", "no", "might restrict", "restircted diffusion"),
    Row("t2star_signal", "hyperintense", "hyperintense", "not hyperintense", all_but("t2star_signal", "hyperintense"), "hyperintense I think", "hyperintnse"),
    Row("arterial_enhancement", "rim enhancement", "rim", "no rim enhancement", all_but("arterial_enhancement", "rim"), "perhaps rim enhancement", "rim enhancment"),
    Row("washout", "portal venous washout", "portal_or_delayed", "no washout", "none", "washout?", "portal venous washuot"),
    Row("capsule", "enhancing capsule", "yes", "no capsule", "no", "maybe a capsule", "enhancing capusle"),
    Row("central_scar", "central scar", "yes", "no central scar", "no", "probably a central scar", "central sacr"),
    Row("hepatobiliary_phase", "hypointense in the hepatobiliary phase", "hypointense", "not hypointense", all_but("hepatobiliary_phase", "hypointense"), "maybe hypointense", "hypointesne in the hepatobiliary phase"),
    Row("capsular_retraction", "capsular retraction", "yes", "no capsular retraction", "no", "suggestive of capsular retraction", "capsular retracton"),
    Row("bile_duct_dilatation", "dilated bile ducts", "yes", "bile ducts not dilated", "no", "bile ducts possibly dilated", "dilated bile dcuts"),
    Row("vascular_invasion", "portal vein tumour thrombus", "yes", "no vascular invasion", "no", "possible portal vein invasion", "portal vein invsaion"),
    Row("undisplaced_vessels", "vessels run through undisplaced", "yes", "vessels are displaced", "no", "vessels undisplaced?", "undisplaced vesels"),
    Row("calcification", "coarse calcification", "yes", "no calcification", "no", "calcification perhaps", "calcifcation"),
    Row("fdg_avid", "FDG avid", "yes", "not FDG avid", "no", "FDG avid?", "hypermetabolc"),
    Row("primary_mibg_avid", "the primary was MIBG avid", "yes", "the primary was not MIBG avid", "no", "the primary was avid I think", "the primary was MIBG postive"),
    Row("mibg_avid", "MIBG avid", "yes", "not MIBG avid", "no", "maybe MIBG avid", "MIBG postive"),
    Row("colloid_uptake", "takes up colloid", "yes", "no colloid uptake", "no", "possible colloid uptake", "colloid uptkae"),
    # elsewhere and tissue
    Row("splenic_lesions", "splenic lesions", "yes", "no splenic lesions", "no", "maybe a splenic lesion", "splenic leisons"),
    Row("other_emh_sites", "paraspinal masses", ["paraspinal_or_mediastinal"], "no other EMH", ["none"], "possible paraspinal mass", "parasipnal masses"),
    Row("extrahepatic_tumour", "lung metastases", ["lung"], "no tumour elsewhere", ["none"], "possible lung metastases", "lung metastses"),
    Row("prior_biopsies", "nondiagnostic biopsy", "nondiagnostic", "never biopsied", "none", "biopsy benign I believe", "nondiagnsotic biopsy"),
    Row("nondiagnostic_biopsies", "two", 2, "not known", "unknown", "two or maybe three", "2 biospies"),
    Row("bleeding_risk", "thrombocytopenia", "thrombocytopenia", "no bleeding risk", "none", "possible coagulopathy", "thrombocytopnia"),
)  # fmt: skip

TWINS = [
    pytest.param(row.finding, reply, expected, id=f"{row.finding}-{kind}")
    for row in ROWS
    for kind, reply, expected in (
        ("positive", row.positive, row.answer),
        ("denied", row.denied, row.denial),
        ("doubted", row.doubted, NOTHING),
        ("mistyped", row.mistyped, row.answer),
    )
]


def test_every_finding_has_its_row() -> None:
    assert {row.finding for row in ROWS} >= set(knowledge().findings)


@pytest.mark.parametrize(("question", "reply", "expected"), TWINS)
def test_a_reply_and_its_twins(question: str, reply: str, expected: Any) -> None:
    assert same(question, stored(question, reply), expected), stored(question, reply)


# -- what belongs to one finding

REPLIES: tuple[tuple[str, str, Any], ...] = (
    # bare words
    ("gcsf", "yes", "yes"),
    ("gcsf", "Yes.", "yes"),
    ("gcsf", "no", "no"),
    ("gcsf", "nope", "no"),
    ("gcsf", "never", "no"),
    ("gcsf", "fever", NOTHING),
    ("gcsf", "yes and no", NOTHING),
    ("malignancy", "no", "none"),
    ("malignancy", "yes", NOTHING),
    ("iron_overload", "yes", NOTHING),
    ("sex", "yes", NOTHING),
    ("sex", "no", NOTHING),
    ("t2_signal", "yes", NOTHING),
    ("t2_signal", "hyper", {"one_of": ["markedly_hyperintense", "mildly_hyperintense"]}),
    ("t1_signal", "hyper", "hyperintense"),
    ("t1_signal", "iso", "isointense"),
    ("arterial_enhancement", "APHE", {"one_of": ["heterogeneous_hyper", "homogeneous_hyper"]}),
    ("arterial_enhancement", "no APHE", {"one_of": ["hypovascular", "isoenhancing"]}),
    # option numbers
    ("gcsf", "1", "yes"),
    ("gcsf", "2", "no"),
    ("gcsf", "3", NOTHING),
    ("gcsf", "0", NOTHING),
    ("gcsf", "1 2", NOTHING),
    ("malignancy", "2", "neuroblastoma"),
    ("age", "2", 2),
    ("nondiagnostic_biopsies", "1", 1),
    # cues on both sides
    ("prior_chemotherapy", "no chemo", "no"),
    ("prior_chemotherapy", "chemo: yes", "yes"),
    ("gcsf", "GCSF no", "no"),
    ("gcsf", "GCSF neg", "no"),
    ("mibg_avid", "MIBG neg", "no"),
    ("mibg_avid", "MIBG -ve", "no"),
    ("mibg_avid", "non-avid", "no"),
    ("fdg_avid", "PET positive", "yes"),
    ("fdg_avid", "PET negative", "no"),
    ("capsule", "capsule absent", "no"),
    ("washout", "without washout", "none"),
    ("calcification", "not calcified", "no"),
    ("calcification", "uncalcified", "no"),
    # where a denial ends
    ("gcsf", "no chemo, GCSF yes", "yes"),
    ("gcsf", "no chemo but GCSF", "yes"),
    ("capsule", "no scar, capsule present", "yes"),
    ("capsule", "neither capsule nor scar", "no"),
    # double denials
    ("fat_in_lesion", "not without fat", "yes"),
    ("calcification", "no absence of calcification", "yes"),
    # names, drugs, regimens
    ("gcsf", "Neupogen", "yes"),
    ("gcsf", "pegfilgrastim", "yes"),
    ("gcsf", "lenograstim after each cycle", "yes"),
    ("prior_chemotherapy", "FOLFOX", "yes"),
    ("prior_chemotherapy", "CAPOX x 6", "yes"),
    ("prior_chemotherapy", "R-CHOP", "yes"),
    ("prior_chemotherapy", "radiotherapy only", "no"),
    ("malignancy", "Hodgkin", "lymphoma"),
    ("malignancy", "DLBCL", "lymphoma"),
    ("malignancy", "ALL", "leukemia"),
    ("malignancy", "colon ca", "solid_tumour"),
    ("malignancy", "neuroblastoma", "neuroblastoma"),
    ("malignancy", "multiple myeloma", "myeloma"),
    ("marrow_disorder", "thal major", "thalassemia"),
    ("marrow_disorder", "PMF", "myelofibrosis"),
    ("marrow_disorder", "HbSS", "sickle_cell"),
    ("marrow_disorder", "MDS-EB1", "mds"),
    ("marrow_disorder", "polycythemia vera", "other_mpn"),
    ("marrow_disorder", "hereditary spherocytosis", "other_hemolytic_anemia"),
    ("marrow_disorder", "Gaucher", "storage_disease"),
    ("chronic_liver_disease", "chronic hepatitis B", "viral_hepatitis"),
    ("chronic_liver_disease", "NAFLD", "steatosis"),
    ("chronic_liver_disease", "Budd-Chiari", "vascular_liver_disease"),
    ("bleeding_risk", "on apixaban", "anticoagulated"),
    ("bleeding_risk", "INR 2.1", "coagulopathy"),
    ("bleeding_risk", "platelets 40", "thrombocytopenia"),
    ("afp", "AFP 3", "normal"),
    ("afp", "AFP 1200", "markedly_raised"),
    ("lesion_count", "two lesions", "few"),
    ("lesion_count", "one", "solitary"),
    ("lesion_count", "12", "multiple"),
    ("lesion_count", "innumerable", "multiple"),
    ("prior_biopsies", "trilineage hematopoiesis", "trilineage_hematopoiesis"),
    ("prior_biopsies", "biopsy: adenocarcinoma", "malignant"),
    ("prior_biopsies", "inconclusive biopsy", "nondiagnostic"),
    ("prior_biopsies", "biopsy planned next week", "none"),
    # unknown, not done, not assessable
    ("gcsf", "unknown", "unknown"),
    ("gcsf", "don't know", "unknown"),
    ("gcsf", "no idea", "unknown"),
    ("gcsf", "not documented", "unknown"),
    ("fdg_avid", "no PET", "not_done"),
    ("fdg_avid", "PET not done", "not_done"),
    ("mibg_avid", "not performed", "not_done"),
    ("t2star_signal", "not assessable, motion artefact", "not_assessable"),
    ("afp", "pending", "not_done"),
    ("hepatobiliary_phase", "CT only", "not_done"),
    # someone else's, elsewhere, once, planned
    ("malignancy", "mother had breast cancer", NOTHING),
    ("malignancy", "mother had breast cancer, patient none", "none"),
    ("marrow_disorder", "brother has thalassemia", NOTHING),
    ("prior_chemotherapy", "chemotherapy planned", "no"),
    ("gcsf", "stopped last year", NOTHING),
    ("prior_chemotherapy", "chemotherapy, stopped two years ago", "yes"),
    ("lesion_course", "was growing, now stable", "stable"),
    ("anemia_or_cytopenia", "was anemic, now normal counts", "none"),
    # self-correction
    ("gcsf", "yes, sorry, I mean no", "no"),
    ("sex", "male - no wait, female", "female"),
    # lists
    ("presentation", "fever and jaundice", ["fever", "jaundice"]),
    ("presentation", "fever, no jaundice", {"present": ["fever"], "absent": ["jaundice"]}),
    ("presentation", "only fever", {"present": ["fever"], "closed": True}),
    ("presentation", "incidental finding", ["incidental"]),
    ("extrahepatic_tumour", "bone and lung metastases", ["bone_or_marrow", "lung"]),
    ("extrahepatic_tumour", "none", ["none"]),
    # two things at once
    ("lesion_margin", "well defined and ill defined", NOTHING),
    ("sex", "male or female", NOTHING),
    # words that look alike
    ("t2_signal", "hypo", "hypointense"),
    ("ct_attenuation", "isodense", "isoattenuating"),
    ("lesion_margin", "unsharp", "ill_defined"),
    ("gcsf", "GSCF", NOTHING),
    # hostile
    ("gcsf", "", NOTHING),
    ("gcsf", "\x1b[31m\u202e", NOTHING),
    ("gcsf", "y\u200bes", "yes"),
    ("gcsf", "ｎｏ", "no"),
    ("gcsf", "\x1b[1myes\x1b[0m", "yes"),
    ("gcsf", "'; DROP TABLE", NOTHING),
    ("gcsf", "🙂", NOTHING),
    ("gcsf", "yes " * 2000, "yes"),
)


@pytest.mark.parametrize(("question", "reply", "expected"), REPLIES)
def test_a_reply_to_a_question(question: str, reply: str, expected: Any) -> None:
    got = stored(question, reply)
    assert same(question, got, expected), got


# -- what is said by the way

ASIDES: tuple[tuple[str | None, str, dict[str, Any]], ...] = (
    ("age", "35-year-old man with thalassemia major", {"age": 35, "sex": "male", "marrow_disorder": "thalassemia"}),
    ("age", "3 yo girl, stage 4 neuroblastoma", {"age": 3, "sex": "female", "malignancy": "neuroblastoma"}),
    ("prior_chemotherapy", "FOLFOX, no G-CSF", {"prior_chemotherapy": "yes", "gcsf": "no"}),
    ("gcsf", "yes, 3 cm lesion", {"gcsf": "yes", "lesion_size": 3}),
    ("capsule", "no capsule, washout in the portal phase", {"capsule": "no", "washout": "portal_or_delayed"}),
    ("malignancy", "breast cancer; brother had lymphoma", {"malignancy": "solid_tumour"}),
    (None, "62-year-old woman. Liver lesion, 4.5 cm, solitary.", {
        "age": 62, "sex": "female", "lesion_size": 4.5, "lesion_count": "solitary"}),
    (None, "No cirrhosis. AFP normal.", {"afp": "normal", "chronic_liver_disease": {
        "one_of": ["none", "steatosis", "vascular_liver_disease", "viral_hepatitis"]}}),
    (None, "FAMILY HISTORY: thalassemia.\nFINDINGS: no splenomegaly.", {"splenomegaly": "no"}),
    (None, "RECOMMENDATION: biopsy; consider filgrastim.", {}),
    (None, "Differential includes lymphoma and abscess.", {}),
    (None, "If the patient received G-CSF, consider EMH.", {}),
    (None, "Was filgrastim given?", {}),
    (None, "His father died of leukemia.", {}),
    (None, "The kidney shows a 3 cm cyst.", {}),
    (None, "", {}),
)  # fmt: skip


@pytest.mark.parametrize(("question", "reply", "expected"), ASIDES)
def test_everything_that_is_stored_of_a_text(
    question: str | None, reply: str, expected: dict[str, Any]
) -> None:
    got = {finding: answer.plain() for finding, answer in read(question, reply).accepted.items()}
    assert set(got) == set(expected), got
    assert all(same(finding, got[finding], answer) for finding, answer in expected.items()), got


@pytest.mark.parametrize(
    ("reply", "finding"),
    [
        ("52 year old man, G-CSF possibly given", "gcsf"),
        ("52 year old man, ?neuroblastoma", "malignancy"),
        ("Lesion perhaps with a central scar.", "central_scar"),
    ],
)
def test_what_is_unsure_and_was_not_asked_waits_for_consent(reply: str, finding: str) -> None:
    reading = read(None, reply).reading(finding)
    assert reading is None or reading.outcome is not Outcome.ACCEPT


@pytest.mark.parametrize(
    "reply", ["normal", "raised", "rim", "new", "hyper", "positive", "multiple", "yes", "none", "3"]
)
def test_a_generic_word_says_nothing_of_what_was_not_asked(reply: str) -> None:
    for question in ("age", "sex"):
        accepted = set(read(question, reply).accepted)
        assert accepted <= {question}, accepted


# -- properties


@given(st.sampled_from(sorted(load_knowledge().findings)), st.text(st.characters(codec=None), max_size=200))
def test_any_text_is_read_and_says_where(finding: str, reply: str) -> None:
    for question in (finding, None):
        interpretation = read(question, reply)
        assert interpretation.outcome in Outcome
        assert len({reading.finding for reading in interpretation.readings}) == len(interpretation.readings)
        if question is not None:
            assert interpretation.reading(question) is not None
        for reading in interpretation.readings:
            assert reading.outcome is Outcome.ASK or reading.answers
            for start, end in reading.spans:
                assert 0 <= start < end <= len(reply)
            for answer in reading.answers:
                assert parse_answer(knowledge().findings[reading.finding], answer.plain()) == answer
