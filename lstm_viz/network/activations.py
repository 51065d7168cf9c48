"""The activation functions of dense layers, as texts in the language of the equations.

`activation("tanh").run(z)` gives y, `.back(dy, y, z)` gives ∂L/∂z: the slope is derived. Those with
a parameter are written `leaky_relu:0.2`. By hand are only those that the language cannot say: over
all features together (softmax), and with erf.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from lstm_viz.equations.derivative import Edge, derive
from lstm_viz.equations.numpy_source import compiled
from lstm_viz.equations.parse import parse
from lstm_viz.equations.tree import (
    Call,
    Equation,
    Name,
    Number,
    Tree,
    children,
    plus,
    rebuild,
    substitute,
)
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

Array = np.ndarray

TEXTS = {
    "linear": "v",
    "tanh": "tanh(v)",
    "sigmoid": "sigmoid(v)",
    "relu": "relu(v)",
    "relu6": "clip(v, 0, 6)",
    "hard_tanh": "clip(v, -1, 1)",
    "softplus": "softplus(v)",
    "log_sigmoid": "-softplus(-v)",
    "softsign": "softsign(v)",
    "exponential": "exp(v)",
    "silu": "v * sigmoid(v)",
    "mish": "v * tanh(softplus(v))",
    "gelu_tanh": "0.5 * v * (1 + tanh(0.7978845608028654 * (v + 0.044715 * v ** 3)))",
    "selu": "1.0507009873554805 * elu(v, 1.6732632423543772)",
    "hard_sigmoid": "hard_sigmoid(v)",
    "hard_sigmoid_keras2": "hard_sigmoid_keras2(v)",
    "elu": "elu(v, alpha)",
    "leaky_relu": "leaky_relu(v, alpha)",
}
ALPHA = {"elu": 1.0, "leaky_relu": 0.01}  # where the name says no other


@dataclass(frozen=True)
class Function:
    """An activation: y = run(z) and dz = back(dy, y, z)."""

    run: Callable[[Array], Array]
    back: Callable[[Array, Array, Array], Array]


@cache
def activation(name: str) -> Function:
    """The activation called `name`, such as `relu` or `leaky_relu:0.2`.

    Raises `InputError` for an unknown name, with the nearest one.
    """
    if name in BY_HAND:
        return BY_HAND[name]
    stem, _, number = name.partition(":")
    if stem not in (ALPHA if number else TEXTS):
        hint = nearest(name, [*TEXTS, *BY_HAND])
        raise InputError(f"no activation is called {name!r}: {hint}")
    (equation,) = parse(f"y = {TEXTS[stem]}")
    alpha = Number(float(number) if number else ALPHA.get(stem, 0.0))
    return _derived(substitute(equation.tree, {Name("alpha"): alpha}))


def _derived(tree: Tree) -> Function:
    """A function of v: a line for each call inside, so that going back computes none twice."""
    calls: dict[Tree, Name] = {}

    def inside(tree: Tree) -> Tree:
        tree = rebuild(tree, tuple(inside(child) for child in children(tree)))
        return calls.setdefault(tree, Name(f"v_{len(calls)}")) if isinstance(tree, Call) else tree

    whole = Equation("y", rebuild(tree, tuple(inside(child) for child in children(tree))))
    lines = [Equation(name.name, call) for call, name in calls.items()]
    value = compiled("value", "v", [*lines, whole], "y")
    slope = compiled("slope", "dy, y, v", [*lines, *_sums(derive([*lines, whole]))], "dv")

    quiet = np.errstate(over="ignore")  # of an exp below a fraction line
    return Function(quiet(value), quiet(slope))


def _sums(edges: Iterable[Edge]) -> Iterator[Equation]:
    """One line for each edge on the way back: what arrives is added up."""
    seen = set()
    for edge in edges:
        target = "d" + edge.target
        yield Equation(target, plus(Name(target), edge.term) if target in seen else edge.term)
        seen.add(target)


# ---------------------------------------------------------------------------- by hand


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _log_softmax(z: Array) -> Array:
    z = z - z.max(axis=-1, keepdims=True)
    return np.asarray(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


def _normal(z: Array) -> Array:
    """The share of a normal distribution below z: ½ + ½ erf(z / √2)."""
    erf = [math.erf(each) for each in (z / math.sqrt(2)).ravel().tolist()]
    return np.asarray(0.5 * (1 + np.array(erf, z.dtype).reshape(z.shape)))


def _gelu_slope(z: Array) -> Array:
    return np.asarray(_normal(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi))


BY_HAND = {
    "gelu": Function(lambda z: z * _normal(z), lambda dy, y, z: dy * _gelu_slope(z)),
    "softmax": Function(_softmax, lambda dy, y, z: y * (dy - (dy * y).sum(axis=-1, keepdims=True))),
    "log_softmax": Function(
        _log_softmax, lambda dy, y, z: dy - np.exp(y) * dy.sum(axis=-1, keepdims=True)
    ),
}
