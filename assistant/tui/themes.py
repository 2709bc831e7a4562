"""The colours: a dark and a light theme, and none at all for NO_COLOR."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="emh-dark",
    primary="#7fb4d8",
    secondary="#9db8c9",
    accent="#e0b46c",
    warning="#e8a24a",
    error="#f0857d",
    success="#8fc48a",
    foreground="#d8dde0",
    background="#14181b",
    surface="#1d2327",
    panel="#262d32",
    dark=True,
    variables={"quiet": "#8b989f", "rule": "#3a444a"},
)
LIGHT = Theme(
    name="emh-light",
    primary="#1f5f8b",
    secondary="#3f5d70",
    accent="#7f5200",
    warning="#9a5200",
    error="#ad1f1f",
    success="#2c6a2a",
    foreground="#1d2326",
    background="#fbfaf7",
    surface="#efede8",
    panel="#e4e1da",
    dark=False,
    variables={"quiet": "#5c666b", "rule": "#c4c0b6"},
)
_OWN = "ansi_default"
BARE = Theme(
    name="emh-bare",
    primary=_OWN,
    secondary=_OWN,
    accent=_OWN,
    warning=_OWN,
    error=_OWN,
    success=_OWN,
    foreground=_OWN,
    background=_OWN,
    surface=_OWN,
    panel=_OWN,
    boost=_OWN,
    ansi=True,
    variables={
        "quiet": _OWN,
        "rule": _OWN,
        "ansi-background": _OWN,
        "ansi-foreground": _OWN,
        "border-blurred": _OWN,
        "block-cursor-foreground": _OWN,
        "block-cursor-background": _OWN,
        "block-cursor-text-style": "reverse",
        "input-cursor-background": _OWN,
        "input-cursor-foreground": _OWN,
        "input-cursor-text-style": "reverse",
        "input-selection-background": _OWN,
        "input-selection-foreground": _OWN,
        "screen-selection-background": _OWN,
        "screen-selection-foreground": _OWN,
    },
)
"""The terminal's own colours and no other, for NO_COLOR."""
