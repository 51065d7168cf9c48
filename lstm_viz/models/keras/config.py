"""A Keras configuration as a list of layers, in the order in which they follow each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lstm_viz.models.tensors import MOST_LAYERS
from lstm_viz.validation.errors import InputError

MODELS = ("Sequential", "Functional", "Model")


@dataclass(frozen=True)
class Config:
    """One layer: its name, its class, its options, and the key of its weights in a file."""

    name: str
    kind: str
    options: dict[str, Any]
    key: str
    before: tuple[str, ...] = ()


@dataclass
class Configs:
    """The layers; `chain` says whether each stands behind the one before it."""

    layers: list[Config] = field(default_factory=list)
    chain: bool = True


def configs(whole: dict[str, Any], path: str) -> Configs:
    """The layers of a model's configuration, or the one layer that it is."""
    kind, inner = _class(whole, path)
    if kind not in MODELS:
        return Configs([layer_config(whole, path, {})])
    listed = inner if isinstance(inner, list) else inner.get("layers")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise InputError(f"{path}: its configuration lists no layers")
    if len(listed) > MOST_LAYERS:
        raise InputError(f"{path}: {len(listed):,} layers are too many")
    counts: dict[str, int] = {}
    layers = [layer_config(each, path, counts) for each in listed]
    if kind == "Sequential":
        found = Configs(layers)
    else:
        found = _ordered(_needed(layers, inner.get("output_layers")))
    if nested := next((c.name for c in found.layers if c.kind in MODELS), None):
        raise InputError(f"{path}: {nested} is a model within the model, which is not read")
    return found


def layer_config(whole: Any, path: str, counts: dict[str, int]) -> Config:
    """One layer's configuration; `counts` numbers the layers of a class, as Keras' files do."""
    kind, options = _class(whole, path)
    if not isinstance(options, dict):
        raise InputError(f"{path}: the configuration of a {kind} is broken")
    snake = re.sub(
        r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", kind)
    ).lower()
    number = counts.get(snake, 0)
    counts[snake] = number + 1
    name = options.get("name", whole.get("name", snake))
    before = tuple(islice(_inbound(whole.get("inbound_nodes")), MOST_LAYERS))
    return Config(str(name), kind, options, f"{snake}_{number}" if number else snake, before)


def _class(whole: Any, path: str) -> tuple[str, Any]:
    if not isinstance(whole, dict) or not isinstance(whole.get("class_name"), str):
        raise InputError(f"{path}: its configuration names no class")
    return whole["class_name"], whole.get("config", {})


def _inbound(nodes: Any) -> Iterator[str]:
    """The names of the layers whose outputs come in: Keras 3's histories, or Keras 2's lists."""
    if isinstance(nodes, dict):
        history = nodes.get("keras_history")
        if isinstance(history, list) and history and isinstance(history[0], str):
            yield history[0]
        else:
            for key, each in nodes.items():
                if key != "mask":  # which goes with the values, and is read as an option
                    yield from _inbound(each)
    elif isinstance(nodes, list):
        if len(nodes) in (3, 4) and isinstance(nodes[0], str) and isinstance(nodes[1], int):
            yield nodes[0]
        else:
            for each in nodes:
                yield from _inbound(each)


def _needed(layers: list[Config], outputs: Any) -> list[Config]:
    """Without what the outputs do not need: what only makes a mask."""
    wanted = {str(name) for name in _names(outputs)} or {layers[-1].name} if layers else set()
    for _ in layers:
        more = {name for layer in layers if layer.name in wanted for name in layer.before}
        if more <= wanted:
            break
        wanted |= more
    return [layer for layer in layers if layer.name in wanted]


def _names(outputs: Any) -> Iterator[str]:
    """`["dense", 0, 0]`, or a list of such."""
    if isinstance(outputs, list) and outputs and isinstance(outputs[0], str):
        yield outputs[0]
    elif isinstance(outputs, list):
        for each in outputs:
            yield from _names(each)


def _ordered(layers: list[Config]) -> Configs:
    """A functional model as a chain, if it is one: each layer stands behind one other alone."""
    behind = {layer.before: layer for layer in layers}
    found: list[Config] = []
    before: tuple[str, ...] = ()
    while before in behind:
        found.append(behind.pop(before))
        before = (found[-1].name,)
    chain = len(found) == len(layers)
    return Configs(found if chain else layers, chain)
