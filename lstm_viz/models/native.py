"""Our own networks in `.npz`: the layers as JSON in one array, and the weights by name.

write("model.npz", network, {"epoch": np.array(3)})      # further arrays go along
read_model("model.npz").network()
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.files.atomic import replacing
from lstm_viz.files.npz import write_arrays
from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, RECURRENT, Model, Part
from lstm_viz.models.tensors import Tensor, of_arrays
from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Last, Layer, Masking
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import MERGES, Direction, Recurrent
from lstm_viz.validation.errors import InputError

CONFIG = "network.json"
LARGEST = 1 << 24
ROLES = {"Recurrent": RECURRENT, "Dense": DENSE, "Embedding": EMBEDDING}


def write(path: str | Path, network: Network, extra: Mapping[str, Any] | None = None) -> None:
    """Write a network, and further arrays under names of their own, into one `.npz`."""
    described = json.dumps([_described(layer) for layer in network.layers])
    arrays = {CONFIG: np.frombuffer(described.encode(), np.uint8)} | network.weights
    with replacing(path, "wb") as file:
        write_arrays(file, arrays | {k: np.asarray(v) for k, v in (extra or {}).items()})


def _described(layer: Layer) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": type(layer).__name__, "name": layer.name}
    if isinstance(layer, Recurrent):
        ways = [
            {"cell": d.cell.name, "text": d.cell.text, "reverse": d.reverse}
            for d in layer.directions
        ]
        return found | {
            "directions": ways,
            "sequences": layer.sequences,
            "merge": layer.merge,
            "as_processed": layer.as_processed,
            "zero_padding": layer.zero_padding,
        }
    if isinstance(layer, Dense | Activation):
        return found | {"activation": layer.activation}
    if isinstance(layer, Dropout):
        return found | {"rate": layer.rate}
    if isinstance(layer, Embedding):
        return found | {"mask_zero": layer.mask_zero}
    if isinstance(layer, Masking):
        return found | {"value": layer.value}
    if isinstance(layer, Last):
        return found
    raise InputError(f"a layer of the kind {type(layer).__name__} cannot be saved")


def read(arrays: Mapping[str, np.ndarray], path: str) -> Model:
    """The network that `write` wrote; further arrays stay among the tensors."""
    if arrays[CONFIG].size > LARGEST:
        raise InputError(f"{path}: the description of its layers is too long")
    try:
        listed = json.loads(arrays[CONFIG].astype(np.uint8).tobytes().decode("utf-8"))
        tensors = of_arrays({n: a for n, a in arrays.items() if n != CONFIG})
        parts = [_part(each, tensors) for each in listed]
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{path}: the description of its layers is broken") from None
    return Model(path, "a network of lstm-viz", parts, tensors, known=True)


def _part(said: dict[str, Any], tensors: dict[str, Tensor]) -> Part:
    kind, name = str(said["kind"]), str(said["name"])
    held = {n[len(name) + 1 :]: t for n, t in tensors.items() if n.startswith(f"{name}.")}
    ways = [(_cell(way), bool(way["reverse"])) for way in said.get("directions", [])]
    shapes = tuple((t.name, t.shape) for t in held.values())
    words = ", both directions" if len(ways) == 2 else ""
    what = f"{kind.lower()} of {ways[0][0].name}{words}" if ways else kind.lower()
    wide = tuple(cell for cell, _ in ways)
    return Part(
        name,
        ROLES.get(kind, OTHER),
        what,
        lambda: _layer(kind, name, said, held, ways),
        name,
        cells=wide,
        shapes=shapes,
    )


def _cell(way: dict[str, Any]) -> Cell:
    """The zoo's cell of that name and text, or a cell of its own."""
    name, text = str(way["cell"]), str(way["text"])
    if name in CELLS and CELLS[name].text == text:
        return CELLS[name]
    return Cell(name, text)


def _layer(
    kind: str,
    name: str,
    said: dict[str, Any],
    held: dict[str, Tensor],
    ways: list[tuple[Cell, bool]],
) -> Layer:
    weights = {n: t.numbers() for n, t in held.items()}
    if kind == "Recurrent":
        return _recurrent(name, said, weights, ways)
    if kind == "Dense":
        return Dense(weights["W"], weights.get("b"), str(said["activation"]), name)
    if kind == "Activation":
        return Activation(str(said["activation"]), name)
    if kind == "Dropout":
        return Dropout(float(said["rate"]), name)
    if kind == "Embedding":
        return Embedding(weights["E"], bool(said["mask_zero"]), name)
    if kind == "Masking":
        return Masking(float(said["value"]), name)
    if kind == "Last":
        return Last(name)
    raise InputError(f"there is no kind of layer called {kind!r}")


def _recurrent(
    name: str, said: dict[str, Any], weights: dict[str, np.ndarray], ways: list[tuple[Cell, bool]]
) -> Layer:
    prefixes = [""] if len(ways) == 1 else ["forward.", "backward."]
    if len(ways) not in (1, 2) or said["merge"] not in MERGES:
        raise InputError(f"{name} has {len(ways)} directions")
    directions = []
    for prefix, (cell, reverse) in zip(prefixes, ways, strict=True):
        own = {n[len(prefix) :]: a for n, a in weights.items() if n.startswith(prefix)}
        cell.sizes(own, cell.inputs_of(own) or 1)
        directions.append(Direction(cell, own, reverse))
    return Recurrent(
        directions,
        bool(said["sequences"]),
        said["merge"],
        name,
        as_processed=bool(said["as_processed"]),
        zero_padding=bool(said["zero_padding"]),
    )
