"""What is written at the scale of a heat map: its ends, and whether it goes on beyond them."""

from __future__ import annotations

import math

import numpy as np

from lstm_viz.figure.sheet import pieces
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import power_of_ten, short


def said(value: float, powers: bool = False) -> str:
    """A number in three digits; of a logarithmic scale, as the power of ten that it is."""
    power = power_of_ten(value) if powers and value > 0 else ""
    exact = bool(power) and math.isclose(float(power), value, rel_tol=1e-9)
    return (power if exact else short(value)).replace("-", "−")


def ends_of(picture: pictures.Grid, widest: bool = False) -> pictures.Expression:
    """The ends of a scale; at or below the first, at or above the last, where it goes on there.

    At its `widest` as if it went on at both, which other numbers of the same build may do.
    """
    low, high = (said(end, picture.logarithmic) for end in (picture.low, picture.high))
    if picture.low == -picture.high:
        outside = widest or falls_below(picture) or rises_above(picture)
        return pieces(f"±{high}" + " or more" * outside)
    floor = "≤ " if widest or falls_below(picture) else ""
    beyond = "≥ " if widest or rises_above(picture) else ""
    return pieces(f"{floor}{low} … {beyond}{high}")


def _known(picture: pictures.Grid) -> np.ndarray:
    """The numbers that have a colour; by its logarithm 0 has none, and is left empty."""
    values: np.ndarray = picture.values[np.isfinite(picture.values)]
    return np.abs(values[values != 0]) if picture.logarithmic else values


def falls_below(picture: pictures.Grid) -> bool:
    return bool((_known(picture) < picture.low - 1e-9 * abs(picture.low)).any())


def rises_above(picture: pictures.Grid) -> bool:
    return bool((_known(picture) > picture.high * (1 + 1e-9)).any())
