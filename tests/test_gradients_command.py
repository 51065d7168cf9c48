"""`lstm-viz gradients`: what is printed is what was computed, and mistakes end in one line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from PIL import Image
from program import lstm_viz

from lstm_viz import CELLS, LSTM, backpropagate, measures, run, save_weights
from lstm_viz.experiments import compare
from lstm_viz.experiments.options import USUAL, CellOptions, GradientOptions, InputOptions
from lstm_viz.figure.layout import Drawing
from lstm_viz.measures import GONE
from lstm_viz.pictures.alt_text import plain
from lstm_viz.pictures.kinds import Curves, Grid, Text
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.pictures.numerals import numeral
from lstm_viz.terminal import Paper, lines
from lstm_viz.views.gradients import PARTS, chain
from lstm_viz.views.gradients import sweep as view
from lstm_viz.views.gradients.chain import Moment
from lstm_viz.views.gradients.lines import labels, share
from lstm_viz.views.gradients.look import Look
from lstm_viz.views.gradients.verdicts import conclusion, outcome

SMALL = ("--length", "20", "--hidden", "4")
THREE = "rnn", "lstm", "gru"
CELLS_OF_4 = tuple(CellOptions(name, hidden=4) for name in THREE)
ASKED = GradientOptions(CELLS_OF_4, InputOptions(length=20))


def printed(*options: str, width: int = 80) -> str:
    answer = lstm_viz("gradients", *SMALL, *options, width=width)
    assert answer.exit_code == 0, answer.stderr
    return answer.stdout


def data(*options: str) -> dict:
    return json.loads(printed("--json", *options))


def truth(name: str, seed: int = 0, **options) -> np.ndarray:
    """The norms, straight from `run` and `backpropagate`."""
    cell = CELLS[name]
    x = np.random.default_rng(seed).standard_normal((20, 1))
    trace = run(cell, cell.start(1, 4, seed, **options), x)
    loss = np.zeros((20, 4))
    loss[-1] = 1
    gradients = backpropagate(trace, {"h": loss})
    return np.linalg.norm(gradients["c" if name == "lstm" else "h"], axis=1)


def test_the_numbers_are_those_of_the_run():
    for flow in data("--cells", "rnn,lstm,gru")["flows"]:
        norms = truth(flow["name"])
        np.testing.assert_allclose(flow["norms"][0], norms, rtol=1e-12)
        np.testing.assert_allclose(flow["left"], norms / norms[-1], rtol=1e-12)


def test_the_sentences_are_true_of_the_run():
    text = printed("--cells", "rnn,lstm,gru")
    for name in THREE:
        norms = truth(name)
        (left,) = re.findall(
            rf"^{name}(?:, . ≈ .*)?: after 19 steps (\S+) of the\s+gradient", text, flags=re.M
        )
        assert float(left) == pytest.approx(norms[0] / norms[-1], rel=5e-3, abs=5e-4)


def test_the_half_lives_that_are_said_are_those_of_the_units():
    weights = LSTM.start(1, 4, 0, forget_bias=3.0)
    trace = run(LSTM, weights, np.random.default_rng(0).standard_normal((20, 1)))
    lives = sorted(np.log(0.5) / np.log(trace["f"]).mean(axis=0))
    text = " ".join(printed("--cells", "lstm", "--forget-bias", "3").split())
    said = re.search(r": (\S+) steps in the median unit, (\S+) steps in the slowest", text)
    middle, longest = map(float, said.groups())
    assert min(abs(middle - life) for life in lives[1:3]) < 0.05
    assert longest == pytest.approx(lives[-1], rel=5e-3)


def test_a_unit_that_forgets_at_once_is_not_said_to_last_no_steps(tmp_path):
    path = tmp_path / "a.npz"

    def said(*biases):
        save_weights(path, LSTM.start(1, 3, 0) | {"b_f": np.array(biases)})
        asked = "gradients", "--cells", "lstm", "--length", "9", "--trained", str(path)
        return " ".join(lstm_viz(*asked).stdout.split())

    assert re.search(r": [1-9]\S* steps in the median unit", said(-800.0, 2.0, 2.0))
    assert "less than one step in the median unit" in said(-800.0, -800.0, 2.0)


def test_a_gradient_too_small_for_all_its_digits_is_not_given_with_some():
    flow = replace(compare(ASKED).flows[0], profiles=np.array([[5e-324, 1.0]]))
    said = "".join(each.text for each in outcome(flow, ENGLISH) if isinstance(each, Text))
    assert said == "after 1 step less than  of the gradient remains"


def test_seeds_give_a_median_and_a_band():
    flow = data("--seeds", "5", "--cells", "lstm")["flows"][0]
    each = np.array([truth("lstm", seed) for seed in range(5)])
    np.testing.assert_allclose(flow["norms"], each, rtol=1e-12)
    np.testing.assert_allclose(flow["left"], np.median(each / each[:, -1:], axis=0), rtol=1e-12)
    assert "the median of 5 runs" in printed("--seeds", "5")


def test_it_is_said_in_how_many_runs_the_verdict_is_the_same():
    radii = ("--cells", "lstm,rnn", "--spectral-radius", "1.2", "--seeds", "5")
    text = " ".join(printed(*radii).split())
    for flow in data(*radii)["flows"]:
        norms = np.array(flow["norms"])
        words = Counter(measures.verdict(each / each[-1]) for each in norms)
        if words[flow["verdict"]] == 5:
            assert f": it {flow['verdict']} (in all 5 runs)" in text
        else:
            counts = re.search(rf"in the median it {flow['verdict']} \(of 5 runs: (.*?)\)", text)[1]
            assert sorted(map(int, re.findall(r"\d+", counts))) == sorted(words.values())


@pytest.mark.parametrize("cell", CELLS)
def test_the_beads_and_the_curves_are_of_the_same_numbers(cell):
    flows = compare(GradientOptions((CellOptions(cell, 4),), InputOptions(length=12)))
    _, beads, curves, _ = chain.picture(flows).parts
    np.testing.assert_array_equal(beads.values[0], flows.flows[0].left)
    np.testing.assert_array_equal(curves.curves[0].values, flows.flows[0].left)
    assert curves.curves[0].note == numeral(float(flows.flows[0].left[0]))


def test_where_nothing_is_asked_for_an_lstm_with_its_gate_held_open_stands_beside_the_others():
    rnn, lstm, held = json.loads(lstm_viz("gradients", "--json").stdout)["flows"]
    assert [each["name"] for each in (rnn, lstm, held)] == ["rnn", "lstm", "lstm bias 5"]
    assert rnn["verdict"] == lstm["verdict"] == "vanishes"
    assert held["left"][0] > 0.1
    text = lstm_viz("gradients").stdout
    assert text.startswith("After 99 steps the gradient is gone in rnn and in lstm, f ≈ 0.50.")
    assert f"It arrives in lstm, f ≈ 0.99 ({numeral(held['left'][0])})." in text


def test_the_conclusion_follows_the_run():
    text = printed("--cells", "lstm", "--forget-bias", "5,-5")
    assert text.startswith("After 19 steps the gradient is gone in lstm, f ≈ 0.01.")
    assert "arrives in lstm, f ≈ 0.99" in text
    many = printed("--cells", "rnn,lstm,gru", "--forget-bias", "0,-5")
    assert "gone in rnn, in lstm, f ≈ 0.01 and in gru, z ≈" in many
    assert "Little of it arrives in lstm, f ≈ 0.5" in many
    grown = printed("--cells", "rnn,irnn", "--spectral-radius", "4", "--input", "impulse")
    assert "has grown in irnn radius 4" in grown


def test_the_words_judge_one_loss_and_say_so():
    every, last = (data("--loss", each)["flows"] for each in ("all", "last"))
    assert [flow["verdict"] for flow in every] == [flow["verdict"] for flow in last]
    assert every[0]["left"][0] > last[0]["left"][0]
    text = " ".join(printed("--loss", "all").split())
    assert "This holds for the loss at the last step" in text
    assert "Gradient remaining" not in text


def test_a_line_is_called_by_what_its_gate_kept_in_this_run():
    flows = compare(replace(ASKED, cells=(CellOptions("lstm", 4, forget_bias=3.0),)))
    mean = np.exp(np.log(flows.flows[0].trace["f"]).mean())
    assert labels(flows) == [f"lstm, f ≈ {mean:.2f}"]
    assert share(0.9996) == "0.9996"
    same = tuple(CellOptions("lstm", 4, forget_bias=bias) for bias in (5.0, 5.001))
    assert len(set(labels(compare(replace(ASKED, cells=same))))) == 2


def test_a_line_keeps_its_stroke_whatever_stands_beside_it():
    def drawn(*cells):
        flows = compare(replace(ASKED, cells=cells))
        found = view.curves(flows, None, ENGLISH).curves
        return {curve.name.text: (curve.stroke, curve.strength) for curve in found}

    rnn, half, held = (
        CellOptions("rnn", 4),
        CellOptions("lstm", 4),
        CellOptions("lstm", 4, forget_bias=5.0),
    )
    assert drawn(rnn, half, held) == drawn(held, half, rnn)
    assert len(set(drawn(rnn, half, held).values())) == 3


def test_no_two_cells_that_are_compared_have_the_same_stroke(tmp_path):
    own = [tmp_path / f"own{k}.txt" for k in range(4)]
    for path in own:
        path.write_text("h = tanh(W @ x + U @ h_prev)")
    names = (*map(str, own), "lstm", "rnn")
    for order in (names, names[::-1]):
        flows = compare(replace(ASKED, cells=tuple(CellOptions(each, 4) for each in order)))
        found = {c.name.text: c.stroke for c in view.curves(flows, None, ENGLISH).curves}
        assert len(set(found.values())) == len(found) == 6
        assert found["rnn"] == "dashed"


def test_several_forget_biases_are_a_line_each():
    names = [f["name"] for f in data("--cells", "rnn,lstm", "--forget-bias", "0,5")["flows"]]
    assert names == ["rnn", "lstm bias 0", "lstm bias 5"]
    flow = data("--cells", "lstm", "--forget-bias", "5")["flows"][0]
    np.testing.assert_allclose(flow["norms"][0], truth("lstm", forget_bias=5.0), rtol=1e-12)


def test_a_spectral_radius_is_that_of_the_weights():
    flow = data("--cells", "rnn", "--spectral-radius", "1.5")["flows"][0]
    np.testing.assert_allclose(flow["norms"][0], truth("rnn", start="spectral:1.5"), rtol=1e-12)


def test_the_loss_at_a_step_reaches_no_later_one():
    flow = data("--loss", "at:7")["flows"][0]
    assert flow["norms"][0][6] > 0
    assert not any(flow["norms"][0][7:])
    assert flow["left"][6] == 1


def test_the_ledger_says_of_how_many_losses_it_speaks():
    assert "1 % of this loss's gradient remains" in printed("--ledger", "--loss", "last")
    assert "(median of 20)" in printed("--ledger", "--loss", "all")


def test_of_a_ledger_that_explodes_every_loss_is_on_the_scale(tmp_path):
    (tmp_path / "boom.txt").write_text("h = 3 * h_prev + W @ x\n")
    text = printed("--cells", str(tmp_path / "boom.txt"), "--ledger", "--length", "60")
    low, high = re.search(r"t, k +(\S+) .* (\S+)$", text, re.M).groups()
    assert float(low) <= 1 < 1e28 <= float(high)  # the last loss is 3**59 at the first step


def test_a_route_is_said_to_go_straight_or_through_what_it_goes_through():
    text = printed("--cells", "gru", "--routes")
    assert re.findall(r"^(\S+(?: → \S+)+) .*  (direct.*|through.*)", text, re.M) == [
        ("h → h", "direct, times z"),
        ("h → z_r → h", "through h_prev into the reset gate"),
        ("h → z_z → h", "through h_prev into the update gate"),
        ("h → z_n → h", "through h_prev into the candidate"),
    ]


def test_the_table_has_every_path_by_which_the_gradient_comes_back_and_calls_it_as_the_figure():
    flows = compare(ASKED)
    for k, flow in enumerate(flows.flows[1:], 1):
        bars, _, _, areas = PARTS["routes"].closely(flows, k, Look(120)).parts
        listed = {bar.name.text: bar.value for bar in bars.bars}
        drawn = {part.name.text for part in areas.parts} - {"loss"}
        assert len(drawn) == {"lstm": 5, "gru": 4}[flow.cell.name]
        assert drawn < set(listed)
        beyond = ["h → z_o → h"] if flow.cell.name == "lstm" else []
        assert [n for n, value in listed.items() if value == 0] == beyond
        keys = PARTS["routes"].table(flow)
        assert {f"routes/{route}" for route in measures.routes(flow.cell)[:4]} < set(keys)


def test_a_path_ends_in_the_state_that_is_asked_about_where_it_reaches_it():
    for name, end in (("z_i", "c"), ("z_o", "h")):
        assert measures.arrives(CELLS["slstm"], measures.Route(name, "h_prev"), "c") == end
    assert measures.arrives(CELLS["slstm"], measures.Route("z_i", "h_prev"), "h") == "h"


def test_a_cut_is_called_by_the_path_that_it_cuts():
    flows = data("--cells", "lstm", "--forget-bias", "5", "--length", "9", "--cut", "z_f")["flows"]
    assert [flow["setting"] for flow in flows] == ["bias 5", "bias 5, cut h_prev:z_f"]


@pytest.mark.parametrize(
    ("cell", "gate", "ways"),
    [
        ("lstm", "f", "c_prev:c or h_prev:z_f"), ("lstm", "i", "h_prev:z_i"),
        ("gru", "z", "h_prev:h or h_prev:z_z"), ("minlstm", "k", "h_prev:h"),
    ],
)  # fmt: skip
def test_a_gate_is_not_a_path_so_it_is_not_cut_but_its_paths_are_named(cell, gate, ways):
    answer = lstm_viz("gradients", "--cells", cell, "--cut", gate, "--length", "5", "--json")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert f"--cut: {gate} is not a path of {cell}: name {ways}\n" in answer.stderr
    for way in ways.split(" or "):
        assert lstm_viz("gradients", "--cells", cell, "--cut", way, "--length", "5").exit_code == 0


def test_a_cut_route_stands_beside_the_whole():
    flows = data("--cells", "rnn,lstm", "--cut", "c_prev:c")["flows"]
    assert [f["name"] for f in flows] == ["rnn", "lstm", "lstm cut c_prev:c"]
    assert flows[2]["norms"][0][0] < flows[1]["norms"][0][0]


def test_trained_weights_come_from_a_file(tmp_path):
    weights = LSTM.start(3, 4, seed=5)
    save_weights(tmp_path / "w.npz", weights)
    answer = lstm_viz(
        "gradients", "--length", "20", "--cells", "lstm", "--trained", str(tmp_path / "w.npz"),
        "--json",
    )  # fmt: skip
    trace = run(LSTM, weights, np.random.default_rng(0).standard_normal((20, 3)))
    loss = np.zeros((20, 4))
    loss[-1] = 1
    norms = np.linalg.norm(backpropagate(trace, {"h": loss})["c"], axis=1)
    np.testing.assert_allclose(json.loads(answer.stdout)["flows"][0]["norms"][0], norms)


def test_csv_has_a_row_a_step():
    rows = list(csv.reader(io.StringIO(printed("--csv"))))
    assert rows[0] == ["step", "rnn", "lstm", "lstm bias 5"]
    np.testing.assert_allclose([float(row[2]) for row in rows[1:]], truth("lstm"), rtol=1e-12)


def test_every_part_is_in_the_json_and_the_arrays(tmp_path):
    options = [f"--{part}" for part in PARTS]
    flow = data("--cells", "lstm", *options)["flows"][0]
    assert set(PARTS) <= set(flow)
    assert np.shape(flow["ledger"]) == (20, 20)
    assert {"c_prev:c", "total"} <= set(flow["routes"])
    path = tmp_path / "all.npz"
    assert (
        lstm_viz("gradients", *SMALL, *options, "--loss", "last", "--save", str(path)).exit_code
        == 0
    )
    with np.load(path) as found:
        np.testing.assert_allclose(found["lstm/memory"].shape, (20, 21))
        np.testing.assert_allclose(found["rnn/norms"][0], truth("rnn"), rtol=1e-12)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_parts_fit_the_screen(part, width):
    text = printed(f"--{part}", width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_picture_fits_the_screen(width):
    text = printed("--forget-bias", "0,1,3,5", "--seeds", "3", width=width)
    assert max(map(len, text.splitlines())) <= width


def pictures_in(picture):
    yield picture
    for part in getattr(picture, "parts", ()):
        yield from pictures_in(part)


def test_curves_of_gradients_begin_at_the_loss_on_the_right():
    flows = compare(ASKED)
    for stack in (PARTS["routes"].closely(flows, 1, Look(80)), chain.picture(flows)):
        assert all(each.from_right for each in pictures_in(stack) if isinstance(each, Curves))
    assert view.curves(flows, None, ENGLISH).from_right


@pytest.mark.parametrize("width", [60, 80, 120])
def test_strips_of_a_long_run_have_a_column_for_each_place_on_the_screen(width):
    text = printed("--length", "300", width=width).splitlines()
    (strip,) = [line for line in text if line.startswith("lstm, f ≈ 0.99") and "█" in line]
    assert width - len("1e-75") - 3 < len(strip) < width


def test_the_drawn_numbers_are_the_computed_ones():
    flows = compare(ASKED)
    _, grid, _, curves, *_ = view.picture(flows).parts
    for k, flow in enumerate(flows.flows):
        np.testing.assert_array_equal(grid.values[k], flow.left)
        np.testing.assert_array_equal(curves.curves[k].values, flow.left)


def test_the_sweep_shows_only_what_it_has_reached():
    flows = compare(ASKED)
    stack = view.picture(flows, 12)
    strips = [each for each in pictures_in(stack) if isinstance(each, Grid)]
    assert all(each.lit == (12, 20) for each in strips)
    rows = [row.plain for row in lines(stack, Paper(80)) if row.plain.startswith("lstm, f")]
    label = rows[0].index(": ") if ": " in rows[0] else 16
    assert all(not row[label : label + 12].strip() for row in rows[:2])
    assert len(list(view.frames(flows, count=10))) == len(view.backward_steps(20, 10))
    assert view.backward_steps(20, 10)[::19] == [19]
    assert view.backward_steps(20, 10)[-1] == 0


def test_a_frame_comes_back_by_its_token():
    assert "Step 5, 15 steps before the loss" in printed("--at", "5")
    assert "step 5, 15 steps before the loss" in printed("--at", "5", "--style", "chain")
    assert "Forward" in printed("--at", "f5", "--style", "chain")
    assert "the gates of lstm" in printed("--at", "gates.2")


def test_in_a_pipe_strips_are_a_ramp_of_characters():
    rows = [line for line in printed().splitlines() if line.startswith("lstm, f")]
    assert "@" in rows[0]
    assert "\033" not in rows[0]


def test_every_frame_goes_into_a_pipe_if_asked():
    assert len(re.findall(r"Step \d+, \d+ steps? before", printed("--animate"))) == 18


@pytest.mark.parametrize("name", CELLS)
def test_every_cell_has_its_picture_and_every_part(name):
    text = printed("--cells", name, *(f"--{part}" for part in PARTS), "--seeds", "2")
    assert name in text
    assert re.search(rf"^{name}.*: ", printed("--cells", name), flags=re.M)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ("--cells lstn", 2, "did you mean 'lstm'"),
        ("--cells ,", 2, "name at least one cell"),
        ("--loss at:21", 2, "the sequence has 20 steps"),
        ("--loss at:0", 2, "not last, all or at:K"),
        ("--forget-bias nan", 2, "not a finite number"),
        ("--forget-bias x", 2, "not a number"),
        ("--cells rnn --forget-bias 1", 2, "no forget gate in rnn"),
        ("--spectral-radius -1", 2, "below 0"),
        ("--cut q", 2, "no path 'q'"),
        ("--json --csv", 2, "give only one of them"),
        ("--at 21", 2, "the sequence has 20 steps"),
        ("--at routes.4", 2, "there are 3 lines"),
        ("--unit 4", 2, "there are units 0 to 3"),
        ("--theme dark", 2, "--save FILE.png"),
        ("--save x.doc", 2, "does not end in one of"),
        ("--routes --save x.gif", 2, "single picture"),
        ("--routes --save x.html", 2, "single picture"),
        ("--routes --style chain", 2, "does not apply to --routes"),
        ("--style bars", 2, "chain"),
        ("--size 640x480", 2, "--save FILE.png"),
        ("--size 641x480 --save x.gif", 2, "even numbers of pixels"),
        ("--size wide --save x.png", 2, "even numbers of pixels"),
        ("--input 1,2", 2, "--length is for a named input"),
        ("--start bad", 2, "not one of pytorch"),
        ("--cells lstm --trained none.npz --hidden 4", 2, "--hidden is for random weights"),
        ("--save nowhere/x.json", 3, "cannot be written"),
        ("--forget-bias 0,1,2,3,4,5,6,7,8,9,10,11,12", 2, "too many to tell apart"),
    ],
)
def test_mistakes_end_in_one_line(options, code, said):
    answer = lstm_viz("gradients", *SMALL, *options.split())
    assert (answer.exit_code, answer.stdout) == (code, "")
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_pictures_and_films_are_saved(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_viz.views.gradients.chain.SECOND", 4)  # frames
    for name, options in (
        ("flow.svg", ()),
        ("routes.png", ("--routes",)),
        ("flow.gif", ("--size", "640x360")),
    ):
        path = tmp_path / name
        answer = lstm_viz("gradients", "--length", "2", *options, "--save", str(path))
        assert answer.exit_code == 0, answer.stderr
        assert path.stat().st_size > 1000


@pytest.mark.parametrize("style", ["chain", "curves"])
def test_the_picture_is_the_last_frame_of_the_film(tmp_path, style, monkeypatch):
    monkeypatch.setattr("lstm_viz.views.gradients.chain.SECOND", 4)  # frames
    still, film = tmp_path / "flow.png", tmp_path / "flow.webp"
    asked = "gradients", "--length", "3", "--style", style, "--size", "320x240"
    assert lstm_viz(*asked, "--save", str(still), "--save", str(film)).exit_code == 0
    with Image.open(still) as one, Image.open(film) as moving:
        assert one.size == moving.size == (320, 240)
        moving.seek(moving.n_frames - 1)
        off = np.abs(np.asarray(one.convert("RGB")).astype(int) - moving.convert("RGB"))
    assert (off > 24).mean() < 0.01


def beads_of(picture):
    """The light of each bead as it is drawn on a dark background, in the order of the values."""
    figure = Drawing(picture, "dark").figure
    (drawn,) = (
        each
        for axes in figure.axes
        for each in axes.collections
        if isinstance(each, PathCollection) and each.get_zorder() == 3
    )
    return drawn.get_facecolors()[:, :3] @ (0.3, 0.59, 0.11)


def test_a_bead_is_as_bright_as_the_logarithm_of_what_is_left():
    flows = compare(replace(ASKED, cells=USUAL, input=InputOptions(length=60)))
    left = np.concatenate([flow.left for flow in flows.flows])
    light = beads_of(chain.picture(flows))
    dark = left <= GONE
    assert dark.any()
    assert np.ptp(light[dark]) < 1e-9
    order = np.argsort(left)
    assert (np.diff(light[order]) > -1e-9).all()
    wide = np.clip(np.log10(left[order]), -6, 0)
    assert np.corrcoef(wide, light[order])[0, 1] > 0.99


@pytest.mark.parametrize("steps", [5, 9, 13, 17, 21, 25, 60, 900])
def test_gone_is_said_of_a_line_whose_first_bead_is_dark(steps):
    """And little arrives, with its number, where a hundredth is not reached."""
    long, flows = (
        compare(replace(ASKED, cells=USUAL, input=InputOptions(length=n))) for n in (200, steps)
    )
    first = beads_of(chain.picture(flows)).reshape(len(USUAL), -1)[:, 0]
    dark = beads_of(chain.picture(long)).min()
    sentences = [plain(line) for line in conclusion(flows, ENGLISH)]
    for label, flow, light in zip(labels(flows), flows.flows, first, strict=True):
        (said,) = (sentence for sentence in sentences if label in sentence)
        assert ("gone" in said) == (light < dark + 1e-9), (said, light)
        assert ("ittle" in said) == (GONE <= flow.left[0] < 0.01), said
        assert ("gone" in said) != (f"{label} ({numeral(float(flow.left[0]))})" in said)


def test_only_the_beads_that_are_reached_are_lit():
    flows = compare(replace(ASKED, cells=USUAL))
    unlit = beads_of(chain.picture(flows, Moment(-1.0)))
    assert np.ptp(unlit) < 1e-9
    half = beads_of(chain.picture(flows, Moment(9.5, True))).reshape(3, -1)
    whole = beads_of(chain.picture(flows)).reshape(3, -1)
    np.testing.assert_allclose(half[:, :9], unlit[0])
    np.testing.assert_allclose(half[:, 10:], whole[:, 10:])
    np.testing.assert_allclose(half[:, 9], (unlit[0] + whole[:, 9]) / 2)


def test_a_picture_is_as_large_as_a_slide_unless_another_size_is_asked_for(tmp_path):
    lstm_viz("gradients", "--length", "3", "--save", str(tmp_path / "a.png"))
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (1920, 1080)


def test_a_page_holds_its_frames_and_says_the_conclusion(tmp_path):
    path = tmp_path / "flow.html"
    asked = "gradients", "--length", "5", "--size", "320x200", "--save", str(path)
    assert lstm_viz(*asked).exit_code == 0
    text = path.read_text(encoding="utf-8")
    (title,) = re.findall("<title>(.*)</title>", text)
    assert title.startswith("After 4 steps the gradient")
    said = re.findall('<img alt="([^"]*)"', text)
    assert len(said) == text.count("<figure>") == 10
    assert said[0].startswith("Forward")
    assert said[-1].replace("\n", " ") == title
    assert not re.search(r"https?:|src=\"(?!data:)|@import", text)
    assert all(key in text for key in ("ArrowLeft", "ArrowRight"))


def test_the_length_option_and_measures_agree_on_the_verdict():
    for flow in data()["flows"]:
        assert flow["verdict"] == measures.verdict(np.array(flow["left"]))


@pytest.mark.parametrize("seeds", [2, 3, 10])
def test_the_runs_that_are_counted_bear_out_what_is_said_of_them(seeds):
    flow = "gradients", "--cells", "irnn", "--length", "2", "--hidden", "1", "--seeds", str(seeds)
    said = " ".join(lstm_viz(*flow).stdout.split()).rpartition("irnn: ")[2]
    told, counts = re.search(r"in the median it \w+ \(of (\d+) runs: (.*?)\)", said).groups()
    norms = json.loads(lstm_viz(*flow, "--json").stdout)["flows"][0]["norms"]
    each = Counter(measures.verdict(np.array(run)) for run in norms)
    assert int(told) == seeds
    assert {word: int(n) for word, n in (part.split() for part in counts.split(", "))} == each


def test_the_values_of_gates_are_numbered_from_0_to_1():
    (head,) = (
        line for line in printed("--cells", "lstm", "--gates").split("\n") if line[:5] == "value"
    )
    assert head.split() == ["value", *(f"{k / 10:.1f}" for k in range(11))]
