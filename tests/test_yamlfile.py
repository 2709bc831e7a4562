"""The one YAML reader: what a scalar is, what is refused, and where."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import KnowledgeError
from assistant.yamlfile import MAX_BYTES, MAX_DEPTH, read_file, read_text

BAD = sorted((Path(__file__).parent / "bad" / "yaml").glob("*.yaml"))


def named_problems(path: Path) -> list[tuple[str, int]]:
    """Return the (code, line) pairs that the first comment of a bad file names."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    return [(code, int(line)) for code, line in re.findall(r"([A-Z]\d{3}) line (\d+)", first)]


def problem_of(path: Path) -> tuple[str, int]:
    """Return code and line of the one problem of a file."""
    with pytest.raises(KnowledgeError) as caught:
        read_file(path)
    (problem,) = caught.value.problems
    return problem.code, problem.line


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_raises_what_its_first_comment_names(path: Path) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_file(path)
    assert [(problem.code, problem.line) for problem in caught.value.problems] == named_problems(path)
    assert all(problem.path == str(path) and problem.column for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("off", "off"),
        ("NO", "NO"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'null'", "null"),
        ("''", ""),
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("0", 0),
        ("0.5", 0.5),
        ("-0.25", -0.25),
        ("5.", "5."),
        (".5", ".5"),
        ("012", "012"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("1e3", "1e3"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("2026-11-21", "2026-11-21"),
        ("1_to_4", "1_to_4"),
        ("'5'", "5"),
        ('"5"', "5"),
        ("four s", "four s"),
        ("9" * 5000, "9" * 5000),
        ("[1, no, 'x']", [1, "no", "x"]),
        ("{yes: no}", {"yes": "no"}),
        ("{1: a, null: b}", {"1": "a", "null": "b"}),
        (">-\n    two\n    lines", "two lines"),
        ("|\n    5\n", "5\n"),
    ],
)
def test_a_scalar_is_text_unless_it_is_plainly_a_number_or_a_constant(text: str, value: object) -> None:
    found = read_text(f"a: {text}", "x.yaml").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_an_empty_file_holds_nothing() -> None:
    assert read_text("# nothing\n", "x.yaml").data is None


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read_file(path).data == {"a": 1, "b": 2}


def test_every_node_has_its_place() -> None:
    file = read_text("a: 1\nb:\n  - x\n  - {c: y}\nd: {e: z}\n", "x.yaml")
    assert file.place(("a",)) == (1, 4)
    assert file.place(("b",)) == (2, 1)
    assert file.place(("b", 1, "c")) == (4, 9)
    assert file.place(("d",)) == (5, 4)
    assert file.place(("d", "e")) == (5, 8)
    assert file.place(("b", 7, "nowhere")) == (2, 1)
    assert str(file.problem(("b", 1), "odd", "K100")) == "x.yaml:4:5: error K100: odd"


def test_a_missing_file_a_folder_and_other_encodings_are_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: Ödem".encode("latin-1"))
    assert problem_of(tmp_path / "missing.yaml") == ("Y003", 0)
    assert problem_of(tmp_path) == ("Y003", 0)
    assert problem_of(latin) == ("Y002", 0)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("a: " + "x" * MAX_BYTES, encoding="utf-8")
    assert problem_of(path) == ("Y001", 0)
    with pytest.raises(KnowledgeError, match="Y001"):
        read_text("a: " + "ä" * (MAX_BYTES // 2), "x.yaml")


def test_control_characters_are_told() -> None:
    for text in ("a: \x00", "a: \ud800"):
        with pytest.raises(KnowledgeError, match="Y004"):
            read_text(text, "x.yaml")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_does_not_end_the_process(opening: str) -> None:
    read_text(
        opening * (MAX_DEPTH - 1) + "x" + {"[": "]", "{a: ": "}"}.get(opening, "") * (MAX_DEPTH - 1), "x"
    )
    with pytest.raises(KnowledgeError, match="Y005"):
        read_text(opening * 50_000, "x.yaml")


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30))]
    with pytest.raises(KnowledgeError) as caught:
        read_text("\n".join(lines), "bomb.yaml")
    assert {problem.code for problem in caught.value.problems} == {"Y006"}
    assert caught.value.problems[0].line == 2


@given(st.text(max_size=200))
def test_any_text_is_read_or_told_of(text: str) -> None:
    try:
        read_text(text, "x.yaml")
    except KnowledgeError as error:
        assert error.problems


Words = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
Plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | Words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(Words, inner, max_size=4),
    max_leaves=12,
)


@given(Plain)
def test_what_json_writes_is_read_back(data: object) -> None:
    # JSON quotes every text, so that only the rule for bare numbers and constants decides
    text = json.dumps({"data": data})
    assert read_text(text, "x.yaml").data == {"data": data}
