"""Short trainings of every kind: tasks, a text, the damped sine, and prices."""

from __future__ import annotations

from dataclasses import replace

from lstm_viz.learning.recipes import PRICES, sine
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.snapshot import Training
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import TaskTraining

QUICK = {"hidden": 4, "batch": 4, "steps": 6, "updates": 12}
TASKS = {
    "task": TaskSettings("parity", layers=2, **QUICK),
    "classes": TaskSettings("temporal-order", **QUICK, cell="gru"),
    "text": TaskSettings("characters", **QUICK),
}


def training_of(kind: str) -> Training:
    """A training of that name."""
    if kind in TASKS:
        return TaskTraining(TASKS[kind])
    if kind == "sine":
        return sine.SineTraining(replace(sine.DAMPED_SINE, batch=2500, hidden=(3, 3)))
    recipe = PRICES[kind]
    settings = replace(recipe.settings, hidden=(3,), epochs=8, rows=400)
    return RecipeTraining(recipe, settings, read_table(None, (), recipe.columns))


KINDS = [*TASKS, "sine", *PRICES]
