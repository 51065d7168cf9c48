"""What a state keeps of its own past, and what is written to it: c = kept ⊙ c₋ + written."""

from __future__ import annotations

from collections.abc import Mapping

from lstm_viz.equations.tree import (
    ONE,
    PREVIOUS,
    ZERO,
    Equation,
    Name,
    Negative,
    Operation,
    Tree,
    plus,
    times,
)

Parts = tuple[Tree, Tree]
LARGEST = 300  # nodes that are looked at: no text that is read by people has more


def split(equation: Mapping[str, Equation], state: str) -> Parts:
    """(kept, written) of a state; kept is 0 where its own past is not a factor of a summand.

    From `c = f * c_prev + i * g` these are f and i * g, from `h = h_prev + z * (n - h_prev)`
    1 - z and z * n. Other quantities are looked into where they hold the past: `k = f * c_prev`.
    """
    splitter, tree = _Splitter(equation, Name(state + PREVIOUS)), equation[state].tree
    found = splitter.split(tree)
    return found if splitter.left > 0 else (ZERO, tree)


class _Splitter:
    def __init__(self, equation: Mapping[str, Equation], own: Name) -> None:
        self.equation, self.own, self.left = equation, own, LARGEST

    def split(self, tree: Tree) -> Parts:
        """(a, b) with tree = a * own + b; a is 0 where the own past is no factor of a summand."""
        self.left -= 1
        match tree:
            case Name() if tree == self.own:
                return ONE, ZERO
            case Name(name) if name in self.equation and self.left > 0:
                inside = self.split(self.equation[name].tree)
                return inside if inside[0] != ZERO else (ZERO, tree)
            case Negative(of):
                a, b = self.split(of)
                return (_minus(a), _minus(b)) if a != ZERO else (ZERO, tree)
            case Operation("+" | "-" | "*" | "/" as operator, left, right):
                return self._operation(operator, tree, self.split(left), self.split(right))
        return ZERO, tree

    def _operation(self, operator: str, tree: Operation, left: Parts, right: Parts) -> Parts:
        (a, b), (c, d) = left, right
        if operator == "-":
            c, d = _minus(c), _minus(d)
        if a == c == ZERO:
            return ZERO, tree
        if operator in "+-":
            return plus(a, c), plus(b, d)
        if operator == "*" and ZERO in (a, c):
            own, other = (left, tree.right) if c == ZERO else (right, tree.left)
            return tuple(_ordered(part, other, c == ZERO) for part in own)  # type: ignore[return-value]
        if operator == "/" and c == ZERO:
            return _over(a, tree.right), _over(b, tree.right)
        return ZERO, tree


def _ordered(part: Tree, other: Tree, first: bool) -> Tree:
    return times(part, other) if first else times(other, part)


def _over(tree: Tree, by: Tree) -> Tree:
    return ZERO if tree == ZERO else Operation("/", tree, by)


def _minus(tree: Tree) -> Tree:
    match tree:
        case Negative(of):
            return of
    return ZERO if tree == ZERO else Negative(tree)
