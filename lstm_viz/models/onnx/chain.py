"""What each tensor of a graph is, from its inputs on, and which chain of layers gives its output.

Every node is looked at once, after those whose outputs it takes. What enters a recurrent node and
is not read begins a chain of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from typing import Any

from lstm_viz.models.onnx import activations, axes, layers, reshape
from lstm_viz.models.onnx.attributes import attribute
from lstm_viz.models.onnx.eight_bits import EIGHT_BITS, Products
from lstm_viz.models.onnx.graph import OnnxGraph, is_own, name_of
from lstm_viz.models.onnx.nodes import OnnxNode, is_quantised, is_recurrent, recurrent
from lstm_viz.models.onnx.starts import States, starts
from lstm_viz.models.onnx.value import RAW, Final, Link, Source, Value, joined
from lstm_viz.models.parts import Part, activation, unread

PASSING = ("Identity", "Dropout", "Cast")  # what comes in goes on
LOOKING = ("Shape", "Size")  # take sizes only
Rule = Callable[[OnnxGraph, Any, Value], Value | None]
RULES: Mapping[str, Rule] = {
    **dict.fromkeys(PASSING, axes.passed),
    **dict.fromkeys(activations.ACTIVATIONS, activations.activated),
    **dict.fromkeys(("Softmax", "LogSoftmax"), activations.softmax),
    **dict.fromkeys((*axes.MEANS, *axes.MAXIMA), axes.reduced),
    "Clip": activations.clipped,
    "PRelu": activations.sloped,
    "Gemm": layers.gemm,
    "MatMul": layers.matmul,
    "Conv": layers.convolution,
    "BatchNormalization": layers.batch_norm,
    "LayerNormalization": layers.layer_norm,
    "Transpose": axes.transposed,
    "Squeeze": axes.squeezed,
    "Unsqueeze": axes.unsqueezed,
    "Gather": axes.gathered,
    "Slice": axes.sliced,
    "Reshape": reshape.reshaped,
    "Flatten": reshape.flattened,
}
FURTHEST = 1000  # nodes that are looked at for the first one that is not read


@dataclass
class Chain:
    """What is known of each tensor; the recurrent nodes; their initial states."""

    graph: OnnxGraph
    values: dict[str, Value] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    states: States = field(default_factory=dict)
    products: Products = field(init=False)

    def __post_init__(self) -> None:
        self.products = Products(self.graph)
        for name, shape in self.graph.inputs.items():
            if name not in self.graph.tensors and len(shape) <= len(RAW):
                letters = RAW[: len(shape)]
                sizes = dict(zip(letters, shape, strict=True))
                self.values[name] = Value(letters, name, letters, sizes=sizes)
        for node in self.graph.nodes:
            if is_recurrent(node):
                self._recurrent(node)
            elif self.products.takes(node, self.values):
                continue
            elif node.output and node.output[0] not in self.graph.tensors and is_own(node):
                found = self._rule(node)
                if found is not None and found.axes:
                    self.values[node.output[0]] = found

    def _rule(self, node: Any) -> Value | None:
        graph, known = self.graph, [self.values.get(name) for name in node.input]
        given = [value for value in known if value is not None]
        if not given:
            return None
        if node.op_type == "Concat":
            return axes.joined(graph, node, given) if len(given) == len(known) else None
        if node.op_type in ("Add", "Sub", "Mul", "Div"):
            return self._of_two(node, known)
        if node.op_type == "Gather" and known[0] is None:
            return layers.looked_up(graph, node, given[0]) if self._is_table(node) else None
        rule = RULES.get(node.op_type)
        return None if rule is None or known[0] is None else rule(graph, node, known[0])

    def _is_table(self, node: Any) -> bool:
        return len(node.input) == 2 and node.input[0] in self.graph.tensors

    def _of_two(self, node: Any, known: list[Value | None]) -> Value | None:
        if len(known) != 2:
            return None
        one, other = known
        if one is not None and other is not None:
            if node.op_type != "Mul" or one.axes != other.axes:
                return None
            one, other = sorted((one, other), key=lambda v: v.link.layers if v.link else 0)
            name = activations.of_itself(one, other)
            return one.then(activation(name_of(node), name)) if name else None
        held = self.graph.constant(node.input[1 if one is not None else 0])
        value = one or other
        return None if held is None or value is None else (
            layers.of_constant(self.graph, node, value, held)
        )  # fmt: skip

    def _recurrent(self, node: Any) -> None:
        """What a recurrent node gives: its steps, its final h and its final c."""
        graph = self.graph
        states, notes, before = starts(graph, node)
        wrapped = OnnxNode(graph.path, name_of(node), node, graph.tensors)
        if is_quantised(node):
            notes.append(EIGHT_BITS)
            graph.spent |= set(node.input[8:12])
        wrapped = replace(wrapped, notes=tuple(notes))
        self.states |= states
        part = recurrent(wrapped, True)
        entering = self._entering(node, part, bool(before))
        source = Source(wrapped, entering)
        self.sources.append(source)
        for name, value in zip(node.output, _given(source, part), strict=False):
            if name:
                self.values[name] = value

    def _entering(self, node: Any, part: Part, fed: bool) -> Value:
        """What enters, where its axes are time, batch and features; else the beginning of a chain.

        `fed` says that another recurrent node's states are where this one starts: what enters is
        then not chained after recurrent nodes, since the states would not come along.
        """
        name, wanted = node.input[0], ("B", "T") if attribute(node, "layout", 0) else ("T", "B")
        value = self.values.get(name)
        closed = value.closed() if value is not None else None
        bound = None if closed is None else _bound(closed, wanted)
        fitting = bound is not None and bound.width in (None, part.inputs)
        if bound is not None and fitting and not (fed and bound.recurrent):
            return replace(bound, width=part.inputs)
        return Value((*wanted, "F"), name, (*wanted, "F"), self._not_read(name), part.inputs)

    def _not_read(self, name: str) -> Link | None:
        """The node that gives what enters, where it is not read; it says what lies after it."""
        maker = self.graph.makers.get(name)
        if maker is None:
            return None
        part, first = _unread(maker), maker
        for _ in range(FURTHEST):
            before = self.graph.makers.get(first.input[0]) if first.input else None
            if before is None or first.input[0] in self.values:
                break
            first = before
        if first is not maker:
            part = replace(part, what=f"{maker.op_type}, after {_unread(first).name}: not read")
        return joined(None, part)

    @cached_property
    def chosen(self) -> Value | None:
        """The first output, or one read as it that has more recurrent layers; else `_ending`."""
        known = (self.values.get(name) for name in self.graph.outputs)
        read = [value for value in takewhile(lambda value: value is not None, known) if value]
        whole = [ended(value) for value in read if value.recurrent]
        complete = [value for value in whole if value is not None]
        if complete:
            return max(complete, key=lambda value: value.recurrent)
        return self._ending

    @cached_property
    def _ending(self) -> Value | None:
        """The tensor after which what is read ends: the first one, where there are branches."""
        ends: list[tuple[int, int, Value]] = []
        for name, value in self.values.items():
            left = self._unread_users(name)
            closed = ended(value) if value.recurrent else None
            if closed is None or not left:
                continue
            following = [_unread(n) for n in left[:1] if not is_recurrent(n)]
            link = joined(closed.link, following[0]) if following else closed.link
            ends.append((-value.recurrent, value.layers, replace(closed, link=link)))
        return min(ends, key=lambda each: each[:2])[2] if ends else self._first

    def _unread_users(self, name: str) -> list[Any]:
        users = [node for node in self.graph.users(name) if node.op_type not in LOOKING]
        return [node for node in users if not any(n in self.values for n in node.output)]

    @property
    def _first(self) -> Value | None:
        """Of a graph that does nothing with them: the steps of its first recurrent node."""
        return next((value for value in self.values.values() if value.recurrent), None)


def _given(source: Source, part: Part) -> tuple[Value, Value, Value]:
    """A recurrent node's steps, its final h, and its final c."""
    first, ways = bool(source.node.get("layout", 0)), range(source.node.directions)
    steps = replace(
        source.entering,
        axes=("B", "T", "D", "H") if first else ("T", "D", "B", "H"),
        link=joined(source.entering.link, part, source),
        width=part.outputs,
        source=source,
    )
    states = ("B", "S", "F") if first else ("S", "B", "F")
    width = (part.outputs or 0) // len(ways)
    h, c = (tuple(Final(source, way, letter) for way in ways) for letter in "hc")
    final = replace(steps, axes=states, link=None, width=width)
    return steps, replace(final, finals=h), replace(final, finals=c)


def ended(value: Value) -> Value | None:
    """A value as the end of a network: final states that stand in sequence included."""
    if not value.finals:
        return value
    letters = tuple(letter for letter in value.axes if letter != "S")
    return replace(value, axes=letters).closed()


def _bound(value: Value, wanted: tuple[str, str]) -> Value | None:
    """With T, B and F for the axes of an input, where they are still to be said."""
    if len(value.axes) != 3 or value.words:
        return None
    new = (*wanted, "F")
    meant = dict(zip(value.axes, new, strict=True))
    for letter, meaning in meant.items():
        free = letter in RAW or (letter == "1" and meaning == "B")
        if letter != meaning and not free:
            return None
    sizes = dict(value.sizes)
    for letter, meaning in meant.items():
        if letter in RAW:
            sizes[meaning] = value.sizes.get(letter)
        elif letter == "1":
            sizes["B"] = 1
    width = value.width or (value.sizes.get(value.axes[2]) if value.axes[2] in RAW else None)
    entrance = tuple(meant.get(letter, letter) for letter in value.entrance)
    return replace(value, axes=new, entrance=entrance, sizes=sizes, width=width)


def _unread(node: Any) -> Part:
    name, kind = name_of(node), str(node.op_type)
    return unread(name if name.endswith(kind) else f"{name} ({kind})", kind)
