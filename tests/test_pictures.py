"""The pictures of README.md and docs/tour.md: there, free of what does not belong in them, and drawn by the script."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from assistant.plain import render, render_typed

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
LARGEST = 120_000
"""Bytes of one picture."""


def script() -> ModuleType:
    """Return docs/pictures.py as a module."""
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pictures"] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


PICTURES = script()
DRAWING = sys.modules["docs.drawing"]
NAMES = sorted(PICTURES.PICTURES)


def shown() -> list[tuple[str, Path]]:
    """Return the words that stand for each picture on a page, with its file."""
    found = []
    for page in (ROOT / "README.md", ROOT / "docs" / "tour.md"):
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            found.append((" ".join(words.split()), page.parent / target))
    return found


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def words_of(svg: str) -> set[str]:
    """Return the words of a picture; numbers are left out, since they follow the knowledge."""
    return set(re.findall(r"[^\W\d]{3,}", " ".join(texts(svg))))


@pytest.fixture
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


# -- the pages


def test_the_pages_show_every_picture_and_no_other() -> None:
    assert {path.resolve() for _, path in shown()} == {FOLDER / f"{name}.svg" for name in NAMES}
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.svg" for name in NAMES}
    assert [path.stem for words, path in shown() if len(words) < 40] == []


def test_the_percents_told_of_a_picture_stand_in_it() -> None:
    for words, path in shown():
        drawn = " ".join(texts(path.read_text(encoding="utf-8")))
        assert [told for told in re.findall(r"\d+ %", words) if told not in drawn] == [], path.name


def test_the_line_by_line_dialog_is_what_the_program_says_today() -> None:
    found = re.search(r"^```console\n(.*?)^```$", TOUR, re.DOTALL | re.MULTILINE)
    assert found is not None
    interview = PICTURES.interview()
    interview.begin()
    for reply in PICTURES.CASE:
        interview.reply(reply)
    said = []
    for reply in re.findall(r"^> (.*)$", found[1], re.MULTILINE):
        said.append(render_typed(reply))
        said.extend(render(utterance) for utterance in interview.reply(reply))
    assert found[1] == "\n".join(said) + "\n"


def test_the_case_is_that_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^> (.*)$", readme, re.MULTILINE) == list(PICTURES.CASE)


# -- the files


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_fetches_nothing_and_tells_no_place(name: str) -> None:
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\s\"'<>]*", svg)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|@font-face|url\(|href|<script|<image", svg)
    assert not re.search(r"/(?:home|root|Users|tmp|work|var)/|[A-Z]:\\|~/", svg)
    assert len(svg.encode()) < LARGEST
    root = ET.fromstring(svg)
    assert root.findtext(f"{SVG}title") == PICTURES.PICTURES[name].title
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert ids == {f"{name}-title"}


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_as_long_as_its_columns(name: str) -> None:
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    columns, rows = PICTURES.PICTURES[name].size
    for element in ET.fromstring(svg).iter(f"{SVG}text"):
        x, length = int(element.get("x", "")), int(element.get("textLength", ""))
        assert length == len(element.text or "") * DRAWING.WIDE
        assert x % DRAWING.WIDE == 0 and x + length <= columns * DRAWING.WIDE
        assert int(element.get("y", "")) < rows * DRAWING.HIGH


# -- the script


@pytest.mark.usefixtures("plain_environment")
def test_the_script_draws_what_lies_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    PICTURES.main(["narrow"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["narrow.svg"]
    assert "narrow.svg" in capsys.readouterr().out
    drawn = (tmp_path / "narrow.svg").read_text(encoding="utf-8")
    kept = (FOLDER / "narrow.svg").read_text(encoding="utf-8")
    assert ET.fromstring(drawn).attrib == ET.fromstring(kept).attrib
    assert len(words_of(drawn) & words_of(kept)) > 0.8 * len(words_of(drawn) | words_of(kept))


@pytest.mark.usefixtures("plain_environment")
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_can_be_drawn(name: str) -> None:
    drawn = asyncio.run(PICTURES.draw(name))
    kept = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert ET.fromstring(drawn).attrib == ET.fromstring(kept).attrib
    common = len(words_of(drawn) & words_of(kept)) / len(words_of(drawn) | words_of(kept))
    assert common > 0.6, f"run `python docs/pictures.py {name}`"


def test_a_picture_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no picture moon"):
        PICTURES.main(["moon"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_bars_and_lines_are_drawn_above_what_lies_behind_them() -> None:
    from rich.segment import Segment
    from rich.style import Style

    row = [
        Segment("> EMH ", Style(bgcolor="#222222")),
        Segment("█▌", Style(color="#aaaaaa", bgcolor="#222222")),
    ]
    svg = DRAWING.Drawing("bars", "Bars", [row, [Segment("a─b", Style(color="#aaaaaa"))]]).svg("#000000")
    fills = [element.get("fill") for element in ET.fromstring(svg).iter(f"{SVG}path")]
    assert fills == ["#222222", "#aaaaaa"]
    assert texts(svg) == ["> EMH", "a", "b"]
