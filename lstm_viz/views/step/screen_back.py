"""The screen of `lstm-viz step` on the way back: value | gradient, and where a gradient comes from.

From the top: the step, one sentence, the gradient of the memory on its way to the left, every
quantity with its value beside its gradient, the chosen one with the share of each edge.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from lstm_viz.pictures.kinds import (
    Expression,
    Gradient,
    Grid,
    Picture,
    Stack,
    Sweep,
    Text,
    Value,
    Words,
)
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.step.heading import ROOMY, heading, unit_window
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.printed_back import Moment, passed_words
from lstm_viz.views.step.products import product_bars
from lstm_viz.views.step.screen import BLANK, LARGE, unseen, with_wiring, without
from lstm_viz.views.step.state import State


def backward(run: LookedAt, state: State, columns: int, rows: int) -> Picture:
    """The picture of a state on a screen of so many columns and rows."""
    hidden = unseen(run, state)
    large = columns >= LARGE[0] and rows >= LARGE[1]
    top: tuple[Picture, ...] = (
        heading(run, state, columns),
        Words(message(run, state), "strong"),
        *through_time(run, state, hidden, rows),
        BLANK,
    )
    left: list[Picture] = [sweep(run, state, hidden)]
    if state.terms:
        left += [BLANK, *product_bars(run, state, columns)]
    if not large:
        return Stack((*top, *left))
    picture = without(run.wiring(state.t, state.unit, back=True), hidden)
    return with_wiring(run, top, left, picture, history(run, state, hidden), columns)


def message(run: LookedAt, state: State) -> Expression:
    """One sentence about the chosen gradient."""
    cell, name = run.cell, state.name
    title = Text(run.title(name) or name, kind(cell, name))
    if state.hidden:
        words = "What will the gradient of the {name} be? The next key shows it."
        return run.say.phrase(words, name=title)
    for passing, said in passed_words(run.gradients, state.unit, state.t, run.say):
        if passing == name:
            return said
    gradient = float(run.gradients[name][state.t, state.row])
    if not math.isfinite(gradient):
        return run.say.phrase("The gradient of the {name} is not a finite number.", name=title)
    if gradient == 0:
        return run.say.phrase("A little more of the {name} would not change the loss.", name=title)
    words = (
        "A little more of the {name} raises the loss {size} times as much."
        if gradient > 0
        else "A little more of the {name} lowers the loss {size} times as much."
    )
    return run.say.phrase(words, name=title, size=Value(abs(gradient), "gradient"))


# ---------------------------------------------------------------------------- through time


def through_time(
    run: LookedAt, state: State, hidden: Collection[str], rows: int
) -> tuple[Grid, ...]:
    """The memory, and its gradient from the last step to this one; for several units a heat map."""
    trace, gradients = run.trace, run.gradients
    names, found = [], []
    tracked = run.tracked(state.unit)[: 1 if rows < ROOMY else 9]
    for name in tracked:
        names.append(named(run.cell, name))
        found.append(trace[name][:, state.unit])
    for name in tracked:
        names.append(Text(f"∂L/∂{name} ←", "gradient"))
        found.append(since(gradients[name][:, state.unit], state.t, name in hidden))
    if run.units > 1:
        names, found = names[len(tracked) :][:1], found[len(tracked) :][:1]
    chosen = (-1, state.t)
    strip = Grid(
        (),
        np.array(found),
        tuple(names),
        run.steps,
        run.say("step"),
        chosen=chosen,
        shown="numbers",
    )
    if run.units == 1 or state.terms:
        return (strip,)
    return strip, _heat_map(run, state, hidden, rows)


def since(values: np.ndarray, t: int, hidden: bool = False) -> np.ndarray:
    """The gradients that are known on the way back at step t; not a number where not yet."""
    found = np.array(values, dtype=float)
    found[: t + hidden] = np.nan
    return found


def _heat_map(run: LookedAt, state: State, hidden: Collection[str], rows: int) -> Grid:
    """Units × time of the chosen gradient, by the logarithm of its size."""
    name = state.name
    values = run.gradients[name]
    first, last = unit_window(values.shape[-1], min(state.unit, values.shape[-1] - 1), rows)
    shown = since(values, state.t, name in hidden).T[first:last]
    low, high = run.decades(name)
    title = run.say.phrase("{name} by size, all units through time", name=Text(f"∂L/∂{name}"))
    labels = tuple(Text(f"d{name}[{k}]", "gradient") for k in range(first, last))
    at = (state.row - first, state.t)
    return Grid(
        title, shown, labels, run.steps, run.say("step"), low, high, logarithmic=True, chosen=at
    )


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
            each = moment.gradient(name, row)
        else:
            value, gradient = values[name][row], values["d" + name][row]
            label = Text(line, kind(run.cell, name))
            title = run.title(name)
            each = Gradient(label, title, float(value), float(gradient), ())
        found.append(replace(each, hidden=True) if name in hidden else each)
    return Sweep(tuple(found), lines.index(state.line))


def history(run: LookedAt, state: State, hidden: Collection[str]) -> tuple[Picture, ...]:
    """The size of every gate's gradient through time as small columns, by its logarithm."""
    found: list[Picture] = [Words(run.say.phrase("the gates' gradients so far, by size"), "quiet")]
    for name in run.gates(state.unit):
        low, high = run.decades(name, state.unit)
        shown = since(run.gradients[name][:, state.unit], state.t, name in hidden)[None]
        row = (Text(f"d{name}", kind(run.cell, name)),)
        at = (-1, state.t)
        found.append(
            Grid((), shown, row, low=low, high=high, logarithmic=True, chosen=at, shown="heights")
        )
    return tuple(found)
