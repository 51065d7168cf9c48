"""The graph of a cell's equations as a picture, with the numbers of one step and one unit.

    wiring(trace, t=3)                        values, along the arrows
    wiring(trace, t=3, gradients=gradients)   gradients, along arrows that point back

Every quantity is a node, and so is every operation on the way to one. Matrices, biases and
constants are no nodes: they belong to the wire that goes through them. Forward, a wire carries what
arrives at its end; backward, what arrives at its start: its share of the gradient there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_viz.equations.tree import Tree
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures import settled_steps
from lstm_viz.pictures.kinds import Expression, Node, Text, Wire, Wiring
from lstm_viz.pictures.scales import decades, extremes
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.wiring.graph import graph_of
from lstm_viz.views.wiring.placement import OUT

FAINTEST = 1e-8  # of the largest gradient: what is smaller has the thinnest wire too


def wiring(
    trace: Trace,
    t: int = 0,
    unit: int = 0,
    gradients: Gradients | None = None,
    title: Expression = (),
) -> Wiring:
    """The wiring of a trace's cell with the values, or the gradients, of one step and one unit.

    In a batch the first sequence is shown; a quantity of fewer rows shows its last one.
    """
    return Wired(trace, unit, gradients, range(t, t + 1)).at(t, title)


class Wired:
    """The wirings of one unit at several steps: their numbers are computed all at once.

    `scale` is what `scale_of` gives, `room` the `room` of all steps, or of another run: by node,
    numbers for which room is kept instead of those of these steps.
    """

    def __init__(
        self,
        trace: Trace,
        unit: int,
        gradients: Gradients | None,
        steps: range,
        scale: tuple[float, float] | None = None,
        room: dict[str, tuple[float, ...]] | None = None,
    ) -> None:
        cell, graph = trace.cell, graph_of(trace.cell)
        self.steps, self.backward = steps, gradients is not None
        self.low, self.full = scale or scale_of(unit, *filter(None, (gradients,)))
        numbers = _Numbers(trace, unit, gradients, steps)
        passing = _Numbers(trace, unit, gradients, steps, passing=True)
        self._trace, self._unit = trace, unit
        self._nodes = [
            (
                part.key,
                self._named(part.key.removesuffix(OUT)) if part.is_quantity else Text(""),
                *graph.places[part.key],
                part.shape,
                (numbers if part.is_quantity else passing)(
                    part.gradient if gradients else part.value
                ),
                part.symbol,
                None if part.gate is None else numbers(part.gate),
                (graph.turns_back if gradients else graph.turns)[part.key],
            )
            for part in graph.parts.values()
        ]
        own = {each[0]: extremes(np.array(each[5])) for each in self._nodes}
        self.room = own if room is None else room
        self._wires = [
            (
                link.start,
                link.end,
                passing(link.gradient if gradients else link.value),
                "gradient" if gradients else kind(cell, link.of),
                *graph.routes.get((link.start, link.end), ((), 0)),
                link.mark,
            )
            for link in graph.links
        ]

    def at(self, t: int, title: Expression = ()) -> Wiring:
        """The wiring at a step, which must be among those computed."""
        k = self.steps.index(t)
        nodes = tuple(
            self._put(
                t,
                Node(
                    key,
                    label,
                    x,
                    y,
                    shape,
                    numbers[k],
                    symbol,
                    gates[k] if gates else None,
                    turn,
                    self.room[key],
                ),
            )
            for key, label, x, y, shape, numbers, symbol, gates, turn in self._nodes
        )
        wires = tuple(
            Wire(start, end, numbers[k], of, bends, trunk, mark)
            for start, end, numbers, of, bends, trunk, mark in self._wires
        )
        return Wiring(title, nodes, wires, self.backward, self.full, self.low)

    def _named(self, name: str) -> Text:
        """A quantity's name; of an input of several features, which of them it is."""
        label, last = named(self._trace.cell, name), self._trace["x"].shape[-1] - 1
        if name != "x" or last == 0:
            return label
        return replace(label, text=f"{name}[{min(self._unit, last)}]")

    def _put(self, t: int, node: Node) -> Node:
        """The node; one whose number is held is no function of what comes in."""
        held = self._trace.held.get(node.label.text)
        unit = 0 if held is None else min(self._unit, held.shape[-1] - 1)
        if held is None or np.isnan(held[(t, 0, unit) if self._trace.batched else (t, unit)]):
            return node
        return replace(node, symbol="=".center(len(node.symbol)), opening=None)


def scale_of(unit: int, *gradients: Gradients) -> tuple[float, float]:
    """The ends of the scale of a wire's width, the same over a whole run: (low, full).

    Forward, without gradients, (0, 1.5). Of the gradients of one run, or of several, powers of ten
    around the sizes of all of the unit, for a logarithmic scale; (0, the largest) where they lie
    within two decades.
    """
    if not gradients:
        return 0.0, 1.5
    found = [(each, name) for each in gradients for name in each.trace.cell.quantities]
    rows = [each[n][..., min(unit, each[n].shape[-1] - 1)].ravel() for each, n in found]
    sizes = np.abs(np.concatenate(rows))
    low, high = decades(sizes, FAINTEST)
    if high > 100 * low:
        return low, high
    return 0.0, float(sizes[np.isfinite(sizes)].max(initial=0.0)) or 1.0


class _Numbers:
    """Tree → its numbers at one unit, step by step; `passing` what goes on of each gradient."""

    def __init__(
        self,
        trace: Trace,
        unit: int,
        gradients: Gradients | None,
        steps: range,
        passing: bool = False,
    ) -> None:
        part = slice(steps.start, steps.stop)
        where = (part, 0) if trace.batched else part
        self.unit, self.count = unit, len(steps)
        self.known = {n: w if w.ndim == 2 else w[:, None] for n, w in trace.weights.items()}
        self.known |= {name: trace[name][where][..., None] for name in trace.names}
        if gradients is not None:
            found = settled_steps(gradients, steps)
            for name in gradients.names if passing else ():
                if name in trace.held:
                    found[name] = gradients.passing(name)[part]
            for name, value in found.items():
                self.known["d" + name] = (value[:, 0] if trace.batched else value)[..., None]

    def __call__(self, tree: Tree) -> list[float]:
        with np.errstate(all="ignore"):
            rows = np.asarray(evaluate(tree, self.known))
        rows = rows.reshape((1,) * (3 - rows.ndim) + rows.shape)
        found: list[float] = np.broadcast_to(
            rows[:, min(self.unit, rows.shape[1] - 1), 0], self.count
        ).tolist()
        return found
