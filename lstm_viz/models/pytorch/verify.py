"""PyTorch's own layers, with the file's weights, beside ours."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.models.comparison import Comparison, framework, gradients_by_step, largest
from lstm_viz.models.parts import Model, Part
from lstm_viz.network.layers import Dense
from lstm_viz.network.network import Network, Record
from lstm_viz.network.recurrent import Recurrent


def of_torch(model: Model, network: Network, record: Record) -> Comparison:
    """Each layer on the inputs that it had here; then the gradients of the first."""
    torch = framework("torch", "install torch")
    found = Comparison(f"PyTorch {torch.__version__}")
    states = _states(torch, model)
    parts = {part.name: part for part in model.parts}
    first = None
    for layer in network.layers:
        done = record.layers[layer.name]
        if isinstance(layer, Recurrent):
            module = _module(torch, parts[layer.name], states)
            x = torch.tensor(np.ascontiguousarray(done.inputs))
            with torch.no_grad():
                there = module(x)[0].numpy()
            found.differences.append((layer.name, largest(done.outputs, there)))
            first = first or (layer, parts[layer.name])
        elif isinstance(layer, Dense) and layer.name in parts:
            weight, bias = (states.get(f"{layer.name}.{w}") for w in ("weight", "bias"))
            x = torch.tensor(np.ascontiguousarray(done.inputs))
            y = torch.nn.functional.linear(x, weight, bias).numpy()
            found.differences.append((layer.name, largest(done.outputs, y)))
    if first:
        _gradients(torch, found, record, *first, states)
    return found


def _states(torch: Any, model: Model) -> dict[str, Any]:
    """The tensors by the name that parts know, in 64 bits; a .pt file is read by PyTorch itself."""
    held = {name: torch.tensor(t.numbers()) for name, t in model.tensors.items()
            if "int" not in t.dtype}  # fmt: skip
    if model.path.lower().endswith((".pt", ".pth")):
        whole = torch.load(model.path, map_location="cpu", weights_only=True)
        dictionaries = [whole, *(v for v in whole.values() if isinstance(v, dict))]
        for each in dictionaries:
            if set(held) <= set(each):
                held = {name: each[name].double() for name in held}
                break
    return held


def _module(torch: Any, part: Part, states: dict[str, Any]) -> Any:
    """One layer of the stack as a module of its own."""
    kind, _, rest = part.what.partition(", ")
    names = {name: name.rpartition(".")[2] for name, _ in part.shapes}
    cell = part.cells[0]
    width = {name.split("_l")[0]: shape for name, shape in
             ((names[n], s) for n, s in part.shapes)}  # fmt: skip
    options: dict[str, Any] = {
        "bidirectional": len(part.cells) == 2,
        "bias": "no biases" not in rest,
    }
    if kind == "RNN":
        options["nonlinearity"] = "relu" if cell.name.endswith(("relu", "irnn")) else "tanh"
    if "weight_hr" in width:
        options["proj_size"] = width["weight_hr"][0]
    hidden = width["weight_hr"][1] if "weight_hr" in width else width["weight_hh"][1]
    module = getattr(torch.nn, kind)(width["weight_ih"][1], hidden, **options).double()
    module.load_state_dict({_own(own): states[name] for name, own in names.items()})
    return module


def _own(name: str) -> str:
    """`weight_ih_l1_reverse` → `weight_ih_l0_reverse`; a cell's `weight_ih` → `weight_ih_l0`."""
    stem, _, layer = name.partition("_l")
    return f"{stem}_l0" + ("_reverse" if layer.endswith("_reverse") else "")


def _gradients(
    torch: Any,
    found: Comparison,
    record: Record,
    layer: Recurrent,
    part: Part,
    states: dict[str, Any],
) -> None:
    kind = part.what.partition(",")[0]
    if "projected" in part.what:
        found.notes.append("PyTorch has no cell with a projection to unroll: no gradients")
        return
    module = _module(torch, part, states)

    def both(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        one = _one_way(torch, module, kind)
        given = torch.tensor(x)
        outputs = one(given)[0]
        outputs.retain_grad()
        outputs[-1].sum().backward()
        return outputs.grad.numpy(), _unrolled(torch, one, kind, given)

    gradients_by_step(found, record, layer.keys[0], both)


def _one_way(torch: Any, module: Any, kind: str) -> Any:
    """The forward direction alone."""
    more = {"nonlinearity": module.nonlinearity} if kind == "RNN" else {}
    one = getattr(torch.nn, kind)(module.input_size, module.hidden_size, bias=module.bias, **more)
    one = one.double()
    own = {n: v for n, v in module.state_dict().items() if not n.endswith("_reverse")}
    one.load_state_dict(own)
    return one


def _unrolled(torch: Any, one: Any, kind: str, x: Any) -> np.ndarray:
    """∂L/∂h_t with PyTorch's own cell, step by step, which keeps every h_t."""
    more = {"nonlinearity": one.nonlinearity} if kind == "RNN" else {}
    cell = getattr(torch.nn, f"{kind}Cell")(one.input_size, one.hidden_size, bias=one.bias, **more)
    cell = cell.double()
    cell.load_state_dict({n.removesuffix("_l0"): v for n, v in one.state_dict().items()})
    state, kept = None, []
    for step in x:
        state = cell(step, state)
        h = state[0] if isinstance(state, tuple) else state
        h.retain_grad()
        kept.append(h)
    kept[-1].sum().backward()
    return np.array([h.grad.numpy() for h in kept])
