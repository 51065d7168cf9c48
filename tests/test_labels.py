"""Steps and rows are called what the input calls them, in every picture that names them."""

import re
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz.commands.step_picture import drawn
from lstm_viz.experiments import choose, compare
from lstm_viz.experiments.options import (
    CellOptions,
    GradientOptions,
    InputOptions,
    ModelOptions,
    StepOptions,
)
from lstm_viz.figure import fonts
from lstm_viz.pictures.kinds import Curve, Curves, Grid, Text
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.views.gradients.sweep import picture
from lstm_viz.views.overview import overview

TORCH = Path(__file__).parent / "fixtures" / "torch"
HELLO = ("'h'", "'e'", "'l'", "'l'", "'o'")


@pytest.fixture
def dated(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("day,open,close\n" + "".join(f"2020-01-0{k},{k},{k * k}\n" for k in (1, 2, 3)))
    return f"@{path}"


def grids(stack):
    return [piece for piece in stack.parts if isinstance(piece, Grid)]


def pictured(**asked):
    given = StepOptions(CellOptions(hidden=2), InputOptions(**asked))
    experiment = choose(given)
    of = experiment.sequence
    return grids(overview(experiment.trace, None, of.axis, features=of.rows))


def test_rows_of_the_input_are_its_characters_and_columns_its_steps():
    first, *_, last = pictured(text="hello")
    assert [row.text for row in first.rows] == ["'e'", "'h'", "'l'", "'o'"]
    assert last.columns == HELLO


def test_rows_of_a_table_are_its_columns_and_steps_its_dates(dated):
    first, *_, last = pictured(input=dated)
    assert [row.text for row in first.rows] == ["open", "close"]
    assert last.columns == ("2020-01-01", "2020-01-02", "2020-01-03")


def test_the_sweep_of_the_gradients_has_the_same_names():
    flows = compare(GradientOptions(input=InputOptions(text="hello")))
    stack = picture(flows, 0)
    (curves,) = [piece for piece in stack.parts if isinstance(piece, Curves)]
    assert stack.in_step  # strips and curves have one axis
    assert curves.names == HELLO


def test_a_direction_from_the_end_has_its_steps_named_from_the_end(dated):
    model = ModelOptions(str(TORCH / "lstm-both.pt"), layer="lstm.backward")
    found = choose(StepOptions(input=InputOptions(dated), model=model))
    assert found.axis == ("2020-01-03", "2020-01-02", "2020-01-01")
    assert found.sequence.rows == ("open", "close")
    np.testing.assert_array_equal(found.trace.inputs[0], [3, 9])


def test_the_second_layer_has_no_names_for_what_comes_into_it(dated):
    model = ModelOptions(str(TORCH / "lstm-stacked.pt"))
    assert choose(StepOptions(input=InputOptions(dated), model=model)).sequence.rows == ()


def test_a_step_that_is_printed_says_when_it_was(dated):
    shown = lstm_viz("step", "--input", dated, "--at", "2", "--backward").stdout
    assert "step 2 of 3, 2020-01-02" in shown
    assert "backward, step 2 of 3, 2020-01-02" in shown


def test_names_that_no_font_has_are_left_to_numbers_and_that_is_told(monkeypatch, capsys):
    monkeypatch.setattr(fonts, "font_with", lambda wanted: "")
    assert drawn(("我", "爱"), ("a", "b")) == [(), ("a", "b")]
    assert capsys.readouterr().err == (
        "no installed font has the characters of 我: step numbers are shown instead\n"
    )
    assert drawn(("a", "µ"), ()) == [("a", "µ"), ()]
    assert capsys.readouterr().err == ""


def test_a_library_that_warns_is_told_in_one_line(tmp_path):
    cell = tmp_path / "\U00013000.txt"  # an Egyptian hieroglyph
    cell.write_text("h = tanh(W @ x + u_z * h_prev + b)")
    for asked in (["step", "--cell"], ["gradients", "--cells"]):
        path = tmp_path / "a.png"
        fonts._tell_missing.cache_clear()  # it is told once in a process
        shown = lstm_viz(*asked, str(cell), "--save", str(path))
        assert shown.stderr == (
            f"no installed font has all characters of this text: □ stands for those\nsaved {path}\n"
        )


@pytest.mark.parametrize("now", [None, 0.0, 7.0, 15.0, 25.0, 29.0])
@pytest.mark.parametrize("sides", [None, (4, 8)])
def test_dates_below_an_axis_never_run_into_each_other(now, sides):
    names = tuple(f"2019-01-{day:02}" for day in range(1, 31))
    picture = Curves(
        (), np.arange(30.0), (Curve(Text("a"), np.arange(30.0)),), now=now, names=names
    )
    for width in range(40, 90):
        *_, below = (row.plain for row in lines(picture, Paper(width, sides=sides)))
        assert set(re.findall(r"[\d-]+", below)) <= set(names)
        assert re.findall(r"[\d-]+", below)
