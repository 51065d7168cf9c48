"""How what enters one module comes of what another gave: found by comparing the numbers.

A forward function is never read. What it does between two modules is one of few things that people
write there: a step, the final states, the mean, an activation. Each is tried on the numbers of
every run, and must give what was seen; where two of them do, the example is too small to tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.models.live.calls import Call
from lstm_viz.network.activations import activation
from lstm_viz.validation.errors import InputError

Array = np.ndarray
FUNCTIONS = (
    *("relu", "tanh", "sigmoid", "softmax", "log_softmax", "gelu", "gelu_tanh", "silu", "elu"),
    *("leaky_relu", "selu", "softplus", "log_sigmoid", "exponential"),
)
CLOSE = 1e-6  # of the largest number: the same numbers, maybe added up in another order
States = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Link:
    """What is taken of a module's outputs, and the activation after it.

    `taken` is each (step), sum (of both directions, at each step), last, first, mean, max, flatten
    or states (those of `states`).
    """

    taken: str
    states: States = ()
    function: str = "linear"


def find(targets: list[Array], calls: list[Call], batched: bool, end: bool) -> Link | None:
    """The one way from what a module gave to `targets`, a run each; None where there is none.

    At the `end` of a module axes of length 1 come and go. Raises `InputError` where the runs do not
    tell several apart.
    """
    if not any(target.any() for target in targets):
        return None
    where = batched, end
    for function in ("linear", *FUNCTIONS):
        found = [
            Link(taken, states, function)
            for taken, states in _ways(calls[0])
            if all(
                _gives(target, call, taken, states, function, where)
                for target, call in zip(targets, calls, strict=True)
            )
        ]
        several = calls[0].y.size > calls[0].y.shape[-1]
        if end and several and found and found[0].taken == "each":
            return found[0]  # an axis of one feature is no sequence laid flat
        if len(found) > 1:
            words = ", ".join(dict.fromkeys(link.taken for link in found))
            raise InputError(
                f"the example does not tell what is taken of {calls[0].name or 'the layer'}"
                f" ({words}: all are the same numbers): give a longer one, and a batch"
            )
        if found:
            return found[0]
    return None


def _ways(call: Call) -> list[tuple[str, States]]:
    both = any(way == 1 for _, way, _ in call.after)
    words = ["each", "last", "first", "mean", "max", "flatten", *["sum"] * both]
    found: list[tuple[str, States]] = [(word, ()) for word in words]
    return found + [("states", states) for states in _final_states(call, both)]


def _final_states(call: Call, both: bool) -> list[States]:
    """What people put together of the last layer's: one, those of both directions, h and c."""
    ends = sorted({(way, letter) for _, way, letter in call.after})
    found: list[States] = [(end,) for end in ends if both or end[1] == "c"]  # else the last step
    for letters in ("h", "c", "hc", "ch"):
        own = tuple((way, each) for each in letters for way, known in ends if known == each)
        found += [own, own[::-1]] if len(own) == 2 else [own] if len(own) > 2 else []
    return list(dict.fromkeys(found))


def _gives(
    target: Array,
    call: Call,
    taken: str,
    states: States,
    function: str,
    where: tuple[bool, bool],
) -> bool:
    return any(
        _rows(target, array, where[1]) and same(target, applied(function, array), *where)
        for array in _taken(call, taken, states, where[0])
    )


def applied(function: str, array: Array) -> Array:
    """What an activation makes of it."""
    if function == "linear":
        return array
    with np.errstate(all="ignore"):
        return activation(function).run(array)


def _taken(call: Call, taken: str, states: States, batched: bool) -> Iterator[Array]:
    if states:
        top = max(layer for layer, _, _ in call.after)
        yield np.concatenate([call.after[top, way, letter] for way, letter in states], axis=-1)
    elif taken == "each":
        yield call.y
    elif taken == "sum":
        yield np.sum(np.split(call.y, 2, axis=-1), axis=0)
    elif call.y.dtype.kind == "f" and call.y.ndim == 2 + batched:
        if call.recurrent or not batched:
            yield _TAKEN[taken](call.y)
            return
        for y in (call.y, call.y.swapaxes(0, 1)):
            if len(y) > 1:  # else this is no axis of steps
                yield _TAKEN[taken](y)


_TAKEN: dict[str, Any] = {
    "last": lambda y: y[-1],
    "first": lambda y: y[0],
    "mean": lambda y: y.mean(axis=0),
    "max": lambda y: y.max(axis=0),
    "flatten": lambda y: np.moveaxis(y, 0, -2).reshape(*y.shape[1:-1], -1),
}


def same(target: Array, array: Array, batched: bool, loose: bool = False) -> bool:
    """Whether they are the same numbers in the same rows.

    Time and batch may change places or be one axis; where `loose`, axes of length 1 come and go.
    """
    return _rows(target, array, loose) and any(
        close(target, turned, CLOSE) for turned in turns(array, batched)
    )


def turns(array: Array, batched: bool) -> list[Array]:
    """The array, and with its first two axes swapped, where these are time and batch."""
    sequence = array.ndim == 3 or (array.ndim == 2 and array.dtype.kind == "i")
    return [array, array.swapaxes(0, 1)] if batched and sequence else [array]


def _rows(target: Array, array: Array, loose: bool) -> bool:
    """Whether one is the other but for its leading axes, or those of length 1."""
    whole = array.dtype.kind == "i" or not array.ndim
    return target.size == array.size and (loose or whole or target.shape[-1:] == array.shape[-1:])


def close(one: Array, other: Array, tolerance: float) -> bool:
    """Whether all numbers are within this share of the largest."""
    return apart(one, other) <= tolerance


def apart(one: Array, other: Array) -> float:
    """The largest difference, as a share of the largest number; inf where one is not finite."""
    if one.size != other.size:
        return float("inf")
    largest = float(np.abs(one).max(initial=1e-300))
    worst = float(np.abs(one.ravel() - other.ravel()).max(initial=0)) / largest
    return worst if np.isfinite(worst) else float("inf")
