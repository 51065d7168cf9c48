"""What if: a quantity held at another value, or a weight changed, as `--hold` is written.

f=1            f is 1 at every step, of every unit       f=1@3, f=1@3-5      at these steps
f.u2=0@3       of unit 2 only; x[1]=0 the same           W_f[0,1]=2          one number of a weight
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_viz.equations.gates import kinds
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.trace.hold import check_held
from lstm_viz.trace.records import Trace
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import count, nearest, short

_WRITTEN = re.compile(
    r"(?P<name>[^\W\d]\w*)(?:\.u(?P<unit>\d{1,9})|\[(?P<place>\d{1,9}(?:,\s*\d{1,9})?)\])?"
    r"\s*=\s*(?P<value>[^@\s]+)\s*(?:@(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?)?"
)
WAYS = "f=1@3, f=1 for all steps, f.u2=0@3-5 for one unit, W_f[0,1]=2 for a weight"
FINE, COARSE = 0.1, 0.5  # what a key changes a quantity by; an input or a weight


@dataclass(frozen=True)
class Hold:
    """One number for a name: of all units and steps, or where `place` and `steps` say.

    `place` is the unit, or row and column of a matrix; `steps` the first and the last, from 0.
    """

    name: str
    value: float
    place: tuple[int, ...] = ()
    steps: tuple[int, int] | None = None

    def __str__(self) -> str:
        where = f".u{self.place[0]}" if self.place else ""
        if self.name == "x" or len(self.place) > 1:
            where = f"[{','.join(map(str, self.place))}]" if self.place else ""
        first, last = (step + 1 for step in self.steps or (-1, -1))
        when = f"@{first}" * (first > 0) + f"-{last}" * (last > first)
        return f"{self.name}{where}={repr(self.value).removesuffix('.0')}{when}"

    @property
    def where(self) -> tuple[Any, ...]:
        """What it is for: two of one place cannot both be held."""
        return self.name, self.place, self.steps


Holds = tuple[Hold, ...]


def read_holds(written: Iterable[str], cell: Recurrence) -> Holds:
    """What `--hold` says; `OptionError` where it is not written so, or names what is not there."""
    return tuple(_read(each, cell) for each in written)


def _read(written: str, cell: Recurrence) -> Hold:
    match = _WRITTEN.fullmatch(written.strip())
    try:
        if not match:
            raise InputError(f"write {WAYS}")
        hold = Hold(match["name"], _number(match["value"]), _place(match), _span(match))
        _check(hold, cell)
    except InputError as error:
        raise OptionError(f"--hold {short(written)}: {error}") from None
    return hold


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{short(value)!r} is not a finite number")
    return number


def _place(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(k) for k in (match["unit"] or match["place"] or "").split(",") if k)


def _span(match: re.Match[str]) -> tuple[int, int] | None:
    if not match["first"]:
        return None
    first, last = int(match["first"]), int(match["last"] or match["first"])
    if not 1 <= first <= last:
        raise InputError("steps count from 1: write @3 or @3-5")
    return first - 1, last - 1


def _check(hold: Hold, cell: Recurrence) -> None:
    """Raise `InputError` for a name that the cell does not have, or that cannot be held so."""
    known = ("x", *cell.quantities, *cell.parameters)
    if hold.name not in known and hold.name.removesuffix(PREVIOUS) not in cell.states:
        raise InputError(f"{cell.name} has no {short(hold.name)!r}: {nearest(hold.name, known)}")
    if hold.name not in cell.parameters:
        check_held(cell, hold.name)
    elif hold.steps:
        raise InputError("a weight is the same at every step: omit @")


# ---------------------------------------------------------------------------- applied to a run


def held_values(holds: Holds, trace: Trace) -> dict[str, np.ndarray]:
    """What of them `run(…, hold=…)` takes, each shaped as in the trace; of x perhaps nothing."""
    found: dict[str, np.ndarray] = {"x": np.full(trace["x"].shape, np.nan)}
    for hold in holds:
        if hold.name in trace.weights:
            continue
        array = found.setdefault(hold.name, np.full(trace[hold.name].shape, np.nan))
        array[_steps(hold, len(array)), ..., _unit(hold, array.shape[-1])] = hold.value
    return found


def _steps(hold: Hold, length: int) -> slice:
    first, last = hold.steps or (0, length - 1)
    if last >= length:
        raise OptionError(f"--hold {hold}: the sequence has {count(length, 'step')}, from 1")
    return slice(first, last + 1)


def _unit(hold: Hold, rows: int) -> slice:
    if not hold.place:
        return slice(None)
    if len(hold.place) > 1 or hold.place[0] >= rows:
        what = "inputs" if hold.name == "x" else "units"
        raise OptionError(f"--hold {hold}: {hold.name} has {what} 0 to {rows - 1}")
    return slice(hold.place[0], hold.place[0] + 1)


def held_weights(holds: Holds, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights with the changed ones changed."""
    found = dict(weights)
    for hold in holds:
        if hold.name not in weights:
            continue
        array = np.array(found[hold.name])
        inside = len(hold.place) == array.ndim and all(np.array(hold.place) < array.shape)
        if hold.place and not inside:
            last = ",".join(str(size - 1) for size in array.shape)
            first = ",".join("0" * array.ndim)
            raise OptionError(f"--hold {hold}: {hold.name} goes from [{first}] to [{last}]")
        array[hold.place or ...] = hold.value
        found[hold.name] = array
    return found


# ---------------------------------------------------------------------------- made by keys


def held_at(holds: Holds, hold: Hold) -> Holds:
    """These and one more, which takes the place of one that is for the same."""
    return (*(each for each in holds if each.where != hold.where), hold)


def freed(holds: Holds, hold: Hold | None) -> Holds:
    """These without the last one that holds the same number, or else without the last of all."""
    covering = [k for k, each in enumerate(holds) if hold and _covers(each, hold)]
    last = covering[-1] if covering else len(holds) - 1
    return tuple(each for k, each in enumerate(holds) if k != last)


def _covers(one: Hold, other: Hold) -> bool:
    first, last = one.steps or (0, math.inf)
    inside = other.steps is None or first <= other.steps[0] <= last
    return one.name == other.name and one.place in ((), other.place) and inside


def nudged(cell: Recurrence, hold: Hold, up: bool) -> Hold:
    """To the next tenth, or the next half of an input or a weight; a gate stays between 0 and 1."""
    coarse = hold.name == "x" or hold.name in cell.parameters
    step = COARSE if coarse else FINE
    steps = hold.value / step
    following = math.floor(steps + 1e-9) + 1 if up else math.ceil(steps - 1e-9) - 1
    value = round(following * step, 1)
    if kinds(cell).get(hold.name, "").endswith("gate"):
        value = min(max(value, 0.0), 1.0)
    return replace(hold, value=value + 0.0)
