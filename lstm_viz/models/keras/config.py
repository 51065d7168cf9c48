"""A Keras configuration as a list of layers, in the order in which they follow each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from lstm_viz.models.keras.graph import Config, Edge, calls, chained, edges
from lstm_viz.models.tensors import MOST_LAYERS
from lstm_viz.validation.errors import InputError

MODELS = ("Sequential", "Functional", "Model")
DEEPEST = 20  # models within models


@dataclass
class Configs:
    """The layers in order, those after a place where they branch `aside`; the model's outputs."""

    layers: list[Config] = field(default_factory=list)
    outputs: list[Edge] = field(default_factory=list)


def configs(whole: dict[str, Any], path: str, inside: Config | None = None) -> Configs:
    """The layers of a model's configuration, or the one layer that it is; inner models unfolded."""
    kind, inner = _class(whole, path)
    if kind not in MODELS:
        return Configs([layer_config(whole, path, {})])
    listed = inner if isinstance(inner, list) else inner.get("layers")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise InputError(f"{path}: its configuration lists no layers")
    _refuse_many(listed, path)
    counts: dict[str, int] = {}
    found = Configs([replace(layer_config(each, path, counts), inside=inside) for each in listed])
    if kind != "Sequential":
        found.outputs = list(edges(inner.get("output_layers")))
        found.layers = chained(found.layers, found.outputs)
    found.layers = [each for layer in found.layers for each in _unfolded(layer, path)]
    _refuse_many(found.layers, path)
    return found


def _refuse_many(layers: list[Any], path: str) -> None:
    if len(layers) > MOST_LAYERS:
        raise InputError(f"{path}: {len(layers):,} layers are too many")


def _unfolded(layer: Config, path: str) -> list[Config]:
    """The layers of a model within the model; aside where they do not simply follow each other."""
    if layer.kind not in MODELS:
        return [layer]
    if _depth(layer) > DEEPEST:
        raise InputError(f"{path}: {layer.name} is too deep within other models")
    found = configs({"class_name": layer.kind, "config": layer.options}, path, layer)
    layers = [each for each in found.layers if each.kind != "InputLayer"]
    read = [e for k, e in enumerate(found.outputs) if k in layer.outputs or not layer.outputs]
    if layer.aside or not layers or any(edge.layer != layers[-1].name for edge in read):
        return [replace(each, aside=True) for each in layers]
    numbers = tuple(edge.output for edge in read)
    return [*layers[:-1], replace(layers[-1], outputs=numbers or layer.outputs)]


def _depth(layer: Config) -> int:
    return 0 if layer.inside is None else 1 + _depth(layer.inside)


def layer_config(whole: Any, path: str, counts: dict[str, int]) -> Config:
    """One layer's configuration; `counts` numbers the layers of a class, as Keras' files do."""
    kind, options = _class(whole, path)
    if kind not in MODELS and not isinstance(options, dict):
        raise InputError(f"{path}: the configuration of a {kind} is broken")
    snake = re.sub(
        r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", kind)
    ).lower()
    number = counts.get(snake, 0)
    counts[snake] = number + 1
    own = options if isinstance(options, dict) else {}
    name = own.get("name", whole.get("name", snake))
    called = calls(whole.get("inbound_nodes"))
    return Config(str(name), kind, options, f"{snake}_{number}" if number else snake, called)


def _class(whole: Any, path: str) -> tuple[str, Any]:
    if not isinstance(whole, dict) or not isinstance(whole.get("class_name"), str):
        raise InputError(f"{path}: its configuration names no class")
    return whole["class_name"], whole.get("config", {})


__all__ = ["MODELS", "Config", "Configs", "configs", "layer_config"]
