"""`lstm-viz train bitcoin --resume m.npz --forecast`: what a saved model says of tomorrow."""

from __future__ import annotations

from lstm_viz.commands.train.options import TrainOptions
from lstm_viz.commands.train.recipes import numbers
from lstm_viz.commands.train.report import say, write_json
from lstm_viz.commands.train.resuming import agreed
from lstm_viz.learning.recipes.forecast import forecast
from lstm_viz.learning.recipes.recipe import Recipe, RecipeSettings
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.resume import carrying_on, resumed
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError


def forecast_next(recipe: Recipe, asked: TrainOptions) -> None:
    """The row after the last, by a saved model; nothing is trained."""
    if not asked.resume or not recipe.ahead:
        same = f"is not for {recipe.name}: what it predicts is of the same row as its input"
        why = "needs a model: --resume FILE.npz" if recipe.ahead else same
        raise OptionError(f"--forecast {why}")
    if asked.output.save:
        raise OptionError("--forecast trains nothing that could be saved: leave out --save")
    found = resumed(asked.resume, recipe.name, RecipeSettings)
    agreed(found, numbers(asked, found.settings))
    with carrying_on(asked.resume):
        path, columns = str(found.data["csv"]), list(found.data["columns"])
        missing = asked.missing or found.data.get("missing")
    path = asked.csv or path
    table = read_table(path or None, asked.column or columns, recipe.columns, missing)
    result = forecast(found, table)
    if asked.output.json_:
        write_json({"recipe": recipe.name, **vars(result)})
    else:
        say(Words((Text(result.sentence),)))
