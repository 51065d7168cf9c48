"""Training a price recipe: as the tutorial prints it, and who won against persistence."""

from __future__ import annotations

from typing import Any

import click
import numpy as np

from lstm_viz.commands.train import TWO_BIASES, Asked, settled
from lstm_viz.commands.train.report import Report, save_learning, say, write_json
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes.recipe import Recipe, Settings
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining, Score, other_window
from lstm_viz.learning.snapshot import Sample
from lstm_viz.pictures.kinds import Curve, Curves, Text, Words
from lstm_viz.validation.errors import OptionError

SMALL = "A small-scale demonstration of the tutorial's system, not a replication of its figures."
STAND_IN = (
    "stand-in data, not the tutorial's: {what}. No clean copy of the tutorial's rows may ship;"
    " give your own with --csv FILE."
)
SHOWN = 100  # last points of a prediction that is watched


def train_prices(recipe: Recipe, asked: Asked) -> None:
    """`lstm-viz train bitcoin`, and what the tutorial claims beside it."""
    settings = _settings(recipe, asked)
    table = read_table(asked.csv, asked.column, recipe.columns)
    model = Model.load(asked.resume) if asked.resume else None
    if model and model.notes.get("recipe") != recipe.name:
        raise OptionError(f"--resume {asked.resume}: this model was trained on something else")
    training = RecipeTraining(recipe, settings, table, model=model)
    report = _watch(training, asked)
    scores = [training.score()]
    _save(asked, training, report)
    _plot(training, asked)
    for rival in recipe.rivals if not report.interrupted else ():
        scores.append(_rival(RecipeTraining(recipe, settings, table, rival), asked))
    _tell(scores, recipe, asked)
    if recipe.other_window and asked.window is None and not report.interrupted:
        other = other_window(training)
        _watch(other, asked)
        _tell([other.score()], recipe, asked, f"window {recipe.other_window}: ")


def _settings(recipe: Recipe, asked: Asked) -> Settings:
    own = asked.given("window", "batch", "epochs", "optimiser", "rate", "loss", "dropout",
                      "start", "seed", "split", "clip_norm", "clip_value", "patience")  # fmt: skip
    if asked.loss not in (None, "mse", "mae"):
        raise OptionError(f"--loss {asked.loss}: prices want mse or mae")
    return settled(asked, recipe.settings, own)


def _watch(training: RecipeTraining, asked: Asked) -> Report:
    s, p = training.settings, training.prepared
    each = -(-p.train // training.batch)
    report = Report(
        training.model,
        training.recipe.name,
        f"{training.name}: {training.recipe.what}",
        _facts(training),
        training.updates - training.model.updates,
        every=min(s.every, max(1, s.epochs // 10)) * each,
        way=asked.way,
        sample=lambda: _sample(training),
        tail=lambda: _last_value(training) if training.recipe.name == "csi300" else "",
        film=bool(asked.films),
        per_epoch=each if training.recipe.name != "csi300" else 0,
    )
    if asked.way != "json":
        click.echo(training.model.summary(s.window))
    report.follow(training)
    return report


def _facts(training: RecipeTraining) -> list[tuple[str, str]]:
    s, p, model = training.settings, training.prepared, training.model
    clip = f", values clipped at ±{s.clip_value:g}" if s.clip_value else ""
    clip += TWO_BIASES if s.biases == 2 else ""
    data = STAND_IN.format(what=p.table.what) if p.table.stand_in else p.table.what
    tested = len(p.inputs) - p.test
    facts = [
        ("data", data),
        ("windows", f"{s.window} rows each, {p.train:,} to train and {tested:,} to test, in time"
         f" order; {s.scaler} scaler fitted on the training part only"),
        ("training", f"{s.epochs:,} epochs in batches of {training.batch}, {model.loss.what},"
         f" {s.optimiser} at {s.rate:g}{clip}, seed {s.seed}"),
        ("beware", SMALL),
    ]  # fmt: skip
    return facts + [("note", words) for words in training.recipe.words]


def _sample(training: RecipeTraining) -> Sample:
    """The last test windows: truth and prediction."""
    first = max(training.prepared.test, len(training.inputs) - SHOWN)
    target = training.prepared.table.names[-1]
    return Sample(
        f"{target}, the last {len(training.inputs) - first} of the test part",
        training.truth(first),
        training.predicted(first),
    )


def _last_value(training: RecipeTraining) -> str:
    last = len(training.inputs) - 1
    return (
        f"  last close {training.truth(last)[0]:.2f}: predicted {training.predicted(last)[0]:.2f}"
    )


def _save(asked: Asked, training: RecipeTraining, report: Report) -> None:
    for path in asked.models:
        training.model.save(path)
        click.echo(f"saved {path}", err=True)
    for path in asked.films:
        save_learning(path, report)
    for path in asked.save:
        if path.lower().endswith((".png", ".svg", ".pdf")):
            from lstm_viz.figure import save_still

            save_still(path, prediction(training))
            click.echo(f"saved {path}", err=True)


def prediction(training: RecipeTraining) -> Curves:
    """Truth and prediction: of the test part, or of all rows with a line where it begins."""
    first = 0 if training.recipe.mark else training.prepared.test
    truth, predicted = training.truth(first), training.predicted(first)
    where = (
        "all rows; the test part begins at the dashed line" if training.recipe.mark else "test part"
    )
    return Curves(
        (Text(f"{training.recipe.name}: {training.prepared.table.names[-1]}, {where}"),),
        np.arange(len(truth), dtype=float),
        (
            Curve(Text("truth"), truth, dashed=True),
            Curve(Text("predicted", "output"), predicted),
        ),
        "row",
        now=float(training.prepared.train) if training.recipe.mark else None,
        border=True,
    )


def _plot(training: RecipeTraining, asked: Asked) -> None:
    if not asked.json_:
        say(prediction(training))


def _rival(training: RecipeTraining, asked: Asked) -> Score:
    for _ in training:
        pass
    score = training.score()
    if not asked.json_:
        click.echo(f"{training.name}: trained in {score.seconds:.1f} s")
    return score


def _tell(scores: list[Score], recipe: Recipe, asked: Asked, head: str = "") -> None:
    if asked.json_:
        for score in scores:
            write_json({"recipe": recipe.name, **vars(score), "sentence": head + score.sentence})
        return
    found: list[Any] = [Words((Text(head + score.sentence),)) for score in scores]
    if len(scores) > 1:
        best = min(scores, key=lambda score: score.model)
        ranked = ", ".join(f"{s.name} {s.model:,.4g}" for s in sorted(scores, key=_error))
        verb = "does" if best.name == scores[0].name else "does not"
        said = f"Among the models: {ranked}. The {scores[0].name} {verb} beat its rivals here."
        found.append(Words((Text(said),)))
    say(*found, Words((Text(SMALL),), "quiet"))


def _error(score: Score) -> float:
    return score.model
