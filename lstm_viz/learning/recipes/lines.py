"""What is drawn of a recipe: the raw series, its prediction, and the end of it beside rivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lstm_viz.learning.recipes.training import RecipeTraining

Array = np.ndarray
CLOSE_UP = 60  # last rows of a test part
TRUTH, PERSISTENCE = "truth", "persistence"


@dataclass(frozen=True)
class Lines:
    """Values by name along one axis, the first the series itself; `mark` is where a part ends.

    `stamps` say when each was.
    """

    what: str
    values: dict[str, Array]
    mark: float | None = None
    axis: str = ""
    stamps: tuple[str, ...] = field(default=())


def raw(training: RecipeTraining) -> Lines:
    """The target as it is in the data, with a line where the test part begins."""
    p = training.prepared
    what = f"{_named(training)} as given; tests begin at the dashed line"
    return _lines(training, what, {training.target: training.truth()}, 0, float(p.test))


def predicted(training: RecipeTraining) -> Lines:
    """All rows and what was predicted of each, with a line where the test part begins."""
    what = f"{_named(training)} of all rows; tests begin at the dashed line"
    values = {TRUTH: training.truth(), training.name: training.predicted()}
    return _lines(training, what, values, 0, float(training.prepared.test))


def close_up(trainings: Sequence[RecipeTraining]) -> Lines:
    """The last rows of the test part: truth, what each network predicts, and persistence."""
    one = trainings[0]
    first = max(one.prepared.test, len(one.inputs) - CLOSE_UP)
    rows = len(one.inputs) - first
    values = {TRUTH: one.truth(first)}
    values |= {each.name: each.predicted(len(each.inputs) - rows) for each in trainings}
    values[PERSISTENCE] = one.prepared.persistence[first:, 0]
    return _lines(one, f"{_named(one)}, the last {rows} rows of the test part", values, first)


def _named(training: RecipeTraining) -> str:
    stand_in = " (stand-in)" * training.prepared.table.stand_in
    return f"{training.title}: {training.target}{stand_in}"


def _lines(
    one: RecipeTraining, what: str, values: dict[str, Array], first: int, mark: float | None = None
) -> Lines:
    table = one.prepared.table
    return Lines(what, values, mark, "" if table.stamps else "row", one.stamps(first))
