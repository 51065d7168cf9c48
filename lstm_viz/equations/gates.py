"""What a gate is, read off a cell's equations: what it scales, and which bias opens it.

A gate is never negative by construction, and it multiplies. What it multiplies is its role: a
state's own past makes it a forget gate, what else comes into such a state an input gate, the past
on its way into a candidate a reset gate, and what is shown an output gate.

roles(LSTM)               {"f": "forget", "i": "input", "o": "output"}
kinds(LSTM)["f"]          "forget gate"
forget_gates(LSTM)        {"c": Gate("b_f", 1.0, "f")}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from lstm_viz.equations import keeping as past
from lstm_viz.equations.bounds import Bounds, bounds, rises
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import (
    PREVIOUS,
    ZERO,
    Call,
    Name,
    Number,
    Operation,
    Tree,
    children,
    factors,
    names_in,
    terms,
    walk,
)


@cache
def split(cell: Recurrence, state: str) -> tuple[Tree, Tree]:
    """(kept, written) with state = kept * state_prev + written; kept is 0 where nothing is."""
    return past.split(cell.equation, state)


# ---------------------------------------------------------------------------- gates and roles


@cache
def _bounds(cell: Recurrence) -> dict[str, Bounds]:
    found: dict[str, Bounds] = {}
    for equation in cell.equations:
        found[equation.target] = bounds(equation.tree, found)
    return found


def _gates_among(cell: Recurrence, parts: list[Tree]) -> list[Tree]:
    """The factors of a product that are gates, each with something to scale.

    Those between 0 and 1 are; what has no upper bound (exp) is one beside what can be negative.
    """
    parts = [part for part in parts if not isinstance(part, Number)]
    never_negative = [part for part in parts if bounds(part, _bounds(cell))[0] >= 0]
    shut_to_open = [part for part in never_negative if bounds(part, _bounds(cell))[1] <= 1]
    if len(parts) == 1:
        return []
    return shut_to_open or (never_negative if len(never_negative) < len(parts) else [])


def _gate_name(cell: Recurrence, part: Tree) -> str:
    """The quantity that opens a factor: g of `g`, `1 - g` and `g / (…)`; empty without a name."""
    match part:
        case Name(name) if name in cell.equation:
            return name
        case Operation("-", Number(1.0), inside) | Operation("/", inside, _):
            return _gate_name(cell, inside)
    return ""


def _on_the_past(cell: Recurrence, state: str) -> Iterator[tuple[float, Tree]]:
    """(sign, gate) for each gate on a state's own past."""
    own = Name(state + PREVIOUS)
    for sign, term in terms(split(cell, state)[0]):
        yield from ((sign, part) for part in _gates_among(cell, [*factors(term), own]))


def _on_what_comes_in(cell: Recurrence, state: str) -> Iterator[tuple[float, Tree]]:
    kept, written = split(cell, state)
    for sign, term in terms(written) if kept != ZERO else ():
        yield from ((sign, part) for part in _gates_among(cell, factors(term)))


@cache
def roles(cell: Recurrence) -> dict[str, str]:
    """Each gate → what it is for: forget, input, output or reset."""
    found: dict[str, str] = {}
    for role, gates_on in (("forget", _on_the_past), ("input", _on_what_comes_in)):
        for state in cell.states:
            for _, part in gates_on(cell, state):
                found.setdefault(_gate_name(cell, part), role)
    for equation in cell.equations:
        for tree in walk(equation.tree):
            for part in _gates_among(cell, factors(tree)):
                found.setdefault(
                    _gate_name(cell, part), _role_elsewhere(cell, equation.target, part, tree)
                )
    for name in reversed(cell.quantities):  # what stands behind a gate: i of `f = 1 - i`
        if name in found:
            found.setdefault(_gate_name(cell, cell.equation[name].tree), found[name])
    return {name: found[name] for name in cell.quantities if name in found}


def _role_elsewhere(cell: Recurrence, target: str, gate: Tree, product: Tree) -> str:
    scaled = {n for part in factors(product) if part != gate for n in names_in(part)}
    if any(name.endswith(PREVIOUS) for name in scaled):
        return "reset"
    if "x" in scaled:
        return "input"
    return "reset" if target in _into_memories(cell) else "output"


@cache
def _into_memories(cell: Recurrence) -> frozenset[str]:
    """The quantities on the way to a state that keeps something of its past."""
    keeping = {state for state in cell.states if split(cell, state)[0] != ZERO}
    return frozenset(_behind(cell, keeping))


def _behind(cell: Recurrence, targets: set[str]) -> set[str]:
    """These quantities, and all that they are made of within a step."""
    found = set(targets)
    for equation in reversed(cell.equations):
        if equation.target in found:
            found |= set(names_in(equation.tree))
    return found


# ---------------------------------------------------------------------------- kinds


@cache
def kinds(cell: Recurrence) -> dict[str, str]:
    """Every name of a cell → its kind, after which it is coloured; a gate's is its role."""
    found = dict.fromkeys(cell.parameters, "weight") | {"x": "input"}
    found |= {name: _kind(cell, name) for name in cell.quantities}
    return found | {state + PREVIOUS: found[state] for state in cell.states}


def _kind(cell: Recurrence, name: str) -> str:
    if name == cell.output:
        return "output"
    if name in roles(cell):
        return f"{roles(cell)[name]} gate"
    if name in cell.states:
        return "memory"
    users = [each.tree for each in cell.equations if name in names_in(each.tree)]
    squashed = users and not any(name in _outside_functions(tree) for tree in users)
    return "sum" if squashed else "candidate"


def _outside_functions(tree: Tree) -> set[str]:
    match tree:
        case Call():
            return set()
        case Name(name):
            return {name}
    return {name for child in children(tree) for name in _outside_functions(child)}


# ---------------------------------------------------------------------------- biases


@dataclass(frozen=True)
class Gate:
    """The bias that opens a gate: its vector stands in a sum inside a function that rises.

    `sign` is +1 where a larger bias opens the gate, −1 where the gate stands as 1 − gate.
    """

    bias: str
    sign: float
    name: str
    bounded: bool = field(default=True, compare=False)  # from 0 to 1, as a sigmoid is


def _gate(cell: Recurrence, tree: Tree, sign: float = 1.0, name: str = "") -> Gate | None:
    match tree:
        case Name(key) if key in cell.equation:
            return _gate(cell, cell.equation[key].tree, sign, key)
        case Operation("-", Number(1.0), right):
            return _gate(cell, right, -sign, name)
        case Operation("/", left, _):  # a share: f / (f + i)
            return _gate(cell, left, sign, name)
        case Call(function, (inside,)) if rises(function):
            for own, bias in _summed(cell, inside, set()):
                if len(cell.parameters.get(bias, ())) == 1:
                    bounded = FUNCTIONS[function].range[1] <= 1
                    return Gate(bias, sign * own, name or bias, bounded)
    return None


def _summed(cell: Recurrence, tree: Tree, seen: set[str]) -> Iterator[tuple[float, str]]:
    """(sign, name) of the names in a sum, and in the sums that these stand for."""
    for sign, term in terms(tree):
        if isinstance(term, Name) and term.name not in seen:
            seen.add(term.name)
            yield sign, term.name
            inside = cell.equation[term.name].tree if term.name in cell.equation else ZERO
            yield from ((sign * own, name) for own, name in _summed(cell, inside, seen))


def gates(cell: Recurrence) -> Iterator[tuple[str, list[Gate], list[Gate]]]:
    """For each state: the gates with a bias on its own past, and those on what else comes in."""
    for state in cell.states:
        sides = (_on_the_past(cell, state), _on_what_comes_in(cell, state))
        past, new = (
            [gate for sign, part in side if (gate := _gate(cell, part, sign))] for side in sides
        )
        yield state, past, new


def forget_gates(cell: Recurrence) -> dict[str, Gate]:
    """State → the gate on its own past; empty for a cell without one that has a bias."""
    return {state: past[0] for state, past, _ in gates(cell) if past}


def recurrent(cell: Recurrence) -> set[str]:
    """The matrices on the way from the past to a state."""
    late = {state + PREVIOUS for state in cell.states}
    for equation in cell.equations:
        if late & set(names_in(equation.tree)):
            late.add(equation.target)
    products = [
        each
        for equation in cell.equations
        if equation.target in _behind(cell, set(cell.states))
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
