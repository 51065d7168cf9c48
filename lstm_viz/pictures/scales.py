"""The ends of an axis, from the numbers that are to be drawn on it; and which of many are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lstm_viz.pictures.kinds import Curve, Curves, Grid, Landscape, Node, Wiring

FAINTEST = 1e-9  # of the largest gradient of a run: what a bar or a heat map still shows


def symmetric(values: np.ndarray, least: float = 0.0) -> tuple[float, float]:
    """Ends as far from zero on both sides as the largest number, and `least`; (−1, 1) for none."""
    known = np.abs(values[np.isfinite(values)])
    most = max(float(known.max(initial=0.0)), least) or 1.0
    return -most, most


def decades(values: np.ndarray, faintest: float = 1e-16) -> tuple[float, float]:
    """Powers of ten around the sizes of all numbers but 0, at least one apart.

    The lower one is not under `faintest` times the upper one; (0.1, 1) where there are none.
    """
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if not len(sizes):
        return 0.1, 1.0
    high = 10.0 ** math.ceil(math.log10(float(sizes.max())))
    low = 10.0 ** math.floor(math.log10(max(float(sizes.min()), 1e-300)))
    return min(max(low, high * faintest), high / 10), high


def extremes(values: np.ndarray) -> tuple[float, ...]:
    """The numbers that are the widest to write: the largest and the smallest of either sign, and
    the one that is nearest to 1 or -1 without being it."""
    known = values[np.isfinite(values)]
    signs = known[known > 0], known[known < 0]
    ends = [float(end) for each in signs if len(each) for end in (each.min(), each.max())]
    off = [each[np.abs(each) != 1] for each in signs]
    near = [float(each[np.abs(np.abs(each) - 1).argmin()]) for each in off if len(each)]
    return (*ends, *near)


def round_number(least: float) -> float:
    """The next of 1, 2, 5, 10, 20 … that is as large; 1 for nothing."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next((k * power for k in (1, 2, 5) if k * power >= least), 10 * power)


def ticks(first: int, last: int, room: float) -> list[int]:
    """The steps that have their number on an axis: the first, the last, and round ones between,
    each so far from the others that a number has its room, in steps."""
    every = int(round_number(max(room, 1.0)))
    between = range(first - first % every, last, every)
    return sorted({first, last, *(k for k in between if min(k - first, last - k) >= room)})


def ticked(names: Sequence[str], room: float) -> list[int]:
    """The places, from 0, of the names that stand on an axis: see `ticks`."""
    digits = all(name.isdecimal() for name in names)
    first = int(names[0]) if digits and int(names[-1]) - int(names[0]) == len(names) - 1 else 0
    return [k - first for k in ticks(first, first + len(names) - 1, room)]


def floored(picture: Curves) -> bool:
    """Whether some numbers lie below the low end of a logarithmic axis, and so are drawn on it."""
    low = picture.low if picture.logarithmic else None
    return low is not None and any(bool((c.values < low).any()) for c in picture.curves)


def marked(values: np.ndarray) -> np.ndarray:
    """What is no finite number as infinite, which a grid marks: not-a-number is left blank."""
    known: np.ndarray = np.where(np.isnan(values), np.inf, values)
    return known


def on_floor(values: np.ndarray, picture: Curves) -> np.ndarray:
    """The numbers as they are drawn: what lies below a logarithmic axis, 0 too, lies on its end."""
    if not picture.logarithmic or picture.low is None:
        return values
    raised: np.ndarray = np.where(values < picture.low, picture.low, values)
    return raised


def ends_nowhere(curve: Curve, picture: Curves) -> bool:
    """Whether it has no number where its name stands, though it has had one on the way there.

    That can be said only of what runs to the left: elsewhere not-a-number is not drawn on purpose.
    """
    if not picture.from_right:
        return False
    now = -math.inf if picture.now is None else picture.now
    there = curve.values[np.asarray(picture.x) >= now]
    return bool(len(there) and there.any() and not math.isfinite(there[0]))


def reached(count: int, lit: tuple[float, float] | None) -> np.ndarray:
    """(count,): how far each of some columns has been reached, 0 to 1; see `Grid.lit`."""
    k = np.arange(count)
    first, last = lit or (0.0, float(count))
    part: np.ndarray = np.clip(last - k + 1, 0, 1) * np.clip(k - first + 1, 0, 1)
    return part


def has_come(picture: Grid) -> np.ndarray:
    """(columns,): which of them are known to have been reached, though a number may be none."""
    count = picture.values.shape[1]
    there: np.ndarray = reached(count, picture.lit) > 0
    return there if picture.lit else np.zeros(count, bool)


def sampled(count: int, room: int, marks: tuple[int, ...] = ()) -> list[int]:
    """All of 0 … count − 1, or as many as there is room for, the first and the last among them.

    Where it has room for them, `marks` are among them too, each in the place of a neighbour.
    """
    if count <= room:
        return list(range(count))
    found = [round(k) for k in np.linspace(0, count - 1, room)]
    for mark in marks:
        if mark not in found:
            free = [k for k in range(1, room - 1) if found[k] not in marks]
            if free:
                found[min(free, key=lambda k: abs(found[k] - mark))] = mark
    return sorted(found)


def largest(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """The largest number in each of so many cells, so that no narrow cliff falls between them."""
    found = values
    for axis, size in ((0, rows), (1, columns)):
        many = values.shape[axis]
        starts = np.arange(size) * many // size  # a cell that has no place of its own repeats one
        stops = np.maximum(-(-np.arange(1, size + 1) * many // size), starts + 1)
        found = np.stack(
            [
                np.fmax.reduce(found.take(range(start, stop), axis), axis=axis)
                for start, stop in zip(starts, stops, strict=True)
            ],
            axis=axis,
        )
    return found


def beyond(picture: Landscape) -> tuple[str, str]:
    """≤ and ≥, where some numbers lie below the scale, or above it."""
    known = picture.values[np.isfinite(picture.values) & (picture.values > 0)]
    return "≤" * bool((known < picture.low).any()), "≥" * bool((known > picture.high).any())


def part_of(value: float | None, full: float, low: float = 0.0) -> float:
    """How large a number is on a scale up to `full`, 0 to 1; by its logarithm from `low` on."""
    if value is None or value != value or value == 0:
        return 0.0
    if low > 0:
        part = math.log(max(abs(value), 1e-300) / low) / math.log(full / low)
    else:
        part = abs(value) / full
    return min(max(part, 0.0), 1.0)


def way_done(picture: Wiring, start: Node, end: Node) -> float:
    """How much of a wire its number has come along, 0 to 1, as far as the wiring is lit."""
    first, last = sorted((start.turn, end.turn))
    return min(max((picture.lit - first) / max(last - first, 1), 0.0), 1.0)
