"""The weights of a model's layers in a cell of one's own: `--model net.pt --cell mine.txt`."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_viz.cells.cell import Cell
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError


def put_into(network: Network, cell: Cell, keys: Iterable[str]) -> None:
    """Run these directions of a network as `cell`, with the weights that they have.

    Raises `InputError` for a parameter that a direction has not, or of another shape. What the cell
    has no use for is left out, and the network's notes say so.
    """
    chosen = set(keys)
    for k, layer in enumerate(network.layers):
        if isinstance(layer, Recurrent):
            for key, way in zip(layer.keys, layer.directions, strict=True):
                if key in chosen:
                    layer = layer.with_direction(key, _as(way, cell, key, network))
            network.layers[k] = layer


def _as(way: Direction, cell: Cell, key: str, network: Network) -> Direction:
    if missing := [name for name in cell.parameters if name not in way.weights]:
        has = ", ".join(way.weights)
        raise InputError(
            f"{cell.name} needs {', '.join(missing)}, which {key} has not: it has {has}"
        )
    weights = {name: way.weights[name] for name in cell.parameters}
    try:
        cell.sizes(weights, way.cell.inputs_of(way.weights) or 1)
    except InputError as error:
        raise InputError(f"{key} in {cell.name}: {error}") from None
    unused = [name for name in way.weights if name not in weights]
    notes = [f"{key}: its weights run in the cell {cell.name}"]
    notes += [f"{key}: {', '.join(unused)} is not used by {cell.name}"] if unused else []
    network.notes += tuple(notes)
    if key in network.states:
        own = {k: v for k, v in network.states[key].items() if k in cell.states}
        network.states = {**network.states, key: own}
    return Direction(cell, weights, way.reverse)
