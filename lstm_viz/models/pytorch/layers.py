"""PyTorch's names → layers: recurrent ones, dense ones, embeddings."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from lstm_viz.models.norms import OURS, batch_norm
from lstm_viz.models.parts import DENSE, RECURRENT, Part, dense, embedding, unread
from lstm_viz.models.pytorch.effective import effective
from lstm_viz.models.pytorch.recurrent import Module, initial_states, stack
from lstm_viz.models.tensors import Tensor, Tensors
from lstm_viz.network.layers import Dense

NAME = re.compile(r"^(?:(.*)\.)?(weight|bias)_(ih|hh|hr)(?:_l(\d+)(_reverse)?)?$")
STATE = re.compile(r"^(?:init(?:ial)?_?)?([hc])(?:_?0|_init|_?x)?$")  # h0, c_0, init_h, hx
WRAPPERS = ("module.", "_orig_mod.")


@dataclass
class Found:
    """The layers of a state_dict in the file's order, and what else must go along."""

    parts: list[Part] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    states: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Definitions:
    """What a pickled module says: parts by name in order (none where its tensors say which), what
    plain RNNs apply, and what is to be said."""

    parts: dict[str, list[Part]] = field(default_factory=dict)
    nonlinearities: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def parts(tensors: Tensors, path: str, nonlinearity: str | None = None) -> list[Part]:
    """The recurrent layers of a state_dict, and what stands around them, in the file's order."""
    return layers(tensors, path, nonlinearity).parts


def layers(
    tensors: Tensors,
    path: str,
    nonlinearity: str | None = None,
    defined: Definitions | None = None,
) -> Found:
    """As `parts`, with the states that the layers begin with, and what was taken for granted."""
    named, notes = effective(tensors)
    defined = defined or Definitions()
    front = wrapping(named)
    unwrapped = {name.removeprefix(front): tensor for name, tensor in named.items()}
    modules = _modules(unwrapped)
    taken = _with_others(modules, unwrapped)
    order: dict[str, list[Part] | None] = {}
    for name in unwrapped:
        if match := NAME.match(name):
            order.setdefault(match[1] or "", None)
        elif name not in taken and (part := _plain(name, unwrapped)):
            order[part.name] = [part]
    found = Found(tensors=named, notes=[*notes, *defined.notes])
    for prefix, known in _ordered(order, defined.parts).items():
        if known is None:
            said = nonlinearity or defined.nonlinearities.get(prefix)
            known = stack(prefix, modules[prefix], path, said)
            found.states |= initial_states(known, modules[prefix])
        found.parts += known
    found.parts = _with_tables(found.parts)
    return found


def _ordered(
    order: dict[str, list[Part] | None], own: Mapping[str, list[Part]]
) -> dict[str, list[Part] | None]:
    """In the order in which the modules are defined, where that is known."""
    first = {name: own[name] or order[name] for name in own if own[name] or name in order}
    return first | {name: known for name, known in order.items() if name not in first}


def _modules(tensors: Tensors) -> dict[str, Module]:
    found: dict[str, Module] = {}
    for name, tensor in tensors.items():
        if match := NAME.match(name):
            prefix, kind, which, layer, reverse = match.groups()
            module = found.setdefault(prefix or "", Module({}))
            place = module.layers.setdefault((int(layer or 0), bool(reverse)), {})
            place[f"{kind}_{which}"] = tensor
    return found


def _with_others(modules: dict[str, Module], tensors: Tensors) -> set[str]:
    """Give each module what is its own beside the layers' tensors; returns the names of these."""
    taken, beside = set(), defaultdict[str, list[str]](list)
    for prefix in modules:
        if prefix:
            beside[prefix.rpartition(".")[0]].append(prefix)
    for name, tensor in tensors.items():
        owner = None if NAME.match(name) else _owner(name, tensor, modules, beside)
        if owner is None:
            continue
        taken.add(name)
        state = STATE.match(name.rpartition(".")[2])
        if state and _begins(modules[owner], tensor):
            modules[owner].states[state[1]] = tensor
        else:
            modules[owner].others[name.removeprefix(f"{owner}.")] = tensor
    for module in modules.values():
        module.settle()
    return taken


def _owner(
    name: str, tensor: Tensor, modules: dict[str, Module], beside: dict[str, list[str]]
) -> str | None:
    """The recurrent module that a tensor is in, or beside which it says how that begins."""
    stem, _, last = name.rpartition(".")
    words = stem.split(".") if stem else []
    above = (".".join(words[:k]) for k in range(len(words), -1, -1))
    owner = next((prefix for prefix in above if prefix in modules), None)
    if owner == "" and stem:  # a file that is one layer: only a norm can be the layer's own
        return owner if last == "weight" and len(tensor.shape) == 1 else None
    if owner is None and STATE.match(last):
        near = beside.get(stem, [])
        fitting = [prefix for prefix in near if _begins(modules[prefix], tensor)]
        return fitting[0] if len(fitting) == 1 else next(iter(near), None)
    return owner


def _begins(module: Module, tensor: Tensor) -> bool:
    """Whether it has the shape of one state of each layer and direction: (layers, 1, H) or less."""
    squares = [held["weight_hh"].shape for held in module.layers.values() if "weight_hh" in held]
    widths = {shape[-1] for shape in squares if shape}
    shape = (len(module.layers), 1, *widths)
    fitting = [shape, (shape[0], *widths)] + [tuple(widths)] * (shape[0] == 1)
    return len(widths) == 1 and tensor.shape in fitting


def _with_tables(found: list[Part]) -> list[Part]:
    """A matrix without a bias whose rows a recurrent layer after it reads is an embedding."""
    first = next((k for k, part in enumerate(found) if part.role == RECURRENT), 0)
    for k, part in enumerate(found[:first]):
        table = part.role == DENSE and len(part.tensors) == 1 and part.inputs == found[first].inputs
        if table and part.outputs != found[first].inputs:
            found[k] = embedding(part.name, part.tensors[0])
    return found


def wrapping(names: Iterable[str]) -> str:
    """What DataParallel and torch.compile put before every name."""
    names, front = list(names), ""
    while names and (
        more := next((w for w in WRAPPERS if all(n.startswith(front + w) for n in names)), "")
    ):
        front += more
    return front


def _plain(name: str, tensors: Tensors) -> Part | None:
    """An embedding, a dense layer, or another module, from its `weight`; or a batch norm."""
    stem, _, last = name.rpartition(".")
    if last == "running_var":
        own_names = [f"{stem}.{key}" for key in OURS]
        return batch_norm(stem, {n: tensors[n] for n in own_names if n in tensors}, None)
    weight, bias = tensors[name], tensors.get(f"{stem}.bias" if stem else "bias")
    if last != "weight" or f"{stem}.running_var" in tensors:
        return None
    own = [tensor for tensor in (weight, bias) if tensor]
    if refused := next((tensor for tensor in own if tensor.refused), None):
        which = refused.name.rpartition(".")[2]
        return unread(stem, f"a layer whose {which} {refused.refused}", own)
    kernel = weight.shape[2:]
    if len(weight.shape) < 2 or 0 in weight.shape or math.prod(kernel) != 1 or len(kernel) > 3:
        what = f"a module with a weight of shape {weight.shape}"
        named = ", whose kind only torch.save(model) says" if len(weight.shape) == 1 else ""
        return unread(stem, what + named, own)
    if bias is None and "emb" in stem.lower():
        return embedding(stem, weight)
    if bias and bias.shape != weight.shape[:1]:
        return None

    def build() -> Dense:
        numbers = weight.numbers().reshape(weight.shape[:2])
        return Dense(numbers, bias.numbers() if bias else None, name=stem)

    return dense(stem, weight.shape[:2], build, own)
