"""lstm-viz model A --against B: whether both compute the same, where they differ, and why."""

import json
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import CELLS, LSTM, Cell
from lstm_viz.models.against import compare
from lstm_viz.network import Dense, Direction, Last, Network, Recurrent

TORCH = Path(__file__).parent / "fixtures" / "torch"
X = np.random.default_rng(0).normal(size=(6, 3))
GRU, BEFORE = CELLS["gru"], CELLS["gru-reset-before"]


def network(cell=LSTM, change=None, head=1.0):
    """A layer of the cell, of three inputs and units, with a change to its weights."""
    weights = cell.start(3, 3, seed=5)
    rng = np.random.default_rng(2)
    weights = {name: weights[name] + rng.normal(size=weights[name].shape) for name in weights}
    return Network(
        [
            Recurrent(Direction(cell, weights | (change(weights) if change else {})), name="rnn"),
            Last(),
            Dense(np.full((1, 3), head)),
        ]
    )


def between(one, other, x=X):
    return compare(one.run(x), other.run(x))


def swapped(one, other):
    return lambda w: {one: w[other], other: w[one]}


def all_swapped(one, other):
    kinds = [(f"{kind}_{one}", f"{kind}_{other}") for kind in "WUb"]
    return lambda w: {a: w[b] for pair in kinds for a, b in (pair, pair[::-1])}


def rotated(w):
    return {f"{k}_{a}": w[f"{k}_{b}"] for k in "WUb" for a, b in zip("ifgo", "fgio", strict=True)}


def test_a_model_agrees_with_itself():
    found = between(network(), network())
    assert found.agree
    assert found.first is None
    assert [pair.largest for pair in found.pairs] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("cell", "change", "said"),
    [
        (LSTM, all_swapped("i", "f"), "swapping the blocks i and f"),
        (LSTM, rotated, "using the blocks"),
        (LSTM, swapped("U_i", "U_o"), "swapping the blocks i and o of the recurrent weights"),
        (LSTM, lambda w: {"U_g": w["U_g"].T}, "transposing U_g"),
        (LSTM, lambda w: {n: w[n].T for n in w if n[0] == "U"}, "transposing all the recurrent"),
        (LSTM, lambda w: {"b_f": w["b_f"] - 1}, "adding 1 to the forget bias"),
        (LSTM, lambda w: {"b_f": w["b_f"] + 1}, "taking 1 from the forget bias"),
        (GRU, swapped("b_n", "b_hn"), "swapping b_n and b_hn"),
        (GRU, all_swapped("r", "z"), "swapping the blocks r and z"),
        (GRU, lambda w: {n: -w[n] for n in w if n[-1] == "z"}, "taking 1 - z for z"),
    ],
)
def test_what_went_wrong_is_suspected_by_name(cell, change, said):
    found = between(network(cell), network(cell, change))
    assert not found.agree
    assert found.suspicions[0].startswith(said)


def gru(cell, bias):
    """The same weights as either convention has them."""
    weights = GRU.start(3, 3, seed=1)
    if cell is BEFORE:
        del weights["b_hn"]
    else:
        weights["b_hn"] = np.full(3, bias)
    return Network([Recurrent(Direction(cell, weights), name="rnn")])


def test_the_other_convention_of_the_gru_is_suspected():
    assert "applying the reset gate after" in between(gru(GRU, 0.0), gru(BEFORE, 0.0)).suspicions[0]
    assert "applying the reset gate before" in between(gru(BEFORE, 0), gru(GRU, 0.0)).suspicions[0]


def test_other_equations_are_suspected_where_the_weights_are_equal():
    hard = Cell("hard", LSTM.text.replace("f = sigmoid(z_f)", "f = minimum(maximum(z_f, 0), 1)"))
    found = between(network(), network(hard))
    assert found.weights == ()
    assert found.suspicions == ("computing f = sigmoid(z_f)",)


def test_weights_that_are_simply_others_are_not_explained():
    found = between(network(), network(change=lambda w: {"W_g": w["W_g"] * 1.5}))
    assert found.suspicions == ()
    assert found.weights == ("W_g",)


def test_the_first_step_and_quantity_are_named_also_where_the_output_does_not_show_them_yet():
    """A forget gate meets a memory of 0 at the first step."""
    found = between(network(), network(change=lambda w: {"U_f": w["U_f"] + 1}))
    assert (found.first.step, found.first.quantity) == (1, "z_f")
    place = found.first
    assert network().run(X).traces["rnn"]["z_f"][1, place.unit] == place.here


def test_a_difference_behind_the_recurrent_layers_is_no_difference_in_them():
    found = between(network(), network(head=2.0))
    assert [pair.differs for pair in found.pairs] == [False, True]
    assert found.first is None


def test_layers_of_other_sizes_differ():
    bigger = Network([Recurrent(Direction(LSTM, LSTM.start(3, 4)), name="rnn")])
    found = between(network(), bigger)
    assert [pair.largest for pair in found.pairs] == [None, None]
    assert not found.agree


# ---------------------------------------------------------------------------- on the command line


def files(tmp_path, change=None):
    one, other = str(tmp_path / "a.npz"), str(tmp_path / "b.npz")
    network().save(one)
    network(change=change).save(other)
    return one, other


def test_the_exit_code_says_whether_they_agree(tmp_path):
    one, other = files(tmp_path, all_swapped("i", "f"))
    same = lstm_viz("model", one, "--against", one)
    assert (same.exit_code, "Both compute the same" in same.stdout) == (0, True)
    parted = lstm_viz("model", one, "--against", other, width=200)
    assert parted.exit_code == 1
    assert "first different number is rnn, step 1: z_i[0]" in " ".join(parted.stdout.split())
    assert "They would agree after swapping the blocks i and f in the other." in parted.stdout


def test_all_of_it_is_there_as_json(tmp_path):
    one, other = files(tmp_path, lambda w: {"U_g": w["U_g"].T})
    found = json.loads(lstm_viz("model", one, "--against", other, "--json").stdout)
    assert found["agree"] is False
    assert found["first"]["step"] == 2
    assert found["first"]["quantity"] == "z_g"
    assert found["suspicions"] == ["transposing U_g"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--json"], 2, "--json is for --against FILE"),
        (["--state", "h=1"], 2, "--state is for --against FILE"),
        (["--against", "nowhere.pt"], 3, "nowhere.pt"),
        (["--against", str(TORCH / "lstm.pt"), "--verify"], 2, "give only one of them"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path, options, code, said):
    shown = lstm_viz("model", files(tmp_path)[0], *options)
    assert (shown.exit_code, said in shown.stderr) == (code, True)


def test_models_that_read_other_inputs_are_refused(tmp_path):
    other = tmp_path / "c.npz"
    Network([Recurrent(Direction(LSTM, LSTM.start(2, 3)))]).save(other)
    shown = lstm_viz("model", files(tmp_path)[0], "--against", str(other))
    assert shown.exit_code == 3
    assert "reads 3 features per step" in shown.stderr


def test_only_a_first_difference_in_the_input_is_laid_on_the_layers_before(tmp_path):
    before = "So the layers before"
    one, other, moved = (str(tmp_path / f"{name}.npz") for name in ("one", "other", "moved"))
    first = lambda shift: Dense(np.eye(3), np.full(3, shift), name="first")  # noqa: E731
    front, head = network().layers[:1], network().layers[1:]
    changed = network(change=lambda w: {"U_f": w["U_f"] + 1}).layers[:1]
    Network([first(0.0), *front, *head]).save(one)
    Network([first(0.0), *changed, *head]).save(other)
    Network([first(1.0), *front, *head]).save(moved)
    assert before not in lstm_viz("model", one, "--against", other).stdout
    assert before in " ".join(lstm_viz("model", one, "--against", moved).stdout.split())
