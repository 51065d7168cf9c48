"""Keras files: `.keras`, `.weights.h5`, and the legacy `.h5` of Keras 2 and 3.

The configuration is read as JSON, the numbers as arrays; nothing of Keras runs, no Lambda is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lstm_viz.files.zips import member, opened
from lstm_viz.models.keras import hdf5
from lstm_viz.models.keras.config import Config, configs
from lstm_viz.models.keras.layers import parts
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.tensors import MOST_LAYERS, Tensor
from lstm_viz.validation.errors import InputError

LARGEST_JSON = 1 << 24
CHANCE = "seed_generator"  # the state of a random generator, no part of a model
LAYER = re.compile(r"(.*/)?(layers|_layer_checkpoint_dependencies)/[^/]+")
Weights = Callable[[Config], list[Tensor]]


def read_keras(path: str) -> ModelFile:
    """A `.keras` file: a zip of metadata.json, config.json and model.weights.h5."""
    with opened(path) as archive:
        config = member(archive, "config.json", path, LARGEST_JSON)
        has_metadata = "metadata.json" in archive.namelist()
        said = member(archive, "metadata.json", path, 1 << 20) if has_metadata else b"{}"
        content = member(archive, "model.weights.h5", path)
    version = str(hdf5.as_json(said, path, "metadata.json").get("keras_version", "3"))
    whole = hdf5.as_json(config, path, "config.json")
    file = hdf5.read_file(content, path)
    return _model(path, ".keras", whole, version, file, _by_group(file))


def read_h5(path: str) -> ModelFile:
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
) -> ModelFile:
    found = configs(whole, path)
    model = ModelFile(path, f"Keras {format}, written by Keras {version}", [], file.tensors)
    model.parts, model.framework = parts(found, weights, path, version), "keras"
    model.known, model.branched = found.chain, not found.chain
    if model.branched:
        model.notes.append("its layers branch: a recurrent one runs alone, on what comes into it")
    return model


# ------------------------------------------------------------------------ which weights are whose


def _layer_groups(file: hdf5.File) -> list[str]:
    """Keras 3: a group a layer, named by class; the layer's own name is an attribute of `vars`."""
    return [group for group in file.groups if LAYER.fullmatch(group)]


def _own_name(file: hdf5.File, group: str) -> str | None:
    name: str | None = file.attribute(f"{group}/vars", "name")
    return name


def _by_group(file: hdf5.File) -> Weights:
    groups = _layer_groups(file)
    if len(groups) > MOST_LAYERS:
        raise InputError(f"{file.path}: {len(groups):,} layers are too many")
    named = {_own_name(file, group): group for group in groups}

    def weights(config: Config) -> list[Tensor]:
        group = named.get(config.name) or next(
            (g for g in groups if g.rpartition("/")[2] == config.key), None
        )
        return _below(file, group) if group else []

    return weights


def _below(file: hdf5.File, group: str) -> list[Tensor]:
    """All tensors of a layer: the forward direction first, then by number."""

    def order(name: str) -> tuple[Any, ...]:
        pieces = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in name.split("/")]
        return "backward_layer" in name, pieces

    names = [name for name in file.tensors if name.startswith(f"{group}/")]
    return [file.tensors[name] for name in sorted(names, key=order)]


def _legacy(file: hdf5.File, top: str) -> Weights:
    """Keras 2's layout: `model_weights/<layer>` and its attribute `weight_names`."""

    def weights(config: Config) -> list[Tensor]:
        group = f"{top}{config.name}"
        names = file.attribute(group, "weight_names") or []
        names = [f"{group}/{name}" for name in names if CHANCE not in name]
        if not set(names) <= set(file.tensors):
            raise InputError(f"{file.path}: {config.name} has weights whose numbers are missing")
        return [file.tensors[name] for name in names]

    return weights


def _weights_alone(path: str, file: hdf5.File, version: str) -> ModelFile:
    from lstm_viz.models.keras.guess import guess

    names = file.attribute("", "layer_names")
    if names is not None:
        version, weights = version or "2", _legacy(file, "")
        groups = {name: weights(Config(name, "", {}, "")) for name in names}
    else:
        listed = _layer_groups(file)[: MOST_LAYERS + 1]
        groups = {
            _own_name(file, group) or group.rpartition("/")[2]: _below(file, group)
            for group in listed
        }
    found = guess({n: t for n, t in groups.items() if t}, path, version or "3")
    model = ModelFile(
        path, "Keras weights without a configuration", found, file.tensors, framework="keras"
    )
    model.notes.append(
        "the file has no configuration: tanh and sigmoid, the order of the layers and the usual"
        " options are taken; save a .keras file to have them read"
    )
    return model
