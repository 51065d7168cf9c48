"""Our own `.npz`: a network as `network.saving` wrote it, or one run with its cell's text.

read_model("model.npz").network()
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, RECURRENT, Part
from lstm_viz.models.tensors import MOST_LAYERS, Tensor, Tensors, of_arrays
from lstm_viz.network.layers import Layer
from lstm_viz.network.normalisation import LayerNorm, Scale
from lstm_viz.network.recurrent import Direction, Recurrent, direction_names, prefixes
from lstm_viz.network.saving import (
    CONFIG,
    CONSTANTS,
    FIELDS,
    KINDS,
    LATER,
    STATES,
    as_bytes,
    described_cell,
    states_of,
)
from lstm_viz.validation.errors import InputError

CELL, FLOWS = "cell.json", "flows.json"
LARGEST = 1 << 20
Way = tuple[Cell, bool]  # a direction's cell, and whether it goes from the end to the start
ROLES = {"Recurrent": RECURRENT, "Dense": DENSE, "Embedding": EMBEDDING}


# ---------------------------------------------------------------------------- networks


def read(arrays: Mapping[str, np.ndarray], path: str) -> ModelFile:
    """The network that `network.saving.write` wrote; further arrays stay among the tensors."""
    return of_tensors(of_arrays(arrays), path)


def of_tensors(tensors: Tensors, path: str) -> ModelFile:
    """As `read`, of tensors that may still lie in the file."""
    with _broken_is_said(path):
        described = _json(tensors[CONFIG])
        whole = described if isinstance(described, dict) else {"layers": described, "notes": []}
        listed, notes = whole["layers"], list(map(str, whole["notes"]))
        if len(listed) > MOST_LAYERS:
            raise InputError(f"{len(listed):,} layers are too many")
        tensors = {n: t for n, t in tensors.items() if n != CONFIG}
        parts = [_part(each, tensors) for each in listed]
        states = _states(parts, tensors)
    tensors = {n: t for n, t in tensors.items() if not n.startswith(STATES)}
    form = "a network of lstm-viz"
    return ModelFile(path, form, parts, tensors, known=True, notes=notes, states=states)


@contextmanager
def _broken_is_said(path: str) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{path}: the description in it is broken") from None


def _json(tensor: Tensor) -> Any:
    if tensor.size > LARGEST:
        raise InputError("the description in it is too long")
    return json.loads(tensor.read().astype(np.uint8).tobytes().decode("utf-8"))


def _states(parts: list[Part], tensors: Tensors) -> dict[str, dict[str, np.ndarray]]:
    keys = [key for part in parts for key in direction_names(part.name, len(part.cells) or 1)]
    given = {n: t.numbers() for n, t in tensors.items() if n.startswith(STATES)}
    return states_of(given, keys)


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
    """The built-in cell of that name and text, or a cell of its own."""
    name, text = str(way["cell"]), str(way["text"])
    if name in CELLS and CELLS[name].text == text:
        return CELLS[name]
    return Cell(name, text)


def _layer(
    kind: str, name: str, said: dict[str, Any], held: dict[str, Tensor], ways: list[Way]
) -> Layer:
    if kind not in KINDS:
        raise InputError(f"unknown kind of layer: {kind!r}")
    weights = {n: t.numbers() for n, t in held.items()}
    said = LATER | said
    options = {field: read(said[field]) for field, read in FIELDS[KINDS[kind]].items()}
    if kind == "Recurrent":
        return Recurrent(_directions(name, weights, ways), name=name, **options)
    if kind in ("Scale", "LayerNorm"):
        return _normalisation(kind, name, weights, options)
    own = {n: weights[n] for n in ("W", "b", "E") if n in weights}
    return KINDS[kind](**own, **options, name=name)


def _normalisation(
    kind: str, name: str, weights: dict[str, np.ndarray], options: dict[str, Any]
) -> Layer:
    own: dict[str, np.ndarray] = {n: weights[n] for n in ("gamma", "beta") if n in weights}
    if kind == "LayerNorm":
        return LayerNorm(own, name=name, **options)
    layer = Scale(name)
    layer.weights = own
    for constant in CONSTANTS[kind]:
        setattr(layer, constant, weights[constant])
    return layer


def _directions(name: str, weights: dict[str, np.ndarray], ways: list[Way]) -> list[Direction]:
    if len(ways) not in (1, 2):
        raise InputError(f"{name} has {len(ways)} directions")
    found = []
    for prefix, (cell, reverse) in zip(prefixes(len(ways)), ways, strict=True):
        own = {n[len(prefix) :]: a for n, a in weights.items() if n.startswith(prefix)}
        cell.sizes(own, cell.inputs_of(own) or 1)
        found.append(Direction(cell, own, reverse))
    return found


# ---------------------------------------------------------------------------- one run of a cell


def signed(cell: Recurrence) -> dict[str, np.ndarray]:
    """What goes along with a run's arrays, so that its file says which cell it is of."""
    return {CELL: as_bytes(described_cell(cell))}


def of_run(tensors: Tensors, path: str) -> ModelFile:
    """The cell of a saved run, with the weights that it ran with; its numbers stay tensors."""
    with _broken_is_said(path):
        cell = _cell(_json(tensors[CELL]))
        if missing := [name for name in cell.parameters if name not in tensors]:
            raise InputError(f"{', '.join(missing)} of {cell.name} is missing")
    held = {name: tensors[name] for name in cell.parameters}
    run = {*cell.names, *(f"d{name}" for name in (*cell.names, *cell.parameters)), CELL}
    rest = {name: tensor for name, tensor in tensors.items() if name not in run}
    return ModelFile(path, "a run of lstm-viz", [of_cell(cell, held)], rest, known=True)


def of_cell(cell: Cell, held: Tensors) -> Part:
    """A cell with its parameters, as a layer."""
    inputs = next((held[p].shape[1] for p in held if cell.parameters[p][-1] == "I"), None)

    def build() -> Recurrent:
        weights = {p: t.numbers() for p, t in held.items()}
        cell.sizes(weights, cell.inputs_of(weights) or 1)
        return Recurrent(Direction(cell, weights), name=cell.name)

    return Part(
        name=cell.name,
        role=RECURRENT,
        what=f"the cell {cell.name}",
        build=build,
        inputs=inputs,
        cells=(cell,),
        tensors=tuple(held.values()),
    )
