"""Constants that a graph only carries, turns or unpacks: what comes out is a constant as well.

The shape of what comes out is found first, without reading a number; the numbers are read when they
are asked for, once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from lstm_viz.models.onnx.attributes import MOST_NUMBERS, attribute, whole_numbers
from lstm_viz.models.tensors import Tensor, Tensors
from lstm_viz.validation.errors import InputError

Array = np.ndarray
Change = Callable[[Array], Array]
WHOLE = {2: "uint8", 3: "int8", 6: "int32", 7: "int64", 9: "bool"}
FLOATS = (1, 10, 11, 16)


def folded(node: Any, tensors: Tensors, most: int) -> Tensor | None:
    """The constant that a node of constants gives, of `most` numbers at most; else None."""
    try:
        if node.op_type == "Concat":
            return _concat(node, tensors, most)
        if node.op_type == "DequantizeLinear":
            return dequantised(node.output[0], *(tensors.get(n) for n in node.input), node=node)
        change = CHANGES[node.op_type](node, tensors) if node.op_type in CHANGES else None
        if change is None:
            return None
        first = tensors[node.input[0]]
        shape = _shape(node, tensors, change)
    except (InputError, ValueError, IndexError, TypeError, OverflowError):
        return None  # what does not fit together is no constant
    return _tensor(node.output[0], shape, first.dtype, lambda: change(first.numbers()))


def _shape(node: Any, tensors: Tensors, change: Change) -> tuple[int, ...]:
    """Of what a node gives; nothing is allocated, since the file may say any size."""
    shape = tensors[node.input[0]].shape
    if node.op_type in ("Identity", "Cast"):
        return shape
    if node.op_type == "Gather":
        place = range(len(shape))[attribute(node, "axis", 0)]
        return (*shape[:place], *tensors[node.input[1]].shape, *shape[place + 1 :])
    return change(np.broadcast_to(False, shape)).shape


def _tensor(name: str, shape: tuple[int, ...], dtype: str, read: Callable[[], Array]) -> Tensor:
    return Tensor(name, shape, dtype, cache(lambda: np.asarray(read())))


def _concat(node: Any, tensors: Tensors, most: int) -> Tensor | None:
    parts, axis = [tensors[name] for name in node.input], attribute(node, "axis", 0)
    shape = list(parts[0].shape)
    place = range(len(shape))[axis]
    if any(
        len(p.shape) != len(shape)
        or any(n != m for k, (n, m) in enumerate(zip(p.shape, shape, strict=True)) if k != place)
        for p in parts
    ):
        return None
    shape[place] = sum(p.shape[place] for p in parts)
    if math.prod(shape) > most:
        return None
    read = lambda: np.concatenate([p.numbers() for p in parts], place)  # noqa: E731
    return _tensor(node.output[0], tuple(shape), parts[0].dtype, read)


def dequantised(
    name: str, held: Tensor | None, scale: Tensor | None, zero: Tensor | None = None, *, node: Any
) -> Tensor | None:
    """(integer − zero point) · scale, as numbers; one scale for all, or one along an axis."""
    if held is None or scale is None:
        return None
    axis = range(len(held.shape))[attribute(node, "axis", 1)] if scale.size > 1 else 0

    def read() -> Array:
        wide = [1] * held.numbers().ndim
        if scale.size > 1:
            wide[axis] = scale.size
        offset = zero.numbers().reshape(wide) if zero is not None else 0
        return np.asarray((held.numbers() - offset) * scale.numbers().reshape(wide))

    if scale.size > 1 and scale.shape != (held.shape[axis],):
        return None
    if zero is not None and zero.size != scale.size:
        return None
    return _tensor(name, held.shape, "float32", read)


def _cast(node: Any, tensors: Tensors) -> Change | None:
    to = attribute(node, "to", 0)
    if to in FLOATS:
        return lambda x: x
    return (lambda x: x.astype(WHOLE[to])) if to in WHOLE else None


def _unsqueeze(node: Any, tensors: Tensors) -> Change | None:
    axes = whole_numbers(node, tensors, 1, "axes")
    return None if axes is None or len(axes) > 8 else lambda x: np.expand_dims(x, tuple(axes))


def _squeeze(node: Any, tensors: Tensors) -> Change | None:
    axes = whole_numbers(node, tensors, 1, "axes")
    return lambda x: np.squeeze(x, None if axes is None else tuple(axes))


def _transpose(node: Any, tensors: Tensors) -> Change | None:
    return lambda x: np.transpose(x, attribute(node, "perm"))


def _reshape(node: Any, tensors: Tensors) -> Change | None:
    shape = whole_numbers(node, tensors, 1, "shape")
    if shape is None or len(shape) > 8 or attribute(node, "allowzero", 0):
        return None
    return lambda x: x.reshape([x.shape[k] if n == 0 else n for k, n in enumerate(shape)])


def _slice(node: Any, tensors: Tensors) -> Change | None:
    cuts = slices(node, tensors)
    if cuts is None:
        return None

    def change(x: Array) -> Array:
        chosen = [slice(None)] * x.ndim
        for axis, cut in cuts.items():
            chosen[axis] = cut
        return x[tuple(chosen)]

    return change


def slices(node: Any, tensors: Tensors) -> dict[int, slice] | None:
    """What a Slice takes, by axis; None where that is computed."""
    starts, ends, axes, steps = (
        whole_numbers(node, tensors, place, name)
        for place, name in enumerate(("starts", "ends", "axes", "steps"), 1)
    )
    if starts is None or ends is None or len(starts) != len(ends):
        return None
    if any(len(node.input) > k and node.input[k] and v is None for k, v in ((3, axes), (4, steps))):
        return None
    axes, steps = axes or list(range(len(starts))), steps or [1] * len(starts)
    if any(step <= 0 for step in steps) or not len(axes) == len(steps) == len(starts):
        return None
    return {a: slice(s, e, d) for a, s, e, d in zip(axes, starts, ends, steps, strict=True)}


def _gather(node: Any, tensors: Tensors) -> Change | None:
    held, axis = tensors[node.input[1]], attribute(node, "axis", 0)
    if held.size > min(tensors[node.input[0]].shape[axis], MOST_NUMBERS):
        return None
    index = held.numbers().astype(int)
    return lambda x: x[(slice(None),) * range(x.ndim)[axis] + (index,)]


CHANGES: Mapping[str, Callable[[Any, Tensors], Change | None]] = {
    "Identity": lambda node, tensors: lambda x: x,
    "Cast": _cast,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Reshape": _reshape,
    "Slice": _slice,
    "Gather": _gather,
}
