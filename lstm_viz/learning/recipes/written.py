"""The CSI 300 tutorial's own graph: a year of raw prices as one sequence, all its days at once.

The mean of the four prices of each day goes in, raw; one dense layer reads all predictions off the
last hidden state; each is compared with every close, as (1, days) − (days, 1) broadcasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.equations.gates import roles
from lstm_viz.learning.history import Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.prices import CSI300, layers
from lstm_viz.learning.recipes.recipe import SMALL, RecipeSettings
from lstm_viz.learning.recipes.score import Score, rmse
from lstm_viz.learning.recipes.table import PriceTable
from lstm_viz.learning.resume import Resumable
from lstm_viz.learning.snapshot import Baseline, Facts, Sample
from lstm_viz.learning.units import RecurrentUnit
from lstm_viz.learning.watched import Example, window
from lstm_viz.measures import Standing, standing
from lstm_viz.network.build import dense
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count
from lstm_viz.validation.numbers import brief

NAME, LEVEL, FEWEST = "csi300-as-written", 3600.0, 20  # LEVEL: about the index's, for the stand-in
AS_WRITTEN = replace(
    CSI300.settings, window=242, loss="mse-broadcast", epochs=2000, every=200, rows=0
)
STILL, NOTHING = 1e-6, 1e-12  # how a state moves that stands still; of the dense layer's gradient
READ = "Each day's input is the mean of its prices, not scaled; nothing is kept back as a test."


@dataclass(frozen=True)
class Norms:
    """The gradient's norm by the recurrent and by the dense weights; updates count from 0."""

    update: int
    recurrent: float
    dense: float


@dataclass(frozen=True)
class Finding:
    """What the run shows and its cost does not.

    `moved` is the largest change of the last hidden state since the update `since` (0: not known);
    `low` and `high` are the ends of all predictions, `lowest` and `highest` those of the closes,
    whose variance is the `floor` of this cost. Updates count from 0, as the tutorial prints them.
    """

    cell: str
    days: int
    first: Norms
    last: Norms
    gates: dict[str, Standing]
    since: int
    moved: float
    low: float
    high: float
    lowest: float
    highest: float
    mean: float
    floor: float

    @property
    def unmoved(self) -> bool:
        """Whether the last recurrent gradient is below `NOTHING` of the dense layer's."""
        return self.last.recurrent < NOTHING * self.last.dense

    @property
    def still(self) -> bool:
        """Whether the last hidden state has moved by less than `STILL`, as far as is known."""
        return bool(self.since) and self.moved < STILL


@dataclass(frozen=True)
class Compared:
    """Root mean squared errors on the last `rows` days, which only `written` was trained on."""

    rows: int
    written: float
    mended: float
    persistence: float

    @property
    def winner(self) -> str:
        """Whoever has the smallest error."""
        best = min(self.written, self.mended, self.persistence)
        if best == self.persistence:
            return "Persistence"
        return "The mended version" if best == self.mended else "The graph as written"


class WrittenTraining(Resumable):
    """One run of that graph: iterate for `Progress`, then ask for the finding."""

    title = NAME

    def __init__(
        self, settings: RecipeSettings, table: PriceTable, model: Model | None = None
    ) -> None:
        self.told = table.told
        self.table = year(table, settings.window)
        days = len(self.table.values)
        if days < FEWEST:
            where = table.path or table.what
            raise InputError(f"{where}: {count(days, 'row')} are too few: at least {FEWEST}")
        self.settings = settings
        self.what = (
            f"{count(days, 'day')} of raw prices as one sequence; all closes off the last hidden"
            f" state; {settings.network}; {count(settings.epochs, 'update')}"
        )
        self.inputs = self.table.values.mean(axis=1, keepdims=True)[None]
        self.targets = self.table.values[:, -1][None]
        plans = [*layers(settings, settings.the_cell()), dense(days)]
        self.take_up(model, settings.fresh(plans, 1))
        self.total = settings.epochs - self.model.updates
        self.every = max(1, min(settings.every, settings.epochs // 10))
        self.floor = float(self.targets.var())
        self.baseline = Baseline(self.floor, "the mean of all closes for each day")
        self.first: Norms | None = None
        self.state, self.since = np.empty(0), 0  # the last hidden state, and when it was taken

    def __iter__(self) -> Iterator[Progress]:
        """Each epoch is one update: there is one sequence."""
        early = self.model.updates + max(1, self.total // 10)
        for each in self.model.training(self.inputs, self.targets, epochs=self.total, batch=1):
            if self.first is None:
                self.first = self.norms()
            if each.update == early + 1:
                self.state, self.since = self._state(), early
            yield each

    def norms(self) -> Norms:
        """Of the last update's gradient."""
        slopes = self.model.parameters.slopes
        found = {False: 0.0, True: 0.0}
        for name, slope in slopes.items():
            found[name.startswith("dense.")] += float(np.square(slope, dtype=float).sum())
        return Norms(self.model.updates - 1, found[False] ** 0.5, found[True] ** 0.5)

    def _unit(self) -> RecurrentUnit:
        assert self.model.engine is not None
        return self.model.engine.recurrent[-1]

    def _state(self) -> np.ndarray:
        unit = self._unit()
        return np.array(unit.values[unit.cell.output][-1, :, 0])

    def finding(self) -> Finding:
        """After at least one update."""
        assert self.first is not None
        moved = float(np.abs(self._state() - self.state).max()) if self.since else np.nan
        unit, last = self._unit(), self.norms()
        gates = {name: standing(unit.values[name]) for name in roles(unit.cell)}
        said, closes = self.predicted(), self.targets[0]
        return Finding(
            self.settings.cell,
            len(closes),
            self.first,
            last,
            gates,
            self.since,
            moved,
            float(said.min()),
            float(said.max()),
            float(closes.min()),
            float(closes.max()),
            float(closes.mean()),
            self.floor,
        )

    def predicted(self) -> np.ndarray:
        """The closes as they are predicted, (days,)."""
        return np.asarray(self.model.predict(self.inputs)[0], dtype=float)

    def compared(self, score: Score, rows: int) -> Compared:
        """Beside a score on the last `rows` days."""
        error = rmse(self.predicted()[-rows:], self.targets[0, -rows:])
        return Compared(rows, error, score.model, score.persistence)

    # ---------------------------------------------------------------- what it tells

    @property
    def facts(self) -> Facts:
        """The rows and how it is trained."""
        s, n = self.settings, self.targets.shape[1]
        return [
            ("data", self.table.what),
            ("input", READ),
            ("loss", f"every one of {n:,} predictions with every one of {n:,} closes, since the"
             f" tutorial subtracts ({n}, 1) from (1, {n})"),
            ("training", f"{count(s.epochs, 'update')}, {s.learned}, {s.begun}{self.carried_on}"),
            ("note", SMALL),
        ]  # fmt: skip

    def due(self, done: int) -> bool:
        """From the first update on, as the tutorial prints them."""
        return (done - 1) % self.every == 0

    def line(self, progress: Progress, figures: str) -> str:
        """Before this update: the cost, and what the last day was said to be."""
        said, close = self.model.outputs[-1, 0], self.targets[0, -1]
        recurrent = self.norms().recurrent
        return (
            f"update {progress.update - 1:>6,}{figures}  {self.settings.cell} alone"
            f" {brief(recurrent, 3):<9} last close {close:.2f}: predicted {said:.2f}"
        )

    @property
    def label(self) -> str:
        """The cell."""
        return str(self.settings.cell).upper()

    @property
    def example(self) -> Example:
        """The one sequence there is, which it is trained on."""
        return window(self.model, self.inputs, self.targets, ("mean price",))

    def sample(self) -> Sample:
        """All days."""
        return Sample(
            f"{self.title}: {self.table.names[-1]} of the year it was trained on",
            self.targets[0],
            self.predicted(),
            axis="" if self.table.stamps else "row",
            stamps=self.table.stamps,
        )

    def data(self) -> dict[str, object]:
        """Where the rows are from."""
        return self.told


def year(table: PriceTable, days: int) -> PriceTable:
    """The last so many rows; the stand-in on the index's level, since prices go in raw."""
    values, stamps, what = table.values[-days:], table.stamps[-days:], table.what
    if table.stand_in:
        values = values * (LEVEL / values[:, -1].mean())
        what = (
            f"stand-in data, not the tutorial's, times a constant so that the mean close is"
            f" {LEVEL:,.0f}: {what}. Give your own with --csv FILE."
        )
    return replace(table, values=values, stamps=stamps, what=what)
