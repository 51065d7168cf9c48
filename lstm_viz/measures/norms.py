"""How large is the gradient at each step, how fast does it fade, and what is that called?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lstm_viz.trace.records import Gradients, Trace

GONE = 1e-6  # of the gradient at the loss: what is smaller is drawn dark, and called gone

# (upper bound of |first| / |last|, what that is called), the first that fits
VERDICTS = (
    (GONE, "vanishes"),
    (0.5, "fades"),
    (2.0, "holds"),
    (1e2, "grows"),
    (math.inf, "explodes"),
)

FAR = 10  # steps: a gradient that holds over fewer may only seem to


def scaled(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row over its largest entry, and that entry: so squares of tiny numbers do not underflow.

    Rows of nothing but zeros, or not all finite, stay as they are, over 1.
    """
    largest = np.abs(array).max(axis=-1, keepdims=True)
    largest = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    return array / largest, largest[..., 0]


def lengths(array: np.ndarray) -> np.ndarray:
    """‖·‖₂ of each row of an array, over its last axis."""
    rows, size = scaled(array)
    length: np.ndarray = np.sqrt(np.einsum("...k,...k->...", rows, rows)) * size
    return length


def norms(gradients: Gradients, name: str) -> np.ndarray:
    """‖∂L/∂q_t‖₂ at each step: (T,), or (T, B) for a batch."""
    return lengths(gradients[name])


def relative(profile: np.ndarray) -> np.ndarray:
    """A profile of norms divided by its last entry that is not 0; all 0 where there is none."""
    there = np.flatnonzero(profile)
    return profile / profile[there[-1]] if len(there) else np.zeros_like(profile)


def ratio(profile: np.ndarray) -> float:
    """First over last: what is left of the gradient at the first step (0 where there is none)."""
    return float(relative(profile)[0])


def mean_ratio(ratios: np.ndarray | float, axis: int | None = None) -> np.ndarray:
    """By what is multiplied a step that each step multiplies by its ratio: their geometric mean."""
    with np.errstate(divide="ignore"):
        mean: np.ndarray = np.exp(np.log(np.abs(ratios)).mean(axis=axis))
    return mean


def half_life(ratios: np.ndarray | float, axis: int | None = None) -> np.ndarray:
    """Steps in which what each step multiplies by its ratio halves: ln ½ / mean ln |ratio|.

    Infinite where all is kept, 0 where one step wipes it out; negative where it grows (it doubles
    in so many steps).
    """
    with np.errstate(divide="ignore"):
        rate = np.log(np.abs(ratios)).mean(axis=axis)
        steps: np.ndarray = np.where(rate == 0, math.inf, math.log(0.5) / rate)
    return steps


@dataclass(frozen=True)
class Holding:
    """In how many steps half of a memory is gone: of its median unit, of the one that holds
    longest and of the one that forgets first; infinite where nothing is lost.

    `whole`: each step of each unit keeps exactly what there was, no less and no more.
    """

    middle: float
    longest: float
    shortest: float
    whole: bool = False


def holding(kept: np.ndarray) -> Holding:
    """How long the units hold of which each step keeps so much, (T, rows).

    Unit by unit, since one that forgets at once says nothing of the others: a mean over all of them
    would be 0. What is kept more than whole is never halved. Where one of them is not a number,
    neither is either of these.
    """
    lives = half_life(kept, axis=0)
    lives = np.where(lives < 0, math.inf, lives)
    if np.isnan(lives).any():
        return Holding(math.nan, math.nan, math.nan)
    shortest, middle, longest = map(float, np.quantile(lives, (0, 0.5, 1), method="nearest"))
    return Holding(middle, longest, shortest, bool((np.abs(kept) == 1).all()))


def over_units(values: np.ndarray) -> np.ndarray:
    """The mean over the units at each step, (T,)."""
    mean: np.ndarray = values.mean(axis=-1)
    return mean


def fade(profile: np.ndarray) -> float:
    """By what a profile of norms is multiplied per step backward, from its last that is not 0.

    0 where nothing is left at the first step; not a number for a single step.
    """
    there = np.flatnonzero(profile)
    lag = int(there[-1]) if len(there) else 0
    if not lag:
        return math.nan
    first, last = float(profile[0]), float(profile[lag])
    if first == 0 or not math.isfinite(first):
        return first
    return math.exp((math.log(first) - math.log(last)) / lag)


def verdict(profile: np.ndarray) -> str:
    """What the gradient does from the last step to the first, by |first| / |last|.

    Under a millionth it vanishes, under 0.5 it fades, up to 2 it holds, up to 100 it grows, above
    that (or where it is not finite) it explodes.
    """
    return verdict_of(ratio(profile))


def verdict_of(left: float) -> str:
    """What a gradient does of which so much is left at the first step."""
    return next((word for bound, word in VERDICTS if left < bound), "explodes")


def not_finite_since(trace: Trace) -> tuple[str, int] | None:
    """The first quantity that is not a finite number, and from which step on; None if all are."""
    first = {}
    for name in trace.cell.quantities:
        bad = np.flatnonzero(~np.isfinite(trace[name]).all(axis=-1))
        if len(bad):
            first[name] = int(bad[0])
    return min(first.items(), key=lambda each: each[1], default=None)


@dataclass(frozen=True)
class End:
    """Where a gradient arrives: `lag` steps from the last norm that is not 0, with `part` of it
    left; `gone` is after how many steps nothing is left, and nothing comes back; else None."""

    lag: int
    part: float
    gone: int | None


def end(left: np.ndarray) -> End | None:
    """How the backward pass of a relative profile ends; None where no gradient reaches it."""
    there = np.flatnonzero(left)
    if not len(there):
        return None
    lag = int(there[-1])
    gone = lag - int(there[0]) + 1 if left[0] == 0 else None
    return End(lag, float(left[0]), gone)


def is_far(end: End) -> bool:
    """Whether so many steps tell what a gradient does, and not only what is left of it.

    What halves at every step has not yet vanished after a single one, but does not hold: that is
    said only where it would still hold over ten steps at the same rate.
    """
    if not end.lag:
        return False
    if end.lag >= FAR or verdict_of(end.part) != "holds":
        return True
    return verdict_of(end.part ** (FAR / end.lag)) == "holds"


def verdict_told(left: np.ndarray) -> str | None:
    """The verdict on a relative profile, where one can be told.

    None where no gradient reaches the state, where it does not go back a step, where it is not a
    number, and where it holds over so few steps that more might show it to fade.
    """
    found = end(left)
    if found is None or math.isnan(found.part) or not is_far(found):
        return None
    return verdict_of(found.part)


@dataclass(frozen=True, eq=False)
class Chain:
    """The network unrolled in time, a row a state: (states, T) each.

    `forward` is ‖state_t‖ over its largest, `backward` ‖∂L/∂state_t‖ over that at the loss.
    """

    states: tuple[str, ...]
    forward: np.ndarray
    backward: np.ndarray


def chain(gradients: Gradients) -> Chain:
    """How large the states and their gradients are at each step, the memory above the output."""
    trace, cell = gradients.trace, gradients.cell
    states = tuple(sorted(cell.states, key=lambda name: name == cell.output))
    sizes = np.array([lengths(trace[name]) for name in states])
    largest = np.maximum(sizes.max(axis=1, keepdims=True), 1e-300)
    back = np.array([relative(norms(gradients, name)) for name in states])
    return Chain(states, sizes / largest, back)
