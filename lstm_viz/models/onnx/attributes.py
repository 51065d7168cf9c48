"""What a node says of itself: attributes by name, and inputs that are constants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lstm_viz.models.tensors import Tensors

MOST_NUMBERS = 64  # of a list of axes or sizes


def attribute(node: Any, name: str, usual: Any = None) -> Any:
    """An attribute of a node, whatever its type."""
    for each in node.attribute:
        if each.name == name:
            fields = {1: each.f, 2: each.i, 3: each.s, 6: each.floats, 7: each.ints}
            value = fields.get(each.type, each.strings if each.type == 8 else usual)
            if isinstance(value, bytes):
                return value.decode("utf-8", "replace")
            return value if isinstance(value, int | float) else (value and list(value)) or usual
    return usual


def whole_numbers(node: Any, tensors: Tensors, place: int, name: str) -> list[int] | None:
    """Whole numbers that are an input (newer versions) or an attribute (older ones); else None."""
    if len(node.input) > place and node.input[place]:
        held = tensors.get(node.input[place])
        if held is None or held.size > MOST_NUMBERS:
            return None
        return [int(n) for n in held.numbers().ravel()]
    given = attribute(node, name)
    return None if given is None else [int(n) for n in given]


def nodes_inside(graph: Any) -> Iterator[Any]:
    """The nodes of a graph, and those of the graphs in their attributes."""
    left = [graph]
    while left:
        for node in left.pop().node:
            yield node
            left += [a.g for a in node.attribute if a.HasField("g")]


def reads(node: Any) -> list[str]:
    """The names of what it takes, also inside of the graphs in its attributes."""
    inner = (name for a in node.attribute if a.HasField("g") for each in nodes_inside(a.g)
             for name in each.input)  # fmt: skip
    return [name for name in dict.fromkeys((*node.input, *inner)) if name]
