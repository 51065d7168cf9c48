"""What is known of a tensor of a graph: the layers that give it, and what its axes are.

Axes are letters: T (time), B (batch), D (directions), H (hidden), F (features), S (final states,
in sequence), 1 (an axis of one), BT and TB (these two in one axis), and the words of `RAW`
for those of an input whose meaning is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lstm_viz.models.onnx.nodes import OnnxNode, recurrent
from lstm_viz.models.parts import EMBEDDING, Part
from lstm_viz.models.tensors import MOST_LAYERS

Axes = tuple[str, ...]
RAW = ("first", "second", "third", "fourth")  # axes of an input, until a recurrent node takes it


@dataclass(frozen=True, eq=False)
class Link:
    """A layer and the one before it; how many layers, and how many recurrent ones, there are."""

    part: Part
    before: Link | None = None
    layers: int = 1
    recurrent: int = 0
    source: Source | None = None  # of a recurrent layer
    step: int | None = None  # of a layer that takes one step
    bare: bool = False  # a product without a bias, yet

    def all(self) -> Iterator[Link]:
        """From the last to the first."""
        link: Link | None = self
        while link is not None:
            yield link
            link = link.before


@dataclass(frozen=True, eq=False)
class Source:
    """A recurrent node, and what enters it."""

    node: OnnxNode
    entering: Value

    @property
    def both(self) -> bool:
        """Whether it goes in two directions."""
        return self.node.directions == 2


@dataclass(frozen=True)
class Final:
    """A recurrent node's final state: of which direction, and which quantity."""

    source: Source
    direction: int
    quantity: str


@dataclass(frozen=True, eq=False)
class Value:
    """A tensor: its axes, the layers after the tensor `root` that give it, how many features.

    `entrance` are the axes of `root`, `sizes` those that are known. `finals` are final states that
    belong to no layer yet, since what follows says which of them are handed on. `source` is the
    last recurrent node before the tensor. `words` says that these are numbers of words, cast to
    whole numbers, which only a table takes.
    """

    axes: Axes
    root: str
    entrance: Axes
    link: Link | None = None
    width: int | None = None
    sizes: Mapping[str, int | None] = field(default_factory=dict)
    finals: tuple[Final, ...] = ()
    source: Source | None = None
    words: bool = False

    def axis(self, place: int) -> str:
        """The axis at a place, counted from the end where negative; nothing where there is none."""
        return self.axes[place] if -len(self.axes) <= place < len(self.axes) else ""

    @property
    def recurrent(self) -> int:
        """How many recurrent layers stand before it."""
        before = self._before
        return (before.recurrent if before else 0) + bool(self.finals)

    @property
    def layers(self) -> int:
        """How many layers stand before it."""
        before = self._before
        return (before.layers if before else 0) + bool(self.finals)

    @property
    def _before(self) -> Link | None:
        return self.finals[0].source.entering.link if self.finals else self.link

    def featured(self, place: int = -1) -> Axes | None:
        """The axes where this one holds the features; None where it does not."""
        letter = self.axis(place)
        if letter not in ("F", *RAW) or (letter in RAW and "F" in self.axes):
            return None
        place = range(len(self.axes))[place]
        return (*self.axes[:place], "F", *self.axes[place + 1 :])

    def alone(self, letter: str) -> bool:
        """Whether an axis holds one entry only."""
        if letter == "D":
            return self.source is not None and not self.source.both
        if letter == "S":
            return len(self.finals) == 1
        return letter == "1" or (letter == "B" and self.sizes.get("B") == 1)

    def turned(self, axes: Axes) -> Value:
        """The same with other axes: where D is gone, H are the features."""
        if "D" not in axes:
            axes = tuple("F" if letter == "H" else letter for letter in axes)
        return replace(self, axes=axes)

    def dropped(self, place: int, stays: bool = False) -> Value:
        """Without an axis, or with one of one there."""
        place = range(len(self.axes))[place]
        kept = ("1",) if stays else ()
        return self.turned((*self.axes[:place], *kept, *self.axes[place + 1 :]))

    def resized(self, axes: Axes, width: int | None) -> Value:
        """With other axes and another number of features."""
        return replace(self, axes=axes, width=width)

    def closed(self) -> Value | None:
        """Final states that are features become the recurrent layer that hands these on."""
        if not self.finals:
            return self
        source = self.finals[0].source
        if "S" in self.axes or any(each.source is not source for each in self.finals):
            return None
        states = tuple((each.direction, each.quantity) for each in self.finals)
        link = joined(source.entering.link, recurrent(source.node, False, states), source)
        return replace(self, link=link, finals=(), width=link.part.outputs)

    def then(self, part: Part, axes: Axes | None = None, **more: object) -> Value | None:
        """One layer more."""
        before = self.closed()
        if before is None or before.layers >= MOST_LAYERS:
            return None
        if before.words and part.role != EMBEDDING:
            return None
        link = replace(joined(before.link, part), **more)  # type: ignore[arg-type]
        return before.meaning(axes or before.axes).after(link)

    def after(self, link: Link) -> Value:
        """With this as its last layer."""
        return replace(self, link=link, width=link.part.outputs or self.width, words=False)

    def meaning(self, axes: Axes) -> Value:
        """With other letters for its axes, and the same for those of where it enters."""
        meant = dict(zip(self.axes, axes, strict=False))
        entrance = tuple(meant.get(a, a) if a in RAW else a for a in self.entrance)
        return replace(self, axes=axes, entrance=entrance)


def joined(before: Link | None, part: Part, source: Source | None = None) -> Link:
    """A layer after others."""
    layers, recurrents = (before.layers, before.recurrent) if before else (0, 0)
    return Link(part, before, layers + 1, recurrents + (source is not None), source)
