"""The knowledge as an earlier start read and checked it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast, get_type_hints

from assistant import cache
from assistant.knowledge.conditions import Advice
from assistant.knowledge.model import KnowledgeBase

_NAME = "knowledge"


def stored_knowledge(sha256: str) -> KnowledgeBase | None:
    """Return the knowledge whose files have this digest; None where no start has kept it."""
    # field by field, since KnowledgeBase names Advice, which its module cannot import
    fields = get_type_hints(KnowledgeBase, localns={"Advice": Advice})
    shape = cast(Any, tuple[tuple(fields.values())])  # type: ignore[misc]
    values: tuple[Any, ...] | None = cache.kept(_NAME, _key(sha256), shape)
    return KnowledgeBase(*values) if values is not None else None


def store_knowledge(knowledge: KnowledgeBase) -> None:
    """Keep knowledge that was read without a problem."""
    fields = KnowledgeBase.__dataclass_fields__
    cache.keep(_NAME, _key(knowledge.sha256), [getattr(knowledge, name) for name in fields])


def _key(sha256: str) -> str | None:
    return cache.key_of(sha256, Path(__file__).parent)
