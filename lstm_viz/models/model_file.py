"""What was found in a file, and how its parts become a `Network`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from lstm_viz.models.chain import Chain, Weights, readable
from lstm_viz.models.head_words import is_activation, with_head
from lstm_viz.models.parts import RECURRENT, Part, activation
from lstm_viz.models.tensors import Tensors, broken_is_said
from lstm_viz.network.layers import Layer
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import direction_names
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.limits import PER_BYTE, refuse_unpacked
from lstm_viz.validation.names import count, nearest

OWN_CELL = "lstm-viz step --cell mine.txt --weights FILE.npz (docs/adding.md)"
Framework = Literal["torch", "keras", "onnx"]


@dataclass
class ModelFile:
    """The parts of a file, in order, and what in it was not read.

    `format` is printed, never read; `framework` is what else can run it. `known` says that the
    parts follow each other as listed (Keras, ONNX), `branched` that they do not. Else it is a file
    of weights, whose parts are listed as they were defined, or by their names (not `ordered`);
    `unsaid` is why their order is not known.
    `size` is how many bytes lie on the disk.
    """

    path: str
    format: str
    parts: list[Part]
    tensors: Tensors = field(default_factory=dict)
    framework: Framework | None = None
    known: bool = False
    branched: bool = False
    ordered: bool = True
    unsaid: str = "a file of weights does not say"
    notes: list[str] = field(default_factory=list)
    states: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    size: int | None = None
    why: str = ""  # there is no recurrent layer among the parts, where that is known

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
        """How many numbers the parts hold that are read."""
        return sum(part.count for part in self.parts if part.readable)

    @property
    def groups(self) -> list[str]:
        """What `--layer` can choose."""
        return list(dict.fromkeys(part.group or part.name for part in self.recurrent))

    def network(
        self, layer: str | None = None, head: str | None = None, dtype: Any = np.float64
    ) -> Network:
        """The network of the parts that `chain` chooses, for the same names."""
        chain = self.chain(layer, head)
        if self.size is not None:
            needed = float(PER_BYTE * sum(part.count for part in chain.parts))
            refuse_unpacked(needed, self.size, self.path)
        with broken_is_said(self.path):
            network = Network([self._built(part) for part in chain.parts], dtype)
        network.notes, network.source = chain.notes, self.path
        network.states = {k: s for k, s in self.states.items() if k in network.directions}
        return network

    def _built(self, part: Part) -> Layer:
        """The layer of a part; what is wrong with its numbers names the file and the layer."""
        try:
            return part.build()
        except InputError as error:
            said = str(error)
            where = "" if said.startswith(self.path) else f"{self.path}: {part.name}: "
            raise InputError(where + said) from None

    def chain(self, layer: str | None = None, head: str | None = None) -> Chain:
        """The parts that run, in sequence; no numbers are read.

        `layer` is a recurrent layer or stack by name. Where the file says what stands around it,
        that runs too; else the layer runs alone, after the embedding that is its own. Several
        names, also of activations, separated by commas, run in this order. `head` says what follows
        (`head_words`).

        Raises `OptionError` for a name that is not known, `InputError` where more must be said.
        """
        if not self.recurrent:
            raise InputError(f"{self.path}: {_no_recurrent(self)}")
        chain = self._chain([] if layer is None else self._words(layer), head)
        if head is not None:
            chain = replace(chain, parts=with_head(chain.parts, head, self.parts), left_out=())
        notes = (f"{part.name}: {note}" for part in chain.parts for note in part.notes)
        return replace(chain, notes=tuple(dict.fromkeys((*self.notes, *chain.notes, *notes))))

    def _chain(self, words: list[str], head: str | None) -> Chain:
        named = [part for word in words for part in self._named(word, len(words) > 1)]
        if len(words) > 1 and (self.known or self.branched):
            raise OptionError(
                f"{self.path} says the order of its layers: --layer takes one of them"
            )
        if self.known:
            return readable(self.parts, named)
        if self.branched:
            return self._alone(named)
        weights = Weights(self.path, self.parts, self.ordered, self.ignored, self.unsaid)
        return weights.in_order(named) if len(words) > 1 else weights.around(named, head)

    def _words(self, layer: str) -> list[str]:
        """One name, which may hold commas, or several."""
        if any(_is_called(part, layer) for part in self.recurrent):
            return [layer]
        return [word.strip() for word in layer.split(",")]

    def _named(self, name: str, any_role: bool) -> list[Part]:
        known = [p for p in self.parts if p.role == RECURRENT or (any_role and p.readable)]
        found = [part for part in known if _is_called(part, name)]
        if not found and any_role and is_activation(name):
            return [activation(name, name)]
        if not found:
            names = list(dict.fromkeys([*self.groups, *(p.name for p in known)]))
            what = "layer that is read" if any_role else "recurrent layer"
            raise OptionError(f"{self.path} has no {what} {name!r}: {nearest(name, names)}")
        return found

    def _alone(self, named: list[Part]) -> Chain:
        """One layer of a graph that branches."""
        if not named and len(self.recurrent) > 1:
            names = ", ".join(self.groups)
            raise InputError(f"{self.path}: its layers branch: choose one of {names} with --layer")
        chosen = named or self.recurrent
        left_out = tuple(part.name for part in self.parts if part not in chosen)
        return Chain(chosen, (), left_out, tuple(named))


def _is_called(part: Part, name: str) -> bool:
    """By its name, that of its stack, or that of one of its directions."""
    ways = direction_names(part.name, len(part.cells)) if len(part.cells) == 2 else ()
    return name in (part.name, part.group or part.name, *ways)


def _no_recurrent(model: ModelFile) -> str:
    """What a file holds that has no recurrent layer, or none that is read."""
    for part in model.parts:
        if part.kind and not part.readable:
            return "; ".join((f"{part.name}: {part.what}", *part.notes))
    if model.why:
        return model.why
    names = list(model.tensors)
    held = ", ".join(f"{n} {tuple(model.tensors[n].shape)}" for n in names[:3])
    more = ", …" if len(names) > 3 else ""
    said = f"no recurrent layer in it; it holds {count(len(names), 'tensor')} ({held}{more})"
    words = ("attn", "attention", "self_attn", "q_proj", "in_proj", "query", "c_attn", "wte")
    if any(word in name.lower() for name in names for word in words):
        said += ", which look like a Transformer's: it has no steps that pass a state on"
    elif any(len(t.shape) == 4 for t in model.tensors.values()):
        said += ", which look like a convolutional network's"
    elif any(len(t.shape) == 2 for t in model.tensors.values()):
        said += "; a cell of your own runs by its equations, written into a text: " + OWN_CELL
    return said
