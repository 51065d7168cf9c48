"""A mistake is known by its numbers: named rightly, a right answer never refused."""

import numpy as np
import pytest

from lstm_viz import CELLS, GRU, LSTM, RNN, Cell, InputError, backpropagate, run
from lstm_viz.measures.edits import forward_edits
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.measures.mistaken import Runs
from lstm_viz.measures.mistakes import mistakes
from lstm_viz.measures.named_many import Many

TYPED = Cell(
    "typed",
    "z_k = W_k @ x + U_k @ m_prev + b_k\nk = sigmoid(z_k)\nm = (1 - k) * m_prev + k * tanh(W @ x)"
    "\nh = 2 * m - m_prev",
)
X = np.array([[1.0], [-0.5], [0.3], [2.0]])


def exercise(cell, seed=0, size=1, digits=1):
    """Weights of one decimal, as a student gets them, and a loss at every step."""
    random = np.random.default_rng(seed)
    inputs = X if size == 1 else random.normal(size=(4, size)).round(digits)
    shapes = cell.shapes(inputs.shape[1], size)
    weights = {n: random.uniform(-1.5, 1.5, shape).round(digits) for n, shape in shapes.items()}
    return weights, inputs, {cell.output: random.normal(size=(4, size)).round(digits)}


def answers(cell, weights, inputs, seeds, edit, digits=3):
    """What somebody hands in who made this mistake: every quantity, and every gradient."""
    runs = Runs(run(cell, weights, inputs), seeds, [], 0.0)
    if edit.edges:
        found = runs._back(edit, edit.edges, runs.truth)
    else:
        found = {n: v for n, v in (runs._forward(edit) or {}).items() if n in cell.quantities}
    return {name: np.round(array, digits) for name, array in found.items()}


@pytest.mark.parametrize("cell", [LSTM, GRU, RNN, TYPED], ids=lambda cell: cell.name)
@pytest.mark.parametrize("size", [1, 2])
def test_of_the_named_mistakes_nineteen_in_twenty_are_named_and_none_is_passed(cell, size):
    weights, inputs, seeds = exercise(cell, size=size)
    right = mistakes(cell, weights, inputs, {})
    assert right.right
    named = [e for e in (*forward_edits(cell), *backward_edits(cell)) if e.name]
    named = named[:: max(2 + size, len(named) // 40)]
    missed, seen = [], 0
    for edit in named:
        given = answers(cell, weights, inputs, seeds, edit)
        judged = mistakes(cell, weights, inputs, given, seeds=seeds)
        if judged.largest <= 2e-3:
            continue  # equal in effect on these numbers
        seen += 1
        assert not judged.right
        if edit.text not in {each.text for each in judged.found}:
            missed.append((edit.name, [each.name for each in judged.found]))
    assert seen > 2
    assert len(missed) <= seen / 20, missed


@pytest.mark.parametrize("name", CELLS)
def test_right_numbers_of_every_cell_are_right(name):
    cell = CELLS[name]
    weights, inputs, seeds = exercise(cell, size=1)
    trace = run(cell, weights, inputs)
    gradients = backpropagate(trace, seeds)
    given = {f"{q}@{t + 1}": trace[q][t].round(3) for q in cell.quantities for t in range(4)}
    given |= {f"d{q}": gradients[q].round(3) for q in cell.quantities}
    given |= {f"d{w}": array.round(3) for w, array in gradients.weights.items()}
    assert mistakes(cell, weights, inputs, given, seeds=seeds).right


def test_what_is_equal_in_effect_is_right():
    weights, inputs, _ = exercise(LSTM)
    other = Cell("other", LSTM.text.replace("f * c_prev + i * g", "i * g + c_prev * f"))
    given = {"h": run(other, weights, inputs)["h"]}
    assert mistakes(LSTM, weights, inputs, given, tolerance=1e-12).right


def test_the_first_difference_is_that_of_the_earliest_step_and_equation():
    weights, inputs, seeds = exercise(LSTM)
    trace = run(LSTM, weights, inputs)
    h, c = trace["h"].copy(), trace["c"].copy()
    h[1:], c[2:] = 9, 9
    first = mistakes(LSTM, weights, inputs, {"c": c, "h": h}).first
    assert (first.name, first.step, first.given, first.backward) == ("h", 2, 9, False)
    dc = backpropagate(trace, seeds)["c"].copy()
    dc[:2] = 9
    first = mistakes(LSTM, weights, inputs, {"dc": dc, "c@1": trace["c"][0]}, seeds=seeds).first
    assert (first.name, first.step, first.backward) == ("c", 2, True)


def test_numbers_that_no_single_edit_gives_have_no_name():
    weights, inputs, _ = exercise(LSTM)
    judged = mistakes(LSTM, weights, inputs, {"h@2": 77.0})
    assert (judged.right, judged.found) == (False, ())


def test_a_number_that_was_left_out_is_not_judged():
    weights, inputs, _ = exercise(LSTM)
    h = run(LSTM, weights, inputs)["h"].copy()
    h[2] = np.nan
    assert mistakes(LSTM, weights, inputs, {"h": h}).right
    h[3] += 0.01
    assert mistakes(LSTM, weights, inputs, {"h": h}).first.step == 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"hh": 1}, "'hh' is not computed here: did you mean 'h'"),
        ({"h@9": 1}, "h@9: there are steps 1 to 4"),
        ({"h@x": 1}, "h@x: there are steps 1 to 4"),
        ({"dh@1": 1}, "a gradient needs the loss"),
        ({"h": [1, 2]}, r"h: \(2,\) was given, \(4, 1\) is expected"),
        ({"h@1": np.inf}, "h@1: inf is not a finite number"),
    ],
)
def test_what_cannot_be_judged_is_refused(given, said):
    weights, inputs, _ = exercise(LSTM)
    with pytest.raises(InputError, match=said):
        mistakes(LSTM, weights, inputs, given)


def test_a_matrix_that_fits_no_longer_is_passed_over():
    random = np.random.default_rng(4)
    weights = {n: random.normal(size=shape) for n, shape in LSTM.shapes(2, 3).items()}
    inputs, seeds = random.normal(size=(2, 2)), {"h": random.normal(size=(2, 3))}
    dx = backpropagate(run(LSTM, weights, inputs), seeds)["x"]
    judged = mistakes(LSTM, weights, inputs, {"dx": 2 * dx}, seeds=seeds)
    assert (judged.right, judged.found) == (False, ())


NEW = {
    "lstm": [
        "1 added to b_f",
        "b_f added twice",
        "1 - f in place of i",
        "grouped otherwise: c = f * (c_prev + i * g)",
        "tanh around another part: h = tanh(o * c)",
        "the slope of tanh taken as 1 - c ** 2 in dc",
        "the slope of tanh taken as g * (1 - g) in dz_g",
        "the slope of sigmoid taken as 1 - f ** 2 in dz_f",
        "the slope of sigmoid with the argument for the value everywhere",
        "the factors of o * tanh(c) exchanged in do and dc",
        "c in place of tanh(c) in do",
        "di and df exchanged",
        "dz_i and dz_f exchanged",
        "the gradients of the weights in the order f, i, g, o",
    ],
    "gru": ["grouped otherwise: h = (1 - z) * (n + z * h_prev)", "dz and dn exchanged"],
    "typed": ["1 added to b_k", "the slope of tanh taken as 1 - (W @ x) ** 2 in dW and dx"],
}


@pytest.mark.parametrize("name", NEW)
def test_parts_that_moved_and_broken_chain_rules_are_named_alone(name):
    cell = CELLS.get(name, TYPED)
    weights, inputs, seeds = exercise(cell, seed=3, size=2)
    edits = {e.name: e for e in (*forward_edits(cell), *backward_edits(cell))}
    for wanted in NEW[name]:
        given = answers(cell, weights, inputs, seeds, edits[wanted], digits=4)
        found = mistakes(cell, weights, inputs, given, seeds=seeds).found
        assert [edit.name for edit in found] == [wanted]


def test_one_name_for_another_in_a_term_is_told_by_its_line():
    weights, inputs, seeds = exercise(LSTM, seed=3, size=2)
    (edit,) = (e for e in backward_edits(LSTM) if e.text == "di += dc * f")
    given = answers(LSTM, weights, inputs, seeds, edit)
    (found,) = mistakes(LSTM, weights, inputs, given, seeds=seeds).found
    assert (found.name, found.text) == ("", "di += dc * f")


def test_what_changes_least_comes_first():
    weights, inputs, seeds = exercise(LSTM, size=2)
    edits = {e.name: e for e in backward_edits(LSTM)}
    given = answers(LSTM, weights, inputs, seeds, edits["h for h_prev in dU_f"])
    judged = mistakes(LSTM, weights, inputs, {"dU_f": given["dU_f"]}, seeds=seeds)
    assert [e.name for e in judged.found] == ["h for h_prev in dU_f", "h for h_prev in every dU"]


def test_a_search_ends_in_time_and_says_so(monkeypatch):
    monkeypatch.setattr("lstm_viz.measures.mistaken.SECONDS", 0.0)
    weights, inputs, _ = exercise(LSTM)
    judged = mistakes(LSTM, weights, inputs, {"h@2": 77.0})
    assert (judged.right, judged.found, judged.ended) == (False, (), True)


def test_a_mistake_in_the_values_is_one_in_the_loss_and_its_gradient_too():
    weights, inputs, _ = exercise(LSTM, size=2)
    apart = {
        "loss": lambda v: ((v["h"] - 0.5) ** 2).sum() / 2,
        "seeds": lambda v: {"h": v["h"] - 0.5},
    }
    wrong = Cell("wrong", LSTM.text.replace("h = o * tanh(c)", "h = o * c"))
    values = run(wrong, weights, inputs)
    gradients = backpropagate(values, {"h": values["h"] - 0.5})
    given = {"loss": apart["loss"](values), "dW_i": gradients.weights["W_i"]}
    given |= {f"dU_f@{t}": gradients.weights_at(t - 1)["U_f"] for t in (1, 2, 3)}
    for each in ({"loss": given["loss"]}, {"dU_f@3": given["dU_f@3"]}, given):
        judged = mistakes(LSTM, weights, inputs, each, **apart, tolerance=1e-9)
        assert not judged.right
        assert "no tanh on the output" in [edit.name for edit in judged.found]
    right = run(LSTM, weights, inputs)
    exact = backpropagate(right, {"h": right["h"] - 0.5})
    given = {"loss": apart["loss"](right), "dU_f@2": exact.weights_at(1)["U_f"]}
    assert mistakes(LSTM, weights, inputs, given, **apart).right


def test_what_one_step_adds_to_a_weight_names_the_mistake_of_the_backward_pass():
    weights, inputs, seeds = exercise(LSTM, size=2)
    exact = backpropagate(run(LSTM, weights, inputs), seeds)
    given = {f"dU_f@{t}": exact.weights_at(t - 1)["U_f"] for t in (1, 2, 3, 4)}
    given["dU_f@3"] = 2 * given["dU_f@3"]
    judged = mistakes(LSTM, weights, inputs, given, seeds=seeds)
    assert (judged.first.name, judged.first.step, judged.found) == ("U_f", 3, ())
    given |= {key: 2 * exact.weights_at(int(key[-1]) - 1)["U_f"] for key in given}
    found = mistakes(LSTM, weights, inputs, given, seeds=seeds).found
    assert found[0].name == "the part of dU_f that comes from z_f taken twice"
    with pytest.raises(InputError, match="dU_f@9: there are steps 1 to 4"):
        mistakes(LSTM, weights, inputs, {"dU_f@9": 1}, seeds=seeds)


@pytest.mark.parametrize("cell", [LSTM, GRU, TYPED], ids=lambda cell: cell.name)
def test_of_many_draws_what_a_mistake_does_not_reach_is_as_it_was_and_only_the_wanted_is_made(cell):
    """Against all of it, computed from the edited equations with nothing kept."""
    draws = [exercise(cell, seed, size=2) for seed in range(3)]
    weights = {name: np.array([w[name] for w, _, _ in draws]) for name in draws[0][0]}
    inputs = np.array([x for _, x, _ in draws])
    seeds = {cell.output: np.array([s[cell.output] for _, _, s in draws]).swapaxes(0, 1)}
    wanted = {*cell.states, next(iter(cell.parameters))}
    many = Many(cell, weights, inputs, {}, wanted=wanted)
    whole = Many(cell, weights, inputs, {})
    whole.own = {}  # nothing is known to be the same
    keys = [*cell.names, *(f"d{name}" for name in wanted)]
    pairs = list(zip(many.named(seeds), whole.named(seeds), strict=True))
    for (edit, few), (same, every) in pairs:
        assert edit == same
        for key in keys:
            np.testing.assert_array_equal(few[key], every[key], f"{key}: {edit.text}")
    assert len(pairs) > 50
