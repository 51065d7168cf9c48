"""The stacked-LSTM tutorial: 50 steps of a damped sine in, the next 5 out."""

from __future__ import annotations

import numpy as np

from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.prices import layers
from lstm_viz.learning.recipes.recipe import Settings, make_model
from lstm_viz.network.build import Plan, dense

SEQUENCES, FRESH, AHEAD = 10_000, 1000, 5
DAMPED_SINE = Settings(
    window=50,
    hidden=(20, 20),
    loss="mae",
    optimiser="keras-adam",
    rate=1e-3,
    batch=10,
    epochs=1,
    start="keras",
    biases=2,
)
WHAT = "50 steps of a damped sine to the next 5; two LSTM layers of 20; one epoch of 10,000"


def damped_sines(
    count: int, steps: int, rng: np.random.Generator, ahead: int = AHEAD
) -> tuple[np.ndarray, np.ndarray]:
    """½ + ½ sin(2πt / period) e^(−decay t): (count, steps, 1) and what follows, (count, ahead).

    The period is a whole number from 10 to 20, the decay from 0.01 to 0.1.
    """
    period = rng.integers(10, 21, (count, 1))
    decay = rng.uniform(0.01, 0.1, (count, 1))
    t = np.arange(steps + ahead)
    series = 0.5 + 0.5 * np.sin(2 * np.pi * t / period) * np.exp(-decay * t)
    return series[:, :steps, None], series[:, steps:]


def plans(settings: Settings) -> list[Plan]:
    """LSTM layers and Dense(5)."""
    return [*layers(settings, settings.the_cell()), dense(AHEAD)]


def sine_model(settings: Settings) -> Model:
    """A fresh model."""
    return make_model("damped-sine", settings, plans(settings), 1)


def training_set(settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """The sequences of a seed."""
    return damped_sines(SEQUENCES, settings.window, np.random.default_rng([settings.seed, 6]))


def fresh_set(settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Sequences that were not trained on."""
    return damped_sines(FRESH, settings.window, np.random.default_rng([settings.seed, 7]))


def persistence(inputs: np.ndarray, targets: np.ndarray) -> float:
    """The mean absolute error of saying that the last value goes on."""
    return float(np.abs(inputs[:, -1] - targets).mean())
