"""Nodes that turn, take away or put together axes: the last step, the mean, the final states.

Each function takes a node and what is known of what enters it, and says what comes out, or None
where it is not read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lstm_viz.models.onnx.attributes import attribute, whole_numbers
from lstm_viz.models.onnx.fold import slices
from lstm_viz.models.onnx.graph import OnnxGraph, name_of
from lstm_viz.models.onnx.value import Final, Value
from lstm_viz.models.parts import last_step, other
from lstm_viz.network.heads import Maximum, Mean, OneSequence, Step

TO_THE_END = 1_000_000  # what exporters write for "as far as it goes", or more
FLOATS, WHOLE = (1, 10, 11, 16), (6, 7)
MEANS, MAXIMA = (
    {f"Reduce{word}", f"Global{other_}Pool", f"{other_}Pool"}
    for word, other_ in (("Mean", "Average"), ("Max", "Max"))
)


def passed(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """What comes in goes on; a Cast may make whole numbers of an input's words only."""
    kind = attribute(node, "to") if node.op_type == "Cast" else None
    if kind in WHOLE:
        return replace(value, words=True) if value.link is None and not value.finals else None
    return None if (kind in FLOATS and value.words) or kind not in (None, *FLOATS) else value


def transposed(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """Axes in another order."""
    places = list(range(len(value.axes)))
    order = attribute(node, "perm", places[::-1])
    if sorted(order) != places:
        return None
    return replace(value, axes=tuple(value.axes[k] for k in order))


def squeezed(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """Without axes that hold one entry."""
    places, count = whole_numbers(node, graph.tensors, 1, "axes"), len(value.axes)
    if not places or any(not value.alone(value.axis(place)) for place in places):
        return None
    gone = {place % count for place in places}
    return value.turned(tuple(a for k, a in enumerate(value.axes) if k not in gone))


def unsqueezed(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """With an axis of one more."""
    places = whole_numbers(node, graph.tensors, 1, "axes")
    if not places or len(places) > 1 or not -len(value.axes) - 1 <= places[0] <= len(value.axes):
        return None
    place = places[0] % (len(value.axes) + 1)
    return replace(value, axes=(*value.axes[:place], "1", *value.axes[place:]))


def gathered(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """One entry of an axis: one step, one final state, the only direction there is."""
    index, axis = graph.constant(node.input[1]), attribute(node, "axis", 0)
    if index is None or index.size != 1 or index.ndim > 1 or not value.axis(axis):
        return None
    return _one(node, value, axis, int(index.ravel()[0]), stays=index.ndim == 1)


def _one(node: Any, value: Value, axis: int, index: int, stays: bool) -> Value | None:
    letter = value.axis(axis)
    if value.alone(letter) and index in (0, -1):
        return value.dropped(axis, stays)
    if letter == "S" and -len(value.finals) <= index < len(value.finals):
        return replace(value, finals=(value.finals[index],)).dropped(axis, stays)
    if letter == "D":
        taken = _one_direction(value, index % 2) if index in (-2, -1, 0, 1) else None
        return None if taken is None else taken.dropped(axis, stays)
    if letter == "T":
        taken = _step(node, value, index)
        return None if taken is None else taken.dropped(axis, stays)
    if letter == "B":
        return _sequence(node, value, axis, index, stays)
    return None


def _step(node: Any, value: Value, index: int) -> Value | None:
    if index == -1:
        return value.then(last_step(), step=-1)
    said = f"the step at position {index}"
    return value.then(other(name_of(node), said, lambda: Step(index, name_of(node))), step=index)


def _sequence(node: Any, value: Value, axis: int, index: int, stays: bool) -> Value | None:
    """One sequence of the batch: often meant to be the last step, of a model with time first."""
    if "T" not in value.axes:
        return None
    said = f"of the batch, the sequence at position {index}"
    part = other(name_of(node), said, lambda: OneSequence(index, name_of(node)))
    note = "takes one sequence of the batch, not one step: every step of it goes on"
    found = value.then(replace(part, notes=(note,)))
    return None if found is None else found.dropped(axis, stays)


def sliced(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """One step; some final states; one direction's half of a step; or all of an axis."""
    cuts = slices(node, graph.tensors)
    for place, cut in (cuts or {}).items():
        found = _cut(node, value, place, cut)
        if found is None:
            return None
        value = found
    return value if cuts else None


def _cut(node: Any, value: Value, place: int, cut: slice) -> Value | None:
    letter, start, end = value.axis(place), cut.start, cut.stop
    if not letter or cut.step != 1:
        return None
    if start == 0 and end >= TO_THE_END:
        return value
    if letter == "S":
        kept = value.finals[cut]
        return replace(value, finals=kept) if kept else None
    if letter == "F":
        return _half(value, start, end)
    if letter != "T" or not (end == start + 1 != 0 or (start == -1 and end >= TO_THE_END)):
        return None
    taken = _step(node, value, start)
    return None if taken is None else taken.dropped(place, True)


def _half(value: Value, start: int, end: int) -> Value | None:
    width = value.width or 0
    start, end = start + width if start < 0 else start, min(end, width)
    way = {(0, width // 2): 0, (width // 2, width): 1}.get((start, end))
    return None if way is None else _one_direction(value, way)


def _one_direction(value: Value, way: int) -> Value | None:
    """One direction's part of the step at which that direction ends is its final state."""
    link = value.link
    source = link.before.source if link and link.before else None
    if link is None or source is None or not source.both or link.step != (-1, 0)[way]:
        return None
    width = (value.width or 0) // 2
    return replace(value, link=None, width=width, finals=(Final(source, way, "h"),))


def reduced(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """The mean or the maximum over time."""
    places = _places(graph, node, value)
    letters = {value.axis(place) for place in places}
    if "T" not in letters or not all(a == "T" or value.alone(a) for a in letters):
        return None
    kind, word = (Mean, "mean") if node.op_type in MEANS else (Maximum, "maximum")
    found = value.then(other(name_of(node), f"the {word} over time", lambda: kind(name_of(node))))
    if found is None:
        return None
    kept = attribute(node, "keepdims", 1) or not node.op_type.startswith("Reduce")
    gone = {place % len(value.axes) for place in places}
    axes = [("1" if k in gone else a) for k, a in enumerate(found.axes) if kept or k not in gone]
    return found.turned(tuple(axes))


def _places(graph: OnnxGraph, node: Any, value: Value) -> list[int]:
    if node.op_type.startswith("Reduce"):
        return whole_numbers(node, graph.tensors, 1, "axes") or []
    places = list(range(2, len(value.axes)))
    if node.op_type.startswith("Global"):
        return places
    sizes = [1 if value.alone(value.axis(k)) else value.sizes.get(value.axis(k)) for k in places]
    whole = attribute(node, "kernel_shape") == sizes and not any(attribute(node, "pads", [0]))
    return places if whole else []


def joined(graph: OnnxGraph, node: Any, values: list[Value]) -> Value | None:
    """Final states, in sequence or side by side."""
    first, axis = values[0], attribute(node, "axis", 0)
    if len(values) == 1:
        return first
    if any(not v.finals or v.axes != first.axes for v in values) or first.axis(axis) not in (
        "S",
        "F",
    ):
        return None
    if first.axis(axis) == "F" and "S" in first.axes:
        return None
    return replace(first, finals=tuple(each for v in values for each in v.finals))
