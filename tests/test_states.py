"""--state: where a run starts, typed, of a file, or where another one ended."""

from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import LSTM, load_model, run
from lstm_viz.files.npz import read_arrays
from lstm_viz.network import Direction, Network, Recurrent

TORCH = Path(__file__).parent / "fixtures" / "torch"
H, C = [0.5, -1.0], [0.25, 2.0]


def ran(tmp_path, *options):
    """All that `step` computed; it must have ended well."""
    path = tmp_path / "run.npz"
    shown = lstm_viz("step", "--hidden", "2", *options, "--save", str(path))
    assert shown.exit_code == 0, shown.stderr
    return read_arrays(path)


def refused(*options):
    shown = lstm_viz("step", *options)
    assert shown.exit_code in (2, 3)
    assert shown.stderr.count("\n") == 1
    return shown.stderr


@pytest.mark.parametrize("ending", ["csv", "column.csv", "npy", "npz", "typed"])
def test_a_state_is_read_from_any_file_of_numbers(tmp_path, ending):
    path = tmp_path / f"h.{ending}"
    if ending == "npy":
        np.save(path, H)
    elif ending == "npz":
        np.savez(path, h=H, other=[1.0])
    else:
        path.write_text(("\n" if "column" in ending else ",").join(map(str, H)) + "\n")
    source = "0.5,-1" if ending == "typed" else path
    found = ran(tmp_path, "--state", f"h={source}", "--state", "c=0.25,2")
    truth = run(LSTM, {n: found[n] for n in LSTM.parameters}, found["x"], {"h": H, "c": C})
    np.testing.assert_array_equal(found["h_prev"][0], H)
    np.testing.assert_array_equal(found["h"], truth["h"])


def test_a_run_starts_where_a_saved_one_ended(tmp_path):
    whole = ran(tmp_path, "--input", "1,0,2,0.5")
    ran(tmp_path, "--input", "1,0")
    (tmp_path / "run.npz").rename(tmp_path / "a.npz")
    second = ran(tmp_path, "--input", "2,0.5", "--state", f"{tmp_path}/a.npz")
    np.testing.assert_allclose(second["c"], whole["c"][2:], rtol=1e-15)


def test_a_layer_of_a_model_starts_where_it_is_told(tmp_path):
    layers = [
        Recurrent(Direction(LSTM, LSTM.start(k, 2, 0)), name=n) for k, n in ((1, "a"), (2, "b"))
    ]
    Network(layers).save(tmp_path / "m.npz")
    options = "--model", f"{tmp_path}/m.npz", "--input", "1,0", "--save", f"{tmp_path}/r.npz"
    lstm_viz("step", *options, "--state", "b.c=0.25,2")
    states = {"b": {"c": np.array(C)}}
    truth = load_model(tmp_path / "m.npz").run([[1.0], [0.0]], states=states)
    np.testing.assert_array_equal(read_arrays(tmp_path / "r.npz")["h"], truth.outputs)
    assert "say which layer: a.c, a.h, b.c, b.h" in refused(*options, "--state", "c=0.25,2")


def test_gradients_start_at_a_state_too():
    given = ["gradients", "--cells", "lstm", "--hidden", "2", "--length", "5", "--json"]
    one, other = (lstm_viz(*given, *more).stdout for more in ([], ["--state", "c=0.25,2"]))
    assert one != other


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("h=1,2,3", "--state h=1,2,3: 3 numbers, but h of lstm has 1"),
        ("k=1", "no state is called 'k': there are c, h"),
        ("h=", "write NAME=FILE"),
        ("=1", "write NAME=FILE"),
        ("1", "say of which state this is (c=, h=)"),
        ("h=nowhere.csv", "nowhere.csv: No such file"),
        ("h=x,1", "No such file"),
        ("h=nan", "is not a finite number"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_in_one_line(state, said):
    assert said in refused("--state", state)


def test_a_table_of_several_rows_is_no_state(tmp_path):
    (tmp_path / "h.csv").write_text("1,2\n3,4\n")
    assert "2 rows of 2: a state is one row" in refused("--state", f"h={tmp_path}/h.csv")


def test_a_state_given_twice_is_refused():
    assert "h of lstm is given twice" in refused("--state", "h=1", "--state", "h=2")


def test_what_carries_nothing_has_no_state(tmp_path):
    (tmp_path / "flat.txt").write_text("y = W @ x + b\n")
    said = refused("--cell", f"{tmp_path}/flat.txt", "--state", "h=1")
    assert "has no state" in said
