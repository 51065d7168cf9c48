"""What the views show: each number against its definition, for every built-in cell."""

from __future__ import annotations

import math
from statistics import median

import numpy as np
import pytest
from measured import STEPS, gradients_of, sample_of, trace_of, true_jacobian

from lstm_viz import CELLS, LSTM, Cell, backpropagate, run
from lstm_viz import measures as m
from lstm_viz.equations.gates import split
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import Operation, names_in, walk
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.pictures.scales import decades, round_number, sampled, symmetric

KEEPING = [(name, s) for name in CELLS for s in m.linear_states(CELLS[name])]


# ---------------------------------------------------------------------------- the ledgers


def reaches(norms, share):
    """Step by step, as a reader would count it: how far back each loss stays above its share."""
    for t in range(len(norms)):
        lag = 0
        while lag <= t and norms[t, t - lag] >= share * norms[t, t]:
            lag += 1
        if norms[t, t]:
            yield math.inf if (norms[t, : t + 1] >= share * norms[t, t]).all() else lag


@pytest.mark.parametrize("name", CELLS)
def test_a_loss_reaches_back_until_less_than_a_share_is_left(name):
    gradients = gradients_of(trace_of(sample_of(name)))
    for norms in m.ledger_norms(gradients).values():
        falling = np.minimum.accumulate(norms[:, ::-1], axis=1)[:, ::-1] * np.tri(len(norms))
        for share in (0.01, 0.3):
            truth = sorted(reaches(falling, share))
            found = m.reach(falling, share)
            assert (found.steps, found.losses) == (truth[len(truth) // 2], len(truth))
            assert found.whole == truth.count(math.inf)
    assert m.reach(np.zeros((4, 4))) is None


def test_the_reach_is_that_of_the_median_loss():
    rows = ([1], [0.5, 1], [0.001, 0.001, 1], [0.001, 0.001, 0.5, 1], [0.001, 0.001, 0.5, 0.5, 1])
    norms = np.array([[*row, *[0] * (5 - len(row))] for row in rows])
    assert sorted(reaches(norms, 0.01)) == [1, 2, 3, math.inf, math.inf]
    assert (m.reach(norms).steps, m.reach(norms).whole, m.reach(norms).losses) == (3, 2, 5)


@pytest.mark.parametrize(("name", "state"), KEEPING)
def test_a_state_is_what_it_keeps_and_what_is_written(name, state):
    trace = trace_of(sample_of(name))
    for t in range(STEPS):
        found = m.memory_ledger(trace, state, t)
        np.testing.assert_array_equal(found.was, trace[f"{state}_prev"][t])
        np.testing.assert_array_equal(found.now, trace[state][t])
        whole = found.was + found.changed + found.written
        np.testing.assert_allclose(whole, found.now, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(found.share * found.was, found.was + found.changed, atol=1e-14)


@pytest.mark.parametrize(("name", "state"), KEEPING)
def test_neither_what_is_kept_nor_what_is_written_is_by_the_own_past_alone(name, state):
    """With kept · past + written = now there is no other way to split it."""
    for tree in split(CELLS[name], state):
        assert f"{state}_prev" not in names_in(tree)


def test_what_is_kept_and_written_is_read_from_the_equation():
    def of(equation):
        return tuple(text(tree) for tree in split(Cell("one", equation), "h"))

    assert of("h = f_1 * h_prev + i_1 * x") == ("f_1", "i_1 * x")
    assert of("h = h_prev - a_1 * h_prev") == ("1 - a_1", "0")
    assert of("h = x - (a_1 - h_prev * 0.5)") == ("0.5", "x - a_1")
    assert of("h = tanh(h_prev)") == ("0", "tanh(h_prev)")


@pytest.mark.parametrize(("name", "state"), KEEPING)
def test_what_is_passed_on_is_a_ratio_of_gradients(name, state):
    gradients = gradients_of(trace_of(sample_of(name)))
    for t in range(1, STEPS):
        part, here = m.passed_on(gradients, state, t), gradients[state][t]
        there = here != 0
        np.testing.assert_allclose(
            (part * here)[there], gradients[f"{state}_prev"][t][there], rtol=1e-13
        )


# ---------------------------------------------------------------------------- memory shares


@pytest.mark.parametrize(("name", "state"), KEEPING)
def test_spans_of_time_make_the_state(name, state):
    trace = trace_of(sample_of(name))
    shares = m.memory_shares(trace, state)[..., 0]
    for count in (1, 3, 100):
        spans = m.in_spans(shares, count)
        np.testing.assert_allclose(sum(spans.values()), trace[state][:, 0], rtol=1e-11, atol=1e-13)
        assert len(spans) == min(count, STEPS) + 1
        steps = [t for first, last in list(spans)[1:] for t in range(first, last + 1)]
        assert steps == [*range(1, STEPS + 1)]
        for (first, last), part in list(spans.items())[1:]:
            np.testing.assert_allclose(part, sum(shares[:, k] for k in range(first, last + 1)))


def test_half_of_a_memory_is_from_so_many_last_steps():
    for shares, steps in (
        ([0, 1, 1, 1, 1], 2), ([0, 1, 0, 0, 0], 4), ([5, 1, 1], 3), ([0, 0, -3, 1], 2),
        ([0, 0, 0, 1], 1), ([0, 0], 0),
    ):  # fmt: skip
        assert m.recent(np.array(shares, float)) == steps
    rng = np.random.default_rng(0)
    for part in (0.1, 0.5, 0.9, 1.0):
        size = np.abs(shares := rng.normal(size=30))
        steps = m.recent(shares, part)
        assert size[-steps:].sum() >= part * size.sum() - 1e-9
        assert size[len(size) - steps + 1 :].sum() < part * size.sum()


# ---------------------------------------------------------------------------- routes and norms


@pytest.mark.parametrize("name", CELLS)
def test_the_shares_of_the_routes_add_up_to_one(name):
    gradients = gradients_of(trace_of(sample_of(name)), "everything")
    for state in gradients.cell.states:
        shares, parts = m.route_shares(gradients, state), m.came_from(gradients, state)
        there = gradients[state].any(axis=1)
        np.testing.assert_allclose(sum(shares.values())[there], 1, rtol=1e-9)
        assert list(shares) == list(parts)
        for route, part in parts.items():
            whole = gradients[state]
            truth = (part * whole).sum(axis=1) / (whole**2).sum(axis=1)
            np.testing.assert_allclose(shares[route], truth, rtol=1e-9, atol=1e-15)


def test_the_shares_of_tiny_gradients_add_up_too():
    trace = trace_of(sample_of("lstm"))
    tiny = backpropagate(trace, {"h": np.full_like(trace["h"], 1e-200)})
    np.testing.assert_allclose(sum(m.route_shares(tiny, "c").values()), 1)
    none = backpropagate(trace, {"h": np.zeros_like(trace["h"])})
    assert not any(part.any() for part in m.route_shares(none, "c").values())


@pytest.mark.parametrize("name", CELLS)
def test_the_typical_norm_of_a_route_is_that_of_the_median_step(name):
    sizes = m.route_sizes(trace_of(sample_of(name)), CELLS[name].states[0])
    for route, norms in sizes.norms.items():
        assert sizes.typical[route] == pytest.approx(median(norms))
    assert sizes.alone == pytest.approx(math.fsum(sizes.typical.values()))
    assert sizes.typical_total == pytest.approx(median(sizes.total))


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_the_norm_of_a_route_neither_underflows_nor_overflows(scale):
    U = np.array([[3.0, 1.0], [0.0, 2.0]]) * scale
    trace = run(Cell("linear", "h = U @ h_prev + x"), {"U": U}, np.zeros((4, 2)))
    np.testing.assert_allclose(m.route_sizes(trace, "h").total, np.linalg.norm(U, 2))


@pytest.mark.parametrize("name", CELLS)
def test_the_chain_shows_norms_of_states_and_of_their_gradients(name):
    gradients = gradients_of(trace_of(sample_of(name)), "last")
    chain, trace = m.chain(gradients), gradients.trace
    assert set(chain.states) == set(trace.cell.states)
    assert chain.states[-1] == trace.cell.output or trace.cell.output not in chain.states
    for k, state in enumerate(chain.states):
        size, back = (np.linalg.norm(each[state], axis=1) for each in (trace, gradients))
        np.testing.assert_allclose(chain.forward[k], size / size.max(), rtol=1e-12)
        np.testing.assert_allclose(chain.backward[k], m.relative(back), rtol=1e-12)


def test_how_the_way_back_ends():
    def of(*left):
        return m.end(np.array(left, float))

    assert (of(0.25, 0.5, 1).lag, of(0.25, 0.5, 1).part, of(0.25, 0.5, 1).gone) == (2, 0.25, None)
    assert (of(3, 1, 0).lag, of(3, 1, 0).part) == (1, 3)
    assert of(0, 0, 0.5, 1).gone == 2
    assert of(0, 0) is None


# ---------------------------------------------------------------------------- spectrum


def test_the_rate_is_that_of_the_distance_between_neighbouring_runs():
    for factor in (0.9, 1.1):
        cell = Cell("line", "h = u_1 * h_prev + W @ x")
        weights = {"u_1": np.array([factor, 0.3]), "W": np.zeros((2, 1))}
        rate = m.rate(run(cell, weights, np.zeros((300, 1))))
        assert rate.per_step == pytest.approx(math.log(factor), rel=0.05)
        assert rate.halves == (factor < 1)
        assert math.exp(rate.per_step * rate.steps) == pytest.approx(0.5 if factor < 1 else 2)
    wiped = run(Cell("none", "h = u_1 * h_prev"), {"u_1": np.zeros(1)}, np.zeros((3, 1)))
    assert m.rate(wiped).per_step == -math.inf


@pytest.mark.parametrize("name", CELLS)
def test_singular_values_are_told_as_logarithms(name):
    found = m.spectrum(trace_of(sample_of(name)))
    true = found.values * np.exp(found.scale)[:, None]
    np.testing.assert_allclose(np.exp(found.logs), true, rtol=1e-12, atol=1e-300)
    np.testing.assert_array_equal(found.largest, found.logs[:, 0])
    middle = true.shape[1] // 2
    clear = true[:, middle] > 1e-14 * true[:, 0]
    np.testing.assert_allclose(np.exp(found.middle[clear]), true[clear, middle], rtol=1e-12)
    assert np.isnan(found.middle[~clear]).all()


def test_numbers_that_floats_cannot_hold_are_not_drawn():
    logs = np.array([-math.inf, -701, 0, 1, 701, math.nan])
    held = m.held(logs)
    np.testing.assert_array_equal(np.isfinite(held), [False, False, True, True, False, False])
    np.testing.assert_allclose(held[2:4], [1, math.e])
    assert list(m.grown(np.array([-math.inf, 0, 1000]))) == [0, 1, math.inf]


# ---------------------------------------------------------------------------- sums and gates


@pytest.mark.parametrize("name", CELLS)
def test_the_products_of_a_row_add_up_to_the_product(name):
    cell, trace = CELLS[name], trace_of(sample_of(name))
    values = {**trace.weights, **{each: trace[each][3] for each in trace.names}}
    for equation in cell.equations:
        for part in walk(equation.tree):
            if isinstance(part, Operation) and part.operator == "@":
                whole = trace.weights[part.left.name] @ evaluate(part.right, values)
                for row in range(len(whole)):
                    found = m.products(part, values, row)
                    np.testing.assert_array_equal(found.products, found.weights * found.values)
                    assert found.total == pytest.approx(whole[row])
                    assert found.products.sum() == pytest.approx(whole[row])


def test_parts_are_fractions_of_the_sum():
    assert m.parts({"a": 1.0, "b": -3.0}) == {"a": -0.5, "b": 1.5}
    assert math.isnan(m.parts({"a": 0.0})["a"])


def test_how_a_gate_stands_is_counted():
    values = np.array([[0.05, 0.5], [0.95, 0.92], [0.0, 0.1]])
    stands = m.standing(values)
    assert (stands.shut, stands.open) == (2 / 6, 2 / 6)
    assert stands.mean == pytest.approx(2.52 / 6)
    trace = run(
        LSTM, LSTM.start(1, 4, forget_bias=3), np.random.default_rng(0).normal(size=(50, 1))
    )
    for name, gate in m.gate_statistics(trace).items():
        assert gate.overall == m.standing(trace[name])
        assert gate.often.sum() == pytest.approx(1)
        np.testing.assert_allclose(gate.often * 200, gate.counts)
    low, middle, high = m.gate_statistics(trace)["f"].half_lives
    lives = sorted(math.log(0.5) / np.log(trace["f"]).mean(axis=0))
    assert (low, high) == pytest.approx((lives[0], lives[-1]))
    assert min(abs(middle - life) for life in lives[1:3]) < 1e-9
    np.testing.assert_allclose(m.over_units(trace["f"]), [sum(row) / 4 for row in trace["f"]])


@pytest.mark.parametrize("name", CELLS)
def test_kept_shares_of_one_step_are_slopes_where_nothing_else_carries(name):
    """∂state_t/∂state_{t−1} straight on is what the ledger says is kept (complex step)."""
    sample = sample_of(name)
    trace = trace_of(sample)
    for state in m.linear_states(trace.cell):
        others = [r for r in m.routes(trace.cell) if r.state == state and not r.straight]
        if others or len(trace.cell.states) > 1:
            continue
        truth = true_jacobian(sample, state, 3, f"{state}_prev", 3)
        np.testing.assert_allclose(
            m.memory_ledger(trace, state, 3).share, np.diag(truth), rtol=1e-9
        )


# ---------------------------------------------------------------------------- axes


def test_zero_is_the_middle_of_a_symmetric_axis():
    for values in ([1, -3.0], [0.2], [np.nan, 5, np.inf], [], [0, 0]):
        low, high = symmetric(np.array(values, float))
        assert low == -high < 0
        assert all(abs(v) <= high for v in values if math.isfinite(v))
    assert symmetric(np.array([0.2]), least=1.0) == (-1, 1)
    assert symmetric(np.array([4.0, -2])) == (-4, 4)


def test_decades_hold_all_numbers_and_end_in_powers_of_ten():
    assert decades(np.array([0.02, -3, 0, np.nan])) == (pytest.approx(0.01), 10)
    assert decades(np.array([1.0])) == (pytest.approx(0.1), 1)
    assert decades(np.array([1e-30, 1.0]), 1e-12) == (pytest.approx(1e-12), 1)
    assert decades(np.zeros(3)) == (0.1, 1)


def test_round_numbers_and_samples():
    assert [round_number(v) for v in (0, 0.03, 1, 1.1, 6, 70)] == pytest.approx(
        [1, 0.05, 1, 2, 10, 100]
    )
    assert sampled(3, 5) == [0, 1, 2]
    assert (sampled(100, 5)[0], sampled(100, 5)[-1], len(sampled(100, 5))) == (0, 99, 5)
