"""Twelve mistakes of public programs, each found where it is, or shown not to be found."""

import pickle

import numpy as np
import pytest

from lstm_viz.measures import BUGS, checked, find_bug, first_wrong
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError

CHANCE = np.random.default_rng(0)
X, TARGET = CHANCE.normal(size=(4, 3, 2)), CHANCE.uniform(-0.5, 0.5, (4, 3, 3))

# what the program's own check says, and which gradient is the first to go wrong, going back
SEEN = {
    "carousel": (False, ("c_prev", 3)),
    "no-tanh": (True, None),
    "same-start": (True, None),
    "slope-again": (False, ("z_f", 3)),
    "no-dh-next": (False, ("h_prev", 3)),
    "no-f": (False, ("c_prev", 3)),
    "c-for-c-prev": (False, ("f", 3)),
    "copied-gate": (False, None),
    "gate-order": (True, None),
    "unsummed": (False, None),
    "transpose": (False, ("h_prev", 3)),
    "wrong-check": (False, None),
}


def weights_of(bug):
    shapes = bug.right.shapes(2, 3)
    chance = np.random.default_rng(1)
    return {name: chance.normal(0, 0.7, shape) for name, shape in shapes.items()}


@pytest.mark.parametrize("bug", BUGS.values(), ids=lambda bug: bug.name)
def test_a_check_sees_what_is_wrong_in_the_gradient_and_nothing_else(bug):
    found = checked(bug, weights_of(bug), X, TARGET)
    assert (found.agree, first_wrong(bug, weights_of(bug), X, TARGET)) == SEEN[bug.name]


def test_all_twelve_are_there_by_name():
    assert list(BUGS) == list(SEEN)
    with pytest.raises(InputError, match="did you mean 'carousel'"):
        find_bug("carousels")


@pytest.mark.parametrize("name", ["no-tanh", "gate-order"])
def test_a_mistake_in_the_forward_pass_computes_something_else(name):
    bug = find_bug(name)
    weights = weights_of(bug)
    assert not np.allclose(run(bug.cell, weights, X)["h"], run(bug.right, weights, X)["h"])


def test_gates_that_begin_the_same_stay_the_same_but_for_what_they_do():
    bug = find_bug("same-start")
    trace = run(bug.cell, bug.weights(weights_of(bug)), X)
    assert (trace["i"] == trace["f"]).all()
    assert (trace["i"] == trace["o"]).all()


def test_only_the_named_gradients_of_weights_are_wrong():
    for name, wrong in (("copied-gate", "b_i"), ("unsummed", "b_o")):
        bug = find_bug(name)
        apart = checked(bug, weights_of(bug), X, TARGET).apart
        assert [n for n, much in apart.items() if much > 1e-6] == [wrong]


def test_the_wrong_check_is_given_a_gradient_that_is_right():
    bug, weights = find_bug("wrong-check"), weights_of(find_bug("wrong-check"))
    trace = run(bug.right, weights, X)
    right = backpropagate(trace, {"h": trace["h"] - TARGET}).weights
    found = checked(bug, weights, X, TARGET)
    assert all((found.gradients[name] == right[name]).all() for name in right)


def test_a_wrong_cell_survives_a_pickle():
    cell = find_bug("carousel").cell
    again = pickle.loads(pickle.dumps(cell))
    assert again.backward == cell.backward != find_bug("carousel").right.backward
