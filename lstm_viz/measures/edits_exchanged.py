"""Gradients that are given to one another: those of two gates, or of whole blocks of weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from lstm_viz.equations.derivative import Edge
from lstm_viz.equations.gates import kinds
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.edits_together import block_orders


def exchanged_gradients(cell: Recurrence) -> Iterator[Edit]:
    """Of two gates, candidates, or sums, each with the gradient of the other; blocks of weights."""
    kind = kinds(cell)
    alike: dict[tuple[object, ...], list[str]] = {}
    for name in cell.quantities:
        if kind[name] == "sum" or kind[name].endswith(("gate", "candidate")):
            group = kind[name] == "sum", cell.letters(name)
            alike.setdefault(group, []).append(name)
    for names in alike.values():
        for one, other in combinations(names, 2):
            edges = _exchanged(cell, {one: other, other: one})
            if _in_order(edges):
                yield _edit(cell, f"d{one} and d{other} exchanged", edges)
    for order, taken in block_orders(cell):
        pairs = [pair for names in taken.values() for pair in names.items()]
        if len(dict(pairs)) == len(pairs):  # no parameter stands in two sums
            edges = _exchanged(cell, {other: own for own, other in pairs})
            yield _edit(cell, f"the gradients of the weights in the order {order}", edges)


def _exchanged(cell: Recurrence, put: Mapping[str, str]) -> tuple[Edge, ...]:
    return tuple(replace(e, target=put.get(e.target, e.target)) for e in cell.backward)


def _in_order(edges: tuple[Edge, ...]) -> bool:
    """Whether each gradient is complete before it is passed on."""
    passed: set[str] = set()
    for edge in edges:
        if edge.target in passed:
            return False
        passed.add(edge.source)
    return True


def _edit(cell: Recurrence, name: str, edges: tuple[Edge, ...]) -> Edit:
    lines = [str(new) for old, new in zip(cell.backward, edges, strict=True) if old != new]
    return Edit(name, "; ".join(lines), edges=edges)
