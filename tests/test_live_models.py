"""Live modules of PyTorch give here what they give there; forward and backward."""

from pathlib import Path

import numpy as np
import pytest

from lstm_viz import InputError, from_keras, from_torch
from lstm_viz.files.npz import read_arrays

torch = pytest.importorskip("torch")
FIXTURES = Path(__file__).parent / "fixtures"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras itself


def compared(module, x):
    """(outputs and input gradients here, the same there) for a loss of fixed weights."""
    given = torch.tensor(x, requires_grad=True)
    y = module(given)
    w = np.cos(np.arange(y.numel())).reshape(y.shape)
    (dx,) = torch.autograd.grad((y * torch.tensor(w)).sum(), given)
    network = from_torch(module, example=x)
    record = network.run(x)
    here = record.outputs, network.backpropagate(record, w).inputs
    return here, (y.detach().numpy(), dx.numpy())


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.RNN(2, 3, num_layers=2, nonlinearity="relu", bidirectional=True)
        self.norm = torch.nn.LayerNorm(6)
        self.fc1 = torch.nn.Linear(6, 4)
        self.act = torch.nn.GELU()
        self.drop = torch.nn.Dropout(0.5)
        self.fc2 = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.fc2(self.drop(self.act(self.fc1(self.norm(self.rnn(x)[0][-1])))))


class Only(torch.nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]


@pytest.mark.parametrize(
    "module",
    [
        Net(),
        Only(torch.nn.LSTM(2, 3, num_layers=3, bidirectional=True)),
        Only(torch.nn.GRU(2, 3, bias=False)),
        Only(torch.nn.LSTM(2, 4, proj_size=3, num_layers=2)),
    ],
    ids=["with a head", "lstm", "gru", "projected"],
)
def test_a_module_gives_here_what_it_gives_there(module):
    module = module.double().eval()
    x = np.random.default_rng(0).normal(size=(6, 3, 2))
    for here, there in zip(*compared(module, x), strict=True):
        np.testing.assert_allclose(here, there, atol=1e-12)


class With(torch.nn.Module):
    """Modules by name, and a forward of one's own: `forward(module, x)`."""

    def __init__(self, forward, **own):
        super().__init__()
        for name, each in own.items():
            setattr(self, name, each)
        self.way = forward

    def forward(self, x):
        return self.way(self, x)


nn = torch.nn
SEQUENCE = {"batch_first": True}


def one_step(module, x):
    return module.fc(module.rnn(x)[0][:, -1])


def cells(module, x):
    h = c = torch.zeros(len(x), 4, dtype=x.dtype)
    found = []
    for t in range(x.shape[1]):
        h, c = module.cell(x[:, t], (h, c))
        found.append(module.fc(h))
    return torch.stack(found, 1)


def both_ends(module, x):
    _, (h, _) = module.rnn(module.words(x))
    return module.fc(torch.cat([h[-2], h[-1]], -1))


def normalised(module, x):
    return module.fc(module.norm(module.rnn(x)[0].transpose(1, 2)).transpose(1, 2).mean(1))


def packed(module, x):
    rows = nn.utils.rnn.pack_padded_sequence(x, [5] * len(x), batch_first=True)
    return module.fc(module.rnn(rows)[1][-1])


def kept(module, x):
    y, module.state = module.rnn(x, getattr(module, "state", None))
    return module.fc(y[:, -1])


def added(module, x):
    both = module.rnn(x)[0]
    return module.fc(both[..., :4] + both[..., 4:])


def learnt(module, x):
    return module.fc(module.rnn(x, module.h0.expand(1, len(x), 4).contiguous())[0][:, -1])


def head(*layers):
    return nn.Sequential(nn.Linear(4, 4), *layers, nn.Linear(4, 2))


MODULES = {
    "one step": (one_step, {"fc": head(nn.LeakyReLU(0.1)), "rnn": nn.GRU(2, 4, **SEQUENCE)}),
    "softplus": (one_step, {"fc": head(nn.Softplus(3)), "rnn": nn.GRU(2, 4, **SEQUENCE)}),
    "gelu": (one_step, {"fc": head(nn.GELU("tanh")), "rnn": nn.GRU(2, 4, **SEQUENCE)}),
    "prelu": (one_step, {"fc": head(nn.PReLU()), "rnn": nn.GRU(2, 4, **SEQUENCE)}),
    "hard tanh": (one_step, {"fc": head(nn.Hardtanh(-0.1, 0.2)), "rnn": nn.GRU(2, 4, **SEQUENCE)}),
    "cells": (cells, {"cell": nn.LSTMCell(2, 4), "fc": head(nn.ELU(0.5))}),
    "normalised": (
        normalised,
        {"rnn": nn.LSTM(2, 4, **SEQUENCE), "norm": nn.BatchNorm1d(4), "fc": nn.Linear(4, 2)},
    ),
    "packed": (packed, {"rnn": nn.GRU(2, 4, **SEQUENCE), "fc": nn.Linear(4, 2)}),
    "directions added": (
        added,
        {"rnn": nn.GRU(2, 4, bidirectional=True, **SEQUENCE), "fc": nn.Linear(4, 2)},
    ),
    "state kept": (kept, {"rnn": nn.LSTM(2, 4, **SEQUENCE), "fc": nn.Linear(4, 2)}),
    "state learnt": (
        learnt,
        {"rnn": nn.GRU(2, 4, **SEQUENCE), "fc": nn.Linear(4, 2), "h0": nn.Parameter(torch.ones(4))},
    ),
    "weight norm": (
        one_step,
        {
            "fc": nn.utils.parametrizations.spectral_norm(nn.Linear(4, 2)),
            "rnn": nn.utils.parametrizations.weight_norm(nn.LSTM(2, 4, **SEQUENCE), "weight_hh_l0"),
        },
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_with_its_batch_first_is_seen_as_it_runs(name):
    forward, own = MODULES[name]
    module = With(forward, **own)
    if name == "normalised":
        module(torch.randn(9, 5, 2))  # which moves the averages that are kept
    x = torch.randn(3, 5, 2)
    network = from_torch(module, example=x)
    module = module.double().eval()
    there = module(x.double()).detach().numpy()
    here = network.run(x.numpy().swapaxes(0, 1)).outputs
    np.testing.assert_allclose(here.swapaxes(0, 1) if here.ndim == 3 else here, there, atol=1e-6)
    assert module.training is False


def test_the_final_states_of_both_directions_are_seen():
    own = {"words": nn.Embedding(9, 2), "rnn": nn.LSTM(2, 4, 2, bidirectional=True, **SEQUENCE)}
    module = With(both_ends, **own, fc=nn.Linear(8, 2))
    words = torch.randint(0, 9, (3, 5))
    network = from_torch(module, example=words)
    assert network.layers[-2].states == ((0, "h"), (1, "h"))
    there = module(words).detach().numpy()
    np.testing.assert_allclose(network.run(words.numpy().T).outputs, there, atol=1e-6)
    with pytest.raises(InputError, match="head='last,fc', head='states,fc', or example=x"):
        from_torch(module)


def test_a_rectifier_that_the_example_does_not_show_is_asked_about():
    module = With(lambda m, x: torch.relu(m.fc(m.rnn(x)[0])), rnn=nn.GRU(2, 4), fc=nn.Linear(4, 2))
    torch.nn.init.constant_(module.fc.bias, 9.0)
    with pytest.raises(
        InputError, match=r"forward\(\) calls relu, and its position cannot be seen"
    ):
        from_torch(module, example=torch.randn(5, 3, 2))
    torch.nn.init.constant_(module.fc.bias, 0.0)
    network = from_torch(module, example=torch.randn(5, 3, 2))
    assert [layer.name for layer in network.layers] == ["rnn", "fc", "relu"]


@pytest.mark.filterwarnings("ignore")  # of tracing
def test_a_compiled_module_is_compared_as_a_whole():
    module = With(None, rnn=nn.LSTM(2, 4, **SEQUENCE), fc=nn.Linear(4, 2))
    traced = torch.jit.trace(With(one_step, **dict(module.named_children())), torch.randn(3, 5, 2))
    network = from_torch(traced, example=torch.randn(3, 5, 2))
    assert "its outputs are PyTorch's" in network.notes[-1]
    with pytest.raises(InputError, match="head= says what follows"):
        from_torch(traced, example=torch.randn(3, 5, 2), head="each,fc")


UNREAD = {
    "pooling": nn.AdaptiveMaxPool1d(1),
    "softmax": nn.Softmax(0),
    "softplus": nn.Softplus(1, 2),
    "attention": nn.MultiheadAttention(4, 2),
}


@pytest.mark.parametrize("name", UNREAD)
def test_no_module_is_dropped_in_silence(name):
    network = from_torch(nn.Sequential(nn.LSTM(2, 4), UNREAD[name]))
    assert network.layers[0].name == "0"
    assert any("1 is not read" in note for note in network.notes)


def test_a_forward_of_one_s_own_is_compared_or_refused():
    class Twice(nn.LSTM):
        def forward(self, x, states=None):
            y, states = super().forward(x, states)
            return 2 * y, states

    module = With(lambda m, x: m.rnn(x)[0], rnn=Twice(2, 4))
    with pytest.raises(InputError, match="rnn: Twice has a forward"):
        from_torch(module)
    with pytest.raises(InputError, match="it differs from PyTorch at rnn"):
        from_torch(module, example=torch.randn(5, 3, 2))


def test_what_is_no_module_is_refused():
    with pytest.raises(InputError, match="no PyTorch module"):
        from_torch(3)
    with pytest.raises(InputError, match="no recurrent layer"):
        from_torch(torch.nn.Linear(2, 2))


@pytest.mark.parametrize(
    "name",
    ["padded", "head", "gru-before-stacked-both", "functional", "nested", "cells", "states-too"],
)
def test_a_live_keras_model_gives_here_what_it_gives_there(name):
    keras = pytest.importorskip("keras")
    model = keras.saving.load_model(FIXTURES / "keras" / f"{name}.keras", compile=False)
    files = ("expected.npz", "expected-heads.npz")
    expected = {k: v for f in files for k, v in read_arrays(FIXTURES / "keras" / f).items()}
    x, y = (expected[f"{name}.keras:{what}"] for what in "xy")
    np.testing.assert_allclose(from_keras(model).run(x).outputs, y, atol=1e-6)


def test_a_live_keras_layer_gives_here_what_it_gives_there():
    keras = pytest.importorskip("keras")
    model = keras.saving.load_model(FIXTURES / "keras" / "lstm.keras", compile=False)
    expected = read_arrays(FIXTURES / "keras" / "expected.npz")
    outputs = from_keras(model.layers[0]).run(expected["lstm.keras:x"]).outputs
    np.testing.assert_allclose(outputs, expected["lstm.keras:y"], atol=1e-6)


def test_what_is_no_layer_of_keras_is_refused():
    with pytest.raises(InputError, match="no Keras layer"):
        from_keras(3)


def test_a_stateful_keras_model_keeps_its_states():
    keras = pytest.importorskip("keras")
    layer = keras.layers.LSTM(4, stateful=True)
    model = keras.Sequential([keras.Input((6, 3), batch_size=1), layer])
    model(np.ones((1, 6, 3), np.float32))
    before = [np.array(state) for state in layer.states]
    assert any("the outputs are Keras'" in note for note in from_keras(model).notes)
    for state, value in zip(layer.states, before, strict=True):
        np.testing.assert_array_equal(np.array(state), value)


def test_what_is_left_out_of_a_keras_model_is_said_not_to_be_compared():
    keras = pytest.importorskip("keras")
    own = [keras.layers.Conv1D(4, 3), keras.layers.LSTM(4), keras.layers.Dense(2)]
    network = from_keras(keras.Sequential([keras.Input((6, 3)), *own]))
    assert "the whole is not compared: conv1d not being in it" in network.notes[-1]
