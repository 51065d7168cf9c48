"""Optimisers over one flat vector of weights, with PyTorch's and with Keras' defaults by name.

adam = optimiser("adam", rate=1e-3)          # as torch.optim.Adam
adam = optimiser("keras-adam")               # as keras.optimizers.Adam
adam.step(weights, gradients)                # in place

The two families differ in their defaults, and Keras' RMSprop adds ε inside the root.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up

Array = np.ndarray


class Optimiser:
    """Moves weights against their gradients; `slots` are its memories, made at the first step."""

    slot_names: tuple[str, ...] = ()

    def __init__(self, name: str, rate: float) -> None:
        self.name, self.rate, self.steps = name, rate, 0
        self.slots: dict[str, Array] = {}

    def step(self, weights: Array, gradients: Array) -> None:
        """One update of the flat weights, in place; the gradients are left as they are."""
        if not self.slots:
            self.slots = {key: np.zeros_like(weights) for key in (*self.slot_names, " scratch")}
        self.steps += 1
        self.move(weights, gradients)

    def move(self, weights: Array, gradients: Array) -> None:
        """What this optimiser does."""
        raise NotImplementedError

    def memory(self) -> dict[str, Array]:
        """What has to be saved for an exact resume."""
        return {key: self.slots[key] for key in self.slot_names if key in self.slots}

    def restore(self, steps: int, memory: dict[str, Array]) -> None:
        """Carry on from what `memory` gave after so many steps."""
        self.steps = steps
        self.slots = {key: array.copy() for key, array in memory.items()}
        if memory:
            self.slots[" scratch"] = np.zeros_like(next(iter(memory.values())))


class SGD(Optimiser):
    """w ← w − rate · m, where m ← momentum · m + g (momentum 0: w ← w − rate · g).

    Keras scales the gradient before it enters m; with a constant rate that is the same.
    """

    slot_names = ("m",)

    def __init__(self, name: str, rate: float, momentum: float = 0.0) -> None:
        super().__init__(name, rate)
        self.momentum = momentum

    def move(self, weights: Array, gradients: Array) -> None:
        """One step."""
        m = self.slots["m"]
        m *= self.momentum
        m += gradients
        weights -= np.multiply(m, self.rate, out=self.slots[" scratch"])


class Adam(Optimiser):
    """Kingma & Ba 2015: m and v are running means of g and g², corrected for their start at 0.

    PyTorch adds ε to the corrected root, Keras to the root before correction (the paper's ε̂).
    """

    slot_names = ("m", "v")

    def __init__(
        self, name: str, rate: float, epsilon: float, beta_1: float = 0.9, beta_2: float = 0.999
    ) -> None:
        super().__init__(name, rate)
        self.epsilon, self.beta_1, self.beta_2 = epsilon, beta_1, beta_2
        self.corrected = not name.startswith("keras")

    def move(self, weights: Array, gradients: Array) -> None:
        """One step."""
        m, v, s = (self.slots[key] for key in ("m", "v", " scratch"))
        b1, b2 = self.beta_1, self.beta_2
        m *= b1
        m += np.multiply(gradients, 1 - b1, out=s)
        v *= b2
        np.multiply(gradients, gradients, out=s)
        s *= 1 - b2
        v += s
        first, second = 1 - b1**self.steps, math.sqrt(1 - b2**self.steps)
        np.sqrt(v, out=s)
        s += self.epsilon * second if self.corrected else self.epsilon
        np.divide(m, s, out=s)
        s *= self.rate * second / first
        weights -= s


class RMSprop(Optimiser):
    """Tieleman & Hinton 2012: g over the root of a running mean v of g², with momentum."""

    slot_names = ("v", "m")

    def __init__(
        self, name: str, rate: float, epsilon: float, rho: float, momentum: float = 0.0
    ) -> None:
        super().__init__(name, rate)
        self.epsilon, self.rho, self.momentum = epsilon, rho, momentum
        self.inside = name.startswith("keras")

    def move(self, weights: Array, gradients: Array) -> None:
        """One step."""
        v, m, s = (self.slots[key] for key in ("v", "m", " scratch"))
        np.multiply(gradients, gradients, out=s)
        s *= 1 - self.rho
        v *= self.rho
        v += s
        np.sqrt(np.add(v, self.epsilon, out=s) if self.inside else v, out=s)
        if not self.inside:
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
