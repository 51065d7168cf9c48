"""The same instant in two cells: every quantity of each, as a number and a bar."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from lstm_viz.pictures.kinds import (
    Bar,
    Bars,
    Beside,
    Expression,
    Grid,
    Picture,
    Stack,
    Text,
    Title,
    Words,
)
from lstm_viz.pictures.scales import symmetric
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.step.heading import heading, strip_of
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.memory_ledger import kept_words, memory_of
from lstm_viz.views.step.screen import BLANK
from lstm_viz.views.step.state import State


def beside(
    run: LookedAt, other: LookedAt, state: State, hidden: Collection[str], columns: int
) -> Picture:
    """Two cells at one step: what each shows through time, then each on its own side."""
    words = run.say.phrase(
        "The same step in two cells: {one} and {other}.", one=run.cell.name, other=other.cell.name
    )
    top = (
        heading(run, state, columns),
        Words(words, "strong"),
        _through_time(run, other, state, hidden),
        BLANK,
    )
    sides = (_side(run, state, hidden), _side(other, state, frozenset()))
    return Stack((*top, Beside(sides)))


def _through_time(run: LookedAt, other: LookedAt, state: State, hidden: Collection[str]) -> Grid:
    """What both cells show (back: the gradients of it), a row a cell."""
    several = run.trace["x"].shape[-1] > 1
    names, found = [Text("x[0]" if several else "x", "input")], [run.trace["x"][:, 0]]
    for each in (run, other):
        out = each.cell.output
        unit = min(state.unit, each.trace[out].shape[-1] - 1)
        of = "gradient" if state.back else kind(each.cell, out)
        names.append(Text(f"{'d' if state.back else ''}{out} {each.cell.name}", of))
        found.append(each.reached(out, state, each is run and out in hidden)[:, unit])
    return strip_of(run, state, names, found, run.steps, run.say("step"))


def _side(run: LookedAt, state: State, hidden: Collection[str]) -> Picture:
    """One cell: where its weights are from, its numbers, and its memory in a sentence."""
    unit = min(state.unit, run.units - 1)
    title = Title(run.cell.name, ""), Words((Text(run.say.known(run.source)),), "quiet"), BLANK
    if state.back:
        return Stack((*title, _gradients(run, state, unit, hidden)))
    bars = []
    for name in run.computed(unit):
        low, high = run.scale(name, unit)
        value = float(run.trace[name][state.t, unit])
        low, high = (low, high) if low < high else (0.0, 0.0)
        star = (Text("*"),) if run.before(name, state.t, unit) is not None else ()
        bars.append(Bar(named(run.cell, name), value, low, high, star, name in hidden))
    said = _memory(run, state, unit) if not hidden else ()
    return Stack((*title, Bars((), tuple(bars)), BLANK, Words(said)))


def _memory(run: LookedAt, state: State, unit: int) -> Expression:
    words = kept_words(run.trace, memory_of(run.trace, unit), state.t, unit, run.say)
    return words or run.say.phrase("Nothing of the past is kept as it was.")


def _gradients(run: LookedAt, state: State, unit: int, hidden: Collection[str]) -> Bars:
    """The gradient of every quantity, on one axis."""
    names = [n for n in run.lines(True, unit) if "[" not in n and n != "x"]
    values = {n: run.gradient(n, state.t, unit) for n in names}
    low, high = symmetric(np.array([v for n, v in values.items() if n not in hidden]))
    bars = (
        Bar(Text(f"d{n}", kind(run.cell, n)), v, low, high, hidden=n in hidden)
        for n, v in values.items()
    )
    return Bars((), tuple(bars))
