"""A network at one size, ready to be trained: every layer allocated once, arrays feature-major.

Values are (T, features, B), and (features, B) after a layer that hands on its last step only. What
a unit hands out is filled anew by its next call. A layer with no unit of its own (two directions,
padding, …) runs as the network itself would run it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.kernels.arrays import Runner
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.network.activations import activation
from lstm_viz.network.layers import LayerRecord, RunContext
from lstm_viz.network.recurrent import Recurrent

Array = np.ndarray
States = dict[str, dict[str, Array]]  # by direction, then by name, (rows, B)


class Unit:
    """A layer in training: `forward`, then `backward`, which adds to `slopes`, ∂L/∂(weights)."""

    def __init__(
        self,
        layer: Any,
        slopes: Mapping[str, Array],
        rng: np.random.Generator,
        x: Array,
        lean: bool = True,
    ) -> None:
        self.layer, self.slopes, self.rng, self.lean = layer, slopes, rng, lean
        self.kept: LayerRecord | None = None
        self.initial: States = {}
        self.allocate(x)

    def allocate(self, x: Array) -> None:
        """What is used again and again, for inputs shaped as x."""

    def forward(self, x: Array, training: bool) -> Array:
        """Run the layer as the network does, with the features last."""
        context = RunContext(
            {key: {n: s.T for n, s in states.items()} for key, states in self.initial.items()},
            self.rng if training else None,
        )
        self.kept = self.layer.run(_turned(x), None, context)
        return _turned(self.kept.outputs)

    def backward(self, dy: Array) -> Any:
        """∂L/∂x from ∂L/∂y; None where the inputs are whole numbers."""
        assert self.kept is not None
        found = self.layer.backpropagate(self.kept, _turned(dy))
        for name, slope in found.weights.items():
            self.slopes[name][...] += slope
        return None if found.inputs is None else _turned(found.inputs)

    @property
    def nbytes(self) -> int:
        """About how much memory it holds."""
        holds = (Array, LayerRecord, Runner)
        return sum(each.nbytes for each in vars(self).values() if isinstance(each, holds))

    def final(self) -> States:
        """The states at the end, (rows, B), by direction; nothing where nothing is carried."""
        if not isinstance(self.layer, Recurrent) or self.kept is None:
            return {}
        found = self.layer.final(self.kept)
        return {k: {n: s.T.copy() for n, s in states.items()} for k, states in found.items()}


def _turned(x: Array) -> Array:
    """Features before the batch, or after it."""
    return x.swapaxes(-1, -2) if x.dtype.kind == "f" else x


class RecurrentUnit(Unit):
    """A cell over time, in one direction; `values` and `gradients` by name are of the last call.

    A `lean` one has values and gradients only of what learning needs.
    """

    def allocate(self, x: Array) -> None:
        """A runner at this size."""
        (way,) = self.layer.directions
        self.cell, self.weights, self.sequences = way.cell, way.weights, self.layer.sequences
        steps, features, batch = x.shape
        sizes = self.cell.sizes(self.weights, features)
        dtype = next((weight.dtype for weight in self.weights.values()), x.dtype)
        output = self.cell.output
        self.last = not self.sequences and output in self.cell.states
        every = frozenset() if self.last else frozenset([output])
        options = PlanOptions(lean=self.lean)
        self.runner = Runner(self.cell, sizes, steps, batch, dtype, every, options)
        self.values: dict[str, Array] = self.runner.values
        self.gradients: dict[str, Array] = {}

    def forward(self, x: Array, training: bool) -> Array:
        """All steps of the output, or the last one."""
        states = self.initial.get(self.layer.name)
        self.values = self.runner.forward(self.weights, x, states)
        h = self.values[self.cell.output]
        return h if self.sequences else h[-1]

    def backward(self, dy: Array) -> Array:
        """Back through all of time."""
        h = self.cell.output
        if not self.sequences and not self.last:  # no state: it is given at each step
            dy, last = np.zeros_like(self.values[h]), dy
            dy[-1] = last
        every, last_only = ({}, {h: dy}) if self.last else ({h: dy}, {})
        self.gradients, _ = self.runner.backward(every, last_only, self.slopes)  # type: ignore[arg-type]
        return self.gradients["x"]

    def final(self) -> States:
        """The states after the last step."""
        return {self.layer.name: {n: self.values[n][-1].copy() for n in self.cell.states}}


class DenseUnit(Unit):
    """y = f(W x + b), at each step or once; into arrays that are kept."""

    def allocate(self, x: Array) -> None:
        """Room for z, dz, dx, and what products are quicker with."""
        weights, f = self.layer.weights, self.layer.activation
        self.W, self.b = weights["W"], weights["b"][:, None] if "b" in weights else None
        self.f, self.relu = None if f == "linear" else activation(f), f == "relu"
        rows = len(self.W)
        self.z = np.empty((*x.shape[:-2], rows, x.shape[-1]), self.W.dtype)
        self.dx = np.empty(x.shape, self.W.dtype)
        self.ones = np.ones(self.z.size // rows, self.W.dtype)
        # few weights and many sequences: the bias is a column of W that meets a row of ones
        self.wide = self.b is not None and x.ndim == 2 and len(x) < rows
        if self.wide:
            self.Wb = np.empty((rows, len(x) + 1), self.W.dtype)
            self.x1 = np.ones((len(x) + 1, x.shape[1]), self.W.dtype)
        if self.relu:  # NumPy's maximum of two arrays is four times as fast as that with a number
            self.zeros, self.rectified = np.zeros_like(self.z), np.empty_like(self.z)
            self.on, self.dz = np.empty(self.z.shape, bool), np.empty_like(self.z)

    def forward(self, x: Array, training: bool) -> Array:
        """One product for all steps."""
        self.x = x
        if self.wide:
            self.Wb[:, :-1], self.Wb[:, -1:], self.x1[:-1] = self.W, self.b, x
            z = np.matmul(self.Wb, self.x1, out=self.z)
        else:
            z = np.matmul(self.W, x, out=self.z)
            if self.b is not None:
                z += self.b
        if self.relu:
            self.y = np.maximum(z, self.zeros, out=self.rectified)
        else:
            self.y = z if self.f is None else self.f.run(z)
        return self.y

    def backward(self, dy: Array) -> Array:
        """dW = Σ dz xᵀ, db = Σ dz, dx = Wᵀ dz."""
        if self.relu:
            np.copyto(self.dz, np.greater(self.z, self.zeros, out=self.on))
            dz = np.multiply(dy, self.dz, out=self.dz)
        else:
            dz = dy if self.f is None else self.f.back(dy, self.y, self.z)
        dW, db = self.slopes["W"], self.slopes.get("b")
        if self.wide:
            both = dz @ self.x1.T
            dW += both[:, :-1]
            db += both[:, -1]
        else:
            flat = _flat(dz)
            dW += flat @ _flat(self.x).T
            if db is not None:
                db += flat.dot(self.ones)
        if len(self.W) == 1:  # an outer product, which BLAS is slow at
            np.multiply(self.W.T, dz, out=self.dx)
        else:
            np.matmul(self.W.T, dz, out=self.dx)
        return self.dx


def _flat(x: Array) -> Array:
    """(T, rows, B) → (rows, T · B)."""
    return x if x.ndim == 2 else x.transpose(1, 0, 2).reshape(x.shape[1], -1)


class ActivationUnit(Unit):
    """y = f(x), element by element."""

    def forward(self, x: Array, training: bool) -> Array:
        """y."""
        self.f = activation(self.layer.activation)
        self.x, self.y = x, self.f.run(x)
        return self.y

    def backward(self, dy: Array) -> Array:
        """dx = dy ⊙ f′(x)."""
        return self.f.back(dy, self.y, self.x)


class DropoutUnit(Unit):
    """Drops a share of the values in training and scales the rest; else passes all on."""

    def forward(self, x: Array, training: bool) -> Array:
        """x, or x ⊙ factors, which are 0 or 1 / (1 − rate)."""
        rate = self.layer.rate
        if not training or not rate:
            self.factors = None
            return x
        # Two draws of 32 bits in one of 64: in half the time of numbers between 0 and 1.
        draws = self.rng.bit_generator.random_raw(-(-x.size // 2)).view(np.uint32)[: x.size]
        kept = draws.reshape(x.shape) >= np.uint32(rate * 2**32)
        self.factors = np.multiply(kept, 1 / (1 - rate), dtype=x.dtype)
        return np.asarray(x * self.factors)

    def backward(self, dy: Array) -> Array:
        """dx = dy ⊙ the same factors."""
        return dy if self.factors is None else np.asarray(dy * self.factors)
