"""Which loss reaches back how far? Loss time by step, kept apart instead of summed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.measures import Reach
from lstm_viz.pictures.kinds import Expression, Grid, Stack, Text, Words
from lstm_viz.pictures.language import Language
from lstm_viz.pictures.scales import decades, marked, sampled
from lstm_viz.views.expressions import named
from lstm_viz.views.gradients.look import Look

NAME = "ledger"
KEY = "l"
OPTION_HELP = "∂(loss at t)/∂(state at k) for every pair t, k."
LOSS = "all"
ROWS, AROUND = 18, 5  # of losses, where no screen says how many; of a screen, for what is said
PRINTED = 1000  # columns: what is wider is no screen
STRIP = 10  # a number below the strips every so many columns
NUMBER = 6  # columns for a number and the space after it
LABEL = 11  # columns for `loss 1000`


def picture(flow: GradientFlow, look: Look) -> Stack:
    """A row a loss: how large its gradient is at each step before."""
    say, norms = look.say, measures.ledger_norms(flow.gradients)[flow.state]
    reach = measures.reach(norms)
    losses = np.flatnonzero(np.diagonal(norms))
    if not len(losses):
        return Stack((Words(say.phrase("no gradient reaches this state")),))
    if reach is None:
        words = "{name}: no loss has a gradient that is finite at every step"
        return Stack((Words(say.phrase(words, name=flow.name)),))
    shown = sampled(len(norms), look.width - LABEL)
    rows = losses[sampled(len(losses), _most_rows(look))][::-1]
    values = np.where(np.array(shown)[None] <= rows[:, None], marked(norms[rows][:, shown]), np.nan)
    words = "{name}: ∂(loss at t)/∂{state} for every pair t, k"
    state = replace(named(flow.cell, flow.state), text=f"{flow.state}_k")
    head = say.phrase(words, name=flow.name, state=state)
    labels = tuple(Text(say("loss {t}").format(t=t + 1)) for t in rows)
    columns = step_names(shown, look.width)
    low, high = decades(values)
    low = min(low, decades(np.diagonal(norms)[rows])[0])  # where one explodes, the others' too
    grid = Grid(head, values, labels, columns, say("step"), low, high, "gradient", True)
    return Stack((grid, Words((*_reach(reach, say), *_uncounted(len(losses) - reach.losses, say)))))


def _most_rows(look: Look) -> int:
    """How many losses have room: all that a screen has, beside title, axis and sentence."""
    if look.rows:
        return max(look.rows - AROUND, 4)
    return ROWS if look.width < PRINTED else 10 * ROWS


def step_names(shown: list[int], room: int) -> tuple[str, ...]:
    """The steps below the map: every tenth and the last, or all where there is room to choose."""
    every, last = STRIP if room < PRINTED else 1, len(shown) - 1
    tenths = {k for k in range(0, len(shown), every) if last - k >= min(every, NUMBER)}
    return tuple(str(t + 1) if k in tenths | {0, last} else "" for k, t in enumerate(shown))


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """‖∂L_{t'}/∂state_t‖, (T, T)."""
    return {"": measures.ledger_norms(flow.gradients)[flow.state]}


def _uncounted(count: int, say: Language) -> Expression:
    """That some losses have gradients that are not finite, where that is so."""
    if not count:
        return ()
    return say.phrase(" {count} more have a gradient that is not finite.", count=str(count))


def _reach(reach: Reach, say: Language) -> Expression:
    """After how many steps a hundredth of a loss's gradient is left, the median of the losses."""
    counts = {"whole": str(reach.whole), "losses": str(reach.losses), "steps": f"{reach.steps:.0f}"}
    if reach.losses == 1:
        return say.phrase(
            "More than 1 % of this loss's gradient reaches the first step."
            if math.isinf(reach.steps)
            else "After {steps} steps less than 1 % of this loss's gradient remains.",
            **counts,
        )
    if reach.whole == reach.losses:
        words = (
            "For each of the {losses} losses more than 1 % of the gradient reaches the first step."
        )
        return say.phrase(words, **counts)
    return say.phrase(
        "For {whole} of the {losses} losses more than 1 % of the gradient reaches the first step."
        if math.isinf(reach.steps)
        else "After {steps} steps less than 1 % of a loss's gradient remains (median of {losses}).",
        **counts,
    )
