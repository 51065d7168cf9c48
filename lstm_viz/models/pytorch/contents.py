"""What a pickle of PyTorch holds: tensors and modules by name, wherever they lie in it.

A state_dict may be the whole, or one of several that a checkpoint keeps in dictionaries and lists;
a module (pickled whole, or TorchScript's) holds its tensors in its attributes. What is an
optimiser's is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lstm_viz.models.pytorch.pickles import Made
from lstm_viz.models.pytorch.values import is_tensor
from lstm_viz.validation.errors import InputError

WRAPPERS = ("state_dict", "model_state_dict", "model", "weights", "net", "module", "params")
OPTIMISERS = ("param_groups", "hypers")
OF_TRAINING = ("callbacks", "loops")  # Lightning's, beside a state_dict
DEEPEST, MOST = 40, 200_000
PACKED = "torch ScriptObject"


@dataclass(frozen=True)
class _Place:
    """Where something lies: the keys of the dictionaries around it, and its name in the last."""

    around: tuple[str, ...] = ()
    name: str | None = None  # of what lies in a module; a module itself begins with ""

    def __truediv__(self, key: Any) -> _Place:
        if self.name is None:
            return _Place((*self.around, str(key)))
        return _Place(self.around, f"{self.name}.{key}" if self.name else str(key))

    @property
    def module(self) -> _Place:
        return _Place(self.around, self.name or "")

    @property
    def split(self) -> tuple[tuple[str, ...], str]:
        return (
            (self.around[:-1], self.around[-1]) if self.name is None else (self.around, self.name)
        )


@dataclass
class Contents:
    """By name: tensors as the pickle describes them, modules, and what is packed (quantised).

    `others` are the makers of further objects, in which nothing is read.
    """

    tensors: dict[str, Any] = field(default_factory=dict)
    modules: dict[str, Made] = field(default_factory=dict)
    packed: dict[str, Any] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def contents(whole: Any, path: str) -> Contents:
    """All of it, under names as short as they can be; `InputError` where it has no end."""
    found = list(_walk(whole, _Place(), path, [0]))
    numbers = [place.split for place, value in found if is_tensor(value) or _is_packed(value)]
    short = _shortened(numbers)
    result = Contents()
    for place, value in found:
        around, own = ((), "") if place == _Place() else place.split
        name = ".".join(filter(None, (*short.get(around, around), own)))
        if is_tensor(value):
            result.tensors[name] = value
        elif _is_packed(value):
            result.packed[name] = value
        elif is_module(value):
            result.modules[name] = value
        else:
            result.others.append(value.maker.replace(" ", "."))
    return result


def _shortened(places: list[tuple[tuple[str, ...], str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What is said of the dictionaries around: nothing of a single one, and no usual word."""
    outer = dict.fromkeys(around for around, _ in places)
    if len(outer) == 1 and any("." in name or name.startswith("weight_") for _, name in places):
        return dict.fromkeys(outer, ())
    shorter = {around: _without_wrappers(around) for around in outer}
    return shorter if len(set(shorter.values())) == len(outer) else {}


def _without_wrappers(around: tuple[str, ...]) -> tuple[str, ...]:
    while around and around[0] in WRAPPERS:
        around = around[1:]
    return around


def _walk(value: Any, place: _Place, path: str, seen: list[int]) -> Iterator[tuple[_Place, Any]]:
    """Tensors, modules and other objects, in order."""
    seen[0] += 1
    if seen[0] > MOST or len(place.around) + (place.name or "").count(".") > DEEPEST:
        raise InputError(f"{path}: the pickle in it is nested without an end")
    if is_tensor(value) or _is_packed(value):
        yield place, value
    elif isinstance(value, Made):
        yield place.module if is_module(value) else place, value
        inside = place.module if is_module(value) else place
        for each in (value.items, *_held(value)):
            yield from _walk(each, inside, path, seen)
    elif isinstance(value, dict):
        if not any(key in value for key in OPTIMISERS):
            for key, each in value.items():
                if place.name is not None or key not in OF_TRAINING:
                    yield from _inside(each, place / key, path, seen)
    elif isinstance(value, list | tuple):
        for k, each in enumerate(value):
            yield from _inside(each, place / k, path, seen)


def _inside(value: Any, place: _Place, path: str, seen: list[int]) -> Iterator[tuple[_Place, Any]]:
    if _is_pair(value) and place.split[1].endswith("_packed_params"):
        yield place, value
    elif isinstance(value, dict | list | tuple | Made):
        yield from _walk(value, place, path, seen)


def is_module(value: Any) -> bool:
    """Whether an object is a module, pickled whole or TorchScript's."""
    if not isinstance(value, Made) or _is_packed(value):
        return False
    return "_parameters" in attributes(value) or value.maker.startswith("__torch__")


def _held(value: Made) -> list[Any]:
    """The dictionaries in which an object holds others."""
    own = attributes(value)
    if "_parameters" not in own:
        return [own]
    return [own[key] for key in ("_parameters", "_buffers", "_modules") if key in own]


def attributes(value: Made) -> dict[Any, Any]:
    """What would be set on the object: a dictionary, or one beside the slots'."""
    state = value.state[0] if isinstance(value.state, tuple) and value.state else value.state
    return state if isinstance(state, dict) else {}


def _is_packed(value: Any) -> bool:
    """Whether it is a quantised layer's own object, or the matrix and the bias of a dense one."""
    return _is_pair(value) or (isinstance(value, Made) and value.maker == PACKED)


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and is_tensor(value[0])
