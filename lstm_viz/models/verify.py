"""The same input through the framework itself: the largest differences, and its gradients.

A framework's fused layer gives ∂L/∂h_t only as far as h_t is its output: zeros but at the steps
that the loss reads. What flows from step to step inside it, an unrolled cell shows, as does this
package.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from lstm_viz.models.parts import Model
from lstm_viz.network.layers import Embedding
from lstm_viz.network.network import Network, Record
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.trace.records import backpropagate, run
from lstm_viz.validation.errors import InputError

STEPS, BATCH = 20, 3


@dataclass
class Comparison:
    """What two computations of one input differ by, and three gradients of one loss, (T,) each."""

    framework: str
    differences: list[tuple[str, float]] = field(default_factory=list)
    layer: str = ""
    loss: str = ""
    fused: np.ndarray | None = None
    here: np.ndarray | None = None
    unrolled: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)


def compare(model: Model, network: Network) -> Comparison:
    """Run a random input through both. Raises `InputError` where the framework is not installed."""
    record = network.run(_random(network))
    if "Keras" in model.format and "arrays" not in model.format:
        from lstm_viz.models.keras.verify import of_keras

        return of_keras(model, network, record)
    if model.format == "ONNX":
        from lstm_viz.models.onnx.verify import of_onnx

        return of_onnx(model, network)
    if "PyTorch" in model.format:
        from lstm_viz.models.pytorch.verify import of_torch

        return of_torch(model, network, record)
    raise InputError(f"{model.path}: {model.format}: there is no framework to verify this with")


def framework(name: str, install: str) -> Any:
    """A module that is not ours, or an `InputError` that says how to get it."""
    if find_spec(name) is None:
        raise InputError(f"--verify compares with {name}, which is not installed: pip {install}")
    return import_module(name)


def _random(network: Network) -> np.ndarray:
    rng = np.random.default_rng(0)
    first = network.layers[0]
    if isinstance(first, Embedding):
        return rng.integers(1, len(first.weights["E"]), (STEPS, BATCH))
    way = next(iter(network.directions.values()))
    width = inputs_of(way) if isinstance(first, Recurrent) else _width(network)
    return rng.standard_normal((STEPS, BATCH, width)).astype(np.float32).astype(float)


def _width(network: Network) -> int:
    for layer in network.layers:
        if "W" in layer.weights and not isinstance(layer, Recurrent):
            return int(layer.weights["W"].shape[1])
        if isinstance(layer, Recurrent):
            return inputs_of(layer.directions[0])
    return 1


def inputs_of(way: Direction) -> int:
    """How many features a direction reads."""
    letter = way.cell.letters("x")
    for name, letters in way.cell.parameters.items():
        if letter in letters:
            return int(way.weights[name].shape[letters.index(letter)])
    return 1


def gradients_by_step(
    found: Comparison,
    record: Record,
    key: str,
    framework: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> None:
    """‖∂L/∂h_t‖ of a loss on one direction's last step: fused, unrolled, and here.

    `framework` is handed the direction's own inputs, (T, I), and gives the first two, (T, H) each.
    """
    way = record.network.directions[key]
    x = np.ascontiguousarray(record.traces[key].inputs[:, 0])
    trace = run(way.cell, way.weights, x)
    dh = np.zeros_like(trace[way.cell.output])
    dh[-1] = 1
    here = backpropagate(trace, {way.cell.output: dh})[way.cell.output]
    fused, unrolled = framework(x)
    found.layer, found.loss = key, "the sum of the last step's output"
    norms = [np.linalg.norm(each, axis=-1) for each in (fused, here, unrolled)]
    found.fused, found.here, found.unrolled = norms


def largest(one: Any, other: Any) -> float:
    """The largest difference; `InputError` where the shapes differ."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if a.shape != b.shape:
        raise InputError(f"the framework gives {b.shape}, here it is {a.shape}")
    return float(np.abs(a - b).max())
