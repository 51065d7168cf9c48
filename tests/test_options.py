"""What is asked for: each option stands once, reaches its run, and leaves by the one table."""

import json
from dataclasses import fields, replace
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import figure
from lstm_viz.commands.cli import program
from lstm_viz.commands.output import ENDINGS, Output, Screen, endings, form
from lstm_viz.commands.shared_options import gather
from lstm_viz.experiments import choose, compare
from lstm_viz.experiments.one_cell import beside
from lstm_viz.experiments.options import (
    CellOptions,
    GradientOptions,
    InputOptions,
    LossOptions,
    ModelOptions,
    StepOptions,
    asked_for,
)
from lstm_viz.figure.saving import STILLS
from lstm_viz.pictures.kinds import Curves
from lstm_viz.trace.run import backpropagate
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.gradients import PARTS, chain, sweep
from lstm_viz.views.gradients.chain import LAST, Moment
from lstm_viz.views.gradients.film import At, GradientFilm, token

FIXTURES = Path(__file__).parent / "fixtures"
MODEL = str(FIXTURES / "torch" / "with-head.pth")
KINDS = (CellOptions, InputOptions, LossOptions, ModelOptions, Output, Screen)
SMALL = {"step": ("--input", "1,0", "--backward"), "gradients": ("--length", "2", "--hidden", "2")}


def names(kind):
    return [each.name for each in fields(kind)]


# ---------------------------------------------------------------------------- options


def test_a_field_stands_in_one_place():
    found = [name for kind in KINDS for name in names(kind)]
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("command", "own"),
    [
        ("step", {"hold", "problem"}),
        ("gradients", {"cells", "biases", "radii", "seeds", "cut", "hold", "problem", *PARTS}),
    ],
)
def test_every_option_of_a_command_is_read(command, own):
    known = {name for kind in KINDS for name in names(kind)} | own
    assert {option.name for option in program.commands[command].params} <= known


def test_options_are_gathered_by_name_and_what_is_open_stays_open():
    given = {"cell": "gru", "hidden": None, "target": "1", "layer": "a", "other": 3}
    found = gather(StepOptions, given)
    assert found == StepOptions(
        CellOptions("gru"), loss=LossOptions("1"), model=ModelOptions(layer="a")
    )
    assert asked_for(found.cell) == ["--cell"]
    assert asked_for(CellOptions(forget_bias=0.0)) == ["--forget-bias"]


@pytest.mark.parametrize("name", [name for name in names(ModelOptions) if name != "model"])
@pytest.mark.parametrize("ask", [choose, compare], ids=["step", "gradients"])
def test_what_is_for_a_model_is_refused_without_one(ask, name):
    kind = StepOptions if ask is choose else GradientOptions
    with pytest.raises(OptionError, match=f"--{name} needs --model FILE"):
        ask(kind(model=ModelOptions(**{name: "a"})))


@pytest.mark.parametrize("name", names(CellOptions))
def test_what_is_for_a_cell_is_refused_beside_a_model(name):
    cell = replace(CellOptions(), **{name: "gru"})
    asked = StepOptions(cell, model=ModelOptions(MODEL))
    with pytest.raises(OptionError, match=rf"--{name.replace('_', '-')} .*--model"):
        choose(asked)
    with pytest.raises(OptionError, match=r"--\w.*model"):
        compare(GradientOptions((cell,), model=ModelOptions(MODEL)))


# ---------------------------------------------------------------------------- the run


@pytest.mark.parametrize("model", [None, MODEL])
def test_an_experiment_goes_back_from_its_own_loss_when_it_is_asked(model):
    found = choose(StepOptions(input=InputOptions("1,2,3"), model=ModelOptions(model)))
    assert "gradients" not in vars(found)
    if model is None:
        again = backpropagate(found.trace, {found.cell.output: found.loss.gradient})
        np.testing.assert_array_equal(found.gradients["c"], again["c"])
    assert found.gradients is found.gradients
    assert found.gradients.trace is found.trace


def test_the_cell_beside_has_the_same_input_and_the_same_loss():
    first = choose(StepOptions(CellOptions(weights="gomez", forget_bias=2.0)))
    second = beside(first, "gru")
    assert second.sequence is first.sequence
    assert second.loss.words == first.loss.words
    assert "gomez's own target" in first.loss.words
    assert second.notes[0].startswith("forget bias 2")


def test_a_gradient_flow_is_that_of_the_step_with_the_same_options():
    cell = CellOptions("gru", hidden=3, forget_bias=1.0)
    given = InputOptions("1,0,-1,2", seed=4)
    (flow,) = compare(GradientOptions((cell,), given)).flows
    step = choose(StepOptions(replace(cell, weights="random"), given))
    np.testing.assert_array_equal(flow.gradients["h"], step.gradients["h"])


def test_flows_without_a_forget_gate_are_not_repeated_for_every_bias():
    cells = [CellOptions(name, forget_bias=b) for name in ("rnn", "lstm") for b in (0.0, 1.0)]
    found = compare(GradientOptions(tuple(cells), InputOptions(length=5)))
    assert [flow.name for flow in found.flows] == ["rnn", "lstm bias 0", "lstm bias 1"]


def test_a_cell_that_can_be_read_only_once_is_read_once(tmp_path, monkeypatch):
    reads = []
    path = tmp_path / "mine.txt"
    path.write_text("h = tanh(W @ x + U @ h_prev)")
    content = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a: reads.append(self) or content(self, *a))
    compare(GradientOptions((CellOptions(str(path)),), InputOptions(length=5), seeds=3))
    assert reads == [path]


@pytest.mark.parametrize("asked", ["", "ledger"])
def test_a_token_leads_back_to_what_was_looked_at(asked):
    flows = compare(GradientOptions(input=InputOptions(length=5)))
    film = GradientFilm(flows, (asked,) if asked else ())
    moments = [Moment(float(t), back) for t in range(5) for back in (False, True)]
    looks = [*map(At, moments), *(At(LAST, part, k) for part in PARTS for k in range(3))]
    assert [film.read(token(look)) for look in looks] == looks
    for key in film.film().keys:
        look = key.change(film.first())
        assert film.picture(look, 80, 24).parts
        assert token(film.read(token(look))) == token(look)


@pytest.mark.parametrize("curves", [False, True])
def test_it_is_played_forward_and_then_from_the_loss_to_the_first_step(curves):
    flows = compare(GradientOptions(input=InputOptions(length=5)))
    film = GradientFilm(flows, curves=curves)
    look, seen = film.first(), []
    while look := film.onward(look):
        seen.append(token(look))
    forward = [] if curves else ["f1", "f2", "f3", "f4", "f5"]
    assert seen == [*forward, "5", "4", "3", "2", "1"]
    played = film.film()
    for look in (film.read("1"), film.read("ledger.1")):
        assert played.onward(look) is None
        assert token(played.again(look)) == seen[0]


def test_the_keys_of_the_sweep_stop_at_both_ends():
    cells = (CellOptions("lstm", hidden=2), CellOptions("rnn", hidden=2))
    film = GradientFilm(compare(GradientOptions(cells, InputOptions(length=6)))).film()
    press = {name: key.change for key in film.keys for name in key.names}
    for key, forward, back in (
        ("left", "f1 f3 f5", "1 3 5"),
        ("right", "f2 f5 f6", "2 5 6"),
        ("home", "f1 f1 f1", "f1 f1 f1"),
        ("end", "1 1 1", "1 1 1"),
        ("b", "6 6 6", "6 6 6"),
    ):
        for is_back, wanted in ((False, forward), (True, back)):
            looks = [At(Moment(at, is_back)) for at in (0.0, 3.0, 5.0)]
            assert [token(press[key](look)) for look in looks] == wanted.split()
    assert [press["tab"](At(flow=flow)).flow for flow in (0, 1)] == [1, 0]
    routes = At(part="routes")
    assert press["right"](routes) == press["left"](routes) == At(part="routes", flow=1)
    assert press["c"](press["c"](At(Moment(2.0, True)))) == At(Moment(2.0, True))


@pytest.mark.parametrize(
    ("moment", "now"), [(Moment(1.0), 6.0), (Moment(3.0, True), 4.0), (LAST, None)]
)
def test_the_curves_are_drawn_as_far_as_the_beads_are_lit(moment, now):
    flows = compare(GradientOptions(input=InputOptions(length=5)))
    curves = next(p for p in chain.picture(flows, moment).parts if isinstance(p, Curves))
    assert curves.now == now


def test_the_title_says_first_what_is_shown():
    flows = compare(GradientOptions(input=InputOptions(length=5)))
    assert sweep.title(flows).name == "gradients"


@pytest.mark.parametrize("steps", [2, 30, 100, 3000])
def test_a_film_holds_where_it_matters_and_lasts_as_long_for_any_number_of_steps(steps):
    seen = chain.filmed(steps)
    assert 8 <= len(seen) / chain.SECOND <= 15
    held = [len(list(same)) / chain.SECOND for _, same in groupby(seen)]
    turn = [moment.back for moment, _ in groupby(seen)].index(True)
    assert held[0] >= 0.5
    assert held[turn] >= 1
    assert held[-1] >= 2
    moved = [abs(b.at - a.at) for a, b in pairwise(seen) if a.back == b.back]
    assert max(moved) <= steps / 50


# ---------------------------------------------------------------------------- the ways out


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("command", SMALL)
def test_a_command_writes_the_endings_that_it_offers_and_no_other(
    tmp_path, command, ending, monkeypatch
):
    monkeypatch.setattr("lstm_viz.views.gradients.chain.SECOND", 4)  # frames
    path = tmp_path / f"a.{ending.upper()}"
    small = ("--size", "640x360") if ENDINGS[ending].form == "film" else ()
    done = lstm_viz(command, *SMALL[command], *small, "--save", str(path))
    if "needs ffmpeg" in done.stderr:
        pytest.skip("no ffmpeg here")
    if f".{ending}" in endings(command):
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"saved {path}\n")
        assert path.stat().st_size > 100
    else:
        assert done.exit_code == 2
        assert f"does not end in one of {', '.join(endings(command))}" in done.stderr


def test_pictures_and_films_are_those_that_figures_can_be():
    assert {e for e, of in ENDINGS.items() if of.form == "still"} == set(STILLS)
    assert {e for e, of in ENDINGS.items() if of.form == "film"} == set(figure.FILMS)
    assert form("A.GIF") == "film"


@pytest.mark.parametrize("command", SMALL)
def test_an_svg_is_the_picture_for_every_command(tmp_path, command):
    path = tmp_path / "a.svg"
    assert lstm_viz(command, *SMALL[command], "--save", str(path)).exit_code == 0
    assert "matplotlib" in path.read_text(encoding="utf-8").lower()


def test_an_svg_is_the_screen_where_that_is_said(tmp_path):
    path = tmp_path / "a.svg"
    assert lstm_viz("step", "--as", "terminal", "--save", str(path)).exit_code == 0
    assert "monospace" in path.read_text(encoding="utf-8")
    asked = ["step", "--at", "2", "--save", str(tmp_path / "a.txt")]
    assert lstm_viz(*asked).exit_code == lstm_viz(*asked, "--as", "terminal").exit_code == 0
    screen = lstm_viz("step", "--at", "2.c", width=80).stdout
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines()[:-1] == [
        line.rstrip() for line in screen.splitlines()
    ]


def test_a_recording_may_be_saved_like_any_other_file(tmp_path):
    lstm_viz("step", "--save", str(tmp_path / "a.cast"))
    lstm_viz("step", "--cast", str(tmp_path / "b.cast"))
    assert (tmp_path / "a.cast").read_bytes() == (tmp_path / "b.cast").read_bytes()


@pytest.mark.parametrize(
    "asked", [["--as", "terminal"], ["--as", "terminal", "--save", "a.png"], ["--as", "x"]]
)
def test_a_screen_that_cannot_be_saved_is_refused_in_one_line(asked):
    done = lstm_viz("step", *asked)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "--as" in done.stderr


def test_what_is_not_finite_in_a_flow_is_null_in_json():
    model = str(FIXTURES / "torch" / "two-layers.pt")
    asked = ["--head", "none", "--input", "1,2;3,4", "--loss", "at:1", "--json"]
    done = lstm_viz("gradients", "--model", model, *asked)
    refuse = lambda constant: pytest.fail(constant)  # noqa: E731
    (flow, *_) = json.loads(done.stdout, parse_constant=refuse)["flows"]
    assert flow["half_life"] is None


def test_every_part_of_gradients_has_a_key_of_its_own_and_comes_by_it():
    cells = (CellOptions("lstm", hidden=2), CellOptions("rnn", hidden=2))
    film = GradientFilm(compare(GradientOptions(cells, InputOptions(length=6)))).film()
    names = [name for key in film.keys for name in key.names]
    assert len(names) == len(set(names))
    for part in PARTS.values():
        (key,) = [each for each in film.keys if each.label == part.key]
        seen = key.change(At())
        assert film.token(seen) == f"{part.name}.1"
        assert film.picture(seen, 80, 24).parts
        assert key.change(seen).part == ""
        assert not part.help[0].islower()
        assert part.help.endswith(".")
