"""Our own networks in `.npz`: the layers as JSON in one array, and the weights by name.

write("model.npz", network, {"epoch": np.array(3)})      # further arrays go along
read_model("model.npz").network()
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.files.atomic import replacing
from lstm_viz.files.npz import write_arrays
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, RECURRENT, Part
from lstm_viz.models.tensors import MOST_LAYERS, Tensor, Tensors, of_arrays
from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Last, Layer, Masking
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Direction, Recurrent, prefixes
from lstm_viz.validation.errors import InputError

CONFIG = "network.json"
LARGEST = 1 << 20
Way = tuple[Cell, bool]  # a direction's cell, and whether it goes from the end to the start
ROLES = {"Recurrent": RECURRENT, "Dense": DENSE, "Embedding": EMBEDDING}
KINDS: dict[str, type[Layer]] = {
    each.__name__: each
    for each in (Recurrent, Dense, Activation, Dropout, Embedding, Masking, Last)
}
FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {  # of each kind, and how they are read
    "Recurrent": {
        "sequences": bool,
        "merge": lambda word: word,
        "as_processed": bool,
        "zero_padding": bool,
    },
    "Dense": {"activation": str},
    "Activation": {"activation": str},
    "Dropout": {"rate": float},
    "Embedding": {"mask_zero": bool},
    "Masking": {"value": float},
    "Last": {},
}


def write(path: str | Path, network: Network, extra: Mapping[str, Any] | None = None) -> None:
    """Write a network, and further arrays under names of their own, into one `.npz`."""
    described = json.dumps([_described(layer) for layer in network.layers])
    arrays = {CONFIG: np.frombuffer(described.encode(), np.uint8)} | network.weights
    with replacing(path, "wb") as file:
        write_arrays(file, arrays | {k: np.asarray(v) for k, v in (extra or {}).items()})


def _described(layer: Layer) -> dict[str, Any]:
    kind = type(layer).__name__
    if kind not in KINDS:
        raise InputError(f"a layer of the kind {kind} cannot be saved")
    found: dict[str, Any] = {"kind": kind, "name": layer.name}
    if isinstance(layer, Recurrent):
        found["directions"] = [
            {"cell": way.cell.name, "text": way.cell.text, "reverse": way.reverse}
            for way in layer.directions
        ]
    return found | {field: getattr(layer, field) for field in FIELDS[kind]}


def read(arrays: Mapping[str, np.ndarray], path: str) -> ModelFile:
    """The network that `write` wrote; further arrays stay among the tensors."""
    return of_tensors(of_arrays(arrays), path)


def of_tensors(tensors: Tensors, path: str) -> ModelFile:
    """As `read`, of tensors that may still lie in the file."""
    if tensors[CONFIG].size > LARGEST:
        raise InputError(f"{path}: the description of its layers is too long")
    try:
        listed = json.loads(tensors[CONFIG].read().astype(np.uint8).tobytes().decode("utf-8"))
        if len(listed) > MOST_LAYERS:
            raise InputError(f"{len(listed):,} layers are too many")
        tensors = {n: t for n, t in tensors.items() if n != CONFIG}
        parts = [_part(each, tensors) for each in listed]
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{path}: the description of its layers is broken") from None
    return ModelFile(path, "a network of lstm-viz", parts, tensors, known=True)


def _part(said: dict[str, Any], tensors: Tensors) -> Part:
    kind, name = str(said["kind"]), str(said["name"])
    prefix = f"{name}."
    held = {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
    ways = [(_cell(way), bool(way["reverse"])) for way in said.get("directions", [])]
    words = f" of {ways[0][0].name}" if ways else ""
    return Part(
        name=name,
        role=ROLES.get(kind, OTHER),
        what=kind.lower() + words + ", both directions" * (len(ways) == 2),
        build=lambda: _layer(kind, name, said, held, ways),
        cells=tuple(cell for cell, _ in ways),
        tensors=tuple(held.values()),
    )


def _cell(way: dict[str, Any]) -> Cell:
    """The zoo's cell of that name and text, or a cell of its own."""
    name, text = str(way["cell"]), str(way["text"])
    if name in CELLS and CELLS[name].text == text:
        return CELLS[name]
    return Cell(name, text)


def _layer(
    kind: str, name: str, said: dict[str, Any], held: dict[str, Tensor], ways: list[Way]
) -> Layer:
    if kind not in KINDS:
        raise InputError(f"there is no kind of layer called {kind!r}")
    weights = {n: t.numbers() for n, t in held.items()}
    options = {field: read(said[field]) for field, read in FIELDS[kind].items()}
    if kind == "Recurrent":
        return Recurrent(_directions(name, weights, ways), name=name, **options)
    own = {n: weights[n] for n in ("W", "b", "E") if n in weights}
    return KINDS[kind](**own, **options, name=name)


def _directions(name: str, weights: dict[str, np.ndarray], ways: list[Way]) -> list[Direction]:
    if len(ways) not in (1, 2):
        raise InputError(f"{name} has {len(ways)} directions")
    found = []
    for prefix, (cell, reverse) in zip(prefixes(len(ways)), ways, strict=True):
        own = {n[len(prefix) :]: a for n, a in weights.items() if n.startswith(prefix)}
        cell.sizes(own, cell.inputs_of(own) or 1)
        found.append(Direction(cell, own, reverse))
    return found
