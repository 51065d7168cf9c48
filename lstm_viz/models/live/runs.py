"""An example through a module, and the same numbers in another order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.models.comparison import quoted
from lstm_viz.models.live.calls import Array, Run, torch_of, watched
from lstm_viz.models.live.loops import joined
from lstm_viz.models.live.modules import numbers
from lstm_viz.validation.errors import InputError

Again = Callable[[Array], Run]  # what the module does with another array in place of the first


def runs(module: Any, example: Any) -> tuple[list[Run], float, Again]:
    """The example's run, and that of the same numbers in another order; how exact they are.

    Copies of the module run, in 64 bits, where it can be copied and runs so; else it runs itself.
    The second run is left out where the module does not take its numbers, or calls other modules.
    """
    given = list(example) if isinstance(example, tuple) else [example]
    for way in (_wide, deepcopy):
        try:
            first = _watched(wide := way(module), _tensors(wide, given))
            break
        except Exception:
            continue
    else:
        way, first = _itself, _said(module, given)
        wide = module
    types = {str(each.dtype).rpartition(".")[2] for each in wide.parameters()}
    found = [first, *_other(lambda: way(module), given, first)]
    head, *rest = _tensors(wide, given)

    def again(array: Array) -> Run:
        return _watched(way(module), [_like(head, array), *rest])

    return found, 1e-9 if "float64" in types else 1e-4, again


def _wide(module: Any) -> Any:
    return deepcopy(module).double()


def _itself(module: Any) -> Any:
    return module


def _said(module: Any, given: list[Any]) -> Run:
    try:
        return _watched(module, _tensors(module, given))
    except InputError:
        raise
    except Exception as error:
        name = type(module).__name__
        raise InputError(f"{name} does not run on the example ({quoted(error)})") from None


def _other(fresh: Callable[[], Any], given: list[Any], first: Run) -> Iterator[Run]:
    """The same numbers shuffled, and with the other sign where they are not whole."""
    rng = np.random.default_rng(0)
    head, *rest = _tensors(fresh(), given)
    array = numbers(head) if hasattr(head, "detach") else np.asarray(head)
    shuffled = rng.permutation(array.ravel()).reshape(array.shape)
    if array.dtype.kind == "f" and not np.ptp(array):
        shuffled = rng.standard_normal(array.shape)
    for sign in (-1, 1) if array.dtype.kind == "f" else (1,):
        try:
            run = _watched(fresh(), [_like(head, sign * shuffled), *rest])
        except Exception:
            continue
        same = [c.name for c in run.calls] == [c.name for c in first.calls]
        if same and all(np.isfinite(each).all() for each in run.outputs):
            yield run
            return


def _like(tensor: Any, array: Array) -> Any:
    return tensor.new_tensor(array) if hasattr(tensor, "new_tensor") else array


def _tensors(module: Any, given: list[Any]) -> list[Any]:
    """Arrays as tensors; numbers that are not whole as wide as the module's weights."""
    torch = torch_of(module)
    if torch is None:
        return given
    weights = next((p for p in module.parameters() if p.is_floating_point()), torch.zeros(0))

    def tensor(each: Any) -> Any:
        if isinstance(each, tuple):
            return tuple(map(tensor, each))
        if isinstance(each, np.ndarray | list):
            each = torch.as_tensor(np.asarray(each), device=weights.device)
        turned = hasattr(each, "is_floating_point") and each.is_floating_point()
        return each.to(weights.dtype) if turned else each

    return [tensor(each) for each in given]


def _watched(module: Any, given: list[Any]) -> Run:
    run = watched(module, given)
    calls, names = joined(run.calls), [call.name for call in run.calls]
    times = max(map(names.count, names)) if len(calls) < len(names) else 1
    return replace(run, calls=calls, rectifiers=run.rectifiers[::times])  # once a loop
