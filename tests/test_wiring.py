"""The wiring of every cell: all of its quantities and edges, in place, with the trace's numbers."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from made_up import texts

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.equations.gates import roles
from lstm_viz.equations.tree import names_in
from lstm_viz.views.wiring.diagram import wiring
from lstm_viz.views.wiring.graph import graph_of
from lstm_viz.views.wiring.placement import OUT

T, STEP, UNIT = 4, 2, 1
CLASSICS = {"lstm", "np", "rnn", "irnn", "gru"}


@pytest.fixture(params=[*CELLS], name="ran")
def _ran(request):
    cell = CELLS[request.param]
    rng = np.random.default_rng(0)
    trace = run(cell, cell.start(inputs=2, hidden=3, seed=1), rng.normal(size=(T, 2)))
    return trace, backpropagate(trace, {cell.output: rng.normal(size=trace[cell.output].shape)})


def row(values):
    return values[STEP, min(UNIT, values.shape[1] - 1)]


def test_every_quantity_is_a_node_with_its_number(ran):
    trace, gradients = ran
    forward, back = wiring(trace, STEP, UNIT), wiring(trace, STEP, UNIT, gradients)
    for picture, record in ((forward, trace), (back, gradients)):
        nodes = {node.key: node for node in picture.nodes}
        for name in trace.cell.names:
            assert nodes[name].value == pytest.approx(row(record[name]), rel=1e-12), name
            assert nodes[name].label.text == name


def test_every_edge_is_a_wire_with_its_share_of_the_gradient(ran):
    trace, gradients = ran
    wires = wiring(trace, STEP, UNIT, gradients).wires
    edges = {(e.target, e.source) for e in trace.cell.backward if e.target in trace.names}
    drawn = {(wire.start, wire.end.partition(".")[0]) for wire in wires}
    assert edges <= drawn
    for name, source in edges:
        values = [w.value for w in wires if w.start == name and w.end.partition(".")[0] == source]
        share = row(gradients.shares(name)[source])
        assert sum(values) == pytest.approx(share, rel=1e-9, abs=1e-15), (name, source)


def test_what_comes_into_a_node_makes_its_value(ran):
    """+ adds, × multiplies what its wires bring (Σ adds biases too, which are not drawn)."""
    trace, _ = ran
    picture = wiring(trace, STEP, UNIT)
    for node in picture.nodes:
        brought = [wire.value for wire in picture.wires if wire.end == node.key]
        if node.symbol == "+":
            assert node.value == pytest.approx(sum(brought), rel=1e-12), node.key
        if node.symbol == "×" and len(brought) == 2:
            assert node.value == pytest.approx(np.prod(brought), rel=1e-12), node.key
        if node.shape == "gate":
            assert node.opening in brought


@pytest.mark.parametrize("name", CELLS)
def test_a_valve_stands_where_a_gate_multiplies_and_nowhere_else(name):
    pieces = graph_of(CELLS[name]).parts.values()
    opened = {gate for piece in pieces if piece.gate for gate in names_in(piece.gate)}
    divided = {"f", "i"} if name == "minlstm" else set()  # into its k and w
    assert opened == set(roles(CELLS[name])) - divided
    assert all((piece.shape == "gate") == (piece.gate is not None) for piece in pieces)


def test_nothing_overlaps_and_all_is_inside(ran):
    trace, _ = ran
    picture = wiring(trace)
    places = {node.key: np.array([node.x, node.y]) for node in picture.nodes}
    for one, other in combinations(places, 2):
        assert np.abs(places[one] - places[other]).max() > 0.08, (one, other)
    points = [*places.values(), *(bend for wire in picture.wires for bend in wire.bends)]
    assert np.min(points) >= 0.04
    assert np.max(points) <= 0.96


def test_what_wires_have_in_common_ends_at_one_of_their_bends(ran):
    assert all(wire.trunk <= len(wire.bends) for wire in wiring(ran[0]).wires)


def test_arrows_go_to_the_right_where_cells_are_laid_out_in_layers(ran):
    trace, _ = ran
    picture = wiring(trace)
    by_hand = trace.cell.name in CLASSICS
    x = {node.key: node.x for node in picture.nodes}
    backwards = [w for w in picture.wires if x[w.start] >= x[w.end]]
    assert by_hand or not backwards


def test_the_classics_are_placed_by_hand():
    assert graph_of(CELLS["lstm"]).places["c.1"][1] == graph_of(CELLS["lstm"]).places["c_prev"][1]
    assert graph_of(CELLS["gru"]).places["h.3"][1] == graph_of(CELLS["gru"]).places["h" + OUT][1]
    assert graph_of(CELLS["lstm"]).places is graph_of(CELLS["np"]).places
    assert graph_of(CELLS["rnn"]).places is graph_of(CELLS["irnn"]).places


@settings(deadline=None, max_examples=30, derandomize=True)
@given(texts(same_rows=True))
def test_made_up_cells_have_a_wiring_too(text):
    cell = Cell("made-up", text)
    graph = graph_of(cell)
    assert {*graph.parts} >= set(cell.names)
    assert all(0 <= place <= 1 for point in graph.places.values() for place in point)
    edges = {(e.target, e.source) for e in cell.backward if e.target in cell.names}
    assert edges <= {(link.start, link.end.partition(".")[0]) for link in graph.links}
