"""What each mistake with a name gives, for many weights and inputs of one cell at once.

numbers = Many(LSTM, weights, inputs, states)          # arrays with a draw first: (N, H, I)
numbers.truth(seeds)["h"]                              # (T, N, H)
for edit, values in numbers.named(seeds): values["h"]  # the same with a mistake
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from lstm_viz.equations.derivative import Edge, derive, leading_to
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, Equation, Tree, names_in
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.edits import Edit, forward_edits
from lstm_viz.measures.edits_back import backward_edits

Array = np.ndarray
NONE = Edit("", "")
NOTHING = None, frozenset[str]()
Values = dict[str, Array]  # columns: (T, N, rows, 1); of weights (N, rows, columns)
Seeds = Mapping[str, Array] | Callable[[Values], Mapping[str, Array]]


class Many:
    """N draws of weights, (N, …), inputs (N, T, I) and initial states (N, rows)."""

    def __init__(
        self,
        cell: Recurrence,
        weights: Mapping[str, Array],
        inputs: Array,
        states: Mapping[str, Array],
        by_step: bool = False,
        wanted: Collection[str] = (),
    ) -> None:
        """`by_step`: what each step adds to the gradient of a weight, too, as `dW_i@2`.

        `wanted` are the names whose gradients are, if not all.
        """
        self.cell, self.by_step = cell, by_step
        self.wanted = wanted or (*cell.names, *cell.parameters)
        self.weights = {n: a if a.ndim == 3 else a[..., None] for n, a in weights.items()}
        self.x = inputs.swapaxes(0, 1)[..., None]
        sizes = cell.sizes({n: a[0] for n, a in weights.items()}, inputs.shape[2])
        self.shapes = {n: (len(inputs), sizes[cell.letters(n)], 1) for n in cell.names}
        self.before = {
            s + PREVIOUS: states[s][..., None] if s in states else np.zeros(self.shapes[s])
            for s in cell.states
        }
        self.own: dict[str, tuple[Tree, frozenset[str]]] = {}  # trees of the cell, what they read
        values = self.forward(cell.equations)
        assert values is not None
        self.values = values
        self.own = {e.target: (e.tree, frozenset(names_in(e.tree))) for e in cell.equations}

    def truth(self, seeds: Seeds | None = None) -> Values:
        """Without a mistake: values by name, (T, N, rows), and gradients as `dh`, `dW_i`.

        `seeds` are ∂L by quantities, (T, N, rows), or a function of the values.
        """
        found = self.values
        if seeds is not None:
            found = found | self.backward(self.cell.backward, found, seeds)
        return _flat(found)

    def named(self, seeds: Seeds | None = None) -> Iterator[tuple[Edit, Values]]:
        """Each mistake that has a name and can be computed, and what it gives."""
        with np.errstate(all="ignore"):
            forward, back = _named(self.cell)
            for edit in back if seeds is not None else ():
                yield from self._tried(edit, edit.edges, self.values, seeds)
            for edit in forward:
                if (values := self.forward(edit.equations, edit)) is None:
                    continue
                edges = _derived(edit.equations) if seeds is not None else ()
                yield from self._tried(edit, edges, values, seeds)

    def _tried(
        self, edit: Edit, edges: tuple[Edge, ...], values: Values, seeds: Any
    ) -> Iterator[tuple[Edit, Values]]:
        try:
            more = {} if seeds is None else self.backward(edges, values, seeds, edit)
        except ValueError:  # of a matrix that fits no longer
            return
        yield edit, _flat(values | more)

    def forward(self, equations: tuple[Equation, ...], edit: Edit = NONE) -> Values | None:
        """What equations compute; None where they cannot be computed.

        What an edit does not reach is not computed again: it is that of the cell itself.
        """
        rows: dict[str, list[Array]] = {name: [] for name in self.cell.names}
        now, same = dict(self.before), {*self.before}  # as in the cell itself
        for t, x in enumerate(self.x):
            gone = {s + PREVIOUS for s in (*edit.forgets, *(edit.ignores if t == 0 else ()))}
            now |= {name: np.zeros(self.shapes[name]) for name in gone}
            same = {"x", *self.weights, *same} - gone
            step: dict[str, Any] = self.weights | now | {"x": x}
            for each in equations:
                name = each.target
                tree, read = self.own.get(name, NOTHING)
                if each.tree is tree and same >= read:
                    step[name] = self.values[name][t]
                    same.add(name)
                elif (value := _value(each, step, self.shapes[name])) is None:
                    return None
                else:
                    step[name] = value
            for name in self.cell.names:
                rows[name].append(step[name])
            now = {s + PREVIOUS: step[s] for s in self.cell.states}
            same = {s + PREVIOUS for s in self.cell.states if s in same}
        return {name: np.array(row) for name, row in rows.items()}

    def backward(
        self,
        edges: tuple[Edge, ...],
        values: Values,
        seeds: Seeds,
        edit: Edit = NONE,
    ) -> Values:
        """The gradients, edge by edge."""
        cell = self.cell
        leading = leading_to(self.wanted, edges, cell.states)
        found = {name: np.zeros(values[name].shape) for name in cell.names}
        totals = {name: np.zeros(weight.shape) for name, weight in self.weights.items()}
        added: Values = {}
        for name, array in (seeds(_flat(values)) if callable(seeds) else seeds).items():
            found[name] += array[..., None]
        known: dict[str, Any] = dict(self.weights)
        for t in reversed(range(len(self.x))):
            known |= {name: values[name][t] for name in cell.names}
            for edge in edges:
                known["d" + edge.source] = found[edge.source][t]
                if edge.target not in leading:
                    continue
                term = evaluate(edge.term, known)
                if edge.target not in totals:
                    found[edge.target][t] += term
                    continue
                if self.by_step:
                    key = f"d{edge.target}@{t + 1}"
                    added[key] = added.get(key, 0.0) + term
                if edge.target not in edit.alone or t == edit.step % len(self.x):
                    totals[edge.target] += term
            if t:
                for state in cell.states:
                    if state not in edit.forgets:
                        found[state][t - 1] += found[state + PREVIOUS][t]
        return {f"d{name}": array for name, array in (found | totals).items()} | added


def _value(equation: Equation, step: Mapping[str, Any], shape: tuple[int, ...]) -> Array | None:
    """What an equation computes, of this shape; None where it cannot."""
    try:
        value = np.asarray(evaluate(equation.tree, step))
    except (ValueError, KeyError):  # of sizes that do not fit, or of what comes later
        return None
    if value.shape not in ((), shape):
        return None
    return value if value.shape else np.broadcast_to(value, shape)


def _flat(values: Values) -> Values:
    """Columns without their last axis; a vector parameter is a column, too."""
    return {n: a[..., 0] if a.shape[-1] == 1 and a.ndim > 2 else a for n, a in values.items()}


@lru_cache(16)
def _named(cell: Recurrence) -> tuple[tuple[Edit, ...], tuple[Edit, ...]]:
    return (
        tuple(edit for edit in forward_edits(cell) if edit.name),
        tuple(edit for edit in backward_edits(cell) if edit.name),
    )


@lru_cache(4096)
def _derived(equations: tuple[Equation, ...]) -> tuple[Edge, ...]:
    return derive(equations)
