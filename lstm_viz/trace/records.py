"""`run` a cell over a sequence and get its `Trace`; `backpropagate` and get its `Gradients`.

trace = run(LSTM, weights, inputs)                 # inputs (T, I), or (T, B, I) for a batch
gradients = backpropagate(trace, {"h": dh})        # dh as trace["h"]: ∂L/∂h at each step
trace["f"], gradients["f"]                         # the gradient of a record is a record
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels import Recorded
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.kernels.held import HeldRecord, passing
from lstm_viz.kernels.weights import Weights
from lstm_viz.trace.record import Record

if TYPE_CHECKING:
    pass


class Trace(Record):
    """Everything that a cell computed, step by step.

    `trace["f"]` is (T, H) for one sequence, (T, B, H) for a batch; `trace["c_prev"]` is the state
    as it came into each step. `cell`, `weights`, `inputs` are what was run, `final` is the states
    at the end. Of a padded batch `counts`, (B,), says how many steps of each sequence there are;
    what stands after these is no step of it. `one` and `counted` leave it out.
    """

    def __init__(
        self,
        cell: Recurrence,
        weights: Weights,
        recorded: Recorded,
        batched: bool,
        counts: np.ndarray | None = None,
    ) -> None:
        super().__init__(cell, recorded.values, batched, counts)
        self.weights = weights
        self.recorded = recorded

    def __reduce__(self) -> tuple[Any, ...]:
        return Trace, (self.cell, self.weights, self.recorded, self.batched, self.counts)

    def __repr__(self) -> str:
        return f"Trace({self.cell.name}, T = {len(self)}: {', '.join(self.names)})"

    @cached_property
    def held(self) -> dict[str, np.ndarray]:
        """What was held: each array as trace[name], not-a-number where it was free."""
        held = self.recorded.held if isinstance(self.recorded, HeldRecord) else {}
        some = {name: array for name, array in held.items() if not np.isnan(array).all()}
        return {name: self._hand_out(array) for name, array in some.items()}

    @property
    def inputs(self) -> np.ndarray:
        """The input, (T, I) or (T, B, I)."""
        return self["x"]

    @property
    def final(self) -> dict[str, np.ndarray]:
        """The states after the last step, to carry on with: `run(…, states=trace.final)`."""
        if self.counts is None:
            return {state: self[state][-1] for state in self.cell.states}
        last = np.maximum(self.counts, 1) - 1, np.arange(len(self.counts))
        return {state: self[state][last] for state in self.cell.states}


class Gradients(Record):
    """The gradient of the loss by everything in a trace, in the same names and shapes.

    `gradients["c"]` is the total at each step: what came from within the step, from the step after
    and from the loss itself. `gradients["c_prev"]` is what goes back to the step before. Of what is
    held it is the gradient by the held value, which goes no further: see `passing`.
    `weights` are summed over time and batch; `states` are those of the initial states.
    """

    def __init__(
        self,
        trace: Trace,
        given: Mapping[str, np.ndarray],
        stored: Mapping[str, np.ndarray],
        weights: Weights,
    ) -> None:
        super().__init__(trace.cell, stored, trace.batched, trace.counts)
        self.trace, self._given = trace, given
        self.weights = weights

    def __reduce__(self) -> tuple[Any, ...]:
        return Gradients, (self.trace, self._given, self._stored, self.weights)

    def __repr__(self) -> str:
        return f"Gradients({self.cell.name}, T = {len(self)}: {', '.join(self.names)})"

    @property
    def states(self) -> dict[str, np.ndarray]:
        """∂L/∂(initial state), (H,) or (B, H), by state."""
        return {state: self[state + PREVIOUS][0] for state in self.cell.states}

    @property
    def from_loss(self) -> dict[str, np.ndarray]:
        """What the loss itself sends to each quantity, as `backpropagate` was given it."""
        return {name: self._hand_out(array) for name, array in self._given.items()}

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
            | {"d" + name: self._passing(name, array) for name, array in self._columns().items()}
        )

    def _passing(self, name: str, gradient: np.ndarray) -> np.ndarray:
        recorded = self.trace.recorded
        return passing(recorded.held if isinstance(recorded, HeldRecord) else {}, name, gradient)

    def passing(self, name: str) -> np.ndarray:
        """What of a gradient goes on through the equation of `name`: 0 where `name` is held."""
        self[name]
        return self._hand_out(self._passing(name, self._stored[name]))

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
