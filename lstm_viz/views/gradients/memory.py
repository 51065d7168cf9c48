"""What is the memory made of, and how open do the gates stand?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.pictures.kinds import (
    Areas,
    Curve,
    Expression,
    Grid,
    Rule,
    Stack,
    Table,
    Text,
    Value,
    Words,
)
from lstm_viz.views.expressions import named
from lstm_viz.views.gradients.sweep import COLOURS

SPANS = 6  # of steps, in which the memory's contents are told apart


def memory(flow: GradientFlow, width: int = 80, unit: int = 0) -> Stack:
    """What is the state made of: how much of it was written when?"""
    state = flow.state
    if state not in measures.linear_states(flow.cell):
        said = (
            f"{flow.name}: {state} is computed anew at each step, so nothing is kept apart in it."
        )
        return Stack((Words((Text(said),)),))
    shares = measures.memory_shares(flow.trace, state)[..., unit]
    steps = len(shares)
    edges = [round(k) for k in np.linspace(0, steps, min(SPANS, steps) + 1)]
    parts = [
        Curve(Text(_span(a, b), COLOURS[k]), shares[:, a + 1 : b + 1].sum(axis=1))
        for k, (a, b) in enumerate(pairwise(edges))
    ]
    if shares[:, 0].any():
        parts.insert(0, Curve(Text("before"), shares[:, 0]))
    head = (
        Text(f"{flow.name}: what "),
        named(flow.cell, flow.state),
        Text(f" of unit {unit} is made of, by the steps that wrote it"),
    )
    areas = Areas(head, np.arange(1, steps + 1), tuple(parts), "step")
    return Stack((areas, Words(_remembered(flow, shares[-1]))))


def _span(start: int, stop: int) -> str:
    return f"step {stop}" if stop == start + 1 else f"{start + 1} to {stop}"


def _remembered(flow: GradientFlow, last: np.ndarray) -> Expression:
    """In how many of the last steps half of what the memory holds was written."""
    state = named(flow.cell, flow.state)
    size = np.abs(last[::-1])
    if not size.sum():
        return (state, Text(" holds nothing at the end."))
    recent = int(np.searchsorted(np.cumsum(size), size.sum() / 2)) + 1
    steps = "the last step" if recent == 1 else f"the last {recent} steps"
    return (
        Text("At the end "),
        state,
        Text(" is "),
        Value(float(last.sum())),
        Text(f"; half of what is in it, by size, is from {steps}."),
    )


def gates(flow: GradientFlow, width: int = 80, unit: int = 0) -> Stack:
    """How open do the gates stand, and are they stuck?"""
    found = measures.gate_statistics(flow.trace)
    if not found:
        return Stack((Words((Text(f"{flow.name} has no gates."),)),))
    rows = []
    for name, each in found.items():
        half = each.half_life
        rows.append(
            (
                (named(flow.cell, name),),
                (Value(float(each.mean.mean())),),
                (Text(f"{100 * each.left.mean():.0f} %"),),
                (Text(f"{100 * each.right.mean():.0f} %"),),
                (Text("" if half is None else _range(half)),),
                (Text(flow.cell.title(name)),),
            )
        )
    heads = ("gate", "mean", "< 0.1", "> 0.9", "half-life in steps", "")
    counts = np.array([each.counts for each in found.values()], float)
    edges = next(iter(found.values())).edges
    columns = tuple(f"{edge:.1f}" if k % 2 == 0 else "" for k, edge in enumerate(edges[:-1]))
    share = counts / counts.sum(axis=1, keepdims=True)
    names = tuple(named(flow.cell, name) for name in found)
    head = (Text("How often each value from 0 to 1 occurs, over all units and steps"),)
    title = Rule(f"the gates of {flow.name}")
    high = float(share.max())
    histogram = Grid(head, share, names, columns, "value", 0.0, high, shown="heights")
    return Stack((title, Table(heads, tuple(rows), (1, 2, 3)), Words(()), histogram))


def _range(half: np.ndarray) -> str:
    low, middle, high = np.quantile(half, (0, 0.5, 1), method="nearest")
    if low == high:
        return f"{middle:.3g}"
    return f"{middle:.3g} ({low:.3g} to {high:.3g} by unit)"
