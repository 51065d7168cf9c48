"""A live module is read as it ran: in its order, with what it reads of each layer, or refused."""

import numpy as np
import pytest
from fake_torch import Net, Tensor, linear, lstm

from lstm_viz import LSTM, InputError, from_keras, from_torch, run

X = np.random.default_rng(5).normal(size=(5, 3, 2))


def seen(forward, x=X, layer=None, head=None, **own):
    """(the network, the largest difference of its outputs from the module's)."""
    module = Net(forward, **own)
    network = from_torch(module, layer, example=Tensor(x), head=head)
    y = module(Tensor(x)).array
    return network, np.abs(network.run(x).outputs - y).max()


def names(network):
    return [layer.name for layer in network.layers]


HEADS = {
    "each": (lambda h, end: h, 1),
    "last": (lambda h, end: h[-1], 1),
    "first": (lambda h, end: h[0], 1),
    "mean": (lambda h, end: h.mean(axis=0), 1),
    "max": (lambda h, end: h.max(axis=0), 1),
    "flatten": (lambda h, end: h.swapaxes(0, 1).reshape(3, -1), 5),
    "c": (lambda h, end: end[1].array[0], 1),
    "h and c": (lambda h, end: np.concatenate([end[0].array[0], end[1].array[0]], -1), 2),
}


@pytest.mark.parametrize("read", HEADS)
def test_what_is_read_of_a_layer_is_seen(read):
    head, width = HEADS[read]

    def forward(net, x):
        h, end = net.lstm(x)
        return net.fc(Tensor(head(h.array, end)))

    network, difference = seen(forward, fc=linear(2, 4 * width), lstm=lstm(2, 4))
    assert difference < 1e-12
    inner = [] if read in ("each", "c", "h and c") else [read]
    assert names(network) == ["lstm", *inner, "fc"]


def test_the_order_is_that_of_the_calls_and_activations_between_them_are_seen():
    def forward(net, x):
        h = net.b(net.a(Tensor(np.tanh(net.before(x).array)))[0])[0].array[-1]
        return Tensor(np.maximum(net.fc(Tensor(h)).array, 0))

    own = {"fc": linear(6, 3), "b": lstm(4, 3), "a": lstm(5, 4), "before": linear(5, 2)}
    network, difference = seen(forward, **own)
    assert difference < 1e-12
    assert names(network) == ["before", "tanh", "a", "b", "last", "fc", "relu"]


def test_steps_that_a_loop_takes_one_by_one_are_one_layer():
    def forward(net, x):
        states, found = None, []
        for x_t in x.array:
            h, states = net.lstm(Tensor(x_t[None]), states)
            found.append(net.fc(h).array[0])
        return Tensor(np.stack(found))

    network, difference = seen(forward, lstm=lstm(2, 4), fc=linear(2, 4))
    assert difference < 1e-12
    assert names(network) == ["lstm", "fc"]


def test_initial_states_that_are_the_module_s_own_are_kept():
    begun = [Tensor(np.full((1, 3, 4), value)) for value in (0.5, -2.0)]
    network, difference = seen(lambda net, x: net.lstm(x, begun)[0], lstm=lstm(2, 4))
    assert difference < 1e-12
    assert {k: v.tolist() for k, v in network.states["lstm"].items()} == {
        "h": [0.5] * 4,
        "c": [-2.0] * 4,
    }


def encoder_decoder(net, x):
    return net.decoder(x, net.encoder(x)[1])[0]


REFUSED = {
    "an encoder": (
        encoder_decoder,
        "decoder: its initial states are those with which encoder ends",
    ),
    "attention": (lambda n, x: n.fc(Tensor((n.lstm(x)[0].array ** 2).sum(0))), "what enters fc is"),
    "scaled inputs": (lambda n, x: n.lstm(Tensor(x.array / 9))[0], "what enters lstm is neither"),
    "scaled outputs": (lambda n, x: Tensor(3 * n.lstm(x)[0].array), "its output is neither"),
    "a layer unread": (
        lambda n, x: n.fc(Tensor(x.array @ np.ones((2, 4)) + 0 * n.lstm(x)[0].array)),
        "what enters fc is neither",
    ),
    "a layer beside": (
        lambda n, x: (n.lstm(x), n.before(x))[1],
        "its output does not come from a recurrent layer",
    ),
    "no steps": (
        lambda n, x: n.fc(Tensor(x.array @ np.ones((2, 4)))),
        "no recurrent layer is call",
    ),
    "an error": (lambda n, x: n.nothing(x), "does not run on the example .AttributeError"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_chain_of_layers_is_refused_with_the_place(what):
    forward, said = REFUSED[what]
    own = {name: lstm(2, 4, seed) for seed, name in enumerate(("lstm", "encoder", "decoder"))}
    with pytest.raises(InputError, match=said):
        seen(forward, fc=linear(2, 4), before=linear(3, 2), **own)


def test_an_example_that_does_not_tell_two_ways_apart_is_refused():
    with pytest.raises(
        InputError, match=r"last, .*: all are the same numbers\): give a longer one"
    ):
        seen(
            lambda n, x: n.fc(Tensor(n.lstm(x)[0].array[-1])),
            X[:1],
            lstm=lstm(2, 4),
            fc=linear(2, 4),
        )


def test_a_layer_that_computes_something_else_than_its_kind_is_named():
    def forward(net, x):
        return net.fc(net.lstm(x)[0])

    module = Net(forward, lstm=lstm(2, 4), fc=linear(2, 4))
    plain = module.lstm.forward
    module.lstm.forward = lambda *args: (Tensor(plain(*args)[0].array * 2), plain(*args)[1])
    with pytest.raises(
        InputError, match=r"it differs from PyTorch at lstm: the difference is 5\.0e-01"
    ):
        from_torch(module, example=Tensor(X))


def test_a_chosen_layer_is_compared_on_what_enters_it_and_begins_as_in_the_run():
    own = {"encoder": lstm(2, 4, 1), "decoder": lstm(2, 4, 2)}
    network, difference = seen(encoder_decoder, X, "decoder", **own)
    assert difference < 1e-12
    assert "its outputs are PyTorch's" in network.notes[-1]
    network, difference = seen(encoder_decoder, X, "encoder", **own)
    assert difference > 0.01
    assert "the module's own outputs are others" in network.notes[-1]


def test_a_module_without_weights_that_only_moves_numbers_is_seen_by_what_it_gives():
    pool = Net(lambda net, x: Tensor(x.array.max(axis=0)[..., None]))
    way = lambda net, x: net.fc(Tensor(net.pool(net.lstm(x)[0]).array[..., 0]))  # noqa: E731
    network, difference = seen(way, lstm=lstm(2, 4), pool=pool, fc=linear(2, 4))
    assert difference < 1e-12
    assert names(network) == ["lstm", "max", "fc"]


@pytest.mark.parametrize("example", [Tensor(X), None])
def test_the_module_is_left_as_it_was(example):
    module = Net(lambda net, x: net.lstm(x)[0], lstm=lstm(2, 4))
    from_torch(module, example=example)
    assert (module.training, module.lstm.training) == (True, True)
    assert module.lstm.hooks == []


def test_what_definitions_do_not_say_is_asked_for():
    two = Net(None, encoder=lstm(2, 2), decoder=lstm(2, 2))
    with pytest.raises(InputError, match=r"encoder and decoder: how forward\(\) connects"):
        from_torch(two)
    assert names(from_torch(two, "decoder")) == ["decoder"]
    for rows in (2, 3):
        with pytest.raises(InputError, match=r"defines fc, lstm: by their widths .* example=x"):
            from_torch(Net(None, fc=linear(rows, 4), lstm=lstm(2, 4)))
        network = from_torch(Net(None, fc=linear(rows, 4), lstm=lstm(2, 4)), head="last,fc,relu")
        assert names(network) == ["lstm", "last", "fc", "relu"]
    loose = from_torch(Net(None, lstm=lstm(2, 4), h0=Tensor(np.ones(4))))
    assert any(note.startswith("h0: what forward() does with it") for note in loose.notes)


def test_a_layer_with_tensors_of_its_own_is_never_the_plain_one():
    own = lstm(2, 4)
    own.names.append("weight_ci")
    own.weight_ci = Tensor(np.ones(4))
    with pytest.raises(InputError, match=r"LSTM with extra tensors \(weight_ci\): not read"):
        from_torch(Net(None, lstm=own))


class LSTMLayer:
    """Looks like a layer of Keras as far as it is read; its outputs are ours times `factor`."""

    built, name = True, "lstm"

    def __init__(self, factor=1):
        rng = np.random.default_rng(0)
        self.weights = [rng.normal(size=shape) for shape in ((2, 12), (3, 12), (12,))]
        self.factor = factor

    def get_config(self):
        return {"name": "lstm", "units": 3, "return_sequences": True}

    def get_weights(self):
        return self.weights

    def __call__(self, x):
        W, U, b = self.weights
        blocks = {name: slice(3 * k, 3 * k + 3) for k, name in enumerate("ifgo")}
        weights = {
            f"{letter}_{gate}": array[..., rows].T
            for letter, array in (("W", W), ("U", U), ("b", b))
            for gate, rows in blocks.items()
        }
        x = np.asarray(x, dtype=float).swapaxes(0, 1)
        return self.factor * run(LSTM, weights, x)["h"].swapaxes(0, 1)


LSTMLayer.__name__ = "LSTM"


def test_a_keras_layer_is_compared_with_its_own_outputs():
    assert "the outputs are Keras'" in from_keras(LSTMLayer()).notes[-1]
    with pytest.raises(InputError, match="lstm: it differs from Keras at lstm"):
        from_keras(LSTMLayer(1.01))
    with pytest.raises(InputError, match="lstm does not run on the example"):
        from_keras(LSTMLayer(), example=np.ones((2, 5, 9)))


def test_a_keras_layer_without_weights_is_not_broken():
    layer = LSTMLayer()
    layer.built = False
    with pytest.raises(InputError, match="lstm has no weights yet: call it"):
        from_keras(layer)
