"""load_knowledge: what it links, and that it tells every problem at its place."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import pytest

from assistant.errors import KnowledgeError
from assistant.knowledge import Condition, Kind, Phrase, Span, load_knowledge, parse_answer, read_condition
from assistant.knowledge.problems import CODES
from assistant.yamlfile import YamlFile, read_file, read_text

HERE = Path(__file__).parent
MINI = HERE / "data" / "mini"
BAD = sorted(path for path in (HERE / "bad" / "knowledge").iterdir() if path.is_dir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small knowledge folder, to be broken."""
    return Path(shutil.copytree(MINI, tmp_path / "knowledge"))


def problems(folder: Path) -> list[tuple[str, str, int]]:
    """Return (path, code, line) of every problem of a folder."""
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    found = caught.value.problems
    assert all(problem.severity == "error" and problem.code in CODES for problem in found)
    return [(problem.path, problem.code, problem.line) for problem in found]


def replace_text(path: Path, old: str, new: str) -> None:
    """Replace the one `old` in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("bad", BAD, ids=lambda path: path.name)
def test_a_bad_folder_raises_what_the_first_comment_names(bad: Path, folder: Path) -> None:
    (broken,) = bad.rglob("*.yaml")
    first = broken.read_text(encoding="utf-8").split("\n", 1)[0]
    named = [(code, int(line)) for code, line in re.findall(r"([A-Z]\d{3}) line (\d+)", first)]
    shutil.copytree(bad, folder, dirs_exist_ok=True)
    path = broken.relative_to(bad).as_posix()
    assert problems(folder) == [(path, code, line) for code, line in named]


def test_every_code_of_the_loader_is_raised_by_some_bad_folder() -> None:
    first_lines = [next(bad.rglob("*.yaml")).read_text(encoding="utf-8").split("\n", 1)[0] for bad in BAD]
    raised = {code for line in first_lines for code in re.findall(r"K\d{3}", line)}
    about_whole_files = {"K101", "K102"}
    assert raised | about_whole_files == {code for code in CODES if code.startswith("K1")}


def test_missing_files_are_all_told(folder: Path) -> None:
    names = ["cues.yaml", "diagnoses/other.yaml", "model.yaml", "ordinary_words.txt", "tests.yaml"]
    for name in names:
        (folder / name).unlink()
    assert problems(folder) == [(name, "K101", 0) for name in names]


def test_missing_sources_or_findings_are_not_told_again_wherever_they_are_named(folder: Path) -> None:
    (folder / "sources.yaml").unlink()
    shutil.rmtree(folder / "findings")
    assert problems(folder) == [("findings/*.yaml", "K101", 0), ("sources.yaml", "K101", 0)]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "nowhere") == [(str(tmp_path / "nowhere"), "K101", 0)]


@pytest.mark.parametrize(
    "name", ["advise.yaml", "diagnoses/hcc.yml", "diagnoses/rare/hcc.yaml", "more/x.yaml"]
)
def test_a_yaml_file_that_nothing_reads_is_told(name: str, folder: Path) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("schema_version: 1\n", encoding="utf-8")
    assert problems(folder) == [(name, "K102", 0)]


def test_problems_of_several_files_come_together_in_order(folder: Path) -> None:
    replace_text(folder / "tests.yaml", "burden: 2", "burden: 9")
    replace_text(folder / "diagnoses" / "emh.yaml", "adult: 0.7", "adult: 0.9")
    replace_text(
        folder / "diagnoses" / "other.yaml", "grade: D, sources: [], reasoning", "grade: Z, reasoning"
    )
    (folder / "ordinary_words.txt").write_bytes(b"caf\xe9\n")
    assert problems(folder) == [
        ("diagnoses/emh.yaml", "K111", 13),
        ("diagnoses/other.yaml", "K105", 8),
        ("ordinary_words.txt", "Y002", 0),
        ("tests.yaml", "K115", 5),
    ]


def test_a_broken_finding_is_not_told_again_in_every_diagnosis(folder: Path) -> None:
    replace_text(folder / "findings" / "patient.yaml", "question: Known malignancy?\n", "query: What?\n")
    assert {(path, code) for path, code, _ in problems(folder)} == {
        ("findings/patient.yaml", "K104"),
        ("findings/patient.yaml", "K105"),
    }


def test_a_finding_left_out_takes_all_rows_of_other() -> None:
    knowledge = load_knowledge(MINI)
    emh, other = knowledge.diagnoses["emh"], knowledge.diagnoses["other"]
    assert list(emh.rows) == ["age", "malignancy", "gcsf", "sites", "afp"]
    assert emh.rows["gcsf"].p == other.rows["gcsf"].p
    assert emh.context_rows["gcsf", "leukemia"].p == {"yes": 0.6, "no": 0.4}
    assert (emh.rows["gcsf"].line, other.rows["gcsf"].line) == (0, 14)


def test_a_context_left_out_takes_no_row(folder: Path) -> None:
    row = "  gcsf: {p: {'yes': 0.3, 'no': 0.7}, grade: D, sources: []}\n"
    path = folder / "diagnoses" / "emh.yaml"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    emh = load_knowledge(folder).diagnoses["emh"]
    assert emh.rows["gcsf"].p == {"yes": 0.3, "no": 0.7}
    # the engine falls back on the diagnosis's own base row, not on the context row of other
    assert not emh.context_rows


def test_a_diagnosis_is_added_by_one_file(folder: Path) -> None:
    text = (folder / "diagnoses" / "emh.yaml").read_text(encoding="utf-8")
    rows = text.index("rows:")
    added = text[:rows].replace("id: emh", "id: hcc") + "rows: {}\n"
    (folder / "diagnoses" / "hcc.yaml").write_text(added, encoding="utf-8")
    knowledge = load_knowledge(folder)
    assert list(knowledge.diagnoses) == ["emh", "hcc", "other"]
    assert knowledge.diagnoses["hcc"].rows["age"].p == knowledge.diagnoses["other"].rows["age"].p


def test_a_row_tells_its_file_and_line() -> None:
    emh = load_knowledge(MINI).diagnoses["emh"]
    lines = (MINI / emh.file).read_text(encoding="utf-8").splitlines()
    for name, row in emh.rows.items():
        assert not row.line or lines[row.line - 1].startswith(f"  {name}:")
    assert (emh.rows["age"].grade, emh.rows["age"].n, emh.rows["age"].sources) == ("B", 20, ("cohort",))
    assert emh.rows["age"].note == "Twenty patients."


def test_a_finding_carries_its_words() -> None:
    findings = load_knowledge(MINI).findings
    malignancy = findings["malignancy"]
    either = frozenset({"solid_tumour", "leukemia"})
    assert malignancy.lexicon.phrases == (
        Phrase("never had cancer", frozenset({"none"})),
        Phrase("clear", frozenset({"none"}), if_asked=True),
        Phrase("carcinoma", frozenset({"solid_tumour"})),
        Phrase("sarcoma", frozenset({"solid_tumour"})),
        Phrase("AML", frozenset({"leukemia"})),
        Phrase("cancer", either),
        Phrase("some", either, if_asked=True),
    )
    assert findings["age"].lexicon.phrases == (Phrase("newborn", number=0),)
    assert findings["age"].lexicon.measures == ("years old",)
    assert findings["gcsf"].lexicon.signs == ("g-csf",)
    (lab,) = findings["afp"].lexicon.labs
    assert lab.bands == ((0, 10, "normal"), (10, 20, None), (20, inf, "raised"))
    assert lab.alternative_units == {"IU/mL": 1.21}


def test_a_finding_carries_its_shape() -> None:
    findings = load_knowledge(MINI).findings
    assert list(findings) == ["age", "malignancy", "gcsf", "sites", "afp", "bleeding"]
    assert {name: finding.group for name, finding in findings.items()}["afp"] == "liver"
    age, sites, gcsf = findings["age"], findings["sites"], findings["gcsf"]
    assert (age.kind, age.unit, age.value_ids, age.plausible) == (
        Kind.QUANTITY,
        "years",
        ("child", "adult"),
        (0, 110),
    )
    assert (sites.kind, sites.exclusive, sites.negative) == (Kind.MULTIPLE, "none", "none")
    assert [value.name for value in sites.values] == ["none", "spleen", "spine or mediastinum"]
    assert (gcsf.positive, gcsf.negative) == ("yes", "no")
    assert gcsf.gate == {"malignancy": frozenset({"solid_tumour", "leukemia"})}
    assert [context.id for context in gcsf.contexts] == ["leukemia", "solid_tumour"]
    assert not findings["bleeding"].informative


def test_the_rest_is_linked() -> None:
    knowledge = load_knowledge(MINI)
    assert knowledge.version == "1"
    assert knowledge.model.certainty == ((0.5, "likely"), (-inf, "unlikely"))
    assert (knowledge.model.draws, knowledge.model.spread["B"]) == (100, 0.5)
    assert knowledge.counted_once[0].when == {"malignancy": frozenset({"leukemia"})}
    assert knowledge.populations["oncology"].factors == {"ill": 3}
    assert knowledge.groups["well"].causes == {"emh": 0.3, "other": 0.7}
    assert knowledge.tests["blood"].sources == ("review",)
    assert knowledge.sources["cohort"].citation == "Doe J. A cohort. J. 2020. doi:10.1/x"
    assert knowledge.cues == {"negation": {"before": ["no", "not"]}}
    assert knowledge.ordinary_words == {"about", "above"}
    assert [advice.id for advice in knowledge.advice] == ["always", "child", "either"]


def test_the_digest_follows_every_byte_and_name(folder: Path) -> None:
    before = load_knowledge(folder).sha256
    assert before == load_knowledge(MINI).sha256
    with (folder / "ordinary_words.txt").open("a", encoding="utf-8") as file:
        file.write("after\n")
    words = load_knowledge(folder).sha256
    (folder / "findings" / "liver.yaml").rename(folder / "findings" / "zebra.yaml")
    assert len({before, words, load_knowledge(folder).sha256}) == 3


def test_importing_the_knowledge_loads_neither_yaml_nor_msgspec() -> None:
    probe = "import sys, assistant.knowledge; print({'yaml', 'msgspec', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "set()"


def condition(text: str) -> Condition:
    """Return the condition spelled by `text`, over the small knowledge."""
    knowledge = load_knowledge(MINI)
    file = read_text(f"when: {text}", "script.yaml")
    return read_condition(file.data["when"], file, ("when",), knowledge.findings, knowledge.diagnoses)


def test_a_condition_takes_every_word() -> None:
    assert condition("{always: true}") == Condition()
    assert condition("{gcsf: ['yes', no]}") == Condition(values={"gcsf": frozenset({"yes", "no"})})
    assert condition("{age: {from: 2, below: 18}}") == Condition(spans={"age": Span(2, 18)})
    assert condition("{age: {from: 2}}") == Condition(spans={"age": Span(2, inf)})
    assert condition("{age: {below: 2.5}}") == Condition(spans={"age": Span(-inf, 2.5)})
    assert condition("{answered: [age], unanswered: [gcsf, afp]}") == Condition(
        answered=("age",), unanswered=("gcsf", "afp")
    )
    assert condition("{leading: [emh], probability: {other: 0.1}}") == Condition(
        leading=("emh",), probability={"other": 0.1}
    )
    nested = condition("{any: [{afp: [raised]}, {any: [{leading: [emh]}]}], not: {answered: [age]}}")
    assert nested == Condition(
        any_of=(
            Condition(values={"afp": frozenset({"raised"})}),
            Condition(any_of=(Condition(leading=("emh",)),)),
        ),
        none_of=(Condition(answered=("age",)),),
    )
    assert condition("{not: [{leading: [emh]}, {answered: [age]}]}").none_of == (
        Condition(leading=("emh",)),
        Condition(answered=("age",)),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("always", "a condition is a mapping"),
        ("{always: true, leading: [emh]}", "always stands alone"),
        ("{gscf: ['yes']}", "there is no finding 'gscf'; did you mean 'gcsf'?"),
        ("{unansered: [age]}", "there is no finding 'unansered'; did you mean 'unanswered'?"),
        ("{gcsf: [maybe]}", "gcsf has no value 'maybe': it takes yes, no"),
        ("{gcsf: 'yes'}", "gcsf takes a list of its values"),
        ("{gcsf: []}", "gcsf takes a list of its values"),
        ("{gcsf: [{a: 1}]}", "gcsf has no value {'a': 1}"),
        ("{age: 5}", "age is a quantity"),
        ("{age: {from: old}}", "age is a quantity"),
        ("{age: {from: 5, below: 5}}", "from 5 is not below 5"),
        ("{leading: emh}", "leading takes a list of diagnoses"),
        ("{leading: [{a: 1}]}", "there is no diagnosis {'a': 1}"),
        ("{answered: []}", "answered takes a list of findings"),
        ("{probability: 0.1}", "probability is a mapping"),
        ("{probability: {emh: true}}", "between 0 and 1"),
        ("{any: {afp: [raised]}}", "any takes a list of conditions"),
        ("{not: always}", "not takes a list of conditions"),
        ("{any: [{any: [{not: [{afp: [rased]}]}]}]}", "did you mean 'raised'?"),
    ],
)
def test_a_malformed_condition_is_told(text: str, told: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        condition(text)
    assert told in caught.value.problems[0].message
    assert caught.value.problems[0].code in {"K107", "K118"}
    assert (caught.value.problems[0].path, caught.value.problems[0].line) == ("script.yaml", 1)


def test_all_problems_of_a_condition_come_together() -> None:
    with pytest.raises(KnowledgeError) as caught:
        condition("{gscf: ['yes'], leading: [ehm], any: [{age: 3}, {afp: [high]}]}")
    assert len(caught.value.problems) == 4


def test_advice_holds_as_it_is_spelled() -> None:
    knowledge = load_knowledge(MINI)
    either = next(advice.when for advice in knowledge.advice if advice.id == "either")
    answers = {
        name: parse_answer(knowledge.findings[name], spelled)
        for name, spelled in {"gcsf": "yes", "malignancy": "solid_tumour"}.items()
    }
    assert either.holds(answers, {"emh": 0.2, "other": 0.8})
    assert not either.holds({}, {"emh": 0.2, "other": 0.8})
    assert either.holds({}, {"emh": 0.6, "other": 0.4})


def test_a_file_without_places_still_names_itself() -> None:
    file = YamlFile("x.yaml", {"when": 5})
    with pytest.raises(KnowledgeError, match=r"x\.yaml:1:1: error K118"):
        read_condition(5, file, ("when",), {}, ())


ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2.5,
    10**12,
    "",
    "emh",
    "none",
    [],
    [[]],
    ["x", 1],
    {},
    {"a": {"b": 1}},
)


def mutated(data: Any, random: Random) -> Any:
    """Return `data` with one node, somewhere, dropped, renamed, doubled or replaced by something odd."""
    if isinstance(data, dict) and data and random.random() < 0.9:
        name = random.choice(list(data))
        rest = {key: value for key, value in data.items() if key != name}
        chance = random.random()
        if chance < 0.1:
            return rest
        if chance < 0.2:
            return {**rest, f"{name}s": data[name]}
        return {**data, name: mutated(data[name], random)}
    if isinstance(data, list) and data and random.random() < 0.9:
        place = random.randrange(len(data))
        if random.random() < 0.2:
            return [*data, data[place]]
        return [*data[:place], mutated(data[place], random), *data[place + 1 :]]
    return random.choice(ODD)


@pytest.mark.parametrize("name", sorted(path.relative_to(MINI).as_posix() for path in MINI.rglob("*.yaml")))
def test_no_mutilation_gets_past_the_reader_as_anything_but_a_problem(name: str, folder: Path) -> None:
    random = Random(name)
    whole = read_file(MINI / name).data
    told = 0
    for _ in range(60):
        # JSON is YAML, and quotes every text
        (folder / name).write_text(json.dumps(mutated(whole, random)), encoding="utf-8")
        try:
            load_knowledge(folder)
        except KnowledgeError as error:
            told += 1
            assert {problem.severity for problem in error.problems} == {"error"}
    assert told > 10 or name == "cues.yaml"
