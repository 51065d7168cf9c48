"""Where does the gradient go? The network unrolled through time, cells below each other.

A bead is a step. First the states light up from left to right, as the input flows in; then the
gradient flows back from the loss, each bead as bright as its norm is large, and its curve with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.measures import Chain
from lstm_viz.pictures.kinds import Curve, Curves, Expression, Grid, Rule, Stack, Text, Value, Words
from lstm_viz.pictures.language import Language
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import decades
from lstm_viz.trace.records import Gradients
from lstm_viz.views.expressions import named
from lstm_viz.views.gradients.look import Look
from lstm_viz.views.gradients.sweep import coloured

NAME = "chain"
KEY = "c"
OPTION_HELP = "The network unrolled: a bead a step, stronger the larger its gradient is."
TOGETHER = True
DARK = 1e-6  # of the gradient at the loss: a bead is dark from there on
FAINTEST = 1e-12  # the low end of the curves, at the lowest
HOLD = 12  # frames of a film for which the last picture stays


def picture(flows: GradientFlows, look: Look) -> Stack:
    """The gradient at every step."""
    return _frame(flows, 0, True, look.say)


def frames(flows: GradientFlows, look: Look) -> Iterator[Stack]:
    """Forward a step each, then back a step each, and the last one held."""
    for t in range(flows.steps):
        yield _frame(flows, t, False, look.say)
    for t in (*reversed(range(flows.steps)), *[0] * HOLD):
        yield _frame(flows, t, True, look.say)


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """‖state‖ over its largest, and ‖∂L/∂state‖ over that at the loss, (T,) each."""
    chain = _chain(flow.gradients)
    forward = {
        f"{name} forward": row for name, row in zip(chain.states, chain.forward, strict=True)
    }
    back = {f"{name} backward": row for name, row in zip(chain.states, chain.backward, strict=True)}
    return forward | back


@lru_cache(16)
def _chain(gradients: Gradients) -> Chain:
    return measures.chain(gradients)


def _frame(flows: GradientFlows, t: int, back: bool, say: Language) -> Stack:
    words = "Forward: the input flows from step 1 to step {n}"
    if back:
        words = "Backward: the gradient flows from the loss at step {n} back to step 1"
    head = Rule(say(words).format(n=flows.steps))
    strips = [_strip(flow, t, back) for flow in flows.flows]
    said = _left(flows, t, say) if back else _bright(say)
    return Stack((head, *strips, _curves(flows, t, back, say), Words(said)))


def _bright(say: Language) -> Expression:
    return say.phrase("A bead is a step, as bright as its state is large.")


def _left(flows: GradientFlows, t: int, say: Language) -> Expression:
    """What is left of the gradient so far."""
    back = str(flows.steps - 1 - t)
    text = list(say.phrase("Steps back: {n}. Left of the gradient:", n=back))
    for flow in flows.flows:
        text += [Text(f"  {flow.name} "), Value(float(flow.left[t]), "gradient")]
    return tuple(text)


def _strip(flow: GradientFlow, t: int, back: bool) -> Grid:
    chain = _chain(flow.gradients)
    values = (chain.backward if back else chain.forward).copy()
    values[:, slice(0, t) if back else slice(t + 1, None)] = np.nan
    rows = tuple(named(flow.cell, name) for name in chain.states)
    of, low = ("gradient", DARK) if back else ("input", 0.0)
    return Grid(
        (Text(flow.name),), values, rows, of=of, low=low, high=1.0, logarithmic=back, beads=True
    )


def _curves(flows: GradientFlows, t: int, back: bool, say: Language) -> Curves:
    profiles = [flow.left for flow in flows.flows]
    curves = []
    for (_, name), profile in zip(coloured(flows), profiles, strict=True):
        shown = np.where(np.arange(flows.steps) < (t if back else flows.steps), np.nan, profile)
        note = numeral(float(profile[t]), 2) if back else ""
        curves.append(Curve(name, shown, note=note))
    return Curves(
        say.phrase("What is left of the gradient"),
        np.arange(1, flows.steps + 1),
        tuple(curves),
        say("step"),
        logarithmic=True,
        now=float(t + 1) if back else None,
        low=decades(np.array(profiles), FAINTEST)[0],
        high=3.0,
        from_right=True,
        names=flows.names,
    )
