"""Long names: equations that take several lines, and names in a figure that stay on the page."""

import pytest

from lstm_viz.pictures.kinds import Arithmetic, Line, Text
from lstm_viz.terminal import Paper, lines


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
