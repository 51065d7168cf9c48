"""The task on characters of a text: nine tenths are learned, the last tenth is for tests."""

from __future__ import annotations

from functools import cache

import numpy as np

from lstm_viz.inputs import datasets as data
from lstm_viz.learning.model import Model
from lstm_viz.learning.tasks.task import Array, Batch, Task, one_hot
from lstm_viz.learning.units import States


@cache
def alphabet() -> str:
    """The characters of the text, lower case."""
    return "".join(sorted(set(text())))


@cache
def text() -> str:
    """Alice in lower case, one space between words."""
    return " ".join(data.load("alice").text.lower().split())


@cache
def _codes() -> Array:
    place = {each: k for k, each in enumerate(alphabet())}
    return np.array([place[each] for each in text()])


def trained_on() -> int:
    """How many characters are trained on: nine tenths; the rest, at the end, is for tests alone."""
    return len(text()) * 9 // 10


def _held_out(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    """Pieces of what is not trained on, at random places: what a test is made of."""
    return _cut(rng.integers(trained_on(), len(_codes()) - steps, batch), steps)


def _in_order(update: int, steps: int, batch: int) -> Batch:
    """The pieces of one update, from `batch` places; each goes on where the one before ended."""
    apart = trained_on() // batch
    return _cut((np.arange(batch) * apart + update * steps) % (trained_on() - steps), steps)


def _cut(starts: Array, steps: int) -> Batch:
    """Inputs and the characters that follow them."""
    codes = _codes()[starts + np.arange(steps + 1)[:, None]]
    return one_hot(codes[:-1], len(alphabet())), codes[1:]


def written(model: Model, length: int = 160, first: str = "alice ") -> str:
    """Text as the model of the characters goes on writing it, the same each time."""
    rng, known = np.random.default_rng(0), alphabet()
    states: States = {}
    so_far = first
    for k in range(len(first) + length - 1):
        x = one_hot(np.array([[known.index(so_far[k])]]), len(known)).astype(model.network.dtype)
        scores, states = model.step(x, states)
        if k + 1 >= len(first):
            chance = model.loss.predicted(scores)[-1, :, 0].astype(float)
            so_far += known[int(rng.choice(len(known), p=chance / chance.sum()))]
    return so_far


@cache
def pairs_on_held_out() -> float:
    """What a table of pairs loses on the held-out characters, in nats.

    The table is each character's frequency given the one before, counted in the trained part, and
    each pair once more, so that none is impossible (Laplace).
    """
    codes, size, cut = _codes(), len(alphabet()), trained_on()
    before, after = codes[: cut - 1], codes[1:cut]
    pairs = np.bincount(before * size + after, minlength=size * size).reshape(size, size) + 1.0
    chance = pairs / pairs.sum(axis=1, keepdims=True)
    return -float(np.log(chance[codes[cut:-1], codes[cut + 1 :]]).mean())


def characters() -> Task:
    """The task on the text that ships; reading the text waits until it is asked for."""
    return Task(
        "characters",
        "the next character of Alice in Wonderland; its last tenth is for tests only",
        "Elman 1990; Karpathy, The Unreasonable Effectiveness of Recurrent Networks, 2015",
        _held_out,
        "cross-entropy",
        lambda steps: pairs_on_held_out(),
        "frequency of each character given the one before",
        inputs=len(alphabet()),
        outputs=len(alphabet()),
        each_step=True,
        enough=0.8,
        steps=50,
        most=len(text()) - trained_on() - 1,
        hidden=96,
        updates=2000,
        follow=_in_order,
        write=written,
        symbols=alphabet(),
    )
