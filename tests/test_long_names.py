"""Long names: equations that take several lines, and names in a figure that stay on the page."""

import pytest

from lstm_viz import Cell, backpropagate, run
from lstm_viz.figure.layout import Drawing
from lstm_viz.figure.style import math as mathematics
from lstm_viz.pictures.kinds import Arithmetic, Line, Text
from lstm_viz.terminal import Paper, lines
from lstm_viz.views.wiring.diagram import wiring


@pytest.mark.parametrize("width", [40, 60, 80])
def test_the_lines_of_an_equation_begin_below_its_right_side(width):
    name = "memory_cell_state"
    symbols = "forgetting_gate_of_layer_one * memory_cell_state_prev + (1 - gate_of_layer_one) * x"
    line = Line(Text(name), "", (Text(symbols),), (), 0.8)
    other = Line(Text("h"), "", (Text("x"),), (), 0.5)
    rows = [row.plain for row in lines(Arithmetic((line, other), 1), Paper(width, height=12))]
    first, *below = rows[: next(k for k, row in enumerate(rows) if " h " in row)]
    start = first.index("= ") + 2 if width > 40 else 4  # where that is more than half of it
    assert first.startswith(f"  {name} =")
    assert below
    assert all(len(row) - len(row.lstrip()) == start for row in below[:1])
    written = " ".join(" ".join([first, *below]).split())
    assert written == f"{name} = {symbols} 0.8000"


LONG = """\
z_forgetting_gate_of_layer_one = W_gate_input @ x + U_gate @ output_hidden_state_prev + b_gate_bias
forgetting_gate_of_layer_one = sigmoid(z_forgetting_gate_of_layer_one)
memory_cell_state = forgetting_gate_of_layer_one * memory_cell_state_prev + (1 - \
forgetting_gate_of_layer_one) * x
output_hidden_state = tanh(memory_cell_state)
"""


@pytest.mark.parametrize("backward", [False, True])
def test_names_of_a_figure_end_before_its_sides_and_before_the_next_node(backward):
    cell = Cell("long", LONG)
    trace = run(cell, cell.start(1, 1, seed=0), [[0.3], [0.9]])
    picture = wiring(trace, 1, gradients=backpropagate(trace, "last") if backward else None)
    figure = Drawing(picture).figure
    figure.canvas.draw()
    (axes,) = (each for each in figure.axes if each.get_label() == "wiring")
    bodies = [patch.get_window_extent() for patch in axes.patches]
    names = [t for t in axes.texts if "state" in t.get_text()]
    assert len(names) == 4
    for name in names:
        box = name.get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1, name.get_text()
        assert not any(box.overlaps(body) for body in bodies), name.get_text()


def test_a_name_below_another_keeps_its_underscores():
    assert mathematics("z_gate_of_one") == r"$z_{gate\_of\_one}$"
    assert mathematics("z_gate_of_one_prev") == r"$z_{gate\_of\_one,t-1}$"
