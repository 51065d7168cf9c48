"""Mistakes that several equations share, and cells that are taken for one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, combinations, permutations

from lstm_viz.cells import CELLS
from lstm_viz.equations.gates import roles
from lstm_viz.equations.places import places
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import (
    Call,
    Name,
    Negative,
    Operation,
    Transposed,
    Tree,
    children,
    names_in,
    rebuild,
    substitute,
)

Change = Callable[[Tree], Tree]
Named = Iterator[tuple[str, dict[str, Tree]]]  # a mistake, and the equations that it changes
MOST_BLOCKS = 4  # of which every order is tried
MOST_BIASES = 6  # of which each is tried in the place of any others
SQUASHING = "sigmoid", "tanh"
FOR_A_SIGMOID = "tanh", "hard_sigmoid", "hard_sigmoid_keras2"


def together(cell: Recurrence) -> Named:
    """What one wrong line of a program does to several equations; then moved gates; siblings."""
    yield from _blocks(cell)
    for other in FOR_A_SIGMOID:
        changed = _everywhere(cell, _called("sigmoid", other))
        if len(changed) > 1:
            yield f"{other} in place of sigmoid on every gate", changed
    if len(changed := _everywhere(cell, _called("sigmoid", ""))) > 1:
        yield "no sigmoid on any gate", changed
    if len(changed := _everywhere(cell, _negated)) > 1:
        yield "the sign inside of sigmoid on every gate", changed
    for kind, names in by_kind(cell.matrices).items():
        for name in names:
            yield f"{name} transposed", _everywhere(cell, _turned([name]))
        if len(names) > 1:
            yield f"every {kind} transposed", _everywhere(cell, _turned(names))
    yield from _copied(cell)
    yield from _moved(cell)
    yield from _siblings(cell)


def _blocks(cell: Recurrence) -> Named:
    """The blocks of the weights taken in another order: i, f, o, g in the place of i, f, g, o."""
    for order, taken in block_orders(cell):
        trees = {}
        for target, names in taken.items():
            put: dict[Tree, Tree] = {Name(own): Name(other) for own, other in names.items()}
            trees[target] = substitute(cell.equation[target].tree, put)
        yield f"the weights in the order {order}", trees


def block_orders(cell: Recurrence) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """(order in words, for each sum of it which parameter stands in the place of which)."""
    sums: dict[tuple[tuple[str, ...], ...], list[tuple[str, list[str]]]] = {}
    for equation in cell.equations:
        if own := [n for n in names_in(equation.tree) if n in cell.parameters]:
            form = tuple(cell.parameters[n] for n in own)
            sums.setdefault(form, []).append((equation.target, own))
    for alike in sums.values():
        order = [target for target, _ in alike]
        for other in list(permutations(range(len(alike))))[1:] if len(alike) <= MOST_BLOCKS else ():
            taken = {
                target: dict(zip(own, alike[k][1], strict=True))
                for (target, own), k in zip(alike, other, strict=True)
            }
            yield ", ".join(order[k].removeprefix("z_") for k in other), taken


def by_kind(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by what stands before the _ in them: U_i, U_f and U_o are of one kind, U."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        found.setdefault(name.partition("_")[0], []).append(name)
    return found


def _everywhere(cell: Recurrence, change: Change) -> dict[str, Tree]:
    trees = {each.target: change(each.tree) for each in cell.equations}
    return {name: tree for name, tree in trees.items() if tree != cell.equation[name].tree}


def _called(function: str, other: str) -> Change:
    """One function for another, or none."""

    def change(tree: Tree) -> Tree:
        new = rebuild(tree, tuple(map(change, children(tree))))
        match new:
            case Call(name, inside) if name == function:
                return Call(other, inside) if other else inside[0]
        return new

    return change


def _negated(tree: Tree) -> Tree:
    """1 / (1 + exp(z)) for sigmoid, which has -z there."""
    new = rebuild(tree, tuple(map(_negated, children(tree))))
    match new:
        case Call("sigmoid", (inside,)):
            return Call("sigmoid", (Negative(inside),))
    return new


def _turned(matrices: Iterable[str]) -> Change:
    def change(tree: Tree) -> Tree:
        match tree:
            case Operation("@", Name(name), right) if name in matrices:
                return Operation("@", Transposed(Name(name)), right)
        return rebuild(tree, tuple(map(change, children(tree))))

    return change


def _copied(cell: Recurrence) -> Named:
    """One bias in the sums of others, copied with its line."""
    biases = [name for name in cell.parameters if cell.title(name) == "bias"]
    for own in biases if len(biases) <= MOST_BIASES else ():
        rest = [name for name in biases if name != own]
        for some in chain(*(combinations(rest, n) for n in range(1, len(rest) + 1))):
            put: dict[Tree, Tree] = {Name(name): Name(own) for name in some}
            changed = _everywhere(cell, lambda tree, put=put: substitute(tree, put))  # type: ignore[misc]
            yield f"{own} used for {' and '.join(some)}", changed


def _moved(cell: Recurrence) -> Named:
    """A gate before a product in place of after it, and the other way round."""
    kind = roles(cell)
    for equation in cell.equations:
        for found, put in places(equation.tree):
            for gate in (name for name in kind if name in names_in(found)):
                whose = f"the {kind[gate]} gate"
                for words, tree in _otherwise(found, Name(gate)):
                    yield words.format(whose), {equation.target: put(tree)}


def _otherwise(tree: Tree, gate: Name) -> Iterator[tuple[str, Tree]]:
    match tree:
        case Operation("*", left, right) if gate in (left, right):
            scaled = right if left == gate else left
        case Operation("@", matrix, Operation("*", left, right)) if gate in (left, right):
            of = right if left == gate else left
            yield "{} after the product", Operation("*", gate, Operation("@", matrix, of))
            return
        case _:
            return
    match scaled:
        case Operation("@", matrix, of):
            yield "{} before the product", Operation("@", matrix, Operation("*", gate, of))
        case Operation("+", Operation("@", matrix, of), Name(bias)):
            inner = Operation("@", matrix, Operation("*", gate, of))
            yield "{} before the product", Operation("+", inner, Name(bias))
            outer = Operation("+", Operation("*", gate, scaled.left), Name(bias))
            yield f"{bias} outside of {{}}", outer


def _siblings(cell: Recurrence) -> Named:
    """The built-in cells that compute the same quantities from no other weights."""
    for name, other in CELLS.items():
        targets = {each.target for each in other.equations}
        known = targets == set(cell.equation) and set(other.parameters) <= set(cell.parameters)
        if known and other.states == cell.states and name != cell.name:
            yield f"the equations of {name}", {e.target: e.tree for e in other.equations}
