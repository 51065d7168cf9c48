"""The wiring of a step for the screens of `lstm-viz step`: nothing moves from step to step."""

from __future__ import annotations

from functools import lru_cache

from lstm_viz.pictures.kinds import Wiring
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.wiring.diagram import Wired, scale_of

TOGETHER = 16  # steps whose wirings are computed at once
Run = tuple[Trace, Gradients | None]  # with gradients, for the way back


def wiring_at(t: int, unit: int, run: Run, was: Run | None = None) -> Wiring:
    """The wiring of a run at a step, with room for the numbers of all steps: where something is
    held those of the run as it was, so that nothing moves when it is."""
    return _wired(unit, t // TOGETHER, run, was).at(t)


@lru_cache(2)
def _wired(unit: int, part: int, run: Run, was: Run | None) -> Wired:
    """The wirings of some steps that follow each other."""
    trace, gradients = run
    steps = range(len(trace))[part * TOGETHER : (part + 1) * TOGETHER]
    room = _room(unit, was or run)
    return Wired(trace, unit, gradients, steps, _scale(unit, run), room)


@lru_cache(16)
def _scale(unit: int, run: Run) -> tuple[float, float]:
    return scale_of(unit, *(run[1:] if run[1] else ()))


@lru_cache(16)
def _room(unit: int, run: Run) -> dict[str, tuple[float, ...]]:
    """By node, the numbers of all steps that are the widest to write."""
    trace, gradients = run
    return Wired(trace, unit, gradients, range(len(trace)), _scale(unit, run)).room
