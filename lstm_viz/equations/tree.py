"""Expressions as trees: their nodes, and how trees are walked, taken apart and built.

    Operation("*", Name("f"), Name("c_prev"))        # f * c_prev

`parse` reads them from text, `text` writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

PREVIOUS = "_prev"  # after a state's name: its value of the step before
Place = tuple[int, int]  # line (from 1) and column (from 0) in the text that was read


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the text."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A quantity, a parameter, a carried state or the input."""

    name: str
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """`left operator right`; the operator is one of + - * / @ **."""

    operator: str
    left: Tree
    right: Tree
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-of`."""

    of: Tree


@dataclass(frozen=True, slots=True)
class Call:
    """A known function of its arguments."""

    function: str
    arguments: tuple[Tree, ...]
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Transposed:
    """`of.T`: only in derived equations, never in a cell's text."""

    of: Tree


Tree = Number | Name | Operation | Negative | Call | Transposed


@dataclass(frozen=True, slots=True)
class Equation:
    """`target = tree`, with the name and the meaning that its comment gives it."""

    target: str
    tree: Tree
    title: str = ""
    meaning: str = ""
    line: int = 0
    source: str = ""

    @property
    def place(self) -> Place:
        """Where its target stands in the text."""
        return self.line, len(self.source) - len(self.source.lstrip())


# ---------------------------------------------------------------------------- walking


def children(tree: Tree) -> tuple[Tree, ...]:
    """The trees directly below this one, from left to right."""
    match tree:
        case Operation(_, left, right):
            return left, right
        case Negative(of) | Transposed(of):
            return (of,)
        case Call(_, arguments):
            return arguments
    return ()


def walk(tree: Tree) -> Iterator[Tree]:
    """This tree and all below it, from left to right."""
    yield tree
    for child in children(tree):
        yield from walk(child)


def names_in(tree: Tree) -> list[str]:
    """The names that stand in a tree, each once, from left to right."""
    return list(dict.fromkeys(each.name for each in walk(tree) if isinstance(each, Name)))


def states_of(equations: Iterable[Equation]) -> tuple[str, ...]:
    """What is carried from step to step: every target `s` of which `s_prev` is used."""
    equations = list(equations)
    used = {name for equation in equations for name in names_in(equation.tree)}
    return tuple(e.target for e in equations if e.target + PREVIOUS in used)


def matrices_of(equations: Iterable[Equation]) -> frozenset[str]:
    """The names that stand left of @."""
    return frozenset(
        each.left.name
        for equation in equations
        for each in walk(equation.tree)
        if isinstance(each, Operation) and each.operator == "@" and isinstance(each.left, Name)
    )


def parameters_of(equations: Iterable[Equation]) -> tuple[str, ...]:
    """The names that no line assigns, the input and the carried states apart, as they come."""
    equations = list(equations)
    known = {"x", *(e.target for e in equations), *(s + PREVIOUS for s in states_of(equations))}
    used = dict.fromkeys(name for equation in equations for name in names_in(equation.tree))
    return tuple(name for name in used if name not in known)


def is_parameter(name: str) -> bool:
    """Whether a name that no line assigns may be a parameter, wherever it stands."""
    letter = len(name) == 1 and (name in "wuvb" or "α" <= name <= "ω")
    return letter or "_" in name


def rebuild(tree: Tree, parts: tuple[Tree, ...]) -> Tree:
    """The same kind of tree over other parts."""
    match tree:
        case Operation(operator, _, _, place):
            return Operation(operator, parts[0], parts[1], place)
        case Negative():
            return Negative(parts[0])
        case Transposed():
            return Transposed(parts[0])
        case Call(function, _, place):
            return Call(function, parts, place)
    return tree


def substitute(tree: Tree, known: dict[Tree, Tree]) -> Tree:
    """The tree with each sub-tree that `known` names put in the place of the old one."""
    if tree in known:
        return known[tree]
    return rebuild(tree, tuple(substitute(child, known) for child in children(tree)))


def terms(tree: Tree, sign: float = 1.0) -> Iterator[tuple[float, Tree]]:
    """The summands of a tree with their signs: a - (b + c) → (+a), (-b), (-c)."""
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


# ---------------------------------------------------------------------------- building

ZERO, ONE = Number(0.0), Number(1.0)


def times(left: Tree, right: Tree) -> Tree:
    """left * right, without the ones, zeros and double signs that nobody would write."""
    match left, right:
        case (Number(0.0), _) | (_, Number(0.0)):
            return ZERO
        case Number(1.0), _:
            return right
        case _, Number(1.0):
            return left
        case Negative(a), Negative(b):
            return times(a, b)
        case (Negative(a), b) | (a, Negative(b)):
            return negative(times(a, b))
        case Number(a), Number(b):
            return Number(a * b)
        case _, Operation("*", a, b):
            return Operation("*", times(left, a), b)
    return Operation("*", left, right)


def plus(left: Tree, right: Tree) -> Tree:
    """left + right, without zeros, and with a minus where the right one is negative."""
    if left == ZERO:
        return right
    if right == ZERO:
        return left
    if isinstance(right, Negative):
        return Operation("-", left, right.of)
    return Operation("+", left, right)


def negative(tree: Tree) -> Tree:
    """-tree, without double signs."""
    match tree:
        case Negative(of):
            return of
        case Number(value):
            return Number(-value + 0.0)
    return Negative(tree)
