"""How sure a probability is in words, and how it is shown."""

from __future__ import annotations

import math

from assistant.knowledge import Model


def certainty_word(model: Model, probability: float) -> str:
    """Return the word of the certainty scale; a probability takes the first bound it exceeds."""
    return next((word for bound, word in model.certainty if probability > bound), model.certainty[-1][1])


def points(before: float, now: float) -> int:
    """Return the change between two probabilities in percentage points, of the figures that are shown."""
    return _shown(now) - _shown(before)


def _shown(probability: float) -> int:
    """Return the figure that is shown; `<1 %` counts as 0 and `>99 %` as 100."""
    return 0 if probability < 0.01 else 100 if probability > 0.99 else _whole(probability)


def _whole(probability: float) -> int:
    return math.floor(probability * 100 + 0.5)


def percent(probability: float) -> str:
    """Return a probability as whole percent; below 1 % as `<1 %`, above 99 % as `>99 %`."""
    if probability < 0.01:
        return "<1 %"
    if probability > 0.99:
        return ">99 %"
    return f"{_whole(probability)} %"
