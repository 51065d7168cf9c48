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
from lstm_viz.models.pytorch.layers import NAME
from lstm_viz.network.layers import Dense
from lstm_viz.network.network import Network, Record
from lstm_viz.network.recurrent import Recurrent

NOT_COMPARED = (
    "Layer by layer, on the inputs that each has here: a file of weights holds neither the order of"
    " the layers nor the head, so these are not compared (from_torch(module, example=x) does)."
)
READ_HERE = (
    "The weights are those that were read here: PyTorch does not read this file without its"
    " author's classes, or has other weights in it, from which these are computed."
)


def of_torch(model: ModelFile, network: Network) -> Comparison:
    """Each layer on the inputs that it had here; then the gradients of the first."""
    torch = framework("torch", "install torch")
    found = Comparison(f"PyTorch {torch.__version__}", tolerance=1e-9)
    found.not_compared.append(NOT_COMPARED)
    states = _states(torch, model, found)
    parts = {part.name: part for part in model.parts}
    record = network.run(random_input(network))
    for layer in network.layers:
        if layer.name in parts and isinstance(layer, Recurrent | Dense):
            done, part = record.layers[layer.name], parts[layer.name]
            x = torch.tensor(np.ascontiguousarray(done.inputs))
            if isinstance(layer, Recurrent) and not _known(part):
                found.notes.append(f"{layer.name} has not PyTorch's names: it is not compared")
                continue
            there = _outputs(torch, part, states, x, isinstance(layer, Dense))
            found.add(
                layer.name,
                every_step(done) if isinstance(layer, Recurrent) else done.outputs,
                there,
            )
    first = next((layer for layer in network.layers if isinstance(layer, Recurrent)), None)
    if first and _known(parts[first.name]):
        _gradients(torch, found, record, first, parts[first.name], states)
    return found


def _known(part: Part) -> bool:
    """Whether PyTorch has a module with tensors of these names."""
    names = {_own(tensor.name) for tensor in part.tensors}
    return {"weight_ih_l0", "weight_hh_l0"} <= names and all(map(NAME.match, names))


def _states(torch: Any, model: ModelFile, found: Comparison) -> dict[str, Any]:
    """The tensors by the name that parts know, in 64 bits; PyTorch itself reads them if it can."""
    held = {
        name: torch.tensor(tensor.numbers())
        for name, tensor in model.tensors.items()
        if "int" not in tensor.dtype and not tensor.refused
    }
    if not model.path.lower().endswith((".pt", ".pth")):
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


def _outputs(torch: Any, part: Part, states: dict[str, Any], x: Any, dense: bool) -> Any:
    if dense:
        return torch.nn.functional.linear(x, *(states[t.name] for t in part.tensors)).numpy()
    with torch.no_grad():
        return _module(torch, part, states, len(part.cells))(x)[0].numpy()


def _module(torch: Any, part: Part, states: dict[str, Any], directions: int) -> Any:
    """One layer of the stack as a module of its own, in both directions or forward alone."""
    own = {_own(tensor.name): states[tensor.name] for tensor in part.tensors}
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
    states: dict[str, Any],
) -> None:
    if "projected" in part.options:
        found.notes.append("PyTorch has no cell with a projection to unroll: no gradients")
        return
    one = _module(torch, part, states, 1)

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
