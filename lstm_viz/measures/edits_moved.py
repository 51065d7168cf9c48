"""Parts of an equation that moved: other brackets, a function around another part, a bias twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from lstm_viz.equations.gates import roles
from lstm_viz.equations.places import places
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import ONE, Call, Name, Operation, Tree, names_in, substitute
from lstm_viz.measures.edits_together import SQUASHING, Named


def moved(cell: Recurrence) -> Named:
    """What stands in another place than it should, or once more than it should."""
    yield from _coupled(cell)
    yield from _biases(cell)
    for equation in cell.equations:
        target = equation.target
        for found, put in places(equation.tree):
            for function, new in _functions(found):
                line = f"{target} = {text(put(new))}"
                yield f"{function} around another part: {line}", {target: put(new)}
            for new in _grouped(found):
                yield f"grouped otherwise: {target} = {text(put(new))}", {target: put(new)}


def _coupled(cell: Recurrence) -> Named:
    """Of two gates one, and what the other leaves of 1: c = f * c_prev + (1 - f) * g."""
    for equation in cell.equations:
        for gate, other in permutations(roles(cell), 2):
            if gate in names_in(equation.tree) and cell.letters(other) == cell.letters(gate):
                rest: dict[Tree, Tree] = {Name(gate): Operation("-", ONE, Name(other))}
                tree = substitute(equation.tree, rest)
                yield f"1 - {other} in place of {gate}", {equation.target: tree}


def _biases(cell: Recurrence) -> Named:
    """A bias that is added twice, or 1 more than it: a forget bias that is there already."""
    twice: dict[str, Tree] = {}
    for equation in cell.equations:
        for found, put in places(equation.tree):
            match found:
                case Operation("+", _, Name(bias)) if cell.title(bias) == "bias":
                    twice[equation.target] = put(Operation("+", found, Name(bias)))
                    yield f"1 added to {bias}", {equation.target: put(Operation("+", found, ONE))}
                    yield f"{bias} added twice", {equation.target: twice[equation.target]}
    if len(twice) > 1:
        yield "all biases added twice", twice


def _functions(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """A squashing function around both operands instead of one, around the other, or only one."""
    match tree:
        case Call(function, (Operation("+" | "-" | "*" as operator, left, right),)):
            if function in SQUASHING:
                yield function, Operation(operator, Call(function, (left,)), right)
                yield function, Operation(operator, left, Call(function, (right,)))
        case Operation("+" | "-" | "*" as operator, left, right):
            match left:
                case Call(function, (inside,)) if function in SQUASHING:
                    yield function, Call(function, (Operation(operator, inside, right),))
                    yield function, Operation(operator, inside, Call(function, (right,)))
            match right:
                case Call(function, (inside,)) if function in SQUASHING:
                    yield function, Call(function, (Operation(operator, left, inside),))
                    yield function, Operation(operator, Call(function, (left,)), inside)


def _grouped(tree: Tree) -> Iterator[Tree]:
    """(a ∘ b) ∙ c in place of a ∘ (b ∙ c), and the other way round."""
    match tree:
        case Operation(outer, Operation(inner, a, b), c) if _differ(outer, inner):
            yield Operation(inner, a, Operation(outer, b, c))
    match tree:
        case Operation(outer, a, Operation(inner, b, c)) if _differ(outer, inner):
            yield Operation(inner, Operation(outer, a, b), c)


def _differ(outer: str, inner: str) -> bool:
    """Whether it matters; a matrix stays with what it multiplies."""
    return "@" not in (outer, inner) and (outer, inner) not in (("+", "+"), ("*", "*"))
