"""What stands in front of recurrent layers in a file of weights: named, or said not to run."""

import numpy as np
import pytest

from lstm_viz import load_model
from lstm_viz.models import read_model
from lstm_viz.validation.errors import OptionError


@pytest.fixture
def path(tmp_path):
    """A dense layer, an RNN, a dense layer behind it; of names that begin alike."""
    rng = np.random.default_rng(0)
    shapes = {
        **{"m.into.weight": (3, 2), "m.into.bias": (3,)},
        **{"m.rnn.weight_ih_l0": (4, 3), "m.rnn.weight_hh_l0": (4, 4)},
        **{"m.rnn.bias_ih_l0": (4,), "m.rnn.bias_hh_l0": (4,)},
        **{"m.out.weight": (2, 4), "m.out.bias": (2,)},
    }
    file = tmp_path / "net.npz"
    np.savez(file, **{name: rng.normal(size=shape) for name, shape in shapes.items()})
    return file


def test_an_activation_can_stand_in_front(path):
    x = np.random.default_rng(1).normal(size=(5, 2))
    with np.load(path) as held:
        inner = np.maximum(x @ held["m.into.weight"].T + held["m.into.bias"], 0)
    alone = load_model(path, "m.rnn", head="last,m.out")
    whole = load_model(path, "m.into,relu,m.rnn", head="last,m.out")
    np.testing.assert_allclose(whole.run(x).outputs, alone.run(inner).outputs)


def test_widths_are_compared_across_an_activation(path):
    with pytest.raises(OptionError, match=r"m\.rnn takes 3 features, m\.out gives 2"):
        load_model(path, "m.out,tanh,m.rnn")


def test_a_word_that_is_neither_a_layer_nor_an_activation_is_refused(path):
    with pytest.raises(OptionError, match="no layer that is read 'tan'"):
        load_model(path, "m.into,tan,m.rnn")


@pytest.mark.parametrize("head", ["last,m.out", "none"])
def test_what_may_stand_in_front_and_does_not_run_is_said(path, head):
    notes = load_model(path, head=head).notes
    assert any("m.into may stand in front of m.rnn" in note for note in notes)
    assert any("--layer m.into,m.rnn runs m.into there" in note for note in notes)
    assert not any("m.out" in note for note in notes)


def test_nothing_is_said_of_what_runs(path):
    notes = load_model(path, "m.into,m.rnn", head="last,m.out").notes
    assert not any("in front" in note for note in notes)


def test_the_name_without_what_stands_before_it_is_known_again(path):
    model = read_model(path)
    with pytest.raises(OptionError, match=r"'out' is no layer .*did you mean 'm\.out'\?"):
        model.chain(head="last,out")
    with pytest.raises(OptionError, match=r"no recurrent layer 'rnn': did you mean 'm\.rnn'\?"):
        model.chain("rnn")
