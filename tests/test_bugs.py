"""Twelve public bugs: each does what is said of it, and a check sees what it can."""

import numpy as np
import pytest

from lstm_viz import InputError, backpropagate, run
from lstm_viz.measures import BUGS, bug_of, case_of, complex_step, scored

CASES = {bug.name: case_of(bug) for bug in BUGS}
INVISIBLE = ("forward", "weights")  # the gradient is right


@pytest.fixture(params=BUGS, ids=lambda bug: bug.name)
def case(request):
    return CASES[request.param.name]


def test_there_are_twelve_and_most_have_a_public_source():
    assert len(BUGS) == len(CASES) == 12
    assert sum(bug.source.startswith("https://github.com/") for bug in BUGS) >= 8


def test_each_first_goes_wrong_where_it_is_said(case):
    assert case.first[0] == case.bug.where
    assert scored(case, *case.first) == (True, True)
    assert scored(case, "g", 99) == (False, False)


def test_the_gradient_is_wrong_just_where_a_bug_is_in_it(case):
    true = max(each.true for each in case.check)
    assert true > 1e-3 if case.bug.kind == "backward" else true < 1e-9


def test_a_check_sees_a_wrong_gradient_and_no_wrong_equation(case):
    passes = all(each.passes for each in case.check)
    assert passes == (case.bug.kind in INVISIBLE)


def test_only_a_bug_of_equations_or_weights_changes_the_values(case):
    same = np.array_equal(case.trace["h"], case.right.trace["h"])
    assert same == (case.bug.kind not in INVISIBLE)


def test_the_wrong_check_blames_a_right_gradient():
    case = CASES["a right gradient and a wrong check"]
    assert all(each.true < 1e-9 for each in case.check)
    assert max(each.seen for each in case.check) > 0.1


def test_of_some_bugs_the_loss_is_lower():
    lower = []
    for bug in BUGS[:4]:
        right, wrong = CASES[bug.name].losses(30, rate=0.1)
        assert right[-1] < right[0]
        lower.append(wrong[-1] < right[-1])
    assert any(lower)
    assert not all(lower)


def test_one_sequence_hides_the_sum_over_the_batch():
    case = case_of(bug_of("10"), sequences=1)
    assert case.first == ("", 0)


def test_the_complex_step_is_the_derived_gradient():
    case = CASES["no tanh on the output"]
    cell = case.bug.right
    judge = complex_step(cell, case.weights, case.inputs, case.seeds)
    found = backpropagate(run(cell, case.weights, case.inputs), {"h": case.seeds}).weights
    assert all(np.allclose(judge[n], found[n], rtol=1e-12, atol=1e-13) for n in judge)


def test_a_bug_that_there_is_not_is_refused():
    assert bug_of("12") is BUGS[11]
    for name in ("13", "0", "tanh"):
        with pytest.raises(InputError, match="no bug is called"):
            bug_of(name)
