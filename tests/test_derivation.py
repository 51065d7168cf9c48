"""The derived backward equations: the lines themselves, and the slope of every known function."""

import math

import numpy as np
import pytest
import reference

from lstm_viz import CELLS, LSTM, Cell
from lstm_viz.equations import functions
from lstm_viz.equations.derivative import body
from lstm_viz.equations.functions import FLOATS, FUNCTIONS, NUMPY, PLAIN
from lstm_viz.equations.parse import parse
from lstm_viz.kernels.evaluate import evaluate

LSTM_BACKWARD = """
do += dh * tanh(c)
dc += dh * o * (1 - tanh(c) ** 2)
df += dc * c_prev
dc_prev += dc * f
di += dc * g
dg += dc * i
dz_o += do * o * (1 - o)
dz_g += dg * (1 - g ** 2)
dz_f += df * f * (1 - f)
dz_i += di * i * (1 - i)
dW_o += dz_o @ x.T
dx += W_o.T @ dz_o
dU_o += dz_o @ h_prev.T
dh_prev += U_o.T @ dz_o
db_o += dz_o
dW_g += dz_g @ x.T
dx += W_g.T @ dz_g
dU_g += dz_g @ h_prev.T
dh_prev += U_g.T @ dz_g
db_g += dz_g
dW_f += dz_f @ x.T
dx += W_f.T @ dz_f
dU_f += dz_f @ h_prev.T
dh_prev += U_f.T @ dz_f
db_f += dz_f
dW_i += dz_i @ x.T
dx += W_i.T @ dz_i
dU_i += dz_i @ h_prev.T
dh_prev += U_i.T @ dz_i
db_i += dz_i
"""


def test_the_backward_equations_of_the_lstm_are_those_of_the_textbooks():
    assert list(map(str, LSTM.backward)) == LSTM_BACKWARD.split("\n")[1:-1]


@pytest.mark.parametrize(
    ("line", "edges"),
    [
        ("h = a_1 + b_1", ["da_1 += dh", "db_1 += dh"]),
        ("h = a_1 - b_1", ["da_1 += dh", "db_1 += -dh"]),
        ("h = a_1 * b_1", ["da_1 += dh * b_1", "db_1 += dh * a_1"]),
        ("h = a_1 / b_1", ["da_1 += dh / b_1", "db_1 += -(dh * h) / b_1"]),
        ("h = a_1 ** 2", ["da_1 += dh * 2 * a_1"]),
        ("h = a_1 ** -1", ["da_1 += -(dh * a_1 ** -2)"]),
        ("h = 2 ** a_1", ["da_1 += dh * h * log(2)"]),
        ("h = -a_1", ["da_1 += -dh"]),
        ("h = a_1 * a_1", ["da_1 += dh * a_1 + dh * a_1"]),
        ("h = a_1 - a_1", ["da_1 += dh - dh"]),
        ("h = tanh(a_1)", ["da_1 += dh * (1 - h ** 2)"]),
        ("h = sigmoid(a_1)", ["da_1 += dh * h * (1 - h)"]),
        ("h = step(a_1)", []),
        (
            "h = W @ (b_1 * x)",
            ["dW += dh @ (b_1 * x).T", "db_1 += (W.T @ dh) * x", "dx += (W.T @ dh) * b_1"],
        ),
    ],
)  # fmt: skip
def test_each_operation_sends_its_gradient_back(line, edges):
    assert list(map(str, Cell("one", line).backward)) == edges


@pytest.mark.parametrize("name", CELLS)
def test_every_name_of_an_equation_has_one_edge_and_a_gradient_is_whole_before_it_is_used(name):
    cell = CELLS[name]
    pairs = [(edge.source, edge.target) for edge in cell.backward]
    assert len(set(pairs)) == len(pairs)
    for k, (source, _) in enumerate(pairs):
        assert source not in [target for _, target in pairs[k:]]


# ---------------------------------------------------------------------------- functions

ARGUMENTS = {
    "log": [(0.3,), (2.5,)],
    "sqrt": [(0.3,), (2.5,)],
    "log1p": [(-0.6,), (0.0,), (3.0,)],
    "clip": [(0.2, -1.0, 1.0), (-2.0, -1.0, 1.0), (3.0, -1.0, 1.0)],
}
USUAL = (-2.7, -0.4, 0.3, 0.8, 2.9)


def examples(name):
    """Arguments away from kinks, on all sides of them."""
    count = len(FUNCTIONS[name].arguments)
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    return [(value, *(0.9, -0.7)[: count - 1]) for value in USUAL]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_slope_of_a_function_is_the_true_one(name):
    function = reference.functions()[name]
    for given in examples(name):
        known = dict(zip(FUNCTIONS[name].arguments, map(np.float64, given), strict=True))
        known["y"] = np.float64(np.real(function(*map(np.float64, given))))
        for k, slope in enumerate(FUNCTIONS[name].slopes):
            moved = [value + 1e-60j * (j == k) for j, value in enumerate(given)]
            true = np.imag(function(*moved)) / 1e-60
            ours = evaluate(parse(f"h = {slope}")[0].tree, known)
            assert ours == pytest.approx(float(true), rel=1e-13, abs=1e-15), (given, k)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_stays_in_its_range(name):
    low, high = FUNCTIONS[name].range
    values = [reference.functions()[name](*map(np.complex128, given)) for given in examples(name)]
    assert low <= min(np.real(values)) <= max(np.real(values)) <= high


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f.range == (0, 1)])
def test_what_ranges_from_0_to_1_rises_from_shut_to_open(name):
    values = [np.real(reference.functions()[name](np.complex128(v))) for v in (-40, -1, 1, 40)]
    assert values == sorted(values)
    assert values[0] == pytest.approx(0, abs=1e-15)
    assert values[-1] == 1


def test_a_function_without_a_value_is_refused():
    for given in ({}, {"numpy": "np.sin({0})"}, {"floats": "sin({0})"}):
        with pytest.raises(TypeError, match="no value"):
            functions._line("v", "cos(v)", **given)
    with pytest.raises(TypeError, match="one slope for each argument"):
        functions._line("v w", "cos(v)", "v * w")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_over_floats_is_the_one_over_arrays(name):
    if name in NUMPY:
        for given in examples(name):
            over = [source[name].format(*map(repr, given)) for source in (NUMPY, FLOATS)]
            array, plain = (eval(each, {"np": np, **vars(math), **PLAIN}) for each in over)
            assert plain == pytest.approx(float(array), rel=1e-15)
    else:
        assert body(name) is not None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_stays_finite_far_out_and_so_does_its_slope(name):
    if name in ("exp", "expm1", "log", "log1p", "sqrt"):
        return  # which are not, nor should they be
    rest = (0.5, 0.25)[: len(FUNCTIONS[name].arguments) - 1]
    arguments = ", ".join(["a_1", *map(str, rest)])
    cell = Cell("far", f"h = {name}({arguments})")
    for value in (-1000.0, 1000.0):
        known = {"a_1": np.float64(value), "dh": np.float64(1.0)}
        with np.errstate(over="ignore"):  # of an exp below a fraction line
            known["h"] = evaluate(cell.equations[0].tree, known)
            slopes = [evaluate(edge.term, known) for edge in cell.backward]
        assert np.isfinite([known["h"], *slopes]).all()


KNOWN = {  # from the definitions in the papers and in PyTorch's and Keras' documentation
    "sigmoid": [((0.0,), 0.5), ((2.0,), 0.8807970779778823)],
    "relu": [((-1.0,), 0.0), ((2.5,), 2.5)],
    "sin": [((0.5,), 0.479425538604203)],
    "cos": [((0.5,), 0.8775825618903728)],
    "sqrt": [((2.25,), 1.5)],
    "softplus": [((0.0,), 0.6931471805599453), ((-40.0,), 4.248354255291589e-18)],
    "softsign": [((-3.0,), -0.75)],
    "hard_sigmoid": [((-3.5,), 0.0), ((1.5,), 0.75), ((3.5,), 1.0)],
    "hard_sigmoid_keras2": [((-2.6,), 0.0), ((1.0,), 0.7), ((2.6,), 1.0)],
    "leaky_relu": [((-2.0, 0.1), -0.2), ((2.0, 0.1), 2.0)],
    "elu": [((-1.0, 0.5), 0.5 * (0.36787944117144233 - 1)), ((2.0, 0.5), 2.0)],
    "thresholded_relu": [((0.9, 1.0), 0.0), ((1.1, 1.0), 1.1)],
    "scaled_tanh": [((0.5, 2.0, 3.0), 2 * 0.9051482536448664)],
    "affine": [((2.0, 3.0, 1.0), 7.0)],
    "clip": [((5.0, -1.0, 1.0), 1.0), ((-5.0, -1.0, 1.0), -1.0), ((0.5, -1.0, 1.0), 0.5)],
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_function_is_what_it_is_called(name):
    for given, value in KNOWN[name]:
        tree = parse(f"h = {name}({', '.join(f'a_{k}' for k in range(len(given)))})")[0].tree
        known = {f"a_{k}": np.float64(number) for k, number in enumerate(given)}
        assert evaluate(tree, known) == pytest.approx(value, rel=1e-14, abs=0)


def test_a_slope_is_written_with_the_recorded_value_where_there_is_one():
    inner = Cell("inner", "h = tanh(sigmoid(b_1))").backward[0]
    assert str(inner) == "db_1 += dh * (1 - h ** 2) * sigmoid(b_1) * (1 - sigmoid(b_1))"


def slopes_at(name, *given):
    known = dict(zip(FUNCTIONS[name].arguments, map(np.float64, given), strict=True))
    known["y"] = evaluate(parse(f"h = {name}({', '.join(known)})")[0].tree, known)
    trees = [parse(f"h = {slope}")[0].tree for slope in FUNCTIONS[name].slopes]
    return [float(evaluate(tree, known)) for tree in trees]


def test_at_a_kink_the_slope_is_one_of_the_two_beside_it_or_for_abs_between_them():
    assert slopes_at("relu", 0) == [0]
    assert slopes_at("maximum", 2, 2) == slopes_at("minimum", 2, 2) == [1, 0]
    assert slopes_at("clip", -1, -1, 1) == [0, 1, 0]
    assert slopes_at("clip", 1, -1, 1) == [0, 0, 1]
    assert slopes_at("clip", 0, 2, -2) == [0, 0, 1]  # bounds the wrong way round: the upper counts
    assert slopes_at("abs", 0) == [0]
