"""Where does the gradient go? The network unrolled through time, a chain of beads for each line.

First the beads light up from left to right, as the input flows in; then the gradient flows back
from the loss, each bead as bright as the logarithm of what is left, and its curve with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.pictures.kinds import Curves, Grid, Stack, Text, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.scales import marked
from lstm_viz.trace.records import Gradients
from lstm_viz.views.gradients.lines import labels
from lstm_viz.views.gradients.sweep import curves, facts, headed, headline
from lstm_viz.views.gradients.verdicts import cautions

SECOND = 20  # frames of a film
LASTS = {"start": 0.5, "forward": 3.0, "turn": 1.5, "back": 5.5, "end": 2.5}  # seconds


@dataclass(frozen=True)
class Moment:
    """How far it has come, in steps from 0: forward, or in the backward pass."""

    at: float
    back: bool = False

    @property
    def ends(self) -> bool:
        """Whether the gradient has come back to the first step."""
        return self.back and self.at == 0


LAST = Moment(0.0, True)


def picture(flows: GradientFlows, moment: Moment = LAST, say: Language = ENGLISH) -> Stack:
    """The chains at a moment, the curves below them on the same axis of time."""
    said = headline(flows, say) if moment.ends else _said(flows, moment, say)
    chains, foot = _chains(flows, moment, say), Words(facts(flows, say), "quiet")
    curved = _curves(flows, moment, say)
    return Stack((said, chains, curved, *cautions(flows, say), foot), in_step=True)


def _said(flows: GradientFlows, moment: Moment, say: Language) -> Words:
    steps, at, start = flows.steps, round(moment.at), flows.start
    if not moment.back:
        words = "Forward: the input flows in, from step 1 to step {n}."
    elif at > start:
        words = "Backward: the loss is at an earlier step than step {t}."
    elif at == start:
        words = "Backward: the gradient starts at the loss, at step {t}."
    else:
        words = "Backward: the gradient is at step {t}, {lag} before the loss."
    lag = say.count(max(start - at, 0), "step")
    return headed(say.phrase(words, n=str(steps), t=str(at + 1), lag=lag), flows, say)


def _chains(flows: GradientFlows, moment: Moment, say: Language) -> Grid:
    rows = tuple(map(Text, labels(flows)))
    if moment.back:
        values = np.array([flow.left for flow in flows.flows])
        words = "The gradient at each step, on a log scale"
        low, of, lit = measures.GONE, "gradient", (moment.at, float(flows.steps))
    else:
        values = np.array([_forward(flow.gradients) for flow in flows.flows])
        words = "The state at each step, relative to its maximum"
        low, of, lit = 0.0, "memory", (0.0, moment.at)
    return Grid(
        say.phrase(words), marked(values), rows,
        low=low, high=1.0, of=of, logarithmic=moment.back, beads=True, lit=lit,
    )  # fmt: skip


@lru_cache(16)
def _forward(gradients: Gradients) -> np.ndarray:
    """‖state_t‖ over its largest, of the state that is watched, (T,)."""
    chain = measures.chain(gradients)
    row: np.ndarray = chain.forward[chain.states.index(gradients.cell.memory)]
    return row


def _curves(flows: GradientFlows, moment: Moment, say: Language) -> Curves:
    """What the gradient has reached; nothing on the way forward."""
    now = moment.at + 1 if moment.back else flows.steps + 1.0
    noted = round(moment.at) if moment.back else flows.steps - 1
    return curves(flows, None if moment.ends else now, say, noted)


# ---------------------------------------------------------------------------- moments


def moments(steps: int, most: int = 60) -> list[Moment]:
    """Key by key: forward and backward in whole steps, at most so many each."""
    every = max(1, -(-steps // most))
    there = [*range(0, steps - 1, every), steps - 1]
    return [*(Moment(float(t)) for t in there), *(Moment(float(t), True) for t in there[::-1])]


def film(flows: GradientFlows, say: Language = ENGLISH) -> Iterator[Stack]:
    """As it is saved, so many frames a second: forward, back, and held where it matters."""
    for moment in filmed(flows.steps):
        yield picture(flows, moment, say)


def filmed(steps: int) -> list[Moment]:
    """The moments of a film: it lasts as long for any number of steps, so most lie in between."""
    start, forward, turn, back, end = (round(SECOND * each) for each in LASTS.values())
    on = np.linspace(-1.0, steps - 1.0, forward)
    return [
        *[Moment(-1.0)] * start,
        *(Moment(float(t)) for t in on),
        *[Moment(steps - 1.0, True)] * turn,
        *(Moment(float(t), True) for t in np.linspace(steps - 1.0, 0.0, back)),
        *[LAST] * end,
    ]
