"""Layers that models have around their recurrent ones: normalisation, repeating."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.network.layers import Array, Layer, LayerGradients, LayerRecord, RunContext
from lstm_viz.validation.errors import InputError


class Scale(Layer):
    """y = gamma ⊙ (x − mean) / √variance + beta, with fixed mean and variance (`of_batch`)."""

    @classmethod
    def of_batch(cls, read: Mapping[str, Array], epsilon: float, name: str) -> Scale:
        """Batch normalisation as it runs after training: the averages it kept are constants."""
        layer = cls(name)
        if (read["variance"] + epsilon <= 0).any():
            raise InputError(f"{name} has a variance that is not positive")
        ones = np.ones_like(read["mean"])
        layer.weights = {"gamma": read.get("gamma", ones), "beta": read.get("beta", 0 * ones)}
        layer.mean, layer.deviation = read["mean"], np.sqrt(read["variance"] + epsilon)
        return layer

    mean: Array
    deviation: Array

    def cast(self, dtype: Any) -> None:
        """Make the weights and the averages numbers of this type."""
        super().cast(dtype)
        self.mean, self.deviation = self.mean.astype(dtype), self.deviation.astype(dtype)

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """Feature by feature."""
        z = (x - self.mean) / self.deviation
        return LayerRecord(x, z * self.weights["gamma"] + self.weights["beta"], mask, kept=z)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """dx = dy ⊙ gamma / √variance."""
        axes = tuple(range(dy.ndim - 1))
        weights = {"gamma": (dy * record.kept).sum(axes), "beta": dy.sum(axes)}
        return LayerGradients(dy * self.weights["gamma"] / self.deviation, dy, weights)


class LayerNorm(Layer):
    """y = gamma ⊙ (x − mean of x) / √(variance of x + ε) + beta, at each step."""

    def __init__(self, read: Mapping[str, Array], epsilon: float, name: str) -> None:
        super().__init__(name)
        self.weights, self.epsilon = dict(read), epsilon

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """Over the features of each step."""
        deviation = np.sqrt(x.var(axis=-1, keepdims=True) + x.dtype.type(self.epsilon))
        z = (x - x.mean(axis=-1, keepdims=True)) / deviation
        y = z * self.weights.get("gamma", 1) + self.weights.get("beta", 0)
        return LayerRecord(x, y, mask, kept=(z, deviation))

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """dz = dy ⊙ gamma; dx = (dz − mean dz − z ⊙ mean(dz ⊙ z)) / deviation."""
        z, deviation = record.kept
        dz = dy * self.weights.get("gamma", 1)
        middle = dz.mean(axis=-1, keepdims=True) + z * (dz * z).mean(axis=-1, keepdims=True)
        axes = tuple(range(dy.ndim - 1))
        found = {"gamma": (dy * z).sum(axes), "beta": dy.sum(axes)}
        weights = {name: found[name] for name in self.weights}
        return LayerGradients((dz - middle) / deviation, dy, weights)


class Repeat(Layer):
    """One vector at each of `count` steps."""

    def __init__(self, count: int, name: str = "repeat") -> None:
        super().__init__(name)
        self.count = count

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """(features,) → (count, features); (B, features) → (count, B, features)."""
        if x.ndim > 2:
            raise InputError(f"{self.name} repeats a single vector, but its input is a sequence")
        return LayerRecord(x, np.repeat(x[None], self.count, axis=0))

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """The sum over the steps."""
        return LayerGradients(dy.sum(axis=0), dy)
