"""The lines that are compared: what each is called, and how it is told apart.

All of them are gradients, and so have the gradient's colour. A cell has a stroke of its own, and
of several lines of one cell the one that keeps most is the strongest: whatever their order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from lstm_viz import measures
from lstm_viz.cells import CELLS
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.pictures.kinds import Stroke

STROKES: tuple[Stroke, ...] = ("solid", "dashed", "dash-dot", "dotted")
MORE: tuple[Stroke, ...] = ("long dashes", "dash-dot-dot", "sparse dots", "long and short")
SHOWN_FIRST = "lstm", "rnn", "gru"  # they have the first strokes


def labels(flows: GradientFlows) -> list[str]:
    """`rnn`, `lstm, f ≈ 0.50`, `lstm, f ≈ 0.99`: what differs, as it was measured in this run."""
    found = [_label(flow) for flow in flows.flows]
    often = Counter(found)
    return [
        f"{label} ({flow.setting})" if often[label] > 1 and flow.setting else label
        for label, flow in zip(found, flows.flows, strict=True)
    ]


def _label(flow: GradientFlow) -> str:
    """Its name, and instead of the bias that was asked for what came of it."""
    if flow.kept is None or not flow.kept[0].isidentifier():
        return flow.name
    kept = float(measures.over_units(measures.mean_ratio(flow.kept[1], axis=0)))
    if not math.isfinite(kept):
        return flow.name
    name = flow.name.removesuffix(flow.setting).strip()
    rest = [word for word in flow.setting.split(", ") if word and not word.startswith("bias ")]
    if flow.trace.held and not kept:  # one step that keeps nothing says nothing of the others
        return ", ".join([name, *rest])
    return ", ".join([name, f"{flow.kept[0]} ≈ {share(kept)}", *rest])


def share(part: float) -> str:
    """A part of the whole with two decimals; with more where these would say that it is all."""
    digits = next((n for n in range(2, 8) if part >= 1 or round(part, n) < 1), 2)
    return f"{part:.{digits}f}"


def strokes(flows: GradientFlows) -> list[Stroke]:
    """Each cell's own, the same in every comparison; another where two would have the same."""
    known = list(dict.fromkeys((*SHOWN_FIRST, *CELLS)))
    taken: dict[str, Stroke] = {}
    for name in sorted({flow.cell.name for flow in flows.flows}, key=lambda n: (n not in known, n)):
        own = STROKES[known.index(name) % len(STROKES) if name in known else -1]
        free = (each for each in (own, *MORE, *STROKES) if each not in taken.values())
        taken[name] = next(free, own)
    return [taken[flow.cell.name] for flow in flows.flows]


def strengths(flows: GradientFlows) -> list[float]:
    """From 0 to 1 in the order of what a step keeps, among the lines of one cell."""
    return [
        _strength(flow, [e for e in flows.flows if e.cell.name == flow.cell.name])
        for flow in flows.flows
    ]


def _strength(flow: GradientFlow, same: Sequence[GradientFlow]) -> float:
    order = sorted(same, key=_keeps)
    return (order.index(flow) + 1) / len(order)


def _keeps(flow: GradientFlow) -> tuple[float, str]:
    kept = 0.0 if flow.kept is None or flow.is_cut else float(measures.mean_ratio(flow.kept[1]))
    return kept, flow.name
