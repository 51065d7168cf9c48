"""Optimisers over one flat vector of weights, with PyTorch's and with Keras' defaults by name.

adam = optimiser("adam", rate=1e-3)          # as torch.optim.Adam
adam = optimiser("keras-adam")               # as keras.optimizers.Adam
adam.step(weights, gradients)                # in place

The two families differ in their defaults, and Keras' RMSprop adds ε inside the root.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up

Array = np.ndarray
SCRATCH = " scratch"
TOGETHER = 1 << 15  # weights at a time: with their memories they stay in the cache


@dataclass(eq=False)
class Optimiser:
    """Moves weights against their gradients; `slots` are its memories, made at the first step."""

    name: str
    rate: float
    steps: int = field(default=0, init=False)
    slots: dict[str, Array] = field(default_factory=dict, init=False)

    slot_names: ClassVar[tuple[str, ...]] = ()

    @property
    def options(self) -> dict[str, float]:
        """What it was made with."""
        return {key: getattr(self, key) for key in KINDS[self.name][1]}

    @property
    def as_keras(self) -> bool:
        """Whether ε stands where Keras has it."""
        return self.name.startswith("keras")

    @property
    def usual_rate(self) -> float:
        """Its learning rate where none is given."""
        return KINDS[self.name][1]["rate"]

    def step(self, weights: Array, gradients: Array) -> None:
        """One update of the flat weights, in place; the gradients are left as they are."""
        if not self.slots:
            self.slots = {key: np.zeros_like(weights) for key in (*self.slot_names, SCRATCH)}
        self.steps += 1
        for start in range(0, weights.size, TOGETHER):
            part = slice(start, start + TOGETHER)
            slots = {key: array[part] for key, array in self.slots.items()}
            self.move(weights[part], gradients[part], slots)

    def move(self, weights: Array, gradients: Array, slots: Mapping[str, Array]) -> None:
        """What this optimiser does, to a part of the weights with that part of its memories."""
        raise NotImplementedError

    def memory(self) -> dict[str, Array]:
        """What has to be saved for an exact resume."""
        return {key: array for key, array in self.slots.items() if key != SCRATCH}

    def restore(self, steps: int, memory: dict[str, Array]) -> None:
        """Carry on from what `memory` gave after so many steps."""
        self.steps = steps
        self.slots = {key: array.copy() for key, array in memory.items()}
        if memory:
            self.slots[SCRATCH] = np.zeros_like(next(iter(memory.values())))


@dataclass(eq=False)
class SGD(Optimiser):
    """w ← w − rate · m, where m ← momentum · m + g (momentum 0: w ← w − rate · g).

    Keras scales the gradient before it enters m; with a constant rate that is the same.
    """

    momentum: float
    slot_names = ("m",)

    def move(self, weights: Array, gradients: Array, slots: Mapping[str, Array]) -> None:
        """One step."""
        m = slots["m"]
        m *= self.momentum
        m += gradients
        weights -= np.multiply(m, self.rate, out=slots[SCRATCH])


@dataclass(eq=False)
class Adam(Optimiser):
    """Kingma & Ba 2015: m and v are running means of g and g², corrected for their start at 0.

    PyTorch adds ε to the corrected root, Keras to the root before correction (the paper's ε̂).
    """

    epsilon: float
    beta_1: float
    beta_2: float
    slot_names = ("m", "v")

    def move(self, weights: Array, gradients: Array, slots: Mapping[str, Array]) -> None:
        """One step."""
        m, v, s = (slots[key] for key in ("m", "v", SCRATCH))
        b1, b2 = self.beta_1, self.beta_2
        m *= b1
        m += np.multiply(gradients, 1 - b1, out=s)
        v *= b2
        np.multiply(gradients, gradients, out=s)
        s *= 1 - b2
        v += s
        first, second = 1 - b1**self.steps, math.sqrt(1 - b2**self.steps)
        np.sqrt(v, out=s)
        s += self.epsilon if self.as_keras else self.epsilon * second
        np.divide(m, s, out=s)
        s *= self.rate * second / first
        weights -= s


@dataclass(eq=False)
class RMSprop(Optimiser):
    """Tieleman & Hinton 2012: g over the root of a running mean v of g², with momentum."""

    epsilon: float
    rho: float
    momentum: float
    slot_names = ("v", "m")

    def move(self, weights: Array, gradients: Array, slots: Mapping[str, Array]) -> None:
        """One step."""
        v, m, s = (slots[key] for key in ("v", "m", SCRATCH))
        np.multiply(gradients, gradients, out=s)
        s *= 1 - self.rho
        v *= self.rho
        v += s
        np.sqrt(np.add(v, self.epsilon, out=s) if self.as_keras else v, out=s)
        if not self.as_keras:
            s += self.epsilon
        np.divide(gradients, s, out=s)
        m *= self.momentum
        m += s
        weights -= np.multiply(m, self.rate, out=s)


KINDS: dict[str, tuple[type[Optimiser], dict[str, float]]] = {
    # name: kind, defaults (PyTorch 2, Keras 3)
    "sgd": (SGD, {"rate": 1e-3, "momentum": 0.0}),
    "adam": (Adam, {"rate": 1e-3, "epsilon": 1e-8, "beta_1": 0.9, "beta_2": 0.999}),
    "rmsprop": (RMSprop, {"rate": 1e-2, "epsilon": 1e-8, "rho": 0.99, "momentum": 0.0}),
    "keras-sgd": (SGD, {"rate": 1e-2, "momentum": 0.0}),
    "keras-adam": (Adam, {"rate": 1e-3, "epsilon": 1e-7, "beta_1": 0.9, "beta_2": 0.999}),
    "keras-rmsprop": (RMSprop, {"rate": 1e-3, "epsilon": 1e-7, "rho": 0.9, "momentum": 0.0}),
}


def optimiser(name: str, rate: float | None = None, **options: Any) -> Optimiser:
    """An optimiser by name, with its defaults where nothing else is said.

    Raises `InputError` for an unknown name or option, or a rate that is no positive number.
    """
    kind, defaults = look_up(name, KINDS, "optimiser")
    for option in options:
        if option not in defaults:
            raise InputError(f"{name} has no option {option!r}: it has {', '.join(defaults)}")
    values = {**defaults, **options, **({} if rate is None else {"rate": rate})}
    if not (math.isfinite(values["rate"]) and values["rate"] > 0):
        raise InputError(f"a learning rate of {values['rate']}: it should be a number above 0")
    return kind(name, **values)
