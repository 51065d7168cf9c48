"""Training on a task: which runs were asked for, and how the one run ended."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

from lstm_viz.commands.train.drawn import drawn_whatever_ends, save
from lstm_viz.commands.train.many import (
    BESIDE,
    as_data,
    side_by_side,
    sweep_all,
    watch_both,
)
from lstm_viz.commands.train.options import TrainOptions, listed, the_cell
from lstm_viz.commands.train.report import end_as, end_if_nothing, say, watch, write_json
from lstm_viz.commands.train.resuming import agreed, check_left
from lstm_viz.learning.recipes.recipe import listed as listed_words
from lstm_viz.learning.resume import carrying_on, resumed
from lstm_viz.learning.tasks import find_task
from lstm_viz.learning.tasks.settings import Filled, TaskSettings
from lstm_viz.learning.tasks.sweeps import grid
from lstm_viz.learning.tasks.training import Result, TaskTraining
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import count
from lstm_viz.validation.numbers import brief, lasted

WRITTEN = "Sampled from its probabilities, character by character, after its first six: {}"


def train_task(name: str, asked: TrainOptions) -> None:
    """`lstm-viz train temporal-order`, for one setting or for several."""
    runs = [] if asked.resume else _runs(name, asked)
    many = len(runs) > 1 or (asked.seeds or 1) > 1
    beside = many and side_by_side(runs, asked)
    one = asked.resume or asked.output.of("data") or (asked.output.save and not beside)
    if many and one:
        raise OptionError(
            "--save and --resume are for one run: give one cell, bias and seed; a film or picture"
            f" shows {BESIDE} at most, with one seed"
        )
    if asked.jobs and not many:
        raise OptionError(
            f"--jobs {asked.jobs}: there is one run only: add --seeds, or leave it out"
        )
    if beside:
        watch_both(runs, asked)
    elif many:
        sweep_all(runs, asked)
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
    report = watch(training, asked.output, stay=True)
    end_if_nothing(report)
    with drawn_whatever_ends((report,), asked.output):
        result = training.result()
        if asked.output.json_:
            write_json(as_data(result))
        else:
            _tell(training, result)
    save(report)
    end_as([result.diverged])


def _tell(training: TaskTraining, result: Result) -> None:
    task = training.task
    said = result.verdict
    right = f"{100 * result.right:.1f} % right, " if task.right else ""
    sentences = [
        f"{said} after {count(result.updates, 'update')}, {lasted(result.seconds)} s: on"
        f" {task.unseen} {right}loss {brief(result.loss, 4)} (baseline {brief(result.baseline, 4)})"
    ]
    if task.write:
        sentences += _by_heart(training, result)
        sentences.append(WRITTEN.format(task.write(training.model, 160)))
    advice = [] if result.diverged else training.advice  # first of all it has to learn
    for each in sentences + advice:
        say(Words((Text(each),)))


def _by_heart(training: TaskTraining, result: Result) -> list[str]:
    """Where it knows what it was trained on much better than what it was not."""
    seen = training.loss.value
    if not seen < 0.8 * result.loss:
        return []
    return [
        f"On the text it was trained on the loss, smoothed, is {brief(seen, 4)}: it overfits."
        f" The loss on other text may have been lower after fewer updates."
    ]
