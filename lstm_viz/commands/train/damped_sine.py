"""The stacked-LSTM tutorial: one epoch of damped sines, over several seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click
import numpy as np

from lstm_viz.commands.train.options import Output, TrainOptions
from lstm_viz.commands.train.recipes import numbers
from lstm_viz.commands.train.report import end_as, say, watch, write_json
from lstm_viz.commands.train.resuming import agreed, check_left
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.recipes.recipe import SMALL, RecipeSettings, listed
from lstm_viz.learning.recipes.sine import DAMPED_SINE, NAME, SineTraining
from lstm_viz.learning.resume import carrying_on, resumed
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import train as view

TARGET = 0.022
LESSON = (
    "return_sequences: all {cell} layers but the last return one vector per step, {shapes}, so"
    " that the next layer gets a sequence; the last returns its final step only"
    " (None, {last})."
)


def train_sine(asked: TrainOptions) -> None:
    """`lstm-viz train damped-sine`: all seeds, their errors, and the one in the middle."""
    count, output = asked.seeds or (1 if asked.resume else 5), asked.output
    if count > 1 and (output.save or asked.resume):
        raise OptionError("--save and --resume are for one run: add --seeds 1")
    errors: list[float] = []
    diverged, exploded = 0, []
    for k, training in enumerate(_trainings(asked, count), 1):
        try:
            found = _one(training, output, stay=k == count)
        except DivergedError as why:
            if count == 1:
                raise
            diverged += 1
            _say_diverged(training, output, why)
            continue
        if found is None:
            break
        errors.append(found[0])
        exploded.append(found[1])
    if not output.json_ and errors:
        _tell(errors, training.settings)
    if not output.json_ and diverged:
        click.echo(f"{diverged} of {count} diverged")
    if diverged or errors:
        end_as(exploded)


def _say_diverged(training: SineTraining, output: Output, why: DivergedError) -> None:
    seed = training.settings.seed
    if output.json_:
        write_json({"recipe": NAME, "seed": seed, "diverged": str(why)})
    else:
        click.echo(f"seed {seed}: {why}")


def _trainings(asked: TrainOptions, seeds: int) -> Iterator[SineTraining]:
    """One for each seed; or the one in the file, if nothing that was given contradicts it."""
    if not asked.resume:
        settings = replace(DAMPED_SINE, **numbers(asked, DAMPED_SINE))
        for k in range(seeds):
            yield SineTraining(replace(settings, seed=settings.seed + k), first=not k)
        return
    found = resumed(asked.resume, NAME, RecipeSettings)
    settings = agreed(found, numbers(asked, found.settings))
    with carrying_on(asked.resume):
        training = SineTraining(settings, model=found.model)
    check_left(training, asked, "--epochs")
    yield training


def _one(training: SineTraining, output: Output, stay: bool) -> tuple[float, bool] | None:
    """(mean absolute error on fresh sequences, whether it exploded); None if it was broken off."""
    settings = training.settings
    if training.first and not output.json_:
        click.echo(training.model.summary(settings.window))
        if len(settings.hidden) > 1:
            most = [f"(None, {settings.window}, {units})" for units in settings.hidden[:-1]]
            lesson = LESSON.format(
                cell=settings.cell, shapes=listed(dict.fromkeys(most)), last=settings.hidden[-1]
            )
            say(Words((Text(lesson),)))
    with watch(training, output, stay) as report:
        if report.interrupted:
            return None
        error, seconds, seed = training.error, report.spent, settings.seed
        if output.json_:
            write_json({"recipe": NAME, "seed": seed, "error": error, "seconds": seconds})
        else:
            click.echo(
                f"seed {seed}: mean absolute error {error:.4f} on 1,000 fresh sequences,"
                f" {seconds:.1f} s (persistence {training.baseline.loss:.4f})"
            )
    return error, report.exploded


def _tell(errors: list[float], settings: RecipeSettings) -> None:
    middle = float(np.median(errors))
    each_one = ", ".join(f"{each:.4f}" for each in errors)
    alone = len(errors) == 1
    said = f"mean absolute error of one seed: {each_one}"
    if not alone:
        said = f"mean absolute errors of {len(errors)} seeds: {each_one}; median {middle:.4f}"
    if not alone and replace(settings, seed=DAMPED_SINE.seed) == DAMPED_SINE:
        verdict = "at most" if middle <= TARGET else "more than"
        said += f" ({verdict} {TARGET}; the tutorial says about 0.02)"
    say(Words((Text(said),)))
    if len(errors) > 2:
        say(view.sorted_errors(errors))
    say(Words((Text(SMALL),), "quiet"))
