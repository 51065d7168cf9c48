"""On which row every node and every wire of a graph in layers stands, so that wires are short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from lstm_viz.views.wiring.layers import Block, Layers, Pair

FIRST = 2  # rows between a node and the first wire that turns into it from above or below
BELOW = 2  # rows that a node leaves free below its own: there are its number and some space
CROSSING = 3  # as bad as so many rows of a wire
TRIES = 1500  # orders that are looked at, at most


class Entry(NamedTuple):
    """How a wire comes into its node: level (side 0), from above (-1) or from below (1).

    `rank` counts those of the side from the node on; what is `direct` comes from its own row.
    """

    side: int
    rank: int = 0
    direct: bool = False


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a graph whose blocks stand below each other in this order."""

    layers: Layers
    order: tuple[int, ...]
    entries: dict[Pair, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spans: dict[int, list[tuple[int, int, str]]] = {}
        for block in self.order:
            for key in self.layers.blocks[block].nodes:
                self._enter(key, spans.setdefault(self.layers.depth[key], []))

    @cached_property
    def place(self) -> dict[int, int]:
        """Where in the order a block stands."""
        return {block: k for k, block in enumerate(self.order)}

    @cached_property
    def _in_layer(self) -> dict[int, list[int]]:
        """By layer, where in the order its nodes stand."""
        found: dict[int, list[int]] = {}
        for block in self.order:
            for key in self.layers.blocks[block].nodes:
                found.setdefault(self.layers.depth[key], []).append(self.place[block])
        return found

    def _enter(self, key: str, spans: list[tuple[int, int, str]]) -> None:
        """How wires come into a node; `spans` is where others run up and down in its layer."""
        layers, at = self.layers, self.place[self.layers.home[key]]
        places = {s: self.place[layers.taken(s, key)] for s in layers.coming[key]}
        sides = {
            -1: sorted((s for s in places if places[s] < at), key=lambda s: -places[s]),
            1: sorted((s for s in places if places[s] > at), key=lambda s: places[s]),
        }
        if places and key not in layers.follower.values():
            level = sides[1] if len(sides[1]) >= len(sides[-1]) else sides[-1]
            self.entries[level.pop(0), key] = Entry(0)
        others = self._in_layer[layers.depth[key]]
        for side, starts in sides.items():
            near, far = list[str](), list[str]()
            for start in starts:
                low, high = sorted((at, places[start]))
                free = not any(low < k < high or k == places[start] for k in others)
                free = free and all(high <= a or b <= low or o == start for a, b, o in spans)
                (far if free else near).append(start)
                if free:
                    spans.append((low, high, start))
            for rank, start in enumerate((*near, *far)):
                self.entries[start, key] = Entry(side, rank, start in far)

    @cached_property
    def of(self) -> dict[int, int]:
        """Each block's row: as high as what stands above it leaves room for."""
        taken = dict.fromkeys(range(2 * len(self._in_layer) + 1), -1)
        bare, found = set[int](), {}  # positions where the last row taken is a wire's
        for block in self.order:
            nodes = {2 * self.layers.depth[key] for key in self.layers.blocks[block].nodes}
            needs = self._needs(self.layers.blocks[block], block)
            apart = nodes & bare  # there the wire is as far away as a node is high
            row = max(taken[p] + max(up, p in apart) + 1 for p, (up, _) in needs.items())
            found[block] = row
            taken |= {p: row + down for p, (_, down) in needs.items()}
            entered = {p for p in nodes if needs.get(p - 1, (0, 0))[1] >= FIRST}
            bare = (bare | (needs.keys() - nodes) | entered) - (nodes - entered)
        return found

    def _needs(self, block: Block, number: int) -> dict[int, tuple[int, int]]:
        """The rows that a block needs above and below its own, by position: layers are even."""
        layers, depth = self.layers, self.layers.depth
        first = 2 * depth[block.nodes[0] if block.nodes else block.of]
        if not block.nodes:
            first += 1
        elif any(self.entries[s, block.nodes[0]].side == 0 for s in layers.coming[block.nodes[0]]):
            first -= 1
        end = first
        for start in block.nodes or (block.of,):
            for sink in layers.sinks[start]:
                if layers.taken(start, sink) == number:
                    entry = self.entries.get((start, sink))
                    end = max(end, 2 * depth[sink] - (entry is not None and not entry.direct))
        last = 2 * depth[block.nodes[-1]] if block.nodes else end
        needs = dict.fromkeys(range(first, max(end, last) + 1), (0, 0))
        for key in block.nodes:
            here, coming = 2 * depth[key], [self.entries[s, key] for s in layers.coming[key]]
            up, down = (
                max([FIRST + e.rank for e in coming if e.side == side and not e.direct], default=0)
                for side in (-1, 1)
            )
            if up or down:
                needs[here - 1] = up, down
            needs[here] = max(up, any(e.side < 0 for e in coming)), max(down, BELOW)
        return needs

    def row(self, key: str) -> int:
        """The row of a node."""
        return self.of[self.layers.home[key]]

    def leaves(self, pair: Pair) -> int:
        """The row along which a wire runs before it turns to its end."""
        return self.of[self.layers.taken(*pair)]

    def enters(self, pair: Pair) -> int:
        """The row on which a wire turns into its end: its end's own if it comes in level."""
        entry = self.entries.get(pair, Entry(0))
        if entry.direct:
            return self.leaves(pair)
        return self.row(pair[1]) + entry.side * (FIRST + entry.rank)

    @cached_property
    def channels(self) -> dict[int, dict[str, list[int]]]:
        """By the layer behind it and by start, the rows that a channel's tracks join; the first is
        where they begin."""
        layers, found = self.layers, dict[int, dict[str, list[int]]]()
        for start, block in layers.line.items():
            channel = found.setdefault(layers.depth[start] + 1, {})
            channel[start] = [self.row(start), self.of[block]]
        for pair in layers.pairs:
            start, end = pair
            if pair in self.entries and not self.entries[pair].direct:
                channel = found.setdefault(layers.depth[end], {})
                channel.setdefault(start, [self.leaves(pair)]).append(self.enters(pair))
        return found

    @property
    def cost(self) -> float:
        """How long and how crossed the wires are, and how many rows there are."""
        passing: dict[int, list[tuple[int, int]]] = {}
        for block, row in self.of.items():
            for p in self._needs(self.layers.blocks[block], block):
                passing.setdefault(p, []).append((row, block))
        total = 2.0 * max(self.of.values())
        spans = [(2 * k - 1, rows) for k, each in self.channels.items() for rows in each.values()]
        for pair, entry in self.entries.items():
            if entry.direct:
                place = 2 * self.layers.depth[pair[1]]
                spans.append((place, [self.leaves(pair), self.row(pair[1])]))
        for place, rows in spans:
            low, high = min(rows), max(rows)
            total += high - low
            total += CROSSING * sum(low < row < high for row, _ in passing.get(place, ()))
        return total


def arranged(layers: Layers) -> Rows:
    """The rows of a graph, in an order in which its wires are short and cross rarely."""
    best = Rows(layers, _first(layers))
    cost, tries, better = best.cost, 0, True
    pinned = bool(layers.way)
    while better and tries < TRIES:
        better = False
        for block in best.order[pinned:]:
            rest = [each for each in best.order if each != block]
            for k in range(pinned, len(rest) + 1):
                order = (*rest[:k], block, *rest[k:])
                if tries >= TRIES or order == best.order:
                    continue
                tries += 1
                other = Rows(layers, order)
                if (found := other.cost) < cost - 1e-9:
                    best, cost, better = other, found, True
    return best


def _first(layers: Layers) -> tuple[int, ...]:
    """An order to begin with: the memory's way, then what is near what it is joined to."""
    count = len(layers.blocks)
    near: dict[int, set[int]] = {k: set() for k in range(count)}
    for start, end in layers.pairs:
        one, other = layers.taken(start, end), layers.home[end]
        near[one].add(other)
        near[other].add(one)
    top = next((layers.home[key] for key in layers.way), -1)
    order: Sequence[int] = sorted(range(count), key=lambda k: k != top)
    for _ in range(8):
        place = {block: k for k, block in enumerate(order)}
        mean = {k: (sum(place[n] for n in near[k]) + place[k]) / (len(near[k]) + 1) for k in order}
        order = sorted(order, key=lambda k: (k != top, mean[k]))
    return tuple(order)
