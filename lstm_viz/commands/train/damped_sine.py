"""The stacked-LSTM tutorial: one epoch of damped sines, over several seeds."""

from __future__ import annotations

from dataclasses import replace

import click
import numpy as np

from lstm_viz.commands.train import TWO_BIASES, Asked, settled
from lstm_viz.commands.train.report import Report, save_learning, say, write_json
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes import sine
from lstm_viz.learning.recipes.recipe import Settings
from lstm_viz.learning.snapshot import Sample
from lstm_viz.pictures.kinds import Curve, Curves, Text, Words
from lstm_viz.validation.errors import OptionError

TARGET = 0.022
LESSON = (
    "return_sequences: all LSTM layers but the last hand on one vector a step (None, 50, 20), so"
    " that the next layer has a sequence to read; the last hands on its final step only (None, 20)."
)
SMALL = "A small-scale demonstration of the tutorial's system, not a replication of its figures."


def train_sine(asked: Asked) -> None:
    """`lstm-viz train damped-sine`: all seeds, their errors, and the one in the middle."""
    settings = _settings(asked)
    seeds = range(settings.seed, settings.seed + (asked.seeds or 5))
    if len(seeds) > 1 and asked.save:
        raise OptionError("--save is for one run: add --seeds 1")
    errors: list[float] = []
    for seed in seeds:
        error, stopped = _one(replace(settings, seed=seed), asked, first=seed == seeds[0])
        if error is not None:
            errors.append(error)
        if stopped:
            break
    if not asked.json_ and errors:
        _tell(errors, len(settings.hidden))


def _settings(asked: Asked) -> Settings:
    own = asked.given("batch", "epochs", "optimiser", "rate", "start", "seed", "clip_norm",
                      "clip_value")  # fmt: skip
    return settled(asked, sine.DAMPED_SINE, own)


def _one(settings: Settings, asked: Asked, first: bool) -> tuple[float | None, bool]:
    """(mean absolute error on fresh sequences, whether it was broken off) of one seed."""
    model = sine.sine_model(settings)
    inputs, targets = sine.training_set(settings)
    fresh = sine.fresh_set(settings)
    each = -(-len(inputs) // settings.batch)
    report = Report(
        model,
        "damped-sine",
        sine.WHAT,
        _facts(settings, model) if first else [("seed", str(settings.seed))],
        settings.epochs * each,
        every=max(1, settings.epochs * each // 5),
        way=asked.way,
        baseline=sine.persistence(*fresh),
        baseline_words="the last value goes on",
        sample=lambda: _sample(model, fresh),
        film=bool(asked.films),
    )
    if first and asked.way != "json":
        click.echo(model.summary(settings.window))
        click.echo(LESSON)
    report.follow(model.training(inputs, targets, epochs=settings.epochs, batch=settings.batch))
    if not report.done:
        return None, True
    error = model.evaluate(*fresh)
    _say_one(settings, error, report, asked)
    for path in asked.models:
        model.save(path)
    for path in asked.films:
        save_learning(path, report)
    return error, report.interrupted


def _say_one(settings: Settings, error: float, report: Report, asked: Asked) -> None:
    seconds = report.spent
    if asked.json_:
        write_json(
            {"recipe": "damped-sine", "seed": settings.seed, "error": error, "seconds": seconds}
        )
        return
    click.echo(
        f"seed {settings.seed}: mean absolute error {error:.4f} on 1,000 fresh sequences,"
        f" {seconds:.1f} s (persistence {report.baseline:.4f})"
    )


def _facts(settings: Settings, model: Model) -> list[tuple[str, str]]:
    return [
        ("data", "½ + ½ sin(2πt / period) e^(-decay t), period 10 to 20, decay 0.01 to 0.1, fresh"),
        ("training", f"{settings.epochs} epoch of {sine.SEQUENCES:,} sequences in batches of"
         f" {settings.batch}, {model.loss.what}, {settings.optimiser} at {settings.rate:g},"
         f" started as {settings.start}"
         f"{TWO_BIASES if settings.biases == 2 else ''}, seed {settings.seed}"),
        ("beware", SMALL),
    ]  # fmt: skip


def _sample(model: Model, fresh: tuple[np.ndarray, np.ndarray]) -> Sample:
    inputs, targets = fresh
    said = model.predict(inputs[:1])[0]
    before = inputs[0, -15:, 0]
    return Sample(
        "a fresh sequence: its end, the next 5 values and the prediction",
        np.concatenate([before, targets[0]]),
        np.concatenate([np.full(len(before), np.nan), said]),
        mark=len(before) - 0.5,
    )


def _tell(errors: list[float], layers: int) -> None:
    middle = float(np.median(errors))
    listed = ", ".join(f"{each:.4f}" for each in errors)
    said = f"mean absolute errors of {len(errors)} seeds: {listed}; median {middle:.4f}"
    if layers == 2 and len(errors) > 1:
        verdict = "at most" if middle <= TARGET else "more than"
        said += f" ({verdict} {TARGET}; the tutorial says about 0.02)"
    curve = Curve(Text("error", "output"), np.array(sorted(errors)))
    say(Words((Text(said),)))
    if len(errors) > 2:
        say(Curves((Text("errors, sorted"),), np.arange(1.0, len(errors) + 1), (curve,), "seed"))
    say(Words((Text(SMALL),), "quiet"))
