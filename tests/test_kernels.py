"""The machines beneath `run`: what they share, and what they must not."""

import gc
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_up import texts

from lstm_viz import CELLS, LSTM, Cell, backpropagate, run
from lstm_viz.equations.tree import Operation, walk
from lstm_viz.kernels import compiled
from lstm_viz.kernels import pool as memory
from lstm_viz.kernels.arrays import Runner
from lstm_viz.kernels.backward import backward_plan
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.kernels.floats import FloatRecord
from lstm_viz.kernels.forward import forward_plan
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.system import system


def problem(cell, steps=7, batch=3, size=4, seed=0):
    random = np.random.default_rng(seed)
    shapes = cell.shapes(size, size)
    weights = {name: random.normal(size=shape) for name, shape in shapes.items()}
    return weights, random.normal(size=(steps, batch, size))


def test_an_lstm_step_is_eight_calls_forward_and_four_back():
    assert len(forward_plan(system(LSTM), PlanOptions()).packs) == 8
    assert len(backward_plan(system(LSTM), frozenset(), PlanOptions()).packs) == 4


def test_for_few_units_a_peephole_joins_the_product_and_costs_no_call():
    cell = Cell("peephole", "c = tanh(W @ x + U @ h_prev + p_c * c_prev)\nh = c")
    packs = [len(forward_plan(system(cell), PlanOptions(dense=few)).packs) for few in (True, False)]
    assert packs == [3, 5]


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("batch", [0, 3])
@pytest.mark.parametrize("lean", [False, True])
def test_a_runner_computes_what_run_and_backpropagate_compute(name, batch, lean):
    cell = CELLS[name]
    every = frozenset({cell.output})
    sizes, options = cell.sizes(problem(cell)[0], 4), PlanOptions(lean=lean)
    runner = Runner(cell, sizes, 7, batch, every=every, options=options)
    for number in range(2):  # the second time over what the first one left
        weights, x = problem(cell, batch=batch or 1, seed=number)
        x = x if batch else x[:, 0]
        trace = run(cell, weights, x)
        seed = np.random.default_rng(1).normal(size=trace[cell.output].shape)
        gradients = backpropagate(trace, {cell.output: seed})
        turned = (lambda a: a.swapaxes(1, 2)) if batch else (lambda a: a)
        values = runner.forward(weights, turned(x))
        back, totals = runner.backward({cell.output: turned(seed)}, {})
        assert {"x", *cell.states} <= back.keys()
        for q in cell.names:
            if not (lean and q.startswith("z")):
                np.testing.assert_allclose(turned(values[q]), trace[q], rtol=1e-14, atol=1e-16)
            if q in back:
                np.testing.assert_allclose(turned(back[q]), gradients[q], rtol=1e-12, atol=1e-15)
        for weight, total in totals.items():
            np.testing.assert_allclose(total, gradients.weights[weight], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("at_each", [False, True])
def test_gradients_that_the_next_chunk_writes_over_are_those_of_all_steps_together(
    name, at_each, monkeypatch
):
    cell = Cell(f"{name} in chunks", CELLS[name].text)
    monkeypatch.setattr(compiled, "CACHE_LEAN", 1)  # one step a chunk
    weights, x = problem(cell)
    given = cell.output if at_each else cell.states[0]
    seed = np.random.default_rng(1).normal(size=(7, 4, 3))
    every = {given: seed} if at_each else {}
    runner = Runner(
        cell, cell.sizes(weights, 4), 7, 3, every=frozenset(every), options=PlanOptions(lean=True)
    )
    assert len(runner.D) == 2
    runner.forward(weights, x.swapaxes(1, 2))
    back, totals = runner.backward(every, {} if at_each else {given: seed[-1]})
    last = np.where(np.arange(7)[:, None, None] < 6, 0, seed).swapaxes(1, 2)
    whole = backpropagate(run(cell, weights, x), {given: seed.swapaxes(1, 2) if at_each else last})
    assert back.keys() == {"x"}
    for q in back:
        np.testing.assert_allclose(back[q].swapaxes(1, 2), whole[q], rtol=1e-10, atol=1e-13)
    for weight, total in totals.items():
        np.testing.assert_allclose(total, whole.weights[weight], rtol=1e-10, atol=1e-13)


def test_of_a_step_that_runs_again_and_again_the_views_are_made_once():
    weights, x = problem(LSTM)
    runner = Runner(LSTM, LSTM.sizes(weights, 4), 7, 3)
    seen = []
    for _ in range(2):
        runner.forward(weights, x.swapaxes(1, 2))
        seen.append(runner._machines[0].steps(0, 7, tuple))
    assert len(seen[0]) == 7
    assert seen[0] is seen[1]


@pytest.mark.parametrize("text", ["h = 0.5 * h_prev + x", "h = tanh(W @ x + b)"])
def test_one_unit_runs_over_floats(text):
    cell = Cell("one unit", text)
    trace = run(cell, cell.start(), np.ones((3, 1)))
    assert isinstance(trace.recorded, FloatRecord)
    assert trace["h"].shape == (3, 1)


def test_a_runner_adds_to_the_totals_it_is_given():
    weights, x = problem(LSTM)
    runner = Runner(LSTM, LSTM.sizes(weights, 4), 7, 3)
    runner.forward(weights, x.swapaxes(1, 2))
    once = runner.backward({}, {"h": np.ones((4, 3))})[1]
    twice = {name: total.copy() for name, total in once.items()}
    runner.backward({}, {"h": np.ones((4, 3))}, twice)
    for name in weights:
        np.testing.assert_allclose(twice[name], 2 * once[name])


@pytest.mark.parametrize("name", ["rnn", "lstm", "peephole-lstm", "slstm"])
def test_products_cut_into_parts_are_the_same_products(name):
    cell = CELLS[name]
    weights, x = problem(cell, steps=3, batch=5, size=6)
    sizes, every = cell.sizes(weights, 6), frozenset({cell.output})
    whole, cut = (
        Runner(cell, sizes, 3, 5, every=every, options=PlanOptions(small=small))
        for small in (1_000_000, 170)
    )
    assert whole.ahead.source + whole.back.source != cut.ahead.source + cut.back.source
    seed = {cell.output: np.ones((3, 6, 5))}
    ran = [(r.forward(weights, x.swapaxes(1, 2)), *r.backward(seed, {})) for r in (whole, cut)]
    for one, other in zip(*ran, strict=True):
        for each in one:
            np.testing.assert_allclose(one[each], other[each], rtol=1e-10, atol=1e-12)


GATES = [
    "h = sigmoid(W @ x + U @ h_prev + b) * x",
    "c = sigmoid(W @ x + p_c * c_prev + b)\nh = c * tanh(c)",
    "z = W @ x + b + 0 * h_prev\nh = sigmoid(z) * x + sigmoid(z) * z",  # two read what is scaled
    "f = sigmoid(W @ x + b)\nh = f * h_prev + x",  # decided by the inputs alone
    "h = tanh(U @ h_prev + x)\no = sigmoid(W @ h + b)\ny = o * h",  # carried nowhere
]


@pytest.mark.parametrize("text", [*GATES, *(CELLS[name].text for name in CELLS)])
@pytest.mark.parametrize("how", [(1, 0, "d"), (3, 0, "d"), (3, 2, "d"), (3, 2, "f")])
@pytest.mark.parametrize("bias", [-14, -36, -80])
def test_what_a_nearly_shut_gate_lets_through_is_right_in_its_last_digits(text, how, bias):
    cell, (size, batch, dtype) = Cell("gates", text), how
    weights, x = problem(cell, steps=5, batch=batch or 1, size=size)
    weights = {n: w + bias if n[0] == "b" else w / 8 for n, w in weights.items()}
    x = x if batch else x[:, 0]
    trace = run(cell, weights, x, dtype=dtype)
    known = {n: trace[n] for n in trace.names} | trace.weights
    for name, tree in ((e.target, e.tree) for e in cell.equations):
        if not any(isinstance(each, Operation) and each.operator in "@+-" for each in walk(tree)):
            expected = np.broadcast_to(evaluate(tree, known), trace[name].shape)
            np.testing.assert_allclose(trace[name], expected, rtol=1e-4 if dtype == "f" else 1e-10)


@pytest.mark.parametrize("batch", [0, 2])
def test_one_nearly_shut_gate_late_in_a_sequence_is_right(batch):
    weights, x = problem(LSTM, steps=3000, batch=batch or 1)
    x[2500:] = 0
    x[2500] = -40 * np.sign(weights["W_o"][0])
    trace = run(LSTM, weights, x if batch else x[:, 0])
    assert trace["z_o"].min() < -36
    np.testing.assert_allclose(trace["o"], 1 / (1 + np.exp(-trace["z_o"])), rtol=1e-10)
    np.testing.assert_allclose(trace["h"], trace["o"] * np.tanh(trace["c"]), rtol=1e-13)


@pytest.mark.parametrize("batch", [0, 2])
def test_equal_calls_on_rows_of_two_sizes_are_not_folded(batch):
    text = (
        "a = clip(a_prev + x, -1, 1)\nn = clip(n_prev + h_prev, -1, 1)\nh = tanh(W @ a + U @ n + b)"
    )
    cell, x = Cell("two sizes", text), np.full((3, batch, 2) if batch else (3, 2), 0.6)
    weights = {"W": np.ones((3, 2)), "U": np.eye(3), "b": np.zeros(3)}
    trace = run(cell, weights, x)
    assert trace["a"].reshape(3, -1)[:, 0].tolist() == [0.6, 1, 1]
    assert backpropagate(trace, {"h": np.ones(trace["h"].shape)})["n"].shape == trace["h"].shape


@pytest.mark.parametrize("term", ["r * h_prev", "p_r * r", "p_r * h_prev", "h_prev * p_r"])
def test_in_a_sum_of_products_only_a_weight_times_a_state_joins_the_product(term):
    text = f"r = sigmoid(W_r @ x)\nz = W @ x + U @ h_prev + {term}\nh = tanh(z + 0 * p_r)"
    cell = Cell("a term beside the products", text)
    weights, x = problem(cell, steps=4, batch=1, size=3)
    trace = run(cell, weights, x[:, 0])
    before = np.vstack([np.zeros(3), trace["h"][:-1]])
    values = {"r": trace["r"], "p_r": weights["p_r"], "h_prev": before}
    one, other = (values[name] for name in term.split(" * "))
    z = x[:, 0] @ weights["W"].T + before @ weights["U"].T + one * other
    np.testing.assert_allclose(trace["z"], z, rtol=1e-12, atol=1e-14)


def large():
    return memory.take((1 << 18,), np.float64)


def test_memory_is_used_again_only_when_nobody_looks_at_it():
    memory._kept.clear()
    first = large()
    view = first[3:5]
    first[:] = 1
    del first
    other = large()
    other[:] = 2
    assert view.tolist() == [1, 1]
    place = other.__array_interface__["data"][0]
    del other, view
    gc.collect()
    assert place in {large().__array_interface__["data"][0] for _ in range(2)}


def test_traces_that_live_at_once_keep_their_own_numbers():
    weights, x = problem(LSTM, steps=2000, batch=8, size=16)
    one = run(LSTM, weights, x)
    kept = one["h"].copy()
    f = one["f"]
    g = backpropagate(one, {"h": np.ones(kept.shape)})
    dz = g["z_i"].copy()
    for _ in range(3):
        other = run(LSTM, weights, -x)
        backpropagate(other, {"h": np.ones(kept.shape)})
    np.testing.assert_array_equal(one["h"], kept)
    np.testing.assert_array_equal(g["z_i"], dz)
    first = f.copy()
    del one, g
    run(LSTM, weights, -x)
    np.testing.assert_array_equal(f, first)


def test_threads_do_not_disturb_each_other():
    weights, x = problem(LSTM, steps=300)
    inputs = [x * k for k in range(1, 9)]

    def there_and_back(x):
        trace = run(LSTM, weights, x)
        return backpropagate(trace, {"h": np.ones(trace["h"].shape)}).weights["U_f"]

    alone = [there_and_back(x) for x in inputs]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(there_and_back, inputs), strict=True):
            np.testing.assert_array_equal(one, other)


# Names that generated source has, or had, for things of its own: all of them are a cell's to use.
PLAIN = [
    "A", "D", "np", "t", "go", "s0", "s1", "m0", "m1", "k0", "v0", "w0", "t0", "t1", "dot0", "x1",
    "totals", "rows", "put", "pack", "unpack", "out", "xs", "weights", "states", "seeds", "add",
]  # fmt: skip
STEMS = ("_", "_k", "_s", "_early", "n_", "n_d", "d_q", "g_", "t_", "x_")


@st.composite
def names(draw):
    """Forty names in a row, such as _k3, _k4 …; or those that need no number, and then such."""
    stem, first = draw(st.sampled_from(STEMS)), draw(st.integers(0, 9))
    plain = draw(st.permutations(PLAIN)) if draw(st.booleans()) else []
    return [*plain, *(f"{stem}{k}" for k in range(first, first + 40))]


made_up = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@made_up
@given(texts(same_rows=True))
def test_what_the_kernels_name_themselves_no_equation_can_be_called(text):
    cell = Cell("made-up", text)
    s = system(cell)
    ahead = forward_plan(s, PlanOptions())
    back = backward_plan(s, frozenset({cell.output}), PlanOptions())
    made = {*s.trees, *(block for plan in (ahead, back) for _, block in plan.letters)}
    made |= {name.name for name, _, _ in back.temporaries}
    assert not [name for name in made - set(cell.names) if name.isidentifier()]


@made_up
@given(st.data(), st.sampled_from([(1, None), (1, 2), (3, None), (3, 2)]))
def test_a_cell_may_use_the_names_that_the_kernels_use(data, how):
    cell = Cell("made-up", data.draw(texts(same_rows=True)))
    fresh = dict(zip(cell.quantities, data.draw(names()), strict=False))
    left = [each for each in data.draw(names()) if each not in fresh.values() and "_" in each]
    fresh |= dict(zip(cell.parameters, left, strict=False))
    fresh |= {f"{state}_prev": f"{fresh[state]}_prev" for state in cell.states} | {"x": "x"}
    text = re.sub(r"[A-Za-z_]\w*", lambda each: fresh.get(each[0], each[0]), cell.text)
    other = Cell("renamed", text)
    for floats in (True, False) if how == (1, None) else (None,):
        one, two = numbers(cell, *how, floats), numbers(other, *how, floats)
        for name, array in one.items():
            np.testing.assert_array_equal(array, two[name[0], fresh[name[1]]], text)


def numbers(cell, size, batch, floats):
    """(what, name) → values, gradients, gradients of weights; of a loss by every quantity."""
    rng = np.random.default_rng(0)
    weights = {n: rng.normal(size=shape) / 2 for n, shape in cell.shapes(size, size).items()}
    x = rng.normal(size=(5, *([batch] if batch else []), size))
    trace = run(cell, weights, x, floats=floats)
    back = backpropagate(trace, {n: rng.normal(size=trace[n].shape) for n in cell.quantities})
    found = {(k, name): record[name] for k, record in enumerate((trace, back)) for name in trace}
    return found | {(2, name): array for name, array in back.weights.items()}
