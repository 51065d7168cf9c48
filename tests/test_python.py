"""From Python, a lecturer says by name what is wanted, and is told in one line what is wrong."""

import json
import os
import re
import sys

import numpy as np
import pytest
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

import lstm_viz
from lstm_viz import (
    CELLS,
    LSTM,
    Cell,
    Gradients,
    InputError,
    backpropagate,
    compare,
    cut,
    load_model,
    run,
)
from lstm_viz.trace import run as traced
from lstm_viz.weights.presets import PRESETS

# ---------------------------------------------------------------------------- a run by names


def same(one, other):
    return all(np.array_equal(one[name], other[name]) for name in one)


def test_numbers_in_one_row_are_one_a_step():
    weights = LSTM.start(inputs=1, hidden=2, seed=3)
    assert same(run(LSTM, weights, [0, 1, 0]), run(LSTM, weights, [[0.0], [1.0], [0.0]]))


def test_a_cell_and_its_weights_go_by_name():
    written = PRESETS["latch"]
    assert same(run("lstm", "latch"), run(LSTM, written.weights(), written.inputs))
    keras = CELLS["gru"].start(inputs=2, hidden=4, seed=7, start="keras")
    x = [[1.0, 2.0], [0.5, 3.0]]
    assert same(run("gru", "keras", x, hidden=4, seed=7), run(CELLS["gru"], keras, x))
    assert same(run("lstm", None, [0, 1]), run(LSTM, "latch", [0, 1]))
    assert same(run("lstm", None, [0, 1], hidden=3), run(LSTM, "pytorch", [0, 1], hidden=3))


def test_an_input_goes_by_the_name_that_the_command_line_has_for_it(tmp_path):
    (tmp_path / "own.csv").write_text("close\n1\n2\n")
    sine = np.sin(np.arange(24) * np.pi / 6)
    np.testing.assert_allclose(run("lstm", "latch", "sine:24").inputs[:, 0], sine, atol=1e-15)
    assert run("lstm", "latch", "0,1,0").inputs.ravel().tolist() == [0, 1, 0]
    assert run("lstm", "latch", f"@{tmp_path}/own.csv").inputs.ravel().tolist() == [1, 2]
    assert not same(run("rnn", "leaky", "noise", seed=1), run("rnn", "leaky", "noise", seed=2))


def test_weights_and_cells_are_read_from_files(tmp_path):
    (tmp_path / "mine.txt").write_text(LSTM.text)
    run(LSTM, "latch").save(tmp_path / "run.npz")
    again = run(str(tmp_path / "mine.txt"), tmp_path / "run.npz", "impulse")
    assert same(again, run(LSTM, "latch", "impulse"))


def test_a_forget_bias_is_set_whatever_the_weights_and_those_that_were_given_stay():
    weights = LSTM.start(inputs=1, hidden=2)
    before = weights["b_f"].copy()
    assert run(LSTM, weights, [1, 0], forget_bias=5).weights["b_f"].tolist() == [5, 5]
    assert np.array_equal(weights["b_f"], before)
    assert run("lstm", "keras", [1, 0], forget_bias=2).weights["b_f"].tolist() == [2]


# ---------------------------------------------------------------------------- the backward pass


def test_the_loss_goes_by_a_word():
    trace = run("lstm", "keras", "sine", hidden=3)
    ones = np.ones_like(trace["h"])
    last = ones * (np.arange(12) == 11)[:, None]
    assert same(backpropagate(trace), backpropagate(trace, {"h": last}))
    assert same(backpropagate(trace, "last"), backpropagate(trace, {"h": last}))
    assert same(backpropagate(trace, "all"), backpropagate(trace, {"h": ones}))


def test_of_a_batch_the_last_step_is_that_of_each_sequence():
    trace = run("gru", "keras", np.ones((5, 3, 1)), hidden=2)
    trace.counts = np.array([5, 2, 0])
    dh = backpropagate(trace, "last").shares("h")["loss"]
    assert np.argwhere(dh[..., 0]).tolist() == [[1, 1], [4, 0]]
    assert backpropagate(trace, "all").shares("h")["loss"][..., 0].sum(0).tolist() == [5, 2, 0]


def test_a_route_is_cut_by_its_name_and_another_after_it():
    gradients = backpropagate(run("lstm", "latch"))
    once = cut(gradients, "c_prev")
    assert np.array_equal(once["c"], cut(gradients, ["c_prev:c"])["c"])
    assert not np.array_equal(once["c"], gradients["c"])
    twice = cut(once, "h_prev")
    assert np.array_equal(twice["c"], cut(gradients, ["c_prev", "h_prev"])["c"])
    assert not twice["c_prev"].any()


# ---------------------------------------------------------------------------- figures


def images(figure, steps=12):
    """The heat maps of a figure; the scales beside them are finer."""
    arrays = [image.get_array() for axes in figure.axes for image in axes.images]
    return [each for each in arrays if each.shape[1] == steps]


def test_a_figure_shows_the_quantities_and_the_unit_that_are_asked_for():
    trace = run("lstm", "keras", "sine", hidden=4)
    figure = trace.figure(["f", "z_f"], unit=2)
    shown = images(figure)
    for image, name in zip(shown, ("f", "z_f"), strict=True):
        np.testing.assert_array_equal(image, trace[name][:, [2]].T)
    one, every = trace.figure("c"), trace.figure()
    assert len(images(one)) == 1 < len(images(every))


def test_curves_and_heat_maps_are_drawn_on_axes_that_are_there():
    trace = run("lstm", "keras", "sine", hidden=4)
    left, right = Figure().subplots(1, 2)
    assert trace.figure(["i", "f"], unit=1, ax=left) is left
    assert [line.get_label() for line in left.lines] == ["$i$", "$f$"]
    np.testing.assert_array_equal(left.lines[1].get_ydata(), trace["f"][:, 1])
    assert left.lines[1].get_xdata().tolist() == list(range(1, 13))
    gradients = backpropagate(trace)
    gradients.figure("h", ax=right)
    image = right.images[0]
    np.testing.assert_array_equal(image.get_array(), abs(gradients["h"].T))
    assert isinstance(image.norm, LogNorm)
    assert right.get_title() == r"$\partial L/\partial h$  its size, logarithmic"


def test_a_figure_shows_itself_in_a_notebook_once():
    shown = run("lstm", "latch").figure("f")
    assert isinstance(shown, Figure)
    assert shown._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["lstm", "gru", "slstm"])
def test_a_cell_is_shown_as_its_equations(name):
    shown = CELLS[name]._repr_latex_()
    assert shown.startswith("$$\\begin{aligned}")
    assert shown.count("&=") == len(CELLS[name].equations)
    assert "δ" not in shown
    assert "\\delta" not in shown
    assert shown.count("{") - shown.count("\\{") == shown.count("}") - shown.count("\\}")


def test_a_notebook_shows_all_of_it_without_a_magic(monkeypatch):
    monkeypatch.setenv("PATH", os.defpath)  # where the notebook finds its shell
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    sources = "import lstm_viz; t = lstm_viz.run('lstm')", "t.figure(t=2)", "lstm_viz.LSTM", "t"
    sources += (f"!{sys.executable} -m lstm_viz step --at 2",)  # which waits for no key
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    try:
        nbclient.NotebookClient(notebook, timeout=60).execute()
    except Exception as error:
        if "kernel" in type(error).__name__.lower():
            pytest.skip(f"no kernel here: {error}")
        raise
    printed = "".join(each.text for each in notebook.cells.pop().outputs)
    assert "step 2 of 6" in re.sub(r"\x1b\[[\d;]*m", "", printed)
    shown = [[*cell.outputs[0].data] for cell in notebook.cells[1:]]
    assert shown == [["text/plain", kind] for kind in ("image/png", "text/latex", "image/png")]


# ---------------------------------------------------------------------------- a comparison


def test_a_comparison_is_what_gradients_shows(tmp_path):
    both = compare(["rnn", "lstm"], "noise:20", hidden=3, forget_bias=[0, 5], cut="c_prev")
    assert [*both] == [
        "rnn",
        "lstm bias 0",
        "lstm bias 5",
        *[f"lstm bias {b}, cut c_prev" for b in (0, 5)],
    ]
    assert both["lstm bias 5"].trace.weights["b_f"].tolist() == [5, 5, 5]
    assert both.norms["rnn"].shape == (1, 20)
    np.testing.assert_allclose(
        both.norms["rnn"][0], np.linalg.norm(both["rnn"]["h"], axis=1), rtol=1e-12
    )
    assert both.left["rnn"][-1] == 1
    assert repr(both).startswith("Comparison(rnn, lstm bias 0")
    assert "After 19 steps" in repr(both)
    assert both._repr_mimebundle_()["image/png"].startswith(b"\x89PNG")
    assert both.figure("routes").axes
    both.save(tmp_path / "flow.json", "routes")
    told = json.loads((tmp_path / "flow.json").read_text())
    assert [flow["name"] for flow in told["flows"]] == [*both]
    assert "routes" in told["flows"][0]


def test_cells_of_ones_own_and_gradients_that_are_there_are_compared():
    leak = Cell("leak", "h = 0.9 * h_prev + W @ x")
    assert [*compare([leak, "rnn"], [0.0, 1.0, 0.0], hidden=2)] == ["leak", "rnn"]
    whole = backpropagate(run("lstm", "latch"))
    both = compare({"whole": whole, "cut": cut(whole, "c_prev")})
    assert both["whole"] is whole
    assert both.left["cut"][0] < 1e-6 < both.left["whole"][0]
    assert [*compare([whole, whole])] == ["lstm", "lstm 2"]


# ---------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    "ending", ["npz", "json", "csv", "txt", "html", "cast", "png", "svg", "gif", "webp"]
)
def test_a_record_is_saved_as_its_ending_says(tmp_path, ending, capfd):
    trace = run("lstm", "latch", [1])
    for record in (trace, backpropagate(trace)) if ending != "webp" else (trace,):
        path = tmp_path / f"{type(record).__name__}.{ending}"
        record.save(path)
        assert path.stat().st_size > 100
    assert capfd.readouterr() == ("", "")


def test_what_is_saved_is_the_run_and_gradients_bring_theirs(tmp_path):
    trace = run("lstm", "latch", [0, 1, 0])
    gradients = backpropagate(trace, {"c": np.ones((3, 1))})
    gradients.save(tmp_path / "back.json")
    told = json.loads((tmp_path / "back.json").read_text())
    assert told["values"]["f"] == trace["f"].tolist()
    assert told["gradients"]["f"] == gradients["f"].tolist()
    assert told["loss"] is None  # of which nothing but its gradient is known
    gradients.save(tmp_path / "back.txt")
    assert "given by its gradient\n" in (tmp_path / "back.txt").read_text()
    gradients.save(tmp_path / "back.npz")
    assert load_model(str(tmp_path / "back.npz")).count


def test_a_batch_is_saved_where_the_file_holds_one(tmp_path):
    trace = run("rnn", "keras", np.ones((4, 2, 1)), hidden=2)
    for ending in ("npz", "json", "png", "gif"):
        trace.save(tmp_path / f"run.{ending}")
    assert np.shape(json.loads((tmp_path / "run.json").read_text())["values"]["h"]) == (4, 2, 2)
    for ending in ("csv", "txt", "html", "cast"):
        with pytest.raises(InputError, match="one sequence"):
            trace.save(tmp_path / f"run.{ending}")


# ---------------------------------------------------------------------------- what is wrong


def latched():
    return run("lstm", "latch")


def back():
    return backpropagate(latched())


WRONG = {
    "t = 99: there are steps 0 to 5": lambda: latched().figure(t=99),
    "t = 1.5: there are steps": lambda: back().figure(t=1.5),
    "unit = 9: there is only unit 0": lambda: latched().figure(unit=9),
    "unit = -1": lambda: latched().save("x.gif", unit=-1),
    "no theme is called 'neon': there are light, dark": lambda: latched().figure(theme="neon"),
    "no theme is called 'drak': did you mean 'dark'": lambda: back().figure(t=1, theme="drak"),
    "no theme is called": lambda: latched().save("x.png", theme="neon"),
    "'ff' is not recorded: did you mean 'f'": lambda: latched()["ff"],
    "'zf' is not recorded: did you mean 'z_f'": lambda: latched().figure(["f", "zf"]),
    "names = 2: give names": lambda: latched().figure(2),
    "ax is int": lambda: latched().figure("f", ax=3),
    "ax takes numbers over time": lambda: latched().figure(t=1, ax=Figure().subplots()),
    "t is of one step": lambda: latched().figure("f", t=1),
    "x.doc: it does not end in one of .npz": lambda: latched().save("x.doc"),
    "cannot be written": lambda: latched().save("/no/such/place/x.png"),
    "names and t are for a picture": lambda: latched().save("x.json", t=1),
    "no cell and no file is called 'lstmm': did you mean 'lstm'": lambda: run("lstmm"),
    "no weights and no file are called 'lach': did you mean": lambda: run("lstm", "lach"),
    "'latch' do not fit rnn with 1 unit and 1 input": lambda: run("rnn", "latch", [0, 1]),
    "'latch' do not fit lstm with 2 units": lambda: run("lstm", "latch", hidden=2),
    "no sequence is called 'sin': did you mean": lambda: run("lstm", "latch", "sin"),
    "inputs, step 2: 'a' is not a number": lambda: run("lstm", "latch", "0,a"),
    "inputs are missing": lambda: run("lstm", "keras"),
    "hidden is for what is random": lambda: run(LSTM, LSTM.start(), [0.0], hidden=3),
    "seed is for what is random": lambda: run(LSTM, LSTM.start(), [0.0], seed=3),
    "x.npz: No such file": lambda: run("lstm", "x.npz", [0.0]),
    "has no forget gate": lambda: run("rnn", "leaky", [0.0], forget_bias=1),
    "'lst' is not a loss": lambda: backpropagate(latched(), "lst"),
    "no path 'c_prv': did you mean 'c_prev:c'": lambda: cut(back(), "c_prv"),
    "no line is called 'lst'": lambda: compare([back()])["lst"],
    "no part is called 'route': did you mean 'routes'": lambda: compare([back()]).figure("route"),
    "no style is called 'curve'": lambda: compare([back()]).figure(style="curve"),
    "t = 9: there are steps 0 to 5": lambda: compare([back()]).figure(t=9),
    "stands among gradients": lambda: compare(["lstm", back()]),
    "6 and 2 steps": lambda: compare([back(), backpropagate(run("lstm", "latch", [0, 1]))]),
    "loss = 'at:0'": lambda: compare(loss="at:0"),
    "seeds = 0": lambda: compare(seeds=0),
    "hold q=1: lstm has no 'q'": lambda: compare("lstm", hold="q=1"),
    "forget_bias: no forget gate in rnn": lambda: compare("rnn", forget_bias=2),
    "no start is called 'kears': did you mean 'keras'": lambda: compare("rnn", start="kears"),
    "inputs: these are not numbers in rows of equal length": lambda: run(
        "lstm", None, [[1], [1, 2]]
    ),
    "hidden = 0: give an integer from 1 on": lambda: run("lstm", hidden=0),
    "hidden = '2'": lambda: run("lstm", hidden="2"),
    "hidden = 1.5": lambda: compare("lstm", hidden=1.5),
    "seed = -1: give an integer from 0 on": lambda: run("lstm", seed=-1),
    "seed = 'x'": lambda: compare("lstm", seed="x"),
    "forget_bias: these are not numbers": lambda: run("lstm", forget_bias="x"),
    "forget_bias: this is not one number": lambda: run("lstm", forget_bias=[1, 2]),
    "weights = [1]: give a dictionary": lambda: traced(LSTM, [1], [0.0]),
    "states = 3: give a dictionary": lambda: run("lstm", "latch", states=3),
    "hold = 3: give a dictionary": lambda: run("lstm", "latch", hold=3),
    "1 is not a parameter of lstm": lambda: run("lstm", {**LSTM.start(), 1: 2}, [0.0]),
    "dtype <class 'numpy.float16'>: only": lambda: run("lstm", dtype=np.float16),
    "is not a loss: the words are": lambda: backpropagate(latched(), np.ones((6, 1))),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said_in_one_clear_line(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as error:
        WRONG[words]()
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert "--" not in str(error.value)
    assert not [*tmp_path.iterdir()]


def test_the_package_lists_what_is_public_and_nothing_else():
    assert [n for n in dir(lstm_viz) if not n.startswith("__")] == sorted(lstm_viz.__all__)
    assert all(getattr(lstm_viz, name) is not None for name in lstm_viz.__all__)
    assert isinstance(back(), Gradients)
