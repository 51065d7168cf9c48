"""One run of a live PyTorch module, watched: which module was called when, on what, giving what.

`watched` runs it with hooks on every module that computes, without gradients and as after training.
The hooks are taken off and the modes put back.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_viz.models.live.modules import (
    CELLS,
    CHANNELS_FIRST,
    RECURRENT,
    as_after_training,
    kind,
    leaves,
    numbers,
)
from lstm_viz.validation.errors import InputError

Array = np.ndarray
RECTIFIERS = (
    *("relu", "relu6", "clamp", "clamp_min", "clamp_max", "clip", "hardtanh", "threshold", "abs"),
    *("leaky_relu", "prelu", "rrelu", "elu", "celu", "maximum", "minimum", "fmax", "fmin"),
)
COMPARING = ("gt", "lt", "ge", "le", "ne", "eq", "count_nonzero", "nonzero", "heaviside")
PACKING = "pack_padded_sequence"
State = dict[tuple[int, int, str], Array]  # (layer, direction, h or c) → (H,) or (B, H)


@dataclass
class Call:
    """What entered a module, and what it gave; a recurrent one with time first, and its states."""

    name: str
    module: Any
    x: Array
    y: Array
    before: State = field(default_factory=dict)
    after: State = field(default_factory=dict)

    @property
    def recurrent(self) -> bool:
        """Whether it is an LSTM, GRU or RNN, or a cell of one."""
        return kind(self.module) in RECURRENT

    @property
    def counts(self) -> bool:
        """Whether it is a layer: what only moves numbers, such as Flatten, is seen by them."""
        known = kind(self.module)
        return bool(known and known != "Identity") or any(True for _ in self.module.parameters())


@dataclass
class Run:
    """The calls in their order, what was given, what came out, and the rectifiers.

    These are named as they are called between modules, which change nothing where all is positive;
    so is in `decides` what goes by the numbers that come, as padding does.
    """

    calls: list[Call]
    given: list[Array]
    outputs: list[Array]
    rectifiers: list[str]
    decides: list[str]


def torch_of(module: Any) -> Any:
    """PyTorch, where the module is one of its own: whoever made it has imported it."""
    torch = sys.modules.get("torch")
    return torch if torch and isinstance(module, torch.nn.Module) else None


def watched(module: Any, given: list[Any]) -> Run:
    """Run it once. Raises what it raises."""
    raw: list[tuple[str, Any, list[Any], Any]] = []

    def hook(name: str) -> Any:
        def note(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
            raw.append((name, module, [*args, *kwargs.values()], output))

        return note

    torch, named = torch_of(module), list[str]()
    free: AbstractContextManager[Any] = torch.no_grad() if torch else nullcontext()
    with free, as_after_training(module), _naming(torch, named):
        hooks = []
        try:
            if not hasattr(module, "original_name"):  # a compiled one calls no hooks
                for name, each in leaves(module):
                    if torch:
                        hooks += _bracketed(each, named)
                    hooks.append(each.register_forward_hook(hook(name), with_kwargs=True))
            outputs = module(*given)
        finally:
            for each in hooks:
                each.remove()
    calls = [_call(*each) for each in raw]
    own = _between(named)
    rectifiers = [name for name in own if name in RECTIFIERS]
    decides = sorted({name for name in own if name in (*COMPARING, PACKING)})
    return Run(calls, list(_arrays(given)), list(_arrays(outputs)), rectifiers, decides)


def _naming(torch: Any, named: list[str]) -> AbstractContextManager[Any]:
    """A mode in which the name of every function that is called is noted."""
    if torch is None:
        return nullcontext()

    class Naming(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function: Any, _: Any, args: Any = (), own: Any = None) -> Any:
            named.append(getattr(function, "__name__", "").strip("_"))
            return function(*args, **(own or {}))

    found: AbstractContextManager[Any] = Naming()
    return found


def _bracketed(module: Any, named: list[str]) -> list[Any]:
    """Hooks that note where a module begins and ends."""
    return [
        module.register_forward_pre_hook(lambda *_: named.append("(")),
        module.register_forward_hook(lambda *_: named.append(")")),
    ]


def _between(named: list[str]) -> list[str]:
    """The functions that are not called inside of a module."""
    depth, found = 0, []
    for name in named:
        depth += {"(": 1, ")": -1}.get(name, 0)
        if not depth:
            found.append(name)
    return found


def _arrays(given: Any) -> Iterator[Array]:
    """Every tensor in what a module takes or gives."""
    if hasattr(given, "batch_sizes"):
        yield _packed(given)
    elif hasattr(given, "detach"):
        yield numbers(given)
    elif isinstance(given, dict):
        yield from _arrays(list(given.values()))
    elif isinstance(given, list | tuple):
        for each in given:
            yield from _arrays(each)


def _packed(given: Any) -> Array:
    """A packed batch of sequences of one length, (T, B, features)."""
    sizes = numbers(given.batch_sizes)
    if len(set(sizes.tolist())) > 1:
        raise InputError(
            "the example holds sequences of several lengths, packed: give one of sequences that"
            " are equally long"
        )
    found = numbers(given.data).reshape(len(sizes), int(sizes[0]), -1)
    order = getattr(given, "unsorted_indices", None)
    return found if order is None else found[:, numbers(order)]


def _call(name: str, module: Any, args: list[Any], output: Any) -> Call:
    found = kind(module)
    arrays = list(_arrays(args[:1]))
    outputs = list(_arrays(output))
    if not arrays or not outputs:
        raise InputError(f"{name} takes or does not return a tensor: its call is not read")
    x, y = arrays[0], outputs[0]
    if found in CELLS:
        return Call(name, module, x, y, _of_cell(args[1:]), _of_cell([output]))
    if found in RECURRENT:
        packed = hasattr(args[0], "batch_sizes")
        turned = bool(getattr(module, "batch_first", False)) and x.ndim == 3 and not packed
        if turned:
            x, y = x.swapaxes(0, 1), y.swapaxes(0, 1)
        ways = 2 if getattr(module, "bidirectional", False) else 1
        return Call(name, module, x, y, _states(args[1:], ways), _states([output[1]], ways))
    if found in CHANNELS_FIRST and x.ndim == 3:
        x, y = x.swapaxes(1, 2), y.swapaxes(1, 2)
    return Call(name, module, x, y)


def _states(given: list[Any], ways: int) -> State:
    """(layers · directions, [B,] H) of h, and of c."""
    arrays = zip("hc", _arrays(given), strict=False)
    return {
        (k // ways, k % ways, letter): each
        for letter, array in arrays
        for k, each in enumerate(array)
    }


def _of_cell(given: list[Any]) -> State:
    return {(0, 0, letter): array for letter, array in zip("hc", _arrays(given), strict=False)}
