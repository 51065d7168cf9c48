"""Initial states as `--state` gives them: which direction each is for, and whether they fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.inputs.states import Asked
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import count, nearest

if TYPE_CHECKING:
    from lstm_viz.network.recurrent import Direction

Array = np.ndarray
States = dict[str, dict[str, Array]]  # by direction, then by state


def initial_states(
    written: Iterable[str], ways: Mapping[str, Direction], target: str = ""
) -> tuple[States, tuple[str, ...]]:
    """The states that `--state` names, by direction, and a line about each.

    `ways` are the directions there are; what names none is for `target`, or for the only one.
    Raises `OptionError` for a name that is none, `InputError` for numbers that do not fit.
    """
    found: States = {}
    lines: list[str] = []
    for asked in map(Asked.of, written):
        key, state = _place(asked, ways, target)
        cell = ways[key].cell
        given = asked.all_of(cell.states) if state is None else {state: asked.one(state)}
        for name, array in given.items():
            _check(asked, name, array, ways[key])
            if name in found.setdefault(key, {}):
                raise OptionError(f"{asked}: {name} of {key or cell.name} is given twice")
            found[key][name] = array
        which = " and ".join(f"{key}.{name}" if len(ways) > 1 else name for name in given)
        lines.append(f"{which} start{'s' * (len(given) == 1)} at {asked.source}")
    return found, tuple(lines)


def _place(asked: Asked, ways: Mapping[str, Direction], target: str) -> tuple[str, str | None]:
    """The direction, and the state of it; None for all of its states."""
    only = target or (next(iter(ways)) if len(ways) == 1 else None)
    if only is not None and not ways[only].cell.states:
        raise OptionError(f"{asked}: {ways[only].cell.name} has no state")
    if asked.name in ways and asked.name:
        return asked.name, None
    key, _, state = asked.name.rpartition(".")
    if key in ways and state in ways[key].cell.states and key:
        return key, state
    known = list(_names(ways))
    if only is None:
        raise OptionError(f"{asked}: say which layer: {', '.join(known)}")
    if asked.name in ("", *ways[only].cell.states):
        return only, asked.name or None
    raise OptionError(f"{asked}: no state is called {asked.name!r}: {nearest(asked.name, known)}")


def _names(ways: Mapping[str, Direction]) -> Iterator[str]:
    for key, way in ways.items():
        for state in way.cell.states:
            yield f"{key}.{state}" if len(ways) > 1 else state


def _check(asked: Asked, name: str, array: Array, way: Direction) -> None:
    wanted = rows(way.cell, way.weights, name)
    if wanted is not None and array.shape != (wanted,):
        has = count(array.size, "number")
        raise InputError(f"{asked}: {has}, but {name} of {way.cell.name} has {wanted}")


def rows(cell: Recurrence, weights: Mapping[str, Array], state: str) -> int | None:
    """How many units a state has by its weights; None where these do not say."""
    letter = cell.letters(state)
    for name, letters in cell.parameters.items():
        for axis, each in enumerate(letters):
            if each == letter:
                return int(np.shape(weights[name])[axis])
    return None
