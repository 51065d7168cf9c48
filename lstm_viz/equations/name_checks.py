"""Names that cannot be: refused with their place in the text, and with the way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.parse import EquationError
from lstm_viz.equations.tree import (
    PREVIOUS,
    Equation,
    Name,
    Operation,
    Place,
    Tree,
    children,
    is_parameter,
    matrices_of,
    names_in,
    parameters_of,
    states_of,
    walk,
)
from lstm_viz.validation.names import did_you_mean

Equations = tuple[Equation, ...]


def check_names(equations: Equations) -> None:
    """Raise `EquationError` at the first name of a text that is wrong where it stands."""
    matrices = matrices_of(equations)
    for place, message in _problems(equations, matrices):
        raise wrong(equations, message, place)


def wrong(equations: Equations, message: str, place: Place) -> EquationError:
    """What is to be said of a place, with its line and a caret below it."""
    line, column = place
    source = next((e.source for e in equations if e.line == line), "")
    return EquationError(message, line, column, source)


def first_use(equations: Equations, name: str) -> Place:
    """Where a name first stands in the text: assigned or used."""
    for equation in equations:
        if equation.target == name:
            return equation.place
        for tree in walk(equation.tree):
            if isinstance(tree, Name) and tree.name == name:
                return tree.place
    return (0, 0)


def _problems(equations: Equations, matrices: frozenset[str]) -> Iterator[tuple[Place, str]]:
    lines = {equation.target: equation.line for equation in equations}
    for tree in (tree for equation in equations for tree in walk(equation.tree)):
        if isinstance(tree, Operation) and tree.operator == "@":
            yield from _of_product(tree, lines)
    assigned: dict[str, int] = {}
    for equation in equations:
        if said := _of_target(equation.target, assigned):
            yield equation.place, said
        for tree in walk(equation.tree):
            if isinstance(tree, Name) and (said := _of_use(tree.name, assigned, lines, matrices)):
                yield tree.place, said
        for tree in _outside_products(equation.tree):
            if isinstance(tree, Name) and tree.name in matrices:
                yield (
                    tree.place,
                    f"{tree.name} is a matrix (it is used left of @): it needs an @ after it",
                )
        assigned[equation.target] = equation.line
    yield from _of_gradients(equations)


def _of_target(name: str, assigned: dict[str, int]) -> str:
    """What is wrong with a name left of =; empty where nothing is."""
    if name in assigned:
        return f"{name} already has a value (line {assigned[name]}): use another name here"
    if name == "x":
        return "x is the input: use another name here"
    if name == "loss":
        return "loss is reserved for the loss: use another name here"
    if name.endswith(PREVIOUS):
        return f"{name} is the previous {name.removesuffix(PREVIOUS)}: it cannot be assigned"
    return f"{name} is a function: use another name here" if name in FUNCTIONS else ""


def _of_product(tree: Operation, lines: dict[str, int]) -> Iterator[tuple[Place, str]]:
    if not isinstance(tree.left, Name):
        yield tree.place, "write the name of one matrix left of @: A @ (B @ v)"
        return
    name = tree.left.name
    if name == "x" or name in lines or name.endswith(PREVIOUS):
        yield (
            tree.left.place,
            f"{name} is a vector: write a weight matrix left of @, or * to multiply element by"
            " element",
        )
    if not names_in(tree.right):
        yield tree.place, "write a vector right of @, not a number"


def _of_use(
    name: str, assigned: dict[str, int], lines: dict[str, int], matrices: frozenset[str]
) -> str:
    """What is wrong with a name right of =; empty where nothing is."""
    if name == "x" or name in assigned:
        return ""
    if name in lines:
        before = "" if name.endswith(PREVIOUS) else f": did you mean {name}{PREVIOUS}?"
        return f"{name} is used before its line (line {lines[name]}){before}"
    if name.endswith(PREVIOUS):
        return _of_previous(name, lines)
    if name in FUNCTIONS:
        return f"{name} is a function: write {name}({', '.join(FUNCTIONS[name].arguments)})"
    state, _, late = name.partition("_")
    if state in lines and difflib.SequenceMatcher(None, late, "prev").ratio() >= 0.75:
        return f"{name} is not defined: did you mean {state}{PREVIOUS}?"
    if name == "x_t" or (late == "t" and state in lines):
        return f"this step's {state} is written {state}, without _t"
    if name not in matrices and len(name) == 1 and name.isupper():
        return f"{name} is a matrix: write {name} @ v; a vector is named with _, such as {name}_1"
    if name not in matrices and not is_parameter(name):
        known = [*assigned, "x", *(state + PREVIOUS for state in lines)]
        hint = did_you_mean(name, known) or (
            f"a parameter has a _ in its name, such as b_{name}, or is one of w, u, v, b, α, β …"
        )
        return f"{name} is not defined: {hint}"
    return ""


def _of_previous(name: str, lines: dict[str, int]) -> str:
    state = name.removesuffix(PREVIOUS)
    if state in lines:
        return ""
    hint = did_you_mean(state, lines) or f"add a line {state} = …"
    if f"{state}_t" in lines:
        hint = f"write {state} for {state}_t"
    if state == "x":
        hint = "add a line such as k = x, and write k_prev"
    return f"{name} is the state of the previous step, but no line assigns {state}: {hint}"


def _of_gradients(equations: Equations) -> Iterator[tuple[Place, str]]:
    """`dc` is the gradient of `c`: no other quantity may be called so."""
    before = (state + PREVIOUS for state in states_of(equations))
    own = {"x", *before, *(e.target for e in equations), *parameters_of(equations)}
    for name in sorted(own):
        if name.startswith("d") and name[1:] in own:
            said = f"{name} would hide the gradient of {name[1:]}: choose another name"
            yield first_use(equations, name), said


def _outside_products(tree: Tree) -> list[Tree]:
    """All sub-trees that do not stand directly left of an @."""
    if isinstance(tree, Operation) and tree.operator == "@":
        return [tree, *_outside_products(tree.right)]
    return [tree, *(each for child in children(tree) for each in _outside_products(child))]
