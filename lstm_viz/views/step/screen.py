"""The screen of `lstm-viz step` on the way forward: one step, one chosen equation.

From the top: the step, one sentence, the sequence with the present step marked, every equation
with its number, the chosen one with its arithmetic, and the memory as a ledger. A large screen has
the wiring and the history of the gates too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from lstm_viz.measures import worked
from lstm_viz.pictures.kinds import (
    Arithmetic,
    Beside,
    Expression,
    Grid,
    Line,
    Picture,
    Stack,
    Text,
    Wiring,
    Words,
)
from lstm_viz.pictures.numerals import read
from lstm_viz.views.expressions import kind, named, numbers
from lstm_viz.views.step.heading import ROOMY, heading, message, through_time
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.memory_ledger import ledger
from lstm_viz.views.step.products import product_bars
from lstm_viz.views.step.state import State
from lstm_viz.views.wiring.graph import graph_of
from lstm_viz.views.wiring.placement import by_hand

LARGE = 110, 32  # columns and rows from which a screen is large
BLANK = Words(())


def forward(run: LookedAt, state: State, columns: int, rows: int) -> Picture:
    """The picture of a state on a screen of so many columns and rows."""
    hidden = unseen(run, state)
    below = product_bars(run, state, columns) if state.terms else [_ledger(run, state, hidden)]
    left = [equations(run, state, hidden), BLANK, *below]
    strips = through_time(run, state, hidden, rows)
    return laid_out(run, state, (columns, rows), message(run, state), strips, left)


def laid_out(
    run: LookedAt,
    state: State,
    size: tuple[int, int],
    said: Expression,
    strips: tuple[Picture, ...],
    left: list[Picture],
) -> Stack:
    """What both ways have in common; on a large screen the wiring, and the gates through time.

    The wiring stands on the right; or, where it was not placed by hand, below, as wide as it gets.
    """
    columns, rows = size
    gap = () if run.was and rows < ROOMY else (BLANK,)  # its room is taken by what was
    top = (heading(run, state, columns), Words(said, "strong"), *strips, *gap)
    if columns < LARGE[0] or rows < LARGE[1]:
        return Stack((*top, *left))
    hidden = unseen(run, state)
    picture = without(run.wiring(state.t, state.unit, state.back), hidden)
    if by_hand((link.start, link.end) for link in graph_of(run.cell).links) is None:
        return Stack((*top, *left, BLANK, picture))
    side = Stack((*left, BLANK, *history(run, state, hidden)))
    return Stack((*top, Beside((side, picture), (columns - 60, 57))))


def unseen(run: LookedAt, state: State) -> frozenset[str]:
    """What is still to be predicted: the chosen line, and all that is computed after it."""
    if not state.hidden:
        return frozenset()
    lines = run.lines(True, state.unit) if state.back else run.computed(state.unit)
    if state.line not in lines:
        return frozenset()
    return frozenset(each.partition("[")[0] for each in lines[lines.index(state.line) :])


# ---------------------------------------------------------------------------- the equations


def equations(run: LookedAt, state: State, hidden: Collection[str]) -> Arithmetic:
    """Every equation of the unit with its result; the chosen one with its numbers."""
    names = run.computed(state.unit)
    lines = tuple(_line(run, state, name, name in hidden) for name in names)
    return Arithmetic(lines, names.index(state.line) if state.line in names else len(names))


def _line(run: LookedAt, state: State, name: str, hide: bool) -> Line:
    """One equation: the chosen one with its numbers; what is held is not computed by it."""
    t, unit, values = state.t, state.unit, run.values(state.t)
    written: Expression = run.written[name]
    put_in: Expression = ()
    result = float(values[name][unit])
    if run.is_held(name, t, unit):
        written = run.say.phrase("held")
    elif name == state.line:
        tree = run.cell.equation[name].tree
        found = worked(tree, values, unit, result, read)
        put_in, result = numbers(run.cell, tree, values, unit, found.digits), found.result
    title = run.title_or_before(name, t, unit, state.digits)
    changed = run.before(name, t, unit) is not None
    head = named(run.cell, name), title, written, put_in, result
    return Line(*head, *run.scale(name, unit), hide, changed)


def _ledger(run: LookedAt, state: State, hidden: Collection[str]) -> Picture:
    shown = [name for name in run.tracked(state.unit) if state.unit < run.trace[name].shape[-1]]
    largest = max((run.largest(name, state.unit) for name in shown), default=1.0)
    return ledger(run.trace, state.t, state.unit, largest, hidden, run.say)


# ---------------------------------------------------------------------------- more on a large one


def history(run: LookedAt, state: State, hidden: Collection[str]) -> Iterator[Picture]:
    """Every gate through time as small columns; back, the logarithm of its gradient's size."""
    back, unit, at = state.back, state.unit, (-1, state.t)
    words = "the gates' gradients so far, logarithms of their sizes" if back else "the gates so far"
    yield Words(run.say.phrase(words), "quiet")
    for name in run.gates(unit):
        low, high = run.decades(name, unit) if back else run.scale(name, unit)
        values = run.reached(name, state, name in hidden)[:, unit][None]
        row = Text(f"d{name}" if back else name, kind(run.cell, name))
        yield Grid((), values, (row,), (), "", low, high, "", back, at, shown="heights")


def without(picture: Wiring, hidden: Collection[str]) -> Wiring:
    """The wiring without the numbers that are still to be predicted."""
    if not hidden:
        return picture
    nodes = tuple(
        replace(node, value=None, opening=None)
        if node.key.partition(".")[0].rstrip("'") in hidden
        else node
        for node in picture.nodes
    )
    return replace(picture, nodes=nodes)
