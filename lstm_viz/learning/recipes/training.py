"""A price recipe from its settings to what it says in the end: errors, and who won."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.learning.history import EarlyStop, Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.recipe import Prepared, Recipe, Settings, make_model
from lstm_viz.learning.recipes.table import Table

Array = np.ndarray


@dataclass(frozen=True)
class Score:
    """Root mean squared errors on the test part, in the target's own units."""

    name: str
    model: float
    persistence: float
    loss: float  # of the training part, at the end
    seconds: float

    @property
    def sentence(self) -> str:
        """Who won; true of this run."""
        winner = self.name if self.model < self.persistence else "Persistence"
        return (
            f"{winner} wins on the test part: {self.name} is off by {self.model:,.4g}, persistence"
            f" (tomorrow = today) by {self.persistence:,.4g} (root mean squared)."
        )


class RecipeTraining:
    """A recipe's run: iterate for `Progress`, then ask for the score and the predictions."""

    def __init__(
        self,
        recipe: Recipe,
        settings: Settings,
        table: Table,
        rival: str = "",
        model: Model | None = None,
    ) -> None:
        self.recipe, self.settings, self.rival = recipe, settings, rival
        self.prepared: Prepared = recipe.prepare(settings, table)
        features = recipe.features(table)
        make = recipe.rivals[rival] if rival else recipe.plans
        p = self.prepared
        self.inputs = p.inputs
        if rival == "MLP":  # the window goes in at once, as one step of many features
            self.inputs, features = p.inputs.reshape(len(p.inputs), 1, -1), p.inputs[0].size
        self.model = model or make_model(recipe.name, settings, make(settings), features)
        self.seconds, self.loss = 0.0, float("nan")

    @property
    def name(self) -> str:
        """What it is called beside its rivals."""
        return self.rival or self.settings.cell.upper()

    @property
    def updates(self) -> int:
        """How many updates all epochs take."""
        return self.settings.epochs * -(-self.prepared.train // self.batch)

    @property
    def batch(self) -> int:
        """Windows in a batch."""
        return self.settings.batch or self.prepared.train

    def __iter__(self) -> Iterator[Progress]:
        """Train on the training part for all epochs; a resumed model does what is left."""
        p, each = self.prepared, -(-self.prepared.train // self.batch)
        left = self.settings.epochs - self.model.updates // each
        updates = self.model.training(
            self.inputs[: p.train], p.targets[: p.train], epochs=left, batch=self.batch
        )
        losses: list[float] = []
        stop = EarlyStop(self.settings.patience)
        while True:
            begun = time.perf_counter()
            progress = next(updates, None)
            self.seconds += time.perf_counter() - begun
            if progress is None:
                return
            losses.append(progress.loss)
            if progress.last_of_epoch:
                self.loss, losses = sum(losses) / len(losses), []
            yield progress
            if progress.last_of_epoch and stop(self.loss):
                return

    def predicted(self, first: int = 0, stop: int | None = None) -> Array:
        """Predictions for windows first … stop − 1, (N,), in the target's own units."""
        outputs = self.model.predict(self.inputs[first:stop])
        return self.prepared.scaler.inverse(outputs)[:, 0]

    def truth(self, first: int = 0, stop: int | None = None) -> Array:
        """What came true, in the same units."""
        return self.prepared.scaler.inverse(self.prepared.targets[first:stop])[:, 0]

    def score(self) -> Score:
        """The model and persistence on the test part."""
        p = self.prepared
        truth = self.truth(p.test)
        return Score(
            self.name,
            rmse(self.predicted(p.test), truth),
            rmse(p.persistence[p.test :, 0], truth),
            self.loss,
            self.seconds,
        )


def other_window(training: RecipeTraining) -> RecipeTraining:
    """The same recipe with its other window."""
    settings = replace(training.settings, window=training.recipe.other_window)
    return RecipeTraining(training.recipe, settings, training.prepared.table)


def rmse(one: Array, other: Array) -> float:
    """Root of the mean squared difference."""
    return float(np.sqrt(np.mean((one - other) ** 2)))
