"""The backward screen of `lstm-viz step`: value | gradient, and where a gradient comes from.

From the top: the step, one sentence, the gradient of the memory on its way to the left, every
quantity with its value beside its gradient, the chosen one with the share of each edge.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection
from dataclasses import replace

from lstm_viz.pictures.kinds import (
    Expression,
    Gradient,
    Grid,
    Picture,
    Sweep,
    Text,
    Value,
)
from lstm_viz.views.expressions import about, kind, named, partial
from lstm_viz.views.step.heading import ROOMY, given_words, heat_map, strip_of
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.predicting import asked_words, told_words
from lstm_viz.views.step.printed_back import Moment, beside, passed_words
from lstm_viz.views.step.products import has_products, product_bars
from lstm_viz.views.step.screen import BLANK, laid_out, unseen
from lstm_viz.views.step.state import State


def backward(run: LookedAt, state: State, columns: int, rows: int) -> Picture:
    """The picture of a state on a screen of so many columns and rows."""
    hidden = unseen(run, state)
    products = [BLANK, *product_bars(run, state, columns)] if state.terms else []
    left: list[Picture] = [sweep(run, state, hidden), *products]
    strips = through_time(run, state, hidden, rows)
    return laid_out(run, state, (columns, rows), message, strips, left)


def message(run: LookedAt, state: State) -> Expression:
    """One sentence about the chosen gradient."""
    cell, name = run.cell, state.name
    if state.weight:
        return given_words(run, state)
    title, the = (
        Text(run.title(name) or name, kind(cell, name)),
        functools.partial(about, cell, name),
    )
    if state.hidden:
        asked = run.say.phrase(the("What will the gradient of the {name} be?"), name=title)
        return (*asked, *asked_words(run, state))
    if told := told_words(run, state):
        return told
    for passing, said in passed_words(run.gradients, state.unit, state.t, run.say):
        if passing == name:
            return said
    gradient = run.gradient(name, state.t, state.row)
    if not math.isfinite(gradient):
        return run.say.phrase(the("The gradient of the {name} is not a finite number."), name=title)
    if gradient == 0:
        return run.say.phrase(
            the("A small change of the {name} does not change the loss."), name=title
        )
    words = (
        "Raise the {name} by a small δ: the loss rises by {size} δ."
        if gradient > 0
        else "Raise the {name} by a small δ: the loss falls by {size} δ."
    )
    return run.say.phrase(the(words), name=title, size=Value(abs(gradient), "gradient"))


# ---------------------------------------------------------------------------- through time


def through_time(
    run: LookedAt, state: State, hidden: Collection[str], rows: int
) -> tuple[Grid, ...]:
    """The memory, and its gradient from the last step to this one; for several units a heat map."""
    tracked = run.tracked(state.unit)[: 1 if rows < ROOMY else 9]
    names = [Text(f"{partial(name)} ←", "gradient") for name in tracked]
    found = [run.reached(name, state, name in hidden)[:, state.unit] for name in tracked]
    room, foot = run.room(state.unit, True), run.say("step")
    own: tuple[Grid, ...] = ()
    if run.units == 1:
        given = [named(run.cell, name) for name in tracked]
        values = [run.trace[name][:, 0] for name in tracked]
        most = max(map(run.largest, tracked), default=1.0)
        own = (strip_of(run, state, given, values, run.steps, foot, -1, room, (-most, most)),)
    else:
        names, found = names[:1], found[:1]
    above: tuple[tuple[str, ...], str] = ((), "") if own else (run.steps, foot)
    strips = *own, strip_of(run, state, names, found, *above, -1, room, run.decades)
    if run.units == 1 or (state.terms and has_products(run, state)):
        return strips
    label = Text(partial(state.name))
    title = run.say.phrase("{name} by size, all units through time", name=label)
    return *strips, heat_map(run, state, hidden, rows, title, run.decades)


# ---------------------------------------------------------------------------- the gradients


def sweep(run: LookedAt, state: State, hidden: Collection[str]) -> Sweep:
    """Every quantity's value and gradient; the chosen one with its shares."""
    lines = run.lines(True, state.unit)
    chosen, values = state.name, run.values(state.t, gradients=True)
    moment = Moment(run.gradients, state.t, {chosen: run.shares(chosen)}, run.say, values)
    found = []
    for line in lines:
        name, _, place = line.partition("[")
        row = int(place.rstrip("]") or (0 if name == "x" else state.unit))
        if line == state.line:
            each = moment.gradient(name, row, absent=True)
        else:
            value, gradient = float(values[name][row]), run.gradient(name, state.t, row)
            label = Text(line, kind(run.cell, name))
            each = Gradient(label, run.title(name), value, gradient, ())
        if name not in hidden:
            old = run.before(name, state.t, row, back=True)
            each = beside(each, old, state.digits, run.say)
        found.append(replace(each, hidden=True) if name in hidden else each)
    return Sweep(tuple(found), lines.index(state.line), *run.decades, run.room(state.unit, True))
