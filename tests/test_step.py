"""`lstm-viz step`: what it prints is what was recorded."""

import csv
import io
import json
import math
import re

import numpy as np
import pytest
from program import equations, lstm_viz, start, sweeps

from lstm_viz import CELLS, LSTM, backpropagate, run
from lstm_viz.equations.text import equation_text
from lstm_viz.files.npz import read_arrays
from lstm_viz.weights.presets import PRESETS

FUNCTIONS = {
    "tanh": math.tanh,
    "exp": math.exp,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
    "softplus": lambda v: math.log1p(math.exp(v)),
    "relu": lambda v: max(v, 0.0),
    "maximum": max,
}


def close(printed, true, digits=3):
    """Whether a printed number is the true one, rounded (or in three significant digits)."""
    return abs(printed - true) <= 0.5000001 * 10.0**-digits or math.isclose(
        printed, true, rel_tol=0.6 * 10.0 ** (1 - digits)
    )


@pytest.mark.parametrize("name", CELLS)
def test_every_printed_result_is_the_recorded_number(name):
    cell, weights = CELLS[name], CELLS[name].start(inputs=1, hidden=1, seed=0)
    trace = run(cell, weights, PRESETS["latch"].inputs)
    printed = equations(lstm_viz("step", "--cell", name, "--weights", "random", width=2000).stdout)
    assert len(printed) == len(trace)
    for t, step in enumerate(printed):
        assert list(step) == list(cell.quantities)
        for quantity, line in step.items():
            assert close(line.result, trace[quantity][t, 0]), (t, quantity, line)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("size", [[], ["--input", "1,2;-1,0.5", "--hidden", "2", "--unit", "1"]])
def test_the_numbers_put_in_come_to_the_result(name, size):
    asked = ["step", "--cell", name, "--weights", "random", "--digits", "9", *size]
    for step in equations(lstm_viz(*asked, width=2000).stdout):
        for line in step.values():
            written = line.numbers.replace("·", "*").replace("²", "**2")
            assert not re.search(r"[^-\w\s+*/().,e]", written), written
            assert float(eval(written, {}, FUNCTIONS)) == pytest.approx(line.result, abs=1e-7)


@pytest.mark.parametrize("name", CELLS)
def test_value_and_gradient_stand_side_by_side_and_the_shares_sum_to_the_gradient(name):
    cell, weights = CELLS[name], CELLS[name].start(inputs=1, hidden=1, seed=0)
    trace = run(cell, weights, PRESETS["latch"].inputs)
    dh = np.zeros_like(trace[cell.output])
    dh[-1] = 1
    gradients = backpropagate(trace, {cell.output: dh})
    asked = ["--cell", name, "--weights", "random", "--backward", "--digits", "6"]
    printed = sweeps(lstm_viz("step", *asked, width=200).stdout)
    assert len(printed) == len(trace)
    for t, step in zip(reversed(range(len(trace))), printed, strict=True):
        assert set(step) == set(trace.names)
        for quantity, (value, gradient, shares) in step.items():
            assert close(value, trace[quantity][t, 0], 6)
            assert close(gradient, gradients[quantity][t, 0], 6)
            assert sum(share for _, share in shares) == pytest.approx(gradient, abs=1e-5)


def test_what_comes_from_the_next_step_is_told_at_all_steps_but_the_last():
    text = lstm_viz("step", "--backward", "--input", "1,0,0").stdout
    assert re.findall(r"← step (\d)", text) == ["3", "3", "2", "2"]


def test_a_long_dot_product_is_written_as_a_sum_with_its_value():
    shown = lstm_viz("step", "--hidden", "8", "--unit", "3", "--digits", "6", "--at", "3").stdout
    trace = run(LSTM, LSTM.start(1, 8, 0), PRESETS["latch"].inputs)
    products = trace.weights["U_f"][3] * trace["h_prev"][2]
    (written,) = re.findall(r"z_f .*\n? .*Σ₈\(([^)]+)\)", shown)
    assert close(float(written), products.sum(), 6)
    assert "unit 3 of 0 to 7" in shown


def test_the_words_say_how_much_the_forget_gate_keeps():
    shown = lstm_viz("step").stdout
    said = re.findall(r"keeps (?:over )?([\d.]+) % of (\S+) and", shown)
    trace = run(LSTM, PRESETS["latch"].weights(), PRESETS["latch"].inputs)
    empty = int((trace["c_prev"] == 0).sum())  # nothing is kept of nothing
    assert len(said) + empty == len(trace)
    assert shown.count("The cell state was 0.000 and adds") == empty == 2
    for t, (share, before) in enumerate(said, start=empty):
        assert abs(float(share) - 100 * trace["f"][t, 0]) <= 0.1
        assert close(float(before), trace["c_prev"][t, 0])


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
@pytest.mark.parametrize("size", [[], ["--hidden", "5", "--text", "hello"], ["--cell", "slstm"]])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(width, size):
    narrow = lstm_viz("step", "--backward", *size, width=width).stdout
    wide = lstm_viz("step", "--backward", *size, width=400).stdout
    assert max(map(len, narrow.splitlines())) <= width
    numbers = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
    assert sorted(numbers.findall(narrow)) == sorted(numbers.findall(wide))


def test_results_stand_below_each_other_at_the_decimal_point():
    lines = lstm_viz("step", "--at", "2", width=80).stdout.splitlines()
    results = [line for line in lines if re.search(r"  = +-?\d+\.\d+$", line)]
    assert len(results) == 10
    assert len({line.rindex(".") for line in results}) == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp936", "latin-1", "utf-8"])
def test_any_encoding_of_the_output_will_do(encoding):
    asked = ["step", "--backward", "--hidden", "5", "--target", "1"]
    env = {"PYTHONIOENCODING": encoding, "COLUMNS": "100"}
    out, err = start(*asked, env=env).communicate()
    assert err == b""
    assert max(map(len, out.decode(encoding).splitlines())) <= 100
    assert "?" not in out.decode(encoding)


def test_json_holds_the_run_in_full():
    data = json.loads(lstm_viz("step", "--backward", "--json").stdout)
    trace = run(LSTM, PRESETS["latch"].weights(), PRESETS["latch"].inputs)
    gradients = backpropagate(trace, {"h": [[0.0]] * 5 + [[1.0]]})
    assert data["cell"] == "lstm"
    assert data["loss"] == trace["h"][-1, 0]
    assert data["equations"] == [equation_text(each) for each in LSTM.equations]
    assert data["backward"] == [str(each) for each in LSTM.backward]
    for name in trace.names:
        assert data["values"][name] == trace[name].tolist()
        assert data["gradients"][name] == gradients[name].tolist()
        parts = [np.array(e["values"]) for e in data["edges"] if e["to"] == name]
        np.testing.assert_allclose(sum(parts), gradients[name], atol=1e-15)
    for name, array in gradients.weights.items():
        assert data["weight_gradients"][name] == array.tolist()
        assert data["weights"][name] == trace.weights[name].tolist()


def test_json_without_backward_holds_values_only():
    data = json.loads(lstm_viz("step", "--json").stdout)
    assert list(data) == ["version", "cell", "equations", "backward", "weights", "inputs", "values"]


def test_csv_has_a_row_a_step_and_a_column_a_unit():
    shown = lstm_viz("step", "--hidden", "2", "--backward", "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(shown)))
    trace = run(LSTM, LSTM.start(1, 2, 0), PRESETS["latch"].inputs)
    assert [int(row["step"]) for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [float(row["c[1]"]) for row in rows] == trace["c"][:, 1].tolist()
    assert float(rows[-1]["dh[0]"]) == 1.0
    assert "x" in rows[0]


def test_a_saved_run_is_the_run_and_its_weights_can_be_given_back(tmp_path):
    path = str(tmp_path / "run.npz")
    assert lstm_viz("step", "--hidden", "3", "--backward", "--save", path).exit_code == 0
    saved, trace = read_arrays(path), run(LSTM, LSTM.start(1, 3, 0), PRESETS["latch"].inputs)
    for name in trace.names:
        np.testing.assert_array_equal(saved[name], trace[name])
    assert saved["dW_f"].shape == (3, 1)
    again = json.loads(lstm_viz("step", "--weights", path, "--json").stdout)
    assert again["values"]["h"] == trace["h"].tolist()


@pytest.mark.parametrize("ending", ["json", "csv", "txt"])
def test_a_saved_file_holds_what_is_printed(tmp_path, ending):
    path = tmp_path / f"run.{ending}"
    assert lstm_viz("step", "--save", str(path)).exit_code == 0
    asked = [] if ending == "txt" else [f"--{ending}"]
    assert path.read_text(encoding="utf-8") == lstm_viz("step", *asked, width=120).stdout
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_gomez_brings_inputs_and_targets_and_a_loss_at_every_step():
    data = json.loads(lstm_viz("step", "--weights", "gomez", "--backward", "--json").stdout)
    h = np.array(data["values"]["h"])
    assert data["inputs"] == [[1, 2], [0.5, 3]]
    assert data["loss"] == pytest.approx(((h - [[0.5], [1.25]]) ** 2).sum() / 2)
    assert (
        "½ (h - target)² at every step"
        in lstm_viz("step", "--weights", "gomez", "--backward").stdout
    )


@pytest.mark.parametrize(
    ("asked", "dh"),
    [
        (["--backward"], lambda h: [0, 0, 1]),
        (["--backward", "--loss-at", "all"], lambda h: [1, 1, 1]),
        (["--target", "0.5"], lambda h: [0, 0, h[2] - 0.5]),
        (["--target", "0.5", "--loss-at", "all"], lambda h: h - 0.5),
        (["--target", "1,2,3", "--loss-at", "all"], lambda h: h - [1, 2, 3]),
    ],
)
def test_the_loss_is_the_one_that_was_asked_for(asked, dh):
    data = json.loads(lstm_viz("step", "--input", "1,0,0", "--json", *asked).stdout)
    h = np.array(data["values"]["h"])[:, 0]
    (given,) = [e["values"] for e in data["edges"] if e["from"] == "loss"]
    np.testing.assert_allclose(np.array(given)[:, 0], dh(h))


@pytest.mark.parametrize(
    ("asked", "inputs"),
    [
        (["--input", "0,1,-2.5e-1"], [[0], [1], [-0.25]]),
        (["--input", "1,2;0.5,3"], [[1, 2], [0.5, 3]]),
        (["--input", "0;1"], [[0], [1]]),
        (["--input", "impulse:3"], [[1], [0], [0]]),
        (["--input", "square:5"], [[1], [1], [1], [1], [-1]]),
        (["--text", "aba"], [[1, 0], [0, 1], [1, 0]]),
    ],
)
def test_the_input_is_the_one_that_was_asked_for(asked, inputs):
    assert json.loads(lstm_viz("step", *asked, "--json").stdout)["inputs"] == inputs


@pytest.mark.parametrize("name", ["impulse", "echo", "sine", "damped-sine", "square", "noise"])
def test_a_named_sequence_is_the_same_for_the_same_seed(name):
    one, other = (lstm_viz("step", "--input", f"{name}:9", "--csv").stdout for _ in range(2))
    assert one == other
    assert len(one.splitlines()) == 10


TABLE = "day,open,close\n2024-01-01,1,2\n2024-01-02,3,4\n"


@pytest.mark.parametrize(
    ("columns", "inputs"),
    [
        ([], [[1, 2], [3, 4]]),
        (["--column", "close"], [[2], [4]]),
        (["--column", "3", "--column", "open"], [[2, 1], [4, 3]]),
        (["--column", "close,open"], [[2, 1], [4, 3]]),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_of_a_file_are_chosen_by_name_or_number(tmp_path, columns, inputs, separator):
    path = tmp_path / "prices.csv"
    path.write_text("\ufeff" + TABLE.replace(",", separator), encoding="utf-8")
    asked = ["step", "--input", f"@{path}", *columns]
    assert json.loads(lstm_viz(*asked, "--json").stdout)["inputs"] == inputs
    if not columns:
        assert "open, close; 2024-01-01 to 2024-01-02" in " ".join(
            lstm_viz(*asked, width=200).stdout.split()
        )


@pytest.mark.parametrize("given", ["0,1,0\n", "0\n1\n\n0\n", "n\n0\n1\n0\n", "0;1;0"])
def test_numbers_are_read_from_standard_input(given):
    shown = lstm_viz("step", "--input", "-", "--json", given=given).stdout
    assert json.loads(shown)["inputs"] == [[0], [1], [0]]


def test_the_forget_bias_is_set_and_said():
    data = json.loads(lstm_viz("step", "--forget-bias", "-1", "--json").stdout)
    assert data["weights"]["b_f"] == [-1.0]
    assert "forget bias -1" in lstm_viz("step", "--forget-bias", "-1").stdout


def test_a_users_cell_works_as_well_as_the_lstm(tmp_path):
    path = tmp_path / "leaky.txt"
    path.write_text("# mine\nh = sigmoid(b_f) * h_prev + W @ x   # memory: a leaky sum\n")
    shown = lstm_viz("step", "--cell", str(path), "--backward").stdout
    assert "The memory keeps" in shown
    assert "∂L/∂h * sigmoid(b_f)" in shown


def test_a_number_that_is_not_finite_is_said_with_its_step(tmp_path):
    path = tmp_path / "cell.txt"
    path.write_text("h = exp(W @ x + U @ h_prev)")
    asked = ["step", "--cell", str(path), "--input", "1,9000,9000,9000"]
    shown, data = lstm_viz(*asked), lstm_viz(*asked, "--json")
    assert "h is not a finite number from step" in shown.stdout
    assert None in np.array(json.loads(data.stdout)["values"]["h"]).ravel().tolist()
    assert (shown.stderr, data.stderr) == (
        "",
        "some numbers are not finite: in the JSON they are null\n",
    )


@pytest.mark.parametrize(
    "asked",
    [["--input", "1,-2,0,3"], ["--hidden", "2", "--input=-11.5,1;0,-1.5;0,1", "--seed", "98"]],
)
def test_a_gradient_that_is_only_rounding_is_0_in_every_line(asked):
    """Also where it is put into the next line, and summed over the steps for a weight."""
    random = ["--cell", "slstm", "--weights", "random"]
    shown = lstm_viz("step", *random, *asked, "--backward").stdout
    assert "stabiliser" in shown
    assert not re.findall(r"\S*e-1[5-9]", shown)


def test_what_goes_back_is_a_part_only_where_no_other_unit_adds_to_it():
    several = lstm_viz(
        *["step", "--cell", "gru", "--hidden", "3", "--input", "sine:4", "--backward", "--at", "2"]
    ).stdout
    assert "; before this step it is " in several
    assert "goes back" not in several
    for one in ("step --cell gru --backward --at 3", "step --hidden 3 --input sine:4 --backward"):
        assert " goes back to " in lstm_viz(*one.split()).stdout


def test_a_unit_beyond_the_steps_has_all_its_numbers():
    said = lstm_viz("step", "--hidden", "3", "--input", "1", "--at", "1.c.u2").stdout
    assert all(re.search(rf"^[ ▸] {name} +=", said, flags=re.M) for name in "ifgoch")


def test_a_number_that_is_squared_has_no_brackets_where_it_is_positive():
    said = lstm_viz("step", "--weights", "gomez", "--backward").stdout
    assert "0.8178²" in said
    assert "0.8498²" in said


def test_the_share_that_goes_back_is_said_where_there_is_one():
    said = lstm_viz("step", "--weights", "gomez", "--backward").stdout
    assert "-0.06189 goes back to step 1 (87.0 %)." in said


def test_beside_another_cell_what_something_held_has_changed_has_a_star():
    asked = ("step", "--weights", "latch", "--beside", "rnn", "--at", "1.c.x")
    assert "*" not in lstm_viz(*asked).stdout
    held = lstm_viz(*asked, "--hold", "x=1@1").stdout
    assert re.search(r"^c .*\*", held, flags=re.M)
