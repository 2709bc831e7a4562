"""The liver-lesion interview: public names, found on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.knowledge import Answer, KnowledgeBase, load_knowledge
    from assistant.session import Interview

__all__ = ["Answer", "Interview", "KnowledgeBase", "load_knowledge"]

_HOMES = {
    "Answer": "assistant.knowledge",
    "KnowledgeBase": "assistant.knowledge",
    "load_knowledge": "assistant.knowledge",
    "Interview": "assistant.session",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'assistant' has no attribute {name!r}")
