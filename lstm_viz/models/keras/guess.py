"""Keras weights without a configuration: kinds and order from names and shapes."""

from __future__ import annotations

from collections.abc import Mapping

from lstm_viz.models.keras.config import Config, Configs
from lstm_viz.models.keras.layers import parts
from lstm_viz.models.keras.recurrent import GATES, One, recurrent
from lstm_viz.models.parts import Part, unread
from lstm_viz.models.tensors import MOST_LAYERS, Tensor
from lstm_viz.validation.errors import InputError

BY_BLOCKS = {len(gates): kind for kind, gates in GATES.items()}


def guess(groups: Mapping[str, list[Tensor]], path: str, version: str) -> list[Part]:
    """Embeddings, then recurrent layers in the order in which their widths fit, then dense ones."""
    if len(groups) > MOST_LAYERS:
        raise InputError(f"{path}: {len(groups):,} layers are too many")
    before: list[Part] = []
    middle: dict[str, list[One]] = {}
    after: list[Part] = []
    for name, tensors in sorted(groups.items(), key=lambda item: _number(item[0])):
        if ways := _ways(name, tensors, path, version):
            middle[name] = ways
        elif len(tensors) == 1 and len(tensors[0].shape) == 2:
            before.append(_plain(name, "Embedding", {}, tensors, path, version))
        elif len(tensors) == 2 and [len(t.shape) for t in tensors] == [2, 1]:
            after.append(_plain(name, "Dense", {"activation": "linear"}, tensors, path, version))
        else:
            after.append(unread(name, "a layer of a kind that is not known", tensors))
    return [*before, *_in_order(middle, before[-1].outputs if before else None), *after]


def _number(name: str) -> tuple[str, int]:
    stem, _, digits = name.rpartition("_")
    return (stem, int(digits)) if digits.isdigit() else (name, 0)


def _ways(name: str, tensors: list[Tensor], path: str, version: str) -> list[One] | None:
    """One direction, or two, or None where this is no recurrent layer."""
    starts = [k for k, t in enumerate(tensors) if _blocks(tensors, k)]
    if not starts or starts[0] != 0 or len(starts) > 2:
        return None
    found = []
    for k, start in enumerate(starts):
        own = tensors[start : (*starts, len(tensors))[k + 1]]
        kind = BY_BLOCKS[_blocks(tensors, start)]
        options = {"use_bias": len(own) == 3, "return_sequences": True, "go_backwards": bool(k)}
        if kind == "GRU" and len(own) == 3:
            options["reset_after"] = len(own[2].shape) == 2
        found.append(One(path, name, kind, options, own, version))
    return found


def _blocks(tensors: list[Tensor], k: int) -> int:
    """How many blocks the kernel at `k` has (4, 3, 1), 0 where it begins no recurrent layer."""
    if k + 1 >= len(tensors):
        return 0
    kernel, other = tensors[k].shape, tensors[k + 1].shape
    if len(kernel) != 2 or len(other) != 2 or kernel[1] != other[1] or not other[0]:
        return 0
    blocks, rest = divmod(other[1], other[0])
    return blocks if not rest and blocks in BY_BLOCKS else 0


def _in_order(ways: Mapping[str, list[One]], width: int | None) -> list[Part]:
    left = [recurrent(name, each)[0] for name, each in ways.items()]
    outputs = {part.outputs for part in left}
    found: list[Part] = []
    while left:
        fitting = [p for p in left if width is not None and p.inputs == width]
        found.append((fitting or [p for p in left if p.inputs not in outputs] or left)[0])
        left.remove(found[-1])
        width = found[-1].outputs
    return found


def _plain(
    name: str, kind: str, options: dict[str, object], tensors: list[Tensor], path: str, version: str
) -> Part:
    config = Config(name, kind, dict(options), name)
    return parts(Configs([config]), lambda _: tensors, path, version)[0]
