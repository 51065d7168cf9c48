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
    """Places from left to right by longest path; wires bend where they pass a layer."""
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
    _untangle(layers, steps)
    where = _spread(layers, steps)
    places = {key: where[key] for key in keys}
    return places, {pair: (tuple(where[s] for s in chain), 0) for pair, chain in chains.items()}


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


def _untangle(layers: list[list[_Slot]], steps: Sequence[tuple[_Slot, _Slot]]) -> None:
    """Order each layer by the mean place of what it is joined to, forward and back, a few times."""
    before = _neighbours(steps)
    rank = {slot: k / len(layer) for layer in layers for k, slot in enumerate(layer)}
    for turn in range(24):
        for layer in layers if turn % 2 == 0 else reversed(layers):
            mean = {s: _mean([rank[n] for n in before.get(s, ())], rank[s]) for s in layer}
            layer.sort(key=lambda s: mean[s])
            rank |= {slot: (k + 0.5) / len(layer) for k, slot in enumerate(layer)}


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _spread(layers: list[list[_Slot]], steps: Sequence[tuple[_Slot, _Slot]]) -> dict[_Slot, Point]:
    """Heights that make wires short, with a gap between neighbours, fitted into the unit square."""
    before = _neighbours(steps)
    height = {slot: float(k) for layer in layers for k, slot in enumerate(layer)}
    for turn in range(24):
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wanted = [_mean([height[n] for n in before.get(s, ())], height[s]) for s in layer]
            height |= zip(layer, _apart(wanted, layer), strict=True)
    low, high = min(height.values()), max(height.values())
    scale = (1 - 2 * EDGE) / max(high - low, 1.0)
    rest = (1 - 2 * EDGE - scale * (high - low)) / 2
    wide = (1 - 2 * EDGE) / max(len(layers) - 1, 1)
    return {
        slot: (EDGE + k * wide, 1 - EDGE - rest - scale * (height[slot] - low))
        for k, layer in enumerate(layers)
        for slot in layer
    }


def _apart(wanted: list[float], layer: list[_Slot]) -> list[float]:
    """Numbers near the wanted ones, in the same order, each so far from the next as is needed."""
    gaps = [1.0 if isinstance(a, str) and isinstance(b, str) else 0.6 for a, b in pairwise(layer)]
    up, down = wanted[:], wanted[:]
    for k, gap in enumerate(gaps):
        up[k + 1] = max(up[k + 1], up[k] + gap)
    for k in range(len(gaps) - 1, -1, -1):
        down[k] = min(down[k], down[k + 1] - gaps[k])
    return [(a + b) / 2 for a, b in zip(up, down, strict=True)]
