"""Dynamically quantised layers of PyTorch: their 8-bit weights as the numbers that they stand for.

A dense layer keeps the pair (matrix, bias), a recurrent one an object for each layer and direction
with both matrices and both biases. Which objects are backward directions is seen from the widths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lstm_viz.models.pytorch.pickles import Made
from lstm_viz.models.pytorch.storages import Storages
from lstm_viz.models.pytorch.values import tensor
from lstm_viz.models.tensors import Tensor
from lstm_viz.validation.errors import InputError

DENSE = re.compile(r"^(.*?)\.?_packed_params\._packed_params$")
LAYER = re.compile(r"^(.*?)\.?_all_weight_values\.\d+\.param$")
NOTE = (
    "quantised: its 8-bit weights are used as the numbers they represent; PyTorch also rounds"
    " what they are multiplied with"
)
WAY_OUT = "is quantised in a way that is not read: save the state_dict from before quantising"


def of_outputs(packed: Mapping[str, Any]) -> set[str]:
    """The tensors that say how a layer would round its outputs, were it quantised for good."""
    stems = [match[1] for match in map(DENSE.match, packed) if match]
    return {f"{stem}.{word}" for stem in stems for word in ("scale", "zero_point")}


def unpacked(packed: Mapping[str, Any], storages: Storages | None, path: str) -> dict[str, Tensor]:
    """The tensors in quantised layers, by the names that the layers had before.

    Raises `InputError` for another way to quantise, and where directions cannot be told apart.
    """
    layers: dict[str, list[Any]] = {}
    for name, value in packed.items():
        if match := LAYER.match(name):
            layers.setdefault(match[1], []).append(_layer(value, f"{path}: {name}"))
        elif match := DENSE.match(name):
            layers[match[1]] = [_dense(value)]
        else:
            raise InputError(f"{path}: {name} {WAY_OUT}")
    found: dict[str, Tensor] = {}
    for stem, entries in layers.items():
        held = [
            {name: tensor(f"{stem}: {name}", value, storages, path) for name, value in each.items()}
            for each in entries
        ]
        found |= {t.name: t for t in _named(stem, held, f"{path}: {stem or 'the layer'}")}
    return found


def _dense(value: Any) -> dict[str, Any]:
    weight, bias = value
    return {"weight": weight} | ({"bias": bias} if bias else {})


def _layer(value: Any, what: str) -> dict[str, Any]:
    match getattr(value, "state", None):
        case (
            (
                "quantized_dynamic",
                [b_ih, b_hh],
                _,
                _,
                [Made(state=((W, _), _)), Made(state=((U, _), _))],
            ),
            _,
        ):
            return {"weight_ih": W, "weight_hh": U, "bias_ih": b_ih, "bias_hh": b_hh}
    raise InputError(f"{what} {WAY_OUT}")


def _both(inputs: list[int], hidden: int, what: str) -> bool:
    """Whether every second object is a backward direction, which reads what the first does."""
    stacked = inputs[1:] == [hidden] * (len(inputs) - 1)
    both = len(inputs) % 2 == 0 and inputs == [inputs[0]] * 2 + [2 * hidden] * (len(inputs) - 2)
    if stacked == both:
        raise InputError(f"{what} {WAY_OUT} (its layers and directions look alike)")
    return both


def _named(stem: str, entries: list[dict[str, Tensor]], what: str) -> Iterator[Tensor]:
    """The tensors under their names; those of a recurrent layer say number and direction."""
    recurrent = "weight_hh" in entries[0]
    ways = 1
    if recurrent:
        inputs = [each["weight_ih"].shape[-1] for each in entries]
        ways += _both(inputs, entries[0]["weight_hh"].shape[-1], what)
    for k, entry in enumerate(entries):
        layer, reverse = divmod(k, ways)
        end = f"_l{layer}" + "_reverse" * reverse if recurrent else ""
        for name, found in entry.items():
            yield replace(found, name=f"{stem}.{name}{end}" if stem else f"{name}{end}")
