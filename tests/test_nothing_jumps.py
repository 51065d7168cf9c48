"""On the screens of `lstm-viz step` each thing stands in one row, at every step, held or not."""

import re
from dataclasses import replace
from functools import cache

import pytest

from lstm_viz import CELLS
from lstm_viz.commands.output import Screen
from lstm_viz.commands.step_frames import make_stage
from lstm_viz.experiments import choose
from lstm_viz.experiments.options import CellOptions, InputOptions, StepOptions
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import frame
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.state import State

SIZES = [(60, 20), (80, 24), (120, 40), (200, 50)]
KEYS = "+-01"
# what stands first in a row; a name further right is one of the wiring
NAMED = re.compile(r"[▸ ]{0,16}(\w+(?:\[\d+\])?(?: (?:was|←|0…1|±\S+))?)(?=  | =|$)")


@cache
def the_film(name, hidden, lang="en", length=0):
    given = InputOptions(input=f"sine:{length}") if length else InputOptions()
    stage = make_stage(choose(StepOptions(CellOptions(name, hidden), given)), Screen(lang=lang))
    return stage, make_film(stage)


def rows_of(name, size, state, lang="en"):
    """What stands first in each row, below the sentence, and in which row it stands."""
    return drawn(*the_film(name, state.unit + 1 + 2 * (state.unit > 0), lang), size, state)


def drawn(stage, film, size, state):
    paper = Paper(*size[:1], height=size[1], say=stage.run.say, colours=True)
    rows = [row.plain for row in frame(film, state, paper)[0][:-1]]
    word = stage.run.say("step")
    first = next(k for k, row in enumerate(rows) if re.match(rf"{word} {{2}}", row))
    found = {}
    for k, row in enumerate(rows[first:], first):
        if match := NAMED.match(row):
            found.setdefault((match[1], sum(m == match[1] for m, _ in found)), k)
    return found


def states(name, line, back, unit=0, lang="en", **more):
    """The line at every step, and with each key pressed there; then the step before and after."""
    stage, film = the_film(name, unit + 1 + 2 * (unit > 0), lang)
    change = {name: key.change for key in film.keys for name in key.names}
    for t in range(len(stage.run)):
        state = replace(stage.checked(State(t, line, back, unit)), **more)
        pressed = [change[key](state) for key in KEYS]
        yield from (state, *pressed)
        yield from (change[way](pressed[1]) for way in ("left", "right"))


def jumps(name, hidden, length, size, steps, line, back, **more):
    """What stands in several rows, over these steps of a run of several units."""
    stage, film = the_film(name, hidden, length=length)
    found = {}
    for t in steps:
        state = replace(stage.checked(State(t, line, back, min(1, hidden - 1))), **more)
        for key, row in drawn(stage, film, size, state).items():
            found.setdefault(key, set()).add(row)
    assert len(found) >= 2
    return {key: rows for key, rows in found.items() if len(rows) > 1}


def places(name, size, states, lang="en"):
    """Name → the rows in which it stands, over all states."""
    found = {}
    for state in states:
        for key, row in rows_of(name, size, state, lang).items():
            found.setdefault(key, set()).add(row)
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "line", "back"),
    [
        ("lstm", "c", False),
        ("lstm", "f", False),
        ("lstm", "c", True),
        ("lstm", "h", True),
        ("gru", "h", False),
        ("rnn", "z", False),
        ("rnn", "h_prev", True),
    ],
)
def test_each_thing_stands_in_one_row_at_every_step_whatever_is_held(name, line, back, size):
    found = places(name, size, states(name, line, back))
    assert len(found) > 5
    assert {key: rows for key, rows in found.items() if len(rows) > 1} == {}


@pytest.mark.parametrize("size", SIZES[1:3])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("line", "back"), [("c", False), ("c", True), ("z_f", False)])
def test_so_it_does_with_several_units_and_every_product_listed(line, back, lang, size):
    for more in ({}, {"terms": True}):
        found = places("lstm", size, states("lstm", line, back, 1, lang, **more), lang)
        assert {key: rows for key, rows in found.items() if len(rows) > 1} == {}


def test_products_are_listed_in_columns_of_one_width_at_every_step():
    stage, film = the_film("lstm", 3, "en")
    for line, back in (("z_f", False), ("h_prev", True)):
        columns = set()
        for t in range(len(stage.run)):
            state = replace(stage.checked(State(t, line, back, 1)), terms=True)
            rows = [row.plain for row in frame(film, state, Paper(80, height=30))[0]]
            listed = [row for row in rows if re.match(r"[UW]_\w\[\d,\d\] · ", row)]
            columns |= {(row.index("│"), len(row.rstrip("·│█▐▏▎▍▌▋▊▉ ")) > 0) for row in listed}
        assert len(columns) == 1, columns


def test_a_held_line_leaves_the_room_of_its_numbers():
    """Its equation comes back when the key is undone: nothing may have closed up meanwhile."""
    _, film = the_film("lstm", 1, "en")
    stage = the_film("lstm", 1, "en")[0]
    state = stage.checked(State(4, "c"))
    one = rows_of("lstm", (80, 24), state)
    change = {name: key.change for key in film.keys for name in key.names}
    held = rows_of("lstm", (80, 24), change["0"](state))
    assert held["h", 0] == one["h", 0] == one["c", 1] + 2


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CELLS)
def test_nothing_jumps_in_any_cell_of_several_units(name, size):
    stage, _ = the_film(name, 8, length=10)
    for back in (False, True):
        for line in dict.fromkeys((CELLS[name].output, stage.run.lines(back, 1)[-2])):
            assert jumps(name, 8, 10, size, range(10), line, back) == {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "line"), [("lstm", "c"), ("lstm", "h"), ("gru", "h")])
def test_nothing_jumps_where_the_number_of_the_step_gets_wider(name, line, size):
    for length, steps in ((24, (7, 8, 9)), (101, (8, 9, 97, 98, 99))):
        assert jumps(name, 8, length, size, steps, line, True) == {}
        assert jumps(name, 8, length, size, steps, line, False) == {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "slstm"])
def test_nothing_jumps_beside_another_cell(name, size):
    for hidden, length, steps in ((1, 10, range(10)), (3, 101, (0, 8, 9, 98, 99, 100))):
        for back in (False, True):
            line = CELLS[name].output
            assert jumps(name, hidden, length, size, steps, line, back, beside=True) == {}


def bars(name, size, states):
    """Name → the columns in which its bar's axis stands, over all states."""
    stage, film = the_film(name, 1)
    paper = Paper(*size[:1], height=size[1], say=stage.run.say, colours=True)
    found = {}
    for state in states:
        rows = [row.plain.partition("│") for row in frame(film, state, paper)[0][3:-1]]
        for row, axis, _ in rows:
            if axis and (match := NAMED.match(row)):
                found.setdefault(match[1], set()).add(len(row))
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "line"), [("gru", "h"), ("gru", "z"), ("rnn", "z"), ("mgu", "h"), ("lstm", "f")]
)
def test_no_bar_moves_sideways_whatever_is_held(name, line, size):
    found = bars(name, size, states(name, line, False))
    assert found
    assert {key: columns for key, columns in found.items() if len(columns) > 1} == {}
