"""A model in one `.npz`: the network as `Network.save` writes it, and what training needs besides.

`training.json` (bytes of JSON) holds the loss, the optimiser, the seed and how far it is; the
optimiser's memories and the states that are carried are arrays of their own. Nothing is executed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.files.npz import load_weights
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.losses import Loss, find_loss
from lstm_viz.learning.optimisers import Optimiser, optimiser
from lstm_viz.models import native
from lstm_viz.network.network import Network
from lstm_viz.network.saving import CONFIG
from lstm_viz.validation.errors import InputError

Arrays = Mapping[str, np.ndarray]
JSON, MEMORY, STATES = "training.json", "training.optimiser.", "training.states."
PLAIN = ("loss_at", "carry", "biases", "seed", "updates", "notes")  # JSON holds these as they are


@dataclass(frozen=True)
class State:
    """All that a model in training is: what it learns with, how far it is, and its chance."""

    network: Network
    loss: Loss
    optimiser: Optimiser
    clip: Clipping
    rng: np.random.Generator
    loss_at: str
    carry: bool
    biases: int
    seed: int
    updates: int
    notes: dict[str, Any]
    states: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)


def write(path: str | Path, state: State) -> None:
    """Write all beside `path` and then into place."""
    extra: dict[str, Any] = {JSON: np.frombuffer(json.dumps(_described(state)).encode(), np.uint8)}
    extra |= {MEMORY + name: array for name, array in state.optimiser.memory().items()}
    for key, states in state.states.items():
        extra |= {f"{STATES}{key}.{name}": array for name, array in states.items()}
    state.network.save(path, extra)


def _described(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in PLAIN} | {
        "dtype": str(state.network.dtype),
        "loss": state.loss.name,
        "optimiser": {"name": state.optimiser.name} | state.optimiser.options,
        "clip": vars(state.clip),
        "chance": state.rng.bit_generator.state,
    }


def read(path: str | Path) -> State:
    """All as `write` was given it. Raises `InputError` for a file that is none."""
    arrays = load_weights(path)
    if JSON not in arrays or CONFIG not in arrays:
        raise InputError(f"{path}: this file holds no training state (perhaps weights only)")
    try:
        return _state(arrays, str(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        said = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        raise InputError(f"{path}: this model cannot be resumed ({said})") from None


def _state(arrays: Arrays, path: str) -> State:
    said = json.loads(arrays[JSON].astype(np.uint8).tobytes())
    dtype = np.dtype(said["dtype"])
    network = native.read(arrays, path).network(dtype=dtype)
    chance = np.random.default_rng([said["seed"], 1])
    chance.bit_generator.state = said["chance"]
    opt = optimiser(**said["optimiser"])
    memory = _below(MEMORY, arrays, dtype)
    if any(array.shape != (network.count,) for array in memory.values()):
        raise InputError("the optimiser state does not fit the weights")
    opt.restore(said["updates"], memory)
    plain = {name: said[name] for name in PLAIN}
    state = State(network, find_loss(said["loss"]), opt, Clipping(**said["clip"]), chance, **plain)
    for name, array in _below(STATES, arrays, dtype).items():
        key, _, each = name.rpartition(".")
        state.states.setdefault(key, {})[each] = array
    return state


def _below(prefix: str, arrays: Arrays, dtype: np.dtype[Any]) -> dict[str, np.ndarray]:
    """The arrays whose names begin so, by the rest of their names."""
    return {n[len(prefix) :]: a.astype(dtype) for n, a in arrays.items() if n.startswith(prefix)}
