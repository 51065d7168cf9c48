"""The same instant in two cells: every quantity of each, as a number and a bar."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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
from lstm_viz.views.expressions import kind, named, partial
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
    lows, highs = zip(run.decades, other.decades, strict=True)
    ends = min(lows), max(highs)  # of both cells' gradients: what is as long is as large
    sides = (_side(run, state, hidden, ends), _side(other, state, frozenset(), ends))
    return Stack((*top, Beside(sides)))


def _through_time(run: LookedAt, other: LookedAt, state: State, hidden: Collection[str]) -> Grid:
    """What both cells show (back: the gradients of it), a row a cell."""
    several = run.trace["x"].shape[-1] > 1
    names, found = [Text("x[0]" if several else "x", "input")], [run.trace["x"][:, 0]]
    for each in (run, other):
        out = each.cell.output
        unit = min(state.unit, each.trace[out].shape[-1] - 1)
        of = "gradient" if state.back else kind(each.cell, out)
        names.append(Text(f"{partial(out) if state.back else out} {each.cell.name}", of))
        found.append(each.reached(out, state, each is run and out in hidden)[:, unit])
    room = (*run.room(state.unit, state.back), *other.room(0, state.back))
    return strip_of(run, state, names, found, run.steps, run.say("step"), room=room)


def _side(
    run: LookedAt, state: State, hidden: Collection[str], ends: tuple[float, float]
) -> Picture:
    """One cell: where its weights are from, its numbers, and its memory in a sentence."""
    unit = min(state.unit, run.units - 1)
    source = Words((Text(run.say.sentence(run.source)),), "quiet", rows=2)
    title = Title(run.cell.name, ""), source
    if state.back:
        return Stack((*title, *_gradients(run, state, unit, hidden, ends)))
    bars = []
    for name in run.computed(unit):
        low, high = run.scale(name)
        value = float(run.trace[name][state.t, unit])
        low, high = (low, high) if low < high else (0.0, 0.0)
        star = (Text("*"),) if run.before(name, state.t, unit) is not None else ()
        bars.append(Bar(named(run.cell, name), value, low, high, star, name in hidden))
    said = _memory(run, state, unit) if not hidden else ()
    return Stack((*title, Bars((), tuple(bars), room=run.room(unit)), BLANK, Words(said)))


def _memory(run: LookedAt, state: State, unit: int) -> Expression:
    words = kept_words(run.trace, memory_of(run.trace, unit), state.t, unit, run.say)
    return words or run.say.phrase("This cell has no additive memory.")


def _gradients(
    run: LookedAt, state: State, unit: int, hidden: Collection[str], ends: tuple[float, float]
) -> Iterator[Picture]:
    """The gradient of every quantity, on one axis for both cells and all steps."""
    names = [n for n in run.lines(True, unit) if "[" not in n and n != "x"]
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
