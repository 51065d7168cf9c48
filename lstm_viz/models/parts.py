"""Layers as they are found in a file, before they become a network's; those of every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from lstm_viz.cells.cell import Cell
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.layers import Activation, Dense, Embedding, Last, Layer
from lstm_viz.validation.errors import InputError, OptionError

RECURRENT, DENSE, EMBEDDING, OTHER = "recurrent", "dense", "embedding", "other"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A layer in a file; `build` reads its numbers.

    `kind` and `options` are facts (`LSTM`; `projected`, `no-bias`); `what` is printed, never read.
    `group` is what `--layer` chooses besides the name: layers of one stack share it. `inputs` and
    `outputs` are numbers of features, None where any will do.
    """

    name: str
    role: str
    what: str
    build: Callable[[], Layer]
    kind: str = ""
    options: frozenset[str] = frozenset()
    group: str = ""
    inputs: int | None = None
    outputs: int | None = None
    cells: tuple[Cell, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    notes: tuple[str, ...] = ()
    sequences: bool = True
    readable: bool = True
    hands_on: str = ""  # what goes on after it, where that is not its output at every step

    @property
    def shapes(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The names and shapes of its tensors."""
        return tuple((tensor.name, tensor.shape) for tensor in self.tensors)

    @property
    def count(self) -> int:
        """How many numbers its tensors hold."""
        return sum(tensor.size for tensor in self.tensors)


def refuse_widths(option: str, parts: Iterable[Part]) -> None:
    """Raise `OptionError` where one part does not take what the one before it gives."""
    for one, other in pairwise(parts):
        if None not in (one.outputs, other.inputs) and one.outputs != other.inputs:
            raise OptionError(
                f"{option}: {other.name} takes {other.inputs} features, {one.name} gives"
                f" {one.outputs}"
            )


def dense(
    name: str,
    shape: tuple[int, ...],
    build: Callable[[], Dense],
    tensors: Iterable[Tensor],
    function: str = "",
) -> Part:
    """A dense layer with a matrix of this shape, (outputs, inputs)."""
    rows, columns = shape
    what = f"dense, {columns} → {rows}" + (f", {function}" if function else "")
    return Part(
        name=name,
        role=DENSE,
        what=what,
        build=build,
        inputs=columns,
        outputs=rows,
        tensors=tuple(tensors),
    )


def embedding(name: str, table: Tensor, zero_is_padding: bool = False) -> Part:
    """A row of the table, (words, features), for each whole number."""
    rows, columns = table.shape
    what = f"embedding of {rows} words in {columns} numbers"
    return Part(
        name=name,
        role=EMBEDDING,
        what=what + ", 0 is padding" * zero_is_padding,
        build=lambda: Embedding(table.numbers(), zero_is_padding, name),
        outputs=columns,
        tensors=(table,),
    )


def activation(name: str, function: str) -> Part:
    """An activation on its own."""
    return other(name, f"activation {function}", lambda: Activation(function, name))


def last_step() -> Part:
    """The part that hands on the last step only."""
    return other("last", "the last step", Last)


def other(name: str, what: str, build: Callable[[], Layer], tensors: Iterable[Tensor] = ()) -> Part:
    """A layer that is neither recurrent nor dense."""
    return Part(name=name, role=OTHER, what=what, build=build, tensors=tuple(tensors))


def unread(name: str, what: str, tensors: Iterable[Tensor] = ()) -> Part:
    """A layer whose kind is not known: a network ends before it, and it is never built."""

    def build() -> Layer:
        raise InputError(f"{name} is not a layer that is read ({what})")

    return Part(
        name=name,
        role=OTHER,
        what=f"{what}: not read",
        build=build,
        tensors=tuple(tensors),
        readable=False,
    )
