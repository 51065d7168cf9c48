"""What if: quantities held at other values, and what follows, forward and back."""

import pickle
import re
import shlex
from dataclasses import replace

import numpy as np
import pytest
from stages import text_of

from lstm_viz import CELLS, LSTM, Cell, InputError, backpropagate, run
from lstm_viz.commands.output import Screen
from lstm_viz.commands.step_frames import make_stage
from lstm_viz.experiments import choose, compare
from lstm_viz.experiments.holds import read_holds
from lstm_viz.experiments.options import CellOptions, GradientOptions, InputOptions, StepOptions
from lstm_viz.measures import cut, jacobians, memory_ledger, routes
from lstm_viz.measures.routes import came_from
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import Player
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.state import frame_words, read_token

STEPS, BATCH, HIDDEN = 5, 2, 3
RNG = np.random.default_rng
TYPED = Cell("typed", "f = sigmoid(W @ x + b)\nh = f * h_prev + (1 - f) * tanh(U @ h_prev)")
ALL = {**{name: CELLS[name] for name in CELLS}, "typed": TYPED}


def one_of(cell, *batch, hidden=HIDDEN, seed=5):
    """Weights and a sequence that fit the cell."""
    inputs = 2 if cell.letters("x") == "I" else hidden
    inputs = inputs if hidden > 1 else 1
    rng = RNG(seed)
    weights = {n: rng.normal(0, 0.6, s) for n, s in cell.shapes(inputs, hidden).items()}
    return weights, rng.normal(size=(STEPS, *batch, inputs))


def loss_of(cell, trace, seed):
    return float((trace[cell.output] * seed).sum())


def held_somewhere(cell, shape, name):
    """A value for each second number of a quantity."""
    values = RNG(8).uniform(0.2, 0.8, shape)
    values.ravel()[::2] = np.nan
    return {name: values}


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", ALL)
def test_held_values_stand_in_the_record_and_all_after_them_follows(name, batch):
    cell = ALL[name]
    weights, x = one_of(cell, *batch)
    free = run(cell, weights, x)
    for each in ("x", *cell.quantities):
        hold = held_somewhere(cell, free[each].shape, each)
        trace = run(cell, weights, x, hold=hold)
        held = ~np.isnan(hold[each])
        assert (trace[each][held] == hold[each][held]).all()
        own = run(cell, weights, x, hold={n: trace[n] for n in ("x", *cell.quantities)})
        again = run(cell, weights, x, hold={n: trace[n] for n in ("x", each)})
        for other in cell.names:
            np.testing.assert_array_equal(trace[other], own[other])
            np.testing.assert_allclose(trace[other], again[other], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", ALL)
def test_held_at_its_own_values_a_run_is_what_it_was(name, batch):
    cell = ALL[name]
    weights, x = one_of(cell, *batch)
    free = run(cell, weights, x)
    for each in cell.quantities:
        held = run(cell, weights, x, hold={each: free[each]})
        for other in cell.names:
            np.testing.assert_allclose(held[other], free[other], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
@pytest.mark.parametrize("name", ALL)
def test_gradients_of_a_held_run_are_those_of_its_loss(name, batch):
    """Against finite differences: by the weights, the inputs, and the held values themselves."""
    cell = ALL[name]
    weights, x = one_of(cell, *batch)
    free = run(cell, weights, x)
    seed = RNG(9).normal(size=free[cell.output].shape)
    small = 1e-6

    def loss(weights=weights, x=x, hold=None):
        return loss_of(cell, run(cell, weights, x, hold=hold), seed)

    for each in cell.quantities:
        hold = held_somewhere(cell, free[each].shape, each)
        gradients = backpropagate(run(cell, weights, x, hold=hold), {cell.output: seed})

        def slope(of, part, change, hold=hold):
            moved = [dict(part), dict(part)] if isinstance(part, dict) else [part, part]
            key, place, by = change
            for sign, one in zip((1, -1), moved, strict=True):
                array = one[key].copy()
                array[place] += sign * by
                one[key] = array
            up, down = (loss(**{"hold": hold} | {of: one}) for one in moved)
            return (up - down) / (2 * by)

        for weight in weights:
            place = tuple(RNG(3).integers(0, size) for size in weights[weight].shape)
            expected = slope("weights", weights, (weight, place, small))
            assert gradients.weights[weight][place] == pytest.approx(expected, rel=2e-5, abs=2e-8)
        places = np.argwhere(~np.isnan(hold[each]))
        place = tuple(places[len(places) // 3])
        expected = slope("hold", hold, (each, place, small))
        assert gradients[each][place] == pytest.approx(expected, rel=2e-5, abs=2e-8)
        at = (1, *[0] * (x.ndim - 1))
        up, down = x.copy(), x.copy()
        up[at] += small
        down[at] -= small
        expected = (loss(x=up, hold=hold) - loss(x=down, hold=hold)) / (2 * small)
        assert gradients["x"][at] == pytest.approx(expected, rel=2e-5, abs=2e-8)


@pytest.mark.parametrize("batch", [(), (BATCH,)])
def test_shares_of_a_held_run_sum_to_its_gradients(batch):
    weights, x = one_of(LSTM, *batch)
    free = run(LSTM, weights, x)
    hold = {n: held_somewhere(LSTM, free[n].shape, n)[n] for n in ("z_f", "f", "o")}
    trace = run(LSTM, weights, x, hold=hold)
    gradients = backpropagate(trace, {"h": np.ones_like(trace["h"])})
    for name in LSTM.names:
        total = sum(gradients.shares(name).values())
        np.testing.assert_allclose(total, gradients[name], rtol=1e-12, atol=1e-15)
    for name, weight in gradients.weights.items():
        by_step = sum(gradients.weights_at(t)[name] for t in range(STEPS))
        np.testing.assert_allclose(by_step, weight, rtol=1e-12, atol=1e-15)
    held = ~np.isnan(hold["f"])
    assert (gradients.passing("f")[held] == 0).all()
    assert (gradients["f"][held] != 0).any()
    np.testing.assert_array_equal(gradients.passing("f")[~held], gradients["f"][~held])


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "slstm"])
def test_the_measures_of_a_held_run_know_what_is_held(name):
    cell = CELLS[name]
    weights, x = one_of(cell)
    free = run(cell, weights, x)
    for each in cell.quantities:
        hold = {each: {2: [0.3, np.nan, 0.4]}}
        trace = run(cell, weights, x, hold=hold)
        at = jacobians(trace)[2]
        small = 1e-6
        place = 0
        for state in cell.states:
            for unit in range(HIDDEN):
                ends = []
                for sign in (1, -1):
                    before = {s: trace[s][1].copy() for s in cell.states}
                    before[state][unit] += sign * small
                    step = run(cell, weights, x[2:3], before, hold={each: {0: hold[each][2]}})
                    ends.append(np.concatenate([step[s][0] for s in cell.states]))
                column = (ends[0] - ends[1]) / (2 * small)
                np.testing.assert_allclose(at[:, place], column, rtol=1e-5, atol=1e-8)
                place += 1
        gradients = backpropagate(trace, {cell.output: np.ones_like(free[cell.output])})
        for state in cell.states:
            whole = sum(came_from(gradients, state).values())
            np.testing.assert_allclose(whole, gradients[state], rtol=1e-11, atol=1e-14)
        nothing = cut(gradients, routes(cell)[:1])
        assert (nothing.passing(each)[2][[0, 2]] == 0).all()


def test_of_a_held_memory_nothing_is_kept_and_the_held_value_is_written():
    weights, x = one_of(LSTM)
    trace = run(LSTM, weights, x, hold={"c": {1: 0.25}})
    found = memory_ledger(trace, "c", 1)
    assert (found.share == 0).all()
    assert (found.written == 0.25).all()
    np.testing.assert_array_equal(found.was + found.changed + found.written, found.now)


def test_held_values_are_given_as_a_number_an_array_or_by_step():
    weights, x = one_of(LSTM, BATCH)
    by_step, by_unit = np.linspace(0, 1, STEPS), RNG(1).uniform(size=(STEPS, HIDDEN))
    ways = {
        "number": (0.5, np.full((STEPS, BATCH, HIDDEN), 0.5)),
        "steps": (by_step, np.broadcast_to(by_step[:, None, None], (STEPS, BATCH, HIDDEN))),
        "units": (by_unit, np.broadcast_to(by_unit[:, None], (STEPS, BATCH, HIDDEN))),
    }
    for given, expected in ways.values():
        trace = run(LSTM, weights, x, hold={"f": given})
        np.testing.assert_array_equal(trace["f"], expected)
        np.testing.assert_array_equal(trace.held["f"], expected)
    trace = run(LSTM, weights, x, hold={"f": {-1: [0.1, np.nan, 0.3]}})
    assert (trace["f"][-1, :, [0, 2]] == [[0.1], [0.3]]).all()
    assert np.isnan(trace.held["f"][:-1]).all()
    assert np.isnan(trace.held["f"][-1, :, 1]).all()
    assert run(LSTM, weights, x).held == {}


def test_a_held_run_in_float32_stays_so_and_can_be_pickled():
    weights, x = one_of(LSTM)
    trace = run(LSTM, weights, x, hold={"f": 1}, dtype=np.float32)
    assert {trace[name].dtype for name in trace} == {np.dtype(np.float32)}
    again = pickle.loads(pickle.dumps(trace))
    np.testing.assert_array_equal(again.held["f"], trace.held["f"])
    one, other = (backpropagate(t, {"h": np.ones_like(t["h"])}) for t in (trace, again))
    assert one["z_f"].dtype == np.float32
    assert not one["z_f"].any()
    np.testing.assert_array_equal(one["x"], other["x"])


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        ({"ff": 1}, "'ff' cannot be held, lstm has none: did you mean 'f'?"),
        ({"c_prev": 1}, "c_prev cannot be held: hold c at the step before"),
        ({"W_f": 1}, "W_f is a weight, which is not held: give another value of it"),
        ({"f": {5: 1}}, "f cannot be held at step 5: the run has 5 steps, from 0"),
        ({"f": {"last": 1}}, "f cannot be held at step 'last'"),
        ({"f": [1, 2]}, "hold f has shape (2,): a number, (5,) or (5, 3) will do"),
        ({"f": np.ones((5, 2))}, "hold f has shape (5, 2)"),
        ({"f": {1: [1, 2]}}, "hold f has shape (2,)"),
        ({"f": np.inf}, "hold f: inf at [] is not a finite number"),
        ({"f": "much"}, "hold f: not all of these are numbers"),
    ],
)
def test_what_cannot_be_held_is_refused_in_one_line(hold, words):
    weights, x = one_of(LSTM)
    with pytest.raises(InputError, match=re.escape(words)) as refused:
        run(LSTM, weights, x, hold=hold)
    assert "\n" not in str(refused.value)


# ---------------------------------------------------------------------------- as options and keys


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
    assert held.source == "latch: write once, hold, release; held: f=1@5, x=0.5@2, o=0"
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
        ("ff=1", "--hold ff=1: 'ff' cannot be held, lstm has none: did you mean 'f'?"),
        ("f", "--hold f: write f=1@3, f=1 for all steps, f.u2=0@3-5 for one unit"),
        ("f=nan", "--hold f=nan: 'nan' is not a finite number"),
        ("f=1@7", "--hold f=1@7: the sequence has 6 steps, from 1"),
        ("f=1@0", "--hold f=1@0: steps go up from 1: write @3 or @3-5"),
        ("f=1@5-3", "--hold f=1@5-3: steps go up from 1"),
        ("f.u1=1", "--hold f.u1=1: f has units 0 to 0"),
        ("W_f[0,1]=1", "--hold W_f[0,1]=1: W_f goes from [0,0] to [0,0]"),
        ("W_f=1@2", "--hold W_f=1@2: a weight is the same at every step: leave @ out"),
        ("c_prev=1", "--hold c_prev=1: c_prev cannot be held: hold c at the step before"),
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
    with pytest.raises(OptionError, match="--hold q=1: 'q' cannot be held"):
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
    assert "What if f is 1.000? It was 0.034." in pressed.text()
    assert re.search(r"c   = f \* c_prev \+ i \* g +0\.917\* .* was 0\.031", pressed.text())
    assert "--hold f=1@5" in pressed.text()
    assert pressed("-").holds == ["f=0.9@5"]
    assert pressed("0").holds == ["f=0@5"]
    assert pressed("backspace").holds == []
    assert "*  " not in pressed.text()


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
    other = pressed.stage._other(pressed.player.state.holds)
    assert other.trace["x"][1, 0] == 0


def test_no_arithmetic_is_shown_where_a_number_is_held():
    for at in ("5.f", "5.c", "5.h", "b5.z_f", "b5.c", "b4.c"):
        held = Pressed(at)("0" if at == "5.c" else "1")
        assert "sigmoid(-3.340)" not in held.text()
    text = Pressed("b5.z_f")("up", "up", "up", "up", "1", *["down"] * 4).text()
    assert "df * f" not in text
