"""What a recipe is: a tutorial's system with its numbers, windows of a table, and persistence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.table import PriceTable
from lstm_viz.learning.scalers import SCALERS, Scaler, windows
from lstm_viz.learning.settings import Settings
from lstm_viz.network.build import Plan
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count

Array = np.ndarray


def listed(things: Iterable[object]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = map(str, things)
    return f"{', '.join(most)} and {last}" if most else last


FEWEST, MOST_ROWS = 5, 10**10  # windows to test on, for a word on who wins; rows of a table
SMALL = "A small-scale demonstration of the tutorial's system, not a replication of its figures."


@dataclass(frozen=True, kw_only=True)
class RecipeSettings(Settings):
    """The numbers of a recipe; the command line may override each."""

    window: int
    hidden: tuple[int, ...]
    epochs: int
    loss: str = "mse"
    rate: float = 1e-3
    batch: int = 0  # 0 for all at once
    split: float = 0.8
    dropout: float = 0.0
    forget_bias: float | None = None
    scaler: str = "standard"
    target_scaler: str = ""  # where it is another one
    rows: int = 0  # the last rows of the stand-in that are used, as many as the tutorial's; 0 all
    every: int = 1  # epochs between printed lines
    patience: int | None = None  # epochs to wait for the smoothed loss to fall
    many_to_many: bool = False  # whether each step predicts, not the last alone

    def fresh(self, plans: list[Plan], features: int) -> Model:
        """A fresh model with the recipe's loss and optimiser."""
        return self.model(plans, features, self.loss, forget_bias=self.forget_bias)

    @property
    def network(self) -> str:
        """`50 and 100 units, dropout 0.2`."""
        dropped = f", dropout {self.dropout:g}" if self.dropout else ""
        return f"{listed(self.hidden)} unit{'s' * (self.hidden != (1,))}{dropped}"


@dataclass(frozen=True)
class Rival:
    """What a tutorial claims to beat; `windowed` takes a window at once, as one step of many."""

    plans: Callable[[RecipeSettings], list[Plan]]
    windowed: bool = False


@dataclass(frozen=True)
class Prepared:
    """All windows and targets, scaled, in time order, and what persistence says.

    The first `train` windows are trained on; those from `test` on share no row with them.
    `persistence` is the last value known before each target, in the target's own units.
    """

    inputs: Array
    targets: Array
    persistence: Array
    train: int
    test: int
    scaler: Scaler  # of the target
    table: PriceTable
    of_inputs: Scaler

    @property
    def scalers(self) -> dict[str, list[list[float]]]:
        """(centre, scale) of the inputs' scaler and the target's, for the file of a model."""
        both = {"inputs": self.of_inputs, "target": self.scaler}
        return {k: [each.centre.tolist(), each.scale.tolist()] for k, each in both.items()}


@dataclass(frozen=True)
class Recipe:
    """A tutorial's system: `plans(settings)` are its layers, `rivals` what it claims to beat.

    `columns` are read, the last is the target, and an input too unless `ahead` is 0: `ahead` is how
    many rows after the window the target stands.
    """

    name: str
    settings: RecipeSettings
    columns: tuple[str, ...]
    plans: Callable[[RecipeSettings], list[Plan]]
    ahead: int = 1
    rivals: dict[str, Rival] = field(default_factory=dict)
    other_window: int = 0  # trained afterwards, to compare
    last_value: bool = False  # its lines count updates, and tell what the last row is said to be
    from_zero: bool = False  # its lines count epochs from 0, the loss is that before the first
    seeds: int = 1  # that are run
    as_written: RecipeSettings | None = None  # where the recipe's own are smaller
    pytorch: bool = False  # the tutorial is one on PyTorch
    graph: bool = False  # as written it is another graph: see `written.py`

    def what(self, settings: RecipeSettings, names: tuple[str, ...]) -> str:
        """`close of 7 rows to the next row's close; 256 units; 200 epochs`."""
        inputs = names if self.ahead else names[:-1]
        whose = "the next row's" if self.ahead else "its"
        if settings.window > 1 and not self.ahead:
            whose = "the last one's"
        return (
            f"{listed(inputs)} of {count(settings.window, 'row')} to {whose} {names[-1]};"
            f" {settings.network}; {count(settings.epochs, 'epoch')}"
        )

    def rivals_of(self, settings: RecipeSettings) -> list[str]:
        """Those that are another network than the one that is trained."""
        return [name for name in self.rivals if (name, settings.cell) != ("SimpleRNN", "rnn")]

    def prepare(self, settings: RecipeSettings, table: PriceTable) -> Prepared:
        """Windows, split in time order; scalers are fitted on the rows of the training part."""
        series = table.values[-settings.rows :] if table.stand_in else table.values
        x, y = (series if self.ahead else series[:, :-1]), series[:, -1:]
        length = settings.window
        whole, train, test = self.parts(settings, len(series))
        least = bisect_left(range(MOST_ROWS), True, key=lambda n: self._will_do(settings, n))
        if len(series) < least:
            where = table.path or table.what
            raise InputError(
                f"{where}: {count(len(series), 'row')} are too few for windows of {length} and a"
                f" split at {settings.split:g}: at least {least:,}, so that {FEWEST} are tested"
            )
        rows = train + length + self.ahead - 1  # that the training part sees
        of = f"the {rows:,} rows of the training part" + f" of {table.path}" * bool(table.path)
        scaler = SCALERS[settings.scaler].fit(x[:rows], table.names, of)
        kind = SCALERS[settings.target_scaler or settings.scaler]
        target_scaler = kind.fit(y[:rows], table.names[-1:], of)
        pieces, _ = windows(scaler(x), length, self.ahead)
        ends = np.arange(whole) + length + self.ahead - 1
        targets, known = target_scaler(y)[ends], y[np.maximum(ends - 1, 0)]
        return Prepared(pieces, targets, known, train, test, target_scaler, table, scaler)

    def parts(self, settings: RecipeSettings, rows: int) -> tuple[int, int, int]:
        """How many windows so many rows have, how many train, and the first that tests."""
        whole = rows - settings.window - self.ahead + 1
        train = int(settings.split * whole + 1e-9)
        return whole, train, train + (settings.window if self.ahead else 0)

    def _will_do(self, settings: RecipeSettings, rows: int) -> bool:
        whole, train, test = self.parts(settings, rows)
        return train >= 1 and whole - test >= FEWEST

    def features(self, table: PriceTable) -> int:
        """How many columns go in."""
        return len(table.names) - (self.ahead == 0)
