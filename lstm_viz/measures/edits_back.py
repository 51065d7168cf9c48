"""The backward pass of a cell with one mistake: an edge dropped, doubled, transposed, misread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, combinations

from lstm_viz.equations.derivative import Edge
from lstm_viz.equations.places import places
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import (
    PREVIOUS,
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Transposed,
    Tree,
    times,
    walk,
)
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.edits_exchanged import exchanged_gradients
from lstm_viz.measures.edits_rules import Broken, exchanged_factors, wrong_slopes
from lstm_viz.measures.edits_together import MOST_BIASES, by_kind


@lru_cache(16)
def backward_edits(cell: Recurrence) -> tuple[Edit, ...]:
    """All single edits of the backward pass, the named ones first; each set of edges once.

    An edge is dropped, doubled, transposed or overwritten, a slope is another, the factors of a
    product or the gradients of two quantities are exchanged, a name is another.
    """
    found: dict[tuple[object, ...], Edit] = {(cell.backward, (), 0): Edit("", "")}
    for edit in chain(_named(cell), _every(cell)):
        found.setdefault((edit.edges, edit.alone, edit.step), edit)
    return tuple(found.values())[1:]


def _named(cell: Recurrence) -> Iterator[Edit]:
    edges = cell.backward
    shared: dict[str, dict[int, Edge]] = {}
    for state in cell.states:
        own = [edge for edge in edges if edge.target == state + PREVIOUS]
        if own:
            yield _without(cell, f"d{state}_next forgotten", own)
    yield from _overwritten(cell)
    for name, everywhere, terms in _wrong(cell):
        changed = {k: replace(edges[k], term=term) for k, term in terms.items()}
        if name:
            yield changed_edges(cell, name, changed)
        for each in everywhere:
            shared.setdefault(each, {}).update(changed)
    for edge in edges:
        yield _without(cell, f"{_told(edge)} forgotten", [edge])
    for name, several in shared.items():
        if len(several) > 1:
            yield changed_edges(cell, name, several)
    yield from exchanged_gradients(cell)
    yield from _copied(cell)
    yield from _alone(cell)


def _wrong(cell: Recurrence) -> Broken:
    """Wrong terms of an equation, then those of each edge."""
    for equation in reversed(cell.equations):
        yield from wrong_slopes(cell, equation)
        yield from exchanged_factors(cell, equation)
    for k, edge in enumerate(cell.backward):
        for name, everywhere, term in _wrong_terms(cell, edge):
            yield name, everywhere, {k: term}


def changed_edges(cell: Recurrence, name: str, changed: dict[int, Edge]) -> Edit:
    """The backward pass with some edges, by their place, in the place of its own."""
    edges = tuple(changed.get(k, edge) for k, edge in enumerate(cell.backward))
    return Edit(name, "; ".join(map(str, changed.values())), edges=edges)


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


def _wrong_terms(cell: Recurrence, edge: Edge) -> Iterator[tuple[str, tuple[str, ...], Tree]]:
    """(name, what it is called where it is made of all edges of the kind, the wrong term)."""
    above, term = Name("d" + edge.source), edge.term
    kind = edge.target.partition("_")[0]
    weight = edge.target in cell.parameters
    if edge.target == edge.source + PREVIOUS and term != above:
        yield f"d{edge.source} carried on without its gate", (), above
    for found, put in places(term):
        match found:
            case Operation("@", Transposed(of), right):
                words = "in place of its transpose in"
                every = f"every {_name(of).partition('_')[0]} {words} d{edge.target}"
                turned = put(Operation("@", of, right))
                yield f"{_name(of)} {words} d{edge.target}", (every,), turned
            case Name(name) if name.endswith(PREVIOUS) and name not in cell.parameters:
                state = name.removesuffix(PREVIOUS)
                every = f"{state} for {name} in every d{kind}"
                others = (every,) if weight else ()
                yield f"{state} for {name} in d{edge.target}", others, put(Name(state))
            case Name(name) if name in cell.states:
                before = put(Name(name + PREVIOUS))
                yield f"{name}{PREVIOUS} for {name} in d{edge.target}", (), before
            case Operation("*", left, right) if above in walk(left):
                yield f"{text(right)} left out of d{edge.target}", (), put(left)
            case Call(_, (inside,)):
                yield f"{text(inside)} in place of {text(found)} in d{edge.target}", (), put(inside)
    every = "the gradients of all weights taken twice" if weight else ""
    yield f"{_told(edge)} taken twice", (every,) if weight else (), times(Number(2.0), term)
    every = "the sign of the gradients of all weights"
    yield f"the sign of {_told(edge)}", (every,) if weight else (), Negative(term)


def _every(cell: Recurrence) -> Iterator[Edit]:
    """Every name in an elementwise term that may be another quantity's."""
    for k, edge in enumerate(cell.backward):
        if edge.target in cell.parameters or "@" in text(edge.term):
            continue
        for found, put in places(edge.term):
            if isinstance(found, Name) and found.name in cell.names:
                alike = [n for n in cell.names if cell.letters(n) == cell.letters(found.name)]
                for other in alike:
                    if other != found.name:
                        yield changed_edges(cell, "", {k: replace(edge, term=put(Name(other)))})


def _name(tree: Tree) -> str:
    return tree.name if isinstance(tree, Name) else "the matrix"


def _copied(cell: Recurrence) -> Iterator[Edit]:
    """The gradient of one sum used for the bias of another, or for several."""
    plain = [e for e in cell.backward if cell.title(e.target) == "bias"]
    plain = [e for e in plain if e.term == Name("d" + e.source)]
    for other in plain if len(plain) <= MOST_BIASES else ():
        rest = [edge for edge in reversed(plain) if edge != other]
        for some in chain(*(combinations(rest, n) for n in range(1, len(rest) + 1))):
            wrong = [replace(edge, term=other.term) for edge in some]
            edges = (*(each for each in cell.backward if each not in some), *wrong)  # all is known
            biases = " and ".join(f"d{edge.target}" for edge in some)
            name = f"d{other.source} used for {biases}"
            yield Edit(name, "; ".join(map(str, wrong)), edges=edges)


def _alone(cell: Recurrence) -> Iterator[Edit]:
    """`=` for `+=` over the steps: of what the steps add to a weight's gradient, one is left."""
    kinds = by_kind(cell.parameters)
    several = {f"every d{kind}": names for kind, names in kinds.items() if len(names) > 1}
    groups = {
        **{f"d{name}": [name] for name in cell.parameters},
        **several,
        "every gradient of a weight": list(cell.parameters),
    }
    for whose, names in groups.items():
        for step, which in ((0, "first"), (-1, "last")):
            name = f"{whose} = in place of +=: only the {which} step counts"
            yield Edit(name, name, edges=cell.backward, alone=tuple(names), step=step)
