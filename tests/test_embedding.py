"""docs/embedding.md: its examples run in order, as one program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "embedding.md"


def test_the_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for found in re.finditer(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        # blank lines in front, so that a traceback names the line of the page
        above = "\n" * text.count("\n", 0, found.start(1))
        exec(compile(above + found[1], str(PAGE), "exec"), names)
    assert names["interview"].answers["gcsf"].plain() == "yes"
    assert names["interview"].answers["marrow_disorder"].plain() == "mds"
    assert names["reading"].accepted["gcsf"].plain() == "yes"
    assert names["again"].answers == {
        name: names["interview"].answers[name] for name in ("age", "sex", "marrow_disorder", "transfusions")
    }
    assert "emh" in capsys.readouterr().out
