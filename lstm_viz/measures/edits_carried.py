"""Mistakes of the backward pass that no single edge has: in the loop around it, and in a slope.

They are tried after those of `edits_back`; no sheet's numbers are drawn with regard to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from lstm_viz.equations.derivative import Edge
from lstm_viz.equations.places import places
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import Name, Operation
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.edits_back import changed_edges
from lstm_viz.measures.edits_rules import targets_of, unsquared_slopes

MOST_STATES = 2  # of which the initial values are mistaken at once
GOING_BACK = "in the backward pass"


@lru_cache(16)
def carried_edits(cell: Recurrence) -> tuple[Edit, ...]:
    """What comes back is computed and not carried on; the first step; a square, a factor."""
    return (
        *_not_carried(cell),
        *_first_steps(cell),
        *_unsquared(cell),
        *_left_out(cell),
    )


def _not_carried(cell: Recurrence) -> Iterator[Edit]:
    for state in cell.states:
        name = f"d{state}_next forgotten"
        yield Edit(name, name, edges=cell.backward, forgets=(state,))


def _first_steps(cell: Recurrence) -> Iterator[Edit]:
    """`h[t - 1]` at the first step: Python takes the last one; or 0, whatever it began with."""
    for count in range(1, MOST_STATES + 1):
        for some in combinations(cell.states, count):
            named, ones = " and ".join(some), "ones" if count > 1 else "one"
            last = f"the last {named} taken for the initial {ones} {GOING_BACK}"
            yield Edit(last, last, edges=cell.backward, wraps=some)
            zero = f"the initial {named} taken for 0 {GOING_BACK}"
            yield Edit(zero, zero, edges=cell.backward, ignores=some)


def _unsquared(cell: Recurrence) -> Iterator[Edit]:
    everywhere: dict[int, Edge] = {}
    count = 0
    for equation in reversed(cell.equations):
        for name, changed in unsquared_slopes(cell, equation):
            yield changed_edges(cell, name, changed)
            everywhere |= changed
            count += 1
    if count > 1:
        name = "the slope of tanh without its square everywhere"
        yield changed_edges(cell, name, everywhere)


def _left_out(cell: Recurrence) -> Iterator[Edit]:
    """A factor that several gradients of an equation share, as where it was multiplied once."""
    shared: dict[tuple[str, str], dict[int, Edge]] = {}
    for k, edge in enumerate(cell.backward):
        above = Name("d" + edge.source)
        for found, put in places(edge.term):
            match found:
                case Operation("*", left, right) if above == left:
                    same = shared.setdefault((edge.source, text(right)), {})
                    same[k] = replace(edge, term=put(left))
    for (_, factor), changed in shared.items():
        if len(changed) > 1:
            name = f"{factor} left out of {targets_of(cell, changed)}"
            yield changed_edges(cell, name, changed)
