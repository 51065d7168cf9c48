"""What is a gate, what is it for, and which bias opens it: read off the equations of any cell."""

from itertools import pairwise

import numpy as np
import pytest

from lstm_viz import CELLS, Cell, run
from lstm_viz.equations.bounds import bounds
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.gates import forget_gates, kinds, roles, split
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import PREVIOUS, ZERO, Call, Name
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures import kept_and_written

# What the papers call each cell's gates, in the order of its equations.
CALLED = {
    "rnn": "", "irnn": "", "lstm": "i input, f forget, o output",
    "lstm-1997": "i input, o output", "peephole-lstm": "i input, f forget, o output",
    "nig": "f forget, o output", "nfg": "i input, o output", "nog": "i input, f forget",
    "niaf": "i input, f forget, o output", "noaf": "i input, f forget, o output",
    "cifg": "i input, f forget, o output", "np": "i input, f forget, o output",
    "fgr": "i input, f forget, o output", "gru": "r reset, z forget",
    "gru-reset-before": "r reset, z forget", "mgu": "f forget", "mingru": "z forget",
    "minlstm": "f forget, i input, k forget, w input", "linear": "a forget",
    "slstm": "i input, f forget, o output",
}  # fmt: skip


def told(cell):
    return ", ".join(f"{name} {role}" for name, role in roles(cell).items())


@pytest.mark.parametrize("name", CELLS)
def test_a_gate_is_what_the_papers_call_so(name):
    assert told(CELLS[name]) == CALLED[name]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("k = sigmoid(b_k)\nc = k * c_prev + W @ x", "k forget"),
        ("k = sigmoid(b_k)\nc = c_prev + k * (x - c_prev)", "k forget"),
        ("k = sigmoid(b_k)\nl = k * c_prev\nc = l + x", "k forget"),
        ("k = sigmoid(b_k)\nl = 1 - k\nc = l * c_prev + x", "k forget, l forget"),
        ("k = sigmoid(b_k)\nc = c_prev - k * c_prev + x", "k forget"),
        ("k = sigmoid(b_k)\nc = c_prev + k * x", "k input"),
        ("k = sigmoid(b_k)\ng = relu(W @ x)\nc = c_prev + g * k", "k input"),  # not the candidate
        (
            "f = sigmoid(b_f)\ni = sigmoid(b_i)\nk = f / (f + i)\nw = i / (f + i)\n"
            "n = relu(W @ x)\nh = k * h_prev + w * n",
            "f forget, i input, k forget, w input",
        ),
        ("k = exp(b_k)\nc = c_prev + k * tanh(W @ x)", "k input"),
        ("k = sigmoid(b_k)\nh = tanh(W @ x + k * (U @ h_prev))", "k reset"),
        ("k = sigmoid(b_k)\nu = k * x\nc = c_prev + u", "k input"),
        ("k = sigmoid(b_k)\nc = c_prev + x\nm = k * tanh(c)\nh = P @ m", "k output"),
        ("k = sigmoid(b_k)\nh = 4 * k - 2 + 0 * h_prev", ""),  # it scales nothing
        ("k = tanh(b_k)\nc = k * c_prev + x", ""),
        ("k = 1 - exp(b_k)\nc = k * c_prev + x", ""),  # which may be negative
        ("k = sigmoid(b_k) - 1\nc = k * c_prev + x", ""),
    ],
)
def test_the_role_of_a_gate_is_what_it_multiplies(lines, found):
    assert told(Cell("typed", lines)) == found


def test_a_gate_is_of_the_kind_of_its_role_and_a_state_before_of_that_of_the_state():
    known = kinds(CELLS["fgr"])
    assert known["f"] == known["f_prev"] == "forget gate"
    assert (known["c"], known["h"], known["g"], known["z_f"]) == (
        "memory", "output", "candidate", "sum",
    )  # fmt: skip
    assert (known["x"], known["W_f"], known["b_f"]) == ("input", "weight", "weight")


# ---------------------------------------------------------------------------- kept and written


@pytest.mark.parametrize("name", CELLS)
def test_what_is_kept_and_what_is_written_make_the_state(name):
    cell = CELLS[name]
    trace = run(cell, cell.start(2, 3, seed=4), np.random.default_rng(5).normal(size=(6, 2)))
    for state in cell.states:
        if split(cell, state)[0] != ZERO:
            kept, written = kept_and_written(trace, state)
            np.testing.assert_allclose(
                kept * trace[state + PREVIOUS] + written, trace[state], atol=1e-14
            )


@pytest.mark.parametrize(
    ("line", "kept", "written"),
    [
        ("c = f_1 * c_prev + b", "f_1", "b"),
        ("c = c_prev", "1", "0"),
        ("c = b - c_prev / 2", "-(1 / 2)", "b"),
        ("c = c_prev + b * (x - c_prev)", "1 - b", "b * x"),
        ("c = (c_prev + x) * b", "b", "x * b"),
        ("c = -(b * c_prev)", "-b", "0"),
        ("c = c_prev * c_prev", "0", "c_prev * c_prev"),
        ("c = b * c_prev + tanh(c_prev)", "b", "tanh(c_prev)"),
        ("c = x / c_prev", "0", "x / c_prev"),
        ("c = tanh(U @ c_prev)", "0", "tanh(U @ c_prev)"),
    ],
)
def test_a_states_equation_comes_apart_into_kept_and_written(line, kept, written):
    assert tuple(map(text, split(Cell("one", line), "c"))) == (kept, written)


def test_a_text_that_doubles_at_each_line_is_looked_at_no_further():
    names = [f"a{k}" for k in range(100)]
    lines = [
        "a0 = h_prev + x",
        *(f"{b} = {a} + {a}" for a, b in pairwise(names)),
    ]
    cell = Cell("double", "\n".join([*lines, "h = a99 + W @ x"]))
    assert split(cell, "h")[0] == ZERO
    assert roles(cell) == forget_gates(cell) == {}
    assert kinds(cell)["h"] == "output"


@pytest.mark.parametrize(
    ("name", "state"), [("lstm", "c"), ("gru", "h"), ("rnn", "h"), ("linear", "s"), ("slstm", "c")]
)
def test_the_memory_is_the_state_that_keeps(name, state):
    assert CELLS[name].memory == state


# ---------------------------------------------------------------------------- bounds


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if len(f.arguments) == 1])
def test_a_function_comes_up_to_its_bounds_and_no_further(name):
    low, high = FUNCTIONS[name].range
    v = np.linspace(0.0 if name in ("sqrt", "log", "log1p") else -700.0, 700.0, 99_991)
    with np.errstate(divide="ignore", over="ignore"):
        values = evaluate(Call(name, (Name("v"),)), {"v": v})
    for end, reached in ((low, values.min()), (high, values.max())):
        assert np.isinf(end) or reached == pytest.approx(end, abs=0.01)
    assert np.isinf(high) == (values.max() > 5)


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [
        ("-sigmoid(x)", -1, 0),
        ("sigmoid(x) - tanh(x)", -1, 2),
        ("sigmoid(x) * tanh(x)", -1, 1),
        ("0 * x", 0, 0),
        ("exp(x) / (exp(x) + sigmoid(x))", 0, 1),
        ("exp(x) / (sigmoid(x) + exp(x))", 0, 1),
        ("exp(x) / (exp(x) + tanh(x))", -np.inf, np.inf),
        ("exp(x) / sigmoid(x)", 0, np.inf),
        ("exp(x) / tanh(x)", -np.inf, np.inf),
        ("tanh(x) / exp(x)", -np.inf, np.inf),
        ("x + 1", -np.inf, np.inf),
    ],
)
def test_a_tree_lies_between_its_bounds(line, low, high):
    tree = Cell("one", f"h = {line} + h_prev").equations[-1].tree.left
    assert bounds(tree, {}) == (low, high)


# ---------------------------------------------------------------------------- the forget bias


def slopes(cell, weights, x):
    """∂state_t/∂(own past), along the direct edge, for each state."""
    trace = run(cell, weights, x)
    found = {}
    for edge in cell.backward:
        if edge.target == edge.source + PREVIOUS and "@" not in str(edge):
            values = {name: trace[name] for name in cell.names}
            values |= {"d" + edge.source: np.ones_like(trace[edge.source])}
            values |= {n: w for n, w in weights.items() if w.ndim == 1}
            found[edge.source] = evaluate(edge.term, values)
    return found


def raised(cell, bias, seed):
    """How each direct slope changes when a bias is raised a little."""
    rng = np.random.default_rng(seed)
    weights = {n: rng.normal(size=w.shape) for n, w in cell.start(3, 3).items()}
    x = rng.normal(size=(1, 3))
    before = slopes(cell, weights, x)
    after = slopes(cell, weights | {bias: weights[bias] + 1e-3}, x)
    return {state: np.broadcast_to(after[state] - before[state], (1, 3)) for state in before}


def check(cell):
    found = forget_gates(cell)
    biases = [n for n in cell.parameters if n[0] == "b" and n not in cell.matrices]
    for bias in biases:
        changes = [raised(cell, bias, seed) for seed in range(20)]
        for state in changes[0]:
            moved = np.concatenate([each[state] for each in changes])
            if state in found and found[state].bias == bias:
                assert (found[state].sign * moved >= 0).all(), (bias, state)
                assert (found[state].sign * moved > 1e-9).any(), (bias, state)
            elif state not in found:
                assert np.abs(moved).max() == 0, (bias, state)


@pytest.mark.parametrize("name", CELLS)
def test_raising_the_bias_of_the_forget_gate_keeps_more_and_without_one_no_bias_does(name):
    check(CELLS[name])


RISING = ("sigmoid", "hard_sigmoid", "hard_sigmoid_keras2", "exp", "softplus", "relu")
OTHERS = ("tanh", "softsign", "sin", "abs")
FORMS = ("k * c_prev + g", "g + c_prev * k", "c_prev + k * (g - c_prev)", "(1 - k) * c_prev + g")


@pytest.mark.parametrize("seed", range(30))
def test_the_forget_gate_of_a_typed_cell_is_found_with_its_sign(seed):
    pick = np.random.default_rng(seed)
    function, form = pick.choice(RISING), FORMS[pick.integers(4)]
    sign, before = pick.choice(["+", "-"]), pick.choice(["W_k @ x", "U_k @ c_prev + W_k @ x"])
    if function in ("exp", "softplus", "relu") and "1 -" not in form:
        form = FORMS[pick.integers(2)]  # 1 - k is no gate where k has no upper bound
    elif function in ("exp", "softplus", "relu"):
        return
    lines = [f"z = {before} {sign} b_k", f"k = {function}(z)", "g = tanh(W_g @ x + b_g)"]
    cell = Cell("typed", "\n".join([*lines, f"c = {form}"]))
    flipped = (sign == "-") != ("1 -" in form or "g - c" in form)
    gate = forget_gates(cell)["c"]
    assert (gate.bias, gate.sign, gate.name) == ("b_k", -1.0 if flipped else 1.0, "k")
    check(cell)


@pytest.mark.parametrize("function", OTHERS)
@pytest.mark.parametrize("form", FORMS)
def test_what_may_be_negative_or_falls_is_given_no_forget_bias(function, form):
    lines = f"k = {function}(W_k @ x + b_k)\ng = tanh(W_g @ x)\nc = {form}"
    assert forget_gates(Cell("typed", lines)) == {}
