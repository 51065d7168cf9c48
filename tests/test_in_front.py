"""What stands in front of recurrent layers in a file of weights: named, or said not to run."""

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import InputError, load_model
from lstm_viz.models import read_model
from lstm_viz.validation.errors import OptionError


@pytest.fixture
def path(tmp_path):
    """A dense layer, an RNN, a dense layer after it; of names that begin alike."""
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
    assert any("m.into may come before m.rnn" in note for note in notes)
    assert any("--layer m.into,m.rnn runs m.into there" in note for note in notes)
    assert not any("m.out" in note for note in notes)


def test_nothing_is_said_of_what_runs(path):
    notes = load_model(path, "m.into,m.rnn", head="last,m.out").notes
    assert not any("in front" in note for note in notes)


def test_the_name_without_what_stands_before_it_is_known_again(path):
    model = read_model(path)
    with pytest.raises(OptionError, match=r"'out' is not a layer .*did you mean 'm\.out'\?"):
        model.chain(head="last,out")
    with pytest.raises(OptionError, match=r"no recurrent layer 'rnn': did you mean 'm\.rnn'\?"):
        model.chain("rnn")


def test_a_matrix_that_fits_only_as_a_table_of_words_is_one_where_it_is_named(path):
    with np.load(path) as held:
        arrays = dict(held)
    twice = {f"{copy}.{name}": array for copy in "ab" for name, array in arrays.items()}
    tables = {f"{copy}.words.weight": np.eye(9, 3) for copy in "ab"}
    np.savez(path, **twice, **tables)
    words = load_model(path, "b.words,b.m.rnn", head="last,b.m.out").run(np.array([0, 2, 8]))
    alone = load_model(path, "b.m.rnn", head="last,b.m.out").run(np.eye(9, 3)[[0, 2, 8]])
    np.testing.assert_allclose(words.outputs, alone.outputs)


def test_what_is_no_word_is_named(path):
    np.savez(path.with_name("w.npz"), **dict(np.load(path)), **{"emb.weight": np.ones((9, 3))})
    asked = ["--layer", "emb,m.rnn", "--input", "1,2.5"]
    result = lstm_viz("step", "--model", str(path.with_name("w.npz")), *asked)
    assert "emb needs one integer per step; the input has 2.5" in result.stderr


@pytest.mark.parametrize("name", ["weight_hh_l0", "weight_ih_l0"])
def test_a_recurrent_weight_of_a_kind_that_is_not_read_is_named(torch, tmp_path, name):
    weights = torch.nn.GRU(2, 3).state_dict()
    torch.save({**weights, name: weights[name].to_sparse()}, tmp_path / "net.pt")
    with pytest.raises(InputError, match=f"{name} is a tensor of a kind that is not read"):
        load_model(tmp_path / "net.pt")


def test_a_layer_with_a_weight_of_a_kind_that_is_not_read_says_so(torch, tmp_path):
    net = torch.nn.Sequential(torch.nn.GRU(2, 3), torch.nn.Linear(3, 2))
    weights = net.state_dict()
    torch.save({**weights, "1.weight": weights["1.weight"].to_sparse()}, tmp_path / "net.pt")
    what = read_model(tmp_path / "net.pt").parts[1].what
    assert what.startswith("a layer whose weight is a tensor of a kind that is not read")


def test_a_layer_of_a_kind_that_weights_do_not_tell_is_refused_with_the_way_out(path):
    np.savez(path, **dict(np.load(path)), **{"m.ln.weight": np.ones(4), "m.ln.bias": np.ones(4)})
    with pytest.raises(OptionError, match=r"m\.ln .*whose kind only torch\.save\(model\) says"):
        load_model(path, head="last,m.ln,m.out")
