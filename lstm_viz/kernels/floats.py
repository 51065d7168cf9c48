"""One unit, one input, one sequence: the same equations over plain Python floats.

For so few numbers Python's own arithmetic is several times faster than NumPy's calls. Where plain
floats give up (an overflow, a division by zero) the arrays take over, which answer inf or nan.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import Any

import numpy as np

from lstm_viz.equations.functions import FLOATS
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import (
    ZERO,
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Transposed,
    Tree,
    plus,
    times,
)
from lstm_viz.kernels.system import System, expand, system
from lstm_viz.validation.numbers import FLOAT64

_CALLED = {"pow", *re.findall(r"(\w+)\(", " ".join(FLOATS.values()))}
_MATH = {name: getattr(math, name) for name in _CALLED if hasattr(math, name)}


class Singles(Mapping[str, np.ndarray]):
    """Read-only arrays of one number, (1,) or (1, 1), made when they are asked for."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], plain: dict[str, float]) -> None:
        self.shapes, self.plain = shapes, plain
        self._made: dict[str, np.ndarray] = {}

    @classmethod
    def of(cls, weights: Mapping[str, Any]) -> Singles | None:
        """The same, read once; None where one is no array of one finite float64."""
        if type(weights) is Singles:
            return weights
        shapes, plain = {}, {}
        for name, weight in weights.items():
            if type(weight) is not np.ndarray or weight.dtype is not FLOAT64 or weight.size != 1:
                return None
            shapes[name], plain[name] = weight.shape, weight.item()
        return cls(shapes, plain) if math.isfinite(sum(plain.values())) else None

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._made:
            array = self._made[name] = np.array(self.plain[name]).reshape(self.shapes[name])
            array.flags.writeable = False
        return self._made[name]

    def __repr__(self) -> str:
        return repr(dict(self))

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**self, **other}

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)


@dataclass
class Recorded:
    """What a run over floats leaves for going back: a row of A a step, packed, 1 before it.

    Bytes are not looked through by the garbage collector, as tuples would be, nor need they be
    turned into an array number by number.
    """

    cell: Recurrence
    system: System
    weights: Singles
    rows: list[bytes]
    A: np.ndarray
    values: Mapping[str, np.ndarray]


def source(tree: Tree, s: System) -> str:
    """A tree as Python source over floats; every name gets a prefix, so that none can clash."""
    match tree:
        case Number(value):
            return repr(value)
        case Name(name):
            return "n_" + name
        case Negative(of):
            return f"(-{source(of, s)})"
        case Transposed(of):
            return source(of, s)
        case Operation("**", Name(name), Number(2.0)):
            return f"n_{name} * n_{name}"
        case Operation("**", left, right):
            return f"pow({source(left, s)}, {source(right, s)})"
        case Operation("*" | "@", left, right):
            return f"{_factor(left, s)} * {_factor(right, s)}"
        case Operation(operator, left, right):
            return f"({source(left, s)} {operator} {_factor(right, s)})"
        case Call("sigmoid", (inside,)) if s.inexact:
            return f"(0.5 + 0.5 * tanh(0.5 * {_factor(inside, s)}))"
        case Call(function, arguments) if function in FLOATS:
            return FLOATS[function].format(*(_factor(each, s) for each in arguments))
        case Call():
            inner = expand(tree)
            assert inner is not None
            return source(inner, s)
    raise TypeError(f"cannot print {tree!r}")


def _factor(tree: Tree, s: System) -> str:
    written = source(tree, s)
    return written if isinstance(tree, Name | Number) else f"({written})"


def _tuple(names: list[str], prefix: str) -> str:
    return "(" + "".join(f"{prefix}{name}, " for name in names) + ")"


@lru_cache(maxsize=256)
def _order(s: System) -> list[str]:
    return ["x", *s.previous, *s.trees]


@lru_cache(maxsize=256)
def _forward(s: System) -> Any:
    lines = ["def go(xs, weights, states):", "    rows = []", "    put = rows.append"]
    lines += [f"    n_{name} = weights[{name!r}]" for name in s.parameters]
    lines += [
        f"    n_{p} = states[{state!r}]" for p, state in zip(s.previous, s.states, strict=True)
    ]
    lines += ["    for n_x in xs:"]
    lines += [f"        n_{name} = {source(tree, s)}" for name, tree in s.trees.items()]
    names = ", ".join("n_" + name for name in _order(s))
    lines += [f"        put(pack(1.0, {names}))"]
    lines += [f"        n_{p} = n_{state}" for p, state in zip(s.previous, s.states, strict=True)]
    return _compiled([*lines, "    return rows"], _struct(1 + len(_order(s))))


def _adjoint(s: System, name: str) -> Tree:
    found: Tree = ZERO
    for user, slope in s.users.get(name, []):
        found = plus(found, times(Name(f"d {user}"), slope))
    for user, sign, matrix in s.products.get(name, []):
        found = plus(found, times(Number(sign), times(Name(f"d {user}"), Name(matrix))))
    return found


def _sums(s: System, name: str) -> list[tuple[float, str, str]] | None:
    """A weight's gradient as sums over time of ± dq · v (± dq where v is empty), or None."""
    found = [(sign, u, v) for v, uses in s.products.items() for u, sign, m in uses if m == name]
    for user, slope in s.users.get(name, []):
        match slope:
            case Number(value):
                found.append((value, user, ""))
            case Name(vector) if vector in _order(s):
                found.append((1.0, user, vector))
            case _:
                return None
    return found


@lru_cache(maxsize=256)
def _backward(s: System, given: tuple[str, ...]) -> Any:
    stepwise = {name: _adjoint(s, name) for name in s.parameters if _sums(s, name) is None}
    lines = ["def go(rows, seeds, weights):", "    out = []", "    put = out.append"]
    lines += [f"    n_{name} = weights[{name!r}]" for name in s.parameters]
    lines += [f"    t_{name} = 0.0" for name in stepwise] + [f"    d_{p} = 0.0" for p in s.previous]
    body = []
    for name in [*reversed(s.trees), *s.previous, "x"]:
        parts = [f"g_{name}"] if name in given else []
        parts += [f"d_{name}_prev"] if name in s.states else []
        tree = _adjoint(s, name)
        parts += [source(tree, s)] if tree != ZERO else []
        line = f"        d_{name} = {' + '.join(parts) or '0.0'}"
        body.append(line.replace("n_d ", "d_"))
    body += [
        f"        t_{name} += {source(tree, s)}".replace("n_d ", "d_")
        for name, tree in stepwise.items()
    ]
    used = set(re.findall(r"\bn_\w+", "\n".join(body)))
    read = [name for name in _order(s) if "n_" + name in used]
    record = Struct("8x" + "".join("d" if name in read else "8x" for name in _order(s)))
    rows = f"{_tuple(read, 'n_')}, " + "".join(f"g_{name}, " for name in given)
    lines += [f"    for {rows} in zip(map(unpack, reversed(rows)), *seeds):", *body]
    lines += [f"        put(pack{_tuple(_order(s), 'd_')})"]
    answer = "{" + ", ".join(f"{name!r}: t_{name}" for name in stepwise) + "}"
    return _compiled([*lines, f"    return out, {answer}"], _struct(len(_order(s))), record)


@lru_cache(maxsize=256)
def _totals(s: System) -> Any:
    """A function of Σ dq v for all q and v, the first v being 1, and of what was summed stepwise:
    all weights' gradients, in order."""
    place = {name: k for k, name in enumerate(_order(s))}
    found = []
    for name in s.parameters_in_order:
        if (sums := _sums(s, name)) is None:
            found.append(f"stepwise[{name!r}]")
            continue
        parts = [f"{sign!r} * pairs[{place[u]}][{1 + place[v] if v else 0}]" for sign, u, v in sums]
        found.append(" + ".join(parts) or "0.0")
    return _compiled(["def go(pairs, stepwise):", f"    return [{', '.join(found)}]"])


@lru_cache(maxsize=256)
def _needed(s: System) -> int:
    """How many columns of the record the sums look at: 1, the input and the states come first."""
    order = _order(s)
    vectors = {v for name in s.parameters for _, _, v in _sums(s, name) or () if v}
    return max((order.index(v) + 2 for v in vectors), default=1)


def _struct(columns: int) -> Struct:
    return Struct(f"{columns}d")


def _compiled(lines: list[str], written: Struct | None = None, read: Struct | None = None) -> Any:
    """The function `go` of the source, with records packed and unpacked as these say."""
    space: dict[str, Any] = dict(_MATH)
    if written:
        space["pack"] = written.pack
    if read:
        space["unpack"] = read.unpack
    exec(compile("\n".join(lines), "<lstm_viz floats>", "exec"), space)
    return space["go"]


def forward(
    cell: Recurrence, weights: Singles, x: np.ndarray, states: Mapping[str, np.ndarray]
) -> Recorded:
    """Run over x, (T, 1). Raises `ArithmeticError` or `ValueError` where floats give up."""
    s = system(cell)
    rows = _forward(s)(x[:, 0].tolist(), weights.plain, {n: v.item() for n, v in states.items()})
    A = _table(rows)
    return Recorded(cell, s, weights, rows, A, _Columns(s, A[:, 1:]))


def backward(
    recorded: Recorded, given: Mapping[str, np.ndarray]
) -> tuple[Mapping[str, np.ndarray], Singles]:
    """Go back: (gradients by name, (T, 1); gradients by weight)."""
    r, s, names = recorded, recorded.system, tuple(given)
    seeds = [given[name][::-1, 0].tolist() for name in names]
    out, stepwise = _backward(s, names)(r.rows, seeds, r.weights.plain)
    out.reverse()
    D = _table(out)
    with np.errstate(all="ignore"):
        pairs = D.T.dot(r.A[:, : _needed(s)]).tolist()
    totals = dict(zip(s.parameters_in_order, _totals(s)(pairs, stepwise), strict=True))
    return _Columns(s, D), Singles(r.weights.shapes, totals)


def _table(rows: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(rows)).reshape(len(rows), -1)


class _Columns(Mapping[str, np.ndarray]):
    """Name → (T, 1), cut out of a table when it is asked for."""

    def __init__(self, s: System, table: np.ndarray) -> None:
        self._places, self._table = _places(s), table

    def __getitem__(self, name: str) -> np.ndarray:
        k = self._places[name]
        return self._table[:, k : k + 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@lru_cache(maxsize=256)
def _places(s: System) -> dict[str, int]:
    return {name: k for k, name in enumerate(_order(s)) if name in s.cell.names}
