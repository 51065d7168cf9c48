"""What was found in a file, and how its parts become a `Network`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, RECURRENT, Part, activation, last_step
from lstm_viz.models.tensors import Tensors, broken_is_said
from lstm_viz.network.activations import activation as find_activation
from lstm_viz.network.network import Network
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import PER_BYTE, refuse_unpacked
from lstm_viz.validation.names import count, nearest

STEPS = ("last", "each")
Framework = Literal["torch", "keras", "onnx"]


@dataclass
class ModelFile:
    """The parts of a file, in order, and what in it was not read.

    `format` is printed, never read; `framework` is what else can run it. `known` says that the
    order is the file's own (Keras, ONNX); else it is guessed from names and shapes (PyTorch),
    unless the layers are known to branch (`branched`). `size` is how many bytes lie on the disk.
    """

    path: str
    format: str
    parts: list[Part]
    tensors: Tensors = field(default_factory=dict)
    framework: Framework | None = None
    known: bool = False
    branched: bool = False
    notes: list[str] = field(default_factory=list)
    states: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    size: int | None = None

    @property
    def recurrent(self) -> list[Part]:
        """The recurrent layers."""
        return [part for part in self.parts if part.role == RECURRENT]

    @property
    def ignored(self) -> list[str]:
        """Tensors that belong to no part."""
        used = {name for part in self.parts for name, _ in part.shapes}
        numbers = [n for n, t in self.tensors.items() if not t.dtype.startswith(("int", "bool"))]
        return [name for name in numbers if name not in used]

    @property
    def count(self) -> int:
        """How many numbers its parts hold."""
        return sum(part.count for part in self.parts)

    @property
    def groups(self) -> list[str]:
        """What `--layer` can choose."""
        return list(dict.fromkeys(part.group or part.name for part in self.recurrent))

    def network(
        self, layer: str | None = None, head: str | None = None, dtype: Any = np.float64
    ) -> Network:
        """The network of these parts; `layer` takes one recurrent layer alone, or a stack.

        `head` says what follows it: names of dense layers and activations in order, with `last` or
        `each` before them, such as `last,fc1,relu,fc2`; or `none`.
        """
        if not self.recurrent:
            raise InputError(f"{self.path}: {_no_recurrent(self)}")
        notes = list(self.notes)
        if layer is not None:
            chosen = self._named(layer)
        elif self.branched:
            chosen = self._only()
        else:
            chosen = self._readable(notes) if self.known else self._guessed(notes)
        if head is not None:
            chosen = self._with_head(chosen, head)
        elif not (self.known or self.branched or layer is not None):
            chosen = chosen + self._guessed_head(chosen, notes)
        notes += [f"{p.name}: {note}" for p in chosen for note in p.notes]
        if self.size is not None:
            needed = float(PER_BYTE * sum(part.count for part in chosen))
            refuse_unpacked(needed, self.size, self.path)
        with broken_is_said(self.path):
            network = Network([part.build() for part in chosen], dtype)
        network.notes, network.source = tuple(dict.fromkeys(notes)), self.path
        network.states = {k: s for k, s in self.states.items() if k in network.directions}
        return network

    def _named(self, name: str) -> list[Part]:
        found = [p for p in self.recurrent if name and name in (p.name, p.group)]
        if not found:
            names = [*self.groups, *(p.name for p in self.recurrent)]
            hint = nearest(name, names)
            raise InputError(f"{self.path} has no recurrent layer {name!r}: {hint}")
        return found

    def _only(self) -> list[Part]:
        if len(self.recurrent) > 1:
            names = ", ".join(self.groups)
            raise InputError(
                f"{self.path}: its layers branch: choose one of {names} by its name (--layer)"
            )
        return self.recurrent

    def _readable(self, notes: list[str]) -> list[Part]:
        """All parts around the recurrent ones, up to the first on either side that is not read."""
        places = [k for k, p in enumerate(self.parts) if p.role == RECURRENT]
        wrong = [k for k, p in enumerate(self.parts) if not p.readable]
        first = max([k for k in wrong if k < places[0]], default=-1) + 1
        end = min([k for k in wrong if k > places[0]], default=len(self.parts))
        if first:
            notes.append(f"{self.parts[first - 1].name} is not read: the inputs are what it gives")
        if end < len(self.parts):
            notes.append(f"{self.parts[end].name} and what follows is left out: it is not read")
        return self.parts[first:end]

    def _guessed(self, notes: list[str]) -> list[Part]:
        """All recurrent layers one behind the other, where their widths allow it."""
        found = self.recurrent
        for one, other in pairwise(found):
            if other.inputs is not None and one.outputs != other.inputs:
                raise InputError(
                    f"{self.path} has several recurrent layers, not one behind the other:"
                    f" choose one of {', '.join(self.groups)} by its name (--layer)"
                )
        if len(self.groups) > 1:
            notes.append(f"{' and '.join(self.groups)}: taken one behind the other, as in the file")
        before = [
            p
            for p in self.parts[: self.parts.index(found[0])]
            if p.role == EMBEDDING and p.outputs == found[0].inputs
        ]
        return [*before[-1:], *found]

    def _guessed_head(self, chosen: list[Part], notes: list[str]) -> list[Part]:
        """The dense layer that must follow, if it is plain which."""
        last = chosen[-1]
        later = self.parts[self.parts.index(last) + 1 :] if last in self.parts else []
        fitting = [p for p in later if p.role == DENSE and p.inputs == last.outputs]
        modules = [p for p in later if p.role in (DENSE, OTHER)]
        if fitting and modules == fitting[:1]:
            notes.append(
                f"{fitting[0].name}: taken to read the last step, without an activation behind it"
                " (a file of weights does not say; --head does)"
            )
            return [*_last(chosen), fitting[0]]
        if modules:
            names = ", ".join(p.name for p in modules)
            notes.append(
                f"what follows {last.name} is not known from weights alone ({names}): it is left"
                f" out; --head names it, such as --head last,{modules[0].name}"
            )
        return []

    def _with_head(self, chosen: list[Part], head: str) -> list[Part]:
        known = {p.name: p for p in self.parts if p.role != RECURRENT}
        last = max(k for k, p in enumerate(chosen) if p.role == RECURRENT)
        found = chosen[: last + 1]
        words = [word.strip() for word in head.split(",") if word.strip()]
        for word in [] if words == ["none"] else words:
            if word == "last":
                found += _last(found)
            elif word in known:
                found.append(known[word])
            elif word != "each":
                found.append(_activation(word, known))
        return found


def _activation(word: str, known: Iterable[str]) -> Part:
    try:
        find_activation(word)
    except InputError:
        names = [*known, *STEPS, "none"]
        hint = nearest(word, names)
        raise InputError(
            f"--head: {word!r} is no layer of the file, no activation: {hint}"
        ) from None
    return activation(word, word)


def _last(chosen: list[Part]) -> list[Part]:
    """What makes a chain end with its last step: a part behind it, or another form of its end."""
    if chosen[-1].final is not None:
        chosen[-1] = chosen[-1].final
        return []
    return [last_step()] if chosen[-1].sequences else []


def _no_recurrent(model: ModelFile) -> str:
    """What a file holds that has no recurrent layer."""
    names = list(model.tensors)
    held = ", ".join(f"{n} {tuple(model.tensors[n].shape)}" for n in names[:3])
    more = ", …" if len(names) > 3 else ""
    said = f"no recurrent layer in it; it holds {count(len(names), 'tensor')} ({held}{more})"
    words = ("attn", "attention", "self_attn", "q_proj", "in_proj", "query", "c_attn", "wte")
    if any(word in name.lower() for name in names for word in words):
        said += ", which look like a Transformer's: it has no steps that pass a state on"
    elif any(len(t.shape) == 4 for t in model.tensors.values()):
        said += ", which look like a convolutional network's"
    return said
