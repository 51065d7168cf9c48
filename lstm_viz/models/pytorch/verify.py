"""PyTorch's own layers, with the file's weights, beside ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lstm_viz.models.comparison import (
    Comparison,
    every_step,
    framework,
    gradients_by_step,
    random_input,
)
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import Part
from lstm_viz.models.pytorch.layers import NAME, STATE
from lstm_viz.network.layers import Dense
from lstm_viz.network.network import Network, Record
from lstm_viz.network.recurrent import Recurrent

NOT_COMPARED = (
    "Each layer is compared on the inputs that it has here. A file of weights holds neither the"
    " order of the layers nor the head, so these are not compared (from_torch(module, example=x)"
    " compares them)."
)
READ_HERE = (
    "The weights are those read here: PyTorch cannot read this file without its author's"
    " classes, or the file holds other weights, from which these are computed."
)


def of_torch(model: ModelFile, network: Network) -> Comparison:
    """Each layer on the inputs that it had here; then the gradients of the first."""
    torch = framework("torch", "install torch")
    found = Comparison(f"PyTorch {torch.__version__}", tolerance=1e-9)
    found.not_compared.append(NOT_COMPARED)
    tensors = _tensors(torch, model, found)
    parts = {part.name: part for part in model.parts}
    record = network.run(random_input(network))
    left = []
    for layer in network.layers:
        done, part = record.layers[layer.name], parts.get(layer.name)
        if isinstance(layer, Dense) and part:
            found.add(layer.name, done.outputs, _dense(torch, part, tensors, done.inputs))
        elif isinstance(layer, Recurrent) and part and _known(part):
            states = [network.states.get(key, {}) for key in layer.keys]
            there = _steps(torch, part, tensors, done.inputs, states)
            found.add(layer.name, every_step(done), there)
        elif layer.weights:
            left.append(layer.name)
    if left:
        found.not_compared.append(f"Not compared: {', '.join(left)}.")
    first = next((each for each in network.layers if isinstance(each, Recurrent)), None)
    if first and first.name in parts and _known(parts[first.name]):
        _gradients(torch, found, record, first, parts[first.name], tensors)
    return found


def _known(part: Part) -> bool:
    """Whether PyTorch has a layer with tensors of these names."""
    names = {_own(tensor.name) for tensor in part.tensors if not _begins(tensor.name)}
    return {"weight_ih_l0", "weight_hh_l0"} <= names and all(map(NAME.match, names))


def _begins(name: str) -> bool:
    """Whether it is a tensor of initial states, which PyTorch's layers are given."""
    return STATE.match(name.rpartition(".")[2]) is not None


def _tensors(torch: Any, model: ModelFile, found: Comparison) -> dict[str, Any]:
    """The tensors by the name that parts know, in 64 bits; PyTorch itself reads them if it can."""
    held = {
        name: torch.tensor(tensor.numbers())
        for name, tensor in model.tensors.items()
        if "int" not in tensor.dtype and not tensor.refused
    }
    if not model.path.lower().endswith((".pt", ".pth")):
        found.not_compared.append("The weights are those that were read here.")
        return held
    there = dict(_flat("", _loaded(torch, model.path)))
    own = {name: _called(name, there) for name in held}
    if all(own[name] is not None and own[name].shape == held[name].shape for name in held):
        return {name: own[name].double() for name in held}
    found.not_compared.append(READ_HERE)
    return held


def _loaded(torch: Any, path: str) -> Any:
    """What PyTorch reads without running code of the file's own; nothing where it cannot."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception:
        pass
    try:
        return dict(torch.jit.load(path, map_location="cpu").state_dict())
    except Exception:
        return {}


def _flat(place: str, held: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(held, "double"):
        yield place, held
    elif isinstance(held, dict | list):
        for key, value in held.items() if isinstance(held, dict) else enumerate(held):
            yield from _flat(f"{place}.{key}" if place else str(key), value)


def _called(name: str, there: Mapping[str, Any]) -> Any:
    """The tensor of that name, which PyTorch has under a longer one in a checkpoint."""
    longer = [key for key in there if key == name or key.endswith(f".{name}")]
    return there[min(longer, key=len)] if longer else None


def _dense(torch: Any, part: Part, tensors: dict[str, Any], x: np.ndarray) -> Any:
    weight, *bias = (tensors[tensor.name] for tensor in part.tensors)
    given = torch.tensor(np.ascontiguousarray(x))
    return torch.nn.functional.linear(given, weight.reshape(len(weight), -1), *bias).numpy()


def _steps(
    torch: Any, part: Part, tensors: dict[str, Any], x: np.ndarray, states: list[Any]
) -> Any:
    """Every step's output, from these initial states, a mapping each direction."""
    module = _module(torch, part, tensors, len(states))
    begun = [_begun(torch, states, "h", module.proj_size or module.hidden_size, x.shape[1])]
    if part.kind == "LSTM":
        begun.append(_begun(torch, states, "c", module.hidden_size, x.shape[1]))
    with torch.no_grad():
        given = torch.tensor(np.ascontiguousarray(x))
        return module(given, tuple(begun) if len(begun) == 2 else begun[0])[0].numpy()


def _begun(torch: Any, states: list[Any], state: str, width: int, batch: int) -> Any:
    """(directions, batch, width); 0 where a direction begins with nothing."""
    rows = [np.broadcast_to(own.get(state, 0.0), (batch, width)) for own in states]
    return torch.tensor(np.stack(rows).astype(float))


def _module(torch: Any, part: Part, tensors: dict[str, Any], directions: int) -> Any:
    """One layer of the stack as a module of its own, in both directions or forward alone."""
    own = {_own(t.name): tensors[t.name] for t in part.tensors if not _begins(t.name)}
    own = {name: own[name] for name in own if directions == 2 or not name.endswith("_reverse")}
    projection = own.get("weight_hr_l0")
    options = _options(part) | {"bidirectional": directions == 2}
    if projection is not None:
        options["proj_size"] = len(projection)
    hidden = (own["weight_hh_l0"] if projection is None else projection).shape[1]
    inputs = own["weight_ih_l0"].shape[1]
    module = getattr(torch.nn, part.kind)(inputs, hidden, **options).double()
    module.load_state_dict(own)
    return module


def _options(part: Part) -> dict[str, Any]:
    options: dict[str, Any] = {"bias": "no-bias" not in part.options}
    if part.kind == "RNN":
        options["nonlinearity"] = "relu" if "relu" in part.options else "tanh"
    return options


def _own(name: str) -> str:
    """`a.weight_ih_l1_reverse` → `weight_ih_l0_reverse`; a cell's `weight_ih` → `weight_ih_l0`."""
    stem, _, layer = name.rpartition(".")[2].partition("_l")
    return f"{stem}_l0" + ("_reverse" if layer.endswith("_reverse") else "")


def _gradients(
    torch: Any,
    found: Comparison,
    record: Record,
    layer: Recurrent,
    part: Part,
    tensors: dict[str, Any],
) -> None:
    if "projected" in part.options:
        found.notes.append(
            "PyTorch has no cell with a projection to unroll: no gradients are compared are"
            " compared"
        )
        return
    one = _module(torch, part, tensors, 1)

    def both(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        given = torch.tensor(x)
        outputs = one(given)[0]
        outputs.retain_grad()
        outputs[-1].sum().backward()
        return outputs.grad.numpy(), _unrolled(torch, part, one, given)

    found.gradients = gradients_by_step(record, layer.keys[0], both)


def _unrolled(torch: Any, part: Part, one: Any, x: Any) -> np.ndarray:
    """∂L/∂h_t with PyTorch's own cell, step by step, which keeps every h_t."""
    make = getattr(torch.nn, f"{part.kind}Cell")
    cell = make(one.input_size, one.hidden_size, **_options(part)).double()
    cell.load_state_dict({n.removesuffix("_l0"): v for n, v in one.state_dict().items()})
    state, kept = None, []
    for step in x:
        state = cell(step, state)
        h = state[0] if isinstance(state, tuple) else state
        h.retain_grad()
        kept.append(h)
    kept[-1].sum().backward()
    return np.array([h.grad.numpy() for h in kept])
