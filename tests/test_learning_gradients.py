"""Every layer, loss and optimiser of the learning room against PyTorch, and against differences."""

import numpy as np
import pytest

from lstm_viz import CELLS, GRU, LSTM, RNN
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.losses import LOSSES
from lstm_viz.learning.model import Model
from lstm_viz.learning.optimisers import KINDS, optimiser
from lstm_viz.network import Flatten, Mean
from lstm_viz.network import build as b

T, I, N = 6, 3, 4
NETWORKS = {
    "lstm": [b.recurrent(LSTM, 5), b.dense(2)],
    "each step": [b.recurrent(LSTM, 5, sequences=True), b.dense(2)],
    "stack": [b.recurrent(LSTM, 5, sequences=True), b.recurrent(GRU, 4), b.dense(2, "tanh")],
    "both directions": [b.recurrent(RNN, 4, bidirectional=True), b.dense(2)],
    "both directions, each step": [b.recurrent(GRU, 4, sequences=True, bidirectional=True)],
    "relu": [b.recurrent(LSTM, 2), b.activation("relu"), b.dense(8, "relu"), b.dense(1)],
    "softmax": [b.recurrent(LSTM, 3), b.activation("softmax"), b.dense(2)],
    "last": [b.recurrent(CELLS["linear"], 4, sequences=True), b.last(), b.dense(2, "softmax")],
    "output is no state": [b.recurrent(CELLS["linear"], 4), b.dense(2)],
    "mean": [b.recurrent(LSTM, 4, sequences=True), lambda n, _: (Mean(), n), b.dense(2)],
    "all steps": [b.recurrent(GRU, 2, sequences=True), lambda n, _: (Flatten(), T * n), b.dense(2)],
    "embedding": [b.embedding(7, 3), b.recurrent(LSTM, 4, sequences=True), b.dense(7)],
}


def given(name, model):
    """Random inputs, feature-major, and targets for the model's loss."""
    rng = np.random.default_rng(3)
    x = rng.integers(0, 7, (T, N)) if name == "embedding" else rng.normal(size=(T, I, N))
    outputs = model.engine_for(x).forward(x)
    if model.loss.classes:
        return x, rng.integers(0, outputs.shape[-2], outputs.shape[:-2] + outputs.shape[-1:])
    return x, rng.integers(0, 2, outputs.shape).astype(float)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_trained_is_what_the_network_computes(name):
    model = Model(b.build(NETWORKS[name], I, seed=1, dtype=np.float64))
    x, _ = given(name, model)
    outputs = model.network.run(x if x.ndim == 2 else x.swapaxes(1, 2)).outputs
    np.testing.assert_allclose(model.engine_for(x).forward(x), outputs.swapaxes(-1, -2), rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_gradient_agrees_with_differences(name, loss):
    model = Model(b.build(NETWORKS[name], I, seed=1, dtype=np.float64), loss)
    x, y = given(name, model)
    _, slopes = model.gradients(x, y)
    flat = model.parameters.values
    found = np.concatenate([slopes[key].ravel() for key in slopes])
    for k in np.random.default_rng(0).choice(len(flat), min(40, len(flat)), replace=False):
        at, values = flat[k], []
        for step in (1e-6, -1e-6):
            flat[k] = at + step
            values.append(model._compare(model.engine_for(x).forward(x), y)[0])
        flat[k] = at
        assert found[k] == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-5, abs=1e-8)


class InTorch:
    """The same LSTMs and dense layer in PyTorch, with the same weights, which learn there."""

    def __init__(self, torch, model, kind):
        self.torch, self.layers, self.weights = torch, [], {}  # by our names: its summands there
        for layer in model.network.layers:
            self.layers.append(self.lstm(layer) if "U_i" in layer.weights else self.dense(layer))
        with torch.no_grad():
            for name, (part, *_) in self.weights.items():
                part.copy_(torch.from_numpy(model.network.weights[name]))
        named = [each for layer in self.layers for each in layer.named_parameters()]
        self.moving = [part for name, part in named if model.biases == 2 or name != "bias_hh_l0"]
        self.optimiser = self.made(kind)

    def lstm(self, layer):
        rows, columns = layer.weights["W_i"].shape
        module = self.torch.nn.LSTM(columns, rows, dtype=self.torch.float64)
        self.torch.nn.init.zeros_(module.bias_hh_l0)
        biases = module.bias_ih_l0, module.bias_hh_l0
        stack = {"W": (module.weight_ih_l0,), "U": (module.weight_hh_l0,), "b": biases}
        for letter, summands in stack.items():
            gates = (each.detach().chunk(4) for each in summands)
            for gate, *parts in zip("ifgo", *gates, strict=True):
                self.weights[f"{layer.name}.{letter}_{gate}"] = parts
        return module

    def dense(self, layer):
        module = self.torch.nn.Linear(*layer.weights["W"].shape[::-1], dtype=self.torch.float64)
        self.weights |= {
            f"{layer.name}.W": (module.weight.detach(),),
            f"{layer.name}.b": (module.bias.detach(),),
        }
        return module

    def made(self, kind):
        optim = self.torch.optim
        keras = {"eps": 1e-30} if kind.startswith("keras-") else {}  # Keras' own is checked below
        alpha = 0.9 if keras else 0.99
        return {
            "sgd": lambda: optim.SGD(self.moving, 0.01),
            "adam": lambda: optim.Adam(self.moving, 0.01, **keras),
            "rmsprop": lambda: optim.RMSprop(self.moving, 0.01, alpha=alpha, **keras),
        }[kind.removeprefix("keras-")]()

    def update(self, x, y):
        """The loss, and the norm of its gradient before it is clipped to 0.3."""
        h = self.torch.from_numpy(x).transpose(1, 2)
        for lstm in self.layers[:-1]:
            h = lstm(h)[0]
        loss = self.torch.nn.functional.l1_loss(self.layers[-1](h[-1]), self.torch.from_numpy(y).T)
        self.optimiser.zero_grad()
        loss.backward()
        size = self.torch.stack([part.grad.norm() for part in self.moving]).norm()
        for part in self.moving:  # clip_grad_norm_ would divide by the norm + 1e-6
            part.grad *= min(1.0, 0.3 / size)
        self.optimiser.step()
        return loss.item(), size.item()


LAYERS = {
    "one": [b.recurrent(LSTM, 5)],
    "two": [b.recurrent(LSTM, 5, sequences=True), b.recurrent(LSTM, 4)],
}


@pytest.mark.parametrize("biases", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layers", LAYERS)
def test_lstms_learn_as_in_pytorch_update_by_update(layers, kind, biases, torch):
    network = b.build([*LAYERS[layers], b.dense(2)], I, seed=1, dtype=np.float64)
    model = Model(network, "mae", kind, 0.01, biases=biases, clip=Clipping(norm=0.3))
    theirs = InTorch(torch, model, kind)
    if kind in ("keras-adam", "keras-rmsprop"):
        model.optimiser.epsilon = 1e-30
    rng = np.random.default_rng(0)
    for _ in range(8):
        x, y = rng.normal(size=(T, I, N)), rng.normal(size=(2, N))
        assert model.update(x, y) == pytest.approx(theirs.update(x, y), rel=1e-9)
    for name, there in theirs.weights.items():
        np.testing.assert_allclose(model.network.weights[name], sum(there), rtol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("steps", [(), (T,)])
def test_a_loss_and_its_slope_are_pytorchs(name, steps, torch):
    functional = torch.nn.functional
    theirs = {
        "mse": functional.mse_loss,
        "mae": functional.l1_loss,
        "mse-broadcast": lambda z, y: ((z[:, None, :] - y[:, :, None]) ** 2).mean(),
        "cross-entropy": functional.cross_entropy,
        "binary-cross-entropy": functional.binary_cross_entropy_with_logits,
    }[name]
    rng = np.random.default_rng(0)
    scores = 3 * rng.normal(size=(*steps, 5, N))
    classes = LOSSES[name].classes
    y = rng.integers(0, 5, (*steps, N)) if classes else rng.integers(0, 2, scores.shape) * 1.0
    z = torch.from_numpy(np.moveaxis(scores, -2, -1).reshape(-1, 5)).requires_grad_()
    target = torch.from_numpy(y.reshape(-1) if classes else np.moveaxis(y, -2, -1).reshape(-1, 5))
    loss = theirs(z, target)
    loss.backward()
    value, slope = LOSSES[name](scores, y)
    assert value == pytest.approx(loss.item(), rel=1e-12)
    found = np.moveaxis(slope, -2, -1).reshape(-1, 5)
    np.testing.assert_allclose(found, z.grad.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("kind", ["sgd", "rmsprop"])
def test_momentum_is_pytorchs(kind, momentum, torch):
    w = np.array([1.0, -2.0])
    t = torch.tensor(w, requires_grad=True)
    theirs = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop}[kind](
        [t], 0.1, momentum=momentum
    )
    ours = optimiser(kind, 0.1, momentum=momentum)
    for _ in range(5):
        t.grad = t.detach() ** 2
        ours.step(w, w**2)
        theirs.step()
    np.testing.assert_allclose(w, t.detach().numpy(), rtol=1e-12, atol=1e-14)


def test_kerass_epsilon_stands_where_keras_has_it():
    g = np.array([1e-4, 2.0])
    w = np.zeros(2)
    optimiser("keras-adam").step(w, g)
    m, v = 0.1 * g, 0.001 * g**2
    np.testing.assert_allclose(w, -1e-3 * np.sqrt(0.001) / 0.1 * m / (np.sqrt(v) + 1e-7))
    w = np.zeros(2)
    optimiser("keras-rmsprop").step(w, g)
    np.testing.assert_allclose(w, -1e-3 * g / np.sqrt(0.1 * g**2 + 1e-7))


def test_clipping_by_norm_is_pytorchs_and_says_when_it_acts(torch):
    g = np.array([3.0, 4.0, 12.0])
    t = torch.zeros(3, requires_grad=True)
    t.grad = torch.from_numpy(g.copy()).float()
    torch.nn.utils.clip_grad_norm_([t], 6.5)
    clip = Clipping(norm=6.5)
    assert clip(g, 13.0)
    np.testing.assert_allclose(g, t.grad.numpy(), rtol=1e-6)
    assert not clip(g, 6.5)
    assert clip.acted == 1


def test_clipping_by_value_bounds_each_value():
    g, clip = np.array([3.0, -5.0, 0.5]), Clipping(value=4)
    assert clip(g, float(np.linalg.norm(g)))
    assert g.tolist() == [3.0, -4.0, 0.5]


def test_dropout_keeps_the_mean_and_drops_only_in_training():
    model = Model(b.build([b.recurrent(RNN, 4, sequences=True), b.dropout(0.25)], I))
    x = np.random.default_rng(0).normal(size=(500, I, 20)).astype(np.float32)
    engine = model.engine_for(x)
    still, shaken = engine.forward(x).copy(), engine.forward(x, training=True)
    assert (shaken == 0).mean() == pytest.approx(0.25, abs=0.01)
    np.testing.assert_allclose(shaken[shaken != 0], (still / 0.75)[shaken != 0], rtol=1e-6)
    dy = np.ones_like(x[:, :1]).repeat(4, 1)
    assert ((engine.units[1].backward(dy) == 0) == (shaken == 0)).all()
