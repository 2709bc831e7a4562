"""Every claim of the founding reports is shown somewhere, and docs/claims.md says where."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from assistant.knowledge import load_knowledge

ROOT = Path(__file__).resolve().parent.parent


def load_generator() -> Any:
    """Return docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = load_generator()
CLAIMS = [
    pytest.param(claim, places, id=claim["id"]) for claim, places in GENERATE.shown_claims(load_knowledge())
]


def test_all_claims_are_looked_at() -> None:
    assert len(CLAIMS) == 88


@pytest.mark.parametrize(("claim", "places"), CLAIMS)
def test_a_claim_is_shown(claim: dict[str, Any], places: tuple[str, ...]) -> None:
    assert places
    how = claim["how"]
    if any(word in how for word in ("note", "help text", "definition")):
        assert any(place.startswith('"') or place.startswith("advice") for place in places)
    if how.startswith("case"):
        assert any(place.startswith("case ") for place in places)
    if how.startswith("table"):
        assert any(place.startswith("table ") for place in places)
    for name in claim.get("advice", ()):
        assert any(place.startswith(f"advice `{name}`") for place in places)


def test_lost_words_are_told() -> None:
    with pytest.raises(LookupError, match="does not say"):
        GENERATE._words("knowledge/advice.yaml", "words that stand nowhere")


def test_the_page_is_fresh() -> None:
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert page == GENERATE.claims_page(load_knowledge()), "run `python docs/generate.py claims`"
