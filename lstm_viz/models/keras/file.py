"""Keras files: `.keras`, `.weights.h5`, and the legacy `.h5` of Keras 2 and 3.

The configuration is read as JSON, the numbers as arrays; nothing of Keras runs, no Lambda is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lstm_viz.files.zips import member, opened
from lstm_viz.models.keras import hdf5
from lstm_viz.models.keras.chain import as_chain
from lstm_viz.models.keras.config import Config, Configs, configs
from lstm_viz.models.keras.layers import KNOWN, parts
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.tensors import MOST_LAYERS, Tensor
from lstm_viz.validation.errors import InputError

LARGEST_JSON = 1 << 24
CHANCE = "seed_generator"  # the state of a random generator, no part of a model
LAYER = re.compile(r"(.*/)?(layers|_layer_checkpoint_dependencies)/[^/]+")
INNER = re.compile(r"(/(forward_layer|backward_layer|layer))?(/cell(/cells/[^/]+)?)?/vars/\d+$")
Weights = Callable[[Config], list[Tensor]]


def read_keras(path: str, nonlinearity: str | None = None) -> ModelFile:
    """A `.keras` file: a zip of metadata.json, config.json and model.weights.h5."""
    _refuse_said(path, nonlinearity)
    with opened(path) as archive:
        config = member(archive, "config.json", path, LARGEST_JSON)
        has_metadata = "metadata.json" in archive.namelist()
        said = member(archive, "metadata.json", path, 1 << 20) if has_metadata else b"{}"
        content = member(archive, "model.weights.h5", path)
    version = str(hdf5.as_json(said, path, "metadata.json").get("keras_version", "3"))
    whole = hdf5.as_json(config, path, "config.json")
    file = hdf5.read_file(content, path)
    return _model(path, ".keras", whole, version, file, _by_group(file))


def read_h5(path: str, nonlinearity: str | None = None) -> ModelFile:
    """A legacy `.h5` with its configuration, or weights alone (`.weights.h5`).

    `nonlinearity` is for these: the activation and, after a comma, that of the gates.
    """
    file = hdf5.read_file(None, path)
    written = file.attribute("", "model_config")
    version = file.attribute("", "keras_version") or ""
    top = "model_weights/" if "model_weights" in file.groups else ""
    if top:
        version = version or file.attribute("model_weights", "keras_version") or ""
    if written is not None:
        whole = hdf5.as_json(written, path, "model_config")
        _refuse_said(path, nonlinearity)
        return _model(path, "legacy .h5", whole, version or "2", file, _legacy(file, top))
    return _weights_alone(file, version, nonlinearity)


def _refuse_said(path: str, nonlinearity: str | None) -> None:
    if nonlinearity is not None:
        raise InputError(f"{path} says its activations itself: --nonlinearity is for weights alone")


def _model(
    path: str, format: str, whole: dict[str, Any], version: str, file: hdf5.File, weights: Weights
) -> ModelFile:
    found = configs(whole, path)
    if _unknown(found):
        return _of_own_class(path, str(whole["class_name"]), file, version)
    model = ModelFile(path, f"Keras {format}, written by Keras {version}", [], file.tensors)
    model.parts, model.framework = parts(found, weights, path, version), "keras"
    as_chain(model, found)
    return model


def _unknown(found: Configs) -> bool:
    """Whether the whole is a class that is not Keras' own, with layers of its own."""
    return len(found.layers) == 1 and found.layers[0].kind not in KNOWN


def _of_own_class(path: str, kind: str, file: hdf5.File, version: str) -> ModelFile:
    model = _weights_alone(file, version, None)
    model.format = f"Keras .keras, written by Keras {version}"
    model.notes[:0] = [f"{kind} is a custom class: the file does not hold the order of its layers"]
    return model


# ------------------------------------------------------------------------ which weights are whose


def _layer_groups(file: hdf5.File) -> list[str]:
    """The innermost groups of layers that hold tensors.

    In models of Keras' own classes they are named by class, the layer's own name is an attribute of
    `vars`; in others by the attribute of the model that holds the layer.
    """
    return list(dict.fromkeys(map(_owner, file.tensors)))


def _owner(tensor: str) -> str:
    named = LAYER.match(tensor)
    return named.group() if named else INNER.sub("", tensor)


def _own_name(file: hdf5.File, group: str) -> str:
    """What a layer is called: by its name where its group's is made of its class."""
    name = file.attribute(f"{group}/vars", "name") if LAYER.fullmatch(group) else None
    return str(name or group.rpartition("/")[2])


def _by_group(file: hdf5.File) -> Weights:
    groups = [group for group in file.groups if LAYER.fullmatch(group)]
    if len(groups) > MOST_LAYERS:
        raise InputError(f"{file.path}: {len(groups):,} layers are too many")
    inside: dict[str, dict[str, str]] = {}
    for group in groups:
        outer = group.rpartition("/")[0].rpartition("/")[0]
        inside.setdefault(outer, {})[_own_name(file, group)] = group

    def find(config: Config | None) -> str | None:
        if config is None:
            return ""
        outer = find(config.inside)
        named = inside.get(outer, {}) if outer is not None else {}
        by_class = (g for g in named.values() if g.rpartition("/")[2] == config.key)
        return named.get(config.name) or next(by_class, None)

    def weights(config: Config) -> list[Tensor]:
        group = find(config)
        return _below(file, group) if group else []

    return weights


def _below(file: hdf5.File, group: str) -> list[Tensor]:
    """All tensors of a layer: the forward direction first, then by number."""

    def order(name: str) -> tuple[Any, ...]:
        pieces = [re.fullmatch(r"(.*?)_?(\d*)", piece, re.DOTALL) for piece in name.split("/")]
        numbered = [(each[1], int(each[2] or 0)) for each in pieces if each]
        return "backward_layer" in name, numbered

    names = [name for name in file.tensors if name.startswith(f"{group}/")]
    return [file.tensors[name] for name in sorted(names, key=order)]


def _legacy(file: hdf5.File, top: str) -> Weights:
    """Keras 2's layout: `model_weights/<layer>` and its attribute `weight_names`."""

    def weights(config: Config) -> list[Tensor]:
        whole = _outermost(config)
        group = f"{top}{whole.name}"
        names = [name for name in file.attribute(group, "weight_names") or [] if CHANCE not in name]
        if whole is not config:
            names = [name for name in names if config.name in name.split("/")]
        names = [f"{group}/{name}" for name in names]
        if not set(names) <= set(file.tensors):
            raise InputError(f"{file.path}: {config.name} has weights whose numbers are missing")
        return [file.tensors[name] for name in names]

    return weights


def _outermost(config: Config) -> Config:
    return config if config.inside is None else _outermost(config.inside)


def _weights_alone(file: hdf5.File, version: str, nonlinearity: str | None) -> ModelFile:
    from lstm_viz.models.keras.guess import Usual, guess

    activation, _, gates = (nonlinearity or "").partition(",")
    said = activation.strip(), gates.strip()
    names = file.attribute("", "layer_names")
    if names is not None:
        weights = _legacy(file, "")
        groups = {name: weights(Config(name, "", {}, "")) for name in names}
    else:
        listed = _layer_groups(file)[: MOST_LAYERS + 1]
        own = [_own_name(file, group) for group in listed]
        unique = [n if own.count(n) == 1 else g for n, g in zip(own, listed, strict=True)]
        groups = {name: _below(file, group) for name, group in zip(unique, listed, strict=True)}
    version, ordered = version or ("3" if names is None else "2"), names is not None
    found = guess({n: t for n, t in groups.items() if t}, file.path, version, said, ordered)
    what = "Keras weights without a configuration"
    model = ModelFile(file.path, what, found, file.tensors, framework="keras")
    model.ordered, model.notes = ordered, [Usual(file.path, version, *said).note]
    return model
