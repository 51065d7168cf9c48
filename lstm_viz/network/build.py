"""Layers with fresh weights: what to say of each is what Keras asks for.

layers = [recurrent(LSTM, 20, sequences=True), recurrent(LSTM, 20), dense(5)]
network = build(layers, inputs=1, start="keras", seed=0)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Last, Layer
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError


@dataclass(frozen=True)
class Begin:
    """How weights begin: the start's name, the forget bias, and where chance comes from."""

    start: str
    forget_bias: float | None
    rng: np.random.Generator


Plan = Callable[[int, Begin], tuple[Layer, int]]  # features in → the layer, and features out


def recurrent(
    cell: Cell, hidden: int, sequences: bool = False, bidirectional: bool = False
) -> Plan:
    """A recurrent layer of `hidden` units; `sequences` hands on every step, not only the last."""

    def make(features: int, begin: Begin) -> tuple[Layer, int]:
        directions = []
        for reverse in (False, True)[: 1 + bidirectional]:
            weights = cell.start(
                features, hidden, begin.rng, begin.start, forget_bias=begin.forget_bias
            )
            directions.append(Direction(cell, weights, reverse))
        rows = cell.sizes(directions[0].weights, features)[cell.letters(cell.output)]
        return Recurrent(directions, sequences), rows * len(directions)

    return make


def dense(units: int, activation: str = "linear") -> Plan:
    """y = activation(W x + b); W begins as Keras (Glorot) or else PyTorch (±1/√inputs)."""

    def make(features: int, begin: Begin) -> tuple[Layer, int]:
        shape, rng = (units, features), begin.rng
        if begin.start == "keras":
            bound = math.sqrt(6 / (features + units))
            return Dense(rng.uniform(-bound, bound, shape), np.zeros(units), activation), units
        bound = 1 / math.sqrt(features)
        W, b = rng.uniform(-bound, bound, shape), rng.uniform(-bound, bound, units)
        return Dense(W, b, activation), units

    return make


def embedding(words: int, features: int) -> Plan:
    """A row of numbers for each of so many words."""
    return lambda _, begin: (Embedding(begin.rng.normal(0, 1, (words, features))), features)


def dropout(rate: float) -> Plan:
    """Drops this share in training."""
    return lambda features, _: (Dropout(rate), features)


def activation(name: str) -> Plan:
    """An activation function on its own."""
    return lambda features, _: (Activation(name), features)


def last() -> Plan:
    """The last step only."""
    return lambda features, _: (Last(), features)


def build(
    plans: Sequence[Plan],
    inputs: int,
    *,
    start: str = "pytorch",
    forget_bias: float | None = None,
    seed: int | np.random.Generator = 0,
    dtype: Any = np.float32,
) -> Network:
    """A network of such layers with fresh weights, for `inputs` features a step.

    `start` and `forget_bias` are those of `Cell.start`.
    """
    if not plans:
        raise InputError("a network needs at least one layer")
    begin = Begin(start, forget_bias, np.random.default_rng(seed))
    layers, features = [], inputs
    for plan in plans:
        layer, features = plan(features, begin)
        layers.append(layer)
    return Network(layers, dtype)
