"""Reshape and Flatten: which axes become one, found from the sizes that the file says."""

from __future__ import annotations

from typing import Any

from lstm_viz.models.onnx.attributes import attribute, whole_numbers
from lstm_viz.models.onnx.graph import OnnxGraph
from lstm_viz.models.onnx.value import Axes, Value
from lstm_viz.models.parts import other
from lstm_viz.network.heads import Flatten

Entries = list[int | None]
MERGED = {("B", "T"): "BT", ("T", "B"): "TB"}  # time and batch in one axis
ROWS = {letter: axes for axes, letter in MERGED.items()}


def reshaped(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """Axes of one taken away; directions, final states or all steps, concatenated; or rows."""
    entries = _entries(graph, node)
    if entries is None or (attribute(node, "allowzero", 0) and 0 in entries):
        return None
    entries = [_copied(value, k) if n == 0 else n for k, n in enumerate(entries)]
    for axes in _arrangements(_core(value)):
        fitting = len(axes) == len(entries) and all(
            _fits(value, letter, entry) for letter, entry in zip(axes, entries, strict=True)
        )
        if fitting and (axes[0] not in ROWS or entries[-1] == _size(value, "F")):
            return _arranged(value, axes)
    return None


def flattened(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """All axes before the one named become one, and all from it on."""
    axis = attribute(node, "axis", 1) % max(len(value.axes), 1)
    core = _core(value)
    before = [a for a in value.axes[:axis] if a in core]
    for axes in _arrangements(core):
        if len(axes) == 2 and len(before) == len(ROWS.get(axes[0], "x")):
            return _arranged(value, axes)
    return None


def _core(value: Value) -> Axes:
    """The axes of more than one entry, and the batch; in front of final states, where it is one."""
    core = tuple(a for a in value.axes if a == "B" or not value.alone(a))
    core = core if "D" in core else tuple("F" if a == "H" else a for a in core)
    return ("B", "S", "F") if core == ("S", "B", "F") and value.alone("B") else core


def _arrangements(core: Axes) -> list[Axes]:
    """All that a reshape can make of these axes without mixing them."""
    found = [core]
    if core[-2:] in (("D", "H"), ("S", "F")):
        found.append((*core[:-2], "F"))
    if core[-3:] == ("T", "D", "H"):
        found.append((*core[:-3], "T·F"))
    if core[:2] in MERGED and len(core) == 3:
        found.append((MERGED[core[0], core[1]], core[2]))
    if core == ("B", "T", "F"):
        found.append(("B", "T·F"))
    if core[:1] and core[0] in ROWS:
        found.append((*ROWS[core[0]], *core[1:]))
    return found


def _arranged(value: Value, axes: Axes) -> Value | None:
    if axes[-1] != "T·F":
        return value.turned(axes)
    flat = value.then(other("flatten", "all steps, concatenated", lambda: Flatten("flatten")))
    if flat is None:
        return None
    steps = value.sizes.get("T")
    width = None if steps is None or value.width is None else steps * value.width
    return flat.resized((*axes[:-1], "F"), width)


def _fits(value: Value, letter: str, entry: int | None) -> bool:
    """Whether an axis may have this size: −1 and what is computed is whatever is left."""
    if entry in (None, -1):
        return letter != "T·F" or entry == -1
    size = _size(value, letter)
    return size is None or size == entry


def _size(value: Value, letter: str) -> int | None:
    steps, batch = value.sizes.get("T"), value.sizes.get("B")
    if letter in ROWS:
        return None if steps is None or batch is None else steps * batch
    if letter in ("F", "T·F"):
        whole = value.width
        if value.finals and whole is not None:
            whole *= len(value.finals)
        if letter == "F":
            return whole
        return None if steps is None or whole is None else steps * whole
    ways = 2 if value.source and value.source.both else 1
    hidden = None if value.width is None else value.width // ways
    known = {"T": steps, "B": batch, "D": ways, "H": hidden, "S": len(value.finals)}
    return known.get(letter)


def _copied(value: Value, place: int) -> int | None:
    """The size of an axis that stays as it is (0 in the shape); −2 where it cannot be known."""
    letter = value.axis(place)
    return 1 if letter != "B" and value.alone(letter) else _size(value, letter)


def _entries(graph: OnnxGraph, node: Any) -> Entries | None:
    """The shape asked for, None for a size that is computed; None where not even its length is."""
    held = whole_numbers(node, graph.tensors, 1, "shape")
    if held is not None:
        return list(held)
    maker = graph.makers.get(node.input[1]) if len(node.input) > 1 else None
    if maker is None or maker.op_type != "Concat":
        return None
    found: Entries = []
    for name in maker.input:
        tensor, before = graph.tensors.get(name), graph.makers.get(name)
        if tensor is not None and tensor.size <= 8:
            found += [int(n) for n in tensor.numbers().ravel()]
        elif before is not None and before.op_type == "Unsqueeze":
            found.append(None)
        else:
            return None
    return found
