"""A model in one `.npz`: the network as `models.own` writes it, and what training needs besides.

`training.json` (bytes of JSON) holds the loss, the optimiser, the seed and how far it is; the
optimiser's memories and the states that are carried are arrays of their own. Nothing is executed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.files.npz import load_weights
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.optimisers import optimiser
from lstm_viz.models import native as own
from lstm_viz.validation.errors import InputError

if TYPE_CHECKING:
    from lstm_viz.learning.model import Model

JSON, MEMORY, STATES = "training.json", "training.optimiser.", "training.states."
OPTIONS = {"rate", "momentum", "epsilon", "beta_1", "beta_2", "rho"}


def save(path: str | Path, model: Model) -> None:
    """Write a model beside `path` and then into place."""
    extra: dict[str, Any] = {JSON: np.frombuffer(json.dumps(_described(model)).encode(), np.uint8)}
    extra |= {MEMORY + name: array for name, array in model.optimiser.memory().items()}
    for key, states in model.states.items():
        extra |= {f"{STATES}{key}.{name}": array for name, array in states.items()}
    own.write(path, model.network, extra)


def _described(model: Model) -> dict[str, Any]:
    opt = model.optimiser
    return {
        "dtype": str(model.network.dtype),
        "loss": model.loss.name,
        "loss_at": model.loss_at,
        "carry": model.carry,
        "biases": model.biases,
        "seed": model.seed,
        "updates": model.updates,
        "optimiser": {"name": opt.name} | {k: v for k, v in vars(opt).items() if k in OPTIONS},
        "clip": {"value": model.clip.value, "norm": model.clip.norm, "acted": model.clip.acted},
        "chance": model.rng.bit_generator.state,
        "notes": model.notes,
    }


def load(path: str | Path) -> Model:
    """A model as `save` left it, ready to carry on. Raises `InputError` for a file that is none."""
    arrays = load_weights(path)
    if JSON not in arrays or own.CONFIG not in arrays:
        raise InputError(f"{path}: no model in training was saved here (only weights, or others)")
    try:
        return _model(arrays, str(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        said = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        raise InputError(f"{path}: this model cannot be carried on ({said})") from None


def _model(arrays: dict[str, np.ndarray], path: str) -> Model:
    from lstm_viz.learning.model import Model

    said = json.loads(arrays[JSON].astype(np.uint8).tobytes())
    dtype = np.dtype(said["dtype"])
    opt = optimiser(**said["optimiser"])
    model = Model(
        own.read(arrays, path).network(dtype=dtype),
        said["loss"],
        opt,
        clip=Clipping(**said["clip"]),
        loss_at=said["loss_at"],
        carry=said["carry"],
        biases=said.get("biases", 1),
        seed=said["seed"],
    )
    model.updates, model.notes = said["updates"], said["notes"]
    model.rng.bit_generator.state = said["chance"]
    memory = {n[len(MEMORY) :]: a.astype(dtype) for n, a in arrays.items() if n.startswith(MEMORY)}
    if any(array.shape != model.parameters.values.shape for array in memory.values()):
        raise InputError("the optimiser's memory does not fit the weights")
    opt.restore(model.updates, memory)
    for name, array in arrays.items():
        if name.startswith(STATES):
            key, _, state = name.removeprefix(STATES).rpartition(".")
            model.states.setdefault(key, {})[state] = array.astype(dtype)
    return model
