"""Training a price recipe: as the tutorial prints it, and who won against persistence."""

from __future__ import annotations

import click

from lstm_viz.commands.train.options import Output, TrainOptions, recipe_settings, resumed
from lstm_viz.commands.train.report import Report, save, say, watch, write_json
from lstm_viz.learning.recipes.recipe import SMALL, Recipe, RecipeSettings
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining, Score
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import train as view


def train_prices(recipe: Recipe, asked: TrainOptions) -> None:
    """`lstm-viz train bitcoin`, and what the tutorial claims beside it."""
    settings, output = _settings(recipe, asked), asked.output
    table = read_table(asked.csv, asked.column, recipe.columns)
    model = resumed(asked.resume, recipe.name)
    training = RecipeTraining(recipe, settings, table, model=model)
    report = _watch(training, output)
    scores = [training.score()]
    prediction = view.sample(training.prediction())
    save(report, prediction)
    if not output.json_:
        say(prediction)
    for rival in recipe.rivals if not report.interrupted else ():
        scores.append(_rival(RecipeTraining(recipe, settings, table, rival), output))
    _tell(scores, recipe, output)
    if recipe.other_window and asked.window is None and not report.interrupted:
        other = training.with_other_window()
        _watch(other, output)
        _tell([other.score()], recipe, output, f"window {recipe.other_window}: ")


def _settings(recipe: Recipe, asked: TrainOptions) -> RecipeSettings:
    if asked.loss not in (None, "mse", "mae"):
        raise OptionError(f"--loss {asked.loss}: prices want mse or mae")
    return recipe_settings(asked, recipe.settings)


def _watch(training: RecipeTraining, output: Output) -> Report:
    if not output.json_:
        click.echo(training.model.summary(training.settings.window))
    return watch(training, output)


def _rival(training: RecipeTraining, output: Output) -> Score:
    for _ in training:
        pass
    score = training.score()
    if not output.json_:
        click.echo(f"{training.name}: trained in {score.seconds:.1f} s")
    return score


def _tell(scores: list[Score], recipe: Recipe, output: Output, head: str = "") -> None:
    if output.json_:
        for score in scores:
            write_json({"recipe": recipe.name, **vars(score), "sentence": head + score.sentence})
        return
    sentences = [head + score.sentence for score in scores]
    if len(scores) > 1:
        best, *others = sorted(scores, key=lambda score: score.model)
        ranked = ", ".join(f"{s.name} {s.model:,.4g}" for s in (best, *others))
        verb = "does" if best.name == scores[0].name else "does not"
        sentences.append(
            f"Among the models: {ranked}. The {scores[0].name} {verb} beat its rivals here."
        )
    say(*(Words((Text(each),)) for each in sentences), Words((Text(SMALL),), "quiet"))
