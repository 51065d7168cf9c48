"""What is not finite ends no export: it is null in JSON, itself in an .npz, and it is said."""

import json
import math
from io import StringIO

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz.commands.export import write_json
from lstm_viz.experiments.losses import cell_loss, model_loss
from lstm_viz.experiments.options import LossOptions
from lstm_viz.views.gradients import PARTS as VIEWS

STEP = "step --cell irnn --hidden 2 --start spectral:1e200 --input 1,1,1,1 --seed 1 --backward"
FLOWS = "gradients --cells irnn --spectral-radius 1e100 --length 9 --hidden 2 --seed 3"
PARTS = " ".join(f"--{part}" for part in VIEWS)  # each that there is


@pytest.mark.parametrize("command", [STEP, FLOWS, f"{FLOWS} {PARTS}"])
def test_what_is_not_finite_is_null_in_json_and_itself_in_npz_and_it_is_said(command, tmp_path):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    printed = lstm_viz(*command.split(), "--json")
    assert printed.exit_code == 0
    assert "null" in json.dumps(json.loads(printed.stdout, parse_constant=refuse))
    assert "some numbers are not finite: in the JSON they are null" in printed.stderr
    saved = lstm_viz(*command.split(), "--save", str(tmp_path / "run.npz"))
    assert saved.exit_code == 0
    assert "some numbers are not finite: inf and nan" in saved.stderr
    with np.load(tmp_path / "run.npz") as arrays:
        numbers = [arrays[name] for name in arrays if arrays[name].dtype.kind == "f"]
    assert not all(np.isfinite(each).all() for each in numbers)


@pytest.mark.parametrize("command", ["step --backward", f"gradients --length 9 {PARTS}"])
def test_where_all_is_finite_nothing_is_said_of_it(command, tmp_path):
    assert lstm_viz(*command.split(), "--json").stderr == ""
    saved = lstm_viz(*command.split(), "--save", str(tmp_path / "run.npz"))
    assert saved.stderr.startswith("saved")


def test_what_is_not_finite_is_null_however_deep_it_lies():
    file = StringIO()
    write_json(file, {"a": [{"b": (math.inf, 1.0)}], "c": iter([{"d": math.nan}])})
    assert json.loads(file.getvalue()) == {"a": [{"b": [None, 1.0]}], "c": [{"d": None}]}


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("target", [None, "0"])
@pytest.mark.parametrize("activation", ["linear", "sigmoid"])
def test_a_loss_reads_no_step_at_which_it_does_not_look(bad, target, activation):
    good, output = np.array([[0.25], [0.5]]), np.array([[bad], [0.5]])
    for options in (LossOptions(target), LossOptions(target, "at:2")):
        for loss in (
            lambda y, own=options: cell_loss(own, "h", y),
            lambda y, own=options: model_loss(own, y, activation),
        ):
            assert loss(output).value == loss(good).value
            assert (loss(output).gradient == loss(good).gradient).all()


def test_on_the_screens_a_number_that_is_none_is_not_drawn_as_one_that_is_not_known_yet(tmp_path):
    path = tmp_path / "ratio.txt"
    path.write_text("n = n_prev + x\nc = c_prev + x\nh = c / n")
    step = ("step", "--cell", str(path), "--input", "0,0,1", "--size", "80x24")

    def rows(at, name):
        shown = lstm_viz(*step, "--at", at).stdout.splitlines()
        return [row.split() for row in shown if row.startswith(name)]

    assert rows("2.h", "h ±")[0][-1] == "nan"
    assert rows("2.h.p", "h ±")[0][-1] == "·"
    assert rows("b1.n", "∂L/∂n ←")[0][2:4] == ["nan", "nan"]
    assert rows("b2.n", "∂L/∂n ←")[0][2:4] == ["·", "nan"]
