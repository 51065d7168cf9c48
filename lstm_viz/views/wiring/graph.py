"""A cell's equations as a graph of nodes and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from lstm_viz.equations.derivative import pull
from lstm_viz.equations.gates import roles
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import (
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Tree,
    children,
    factors,
    names_in,
    negative,
    terms,
    times,
    walk,
)
from lstm_viz.pictures.kinds import Shape
from lstm_viz.views.expressions import SYMBOLS
from lstm_viz.views.wiring import tracks
from lstm_viz.views.wiring.by_hand import by_hand
from lstm_viz.views.wiring.placement import MANY, OUT


@dataclass(frozen=True)
class Piece:
    """A node without its numbers: what it does, and how its value and gradient are computed."""

    key: str
    shape: Shape
    symbol: str
    value: Tree
    gradient: Tree
    gate: Tree | None = None

    @property
    def is_quantity(self) -> bool:
        return "." not in self.key


@dataclass(frozen=True)
class Link:
    """A wire without its numbers; `of` is the quantity whose kind it takes."""

    start: str
    end: str
    value: Tree
    gradient: Tree
    of: str


@dataclass(frozen=True)
class Graph:
    """Nodes and wires of a cell, and where they are drawn."""

    parts: Mapping[str, Piece]
    links: tuple[Link, ...]
    places: Mapping[str, tuple[float, float]]
    routes: Mapping[tuple[str, str], tuple[tuple[tuple[float, float], ...], int]]
    turns: Mapping[str, int]
    turns_back: Mapping[str, int]


@cache
def graph_of(cell: Recurrence) -> Graph:
    """The graph of a cell's equations: placed by hand where that was done, else in layers."""
    grown = _Growing(cell)
    pairs = [(link.start, link.end) for link in grown.links]
    wired = {key for pair in pairs for key in pair} >= set(grown.parts)  # else x has no place there
    placed = by_hand(pairs) if wired else None
    places, routes = placed or tracks.placed(list(grown.parts), pairs)
    coming = Counter(end for _, end in dict.fromkeys(pairs))
    for key, part in grown.parts.items():
        if part.shape == "dot" and coming[key] >= MANY:
            grown.parts[key] = replace(part, shape="bar")
    turns, back = (turns_of(grown.parts, each) for each in (pairs, [p[::-1] for p in pairs]))
    return Graph(grown.parts, tuple(grown.links), places, routes, turns, back)


def turns_of(keys: Iterable[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """How many nodes lie before each, on the longest way."""
    turns = dict.fromkeys(keys, 0)
    for _ in turns:
        for start, end in pairs:
            turns[end] = max(turns[end], turns[start] + 1)
    return turns


class _Growing:
    """Nodes and wires, grown equation by equation from the trees."""

    def __init__(self, cell: Recurrence) -> None:
        self.cell = cell
        self.parts: dict[str, Piece] = {}
        self.links: list[Link] = []
        for name in cell.names:
            if name in cell.equation:
                self._equation(name)
            else:
                self.parts[name] = Piece(name, "name", "", Name(name), Name("d" + name))
        for name in dict.fromkeys((*cell.states, cell.output)):
            value, gradient = Name(name), Name("d" + name)
            self.parts[name + OUT] = Piece(name + OUT, "name", "", value, gradient)
            self.links.append(Link(name, name + OUT, value, gradient, name))

    def _equation(self, name: str) -> None:
        whole, gradient = self.cell.equation[name].tree, Name("d" + name)
        tree, adjoint, output = self._fold(whole, gradient, Name(name))
        if not isinstance(tree, Name | Number):
            self._operation(name, name, tree, adjoint, output, (Name(name), gradient), whole)
            return
        symbol = "=" if tree == whole else SYMBOLS["@"]
        self.parts[name] = Piece(name, "dot", symbol, Name(name), gradient)
        if isinstance(tree, Name) and self._depends(tree):
            only = next(term for _, term in terms(whole) if self._depends(term))
            self.links.append(Link(tree.name, name, only, adjoint, tree.name))

    def _operation(
        self,
        key: str,
        of: str,
        tree: Tree,
        adjoint: Tree,
        output: Tree,
        shown: tuple[Tree, Tree],
        whole: Tree,
    ) -> None:
        """A node for an operation, then what comes into it; `whole` with signs and constants."""
        shape, symbol = self._look(tree)
        said = scaled(whole, tree, symbol) if isinstance(tree, Call) else symbol
        self.parts[key] = Piece(key, shape, said, *shown, self._gate(tree))
        for value, gradient in self._branches(tree, adjoint, output):
            if not self._depends(value):
                continue
            inner, back, inner_output = self._fold(value, gradient, value)
            if isinstance(inner, Name):
                self.links.append(Link(inner.name, key, value, back, inner.name))
                continue
            below = f"{of}.{sum(k.startswith(of + '.') for k in self.parts) + 1}"
            self._operation(below, of, inner, back, inner_output, (inner, back), value)
            self.links.append(Link(below, key, value, back, self._colour(inner) or of))

    def _fold(self, tree: Tree, adjoint: Tree, output: Tree) -> tuple[Tree, Tree, Tree]:
        """Through signs, weights and constants down to a quantity or an operation on several."""
        match tree:
            case Name() | Number() | Call() | Operation("**") | Operation("-", Number()):
                return tree, adjoint, output
        inside = [k for k, child in enumerate(children(tree)) if self._depends(child)]
        if len(inside) != 1 or (isinstance(tree, Operation) and tree.operator == "/" and inside[0]):
            return tree, adjoint, output
        child = children(tree)[inside[0]]
        return self._fold(child, _pulled(tree, inside[0], adjoint, output), child)

    def _branches(self, tree: Tree, adjoint: Tree, output: Tree) -> list[tuple[Tree, Tree]]:
        """What an operation is on, sums and products taken as wholes: (value, gradient) of each."""
        match tree:
            case Operation("-", Number()):
                return [(tree.right, negative(adjoint))]
            case Operation("+" | "-"):
                return [
                    (term if sign > 0 else negative(term), adjoint) for sign, term in terms(tree)
                ]
            case Operation("*"):
                parts = factors(tree)
                return [(p, _without(parts, k, adjoint)) for k, p in enumerate(parts)]
        return [(c, _pulled(tree, k, adjoint, output)) for k, c in enumerate(children(tree))]

    def _depends(self, tree: Tree) -> bool:
        return not self.cell.parameters.keys() >= set(names_in(tree))

    def _look(self, tree: Tree) -> tuple[Shape, str]:
        """Shape and symbol of an operation's node."""
        match tree:
            case Call(function):
                return "box", SYMBOLS.get(function, function)
            case Operation("-", Number(value)):
                return "box", f"{value:g}−"
            case Operation("+" | "-"):
                weighted = any(isinstance(t, Operation) and t.operator == "@" for t in walk(tree))
                return "dot", SYMBOLS["@" if weighted else "+"]
            case Operation(operator):
                return ("gate" if self._gate(tree) else "dot"), SYMBOLS[operator]
            case Negative():  # of a parameter: nothing comes in
                return "box", "−"
        raise TypeError(f"no operation: {tree!r}")

    def _colour(self, tree: Tree) -> str:
        """The quantity whose kind the wire from an operation takes: of 1 − z it is the gate z."""
        match tree:
            case Operation("-", Number(), Name(gate)) if gate in roles(self.cell):
                return gate
        return ""

    def _gate(self, tree: Tree) -> Tree | None:
        """The factor of a product that is a gate, if one is."""
        if not (isinstance(tree, Operation) and tree.operator == "*"):
            return None
        for part in factors(tree):
            inside = part.right if isinstance(part, Operation) and part.operator == "-" else part
            if isinstance(inside, Name) and inside.name in roles(self.cell):
                return part
        return None


def scaled(whole: Tree, inner: Tree, symbol: str) -> str:
    """`4σ−2` for `4 * sigmoid(z) - 2`: a function with the constants that its wire goes through.

    The symbol alone where there is anything else: a sign, a weight.
    """
    match whole:
        case _ if whole == inner:
            return symbol
        case Operation("*", Number(factor), rest) | Operation("*", rest, Number(factor)):
            said = scaled(rest, inner, symbol)
            whole_said = f"{factor:g}{said}" if rest == inner else f"{factor:g}({said})"
        case Operation("+" | "-" as operator, rest, Number(term)):
            said = scaled(rest, inner, symbol)
            whole_said = f"{said}{'+' if operator == '+' else '−'}{term:g}"
        case _:
            return symbol
    return whole_said if said != symbol or rest == inner else symbol


def _pulled(tree: Tree, k: int, adjoint: Tree, output: Tree) -> Tree:
    """The adjoint of child k; of nothing it is nothing: a number, without rows to multiply."""
    return adjoint if adjoint == Number(0) else pull(tree, k, adjoint, output)


def _without(parts: list[Tree], k: int, adjoint: Tree) -> Tree:
    """The adjoint of factor k: that of the product times all other factors."""
    for j, part in enumerate(parts):
        if j != k:
            adjoint = times(adjoint, part)
    return adjoint
