"""What makes one vector of a sequence: the mean, the maximum, all steps, concatenated, one step.

Values come in as (T, features) or (T, B, features), and go out without T. A `mask`, (T,) or (T, B),
is False at padded steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.network.layers import Array, Layer, LayerGradients, LayerRecord, RunContext
from lstm_viz.validation.errors import InputError


def _counting(layer: Layer, x: Array, mask: Array | None) -> Array:
    """Which steps count, shaped to be multiplied with x; refuses what is no sequence."""
    _refuse_vector(layer, x)
    keep = np.ones(x.shape[:-1], bool) if mask is None else mask
    return keep[..., None]


def _refuse_vector(layer: Layer, x: Array) -> None:
    if x.ndim < 2:
        raise InputError(f"{layer.name} needs a sequence, but its input is a single vector")


class Mean(Layer):
    """The mean over the steps that count; 0 where none does."""

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y = Σ_t x_t / (how many steps count)."""
        keep = _counting(self, x, mask)
        count = np.maximum(keep.sum(axis=0), 1).astype(x.dtype)
        return LayerRecord(x, np.where(keep, x, 0).sum(axis=0) / count, kept=keep / count)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """∂L/∂x_t = ∂L/∂y / (how many steps count)."""
        return LayerGradients(dy * record.kept, dy)


class Maximum(Layer):
    """Each feature's largest value among the steps that count; 0 where none does."""

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y = max_t x_t, feature by feature."""
        keep = _counting(self, x, mask)
        step = np.where(keep, x, -np.inf).argmax(axis=0)[None]
        some = keep.any(axis=0)
        y = np.where(some, np.take_along_axis(x, step, axis=0)[0], x.dtype.type(0))
        return LayerRecord(x, y, kept=(step, some))

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """To the step that was the largest; of equal ones, to the first."""
        step, some = record.kept
        dx = np.zeros_like(record.inputs)
        np.put_along_axis(dx, step, (dy * some)[None], axis=0)
        return LayerGradients(dx, dy)


class Flatten(Layer):
    """All steps side by side, padded or not, time first: (T, B, F) → (B, T · F), as in Keras."""

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y[t · F + f] = x[t, f]."""
        _refuse_vector(self, x)
        turned = np.moveaxis(x, 0, -2)
        return LayerRecord(x, turned.reshape(*turned.shape[:-2], -1))

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """The same numbers, back in their places."""
        shape = np.moveaxis(record.inputs, 0, -2).shape
        return LayerGradients(np.moveaxis(dy.reshape(shape), -2, 0), dy)


class Step(Layer):
    """The step at one position, padded or not: from 0, or, where negative, from the end (−1)."""

    def __init__(self, index: int = -1, name: str = "") -> None:
        super().__init__(name)
        self.index = index

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y = x[index]. Raises `InputError` where the sequence is too short."""
        _refuse_vector(self, x)
        if not -len(x) <= self.index < len(x):
            raise InputError(f"{self.name}: position {self.index} is not in {len(x)} steps")
        return LayerRecord(x, x[self.index])

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """Zeros but at that step."""
        dx = np.zeros_like(record.inputs)
        dx[self.index] = dy
        return LayerGradients(dx, dy)


class AllSteps(Layer):
    """x as it is, without its mask: from here on every step counts, padded or not."""

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y = x."""
        return LayerRecord(x, x)


class OneSequence(Layer):
    """One sequence of a batch: (T, B, F) → (T, F). A sequence alone is a batch of one."""

    def __init__(self, index: int, name: str = "") -> None:
        super().__init__(name)
        self.index = index

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y = x[:, index]. Raises `InputError` where the batch is too small."""
        wide = x if x.ndim > 2 else x[:, None]
        count = wide.shape[1]
        if not -count <= self.index < count:
            raise InputError(
                f"{self.name}: there is no sequence {self.index} in a batch of {count}"
            )
        keep = None if mask is None else mask.reshape(wide.shape[:2])[:, self.index]
        return LayerRecord(x, wide[:, self.index], keep)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """Zeros but for that sequence."""
        dx = np.zeros_like(record.inputs)
        (dx if dx.ndim > 2 else dx[:, None])[:, self.index] = dy
        return LayerGradients(dx, dy)
