"""The stacked-LSTM tutorial: one epoch of damped sines, over several seeds, and several depths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import click

from lstm_viz.commands.speaking import echo
from lstm_viz.commands.train.drawn import save
from lstm_viz.commands.train.options import Output, TrainOptions
from lstm_viz.commands.train.recipes import numbers
from lstm_viz.commands.train.report import Report, end_as, end_if_nothing, say, watch, write_json
from lstm_viz.commands.train.resuming import agreed, check_left
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.recipes import sine
from lstm_viz.learning.recipes.contest import Standing, between
from lstm_viz.learning.recipes.recipe import SMALL, RecipeSettings
from lstm_viz.learning.recipes.sine import DAMPED_SINE, NAME, SineTraining
from lstm_viz.learning.resume import carrying_on, resumed
from lstm_viz.pictures.kinds import Picture, Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.numbers import fixed, lasted
from lstm_viz.views import recipes as pictures
from lstm_viz.views import sine as view
from lstm_viz.views import train as sample_view

Errors = dict[int, float]  # by seed


def train_sine(asked: TrainOptions) -> None:
    """`lstm-viz train damped-sine`: all seeds, and what the spread of their errors allows."""
    count, output = asked.seeds or (1 if asked.resume else 5), asked.output
    depths = asked.depths or (asked.layers,)
    if (count > 1 or len(depths) > 1) and (output.save or asked.resume):
        raise OptionError("--save and --resume are for one run: add --seeds 1")
    found: dict[str, Errors] = {}
    diverged, exploded, runs = 0, [], count * len(depths)
    trainings = (t for depth in depths for t in _trainings(asked, depth, count))
    one = next(trainings)  # or it is refused, and nothing is drawn
    if not output.json_:
        say(pictures.page(sine.sines(), sine.five(asked.seed or 0)))
    for k, training in enumerate(chain((one,), trainings), 1):
        errors = found.setdefault(training.depth, {})
        try:
            ended = _one(training, output, k == 1, stay=k == runs)
        except DivergedError as why:
            if runs == 1:
                raise
            diverged += 1
            _say_diverged(training, output, why)
            continue
        if ended is None:
            break
        errors[training.settings.seed] = ended[0]
        exploded.append(ended[1])
    if not output.json_:
        _tell(found, diverged, training)
    if diverged or exploded:
        end_as(exploded)


def _say_diverged(training: SineTraining, output: Output, why: DivergedError) -> None:
    seed = training.settings.seed
    if output.json_:
        write_json({"recipe": NAME, "seed": seed, "diverged": str(why)})
    else:
        echo(f"seed {seed}: {why}")


def _trainings(asked: TrainOptions, layers: int | None, seeds: int) -> Iterator[SineTraining]:
    """One for each seed; or the one in the file, if nothing that was given contradicts it."""
    asked = replace(asked, layers=layers)
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


def _one(
    training: SineTraining, output: Output, alone: bool, stay: bool
) -> tuple[float, bool] | None:
    """(mean absolute error on fresh sequences, whether it exploded); None if it was broken off."""
    settings = training.settings
    if training.first and not output.json_:
        click.echo(training.model.summary(settings.window))
    report = watch(training, output, stay)
    if alone:
        end_if_nothing(report)
    if report.interrupted:
        if report.done:
            _save(training, report)
        return None
    error, seconds, seed = training.error, report.spent, settings.seed
    if output.json_:
        depth = len(settings.hidden)
        told = {"recipe": NAME, "layers": depth, "seed": seed, "error": error, "seconds": seconds}
        write_json(told)
    else:
        echo(
            f"seed {seed}: mean absolute error {fixed(error)} on 1,000 fresh sequences,"
            f" {lasted(seconds)} s (persistence {fixed(training.baseline.loss)})"
        )
        if training.first:
            say(sample_view.sample(training.sample()), *view.returned(training.returned()))
    _save(training, report)
    return error, report.exploded


def _save(training: SineTraining, report: Report) -> None:
    """The film, and a page: a sine, five sequences, and a prediction beside its truth."""
    seed = training.settings.seed
    prediction = sample_view.sample(training.sample())
    save(report, view.page(pictures.page(sine.sines(), sine.five(seed)), prediction))


def _tell(found: dict[str, Errors], diverged: int, training: SineTraining) -> None:
    parts: list[Picture] = []
    if sum(map(len, found.values())) > 1:
        rows = [Standing(name, (), tuple(each.values()), 0.0) for name, each in found.items()]
        parts.append(view.table(rows))
    first, *others = found
    said = [between(first, other, found[first], found[other]) for other in others]
    if diverged:
        said.append(f"{diverged} diverged")
    usual = replace(DAMPED_SINE, seed=training.settings.seed)
    if training.settings == usual or others:
        said.append("The tutorial, with two layers, says about 0.02.")
    say(*parts, *(Words((Text(each),)) for each in said if each), Words((Text(SMALL),), "quiet"))
