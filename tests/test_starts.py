"""How weights begin, which bias is the forget gate's, and weights in files."""

import io
import math
import zipfile

import numpy as np
import pytest

from lstm_viz import (
    CELLS,
    GRU,
    LSTM,
    Cell,
    InputError,
    backpropagate,
    load_model,
    load_weights,
    run,
    save_weights,
)
from lstm_viz.equations.gates import Gate, forget_gates, recurrent
from lstm_viz.learning import Model
from lstm_viz.validation.limits import TooLargeError
from lstm_viz.weights.presets import PRESETS, usual
from lstm_viz.weights.starts import STARTS, serves_chrono

OPTION = {"spectral": "spectral:0.9", "chrono": "chrono:100"}


def spread(array, bound):
    """Uniform in ±bound: within it, near its ends, and with its standard deviation."""
    assert np.abs(array).max() <= bound
    assert np.abs(array).max() > 0.9 * bound
    assert array.std() == pytest.approx(bound / math.sqrt(3), rel=0.15)


@pytest.mark.parametrize("start", [OPTION.get(name, name) for name in STARTS])
@pytest.mark.parametrize("name", CELLS)
def test_every_start_serves_every_cell(name, start):
    cell = CELLS[name]
    if start == "chrono:100" and not serves_chrono(cell):
        with pytest.raises(InputError, match=f"{name} has no forget gate"):
            cell.start(3, 4, start=start)
        return
    weights = cell.start(3, 4, start=start)
    assert {key: array.shape for key, array in weights.items()} == cell.shapes(3, 4)
    assert all(np.isfinite(array).all() for array in weights.values())
    same = cell.start(3, 4, start=start, seed=np.random.default_rng(0))
    other = cell.start(3, 4, start=start, seed=1)
    assert all((weights[key] == same[key]).all() for key in weights)
    assert any((weights[key] != other[key]).any() for key in weights)


def test_no_two_matrices_begin_equal():
    for start in ("pytorch", "keras", "spectral:1", "chrono:9"):
        weights = LSTM.start(3, 3, start=start)
        matrices = [w for w in weights.values() if w.ndim == 2]
        assert not any((a == b).any() for k, a in enumerate(matrices) for b in matrices[:k])


def test_the_pytorch_start_is_uniform_and_its_biases_are_the_sum_of_two_draws():
    weights = LSTM.start(300, 100)
    for gate in "ifgo":
        spread(weights[f"W_{gate}"], 0.1)
        spread(weights[f"U_{gate}"], 0.1)
        bias = weights[f"b_{gate}"]
        assert np.abs(bias).max() <= 0.2
        assert bias.std() == pytest.approx(0.1 * math.sqrt(2 / 3), rel=0.25)
    apart = GRU.start(300, 400)
    for name in ("b_n", "b_hn"):  # which PyTorch keeps apart: one draw each
        spread(apart[name], 0.05)


def test_the_keras_start_is_glorot_orthogonal_and_forget_bias_one():
    weights = LSTM.start(40, 30, start="keras")
    whole = np.concatenate([weights[f"W_{gate}"] for gate in "ifgo"])
    spread(whole, math.sqrt(6 / (40 + 120)))
    past = np.concatenate([weights[f"U_{gate}"] for gate in "ifgo"])
    np.testing.assert_allclose(past.T @ past, np.eye(30), atol=1e-12)
    assert [set(weights[f"b_{gate}"]) for gate in "ifgo"] == [{0.0}, {1.0}, {0.0}, {0.0}]
    assert set(GRU.start(4, 3, start="keras")["b_z"]) == {0.0}  # Keras' GRU has none


def test_an_orthogonal_start_of_one_matrix_is_a_rotation_or_a_reflection():
    u = CELLS["rnn"].start(2, 16, start="keras")["U"]
    np.testing.assert_allclose(u @ u.T, np.eye(16), atol=1e-12)
    np.testing.assert_allclose(np.abs(np.linalg.eigvals(u)), 1.0, atol=1e-12)


def test_the_identity_start_is_the_identity_and_small_input_weights():
    weights = CELLS["irnn"].start(50, 20, start="identity")
    assert (weights["U"] == np.eye(20)).all()
    assert (weights["b"] == 0).all()
    assert weights["W"].std() == pytest.approx(0.001, rel=0.1)


@pytest.mark.parametrize("radius", [0.0, 0.5, 1.0, 1.25])
def test_the_spectral_start_has_the_spectral_radius_asked_for(radius):
    weights = LSTM.start(3, 12, start=f"spectral:{radius}")
    for gate in "ifgo":
        largest = np.abs(np.linalg.eigvals(weights[f"U_{gate}"])).max()
        assert largest == pytest.approx(radius, abs=1e-12)


def test_the_chrono_start_spans_the_time_scales_and_closes_the_input_gate():
    weights = LSTM.start(3, 2000, start="chrono:100")
    scales = np.exp(weights["b_f"])
    assert scales.min() >= 1
    assert 97 < scales.max() <= 99
    assert scales.mean() == pytest.approx(50, rel=0.05)
    assert (weights["b_i"] == -weights["b_f"]).all()
    gru = GRU.start(3, 200, start="chrono:100")  # one gate does both
    assert 0 <= gru["b_z"].min() < gru["b_z"].max() <= math.log(99)


# ---------------------------------------------------------------------------- the forget bias


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("c = sigmoid(W @ x + b_f) * c_prev + W_g @ x", Gate("b_f", 1.0, "b_f")),
        ("k = sigmoid(W @ x + b_k)\nc = (1 - k) * c_prev + k * x", Gate("b_k", -1.0, "k")),
        ("k = sigmoid(W @ x + b_k)\nc = c_prev + k * (x - c_prev)", Gate("b_k", -1.0, "k")),
        ("k = sigmoid(W @ x + b_k)\nl = 1 - k\nc = l * c_prev + x", Gate("b_k", -1.0, "k")),
        ("k = sigmoid(W @ x - b_k)\nc = k * c_prev + x", Gate("b_k", -1.0, "k")),
        ("k = sigmoid(W @ x + b_k)\nl = k * c_prev\nc = l + x", Gate("b_k", 1.0, "k")),
        ("k = hard_sigmoid(W @ x + b_k)\nc = k * c_prev + x", Gate("b_k", 1.0, "k")),
        ("k = sigmoid(W @ x)\nc = k * c_prev + x", None),
        ("k = tanh(W @ x + b_k)\nc = k * c_prev + x", None),
        ("c = 0.9 * c_prev + sigmoid(W @ x + b_k) * x", None),
    ],
)
def test_a_forget_gate_is_a_sigmoid_with_a_bias_that_multiplies_a_states_own_past(text, gate):
    assert forget_gates(Cell("made", text)).get("c") == gate


def test_the_forget_bias_is_set_not_added_and_reversed_where_the_gate_is_one_minus():
    assert set(LSTM.start(2, 3, start="keras", forget_bias=2.5)["b_f"]) == {2.5}
    assert set(CELLS["mgu"].start(2, 3, forget_bias=2.5)["b_f"]) == {-2.5}


def test_a_cell_without_a_forget_gate_says_so():
    with pytest.raises(InputError, match="rnn has no forget gate: no sigmoid with a bias"):
        CELLS["rnn"].start(forget_bias=1.0)


def test_the_matrices_that_read_the_past_are_those_on_the_way_to_a_state():
    assert recurrent(LSTM) == {"U_i", "U_f", "U_g", "U_o"}
    assert recurrent(CELLS["linear"]) == set()  # C_s only shows what is kept elsewhere
    assert recurrent(CELLS["gru-reset-before"]) == {"U_r", "U_z", "U_n"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start": "kears"}, "did you mean 'keras'"),
        ({"start": "zzz"}, "there are pytorch, keras, identity, spectral, chrono"),
        ({"start": "chrono"}, "chrono:100"),
        ({"start": "chrono:2"}, "at least 3"),
        ({"start": "chrono:nan"}, "at least 3"),
        ({"start": "spectral:-1"}, "at least 0"),
        ({"start": "keras:3"}, "takes no number"),
        ({"forget_bias": math.nan}, "a finite number"),
        ({"hidden": 0}, "needs at least one"),
        ({"inputs": -1}, "needs at least one"),
    ],
)
def test_a_start_that_is_none_is_refused_with_the_way_out(asked, said):
    with pytest.raises(InputError, match=said):
        LSTM.start(**asked)


def test_too_many_weights_are_refused_before_they_are_made():
    with pytest.raises(TooLargeError, match="GB: use fewer hidden units"):
        LSTM.start(1, 10**7)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_holds_weights_of_one_unit_of_its_cell(name):
    preset = PRESETS[name]
    shapes = {key: array.shape for key, array in preset.weights().items()}
    assert shapes == CELLS[preset.cell].shapes(len(preset.inputs[0]), 1)


def test_of_the_three_cells_set_by_hand_the_rnn_alone_has_forgotten_the_1():
    known = {}
    for name in ("latch", "gru-latch", "leaky"):
        preset = PRESETS[name]
        assert preset.inputs == PRESETS["latch"].inputs
        x = [[0.0], [1.0], *[[0.0]] * 10, [-1.0], [0.0]]
        h = run(CELLS[preset.cell], preset.weights(), x)["h"][:, 0]
        known[name] = h / h[1]  # as parts of what was written
    for name in ("latch", "gru-latch"):
        assert known[name][2:12].min() > 0.95
        assert abs(known[name][12:]).max() < 0.1
    lost = known["leaky"][2:8] / known["leaky"][1:7]
    assert ((lost > 0.46) & (lost < 0.5)).all()
    assert known["leaky"][11] < 0.001


@pytest.mark.parametrize("name", PRESETS)
def test_no_demonstration_is_a_unit_that_does_nothing(name):
    preset = PRESETS[name]
    trace = run(CELLS[preset.cell], preset.weights(), np.array(preset.inputs, dtype=float))
    assert trace["h"].any()
    assert backpropagate(trace, "last")["x"].any()


def test_the_adder_holds_the_sum_of_its_inputs():
    assert usual("irnn") == "adder"
    h = run("irnn", "adder")["h"][:, 0]
    assert list(h) == [0, 1, 1, 1, 0.5, 0.5]


# ---------------------------------------------------------------------------- files


@pytest.mark.parametrize("name", CELLS)
def test_weights_come_back_from_a_file_as_they_were(tmp_path, name):
    weights = CELLS[name].start(3, 2, seed=4)
    save_weights(tmp_path / "weights.npz", weights)
    again = load_weights(tmp_path / "weights.npz")
    assert list(again) == list(weights)
    assert all((again[key] == weights[key]).all() for key in weights)
    with np.load(tmp_path / "weights.npz") as theirs:
        assert sorted(theirs.files) == sorted(weights)


def test_a_file_of_numpy_itself_is_read(tmp_path):
    arrays = {
        "a": np.eye(3, dtype="f4"),
        "b": np.arange(3),
        "c": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    }
    np.savez_compressed(tmp_path / "weights.npz", **arrays)
    again = load_weights(tmp_path / "weights.npz")
    assert all((again[key] == arrays[key]).all() for key in arrays)


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)


def stored(array, **changed):
    """The bytes of an array in a file, with parts of the header changed."""
    whole = io.BytesIO()
    np.save(whole, array)
    content = whole.getvalue()
    for old, new in changed.values():
        assert old in content
        content = content.replace(old, new)
    return content


class Touch:
    """Unpickled, this would make a file."""

    def __reduce__(self):
        return open, ("hacked", "w")


def test_nothing_in_a_file_is_unpickled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("weights.npz", W_i=np.array([Touch()], dtype=object))
    with pytest.raises(InputError, match=r"weights\.npz: W_i\.npy holds object, not numbers"):
        load_weights("weights.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not an array"),
        (b"\x93NUMPY", "is not an array"),
        (b"\x93NUMPY\x09\x09" + b" " * 200, "is not an array"),
        (stored(np.ones(3))[:-4], "declares the shape"),
        (stored(np.ones(3)) + b"more", "declares the shape"),
        (stored(np.ones(3), shape=(b"(3,), }", b"(4,), }")), "declares the shape"),
        (stored(np.ones(30), shape=(b"(30,)", b"(-3,)")), "declares the shape"),
        (stored(np.ones(30), shape=(b"(30,)", b"(3.,)")), "is not an array"),
        (stored(np.ones(3), kind=(b"<f8", b"<c8")), "not numbers"),
        (stored(np.array(["a", "b"])), "not numbers"),
        (stored(np.array([1.0, np.nan])), r"nan at \[1\] is not a finite number"),
        (stored(np.array([np.inf])), "inf at"),
        (stored(np.ones(3), head=(b"{'descr'", b"{open(0)")), "is not an array"),
        (stored(np.ones(3), head=(b"{'descr'", b"{[]     ")), "is not an array"),
    ],
)
def test_a_hostile_array_is_refused(tmp_path, content, said):
    archive(tmp_path / "weights.npz", W_i=content)
    with pytest.raises(InputError, match=said):
        load_weights(tmp_path / "weights.npz")


@pytest.mark.parametrize(
    "read", [load_weights, load_model, Model.load], ids=["weights", "model", "training"]
)
def test_a_file_that_unpacks_to_more_than_memory_is_refused_unread(tmp_path, monkeypatch, read):
    monkeypatch.setattr("lstm_viz.validation.limits.physical_memory", lambda: 1e6)
    large = stored(np.zeros((1000, 1000)))
    archive(tmp_path / "weights.npz", weight_ih_l0=large, weight_hh_l0=large)
    assert (tmp_path / "weights.npz").stat().st_size < 20_000
    with pytest.raises(TooLargeError, match="use a smaller file"):
        read(tmp_path / "weights.npz")


def test_a_file_that_ends_too_early_or_was_damaged_is_refused(tmp_path):
    path = tmp_path / "weights.npz"
    save_weights(path, LSTM.start(3, 4))
    whole = path.read_bytes()
    for broken in (whole[:50], whole[:-30], whole[:400] + b"\0" * 20 + whole[420:]):
        path.write_bytes(broken)
        with pytest.raises(InputError, match=r"weights\.npz"):
            load_weights(path)


def test_weights_of_another_cell_are_refused_by_name_and_by_shape():
    with pytest.raises(InputError, match="W_f, U_f"):
        LSTM.sizes(GRU.start(), 1)
    with pytest.raises(InputError, match=r"W_f has shape \(3, 2\), so I = 2, but I = 1"):
        LSTM.sizes(LSTM.start(1, 3) | {"W_f": np.ones((3, 2))}, 1)
