"""Where a curve is drawn: what of it has been reached, and where it has come to."""

from __future__ import annotations

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import on_floor


def drawable(values: np.ndarray, picture: pictures.Curves) -> np.ndarray:
    """What is drawn of some values: what has been reached, and lies above the floor, or on it."""
    values = np.array(on_floor(values, picture), dtype=float)
    if picture.logarithmic:
        values[~(values > 0)] = np.nan
    if picture.from_right and picture.now is not None:
        values[before(picture)] = np.nan
    return values


def before(picture: pictures.Curves) -> np.ndarray:
    """The places before `now`."""
    now = -np.inf if picture.now is None else picture.now
    places: np.ndarray = np.asarray(picture.x) < now
    return places


def tip_of(values: np.ndarray, picture: pictures.Curves) -> tuple[float, float] | None:
    """Where a curve that runs to the left has come to, between two steps."""
    k = int(before(picture).sum())
    if not picture.from_right or picture.now is None or not 0 < k < len(values):
        return None
    floor = picture.low or 1e-300
    ends = [
        max(float(each), floor) if picture.logarithmic else float(each)
        for each in values[k - 1 : k + 1]
    ]
    part = (picture.now - picture.x[k - 1]) / (picture.x[k] - picture.x[k - 1])
    if picture.logarithmic:
        return picture.now, float(ends[0] ** (1 - part) * ends[1] ** part)
    return picture.now, float(ends[0] * (1 - part) + ends[1] * part)
