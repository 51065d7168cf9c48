"""The top of the screen of `lstm-viz step`: which step, one sentence, the way through time."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from lstm_viz.pictures.kinds import Expression, Grid, Text, Title, Value
from lstm_viz.pictures.scales import round_number, symmetric
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.memory_ledger import kept_words, percent
from lstm_viz.views.step.state import State

ROOMY = 26  # rows from which there is room for more than one quantity through time


def heading(run: LookedAt, state: State, columns: int) -> Title:
    """`lstm   step 2 of 6, forward`, and what was run where there is room."""
    way = run.say("backward") if state.back else run.say("forward")
    words = run.say("step {t} of {n}").format(t=state.t + 1, n=len(run))
    what = words + run.say(", ") + way
    if run.units > 1:
        shown = run.say("unit {unit} of 0 to {last}").format(unit=state.unit, last=run.units - 1)
        what += run.say(", ") + shown
    source = run.say.known(run.source)
    text = what + source
    wide = 0 if text.isascii() else sum(letter > "\u2e80" for letter in text)
    room = columns - len(run.cell.name) - 9 - len(text) - wide
    return Title(run.cell.name, f"{what}   ({source})" if source and room >= 0 else what)


def message(run: LookedAt, state: State) -> Expression:
    """One sentence about the chosen line."""
    cell, name = run.cell, state.line
    titled = run.title(name)
    title = Text(titled or name, kind(cell, name))
    if state.hidden:
        return run.say.phrase("What will the {name} be? The next key shows it.", name=title)
    words = kept_words(run.trace, name, state.t, state.unit, run.say)
    if words:
        return words
    value = float(run.trace[name][state.t, state.unit])
    meaning = run.say.known(cell.equation[name].meaning)
    number: str | Value = Value(value, kind(cell, name))
    if kind(cell, name).startswith("gate") and 0 <= value <= 1:
        number = percent(value, run.say)
    if meaning:
        sentence = "The {name} ({meaning}) is {value}."
        return run.say.phrase(sentence, name=title, meaning=meaning, value=number)
    sentence = "The {name} is {value}." if titled else "{name} is {value}."
    return run.say.phrase(sentence, name=title, value=number)


def through_time(
    run: LookedAt, state: State, hidden: Collection[str], rows: int
) -> tuple[Grid, ...]:
    """The sequence with the present step marked; for several units a heat map below it."""
    tracked = run.tracked(state.unit)[: 1 if rows < ROOMY else 9] if run.units == 1 else []
    strip = _sequence(run, state, hidden, tracked)
    if run.units == 1 or state.terms:
        return (strip,)
    return strip, _heat_map(run, state, hidden, rows)


def _sequence(run: LookedAt, state: State, hidden: Collection[str], tracked: list[str]) -> Grid:
    trace, (names, found) = run.trace, ([], [])
    features = trace["x"].shape[-1]
    for k in range(features if features <= 3 and not run.labels else 0):
        names.append(Text("x" if features == 1 else f"x[{k}]", "input"))
        found.append(trace["x"][:, k])
    for name in tracked:
        names.append(named(run.cell, name))
        found.append(until(trace[name][:, state.unit], state.t, name in hidden))
    values = np.array(found) if found else np.zeros((0, len(run)))
    title = run.say("input") if run.labels else run.say("step")
    return Grid(
        (),
        values,
        tuple(names),
        run.labels or run.steps,
        title,
        chosen=(-1, state.t),
        shown="numbers",
    )


def until(values: np.ndarray, t: int, hidden: bool = False) -> np.ndarray:
    """The numbers that are known at step t; not a number where there is none yet."""
    found = np.array(values, dtype=float)
    found[t + (not hidden) :] = np.nan
    return found


def _heat_map(run: LookedAt, state: State, hidden: Collection[str], rows: int) -> Grid:
    """Units × time of the chosen quantity, as many units as there is room for."""
    name, values = state.line, run.trace[state.line]
    first, last = unit_window(values.shape[-1], state.unit, rows)
    shown = until(values, state.t, name in hidden).T[first:last]
    low, high = run.scale(name, state.unit)
    if low == high or symmetric(values)[1] > high:
        high = round_number(symmetric(values)[1])
        low = -high
    title = run.say.phrase("{name}, all units through time", name=Text(run.title(name) or name))
    labels = tuple(Text(f"{name}[{k}]", kind(run.cell, name)) for k in range(first, last))
    chosen = (state.unit - first, state.t)
    return Grid(title, shown, labels, run.steps, run.say("step"), low, high, chosen=chosen)


def unit_window(count: int, unit: int, rows: int) -> tuple[int, int]:
    """The units that are shown around the chosen one."""
    fitting = min(count, 4 if rows < 30 else 12)
    first = max(0, min(unit - fitting // 2, count - fitting))
    return first, first + fitting
