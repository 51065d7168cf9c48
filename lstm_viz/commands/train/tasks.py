"""Training on a task: one run, watched; or many side by side, and who learned."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import Any

import click

from lstm_viz.commands.train.options import TrainOptions, listed, the_cell
from lstm_viz.commands.train.report import save, say, watch, write_json
from lstm_viz.commands.train.resuming import agreed, check_left
from lstm_viz.commands.train.workers import workers
from lstm_viz.learning.recipes.recipe import listed as listed_words
from lstm_viz.learning.resume import carrying_on, resumed
from lstm_viz.learning.tasks import find_task
from lstm_viz.learning.tasks.settings import Filled, TaskSettings
from lstm_viz.learning.tasks.sweeps import Sweep, grid, sweep
from lstm_viz.learning.tasks.training import SMALL, Result, TaskTraining
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import train as view

WRITTEN = "Sampled from its probabilities, character by character, after its first six: {}"
TOLD = ("task", "cell", "forget_bias", "start", "seed")  # of what was asked for, in JSON


def train_task(name: str, asked: TrainOptions) -> None:
    """`lstm-viz train temporal-order`, for one setting or for several."""
    runs = [] if asked.resume else _runs(name, asked)
    many = len(runs) > 1 or (asked.seeds or 1) > 1
    if many and (asked.output.save or asked.resume):
        raise OptionError("--save and --resume are for one run: give one cell, bias and seed")
    if asked.jobs and not many:
        raise OptionError(
            f"--jobs {asked.jobs}: there is one run only: add --seeds, or leave it out"
        )
    if many:
        _many(runs, asked)
    elif asked.resume:
        _one(_resumed(name, asked.resume, asked), asked)
    else:
        _one(TaskTraining(runs[0], onwards=_onwards(name, asked)), asked)


def _onwards(name: str, asked: TrainOptions) -> bool:
    """Whether it is to go on when it is solved: a text is learned for as long as was asked for."""
    return asked.updates is not None and find_task(name).follow is not None


def _numbers(asked: TrainOptions) -> dict[str, Any]:
    """What was given of what a run has one of."""
    own = asked.settings(TaskSettings, "hidden", "layers", "cell", "start", "forget_bias")
    sizes = asked.units()
    if len(set(sizes)) > 1:
        raise OptionError("--hidden: a task has the same number of units in every layer")
    if sizes:
        own["hidden"] = sizes[0]
    if asked.layers or len(sizes) > 1:
        own["layers"] = asked.layers or len(sizes)
    return own


def _runs(name: str, asked: TrainOptions) -> list[TaskSettings]:
    first, found = TaskSettings(name, **_numbers(asked)), []
    find_task(name).filled(first)
    for cell in listed(asked.cell) or ["lstm"]:
        one = replace(first, **the_cell(cell))
        biases, starts = _biases(asked.forget_bias), listed(asked.start)
        found += grid(one, (), biases, starts, asked.seeds or 1)
    if asked.forget_bias and not any(each.forget_bias for each in found):
        cells = list(dict.fromkeys(each.cell for each in found))
        has = "has" if len(cells) == 1 else "have"
        raise OptionError(
            f"--forget-bias: {listed_words(cells)} {has} no forget gate; leave it out"
        )
    return found


def _biases(given: str | None) -> list[str]:
    found = []
    for bias in listed(given):
        try:
            finite = bias == "chrono" or isfinite(float(bias))
        except ValueError:
            finite = False
        if not finite:
            raise OptionError(f"--forget-bias {bias}: write a number, or chrono")
        found.append(bias if bias == "chrono" else f"{float(bias):.12g}")
    return found


def _resumed(name: str, path: str, asked: TrainOptions) -> TaskTraining:
    """The run in the file, if nothing that was given contradicts it."""
    found = resumed(path, name, Filled)
    given = _numbers(asked) | {
        option: many[0] if len(many) == 1 else tuple(many)
        for option, many in (
            ("start", listed(asked.start)),
            ("forget_bias", _biases(asked.forget_bias)),
        )
        if many
    }
    if asked.cell:
        given |= the_cell(asked.cell)
    settings = agreed(found, given)
    with carrying_on(path):
        training = TaskTraining(settings, found.model, _onwards(name, asked))
    check_left(training, asked, "--updates")
    return training


# ---------------------------------------------------------------------------- one run


def _one(training: TaskTraining, asked: TrainOptions) -> None:
    report = watch(training, asked.output)
    if asked.output.json_:
        write_json(_as_data(training.result()))
    else:
        _tell(training)
    save(report)


def _tell(training: TaskTraining) -> None:
    result, task = training.result(), training.task
    verdict = _verdict(result)
    right = f"{100 * result.right:.1f} % right, " if task.right else ""
    sentences = [
        f"{verdict} after {result.updates:,} updates, {result.seconds:.1f} s: on"
        f" {task.unseen} {right}loss {result.loss:.4g} (baseline {result.baseline:.4g})"
    ]
    if task.write:
        sentences += _by_heart(training, result)
        sentences.append(WRITTEN.format(task.write(training.model, 160)))
    for each in sentences + training.advice:
        say(Words((Text(each),)))


def _by_heart(training: TaskTraining, result: Result) -> list[str]:
    """Where it knows what it was trained on much better than what it was not."""
    seen = training.loss.value
    if not seen < 0.8 * result.loss:
        return []
    return [
        f"On the text it was trained on the loss, smoothed, is {seen:.4g}: it overfits. The loss on"
        f" other text may have been lower after fewer updates."
    ]


def _verdict(result: Result) -> str:
    return "diverged" if result.diverged else "solved" if result.solved else "not solved"


def _as_data(result: Result) -> dict[str, object]:
    asked = {name: getattr(result.settings, name) for name in TOLD}
    told = {k: v for k, v in vars(result).items() if k not in ("settings", "curve")}
    return asked | told | {"seconds": round(result.seconds, 3)}


# ---------------------------------------------------------------------------- many runs


def _many(runs: list[TaskSettings], asked: TrainOptions) -> None:
    results: list[Result] = []
    try:
        for result in _results(runs, asked.jobs or os.cpu_count() or 1):
            results.append(result)
            if asked.output.json_:
                write_json(_as_data(result))
            else:
                click.echo(_line(result, len(results), len(runs)))
    except KeyboardInterrupt:
        click.echo(f"stopped after {len(results)} of {len(runs)} runs", err=True)
        if not results:
            raise
    if results and not asked.output.json_:
        done = Sweep(tuple(results))
        say(view.sweep_table(done), view.who_learned(done), Words((Text(SMALL),), "quiet"))


def _results(runs: list[TaskSettings], jobs: int) -> Iterator[Result]:
    if jobs == 1:
        yield from sweep(runs)
        return
    with workers(min(jobs, len(runs))) as pool:
        yield from sweep(runs, pool)


def _line(result: Result, number: int, of: int) -> str:
    s = result.settings
    right = f"  {100 * result.right:5.1f} % right" if isfinite(result.right) else ""
    return (
        f"{number:>3} of {of}  {s.words():<24} seed {s.seed}  {_verdict(result):<10}"
        f" {result.updates:>6,} updates {result.seconds:6.1f} s  loss {result.loss:.4g}{right}"
    )
