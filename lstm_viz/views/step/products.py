"""Every product of a dot product, one a line: what `Σ₈(0.410)` is the sum of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.equations.tree import Name, Operation, Transposed, Tree, walk
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.pictures.kinds import Bar, Bars, Beside, Picture, Text, Value, Words
from lstm_viz.pictures.language import Language
from lstm_viz.views.expressions import Values, kind
from lstm_viz.views.step.looked_at import Run
from lstm_viz.views.step.state import State

COLUMN = 58  # columns that a list of products needs beside another


def product_bars(run: Run, state: State, columns: int, say: Language) -> list[Picture]:
    """The products behind the chosen line, forward or backward, as signed bars."""
    trees = _trees(run, state)
    values = run.values(state.t, gradients=state.back)
    bars = [each for tree in trees for each in _products(run, tree, values, state.row)]
    if not bars:
        words = say.phrase("There is no sum of products in {name}.", name=state.line)
        return [Words(words, "quiet")]
    largest = max(abs(each.value) for each in bars) or 1.0
    bars = [Bar(b.name, b.value, -largest, largest, b.note) for b in bars]
    count = f"{len(bars)}"
    head = Words(say.phrase("{n} products, weight · value", n=count), "quiet")
    side_by_side = max(1, min(columns // COLUMN, -(-len(bars) // 8)))
    each = -(-len(bars) // side_by_side)
    parts = tuple(Bars((), tuple(bars[k * each : (k + 1) * each])) for k in range(side_by_side))
    return [head, Beside(parts) if side_by_side > 1 else parts[0]]


def _trees(run: Run, state: State) -> list[Tree]:
    if not state.back:
        return [run.cell.equation[state.line].tree]
    return [edge.term for edge in run.cell.backward if edge.target == state.name]


def _products(run: Run, tree: Tree, values: Values, row: int) -> Iterator[Bar]:
    for part in walk(tree):
        if isinstance(part, Operation) and part.operator == "@":
            yield from _row_of(run, part, values, row)


def _row_of(run: Run, product: Operation, values: Values, row: int) -> Iterator[Bar]:
    """One row of matrix @ vector, term by term."""
    turned = isinstance(product.left, Transposed)
    left = product.left.of if isinstance(product.left, Transposed) else product.left
    assert isinstance(left, Name)
    matrix = values[left.name]
    weights = matrix[:, row] if turned else matrix[min(row, len(matrix) - 1)]
    vector = np.broadcast_to(evaluate(product.right, values), weights.shape)
    label = product.right.name if isinstance(product.right, Name) else "…"
    of = kind(run.cell, label)
    for k, (weight, value) in enumerate(zip(weights, vector, strict=True)):
        place = f"{k},{row}" if turned else f"{row},{k}"
        note = (Value(float(weight), "weight"), Text(" · "), Value(float(value), of))
        name = Text(f"{left.name}[{place}] · {label}[{k}]", of)
        yield Bar(name, float(weight * value), note=note)
