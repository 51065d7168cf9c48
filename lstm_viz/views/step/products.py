"""Every product of a dot product, one a line: what `Σ₈(0.410)` is the sum of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lstm_viz.equations.tree import Name, Operation, Tree, walk
from lstm_viz.measures.products import Summand, all_summands, summands
from lstm_viz.pictures.alt_text import plain
from lstm_viz.pictures.kinds import Bar, Bars, Beside, Expression, Picture, Text, Value, Words
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import extremes, symmetric
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import formula, kind
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State

COLUMN = 58  # columns that a list of products needs beside another


def product_bars(run: LookedAt, state: State, columns: int) -> list[Picture]:
    """What the chosen line is the sum of, forward or backward, as signed bars."""
    trees = _trees(run, state)
    values = run.passing(state.t) if state.back else run.values(state.t)
    bars = [
        bar for each in summands(trees, values, state.row) for bar in _bars(run, each, state.row)
    ]
    if not bars:
        words = run.say.phrase("{name} has no product of a matrix and a vector.", name=state.line)
        return [Words(words, "quiet")]
    gradients = run.gradients if state.back else None
    most, room, note = _widest(run.trace, tuple(trees), state.row, gradients)
    bars = [Bar(b.name, b.value, -most, most, b.note) for b in bars]
    count = sum(bool(bar.note) for bar in bars)
    many = "{n} products, weight · value" if count > 1 else "one product, weight · value"
    said = run.say(many).format(n=count)
    if count < len(bars):
        said += run.say(", and what is added to them")
    if not state.back and run.is_held(state.name, state.t, state.row):
        said = run.say("{name} is held: these products are not added up.").format(name=state.line)
    head = Words((Text(said),), "quiet")
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
    *factors, found = all_summands(trace, trees, row, gradients)
    ends = (max(extremes(each), key=lambda v: len(numeral(v)), default=0.0) for each in factors)
    weight, value = map(Value, ends)
    return symmetric(found)[1], extremes(found), (weight, Text(" · "), value)


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


def _bars(run: LookedAt, summand: Summand, row: int) -> Iterator[Bar]:
    """A summand term by term; one without a product as a whole, `b_f`."""
    sign, found = "-" if summand.sign < 0 else "", summand.products
    if found is None:
        said = plain(formula(run.cell, summand.tree))
        yield Bar(Text(sign + said, kind(run.cell, said)), summand.value)
        return
    assert isinstance(summand.tree, Operation)
    right = summand.tree.right
    label = plain(formula(run.cell, right)) if isinstance(right, Name) else "…"
    of = kind(run.cell, right.name if isinstance(right, Name) else "")
    terms = zip(found.weights.tolist(), found.values.tolist(), found.products.tolist(), strict=True)
    for k, (weight, value, term) in enumerate(terms):
        place = f"{k},{row}" if found.transposed else f"{row},{k}"
        note = (Value(weight, "weight"), Text(" · "), Value(value, of))
        name = Text(f"{sign}{found.matrix}[{place}] · {label}[{k}]", of)
        yield Bar(name, summand.sign * term, note=note)
