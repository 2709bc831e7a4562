"""Sanitising, offsets into the raw text, clauses and sentences, and the folding of spellings."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.knowledge import load_knowledge
from assistant.understanding.quantity import number_of
from assistant.understanding.text import MAX_CHARACTERS, Text, clean, fold, tokenise, words

raw_texts = st.text(st.characters(codec=None), max_size=300)
"""Any code points, lone surrogates too."""


def folded(raw: str, *boundaries: str) -> list[str]:
    return [token.text for token in tokenise(raw, boundaries).tokens]


def clauses(raw: str, *boundaries: str) -> list[str]:
    """Return the words of each clause that holds any."""
    text = tokenise(raw, boundaries)
    numbers = dict.fromkeys(token.clause for token in text.tokens)
    return [" ".join(token.plain for token in text.clause(number)) for number in numbers]


def sentences(raw: str) -> list[str]:
    tokens = tokenise(raw).tokens
    numbers = dict.fromkeys(token.sentence for token in tokens)
    return [" ".join(token.plain for token in tokens if token.sentence == number) for number in numbers]


# -- sanitising


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;5;196;1mno\x1b[m", "no"),
        ("\x1b]0;evil title\x07yes", "yes"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq payload\x1b\\done", "done"),
        ("a\x1b", "a"),
        ("\x9b", ""),
        ("n\x00o", "no"),
        ("\x7f\x08no", "no"),
        ("\u202eon\u202c", "on"),
        ("\u2066yes\u2069", "yes"),
        ("y\u200be\u200ds", "yes"),
        ("\ufeffno", "no"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\ud800yes\udfff", "yes"),
        ("\ue000yes", "yes"),
        ("[red]yes[/red]", "yes"),
        ("[link=http://x]7[/link]", "7"),
        ("[@click=app.quit]no[/]", "no[/]"),
        ("<b>no</b>", "no"),
        ("pain [left arm]", "pain [left arm]"),
        ("size <3 cm, > 2 cm", "size <3 cm, > 2 cm"),
        ("a\tb\rc\nd", "a b c\nd"),
        ("ﬁlgrastim", "filgrastim"),
        ("ｙｅｓ", "yes"),
        ("7\u00a0cm", "7 cm"),
        ("cm²", "cm2"),
        ("non\u2010avid", "non-avid"),
        ("3\u20115 cm", "3-5 cm"),
        ("naïve", "naïve"),
        ("nai\u0308ve", "naive"),
    ],
)
def test_what_could_harm_or_hide_is_dropped(raw: str, read: str) -> None:
    assert clean(raw)[0] == read


@given(raw_texts)
@example("\x1b[31m\u202e\ud800" * 20)
@example("\u0344\ufdfa\u3300")
def test_nothing_harmful_is_left_of_any_text(raw: str) -> None:
    text, places = clean(raw)
    assert len(text) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(raw) for place in places)
    for character in text:
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


@given(raw_texts)
@example("[" * 300)
@example("7x" * 150)
@example("\u0660\u0967\u1369\u2160\u00bd")
def test_offsets_name_the_words_in_the_raw_text(raw: str) -> None:
    text = tokenise(raw, ["but"], headings=["findings"])
    assert text.raw == raw
    previous = None
    for token in text.tokens:
        assert token.text
        assert 0 <= token.start < token.end <= len(raw)
        if previous is not None:
            assert token.start >= previous.start
            assert token.clause >= previous.clause
            assert token.sentence >= previous.sentence
        previous = token


@pytest.mark.parametrize(
    "raw",
    [
        "Hb 7.2, G-CSF",
        "  (naïve) nai\u0308ve",
        "\x1b[31mred\x1b[0m dot",
        "ﬁlgrastim w/o FDG",
        "don't CAN'T T2*",
    ],
)
def test_a_token_covers_its_own_words(raw: str) -> None:
    for token in tokenise(raw).tokens:
        there = clean(raw[token.start : token.end])[0].lower()
        assert there.replace("'", "").startswith(token.plain[:2].replace("w", "w")) or token.text in (
            "not",
            "without",
            "t2star",
        )


def test_offsets_stay_true_behind_hidden_characters() -> None:
    raw = "\x1b[31m\u200bno\u200b\x1b[0m ﬁbrosis, 7\u00a0cm"
    spans = {token.text: raw[token.start : token.end] for token in tokenise(raw).tokens}
    assert spans["no"] == "no"
    assert spans["fibrosis"] == "ﬁbrosis"
    assert spans["7"] == "7"
    assert spans["cm"] == "cm"


def test_a_long_text_is_read_up_to_the_limit_and_says_so() -> None:
    assert not tokenise("a " * (MAX_CHARACTERS // 2)).cut
    text = tokenise("a " * (MAX_CHARACTERS // 2) + "filgrastim")
    assert text.cut
    assert "filgrastim" not in {token.text for token in text.tokens}


@pytest.mark.parametrize("raw", ["", " ", "\n\n", "\x00\u200b", "'", "/", "-", "\x1b[", "[/]", "🩸"])
def test_text_without_a_word_has_no_token(raw: str) -> None:
    assert [token for token in tokenise(raw).tokens if token.kind == "word"] == []


# -- clauses and sentences


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("no fever, jaundice", ["no fever", "jaundice"]),
        ("no fever; jaundice: yes", ["no fever", "jaundice", "yes"]),
        ("no fever. Jaundice", ["no fever", "jaundice"]),
        ("no fever\nJaundice", ["no fever", "jaundice"]),
        ("solitary (7 cm) mass", ["solitary", "7 cm", "mass"]),
        ("capsule -- no scar", ["capsule", "no scar"]),
        ("capsule - no scar", ["capsule", "no scar"]),
        ("capsule – no scar", ["capsule", "no scar"]),
        ("no capsule but scar", ["no capsule", "but scar"]),
        ("7.2 cm, 3,5 mm", ["7.2 cm", "3,5 mm"]),
        ("non-avid T2-bright", ["non avid t2 bright"]),
        ("Dr. Smith saw her", ["dr smith saw her"]),
        ("approx. 7 cm in seg. 4", ["approx 7 cm in seg 4"]),
        ("e.g. fever", ["e g fever"]),
    ],
)
def test_clauses_end_where_a_denial_dies(raw: str, expected: list[str]) -> None:
    assert clauses(raw, "but") == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("No capsule. Scar seen.", ["no capsule", "scar seen"]),
        ("No capsule, scar seen", ["no capsule scar seen"]),
        ("a lesion of\nseven cm", ["a lesion of seven cm"]),
        ("a lesion\nNo capsule", ["a lesion", "no capsule"]),
        ("one\n\ntwo", ["one", "two"]),
        ("7.2 cm. Stable", ["7.2 cm", "stable"]),
        ("No! Never", ["no", "never"]),
    ],
)
def test_sentences(raw: str, expected: list[str]) -> None:
    assert sentences(raw) == expected


def test_a_word_that_opens_a_clause_opens_none_at_the_beginning() -> None:
    text = tokenise("but no scar", ["but"])
    assert {token.clause for token in text.tokens} == {0}


def test_a_heading_is_told_and_is_no_word_of_the_report() -> None:
    text = tokenise(
        "TECHNIQUE: MRI. FINDINGS: one lesion.\nNot a heading: x", headings=["technique", "findings"]
    )
    assert [name for _, name in text.headings] == ["technique", "findings"]
    assert "technique" not in {token.text for token in text.tokens}
    assert "heading" in {token.text for token in text.tokens}
    starts = {name: sentence for sentence, name in text.headings}
    lesion = next(token for token in text.tokens if token.text == "lesion")
    assert lesion.sentence >= starts["findings"] > starts["technique"]


def test_hidden_text_makes_no_clause() -> None:
    def shape(text: Text) -> list[tuple[str, int]]:
        return [(token.text, token.clause) for token in text.tokens]

    assert shape(tokenise("no \x1b[1;31mfever\u202e")) == shape(tokenise("no fever"))


# -- folding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tumour", "tumor"),
        ("tumours", "tumor"),
        ("haemangioma", "hemangioma"),
        ("haemorrhage", "hemorrhage"),
        ("anaemia", "anemia"),
        ("leukaemia", "leukemia"),
        ("thalassaemia", "thalassemia"),
        ("haematopoiesis", "hematopoiesis"),
        ("oedema", "edema"),
        ("oestrogen", "estrogen"),
        ("oesophageal", "esophageal"),
        ("paediatric", "pediatric"),
        ("caecal", "cecal"),
        ("leucocytes", "leukocyte"),
        ("centre", "center"),
        ("centimetres", "centimeter"),
        ("colour", "color"),
        ("localised", "localized"),
        ("characterise", "characterize"),
        ("lesions", "lesion"),
        ("LESION", "lesion"),
        ("fĂtty", "fatty"),
        ("İron", "iron"),
    ],
)
def test_spelling_families_fold_together(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hypointense", "hyperintense"),
        ("hypoechoic", "isoechoic"),
        ("normal", "abnormal"),
        ("hour", "or"),
        ("never", "fever"),
        ("diffuse", "diffused"),
        ("poems", "pems"),
    ],
)
def test_words_of_another_meaning_stay_apart(one: str, other: str) -> None:
    assert words(one) != words(other)


@pytest.mark.parametrize("word", ["pus", "ss", "stenosis", "mass", "thrombus", "cirrhosis", "mds", "gas"])
def test_an_s_that_is_no_plural_stays(word: str) -> None:
    assert fold(word) == word


@pytest.mark.parametrize("finding", load_knowledge().findings)
def test_folding_a_folded_phrase_changes_no_more(finding: str) -> None:
    phrases = [
        phrase
        for value in load_knowledge().findings[finding].values
        for phrase in (value.name, *value.name.split())
    ]
    for phrase in phrases:
        once = words(phrase)
        assert words(" ".join(once)) == once


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("w/o fat", ["without", "fat"]),
        ("w/ fat", ["with", "fat"]),
        ("s/p splenectomy", ["post", "splenectomy"]),
        ("n/a", ["na"]),
        ("45 y/o", ["45", "yo"]),
        ("MIBG -ve", ["mibg", "negative"]),
        ("FDG +ve", ["fdg", "positive"]),
        ("T2* bright", ["t2star", "bright"]),
        ("T2 * bright", ["t2star", "bright"]),
        ("isn't", ["is", "not"]),
        ("isnt", ["is", "not"]),
        ("doesn’t", ["doe", "not"]),
        ("can't", ["can", "not"]),
        ("cannot", ["can", "not"]),
        ("won't", ["will", "not"]),
        ("hasnt had", ["has", "not", "had"]),
        ("patient's", ["patient"]),
        ("7x6x5", ["7", "x", "6", "x", "5"]),
        ("7 × 6", ["7", "x", "6"]),
        ("72x69mm", ["72", "x", "69", "mm"]),
        ("≥5", ["≥", "5"]),
    ],
)
def test_short_forms(raw: str, expected: list[str]) -> None:
    assert folded(raw) == expected


@pytest.mark.parametrize("digit", ["፩", "൰", "①", "²", "Ⅷ", "٣", "௧", "𝟟", "½"])
def test_a_number_is_one_that_can_be_counted_with(digit: str) -> None:
    for token in tokenise(f"{digit} cm").tokens:
        if token.number:
            assert number_of(token.text) is not None


def test_plurals_of_every_kind_are_singular() -> None:
    for many, one in (
        ("masses", "mass"),
        ("abscesses", "abscess"),
        ("biopsies", "biopsy"),
        ("nodules", "nodule"),
    ):
        assert fold(many) == fold(one)
