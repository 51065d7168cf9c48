"""The graph of a functional Keras model, read as a chain of layers where it is one.

An edge is an output of a layer: `["lstm", 0, 2]` is the third output of the first call of `lstm`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lstm_viz.models.tensors import MOST_LAYERS

JOINS = ("Concatenate", "Merge")


@dataclass(frozen=True)
class Edge:
    """An output of a layer: the layer's name, which of its calls, which of its outputs."""

    layer: str
    call: int
    output: int


@dataclass(frozen=True)
class Call:
    """One call of a layer: what comes in, and what it is called with besides, as it is written."""

    inputs: tuple[Edge, ...] = ()
    arguments: Any = None


@dataclass(frozen=True)
class Config:
    """One layer: its name, its class, its options, and the key of its weights in a file.

    `inside` is the model within the model that it stands in. `outputs` are the numbers of its
    outputs that go on, () where these are all as they are. `aside` says that the layers branch
    before it.
    """

    name: str
    kind: str
    options: dict[str, Any]
    key: str
    calls: tuple[Call, ...] = ()
    inside: Config | None = None
    outputs: tuple[int, ...] = ()
    aside: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """The names of the models within the model that it stands in, and its own."""
        return (*(self.inside.path if self.inside else ()), self.name)

    @property
    def inputs(self) -> tuple[Edge, ...]:
        """All that comes in, over all calls."""
        return tuple(edge for call in self.calls for edge in call.inputs)

    @property
    def sources(self) -> tuple[str, ...]:
        """The layers that it reads."""
        return tuple(dict.fromkeys(edge.layer for edge in self.inputs))


def unique_names(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """A layer's own name, after those of the models around it where several have it."""
    own = Counter(path[-1] for path in paths)
    return [path[-1] if own[path[-1]] == 1 else ".".join(path) for path in paths]


def calls(nodes: Any) -> tuple[Call, ...]:
    """How a layer is called: Keras 3's `{"args": …, "kwargs": …}`, or Keras 2's lists of edges."""
    listed = nodes if isinstance(nodes, list | tuple) else ()
    return tuple(
        Call(tuple(islice(edges(node), MOST_LAYERS)), _arguments(node))
        for node in listed[:MOST_LAYERS]
    )


def edges(node: Any) -> Iterator[Edge]:
    """The edges in what is written: `["lstm", 0, 2]`, Keras 3's history of a tensor, lists of them.

    Masks go with the values, and are read as options.
    """
    if isinstance(node, dict):
        for key, each in node.items():
            if key != "mask":
                yield from edges(each)
    elif isinstance(node, list | tuple):
        start = node[:3]
        if [type(piece) for piece in start] == [str, int, int]:
            yield Edge(*start)
            yield from edges(node[3:])  # Keras 2's arguments by name
        else:
            for each in node:
                yield from edges(each)


def _arguments(node: Any) -> Any:
    if isinstance(node, dict):
        return node.get("args")
    if not isinstance(node, list | tuple) or not node:
        return None
    first = node if isinstance(node[0], str) else node[0]  # of what is no layer, the edge itself
    return first[3] if isinstance(first, list | tuple) and len(first) > 3 else None


def chained(layers: list[Config], outputs: list[Edge]) -> list[Config]:
    """The layers in sequence, up to where they branch; then the rest, `aside`."""
    needed = _needed(layers, outputs)
    readers: dict[str, list[Config]] = {}
    for layer in needed:
        for source in layer.sources:
            readers.setdefault(source, []).append(layer)
    starts = [layer for layer in needed if not layer.sources]
    found = starts if len(starts) == 1 and starts[0].kind == "InputLayer" else []
    while found and _one_behind(found[-1], readers.get(found[-1].name, [])):
        (behind,) = readers[found[-1].name]
        found = [*found[:-1], replace(found[-1], outputs=_numbers(behind.inputs)), behind]
    inside = {layer.name for layer in found}
    rest = [replace(layer, aside=True) for layer in needed if layer.name not in inside]
    ends = [edge for edge in outputs if found and edge.layer == found[-1].name]
    if not rest and len(ends) == 1:
        found[-1] = replace(found[-1], outputs=_numbers(ends))
    return [*found, *rest]


def _numbers(edges: Iterable[Edge]) -> tuple[int, ...]:
    return tuple(edge.output for edge in edges)


def _needed(layers: list[Config], outputs: list[Edge]) -> list[Config]:
    """Without what the outputs do not need: what only makes a mask."""
    wanted = {edge.layer for edge in outputs} or {layer.name for layer in layers[-1:]}
    for _ in layers:
        more = {name for layer in layers if layer.name in wanted for name in layer.sources}
        if more <= wanted:
            break
        wanted |= more
    return [layer for layer in layers if layer.name in wanted]


def _one_behind(layer: Config, readers: list[Config]) -> bool:
    """Whether one layer alone reads this one, once, and nothing else: with one input, or a join."""
    if len(readers) != 1 or readers[0].sources != (layer.name,) or len(readers[0].calls) != 1:
        return False
    inputs = readers[0].inputs
    return all(edge.call == 0 for edge in inputs) and (len(inputs) == 1 or readers[0].kind in JOINS)
