"""Weights that a module computes from others → the weights that it computes with.

Weight normalisation is g · v / ‖v‖ (Salimans & Kingma, 2016), the norm over the axes in which g has
one number. Spectral normalisation is W / (uᵀ W v) with the u and v of the file, as in `eval()`
(Miyato et al., 2018). Pruning is W · mask. DropConnect's `_raw` weight is the weight itself in
`eval()` (Merity et al., 2018). Anything else cannot be known from a file, and is refused when its
numbers are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from lstm_viz.models.tensors import Tensor, Tensors

Arrays = list[np.ndarray]
OLD = re.compile(r"^((?:.*\.)?(?:weight|bias)\w*?)_(g|v|orig|u|mask|raw)$")
NEW = re.compile(r"^(.*?)(?:^|\.)?parametrizations\.(\w+)\.(original|original0|original1|\d+\..+)$")
REMOVE = "torch.nn.utils.parametrize.remove_parametrizations({0}, {1!r})"


def effective(tensors: Tensors) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors, those that stand for another replaced by it, and what is to be said of it."""
    groups: dict[str, dict[str, Tensor]] = {}
    place: dict[str, str] = {}
    for name, tensor in tensors.items():
        stem, key = _stem(name)
        if stem:
            groups.setdefault(stem, {})[key] = tensor
            place[name] = stem
    folders = {name.rpartition(".module.")[0] for name in tensors if ".module." in name}
    made = {stem: _made(stem, held) for stem, held in groups.items()}
    found: dict[str, Tensor] = {}
    notes = []
    for name, tensor in tensors.items():
        one = made.get(place.get(name, ""))
        if one is None:
            found.setdefault(name, tensor)
        else:
            own = _within(place[name], folders) if one[1] == RAW else place[name]
            found[own] = Tensor(own, one[0].shape, one[0].dtype, one[0].read, one[0].refused)
            notes += [f"{own}: {one[1]}"] if one[1] else []
    return found, list(dict.fromkeys(notes))


def _stem(name: str) -> tuple[str, str]:
    """The weight that a tensor stands for, and as what; nothing for an ordinary one."""
    if match := NEW.match(name):
        module, own, key = match.groups()
        return (f"{module}.{own}" if module else own), f"parametrizations.{key}"
    if match := OLD.match(name):
        return match[1], match[2]
    return "", ""


def _within(stem: str, folders: set[str]) -> str:
    """fastai keeps the raw weight beside the module that it is of."""
    module, _, own = stem.rpartition(".")
    return f"{module}.module.{own}" if module in folders else stem


RAW = "its raw weight, without dropout"


def _made(stem: str, held: dict[str, Tensor]) -> tuple[Tensor, str] | None:
    """The weight and what is said of it; None where the names mean something else."""
    keys = tuple(sorted(key.removeprefix("parametrizations.") for key in held))
    match keys:
        case ("g", "v") | ("original0", "original1"):
            g, v = (held[key] for key in sorted(held))
            if _normalises(g, v):
                return _tensor(stem, v, [g, v], _weight_norm), "g · v / ‖v‖ (weight normalisation)"
        case ("orig", "u", "v") | ("0._u", "0._v", "original"):
            u, v, W = (held[key] for key in (sorted(held, key=_spectral_order)))
            if (u.shape, v.shape) == (W.shape[:1], W.shape[1:]):
                said = "W / (u · W v), as after eval() (spectral normalisation)"
                return _tensor(stem, W, [u, v, W], _spectral_norm), said
        case ("mask", "orig"):
            W, mask = held["orig"], held["mask"]
            if W.shape == mask.shape:
                return _tensor(stem, W, [W, mask], lambda W, mask: W * mask), "W · mask (pruned)"
        case ("raw",):
            return _tensor(stem, held["raw"], [held["raw"]], lambda raw: raw), RAW
    if not any(key.startswith("parametrizations") or key == "orig" for key in held):
        return None
    first = max(held.values(), key=lambda tensor: len(tensor.shape))
    return Tensor(stem, first.shape, first.dtype, lambda: np.zeros(0), _refusal(stem, held)), ""


def _spectral_order(key: str) -> int:
    return "uv".find(key[-1]) if key[-1] in "uv" else 2


def _normalises(g: Tensor, v: Tensor) -> bool:
    if not g.shape:
        return True
    fits = all(n in (1, m) for n, m in zip(g.shape, v.shape, strict=False))
    return len(g.shape) == len(v.shape) and fits and sum(n != 1 for n in g.shape) <= 1


def _weight_norm(g: np.ndarray, v: np.ndarray) -> np.ndarray:
    axes = tuple(k for k in range(v.ndim) if g.ndim == 0 or g.shape[k] == 1)
    return np.asarray(g * v / np.sqrt((v**2).sum(axis=axes, keepdims=g.ndim > 0)))


def _spectral_norm(u: np.ndarray, v: np.ndarray, W: np.ndarray) -> np.ndarray:
    return np.asarray(W / (u @ W @ v))


def _tensor(stem: str, like: Tensor, held: list[Tensor], make: Callable[..., np.ndarray]) -> Tensor:
    return Tensor(stem, like.shape, like.dtype, lambda: make(*(t.numbers() for t in held)))


def _refusal(stem: str, held: dict[str, Tensor]) -> str:
    module, _, own = stem.rpartition(".")
    what = ", ".join(sorted(key.removeprefix("parametrizations.") for key in held))
    remove = REMOVE.format(f"model.{module}" if module else "model", own)
    return (
        f"is computed from other tensors ({what}) in a way that the file does not say: in PyTorch,"
        f" {remove}, then save the state_dict"
    )
