"""`lstm-viz train`: which recipe or task, with which numbers, watched how, and what is left."""

from __future__ import annotations

from typing import Any

from lstm_viz.commands.speaking import STOPPING, tell, tell_in_passing
from lstm_viz.commands.train.as_written import train_written
from lstm_viz.commands.train.damped_sine import train_sine
from lstm_viz.commands.train.forecast import forecast_next
from lstm_viz.commands.train.listing import list_all
from lstm_viz.commands.train.options import TrainOptions
from lstm_viz.commands.train.recipes import train_prices
from lstm_viz.commands.train.tasks import train_task
from lstm_viz.learning.recipes import PRICES, RECIPES
from lstm_viz.learning.tasks import TASKS
from lstm_viz.learning.whole import WHOLE
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import did_you_mean


def run_train(name: str | None, **options: Any) -> None:
    """Train a recipe or a task by its name; without one, list them."""
    asked = TrainOptions.gathered(options)
    drawn = asked.output.way in ("live", "place")  # and then drawn over
    WHOLE.late = lambda: (tell_in_passing if drawn else tell)(STOPPING)
    if name is None:
        if asked.resume:
            raise OptionError(f"name what it learned: lstm-viz train NAME --resume {asked.resume}")
        if asked != TrainOptions():
            raise OptionError("name a recipe or a task")
        list_all()
    elif name in TASKS:
        asked.check(name, "task")
        train_task(name, asked)
    elif name in PRICES:
        asked.check(name, "price")
        if asked.forecast:
            forecast_next(PRICES[name], asked)
        elif asked.as_written and PRICES[name].graph:
            train_written(PRICES[name], asked)
        else:
            train_prices(PRICES[name], asked)
    elif name in RECIPES:
        asked.check(name, "sine")
        train_sine(asked)
    else:
        known = [*RECIPES, *TASKS]
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise OptionError(f"no recipe and no task is called {name!r}: {hint}")
