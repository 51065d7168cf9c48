"""Where nodes and wires of any graph stand: nodes in layers, every wire on lines of its own.

A node stands after what it needs. Nodes that follow each other straight on are a chain, on one
row; what leaves a node runs along its row, and turns off it on a vertical track, in the channel
between two layers. What one node sends out shares its lines; no two nodes share any, so that wires
may cross, but never lie on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from lstm_viz.views.wiring.placement import OUT

Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Block:
    """What stands on one row: a chain of nodes, or the line of what goes past a node's follower."""

    nodes: tuple[str, ...]
    of: str = ""  # of a line: the node that it begins at


@dataclass(frozen=True, eq=False)
class Layers:
    """A graph in layers: what follows what straight on, and which wires take which block."""

    keys: Sequence[str]
    pairs: Sequence[Pair]
    depth: dict[str, int]
    way: frozenset[str]  # of the memory, along the top
    follower: dict[str, str]
    blocks: tuple[Block, ...]
    home: dict[str, int] = field(default_factory=dict)  # node → block
    line: dict[str, int] = field(default_factory=dict)  # node → block of its line

    @cached_property
    def sinks(self) -> dict[str, list[str]]:
        """What each node leads to."""
        found: dict[str, list[str]] = {key: [] for key in self.keys}
        for start, end in self.pairs:
            found[start].append(end)
        return found

    @cached_property
    def coming(self) -> dict[str, list[str]]:
        """What comes into each node on another row than its own."""
        found: dict[str, list[str]] = {key: [] for key in self.keys}
        for start, end in self.pairs:
            if self.follower.get(start) != end:
                found[end].append(start)
        return found

    def taken(self, start: str, end: str) -> int:
        """The block along which a wire runs before it turns to its end."""
        follows = self.follower.get(start)
        past = follows is not None and self.depth[end] > self.depth[follows]
        return self.line[start] if past else self.home[start]


def in_layers(keys: Sequence[str], pairs: Sequence[Pair]) -> Layers:
    """The layers of a graph whose wires are these pairs, each once."""
    depth = _depths(keys, pairs)
    way = _shortest(keys, pairs)
    follower = _followers(keys, pairs, depth, list(pairwise(way)))
    followed = set(follower.values())
    chains = []
    for key in keys:
        if key not in followed:
            chain = [key]
            while chain[-1] in follower:
                chain.append(follower[chain[-1]])
            chains.append(Block(tuple(chain)))
    home = {key: k for k, block in enumerate(chains) for key in block.nodes}
    past = [s for s, e in pairs if s in follower and depth[e] > depth[follower[s]]]
    lines = [Block((), of=start) for start in dict.fromkeys(past)]
    line = {block.of: len(chains) + k for k, block in enumerate(lines)}
    blocks = (*chains, *lines)
    return Layers(keys, pairs, depth, frozenset(way), follower, blocks, home, line)


def _followers(
    keys: Sequence[str], pairs: Sequence[Pair], depth: dict[str, int], way: list[Pair]
) -> dict[str, str]:
    """What stands straight behind a node, on its row: on the memory's way, else the nearest of
    those behind which it leads nowhere."""
    last = dict.fromkeys(keys, 0)
    for start, end in pairs:
        last[start] = max(last[start], depth[end])
    found = dict(way)
    taken = set(found.values())
    for start, end in sorted(pairs, key=lambda p: depth[p[1]] - depth[p[0]]):
        ends_there = last[start] == depth[end] and end not in taken and start not in found
        if ends_there:
            found[start] = end
            taken.add(end)
    return found


def _shortest(keys: Sequence[str], pairs: Sequence[Pair]) -> list[str]:
    """From a state before to the state after, by as few nodes as there is a way for any state."""
    found: list[list[str]] = []
    for start in (key for key in keys if key.endswith("_prev")):
        ways = {start: [start]}
        for _ in keys:
            for one, other in pairs:
                if one in ways and len(ways[one]) + 1 < len(ways.get(other, keys)):
                    ways[other] = [*ways[one], other]
        end = start.removesuffix("_prev") + OUT
        found += [ways[end]] if end in ways else []
    return min(found, key=len, default=[])


def _depths(keys: Sequence[str], pairs: Sequence[Pair]) -> dict[str, int]:
    """Layer of each node: after what it needs, or just before what needs it if it needs nothing."""
    depth = dict.fromkeys(keys, 0)
    for _ in keys:
        for start, end in pairs:
            depth[end] = max(depth[end], depth[start] + 1)
    fed = {end for _, end in pairs}
    last = max(depth.values())
    for key in keys:
        if key.endswith(OUT):
            depth[key] = last
        elif key not in fed and key != "x" and not key.endswith("_prev"):
            depth[key] = max(min((depth[e] for s, e in pairs if s == key), default=1) - 1, 0)
    return depth
