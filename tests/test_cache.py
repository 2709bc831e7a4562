"""The cache: what it gives back is what was put in, and anything else counts for nothing."""

from __future__ import annotations

import dataclasses
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant import cache
from assistant.errors import KnowledgeError
from assistant.knowledge import KnowledgeBase, Phrase, load_knowledge
from assistant.knowledge.loader import WORDS_FILE
from assistant.locations import cache_folder, knowledge_folder
from assistant.understanding import Interpreter
from assistant.understanding import lexicon as lexicon_module

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty cache folder of this test; it is not there yet."""
    folder = tmp_path / "cache" / "emh"
    monkeypatch.setenv("EMH_CACHE", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small knowledge folder."""
    return Path(shutil.copytree(MINI, tmp_path / "knowledge"))


def no_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it a failure to read any YAML."""

    def refuse(*arguments: object) -> None:
        raise AssertionError("YAML is read")

    monkeypatch.setattr("assistant.yamlfile.read_file", refuse)


def only_file(store: Path) -> Path:
    (file,) = store.iterdir()
    return file


def assert_alike(one: Any, other: Any) -> None:
    """Fail unless both are equal, of the same types and in the same order throughout."""
    assert type(one) is type(other)
    if dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            assert_alike(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, Mapping):
        assert list(one) == list(other)
        for key in one:
            assert_alike(one[key], other[key])
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for mine, its in zip(one, other, strict=True):
            assert_alike(mine, its)
    else:
        assert one == other


# -- knowledge


@pytest.mark.parametrize("path", [MINI, knowledge_folder()], ids=["mini", "shipped"])
def test_knowledge_from_the_cache_is_that_of_the_files(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = load_knowledge(path)
    no_yaml(monkeypatch)
    stored = load_knowledge(path)
    assert stored is not read
    assert stored == read
    assert_alike(stored, read)


@pytest.mark.parametrize("file", ["tests.yaml", "findings/patient.yaml", "diagnoses/emh.yaml", WORDS_FILE])
def test_an_edited_file_is_read_at_once(file: str, folder: Path) -> None:
    before = load_knowledge(folder)
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + "# nothing changed but this line\n", encoding="utf-8")
    edited = load_knowledge(folder)
    assert edited.sha256 != before.sha256
    path.write_text(path.read_text(encoding="utf-8") + "nonsense: {\n", encoding="utf-8")
    if file == WORDS_FILE:
        assert "nonsense: {" in load_knowledge(folder).ordinary_words
        return
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert caught.value.problems[0].path == file


def test_a_file_that_nothing_reads_is_told_beside_a_cache(folder: Path) -> None:
    load_knowledge(folder)
    (folder / "hcc.yml").write_text("", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="nothing reads this file"):
        load_knowledge(folder)


def test_faulty_knowledge_is_not_kept(folder: Path, store: Path) -> None:
    (folder / "model.yaml").write_text("schema_version: 1\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(KnowledgeError) as caught:
            load_knowledge(folder)
        assert {problem.path for problem in caught.value.problems} == {"model.yaml"}
    assert not store.exists()


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.knowledge import rule_reader

    read_sources = rule_reader.read_sources

    def edit_and_read(*arguments: Any) -> Any:
        (folder / WORDS_FILE).write_text("edited\n", encoding="utf-8")
        return read_sources(*arguments)

    monkeypatch.setattr(rule_reader, "read_sources", edit_and_read)
    assert load_knowledge(folder).ordinary_words == {"edited"}
    assert not store.exists()


# -- phrases


def phrases_of(knowledge: KnowledgeBase) -> dict[str, list[lexicon_module.Entry]]:
    return Interpreter(knowledge).lexicon._entries


def test_phrases_from_the_cache_are_those_of_the_knowledge(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = load_knowledge()
    made = Interpreter(knowledge).lexicon
    monkeypatch.setattr(lexicon_module, "entries_of", None)
    found = Interpreter(knowledge).lexicon
    assert_alike(found._entries, made._entries)
    assert (found.known, found._longest, found._by_letter) == (made.known, made._longest, made._by_letter)


def test_a_phrase_that_a_program_puts_in_is_found(store: Path) -> None:
    knowledge = load_knowledge(MINI)
    phrases_of(knowledge)
    finding = knowledge.findings["gcsf"]
    words = dataclasses.replace(finding.lexicon, phrases=(Phrase("a new drug", frozenset(["yes"])),))
    findings = {**knowledge.findings, "gcsf": dataclasses.replace(finding, lexicon=words)}
    changed = dataclasses.replace(knowledge, findings=findings)
    assert changed.sha256 == knowledge.sha256
    assert "newdrug" in phrases_of(changed)
    assert "newdrug" not in phrases_of(knowledge)


# -- the files


def test_only_the_owner_reads_what_is_kept(store: Path) -> None:
    mask = os.umask(0)
    try:
        load_knowledge(MINI)
    finally:
        os.umask(mask)
    assert store.stat().st_mode & 0o777 == 0o700
    assert only_file(store).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        lambda content: b"{}",
    ],
    ids=["empty", "half", "cut", "longer", "one bit", "foreign"],
)
def test_a_damaged_file_counts_for_nothing(damage: Any, store: Path) -> None:
    read = load_knowledge(MINI)
    file = only_file(store)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert load_knowledge(MINI) == read
    assert len(file.read_bytes()) == len(whole)


def test_a_value_of_another_type_counts_for_nothing(store: Path) -> None:
    key = cache.key_of("anything", Path(cache.__file__).parent)
    cache.keep("numbers", key, [1, 2])
    assert cache.kept("numbers", key, list[int]) == [1, 2]
    assert cache.kept("numbers", key, list[str]) is None
    assert cache.kept("others", key, list[int]) is None


def test_a_file_that_others_may_write_counts_for_nothing(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = cache.key_of("anything", Path(cache.__file__).parent)
    cache.keep("numbers", key, [1, 2])
    only_file(store).chmod(0o620)
    assert cache.kept("numbers", key, list[int]) is None
    only_file(store).chmod(0o600)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert cache.kept("numbers", key, list[int]) is None


def test_a_folder_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = load_knowledge(MINI)
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    for name in (str(blocked), str(blocked / "below"), "/proc/nowhere", "~nobody-of-this-name/cache"):
        monkeypatch.setenv("EMH_CACHE", name)
        assert load_knowledge(MINI) == read
    assert blocked.read_text(encoding="utf-8") == ""


def test_a_write_that_fails_leaves_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    assert load_knowledge(MINI).diagnoses
    assert not list(store.iterdir())


@pytest.mark.parametrize("unfit", ["\ud800", 10**30, object()], ids=["surrogate", "large", "object"])
def test_a_value_that_cannot_be_kept_is_not(unfit: object, store: Path) -> None:
    code = Path(cache.__file__).parent
    assert cache.key_of(unfit, code) is None
    cache.keep("values", cache.key_of("anything", code), unfit)
    assert not store.exists()


def test_old_files_go(store: Path) -> None:
    code = Path(cache.__file__).parent
    cache.keep("others", cache.key_of(0, code), 0)
    for number in range(cache.KEPT + 3):
        cache.keep("numbers", cache.key_of(number, code), number)
    assert len(list(store.glob("numbers-*"))) == cache.KEPT
    assert cache.kept("numbers", cache.key_of(cache.KEPT + 2, code), int) == cache.KEPT + 2
    assert cache.kept("numbers", cache.key_of(0, code), int) is None
    assert cache.kept("others", cache.key_of(0, code), int) == 0


def test_the_key_changes_with_the_value_and_with_the_code(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("a = 1\n", encoding="utf-8")
    before = cache.key_of(("value", frozenset("abc")), tmp_path)
    assert before == cache.key_of(("value", frozenset("cba")), tmp_path)
    assert before != cache.key_of(("value", frozenset("ab")), tmp_path)
    (tmp_path / "module.py").write_text("a = 2\n", encoding="utf-8")
    assert before != cache.key_of(("value", frozenset("abc")), tmp_path)


def test_the_key_is_the_same_in_another_process(store: Path) -> None:
    # sets have another order in each process
    probe = (
        "from assistant.knowledge import load_knowledge; from assistant.understanding import Interpreter;"
        f"Interpreter(load_knowledge(__import__('pathlib').Path({str(MINI)!r})))"
    )
    for seed in ("1", "2", "3"):
        subprocess.run([sys.executable, "-c", probe], env=os.environ | {"PYTHONHASHSEED": seed}, check=True)
    assert len(list(store.glob("phrases-*"))) == len(list(store.glob("knowledge-*"))) == 1


def test_the_collector_runs_on_afterwards() -> None:
    with cache.collector_at_rest():
        assert not gc.isenabled()
        with cache.collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_folder_is_the_one_named_or_the_one_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMH_CACHE", "~/elsewhere")
    assert cache_folder() == Path.home() / "elsewhere"
    monkeypatch.delenv("EMH_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "emh"
