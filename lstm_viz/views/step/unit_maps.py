"""All units of a quantity, or of a gradient, through time: as many as there is room for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lstm_viz.pictures.kinds import Grid, Text
from lstm_viz.pictures.scales import round_number, symmetric
from lstm_viz.views.expressions import kind, partial
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State

TIGHT = 22  # rows below which none is left blank
UNITS = "{name}, all units through time", "{name}, {shown} of {count} units through time"


def all_units(run: LookedAt, state: State, hidden: Collection[str], rows: int) -> Grid:
    """Units × time of the chosen quantity."""
    name, values = state.name, run.trace[state.name]
    low, high = run.scale(name)
    if low == high:
        high = round_number(symmetric(values)[1])
        low = -high
    label = Text(run.title(name) or name)
    return heat_map(run, state, hidden, rows, label, UNITS, (low, high))


def heat_map(
    run: LookedAt,
    state: State,
    hidden: Collection[str],
    rows: int,
    label: Text,
    words: tuple[str, str],
    ends: tuple[float, float],
) -> Grid:
    """Units × time of the chosen quantity or gradient, as many units as there is room for.

    It is headed by its label in these words: where all units are shown, and where some are.
    """
    name, back = state.name, state.back
    values = run.reached(name, state, name in hidden).T
    unit = state.row if name == "x" else state.unit
    first, last = unit_window(len(values), min(unit, len(values) - 1), rows)
    head, of = (partial(name), "gradient") if back else (name, kind(run.cell, name))
    labels = tuple(Text(f"{head}[{k}]", of) for k in range(first, last))
    chosen = ((state.row if back or name == "x" else state.unit) - first, state.t)
    count, shown = len(values), last - first
    title = run.say.phrase(words[shown < count], name=label, shown=str(shown), count=str(count))
    own = title, values[first:last], labels, (), "", *ends
    grid = Grid(*own, logarithmic=back, chosen=chosen, room=run.room(state.unit, back))
    return replace(grid, lit=state.known(len(run), name in hidden))


def unit_window(count: int, unit: int, rows: int) -> tuple[int, int]:
    """The units that are shown around the chosen one."""
    fitting = min(count, 2 if rows < TIGHT else 4 if rows < 30 else 12)
    first = max(0, min(unit - fitting // 2, count - fitting))
    return first, first + fitting
