"""`Problem`: what a problem file holds, checked; and `Asked`, a name such as `h@3` or `dW_i`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.files.npz import Weights
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, nearest, short

_WRITTEN = re.compile(
    r"(?P<gradient>d?)(?P<name>[^\W\d]\w*)(?:\.u(?P<unit>\d{1,6}))?(?:@(?P<step>\d{1,9}))?"
)
LOSS, PARAMETERS = "loss", "parameters"  # what can be asked beside names of the cell
WAYS = (
    "h@3 at a step, h at all, h.u1@3 of one unit, dh@1 a gradient, dW_i, dW_i@2, loss, parameters"
)


@dataclass(frozen=True)
class Asked:
    """What is asked: the name, or its gradient; at a step, from 0, or at all; of a unit, or all.

    Of a `weight`, the gradient at a step is what that step alone adds to it.
    """

    written: str
    name: str
    gradient: bool = False
    step: int | None = None
    unit: int | None = None
    weight: bool = False


def read_asked(written: str, cell: Cell, steps: int, rows: Mapping[str, int]) -> Asked:
    """What is written in `ask`; `InputError` says what is not there, and what is.

    `rows` are the units of each name, of a weight its rows.
    """
    if written in (LOSS, PARAMETERS):
        return Asked(written, written)
    if not (match := _WRITTEN.fullmatch(written)):
        raise InputError(f"{short(written)!r}: write {WAYS}")
    d, name, unit, step = match.group("gradient", "name", "unit", "step")
    if d + name in rows:  # its name begins with a d
        d, name = "", d + name
    asked = Asked(
        written,
        name,
        bool(d),
        int(step) - 1 if step else None,
        int(unit) if unit else None,
        name not in cell.names,
    )
    _check(asked, cell, steps, rows)
    return asked


def _check(asked: Asked, cell: Cell, steps: int, rows: Mapping[str, int]) -> None:
    name, said = asked.name, repr(short(asked.written))
    if name not in (*rows, *cell.blocks):
        hint = nearest(name, [*rows, *cell.blocks])
        raise InputError(f"{said}: {cell.name} has no {short(name)!r}: {hint}")
    if asked.step is not None and not 0 <= asked.step < steps:
        raise InputError(f"{said}: the input has {count(steps, 'step')}, from 1")
    if asked.weight and not asked.gradient and asked.step is not None:
        raise InputError(f"{said}: a weight is the same at every step: omit @")
    units = rows[cell.blocks[name][0].name if name in cell.blocks else name]
    if asked.unit is not None and asked.unit >= units:
        raise InputError(f"{said}: {name} has {count(units, 'unit')}, from u0")


@dataclass(frozen=True, eq=False)
class Problem:
    """A problem: what is run, `cell` with `weights` over `inputs` (T, I), and what is asked.

    The loss is half the squared distance of the output from `target`, where there is one, else the
    sum of the output, at the step or steps of `loss_at`. `answers` are those published, `digits`
    their decimals; `differs` are published ones that the run does not confirm, as `note` explains.
    `over` holds the ends between which weights are varied in a landscape.
    """

    name: str
    title: str
    source: str
    cell: Cell
    weights: Weights
    inputs: np.ndarray
    input_words: str
    asked: tuple[Asked, ...]
    statement: str = ""
    note: str = ""
    states: Mapping[str, np.ndarray] = field(default_factory=dict)
    target: np.ndarray | None = None
    loss_at: str = "last"
    digits: int = 3
    answers: Mapping[str, np.ndarray] = field(default_factory=dict)
    differs: Mapping[str, np.ndarray] = field(default_factory=dict)
    over: Mapping[str, np.ndarray] = field(default_factory=dict)
    text: str = ""
