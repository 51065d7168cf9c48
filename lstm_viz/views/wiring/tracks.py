"""The places of nodes and the bends of wires, from their layers, rows and tracks.

A node's wires share a track in a channel; two nodes' tracks that would touch stand beside each
other, in an order in which they cross least.
"""

from __future__ import annotations

from collections.abc import Sequence

from lstm_viz.views.wiring.layers import Pair, in_layers
from lstm_viz.views.wiring.placement import MANY, Places, Point, Routes
from lstm_viz.views.wiring.rows import Rows, arranged

EDGE, END = 0.05, 0.1  # how far the outermost nodes stay from the sides, and from above and below
LAYER, TRACK = 10.0, 1.5  # how wide a node and a track are, one to the other
FAN = 0.022  # between wires that come into a node beside each other
WIDEST = 0.034  # and between the first and the last of them; twice that where they are many


def placed(keys: Sequence[str], pairs: Sequence[Pair]) -> tuple[Places, Routes]:
    """Places from left to right by longest path, and the wires between them.

    What a state comes to by the shortest way, as a memory does, is a straight line along the top.
    """
    layers = in_layers(keys, list(dict.fromkeys(pairs)))
    rows = arranged(layers)
    tracks = {k: _tracks(channel) for k, channel in rows.channels.items()}
    layer_at, track_at = _across(max(layers.depth.values()) + 1, tracks)
    taken = [*rows.of.values(), *(rows.enters(pair) for pair in rows.entries)]
    low, high = min(taken), max(taken)
    scale = (1 - 2 * END) / max(high - low, 1)

    def height(row: int) -> float:
        return 1 - END - scale * (row - low) if high > low else 0.5

    places = {key: (layer_at[layers.depth[key]], height(rows.row(key))) for key in keys}
    ways = {
        pair: [(x, height(row)) for x, row in _way(rows, pair, layer_at, track_at)]
        for pair in layers.pairs
    }
    return places, _shared(places, ways)


def _way(
    rows: Rows, pair: Pair, layer_at: list[float], track_at: dict[tuple[int, str], float]
) -> list[tuple[float, int]]:
    """The bends of a wire: x and row."""
    (start, end), layers, found = pair, rows.layers, list[tuple[float, int]]()
    if pair not in rows.entries:
        return found
    leaves, enters, entry = rows.leaves(pair), rows.enters(pair), rows.entries[pair]
    if leaves != rows.row(start):
        x = track_at[layers.depth[start] + 1, start]
        found += [(x, rows.row(start)), (x, leaves)]
    if not entry.direct:
        x = track_at[layers.depth[end], start]
        found += [(x, leaves), (x, enters)]
    if entry.side:
        beside = [e for (_, to), e in rows.entries.items() if to == end and e.side == entry.side]
        wide = 2 * WIDEST if sum(to == end for _, to in layers.pairs) >= MANY else WIDEST
        fan = min(FAN, wide / max(len(beside) - 1, 1))
        x = layer_at[layers.depth[end]] + fan * (entry.rank - (len(beside) - 1) / 2)
        found.append((x, enters))
    return [each for k, each in enumerate(found) if each not in found[:k]]


def _tracks(channel: dict[str, list[int]]) -> dict[str, int]:
    """The track of each start: numbers from 0 on, from left to right."""
    left, order = dict(channel), list[str]()
    while left:
        best = min(left, key=lambda s: sum(_crossings(left[s], left[o]) for o in left if o != s))
        order.append(best)
        del left[best]
    found: dict[str, int] = {}
    for start in order:
        low, high = min(channel[start]), max(channel[start])
        met = [k for o, k in found.items() if min(channel[o]) <= high and low <= max(channel[o])]
        found[start] = max(met, default=-1) + 1
    return found


def _crossings(one: list[int], other: list[int]) -> int:
    """How often two tracks' wires cross, the first one on the left; less how often on the right."""

    def count(left: list[int], right: list[int]) -> int:
        begins = min(left) < right[0] < max(left)
        return begins + sum(min(right) < row < max(right) for row in left[1:])

    return count(one, other) - count(other, one)


def _across(
    layers: int, tracks: dict[int, dict[str, int]]
) -> tuple[list[float], dict[tuple[int, str], float]]:
    """Where layers and tracks stand from left to right."""
    layer_at, track_at, x = [0.0], {}, 0.0
    for k in range(1, layers):
        count = max(tracks.get(k, {"": -1}).values()) + 1
        for start, track in tracks.get(k, {}).items():
            track_at[k, start] = x + LAYER / 2 + TRACK * (track + 0.5)
        x += LAYER + TRACK * count
        layer_at.append(x)
    scale = (1 - 2 * EDGE) / max(x, 1.0)
    return (
        [EDGE + scale * each for each in layer_at],
        {key: EDGE + scale * each for key, each in track_at.items()},
    )


def _shared(places: Places, ways: dict[Pair, list[Point]]) -> Routes:
    """The bends of wires, with one where another wire of the same node leaves them; and how many
    of them lie on a line that is shared."""
    found: Routes = {}
    for pair, bends in ways.items():
        start, end = pair
        mine = [places[start], *bends, places[end]]
        others = [
            [places[s], *way, places[e]] for (s, e), way in ways.items() if s == start and e != end
        ]
        leaves = [_leaves(mine, other) for other in others]
        points, passed = [], 0
        last = max((k for k, _ in leaves), default=0)
        for k, point in enumerate(mine):
            if 0 < k < len(mine) - 1:
                points.append(point)
            here = [p for j, p in leaves if j == k and p != point]
            if k == last and here:
                far = max(here, key=lambda p: abs(p[0] - point[0]) + abs(p[1] - point[1]))
                if far != mine[k + 1]:
                    points.append(far)
                    passed = len(points)
            if k == last and not here and any(p == point for j, p in leaves if j == k):
                passed = len(points) if 0 < k < len(mine) - 1 else 0
        found[pair] = tuple(points), passed
    return found


def _leaves(mine: list[Point], other: list[Point]) -> tuple[int, Point]:
    """The last place on the first way that the second shares: after which of its corners."""
    k = 0
    while k + 1 < min(len(mine), len(other)):
        a, b, c = mine[k], mine[k + 1], other[k + 1]
        if b == c:
            k += 1
            continue
        if a[1] == b[1] == c[1] and (b[0] - a[0]) * (c[0] - a[0]) > 0:
            near = min(b, c, key=lambda p: abs(p[0] - a[0]))
            return (k + 1, b) if near == b else (k, near)
        if a[0] == b[0] == c[0] and (b[1] - a[1]) * (c[1] - a[1]) > 0:
            near = min(b, c, key=lambda p: abs(p[1] - a[1]))
            return (k + 1, b) if near == b else (k, near)
        break
    return k, mine[k]
