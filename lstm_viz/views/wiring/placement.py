"""Where nodes and wires of a wiring are drawn, in a unit square: in layers, for any graph.

Of a wire its bends are said, and how many of them lie on a line that it shares with others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
Places = dict[str, Point]
Routes = dict[tuple[str, str], tuple[tuple[Point, ...], int]]
Family = tuple[Places, Routes]

OUT = "'"  # c' is c as it leaves the step
LEAST = 0.5  # so far below the line at the top is all else, in gaps between neighbours
ABOVE = 0.12  # how far the line at the top stays from the border: gates lie on it
EDGE = 0.05  # how far the outermost nodes stay from the border


def bus(start: str, ends: Iterable[tuple[str, float]], *corners: Point) -> Routes:
    """Wires that share a line along their corners, then leave it upwards or downwards at x."""
    level = corners[-1][1]
    return {(start, end): ((*corners[:-1], (x, level)), len(corners)) for end, x in ends}


def straight(*pairs: tuple[str, str]) -> Routes:
    return dict.fromkeys(pairs, ((), 0))


# ---------------------------------------------------------------------------- in layers

_Slot = str | tuple[str, str, int]  # a node, or where a long wire passes a layer


def in_layers(keys: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[Places, Routes]:
    """Places from left to right by longest path; wires bend where they pass a layer.

    What a state comes to by the shortest way, as a memory does, is a straight line along the top.
    """
    pairs = list(dict.fromkeys(pairs))
    depth = _depths(keys, pairs)
    layers: list[list[_Slot]] = [[] for _ in range(max(depth.values()) + 1)]
    for key in keys:
        layers[depth[key]].append(key)
    steps: list[tuple[_Slot, _Slot]] = []
    chains: dict[tuple[str, str], list[_Slot]] = {}
    for start, end in pairs:
        chain: list[_Slot] = [(start, end, k) for k in range(depth[start] + 1, depth[end])]
        for slot in chain:
            layers[slot[2]].append(slot)  # type: ignore[index]
        chains[start, end] = chain
        steps += zip([start, *chain], [*chain, end], strict=True)
    way = _shortest(keys, pairs)
    top = {slot for one, other in pairwise(way) for slot in (one, *chains[one, other], other)}
    _untangle(layers, steps, top)
    where = _spread(layers, steps, top)
    places = {key: where[key] for key in keys}
    return places, {pair: (tuple(where[s] for s in chain), 0) for pair, chain in chains.items()}


def _shortest(keys: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[str]:
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


def _depths(keys: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
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


def _neighbours(steps: Iterable[tuple[_Slot, _Slot]]) -> dict[_Slot, list[_Slot]]:
    found: dict[_Slot, list[_Slot]] = {}
    for one, other in steps:
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def _untangle(
    layers: list[list[_Slot]], steps: Sequence[tuple[_Slot, _Slot]], top: set[_Slot]
) -> None:
    """Order each layer by the mean place of what it is joined to, forward and back, a few times;
    what is at the top comes first."""
    before = _neighbours(steps)
    rank = {slot: k / len(layer) for layer in layers for k, slot in enumerate(layer)}
    for turn in range(24):
        for layer in layers if turn % 2 == 0 else reversed(layers):
            mean = {s: _mean([rank[n] for n in before.get(s, ())], rank[s]) for s in layer}
            layer.sort(key=lambda s: (s not in top, mean[s]))
            rank |= {slot: (k + 0.5) / len(layer) for k, slot in enumerate(layer)}


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _spread(
    layers: list[list[_Slot]], steps: Sequence[tuple[_Slot, _Slot]], top: set[_Slot]
) -> dict[_Slot, Point]:
    """Heights that make wires short, with a gap between neighbours, fitted into the unit square;
    what is at the top is at height 0, and all else below it."""
    before = _neighbours(steps)
    height = {slot: float(k) for layer in layers for k, slot in enumerate(layer)}
    for turn in range(24):
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wanted = [_mean([height[n] for n in before.get(s, ())], height[s]) for s in layer]
            height |= zip(layer, _apart(wanted, layer, layer[0] in top), strict=True)
            if top:
                height |= {s: max(height[s], LEAST) for s in layer if s not in top}
    low, high = min(height.values()), max(height.values())
    above = ABOVE if top else EDGE
    scale = (1 - EDGE - above) / max(high - low, 1.0)
    rest = (1 - EDGE - above - scale * (high - low)) / 2
    wide = (1 - 2 * EDGE) / max(len(layers) - 1, 1)
    return {
        slot: (EDGE + k * wide, 1 - above - rest - scale * (height[slot] - low))
        for k, layer in enumerate(layers)
        for slot in layer
    }


def _apart(wanted: list[float], layer: list[_Slot], pinned: bool) -> list[float]:
    """Numbers near the wanted ones, in the same order, each so far from the next as is needed; the
    first one is 0 where it is `pinned`."""
    gaps = [1.0 if isinstance(a, str) and isinstance(b, str) else 0.6 for a, b in pairwise(layer)]
    if pinned:
        found = [0.0]
        rest = _apart(wanted[1:], layer[1:], False) if layer[1:] else []
        for gap, number in zip(gaps, rest, strict=True):
            found.append(max(number, found[-1] + gap))
        return found
    up, down = wanted[:], wanted[:]
    for k, gap in enumerate(gaps):
        up[k + 1] = max(up[k + 1], up[k] + gap)
    for k in range(len(gaps) - 1, -1, -1):
        down[k] = min(down[k], down[k + 1] - gaps[k])
    return [(a + b) / 2 for a, b in zip(up, down, strict=True)]
