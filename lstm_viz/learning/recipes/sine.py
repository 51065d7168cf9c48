"""The stacked-LSTM tutorial: 50 steps of a damped sine in, the next 5 out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstm_viz.learning.history import Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.lines import Lines
from lstm_viz.learning.recipes.prices import layers
from lstm_viz.learning.recipes.recipe import SMALL, RecipeSettings
from lstm_viz.learning.resume import Resumable
from lstm_viz.learning.snapshot import Baseline, Facts, Sample
from lstm_viz.learning.watched import Example, window
from lstm_viz.network.build import dense
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.names import count

NAME = "damped-sine"
SEQUENCES, FRESH, AHEAD = 10_000, 1000, 5
SHOWN = 15  # steps before what is predicted
DAMPED_SINE = RecipeSettings(
    window=50,
    hidden=(20, 20),
    loss="mae",
    optimiser="keras-adam",
    batch=10,
    epochs=1,
    start="keras",
)


def what(settings: RecipeSettings) -> str:
    """`50 steps of a damped sine to the next 5; lstm layers of 20 and 20 units; …`."""
    each = "each of " * settings.many_to_many
    return (
        f"{each}{count(settings.window, 'step')} of a damped sine to the next {AHEAD};"
        f" {settings.cell} of {settings.network}; {count(settings.epochs, 'epoch')} of"
        f" {SEQUENCES:,}"
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


def each_step(inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """What follows on each step, (count, steps, ahead); the last step's is `targets`."""
    series = np.concatenate([inputs[:, 1:, 0], targets], axis=1)
    return np.lib.stride_tricks.sliding_window_view(series, targets.shape[1], axis=1)


@dataclass(frozen=True)
class Returned:
    """What the first layer returns for one sequence, (steps, units), and how many layers follow."""

    layer: str
    values: np.ndarray
    sequences: bool  # whether it hands on all steps here


class SineTraining(Resumable):
    """One seed of the tutorial: iterate for `Progress`, then ask for the error.

    With `first` its facts are all told; without it the seed alone.
    """

    title = NAME

    def __init__(
        self, settings: RecipeSettings, first: bool = True, model: Model | None = None
    ) -> None:
        self.settings, self.first, self.what = settings, first, what(settings)
        plans = [*layers(settings, settings.the_cell(), settings.many_to_many), dense(AHEAD)]
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
        batch, targets = self.settings.batch, self.targets
        if self.settings.many_to_many:
            targets = each_step(self.inputs, targets)
        return self.model.training(self.inputs, targets, epochs=left, batch=batch)

    @property
    def error(self) -> float:
        """The mean absolute error on fresh sequences, of what is said at the last step."""
        inputs, targets = self.fresh
        return float(np.abs(self.said(inputs) - targets).mean())

    def said(self, inputs: np.ndarray) -> np.ndarray:
        """The predictions at the last step, (count, ahead)."""
        outputs = self.model.predict(inputs)
        return outputs[:, -1] if self.settings.many_to_many else outputs

    @property
    def depth(self) -> str:
        """`2-layer lstm`."""
        return f"{len(self.settings.hidden)}-layer {self.settings.cell}"

    def returned(self) -> Returned:
        """What the first recurrent layer says, step by step, of the first fresh sequence."""
        record = self.model.network.run(self.fresh[0][0].astype(self.model.network.dtype))
        layer = self.model.network.layers[0]
        assert isinstance(layer, Recurrent)
        name = layer.name
        return Returned(name, record.traces[name][layer.directions[0].cell.output], layer.sequences)

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
        inputs, targets = (each[:1] for each in self.fresh)
        if self.settings.many_to_many:
            targets = each_step(inputs, targets)
        return window(self.model, inputs, targets, ("value",))

    def sample(self) -> Sample:
        """A fresh sequence: its end and what follows, and the prediction."""
        inputs, targets = self.fresh
        said, before = self.said(inputs[:1])[0], inputs[0, -SHOWN:, 0]
        steps = inputs.shape[1]
        first = steps - len(before) + 1
        return Sample(
            f"a fresh sequence, from step {first:,}, and the next {AHEAD}",
            np.concatenate([before, targets[0]]),
            np.concatenate([np.full(len(before), np.nan), said]),
            mark=steps + 0.5,
            axis="step",
            first=first,
        )


# ---------------------------------------------------------------- what the data look like


def sines(steps: int = 55) -> Lines:
    """A sine and the same one damped, the period and the decay in the middle of their ranges."""
    t = np.arange(steps)
    sine = 0.5 + 0.5 * np.sin(2 * np.pi * t / 15)
    damped = 0.5 + 0.5 * np.sin(2 * np.pi * t / 15) * np.exp(-0.055 * t)
    what = "a sine of period 15, and damped by e^(-0.055 t)"
    return Lines(what, {"damped": damped, "sine": sine}, axis="step")


def five(seed: int, steps: int = 20) -> Lines:
    """Five of the sequences, shorter than those that are trained on, and the 5 that follow."""
    inputs, targets = damped_sines(5, steps, np.random.default_rng([seed, 8]))
    whole = np.concatenate([inputs[..., 0], targets], axis=1)
    what = f"five sequences: {steps} steps, and after the dashed line the next {AHEAD}"
    return Lines(what, {str(k + 1): each for k, each in enumerate(whole)}, steps - 0.5, "step")
