"""A cell's equations as a graph of nodes and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, reduce

from lstm_viz.equations.derivative import pull
from lstm_viz.equations.gates import roles
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import (
    Call,
    Name,
    Number,
    Operation,
    Tree,
    children,
    factors,
    names_in,
    negative,
    plus,
    terms,
    times,
)
from lstm_viz.views.expressions import SYMBOLS
from lstm_viz.views.wiring import tracks
from lstm_viz.views.wiring.by_hand import by_hand
from lstm_viz.views.wiring.pieces import Graph, Link, Piece
from lstm_viz.views.wiring.placement import MANY, OUT, turns_of
from lstm_viz.views.wiring.symbols import call_in, look, scaled, together

MARKS = {"/": "÷", "**": "^"}  # of the second of two that are no equals


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
        said = tree == whole or call_in(whole) == tree
        if not isinstance(tree, Name | Number) and said:
            self._operation(name, name, tree, adjoint, output, (Name(name), gradient), whole)
            return
        symbol = "=" if tree == whole else SYMBOLS["@"]
        self.parts[name] = Piece(name, "dot", symbol, Name(name), gradient)
        if not isinstance(tree, Name | Number):
            below = self._below(name, tree, adjoint, output, whole, gradient)
            self.links.append(Link(below, name, whole, gradient, self._colour(tree) or name))
        elif isinstance(tree, Name) and self._depends(tree):
            only = next(term for _, term in terms(whole) if self._depends(term))
            self.links.append(Link(tree.name, name, only, adjoint, tree.name))

    def _below(
        self, of: str, tree: Tree, adjoint: Tree, output: Tree, whole: Tree, gradient: Tree
    ) -> str:
        """A node for an operation on the way to a quantity: its key."""
        key = self._key(of)
        shown = (whole, gradient) if call_in(whole) == tree else (tree, adjoint)
        self._operation(key, of, tree, adjoint, output, shown, whole)
        return key

    def _key(self, of: str) -> str:
        return f"{of}.{sum(k.startswith(of + '.') for k in self.parts) + 1}"

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
        gate = self._gate(tree)
        shape, symbol = look(tree, self._depends)
        said = scaled(whole, tree, symbol) if isinstance(tree, Call) else symbol
        self.parts[key] = Piece(key, "gate" if gate else shape, said, *shown, gate)
        first: dict[str, int] = {}  # of what comes from a node
        for value, gradient, mark in self._branches(tree, adjoint, output):
            inner, back, inner_output = self._fold(value, gradient, value)
            if not isinstance(inner, Name):
                below = self._below(of, inner, back, inner_output, value, gradient)
                colour = self._colour(inner) or of
                self.links.append(Link(below, key, value, gradient, colour, mark))
                continue
            link = Link(inner.name, key, value, back, inner.name, mark)
            other = self.links[first[inner.name]] if inner.name in first else None
            if other is None:
                first[inner.name] = len(self.links)
                self.links.append(link)
            elif brought := together(tree, other.value, value):
                whole_back = plus(other.gradient, back)
                link = replace(link, value=brought, gradient=whole_back)
                self.links[first[inner.name]] = link
            else:  # two wires from the same node would lie on each other
                below = self._key(of)
                self.parts[below] = Piece(below, "dot", "=", value, gradient)
                self.links.append(replace(link, end=below, mark=""))
                self.links.append(Link(below, key, value, gradient, inner.name, mark))

    def _fold(self, tree: Tree, adjoint: Tree, output: Tree) -> tuple[Tree, Tree, Tree]:
        """Through signs, weights and constants down to a quantity or an operation on several, or
        one with a constant that only a node can say."""
        match tree:
            case Name() | Number() | Call() | Operation("**") | Operation("-", Number()):
                return tree, adjoint, output
            case Operation("*") if sum(map(self._depends, factors(tree))) > 1:
                return tree, adjoint, output
            case Operation("+" | "-") if call_in(tree) is None:
                parts = [part for _, part in terms(tree)]
                if (
                    any(isinstance(part, Number) for part in parts)
                    or sum(map(self._depends, parts)) > 1
                ):
                    return tree, adjoint, output
        inside = [k for k, child in enumerate(children(tree)) if self._depends(child)]
        if len(inside) != 1 or (isinstance(tree, Operation) and tree.operator == "/" and inside[0]):
            return tree, adjoint, output
        child = children(tree)[inside[0]]
        return self._fold(child, _pulled(tree, inside[0], adjoint, output), child)

    def _branches(
        self, tree: Tree, adjoint: Tree, output: Tree
    ) -> Iterator[tuple[Tree, Tree, str]]:
        """What an operation is on, sums and products taken as wholes: (value, gradient, mark)."""
        parts = self._factors(tree)
        match tree:
            case Operation("+" | "-") if not isinstance(tree.left, Number):
                found = [(t if sign > 0 else negative(t), adjoint) for sign, t in terms(tree)]
            case Operation("*"):
                found = [(p, _without(parts, k, adjoint)) for k, p in enumerate(parts)]
            case _:
                pairs = enumerate(children(tree))
                found = [(c, _pulled(tree, k, adjoint, output)) for k, c in pairs]
        for k, (value, gradient) in enumerate(found):
            if self._depends(value):
                yield value, gradient, MARKS.get(getattr(tree, "operator", ""), "") * k

    def _factors(self, tree: Tree) -> list[Tree]:
        """The factors of a product; its constants go with the last that is no gate."""
        parts = [part for part in factors(tree) if self._depends(part)]
        rest = [part for part in factors(tree) if not self._depends(part)]
        gates = self._gates(tree)
        k = max((k for k, part in enumerate(parts) if part not in gates), default=0)
        for part in rest if parts else ():
            parts[k] = Operation("*", part, parts[k])
        return parts

    def _depends(self, tree: Tree) -> bool:
        return not self.cell.parameters.keys() >= set(names_in(tree))

    def _colour(self, tree: Tree) -> str:
        """The quantity whose kind the wire from an operation takes: of 1 − z it is the gate z."""
        match tree:
            case Operation("-", Number(), Name(gate)) if gate in roles(self.cell):
                return gate
        return ""

    def _gate(self, tree: Tree) -> Tree | None:
        """The factors of a product that are gates, multiplied; None without one."""
        gates = self._gates(tree)
        return reduce(times, gates) if gates else None

    def _gates(self, tree: Tree) -> list[Tree]:
        """The factors of a product that are gates."""
        found = []
        for part in factors(tree) if isinstance(tree, Operation) and tree.operator == "*" else ():
            inside = part.right if isinstance(part, Operation) and part.operator == "-" else part
            if isinstance(inside, Name) and inside.name in roles(self.cell):
                found.append(part)
        return found


def _pulled(tree: Tree, k: int, adjoint: Tree, output: Tree) -> Tree:
    """The adjoint of child k; of nothing it is nothing: a number, without rows to multiply."""
    return adjoint if adjoint == Number(0) else pull(tree, k, adjoint, output)


def _without(parts: list[Tree], k: int, adjoint: Tree) -> Tree:
    """The adjoint of factor k: that of the product times all other factors."""
    for j, part in enumerate(parts):
        if j != k:
            adjoint = times(adjoint, part)
    return adjoint
