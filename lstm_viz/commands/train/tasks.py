"""Training on a task: one run, watched; or many side by side, and who learned."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import click
import numpy as np

from lstm_viz.commands.train import TWO_BIASES, Asked, units
from lstm_viz.commands.train.report import Report, save_learning, say, write_json
from lstm_viz.experiments.one_cell import choose_cell
from lstm_viz.learning.model import Model
from lstm_viz.learning.snapshot import Sample
from lstm_viz.learning.tasks import symbols
from lstm_viz.learning.tasks.training import Result, Settings, TaskTraining, grid, sweep
from lstm_viz.pictures.kinds import Text, Words
from lstm_viz.pictures.numerals import count
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import train as view

SMALL = "Small-scale demonstration with Adam, not a replication of the paper's figures."


def train_task(name: str, asked: Asked) -> None:
    """`lstm-viz train temporal-order`, for one setting or for several."""
    runs = _runs(name, asked)
    if len(runs) == 1:
        _one(runs[0], asked)
        return
    if asked.save or asked.resume:
        raise OptionError("--save and --resume are for one run: give one cell, bias and seed")
    _many(runs, asked)


def _runs(name: str, asked: Asked) -> list[Settings]:
    own = asked.given(
        "steps", "batch", "updates", "optimiser", "rate", "biases", "clip_norm", "clip_value"
    )
    sizes = units(asked.hidden, asked.layers, ())
    if len(set(sizes)) > 1:
        raise OptionError("--hidden: a task has as many units in every layer")
    if sizes:
        own |= {"hidden": sizes[0], "layers": len(sizes)}
    elif asked.layers:
        own["layers"] = asked.layers
    first = Settings(name, seed=asked.seed or 0, **own)
    found: list[Settings] = []
    for cell in _listed(asked.cell) or ["lstm"]:
        chosen = choose_cell(cell)
        text = "" if chosen.name == cell else chosen.text
        one = Settings(**{**vars(first), "cell": chosen.name, "text": text})
        found += grid(one, (), _biases(asked), _listed(asked.start), asked.seeds or 1)
    return found


def _listed(given: str | None) -> list[str]:
    return [part.strip() for part in given.split(",")] if given else []


def _biases(asked: Asked) -> list[str]:
    for bias in _listed(asked.forget_bias):
        try:
            finite = bias == "chrono" or np.isfinite(float(bias))
        except ValueError:
            finite = False
        if not finite:
            raise OptionError(f"--forget-bias {bias}: write a number, or chrono")
    return _listed(asked.forget_bias)


# ---------------------------------------------------------------------------- one run


def _one(settings: Settings, asked: Asked) -> None:
    model = Model.load(asked.resume) if asked.resume else None
    training = TaskTraining(settings, model)
    _check_resumed(training, asked)
    s, task = training.settings, training.task
    assert s.steps
    assert s.updates
    report = Report(
        training.model,
        task.name,
        task.what,
        _facts(training),
        s.updates - training.model.updates,
        every=max(1, s.updates // 20),
        way=asked.way,
        baseline=task.baseline(s.steps),
        baseline_words=task.baseline_words,
        sample=lambda: _sample(training),
        tail=lambda: f"  right {100 * training.rights[-1]:.1f} %" if training.rights else "",
        film=bool(asked.films),
    )
    report.follow(training)
    _tell(training.result(), asked, training)
    for path in asked.models:
        training.model.save(path)
        click.echo(f"saved {path}", err=True)
    for path in asked.films:
        save_learning(path, report)


def _check_resumed(training: TaskTraining, asked: Asked) -> None:
    notes = training.model.notes
    if asked.resume and notes.get("task") != training.task.name:
        was = notes.get("task") or notes.get("recipe") or "something else"
        raise OptionError(f"--resume {asked.resume}: this model was trained on {was}")


def _facts(training: TaskTraining) -> list[tuple[str, str]]:
    s, model = training.settings, training.model
    clip = f", norm clipped at {s.clip_norm:g}" if s.clip_norm else ""
    start = f"{s.start}{f', forget bias {s.forget_bias}' if s.forget_bias else ''}"
    start += TWO_BIASES if s.biases == 2 else ""
    return [
        ("network", f"{s.cell}, {s.hidden} units, {count(s.layers, 'layer')},"
         f" {model.network.count:,} weights, started as {start}, seed {s.seed}"),
        ("training", f"{s.steps} steps, batches of {s.batch}, {s.optimiser} at"
         f" {model.optimiser.rate:g}{clip}, at most {s.updates:,} updates"),
        ("source", training.task.source),
        ("beware", SMALL),
    ]  # fmt: skip


def _tell(result: Result, asked: Asked, training: TaskTraining) -> None:
    if asked.json_:
        write_json(_as_data(result))
        return
    verdict = "solved" if result.solved else "not solved"
    right = f"{100 * result.right:.1f} % right, " if np.isfinite(result.right) else ""
    say(
        Words((Text(
            f"{verdict} after {result.updates:,} updates, {result.seconds:.1f} s: on fresh"
            f" sequences {right}loss {result.loss:.4g} (baseline {result.baseline:.4g})"
        ),))
    )  # fmt: skip
    if training.task.name == "characters":
        say(Words((Text(f"it writes: {written(training.model)}"),)))


def _as_data(result: Result) -> dict[str, object]:
    s = result.settings
    return {
        "task": s.task,
        "cell": s.cell,
        "forget_bias": s.forget_bias,
        "start": s.start,
        "seed": s.seed,
        "solved": result.solved,
        "updates": result.updates,
        "seconds": round(result.seconds, 3),
        "loss": result.loss,
        "right": result.right,
        "baseline": result.baseline,
    }


def _sample(training: TaskTraining) -> Sample | None:
    """The first sequence of the last batch: what it should say, and what it says."""
    model, task = training.model, training.task
    if model.outputs is None:
        return None
    _, y = training.batch(model.updates - 1)
    said = model.loss.predicted(model.outputs)
    if task.name == "characters":
        return Sample("it writes", words=written(model, 60))
    if model.loss.classes:
        return _classes(said, y)
    if task.each_step:
        return Sample("one sequence, truth and prediction", y[:, 0, 0], said[:, 0, 0])
    pairs = ", ".join(f"{y[0, k]:.2f}: {said[0, k]:.2f}" for k in range(min(5, y.shape[-1])))
    return Sample("truth: prediction", words=pairs)


def _classes(said: np.ndarray, y: np.ndarray) -> Sample:
    if y.ndim == 1:
        pairs = (
            f"{y[k]}: {said[:, k].argmax()} ({100 * said[:, k].max():.0f} %)"
            for k in range(min(6, len(y)))
        )
        return Sample("truth: prediction", words=", ".join(pairs))
    return Sample("the right symbol's chance, step by step", np.ones(len(y)),
                  np.take_along_axis(said[:, :, 0], y[:, :1], 1)[:, 0])  # fmt: skip


def written(model: Model, length: int = 160, first: str = "alice ") -> str:
    """Text as the model of the characters goes on writing it, the same each time."""
    rng, known = np.random.default_rng(0), symbols.alphabet()
    text, states = first, {}  # type: tuple[str, dict[str, dict[str, np.ndarray]]]
    for k in range(len(first) + length - 1):
        x = np.zeros((1, len(known), 1), model.network.dtype)
        x[0, known.index(text[k]), 0] = 1
        scores, states = model.step(x, states)
        if k + 1 >= len(first):
            chance = model.loss.predicted(scores)[-1, :, 0].astype(float)
            text += known[int(rng.choice(len(known), p=chance / chance.sum()))]
    return text


# ---------------------------------------------------------------------------- many runs


def _many(runs: list[Settings], asked: Asked) -> None:
    results: list[Result] = []
    try:
        for result in _results(runs, asked.jobs or os.cpu_count() or 1):
            results.append(result)
            if asked.json_:
                write_json(_as_data(result))
            else:
                click.echo(_line(result, len(results), len(runs)))
    except KeyboardInterrupt:
        click.echo(f"stopped after {len(results)} of {len(runs)} runs", err=True)
    if results and not asked.json_:
        say(view.sweep_table(results), view.who_learned(results), Words((Text(SMALL),), "quiet"))


def _results(runs: list[Settings], jobs: int) -> Iterator[Result]:
    if jobs == 1:
        yield from sweep(runs)
        return
    with ProcessPoolExecutor(min(jobs, len(runs)), get_context("spawn")) as pool:
        try:
            yield from sweep(runs, pool)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _line(result: Result, number: int, of: int) -> str:
    s = result.settings
    right = f"  {100 * result.right:5.1f} % right" if np.isfinite(result.right) else ""
    verdict = "solved" if result.solved else "not solved"
    return (
        f"{number:>3} of {of}  {s.words():<24} seed {s.seed}  {verdict:<10} {result.updates:>6,}"
        f" updates {result.seconds:6.1f} s  loss {result.loss:.4g}{right}"
    )
