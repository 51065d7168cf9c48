"""Names in a pickle: cells with tensors of their own, learnt states, several state_dicts."""

import pickle

import numpy as np
import pytest

from lstm_viz import CELLS, LSTM, InputError, load_model, run
from lstm_viz.models import read_model

X = np.random.default_rng(3).normal(size=(5, 3))


def pickled(path, held, protocol=4):
    path.write_bytes(pickle.dumps(held, protocol))
    return path


def stacked(cell, gates):
    """A cell's weights as PyTorch keeps them, the gates' rows in one matrix."""
    return {
        name: np.concatenate([cell[letter + gate] for gate in gates])
        for letter, name in (("W", "weight_ih"), ("U", "weight_hh"), ("b", "bias"))
    }


WEIGHTS = {name: CELLS[name].start(3, 4, seed=7) for name in CELLS}
LSTM_ROWS = stacked(WEIGHTS["lstm"], ["_i", "_f", "_g", "_o"])
ONE = {"weight_ih_l0": LSTM_ROWS["weight_ih"], "weight_hh_l0": LSTM_ROWS["weight_hh"]}


def same(path, cell, **options):
    there = load_model(path).run(X).outputs
    np.testing.assert_allclose(
        there, run(CELLS[cell], WEIGHTS[cell], X, **options)["h"], atol=1e-12
    )


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_of_numpy_arrays_is_read(tmp_path, protocol):
    held = {"epoch": 3, "params": LSTM_ROWS}
    same(pickled(tmp_path / "a.pt", held, protocol), "lstm")


def test_arrays_with_columns_first_and_bytes_swapped_are_read(tmp_path):
    odd = {n: np.asfortranarray(a).astype(">f8") for n, a in LSTM_ROWS.items()}
    same(pickled(tmp_path / "a.pt", odd), "lstm")


def test_a_tensor_of_a_kind_that_is_not_read_hinders_no_other(tmp_path):
    held = {"words": np.array(["a", "b"]), **{f"cell.{n}": a for n, a in LSTM_ROWS.items()}}
    assert "words" in read_model(pickled(tmp_path / "a.pt", held)).ignored
    same(tmp_path / "a.pt", "lstm")


@pytest.mark.parametrize("protocol", [2, 5])
def test_an_array_that_is_shorter_than_its_shape_is_refused(tmp_path, protocol):
    path = pickled(tmp_path / "a.pt", {"weight_ih": np.zeros((3, 4))}, protocol)
    path.write_bytes(path.read_bytes().replace(b"K\x03K\x04", b"K\x03K\x05"))
    with pytest.raises(InputError, match="a kind that is not read"):
        load_model(path)


def test_one_bias_is_added_once_as_equinox_does(tmp_path):
    same(pickled(tmp_path / "a.pt", LSTM_ROWS), "lstm")
    gru = stacked(WEIGHTS["gru"], ["_r", "_z", "_n"]) | {"bias_n": WEIGHTS["gru"]["b_hn"]}
    same(pickled(tmp_path / "b.pt", gru), "gru")


@pytest.mark.parametrize(
    "more",
    [
        {"weight_ci": np.ones(4), "weight_cf": np.ones(4), "weight_co": np.ones(4)},
        {"layernorm_i.weight": np.ones(16)},
        {"W_mx": np.ones((4, 3))},
        {"h0": np.ones((2, 1, 4))},
    ],
)
@pytest.mark.parametrize("prefix", ["", "cell."])
def test_a_cell_with_tensors_of_its_own_is_never_run_as_the_plain_one(tmp_path, more, prefix):
    held = {prefix + name: array for name, array in (ONE | more).items()}
    with pytest.raises(InputError, match="is not a standard layer: it has extra tensors"):
        load_model(pickled(tmp_path / "a.pt", held))


def test_states_that_fit_no_layer_are_not_passed_over(tmp_path):
    held = {f"lstm.{name}": array for name, array in ONE.items()} | {"h0": np.ones((1, 1, 9))}
    with pytest.raises(InputError, match=r"it has extra tensors \(h0\)"):
        load_model(pickled(tmp_path / "a.pt", held))


def test_a_dense_layer_whose_weight_cannot_be_known_is_not_read(tmp_path):
    held = {f"lstm.{name}": array for name, array in ONE.items()}
    held |= {"fc.parametrizations.weight.original": np.ones((2, 4)), "fc.bias": np.ones(2)}
    part = read_model(pickled(tmp_path / "a.pt", held)).parts[1]
    assert (part.name, part.readable) == ("fc", False)


@pytest.mark.parametrize("names", [("h0", "c0"), ("init_h", "init_c"), ("lstm.h_0", "lstm.c_0")])
def test_learnt_states_are_what_the_layer_begins_with(tmp_path, names):
    states = {"h": np.linspace(0, 1, 4), "c": np.linspace(1, -1, 4)}
    held = {f"lstm.{name}": array for name, array in ONE.items()}
    held |= {name: state[None, None] for name, state in zip(names, states.values(), strict=True)}
    network = load_model(pickled(tmp_path / "a.pt", held))
    plain = {n: w for n, w in WEIGHTS["lstm"].items() if n[0] != "b"}
    zero = {n: np.zeros(4) for n in LSTM.parameters if n[0] == "b"}
    expected = run(LSTM, plain | zero, X, states)["h"]
    np.testing.assert_allclose(network.run(X).outputs, expected, atol=1e-12)
    assert any("begins with" in note for note in network.notes)


def test_dropconnects_raw_weight_is_the_weight(tmp_path):
    raw = {"rnn.weight_hh_l0_raw": ONE["weight_hh_l0"]}
    inside = {f"rnn.module.{name}": array for name, array in ONE.items()}
    inside["rnn.module.weight_hh_l0"] = np.zeros((16, 4))  # as dropped out last
    one = load_model(pickled(tmp_path / "a.pt", inside | raw))
    two = load_model(pickled(tmp_path / "b.pt", ONE))
    np.testing.assert_array_equal(one.run(X).outputs, two.run(X).outputs)


def test_a_kernel_whose_order_of_gates_is_not_known_is_asked_about(tmp_path):
    held = {"kernel": np.ones((3, 16)), "recurrent_kernel": np.ones((4, 16)), "bias": np.ones(16)}
    with pytest.raises(InputError, match=r"Keras: i f c o, Haste: i g f o.*W_i, W_f"):
        load_model(pickled(tmp_path / "a.pt", held))


def test_the_optimisers_own_tensors_are_left_out(tmp_path):
    state = {0: {"exp_avg": np.ones((16, 3))}}
    held = {"model": ONE, "optimizer": {"state": state, "param_groups": [{"lr": 0.1}]}}
    held["callbacks"] = {"best": {"score": np.ones(1)}}
    assert list(read_model(pickled(tmp_path / "a.pt", held)).tensors) == list(ONE)
    assert list(
        read_model(pickled(tmp_path / "b.pt", [ONE, {"hypers": [], "state": [state]}])).tensors
    )


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ({"state_dict": {"g": ONE, "d": ONE}}, ["g", "d"]),
        ({"models": [ONE, ONE]}, ["models.0", "models.1"]),
        ({"model": ONE, "ema": ONE}, ["lstm", "ema"]),
        ({"model": ONE, "state_dict": ONE}, ["model", "state_dict"]),
    ],
)
def test_state_dicts_are_found_however_deep_they_lie(tmp_path, held, names):
    assert read_model(pickled(tmp_path / "a.pt", held)).groups == names


def test_a_pickle_that_holds_itself_has_an_end(tmp_path):
    endless = {}
    endless["again"] = [endless, endless]
    with pytest.raises(InputError, match="nested without an end"):
        load_model(pickled(tmp_path / "a.pt", endless))


def test_what_looks_recurrent_under_unknown_names_is_told_what_to_be_called(tmp_path):
    odd = {"lstm.wx": np.ones((3, 16)), "lstm.wh": np.ones((4, 16))}
    minimal = {f"cell/{side}{gate}/kernel": np.ones((4, 4)) for side in "ih" for gate in "fn"}
    for held in (odd, minimal):
        with pytest.raises(InputError, match=r"may hold a recurrent layer.*W_i, U_i, b_i"):
            load_model(pickled(tmp_path / "a.pt", held))
    with pytest.raises(InputError, match="no recurrent layer in it"):
        load_model(pickled(tmp_path / "b.pt", {"fc.weight": np.ones((3, 4))}))


@pytest.mark.parametrize(
    ("maker", "way_out"),
    [
        (
            b"__torch__\nNet",
            r"torch\.jit\.load\(file\).state_dict\(\).*unless the program was frozen",
        ),
        (b"torch.ao.nn.quantized.dynamic.modules.rnn\nLSTM", "its layers are quantised: save"),
        (b"laboratory\nNet", r"torch\.load\(file, weights_only=True\)"),
    ],
)
def test_an_object_without_tensors_names_its_own_way_out(tmp_path, maker, way_out):
    (tmp_path / "a.pt").write_bytes(b"\x80\x02c" + maker + b"\n)\x81}b.")
    with pytest.raises(InputError, match=f"no tensors in it but a pickled .*{way_out}"):
        load_model(tmp_path / "a.pt")


def test_the_states_of_a_stack_are_those_of_its_layers_and_directions_in_pytorchs_order(tmp_path):
    held = {}
    for layer, inputs in enumerate((3, 8)):
        for end in ("", "_reverse"):
            held[f"rnn.weight_ih_l{layer}{end}"] = np.zeros((16, inputs))
            held[f"rnn.weight_hh_l{layer}{end}"] = np.zeros((16, 4))
    rows = np.arange(16.0).reshape(4, 1, 4)
    states = read_model(pickled(tmp_path / "a.pt", held | {"h0": rows})).states
    names = ["rnn.l0.forward", "rnn.l0.backward", "rnn.l1.forward", "rnn.l1.backward"]
    assert list(states) == names
    assert [states[name]["h"].tolist() for name in names] == rows[:, 0].tolist()
