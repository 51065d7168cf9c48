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
    network = from_torch(module)
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


def test_what_is_no_module_is_refused():
    with pytest.raises(InputError, match="no PyTorch module"):
        from_torch(3)
    with pytest.raises(InputError, match="no recurrent layer"):
        from_torch(torch.nn.Linear(2, 2))


@pytest.mark.parametrize(
    "name", ["padded", "head", "gru-before-stacked-both", "functional", "nested", "cells"]
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
