"""Training a price recipe: as the tutorial prints it, and who won against persistence."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from lstm_viz.commands.train.drawn import save
from lstm_viz.commands.train.entrants import ended, others, watch_one
from lstm_viz.commands.train.options import Output, TrainOptions, listed, the_cell
from lstm_viz.commands.train.report import end_as, end_if_nothing, say, write_json
from lstm_viz.commands.train.resuming import ANEW, agreed, check_left
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes import lines
from lstm_viz.learning.recipes.contest import Contest, contenders
from lstm_viz.learning.recipes.recipe import SMALL, Recipe, RecipeSettings
from lstm_viz.learning.recipes.table import PriceTable, read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.resume import carrying_on, resumed
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import recipes as view


def train_prices(recipe: Recipe, asked: TrainOptions) -> None:
    """`lstm-viz train bitcoin`, and what the tutorial claims beside it."""
    asked, output = fitting(recipe, asked), asked.output
    usual = (asked.as_written and recipe.as_written) or recipe.settings
    settings, table, model = begun(recipe, asked, usual, recipe.name)
    with carrying_on(asked.resume):
        training = RecipeTraining(recipe, settings, table, model=model)
    check_left(training, asked, "--epochs")
    entered = contenders(recipe, training.settings, tuple(listed(asked.optimiser)))
    training.called = entered[0].name if len(entered) > 1 else ""
    seeds = asked.seeds or (1 if asked.resume or asked.as_written else recipe.seeds)
    if not output.json_:
        say(view.lines(lines.raw(training)))
    alone = seeds * len(entered) == 1
    report = watch_one(training, output, stay=alone, alone=alone)
    end_if_nothing(report)
    runs = [ended(training, report)]
    try:
        if not report.interrupted:
            runs += others(training, entered, seeds, output)
    finally:
        done = [each.training for each in runs if alone or not each.diverged]
        if done:
            same = [each for each in done if each.settings.seed == done[0].settings.seed]
            parts = [lines.predicted(done[0]), lines.close_up(same)]
            save(report, view.page(lines.raw(training), *parts))
        elif report.done:
            save(report)
    if not done:
        raise DivergedError(runs[0].diverged)
    if not output.json_:
        say(view.page(*parts))
    ran = [each.training.name for each in runs]
    diverged = [name for name, each in zip(ran, runs, strict=True) if each.diverged]
    names = [each.name for each in entered if each.name in ran]  # Ctrl-C leaves others out
    _tell(training, Contest.of_runs(names, done, seeds, diverged), output)
    end_as([bool(each.diverged) for each in runs])


def fitting(recipe: Recipe, asked: TrainOptions) -> TrainOptions:
    """What was asked for, if this recipe has a use for it."""
    if asked.loss not in (None, "mse", "mae"):
        raise OptionError(f"--loss {asked.loss}: use mse or mae for prices")
    if asked.resume and (asked.seeds or 1) > 1:
        raise OptionError("--resume is for one run: add --seeds 1")
    if asked.as_written and not (recipe.graph or recipe.as_written):
        raise OptionError(f"--as-written: {recipe.name} runs as its tutorial does without it")
    if asked.updates is None:
        return asked
    if not recipe.last_value:
        raise OptionError(f"--updates is not for {recipe.name}: give --epochs")
    if asked.epochs is not None:
        raise OptionError("--updates and --epochs are the same here: give only one")
    return replace(asked, updates=None, epochs=asked.updates)


def begun(
    recipe: Recipe, asked: TrainOptions, usual: RecipeSettings, name: str
) -> tuple[RecipeSettings, PriceTable, Model | None]:
    """Settings, rows and no model; or those in the file, if nothing that was given contradicts."""
    if asked.missing and not (asked.csv or asked.resume):
        raise OptionError("--missing needs a file: give it with --csv FILE")
    if not asked.resume:
        table = read_table(asked.csv, asked.column, recipe.columns, asked.missing)
        return replace(usual, **numbers(asked, usual)), table, None
    found = resumed(asked.resume, name, RecipeSettings)
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
    return settings, table, found.model


def numbers(asked: TrainOptions, usual: RecipeSettings) -> dict[str, Any]:
    """What was given of a recipe's settings."""
    own = asked.settings(RecipeSettings, "hidden", "cell")
    if asked.optimiser:
        own["optimiser"] = listed(asked.optimiser)[0]
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


def _tell(training: RecipeTraining, contest: Contest, output: Output) -> None:
    name, alone = training.title, len(contest.names) * contest.seeds == 1
    if output.json_:
        for score in contest.scores:
            write_json({"recipe": name, **vars(score), "sentence": score.sentence})
        if not alone:
            write_json({"recipe": name, "verdicts": contest.verdicts()})
        return
    if not alone:
        say(view.standings(contest.standings()))
    said = [contest.scores[0].sentence] if alone else contest.verdicts()
    say(*(Words((Text(each),)) for each in said), Words((Text(SMALL),), "quiet"))
