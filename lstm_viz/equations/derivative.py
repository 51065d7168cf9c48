"""From equations to backward equations: one readable line per edge.

An edge is an equation and a name in it. Going back through `c = f * c_prev + i * g` gives four:

    df += dc * c_prev        dc_prev += dc * f        di += dc * g        dg += dc * i

The rules are the chain rule's, one an operation (`pull`); where a name occurs several times in an
equation its terms are summed into one edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.parse import parse
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
    Transposed,
    Tree,
    children,
    names_in,
    negative,
    plus,
    substitute,
    times,
)

Rule = Callable[[Tree, int, Tree, Tree], Tree]  # as `pull`


@dataclass(frozen=True)
class Edge:
    """What the gradient of `source` adds to the gradient of `target`: ∂L/∂target += term."""

    source: str
    target: str
    term: Tree

    def __str__(self) -> str:
        return f"d{self.target} += {text(self.term)}"

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names whose gradients it needs: the source, and of an edge that is wrong others."""
        there = {name[1:] for name in names_in(self.term) if name.startswith("d")}
        return frozenset({self.source, *there})


def leading_to(
    wanted: Iterable[str], edges: Sequence[Edge], states: Iterable[str]
) -> frozenset[str]:
    """The names through whose gradients those of `wanted` are computed, and these."""
    found, size = set(wanted), -1
    while len(found) > size:
        size = len(found)
        for edge in reversed(edges):
            if edge.target in found:
                found |= edge.reads
        found |= {state + PREVIOUS for state in states if state in found}
    return frozenset(found)


def derive(equations: Iterable[Equation], rule: Rule | None = None) -> tuple[Edge, ...]:
    """The backward equations, in the order in which they can be evaluated: the last first.

    `rule` stands in for the chain rule's, `pull`, where it is to be broken.
    """
    return tuple(
        Edge(equation.target, name, term)
        for equation in reversed(list(equations))
        for name, term in _terms(equation, rule or pull).items()
        if term != ZERO
    )


def _terms(equation: Equation, rule: Rule) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    above = Name("d" + equation.target), Name(equation.target)
    for name, term in go_back(equation.tree, *above, rule):
        found[name] = plus(found.get(name, ZERO), term)
    return found


def go_back(
    tree: Tree, adjoint: Tree, output: Tree, rule: Rule | None = None
) -> Iterator[tuple[str, Tree]]:
    """(name, its adjoint) for each place where a name stands in the tree, from left to right.

    `adjoint` is that of the tree, `output` how the tree's value is written, as for `pull`.
    """
    if adjoint == ZERO:
        return
    if isinstance(tree, Name):
        yield tree.name, adjoint
    for k, child in enumerate(children(tree)):
        if not isinstance(child, Number):
            yield from go_back(child, (rule or pull)(tree, k, adjoint, output), child, rule)


def pull(tree: Tree, k: int, adjoint: Tree, output: Tree) -> Tree:
    """The adjoint of child `k` of a tree, from the adjoint of the tree.

    `output` is how the tree's own value is written (its name, where it has one). With `ONE` as
    adjoint the answer is the slope itself.
    """
    match tree:
        case Operation("+"):
            return adjoint
        case Operation("-"):
            return negative(adjoint) if k else adjoint
        case Operation("*", left, right):
            return times(adjoint, left if k else right)
        case Operation("@", left, right):
            if k:
                return Operation("@", Transposed(left), adjoint)
            return Operation("@", adjoint, Transposed(right))
        case Operation("/", _, right):
            above = negative(times(adjoint, output)) if k else adjoint
            return Operation("/", above, right)
        case Operation("**", left, right):
            if k:
                return times(times(adjoint, output), Call("log", (left,)))
            return times(times(adjoint, right), _power(left, right))
        case Negative():
            return negative(adjoint)
        case Transposed():
            return Transposed(adjoint)
        case Call(function, arguments):
            names = map(Name, FUNCTIONS[function].arguments)
            known: dict[Tree, Tree] = dict(zip(names, arguments, strict=True))
            return times(adjoint, substitute(slope(function, k), known | {Name("y"): output}))
    raise TypeError(f"nothing to go back through in {tree!r}")


def _power(base: Tree, exponent: Tree) -> Tree:
    if exponent == Number(2.0):
        return base
    match exponent:
        case Number(value):
            less: Tree = Number(value - 1)
        case Negative(Number(value)):
            less = Number(-value - 1)
        case _:
            less = Operation("-", exponent, ONE)
    return ONE if less == ZERO else Operation("**", base, less)


@cache
def slope(function: str, k: int) -> Tree:
    """The slope of a function by argument `k`, in its arguments' names and its own value, `y`."""
    return parse(f"slope = {FUNCTIONS[function].slopes[k]}")[0].tree


@cache
def body(function: str) -> Tree | None:
    """The function in the equations' own language; None for those that NumPy and math provide."""
    known = FUNCTIONS[function]
    return parse(f"y = {known.body}")[0].tree if known.body else None
