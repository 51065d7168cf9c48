"""In a wiring of characters it is seen where wires join: no label, number or arrow lies on one."""

import numpy as np
import pytest

from lstm_viz import CELLS, backpropagate, run
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.wires import arrival
from lstm_viz.terminal.wiring import laid
from lstm_viz.views.step.screen import MANY
from lstm_viz.views.wiring.diagram import wiring
from lstm_viz.views.wiring.graph import graph_of

SIZES = [(57, 24), (57, 21), (60, 26), (74, 30), (90, 33), (90, 27), (117, 24)]
LARGE = 90  # columns from which a large cell is drawn


def pictures(name):
    """Of a cell with random weights, and numbers that are long to write: forward and backward."""
    cell = CELLS[name]
    inputs = 1 if cell.letters("x") != "H" else 2
    weights = {k: 0.1 * w for k, w in cell.start(inputs, inputs, 3).items()}
    trace = run(cell, weights, np.full((3, inputs), -0.1234567))
    slope = np.zeros_like(trace[cell.output])
    slope[-1] = -1e-3
    gradients = backpropagate(trace, {cell.output: slope})
    return wiring(trace, 1), wiring(trace, 1, 0, gradients)


def faults(picture, size):
    """What hides where a wire leads."""
    boxes, drawn, ways, _ = laid(picture, Paper(size[0]), size[1])
    passing = drawn.passing
    for wire, way in zip(picture.wires, ways, strict=bool(boxes)):
        ends = wire.start, wire.end
        for place in way:
            behind = [key for key, box in boxes.items() if box.covers(place) and key not in ends]
            yield from (f"{ends} runs behind {key} at {place}" for key in behind)
        shared = [
            p for p in way[::-1] if {e for s, e in passing[p] if s == wire.start} > {wire.end}
        ]
        if len(shared) > 1 and boxes[wire.start].covers(shared[-1]) and not picture.backward:
            yield f"{ends} branches off behind a label at {shared[-1]}"
        target = boxes[wire.start if picture.backward else wire.end]
        there = arrival(way, target.covers, True)
        if there and any(start != wire.start for start, _ in passing[there[0]]):
            yield f"the arrow of {ends} stands on another wire at {there[0]}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CELLS)
def test_it_is_seen_where_every_wire_leads(name, size):
    if size[0] < LARGE and len(graph_of(CELLS[name]).parts) > MANY:
        pytest.skip("a large cell is not drawn so small")
    for picture in pictures(name):
        assert list(faults(picture, size)) == []
