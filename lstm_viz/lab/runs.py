"""A run by names: of the cell, of its weights, of what goes in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.experiments.inputs import asked_sequence, bytes_per_step
from lstm_viz.experiments.one_cell import choose_cell, fits, weights_alone
from lstm_viz.experiments.options import InputOptions
from lstm_viz.files.npz import Weights
from lstm_viz.lab.words import in_python
from lstm_viz.trace.records import Trace
from lstm_viz.trace.run import run as run_cell
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, nearest, short
from lstm_viz.validation.numbers import as_count, as_number, as_numbers
from lstm_viz.weights.presets import PRESETS, usual
from lstm_viz.weights.starts import STARTS, set_forget_bias, start


def run(
    cell: Recurrence | str,
    weights: Mapping[str, Any] | str | Path | None = None,
    inputs: Any = None,
    states: Mapping[str, Any] | None = None,
    *,
    hidden: int | None = None,
    seed: int | None = None,
    forget_bias: float | None = None,
    hold: Mapping[str, Any] | None = None,
    dtype: Any = np.float64,
    floats: bool | None = None,
) -> Trace:
    """Run a cell over a sequence and record every quantity.

    `cell` is a `Cell`, the name of a built-in one ("lstm"), or a text file of equations. `weights`
    maps each parameter to its array; or it is the name of a preset ("latch"), of a way to begin
    ("pytorch", "keras", "chrono:100", with so many `hidden` units), or an .npz file. `inputs` are
    numbers (T, I), (T, B, I) for a batch, or (T,) for one a step; or what `lstm-viz step --input`
    takes: "0,1,0", "sine:24", "@prices.csv". Weights left open are the preset of this cell where it
    fits, else they begin as PyTorch's; inputs left open are those of the preset. `seed` is that of
    random weights and inputs (0); `forget_bias` sets the bias of the forget gate.

    `states`, `hold`, `dtype` and `floats` are those of `lstm_viz.trace.run`. Raises `InputError`
    for a name that is not known, and for what does not fit.
    """
    hidden = None if hidden is None else as_count(hidden, "hidden")
    seed = None if seed is None else as_count(seed, "seed", 0)
    found = cell if isinstance(cell, Recurrence) else _cell(str(cell))
    x = _sequence(found, inputs, hidden, seed) if isinstance(inputs, str) else inputs
    own: Mapping[str, Any]
    if isinstance(weights, Mapping):
        _refuse("weights that are given", hidden=hidden)
        _refuse("numbers that are given", seed=None if isinstance(inputs, str) else seed)
        own = weights
    else:
        x = None if x is None else as_numbers(x, "inputs")
        name = _known(str(weights or _usual(found, _features(x), hidden, seed)))
        x = _own_input(name) if x is None else x
        own = _weights(found, name, _features(x), hidden, seed)
    if forget_bias is not None:
        own = {name: np.array(array, dtype=float) for name, array in own.items()}
        set_forget_bias(found, own, as_number(forget_bias, "forget_bias"))
    return run_cell(found, own, x, states, hold=hold, dtype=dtype, floats=floats)


def _cell(name: str) -> Recurrence:
    with in_python():
        return choose_cell(name)


def _refuse(what: str, **given: int | None) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"{name} is for what is random: leave it out with {what}")


def _sequence(cell: Recurrence, inputs: str, hidden: int | None, seed: int | None) -> np.ndarray:
    with in_python():
        found = asked_sequence(InputOptions(inputs, seed=seed), bytes_per_step(cell, hidden or 1))
    assert found is not None
    return found.values


def _known(name: str) -> str:
    """The name, if it is that of a preset, a start or a file."""
    starts = name.partition(":")[0] in STARTS
    if name in PRESETS or starts or Path(name).suffix or Path(name).exists():
        return name
    known = nearest(name, [*PRESETS, *STARTS])
    raise InputError(f"no weights and no file are called {short(name)!r}: {known}")


def _own_input(name: str) -> list[list[float]]:
    """What a preset is shown with."""
    if name not in PRESETS:
        raise InputError('inputs are missing: give numbers, or a name such as "sine:24"')
    return PRESETS[name].inputs


def _features(x: np.ndarray | list[list[float]] | None) -> int:
    """Of (T, I) or (T, B, I); one of (T,), and where nothing is given."""
    return 1 if x is None or np.ndim(x) < 2 else int(np.shape(x)[-1])


def _usual(cell: Recurrence, features: int, hidden: int | None, seed: int | None) -> str:
    """The preset of a cell where it fits and nothing random is asked for; else PyTorch's start."""
    preset = usual(cell.name)
    fitting = preset and seed is None and fits(cell, PRESETS[preset], hidden or 1, features)
    return preset if fitting else "pytorch"


def _weights(
    cell: Recurrence, name: str, features: int, hidden: int | None, seed: int | None
) -> Weights:
    """Weights by a name: a preset, a start, a file."""
    if name in PRESETS:
        if not fits(cell, PRESETS[name], hidden or 1, features):
            size = f"{count(hidden or 1, 'unit')} and {count(features, 'input')}"
            those = [each for each, p in PRESETS.items() if fits(cell, p, hidden or 1, features)]
            way = f"those that do are {', '.join([*those, *STARTS])}"
            raise InputError(f"the weights {name!r} do not fit {cell.name} with {size}: {way}")
        return PRESETS[name].weights()
    if name.partition(":")[0] in STARTS:
        units = hidden or (features if cell.letters("x") != "I" else 1)
        return start(cell, features, units, seed or 0, name)
    _refuse("weights of a file", hidden=hidden)
    return weights_alone(cell, name, features)
