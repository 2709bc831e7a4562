"""The sheet as JSON, with every number."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from assistant.report.sheet import sheet_of
from assistant.session import Interview

FORMAT = "emh-report"
VERSION = 1
"""Of the JSON form: a key keeps its meaning, further ones may come."""

DECIMALS = 6
"""As transcripts round probabilities."""


def render(interview: Interview) -> str:
    """Return the sheet of `interview` as one JSON object."""
    content = {"format": FORMAT, "version": VERSION, **asdict(sheet_of(interview))}
    return json.dumps(_rounded(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value
