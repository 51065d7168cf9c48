"""`run` a cell over a sequence, and `backpropagate` through what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz import kernels
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels.weights import Weights
from lstm_viz.trace.hold import held_arrays
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import short
from lstm_viz.validation.numbers import as_numbers, float_type

A_MEGABYTE = 1 << 20


def run(
    cell: Recurrence,
    weights: Mapping[str, Any],
    inputs: Any,
    states: Mapping[str, Any] | None = None,
    *,
    hold: Mapping[str, Any] | None = None,
    dtype: Any = np.float64,
    floats: bool | None = None,
) -> Trace:
    """Run a cell over a sequence (T, I), or a batch of them (T, B, I), and record every quantity.

    Numbers in one row, (T,), are one a step.

    `weights` maps each parameter to its array; `states` gives initial states, (H,) or (B, H), zeros
    where it is silent. `floats` chooses plain Python floats (one unit, one input, no batch) or
    arrays; by default the faster of the two. `dtype` is float64 or float32. What is
    given is copied.

    `hold` maps quantities of the cell, or `x`, to values that they have instead of what their
    equations say: a number; an array (T,), (T, H) or (T, B, H), not-a-number where nothing is held;
    or `{step: value}`, steps from 0, a value being a number or (H,). All that follows is computed
    from the held values. They are constants: going back, no gradient passes through the equation
    of what is held, and the gradient by the held value is recorded under its name. Such a run goes
    step by step over arrays, more slowly.

    Raises `InputError` for weights, inputs, states or held values that do not fit the cell or are
    not finite.
    """
    dtype = float_type(dtype)
    for what, given in (("weights", weights), ("states", states), ("hold", hold)):
        if type(given) is not dict and not isinstance(given, Mapping | None):
            raise InputError(f"{what} = {short(repr(given))}: give a dictionary, numbers by name")
    x = as_numbers(inputs, "inputs", dtype)
    if x.ndim not in (1, 2, 3):
        shapes = "(T,), (T, I), or (T, B, I) for a batch"
        raise InputError(f"inputs have shape {x.shape}: they should be {shapes}")
    x = x[:, None] if x.ndim == 1 else x
    if 0 in x.shape:
        raise InputError(f"inputs have shape {x.shape}: the sequence is empty")
    own = Weights.of(cell.split(weights, x.shape[-1]), dtype)
    sizes = cell.sizes_of(own.shapes, x.shape[-1])
    batch = x.shape[1:2] if x.ndim == 3 else ()
    initial = _initial(cell, states or {}, sizes, batch, dtype)
    recorded = 2 * x.itemsize * (x.size // x.shape[-1])  # a row of the trace, and of its gradients
    if recorded * max(sizes.values()) > A_MEGABYTE:
        needed = recorded * sum(sizes[cell.letters(name)] for name in cell.names)
        refuse_too_large(needed, "this run", "fewer steps, sequences or units, or for float32")
    holds = _holds(cell, hold, x.shape[:-1], sizes, dtype) if hold else None
    across = x.swapaxes(1, 2) if batch else x
    record = kernels.forward(cell, own, across, initial, sizes, floats, holds)
    return Trace(cell, own, record, bool(batch))


def backpropagate(trace: Trace, given: Mapping[str, Any] | str = "last") -> Gradients:
    """Go back through all of a trace, from the gradient of the loss by any recorded quantity.

    `given` maps a name to an array shaped as `trace[name]`: `{"h": dh}` with zeros but in the last
    row is a loss at the last step. The word "last" is the sum of the cell's output at the last step
    (of each sequence) as the loss, "all" that at every step. Raises `InputError` where a word, a
    name, a shape or a number is wrong.
    """
    if not isinstance(given, Mapping):
        given = {trace.cell.output: _summed(trace, given)}
    of = trace.recorded.values
    dtype, seeds = of["x"].dtype, {}
    for name, array in given.items():
        if name not in trace or name == "x" or name.endswith(PREVIOUS):
            known = ", ".join(trace.cell.quantities)
            raise InputError(
                f"the gradient of the loss is given for a quantity of the cell ({known}), not"
                f" for {name!r}"
            )
        seed = as_numbers(array, f"the gradient given for {name}", dtype)
        if seed.shape != trace[name].shape:
            raise InputError(
                f"the gradient given for {name} has shape {seed.shape},"
                f" {name} has {trace[name].shape}"
            )
        seeds[name] = seed.swapaxes(1, 2) if trace.batched else seed
    if trace.cell.cut:
        stored, weights = kernels.edge_by_edge(trace.cell, trace.recorded, seeds)
    else:
        stored, weights = kernels.backward(trace.recorded, seeds)
    return Gradients(trace, seeds, stored, weights)


def _summed(trace: Trace, when: str) -> np.ndarray:
    """The slope of the sum of the output, at the last step or at all: 1 where it is looked at."""
    if not isinstance(when, str) or when not in ("last", "all"):
        way = 'the words are "last" and "all"; else give {name: gradient}'
        raise InputError(f"{short(repr(when))} is not a loss: {way}")
    shape = trace[trace.cell.output].shape
    steps = np.arange(len(trace)).reshape(-1, *[1] * (len(shape) - 1))
    ends = np.array(len(trace)) if trace.counts is None else trace.counts[:, None]
    looked = (steps == ends - 1) if when == "last" else (steps < ends)
    slope: np.ndarray = np.broadcast_to(looked, shape).astype(trace.inputs.dtype)
    return slope


def _holds(
    cell: Recurrence,
    hold: Mapping[str, Any],
    lead: tuple[int, ...],
    sizes: Mapping[str, int],
    dtype: Any,
) -> dict[str, np.ndarray]:
    """What is held, feature-major as the kernels have it."""
    shapes = {name: (*lead, sizes[cell.letters(name)]) for name in cell.names}
    found = held_arrays(cell, hold, shapes, dtype)
    return {n: array.swapaxes(1, 2) if len(lead) > 1 else array for n, array in found.items()}


def _initial(
    cell: Recurrence,
    states: Mapping[str, Any],
    sizes: Mapping[str, int],
    batch: tuple[int, ...],
    dtype: Any,
) -> dict[str, np.ndarray]:
    for name in states:
        if name not in cell.states:
            raise InputError(
                f"{name!r} is not a state of {cell.name}; its states:"
                f" {', '.join(cell.states) or 'none'}"
            )
    initial = {}
    for state in cell.states:
        shape = (*batch, sizes[cell.letters(state)])
        if state not in states:
            initial[state] = np.zeros(shape[::-1], dtype)
            continue
        array = as_numbers(states[state], f"initial {state}", dtype)
        if array.shape != shape:
            raise InputError(f"initial {state} has shape {array.shape}: it should be {shape}")
        initial[state] = array.T if batch else array
    return initial
