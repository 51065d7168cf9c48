"""Below a line stands what it is the sum of: every product, the bias, and what else is added."""

from itertools import product

import numpy as np
import pytest
from stages import a_run

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.equations.tree import Operation, terms, walk
from lstm_viz.pictures.kinds import Beside
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.products import product_bars
from lstm_viz.views.step.state import State

TYPED = "k = b - V @ h_prev - (c_prev - W @ x)\nc = k * 0.5\nh = tanh(c) + c_prev"


def a_typed_run():
    cell, rng = Cell("typed", TYPED), np.random.default_rng(0)
    weights = {k: rng.normal(size=w.shape) for k, w in cell.start(1, 3, 0).items()}
    trace = run(cell, weights, rng.normal(size=(6, 1)))
    return LookedAt(trace, backpropagate(trace, {"h": rng.normal(size=(6, 3))}))


def bars_of(looked, state):
    """All bars below a line; none where a sentence says that there is no product."""
    *_, bars = product_bars(looked, state, 80)
    parts = bars.parts if isinstance(bars, Beside) else (bars,)
    return [bar for part in parts for bar in getattr(part, "bars", ())]


def is_product(tree):
    return isinstance(tree, Operation) and tree.operator == "@"


def is_flat(tree):
    """Whether no product lies deeper than as a summand: such a one is taken apart, but no sum."""
    return all(is_product(part) or not any(map(is_product, walk(part))) for _, part in terms(tree))


@pytest.mark.parametrize("name", [*CELLS, "typed"])
def test_the_bars_below_a_line_add_up_to_its_number(name):
    looked, counted = a_typed_run() if name == "typed" else a_run(name, 3), 0
    cell = looked.cell
    back = [state + "_prev" for state in cell.states]
    for t, row in product(range(1, 4), range(2)):
        for line in (*cell.quantities, *back):
            trees = [cell.equation[line].tree] if line in cell.equation else []
            trees += [edge.term for edge in cell.backward if edge.target == line and not trees]
            bars = bars_of(looked, State(t, line, line in back, row))
            if bars and all(map(is_flat, trees)):
                record = looked.gradients if line in back else looked.trace
                found = sum(bar.value for bar in bars)
                assert found == pytest.approx(float(record[line][t, row]), rel=1e-9, abs=1e-12)
                counted += 1
    assert counted >= 6


def test_what_is_added_to_the_products_is_called_by_its_symbol_and_has_its_sign():
    bars = bars_of(a_typed_run(), State(2, "k", unit=1))
    names = ["b", "-V[1,0] · h_prev[0]", "-V[1,1] · h_prev[1]", "-V[1,2] · h_prev[2]", "-c_prev"]
    assert [bar.name.text for bar in bars] == [*names, "W[1,0] · x[0]"]
    assert [bool(bar.note) for bar in bars] == [False, True, True, True, False, True]
