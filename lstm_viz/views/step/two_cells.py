"""The same instant in two cells: every quantity of each, as a number and a bar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import partial as partial_of

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
from lstm_viz.pictures.numerals import power_of_ten
from lstm_viz.pictures.scales import symmetric
from lstm_viz.views.expressions import kind, named, partial
from lstm_viz.views.step.heading import heading, strip_of
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.memory_ledger import kept_words, memory_of
from lstm_viz.views.step.screen import BLANK, TALLEST, past
from lstm_viz.views.step.state import State

SENTENCE = (110, 2), (76, 3), (0, 4)  # columns from which the memory's sentence takes so many rows


def beside(
    run: LookedAt,
    other: LookedAt,
    state: State,
    hidden: Collection[str],
    columns: int,
    rows: int = 0,
) -> Picture:
    """Two cells at one step: what each shows through time, then each on its own side.

    On many rows what each shows through time is drawn, too; on few the sums are left out, so that
    the memory's sentence is there.
    """
    words = run.say.phrase(
        "The same step in two cells: {one} and {other}.", one=run.cell.name, other=other.cell.name
    )
    lows, highs = zip(run.decades, other.decades, strict=True)
    ends = min(lows), max(highs)  # of both cells' gradients: what is as long is as large
    spare, sums, gap = _room(run, other, state, columns, rows)
    time = Stack(
        (_through_time(run, other, state, hidden), *_drawn(run, other, state, hidden, spare)),
        in_step=True,
    )
    both = (run, hidden), (other, frozenset[str]())
    scale = partial_of(_one_scale, (run, other))
    sides = tuple(_side(each, state, hides, ends, scale, sums, gap) for each, hides in both)
    return Stack((heading(run, state, columns), Words(words, "strong"), time, *gap, Beside(sides)))


def _room(
    run: LookedAt, other: LookedAt, state: State, columns: int, rows: int
) -> tuple[int, bool, tuple[Picture, ...]]:
    """How many rows are to spare, whether sums have room, and the blank row where one has."""
    of = [_names(each, state, True) for each in (run, other)]
    said = 0 if state.back else next(n for wide, n in SENTENCE if columns >= wide)
    fixed = 1 + 1 + 4 + 1 + 2 + said + 1  # heads, history, source, sentence, the corner's word
    spare = rows - fixed - 2 - max(map(len, of))
    if not rows or spare >= 0:
        return spare if rows else 0, True, (BLANK,)
    fewer = max(len(_names(each, state, False)) for each in (run, other))
    return 0, False, (BLANK,) * (fixed + 2 + fewer <= rows)


def _names(run: LookedAt, state: State, sums: bool) -> list[str]:
    """What has a bar, with or without the sums that go into functions."""
    unit = min(state.unit, run.units - 1)
    if state.back:
        names = [n for n in run.lines(True, unit) if "[" not in n and n != "x"]
    else:
        names = list(run.computed(unit))
    return [name for name in names if sums or kind(run.cell, name) != "sum"] or names


def _drawn(
    run: LookedAt, other: LookedAt, state: State, hidden: Collection[str], spare: int
) -> list[Grid]:
    """What both cells show through time, as small columns on one scale, where there is room."""
    grids = []
    for each in (run, other):
        out = each.cell.output
        at = replace(state, unit=min(state.unit, each.trace[out].shape[-1] - 1))
        grid = past(each, at, out, each is run and out in hidden)
        name = Text(f"{partial(out) if state.back else out} {each.cell.name}", grid.rows[0].of)
        grids.append(replace(grid, rows=(name,)))
    low, high = min(grid.low for grid in grids), max(grid.high for grid in grids)
    tall = min(spare // (2 * (1 + (low < 0))), TALLEST)
    return [replace(grid, low=low, high=high, tall=tall) for grid in grids] if tall > 0 else []


def _through_time(run: LookedAt, other: LookedAt, state: State, hidden: Collection[str]) -> Grid:
    """What both cells show (back: the gradients of it), a row a cell."""
    several = run.trace["x"].shape[-1] > 1
    names, found = [Text("x[0]" if several else "x", "input")], [run.trace["x"][:, 0]]
    whole = [found[0]]
    for each in (run, other):
        out = each.cell.output
        unit = min(state.unit, each.trace[out].shape[-1] - 1)
        of = "gradient" if state.back else kind(each.cell, out)
        names.append(Text(f"{partial(out) if state.back else out} {each.cell.name}", of))
        found.append(each.reached(out, state, each is run and out in hidden)[:, unit])
        whole.append((each.gradients if state.back else each.trace)[out][:, unit])
    ends = symmetric(np.concatenate(whole), 1.0)
    room = (*run.room(state.unit, state.back), *other.room(0, state.back))
    return strip_of(run, state, names, found, run.steps, run.say("step"), room=room, ends=ends)


def _one_scale(runs: tuple[LookedAt, ...], name: str) -> tuple[float, float]:
    """The ends of the bars of what is called so, the same in all that have it: to be compared."""
    found = [each.scale(name) for each in runs if name in each.cell.quantities]
    return min(low for low, _ in found), max(high for _, high in found)


def _side(
    run: LookedAt,
    state: State,
    hidden: Collection[str],
    ends: tuple[float, float],
    scale: Callable[[str], tuple[float, float]],
    sums: bool,
    gap: tuple[Picture, ...],
) -> Picture:
    """One cell: where its weights are from, its numbers, and its memory in a sentence."""
    unit = min(state.unit, run.units - 1)
    source = Words((Text(run.say.sentence(run.source)),), "quiet", rows=2)
    title = Title(run.cell.name, ""), source
    if state.back:
        return Stack((*title, *_gradients(run, state, unit, hidden, ends, sums)))
    bars = []
    for name in _names(run, state, sums):
        low, high = scale(name)
        value = float(run.trace[name][state.t, unit])
        star = (Text("*"),) if run.before(name, state.t, unit) is not None else ()
        bars.append(Bar(named(run.cell, name), value, low, high, star, name in hidden))
    said = _memory(run, state, unit) if not hidden else ()
    return Stack((*title, Bars((), tuple(bars), room=run.room(unit)), *gap, Words(said)))


def _memory(run: LookedAt, state: State, unit: int) -> Expression:
    words = kept_words(run.trace, memory_of(run.trace, unit), state.t, unit, run.say)
    return words or run.say.phrase("This cell has no additive memory.")


def _gradients(
    run: LookedAt,
    state: State,
    unit: int,
    hidden: Collection[str],
    ends: tuple[float, float],
    sums: bool,
) -> Iterator[Picture]:
    """The gradient of every quantity, on one axis for both cells and all steps."""
    names = _names(run, state, sums)
    bars = (
        Bar(
            Text(n, kind(run.cell, n)),
            run.gradient(n, state.t, unit),
            *ends,
            hidden=n in hidden,
        )
        for n in names
    )
    low, high = map(power_of_ten, ends)
    words = run.say.phrase("∂L/∂…, log of size, {low} to {high}", low=low, high=high)
    yield Words(words, "quiet")
    yield Bars((), tuple(bars), True, run.room(unit, True))
