"""Measures of cells that nobody wrote: whatever can be written down splits into its parts."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from made_up import texts
from measured import around, gradients_of, same, trace_of
from reference import example

from lstm_viz import Cell
from lstm_viz import measures as m


@settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.data(), st.sampled_from([(1, 1), (2, 3), (3, 3)]), st.integers(1, 6))
def test_the_measures_of_any_cell_sum_to_their_wholes(
    data: st.DataObject, sizes: tuple[int, int], steps: int
) -> None:
    cell = Cell("made-up", data.draw(texts(same_rows=sizes[0] == sizes[1])))
    sample = example(cell, steps, 1, *sizes, candidates=64)
    assume(sample is not None and cell.states)
    assert sample is not None
    gradients = gradients_of(trace_of(sample), "everything")
    for state, entries in m.ledger(gradients).items():
        if gradients[state].any():
            same(list(entries), gradients[state], around(gradients))
            same(list(m.came_from(gradients, state).values()), gradients[state], around(gradients))
    for state in m.linear_states(cell):
        shares = m.memory_shares(gradients.trace, state)
        np.testing.assert_allclose(shares.sum(axis=1), gradients.trace[state], atol=1e-11)
    back = {s: gradients[f"{s}_prev"] for s in cell.states}
    for route in m.routes(cell):
        alone = m.cut(gradients, [each for each in m.routes(cell) if each != route])
        assert all(not alone[f"{s}_prev"].any() for s in back if s != route.state)
