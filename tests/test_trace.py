"""What `run` and `backpropagate` promise, for every built-in cell."""

import copy
import pickle

import numpy as np
import pytest

from lstm_viz import CELLS, GRU, LSTM, Cell, Gradients, InputError, Trace, backpropagate, run

STEPS, BATCH, HIDDEN = 7, 3, 4


def inputs_of(cell):
    """How many inputs the tests give a cell: as many as units where it needs that."""
    return 2 if cell.letters("x") == "I" else HIDDEN


def weights_of(cell, inputs=None, hidden=HIDDEN):
    rng = np.random.default_rng(5)
    shapes = cell.shapes(inputs or inputs_of(cell), hidden)
    return {name: rng.normal(0, 0.6, shape) for name, shape in shapes.items()}


def sequence(cell, *batch, steps=STEPS, inputs=None):
    return np.random.default_rng(6).normal(size=(steps, *batch, inputs or inputs_of(cell)))


def forth_and_back(cell, *batch, **options):
    """A run, and its gradients of a random loss on the output at every step."""
    trace = run(cell, weights_of(cell), sequence(cell, *batch), **options)
    seed = np.random.default_rng(7).normal(size=trace[cell.output].shape)
    return trace, backpropagate(trace, {cell.output: seed})


def near(one, other, tolerance=1e-12):
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", CELLS)
def test_a_gradient_has_the_names_and_shapes_of_the_record(name, batch):
    cell = CELLS[name]
    trace, gradients = forth_and_back(cell, *batch)
    assert (len(trace), len(gradients)) == (STEPS, STEPS)
    assert trace.names == gradients.names == cell.names
    for each in cell.names:
        rows = inputs_of(cell) if each == "x" else HIDDEN
        assert trace[each].shape == gradients[each].shape == (STEPS, *batch, rows)
    assert {n: g.shape for n, g in gradients.weights.items()} == cell.shapes(
        inputs_of(cell), HIDDEN
    )
    for state in cell.states:
        assert gradients.states[state].shape == trace.final[state].shape == (*batch, HIDDEN)


@pytest.mark.parametrize("name", CELLS)
def test_a_batch_is_each_sequence_alone(name):
    cell = CELLS[name]
    weights, x = weights_of(cell), sequence(cell, BATCH)
    rng = np.random.default_rng(8)
    states = {state: rng.normal(size=(BATCH, HIDDEN)) for state in cell.states}
    seed = rng.normal(size=(STEPS, BATCH, HIDDEN))
    together = run(cell, weights, x, states)
    back = backpropagate(together, {cell.output: seed})
    total = {key: np.zeros_like(weight) for key, weight in weights.items()}
    for b in range(BATCH):
        alone = run(cell, weights, x[:, b], {s: array[b] for s, array in states.items()})
        own = backpropagate(alone, {cell.output: seed[:, b]})
        for each in cell.names:
            near(together[each][:, b], alone[each], 1e-13)
            near(back[each][:, b], own[each])
        for key in total:
            total[key] += own.weights[key]
    for key in total:
        near(back.weights[key], total[key])


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", CELLS)
def test_the_shares_of_a_gradient_sum_to_it(name, batch):
    _, gradients = forth_and_back(CELLS[name], *batch)
    for each in gradients.names:
        shares = gradients.shares(each)
        assert all(share.shape == gradients[each].shape for share in shares.values())
        near(sum(shares.values(), np.zeros(gradients[each].shape)), gradients[each])


def test_shares_are_named_by_where_they_come_from():
    _, gradients = forth_and_back(LSTM)
    assert set(gradients.shares("c")) == {"h", "c_prev"}
    assert set(gradients.shares("h")) == {"loss", "h_prev"}
    assert set(gradients.shares("c_prev")) == {"c"}
    assert set(gradients.shares("h_prev")) == {"z_i", "z_f", "z_g", "z_o"}
    near(gradients.shares("c_prev")["c"], gradients["c"] * gradients.trace["f"], 1e-15)
    near(gradients.shares("c")["c_prev"][:-1], gradients["c_prev"][1:], 0)
    assert (gradients.shares("c")["c_prev"][-1] == 0).all()


SHARED = Cell("shared", "k = tanh(W @ x + U @ h_prev + b)\nh = k * (U @ k + W @ x) + b * b")

PAIR = Cell("pair", "k = b_1 * b_2\nh = tanh(k + W @ x + U @ h_prev)")


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("cell", [*CELLS.values(), SHARED, PAIR], ids=lambda cell: cell.name)
def test_the_weight_gradients_of_all_steps_sum_to_the_weight_gradients(cell, batch):
    _, gradients = forth_and_back(cell, *batch)
    parts = [gradients.weights_at(t) for t in range(STEPS)]
    for key, whole in gradients.weights.items():
        near(sum(part[key] for part in parts), whole)
    last = gradients.weights_at(-1)
    assert all((last[key] == parts[-1][key]).all() for key in last)
    with pytest.raises(IndexError):
        gradients.weights_at(STEPS)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", CELLS)
def test_two_runs_that_carry_on_are_one_long_run(name, batch):
    cell = CELLS[name]
    weights, x = weights_of(cell), sequence(cell, *batch)
    whole = run(cell, weights, x)
    first = run(cell, weights, x[:3])
    second = run(cell, weights, x[3:], first.final)
    for each in cell.names:
        near(np.concatenate([first[each], second[each]]), whole[each], 1e-13)
    seed = np.random.default_rng(9).normal(size=whole[cell.output].shape)
    back = backpropagate(whole, {cell.output: seed})
    late = backpropagate(second, {cell.output: seed[3:]})
    for each in cell.names:
        near(late[each], back[each][3:])
    given = {state: np.zeros(first[state].shape) for state in {*cell.states, cell.output}}
    given[cell.output] += seed[:3]
    for state in cell.states:
        given[state][-1] += late.states[state]
    early = backpropagate(first, given)
    for each in cell.names:
        near(early[each], back[each][:3])


@pytest.mark.parametrize("name", CELLS)
def test_plain_floats_are_the_arrays_to_1e_15_a_step(name):
    cell = CELLS[name]
    weights, x = weights_of(cell, 1, 1), sequence(cell, steps=20, inputs=1)
    states = {state: np.array([0.3]) for state in cell.states}
    seed = np.random.default_rng(9).normal(size=(20, 1))
    plain, arrays = (run(cell, weights, x, states, floats=way) for way in (True, False))
    one, other = (backpropagate(trace, {cell.output: seed}) for trace in (plain, arrays))
    for each in cell.names:
        size = max(1, np.abs(arrays[each]).max())
        assert np.abs(plain[each] - arrays[each]).max() <= 20 * 1e-15 * size
        size = max(1, np.abs(other[each]).max())
        assert np.abs(one[each] - other[each]).max() <= 20 * 1e-15 * size
    for key in weights:
        near(one.weights[key], other.weights[key], 1e-13)


def test_weights_of_one_unit_are_read_as_any_others():
    plain, arrays = (forth_and_back_of_one(floats=way) for way in (True, False))
    for one, other in zip(plain, arrays, strict=True):
        assert repr(dict(one)) in repr(one)
        assert dict(one | {"b_f": 1}) == {**dict(one), "b_f": 1}
        assert list({"b_q": 1} | one) == ["b_q", *one]
        assert list(one) == list(other)
        assert {n: w.shape for n, w in one.items()} == {n: w.shape for n, w in other.items()}
        with pytest.raises(ValueError, match="read-only"):
            one["b_f"][:] = 0


def forth_and_back_of_one(**options):
    trace = run(LSTM, LSTM.start(seed=1), [[1.0], [0.5]], **options)
    return trace.weights, backpropagate(trace, {"h": [[0.0], [1.0]]}).weights


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", CELLS)
def test_float32_is_float32_all_through_and_near_float64(name, batch):
    double, back = forth_and_back(CELLS[name], *batch)
    single, own = forth_and_back(CELLS[name], *batch, dtype=np.float32)
    for each in double.names:
        assert single[each].dtype == own[each].dtype == np.float32
        near(single[each], double[each], 1e-4)
        near(own[each], back[each], 1e-3)
    assert {array.dtype for array in own.weights.values()} == {np.dtype("f4")}


@pytest.mark.parametrize("floats", [True, False])
def test_what_is_handed_out_is_read_only(floats):
    trace = run(LSTM, weights_of(LSTM, 1, 1), [[1.0], [0.5]], floats=floats)
    gradients = backpropagate(trace, {"h": np.ones((2, 1))})
    handed_out = [record[name] for record in (trace, gradients) for name in trace.names]
    handed_out += [*trace.weights.values(), *gradients.weights.values(), trace.inputs]
    handed_out += [*gradients.shares("c").values(), *gradients.states.values()]
    handed_out += [*trace.final.values()]
    for array in handed_out:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


@pytest.mark.parametrize("floats", [True, False])
def test_what_is_given_is_copied_and_stays_as_it_was(floats):
    weights, x, states = weights_of(LSTM, 1, 1), np.ones((3, 1)), {"c": np.ones(1)}
    seed = np.ones((3, 1))
    trace = run(LSTM, weights, x, states, floats=floats)
    before = {name: trace[name].copy() for name in trace.names}
    gradients = backpropagate(trace, {"h": seed})
    after = {name: gradients[name].copy() for name in trace.names}
    for array in (*weights.values(), x, states["c"], seed):
        array += 1.0
    again = backpropagate(trace, {"h": seed - 1.0})
    for name in trace.names:
        assert (trace[name] == before[name]).all()
        assert (gradients[name] == after[name]).all()
        assert (again[name] == after[name]).all()


def test_a_run_after_another_leaves_the_earlier_records_alone():
    first, back = forth_and_back(LSTM, BATCH)
    kept = {name: (first[name].copy(), back[name].copy()) for name in first.names}
    for _ in range(3):
        trace = run(LSTM, weights_of(LSTM), -sequence(LSTM, BATCH))
        backpropagate(trace, {"h": np.ones(trace["h"].shape)})
    for name, (value, gradient) in kept.items():
        assert (first[name] == value).all()
        assert (back[name] == gradient).all()


def test_a_loss_may_be_given_by_any_quantity_and_gradients_are_linear_in_it():
    trace, _ = forth_and_back(LSTM)
    rng = np.random.default_rng(1)
    given = {name: rng.normal(size=trace[name].shape) for name in LSTM.quantities}
    together = backpropagate(trace, given)
    apart = [backpropagate(trace, {name: seed}) for name, seed in given.items()]
    for name in trace.names:
        near(together[name], sum(each[name] for each in apart))


def test_no_loss_is_no_gradient():
    trace, _ = forth_and_back(GRU)
    gradients = backpropagate(trace, {})
    assert all((gradients[name] == 0).all() for name in trace.names)
    assert all((array == 0).all() for array in gradients.weights.values())


def test_the_gradient_of_the_memory_with_no_recurrent_weights_is_the_forget_gates_product():
    weights = LSTM.start(1, 5, forget_bias=1.0)
    for gate in "ifgo":
        weights[f"U_{gate}"][:] = 0.0
    weights["W_f"][:] = 0.0
    trace = run(LSTM, weights, np.zeros((50, 1)))
    seed = np.zeros((50, 5))
    seed[-1] = 1.0
    gradients = backpropagate(trace, {"c": seed})
    near(gradients.states["c"], (1 / (1 + np.exp(-1.0))) ** 50, 1e-13)


def test_lists_and_whole_numbers_are_as_good_as_arrays():
    weights = {key: array.tolist() for key, array in LSTM.start(1, 2).items()}
    one = run(LSTM, weights, [[1], [0]])
    other = run(LSTM, LSTM.start(1, 2), np.array([[1.0], [0.0]]))
    assert (one["h"] == other["h"]).all()


def test_a_cell_without_states_is_run_too():
    cell = Cell("dense", "h = tanh(W @ x + b)")
    trace, gradients = forth_and_back(cell, BATCH)
    assert (trace.final, gradients.states) == ({}, {})


def test_a_trace_and_gradients_say_what_they_are():
    trace, gradients = forth_and_back(GRU)
    assert isinstance(trace, Trace)
    assert isinstance(gradients, Gradients)
    assert repr(trace) == "Trace(gru, T = 7: x, h_prev, z_r, z_z, r, z, z_n, n, h)"
    assert "Gradients(gru" in repr(gradients)
    assert "h" in trace
    assert "q" not in trace


# ---------------------------------------------------------------------------- refusals


def test_a_name_that_is_not_recorded_is_answered_with_those_that_are():
    trace, gradients = forth_and_back(LSTM)
    for record in (trace, gradients):
        with pytest.raises(KeyError, match="did you mean 'c_prev'"):
            record["c_prv"]
        with pytest.raises(KeyError, match="there are x, c_prev, h_prev"):
            record["qqqq"]
    with pytest.raises(KeyError, match="is not recorded"):
        gradients.shares("qqqq")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"inputs": []}, "inputs"),
        ({"inputs": np.zeros((0, 2))}, "the sequence is empty"),
        ({"inputs": np.zeros((3, 0, 2))}, "the sequence is empty"),
        ({"inputs": np.zeros(3)}, "I = 2, but I = 1 in the input"),
        ({"inputs": 1.0}, r"should be \(T,\), \(T, I\), or \(T, B, I\)"),
        ({"inputs": np.zeros((3, 3))}, "I = 2, but I = 3 in the input"),
        ({"inputs": [[1.0, 2.0], [3.0]]}, "rows of equal length"),
        ({"inputs": [["a", "b"]]}, "these are not numbers"),
        ({"inputs": [[0.0, 0.0], [np.nan, 0.0]]}, r"inputs: nan at \[1, 0\] is not a finite"),
        ({"inputs": None}, "inputs"),
        ({"weights": {}}, "W_i, U_i, b_i"),
        ({"weights": LSTM.start(2, 4) | {"W_q": np.ones(3)}}, "'W_q' is not a parameter of lstm"),
        ({"weights": LSTM.start(2, 4) | {"b_f": np.ones(3)}}, "b_f has shape"),
        ({"weights": LSTM.start(2, 4) | {"b_f": np.ones((4, 1))}}, r"lstm wants \(H\)"),
        ({"weights": LSTM.start(2, 4) | {"b_f": np.full(4, np.inf)}}, "b_f: inf"),
        ({"states": {"q": np.zeros(4)}}, "'q' is not a state of lstm; its states: c, h"),
        ({"states": {"c": np.zeros(3)}}, r"initial c has shape \(3,\): it should be \(4,\)"),
        ({"states": {"c": np.full(4, np.nan)}}, "initial c: nan"),
    ],
)
def test_what_cannot_be_run_is_refused_with_what_and_where(changed, said):
    given = {"weights": LSTM.start(2, 4), "inputs": np.zeros((3, 2))} | changed
    with pytest.raises(InputError, match=said):
        run(LSTM, **given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"q": np.zeros((7, 4))}, "not for 'q'"),
        ({"x": np.zeros((7, 2))}, "not for 'x'"),
        ({"c_prev": np.zeros((7, 4))}, "not for 'c_prev'"),
        ({"h": np.zeros(4)}, r"the gradient given for h has shape \(4,\)"),
        ({"h": np.full((7, 4), np.nan)}, "the gradient given for h: nan"),
        ({"h": "all"}, "the gradient given for h"),
    ],
)
def test_a_loss_that_does_not_fit_is_refused(given, said):
    trace, _ = forth_and_back(LSTM)
    with pytest.raises(InputError, match=said):
        backpropagate(trace, given)


def test_plain_floats_are_refused_where_they_do_not_fit():
    with pytest.raises(InputError):
        run(LSTM, LSTM.start(2, 4), np.zeros((3, 2)), floats=True)


def test_a_trace_is_iterated_by_name():
    trace = run(LSTM, LSTM.start(), np.zeros((2, 1)))
    assert list(trace) == list(trace.names)
    with pytest.raises(KeyError, match="0 is not recorded"):
        trace[0]


@pytest.mark.parametrize("wrong", [[[1j]], [["1"]], [[np.datetime64("2026-01-01")]]])
def test_what_only_looks_like_numbers_is_refused(wrong):
    with pytest.raises(InputError, match="these are not numbers"):
        run(LSTM, LSTM.start(), wrong)


def test_a_run_that_memory_cannot_hold_is_refused_beforehand(monkeypatch):
    weights = LSTM.start(hidden=200)
    monkeypatch.setattr("lstm_viz.validation.limits.physical_memory", lambda: 1e6)
    with pytest.raises(InputError, match=r"this run would take 0.0 GB"):
        run(LSTM, weights, np.zeros((1000, 1)))


def test_numbers_whose_squares_overflow_are_numbers():
    trace = run(LSTM, LSTM.start(), np.array([[1e200], [-1e200]]))
    assert trace["x"][:, 0].tolist() == [1e200, -1e200]
    assert np.isfinite(backpropagate(trace, {"h": np.full((2, 1), 1e200)})["h"]).all()


@pytest.mark.parametrize("wrong", [int, bool, complex, object, np.uint8, "M8[s]", "none"])
def test_what_is_no_type_of_floats_is_refused(wrong):
    with pytest.raises(InputError, match="float64 and float32"):
        run(LSTM, LSTM.start(), [[1.0]], dtype=wrong)


def test_another_order_of_bytes_is_read_and_not_kept():
    trace = run(LSTM, LSTM.start(), np.ones((2, 1), ">f4"), dtype=">f4")
    assert trace["h"].dtype == np.float32
    assert trace["h"].dtype.isnative


def pickled(thing):
    return pickle.loads(pickle.dumps(thing))


@pytest.mark.parametrize("copied", [pickled, copy.deepcopy])
@pytest.mark.parametrize("how", [(1, 0), (3, 0), (3, 2)])
def test_records_are_pickled_and_copied_and_stay_read_only(copied, how):
    size, batch = how
    x = np.ones((4, batch, 1) if batch else (4, 1))
    trace = run(LSTM, LSTM.start(hidden=size), x)
    gradients = backpropagate(trace, {"h": np.ones(trace["h"].shape)})
    gradients.shares("c")
    for one in (trace, gradients):
        other = copied(one)
        assert other.cell.text == LSTM.text
        for ours, theirs in ((one, other), (one.weights, other.weights)):
            for name in ours:
                np.testing.assert_array_equal(ours[name], theirs[name])
                assert not theirs[name].flags.writeable
    again = backpropagate(copied(trace), {"h": np.ones(trace["h"].shape)})
    np.testing.assert_array_equal(again["x"], gradients["x"])


def test_a_cell_of_a_pickle_is_made_once():
    assert pickled(LSTM) is pickled(LSTM)
    assert copy.deepcopy(LSTM) is LSTM
