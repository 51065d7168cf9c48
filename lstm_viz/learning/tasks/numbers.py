"""Tasks on numbers: adding, parity, running sum, echo, two sequences."""

from __future__ import annotations

import math

import numpy as np

from lstm_viz.learning.tasks.task import Array, Batch, Task, same_side


def _adding(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    x = np.zeros((steps, 2, batch))
    x[:, 0] = rng.random((steps, batch))
    half, column = steps // 2, np.arange(batch)
    x[rng.integers(0, half, batch), 1, column] = 1
    x[rng.integers(half, steps, batch), 1, column] = 1
    return x, (x[:, 0] * x[:, 1]).sum(axis=0)[None]


def _marked(x: Array) -> Array:
    return np.flatnonzero(x[:, 1])


def _parity(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    bits = rng.integers(0, 2, (steps, 1, batch))
    return bits.astype(float), (np.cumsum(bits, axis=0) % 2).astype(float)


def _running_sum(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    x = rng.random((steps, 1, batch)) - 0.5
    return x, np.cumsum(x, axis=0)


def delay(steps: int) -> int:
    """After how many steps the echo comes: a quarter of the sequence."""
    return max(1, steps // 4)


def _echo(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    bits = rng.integers(0, 2, (steps, 1, batch)).astype(float)
    echo = np.zeros_like(bits)
    echo[delay(steps) :] = bits[: -delay(steps)]
    return bits, echo


def _echo_right(outputs: Array, x: Array, targets: Array) -> float:
    late = delay(len(x))
    return same_side(outputs[late:], x, targets[late:])


def _two_sequence(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    x = rng.normal(0, math.sqrt(0.2), (steps, 1, batch))
    first = rng.integers(0, 2, batch)
    x[:3, 0] = 2.0 * first - 1
    return x, first[None].astype(float)


TASKS = [
    Task(
        "adding",
        "add the two marked numbers",
        "Hochreiter & Schmidhuber 1997, experiment 4; modern form: Le, Jaitly & Hinton 2015",
        _adding,
        "mse",
        lambda steps: 1 / 6,
        "always 1",
        inputs=2,
        least=2,
        hidden=32,
        advised={"forget_bias": "chrono"},
        marks=_marked,
        names=("number", "marker"),
    ),
    Task(
        "parity",
        "is the number of ones so far odd?",
        "Schmidhuber, Hochreiter & Bengio 2001",
        _parity,
        "binary-cross-entropy",
        lambda steps: math.log(2),
        "always 0.5",
        each_step=True,
        right=same_side,
        steps=20,
        rate=1e-2,
        updates=4000,
        names=("bit",),
    ),
    Task(
        "running-sum",
        "the sum of all numbers so far",
        "the simplest use of a memory",
        _running_sum,
        "mse",
        lambda steps: (steps + 1) / 24,
        "always 0",
        each_step=True,
        enough=0.01,
        steps=20,
        hidden=8,
        names=("number",),
    ),
    Task(
        "echo",
        "the bit from a quarter of the sequence earlier",
        "a delay line",
        _echo,
        "binary-cross-entropy",
        lambda steps: math.log(2) * (1 - delay(steps) / steps),
        "0 before the echo, then 0.5",
        each_step=True,
        right=_echo_right,
        steps=20,
        least=2,
        hidden=32,
        rate=1e-2,
        updates=4000,
        names=("bit",),
    ),
    Task(
        "two-sequence",
        "which of two sequences began, long ago?",
        "Bengio, Simard & Frasconi 1994; Hochreiter & Schmidhuber 1997, experiment 3",
        _two_sequence,
        "binary-cross-entropy",
        lambda steps: math.log(2),
        "always 0.5",
        right=same_side,
        hidden=8,
        advised={"forget_bias": "chrono"},
        names=("number",),
        marks=lambda x: np.arange(min(3, len(x))),
    ),
]
