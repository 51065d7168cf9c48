"""How large is the gradient at each step, how fast does it fade, and what is that called?"""

from __future__ import annotations

import math

import numpy as np

from lstm_viz.trace.records import Gradients

# (upper bound of |first| / |last|, what that is called), the first that fits
VERDICTS = (
    (1e-2, "vanishes"),
    (0.5, "fades"),
    (2.0, "holds"),
    (1e2, "grows"),
    (math.inf, "explodes"),
)


def norms(gradients: Gradients, name: str) -> np.ndarray:
    """‖∂L/∂q_t‖₂ at each step: (T,), or (T, B) for a batch.

    Scaled by the largest entry, so that squares of small numbers do not underflow.
    """
    array = gradients[name]
    largest = np.abs(array).max(axis=-1, keepdims=True)
    safe = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    scaled = array / safe
    length: np.ndarray = np.sqrt(np.einsum("...k,...k->...", scaled, scaled)) * safe[..., 0]
    return length


def relative(profile: np.ndarray) -> np.ndarray:
    """A profile of norms divided by its last entry that is not 0; all 0 where there is none."""
    there = np.flatnonzero(profile)
    return profile / profile[there[-1]] if len(there) else np.zeros_like(profile)


def ratio(profile: np.ndarray) -> float:
    """First over last: what is left of the gradient at the first step (0 where there is none)."""
    return float(relative(profile)[0])


def half_life(profile: np.ndarray) -> float:
    """Steps in which the gradient halves on its way back: lag · ln ½ / ln(first / last).

    Infinite where first equals last; negative where it grows (it doubles in so many steps); 0 where
    nothing is left at all. Not a number for a single step.
    """
    there = np.flatnonzero(profile)
    lag = int(there[-1]) if len(there) else 0
    if not lag:
        return math.nan
    first, last = float(profile[0]), float(profile[lag])
    if first == 0:
        return 0.0
    change = math.log(first) - math.log(last) if math.isfinite(first) else math.inf
    return lag * math.log(0.5) / change if change else math.inf


def verdict(profile: np.ndarray) -> str:
    """What the gradient does from the last step to the first, by |first| / |last|.

    Under 0.01 it vanishes, under 0.5 it fades, up to 2 it holds, up to 100 it grows, above that (or
    where it is not finite) it explodes.
    """
    left = ratio(profile)
    return next((word for bound, word in VERDICTS if left < bound), "explodes")
