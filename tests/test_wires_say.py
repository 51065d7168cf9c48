"""What the wires of a cell of one's own bring to a node makes its number, as its symbol says."""

import math
import re

import pytest

from lstm_viz import Cell, backpropagate, run
from lstm_viz.figure.layout import Drawing
from lstm_viz.terminal import Paper, lines
from lstm_viz.views.wiring import frames
from lstm_viz.views.wiring.diagram import wiring

CELLS = {
    "the same twice": "h = h_prev + h_prev + x + x + x",
    "against itself": "h = h_prev - h_prev + 0.3 * x",
    "inside brackets": "h = tanh(h_prev - (x - (h_prev - 1)))",
    "squares": "s = h_prev * h_prev\nt = s * s * x\nh = t + t - t * s + x ** 2",
    "weighted products": "h = -0.5 * h_prev * x * w + 2 * (x * h_prev)",
    "scaled sums": "h = 0.5 * (h_prev + x)\nk = -(h * h_prev) / 3",
    "added numbers": "h = 0.25 * h_prev + 3 - x + 1\nk = x + 1\nm = exp(k - 2)",
    "divisions": "a = x / (1 + abs(a_prev))\nh = a_prev / (2 + a * a) + 2 / a",
    "one by itself": "h = x / x + maximum(h_prev, 2 * h_prev) + maximum(x, 0.1)",
    "gates": "f = sigmoid(b)\ni = sigmoid(x)\nh = 3 * f * i * f * h_prev + 0.5 * i * x",
}
FUNCTIONS = {"exp": math.exp, "abs": abs, "tanh": math.tanh, "maximum": max, "=": float}
FUNCTIONS["σ"] = lambda z: 1 / (1 + math.exp(-z))


def made(symbol, wires):
    """What a node makes of its wires, by its symbol alone."""
    brought = [wire.value for wire in wires]
    if call := re.fullmatch(r"(exp|abs|tanh|maximum|σ|=)([+−][\d.]+)?( [\d.]+)?", symbol):
        function, added, beside = call.groups()
        found = FUNCTIONS[function](*brought, *([float(beside)] if beside else []))
        return found + float((added or "0").replace("−", "-"))
    if sum_ := re.fullmatch(r"[+Σ]|Σ?([+−][\d.]+)", symbol):
        return sum(brought) + float((sum_[1] or "0").replace("−", "-"))
    if power := re.fullmatch(r"\^(\d)", symbol):
        return brought[0] ** int(power[1])
    if over := re.fullmatch(r"(\d+)÷", symbol):
        return float(over[1]) / brought[0]
    if symbol == "÷":
        (divisor,) = (wire.value for wire in wires if wire.mark == "÷")
        (divided,) = (wire.value for wire in wires if not wire.mark)
        return divided / divisor
    assert symbol == "×"
    return math.prod(brought)


@pytest.mark.parametrize("name", CELLS)
def test_a_node_says_what_becomes_of_what_its_wires_bring(name):
    cell = Cell("own", CELLS[name])
    weights = {k: v + 0.7 for k, v in cell.start(1, 1, seed=0).items()}
    picture = wiring(run(cell, weights, [[0.3], [0.9], [-0.4]]), 1)
    checked = 0
    for node in picture.nodes:
        coming = [wire for wire in picture.wires if wire.end == node.key]
        assert len({wire.start for wire in coming}) == len(coming), node.key
        if node.shape != "name" and coming:
            assert made(node.symbol, coming) == pytest.approx(node.value, abs=1e-12), node
            checked += 1
    assert checked


def test_several_gates_on_one_product_are_one_meter_of_their_product():
    text = "a = sigmoid(u)\nb = sigmoid(v)\nc = a * b * (1 - a) * c_prev + x\nh = c"
    cell = Cell("gated", text)
    trace = run(cell, {"u": [3.0], "v": [-3.0]}, [[1.0], [2.0]])
    (gate,) = (node for node in wiring(trace, 1).nodes if node.shape == "gate")
    a, b = trace["a"][1, 0], trace["b"][1, 0]
    assert gate.opening == pytest.approx(a * b * (1 - a), rel=1e-12)


DIVIDED = "c = c_prev + x\nh = c / (abs(c) + 1)"


@pytest.mark.parametrize("backward", [False, True])
def test_the_divisor_is_marked_where_its_wire_ends(backward):
    cell = Cell("own", DIVIDED)
    trace = run(cell, {}, [[0.3], [0.9]])
    back = backpropagate(trace, "last")
    frame = next(frames.backward(back) if backward else frames.forward(trace))
    typed = "\n".join(row.plain for row in lines(frame, Paper(100)))
    assert typed.count("÷(÷)") == 1  # on characters the divisor comes from the left here
    assert "÷ at the end of a wire marks the divisor." in typed
    plain = "\n".join(row.plain for row in lines(frame, Paper(100, encoding="ascii")))
    assert plain.count("/(/)") == 1
    (axes,) = (a for a in Drawing(frame).figure.axes if a.get_label() == "wiring")
    (mark,) = (text for text in axes.texts if text.get_gid() == "mark")
    divide = next(text for text in axes.texts if text.get_text() == "÷" and text is not mark)
    assert mark.get_text() == "÷"
    assert 0 < divide.get_position()[0] - mark.get_position()[0] < 0.5
