"""What the conventions share: tensors grouped by the layer whose they are, and layers of these."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.models.parts import RECURRENT, Part, dense, embedding, unread
from lstm_viz.models.tensors import Tensor, Tensors
from lstm_viz.network.layers import Dense
from lstm_viz.network.recurrent import Direction, Recurrent

Arrays = dict[str, np.ndarray]
Held = Mapping[str, Tensor]


@dataclass(frozen=True)
class Kind:
    """A recurrent cell in a convention: `read` gives the cell's parameters of its arrays.

    `sizes` gives inputs and units of the tensors, and `notes` say what is taken for granted.
    """

    what: str
    cell: Cell
    sizes: Callable[[Held], tuple[int, int]]
    read: Callable[[Arrays], Arrays]
    notes: tuple[str, ...] = ()


def grouped(pattern: re.Pattern[str], tensors: Tensors, nameless: str) -> dict[str, Held]:
    """Layer → the tensors whose names the pattern knows: its first group is the layer's name."""
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if match := pattern.match(name):
            layer, *own = match.groups()
            groups.setdefault(layer or nameless, {})[".".join(filter(None, own))] = tensor
    return dict(groups)


def recurrent(name: str, kind: Kind, held: Held) -> Part:
    """The layer of one group; its numbers are read when it is built."""
    inputs, units = kind.sizes(held)

    def build() -> Recurrent:
        weights = kind.read({key: tensor.numbers() for key, tensor in held.items()})
        return Recurrent(Direction(kind.cell, weights), name=name)

    return Part(
        name=name,
        role=RECURRENT,
        what=f"{kind.what}, hidden {units}",
        build=build,
        inputs=inputs,
        outputs=units,
        cells=(kind.cell,),
        tensors=tuple(held.values()),
        notes=kind.notes,
    )


def plain(name: str, held: Held, kernel: str, bias: str, table: str = "") -> Part:
    """A dense layer of a kernel, (inputs, outputs), or an embedding; else what is not read."""
    if set(held) == {table} and len(held[table].shape) == 2:
        return embedding(name, held[table])
    if not {kernel} <= set(held) <= {kernel, bias} or not _is_dense(held[kernel], held.get(bias)):
        return unread(name, f"a layer with {', '.join(list(held)[:4])}", held.values())

    def build() -> Dense:
        b = held[bias].numbers() if bias in held else None
        return Dense(held[kernel].numbers().T, b, name=name)

    inputs, outputs = held[kernel].shape
    return dense(name, (outputs, inputs), build, held.values())


def _is_dense(kernel: Tensor, bias: Tensor | None) -> bool:
    return len(kernel.shape) == 2 and (bias is None or bias.shape == kernel.shape[1:])


def in_order(tensors: Tensors, parts: Iterable[Part]) -> list[Part]:
    """The parts as their first tensors stand in the file."""
    place = {name: k for k, name in enumerate(tensors)}
    return sorted(parts, key=lambda part: min(place[t.name] for t in part.tensors))
