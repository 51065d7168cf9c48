"""How weights begin: as PyTorch, as Keras, identity, spectral radius, chrono.

Which matrix reads the input and which the past, and which bias opens the forget gate, is read off
the equations: every start serves every cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.gates import Gate, beside, forget_gates, gates, recurrent
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import Name, walk
from lstm_viz.files.npz import Weights
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import look_up

Shapes = Mapping[str, tuple[int, ...]]


def _pytorch(
    cell: Recurrence, shapes: Shapes, hidden: int, rng: np.random.Generator, _: float
) -> Weights:
    """All from U(−1/√H, 1/√H); where PyTorch adds two biases, the sum of two such draws."""
    bound = 1 / math.sqrt(hidden)
    found = {}
    for name, shape in shapes.items():
        draws = max(1, beside(cell, name)) if len(shape) == 1 else 1
        found[name] = rng.uniform(-bound, bound, (draws, *shape)).sum(axis=0)
    return found


def _keras(
    cell: Recurrence, shapes: Shapes, hidden: int, rng: np.random.Generator, _: float
) -> Weights:
    """Input weights as Glorot, recurrent ones orthogonal, all gates in one; forget bias 1."""
    past = recurrent(cell)
    found: Weights = {name: np.zeros(shape) for name, shape in shapes.items()}
    for kind, draw in ((past, _orthogonal), (cell.matrices - past, _glorot)):
        for columns in sorted({shapes[name][1] for name in kind}):
            group = [name for name in shapes if name in kind and shapes[name][1] == columns]
            heights = [shapes[name][0] for name in group]
            parts = np.split(draw(sum(heights), columns, rng), np.cumsum(heights)[:-1])
            found.update(zip(group, (part.copy() for part in parts), strict=True))
    for state, gate in forget_gates(cell).items():
        # Keras gives it to its LSTM only: there the gate has no second task, as the GRU's has.
        used = [t for e in cell.equations for t in walk(e.tree) if t == Name(gate.name)]
        if len(used) == 1 and state != cell.output:
            found[gate.bias][:] = gate.sign
    return found


def _glorot(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    bound = math.sqrt(6 / (rows + columns))
    return rng.uniform(-bound, bound, (rows, columns))


def _orthogonal(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # makes the draw uniform (Saxe et al. 2014)
    return q if rows >= columns else q.T


def _identity(
    cell: Recurrence, shapes: Shapes, hidden: int, rng: np.random.Generator, _: float
) -> Weights:
    """Recurrent matrices the identity, input weights N(0, 0.001²), biases 0 (Le et al. 2015)."""
    past = recurrent(cell)
    found: Weights = {}
    for name, shape in shapes.items():
        if len(shape) == 1:
            found[name] = np.zeros(shape)
        elif name in past:
            found[name] = np.eye(shape[0], shape[1])
        else:
            found[name] = rng.normal(0, 0.001, shape)
    return found


def _spectral(
    cell: Recurrence, shapes: Shapes, hidden: int, rng: np.random.Generator, radius: float
) -> Weights:
    """As PyTorch, but each recurrent matrix is scaled to the spectral radius asked for."""
    found = _pytorch(cell, shapes, hidden, rng, 0.0)
    for name in sorted(recurrent(cell)):
        rows, columns = shapes[name]
        if rows != columns:
            continue
        matrix = rng.standard_normal((rows, columns))
        found[name] = matrix * (radius / np.abs(np.linalg.eigvals(matrix)).max())
    return found


def _chrono(
    cell: Recurrence, shapes: Shapes, hidden: int, rng: np.random.Generator, longest: float
) -> Weights:
    """As PyTorch, with b_f = ln U(1, T − 1) and b_i = −b_f (Tallec & Ollivier 2018)."""
    found = _pytorch(cell, shapes, hidden, rng, 0.0)
    if not serves_chrono(cell):
        raise _no_forget_gate(cell)
    for _state, past, new in gates(cell):
        for gate in past[:1]:
            bias = np.log(rng.uniform(1, longest - 1, shapes[gate.bias]))
            found[gate.bias] = gate.sign * bias
            for other in new[:1]:
                if other.bias != gate.bias:
                    found[other.bias] = -other.sign * bias
    return found


def serves_chrono(cell: Recurrence) -> bool:
    """Whether its forget gates run from 0 to 1: an exponential one has no such time scale."""
    found = forget_gates(cell).values()
    return bool(found) and all(gate.bounded for gate in found)


@dataclass(frozen=True)
class _Start:
    make: Callable[[Recurrence, Shapes, int, np.random.Generator, float], Weights]
    option: str = ""  # what stands after the colon in `chrono:100`
    least: float = 0.0


STARTS = {
    "pytorch": _Start(_pytorch),
    "keras": _Start(_keras),
    "identity": _Start(_identity),
    "spectral": _Start(_spectral, "the spectral radius", 0.0),
    "chrono": _Start(_chrono, "the longest dependency in steps", 3.0),
}


def start(
    cell: Recurrence,
    inputs: int = 1,
    hidden: int = 1,
    seed: int | np.random.Generator = 0,
    start: str = "pytorch",
    *,
    forget_bias: float | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Weights:
    """Weights for a cell to begin with: a dictionary parameter → array (float64).

    `start` is one of `STARTS`; two take a number after a colon: `"spectral:1.1"`, `"chrono:100"`.
    `forget_bias` then sets (not adds) the bias of the forget gate, with its sign reversed where the
    cell uses 1 − gate. `seed` is a number or a NumPy generator. `sizes` gives the rows of a
    projection by letter. Raises `InputError` for an unknown start or a cell without a forget gate.
    """
    shapes = cell.shapes(inputs, hidden, sizes)
    refuse_too_large(
        8 * sum(math.prod(shape) for shape in shapes.values()),
        "these weights",
        "fewer hidden units",
    )
    name, _, number = start.partition(":")
    made = look_up(name, STARTS, "start")
    rng = seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
    weights = made.make(cell, shapes, hidden, rng, _option(name, number))
    if forget_bias is not None:
        set_forget_bias(cell, weights, forget_bias)
    return weights


def set_forget_bias(cell: Recurrence, weights: Weights, bias: float) -> dict[str, Gate]:
    """Set (not add) the bias of each forget gate in place; gives state → gate."""
    if not math.isfinite(bias):
        raise InputError(f"the forget bias {bias} is not a finite number")
    if not (found := forget_gates(cell)):
        raise _no_forget_gate(cell)
    for gate in found.values():
        weights[gate.bias][:] = gate.sign * bias
    return found


def _option(name: str, number: str) -> float:
    wanted = STARTS[name]
    if not wanted.option:
        if number:
            raise InputError(f"the initialisation {name} takes no number")
        return 0.0
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= wanted.least):
        raise InputError(
            f"the initialisation {name} needs {wanted.option} after a colon, at least"
            f" {wanted.least:g}: {name}:{100 if wanted.least else 1}"
        )
    return value


def _no_forget_gate(cell: Recurrence) -> InputError:
    return InputError(
        f"{cell.name} has no forget gate: no sigmoid with a bias multiplies the state of the"
        " previous step"
    )
