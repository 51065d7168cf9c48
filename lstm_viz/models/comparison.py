"""What two computations of one model differ by, and what every comparison needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from lstm_viz.network.layers import Embedding, LayerRecord
from lstm_viz.network.network import Network, Record
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

STEPS, BATCH = 20, 3  # of the input that both are given
LONGEST = 160  # letters of what a framework says


@dataclass
class Norms:
    """‖∂L/∂h_t‖ of one loss, (T,) each: by the framework's layer, its cell unrolled, and here."""

    layer: str
    loss: str
    fused: np.ndarray
    unrolled: np.ndarray
    here: np.ndarray

    @property
    def blind(self) -> int:
        """At how many steps the layer's own output shows no gradient at all."""
        return int((self.fused == 0).sum())

    @property
    def apart(self) -> float:
        """How far `here` is from `unrolled` at most, over the largest of these."""
        return largest(self.here, self.unrolled) / max(float(np.abs(self.unrolled).max()), 1e-300)


@dataclass
class Comparison:
    """What two computations of one input differ by, layer by layer, and the gradients of one.

    They agree where each difference is within `tolerance` of the largest number there, or of 1, and
    the gradients within `tolerance` of the largest of these. `not_compared` says in whole sentences
    what stays open however well they agree.
    """

    framework: str
    differences: list[tuple[str, float]] = field(default_factory=list)
    gradients: Norms | None = None
    notes: list[str] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    tolerance: float = 1e-4  # of frameworks that compute in 32 bits
    sizes: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, here: Any, there: Any) -> None:
        """Compare what one layer gives here and there."""
        self.differences.append((name, largest(here, there)))
        self.sizes[name] = float(np.abs(np.asarray(there, dtype=float)).max(initial=0))

    @property
    def apart(self) -> list[str]:
        """Where they do not agree: names of layers, and the gradients."""
        found = [
            name
            for name, worst in self.differences
            if not worst <= self.tolerance * max(1.0, self.sizes.get(name, 1.0))
        ]
        if self.gradients and not self.gradients.apart <= self.tolerance:
            found.append(f"the gradients of {self.gradients.layer}")
        return found


def framework(name: str, install: str) -> Any:
    """A module that is not ours, or an `InputError` that says how to get it."""
    if find_spec(name) is None:
        raise InputError(f"--verify compares with {name}, which is not installed: pip {install}")
    return import_module(name)


def random_input(network: Network) -> np.ndarray:
    """Numbers, or words of an embedding, (T, B) of them; each number is one of 32 bits."""
    rng = np.random.default_rng(0)
    first = network.layers[0]
    if isinstance(first, Embedding):
        return rng.integers(1, len(first.weights["E"]), (STEPS, BATCH))
    numbers = rng.standard_normal((STEPS, BATCH, network.features or 1))
    return numbers.astype(np.float32).astype(float)


def gradients_by_step(
    record: Record, key: str, framework: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
) -> Norms:
    """The gradients of a loss on one direction's last step: fused, unrolled, and here.

    `framework` is handed the direction's own inputs, (T, I), and gives the first two, (T, H) each.
    """
    way = record.network.directions[key]
    x = np.ascontiguousarray(record.traces[key].inputs[:, 0])
    trace = run(way.cell, way.weights, x)
    dh = np.zeros_like(trace[way.cell.output])
    dh[-1] = 1
    here = backpropagate(trace, {way.cell.output: dh})[way.cell.output]
    norms = [np.linalg.norm(each, axis=-1) for each in (*framework(x), here)]
    return Norms(key, "the sum of the last step's output", *norms)


def every_step(done: LayerRecord) -> np.ndarray:
    """The output of a recurrent layer at every step, whatever of it the layer hands on."""
    both = zip(done.traces.values(), done.kept[0], strict=True)
    return np.concatenate([s.scatter(t[t.cell.output]) for t, s in both], axis=-1)


def quoted(error: Exception) -> str:
    """What a framework raises, in one line, cut, without what a terminal would obey."""
    said = re.sub(r"\x1b\[[0-9;]*m", "", f"{type(error).__name__}: {error}")
    return short(" ".join(said.split()), LONGEST)


def largest(one: Any, other: Any) -> float:
    """The largest difference; `InputError` where the shapes differ."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if a.shape != b.shape:
        raise InputError(f"the framework returns {b.shape}, here it is {a.shape}")
    return float(np.abs(a - b).max())
