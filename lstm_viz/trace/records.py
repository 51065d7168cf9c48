"""`run` a cell over a sequence and get its `Trace`; `backpropagate` and get its `Gradients`.

trace = run(LSTM, weights, inputs)                 # inputs (T, I), or (T, B, I) for a batch
gradients = backpropagate(trace, {"h": dh})        # dh as trace["h"]: ∂L/∂h at each step
trace["f"], gradients["f"]                         # the gradient of a record is a record
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz import kernels
from lstm_viz.equations.recurrence import PREVIOUS, Cell
from lstm_viz.equations.tree import did_you_mean
from lstm_viz.kernels.floats import FLOAT64, Singles
from lstm_viz.kernels.interpreter import evaluate
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large

if TYPE_CHECKING:
    from matplotlib.figure import Figure


A_MEGABYTE = 1 << 20


class UnknownNameError(InputError, KeyError):
    """A name that a trace does not record."""

    __str__ = InputError.__str__


class _Record:
    """Arrays by name, stored feature-major, given out as read-only (T, rows) or (T, B, rows)."""

    def __init__(self, cell: Cell, stored: Mapping[str, np.ndarray], batched: bool) -> None:
        self.cell, self._stored, self.batched = cell, stored, batched
        self._given_out: dict[str, np.ndarray] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What is recorded: the input, the states as they come in, every quantity."""
        return self.cell.names

    def __len__(self) -> int:
        return len(self._stored["x"])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._given_out:
            if name not in self.names:
                hint = did_you_mean(str(name), self.names) or f"there are {', '.join(self.names)}"
                raise UnknownNameError(f"{name!r} is not recorded: {hint}")
            self._given_out[name] = self._hand_out(self._stored[name])
        return self._given_out[name]

    def figure(self, t: int | None = None, unit: int = 0, theme: str = "light") -> Figure:
        """All steps as a Matplotlib figure; with `t` the cell's wiring at that step, for one unit.

        `theme` is "light" or "dark". Of a batch, the first sequence is drawn.
        """
        from lstm_viz.display import figure

        return figure(self, t, unit, theme)  # type: ignore[arg-type]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from lstm_viz.display import bundle

        return bundle(self)  # type: ignore[arg-type]

    def _hand_out(self, array: np.ndarray) -> np.ndarray:
        view = array.swapaxes(-1, -2) if self.batched else array.reshape(array.shape[:2])
        view = view.view()
        view.flags.writeable = False
        return view

    def _columns(self) -> dict[str, np.ndarray]:
        """Name → (T, rows, B), for equations to be evaluated over all of time."""
        return {
            name: self._stored[name].reshape(*self._stored[name].shape[:2], -1)
            for name in self.names
        }


class Trace(_Record):
    """Everything that a cell computed, step by step.

    `trace["f"]` is (T, H) for one sequence, (T, B, H) for a batch; `trace["c_prev"]` is the state
    as it came into each step. `cell`, `weights`, `inputs` are what was run, `final` is the states
    at the end.
    """

    def __init__(
        self, cell: Cell, weights: Mapping[str, np.ndarray], recorded: Any, batched: bool
    ) -> None:
        super().__init__(cell, recorded.values, batched)
        self.weights = _read_only(weights)
        self.recorded = recorded

    def __repr__(self) -> str:
        return f"Trace({self.cell.name}, T = {len(self)}: {', '.join(self.names)})"

    @property
    def inputs(self) -> np.ndarray:
        """The input, (T, I) or (T, B, I)."""
        return self["x"]

    @property
    def final(self) -> dict[str, np.ndarray]:
        """The states after the last step, to carry on with: `run(…, states=trace.final)`."""
        return {state: self[state][-1] for state in self.cell.states}


class Gradients(_Record):
    """The gradient of the loss by everything in a trace, in the same names and shapes.

    `gradients["c"]` is the total at each step: what came from within the step, from the step after
    and from the loss itself. `gradients["c_prev"]` is what goes back to the step before.
    `weights` are summed over time and batch; `states` are those of the initial states.
    """

    def __init__(
        self,
        trace: Trace,
        given: Mapping[str, np.ndarray],
        stored: Mapping[str, np.ndarray],
        weights: Mapping[str, np.ndarray],
    ) -> None:
        super().__init__(trace.cell, stored, trace.batched)
        self.trace, self._given = trace, given
        self.weights = _read_only(weights)

    def __repr__(self) -> str:
        return f"Gradients({self.cell.name}, T = {len(self)}: {', '.join(self.names)})"

    @property
    def states(self) -> dict[str, np.ndarray]:
        """∂L/∂(initial state), (H,) or (B, H), by state."""
        return {state: self[state + PREVIOUS][0] for state in self.cell.states}

    @cached_property
    def _known(self) -> dict[str, Any]:
        trace = self.trace
        wide = self._columns()["x"].shape[2]
        known: dict[str, Any] = {
            n: w if w.ndim == 2 else np.broadcast_to(w[:, None], (len(w), wide))
            for n, w in trace.weights.items()
        }
        return (
            known
            | trace._columns()
            | {"d" + name: array for name, array in self._columns().items()}
        )

    def shares(self, name: str) -> dict[str, np.ndarray]:
        """The gradient of `name` edge by edge: {where it came from: array as gradients[name]}.

        The keys are the quantities whose equations use `name`; for a state also `name_prev` (what
        the step after sent back) and, where a loss was given, `loss`. The arrays sum to
        gradients[name].
        """
        self[name]
        shape = self._columns()[name].shape
        with np.errstate(all="ignore"):
            found = {
                edge.source: np.broadcast_to(evaluate(edge.term, self._known), shape)
                for edge in self.cell.backward
                if edge.target == name
            }
        if name in self.cell.states:
            later = np.zeros(shape, self._known["x"].dtype)
            later[:-1] = self._columns()[name + PREVIOUS][1:]
            found[name + PREVIOUS] = later
        if name in self._given:
            found["loss"] = self._given[name].reshape(shape)
        return {source: self._hand_out(array) for source, array in found.items()}

    def weights_at(self, t: int) -> dict[str, np.ndarray]:
        """What step `t` alone adds to each weight's gradient: dz_t x_tᵀ, summed over the batch."""
        t = range(len(self))[t]
        steps = {*self.names, *("d" + name for name in self.names)}
        known = {n: array[t] if n in steps else array for n, array in self._known.items()}
        found = {name: np.zeros_like(weight) for name, weight in self.trace.weights.items()}
        for edge in self.cell.backward:
            if edge.target in found:
                with np.errstate(all="ignore"):
                    term = evaluate(edge.term, known)
                found[edge.target] += term if found[edge.target].ndim == 2 else term.sum(axis=-1)
        return found


def run(
    cell: Cell,
    weights: Mapping[str, Any],
    inputs: Any,
    states: Mapping[str, Any] | None = None,
    *,
    dtype: Any = np.float64,
    floats: bool | None = None,
) -> Trace:
    """Run a cell over a sequence (T, I), or a batch of them (T, B, I), and record every quantity.

    `weights` maps each parameter to its array; `states` gives initial states, (H,) or (B, H), zeros
    where it is silent. `floats` chooses plain Python floats (one unit, one input, no batch) or
    arrays; by default the faster of the two. What is given is copied.

    Raises `InputError` for weights, inputs or states that do not fit the cell or are not finite.
    """
    dtype = np.dtype(dtype)
    x = as_numbers(inputs, "inputs", dtype)
    if x.ndim not in (2, 3):
        raise InputError(
            f"inputs have shape {x.shape}: they should be (T, I), or (T, B, I) for a batch"
        )
    if 0 in x.shape:
        raise InputError(f"inputs have shape {x.shape}: the sequence is empty")
    own = _copied(weights, dtype)
    shapes = own.shapes if type(own) is Singles else {name: w.shape for name, w in own.items()}
    sizes = cell.sizes_of(shapes, x.shape[-1])
    batch = x.shape[1:2] if x.ndim == 3 else ()
    initial = _initial(cell, states or {}, sizes, batch, dtype)
    recorded = 2 * x.itemsize * (x.size // x.shape[-1])  # a row of the trace, and of its gradients
    if recorded * max(sizes.values()) > A_MEGABYTE:
        needed = recorded * sum(sizes[cell.letters(name)] for name in cell.names)
        refuse_too_large(needed, "this run", "fewer steps, sequences or units, or for float32")
    record = kernels.forward(cell, own, x.swapaxes(1, 2) if batch else x, initial, sizes, floats)
    return Trace(cell, own, record, bool(batch))


def backpropagate(trace: Trace, given: Mapping[str, Any]) -> Gradients:
    """Go back through all of a trace, from the gradient of the loss by any recorded quantity.

    `given` maps a name to an array shaped as `trace[name]`: `{"h": dh}` with zeros but in the last
    row is a loss at the last step. Raises `InputError` where a name, a shape or a number is wrong.
    """
    of = trace.recorded.values
    dtype, seeds = of["x"].dtype, {}
    for name, array in given.items():
        if name not in trace or name == "x" or name.endswith(PREVIOUS):
            known = ", ".join(trace.cell.quantities)
            raise InputError(
                f"the loss is given by a quantity of the cell ({known}), not by {name!r}"
            )
        seed = as_numbers(array, f"the gradient given for {name}", dtype)
        if seed.shape != trace[name].shape:
            raise InputError(
                f"the gradient given for {name} has shape {seed.shape},"
                f" {name} has {trace[name].shape}"
            )
        seeds[name] = seed.swapaxes(1, 2) if trace.batched else seed
    stored, weights = kernels.backward(trace.recorded, seeds)
    return Gradients(trace, seeds, stored, weights)


def as_numbers(values: Any, what: str, dtype: Any = FLOAT64) -> np.ndarray:
    """A copy of the values as finite numbers; `InputError` says what is not one, and where."""
    if type(values) is np.ndarray and values.dtype is dtype:
        array = values.copy(order="C")
        if _surely_finite(array.ravel()):
            return array
    try:
        array = np.array(values)
        if array.dtype.kind not in "biufO":
            raise TypeError
        if array.dtype.kind == "O":
            array = array.astype(np.float64)
        array = array.astype(dtype, order="C")
    except (TypeError, ValueError):
        raise InputError(f"{what}: not all of these are numbers, in rows of one length") from None
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{what}: {array[place]} at {list(place)} is not a finite number")
    return array


def _copied(weights: Mapping[str, Any], dtype: Any) -> Mapping[str, np.ndarray]:
    """`as_numbers` of each, looked at all together where that will do."""
    if dtype is FLOAT64 and (singles := Singles.of(weights)) is not None:
        return singles
    arrays = weights.values()
    if arrays and all(type(each) is np.ndarray and each.dtype is dtype for each in arrays):
        whole, end = np.concatenate([each.ravel() for each in arrays]), 0
        if _surely_finite(whole):
            found = {}
            for name, each in weights.items():
                start, end = end, end + each.size
                found[name] = whole[start:end].reshape(each.shape)
            return found
    return {name: as_numbers(weight, name, dtype) for name, weight in weights.items()}


def _surely_finite(flat: np.ndarray) -> bool:
    """Whether one number says that all are finite: much faster than to ask each of them."""
    if flat.size <= 64:
        return isfinite(sum(flat.tolist()))
    with np.errstate(all="ignore"):
        return isfinite(flat.dot(flat))


def _initial(
    cell: Cell,
    states: Mapping[str, Any],
    sizes: Mapping[str, int],
    batch: tuple[int, ...],
    dtype: Any,
) -> dict[str, np.ndarray]:
    for name in states:
        if name not in cell.states:
            raise InputError(
                f"{name!r} is no state of {cell.name}:"
                f" it carries {', '.join(cell.states) or 'nothing'}"
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


def _read_only(arrays: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    if type(arrays) is Singles:
        return arrays
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(dict(arrays))
