"""Losses: how far outputs are from targets, and the gradient of that by the outputs.

value, doutputs = LOSSES["mse"](outputs, targets)

Arrays are feature-major: outputs (K, B), or (T, K, B) for a loss at each step. Every loss is the
mean over all that it looks at, as PyTorch's are. The two cross-entropies take scores (logits);
`predicted` turns scores into what is shown: probabilities.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_viz.network.activations import activation
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up

Array = np.ndarray
Compared = tuple[float, Array]


def _as_it_is(outputs: Array) -> Array:
    return outputs


@dataclass(frozen=True)
class Loss:
    """A loss by its name: `compare` gives its value and ∂L/∂outputs."""

    name: str
    what: str
    compare: Callable[[Array, Array], Compared]
    predicted: Callable[[Array], Array] = _as_it_is
    classes: bool = False  # targets are whole numbers, one less axis than the outputs

    def __call__(self, outputs: Array, targets: Array) -> Compared:
        """(value, ∂L/∂outputs); refuses targets of another shape."""
        wanted = outputs.shape[:-2] + outputs.shape[-1:] if self.classes else outputs.shape
        if targets.shape != wanted:
            raise InputError(
                f"the targets have shape {targets.shape}, the outputs ask for {wanted}"
                f" (features before the batch)"
            )
        with np.errstate(all="ignore"):
            return self.compare(outputs, targets)


def _mean_squared(outputs: Array, targets: Array) -> Compared:
    error = outputs - targets
    flat = error.ravel()
    value = float(flat @ flat) / flat.size
    error *= 2 / flat.size
    return value, error


def _every_with_every(outputs: Array, targets: Array) -> Compared:
    """Every output with every target of its sequence, (1, K) − (K, 1) in NumPy or PyTorch.

    The mean of all K² squares is (outputs − mean target)² and the variance of the targets.
    """
    middle = targets.mean(axis=-2, keepdims=True)
    error, around = outputs - middle, targets - middle
    value = float(np.square(error).mean() + np.square(around).mean())
    error *= 2 / error.size
    return value, error


def _mean_absolute(outputs: Array, targets: Array) -> Compared:
    error = outputs - targets
    value = float(np.abs(error).sum()) / error.size
    slope = np.sign(error)
    slope *= 1 / error.size
    return value, slope


def log_softmax(scores: Array) -> Array:
    """log(exp(z) / Σ exp(z)) over the features."""
    return activation("log_softmax").run(scores.swapaxes(-1, -2)).swapaxes(-1, -2)


def _softmax(scores: Array) -> Array:
    return np.asarray(np.exp(log_softmax(scores)))


def _cross_entropy(scores: Array, classes: Array) -> Compared:
    logs = log_softmax(scores)
    place = np.expand_dims(classes, -2)
    value = -float(np.take_along_axis(logs, place, -2).sum()) / classes.size
    slope = np.exp(logs, out=logs)
    here = np.take_along_axis(slope, place, -2) - 1
    np.put_along_axis(slope, place, here, -2)
    slope *= 1 / classes.size
    return value, slope


def _sigmoid(scores: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * scores))


def _binary_cross_entropy(scores: Array, targets: Array) -> Compared:
    parts = np.maximum(scores, 0) - scores * targets + np.log1p(np.exp(-np.abs(scores)))
    slope = _sigmoid(scores) - targets
    slope *= 1 / scores.size
    return float(parts.sum()) / scores.size, slope


LOSSES = {
    loss.name: loss
    for loss in (
        Loss("mse", "mean squared error", _mean_squared),
        Loss("mae", "mean absolute error", _mean_absolute),
        Loss("mse-broadcast", "mean squared error, broadcast", _every_with_every),
        Loss("cross-entropy", "cross-entropy in nats", _cross_entropy, _softmax, True),
        Loss(
            "binary-cross-entropy", "binary cross-entropy in nats", _binary_cross_entropy, _sigmoid
        ),
    )
}


def find_loss(name: str) -> Loss:
    """The loss called `name`. Raises `InputError` for an unknown one, with the nearest."""
    return look_up(name, LOSSES, "loss")
