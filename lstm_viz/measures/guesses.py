"""What somebody predicted, beside what came out: a number, a sign, or more or less than before."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.measures.mistakes import mistakes
from lstm_viz.trace.records import Gradients, Trace

NEAR = 0.05  # a prediction is right within so much, or within this share
MORE, LESS = "m", "l"
SIGNS = {"+": 1.0, "-": -1.0}
LONGEST, LONGEST_BACK = 32, 12  # steps in which mistakes are sought, forward and back
LARGEST = 256  # numbers of all quantities of a step in which they are
Names = tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """Whether it was right; of a number, what it was and how far off; else what was compared."""

    right: bool
    number: float = math.nan
    off: float = math.nan
    before: float = math.nan

    @property
    def is_number(self) -> bool:
        """Whether a number was predicted, not a sign or a direction."""
        return math.isfinite(self.number)


def guessed(written: str, value: float, before: float) -> Guess | None:
    """Judge `0.5`, `+`, `-`, `m` (more than before) or `l` (less); None for anything else."""
    if written in SIGNS:
        return Guess(value * SIGNS[written] > 0, before=0.0)
    if written in (MORE, LESS):
        return Guess(value > before if written == MORE else value < before, before=before)
    try:
        number = float(written)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    off = abs(number - value)
    return Guess(off <= max(NEAR, NEAR * abs(value)), number, off)


def suspected(record: Trace | Gradients, name: str, t: int, unit: int, written: str) -> Names:
    """The named mistakes with which a quantity, or its gradient, comes to what was written.

    None for a number of less than two decimals, for long or wide runs, and where nothing gives it.
    """
    back = isinstance(record, Gradients)
    trace = record.trace if isinstance(record, Gradients) else record
    decimals = len(written.partition(".")[2])
    rows = sum(trace[each].shape[-1] for each in trace.cell.names)
    steps = len(trace) if back else t + 1
    long = steps > (LONGEST_BACK if back else LONGEST)
    if decimals < 2 or long or rows > LARGEST or trace.held or trace["x"].ndim != 2:
        return ()
    given = np.full(trace[name].shape[-1], np.nan)
    given[unit] = float(written)
    judged = mistakes(
        trace.cell,
        trace.weights,
        trace["x"][:steps],
        {f"{'d' * back}{name}@{t + 1}": given},
        states={state: trace[state + PREVIOUS][0] for state in trace.cell.states},
        seeds=record.from_loss if isinstance(record, Gradients) else None,
        tolerance=0.5 * 10.0**-decimals,
    )
    return tuple(dict.fromkeys(edit.name for edit in judged.found if edit.name))
