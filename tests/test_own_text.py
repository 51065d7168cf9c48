"""--model net.pt --cell mine.txt: a file's weights in a text of one's own."""

from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import LSTM, Cell, load_model, run
from lstm_viz.files.npz import read_arrays

TORCH = Path(__file__).parent / "fixtures" / "torch"
OPEN = "o = 1 + 0 * z_o"


@pytest.fixture
def mine(tmp_path):
    """An LSTM without its output gate's sigmoid."""
    path = tmp_path / "mine.txt"
    path.write_text(LSTM.text.replace("o = sigmoid(z_o)", OPEN))
    return str(path)


def test_the_weights_of_a_file_run_in_a_text(tmp_path, mine):
    asked = "--model", str(TORCH / "lstm.pt"), "--cell", mine
    shown = lstm_viz("step", *asked, "--save", str(tmp_path / "r.npz"))
    assert shown.exit_code == 0
    found, (way,) = (
        read_arrays(tmp_path / "r.npz"),
        load_model(TORCH / "lstm.pt").directions.values(),
    )
    truth = run(Cell("mine", Path(mine).read_text()), way.weights, found["x"])
    np.testing.assert_array_equal(found["h"], truth["h"])
    assert (found["o"] == 1).all()


def test_the_cell_of_a_file_in_its_own_text_changes_nothing(tmp_path):
    paths = [str(tmp_path / f"{k}.npz") for k in range(2)]
    for path, more in zip(paths, ([], ["--cell", "lstm"]), strict=True):
        lstm_viz("step", "--model", str(TORCH / "lstm-both.pt"), *more, "--save", path)
    one, other = map(read_arrays, paths)
    np.testing.assert_array_equal(one["h"], other["h"])


def test_one_direction_can_be_put_into_a_text_alone(mine):
    asked = "gradients", "--model", str(TORCH / "lstm-both.pt"), "--cell", mine
    whole = " ".join(lstm_viz(*asked).stdout.split())  # it breaks where the file's path is long
    assert "forward: its weights run in" in whole
    assert "backward: its weights run in" in whole
    alone = lstm_viz(*asked, "--layer", "lstm.backward").stdout
    assert "lstm.forward: its weights run in" not in alone


def test_what_is_missing_is_named_and_what_is_left_over_is_said(tmp_path, mine):
    model = str(TORCH / "gru.pt")
    shown = lstm_viz("step", "--model", model, "--cell", mine)
    assert shown.exit_code == 3
    assert "mine needs W_i, U_i, b_i" in shown.stderr
    (tmp_path / "less.txt").write_text("h = tanh(W_n @ x + U_n @ h_prev + b_n)")
    less = lstm_viz("step", "--model", model, "--cell", str(tmp_path / "less.txt"), width=300)
    assert "b_hn is not used by less" in less.stdout


def test_one_cell_for_a_comparison_of_cells_is_refused(mine):
    shown = lstm_viz("gradients", "--cell", mine)
    assert (shown.exit_code, "--cells names the cells" in shown.stderr) == (2, True)
