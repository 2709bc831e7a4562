"""What follows from the answers; numpy is loaded with the first differential, not with this folder."""

from assistant.inference.advice import advice, alerts
from assistant.inference.certainty import certainty_word, percent, points
from assistant.inference.differential import Differential, Factor, differential
from assistant.inference.population import prior
from assistant.inference.reading import holds, values_said
from assistant.inference.reasons import Evidence, Reason, evidence_for, reasons
from assistant.inference.selection import (
    Gain,
    TestOffer,
    gains,
    leader_can_change,
    narrowing_gains,
    next_tests,
)

__all__ = [
    "Differential",
    "Evidence",
    "Factor",
    "Gain",
    "Reason",
    "TestOffer",
    "advice",
    "alerts",
    "certainty_word",
    "differential",
    "evidence_for",
    "gains",
    "holds",
    "leader_can_change",
    "narrowing_gains",
    "next_tests",
    "percent",
    "points",
    "prior",
    "reasons",
    "values_said",
]
