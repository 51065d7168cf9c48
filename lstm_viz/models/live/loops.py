"""Calls of a loop over time: one call a step becomes one call over all steps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from lstm_viz.models.live.calls import Array, Call
from lstm_viz.models.live.modules import CELLS, kind


def joined(calls: list[Call]) -> list[Call]:
    """A module that a loop calls once a step is one call over all steps."""
    loops = {c.name: _calls_of(calls, c.name) for c in calls if c.recurrent}
    lengths = {len(own) for own in loops.values() if len(own) > 1 and _carried_on(own)}
    found: list[Call] = []
    for call in calls:
        own = _calls_of(calls, call.name)
        if len(own) == 1 or len(own) not in lengths:
            found.append(_alone(call))
        elif call is own[-1]:
            found.append(_over_time(own))
    return found


def _calls_of(calls: list[Call], name: str) -> list[Call]:
    return [call for call in calls if call.name == name]


def _carried_on(calls: list[Call]) -> bool:
    """Whether each begins with the states with which the one before ended."""
    return all(
        set(later.before) == set(one.after)
        and all(np.array_equal(later.before[key], one.after[key]) for key in one.after)
        for one, later in pairwise(calls)
    )


def _alone(call: Call) -> Call:
    if kind(call.module) not in CELLS:
        return call
    return Call(call.name, call.module, call.x[None], call.y[None], call.before, call.after)


def _over_time(calls: list[Call]) -> Call:
    whole = calls[0].recurrent and kind(calls[0].module) not in CELLS
    join: Callable[[list[Array]], Array] = np.concatenate if whole else np.stack
    x, y = join([c.x for c in calls]), join([c.y for c in calls])
    return Call(calls[0].name, calls[0].module, x, y, calls[0].before, calls[-1].after)
