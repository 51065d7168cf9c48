"""What the names in generated source stand for: made for each machine, of what it holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.kernels.machine import Machine, Slots


def number(value: float, machine: Machine) -> np.ndarray:
    """A number of the machine's kind."""
    return np.array(value, machine.dtype)


def steps(machine: Machine) -> Any:
    """What a loop goes through."""
    return machine.steps


def dot(slots: Slots, machine: Machine) -> Any:
    """The product with a static matrix."""
    return machine.array(slots).dot


def empty(shape: tuple[int, ...], machine: Machine) -> np.ndarray:
    """Room for a part of a sum."""
    return machine.empty(shape)


def scratch(span: str, fold: int, machine: Machine) -> np.ndarray:
    """Neighbouring blocks of the scratch memory."""
    first, last = map(int, span.split(":"))
    part = machine.scratch[first:last]
    return part.reshape(fold, -1, *part.shape[1:]) if fold else part
