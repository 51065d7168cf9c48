"""What two computations of one model differ by, and what every comparison needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from lstm_viz.network.network import Record
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError

STEPS, BATCH = 20, 3  # of the input that both are given


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

    @property
    def blind(self) -> int:
        """At how many steps the layer's own output shows no gradient at all."""
        return 0 if self.fused is None else int((self.fused == 0).sum())

    @property
    def apart(self) -> float:
        """How far `here` is from `unrolled` at most, over the largest of these; 0 without them."""
        if self.here is None or self.unrolled is None:
            return 0.0
        return largest(self.here, self.unrolled) / max(float(np.abs(self.unrolled).max()), 1e-300)


def framework(name: str, install: str) -> Any:
    """A module that is not ours, or an `InputError` that says how to get it."""
    if find_spec(name) is None:
        raise InputError(f"--verify compares with {name}, which is not installed: pip {install}")
    return import_module(name)


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
