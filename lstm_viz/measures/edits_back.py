"""The backward pass of a cell with one mistake: an edge dropped, doubled, transposed, misread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lstm_viz.equations.derivative import Edge
from lstm_viz.equations.places import places
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import (
    ONE,
    PREVIOUS,
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Transposed,
    Tree,
    substitute,
    times,
    walk,
)
from lstm_viz.measures.edits import Edit


def backward_edits(cell: Recurrence) -> Iterator[Edit]:
    """All single edits of the backward pass: an edge dropped, doubled, transposed, or sloped."""
    edges = cell.backward
    for state in cell.states:
        own = [edge for edge in edges if edge.target == state + PREVIOUS]
        if own:
            yield _without(cell, f"d{state}_next forgotten", own)
    yield from _overwritten(cell)
    for k, edge in enumerate(edges):
        yield _without(cell, f"{_told(edge)} forgotten", [edge])
        for name, term in _wrong_terms(cell, edge):
            changed = replace(edge, term=term)
            yield Edit(name, str(changed), edges=(*edges[:k], changed, *edges[k + 1 :]))
    yield from _copied(cell)


def _told(edge: Edge) -> str:
    return f"the part of d{edge.target} that comes from {edge.source}"


def _without(cell: Recurrence, name: str, dropped: Iterable[Edge]) -> Edit:
    dropped = list(dropped)
    text = "; ".join(f"without {edge}" for edge in dropped)
    return Edit(name, text, edges=tuple(e for e in cell.backward if e not in dropped))


def _overwritten(cell: Recurrence) -> Iterator[Edit]:
    """`=` in the place of `+=`: of several parts the last one stays."""
    for name in dict.fromkeys(edge.target for edge in cell.backward):
        parts = [edge for edge in cell.backward if edge.target == name]
        if len(parts) > 1 and name not in cell.parameters:
            for last in parts:
                dropped = [edge for edge in parts if edge != last]
                edit = _without(cell, f"d{name} = in place of +=", dropped)
                yield replace(edit, text=f"d{name} = {str(last).partition('+= ')[2]}")


def _wrong_terms(cell: Recurrence, edge: Edge) -> Iterator[tuple[str, Tree]]:
    above, term = Name("d" + edge.source), edge.term
    if (equation := cell.equation.get(edge.source)) and isinstance(equation.tree, Call):
        function = equation.tree.function
        yield f"the slope of {function} left out in d{edge.target}", above
        twice = times(term, substitute(term, {above: ONE}))
        yield f"the slope of {function} taken twice in d{edge.target}", twice
        value = Call(function, (Name(edge.source),))
        again = substitute(term, {Name(edge.source): value})
        yield f"the slope of {function} at the activated value in d{edge.target}", again
    if edge.target == edge.source + PREVIOUS and term != above:
        yield f"d{edge.source} carried on without its gate", above
    for found, put in places(term):
        match found:
            case Operation("@", Transposed(of), right):
                name = f"{_name(of)} in place of its transpose in d{edge.target}"
                yield name, put(Operation("@", of, right))
            case Name(name) if name.endswith(PREVIOUS) and name not in cell.parameters:
                state = name.removesuffix(PREVIOUS)
                yield f"{state} for {name} in d{edge.target}", put(Name(state))
            case Name(name) if name in cell.states:
                yield f"{name}{PREVIOUS} for {name} in d{edge.target}", put(Name(name + PREVIOUS))
            case Operation("*", left, right) if above in walk(left):
                yield f"{text(right)} left out of d{edge.target}", put(left)
    yield f"{_told(edge)} taken twice", times(Number(2.0), term)
    yield f"the sign of {_told(edge)}", Negative(term)


def _name(tree: Tree) -> str:
    return tree.name if isinstance(tree, Name) else "the matrix"


def _copied(cell: Recurrence) -> Iterator[Edit]:
    """The gradient of one sum used for the bias of another."""
    sums = {edge.target: edge for edge in cell.backward if cell.title(edge.target) == "bias"}
    for bias, edge in sums.items():
        for other in sums.values():
            if other.source != edge.source and edge.term == Name("d" + edge.source):
                wrong = replace(edge, term=Name("d" + other.source))
                edges = (*(each for each in cell.backward if each != edge), wrong)  # all is known
                yield Edit(f"d{other.source} used for d{bias}", str(wrong), edges=edges)
