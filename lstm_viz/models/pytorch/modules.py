"""What a pickled module says beyond its tensors: kinds, options, activations, and the order in
which its parts are defined. Its `forward` is code, which is not in the file, or not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lstm_viz.models.live.modules import READERS, RECURRENT
from lstm_viz.models.parts import Part, unread
from lstm_viz.models.pytorch.contents import attributes
from lstm_viz.models.pytorch.layers import NAME, Definitions, wrapping
from lstm_viz.models.pytorch.pickles import Made
from lstm_viz.models.tensors import Tensor, Tensors

FOREIGN = "of the class {0}, whose forward() may do more than the usual one: it is not in the file"


class _Options:
    """A module's attributes, as the pickle has them; `AttributeError` for what it does not have."""

    def __init__(self, values: Mapping[Any, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        if name not in self._values or isinstance(self._values[name], Made):
            raise AttributeError(name)
        return self._values[name]


def definitions(modules: Mapping[str, Made], tensors: Tensors) -> Definitions:
    """The parts of the modules in a file, by name, in the order in which they are defined."""
    found, front = Definitions(), wrapping(tensors)
    own: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        own.setdefault(name.rpartition(".")[0], {})[name] = tensor
    for full, made in modules.items():
        name, held = full.removeprefix(front), own.get(full, {})
        kind, state = _kind(made), attributes(made)
        inside = list(_children(state, full, modules))
        if kind in RECURRENT or any(map(NAME.match, held)):
            found.parts[name] = []
            mode = str(state.get("nonlinearity", state.get("mode", "")))
            if (word := mode.removeprefix("RNN_").lower()) in ("tanh", "relu"):
                found.nonlinearities[name] = word
            if not kind:
                found.notes.append(
                    f"{name or 'it'}: {FOREIGN.format(made.maker.replace(' ', '.'))}"
                )
        elif kind == "Linear" or (kind == "Conv1d" and "kernel_size" not in state):
            found.parts[name] = []  # its tensors say what there is to know
        elif not inside and kind not in ("Identity", "ModuleList", "ModuleDict", "Sequential"):
            found.parts[name] = [_part(name, kind, made, held)]
    return found


def _part(name: str, kind: str, made: Made, held: Tensors) -> Part:
    said = made.maker.rpartition(" ")[2]
    try:
        read = READERS[kind](name, _Options(attributes(made)), held) if kind in READERS else None
    except AttributeError as error:  # TorchScript keeps no arguments
        return unread(name, f"{said}, whose {error} is not in the file", held.values())
    return read or unread(name, f"{said} with these arguments" * (kind in READERS) or said)


def _kind(made: Made) -> str:
    """PyTorch's name for it, '' for a class of one's own."""
    module, _, name = made.maker.removeprefix("__torch__.").rpartition(" ")
    return name if module.startswith("torch.nn.modules.") else ""


def _children(state: Mapping[Any, Any], name: str, modules: Mapping[str, Made]) -> Iterator[str]:
    own = f"{name}." if name else ""
    return (
        f"{own}{key}" for key in [*state, *state.get("_modules", {})] if f"{own}{key}" in modules
    )
