"""The layers of a network: each runs, records what it did, and goes back through it.

Values are (T, features) for one sequence, (T, B, features) for a batch, and without T after a layer
that hands on its last step only. `weights` of a layer are its own arrays: change them in place and
the next run uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_viz.network.activations import Function, activation
from lstm_viz.network.padding import Steps
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import InputError

Array = np.ndarray
Arrays = dict[str, Array]
States = Mapping[str, Mapping[str, Array]]


@dataclass
class LayerRecord:
    """What one layer did: what came in, what went out, and a `Trace` for each direction of a cell.

    `mask` tells which steps of the outputs count, (T,) or (T, B); None where all do.
    """

    inputs: Any
    outputs: Any
    mask: Array | None = None
    traces: dict[str, Trace] = field(default_factory=dict)
    kept: Any = None  # what going back needs besides

    @property
    def nbytes(self) -> int:
        """About how much memory it holds."""
        outputs = self.outputs if isinstance(self.outputs, tuple) else (self.outputs,)
        recorded = (array for t in self.traces.values() for array in t.recorded.values.values())
        return sum(array.nbytes for array in (self.inputs, *outputs, *recorded))


@dataclass
class LayerGradients:
    """∂L by a layer's inputs, its outputs and its weights, and a `Gradients` for each direction."""

    inputs: Any
    outputs: Any
    weights: Arrays = field(default_factory=dict)
    gradients: dict[str, Gradients] = field(default_factory=dict)


def forbid_writing(part: Any) -> None:
    """Going back reads what is handed out here: nobody changes it in between."""
    if isinstance(part, np.ndarray):
        part.flags.writeable = False
    elif isinstance(part, LayerRecord | LayerGradients):
        forbid_writing(tuple(vars(part).values()))
    elif isinstance(part, tuple | list | dict):
        for each in part.values() if isinstance(part, dict) else part:
            forbid_writing(each)


@dataclass(frozen=True)
class RunContext:
    """What goes with one run of a network: initial states by direction, and chance for dropout."""

    states: States = field(default_factory=dict)
    dropout: np.random.Generator | None = None


class Layer:
    """A layer: a name, weights by name, and how to run and to go back. This one changes nothing."""

    def __init__(self, name: str = "") -> None:
        self.name = name or type(self).__name__.lower()
        self.weights: Arrays = {}

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in self.weights.items())
        return f"{type(self).__name__}({self.name!r}{': ' + shapes if shapes else ''})"

    def adopt(self, weights: Arrays) -> None:
        """Make these arrays the layer's own weights."""
        self.weights = weights

    def cast(self, dtype: Any) -> None:
        """Make the weights numbers of this type: new arrays, of the layer's own.

        Raises `InputError` for a number that this type has not.
        """
        with np.errstate(over="ignore"):
            made = {name: np.array(array, dtype) for name, array in self.weights.items()}
        for name, array in self.weights.items():
            if np.isinf(made[name]).any() and not np.isinf(array).any():
                most = float(np.abs(array).max())
                raise InputError(f"{self.name}: {name} holds {most:g}, too large for {dtype}")
        self.adopt(made)

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """What comes out for what comes in."""
        return LayerRecord(x, x, mask)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """From ∂L/∂outputs, shaped as the outputs, to all gradients of this layer."""
        return LayerGradients(dy, dy)


class Dense(Layer):
    """y = activation(W x + b), at each step: W is (outputs, inputs), b may be missing."""

    def __init__(
        self, W: Any, b: Any = None, activation: str = "linear", name: str = "dense"
    ) -> None:
        super().__init__(name)
        self.weights = {"W": np.asarray(W)} | ({} if b is None else {"b": np.asarray(b)})
        self.activation = activation

    @property
    def function(self) -> Function:
        """The activation's value and slope."""
        return activation(self.activation)

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y for x of any leading axes; refuses another number of features."""
        W = self.weights["W"]
        if x.shape[-1] != W.shape[1]:
            raise InputError(
                f"{self.name} takes {W.shape[1]} features, but its input has {x.shape[-1]}"
            )
        z = x.reshape(-1, W.shape[1]) @ W.T
        if "b" in self.weights:
            z += self.weights["b"]
        y = self.function.run(z)
        return LayerRecord(x, y.reshape(*x.shape[:-1], -1), mask, kept=(z, y))

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """dz = dy ⊙ slope; dW = Σ dz xᵀ, db = Σ dz, dx = Wᵀ dz."""
        W, x, (z, y) = self.weights["W"], record.inputs, record.kept
        dz = self.function.back(dy.reshape(y.shape), y, z)
        weights = {"W": dz.T @ x.reshape(-1, W.shape[1])}
        if "b" in self.weights:
            weights["b"] = dz.sum(axis=0)
        return LayerGradients((dz @ W).reshape(x.shape), dy, weights)


class Activation(Layer):
    """An activation function on its own."""

    def __init__(self, activation: str, name: str = "") -> None:
        super().__init__(name or activation.partition(":")[0])
        self.activation = activation

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """y = f(x)."""
        return LayerRecord(x, activation(self.activation).run(x), mask)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """dx = dy ⊙ f′(x)."""
        back = activation(self.activation).back
        return LayerGradients(back(dy, record.outputs, record.inputs), dy)


class Dropout(Layer):
    """Passes all on; in a run with `dropout=rng` it drops a share `rate` and scales the rest."""

    def __init__(self, rate: float = 0.5, name: str = "dropout") -> None:
        super().__init__(name)
        self.rate = rate

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """x, or x ⊙ factors, where the factors are 0 or 1 / (1 − rate)."""
        if context.dropout is None or not self.rate:
            return LayerRecord(x, x, mask)
        kept = context.dropout.random(x.shape) >= self.rate
        factors = kept.astype(x.dtype) / x.dtype.type(1 - self.rate)
        return LayerRecord(x, x * factors, mask, kept=factors)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """dx = dy ⊙ the same factors."""
        return LayerGradients(dy if record.kept is None else dy * record.kept, dy)


class Embedding(Layer):
    """A row of `weights["E"]`, (words, features), for each whole number that comes in.

    `mask_zero` says that 0 is padding; `masks` then tells later layers which steps count.
    """

    def __init__(self, E: Any, mask_zero: bool = False, name: str = "embedding") -> None:
        super().__init__(name)
        self.weights, self.mask_zero = {"E": np.asarray(E)}, mask_zero

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """(T,) or (T, B) of whole numbers → (T[, B], features)."""
        E = self.weights["E"]
        if x.dtype.kind not in "iu":
            raise InputError(
                f"{self.name} needs integers from 0 to {len(E) - 1}, one per step;"
                " the input has other numbers"
            )
        if x.size and not 0 <= x.min() <= x.max() < len(E):
            worst = x.min() if x.min() < 0 else x.max()
            raise InputError(f"{self.name} has rows 0 to {len(E) - 1}: there is no row {worst}")
        return LayerRecord(x, E[x], (x != 0) if self.mask_zero else mask)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """Each row's gradient is the sum over the steps that used it; the inputs have none."""
        dE = np.zeros_like(self.weights["E"])
        np.add.at(dE, record.inputs, dy)
        return LayerGradients(None, dy, {"E": dE})


class Masking(Layer):
    """Steps whose features all equal `value` are padding: later layers skip them."""

    def __init__(self, value: float = 0.0, name: str = "masking") -> None:
        super().__init__(name)
        self.value = value

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """The padded steps become 0, and the mask goes on."""
        keep = (x != x.dtype.type(self.value)).any(axis=-1)
        return LayerRecord(x, x * keep[..., None], keep)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """Padded steps have no gradient."""
        assert record.mask is not None
        return LayerGradients(dy * record.mask[..., None], dy)


class Last(Layer):
    """The last step that counts, as `output[:, -1]` in a forward function: (T, B, H) → (B, H)."""

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """One step of x."""
        steps = Steps(x, mask)
        return LayerRecord(x, steps.last(steps.gather(x)), kept=steps)

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """Zeros but at that step."""
        steps: Steps = record.kept
        return LayerGradients(steps.ungather(steps.unlast(dy)), dy)
