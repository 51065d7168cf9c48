"""Which bias opens which gate, and which matrix reads the past: read off a cell's equations.

forget_gates(LSTM)        {"c": Gate("b_f", 1.0, "f")}
recurrent(LSTM)           {"U_i", "U_f", "U_g", "U_o"}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, reduce

from lstm_viz.equations.derivative import derive
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import (
    ONE,
    PREVIOUS,
    ZERO,
    Call,
    Equation,
    Name,
    Negative,
    Number,
    Operation,
    Tree,
    children,
    factors,
    names_in,
    negative,
    plus,
    rebuild,
    terms,
    times,
    walk,
)


@dataclass(frozen=True)
class Gate:
    """The bias inside a sigmoid that multiplies something in a state's equation.

    `sign` is +1 where a larger bias opens the gate, −1 where the gate stands as 1 − gate.
    """

    bias: str
    sign: float
    name: str


def _gate(cell: Recurrence, tree: Tree, sign: float = 1.0, name: str = "") -> Gate | None:
    match tree:
        case Name(key) if key in cell.equation:
            return _gate(cell, cell.equation[key].tree, sign, key)
        case Operation("-", Number(1.0), right):
            return _gate(cell, right, -sign, name)
        case Operation("/", left, _):  # a share: f / (f + i)
            return _gate(cell, left, sign, name)
        case Call("sigmoid" | "hard_sigmoid" | "hard_sigmoid_keras2", (inside,)):
            if isinstance(inside, Name) and inside.name in cell.equation:
                inside = cell.equation[inside.name].tree
            for own, term in terms(inside):
                if isinstance(term, Name) and len(cell.parameters.get(term.name, ())) == 1:
                    return Gate(term.name, sign * own, name or term.name)
    return None


def gates(cell: Recurrence) -> Iterator[tuple[str, list[Gate], list[Gate]]]:
    """For each state: the gates on its own past, and the gates on what else comes in."""
    for state in cell.states:
        equation = Equation(state, _spelled_out(cell, cell.equation[state].tree))
        own = Name(state + PREVIOUS)
        slope = [edge.term for edge in derive([equation]) if edge.target == own.name]
        else_ = [term for term in terms(equation.tree) if own not in factors(term[1])]
        yield (
            state,
            [gate for term in slope for gate in _gates_in(cell, terms(term))],
            list(_gates_in(cell, else_)),
        )


def _spelled_out(cell: Recurrence, tree: Tree) -> Tree:
    """A sum of products in which the names of other such sums are replaced by what they stand for.

    From `k = f * c_prev` and `c = k + i * g` that is f * c_prev + i * g.
    """
    match tree:
        case Name(key) if key in cell.equation:
            inside = cell.equation[key].tree
            late = any(name.endswith(PREVIOUS) for name in names_in(inside))
            return _spelled_out(cell, inside) if late and _arithmetic(inside) else tree
        case Operation("+" | "-" | "*") | Negative():
            return rebuild(tree, tuple(_spelled_out(cell, child) for child in children(tree)))
    return tree


def _arithmetic(tree: Tree) -> bool:
    kinds = (Operation, Negative, Name, Number)
    signs = {each.operator for each in walk(tree) if isinstance(each, Operation)}
    return all(isinstance(each, kinds) for each in walk(tree)) and signs <= {"+", "-", "*"}


def _gates_in(cell: Recurrence, signed: Iterable[tuple[float, Tree]]) -> Iterator[Gate]:
    for sign, term in signed:
        for part in factors(term):
            if gate := _gate(cell, part, sign):
                yield gate


def forget_gates(cell: Recurrence) -> dict[str, Gate]:
    """State → the gate on its own past; empty for a cell without one."""
    return {state: past[0] for state, past, _ in gates(cell) if past}


def recurrent(cell: Recurrence) -> set[str]:
    """The matrices on the way from the past to a state."""
    late = {state + PREVIOUS for state in cell.states}
    for equation in cell.equations:
        if late & set(names_in(equation.tree)):
            late.add(equation.target)
    onward = set(cell.states)
    for equation in reversed(cell.equations):
        if equation.target in onward:
            onward |= set(names_in(equation.tree))
    products = [
        each
        for equation in cell.equations
        if equation.target in onward
        for each in walk(equation.tree)
        if isinstance(each, Operation) and each.operator == "@"
    ]
    return {text(each.left) for each in products if late & set(names_in(each.right))}


def beside(cell: Recurrence, vector: str) -> int:
    """How many matrix products stand in the same sum as a vector parameter."""
    for equation in cell.equations:
        for tree in walk(equation.tree):
            parts = [term for _, term in terms(tree)]
            if len(parts) > 1 and Name(vector) in parts:
                return sum(isinstance(part, Operation) and part.operator == "@" for part in parts)
    return 0


@cache
def split(cell: Recurrence, state: str) -> tuple[Tree | None, Tree]:
    """(kept, written) with state = kept * state_prev + written.

    For c = f * c_prev + i * g these are f and i * g; `kept` is None for a state whose equation does
    not multiply its own past.
    """
    past = Name(state + PREVIOUS)
    kept: Tree | None = None
    written: Tree = ZERO
    for sign, term in terms(cell.equation[state].tree):
        parts = factors(term)
        if parts.count(past) == 1:
            rest = [part for part in parts if part != past]
            share = _signed(sign, reduce(times, rest) if rest else ONE)
            kept = share if kept is None else plus(kept, share)
        else:
            written = plus(written, _signed(sign, term))
    return kept, written


def _signed(sign: float, tree: Tree) -> Tree:
    return tree if sign > 0 else negative(tree)
