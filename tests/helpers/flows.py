"""Gradient flows of any cell, from what tries to make sentences false; and a sentence as text."""

from __future__ import annotations

import numpy as np

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz import measures as m
from lstm_viz.experiments.gradient_flow import GradientFlow, last_alone
from lstm_viz.pictures.alt_text import plain

TYPED = {
    "grows": "h = 1.1 * h_prev + W @ x",
    "flips": "h = -0.5 * h_prev + W @ x",
    "forgets": "h = 0 * h_prev + W @ x",
    "keeps": "c = c_prev + W @ x\nh = tanh(c)",
    "unread": "c = c_prev + W @ x\nh = 0 * c",
    "explodes": "h = 1e200 * h_prev + W @ x",
}


def flow_of(name, steps=30, hidden=4, scale=1.0, shift=0.0, at=None, every=False, cut=""):
    cell = Cell(name, TYPED[name]) if name in TYPED else CELLS[name]
    rng = np.random.default_rng(3)
    inputs = hidden if cell.letters("x") != "I" else 2
    weights = {k: w + shift for k, w in cell.start(inputs, hidden, 1).items()}
    with np.errstate(all="ignore"):
        trace = run(cell, weights, scale * rng.normal(size=(steps, inputs)))
        slope = np.zeros_like(trace[cell.output])
        slope[slice(None) if every else (steps if at is None else at) - 1] = 1.0
        gradients = backpropagate(trace, {cell.output: slope})
        alone = backpropagate(trace, {cell.output: last_alone(slope)}) if every else None
        if cut:
            gradients = m.cut(gradients, cut)
    norm = lambda each: np.linalg.norm(each[cell.memory], axis=1)[None]  # noqa: E731
    with np.errstate(all="ignore"):
        profile = norm(gradients)
    return GradientFlow(name, "", gradients, profile, None if alone is None else norm(alone))


def said(expression):
    return plain(expression)
