"""Keras' recurrent layers: a kernel is (inputs, 4U), with z = x K + h R.

An LSTM's columns are i, f, c, o; a GRU's z, r, h. Where a GRU resets after the product it has two
rows of biases, the second inside the product with the reset gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.keras.activations import dense_activation, expression
from lstm_viz.models.parts import RECURRENT, Part, unread
from lstm_viz.models.stacked import parameters
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError

GATES = {"LSTM": ("i", "f", "g", "o"), "GRU": ("z", "r", "n"), "SimpleRNN": ("",)}


def early(version: str) -> bool:
    """Whether this is Keras before 2.3, whose usual options were others."""
    numbers = [int(n) if n.isdigit() else 0 for n in version.split(".")[:2]]
    return numbers != [2] and numbers < [2, 3]


@dataclass(frozen=True)
class One:
    """A recurrent layer in one direction: its options and its kernel, recurrent kernel and bias."""

    path: str
    name: str
    kind: str
    options: dict[str, Any]
    tensors: list[Tensor]
    version: str
    held: tuple[Tensor, ...] = ()  # as they lie in the file, where that differs

    def get(self, option: str, usual: Any) -> Any:
        """An option of the configuration."""
        return self.options.get(option, usual)

    @property
    def hidden(self) -> int:
        return self.tensors[1].shape[0]

    @property
    def sequences(self) -> bool:
        return bool(self.get("return_sequences", False))

    @property
    def backwards(self) -> bool:
        return bool(self.get("go_backwards", False))

    @property
    def biased(self) -> bool:
        return bool(self.get("use_bias", True))

    @property
    def reset_after(self) -> bool:
        return self.kind == "GRU" and bool(self.get("reset_after", not early(self.version)))

    def __post_init__(self) -> None:
        """Raise `InputError` where tensors are missing or their shapes do not fit."""
        wanted = 3 if self.biased else 2
        if len(self.tensors) != wanted:
            raise InputError(
                f"{self.path}: {self.name} should have {wanted} tensors, not {len(self.tensors)}"
            )
        kernel, recurrent = (t.shape for t in self.tensors[:2])
        columns = len(GATES[self.kind]) * (recurrent or (0,))[0]
        units = self.get("units", (recurrent or (0,))[0])
        good = len(kernel) == len(recurrent) == 2 and recurrent == (units, columns)
        good = good and kernel[1] == columns and 0 not in kernel and columns > 0
        if good and self.biased:
            good = self.tensors[2].shape == ((2, columns) if self.reset_after else (columns,))
        if not good:
            shapes = ", ".join(str(t.shape) for t in self.tensors)
            raise InputError(
                f"{self.path}: {self.name}, {self.kind} of {units}, has shapes {shapes}"
            )

    @property
    def gate(self) -> Any:
        """The activation of the gates."""
        usual = "hard_sigmoid" if early(self.version) else "sigmoid"
        return self.get("recurrent_activation", usual)

    @property
    def states(self) -> tuple[str, ...]:
        """The states in the order in which Keras hands them out."""
        return ("h", "c") if self.kind == "LSTM" else ("h",)

    @property
    def cell(self) -> Cell:
        outer = expression(self.get("activation", "tanh"), self.version, self.path)
        if self.kind == "SimpleRNN":
            return cells.rnn(outer, bias=self.biased)
        gate = expression(self.gate, self.version, self.path)
        if self.kind == "LSTM":
            return cells.lstm(gate, outer, outer, bias=self.biased)
        return cells.gru(gate, outer, bias=self.biased, reset_after=self.reset_after)

    def weights(self) -> dict[str, np.ndarray]:
        """The cell's parameters, by the cell's own names."""
        kernel, recurrent = (t.numbers().T for t in self.tensors[:2])
        none = np.zeros(len(kernel))
        b = self.tensors[2].numbers() if self.biased else none
        biases = list(b) if b.ndim == 2 else [b, none]
        return parameters(self.cell, GATES[self.kind], kernel, recurrent, biases)


State = tuple[int, str]


def recurrent(
    name: str, ways: list[One], merge: str | None = "concat", outputs: tuple[int, ...] = ()
) -> list[Part]:
    """A recurrent layer of one direction or two as a part, and what of it is not read as another.

    `outputs` are the numbers of the outputs that go on, () for all as they are.
    """
    one, both = ways[0], len(ways) == 2
    if both and one.backwards:
        raise InputError(f"{one.path}: the forward layer of {name} runs backward: not read")
    zero = bool(one.get("zero_output_for_mask", False)) or (both and one.sequences)
    plain = outputs == () or (outputs == (0,) and merge is not None)
    states = () if plain else _states(ways, merge, outputs, zero)
    sequences = one.sequences and not states

    def build() -> Recurrent:
        return Recurrent(
            [Direction(each.cell, each.weights(), each.backwards) for each in ways],
            sequences,
            merge,
            name,
            as_processed=not both,
            zero_padding=zero,
            states=states,
        )

    widths = [ways[way].hidden for way, _ in states] or [way.hidden for way in ways]
    part = Part(
        name=name,
        role=RECURRENT,
        what=_what(ways, merge, states),
        build=build,
        kind=one.kind,
        inputs=one.tensors[0].shape[0],
        outputs=sum(widths) if merge == "concat" or states else one.hidden,
        cells=tuple(w.cell for w in ways),
        tensors=tuple(t for w in ways for t in w.held or w.tensors),
        notes=_notes(one),
        sequences=sequences,
        hands_on=_handed_on(one, both, states) if states else "",
    )
    if plain or states:
        return [part]
    return [part, unread(f"{name}.outputs", f"outputs {outputs} of {name}, combined")]


def _states(
    ways: list[One], merge: str | None, outputs: tuple[int, ...], zero: bool
) -> tuple[State, ...]:
    """The final states that outputs of these numbers are; () where one is something else.

    A layer gives its output (two of them where its directions are not merged), then, with
    `return_state`, the states of each direction.
    """
    last: list[tuple[State, ...]] = [((way, "h"),) for way in range(len(ways))]
    if len(ways) == 2 and merge is not None:
        last = [(*last[0], *last[1])] if merge == "concat" else [()]
    if ways[0].sequences or zero:
        last = [() for _ in last]
    more = [((way, state),) for way, one in enumerate(ways) for state in one.states]
    given = dict(enumerate([*last, *more]))
    found = [given.get(number, ()) for number in outputs]
    return tuple(state for each in found for state in each) if all(found) else ()


def _what(ways: list[One], merge: str | None, states: tuple[State, ...]) -> str:
    one, both = ways[0], len(ways) == 2
    kinds = " and ".join(dict.fromkeys(way.kind for way in ways))
    said = {
        f"{kinds}, {one.hidden} units": True,
        f"both directions ({merge or 'not merged'})": both,
        "backwards": not both and one.backwards,
        "no biases": not one.biased,
        **{words: True for way in ways for words in _unusual(way)},
        _handed_on(one, both, states): True,
    }
    return ", ".join(words for words, true in said.items() if true)


def _unusual(one: One) -> Iterator[str]:
    """The activations that are not today's usual ones."""
    outer = dense_activation(one.get("activation", "tanh"), one.version, one.path)
    if outer != "tanh":
        yield f"activation {outer}"
    if one.kind != "SimpleRNN":
        gate = dense_activation(one.gate, one.version, one.path)
        if gate != "sigmoid":
            yield f"gates {gate}"


def _handed_on(one: One, both: bool, states: tuple[State, ...]) -> str:
    if not states:
        return "every step" if one.sequences else "last step"
    ways = (" of the forward direction", " of the backward one") if both else ("",)
    return "final " + " and ".join(f"{state}{ways[way]}" for way, state in states)


def _notes(one: One) -> tuple[str, ...]:
    if not one.get("stateful", False):
        return ()
    return (
        "stateful: Keras continues from the states of the previous input; here each input starts"
        " at 0, as after reset_states()",
    )
