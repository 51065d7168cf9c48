"""Somebody's own Python file: run elsewhere, and what it gives back beside ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.exercises.check_report import (
    EXACT,
    PASSED,
    PASSED_SINGLE,
    SINGLE,
    Report,
    Slope,
    judged,
    orders_of,
)
from lstm_viz.exercises.check_shapes import (
    START,
    Array,
    Arrays,
    all_fitted,
    fitted,
    known_names,
)
from lstm_viz.exercises.foreign import Foreign, run_foreign, signatures
from lstm_viz.exercises.layouts import Blocks
from lstm_viz.files.reading import size_of
from lstm_viz.trace.run import run
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

STEPS, INPUTS, UNITS = 4, 2, 3
LONGEST = 1 << 20


def check_program(path: str, cell: Cell) -> Report:
    if size_of(path) > LONGEST:
        raise InputError(f"{path}: more than {LONGEST:,} bytes are too many for a program")
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not a text (it is not UTF-8)") from None
    arguments = signatures(text, path)
    blocks = Blocks(cell)
    x, weights, states, seeds = _drawn(cell, arguments["forward"])
    in_blocks = any(map(blocks.is_block, arguments["forward"]))

    def called(order: tuple[str, ...], slopes: bool) -> Foreign:
        known = {"x": x, "weights": weights, f"d{cell.output}": seeds}
        known |= {f"{s}{START}": array for s, array in states.items()}
        given = {
            f: {
                n: _given(blocks, known, weights, n, order, f"{path}: {f}")
                for n, has_default in names.items()
                if not has_default or n == "weights" or n in known | weights or blocks.is_block(n)
            }
            for f, names in arguments.items()
        }
        return run_foreign(text, path, given, cell.output, seeds, slopes)

    first = called(blocks.gates, True)
    within = SINGLE if first.single else EXACT
    values, left = _compared(path, cell, first.values, x, weights)
    order = blocks.gates
    matching: tuple[tuple[str, ...], ...] = ()
    if in_blocks:
        matching = orders_of(blocks, weights, x, states, values, within, given=True)
        if matching and matching[0] != blocks.gates:
            order, first = matching[0], called(matching[0], True)
            values, left = _compared(path, cell, first.values, x, weights)
    forward = judged(cell, weights, x, states, {}, values, within)
    back = blocks.split(first.gradients, order, "d")
    ours = {n: a for n, a in back.items() if n in known_names(cell, blocks)}
    ours = all_fitted(path, run(cell, weights, x, states), ours)
    slopes = _slopes(path, first.gradients, first)
    if "backward" in arguments and not (ours or slopes):
        raise InputError(f"{path}: backward gives back nothing to compare, such as dx")
    beside = {*ours, *(slope.name for slope in slopes)}
    left += [n for n in back if n not in beside and n not in left]
    given_seeds = {cell.output: seeds}
    usable = forward is None or forward.right
    backward = judged(cell, weights, x, states, given_seeds, ours, within) if usable else None
    return Report(
        path, cell, within, executed=True, layouts=matching, in_blocks=in_blocks,
        forward=forward, backward=backward,
        slopes=slopes, numeric=_slopes(path, first.numeric, first),
        changed=first.changed, left=tuple(left), by=first.by,
    )  # fmt: skip


def _drawn(cell: Cell, arguments: Collection[str]) -> tuple[Array, Arrays, Arrays, Array]:
    """x, weights, initial states (0 where `forward` does not take them), ∂L by the output."""
    random = np.random.default_rng(3)
    shapes = cell.shapes(INPUTS, UNITS)
    weights = {name: random.uniform(-1.5, 1.5, shape) for name, shape in shapes.items()}
    sizes = cell.sizes(weights, INPUTS)
    x = random.uniform(-1, 1, (STEPS, INPUTS))
    states = {s: random.uniform(-1, 1, sizes[cell.letters(s)]) for s in cell.states}
    taken = {s: a for s, a in states.items() if f"{s}{START}" in arguments}
    return x, weights, taken, random.uniform(-1, 1, (STEPS, sizes[cell.letters(cell.output)]))


def _given(
    blocks: Blocks, known: Mapping[str, Any], weights: Arrays, name: str, order: Any, where: str
) -> Any:
    if name == "weights":
        return {n: a.tolist() for n, a in weights.items()}
    if name in known:
        return known[name].tolist()
    if name in weights:
        return weights[name].tolist()
    if blocks.is_block(name):
        return blocks.packed(weights, name, order).tolist()
    hint = nearest(name, [*known, *weights, *(("W", "U", "b") if blocks.there else ())])
    raise InputError(f"{where}: {name!r} is not given here: {hint}")


def _compared(
    path: str, cell: Cell, found: Arrays, x: Array, weights: Arrays
) -> tuple[Arrays, list[str]]:
    """The quantities that can be compared, each (T, H); names of the rest."""
    trace = run(cell, weights, x)
    values: Arrays = {}
    for name, array in found.items():
        if name not in cell.quantities:
            continue
        values[name] = array
    values = all_fitted(path, trace, values)
    if not values:
        raise InputError(f"{path}: forward gives back nothing to compare, such as {cell.output}")
    return values, [name for name in found if name not in values]


def _slopes(path: str, given: Arrays, foreign: Foreign) -> tuple[Slope, ...]:
    found, within = [], PASSED_SINGLE if foreign.single else PASSED
    for name, array in given.items():
        true = foreign.slopes.get(name.removeprefix("d"))
        if true is None or not name.startswith("d"):
            continue
        largest = max(1.0, float(np.abs(true).max(initial=0)))
        error = float(np.abs(fitted(path, name, array, true.shape) - true).max() / largest)
        found.append(Slope(name, error, within))
    return tuple(found)
