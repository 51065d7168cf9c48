"""The activation functions of dense layers: one line each, value and slope.

`ACTIVATIONS["tanh"].run(z)` gives y, `.back(dy, y, z)` gives ∂L/∂z. Those with parameters are
written `leaky_relu:0.2`. Recurrent cells have their own, in `functions.py`, inside their equations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import did_you_mean

Array = np.ndarray
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
GELU = math.sqrt(2 / math.pi)


@dataclass(frozen=True)
class Function:
    """An activation: y = run(z) and dz = back(dy, y, z)."""

    run: Callable[[Array], Array]
    back: Callable[[Array, Array, Array], Array]


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(−z)), without overflow."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * z))


def softmax(z: Array) -> Array:
    """exp(z) / Σ exp(z) over the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def softplus(z: Array) -> Array:
    """log(1 + exp(z)), without overflow."""
    return np.asarray(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))


def _erf(z: Array) -> Array:
    return np.array([math.erf(each) for each in z.ravel().tolist()], z.dtype).reshape(z.shape)


def _normal(z: Array) -> Array:
    return np.asarray(0.5 * (1 + _erf(z / math.sqrt(2))))


def _gelu_slope(z: Array) -> Array:
    return np.asarray(_normal(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi))


def _gelu_tanh(z: Array) -> Array:
    return np.asarray(0.5 * z * (1 + np.tanh(GELU * (z + 0.044715 * z**3))))


def _gelu_tanh_slope(z: Array) -> Array:
    t = np.tanh(GELU * (z + 0.044715 * z**3))
    return np.asarray(0.5 * (1 + t) + 0.5 * z * (1 - t**2) * GELU * (1 + 3 * 0.044715 * z**2))


def _elementwise(
    value: Callable[[Array], Array], slope: Callable[[Array, Array], Array]
) -> Function:
    return Function(value, lambda dy, y, z: dy * slope(y, z))


def _inside(z: Array, low: float, high: float) -> Array:
    return ((z > low) & (z < high)).astype(z.dtype)


def _log_softmax(z: Array) -> Array:
    z = z - z.max(axis=-1, keepdims=True)
    return np.asarray(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


def _mish_slope(y: Array, z: Array) -> Array:
    t = np.tanh(softplus(z))
    return np.asarray(t + z * (1 - t**2) * sigmoid(z))


def _selu(z: Array) -> Array:
    below = SELU_ALPHA * np.expm1(np.minimum(z, 0))
    return np.asarray(SELU_SCALE * np.where(z > 0, z, below))


def _selu_slope(y: Array, z: Array) -> Array:
    return np.where(z > 0, SELU_SCALE, y + SELU_SCALE * SELU_ALPHA).astype(z.dtype)


_line = _elementwise
ACTIVATIONS: dict[str, Function] = {
    # name, value y from z, slope from y and z
    "linear": Function(lambda z: z, lambda dy, y, z: dy),
    "tanh": _line(np.tanh, lambda y, z: 1 - y**2),
    "sigmoid": _line(sigmoid, lambda y, z: y * (1 - y)),
    "relu": _line(lambda z: np.maximum(z, 0), lambda y, z: (z > 0).astype(z.dtype)),
    "relu6": _line(lambda z: np.clip(z, 0, 6), lambda y, z: _inside(z, 0, 6)),
    "softplus": _line(softplus, lambda y, z: sigmoid(z)),
    "softsign": _line(lambda z: z / (1 + np.abs(z)), lambda y, z: (1 - np.abs(y)) ** 2),
    "exponential": _line(np.exp, lambda y, z: y),
    "silu": _line(lambda z: z * sigmoid(z), lambda y, z: y + sigmoid(z) * (1 - y)),
    "mish": _line(lambda z: z * np.tanh(softplus(z)), _mish_slope),
    "gelu": _line(lambda z: z * _normal(z), lambda y, z: _gelu_slope(z)),
    "gelu_tanh": _line(_gelu_tanh, lambda y, z: _gelu_tanh_slope(z)),
    "selu": _line(_selu, _selu_slope),
    "hard_sigmoid": _line(lambda z: np.clip(z / 6 + 0.5, 0, 1), lambda y, z: _inside(z, -3, 3) / 6),
    "hard_sigmoid_keras2": _line(
        lambda z: np.clip(0.2 * z + 0.5, 0, 1), lambda y, z: _inside(z, -2.5, 2.5) * 0.2
    ),
    "softmax": Function(softmax, lambda dy, y, z: y * (dy - (dy * y).sum(axis=-1, keepdims=True))),
    "log_softmax": Function(
        _log_softmax, lambda dy, y, z: dy - np.exp(y) * dy.sum(axis=-1, keepdims=True)
    ),
}


def _elu(alpha: float, z: Array) -> Array:
    return np.asarray(np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0))))


def _leaky(alpha: float, z: Array) -> Array:
    return np.asarray(np.where(z > 0, z, alpha * z))


PARAMETRIC: dict[str, tuple[float, Callable[..., Any], Callable[..., Any]]] = {
    # name: usual alpha, value(alpha, z), slope(alpha, y, z)
    "elu": (1.0, _elu, lambda alpha, y, z: np.where(z > 0, 1, y + alpha)),
    "leaky_relu": (0.01, _leaky, lambda alpha, y, z: np.where(z > 0, 1, alpha)),
}


@cache
def activation(name: str) -> Function:
    """The activation called `name`, such as `relu` or `leaky_relu:0.2`.

    Raises `InputError` for an unknown name, with the nearest one.
    """
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    stem, _, number = name.partition(":")
    if stem not in PARAMETRIC:
        known = [*ACTIVATIONS, *PARAMETRIC]
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise InputError(f"no activation is called {name!r}: {hint}")
    usual, value, slope = PARAMETRIC[stem]
    alpha = float(number) if number else usual
    return _elementwise(
        partial(value, alpha), lambda y, z: np.asarray(slope(alpha, y, z), dtype=z.dtype)
    )
