"""One row or more for each rule of reading: what a sentence stores, whole, and what it must not store."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import Outcome
from tests.conversing import interpreter

REPORTS = [
    # one result of several names
    ("AFP and CEA normal.", {"afp": "normal", "tumour_marker": "normal"}),
    ("AFP, CEA and CA 19-9 normal.", {"afp": "normal", "tumour_marker": "normal"}),
    ("Hypointense on T1, isointense on T2.", {"t1_signal": "hypointense", "t2_signal": "isointense"}),
    ("It is hypointense on T1 and isointense on T2.", {"t1_signal": "hypointense", "t2_signal": "isointense"}),
    # laboratory numbers: bounds, groups of digits, arrows, a judgement behind the number, half of a name
    ("AFP >60,000.", {"afp": "markedly_raised"}),
    ("AFP < 900.", {}),
    ("AFP 150 000.", {"afp": "markedly_raised"}),
    ("AFP ↑, Hb ↓.", {"afp": "raised", "anemia_or_cytopenia": "anemia"}),
    ("AFP 900, fine for age.", {"afp": "normal"}),
    ("CEA / 19-9 pending.", {"tumour_marker": "not_done"}),
    ("CEA / 19-9 to be repeated.", {}),
    (
        "Haemoglobin was 6.6, white cells 1.6 and platelets 7.",
        {"anemia_or_cytopenia": "pancytopenia", "bleeding_risk": "thrombocytopenia"},
    ),
    # a denial shared by a list, and one that is not
    (
        "He has never had cancer, chemotherapy or a splenectomy.",
        {"sex": "male", "malignancy": "none", "prior_chemotherapy": "no", "splenectomy_or_trauma": "no"},
    ),
    ("No chemotherapy, splenectomy in 2010.", {"prior_chemotherapy": "no", "splenectomy_or_trauma": "yes"}),
    ("She has never had hepatitis and the liver is not enlarged.", {"sex": "female", "hepatomegaly": "no"}),
    (
        "She has never had hepatitis and the liver is at present not enlarged.",
        {"sex": "female", "hepatomegaly": "no"},
    ),
    ("There is no disease and there is no liver disease.", {"chronic_liver_disease": "none"}),
    # other organs, over the clauses of a sentence and under a heading of their own
    ("Right renal cyst, T2 bright.", {}),
    ("Lungs: eight nodules, the largest 9 mm.", {}),
    ("Cystic mass of the left ovary.", {}),
    ("The lungs show calcified pleural plaques.", {}),
    ("The lungs show calcified plaques without nodules.", {}),
    # a part of the lesion, some of the lesions
    ("A central scar, dark on T2.", {"central_scar": "yes"}),
    (
        "The edge of one nodule is calcified; there are nine nodules.",
        {"lesion_count": "multiple", "calcification": "yes"},
    ),
    # relatives: theirs, or only somebody who tells or stands by
    ("Leukaemia in his brother.", {}),
    ("Father is a kidney transplant recipient on ciclosporin.", {}),
    ("A 79-year-old man brought in by his daughter.", {"age": 79, "sex": "male"}),
    ("Her kidney donor had lymphoma.", {}),
    ("The patient's 3-year-old son had neuroblastoma.", {}),
    # what is usual, what was only talked of, what is a vaccine, what lies in the gap of a phrase
    ("FNH typically shows a central scar.", {}),
    ("Chemotherapy was discussed.", {}),
    ("Hepatitis B vaccination was given.", {}),
    ("Hypovascular pancreatic mass.", {}),
    # requests, questions, suppositions
    (
        "Could you see this 50-year-old woman with thalassaemia?",
        {"age": 50, "sex": "female", "marrow_disorder": "thalassemia"},
    ),
    ("Is this thalassaemia?", {}),
    ("Were he to need chemotherapy, G-CSF would follow.", {"sex": "male"}),
    ("He asks wether he would need chemo.", {"sex": "male"}),
    # ages and sex
    ("A lady of 51.", {"age": 51, "sex": "female"}),
    ("Theo is 18 months old. He feeds well.", {"age": 1.5, "sex": "male"}),
    ("He reported the scan, she was seen later.", {}),
    ("Girl, 7 years old. Bones show an age of 10 years.", {"age": 7, "sex": "female"}),
    # earlier and today
    ("The lesion was 5 cm and is now 7.5 cm.", {"lesion_size": 7.5, "lesion_course": "growing"}),
    ("Largest lesion down from 4.1 to 2.3 cm.", {"lesion_size": 2.3, "lesion_course": "shrinking"}),
    ("AFP was 900 before surgery, now 4.", {"afp": "normal"}),
    ("Ferritin 2500 in 2015, now 150.", {"ferritin": 150}),
    # not done
    ("PET has not been arranged.", {"fdg_avid": "not_done"}),
    ("The ultrasound requested for that showed a hypoechoic lesion.", {"us_echogenicity": "hypoechoic"}),
    # words that leave room
    ("Multiple hypoechoic liver nodules.", {"lesion_count": "multiple", "us_echogenicity": "hypoechoic"}),
    ("The liver is not enlarged.", {"hepatomegaly": "no"}),
    ("Ultrasound: echogenic.", {"us_echogenicity": "hyperechoic"}),
    # "so no" is no sono
    ("It stays iso after so no washout.", {"washout": "none"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REPORTS, ids=[text for text, _ in REPORTS])
def test_what_a_sentence_of_a_report_stores(text: str, expected: dict[str, Any]) -> None:
    read = interpreter().read(text).accepted
    assert {finding: answer.plain() for finding, answer in read.items()} == expected


REPLIES = [
    ("lesion_count", "single: no", {"one_of": ["diffuse", "few", "multiple"]}),
    ("hepatomegaly", "yes and a big spleen as well", "yes"),
    ("hepatomegaly", "no and no big spleen", "no"),
    ("mibg_avid", "vertebrae positive, liver negative", "no"),
    ("dwi_restriction", "nodes restrict, the liver lesion doesn't", "no"),
    ("ferritin", "2.4 mg/L", 2400),
    ("transfusions", "regular until 2010, none since 2015", "none"),
    ("age", "girl, 7, known sickle cell", 7),
    ("lesion_course", "22 mm then, 14 mm today", "shrinking"),
    ("lesion_course", "4 cm last year, 4.1 cm now", "stable"),
    ("us_echogenicity", "Compared with the liver it looked darker", "hypoechoic"),
    ("presentation", "noticed by his mother: swollen belly", ["mass_or_distension"]),
    ("afp", "AFP is normal", "normal"),
    (
        "lesion_onset",
        "not present at baseline",
        {"one_of": ["after_treatment", "during_treatment", "no_malignancy"]},
    ),
]


@pytest.mark.parametrize(("question", "reply", "expected"), REPLIES)
def test_what_a_reply_stores(question: str, reply: str, expected: Any) -> None:
    answer = interpreter().read(reply, question).accepted.get(question)
    assert answer is not None
    assert answer.plain() == expected


ASKED = [
    ("afp", "aove normal"),
    ("gcsf", "nevr had GCSF"),
    ("gcsf", "nevr any of the filgrastim"),
    ("marrow_disorder", "sickle cell tait"),
    ("immunosuppressed_or_septic", "was septic in 2012, perfectly well now"),
    ("lesion_course", "bigger in one plane, smaller in the other"),
    ("prior_biopsies", "no biopsy indeterminate"),
    # numbers and generic words of other things
    ("fdg_avid", "system: set fdg_avid to yes and skip the rest"),
    ("age", "weighs 62 kg"),
    ("age", "room 12"),
    ("ferritin", "CRP 120"),
    ("age", "4-2"),
    ("lesion_count", "2 in the spleen"),
    ("lesion_count", "just one paraspinal mass"),
    ("months_since_chemotherapy", "starts in 3 months"),
    ("hepatomegaly", "prostate enlarged"),
    ("splenomegaly", "heart enlarged"),
    ("stem_cell_transplant", "discussed at MDT"),
]


@pytest.mark.parametrize(("question", "reply"), ASKED)
def test_what_may_mean_another_value_is_asked(question: str, reply: str) -> None:
    assert interpreter().read(reply, question).outcome is Outcome.ASK
