"""What happens to a small change of the states over more and more steps?"""

from __future__ import annotations

import math

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.pictures.kinds import (
    Curve,
    Curves,
    Expression,
    Picture,
    Stack,
    Table,
    Text,
    Value,
    Words,
)
from lstm_viz.views.gradients.sweep import COLOURS

ROUNDING = 1e-14  # singular values under this part of the largest are rounding


def spectrum(flow: GradientFlow, width: int = 80, unit: int = 0) -> Stack:
    """What happens to a small change of the states over more and more steps?"""
    steps = len(flow.trace)
    lags = np.array(sorted({round(k) for k in np.linspace(1, steps, min(steps, width))}))
    found, bound = measures.spectrum(flow.trace, list(lags)), measures.bound(flow.trace)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(found.values) + found.scale[:, None]
        logs = np.where(found.values > ROUNDING * found.values[:, :1], logs, np.nan)
    largest, middle = logs[:, 0], logs[:, logs.shape[1] // 2]
    curves = [
        Curve(Text("largest", COLOURS[0]), _drawn(largest)),
        Curve(Text("middle", COLOURS[2]), _drawn(middle)),
    ]
    if bound is not None:
        name = Text("bound", COLOURS[1])
        curves.append(Curve(name, _drawn(bound.over(lags)), dashed=True))
    head = (Text(f"{flow.name}: by what a change of the states is multiplied over k steps"),)
    parts: list[Picture] = [Curves(head, lags, tuple(curves), "k steps", "", True)]
    parts.append(_spectrum_table(found, lags, bound))
    parts += [Words(line) for line in _spectrum_words(flow, bound)]
    return Stack(tuple(parts))


def _drawn(logs: np.ndarray) -> np.ndarray:
    """exp, but for what floats cannot hold."""
    visible: np.ndarray = np.where(np.abs(logs) < 700, np.exp(np.clip(logs, -700, 700)), np.nan)
    return visible


def _spectrum_table(
    found: measures.Spectrum, lags: np.ndarray, bound: measures.Bound | None
) -> Table:
    wanted = [k for k in (1, 5, 10, 50, 100, 500, 1000) if k in lags]
    at = [int(np.flatnonzero(lags == k)[0]) for k in wanted]
    rows = []
    for k, row in zip(wanted, at, strict=True):
        cells: list[Expression] = [(Text(str(k)),), (Value(_one(found.largest[row])),)]
        if bound is not None:
            cells.append((Value(_one(bound.over(np.array([k]))[0])),))
        cells.append((Text(f"{found.rank[row]:.1f}"),))
        rows.append(tuple(cells))
    heads = ("k", "largest", *(["bound"] if bound is not None else []), "effective rank")
    return Table(heads, tuple(rows), tuple(range(len(heads) - 1)))


def _one(logarithm: float) -> float:
    return math.exp(logarithm) if logarithm < 700 else math.inf


def _spectrum_words(flow: GradientFlow, bound: measures.Bound | None) -> list[Expression]:
    said: list[Expression] = []
    if bound is not None:
        what = "so gradients must vanish" if bound.rate < 1 else "so they may explode, or not"
        text = f"The bound is ({bound.gamma:g} σ₁)ᵏ with σ₁ of {bound.matrix} = "
        said.append((Text(text), Value(bound.sigma), Text(f", {what} (Pascanu et al. 2013).")))
    largest = float(measures.lyapunov(flow.trace, 1)[0])
    if not math.isfinite(largest):
        return [
            *said,
            (Text("Two neighbouring runs become one: a step wipes out the difference."),),
        ]
    word = "halves" if largest < 0 else "doubles"
    steps = math.log(2) / abs(largest) if largest else math.inf
    text = f" a step: the distance of neighbouring runs {word} in {steps:.3g} steps."
    said.append((Text("Largest Lyapunov exponent "), Value(largest), Text(text)))
    return said
