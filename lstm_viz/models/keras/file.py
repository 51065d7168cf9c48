"""Keras files: `.keras`, `.weights.h5`, and the legacy `.h5` of Keras 2 and 3.

The configuration is read as JSON, the numbers as arrays; nothing of Keras runs, no Lambda is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lstm_viz.files import zips as archives
from lstm_viz.models.keras import hdf5
from lstm_viz.models.keras.config import Config, configs
from lstm_viz.models.keras.layers import parts
from lstm_viz.models.parts import Model
from lstm_viz.models.tensors import Tensor
from lstm_viz.validation.errors import InputError

LARGEST_JSON = 1 << 27
Weights = Callable[[Config], list[Tensor]]


def read_keras(path: str) -> Model:
    """A `.keras` file: a zip of metadata.json, config.json and model.weights.h5."""
    with archives.opened(path) as archive:
        config = archives.member(archive, "config.json", path, LARGEST_JSON)
        has_metadata = "metadata.json" in archive.namelist()
        said = archives.member(archive, "metadata.json", path, 1 << 20) if has_metadata else b"{}"
        content = archives.member(archive, "model.weights.h5", path)
    version = str(hdf5.as_json(said, path, "metadata.json").get("keras_version", "3"))
    whole = hdf5.as_json(config, path, "config.json")
    file = hdf5.read_file(content, path)
    return _model(path, ".keras", whole, version, file, _by_group(file))


def read_h5(path: str) -> Model:
    """A legacy `.h5` with its configuration, or weights alone (`.weights.h5`)."""
    file = hdf5.read_file(None, path)
    written = file.attribute("", "model_config")
    version = file.attribute("", "keras_version") or ""
    top = "model_weights/" if "model_weights" in file.groups else ""
    if top:
        version = version or file.attribute("model_weights", "keras_version") or ""
    if written is not None:
        whole = hdf5.as_json(written, path, "model_config")
        return _model(path, "legacy .h5", whole, version or "2", file, _legacy(file, top))
    return _weights_alone(path, file, version)


def _model(
    path: str, format: str, whole: dict[str, Any], version: str, file: hdf5.File, weights: Weights
) -> Model:
    found = configs(whole, path)
    tensors = {name: tensor for name, tensor in file.tensors.items() if not _chance(name)}
    model = Model(path, f"Keras {format}, written by Keras {version}", [], tensors)
    model.parts, model.known = parts(found, weights, path, version), found.chain
    if not found.chain:
        model.branched = True
        model.notes.append("its layers branch: a recurrent one runs alone, on what comes into it")
    return model


def _chance(name: str) -> bool:
    """Whether this is the state of a random generator: no part of a model."""
    return "seed_generator" in name


# ------------------------------------------------------------------------ which weights are whose


def _by_group(file: hdf5.File) -> Weights:
    """Keras 3: groups are named by class; the layer's own name is an attribute of `vars`."""
    tops = [
        group
        for group in file.groups
        if re.fullmatch(r"(.*/)?(layers|_layer_checkpoint_dependencies)/[^/]+", group)
    ]
    named = {file.attribute(f"{g}/vars", "name"): g for g in tops if f"{g}/vars" in file.groups}

    def weights(config: Config) -> list[Tensor]:
        group = named.get(config.name) or next(
            (g for g in tops if g.rpartition("/")[2] == config.key), None
        )
        return _below(file, group) if group else []

    return weights


def _below(file: hdf5.File, group: str) -> list[Tensor]:
    """All tensors of a layer: the forward direction first, then by number."""
    names = [n for n in file.tensors if n.startswith(f"{group}/") and not _chance(n)]

    def order(name: str) -> tuple[Any, ...]:
        backward = "backward_layer" in name
        pieces = name.split("/")
        return backward, [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in pieces]

    return [file.tensors[name] for name in sorted(names, key=order)]


def _legacy(file: hdf5.File, top: str) -> Weights:
    """Keras 2's layout: `model_weights/<layer>` and its attribute `weight_names`."""

    def weights(config: Config) -> list[Tensor]:
        group = f"{top}{config.name}"
        if group not in file.groups:
            return []
        names = file.attribute(group, "weight_names") or []
        found = [file.tensors.get(f"{group}/{name}") for name in names if not _chance(name)]
        if None in found:
            raise InputError(f"{file.path}: {config.name} has weights whose numbers are missing")
        return [tensor for tensor in found if tensor is not None]

    return weights


def _weights_alone(path: str, file: hdf5.File, version: str) -> Model:
    from lstm_viz.models.keras.guess import guess

    legacy = file.attribute("", "layer_names")
    groups: dict[str, list[Tensor]] = {}
    if legacy is not None:
        version = version or "2"
        for name in legacy:
            groups[name] = _legacy(file, "")(Config(name, "", {}, ""))
    else:
        for group in file.groups:
            if re.fullmatch(r"(.*/)?(layers|_layer_checkpoint_dependencies)/[^/]+", group):
                groups[group.rpartition("/")[2]] = _below(file, group)
        named = {g.rpartition("/")[2]: file.attribute(f"{g}/vars", "name") for g in file.groups
                 if f"{g}/vars" in file.groups}  # fmt: skip
        groups = {named.get(name) or name: tensors for name, tensors in groups.items()}
    tensors = {name: tensor for name, tensor in file.tensors.items() if not _chance(name)}
    model = Model(path, "Keras weights without a configuration", [], tensors)
    model.parts = guess({n: t for n, t in groups.items() if t}, path, version or "3")
    model.notes.append(
        "the file has no configuration: tanh and sigmoid, the order of the layers and the usual"
        " options are taken; save a .keras file to have them read"
    )
    return model
