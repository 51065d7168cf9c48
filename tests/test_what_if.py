"""What if, as it is asked: by --hold, and by keys."""

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz
from stages import text_of

from lstm_viz import CELLS, LSTM, backpropagate, run
from lstm_viz.commands import step_picture
from lstm_viz.commands.output import Output, Screen
from lstm_viz.commands.step_frames import make_stage
from lstm_viz.experiments import choose, compare
from lstm_viz.experiments.holds import Hold, read_holds
from lstm_viz.experiments.one_cell import beside
from lstm_viz.experiments.options import (
    CellOptions,
    GradientOptions,
    InputOptions,
    ModelOptions,
    StepOptions,
)
from lstm_viz.pictures.kinds import Grid, Rule
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import Player, frame
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.step.film import first_state, make_film
from lstm_viz.views.step.state import State, frame_words, read_token
from lstm_viz.views.wiring import frames
from lstm_viz.views.wiring.diagram import wiring

HEAD = str(Path(__file__).parent / "fixtures" / "torch" / "with-head.pth")


@pytest.mark.parametrize(
    ("written", "again"),
    [
        ("f=1@3", ""),
        ("f=1@3-5", ""),
        ("f = 0.50", "f=0.5"),
        ("f.u2=-0.25@3", ""),
        ("x[1]=0@2", ""),
        ("x.u1=0@2-2", "x[1]=0@2"),
        ("W_f[0,1]=2", ""),
        ("b_f=1e-07", ""),
    ],
)
def test_what_is_held_is_read_and_written_again(written, again):
    (hold,) = read_holds([written], LSTM)
    assert str(hold) == (again or written)
    assert read_holds([str(hold)], LSTM) == (hold,)


def test_options_hold_the_same_as_run_does():
    asked = StepOptions(hold=("f=1@5", "x=0.5@2", "o=0"))
    held, free = choose(asked), choose(StepOptions())
    one = {"f": {4: 1}, "x": {1: 0.5}, "o": 0}
    trace = run(LSTM, free.trace.weights, free.trace["x"], hold=one)
    for name in LSTM.names:
        np.testing.assert_array_equal(held.trace[name], trace[name])
        np.testing.assert_array_equal(held.was.trace[name], run_as_held(free)[name])
    assert held.source == "latch: write, hold, erase; held: f=1@5, x=0.5@2, o=0"
    weight = choose(StepOptions(hold=("W_f[0,0]=0",)))
    np.testing.assert_allclose(
        weight.trace["h"], run(LSTM, {**free.trace.weights, "W_f": [[0.0]]}, free.trace["x"])["h"]
    )


def run_as_held(experiment):
    """The run with nothing held, computed as one in which something is."""
    nothing = {"x": {0: np.nan}}
    return run(LSTM, experiment.trace.weights, experiment.trace["x"], hold=nothing)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ff=1", "--hold ff=1: lstm has no 'ff': did you mean 'f'?"),
        ("W_ff=1", "--hold W_ff=1: lstm has no 'W_ff': did you mean 'W_f'?"),
        ("f", "--hold f: write f=1@3, f=1 for all steps, f.u2=0@3-5 for one unit"),
        ("f=nan", "--hold f=nan: 'nan' is not a finite number"),
        ("f=1@7", "--hold f=1@7: the sequence has 6 steps, from 1"),
        ("f=1@0", "--hold f=1@0: steps count from 1: write @3 or @3-5"),
        ("f=1@5-3", "--hold f=1@5-3: steps count from 1"),
        ("f.u1=1", "--hold f.u1=1: f has units 0 to 0"),
        ("W_f[0,1]=1", "--hold W_f[0,1]=1: W_f goes from [0,0] to [0,0]"),
        ("W_f=1@2", "--hold W_f=1@2: a weight is the same at every step: omit @"),
        ("c_prev=1", "--hold c_prev=1: c_prev cannot be held: hold c at the previous step"),
    ],
)
def test_what_cannot_be_held_is_refused_by_the_option_in_one_line(written, words):
    with pytest.raises(OptionError, match=re.escape(words)) as refused:
        choose(StepOptions(hold=(written,)))
    assert "\n" not in str(refused.value)


def test_beside_each_cell_that_has_it_stands_the_same_held():
    cells = tuple(CellOptions(name, hidden=4) for name in ("rnn", "lstm"))
    options = GradientOptions(cells, InputOptions("noise", length=30), hold=("f=1",))
    rnn, lstm, held = compare(options).flows
    assert [flow.name for flow in (rnn, lstm, held)] == ["rnn", "lstm", "lstm hold f=1"]
    assert held.left[0] > 0.5 > lstm.left[0]
    with pytest.raises(OptionError, match="--hold q=1: lstm has no 'q': there are x, z_i"):
        compare(GradientOptions(cells, hold=("q=1",)))


class Pressed:
    """The latch on a stage, and keys pressed on it."""

    def __init__(self, at, **options):
        self.stage = make_stage(choose(StepOptions(**options)), Screen())
        self.player = Player(make_film(self.stage), self.stage.checked(read_token(at)))

    def __call__(self, *keys):
        for key in keys:
            self.player.press(key)
        return self

    @property
    def holds(self):
        return [str(each) for each in self.player.state.holds]

    @property
    def run(self):
        return self.stage.of(self.player.state.holds)

    def text(self, columns=80, lines=24):
        return text_of(self.player.rows(Paper(columns, height=lines)))


def test_keys_change_the_chosen_number_and_all_after_it_follows():
    pressed = Pressed("5.f")("1")
    assert pressed.holds == ["f=1@5"]
    by_option = choose(StepOptions(hold=("f=1@5",)))
    for name in LSTM.names:
        np.testing.assert_array_equal(pressed.run.trace[name], by_option.trace[name])
        np.testing.assert_array_equal(pressed.run.gradients[name], by_option.gradients[name])
    assert "What if f is 1.000? It was 0.03423." in pressed.text()
    assert re.search(r"c   = f \* c_prev \+ i \* g +0\.9167\* .* was 0\.03132", pressed.text())
    assert "--hold f=1@5" in pressed.text()
    assert pressed("-").holds == ["f=0.9@5"]
    assert pressed("0").holds == ["f=0@5"]
    assert pressed("backspace").holds == []
    assert "*  " not in pressed.text()


@pytest.mark.parametrize("at", ["5.z_f", "b5.z_f"])
def test_a_chosen_weight_is_named_with_its_number_and_what_it_was(at):
    pressed = Pressed(at)("w")
    assert "W_f[0,0] is 8.000." in pressed.text()
    assert "What if W_f[0,0] is 8.500? It was 8.000." in pressed("+").text()
    assert "U_f[0,0] is 1.000." in pressed("w").text()
    held = run(LSTM, {**pressed.stage.run.trace.weights, "W_f": [[8.5]]}, pressed.run.trace["x"])
    np.testing.assert_allclose(pressed.run.trace["h"], held["h"], rtol=1e-13)


@pytest.mark.parametrize(
    ("at", "keys", "holds"),
    [
        ("5.f", ["+"], ["f=0.1@5"]),
        ("2.f", ["+", "+"], ["f=1@2"]),
        ("5.x", ["+"], ["x=-0.5@5"]),
        ("2.x", ["-", "-", "-"], ["x=-0.5@2"]),
        ("3.c", ["0", "right", "1"], ["c=0@3", "c=1@4"]),
        ("b3.c_prev", ["0"], ["c=0@2"]),
        ("b1.c_prev", ["0"], []),
        ("b3.f", ["0"], ["f=0@3"]),
        ("5.z_f", ["w", "+"], ["W_f[0,0]=8.5"]),
        ("5.z_f", ["w", "w", "w", "0"], ["b_f.u0=0"]),
        ("5.z_f", ["w", "w", "w", "w", "0"], ["z_f=0@5"]),
        ("5.f", ["1", "down", "0", "up", "backspace"], ["g=0@5"]),
        ("5.f", ["1", "down", "backspace"], []),
        ("5.f", ["p", "1"], []),
    ],
)
def test_each_key_holds_what_is_chosen(at, keys, holds):
    assert Pressed(at)(*keys).holds == holds


def test_the_corner_and_what_is_said_on_leaving_bring_the_same_frame_back():
    pressed = Pressed("5.z_f.w1")("+", "0", "down", "down", "down", "down", "1")
    written = pressed.stage, pressed.player.state
    words = shlex.split(frame_words(written[1]))
    assert words == ["5.f", "--hold", "W_f[0,0]=0", "--hold", "f=1@5"]
    again = Pressed(words[0], hold=tuple(words[2::2]))
    state = replace(again.player.state, holds=choose(StepOptions(hold=tuple(words[2::2]))).holds)
    again.player.state = state
    assert again.text() == pressed.text()


def test_a_held_input_is_held_in_the_cell_beside_it_too():
    pressed = Pressed("2.x")("0", "x")
    strips = re.findall(r"h (lstm|rnn) +0\.000 +(\S+)", pressed.text())
    assert strips == [("lstm", "0.000"), ("rnn", "0.000")]
    pressed("x", "backspace", "x")
    assert re.findall(r"h rnn +0\.000 +(\S+)", pressed.text()) == ["0.9051"]


def test_where_nothing_holds_the_chosen_number_backspace_takes_back_the_last():
    assert Pressed("5.f")("1", "down", "0", "down", "down", "backspace").holds == ["f=1@5"]


def test_the_label_of_a_held_input_has_a_star():
    asked = StepOptions(input=InputOptions(text="abca"), hold=("x[0]=0.5@2",))
    assert choose(asked).labels == ("'a'", "'b'*", "'c'", "'a'")
    assert choose(asked).was.labels == ("'a'", "'b'", "'c'", "'a'")


def test_a_run_that_began_elsewhere_begins_there_with_something_held_too():
    free = choose(StepOptions())
    begun = run(LSTM, free.trace.weights, free.trace["x"], {"c": [0.5]})
    held = replace(free, trace=begun).held(read_holds(["f=1@5"], LSTM))
    assert held.trace["c_prev"][0] == held.was.trace["c_prev"][0] == 0.5
    np.testing.assert_allclose(held.trace["c"][:4], begun["c"][:4], rtol=1e-14)


def everything(pictures):
    for each in pictures:
        yield each
        yield from everything(getattr(each, "parts", ()))


def test_a_still_picture_has_what_is_held_above_and_the_run_as_it_was_below():
    experiment = choose(StepOptions(hold=("f=1@5",)))
    pictures = list(step_picture._pictures(experiment, Output(save="a.png"), Screen()))
    shown = list(everything(pictures))
    rules = [each.text for each in shown if isinstance(each, Rule)]
    assert rules[::2] == ["what if f=1@5", "as it was"]
    shown = [each for each in shown if isinstance(each, Grid)]
    forget = [grid.values.ravel()[4] for grid in shown if "f" in [e.text for e in grid.rows]]
    assert forget == [1.0, experiment.was.trace["f"][4, 0]]


def test_no_arithmetic_is_shown_where_a_number_is_held():
    for at in ("5.f", "5.c", "5.h", "b5.z_f", "b5.c", "b4.c"):
        held = Pressed(at)("0" if at == "5.c" else "1")
        assert "sigmoid(-3.340)" not in held.text()
    text = Pressed("b5.z_f")("up", "up", "up", "up", "1", *["down"] * 4).text()
    assert "df * f" not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 50)])
@pytest.mark.parametrize("asked", ["lstm", "gru", "rnn", "slstm", "lstm 3"])
def test_with_something_held_every_screen_is_as_wide_and_as_high_as_it_should_be(asked, size, lang):
    name, _, hidden = asked.partition(" ")
    cell = CellOptions(name, int(hidden or 1), "random")
    holds = tuple(f"{each}=0.5@2-3" for each in CELLS[name].quantities[::2])
    stage = make_stage(choose(StepOptions(cell, hold=holds)), Screen(lang=lang))
    held = choose(StepOptions(cell, hold=holds)).holds
    film = make_film(stage)
    for back in (False, True):
        for line in stage.run.lines(back, 0):
            state = replace(stage.checked(State(2, line, back)), holds=held)
            for each in (state, replace(state, terms=True), replace(state, beside=True)):
                rows, over = frame(film, each, Paper(*size[:1], height=size[1], say=stage.run.say))
                assert len(rows) == size[1]
                assert max(row.width for row in rows) <= size[0]
                assert over <= 0 or size[1] < 24 or each.beside or hidden or name != "lstm"


@pytest.mark.parametrize(
    ("cell", "weights", "other", "beside_it"),
    [
        ("lstm", None, "rnn", "leaky: "),
        ("rnn", None, "lstm", "latch: "),
        ("gru", None, "rnn", "leaky: "),
        ("lstm", None, "mgu", "random, pytorch initialisation"),
        ("lstm", "random", "rnn", "random, pytorch initialisation"),
        ("lstm", "gomez", "rnn", "random, pytorch initialisation"),
    ],
)
def test_beside_weights_set_by_hand_stand_such_of_the_other_cell(cell, weights, other, beside_it):
    first = choose(StepOptions(CellOptions(cell, weights=weights)))
    second = beside(first, other)
    assert second.weights_from.startswith(beside_it)
    np.testing.assert_array_equal(second.trace["x"], first.trace["x"])


def test_the_help_names_the_frame_and_any_key_leaves_it():
    pressed = Pressed("5.f")("1", "?")
    assert "--at 5.f --hold f=1@5" in pressed.text()
    assert not pressed("q").player.done
    assert "What if f is 1.000?" in pressed.text()
    speed = pressed.player.speed
    assert pressed(">").player.speed > speed > pressed("<", "<").player.speed
    assert pressed("q").player.done


def test_in_the_wiring_what_is_held_is_no_function_and_passes_nothing_back():
    experiment = choose(StepOptions(hold=("f=1@5",)))
    symbols = {
        t: {node.key: node.symbol for node in wiring(experiment.trace, t).nodes} for t in (3, 4)
    }
    assert (symbols[3]["f"], symbols[4]["f"]) == ("σ", "=")
    back = wiring(experiment.trace, 4, gradients=experiment.gradients)
    (*_, caption), *_ = (each.parts for each in frames.forward(experiment.trace))
    assert "= marks a held number" in caption.text[0].text
    (*_, caption), *_ = (each.parts for each in frames.forward(experiment.was.trace))
    assert "= marks a held number" not in caption.text[0].text
    carried = {(wire.start, wire.end): wire.value for wire in back.wires}
    shown = {node.key: node.value for node in back.nodes}
    assert carried["z_f", "f"] == 0 == shown["z_f"]
    assert shown["f"] == experiment.gradients["f"][4, 0] != 0
    assert carried["z_i", "i"] != 0


@pytest.mark.parametrize("name", ["gru", "peephole-lstm", "slstm", "rnn"])
def test_in_the_wiring_of_any_cell_the_shares_on_the_wires_make_up_the_gradients(name):
    cell = CELLS[name]
    x = np.array([[0.0], [1.0], [-1.0]])
    for each in cell.quantities:
        trace = run(cell, cell.start(seed=3), x, hold={each: {1: 0.4}})
        gradients = backpropagate(trace, {cell.output: np.ones_like(trace[cell.output])})
        back = wiring(trace, 1, gradients=gradients)
        for node in back.nodes:
            carried = [wire.value for wire in back.wires if wire.start == node.key]
            if carried and node.key in {"x", *cell.quantities} - {*cell.states, cell.output}:
                assert sum(carried) == pytest.approx(node.value, rel=1e-9, abs=1e-12)


def test_the_data_of_a_held_run_say_what_is_held():
    done = lstm_viz("step", "--hold", "f=1@5", "--json")
    data = json.loads(done.stdout)
    assert data["held"] == {"f": [[None]] * 4 + [[1.0]] + [[None]]}
    assert data["values"]["f"][4] == [1.0]
    assert "held" not in json.loads(lstm_viz("step", "--json").stdout)
    printed = lstm_viz("step", "--hold", "f=1@5", "--at", "5").stdout
    back = lstm_viz("step", "--hold", "f=1@5", "--at", "5", "--backward").stdout
    assert re.search(r"f +gradient was 0\.8122 +1\.000 +0\.4074\*", back)
    assert re.search(r"f += held += 1\.000 +was 0\.03423 += +1\.000\*", printed)


def test_in_a_model_what_stands_behind_the_layer_follows():
    model = ModelOptions(HEAD, layer="lstm.l0")
    options = StepOptions(model=model, input=InputOptions("1,2,3,0,2,1"))
    free = choose(options)
    hold = Hold("f", 0.25, (1,), (3, 3))
    held = free.held((hold,))
    assert (held.record.outputs != free.record.outputs).any()
    assert held.record.traces["lstm.l0"]["f"][3, 1] == 0.25
    small = 1e-6
    ends = (free.held((replace(hold, value=0.25 + by),)).loss.value for by in (small, -small))
    slope = np.subtract(*ends) / (2 * small)
    assert held.gradients["f"][3, 1] == pytest.approx(slope, rel=1e-6)
    assert not held.gradients.passing("f")[3, 1]
    given = free.held(read_holds(["x=0@3"], free.cell))
    row, none = (e.network_gradients.weights["embedding.E"][3] for e in (free, given))
    assert row.any()
    assert not none.any()  # word 3 is read at step 3 alone
    asked = replace(options, hold=("f=1",))
    flows = compare(GradientOptions(model=model, input=options.input, hold=asked.hold)).flows
    assert [flow.name for flow in flows] == ["lstm.l0", "lstm.l0 hold f=1"]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 50)])
def test_holding_moves_no_row_and_its_room_is_for_history_till_then(size):
    pressed = Pressed("5.f")
    free = pressed.text(*size).splitlines()
    held = pressed("1").text(*size).splitlines()
    assert not any(row.startswith("c was") for row in free)
    assert sum(row.startswith("c was") for row in held) == 1
    named = re.compile(r"(?:▸| ) (\w+) +=|(was|forgotten|written|now|output)  ")
    found = [
        [(k, m.groups()) for k, r in enumerate(rows) if (m := named.match(r))]
        for rows in (free, held)
    ]
    assert found[0] == found[1]
    past = [row.split()[0] for row in free if re.match(r"\w (0…|±)", row)]
    assert past == {60: [], 80: [], 120: [*"ifgoc"], 200: [*"ifgoch"]}[size[0]]


def test_a_run_in_which_something_is_held_opens_where_that_begins():
    stage = make_stage(choose(StepOptions()), Screen())
    for written, first in ((["f=1@5"], 4), (["f=1@5", "i=0@3-4"], 2), (["f=1"], 1)):
        holds = read_holds(written, LSTM)
        for back in (False, True):
            state = first_state(stage, None, 0, 4, False, back, holds)
            assert state.t == (len(stage.run) - 1 if back else first)
    assert first_state(stage, "6.c", 0, 4, False, False, read_holds(["f=1@5"], LSTM)).t == 5
