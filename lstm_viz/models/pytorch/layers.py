"""PyTorch's names → layers: recurrent ones, dense ones, embeddings."""

from __future__ import annotations

import re

from lstm_viz.models.parts import DENSE, RECURRENT, Part, dense, embedding, other
from lstm_viz.models.pytorch.recurrent import stack
from lstm_viz.models.tensors import Tensor, Tensors
from lstm_viz.network.layers import Dense, Layer

NAME = re.compile(r"^(?:(.*)\.)?(weight|bias)_(ih|hh|hr)(?:_l(\d+)(_reverse)?)?$")
WRAPPERS = ("module.", "_orig_mod.")


def parts(tensors: Tensors, path: str, nonlinearity: str | None = None) -> list[Part]:
    """The recurrent layers of a state_dict, and what stands around them, in the file's order."""
    named = _unwrapped(tensors)
    modules: dict[str, dict[tuple[int, bool], dict[str, Tensor]]] = {}
    order: dict[str, Part | None] = {}
    for name, tensor in named.items():
        if match := NAME.match(name):
            prefix, kind, which, layer, reverse = match.groups()
            order.setdefault(prefix or "", None)
            place = modules.setdefault(prefix or "", {}).setdefault(
                (int(layer or 0), bool(reverse)), {}
            )
            place[f"{kind}_{which}"] = tensor
        elif part := _plain(name, named):
            order[part.name] = part
    found: list[Part] = []
    for prefix, known in order.items():
        found += [known] if known else stack(prefix, modules[prefix], path, nonlinearity)
    return _with_tables(found)


def _with_tables(found: list[Part]) -> list[Part]:
    """A matrix without a bias whose rows a recurrent layer behind it reads is an embedding."""
    first = next((k for k, part in enumerate(found) if part.role == RECURRENT), 0)
    for k, part in enumerate(found[:first]):
        table = part.role == DENSE and len(part.tensors) == 1 and part.inputs == found[first].inputs
        if table and part.outputs != found[first].inputs:
            found[k] = embedding(part.name, part.tensors[0])
    return found


def _unwrapped(tensors: Tensors) -> dict[str, Tensor]:
    """Without what DataParallel and torch.compile put before every name."""
    found = dict(tensors)
    while prefix := next((w for w in WRAPPERS if all(n.startswith(w) for n in found)), None):
        if not found:
            break
        found = {name[len(prefix) :]: tensor for name, tensor in found.items()}
    return found


def _plain(name: str, tensors: Tensors) -> Part | None:
    """An embedding, a dense layer, or another module, from its `weight`."""
    stem, _, last = name.rpartition(".")
    weight, bias = tensors[name], tensors.get(f"{stem}.bias" if stem else "bias")
    if last != "weight":
        return None
    own = [tensor for tensor in (weight, bias) if tensor]
    if len(weight.shape) != 2 or 0 in weight.shape:
        what = f"a module with a weight of shape {weight.shape}: not read"
        return other(stem, what, lambda: Layer(stem), own)
    if bias is None and "emb" in stem.lower():
        return embedding(stem, weight)
    if bias and bias.shape != weight.shape[:1]:
        return None

    def build() -> Dense:
        return Dense(weight.numbers(), bias.numbers() if bias else None, name=stem)

    return dense(stem, weight.shape, build, own)
