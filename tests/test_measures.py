"""Measures of every built-in cell: parts sum to their wholes, Jacobians are the true slopes."""

from __future__ import annotations

import math
from importlib import import_module

import numpy as np
import pytest
from measured import STEPS, around, gradients_of, same, sample_of, trace_of, true_jacobian

from lstm_viz import CELLS, GRU, LSTM, RNN, Cell, InputError, backpropagate, run
from lstm_viz import measures as m
from lstm_viz.weights.presets import PRESETS

LOSSES = ("last", "all", "everything")


@pytest.mark.parametrize("losses", LOSSES)
@pytest.mark.parametrize("name", CELLS)
def test_the_ledger_sums_to_the_gradients(name, losses):
    gradients = gradients_of(trace_of(sample_of(name)), losses)
    for state, entries in m.ledger(gradients).items():
        if gradients[state].any():
            same(list(entries), gradients[state], around(gradients))
        assert not entries[~np.tri(STEPS, dtype=bool)].any()


@pytest.mark.parametrize("name", CELLS)
def test_a_row_of_the_ledger_is_the_gradient_of_one_loss(name):
    gradients = gradients_of(trace_of(sample_of(name)), "everything")
    found, norms = m.ledger(gradients), m.ledger_norms(gradients)
    for t in (0, 4, STEPS - 1):
        given = {q: np.zeros_like(gradients[q]) for q in gradients.cell.quantities}
        for quantity, array in given.items():
            array[t] = gradients._given[quantity].reshape(array.shape)[t]
        alone = backpropagate(gradients.trace, given)
        for state in gradients.cell.states:
            np.testing.assert_allclose(found[state][t], alone[state], rtol=1e-11, atol=1e-13)
            np.testing.assert_allclose(norms[state][t], m.norms(alone, state), atol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_jacobians_are_the_slopes_by_complex_steps(name):
    sample = sample_of(name)
    trace = trace_of(sample)
    whole, states = m.jacobians(trace), trace.cell.states
    for t in (0, 5, STEPS - 1):
        truth = np.block(
            [[true_jacobian(sample, a, t, f"{b}_prev", t) for b in states] for a in states]
        )
        np.testing.assert_allclose(whole[t], truth, rtol=1e-12, atol=1e-14)


def test_jacobians_are_the_slopes_by_finite_differences():
    weights = LSTM.start(2, 3, seed=1)
    states = {"h": [0.1, -0.2, 0.3], "c": [0.4, 0.5, -0.6]}
    whole = m.jacobians(run(LSTM, weights, [[0.5, -1.0]], states))[0]
    order, step = LSTM.states, 1e-6

    def after(moved):
        parts = dict(zip(order, np.split(moved, 2), strict=True))
        final = run(LSTM, weights, [[0.5, -1.0]], parts).final
        return np.concatenate([final[s] for s in order])

    start = np.concatenate([states[s] for s in order])
    for k, column in enumerate(np.eye(6)):
        slope = (after(start + step * column) - after(start - step * column)) / (2 * step)
        np.testing.assert_allclose(whole[:, k], slope, atol=1e-9)


def test_jacobians_of_a_batch_are_those_of_its_sequences():
    x = np.random.default_rng(0).normal(size=(4, 3, 2))
    weights = GRU.start(2, 5, seed=0)
    whole = m.jacobians(run(GRU, weights, x))
    for b in range(3):
        np.testing.assert_allclose(whole[:, b], m.jacobians(run(GRU, weights, x[:, b])))


@pytest.mark.parametrize("name", CELLS)
def test_routes_sum_to_the_whole_jacobian(name):
    sample = sample_of(name)
    trace = trace_of(sample)
    for of in trace.cell.states:
        for by in trace.cell.states:
            parts = m.split(trace, of, by)
            truth = np.array([true_jacobian(sample, of, t, by, t - 1) for t in range(1, STEPS)])
            if parts:
                same(list(parts.values()), truth)
            else:
                assert not truth.any()
            sizes = m.route_sizes(trace, of, by)
            np.testing.assert_allclose(sizes.total, np.linalg.norm(truth, 2, (1, 2)), atol=1e-12)
            if parts:
                whole = sum(sizes.units.values())
                np.testing.assert_allclose(whole, sizes.unit_total, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("losses", LOSSES)
@pytest.mark.parametrize("name", CELLS)
def test_where_a_gradient_came_from_sums_to_it(name, losses):
    gradients = gradients_of(trace_of(sample_of(name)), losses)
    for quantity in gradients.cell.quantities:
        parts = m.came_from(gradients, quantity)
        if gradients[quantity].any():
            same(list(parts.values()), gradients[quantity], around(gradients))


@pytest.mark.parametrize("name", CELLS)
def test_cutting_no_route_changes_nothing_and_all_leave_the_step_alone(name):
    gradients = gradients_of(trace_of(sample_of(name)))
    whole = m.cut(gradients, ())
    for quantity in gradients.cell.quantities:
        np.testing.assert_allclose(whole[quantity], gradients[quantity], rtol=1e-9, atol=1e-13)
    none = m.cut(gradients, m.routes(gradients.cell))
    for state in gradients.cell.states:
        assert not none[f"{state}_prev"].any()
        np.testing.assert_array_equal(sum(none.shares(state).values()), none[state])


@pytest.mark.parametrize("name", CELLS)
def test_cutting_every_route_but_one_leaves_that_route(name):
    gradients = gradients_of(trace_of(sample_of(name)))
    cell = gradients.cell
    for kept in m.routes(cell):
        alone = m.cut(gradients, [route for route in m.routes(cell) if route != kept])
        for state in cell.states:
            if state == kept.state:
                assert list(alone.shares(f"{state}_prev")) == [kept.source]
            else:
                assert not alone[f"{state}_prev"].any()
        for quantity in cell.states:
            assert set(m.came_from(alone, quantity)) <= {kept, "loss"}


@pytest.mark.parametrize("shape", [(4, 3), (4, 2, 3), (4, 1)])
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_without_an_edge_carries_nothing_by_it(name, shape):
    """However one goes back: the whole cell first, so that nothing remembered of it is taken."""
    cell = CELLS[name]
    inputs = np.random.default_rng(0).normal(size=shape)
    weights = cell.start(shape[-1], shape[-1], 1)
    loss = {cell.output: np.ones(shape)}
    whole = backpropagate(run(cell, weights, inputs), loss)
    for route in m.routes(cell):
        less = cell.without([(route.source, route.target)])
        gradients = backpropagate(run(less, weights, inputs), loss)
        shares = gradients.shares(route.target)
        assert route.source not in shares
        parts = sum(shares.values(), np.zeros(shape))
        np.testing.assert_allclose(parts, gradients[route.target], rtol=1e-12)
        cut = m.cut(whole, [route])
        for quantity in cell.names:
            np.testing.assert_allclose(gradients[quantity], cut[quantity], rtol=1e-12)
    assert len(cell.backward) == len(less.backward) + 1
    assert type(less) is type(cell)


def test_what_is_left_of_one_route_alone_is_its_product_over_time():
    """Only straight through f: the memory's gradient is the product of the forget gates."""
    trace = trace_of(sample_of("lstm"))
    last = {"c": np.zeros_like(trace["c"])}
    last["c"][-1] = 1
    others = [route for route in m.routes(LSTM) if not route.straight]
    alone = m.cut(backpropagate(trace, last), others)
    product = np.cumprod(trace["f"][:0:-1], axis=0)[::-1]
    np.testing.assert_allclose(alone["c"][:-1], product, rtol=1e-13)


def test_routes_of_the_lstm_have_the_names_of_its_gates():
    assert [str(route) for route in m.routes(LSTM)] == [
        "c_prev:c", "h_prev:z_i", "h_prev:z_f", "h_prev:z_g", "h_prev:z_o",
    ]  # fmt: skip
    trace = trace_of(sample_of("lstm"))
    assert [r.source for r in m.split(trace, "c")] == ["c", "z_i", "z_f", "z_g"]
    assert "z_o" in [r.source for r in m.split(trace, "h")]
    (straight,) = m.find_routes(LSTM, "c")
    assert straight.straight
    assert m.find_routes(LSTM, "z_f") == m.find_routes(LSTM, "h_prev:z_f")
    assert len(m.find_routes(LSTM, "h_prev")) == 4
    with pytest.raises(InputError, match="no path 'q': there are c_prev:c"):
        m.find_routes(LSTM, "q")


@pytest.mark.parametrize("name", [name for name in CELLS if m.linear_states(CELLS[name])])
def test_memory_shares_sum_to_the_state(name):
    trace = trace_of(sample_of(name))
    for state in m.linear_states(trace.cell):
        shares = m.memory_shares(trace, state)
        same(list(shares.swapaxes(0, 1)), trace[state])
        np.testing.assert_allclose(m.last_shares(trace, state), shares[-1], rtol=1e-12, atol=1e-15)


def test_which_states_have_memory_shares():
    assert m.linear_states(LSTM) == ("c",)
    assert m.linear_states(GRU) == ("h",)
    assert m.linear_states(RNN) == ()
    with pytest.raises(InputError, match="does not multiply its own past"):
        m.memory_shares(trace_of(sample_of("rnn")), "h")


# ---------------------------------------------------------------------------- all pairs


@pytest.mark.parametrize("name", CELLS)
def test_all_pairs_are_the_norms_of_the_true_jacobians(name):
    sample = sample_of(name)
    trace = trace_of(sample)
    of, by = trace.cell.output, trace.cell.states[0]
    found = m.all_pairs(trace, of, by)
    assert not np.triu(found, 1).any()
    for t, k in ((0, 0), (1, 0), (5, 2), (8, 0), (8, 7), (8, 8)):
        truth = np.linalg.norm(true_jacobian(sample, of, t, by, k))
        np.testing.assert_allclose(found[t, k], truth, rtol=1e-9, atol=1e-14)


def test_all_pairs_by_brute_force():
    weights = LSTM.start(2, 6, seed=0, forget_bias=2)
    trace = run(LSTM, weights, np.random.default_rng(0).normal(size=(37, 2)))
    truth = np.zeros((37, 37))
    for t in range(37):
        for unit in range(6):
            given = np.zeros((37, 6))
            given[t, unit] = 1
            truth[t] += (backpropagate(trace, {"h": given})["h"] ** 2).sum(axis=1)
    np.testing.assert_allclose(m.all_pairs(trace), np.sqrt(truth), rtol=1e-6, atol=1e-300)


def test_all_pairs_are_zero_where_products_cancel_to_zero():
    """A nilpotent chain: after H steps nothing is left, exactly, though no matrix is zero."""
    cell = Cell("chain", "h = U @ h_prev + W @ x")
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    plain = {"U": np.diag(np.ones(5), 1), "W": np.ones((6, 1))}
    turned = {"U": turn @ plain["U"] @ turn.T, "W": plain["W"]}
    lag = np.subtract.outer(np.arange(24), np.arange(24))
    truth = np.sqrt(np.where(lag >= 0, np.maximum(6 - lag, 0), 0))
    for weights, within in ((plain, 0), (turned, 1e-14)):
        found = m.all_pairs(run(cell, weights, np.ones((24, 1))))
        np.testing.assert_allclose(found, truth, rtol=1e-7, atol=within)


def test_all_pairs_neither_overflow_nor_underflow_in_logarithms():
    cell = Cell("power", "h = U @ h_prev + W @ x")
    for factor in (1e-9, 1e9):
        weights = {"U": factor * np.eye(2), "W": np.zeros((2, 1))}
        trace = run(cell, weights, np.zeros((60, 1)))
        logs = m.all_pairs(trace, logarithm=True)
        np.testing.assert_allclose(logs[-1, 0], 59 * math.log(factor) + math.log(2) / 2)


# ---------------------------------------------------------------------------- truncation


@pytest.mark.parametrize("name", CELLS)
def test_a_truncated_gradient_is_that_of_losses_that_reach_back_within_their_piece(name):
    gradients = gradients_of(trace_of(sample_of(name)), "everything")
    trace, length = gradients.trace, 3
    found = m.truncated(gradients, length)
    expected = dict.fromkeys(found, 0.0)
    for t in range(STEPS):
        given = {q: np.zeros_like(gradients[q]) for q in gradients.cell.quantities}
        for quantity, array in given.items():
            array[t] = gradients._given[quantity].reshape(array.shape)[t]
        alone = backpropagate(trace, given)
        for s in range(t - t % length, t + 1):
            for weight, part in alone.weights_at(s).items():
                expected[weight] = expected[weight] + part
    scale = max(np.abs(array).max() for array in found.values())
    for weight, array in found.items():
        np.testing.assert_allclose(array, expected[weight], atol=1e-10 * scale)
    whole = m.truncation(gradients, [STEPS, STEPS + 5]).errors
    assert (whole < 1e-12).all()


def test_a_batch_and_what_is_held_are_truncated_too():
    weights = LSTM.start(1, 3, seed=0)
    x = np.random.default_rng(0).normal(size=(7, 2, 1))
    gradients = backpropagate(run(LSTM, weights, x, hold={"f": {2: 0.5}}), {"h": x + np.zeros(3)})
    each = [
        backpropagate(
            run(LSTM, weights, x[:, b], hold={"f": {2: 0.5}}), {"h": x[:, b] + np.zeros(3)}
        )
        for b in range(2)
    ]
    for name, total in m.truncated(gradients, 2).items():
        apart = sum(m.truncated(one, 2)[name] for one in each)
        np.testing.assert_allclose(total, apart, rtol=1e-12, atol=1e-15)


def test_an_rnn_is_truncated_cheaply_and_an_lstm_that_holds_is_not():
    errors = {}
    for label, cell, bias in (("rnn", RNN, None), ("1", LSTM, 1), ("3", LSTM, 3), ("5", LSTM, 5)):
        found = []
        for seed in range(5):
            x = np.random.default_rng(seed).normal(size=(100, 1))
            trace = run(cell, cell.start(1, 16, seed, forget_bias=bias), x)
            gradients = backpropagate(trace, {"h": np.ones_like(trace["h"])})
            found.append(m.truncation(gradients, (1, 10, 50)).errors)
        errors[label] = np.median(found, axis=0)
    assert (np.diff([errors[label] for label in ("rnn", "1", "3", "5")], axis=0) > 0).all()
    assert errors["rnn"][1] < 0.1 < errors["5"][2]


def test_the_shortest_piece_is_that_from_which_on_all_are_good():
    found = m.Truncation((1, 2, 5, 10), np.array([0.05, 0.2, 0.1, 0.01]))
    assert (found.shortest(0.1), found.shortest(0.3), found.shortest(0.001)) == (5, 1, None)
    assert m.Truncation((1, 2), np.array([0.0, np.nan])).shortest(0.1) is None


def test_a_gradient_that_is_zero_has_no_error():
    trace = run(RNN, RNN.start(1, 2), [[1.0], [0.5]])
    zero = backpropagate(trace, {"h": np.zeros((2, 2))})
    assert np.isnan(m.truncation(zero, [1]).errors).all()
    with pytest.raises(InputError, match="a piece of 0 steps"):
        m.truncation(zero, [0])


# ---------------------------------------------------------------------------- spectrum


def test_the_spectrum_is_that_of_the_product():
    trace = trace_of(sample_of("lstm"))
    found, maps = m.spectrum(trace, [1, 4]), m.jacobians(trace)
    product = maps[-1] @ maps[-2] @ maps[-3] @ maps[-4]
    truth = np.linalg.svd(product, compute_uv=False)
    np.testing.assert_allclose(found.values[1] * np.exp(found.scale[1]), truth, atol=1e-15)
    np.testing.assert_allclose(m.singular_values(trace)[-1], np.linalg.svd(maps[-1])[1])
    np.testing.assert_allclose(
        m.spectral_radius(trace)[3], np.abs(np.linalg.eigvals(maps[3])).max()
    )


def test_effective_rank_counts_equal_singular_values():
    values = np.array([[1, 1, 1, 0], [2, 0, 0, 0], [0, 0, 0, 0]], float)
    np.testing.assert_allclose(m.effective_rank(values), [3, 1, 0])


def test_the_bound_of_pascanu_holds_where_it_applies():
    for radius in (0.5, 1.2):
        weights = RNN.start(1, 8, seed=0, start=f"spectral:{radius}")
        trace = run(RNN, weights, np.random.default_rng(0).normal(size=(40, 1)))
        bound, lags = m.bound(trace), np.arange(1, 40)
        assert bound is not None
        assert bound.rate == pytest.approx(np.linalg.norm(weights["U"], 2))
        assert (m.spectrum(trace, lags).largest <= bound.over(lags) + 1e-9).all()
    logistic = Cell("logistic", "h = sigmoid(W @ x + U @ h_prev + b)")
    trace = run(logistic, logistic.start(1, 4), np.ones((3, 1)))
    assert m.bound(trace).gamma == 0.25
    linear = Cell("linear", "z = W @ x + b\nh = U @ h_prev + z")
    trace = run(linear, linear.start(2, 3, 4), np.ones((9, 2)))
    assert m.bound(trace).rate == pytest.approx(np.linalg.norm(trace.weights["U"], 2))
    assert m.bound(trace_of(sample_of("lstm"))) is None
    assert m.bound(trace_of(sample_of("gru"))) is None


def test_lyapunov_exponents_of_a_diagonal_map_are_its_logarithms():
    cell = Cell("diagonal", "h = U @ h_prev + W @ x")
    weights = {"U": np.diag([0.5, 2.0, 0.9]), "W": np.zeros((3, 1))}
    trace = run(cell, weights, np.zeros((400, 1)))
    np.testing.assert_allclose(m.lyapunov(trace), np.log([2.0, 0.9, 0.5]), atol=0.02)
    total = np.linalg.slogdet(m.jacobians(trace))[1].mean()
    np.testing.assert_allclose(m.lyapunov(trace).sum(), total)


# ---------------------------------------------------------------------------- norms and gates


@pytest.mark.parametrize(
    ("profile", "word"),
    [
        ([1e-7, 0.1, 1], "vanishes"), ([1e-5, 0.1, 1], "fades"),
        ([0.1, 0.5, 1], "fades"), ([0.9, 1, 1], "holds"),
        ([5.0, 2, 1], "grows"), ([500.0, 2, 1], "explodes"), ([np.inf, 2, 1], "explodes"),
        ([0.0, 0, 0], "vanishes"), ([0.0, 1, 0], "vanishes"),
    ],
)  # fmt: skip
def test_verdicts(profile, word):
    assert m.verdict(np.array(profile)) == word


@pytest.mark.parametrize(
    ("left", "gone"), [([0, 0.5, 0, 1], 3), ([0, 0, 1, 0], 1), ([0.5, 0, 1], None)]
)
def test_nothing_remains_only_from_where_nothing_comes_back(left, gone):
    assert m.end(np.array(left)).gone == gone


def test_half_lives():
    """What is left after a half-life, step by step, is half; and of a profile the same."""
    rng = np.random.default_rng(0)
    ratios = rng.uniform(0.2, 0.99, 40)
    steps = float(m.half_life(ratios))
    assert m.mean_ratio(ratios) ** steps == pytest.approx(0.5)
    assert np.prod(ratios) ** (steps / 40) == pytest.approx(0.5)
    assert m.half_life(m.fade(0.5 ** np.arange(10.0)[::-1])) == pytest.approx(1)
    assert m.half_life(m.fade(2 ** np.arange(10.0)[::-1])) == pytest.approx(-1)
    assert m.half_life(m.fade(np.ones(5))) == math.inf
    assert m.half_life(m.fade(np.array([0, 1.0]))) == 0
    tiny = m.fade(np.array([1e-300, 1, 1e300, 0]))
    assert m.half_life(tiny) == pytest.approx(-1 / math.log2(1e-300))
    assert math.isnan(m.half_life(m.fade(np.ones(1))))
    for bias, steps in ((0, 1.00), (1, 2.21), (2, 5.46), (3, 14.3), (5, 103)):
        f = np.full((20, 2), 1 / (1 + np.exp(-bias)))
        assert m.half_life(f, axis=0) == pytest.approx([steps] * 2, rel=3e-3)
    assert list(m.half_life(np.array([[1.0, 0.0]]), axis=0)) == [math.inf, 0]


def test_one_unit_that_forgets_at_once_says_nothing_of_the_others():
    kept = np.full((10, 5), 0.5)
    kept[:, 4], kept[3, 0] = 0.5**0.25, 0.0
    assert m.holding(kept) == m.Holding(pytest.approx(1), pytest.approx(4), 0.0)
    grows = m.holding(np.array([[2.0, 0.5, 0.5]]))
    assert (grows.middle, grows.longest) == (pytest.approx(1), math.inf)


def test_norms_neither_underflow_nor_overflow():
    trace = run(LSTM, LSTM.start(1, 2), np.zeros((3, 1)))
    for size in (1e-200, 1e150):
        gradients = backpropagate(trace, {"h": np.full((3, 2), size)})
        assert m.norms(gradients, "h")[-1] == pytest.approx(size * math.sqrt(2))


def test_the_first_quantity_that_is_not_finite_is_told_with_its_step():
    cell = Cell("growing", "a = 1e200 * h_prev + x\nh = a * 1")
    for steps, found in ((4, ("a", 2)), (3, ("a", 2)), (2, None)):
        assert m.not_finite_since(run(cell, {}, np.ones((steps, 2)))) == found


def test_gate_statistics_of_a_gate_that_stands_open():
    weights = LSTM.start(1, 4, seed=0, forget_bias=6)
    trace = run(LSTM, weights, np.random.default_rng(0).normal(size=(50, 1)))
    found = m.gate_statistics(trace)
    assert list(found) == ["i", "f", "o"]
    assert (found["f"].right == 1).all()
    assert found["f"].state == "c"
    assert found["f"].half_life.min() > 50
    assert found["i"].half_life is None
    assert found["f"].counts.sum() == 200
    assert found["i"].mean == pytest.approx(trace["i"].mean(axis=0))


@pytest.mark.parametrize(
    ("name", "gate"), [("cifg", "f"), ("minlstm", "k"), ("linear", "a"), ("mgu", "f"), ("nfg", "")]
)
def test_the_half_life_stands_at_the_gate_that_multiplies_the_past(name, gate):
    found = m.gate_statistics(trace_of(sample_of(name)))
    assert [each.name for each in found.values() if each.half_life is not None] == [gate][
        : len(gate)
    ]


@pytest.mark.parametrize(
    ("weights", "x", "step"),
    [
        ("latch", [0, 1, 0, 0, -1, 0], 1),
        ("latch", [0, 0, 0, 0, 1, 1], 4),
        ("latch", [0.3, 1, 0], 1),  # a little is written before
        ("counter", [1, 0, 1, 1, 0, 1], 0),
        ("leaky", [0, 0, 1, 0, 0, 0], 2),
        ("gru-latch", [0, 1, 0, 0, -1, 0], 1),
        ("leaky", [0, 0, 0], 0),
    ],
)
def test_a_memory_is_first_written_where_at_least_half_of_the_most_is_written(weights, x, step):
    preset = PRESETS[weights]
    cell = CELLS[preset.cell]
    trace = run(cell, preset.weights(), np.array(x, float)[:, None])
    assert m.first_written(trace, cell.memory) == step


def test_most_is_erased_where_most_of_the_past_is_taken_away():
    cell = CELLS["lstm"]
    trace = run(cell, PRESETS["latch"].weights(), [[0.0], [1.0], [0.0], [-1.0], [0.0]])
    assert m.most_erased(trace, "c") == 3
    assert m.most_erased(run(cell, PRESETS["latch"].weights(), [[1.0]]), "c") is None
    rnn = CELLS["rnn"]
    assert m.most_erased(run(rnn, rnn.start(), [[1.0], [0.0]]), "h") is None


def test_measures_of_a_batch_are_refused_in_words():
    trace = run(LSTM, LSTM.start(1, 2), np.zeros((3, 2, 1)))
    with pytest.raises(InputError, match="one sequence"):
        m.all_pairs(trace)


def test_a_cell_that_carries_nothing_is_refused_in_words():
    cell = Cell("now", "h = tanh(W @ x)")
    with pytest.raises(InputError, match="has no state"):
        m.jacobians(run(cell, cell.start(1, 2), np.zeros((3, 1))))


def test_the_ledger_is_the_same_piece_by_piece(monkeypatch):
    gradients = gradients_of(trace_of(sample_of("lstm")))
    whole = m.ledger(gradients)
    monkeypatch.setattr(import_module("lstm_viz.measures.ledger"), "CHUNK", 1)
    for state, entries in m.ledger(gradients).items():
        np.testing.assert_allclose(entries, whole[state], rtol=1e-12, atol=1e-18)


def test_what_is_cut_is_cut_in_every_measure():
    """Also in those that go back by the step's Jacobian, and when the loss is another."""
    gradients = m.cut(gradients_of(trace_of(sample_of("lstm"))), "h_prev")
    trace = gradients.trace
    assert {str(route) for route in m.route_sizes(trace, "c").norms} == {"c_prev:c"}
    found, kept = m.jacobians(trace), trace["f"]
    rows = trace["h"].shape[-1]
    where = trace.cell.states.index("c") * rows
    np.testing.assert_allclose(
        found[:, where : where + rows, where : where + rows], kept[..., None] * np.eye(rows)
    )
    np.testing.assert_allclose(m.ledger(gradients)["c"].sum(axis=0), gradients["c"], atol=1e-12)
    again = backpropagate(trace, {"h": np.ones_like(trace["h"])})
    assert not again["h_prev"].any()
    assert m.bound(m.cut(gradients_of(trace_of(sample_of("rnn"))), "h_prev").trace) is None


@pytest.mark.parametrize("name", CELLS)
def test_what_a_gate_would_be_without_an_input_is_what_a_run_without_it_gives(name):
    trace = trace_of(sample := sample_of(name))
    x = trace["x"].copy()
    x[2] = 0
    other = run(trace.cell, trace.weights, x, {n: s[:, 0] for n, s in sample.states.items()})
    for quantity in trace.cell.quantities:
        found = m.without(trace, quantity, "x", 2)
        np.testing.assert_allclose(found, other[quantity][2], rtol=1e-11, atol=1e-13)


def test_what_shut_a_gate_is_said_only_where_one_thing_did():
    trace = run(LSTM, PRESETS["latch"].weights(), PRESETS["latch"].inputs)
    told = [m.decided_by(trace, "f", 0, t) for t in range(6)]
    assert [each and each[0] for each in told] == [None, None, None, None, "x", None]
    assert told[4][1] == m.without(trace, "f", "x", 4)[0] > 0.5
    assert m.decided_by(trace, "i", 0, 1)[0] == "x"
