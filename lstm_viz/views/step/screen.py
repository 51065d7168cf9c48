"""The screen of `lstm-viz step` on the way forward: one step, one chosen equation.

From the top: the step, one sentence, the sequence with the present step marked, every equation
with its number, the chosen one with its arithmetic, and the memory as a ledger. A large screen has
the wiring and the history of the gates too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lstm_viz.pictures.kinds import Arithmetic, Beside, Grid, Line, Picture, Stack, Wiring, Words
from lstm_viz.views.expressions import named, numbers
from lstm_viz.views.step.heading import heading, message, through_time, until
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
    large = columns >= LARGE[0] and rows >= LARGE[1]
    top: tuple[Picture, ...] = (
        heading(run, state, columns),
        Words(message(run, state), "strong"),
        *through_time(run, state, hidden, rows),
        BLANK,
    )
    left: list[Picture] = [equations(run, state, hidden), BLANK]
    if state.terms:
        left += product_bars(run, state, columns)
    else:
        left.append(_ledger(run, state, hidden))
    if not large:
        return Stack((*top, *left))
    picture = without(run.wiring(state.t, state.unit, back=False), hidden)
    return with_wiring(run, top, left, picture, history(run, state, hidden), columns)


def with_wiring(
    run: LookedAt,
    top: tuple[Picture, ...],
    left: list[Picture],
    picture: Wiring,
    more: tuple[Picture, ...],
    columns: int,
) -> Stack:
    """The wiring on the right; or, where it was not placed by hand, below, as wide as it gets."""
    if by_hand((link.start, link.end) for link in graph_of(run.cell).links) is None:
        return Stack((*top, *left, BLANK, picture))
    side = Stack((*left, BLANK, *more))
    return Stack((*top, Beside((side, picture), (columns - 60, 57))))


def unseen(run: LookedAt, state: State) -> frozenset[str]:
    """What is still to be predicted: the chosen line, and all that is computed after it."""
    if not state.hidden:
        return frozenset()
    lines = run.lines(state.back, state.unit)
    return frozenset(each.partition("[")[0] for each in lines[lines.index(state.line) :])


# ---------------------------------------------------------------------------- the equations


def equations(run: LookedAt, state: State, hidden: Collection[str]) -> Arithmetic:
    """Every equation of the unit with its result; the chosen one with its numbers."""
    values, names = run.values(state.t), run.lines(False, state.unit)
    lines = []
    for name in names:
        low, high = run.scale(name, state.unit)
        tree = run.cell.equation[name].tree
        chosen = name == state.line
        put_in = numbers(run.cell, tree, values, state.unit) if chosen else ()
        result = float(values[name][state.unit])
        head = named(run.cell, name), run.title(name), run.written[name]
        lines.append(Line(*head, put_in, result, low, high, name in hidden))
    return Arithmetic(tuple(lines), names.index(state.line))


def _ledger(run: LookedAt, state: State, hidden: Collection[str]) -> Picture:
    shown = [name for name in run.tracked(state.unit) if state.unit < run.trace[name].shape[-1]]
    largest = max((run.largest(name, state.unit) for name in shown), default=1.0)
    return ledger(run.trace, state.t, state.unit, largest, hidden, run.say)


# ---------------------------------------------------------------------------- more on a large one


def history(run: LookedAt, state: State, hidden: Collection[str]) -> tuple[Picture, ...]:
    """Every gate through time as small columns."""
    found: list[Picture] = [Words(run.say.phrase("the gates so far"), "quiet")]
    for name in run.gates(state.unit):
        low, high = run.scale(name, state.unit)
        values = until(run.trace[name][:, state.unit], state.t, name in hidden)[None]
        row = (named(run.cell, name),)
        chosen = (-1, state.t)
        found.append(Grid((), values, row, low=low, high=high, chosen=chosen, shown="heights"))
    return tuple(found)


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
