"""The stacked-LSTM tutorial: one epoch of damped sines, over several seeds."""

from __future__ import annotations

from dataclasses import replace

import click
import numpy as np

from lstm_viz.commands.train.options import Output, TrainOptions, recipe_settings
from lstm_viz.commands.train.report import save, say, watch, write_json
from lstm_viz.learning.recipes.recipe import SMALL, RecipeSettings
from lstm_viz.learning.recipes.sine import DAMPED_SINE, NAME, SineTraining
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import train as view

TARGET = 0.022
LESSON = (
    "return_sequences: all LSTM layers but the last hand on one vector a step (None, 50, 20), so"
    " that the next layer has a sequence to read; the last hands on its final step only (None, 20)."
)


def train_sine(asked: TrainOptions) -> None:
    """`lstm-viz train damped-sine`: all seeds, their errors, and the one in the middle."""
    settings, output = recipe_settings(asked, DAMPED_SINE), asked.output
    seeds = range(settings.seed, settings.seed + (asked.seeds or 5))
    if len(seeds) > 1 and output.save:
        raise OptionError("--save is for one run: add --seeds 1")
    errors: list[float] = []
    for seed in seeds:
        error, stopped = _one(replace(settings, seed=seed), output, first=seed == seeds[0])
        errors += [] if error is None else [error]
        if stopped:
            break
    if not output.json_ and errors:
        _tell(errors, len(settings.hidden))


def _one(settings: RecipeSettings, output: Output, first: bool) -> tuple[float | None, bool]:
    """(mean absolute error on fresh sequences, whether it was broken off) of one seed."""
    training = SineTraining(settings, first)
    if first and not output.json_:
        click.echo(training.model.summary(settings.window))
        click.echo(LESSON)
    report = watch(training, output)
    if not report.done:
        return None, True
    error, seconds, seed = training.error, report.spent, settings.seed
    if output.json_:
        write_json({"recipe": NAME, "seed": seed, "error": error, "seconds": seconds})
    else:
        click.echo(
            f"seed {seed}: mean absolute error {error:.4f} on 1,000 fresh sequences,"
            f" {seconds:.1f} s (persistence {training.baseline.loss:.4f})"
        )
    save(report)
    return error, report.interrupted


def _tell(errors: list[float], layers: int) -> None:
    middle = float(np.median(errors))
    listed = ", ".join(f"{each:.4f}" for each in errors)
    said = f"mean absolute errors of {len(errors)} seeds: {listed}; median {middle:.4f}"
    if layers == 2 and len(errors) > 1:
        verdict = "at most" if middle <= TARGET else "more than"
        said += f" ({verdict} {TARGET}; the tutorial says about 0.02)"
    say(Words((Text(said),)))
    if len(errors) > 2:
        say(view.sorted_errors(errors))
    say(Words((Text(SMALL),), "quiet"))
