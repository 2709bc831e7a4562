"""What was typed, made safe to show."""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset(["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"])
"""Unicode categories that could steer a terminal or hide words."""


def plain(text: str) -> str:
    """Return typed text on one line, without control, bidi and zero-width characters."""
    shown = "".join(" " if unicodedata.category(sign) in _HIDDEN else sign for sign in text)
    return " ".join(shown.split())
