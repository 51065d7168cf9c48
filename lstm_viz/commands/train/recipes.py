"""Training a price recipe: as the tutorial prints it, and who won against persistence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click

from lstm_viz.commands.train.options import Output, TrainOptions, the_cell
from lstm_viz.commands.train.report import Report, end_as, say, watch, write_json
from lstm_viz.commands.train.resuming import ANEW, agreed, check_left
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.recipes.forecast import forecast
from lstm_viz.learning.recipes.recipe import SMALL, Recipe, RecipeSettings, listed
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining, Score
from lstm_viz.learning.resume import carrying_on, resumed
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.numbers import grouped
from lstm_viz.views import train as view


def train_prices(recipe: Recipe, asked: TrainOptions) -> None:
    """`lstm-viz train bitcoin`, and what the tutorial claims beside it."""
    if asked.loss not in (None, "mse", "mae"):
        raise OptionError(f"--loss {asked.loss}: use mse or mae for prices")
    if asked.forecast:
        return _forecast(recipe, asked)
    training, output = _training(recipe, asked), asked.output
    settings, table = training.settings, training.prepared.table
    with _watch(training, output, stay=True) as report:
        scores = [training.score()]
    if not output.json_:
        say(view.sample(training.prediction()))
    for rival in recipe.rivals_of(settings) if not report.interrupted else ():
        scores += _rival(RecipeTraining(recipe, settings, table, rival), output)
    _tell(scores, recipe, output)
    usual = settings.window == recipe.settings.window
    if recipe.other_window and usual and not report.interrupted:
        other = training.with_other_window()
        with _watch(other, replace(output, save=())):
            pass
        _tell([other.score()], recipe, output, f"window {recipe.other_window}: ")
    return end_as([report.exploded])


def _forecast(recipe: Recipe, asked: TrainOptions) -> None:
    """The row after the last, by a saved model; nothing is trained."""
    if not asked.resume or not recipe.ahead:
        why = "needs a model: --resume FILE.npz" if recipe.ahead else f"is not for {recipe.name}"
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


def _training(recipe: Recipe, asked: TrainOptions) -> RecipeTraining:
    """A fresh one, or the one in the file, if nothing that was given contradicts it."""
    if asked.missing and not (asked.csv or asked.resume):
        raise OptionError("--missing needs a file: give it with --csv FILE")
    if not asked.resume:
        table = read_table(asked.csv, asked.column, recipe.columns, asked.missing)
        settings = replace(recipe.settings, **numbers(asked, recipe.settings))
        return RecipeTraining(recipe, settings, table)
    found = resumed(asked.resume, recipe.name, RecipeSettings)
    settings = agreed(found, numbers(asked, found.settings))
    with carrying_on(asked.resume):
        path, columns = str(found.data["csv"]), list(found.data["columns"])
        missing = found.data.get("missing")
    if asked.missing not in (None, missing):
        how = f"with --missing {missing}" if missing else "without it"
        raise OptionError(f"--missing: {found.path} was trained {how}; {ANEW}")
    path = asked.csv or path
    table = read_table(path or None, asked.column or columns, recipe.columns, missing)
    if table.names != tuple(columns) and asked.column:
        said = f"{found.path} was trained with {','.join(columns)}"
        raise OptionError(f"--column: {said}; {ANEW}")
    if table.told["rows"] != found.data.get("rows"):
        what = table.path or "the built-in data"
        raise OptionError(f"--csv: {found.path} was not trained on the rows of {what} now")
    with carrying_on(asked.resume):
        training = RecipeTraining(recipe, settings, table, model=found.model)
    check_left(training, asked, "--epochs")
    return training


def numbers(asked: TrainOptions, usual: RecipeSettings) -> dict[str, Any]:
    """What was given of a recipe's settings."""
    own = asked.settings(RecipeSettings, "hidden", "cell")
    if asked.hidden or asked.layers:
        own["hidden"] = asked.units(usual.hidden)
    if asked.cell:
        own |= the_cell(asked.cell)
    if asked.forget_bias is not None:
        try:
            own["forget_bias"] = float(asked.forget_bias)
        except ValueError:
            own["forget_bias"] = math.nan
        if not math.isfinite(own["forget_bias"]):
            raise OptionError(f"--forget-bias {asked.forget_bias}: write a number")
    return own


@contextmanager
def _watch(training: RecipeTraining, output: Output, stay: bool = False) -> Iterator[Report]:
    if not output.json_:
        click.echo(training.model.summary(training.settings.window))
    with watch(training, output, stay) as report:
        yield report


def _rival(training: RecipeTraining, output: Output) -> list[Score]:
    """Its score; none if it diverged, which is said."""
    try:
        for _ in training:
            pass
    except DivergedError as error:
        if output.json_:
            write_json({"recipe": training.title, "name": training.name, "diverged": str(error)})
        else:
            click.echo(f"{training.name}: {error}")
        return []
    score = training.score()
    if not output.json_:
        click.echo(f"{training.name}: trained in {score.seconds:.1f} s")
    return [score]


def _ranked(ours: Score, *rivals: Score) -> str:
    """Who is better than whom."""
    best_first = sorted((ours, *rivals), key=lambda score: score.model)
    ranked = ", ".join(f"{each.name} {grouped(each.model)}" for each in best_first)
    beaten = [each.name for each in rivals if ours.model < each.model]
    beats = f"beats {listed(beaten)}" if beaten else "beats none of them"
    return f"Among the models: {ranked}. The {ours.name} {beats} here."


def _tell(scores: list[Score], recipe: Recipe, output: Output, head: str = "") -> None:
    if output.json_:
        for score in scores:
            write_json({"recipe": recipe.name, **vars(score), "sentence": head + score.sentence})
        return
    sentences = [head + score.sentence for score in scores]
    if len(scores) > 1:
        sentences.append(_ranked(*scores))
    say(*(Words((Text(each),)) for each in sentences), Words((Text(SMALL),), "quiet"))
