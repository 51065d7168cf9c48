"""Recurrent layers: a cell over all of time, in one direction or in two, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.network.layers import (
    Array,
    Arrays,
    Layer,
    LayerGradients,
    LayerRecord,
    RunContext,
)
from lstm_viz.network.padding import Steps
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError


@dataclass
class Direction:
    """A cell with its weights, going forward in time, or from the end to the start (`reverse`).

    `hold` is what of it is held, as `run` takes it.
    """

    cell: Recurrence
    weights: Arrays
    reverse: bool = False
    hold: Mapping[str, Any] | None = None

    def run(
        self, x: Array, mask: Array | None, states: Mapping[str, Array], zero: bool
    ) -> tuple[Trace, Steps]:
        """The trace, in the order in which the cell went, and which steps these were."""
        steps = Steps(x, mask, self.reverse, zero)
        if x.ndim == 3:  # one state for all sequences of a batch
            states = {
                k: np.broadcast_to(s, (x.shape[1], np.shape(s)[-1])) for k, s in states.items()
            }
        went = steps.gather(x)
        trace = run(self.cell, self.weights, went, states, hold=self.hold, dtype=x.dtype)
        trace.counts = steps.lengths if steps.batched else None
        return trace, steps

    def backpropagate(self, trace: Trace, given: Mapping[str, Array]) -> Gradients:
        """The gradients, from ∂L/∂quantity at each step of the trace."""
        return backpropagate(trace, given)


def prefixes(directions: int) -> tuple[str, ...]:
    """What stands before the names of each direction's weights."""
    return ("",) if directions == 1 else ("forward.", "backward.")


def direction_names(layer: str, directions: int) -> tuple[str, ...]:
    """`lstm`, or `lstm.forward` and `lstm.backward`."""
    return tuple(f"{layer}.{prefix}"[:-1] for prefix in prefixes(directions))


MERGES = ("concat", "sum", "ave", "mul", None)


class Recurrent(Layer):
    """A recurrent layer of one direction or of two, whose outputs are merged.

    `merge` is concat, sum, ave (the mean), mul, or None (a pair comes out; the last layer only).
    Without `sequences` each direction hands on its last step alone. `as_processed` leaves the
    outputs of a reversed direction in the order of processing. At padded steps the output stays as
    it was, or is 0 with `zero_padding`.

    `states`, pairs of a direction's number and a quantity of its cell, hands on these quantities
    after the last step that counts instead, side by side: `((0, "h"), (1, "h"))` is
    `cat(h_n[-2], h_n[-1])` in PyTorch, `((0, "c"),)` the final memory. A reversed direction's is
    the one at the start of the input.
    """

    def __init__(
        self,
        directions: Sequence[Direction] | Direction,
        sequences: bool = True,
        merge: str | None = "concat",
        name: str = "",
        *,
        as_processed: bool = False,
        zero_padding: bool = False,
        states: Sequence[tuple[int, str]] = (),
    ) -> None:
        given = [directions] if isinstance(directions, Direction) else list(directions)
        super().__init__(name or given[0].cell.name)
        if merge not in MERGES:
            raise InputError(f"{merge!r} is not a way to merge: use concat, sum, ave, mul or None")
        self.directions, self.sequences, self.merge = given, sequences, merge
        self.as_processed, self.zero_padding = as_processed, zero_padding
        self.weights = self._named([each.weights for each in given])
        self.hand_on(states)

    def hand_on(self, states: Sequence[tuple[int, str]]) -> None:
        """Hand on these final states from now on; see the class."""
        self.states = tuple((int(way), str(quantity)) for way, quantity in states)
        for way, quantity in self.states:
            cells = [each.cell for each in self.directions]
            if not 0 <= way < len(cells) or quantity not in cells[way].quantities:
                raise InputError(f"{self.name} has no {quantity!r} in a direction {way}")

    @property
    def keys(self) -> tuple[str, ...]:
        """The name of each direction: the layer's own, or name.forward and name.backward."""
        return direction_names(self.name, len(self.directions))

    def adopt(self, weights: Arrays) -> None:
        """Make these arrays the layer's own weights, and its directions'."""
        self.weights = weights
        for prefix, each in zip(prefixes(len(self.directions)), self.directions, strict=True):
            each.weights = {name: weights[prefix + name] for name in each.weights}

    def with_direction(self, key: str, direction: Direction) -> Recurrent:
        """The same layer but for one direction."""
        other = copy(self)
        pairs = zip(self.keys, self.directions, strict=True)
        other.directions = [direction if name == key else each for name, each in pairs]
        other.weights = self._named([each.weights for each in other.directions])
        return other

    def run(self, x: Any, mask: Array | None, context: RunContext) -> LayerRecord:
        """Each direction over the whole sequence, and their outputs merged."""
        if not isinstance(x, np.ndarray) or x.ndim not in (2, 3):
            raise InputError(f"{self.name} takes a sequence, (T, features) or (T, B, features)")
        done = [
            each.run(x, mask, context.states.get(key, {}), self.zero_padding)
            for key, each in zip(self.keys, self.directions, strict=True)
        ]
        outputs = [self._output(trace, steps) for trace, steps in done]
        return LayerRecord(
            x,
            self._states(done) if self.states else _merged(self.merge, outputs),
            mask if self.sequences and not self.states else None,
            dict(zip(self.keys, (trace for trace, _ in done), strict=True)),
            ([steps for _, steps in done], outputs),
        )

    def backpropagate(self, record: LayerRecord, dy: Any) -> LayerGradients:
        """Back through each direction; the inputs' gradients are added."""
        all_steps, _ = record.kept
        found = LayerGradients(np.zeros_like(record.inputs), dy)
        all_seeds = self._state_seeds(record, dy) if self.states else self._seeds(record, dy)
        for key, each, steps, seeds in zip(
            self.keys, self.directions, all_steps, all_seeds, strict=True
        ):
            gradients = each.backpropagate(record.traces[key], seeds)
            found.gradients[key] = gradients
            found.inputs += steps.ungather(gradients.passing("x"))
        found.weights = self._named([each.weights for each in found.gradients.values()])
        return found

    def _named(self, arrays: Sequence[Mapping[str, Array]]) -> Arrays:
        """The directions' arrays, one mapping each, under the layer's names."""
        return {
            prefix + name: array
            for prefix, own in zip(prefixes(len(arrays)), arrays, strict=True)
            for name, array in own.items()
        }

    def final(self, record: LayerRecord) -> dict[str, Arrays]:
        """The states after the last step that counts, by direction: to carry on with."""
        return {
            key: {state: steps.last(trace[state]) for state in trace.cell.states}
            for (key, trace), steps in zip(record.traces.items(), record.kept[0], strict=True)
        }

    def _output(self, trace: Trace, steps: Steps) -> Array:
        h = trace[trace.cell.output]
        if self.sequences:
            return steps.scatter(h, self.as_processed)
        return steps.scatter(h, True)[-1] if self.zero_padding else steps.last(h)

    def _states(self, done: list[tuple[Trace, Steps]]) -> Array:
        """The final states that are handed on, side by side."""
        found = [done[way][1].last(done[way][0][quantity]) for way, quantity in self.states]
        return np.concatenate(found, axis=-1)

    def _state_seeds(self, record: LayerRecord, dy: Array) -> list[Arrays]:
        """∂L/∂quantity of each direction, from ∂L/∂(its final states)."""
        traces, all_steps = list(record.traces.values()), record.kept[0]
        seeds: list[Arrays] = [{} for _ in traces]
        start = 0
        for way, quantity in self.states:
            end = start + traces[way][quantity].shape[-1]
            seed = all_steps[way].unlast(dy[..., start:end])
            seeds[way][quantity] = seed + seeds[way].get(quantity, seed.dtype.type(0))
            start = end
        return seeds

    def _seeds(self, record: LayerRecord, dy: Any) -> list[Arrays]:
        """∂L/∂output of each direction, from ∂L/∂(the merged outputs)."""
        all_steps, outputs = record.kept
        parts = zip(self.directions, all_steps, _parted(self.merge, dy, outputs), strict=True)
        return [{each.cell.output: self._seed(steps, part)} for each, steps, part in parts]

    def _seed(self, steps: Steps, dy: Array) -> Array:
        if self.sequences:
            return steps.unscatter(dy, self.as_processed)
        if not self.zero_padding:
            return steps.unlast(dy)
        whole = np.zeros((steps.length, *dy.shape), dy.dtype)
        whole[-1] = dy
        return steps.unscatter(whole, True)


def _merged(merge: str | None, outputs: list[Array]) -> Any:
    if len(outputs) == 1:
        return outputs[0]
    one, other = outputs
    if merge is None:
        return one, other
    if merge == "concat":
        return np.concatenate(outputs, axis=-1)
    return one * other if merge == "mul" else (one + other) * (0.5 if merge == "ave" else 1)


def _parted(merge: str | None, dy: Any, outputs: list[Array]) -> list[Array]:
    """What each direction gets of ∂L/∂(merged outputs)."""
    if len(outputs) == 1:
        return [dy]
    one, other = outputs
    if merge is None:
        return list(dy)
    if merge == "concat":
        return [dy[..., : one.shape[-1]], dy[..., one.shape[-1] :]]
    return [dy * other, dy * one] if merge == "mul" else [dy * (0.5 if merge == "ave" else 1)] * 2
