"""What did every gate, the memory and the output do, over all of the sequence?

One frame: the input, the gates, what could be written, the states and the output below each other
on one axis of time: a row a unit, its number in each cell where there is room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lstm_viz.pictures.kinds import Beside, Curve, Curves, Grid, Picture, Rule, Stack, Text
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.scales import FAINTEST, decades, marked, symmetric
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.expressions import title as title_of

FEW = 8  # steps that have room for numbers
ROWS = 8  # of an input that have room for columns up and down: of more, tones are seen better
STRIPS = 3  # units up to which all quantities stand below each other


def shown(trace: Trace | Gradients) -> list[str]:
    """Gates and candidates as the equations have them, states, the output: all but sums."""
    cell = trace.cell
    wanted = [name for name in cell.quantities if kind(cell, name) not in ("sum", "")]
    order = {"memory": 1, "output": 2}
    return sorted(wanted, key=lambda name: order.get(kind(cell, name).split()[-1], 0))


def overview(
    record: Trace | Gradients,
    at: int | None = None,
    labels: tuple[str, ...] = (),
    title: str = "",
    say: Language = ENGLISH,
    features: tuple[str, ...] = (),
    whose: str = "",
    with_: Sequence[Trace | Gradients] = (),
) -> Stack:
    """All quantities over time; of a batch, its first sequence. `at` marks a step.

    `labels` name the steps, `features` the rows of the input, `whose` the model and its layer.
    To be compared `with_` other runs of the cell, each quantity has one scale for all of them.
    """
    names = shown(record)
    units = max(record[name].shape[-1] for name in names)
    rule = replace(_rule(record, title, say), beside=(Text(say.sentence(whose)),) if whose else ())
    steps = labels or _steps(record)
    first = _signs_seen(grid(record, "x", at, (), say, units > 1, features, with_=with_))
    if units <= STRIPS:
        grids = [
            grid(record, n, at, steps if n == names[-1] else (), say, units > 1, with_=with_)
            for n in names
        ]
        return Stack((rule, first, *grids))
    rows: list[Picture] = [Beside((first, first))]
    for k in range(0, len(names), 2):
        pair = names[k : k + 2]
        last = k + 2 >= len(names)
        parts = tuple(grid(record, n, at, steps if last else (), say, with_=with_) for n in pair)
        rows.append(parts[0] if len(parts) == 1 else Beside(parts))
    return Stack((rule, *rows))


def is_tall(picture: Stack) -> bool:
    """Whether its quantities, of several units each, stand below each other: two of them side by
    side have room, one below the other they would be lines."""
    grids = [part for part in picture.parts if isinstance(part, Grid)]
    return len(grids) > 2 and any(len(each.rows) > 1 for each in grids)


def _signs_seen(of_input: Grid) -> Grid:
    """The input as columns up and down, where it has no room for numbers."""
    rows, steps = of_input.values.shape
    signed = of_input.low < 0 and not of_input.logarithmic
    columns = signed and rows <= ROWS and steps > FEW
    return replace(of_input, shown="heights") if columns else of_input


def some(record: Trace | Gradients, names: Sequence[str], unit: int | None = None) -> Stack:
    """These quantities over time, below each other: all their units, or one."""
    names = having(record, names, unit)
    ends = (names[0], names[-1]) if len(names) > 2 else names[-1:]  # the eye begins at the first
    feet = [_steps(record) if name in ends else () for name in names]
    grids = (grid(record, n, steps=s, unit=unit) for n, s in zip(names, feet, strict=True))
    return Stack((_rule(record, "", ENGLISH), *grids))


def over_time(
    record: Trace | Gradients, names: Sequence[str], unit: int | None = None
) -> Curves | Grid:
    """A curve for each quantity of a unit, or of the only one; else a heat map of all its units."""
    names = having(record, names, unit)
    units = max(record[name].shape[-1] for name in names)
    if len(names) == 1 and units > 1 and unit is None:
        return _map(record, names[0])
    rows = {name: record.one(name)[:, unit or 0] for name in names}
    x = np.arange(1.0, len(record.one("x")) + 1)
    prefix = "" if isinstance(record, Trace) else "d"
    curves = (
        Curve(Text(prefix + name), values, of=kind(record.cell, name))
        for name, values in rows.items()
    )
    return Curves((), x, tuple(curves), "step")


def _map(record: Trace | Gradients, name: str) -> Grid:
    """A heat map that stands alone: of a gradient its title says that it is one."""
    found = grid(record, name, steps=_steps(record))
    if isinstance(record, Trace):
        return found
    return replace(found, title=(Text(f"d{name}", found.of), Text("  its size, logarithmic")))


def having(record: Trace | Gradients, names: Sequence[str], unit: int | None) -> list[str]:
    """Those of the names that have such a unit."""
    return [name for name in names if (unit or 0) < record[name].shape[-1]]


def _steps(record: Trace | Gradients) -> tuple[str, ...]:
    return tuple(str(t + 1) for t in range(len(record.one("x"))))


def _rule(record: Trace | Gradients, title: str, say: Language) -> Rule:
    head = title or f"{record.cell.name}{say(', ')}{say.known('every step')}"
    if record.batched and (held := record["x"].shape[1]) > 1:
        head += say(", the first of {n} sequences").format(n=f"{held:,}")
    return Rule(head if isinstance(record, Trace) else f"{head}{say(': ')}∂L/∂…")


def grid(
    record: Trace | Gradients,
    name: str,
    at: int | None = None,
    steps: tuple[str, ...] = (),
    say: Language = ENGLISH,
    titled: bool = True,
    known: tuple[str, ...] = (),
    unit: int | None = None,
    with_: Sequence[Trace | Gradients] = (),
) -> Grid:
    """One quantity, units × time; gates from 0 to 1, what has a sign as far as it goes.

    Its rows have numbers, or the names that are `known`; only one `unit` where that is asked for.
    """
    values = np.array(record.one(name).T)
    if unit is not None and len(values) > 1:
        values, known = values[[unit]], (f"{name}[{unit}]",)
    of, (low, high) = kind(record.cell, name), _range((record, *with_), name, unit)
    words = title_of(record.cell, name, say)
    title = (named(record.cell, name), Text(f"  {words}")) if titled else ()
    rows = tuple(map(Text, known or map(str, range(len(values)))))
    rows = rows if known or len(values) > 1 else (named(record.cell, name),)
    foot = say.known("step") if steps else ""
    chosen = (-1, -1 if at is None else at)
    of = of if isinstance(record, Trace) else "gradient"
    by_size = isinstance(record, Gradients)
    return Grid(title, marked(values), rows, steps, foot, low, high, of, by_size, chosen)


def _range(
    records: Sequence[Trace | Gradients], name: str, unit: int | None
) -> tuple[float, float]:
    """The ends of the scale; all gradients of a run have one, of the logarithms of their sizes."""
    if isinstance(records[0], Gradients):
        found = (np.ravel(record[each]) for record in records for each in shown(record))
        return decades(np.concatenate(list(found)), FAINTEST)
    rows = (record.one(name).T for record in records)
    found = (each if unit is None or len(each) == 1 else each[unit] for each in rows)
    low, high = symmetric(np.concatenate([np.ravel(each) for each in found]), 1.0)
    return (0.0 if kind(records[0].cell, name).endswith("gate") else low), high
