"""What a check finds: values and gradients beside ours, the order of blocks, what is left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.exercises.check_cells import of_other_cells
from lstm_viz.exercises.check_shapes import START, Array, Arrays
from lstm_viz.exercises.layouts import KINDS, Blocks
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.mistakes import Judged, mistakes
from lstm_viz.measures.named_many import Many
from lstm_viz.trace.records import Trace
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError

EXACT = 1e-6  # absolute; of float64
SINGLE = 1e-4  # absolute; of float32
PASSED = 1e-6  # of a gradient beside the slopes: the error over the largest number, or over 1
PASSED_SINGLE = 1e-3  # the same of float32
MOST_TRIED = 4


@dataclass(frozen=True)
class Slope:
    """A gradient beside the slope of the author's forward pass: the relative error."""

    name: str
    error: float
    within: float = PASSED

    @property
    def right(self) -> bool:
        """Whether it is the slope."""
        return self.error <= self.within


@dataclass(frozen=True)
class Found(Judged):
    """As `Judged`; where it is of `some`, a mistake that explains only some of the numbers.

    `zeros` are wrong arrays of nothing but 0; `blocks` gradients that are wrong in every block;
    `turned` are arrays that are right but for being transposed. `cells` are other built-in cells
    that give these values; with the mistakes `theirs`, where there are any.
    """

    some: bool = False
    zeros: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    theirs: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was found; `forward` and `backward` are beside ours, None where nothing was given.

    `layout` is the order of the blocks that gives the numbers, in `layouts` all that do; `slopes`
    are the author's gradients, `numeric` the author's own check, beside the slopes of the author's
    forward pass: `by` a complex step, or by differences. `changed` are
    arguments that were overwritten; `left` are names that are not compared, `zeros` biases that
    were not given and are taken for 0.
    """

    path: str
    cell: Cell
    tolerance: float
    executed: bool = False
    layouts: tuple[tuple[str, ...], ...] = ()
    in_blocks: bool = False
    forward: Found | None = None
    backward: Found | None = None
    slopes: tuple[Slope, ...] = ()
    numeric: tuple[Slope, ...] = ()
    changed: tuple[str, ...] = ()
    left: tuple[str, ...] = field(default=())
    zeros: tuple[str, ...] = ()
    by: str = ""

    @property
    def right(self) -> bool:
        """Whether all that was compared is right."""
        judged = [each.right for each in (self.forward, self.backward) if each is not None]
        return all(judged) and all(each.right for each in (*self.slopes, *self.numeric))


def judged(
    cell: Cell,
    weights: Arrays,
    x: Array,
    states: Arrays,
    seeds: Arrays,
    given: Arrays,
    within: float,
) -> Found | None:
    if not given:
        return None
    for name, array in given.items():
        if not np.isfinite(array).all():
            raise InputError(f"{name} is not finite")
    starts = {f"d{s}{START}": f"d{s}{PREVIOUS}@1" for s in cell.states}
    found = {starts.get(n, n): a for n, a in given.items()}
    whole = _judged(cell, weights, x, states, seeds, found, within)
    back = {key: name for name, key in starts.items()}
    named = {k: tuple(back.get(n, n) for n in getattr(whole, k)) for k in ("zeros", "turned")}
    first = whole.first
    if first and first.backward and (start := back.get(f"d{first.name}@{first.step}")):
        first = replace(first, name=start.removeprefix("d"), step=0)
    return replace(whole, first=first, zeros=named["zeros"], turned=named["turned"])


def _judged(
    cell: Cell,
    weights: Arrays,
    x: Array,
    states: Arrays,
    seeds: Arrays,
    found: Arrays,
    within: float,
) -> Found:
    judge = partial(
        mistakes, cell, weights, x, states=states, seeds=seeds or None, tolerance=within
    )
    whole = Found(**vars(judge(found)))
    if whole.right:
        return whole
    if not seeds:
        others, theirs = of_other_cells(cell, weights, x, states, found, within)
        if others and not (theirs and whole.found):
            same = {f"the equations of {name}" for name in others}
            left = tuple(edit for edit in whole.found if edit.name not in same)
            return replace(whole, cells=others, theirs=theirs, found=left)
    right, wrong = _parted(run(cell, weights, x, states), seeds, found, within)
    if zeros := tuple(n for n in wrong if found[n].size > 1 and not found[n].any()):
        return replace(whole, found=(), zeros=zeros)
    square = {
        n: found[n].T for n in wrong if found[n].ndim == 2 and found[n].T.shape == found[n].shape
    }
    turned, _ = _parted(run(cell, weights, x, states), seeds, square, within)
    if turned and len(turned) == len(wrong):
        return replace(whole, found=(), turned=tuple(turned))
    if whole.found:
        return whole
    if blocks := _whole_blocks(cell, right, wrong):
        return replace(whole, blocks=blocks)
    for name in wrong[:MOST_TRIED]:
        if names := judge({**right, name: found[name]}).found:
            return replace(whole, found=names, some=True)
    return whole


def _parted(trace: Trace, seeds: Arrays, given: Arrays, within: float) -> tuple[Arrays, list[str]]:
    """What is right, and the names of what is wrong."""
    truth = {name: trace[name] for name in trace.cell.names}
    if seeds:
        gradients = backpropagate(trace, seeds)
        truth |= {f"d{name}": gradients[name] for name in trace.cell.names}
        truth |= {f"d{name}": array for name, array in gradients.weights.items()}
    right: Arrays = {}
    for key, array in given.items():
        name, _, step = key.partition("@")
        ours = truth[name][int(step) - 1] if step else truth[name]
        if (np.abs(ours.ravel() - array.ravel()) <= within).all():
            right[key] = array
    return right, [key for key in given if key not in right]


def _whole_blocks(cell: Cell, right: Arrays, wrong: list[str]) -> tuple[str, ...]:
    """The gradients that are wrong in every block, as `dU`, where another is right in every one.

    Where all are wrong, one gate's mistake may have come to the others by way of h.
    """
    blocks = Blocks(cell)
    names = {f"d{kind}": {f"d{n}" for n in blocks.names(kind, blocks.gates)} for kind in KINDS}
    touched = {block: own for block, own in names.items() if own & set(wrong)}
    alike = blocks.there and all(own <= set(wrong) for own in touched.values())
    alike = alike and any(own <= right.keys() for own in names.values())
    return tuple(touched) if alike else ()


def orders_of(
    blocks: Blocks,
    own: Arrays,
    x: Array,
    states: Arrays,
    values: Arrays,
    within: float,
    given: bool = False,
) -> tuple[tuple[str, ...], ...]:
    """The orders of the blocks that give the values; where none does, those that do with a mistake.

    Where weights were `given` out in the usual order, in which the program may read them.
    """
    if not values:
        return ()
    if given:
        rest = {n: a for n, a in own.items() if n.partition("_")[2] not in blocks.gates}
        packed = {kind: blocks.packed(own, kind, blocks.gates) for kind in KINDS}
        own = packed | rest
    orders = list(blocks.orders())
    read = [blocks.split(own, order) for order in orders]
    many = Many(
        blocks.cell,
        {n: np.array([weights[n] for weights in read]) for n in blocks.cell.parameters},
        np.repeat(x[None], len(orders), axis=0),
        {n: np.repeat(a[None], len(orders), axis=0) for n, a in states.items()},
    )
    tried = chain([many.truth()], (numbers for _, numbers in many.named()))
    for numbers in tried:
        near = [_near(numbers, k, values, within) for k in range(len(orders))]
        if any(near):
            return tuple(order for order, same in zip(orders, near, strict=True) if same)
    return ()


def _near(numbers: Arrays, k: int, values: Arrays, within: float) -> bool:
    for key, array in values.items():
        name, _, step = key.partition("@")
        ours = numbers[name][:, k]
        ours = ours[int(step) - 1] if step.isdigit() and 0 < int(step) <= len(ours) else ours
        if ours.size != array.size or (np.abs(ours.ravel() - array.ravel()) > within).any():
            return False
    return True
