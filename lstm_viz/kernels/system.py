"""A cell's equations made ready for machines: every call and every product gets a line of its own.

`h = o * tanh(c)` becomes `1_call = tanh(c)` and `h = o * 1_call`, so that what going back needs is
recorded under a name and nothing is computed twice. From here on a quantity is one of three kinds:
a call, a sum with matrix products in it, or arithmetic over names and numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from lstm_viz.equations.derivative import body, go_back
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import (
    ONE,
    PREVIOUS,
    ZERO,
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Tree,
    children,
    names_in,
    negative,
    plus,
    rebuild,
    substitute,
    terms,
    walk,
)
from lstm_viz.kernels.instructions import Ref

STATIC, EARLY, LATE = 0, 1, 2  # known before the sequence, from the inputs alone, from the past too


@dataclass(frozen=True)
class Sum:
    """A sum of matrix products (sign, matrix, vector) and of the rest, which holds none."""

    products: tuple[tuple[float, str, str], ...]
    rest: tuple[tuple[float, Tree], ...]


class System:
    """The extended equations of a cell, in order, and what depends on what."""

    def __init__(self, cell: Recurrence) -> None:
        self.cell, self.parameters = cell, cell.parameters
        self.trees: dict[str, Tree] = {}
        self.letter = {name: cell.letters(name) for name in cell.names}
        self._known: dict[Tree, str] = {}
        for equation in cell.equations:
            self.trees[equation.target] = self._extend(equation.tree, root=True)
        self.states = cell.states
        self.previous = tuple(state + PREVIOUS for state in cell.states)

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> tuple[object, ...]:
        return system, (self.cell,)

    # ---------------------------------------------------------------- extending

    def _extend(self, tree: Tree, root: bool = False) -> Tree:
        match tree:
            case Operation("+" | "-") | Negative() if _has_product(tree):
                extended = self._extend_sum(tree)
                return extended if root else self._named(extended)
            case Operation("@", left, right):
                inner = self._extend(right)
                recorded = isinstance(inner, Name) and inner.name not in self.cell.parameters
                whole = Operation("@", left, inner if recorded else self._named(inner))
                return whole if root else self._named(whole)
            case Call(function, arguments):
                call = Call(function, tuple(self._extend(each) for each in arguments))
                return call if root or not names_in(call) else self._named(call)
        return rebuild(tree, tuple(self._extend(child) for child in children(tree)))

    def _extend_sum(self, tree: Tree) -> Tree:
        match tree:
            case Operation("+" | "-" as operator, left, right):
                return Operation(operator, self._extend_sum(left), self._extend_sum(right))
            case Negative(of):
                return Negative(self._extend_sum(of))
            case Operation("@"):
                return self._extend(tree, root=True)
        return self._extend(tree)

    def _named(self, tree: Tree) -> Name:
        if tree not in self._known:
            name = generated(len(self._known) + 1, "call")
            self._known[tree] = name
            self.trees[name] = tree
            self.letter[name] = self.letter_of(tree)
        return Name(self._known[tree])

    def letter_of(self, tree: Tree) -> str:
        """The letter of a tree's rows; empty where it holds only numbers."""
        match tree:
            case Name(name):
                return self.letter.get(name) or self.cell.letters(name)
            case Operation("@", left, _):
                return self.letter_of(left)
        return next((found for child in children(tree) if (found := self.letter_of(child))), "")

    def place(self, name: str) -> Ref:
        """Where a name is recorded: a state in the next step's block of what comes in."""
        return Ref("A", name + PREVIOUS, 1) if name in self.states else Ref("A", name)

    def recorded(self, name: Name) -> Ref | None:
        """The same, or None for what is known before the sequence and not recorded."""
        return None if name.name in self.parameters else self.place(name.name)

    # ---------------------------------------------------------------- what depends on what

    @cached_property
    def time(self) -> dict[str, int]:
        """STATIC, EARLY or LATE for each name."""
        found = (
            dict.fromkeys(self.parameters, STATIC)
            | {"x": EARLY}
            | dict.fromkeys(self.previous, LATE)
        )
        for name, tree in self.trees.items():
            found[name] = max((found[each] for each in names_in(tree)), default=STATIC)
        return found

    def time_of(self, tree: Tree) -> int:
        return max((self.time[each] for each in names_in(tree)), default=STATIC)

    @cached_property
    def carried(self) -> frozenset[str]:
        """The quantities that some state depends on within a step, the states included."""
        found = set(self.states)
        for name in reversed(self.trees):
            if name in found:
                found.update(each for each in names_in(self.trees[name]) if each in self.trees)
        return frozenset(found)

    @cached_property
    def loop(self) -> tuple[str, ...]:
        """What must be computed step by step: what depends on the past and is carried on."""
        return tuple(n for n in self.trees if self.time[n] == LATE and n in self.carried)

    @cached_property
    def sigmoid_by_tanh(self) -> bool:
        """Whether every sigmoid feeds products and sums only, so that ½ + ½ tanh(v/2) will do.

        Its absolute error is that of a rounding, but its relative error grows where it is tiny:
        under a division, a logarithm or a power the exact form is needed.
        """
        for tree in self.cell.equations:
            for each in walk(tree.tree):
                if isinstance(each, Operation) and each.operator == "/" and names_in(each.right):
                    return False
                if (
                    isinstance(each, Operation)
                    and each.operator == "**"
                    and each.right != Number(2.0)
                ):
                    return False
                if isinstance(each, Call) and each.function in ("log", "log1p"):
                    return False
        return True

    # ---------------------------------------------------------------- the parts of an equation

    @lru_cache  # noqa: B019 - a system lives as long as its cell
    def sum_of(self, name: str) -> Sum | None:
        """The equation as a sum with matrix products, or None where it has no product."""
        products, rest = [], []
        for sign, term in terms(self.trees[name]):
            if isinstance(term, Operation) and term.operator == "@":
                assert isinstance(term.left, Name)
                assert isinstance(term.right, Name)
                products.append((sign, term.left.name, term.right.name))
            else:
                rest.append((sign, term))
        return Sum(tuple(products), tuple(rest)) if products else None

    @lru_cache  # noqa: B019
    def slopes(self, name: str) -> dict[str, Tree]:
        """∂name/∂each, for every name that stands in its equation outside of matrix products."""
        whole, found = self.sum_of(name), dict[str, Tree]()
        for sign, term in whole.rest if whole else [(1.0, self.trees[name])]:
            for each, slope in go_back(term, Number(sign), term if whole else Name(name)):
                found[each] = plus(found.get(each, ZERO), slope)
        return {each: slope for each, slope in found.items() if slope != ZERO}

    @cached_property
    def users(self) -> dict[str, list[tuple[str, Tree]]]:
        """Name → (quantity, slope) for each that uses it outside of products, the last first."""
        found: dict[str, list[tuple[str, Tree]]] = {}
        for name in reversed(self.trees):
            for each, slope in self.slopes(name).items():
                found.setdefault(each, []).append((name, slope))
        return found

    @cached_property
    def biases(self) -> frozenset[str]:
        """The vectors of weights that are only ever added to matrix products."""
        return frozenset(
            name
            for name, shape in self.parameters.items()
            if len(shape) == 1
            and name not in self.products
            and all(
                slope in (ONE, negative(ONE)) and self.sum_of(user)
                for user, slope in self.users.get(name, [])
            )
        )

    @cached_property
    def products(self) -> dict[str, list[tuple[str, float, str]]]:
        """Vector → (quantity, sign, matrix) for each sum with a product of that vector."""
        found: dict[str, list[tuple[str, float, str]]] = {}
        for name in self.trees:
            if whole := self.sum_of(name):
                for sign, matrix, vector in whole.products:
                    found.setdefault(vector, []).append((name, sign, matrix))
        return found


def generated(number: int, what: str) -> str:
    """A name that no equation can have: names in equations do not begin with a digit."""
    return f"{number}_{what}"


def _has_product(tree: Tree) -> bool:
    """Whether a matrix product is among the summands."""
    return any(isinstance(term, Operation) and term.operator == "@" for _, term in terms(tree))


def expand(call: Call) -> Tree:
    """A call of a function that NumPy does not have, in terms of simpler ones."""
    inner, names = body(call.function), map(Name, FUNCTIONS[call.function].arguments)
    assert inner is not None, f"{call.function} has no body"
    return substitute(inner, dict(zip(names, call.arguments, strict=True)))


@lru_cache(maxsize=256)
def system(cell: Recurrence) -> System:
    """The system of a cell, made once."""
    return System(cell)
