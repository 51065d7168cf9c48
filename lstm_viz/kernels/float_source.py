"""Equations as Python source over plain floats: a step forward, a step back, and the sums of it.

What the source calls a value begins with n_ (a value), d_ (its gradient), g_ (given by the loss)
or t_ (a total), and the name of it follows: whatever a cell calls its own, nothing clashes.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from struct import Struct
from typing import Any

from lstm_viz.equations.functions import FLOATS
from lstm_viz.equations.tree import (
    PREVIOUS,
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
    walk,
)
from lstm_viz.kernels.nodes import Adjoint
from lstm_viz.kernels.system import System, expand

_CALLED = {"pow", *re.findall(r"(\w+)\(", " ".join(FLOATS.values()))}
_MATH = {name: getattr(math, name) for name in _CALLED if hasattr(math, name)}


def source(tree: Tree, s: System) -> str:
    """A tree as Python source over floats."""
    match tree:
        case Number(value):
            return repr(value)
        case Adjoint(name):
            return "d_" + name + (PREVIOUS if tree.later else "")
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
        case Call(function, arguments) if function in FLOATS:
            return FLOATS[function].format(*(_factor(each, s) for each in arguments))
        case Call():
            return source(expand(tree), s)
    raise TypeError(f"cannot print {tree!r}")


def _factor(tree: Tree, s: System) -> str:
    written = source(tree, s)
    return written if isinstance(tree, Name | Number) else f"({written})"


@lru_cache(maxsize=256)
def order(s: System) -> list[str]:
    """What a row records, in this order."""
    return ["x", *s.previous, *s.trees]


@lru_cache(maxsize=256)
def forward_function(s: System) -> Any:
    """`go(xs, weights, states)`: a packed row for each step, 1 before what is recorded."""
    carried = list(zip(s.previous, s.states, strict=True))
    return _compiled(
        [
            "def go(xs, weights, states):",
            "    rows = []",
            "    put = rows.append",
            *(f"    n_{name} = weights[{name!r}]" for name in s.parameters),
            *(f"    n_{before} = states[{state!r}]" for before, state in carried),
            "    for n_x in xs:",
            *(f"        n_{name} = {source(tree, s)}" for name, tree in s.trees.items()),
            f"        put(pack(1.0, {_listed('n_', order(s))}))",
            *(f"        n_{before} = n_{state}" for before, state in carried),
            "    return rows",
        ],
        pack=Struct(f"{1 + len(order(s))}d").pack,
    )


@lru_cache(maxsize=256)
def backward_function(s: System, given: tuple[str, ...]) -> Any:
    """`go(rows, seeds, weights)`: a packed row of gradients a step, the last step first; totals."""
    stepwise = {name: _adjoint(s, name) for name in s.parameters if _sums(s, name) is None}
    trees = {name: _adjoint(s, name) for name in (*reversed(s.trees), *s.previous, "x")}
    used = {each for tree in (*trees.values(), *stepwise.values()) for each in walk(tree)}
    read = [name for name in order(s) if Name(name) in used]
    record = Struct("8x" + "".join("d" if name in read else "8x" for name in order(s)))
    return _compiled(
        [
            "def go(rows, seeds, weights):",
            "    out = []",
            "    put = out.append",
            *(f"    n_{name} = weights[{name!r}]" for name in s.parameters),
            *(f"    t_{name} = 0.0" for name in stepwise),
            *(f"    d_{before} = 0.0" for before in s.previous),
            f"    for ({_listed('n_', read)}), {_listed('g_', given)} in"
            " zip(map(unpack, reversed(rows)), *seeds):",
            *(f"        d_{name} = {_total(s, name, tree, given)}" for name, tree in trees.items()),
            *(f"        t_{name} += {source(tree, s)}" for name, tree in stepwise.items()),
            f"        put(pack({_listed('d_', order(s))}))",
            f"    return out, {{{', '.join(f'{name!r}: t_{name}' for name in stepwise)}}}",
        ],
        pack=Struct(f"{len(order(s))}d").pack,
        unpack=record.unpack,
    )


def _listed(prefix: str, names: Any) -> str:
    return "".join(f"{prefix}{name}, " for name in names)


def _total(s: System, name: str, tree: Tree, given: tuple[str, ...]) -> str:
    parts = [f"g_{name}"] if name in given else []
    parts += [source(Adjoint(name, later=True), s)] if name in s.states else []
    parts += [source(tree, s)] if tree != ZERO else []
    return " + ".join(parts) or "0.0"


def _adjoint(s: System, name: str) -> Tree:
    """What comes back to a name within a step."""
    found: Tree = ZERO
    for user, slope in s.users.get(name, []):
        found = plus(found, times(Adjoint(user), slope))
    for user, sign, matrix in s.products.get(name, []):
        found = plus(found, times(Number(sign), times(Adjoint(user), Name(matrix))))
    return found


def _sums(s: System, name: str) -> list[tuple[float, str, str]] | None:
    """A weight's gradient as sums over time of ± dq · v (± dq where v is empty), or None."""
    found = [(sign, u, v) for v, uses in s.products.items() for u, sign, m in uses if m == name]
    for user, slope in s.users.get(name, []):
        match slope:
            case Number(value):
                found.append((value, user, ""))
            case Name(vector) if vector in order(s):
                found.append((1.0, user, vector))
            case _:
                return None
    return found


@lru_cache(maxsize=256)
def totals_function(s: System) -> Any:
    """A function of Σ dq v for all q and v, the first v being 1, and of what was summed stepwise:
    all weights' gradients, in order."""
    place = {name: k for k, name in enumerate(order(s))}
    found = []
    for name in s.parameters:
        if (sums := _sums(s, name)) is None:
            found.append(f"stepwise[{name!r}]")
            continue
        parts = [f"{sign!r} * pairs[{place[u]}][{1 + place[v] if v else 0}]" for sign, u, v in sums]
        found.append(" + ".join(parts) or "0.0")
    return _compiled(["def go(pairs, stepwise):", f"    return [{', '.join(found)}]"])


@lru_cache(maxsize=256)
def needed(s: System) -> int:
    """How many columns of the record the sums look at: 1, the input and the states come first."""
    vectors = {v for name in s.parameters for _, _, v in _sums(s, name) or () if v}
    return max((order(s).index(v) + 2 for v in vectors), default=1)


def _compiled(lines: list[str], **known: Any) -> Any:
    """The function `go` of the source; `known` is what it may call beside `math`."""
    space: dict[str, Any] = _MATH | known
    exec(compile("\n".join(lines), "<lstm_viz floats>", "exec"), space)
    return space["go"]
