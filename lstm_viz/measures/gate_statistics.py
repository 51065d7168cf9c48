"""How open do the gates stand, and are they stuck?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_viz.measures.memory_shares import LEFT, RIGHT


@dataclass(frozen=True)
class Standing:
    """How numbers between 0 and 1 stand: their mean, the fractions under 0.1 and over 0.9."""

    mean: float
    shut: float
    open: float


def standing(values: np.ndarray) -> Standing:
    """How a gate stands, over all of its values."""
    return Standing(
        float(values.mean()), float((values < LEFT).mean()), float((values > RIGHT).mean())
    )
