"""The top of the screen of `lstm-viz step`: which step, one sentence, the way through time."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np

from lstm_viz.pictures.kinds import Expression, Grid, Text, Title, Value
from lstm_viz.pictures.language import Language
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.step.looked_at import Run
from lstm_viz.views.step.memory_ledger import kept_words, percent
from lstm_viz.views.step.state import State

ROOMY = 26  # rows from which there is room for more than one quantity through time


def heading(run: Run, state: State, columns: int, say: Language) -> Title:
    """`lstm   step 2 of 6, forward`, and what was run where there is room."""
    way = say("backward") if state.back else say("forward")
    words = say("step {t} of {n}").format(t=state.t + 1, n=len(run))
    what = words + say(", ") + way
    if run.units > 1:
        shown = say("unit {unit} of 0 to {last}").format(unit=state.unit, last=run.units - 1)
        what += say(", ") + shown
    source = say.known(run.source)
    text = what + source
    wide = 0 if text.isascii() else sum(letter > "\u2e80" for letter in text)
    room = columns - len(run.cell.name) - 9 - len(text) - wide
    return Title(run.cell.name, f"{what}   ({source})" if source and room >= 0 else what)


def message(run: Run, state: State, say: Language) -> Expression:
    """One sentence about the chosen line."""
    cell, name = run.cell, state.line
    titled = say.title(cell, name)
    title = Text(titled or name, kind(cell, name))
    if state.hidden:
        return say.phrase("What will the {name} be? The next key shows it.", name=title)
    values = run.values(state.t)
    if name in cell.states and (said := kept_words(cell, name, values, state.unit, say)):
        return said
    value = float(values[name][state.unit])
    meaning = say.known(cell.equation[name].meaning)
    number: str | Value = Value(value, kind(cell, name))
    if kind(cell, name).endswith("gate") and 0 <= value <= 1:
        number = percent(value, say)
    if meaning:
        words = "The {name} ({meaning}) is {value}."
        return say.phrase(words, name=title, meaning=meaning, value=number)
    words = "The {name} is {value}." if titled else "{name} is {value}."
    return say.phrase(words, name=title, value=number)


def through_time(
    run: Run, state: State, hidden: Collection[str], rows: int, say: Language
) -> tuple[Grid, ...]:
    """The sequence with the present step marked; for several units a heat map below it."""
    tracked = run.tracked(state.unit)[: 1 if rows < ROOMY else 9] if run.units == 1 else []
    strip = _sequence(run, state, hidden, tracked, say)
    if run.units == 1 or state.terms:
        return (strip,)
    return strip, _heat_map(run, state, hidden, rows, say)


def _sequence(
    run: Run, state: State, hidden: Collection[str], tracked: list[str], say: Language
) -> Grid:
    trace, (names, found) = run.trace, ([], [])
    features = trace["x"].shape[-1]
    for k in range(features if features <= 3 and not run.labels else 0):
        names.append(Text("x" if features == 1 else f"x[{k}]", "input"))
        found.append(trace["x"][:, k])
    for name in tracked:
        names.append(named(run.cell, name))
        found.append(until(trace[name][:, state.unit], state.t, name in hidden))
    values = np.array(found) if found else np.zeros((0, len(run)))
    title = say("input") if run.labels else say("step")
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


def _heat_map(run: Run, state: State, hidden: Collection[str], rows: int, say: Language) -> Grid:
    """Units × time of the chosen quantity, as many units as there is room for."""
    name, values = state.line, run.trace[state.line]
    first, last = unit_window(values.shape[-1], state.unit, rows)
    shown = until(values, state.t, name in hidden).T[first:last]
    low, high = run.scale(name, state.unit)
    most = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    if low == high or most > high:
        high = round_number(most)
        low = -high
    title = say.phrase(
        "{name}, all units through time", name=Text(say.title(run.cell, name) or name)
    )
    labels = tuple(Text(f"{name}[{k}]", kind(run.cell, name)) for k in range(first, last))
    chosen = (state.unit - first, state.t)
    return Grid(title, shown, labels, run.steps, say("step"), low, high, chosen=chosen)


def round_number(least: float) -> float:
    """The next of 1, 2, 5, 10, 20 … that is as large; 1 for nothing."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next((k * power for k in (1, 2, 5) if k * power >= least), 10 * power)


def unit_window(count: int, unit: int, rows: int) -> tuple[int, int]:
    """The units that are shown around the chosen one."""
    fitting = min(count, 4 if rows < 30 else 12)
    first = max(0, min(unit - fitting // 2, count - fitting))
    return first, first + fitting
