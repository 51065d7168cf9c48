"""The activation functions of dense layers, as texts in the language of the equations.

`activation("tanh").run(z)` gives y, `.back(dy, y, z)` gives ∂L/∂z: the slope is derived. Numbers
other than the usual ones stand after colons: `leaky_relu:0.2`, `hard_tanh:-2:2`. By hand are only
those that the language cannot say: over all features together (softmax), and with erf.
"""

from __future__ import annotations

import math
import re
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
    Tree,
    children,
    plus,
    rebuild,
)
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, nearest

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
    "hard_silu": "v * hard_sigmoid(v)",
    "mish": "v * tanh(softplus(v))",
    "gelu_tanh": "0.5 * v * (1 + tanh(0.7978845608028654 * (v + 0.044715 * v ** 3)))",
    "selu": "1.0507009873554805 * elu(v, 1.6732632423543772)",
    "hard_sigmoid": "hard_sigmoid(v)",
    "hard_sigmoid_keras2": "hard_sigmoid_keras2(v)",
    "elu": "elu(v, 1)",
    "celu": "elu(v, 1)",
    "leaky_relu": "leaky_relu(v, 0.01)",
    "tanh_shrink": "v - tanh(v)",
    "hard_shrink": "v * step(abs(v) - 0.5)",
    "soft_shrink": "v - clip(v, -0.5, 0.5)",
    "thresholded_relu": "thresholded_relu(v, 1)",
    "squareplus": "(v + sqrt(v ** 2 + 4)) / 2",
}
WITH_NUMBERS = {  # name:0:1
    "hard_tanh": "clip(v, {0}, {1})",  # the least and the largest value
    "softplus": "softplus({0} * v) / {0}",
    "silu": "v * sigmoid({0} * v)",
    "elu": "elu(v, {0})",
    "celu": "{0} * elu(v / {0}, 1)",
    "leaky_relu": "leaky_relu(v, {0})",
    "hard_shrink": "v * step(abs(v) - {0})",
    "soft_shrink": "v - clip(v, -{0}, {0})",
    "thresholded_relu": "thresholded_relu(v, {0})",
    "threshold": "{1} + (v - {1}) * step(v - {0})",  # where it begins, and what is below
    "squareplus": "(v + sqrt(v ** 2 + {0})) / 2",
    "hard_sigmoid": "clip({0} * v + {1}, 0, 1)",
    "scaled_tanh": "{0} * tanh({1} * v)",
    "affine": "{0} * v + {1}",
}


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
    (equation,) = parse(f"y = {text(name)}")
    return _derived(equation.tree)


def text(name: str) -> str:
    """What the activation called `name` computes, in v; those by hand have no text."""
    stem, *numbers = name.split(":")
    if stem not in (WITH_NUMBERS if numbers else TEXTS):
        hint = nearest(name, [*TEXTS, *BY_HAND])
        raise InputError(f"no activation is called {name!r}: {hint}")
    return _filled(stem, numbers) if numbers else TEXTS[stem]


def _filled(stem: str, numbers: list[str]) -> str:
    wanted = len(set(re.findall(r"\{\d\}", WITH_NUMBERS[stem])))
    try:
        read = [float(number) for number in numbers]
    except ValueError:
        read = []
    if len(read) != wanted or not np.isfinite(read).all():
        raise InputError(f"{stem} takes {count(wanted, 'number')}: {stem}{':NUMBER' * wanted}")
    return WITH_NUMBERS[stem].format(*read)


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
    """One line for each edge in the backward pass: what arrives is added up."""
    seen = {"dy"}
    for edge in edges:
        if "d" + edge.source not in seen:
            continue  # only steps read it, whose slope is 0
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
