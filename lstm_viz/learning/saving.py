"""A model in one `.npz`: weights by name, how the network is put together, and what training needs.

Beside the weights (`lstm.U_f`, …) stand arrays whose names begin with `model.`: `model.json` (bytes
of JSON: the layers, the loss, the optimiser, the seed, how far it is) and the optimiser's memories.
Nothing in the file is executed: a cell travels as the text of its equations.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.cell import Cell
from lstm_viz.cells import CELLS
from lstm_viz.errors import InputError
from lstm_viz.files import replacing
from lstm_viz.layers import Activation, Dense, Dropout, Embedding, Last, Layer
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.optimisers import optimiser
from lstm_viz.network import Network
from lstm_viz.recurrent import Direction, Recurrent
from lstm_viz.weights import load_weights, write_arrays

if TYPE_CHECKING:
    from lstm_viz.learning.model import Model

JSON, MEMORY = "model.json", "model.optimiser."


def save(path: str | Path, model: Model) -> None:
    """Write a model beside `path` and then into place."""
    arrays: dict[str, Any] = dict(model.parameters.weights)
    arrays[JSON] = np.frombuffer(json.dumps(_as_data(model)).encode(), np.uint8)
    arrays |= {MEMORY + name: array for name, array in model.optimiser.memory().items()}
    for key, states in model.states.items():
        arrays |= {f"model.states.{key}.{name}": array for name, array in states.items()}
    with replacing(path, "wb") as file:
        write_arrays(file, arrays)


def _as_data(model: Model) -> dict[str, Any]:
    opt = model.optimiser
    known = {"rate", "momentum", "epsilon", "beta_1", "beta_2", "rho"}
    return {
        "layers": [_layer_as_data(layer) for layer in model.network.layers],
        "dtype": str(model.network.dtype),
        "loss": model.loss.name,
        "loss_at": model.loss_at,
        "carry": model.carry,
        "seed": model.seed,
        "updates": model.updates,
        "optimiser": {"name": opt.name} | {k: v for k, v in vars(opt).items() if k in known},
        "clip": {"value": model.clip.value, "norm": model.clip.norm, "acted": model.clip.acted},
        "chance": model.rng.bit_generator.state,
        "notes": model.notes,
    }


def _layer_as_data(layer: Layer) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": type(layer).__name__, "name": layer.name}
    match layer:
        case Recurrent():
            data |= {"sequences": layer.sequences, "merge": layer.merge}
            data["directions"] = [
                {"cell": d.cell.name, "text": d.cell.text, "reverse": d.reverse}
                for d in layer.directions
            ]
        case Dense() | Activation():
            data["activation"] = layer.activation
        case Dropout():
            data["rate"] = layer.rate
        case Embedding() | Last():
            pass
        case _:
            raise InputError(f"{layer.name}: a {type(layer).__name__} layer cannot be saved")
    return data


def load(path: str | Path) -> Model:
    """A model as `save` left it, ready to carry on. Raises `InputError` for a file that is none."""
    from lstm_viz.learning.model import Model

    arrays, data = read(path)
    try:
        opt = optimiser(**data["optimiser"])
        clip = Clipping(**data["clip"])
        model = Model(
            network_of(arrays, data),
            data["loss"],
            opt,
            clip=clip,
            loss_at=data["loss_at"],
            carry=data["carry"],
            seed=data["seed"],
        )
        model.updates, model.notes = data["updates"], data["notes"]
        model.rng.bit_generator.state = data["chance"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(path, error) from None
    dtype = model.network.dtype
    memory = {n[len(MEMORY) :]: a.astype(dtype) for n, a in arrays.items() if n.startswith(MEMORY)}
    if any(array.shape != model.parameters.values.shape for array in memory.values()):
        raise InputError(f"{path}: the optimiser's memory does not fit the weights")
    opt.restore(model.updates, memory)
    model.states = _states(arrays, dtype)
    return model


def _broken(path: str | Path, error: Exception) -> InputError:
    if isinstance(error, InputError):
        return InputError(f"{path}: {error}")
    return InputError(f"{path}: this model is broken ({type(error).__name__}: {error})")


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """(all arrays by name, what `model.json` says) of a saved model."""
    arrays = load_weights(path)
    if JSON not in arrays:
        raise InputError(
            f"{path}: this .npz holds weights, but no model that was saved in training"
        )
    try:
        data = json.loads(arrays.pop(JSON).astype(np.uint8).tobytes())
    except ValueError as error:
        raise _broken(path, error) from None
    if not isinstance(data, dict) or not isinstance(data.get("layers"), list):
        raise InputError(f"{path}: this model is broken (it lists no layers)")
    return arrays, data


def load_network(path: str | Path) -> Network:
    """Only the network of a saved model."""
    arrays, data = read(path)
    try:
        return network_of(arrays, data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(path, error) from None


def network_of(arrays: dict[str, np.ndarray], data: dict[str, Any]) -> Network:
    """The network that the data describes, with these weights."""
    return Network([_layer(each, arrays) for each in data["layers"]], np.dtype(data["dtype"]))


def _layer(data: dict[str, Any], arrays: dict[str, np.ndarray]) -> Layer:
    name = data["name"]
    own = {k[len(name) + 1 :]: a for k, a in arrays.items() if k.startswith(f"{name}.")}
    match data["kind"]:
        case "Recurrent":
            both = len(data["directions"]) > 1
            directions = [
                _direction(each, own, f"{('forward', 'backward')[k]}." if both else "")
                for k, each in enumerate(data["directions"])
            ]
            return Recurrent(directions, data["sequences"], data["merge"], name)
        case "Dense":
            return Dense(own["W"], own.get("b"), data["activation"], name)
        case "Activation":
            return Activation(data["activation"], name)
        case "Dropout":
            return Dropout(float(data["rate"]), name)
        case "Embedding":
            return Embedding(own["E"], name=name)
        case "Last":
            return Last(name)
    raise InputError(f"no layer is of kind {data['kind']!r}")


def _direction(data: dict[str, Any], own: dict[str, np.ndarray], prefix: str) -> Direction:
    cell = CELLS[data["cell"]] if data["cell"] in CELLS else None
    if cell is None or cell.text != data["text"]:
        cell = Cell(data["cell"], data["text"])
    weights = {k[len(prefix) :]: a for k, a in own.items() if k.startswith(prefix)}
    return Direction(cell, weights, bool(data["reverse"]))


def _states(arrays: dict[str, np.ndarray], dtype: Any) -> dict[str, dict[str, np.ndarray]]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        if name.startswith("model.states."):
            key, _, state = name.removeprefix("model.states.").rpartition(".")
            found.setdefault(key, {})[state] = array.astype(dtype)
    return found
