"""How far predictions are from what came true, beside persistence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_viz.validation.numbers import grouped

Array = np.ndarray


@dataclass(frozen=True)
class Score:
    """Errors on the test part, in the target's own units: `model` and `persistence` are root mean
    squares, `mae` and `persistence_mae` mean absolute errors."""

    name: str
    model: float
    persistence: float
    loss: float  # of the training part, at the end
    seconds: float
    mae: float
    persistence_mae: float
    seed: int

    @property
    def sentence(self) -> str:
        """Who won; true of this run."""
        winner = self.name if self.model < self.persistence else "Persistence"
        return (
            f"Test RMSE: {self.name} {grouped(self.model)}, persistence (tomorrow = today)"
            f" {grouped(self.persistence)}. {winner} wins."
        )


def rmse(one: Array, other: Array) -> float:
    """Root of the mean squared difference."""
    return float(np.sqrt(np.mean((one - other) ** 2)))


def mae(one: Array, other: Array) -> float:
    """The mean absolute difference."""
    return float(np.mean(np.abs(one - other)))
