"""What a check finds: values and gradients beside ours, the order of blocks, what is left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.exercises.layouts import KINDS, Blocks
from lstm_viz.measures.mistakes import Judged, mistakes
from lstm_viz.measures.named_many import Many
from lstm_viz.trace.records import Trace
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError

Array = np.ndarray
Arrays = dict[str, Array]
EXACT = 1e-6  # absolute; of float64
SINGLE = 1e-4  # absolute; of float32
PASSED = 1e-6  # of a gradient beside differences: the error over the largest number, or over 1
PASSED_SINGLE = 1e-3  # the same of float32
START = "0"
MOST_TRIED = 4


@dataclass(frozen=True)
class Slope:
    """A gradient beside differences of the author's forward pass: the relative error."""

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
    `turned` are arrays that are right but for being transposed.
    """

    some: bool = False
    zeros: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was found; `forward` and `backward` are beside ours, None where nothing was given.

    `layout` is the order of the blocks that gives the numbers, in `layouts` all that do; `slopes`
    are the author's gradients, `numeric` the author's own check, beside the slopes of the author's
    forward pass: `by` a complex step, or by differences. `changed` are
    arguments that were overwritten; `left` are names that are not compared.
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
    by: str = ""

    @property
    def right(self) -> bool:
        """Whether all that was compared is right."""
        judged = [each.right for each in (self.forward, self.backward) if each is not None]
        return all(judged) and all(each.right for each in (*self.slopes, *self.numeric))


def known_names(cell: Cell, blocks: Blocks) -> set[str]:
    parameters = {*cell.parameters, *(("W", "U", "b", "Wx", "Wh") if blocks.there else ())}
    return {*cell.names, *(f"d{n}" for n in (*cell.names, *parameters))}


def is_gradient(cell: Cell, blocks: Blocks, name: str) -> bool:
    plain = name.partition("@")[0]
    return plain not in cell.names and plain in known_names(cell, blocks)


def fitted(path: str, name: str, array: Array, wanted: tuple[int, ...], what: str = "") -> Array:
    """What was given in the shape that it should have; axes of length 1 may be left out.

    Raises `InputError` for another shape, also where there are as many numbers in it.
    """
    if array.shape not in (wanted, tuple(n for n in wanted if n != 1)):
        turned = "; it is transposed" if array.T.shape == wanted else ""
        shape = f"{what} is expected{turned}" if what else f"{wanted} is expected{turned}"
        raise InputError(f"{path}: {name} has shape {array.shape}: {shape}")
    return array.reshape(wanted)


def all_fitted(path: str, trace: Trace, given: Arrays) -> Arrays:
    """Quantities, (T, H) or at a step (H,), and gradients, each in its shape."""
    shapes = {name: trace[name].shape for name in trace.cell.names}
    shapes |= {f"d{name}": shape for name, shape in shapes.items()}
    shapes |= {f"d{name}": array.shape for name, array in trace.weights.items()}
    found = {}
    for key, array in given.items():
        name, at, _ = key.partition("@")
        shape = shapes[name][1:] if at else shapes[name]
        whole = not at and name.removeprefix("d") in trace.cell.names
        what = f"(T, H), here {shape}," if whole else ""
        found[key] = fitted(path, key, array, shape, what)
    return found


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
    found = {n: a for n, a in given.items() if np.isfinite(a).all()}
    if len(found) < len(given):
        name = next(n for n in given if n not in found)
        raise InputError(f"{name} is not finite")
    judge = partial(
        mistakes, cell, weights, x, states=states, seeds=seeds or None, tolerance=within
    )
    whole = Found(**vars(judge(found)))
    if whole.right:
        return whole
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
