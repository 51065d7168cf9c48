"""The chain rule broken in one place: a wrong slope, or the factors of a product exchanged.

Each is a rule in the place of `pull`, so that it holds wherever a function or a product stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lstm_viz.equations.derivative import Edge, Rule, derive, pull, slope
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import (
    ONE,
    Call,
    Equation,
    Name,
    Operation,
    Tree,
    substitute,
    times,
    walk,
)
from lstm_viz.measures.edits_together import SQUASHING

Terms = dict[int, Tree]  # the wrong terms, by the place of their edge
Broken = Iterator[tuple[str, tuple[str, ...], Terms]]  # a mistake; names where it is everywhere


def wrong_slopes(cell: Recurrence, equation: Equation) -> Broken:
    """Every function of one argument in an equation, with each slope that it may be given."""
    for call in dict.fromkeys(walk(equation.tree)):
        if not (isinstance(call, Call) and len(FUNCTIONS[call.function].arguments) == 1):
            continue
        value: Tree = Name(equation.target) if call == equation.tree else call
        right = _slope(call.function, call.arguments[0], value)
        for words, every, wrong in _slopes(call, value, right):
            if wrong == right:
                continue
            terms = _broken(cell, equation, _sloped(call, wrong))
            name = f"the slope of {call.function} {words} in {targets_of(cell, terms)}"
            everywhere = f"the slope of {call.function} {every} everywhere"
            yield name, (everywhere, f"the slopes {every} everywhere"), terms


def unsquared_slopes(cell: Recurrence, equation: Equation) -> Iterator[tuple[str, dict[int, Edge]]]:
    """1 - g for the slope of g = tanh(z): its square forgotten."""
    for call in dict.fromkeys(walk(equation.tree)):
        if not (isinstance(call, Call) and call.function == "tanh"):
            continue
        value: Tree = Name(equation.target) if call == equation.tree else call
        wrong = Operation("-", ONE, value)
        terms = _broken(cell, equation, _sloped(call, wrong))
        changed = {k: replace(cell.backward[k], term=term) for k, term in terms.items()}
        yield f"the slope of tanh taken as {text(wrong)} in {targets_of(cell, terms)}", changed


def _slope(function: str, argument: Tree, value: Tree) -> Tree:
    (name,) = FUNCTIONS[function].arguments
    return substitute(slope(function, 0), {Name(name): argument, Name("y"): value})


def _slopes(call: Call, value: Tree, right: Tree) -> Iterator[tuple[str, str, Tree]]:
    """(what is done here, what it is called where it is done everywhere, the wrong slope)."""
    function, (argument,) = call.function, call.arguments
    yield "left out", "left out", ONE
    yield "taken twice", "taken twice", times(right, right)
    at_value = _slope(function, value, Call(function, (value,)))
    yield "at the activated value", "at the activated value", at_value
    at_argument = _slope(function, argument, argument)
    yield f"taken as {text(at_argument)}", "with the argument for the value", at_argument
    for other in SQUASHING:
        if function in SQUASHING and other != function:
            wrong = _slope(other, argument, value)
            yield f"taken as {text(wrong)}", f"taken as that of {other}", wrong


def _sloped(call: Call, wrong: Tree) -> Rule:
    def rule(tree: Tree, k: int, adjoint: Tree, output: Tree) -> Tree:
        return times(adjoint, wrong) if tree == call else pull(tree, k, adjoint, output)

    return rule


def exchanged_factors(cell: Recurrence, equation: Equation) -> Broken:
    """Of a product each factor's gradient with itself in it, not with the other one."""
    for product in dict.fromkeys(walk(equation.tree)):
        if not (isinstance(product, Operation) and product.operator == "*"):
            continue
        if terms := _broken(cell, equation, _exchanged(product)):
            yield (
                f"the factors of {text(product)} exchanged in {targets_of(cell, terms)}",
                (),
                terms,
            )


def _exchanged(product: Operation) -> Rule:
    def rule(tree: Tree, k: int, adjoint: Tree, output: Tree) -> Tree:
        return pull(tree, k if tree != product else 1 - k, adjoint, output)

    return rule


def _broken(cell: Recurrence, equation: Equation, rule: Rule) -> Terms:
    """The terms of an equation that are others by this rule."""
    wrong = {edge.target: edge.term for edge in derive([equation], rule)}
    return {
        k: wrong[edge.target]
        for k, edge in enumerate(cell.backward)
        if edge.source == equation.target and wrong.get(edge.target, edge.term) != edge.term
    }


def targets_of(cell: Recurrence, places: Iterable[int]) -> str:
    """The gradients that edges go to, by their places: dW, dU and db."""
    *most, last = dict.fromkeys(f"d{cell.backward[k].target}" for k in places)
    return f"{', '.join(most)} and {last}" if most else last
