"""lstm, gru and rnn against PyTorch in float64: values to 1e-12, every gradient to 1e-10."""

import numpy as np
import pytest

from lstm_viz import CELLS, backpropagate, run

torch = pytest.importorskip("torch")

LAYERS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
ONE_STEP = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell, "rnn": torch.nn.RNNCell}
GATES = {"lstm": ["_i", "_f", "_g", "_o"], "gru": ["_r", "_z", "_n"], "rnn": [""]}
STEPS, BATCH, INPUTS, HIDDEN = 9, 3, 2, 4


def torch_weights(name, weights):
    """PyTorch's four arrays: gates stacked, the biases shared out between its two vectors."""
    stack = {kind: np.concatenate([weights[kind + k] for k in GATES[name]]) for kind in "WUb"}
    second = np.linspace(-1, 1, len(stack["b"]))  # of the second bias only the sum counts,
    if name == "gru":  # but for the candidate, where the reset gate multiplies it
        second[2 * HIDDEN :] = weights["b_hn"]
        stack["b"][2 * HIDDEN :] += weights["b_hn"]
    return [stack["W"], stack["U"], stack["b"] - second, second]


def ours(name, of_torch):
    """Gradients of PyTorch's arrays by our names."""
    w, u, b, second = (np.split(array.numpy(), len(GATES[name])) for array in of_torch)
    found = {}
    for k, gate in enumerate(GATES[name]):
        found |= {f"W{gate}": w[k], f"U{gate}": u[k], f"b{gate}": b[k]}
    return found | ({"b_hn": second[2]} if name == "gru" else {})


class Both:
    """The same weights, inputs, states and loss for PyTorch and for us."""

    def __init__(self, name):
        rng = np.random.default_rng(3)
        self.name, self.cell = name, CELLS[name]
        shapes = self.cell.shapes(INPUTS, HIDDEN)
        self.weights = {key: rng.normal(0, 0.7, shape) for key, shape in shapes.items()}
        self.x = rng.normal(size=(STEPS, BATCH, INPUTS))
        self.states = {s: rng.normal(size=(BATCH, HIDDEN)) for s in self.cell.states}
        self.dh = rng.normal(size=(STEPS, BATCH, HIDDEN))
        self.trace = run(self.cell, self.weights, self.x, self.states)
        self.gradients = backpropagate(self.trace, {"h": self.dh})

    def in_torch(self, module):
        """PyTorch's module with these weights, and its inputs and states, all with gradients."""
        with torch.no_grad():
            arrays = torch_weights(self.name, self.weights)
            for own, array in zip(module.parameters(), arrays, strict=True):
                own.copy_(torch.from_numpy(array))
        x = torch.from_numpy(self.x).requires_grad_()
        states = {
            s: torch.from_numpy(self.states[s]).requires_grad_()
            for s in ("h", "c")[: len(self.states)]
        }
        return module, x, states


def near(one, other, tolerance):
    np.testing.assert_allclose(one, other.detach().numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", LAYERS)
def test_values_and_all_gradients_are_those_of_the_layer(name):
    both = Both(name)
    module, x, states = both.in_torch(LAYERS[name](INPUTS, HIDDEN, dtype=torch.float64))
    begin = tuple(state[None] for state in states.values())
    h, end = module(x, begin if name == "lstm" else begin[0])
    near(both.trace["h"], h, 1e-12)
    for state, last in zip(states, end if name == "lstm" else (end,), strict=True):
        near(both.trace.final[state], last[0], 1e-12)
    h.backward(torch.from_numpy(both.dh))
    near(both.gradients["x"], x.grad, 1e-10)
    for state in states:
        near(both.gradients.states[state], states[state].grad, 1e-10)
    expected = ours(name, [parameter.grad for parameter in module.parameters()])
    assert set(expected) == set(both.weights)
    for key, gradient in expected.items():
        near(both.gradients.weights[key], torch.from_numpy(gradient), 1e-10)


@pytest.mark.parametrize("name", ONE_STEP)
def test_gradients_at_each_step_are_those_of_an_unrolled_cell(name):
    both = Both(name)
    module, x, states = both.in_torch(ONE_STEP[name](INPUTS, HIDDEN, dtype=torch.float64))
    carried, kept = tuple(states.values()), []
    for x_t in x:
        new = module(x_t, carried if name == "lstm" else carried[0])
        carried = new if name == "lstm" else (new,)
        for state in carried:
            state.retain_grad()
        kept.append(carried)
    torch.autograd.backward([step[0] for step in kept], list(torch.from_numpy(both.dh)))
    for t, step in enumerate(kept):
        for state, value in zip(states, step, strict=True):
            near(both.trace[state][t], value, 1e-12)
            near(both.gradients[state][t], value.grad, 1e-10)
