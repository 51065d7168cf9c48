"""The gradient over two weights: the cliff of Pascanu, Mikolov & Bengio 2013, and descent there."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from program import ROOT, lstm_viz

from lstm_viz import InputError, over_weights
from lstm_viz.pictures.kinds import Landscape, Text, Way
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import largest
from lstm_viz.problems import descent, landscape, read_problem
from lstm_viz.terminal.paper import Paper, lines

CLIFF = read_problem("cliff")


def by_hand(w, b, steps=50):
    """(error, its complex-step slope by w and b) of s = w σ(s_prev) + b from 0.5 on."""

    def error(w, b):
        s = 0.5
        for _ in range(steps):
            s = w / (1 + np.exp(-s)) + b
        return (1 / (1 + np.exp(-s)) - 0.7) ** 2

    tiny = 1e-30
    slopes = error(w + tiny * 1j, b).imag / tiny, error(w, b + tiny * 1j).imag / tiny
    return error(w, b), np.hypot(*slopes)


def test_every_place_has_the_gradient_of_a_run_of_its_own():
    found = landscape(CLIFF, (7, 5))
    assert found.norms.shape == (5, 7)
    for row, b in enumerate(found.y):
        for column, w in enumerate(found.x):
            error, norm = by_hand(w, b)
            assert found.losses[row, column] == pytest.approx(error, rel=1e-10)
            assert found.norms[row, column] == pytest.approx(norm, rel=1e-7)


def test_the_cliff_is_as_high_and_as_narrow_as_measured():
    box = {"w": np.array([4.5, 5.5]), "b": np.array([-2.8, -2.0])}
    found = landscape(replace(CLIFF, over=box), 201)
    assert found.largest == pytest.approx(1776.1, abs=0.05)
    assert found.steepest == pytest.approx((4.845, -2.516))
    assert found.median == pytest.approx(0.1049, abs=1e-4)
    assert np.percentile(found.norms, 99) == pytest.approx(0.3922, abs=1e-4)


def test_plain_descent_is_thrown_and_clipped_descent_is_not():
    plain, clipped = (descent(CLIFF, 0.1, clip) for clip in (None, 0.5))
    assert plain.farthest > 1
    assert plain.losses[-1] > 2 * plain.losses[0]
    assert clipped.farthest <= 0.05 * (1 + 1e-12)
    assert clipped.norms.max() > 10
    assert clipped.acted == (clipped.norms[:-1] > 0.5).sum() > 0
    assert min(clipped.losses[-10:]) < clipped.losses[0]


def test_a_step_is_the_rate_times_the_gradient():
    found = descent(CLIFF, 0.1, updates=3)
    (w, b), losses = found.places[0], found.losses
    assert (w, b) == (5.0, -2.4)
    assert losses[0] == pytest.approx(by_hand(w, b)[0])
    steps = np.linalg.norm(np.diff(found.places, axis=0), axis=1)
    assert steps == pytest.approx(0.1 * found.norms[:3])
    assert (found.updates, len(losses)) == (3, 4)


def test_a_loss_with_a_target_at_every_step_is_that_of_the_problem(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'title = "t"\nequations = "h = tanh(w * x + u * h_prev)"\ninput = [1, 0.5]\n'
        'target = [0.5, 0.25]\nloss_at = "all"\nask = ["dw", "du", "loss"]\n'
        "[weights]\nw = 0.5\nu = 2\n[over]\nw = [0.5, 1]\nu = [2, 3]\n"
    )
    found = landscape(read_problem(str(path)), 2)
    told = lstm_viz("step", "--problem", str(path), "--json").stdout
    answers = json.loads(told)["answers"]
    assert found.losses[0, 0] == pytest.approx(answers["loss"][0])
    assert found.norms[0, 0] == pytest.approx(np.hypot(answers["dw"][0], answers["du"][0]))


def test_a_descent_that_leaves_the_numbers_ends_there_and_says_so(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'title = "t"\nequations = "h = w * h_prev + b"\ninput = [0, 0, 0]\ntarget = 0\n'
        'ask = ["dw"]\n[weights]\nw = 3\nb = 1\n[over]\nw = [1, 3]\nb = [0, 1]\n'
    )
    found = descent(read_problem(str(path)), rate=10.0)
    assert found.stopped
    assert found.updates < 100
    asked = "problem", str(path), "--landscape", "--rate", "10"
    said = " ".join(lstm_viz(*asked).stdout.split())
    assert said.count("the gradient is no longer a finite number") == 1  # the clipped one goes on
    assert f"plain: {found.updates} updates" in said


@pytest.mark.parametrize("name", ["gomez", "geometric"])
def test_a_problem_without_two_numbers_to_vary_is_refused(name):
    with pytest.raises(InputError, match=name):
        landscape(read_problem(name))


# ---------------------------------------------------------------------------- on the screen


def test_a_narrow_cliff_is_seen_in_every_size():
    values = np.full((90, 70), 1e-3)
    values[41, 23] = 1.0
    for rows, columns in ((5, 3), (13, 7), (90, 70), (97, 211)):
        found = largest(values, rows, columns)
        assert found.shape == (rows, columns)
        assert found.max() == 1.0


def test_ways_stand_where_they_were():
    way = Way(Text("plain"), np.array([0.0, 9.0, 40.0]), np.array([9.0, 0.0, 4.0]), "p")
    x = np.arange(10.0)
    picture = Landscape((), x, x, np.full((10, 10), 0.5), (way,), "w", "b")
    rows = [row.plain for row in lines(picture, Paper(40, height=14))]
    field = [row.partition("│")[2] for row in rows if "│" in row]
    assert field[0].startswith("p")
    assert field[-1].rstrip().endswith("p")
    assert sum(row.count("p") for row in field) == 4  # two places, and `p plain` beside them


def test_what_is_said_are_the_numbers_of_the_run():
    said = " ".join(lstm_viz("problem", "cliff", "--landscape", "--updates", "20").stdout.split())
    plain, clipped = (descent(CLIFF, 0.1, clip, 20) for clip in (None, 0.5))
    assert "Largest gradient drawn: 1776, at w = 4.845, b = -2.516" in said
    assert f"plain: 20 updates from loss 0.03300 to {numeral(plain.losses[-1])};" in said
    assert re.search(rf"clipped to a norm of 0.5 at {clipped.acted} updates?\.", said)


def test_json_and_pictures_are_saved(tmp_path):
    files = [tmp_path / name for name in ("cliff.png", "cliff.svg", "cliff.json", "cliff.txt")]
    ways = [each for file in files for each in ("--save", str(file))]
    assert lstm_viz("problem", "cliff", "--landscape", *ways).exit_code == 0
    assert all(file.stat().st_size > 1000 for file in files)
    data = json.loads(files[2].read_text())
    assert np.shape(data["norms"]) == (len(data["y"]), len(data["x"]))
    assert [each["clip"] for each in data["descents"]] == [None, 0.5]
    np.testing.assert_allclose(data["norms"], landscape(CLIFF).norms)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("cliff", "--rate", "1"), 2, "--rate is for --landscape"),
        (("cliff", "--save", "x.png"), 2, "--save is for --landscape"),
        (("cliff", "--landscape", "--answers"), 2, "--answers and --landscape: give only one"),
        (("cliff", "--landscape", "--theme", "dark"), 2, "--theme is for saved pictures"),
        (("cliff", "--landscape", "--json", "--save", "x.json"), 2, "give only one of them"),
        (("--landscape",), 2, "--landscape needs a name: lstm-viz problem cliff --landscape"),
        (("gomez", "--landscape"), 3, "gomez: a landscape is of one unit"),
        (("geometric", "--landscape"), 3, "geometric: over: it has 0 weights"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(asked, code, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = lstm_viz("problem", *asked)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("w = [4, 4]", "over: w: write two numbers, the lower one first"),
        ("w = 4", "over: w: write two numbers"),
        ("v = [1, 2]", "over: 'v' is not a parameter"),
    ],
)
def test_wrong_ends_are_refused_with_the_key(tmp_path, line, said):
    path = tmp_path / "own.toml"
    path.write_text(CLIFF.text.replace("w = [4.4, 5.4]", line))
    with pytest.raises(InputError, match=re.escape(said)):
        read_problem(str(path))


def test_the_numbers_of_the_page_are_true():
    found = landscape(CLIFF, 401)
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    w, b = found.steepest
    assert f"{found.largest:.1f} at ({w:.3f}, {b:.3f}); {found.median:.3f}" in page


def test_python_draws_the_descents_as_the_command_does():
    shown = over_weights(CLIFF, 401, updates=20)
    drawn = [row.plain.rstrip() for row in lines(shown._picture_(), Paper(100))]
    command = lstm_viz("problem", "cliff", "--landscape", "--updates", "20", width=100).stdout
    assert len(drawn) > 16
    assert "\n".join(drawn) in "\n".join(line.rstrip() for line in command.splitlines())
    assert shown.clipped.acted == descent(CLIFF, clip=0.5, updates=20).acted
    assert shown._repr_mimebundle_()["image/png"].startswith(b"\x89PNG")
