"""What is known: the model, its reader, answers and conditions over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.knowledge.answers import Answer, State, parse_answer
from assistant.knowledge.conditions import Advice, Condition, Span
from assistant.knowledge.loader import load_knowledge
from assistant.knowledge.model import (
    Band,
    Basis,
    Context,
    CountedOnce,
    Diagnosis,
    Finding,
    Kind,
    KnowledgeBase,
    Lab,
    Lexicon,
    Model,
    PatientGroup,
    Phrase,
    Population,
    Row,
    Source,
    Test,
    Value,
)

if TYPE_CHECKING:
    from assistant.knowledge.condition_reader import read_condition

__all__ = [
    "Advice",
    "Answer",
    "Band",
    "Basis",
    "Condition",
    "Context",
    "CountedOnce",
    "Diagnosis",
    "Finding",
    "Kind",
    "KnowledgeBase",
    "Lab",
    "Lexicon",
    "Model",
    "PatientGroup",
    "Phrase",
    "Population",
    "Row",
    "Source",
    "Span",
    "State",
    "Test",
    "Value",
    "load_knowledge",
    "parse_answer",
    "read_condition",
]


def __getattr__(name: str) -> object:
    # the reader brings yaml along, which a start that finds its knowledge kept does not need
    if name == "read_condition":
        from assistant.knowledge.condition_reader import read_condition

        return read_condition
    raise AttributeError(f"module 'assistant.knowledge' has no attribute {name!r}")
