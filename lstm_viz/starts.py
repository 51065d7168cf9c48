"""How weights begin: as PyTorch, as Keras, identity, spectral radius, chrono; presets; `.npz` files.

Which matrix reads the input and which the past, and which bias opens the forget gate, is read off
the equations: every start serves every cell.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.cell import PREVIOUS, Cell
from lstm_viz.equations import (
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Tree,
    did_you_mean,
    names_in,
    walk,
)
from lstm_viz.errors import InputError, TooLarge
from lstm_viz.files import replacing

Weights = dict[str, np.ndarray]
Shapes = Mapping[str, tuple[int, ...]]

# ---------------------------------------------------------------------------- read off the equations


@dataclass(frozen=True)
class Gate:
    """The bias inside a sigmoid that multiplies something in a state's equation.

    `sign` is +1 where a larger bias opens the gate, −1 where the gate stands as 1 − gate.
    """

    bias: str
    sign: float
    name: str


def terms(tree: Tree, sign: float = 1.0) -> Iterator[tuple[float, Tree]]:
    """The summands of a tree with their signs: a − (b + c) → (+a), (−b), (−c)."""
    match tree:
        case Operation("+" | "-" as operator, left, right):
            yield from terms(left, sign)
            yield from terms(right, -sign if operator == "-" else sign)
        case Negative(of):
            yield from terms(of, -sign)
        case _:
            yield sign, tree


def factors(tree: Tree) -> list[Tree]:
    """The factors of a product: a * b * c → a, b, c."""
    match tree:
        case Operation("*", left, right):
            return [*factors(left), *factors(right)]
    return [tree]


def _gate(cell: Cell, tree: Tree, sign: float = 1.0, name: str = "") -> Gate | None:
    match tree:
        case Name(key) if key in cell.equation:
            return _gate(cell, cell.equation[key].tree, sign, key)
        case Operation("-", Number(1.0), right):
            return _gate(cell, right, -sign, name)
        case Call("sigmoid" | "hard_sigmoid" | "hard_sigmoid_keras2", (inside,)):
            if isinstance(inside, Name) and inside.name in cell.equation:
                inside = cell.equation[inside.name].tree
            for own, term in terms(inside):
                if isinstance(term, Name) and len(cell.parameters.get(term.name, ())) == 1:
                    return Gate(term.name, sign * own, name or term.name)
    return None


def _gates(cell: Cell) -> Iterator[tuple[str, list[Gate], list[Gate]]]:
    """For each state: the gates on its own past, and the gates on what else comes in."""
    for state in cell.states:
        past: list[Gate] = []
        new: list[Gate] = []
        for _, term in terms(cell.equation[state].tree):
            parts = factors(term)
            own = Name(state + PREVIOUS) in parts
            found = [gate for part in parts if (gate := _gate(cell, part))]
            (past if own else new).extend(found)
        yield state, past, new


def forget_gates(cell: Cell) -> dict[str, Gate]:
    """State → the gate on its own past; empty for a cell without one."""
    return {state: past[0] for state, past, _ in _gates(cell) if past}


def _recurrent(cell: Cell) -> set[str]:
    """The matrices that multiply something which depends on the past."""
    late = {state + PREVIOUS for state in cell.states}
    found = set()
    for equation in cell.equations:
        for each in walk(equation.tree):
            if (
                isinstance(each, Operation)
                and each.operator == "@"
                and late & set(names_in(each.right))
            ):
                found.add(each.left.name)  # type: ignore[union-attr]
        if late & set(names_in(equation.tree)):
            late.add(equation.target)
    return found


def _beside(cell: Cell, vector: str) -> int:
    """How many matrix products stand in the same sum as a vector parameter."""
    for equation in cell.equations:
        for tree in walk(equation.tree):
            parts = [term for _, term in terms(tree)]
            if len(parts) > 1 and Name(vector) in parts:
                return sum(isinstance(part, Operation) and part.operator == "@" for part in parts)
    return 0


# ---------------------------------------------------------------------------- the starts


def _pytorch(
    cell: Cell, shapes: Shapes, hidden: int, rng: np.random.Generator, _: float
) -> Weights:
    """All from U(−1/√H, 1/√H); where PyTorch adds two biases, the sum of two such draws."""
    bound = 1 / math.sqrt(hidden)
    found = {}
    for name, shape in shapes.items():
        draws = max(1, _beside(cell, name)) if len(shape) == 1 else 1
        found[name] = rng.uniform(-bound, bound, (draws, *shape)).sum(axis=0)
    return found


def _keras(cell: Cell, shapes: Shapes, hidden: int, rng: np.random.Generator, _: float) -> Weights:
    """Glorot-uniform input weights, orthogonal recurrent ones, over all gates at once; forget bias 1."""
    recurrent = _recurrent(cell)
    found: Weights = {name: np.zeros(shape) for name, shape in shapes.items()}
    for kind in (recurrent, cell.matrices - recurrent):
        for columns in {shapes[name][1] for name in kind}:
            group = [name for name in shapes if name in kind and shapes[name][1] == columns]
            heights = [shapes[name][0] for name in group]
            rows = sum(heights)
            whole = (
                _orthogonal(rows, columns, rng)
                if kind is recurrent
                else _glorot(rows, columns, rng)
            )
            parts = np.split(whole, np.cumsum(heights)[:-1])
            found.update(zip(group, (part.copy() for part in parts), strict=True))
    for state, gate in forget_gates(cell).items():
        # Keras gives it to its LSTM only: there the gate has no second task, as the GRU's has.
        uses = sum(
            name == gate.name
            for e in cell.equations
            for t in walk(e.tree)
            if isinstance(t, Name)
            for name in [t.name]
        )
        if uses == 1 and state != cell.output:
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
    cell: Cell, shapes: Shapes, hidden: int, rng: np.random.Generator, _: float
) -> Weights:
    """Recurrent matrices are the identity, input weights N(0, 0.001²), biases 0 (Le et al. 2015)."""
    recurrent = _recurrent(cell)
    found = {}
    for name, shape in shapes.items():
        if len(shape) == 1:
            found[name] = np.zeros(shape)
        else:
            found[name] = np.eye(*shape) if name in recurrent else rng.normal(0, 0.001, shape)
    return found


def _spectral(
    cell: Cell, shapes: Shapes, hidden: int, rng: np.random.Generator, radius: float
) -> Weights:
    """As PyTorch, but each recurrent matrix is scaled to the spectral radius asked for."""
    found = _pytorch(cell, shapes, hidden, rng, 0.0)
    for name in sorted(_recurrent(cell)):
        rows, columns = shapes[name]
        if rows != columns:
            continue
        matrix = rng.standard_normal((rows, columns))
        found[name] = matrix * (radius / np.abs(np.linalg.eigvals(matrix)).max())
    return found


def _chrono(
    cell: Cell, shapes: Shapes, hidden: int, rng: np.random.Generator, longest: float
) -> Weights:
    """As PyTorch, with b_f = ln U(1, T − 1) and b_i = −b_f (Tallec & Ollivier 2018)."""
    found = _pytorch(cell, shapes, hidden, rng, 0.0)
    _needs_forget_gate(cell)
    for _state, past, new in _gates(cell):
        for gate in past[:1]:
            bias = np.log(rng.uniform(1, longest - 1, shapes[gate.bias]))
            found[gate.bias] = gate.sign * bias
            for other in new[:1]:
                if other.bias != gate.bias:
                    found[other.bias] = -other.sign * bias
    return found


@dataclass(frozen=True)
class _Start:
    make: Callable[[Cell, Shapes, int, np.random.Generator, float], Weights]
    option: str = ""  # what stands behind the colon in `chrono:100`
    least: float = 0.0


STARTS = {
    "pytorch": _Start(_pytorch),
    "keras": _Start(_keras),
    "identity": _Start(_identity),
    "spectral": _Start(_spectral, "the spectral radius", 0.0),
    "chrono": _Start(_chrono, "the longest dependency in steps", 3.0),
}


def start(
    cell: Cell,
    inputs: int = 1,
    hidden: int = 1,
    seed: int | np.random.Generator = 0,
    start: str = "pytorch",
    *,
    forget_bias: float | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Weights:
    """Weights for a cell to begin with: a dictionary parameter → array (float64).

    `start` is one of `STARTS`; two take a number behind a colon: `"spectral:1.1"`, `"chrono:100"`.
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
    if name not in STARTS:
        raise InputError(
            f"no start is called {name!r}: {did_you_mean(name, STARTS) or 'there are ' + ', '.join(STARTS)}"
        )
    rng = seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
    weights = STARTS[name].make(cell, shapes, hidden, rng, _option(name, number))
    if forget_bias is not None:
        if not math.isfinite(forget_bias):
            raise InputError(f"forget bias {forget_bias}: it should be a finite number")
        for gate in _needs_forget_gate(cell).values():
            weights[gate.bias][:] = gate.sign * forget_bias
    return weights


def _option(name: str, number: str) -> float:
    wanted = STARTS[name]
    if not wanted.option:
        if number:
            raise InputError(f"the start {name} takes no number")
        return 0.0
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= wanted.least):
        raise InputError(
            f"the start {name} needs {wanted.option} behind a colon, at least {wanted.least:g}: {name}:{100 if wanted.least else 1}"
        )
    return value


def _needs_forget_gate(cell: Cell) -> dict[str, Gate]:
    found = forget_gates(cell)
    if not found:
        raise InputError(
            f"{cell.name} has no forget gate: no sigmoid with a bias multiplies a state's own past"
        )
    return found


def refuse_too_large(needed: float, what: str, way_out: str) -> None:
    """Raise `TooLarge` where `needed` bytes are more than three quarters of the machine's memory."""
    there = physical_memory()
    if needed > 0.75 * there:
        raise TooLarge(
            f"{what} would take {needed / 1e9:,.1f} GB and this machine has {there / 1e9:,.1f} GB: ask for {way_out}"
        )


def physical_memory() -> float:
    """Bytes of memory of this machine; 8 GB where it does not say."""
    import os

    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8e9


# ---------------------------------------------------------------------------- presets


@dataclass(frozen=True)
class Preset:
    """Weights of one LSTM unit that do something worth telling, and the inputs that show it."""

    what: str
    inputs: list[list[float]]
    rows: dict[str, tuple[tuple[float, ...], float, float]]  # gate → (W, U, b)
    targets: list[list[float]] | None = None

    def weights(self) -> Weights:
        """As `Cell.start` gives them."""
        found: Weights = {}
        for gate, (w, u, b) in self.rows.items():
            found |= {
                f"W_{gate}": np.array([w]),
                f"U_{gate}": np.array([[u]]),
                f"b_{gate}": np.array([b]),
            }
        return found


PRESETS = {
    "latch": Preset(
        "write once, hold, release",
        [[0], [1], [0], [0], [-1], [0]],
        {
            "i": ((6.0,), -1.0, -3.0),
            "f": ((8.0,), 1.0, 4.0),
            "g": ((2.0,), 0.5, 0.0),
            "o": ((0.0,), 0.5, 2.0),
        },
    ),
    "counter": Preset(
        "count the ones",
        [[1], [0], [1], [1], [0], [1]],
        {
            "i": ((10.0,), 0.0, -5.0),
            "f": ((0.0,), 0.0, 8.0),
            "g": ((3.0,), 0.0, 0.0),
            "o": ((0.0,), 0.0, 2.0),
        },
    ),
    "forgetful": Preset(
        "write once, lose half at every step",
        [[1], [0], [0], [0], [0], [0]],
        {
            "i": ((6.0,), 0.0, -3.0),
            "f": ((0.0,), 0.0, 0.0),
            "g": ((2.0,), 0.0, 0.0),
            "o": ((0.0,), 0.0, 2.0),
        },
    ),
    "gomez": Preset(
        "A. Gomez, Backpropagating an LSTM: a numerical example, 2016",
        [[1, 2], [0.5, 3]],
        {
            "i": ((0.95, 0.8), 0.8, 0.65),
            "f": ((0.7, 0.45), 0.1, 0.15),
            "g": ((0.45, 0.25), 0.15, 0.2),
            "o": ((0.6, 0.4), 0.25, 0.1),
        },
        [[0.5], [1.25]],
    ),
}

# ---------------------------------------------------------------------------- files


def save_weights(path: str | Path, weights: Mapping[str, Any]) -> None:
    """Write weights as `.npz`, one array a parameter, beside and then into place."""
    with replacing(path, "wb") as file:
        np.savez(file, **{name: np.asarray(array) for name, array in weights.items()})


def load_weights(path: str | Path) -> Weights:
    """Read a `.npz` of weights: a dictionary parameter → array.

    Nothing in the file is executed, and declared sizes are checked before anything is read. Raises
    `InputError` for a file that is none, is broken, or holds anything but finite numbers.
    """
    from lstm_viz.trace import as_numbers

    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            refuse_too_large(sum(m.file_size for m in members), f"{path}", "a smaller file")
            found = {
                m.filename.removesuffix(".npy"): _read_array(archive, m, path) for m in members
            }
    except zipfile.BadZipFile:
        raise InputError(f"{path}: this is not an .npz file of weights") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except (
        EOFError,
        zipfile.LargeZipFile,
        RuntimeError,
        NotImplementedError,
        zipfile.zlib.error,
    ) as error:  # type: ignore[attr-defined]
        raise InputError(f"{path}: this .npz file is broken ({error})") from None
    return {name: as_numbers(array, f"{path}: {name}") for name, array in found.items()}


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str | Path) -> np.ndarray:
    with archive.open(member) as file:
        try:
            version = np.lib.format.read_magic(file)  # type: ignore[arg-type]
            read = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            shape, fortran, dtype = read(file)  # type: ignore[arg-type]
        except ValueError:
            raise InputError(f"{path}: {member.filename} in it is no array") from None
        if dtype.kind not in "fiub":
            raise InputError(f"{path}: {member.filename} holds {dtype}, not numbers")
        declared = math.prod(shape) * dtype.itemsize
        if min(shape, default=1) < 0 or declared != member.file_size - file.tell():
            raise InputError(
                f"{path}: {member.filename} declares the shape {shape}, which is not what the file holds"
            )
        content = file.read(declared)
    if len(content) != declared:
        raise InputError(f"{path}: {member.filename} ends too early")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
