"""The wiring of every cell: all of its quantities and edges, in place, with the trace's numbers."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from made_up import texts
from stages import a_stage

from lstm_viz import CELLS, Cell, backpropagate, display, run
from lstm_viz.equations.gates import roles, split
from lstm_viz.equations.tree import ZERO, names_in
from lstm_viz.pictures.kinds import Node, Rule, Text, Wire, Wiring
from lstm_viz.terminal import Paper, lines
from lstm_viz.terminal.wiring import laid
from lstm_viz.views.wiring import frames
from lstm_viz.views.wiring.by_hand import by_hand
from lstm_viz.views.wiring.diagram import wiring
from lstm_viz.views.wiring.graph import graph_of
from lstm_viz.views.wiring.placement import OUT

T, STEP, UNIT = 4, 2, 1
ABLATED = ("nig", "nfg", "nog", "niaf", "noaf", "np")


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
            assert nodes[name].label.text in (name, f"{name}[{UNIT}]")  # of which input


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


def test_arrows_go_to_the_right_where_cells_are_laid_out_in_layers():
    rng = np.random.default_rng(0)
    cell = Cell("typed", "k = sigmoid(b_k) * c_prev - V @ h_prev\nc = k + W @ x\nh = tanh(c) ** 2")
    pairs = [(link.start, link.end) for link in graph_of(cell).links]
    assert by_hand(pairs) is None
    picture = wiring(run(cell, cell.start(inputs=2, hidden=3, seed=1), rng.normal(size=(T, 2))))
    x = {node.key: node.x for node in picture.nodes}
    assert all(x[wire.start] < x[wire.end] for wire in picture.wires)


@pytest.mark.parametrize("name", sorted(CELLS))
def test_the_memory_is_a_straight_line_through_the_cell(name):
    cell = CELLS[name]
    graph = graph_of(cell)
    pairs = [(link.start, link.end) for link in graph.links]
    assert by_hand(pairs) is not None
    for state in cell.states:
        if split(cell, state)[0] != ZERO or (name == "slstm" and state == "m"):
            assert graph.places[state][1] == graph.places[state + "_prev"][1]
            assert graph.places[state][1] == graph.places[state + OUT][1]
            assert graph.routes[state, state + OUT] == ((), 0)


@pytest.mark.parametrize("name", sorted({"peephole-lstm", "lstm-1997", "cifg", *ABLATED}))
def test_what_a_variant_has_in_common_with_the_lstm_stands_in_the_same_place(name):
    usual, graph = graph_of(CELLS["lstm"]).places, graph_of(CELLS[name]).places
    common = [key for key in graph if key in usual and "." not in key]
    moved = {key for key in common if graph[key] != usual[key]}
    assert moved == ({"f"} if name == "cifg" else set())


def test_a_cell_of_the_same_wires_has_the_same_picture_whatever_it_is_called():
    again = Cell("mine", CELLS["peephole-lstm"].text)
    assert graph_of(again).places == graph_of(CELLS["peephole-lstm"]).places
    assert graph_of(CELLS["lstm"]).places == graph_of(CELLS["np"]).places


def test_a_node_s_turn_comes_after_those_that_it_needs(ran):
    for record in (None, ran[1]):
        picture = wiring(ran[0], STEP, UNIT, record)
        turn = {node.key: node.turn for node in picture.nodes}
        for wire in picture.wires:
            first, then = (wire.end, wire.start) if record else (wire.start, wire.end)
            assert turn[first] < turn[then]


@settings(deadline=None, max_examples=30, derandomize=True)
@given(texts(same_rows=True))
def test_made_up_cells_have_a_wiring_too(text):
    cell = Cell("made-up", text)
    graph = graph_of(cell)
    assert {*graph.parts} >= set(cell.names)
    assert all(0 <= place <= 1 for point in graph.places.values() for place in point)
    edges = {(e.target, e.source) for e in cell.backward if e.target in cell.names}
    assert edges <= {(link.start, link.end.partition(".")[0]) for link in graph.links}


# ---------------------------------------------------------------------------- in a terminal


def in_terminal(nodes, wires, width=41, height=11):
    picture = Wiring((), tuple(nodes), tuple(wires))
    return [row.plain for row in lines(picture, Paper(width, height=height))]


def dot(key, x, y):
    return Node(key, Text(""), x, y, "dot", None, "+")


def test_lines_of_one_node_join_and_lines_of_two_cross():
    nodes = dot("a", 0, 0.5), dot("b", 1, 0.5), dot("c", 0.5, 1), dot("d", 0.5, 0)
    level = Wire("a", "b", 1.0)
    assert in_terminal(nodes, [level, Wire("c", "d", 1.0)])[4][20] == "─"
    joined = in_terminal(nodes, [level, Wire("a", "c", 1.0, "", ((0.5, 0.5),), 1)])
    assert joined[4][20] == "┴"


@pytest.mark.parametrize("name", sorted(CELLS))
def test_what_is_done_stands_where_its_wires_meet(name):
    """Between its brackets, which the wires above and below a node lead to."""
    cell = CELLS[name]
    picture = wiring(run(cell, cell.start(seed=1), [[-1.0], [1.0]]), 1)
    width, height = (57, 24) if len(picture.nodes) <= 20 else (120, 24)
    rows = [row.plain.ljust(width) for row in lines(picture, Paper(width, height=height))]
    nodes = {node.key: node for node in picture.nodes}
    for wire, way in zip(picture.wires, laid(picture, Paper(width), height).ways, strict=True):
        node, (row, column) = nodes[wire.end], way[0]
        if node.shape != "name":
            near = rows[row][column - 4 : column + 5]
            assert rows[row][column] in f"([{node.symbol} ])", wire
            assert f"{node.symbol}" in near, wire


def test_what_is_near_zero_is_dim_in_a_terminal_as_the_wire_beyond_a_shut_gate():
    nodes = dot("a", 0, 0.5), dot("b", 1, 0.5)
    styles = []
    for value in (1.0, 0.01):
        rows = lines(Wiring((), nodes, (Wire("a", "b", value, "memory"),)), Paper(41, height=11))
        styles.append({style for row in rows for text, style in row.runs if "─" in text})
    assert [any("dim" in each for each in found) for found in styles] == [False, True]


def written(picture, height):
    rows = lines(picture, Paper(80, height=height))
    return ["".join(part for part, _ in row.runs) for row in rows]


def test_a_wiring_that_does_not_fit_a_height_is_drawn_a_little_lower():
    trace = run("lstm", "gomez")
    picture = wiring(trace, 1, 0, backpropagate(trace, "all"))
    for height in range(11, 26):
        rows = written(picture, height)
        assert height - 2 <= len(rows) <= height
        assert "[tanh] g" in "\n".join(rows), height


def test_a_wiring_takes_the_rows_of_what_is_said_aside_where_it_needs_them():
    step = display.picture(backpropagate(run("lstm", "gomez"), "all"), t=1)
    for height in range(15, 30):
        text = "\n".join(written(step, height))
        assert "[tanh] g" in text, height
        assert ("back along the arrows" in text) == (height > 19), height


def test_a_film_counts_the_steps_as_they_go_back():
    cell = CELLS["lstm"]
    trace = run(cell, cell.start(1, 1, seed=0), np.ones((3, 1)))
    gone = list(frames.backward(backpropagate(trace, "last")))
    heads = [next(part.text for part in each.parts if isinstance(part, Rule)) for each in gone]
    assert [head[head.index("step") :].split(",")[0] for head in heads] == [
        f"step {t} of 3" for t in (3, 2, 1)
    ]


@pytest.mark.parametrize("name", ["slstm", "lstm"])
def test_the_wiring_and_the_list_show_the_same_gradients(name):
    stage = a_stage(name)
    settled = 0
    for t in range(len(stage.run)):
        nodes = {node.key: node.value for node in stage.run.wiring(t, 0, True).nodes}
        for each in set(nodes) & set(stage.run.cell.quantities):
            assert nodes[each] == stage.run.gradient(each, t, 0), (each, t)
            settled += nodes[each] != stage.run.gradients[each][t, 0]
    assert bool(settled) is (name == "slstm")  # only there one is what rounding has left


def test_a_function_says_the_constants_that_its_number_went_through():
    symbols = {key: part.symbol for key, part in graph_of(CELLS["lstm-1997"]).parts.items()}
    assert symbols["g"] == "4σ−2"
    assert symbols["h.1"] == "2σ−1"
    odd = {
        "2 * (tanh(z) - 1)": ["2(tanh−1)"],
        "0.5 * (3 - 2 * tanh(z))": ["Σ", "3−", "2tanh"],
        "b * tanh(z) - 1": ["−1", "tanh"],  # a weight belongs to the wire
        "2 * tanh(z) - z": ["+", "2tanh"],
    }
    for text, boxes in odd.items():
        parts = graph_of(Cell("odd", f"z = W @ x + U @ h_prev\nh = {text}")).parts.values()
        assert [p.symbol for p in parts if p.key.startswith("h") and p.symbol] == boxes, text


def test_what_a_gate_leaves_has_the_colour_of_the_gate_and_the_memory_beyond_it_its_own():
    links = {(link.start, link.end): link.of for link in graph_of(CELLS["gru"]).links}
    graph = graph_of(CELLS["gru"])
    (rest,) = (key for key, part in graph.parts.items() if part.symbol == "1−")
    assert {of for (start, _), of in links.items() if start == rest} == {"z"}
    products = [k for k, part in graph.parts.items() if part.gate is not None and k[0] == "h"]
    assert {of for (start, _), of in links.items() if start in products} == {"h"}
    for name in ("mingru", "minlstm"):  # what comes in has its own colour, whatever it goes into
        of_x = {link.of for link in graph_of(CELLS[name]).links if link.start == "x"}
        assert of_x == {"x"}


KEEPS = {
    "gated": ("k = sigmoid(b_k)\nc = k * c_prev + W @ x\nh = tanh(c)", "c"),
    "twice": ("a = sigmoid(V @ h_prev)\nc = a * c_prev + (1 - a) * tanh(W @ x)\nh = tanh(c)", "c"),
    "plain": ("h = tanh(W @ x + U @ h_prev)\ny = V @ h", "h"),
}


@pytest.mark.parametrize("name", KEEPS)
def test_in_a_cell_of_ones_own_the_memory_is_a_straight_line_along_the_top(name):
    text, state = KEEPS[name]
    graph = graph_of(Cell(name, text))
    heights = {key: y for key, (_, y) in graph.places.items()}
    top = max(heights.values())
    assert heights[state + "_prev"] == heights[state] == heights[state + OUT] == top
    way = [link for link in graph.links if heights[link.start] == heights[link.end] == top]
    assert {state + "_prev", state} <= {link.start for link in way}
    bends = [y for link in way for _, y in graph.routes[link.start, link.end][0]]
    assert bends == [top] * len(bends)
    assert sum(y == top for y in heights.values()) < len(heights)


PLAIN = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@PLAIN
@example("a = b_1\nc = tanh(b_2)\n")  # no wire at all, and an input that goes nowhere
@example("a = b_1\nc = -b_2\n")
@example("a = step(W_1 @ x)\nc = tanh(a)\n")  # nothing comes back
@example("h = tanh(U @ h_prev + b)\n")
@given(texts(True))
def test_whatever_can_be_typed_has_a_wiring_with_all_of_its_numbers(text):
    cell = Cell("typed", text)
    trace = run(cell, {k: 0.1 * w for k, w in cell.start(2, 2, 3).items()}, -np.ones((3, 2)))
    gradients = backpropagate(trace, {cell.output: np.ones_like(trace[cell.output])})
    for picture in (wiring(trace, 1, 1), wiring(trace, 1, 1, gradients)):
        ends = [(wire.start, wire.end) for wire in picture.wires]
        assert len(set(ends)) == len(ends)  # else one lies on the other
        drawn = {node.label.text: node.value for node in picture.nodes if node.label.text}
        names = [name for name in cell.names if name in trace.names]
        assert set(names) <= {label.partition("[")[0] for label in drawn}
        record = gradients if picture.backward else trace
        for name in cell.quantities:
            if name not in cell.states and name != cell.output:
                row = min(1, record[name].shape[-1] - 1)
                assert drawn.get(name, 0.0) == pytest.approx(record[name][1, row], abs=1e-12)
        assert list(lines(picture, Paper(117, height=40)))
