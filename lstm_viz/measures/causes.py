"""What moved a gate across one half: what, taken away, would leave it on the other side."""

from __future__ import annotations

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.trace.records import Trace

HALF = 0.5


def without(trace: Trace, name: str, source: str, t: int) -> np.ndarray:
    """A quantity at step t (from 0), (rows,), were the `source` (x, h_prev) 0 there.

    All else that comes into the step is as it was; what is held stays held.
    """
    values: dict[str, np.ndarray] = {
        **trace.weights,
        **{each: trace[each][t] for each in trace.names},
    }
    values[source] = np.zeros_like(values[source])
    for target in trace.cell.quantities:
        value = evaluate(trace.cell.equation[target].tree, values)
        if target in trace.held:
            held = trace.held[target][t]
            value = np.where(np.isnan(held), value, held)
        values[target] = np.broadcast_to(value, trace[target][t].shape)
        if target == name:
            break
    return values[name]


def decided_by(trace: Trace, gate: str, unit: int, t: int) -> tuple[str, float] | None:
    """The one of x and the states before without which a gate is on the other side of one half.

    With what the gate would then be. None where there is no such one, or several.
    """
    now = float(trace[gate][t, unit])
    sources = ("x", *(state + PREVIOUS for state in trace.cell.states))
    others = ((source, float(without(trace, gate, source, t)[unit])) for source in sources)
    found = [each for each in others if min(now, each[1]) < HALF < max(now, each[1])]
    return found[0] if len(found) == 1 else None
