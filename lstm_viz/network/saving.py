"""A network in one `.npz`: the layers as JSON in one array, and the weights by name.

`models.native` reads it. A layer's kind stands with the fields that it is made of; its cell with
its whole text, so that the file needs nothing else to be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.files.atomic import replacing
from lstm_viz.files.npz import write_arrays
from lstm_viz.network import heads, layers, normalisation
from lstm_viz.network.layers import Array, Layer, States
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError

CONFIG, STATES = "network.json", "states/"
Read = Callable[[Any], Any]
FIELDS: dict[type[Layer], dict[str, Read]] = {  # of each kind, and how they are read
    Recurrent: {
        "sequences": bool,
        "merge": lambda word: word,
        "as_processed": bool,
        "zero_padding": bool,
        "states": lambda pairs: tuple((int(way), str(name)) for way, name in pairs),
    },
    layers.Dense: {"activation": str},
    layers.Activation: {"activation": str},
    layers.Dropout: {"rate": float},
    layers.Embedding: {"mask_zero": bool},
    layers.Masking: {"value": float},
    layers.Last: {},
    heads.Mean: {},
    heads.Maximum: {},
    heads.Flatten: {},
    heads.AllSteps: {},
    heads.Step: {"index": int},
    heads.AllSteps: {},
    heads.OneSequence: {"index": int},
    normalisation.Scale: {},
    normalisation.LayerNorm: {"epsilon": float},
    normalisation.Repeat: {"count": int},
}
KINDS = {kind.__name__: kind for kind in FIELDS}
LATER: dict[str, Any] = {"states": ()}  # fields that older files do not have
CONSTANTS = {"Scale": ("mean", "deviation")}  # arrays of a layer that are no weights


def write(
    path: str | Path,
    network: Sequence[Layer],
    notes: Sequence[str],
    states: States,
    extra: Mapping[str, Any],
) -> None:
    """Write a network's layers, notes and initial states, and further arrays, into one `.npz`.

    Raises `InputError` for a layer of a kind that has no place in it; then nothing is written.
    """
    described = {"layers": list(map(_described, network)), "notes": list(notes)}
    arrays = {CONFIG: as_bytes(described)} | dict(_arrays(network)) | dict(_initial(states))
    with replacing(path, "wb") as file:
        write_arrays(file, arrays | {k: np.asarray(v) for k, v in extra.items()})


def as_bytes(described: Any) -> Array:
    """What is written as JSON, as an array of bytes."""
    return np.frombuffer(json.dumps(described).encode(), np.uint8)


def described_cell(cell: Recurrence) -> dict[str, str]:
    """A cell's name and text, of which it can be made again."""
    return {"cell": cell.name, "text": cell.text}


def _described(layer: Layer) -> dict[str, Any]:
    if type(layer) not in FIELDS:
        raise InputError(f"a layer of type {type(layer).__name__} cannot be saved")
    found: dict[str, Any] = {"kind": type(layer).__name__, "name": layer.name}
    if isinstance(layer, Recurrent):
        if any(way.cell.cut for way in layer.directions):
            raise InputError(
                f"{layer.name}: some of its gradient is cut, and no file would say so: a network"
                " with cut edges cannot be saved"
            )
        found["directions"] = [
            described_cell(way.cell) | {"reverse": way.reverse} for way in layer.directions
        ]
    return found | {field: getattr(layer, field) for field in FIELDS[type(layer)]}


def _arrays(network: Sequence[Layer]) -> Iterator[tuple[str, Array]]:
    """The weights and the constants of each layer."""
    for layer in network:
        constants = {n: getattr(layer, n) for n in CONSTANTS.get(type(layer).__name__, ())}
        for name, array in (layer.weights | constants).items():
            yield f"{layer.name}.{name}", array


def _initial(given: States) -> Iterator[tuple[str, Array]]:
    for key, states in given.items():
        for state, array in states.items():
            yield f"{STATES}{key}/{state}", np.asarray(array)


def states_of(arrays: Mapping[str, Array], keys: Iterable[str]) -> dict[str, dict[str, Array]]:
    """The initial states by direction, of those that `write` wrote."""
    found: dict[str, dict[str, Array]] = {}
    for key in keys:
        prefix = f"{STATES}{key}/"
        if own := {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}:
            found[key] = own
    return found
