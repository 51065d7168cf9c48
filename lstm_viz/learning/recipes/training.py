"""A price recipe from its settings to what it says in the end: errors, and who won."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.learning.history import EarlyStop, Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.recipe import SMALL, Prepared, Recipe, RecipeSettings, Rival
from lstm_viz.learning.recipes.score import Score, mae, rmse
from lstm_viz.learning.recipes.table import PriceTable
from lstm_viz.learning.resume import Resumable
from lstm_viz.learning.snapshot import Facts, Sample
from lstm_viz.learning.summary import in_pytorch
from lstm_viz.learning.watched import Example, window
from lstm_viz.learning.whole import WHOLE
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.names import count

Array = np.ndarray
NO_PAST = "The input is one row, so there is nothing to remember: try --window 10."
SHOWN = 100  # last points of a prediction that is watched
STAND_IN = (
    "stand-in data, not the tutorial's: {what}. No clean copy of the tutorial's data may be"
    " redistributed; give your own with --csv FILE."
)


class RecipeTraining(Resumable):
    """A recipe's run: iterate for `Progress`, then ask for the score and the predictions."""

    baseline = None

    def __init__(
        self,
        recipe: Recipe,
        settings: RecipeSettings,
        table: PriceTable,
        rival: str = "",
        model: Model | None = None,
        called: str = "",
    ) -> None:
        if rival:  # has no forget gate, and one without time no dropout
            dropout = 0.0 if recipe.rivals[rival].windowed else settings.dropout
            settings = replace(settings, forget_bias=None, dropout=dropout)
        self.recipe, self.settings, self.rival = recipe, settings, rival
        self.called = called  # where it is one of several
        self.prepared: Prepared = recipe.prepare(settings, table)
        self.inputs, features = self.prepared.inputs, recipe.features(table)
        kind = recipe.rivals[rival] if rival else Rival(recipe.plans)
        if kind.windowed:
            self.inputs = self.inputs.reshape(len(self.inputs), 1, -1)
            features = self.inputs.shape[-1]
        self.take_up(model, settings.fresh(kind.plans(settings), features))
        self.seconds, self.stop = 0.0, EarlyStop(settings.patience)
        self.whole: tuple[int, Array] = -1, np.empty(0)  # all predictions, after so many updates
        self.epoch: list[float] = []  # the losses of the one that has begun
        self.loss = math.nan  # of the last whole epoch
        self.enough = False  # as early stopping has it
        if found := self.remembered():
            self.epoch, self.enough = list(map(float, found["epoch"])), bool(found["enough"])
            self.loss = math.nan if found["loss"] is None else float(found["loss"])
            self.stop.memory = found["stop"]
        self.title, self.what = recipe.name, f"{self.name}: {recipe.what(settings, table.names)}"
        self.label = self.name
        self.batch = min(settings.batch or self.prepared.train, self.prepared.train)
        self.each = -(-self.prepared.train // self.batch)  # updates in an epoch
        self.total = settings.epochs * self.each - self.model.updates
        self.every = min(settings.every, max(1, settings.epochs // 10)) * self.each

    @property
    def name(self) -> str:
        """What it is called beside its rivals."""
        return self.called or self.rival or self.settings.cell.upper()

    def __iter__(self) -> Iterator[Progress]:
        """Train on the training part for all epochs; a resumed model does what is left."""
        p, left = self.prepared, self.settings.epochs - self.model.updates // self.each
        updates = self.model.training(
            self.inputs[: p.train], p.targets[: p.train], epochs=left, batch=self.batch
        )
        with WHOLE.listening():
            while not self.enough:
                begun = time.perf_counter()
                with WHOLE:
                    progress = next(updates, None)
                    if progress:
                        self._note(progress)
                    self.seconds += time.perf_counter() - begun
                if progress is None:
                    return
                yield progress

    def _note(self, progress: Progress) -> None:
        self.epoch.append(progress.loss)
        if progress.last_of_epoch:
            self.loss, self.epoch = sum(self.epoch) / len(self.epoch), []
            self.enough = self.stop(self.loss)

    @property
    def endings(self) -> list[str]:
        """Also whether it stopped early, and when."""
        s, early = self.settings, []
        epochs = self.model.updates // self.each
        if self.enough and epochs < s.epochs:
            early = [
                f"stopped early, after epoch {epochs:,} of {s.epochs:,}: no lower smoothed loss for"
                f" {count(self.stop.since, 'epoch')}"
            ]
        return early + super().endings

    def data(self) -> dict[str, Any]:
        """Where the rows are from, and how they were scaled."""
        return self.prepared.table.told | {"scalers": self.prepared.scalers}

    def memory(self) -> dict[str, Any]:
        """The losses that early stopping goes by."""
        last = self.loss if math.isfinite(self.loss) else None
        return {"epoch": self.epoch, "loss": last, "stop": self.stop.memory, "enough": self.enough}

    def predicted(self, first: int = 0, stop: int | None = None) -> Array:
        """Predictions for windows first … stop − 1, (N,), in the target's own units.

        All of them may take seconds, and are kept until the next update.
        """
        if self.whole[0] == self.model.updates:
            return self.whole[1][first:stop]
        found = self.prepared.scaler.inverse(self.model.predict(self.inputs[first:stop]))[:, 0]
        if (first, stop) == (0, None):
            self.whole = self.model.updates, found
        return found

    def truth(self, first: int = 0, stop: int | None = None) -> Array:
        """What came true, in the same units."""
        return self.prepared.scaler.inverse(self.prepared.targets[first:stop])[:, 0]

    @property
    def recurs(self) -> bool:
        """Whether it has a cell to look at, as an MLP has not."""
        return any(isinstance(layer, Recurrent) for layer in self.model.network.layers)

    @property
    def tested(self) -> int:
        """How many windows are tested on."""
        return len(self.inputs) - self.prepared.test

    def score(self, rows: int | None = None) -> Score:
        """The model and persistence on the test part, or on its last `rows`."""
        first = len(self.inputs) - (rows or self.tested)
        truth, said = self.truth(first), self.predicted(first)
        same = self.prepared.persistence[first:, 0]
        squares, sizes = ((way(said, truth), way(same, truth)) for way in (rmse, mae))
        return Score(self.name, *squares, self.loss, self.seconds, *sizes, self.settings.seed)

    # ---------------------------------------------------------------- what it tells

    @property
    def facts(self) -> Facts:
        """The rows, the windows and how it is trained."""
        s, p, model = self.settings, self.prepared, self.model
        scaler = f"{s.scaler} scaler"
        if s.target_scaler:
            scaler += f" ({s.target_scaler} for the target)"
        return [
            ("data", STAND_IN.format(what=p.table.what) if p.table.stand_in else p.table.what),
            ("windows", f"{count(s.window, 'row')} each, {p.train:,} to train and {self.tested:,}"
             f" to test, {self.order}; {scaler}, fitted on the training part only"),
            ("shapes", self.shapes),
            *[("PyTorch", self.modules)] * bool(self.modules),
            ("training", f"{self.length} in batches of {self.batch:,},"
             f" {model.loss.what}, {s.learned}, {s.begun}{self.carried_on}"),
            *[("note", NO_PAST)] * (s.window == 1),
            ("note", SMALL),
        ]  # fmt: skip

    @property
    def shapes(self) -> str:
        """Of inputs and targets of both parts, batch first."""
        p, shape = self.prepared, ", ".join(map(str, self.inputs.shape[1:]))
        parts = [
            f"inputs ({n}, {shape}), targets ({n}, 1) {what}"
            for n, what in ((p.train, "to train on"), (self.tested, "to test on"))
        ]
        return "; ".join(parts)

    @property
    def modules(self) -> str:
        """What PyTorch calls the layers, where the tutorial is one on PyTorch."""
        both = self.model.network, len(self.model.parameters.twice)
        return in_pytorch(*both) if self.recipe.pytorch else ""

    @property
    def length(self) -> str:
        """`200 epochs`, or fewer where it may stop early."""
        epochs, patience = count(self.settings.epochs, "epoch"), self.settings.patience
        if patience is None:
            return epochs
        return f"at most {epochs} (until {patience:,} without a lower smoothed loss)"

    @property
    def order(self) -> str:
        """Whether the order of the rows is known to be that of time."""
        if self.prepared.table.stamps:
            return "in temporal order"
        return "in the order of the file, taken for that of time (no dates found)"

    def due(self, done: int) -> bool:
        """Also for the first update, where the tutorial prints it."""
        if self.recipe.from_zero:
            return (done - 1) % self.every == 0
        return super().due(done) or (done == 1 and self.recipe.last_value)

    def line(self, progress: Progress, figures: str) -> str:
        """The epoch and the figures; or the update, and what the last row is said to be."""
        if not self.recipe.last_value:
            epoch = progress.epoch - self.recipe.from_zero
            return f"epoch {epoch:>5,}{figures}"
        last = len(self.inputs) - 1
        close, said = self.truth(last)[0], self.predicted(last)[0]
        return (
            f"update {progress.update:>6,}{figures}  last close {close:.2f}: predicted {said:.2f}"
        )

    @property
    def example(self) -> Example:
        """The last window of the test part."""
        last, targets = self.inputs[-1:], self.prepared.targets[-1:]
        return window(self.model, last, targets, self.prepared.table.names)

    def sample(self) -> Sample:
        """The last test windows: truth and prediction."""
        first = max(self.prepared.test, len(self.inputs) - SHOWN)
        what = f"{self.target}, the last {len(self.inputs) - first} of the test part"
        return Sample(what, self.truth(first), self.predicted(first), stamps=self.stamps(first))

    def stamps(self, first: int = 0) -> tuple[str, ...]:
        """The dates of what came true, from window `first` on; none where there are no dates."""
        dates, p = self.prepared.table.stamps, self.prepared
        return dates[len(dates) - len(p.inputs) + first :] if dates else ()

    @property
    def target(self) -> str:
        """The column that is predicted."""
        return self.prepared.table.names[-1]
