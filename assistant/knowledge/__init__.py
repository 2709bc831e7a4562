"""What is known: the model, its reader, answers and conditions over them."""

from assistant.knowledge.answers import Answer, State, parse_answer
from assistant.knowledge.condition_reader import read_condition
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
