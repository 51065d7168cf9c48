"""A live Keras model or layer as a network, compared with what it gives."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lstm_viz.models.comparison import quoted, random_input
from lstm_viz.models.keras.chain import as_chain
from lstm_viz.models.keras.config import MODELS, Config, configs
from lstm_viz.models.keras.layers import parts as keras_parts
from lstm_viz.models.keras.verify import output_here
from lstm_viz.models.live.links import apart
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.tensors import Tensor, of_arrays
from lstm_viz.network.layers import Embedding
from lstm_viz.network.network import Network, Record
from lstm_viz.validation.errors import InputError

STEPS, BATCH = 7, 2  # of an example where none is given, and the model leaves them open
TOLERANCE = 1e-4  # of numbers in 32 bits
ROUGHER = {"bfloat16": 5e-2, "float16": 5e-3}


def network_of(layer: Any, name: str | None, example: Any, dtype: Any) -> Network:
    """The network of a model. Raises `InputError` where it would not be the model's own."""
    network = of_keras(layer).network(name, None, dtype)
    x = _example(layer, network) if example is None else np.asarray(example)
    try:
        with _from_zero(layer):
            there = [] if x is None else _outputs(layer(x))
    except Exception as error:  # whatever Keras raises for an input that it does not take
        if example is not None:
            said = quoted(error)
            raise InputError(f"{layer.name} does not run on the example ({said})") from None
        there = []
    _compare(layer, network, x, there)
    return network


def _example(layer: Any, network: Network) -> np.ndarray | None:
    """Random numbers, or words, of the shape that the model asks for; None where it asks for more.

    Batch first, as Keras takes them.
    """
    rng = np.random.default_rng(0)
    asked = getattr(layer, "input_shape", None) or (None, None, network.features)
    if not isinstance(asked, tuple) or any(isinstance(n, tuple) for n in asked) or len(asked) > 3:
        return None
    shape = [n or (BATCH, STEPS, network.features or 1)[k] for k, n in enumerate(asked)]
    first = network.layers[0]
    if isinstance(first, Embedding):
        return rng.integers(1, len(first.weights["E"]), shape[:2]).astype(np.int32)
    return rng.standard_normal(shape).astype(np.float32)


@contextmanager
def _from_zero(layer: Any) -> Iterator[None]:
    """What is stateful begins at 0, and has its own states again afterwards."""
    layers = [each for each in [layer, *getattr(layer, "layers", [])] if _states(each)]
    kept = [(state, np.array(state)) for each in layers for state in _states(each)]
    for each in layers:
        each.reset_states()
    try:
        yield
    finally:
        for state, value in kept:
            state.assign(value)


def _states(layer: Any) -> list[Any]:
    """The states that a stateful layer has now."""
    held = getattr(layer, "states", None) if getattr(layer, "stateful", False) else None
    return [state for state in held or [] if hasattr(state, "assign")]


def _outputs(given: Any) -> list[np.ndarray]:
    """Every array that it gives, batch first."""
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple):
        return [array for each in given for array in _outputs(each)]
    torch = hasattr(given, "detach")  # whose 16 bits NumPy may not know
    return [np.asarray(given.detach().cpu().double() if torch else given, dtype=float)]


def _turned(array: np.ndarray) -> np.ndarray:
    """Time first instead of the batch, or the other way round."""
    sequence = array.ndim == 3 or (array.ndim == 2 and array.dtype.kind == "i")
    return array.swapaxes(0, 1) if sequence else array


def _compare(layer: Any, network: Network, x: np.ndarray | None, there: list[np.ndarray]) -> None:
    left = _left_out(layer, network)
    record, inside = _record(network, x if there else None, bool(left))
    here = record.outputs if isinstance(record.outputs, tuple) else (record.outputs,)
    if len(there) > len(here) == 1:
        there = [there[output_here(layer, record)]]
    differences = [apart(one, _turned(other)) for one, other in zip(there, here, strict=False)]
    worst = max(differences, default=np.inf) if inside and len(here) == len(there) else np.inf
    tolerance, said = _tolerance(layer)
    if worst <= tolerance:
        network.notes += (f"the outputs are Keras' to {worst:.0e}{said}",)
        return
    parted = next(_parted(layer, record, tolerance), None)
    if parted or (there and not left):
        place = parted or "what is between its layers"
        raise InputError(
            f"{layer.name}: it differs from Keras at {place}; name= runs a recurrent layer alone"
        )
    said = "each layer that is read gives what it gives in Keras; the whole is not compared"
    network.notes += (said + (f": {', '.join(left)} not being in it" if left else ""),)


def _tolerance(layer: Any) -> tuple[float, str]:
    """Of a model that computes in 16 bits what these can tell, and words of it."""
    used = {getattr(each, "compute_dtype", "") for each in [layer, *getattr(layer, "layers", [])]}
    found = next((name for name in ROUGHER if name in used), None)
    return (ROUGHER[found], f", which computes in {found}") if found else (TOLERANCE, "")


def _record(network: Network, x: np.ndarray | None, part: bool) -> tuple[Record, bool]:
    """A run on the model's own input, and whether it is that: a part may take another."""
    if x is not None:
        try:
            return network.run(_turned(x)), True
        except InputError:
            if not part:
                raise
    return network.run(random_input(network)), False


def _left_out(layer: Any, network: Network) -> list[str]:
    """The layers and operations, but the inputs, that are not in the network."""
    names = {each.name for each in network.layers}
    held = getattr(layer, "operations", None) or getattr(layer, "layers", [])
    known = (each for each in held if type(each).__name__ != "InputLayer")
    return [each.name for each in known if each.name not in names]


def _parted(layer: Any, record: Record, tolerance: float) -> Iterator[str]:
    """The layers that give something else than Keras' own of that name, on the inputs here."""
    held = {each.name: each for each in getattr(layer, "layers", [layer])}
    for name, done in record.layers.items():
        if name not in held or not isinstance(done.inputs, np.ndarray):
            continue
        there = _outputs(held[name](_narrow(_turned(done.inputs))))[0]
        here = done.outputs[0] if isinstance(done.outputs, tuple) else done.outputs
        if apart(there, _turned(here)) > tolerance:
            yield name


def _narrow(x: np.ndarray) -> np.ndarray:
    return x.astype(np.int32 if x.dtype.kind == "i" else np.float32)


def of_keras(layer: Any) -> ModelFile:
    """The layers of a live Keras model, or the one layer that it is."""
    if not callable(getattr(layer, "get_config", None)):
        raise InputError(f"{type(layer).__name__} is not a Keras layer: it has no get_config()")
    name = type(layer).__name__
    _refuse_unread(layer, name)
    whole = {"class_name": name, "config": _listed(layer.get_config())}
    held = dict(_held(layer))
    found = configs(whole, name)
    tensors: dict[str, Tensor] = {}

    def weights(config: Config) -> list[Tensor]:
        arrays = held[config.path].get_weights() if config.path in held else []
        listed = of_arrays({f"{config.name}/{k}": array for k, array in enumerate(arrays)})
        tensors.update(listed)
        return list(listed.values())

    root = sys.modules.get(type(layer).__module__.partition(".")[0])
    version = str(getattr(root, "__version__", "3"))
    parts = keras_parts(found, weights, name, version)
    model = ModelFile(name, "a live Keras model", parts, tensors, framework="keras")
    as_chain(model, found)
    return model


def _listed(config: Any) -> Any:
    """A configuration as a file has it: lists for tuples."""
    if isinstance(config, dict):
        return {key: _listed(value) for key, value in config.items()}
    return [_listed(value) for value in config] if isinstance(config, list | tuple) else config


def _held(layer: Any, outer: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The layers of a model and of the models in it, each by the names of these and its own."""
    if type(layer).__name__ not in MODELS:
        yield (*outer, layer.name), layer
        return
    for each in layer.layers:
        inner = type(each).__name__ in MODELS
        yield from _held(each, (*outer, each.name) if inner else outer)


def _refuse_unread(layer: Any, name: str) -> None:
    """What has no weights yet, and what says in call() what it computes."""
    if not getattr(layer, "built", True):
        raise InputError(f"{layer.name} has no weights yet: call it on an input first")
    inner = list(getattr(layer, "layers", []))
    found = [k for k, each in enumerate(inner) if hasattr(each, "return_sequences")]
    if name not in MODELS and found:
        ways = ", ".join(f"from_keras(model.layers[{k}])" for k in found)
        raise InputError(f"{name} is a custom class, whose call() is not read: try {ways}")
