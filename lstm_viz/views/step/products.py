"""Every product of a dot product, one a line: what `Σ₈(0.410)` is the sum of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lstm_viz.equations.tree import Name, Operation, Tree, walk
from lstm_viz.measures.products import all_products, products
from lstm_viz.pictures.kinds import Bar, Bars, Beside, Expression, Picture, Text, Value, Words
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import extremes, symmetric
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import Values, kind
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State

COLUMN = 58  # columns that a list of products needs beside another


def product_bars(run: LookedAt, state: State, columns: int) -> list[Picture]:
    """The products behind the chosen line, forward or backward, as signed bars."""
    trees = _trees(run, state)
    values = run.passing(state.t) if state.back else run.values(state.t)
    bars = [each for tree in trees for each in _products(run, tree, values, state.row)]
    if not bars:
        words = run.say.phrase("{name} has no product of a matrix and a vector.", name=state.line)
        return [Words(words, "quiet")]
    gradients = run.gradients if state.back else None
    most, room, note = _widest(run.trace, tuple(trees), state.row, gradients)
    bars = [Bar(b.name, b.value, -most, most, b.note) for b in bars]
    many = "{n} products, weight · value" if len(bars) > 1 else "one product, weight · value"
    said = run.say.phrase(many, n=str(len(bars)))
    if not state.back and run.is_held(state.name, state.t, state.row):
        said = run.say.phrase("{name} is held: these products are not added up.", name=state.line)
    head = Words(said, "quiet")
    side_by_side = max(1, min(columns // COLUMN, -(-len(bars) // 8)))
    each = -(-len(bars) // side_by_side)
    parts = tuple(
        Bars((), tuple(bars[k * each : (k + 1) * each]), room=room, notes=(note,))
        for k in range(side_by_side)
    )
    return [head, Beside(parts) if side_by_side > 1 else parts[0]]


@lru_cache(64)
def _widest(
    trace: Trace, trees: tuple[Tree, ...], row: int, gradients: Gradients | None
) -> tuple[float, tuple[float, ...], Expression]:
    """The end of the bars, the widest numbers and the widest note of all steps."""
    weights, values, found = all_products(trace, trees, row, gradients)
    widest = [
        max(extremes(each), key=lambda v: len(numeral(v)), default=0.0)
        for each in (weights, values)
    ]
    note = Value(widest[0]), Text(" · "), Value(widest[1])
    return symmetric(found)[1], extremes(found), note


def has_products(run: LookedAt, state: State) -> bool:
    """Whether a matrix meets a vector in the chosen line."""
    return any(
        isinstance(part, Operation) and part.operator == "@"
        for tree in _trees(run, state)
        for part in walk(tree)
    )


def _trees(run: LookedAt, state: State) -> list[Tree]:
    """What the chosen line is computed from, or would be if it were not held."""
    if not state.back:
        return [run.cell.equation[state.name].tree] if state.name != "x" else []
    return [edge.term for edge in run.cell.backward if edge.target == state.name]


def _products(run: LookedAt, tree: Tree, values: Values, row: int) -> Iterator[Bar]:
    for part in walk(tree):
        if isinstance(part, Operation) and part.operator == "@":
            yield from _row_of(run, part, values, row)


def _row_of(run: LookedAt, product: Operation, values: Values, row: int) -> Iterator[Bar]:
    """One row of matrix @ vector, term by term."""
    found = products(product, values, row)
    label = product.right.name if isinstance(product.right, Name) else "…"
    of = kind(run.cell, label)
    terms = zip(found.weights.tolist(), found.values.tolist(), found.products.tolist(), strict=True)
    for k, (weight, value, term) in enumerate(terms):
        place = f"{k},{row}" if found.transposed else f"{row},{k}"
        note = (Value(weight, "weight"), Text(" · "), Value(value, of))
        yield Bar(Text(f"{found.matrix}[{place}] · {label}[{k}]", of), term, note=note)
