"""What if: quantities held at other values, and what follows, forward and back."""

import pickle
import re

import numpy as np
import pytest

from lstm_viz import CELLS, LSTM, Cell, InputError, backpropagate, run
from lstm_viz.measures import cut, jacobians, memory_ledger, routes
from lstm_viz.measures.routes import came_from

STEPS, BATCH, HIDDEN = 5, 2, 3
RNG = np.random.default_rng
TYPED = Cell("typed", "f = sigmoid(W @ x + b)\nh = f * h_prev + (1 - f) * tanh(U @ h_prev)")
ALL = {**{name: CELLS[name] for name in CELLS}, "typed": TYPED}


def one_of(cell, *batch, hidden=HIDDEN, seed=5):
    """Weights and a sequence that fit the cell."""
    inputs = 2 if cell.letters("x") == "I" else hidden
    inputs = inputs if hidden > 1 else 1
    rng = RNG(seed)
    weights = {n: rng.normal(0, 0.6, s) for n, s in cell.shapes(inputs, hidden).items()}
    return weights, rng.normal(size=(STEPS, *batch, inputs))


def loss_of(cell, trace, seed):
    return float((trace[cell.output] * seed).sum())


def held_somewhere(cell, shape, name):
    """A value for each second number of a quantity."""
    values = RNG(8).uniform(0.2, 0.8, shape)
    values.ravel()[::2] = np.nan
    return {name: values}


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", ALL)
def test_held_values_stand_in_the_record_and_all_after_them_follows(name, batch):
    cell = ALL[name]
    weights, x = one_of(cell, *batch)
    free = run(cell, weights, x)
    for each in ("x", *cell.quantities):
        hold = held_somewhere(cell, free[each].shape, each)
        trace = run(cell, weights, x, hold=hold)
        held = ~np.isnan(hold[each])
        assert (trace[each][held] == hold[each][held]).all()
        own = run(cell, weights, x, hold={n: trace[n] for n in ("x", *cell.quantities)})
        again = run(cell, weights, x, hold={n: trace[n] for n in ("x", each)})
        for other in cell.names:
            np.testing.assert_array_equal(trace[other], own[other])
            np.testing.assert_allclose(trace[other], again[other], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", ALL)
def test_held_at_its_own_values_a_run_is_what_it_was(name, batch):
    cell = ALL[name]
    weights, x = one_of(cell, *batch)
    free = run(cell, weights, x)
    for each in cell.quantities:
        held = run(cell, weights, x, hold={each: free[each]})
        for other in cell.names:
            np.testing.assert_allclose(held[other], free[other], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", ALL)
def test_gradients_of_a_held_run_are_those_of_its_loss(name, batch):
    """Against finite differences: by the weights, the inputs, and the held values themselves."""
    cell = ALL[name]
    weights, x = one_of(cell, *batch)
    free = run(cell, weights, x)
    seed = RNG(9).normal(size=free[cell.output].shape)
    small = 1e-6

    def loss(weights=weights, x=x, hold=None):
        return loss_of(cell, run(cell, weights, x, hold=hold), seed)

    for each in cell.quantities:
        hold = held_somewhere(cell, free[each].shape, each)
        gradients = backpropagate(run(cell, weights, x, hold=hold), {cell.output: seed})

        def slope(of, part, change, hold=hold):
            moved = [dict(part), dict(part)] if isinstance(part, dict) else [part, part]
            key, place, by = change
            for sign, one in zip((1, -1), moved, strict=True):
                array = one[key].copy()
                array[place] += sign * by
                one[key] = array
            up, down = (loss(**{"hold": hold} | {of: one}) for one in moved)
            return (up - down) / (2 * by)

        for weight in weights:
            place = tuple(RNG(3).integers(0, size) for size in weights[weight].shape)
            expected = slope("weights", weights, (weight, place, small))
            assert gradients.weights[weight][place] == pytest.approx(expected, rel=2e-5, abs=2e-8)
        places = np.argwhere(~np.isnan(hold[each]))
        place = tuple(places[len(places) // 3])
        expected = slope("hold", hold, (each, place, small))
        assert gradients[each][place] == pytest.approx(expected, rel=2e-5, abs=2e-8)
        at = (1, *[0] * (x.ndim - 1))
        up, down = x.copy(), x.copy()
        up[at] += small
        down[at] -= small
        expected = (loss(x=up, hold=hold) - loss(x=down, hold=hold)) / (2 * small)
        assert gradients["x"][at] == pytest.approx(expected, rel=2e-5, abs=2e-8)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
def test_shares_of_a_held_run_sum_to_its_gradients(batch):
    weights, x = one_of(LSTM, *batch)
    free = run(LSTM, weights, x)
    hold = {n: held_somewhere(LSTM, free[n].shape, n)[n] for n in ("z_f", "f", "o")}
    trace = run(LSTM, weights, x, hold=hold)
    gradients = backpropagate(trace, {"h": np.ones_like(trace["h"])})
    for name in LSTM.names:
        total = sum(gradients.shares(name).values())
        np.testing.assert_allclose(total, gradients[name], rtol=1e-12, atol=1e-15)
    for name, weight in gradients.weights.items():
        by_step = sum(gradients.weights_at(t)[name] for t in range(STEPS))
        np.testing.assert_allclose(by_step, weight, rtol=1e-12, atol=1e-15)
    held = ~np.isnan(hold["f"])
    assert (gradients.passing("f")[held] == 0).all()
    assert (gradients["f"][held] != 0).any()
    np.testing.assert_array_equal(gradients.passing("f")[~held], gradients["f"][~held])


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "slstm"])
def test_the_measures_of_a_held_run_know_what_is_held(name):
    cell = CELLS[name]
    weights, x = one_of(cell)
    free = run(cell, weights, x)
    for each in cell.quantities:
        hold = {each: {2: [0.3, np.nan, 0.4]}}
        trace = run(cell, weights, x, hold=hold)
        at = jacobians(trace)[2]
        small = 1e-6
        place = 0
        for state in cell.states:
            for unit in range(HIDDEN):
                ends = []
                for sign in (1, -1):
                    before = {s: trace[s][1].copy() for s in cell.states}
                    before[state][unit] += sign * small
                    step = run(cell, weights, x[2:3], before, hold={each: {0: hold[each][2]}})
                    ends.append(np.concatenate([step[s][0] for s in cell.states]))
                column = (ends[0] - ends[1]) / (2 * small)
                np.testing.assert_allclose(at[:, place], column, rtol=1e-5, atol=1e-8)
                place += 1
        gradients = backpropagate(trace, {cell.output: np.ones_like(free[cell.output])})
        for state in cell.states:
            whole = sum(came_from(gradients, state).values())
            np.testing.assert_allclose(whole, gradients[state], rtol=1e-11, atol=1e-14)
        nothing = cut(gradients, routes(cell)[:1])
        assert (nothing.passing(each)[2][[0, 2]] == 0).all()


def test_of_a_held_memory_nothing_is_kept_and_the_held_value_is_written():
    weights, x = one_of(LSTM)
    trace = run(LSTM, weights, x, hold={"c": {1: 0.25}})
    found = memory_ledger(trace, "c", 1)
    assert (found.share == 0).all()
    assert (found.written == 0.25).all()
    np.testing.assert_array_equal(found.was + found.changed + found.written, found.now)


def test_held_values_are_given_as_a_number_an_array_or_by_step():
    weights, x = one_of(LSTM, BATCH)
    by_step, by_unit = np.linspace(0, 1, STEPS), RNG(1).uniform(size=(STEPS, HIDDEN))
    ways = {
        "number": (0.5, np.full((STEPS, BATCH, HIDDEN), 0.5)),
        "steps": (by_step, np.broadcast_to(by_step[:, None, None], (STEPS, BATCH, HIDDEN))),
        "units": (by_unit, np.broadcast_to(by_unit[:, None], (STEPS, BATCH, HIDDEN))),
    }
    for given, expected in ways.values():
        trace = run(LSTM, weights, x, hold={"f": given})
        np.testing.assert_array_equal(trace["f"], expected)
        np.testing.assert_array_equal(trace.held["f"], expected)
    trace = run(LSTM, weights, x, hold={"f": {-1: [0.1, np.nan, 0.3]}})
    assert (trace["f"][-1, :, [0, 2]] == [[0.1], [0.3]]).all()
    assert np.isnan(trace.held["f"][:-1]).all()
    assert np.isnan(trace.held["f"][-1, :, 1]).all()
    assert run(LSTM, weights, x).held == {}


def test_a_held_run_in_float32_stays_so_and_can_be_pickled():
    weights, x = one_of(LSTM)
    trace = run(LSTM, weights, x, hold={"f": 1}, dtype=np.float32)
    assert {trace[name].dtype for name in trace} == {np.dtype(np.float32)}
    again = pickle.loads(pickle.dumps(trace))
    np.testing.assert_array_equal(again.held["f"], trace.held["f"])
    one, other = (backpropagate(t, {"h": np.ones_like(t["h"])}) for t in (trace, again))
    assert one["z_f"].dtype == np.float32
    assert not one["z_f"].any()
    np.testing.assert_array_equal(one["x"], other["x"])


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        ({"ff": 1}, "'ff' cannot be held: lstm has no such quantity; did you mean 'f'?"),
        ({"c_prev": 1}, "c_prev cannot be held: hold c at the previous step"),
        ({"W_f": 1}, "W_f is a weight, which cannot be held: change its value instead"),
        ({"f": {5: 1}}, "f cannot be held at step 5: the run has 5 steps, from 0"),
        ({"f": {"last": 1}}, "f cannot be held at step 'last'"),
        ({"f": [1, 2]}, "hold f has shape (2,): it should be a number, (5,) or (5, 3)"),
        ({"f": np.ones((5, 2))}, "hold f has shape (5, 2)"),
        ({"f": {1: [1, 2]}}, "hold f has shape (2,)"),
        ({"f": np.inf}, "hold f: inf is not a finite number"),
        ({"f": np.ma.masked_array([1.0] * 5, [True] * 5)}, "hold f: some values are masked"),
        ({"f": []}, "hold f has shape (0,)"),
        ({"f": "much"}, "hold f: these are not numbers"),
    ],
)
def test_what_cannot_be_held_is_refused_in_one_line(hold, words):
    weights, x = one_of(LSTM)
    with pytest.raises(InputError, match=re.escape(words)) as refused:
        run(LSTM, weights, x, hold=hold)
    assert "\n" not in str(refused.value)
