"""Which loss reaches back how far? Loss time by step, kept apart instead of summed."""

from __future__ import annotations

import math

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.pictures.kinds import Expression, Grid, Stack, Text, Words
from lstm_viz.views.expressions import named
from lstm_viz.views.gradients.sweep import FAINTEST, PRINTED, step_names

HUNDREDTH = 0.01
ROWS = 18  # of losses on a screen
LABEL = 11  # columns for `loss 1000`


def ledger(flow: GradientFlow, width: int = 80, unit: int = 0) -> Stack:
    """Which loss reaches back how far? Loss time by step, kept apart instead of summed."""
    norms = measures.ledger_norms(flow.gradients)[flow.state]
    losses = np.flatnonzero(np.diagonal(norms))
    if not len(losses):
        return Stack((Words((Text("no loss reaches this state"),)),))
    shown = _some(len(norms), width - LABEL)
    most = ROWS if width < PRINTED else 10 * ROWS
    rows = losses[_some(len(losses), most)][::-1]
    values = norms[rows][:, shown]
    values = np.where(np.array(shown)[None] <= rows[:, None], values, np.nan)
    high = float(np.nanmax(values))
    high = 10.0 ** math.ceil(math.log10(high)) if 0 < high < math.inf else 1.0
    least = float(values[values > 0].min(initial=high))
    low = max(10.0 ** math.floor(math.log10(least)), FAINTEST * high)
    head = (
        Text(f"{flow.name}: the gradient of each step's loss by "),
        named(flow.cell, flow.state),
        Text(" before"),
    )
    labels = tuple(Text(f"loss {t + 1}") for t in rows)
    columns = step_names(shown, width)
    grid = Grid(head, values, labels, columns, "step", low, high, "gradient", True)
    return Stack((grid, Words(_reach(norms, losses))))


def _some(count: int, most: int) -> list[int]:
    if count <= most:
        return list(range(count))
    return [round(k) for k in np.linspace(0, count - 1, most)]


def _reach(norms: np.ndarray, losses: np.ndarray) -> Expression:
    """After how many steps a hundredth of a loss's gradient is left, the median of the losses."""
    lags = []
    for t in losses:
        under = np.flatnonzero(norms[t, : t + 1] < HUNDREDTH * norms[t, t])
        lags.append(t - under[-1] if len(under) else math.inf)
    middle = float(np.sort(lags)[len(lags) // 2])
    if math.isinf(middle):
        if len(lags) == 1:
            return (Text("More than a hundredth of this loss reaches the first step."),)
        many = sum(math.isinf(lag) for lag in lags)
        said = f"Of {many} of the {len(lags)} losses more than a hundredth reaches the first step."
        return (Text(said),)
    what = "this loss" if len(lags) == 1 else f"a loss (the median of {len(lags)})"
    return (Text(f"After {middle:.0f} steps less than a hundredth of {what} is left."),)
