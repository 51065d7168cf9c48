"""Keras weights without a configuration: kinds from names and shapes; nothing else is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from lstm_viz.models.keras.activations import expression
from lstm_viz.models.keras.config import Config, Configs
from lstm_viz.models.keras.layers import parts
from lstm_viz.models.keras.recurrent import GATES, One, early, recurrent
from lstm_viz.models.keras.wrappers import FIXED, of_cudnn
from lstm_viz.models.parts import DENSE, EMBEDDING, RECURRENT, Part, unread
from lstm_viz.models.tensors import MOST_LAYERS, Tensor
from lstm_viz.validation.errors import InputError, OptionError

BY_BLOCKS = {len(gates): kind for kind, gates in GATES.items()}
STACKED = ("/cells/", "stacked_rnn_cells")


@dataclass(frozen=True)
class Usual:
    """What is taken where there is no configuration; the activations as they were said, or ""."""

    path: str
    version: str
    activation: str = ""
    recurrent_activation: str = ""

    @property
    def options(self) -> dict[str, Any]:
        """The options of a layer, as far as they were said."""
        said = {
            "activation": self.activation,
            "recurrent_activation": self.recurrent_activation,
        }
        return {name: value for name, value in said.items() if value}

    def refuse_unknown(self) -> None:
        """Raise `OptionError` for an activation that is not known."""
        try:
            for each in self.options.values():
                expression(each, self.version, "--nonlinearity")
        except InputError as error:
            raise OptionError(str(error)) from None

    @property
    def note(self) -> str:
        """What is taken for granted."""
        gates = "hard_sigmoid (as before Keras 2.3)" if early(self.version) else "sigmoid"
        gates = self.recurrent_activation or gates
        other = "tanh,hard_sigmoid" if gates == "sigmoid" else "tanh,sigmoid"
        return (
            f"the file has no configuration: {self.activation or 'tanh'}, for the gates {gates},"
            " and the default options are assumed; set others with --nonlinearity, such as"
            f" {other}. A .keras file holds all of this"
        )


def guess(
    groups: Mapping[str, list[Tensor]],
    path: str,
    version: str,
    said: tuple[str, str] = ("", ""),
    ordered: bool = False,
) -> list[Part]:
    """A part for each layer, in the order of the file where that is one, or by name and number.

    `said` are the activation and that of the gates, "" for the version's own.
    """
    if len(groups) > MOST_LAYERS:
        raise InputError(f"{path}: {len(groups):,} layers are too many")
    usual = Usual(path, version, *said)
    usual.refuse_unknown()
    names = list(groups) if ordered else sorted(groups, key=_number)
    found = [part for name in names for part in _parts(name, groups[name], usual, ordered)]
    return found if ordered else sorted(found, key=_place_in_list)


def _place_in_list(part: Part) -> int:
    """Embeddings, recurrent layers, dense ones, others: only how they are listed."""
    roles = (EMBEDDING, RECURRENT, DENSE)
    return roles.index(part.role) if part.role in roles else len(roles)


def _number(name: str) -> tuple[str, int]:
    stem, _, digits = name.rpartition("_")
    return (stem, int(digits)) if digits.isdigit() else (name, 0)


def _parts(name: str, tensors: list[Tensor], usual: Usual, ordered: bool) -> list[Part]:
    shapes = [len(tensor.shape) for tensor in tensors]
    cells = [list(own) for _, own in groupby(tensors, _place)]
    if all(map(_kind, cells)):
        return _recurrent(name, cells, usual, ordered)
    if shapes == [2]:
        return _plain(name, "Embedding", {}, tensors, usual)
    if shapes == [2, 1]:
        return _plain(name, "Dense", {"activation": "linear"}, tensors, usual)
    return [unread(name, "a layer of unknown type", tensors)]


def _place(tensor: Tensor) -> str:
    return tensor.name.rpartition("/")[0]


def _recurrent(name: str, cells: list[list[Tensor]], usual: Usual, ordered: bool) -> list[Part]:
    held = [tensor for own in cells for tensor in own]
    backward = ["backward" in own[0].name for own in cells]
    if backward in ([False], [False, True]):
        return recurrent(name, [_one(name, own, usual, k > 0) for k, own in enumerate(cells)])
    if not any(word in held[0].name for word in STACKED) or any(backward):
        return [unread(name, "several cells, in unknown order", held)]
    stems = {_number(_place(own[0]).removesuffix("/vars"))[0] for own in cells}
    if len(stems) > 1 and not ordered:
        return [unread(name, "several cells of different types, in unknown order", held)]
    return [
        replace(part, group=name)
        for k, own in enumerate(cells)
        for part in recurrent(f"{name}.{k}", [_one(name, own, usual, False)])
    ]


def _kind(own: list[Tensor]) -> str | None:
    """LSTM, GRU or SimpleRNN, by the blocks of a cell's kernels; None for anything else."""
    if len(own) not in (2, 3):
        return None
    kernel, other = own[0].shape, own[1].shape
    if len(kernel) != 2 or len(other) != 2 or kernel[1] != other[1] or not other[0]:
        return None
    blocks, rest = divmod(other[1], other[0])
    return None if rest else BY_BLOCKS.get(blocks)


def _one(name: str, own: list[Tensor], usual: Usual, backwards: bool) -> One:
    kind = str(_kind(own))
    options = {"use_bias": len(own) == 3, "return_sequences": True, "go_backwards": backwards}
    if kind == "GRU" and len(own) == 3:
        options["reset_after"] = len(own[2].shape) == 2
    options = usual.options | options
    if len(own) == 3 and own[2].shape == (2 * own[1].shape[1],):  # two biases in one row: cuDNN's
        read = of_cudnn(kind, own, f"{usual.path}: {name}")
        fixed = options | FIXED | {"reset_after": True}
        return One(usual.path, name, kind, fixed, read, usual.version, tuple(own))
    return One(usual.path, name, kind, options, own, usual.version)


def _plain(
    name: str, kind: str, options: dict[str, Any], tensors: list[Tensor], usual: Usual
) -> list[Part]:
    config = Config(name, kind, options, name)
    return parts(Configs([config]), lambda _: tensors, usual.path, usual.version)
