"""In a wiring of characters it is seen where wires join, and where each of them leads."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_up import texts

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.wires import arrival
from lstm_viz.terminal.wiring import laid
from lstm_viz.views.wiring.diagram import wiring

SIZES = [(57, 24), (57, 21), (60, 26), (74, 30), (90, 33), (90, 27), (117, 24), (197, 40)]


def pictures(cell):
    """Of a cell with random weights, and numbers that are long to write: forward and backward."""
    inputs = 1 if cell.letters("x") != "H" else 2
    weights = {k: 0.1 * w for k, w in cell.start(inputs, inputs, 3).items()}
    trace = run(cell, weights, np.full((3, inputs), -0.1234567))
    slope = np.zeros_like(trace[cell.output])
    slope[-1] = -1e-3
    gradients = backpropagate(trace, {cell.output: slope})
    return wiring(trace, 1), wiring(trace, 1, 0, gradients)


def faults(picture, size):
    """What hides where a wire leads."""
    boxes, drawn, ways = laid(picture, Paper(size[0]), size[1])
    passing = drawn.passing
    lines = {}
    for wire, way in zip(picture.wires, ways, strict=bool(boxes)):
        ends = wire.start, wire.end
        for place in way:
            behind = [key for key, box in boxes.items() if box.covers(place) and key not in ends]
            yield from (f"{ends} runs behind {key} at {place}" for key in behind)
        for one, other in pairwise(way):
            level = one[0] == other[0]
            for place in (one, other):
                lines.setdefault(place, {}).setdefault(wire.start, set()).add(
                    (level, one < other if place == one else one > other)
                )
        shared = [
            p for p in way[::-1] if {e for s, e in passing[p] if s == wire.start} > {wire.end}
        ]
        if len(shared) > 1 and boxes[wire.start].covers(shared[-1]) and not picture.backward:
            yield f"{ends} branches off behind a label at {shared[-1]}"
        target = boxes[wire.start if picture.backward else wire.end]
        there = arrival(way, target.covers, True)
        if there and any(start != wire.start for start, _ in passing[there[0]]):
            yield f"the arrow of {ends} stands on another wire at {there[0]}"
    for place, found in lines.items():
        here = [key for key, box in boxes.items() if box.covers(place)]
        if len(found) > 1 and not here and not straight_across(list(found.values())):
            yield f"the wires of {sorted(found)} meet at {place}"


def straight_across(found):
    """Whether of two wires one goes on level and the other one upright."""
    across = [{level for level, _ in ways} for ways in found]
    return len(found) == 2 and sorted(map(len, found)) == [2, 2] and across[0] != across[1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CELLS)
def test_it_is_seen_where_every_wire_leads(name, size):
    for picture in pictures(CELLS[name]):
        assert list(faults(picture, size)) == []


@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(texts(True), st.sampled_from([(57, 24), (77, 24), (90, 33), (117, 24), (117, 40)]))
def test_nor_is_it_hidden_in_any_cell_that_can_be_typed(text, size):
    for picture in pictures(Cell("typed", text)):
        assert list(faults(picture, size)) == []
        wide, high = size
        assert laid(picture, Paper(wide), high).boxes or wide < 90 or len(picture.nodes) > 30
