"""The stacked-LSTM tutorial: 50 steps of a damped sine in, the next 5 out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.learning.history import Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.prices import layers
from lstm_viz.learning.recipes.recipe import SMALL, RecipeSettings
from lstm_viz.learning.resume import Resumable
from lstm_viz.learning.snapshot import Baseline, Facts, Sample
from lstm_viz.learning.watched import Example, window
from lstm_viz.network.build import dense
from lstm_viz.validation.names import count

NAME = "damped-sine"
SEQUENCES, FRESH, AHEAD = 10_000, 1000, 5
DAMPED_SINE = RecipeSettings(
    window=50,
    hidden=(20, 20),
    loss="mae",
    optimiser="keras-adam",
    batch=10,
    epochs=1,
    start="keras",
    biases=2,
)


def what(settings: RecipeSettings) -> str:
    """`50 steps of a damped sine to the next 5; lstm layers of 20 and 20 units; …`."""
    return (
        f"{count(settings.window, 'step')} of a damped sine to the next {AHEAD}; {settings.cell} of"
        f" {settings.network}; {count(settings.epochs, 'epoch')} of {SEQUENCES:,}"
    )


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


class SineTraining(Resumable):
    """One seed of the tutorial: iterate for `Progress`, then ask for the error.

    With `first` its facts are all told; without it the seed alone.
    """

    title = NAME

    def __init__(
        self, settings: RecipeSettings, first: bool = True, model: Model | None = None
    ) -> None:
        self.settings, self.first, self.what = settings, first, what(settings)
        plans = [*layers(settings, settings.the_cell()), dense(AHEAD)]
        self.take_up(model, settings.fresh(plans, 1))
        self.inputs, self.targets = damped_sines(SEQUENCES, settings.window, self._chance(6))
        self.fresh = damped_sines(FRESH, settings.window, self._chance(7))  # not trained on
        self.each = -(-len(self.inputs) // settings.batch)  # updates in an epoch
        self.total = settings.epochs * self.each - self.model.updates
        self.every = max(1, self.total // 5)
        x, y = self.fresh
        self.baseline = Baseline(float(np.abs(x[:, -1] - y).mean()), "the last value repeated")

    def _chance(self, what: int) -> np.random.Generator:
        return np.random.default_rng([self.settings.seed, what])

    def __iter__(self) -> Iterator[Progress]:
        """Train for all epochs; a resumed model does what is left."""
        left = self.settings.epochs - self.model.updates // self.each
        batch = self.settings.batch
        return self.model.training(self.inputs, self.targets, epochs=left, batch=batch)

    @property
    def error(self) -> float:
        """The mean absolute error on fresh sequences."""
        return self.model.evaluate(*self.fresh)

    # ---------------------------------------------------------------- what it tells

    @property
    def facts(self) -> Facts:
        """The data and how it is trained; or the seed alone."""
        s = self.settings
        if not self.first:
            return [("seed", str(s.seed))]
        return [
            ("data", "½ + ½ sin(2πt / period) e^(-decay t), period 10 to 20, decay 0.01 to 0.1,"
                " newly generated"),
            ("training", f"{count(s.epochs, 'epoch')} of {SEQUENCES:,} sequences in batches of"
             f" {min(s.batch, len(self.inputs)):,}, {self.model.loss.what}, {s.learned},"
             f" {s.begun}{self.carried_on}"),
            ("note", SMALL),
        ]  # fmt: skip

    def line(self, progress: Progress, figures: str) -> str:
        """The update and the figures."""
        return f"update {progress.update:>6,}{figures}"

    @property
    def label(self) -> str:
        """The seed."""
        return f"seed {self.settings.seed}"

    @property
    def example(self) -> Example:
        """The first of the fresh sequences."""
        inputs, targets = self.fresh
        return window(self.model, inputs[:1], targets[:1], ("value",))

    def prediction(self) -> Sample:
        """That of a fresh sequence."""
        return self.sample()

    def sample(self) -> Sample:
        """A fresh sequence: its end and what follows, and the prediction."""
        inputs, targets = self.fresh
        said, before = self.model.predict(inputs[:1])[0], inputs[0, -15:, 0]
        return Sample(
            "a fresh sequence: its end, the next 5 values and the prediction",
            np.concatenate([before, targets[0]]),
            np.concatenate([np.full(len(before), np.nan), said]),
            mark=len(before) - 0.5,
        )
