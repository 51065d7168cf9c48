"""The ends of a scale: whole, in their place at every step, those that it is drawn with."""

import re

import numpy as np
import pytest
from stages import drawn, text_of

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.commands import step_picture
from lstm_viz.commands.output import Output, Screen
from lstm_viz.commands.step_frames import make_stage
from lstm_viz.experiments import choose
from lstm_viz.experiments.holds import read_holds
from lstm_viz.experiments.options import CellOptions, InputOptions, StepOptions
from lstm_viz.figure import drawn as figure_of
from lstm_viz.pictures.kinds import Beside, Grid, Stack, Text, Wiring
from lstm_viz.pictures.numerals import in_room, numeral, short
from lstm_viz.views.step.heading import through_time
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.room import was_strip
from lstm_viz.views.step.state import State
from lstm_viz.views.step.two_cells import beside


def stage_of(cell="lstm", hidden=1, steps=30):
    given = InputOptions(input=f"sine:{steps}")
    return make_stage(choose(StepOptions(CellOptions(cell, hidden), given)), Screen())


@pytest.mark.parametrize(
    ("columns", "most", "said"),
    [(60, "123456", "±123456"), (60, "1.23456e50", "±1.23e50"), (80, "-1.5e-7", "±3.122")],
)
def test_the_scale_of_a_strip_is_whole_and_stands_still_at_every_step(columns, most, said):
    stage, found = stage_of(), set()
    holds = read_holds([f"c={most}@30"], CELLS["lstm"])
    for t in range(30):
        rows = text_of(drawn(stage, State(t, "c", holds=holds), columns, 24)).splitlines()
        head = next(row for row in rows if re.match(r"step {2}", row))
        assert f"[{t + 1}]" in head
        found.add((head.find("±"), head[head.find("±") :]))
    assert len(found) == 1
    assert found.pop()[1] == said


def test_a_number_is_written_in_the_room_there_is_or_not_at_all():
    assert [in_room(123456, 4, room) for room in (7, 5, 3, 2)] == ["123456", "1.2e5", "1e5", ""]
    assert [in_room(float("inf"), 4, room) for room in (3, 2)] == ["inf", ""]


@pytest.mark.parametrize(
    ("value", "said"),
    [(1.0, "1"), (120.4, "120"), (9999.9, "1e4"), (14600000, "1.46e7"), (-0.00021, "-2.1e-4")],
)
def test_a_short_number_has_three_digits_at_most(value, said):
    assert short(value) == said


def scale_in(figure):
    """What is written below the bar of a heat map's scale, and the figure's right edge."""
    said = [each for each in figure.texts if re.match(r"[±≤]|.* … ", each.get_text())]
    renderer = figure.canvas.get_renderer()
    boxes = [each.get_window_extent(renderer) for each in said]
    return [each.get_text() for each in said], [box.x1 / figure.bbox.width for box in boxes]


@pytest.mark.parametrize(
    ("low", "high", "by_size", "said"),
    [
        (-14600000.0, 14600000.0, False, "±1.46e7"),
        (-115.5, 115.5, False, "±116"),
        (1e2, 1e11, True, "≤ 1e2 … 1e11"),
        (1e-300, 1e300, True, "≤ 1e−300 … 1e300"),
    ],
)
def test_a_heat_map_says_what_its_full_colour_is_on_the_page_and_in_one_form(
    low, high, by_size, said
):
    values = np.array([[low / 2, high]])
    picture = Grid((), values, (Text("c"),), low=low, high=high, logarithmic=by_size)
    found, ends = scale_in(figure_of(picture))
    assert found == [said]
    assert max(ends) < 1


def looked_at(cell, x):
    trace = run(cell, cell.start(1, 1, 0), x)
    return LookedAt(trace, backpropagate(trace, "last"))


def bars_of(rows):
    """By what stands first in each row, how many columns of ink its bar has."""
    found = {}
    for row in map(str.strip, rows):
        if bar := re.search(r"[█▏▎▍▌▋▊▉▐·<>]*│[█▏▎▍▌▋▊▉▐·<>]+", row):
            found[row.strip("▸ ").split()[0]] = len(re.sub("[·│]", "", bar[0])) / len(bar[0])
    return found


GROWS = Cell("grows", "c = -1.9 * c_prev + x      # growing state\nh = 1000 * c    # output")


def test_a_quantity_has_one_scale_in_the_equations_and_in_the_ledger_and_that_is_stated():
    stage = Stage(looked_at(GROWS, np.sin(np.arange(20))[:, None]), lambda *_: None)
    text = text_of(drawn(stage, "20.c"))
    found = bars_of(text.splitlines())
    assert found["now"] == pytest.approx(found["c"], abs=0.1) == pytest.approx(0.5, abs=0.1)
    assert found["output"] == pytest.approx(found["h"], abs=0.1)
    for name, word in (("c", "was"), ("h", "output")):
        most = numeral(float(np.abs(stage.run.trace[name]).max()))
        (row,) = [row for row in text.splitlines() if row.startswith(word + " ")]
        assert row.endswith(f"±{most}")


def test_two_cells_beside_each_other_have_one_scale_for_what_has_one_name():
    x = np.sin(np.arange(20))[:, None]
    small = Cell("small", "c = 0.5 * c_prev + x\nh = 1 * c")
    stage = Stage(looked_at(GROWS, x), lambda *_: looked_at(small, x))
    shown = beside(stage.run, looked_at(small, x), State(5, "c"), (), 120, 40)
    sides = next(part for part in shown.parts if isinstance(part, Beside)).parts
    strip = next(part for part in shown.parts if isinstance(part, Stack)).parts[0]
    assert strip.high == np.abs(stage.run.trace["h"]).max()
    ends = [{b.name.text: (b.low, b.high) for b in side.parts[2].bars} for side in sides]
    assert ends[0] == ends[1]
    assert ends[0]["h"][1] == np.abs(stage.run.trace["h"]).max()


def test_the_run_as_it_was_has_the_scale_of_what_if_on_the_screen():
    stage, holds = stage_of(steps=8), read_holds(["h=-5@3"], CELLS["lstm"])
    held = stage.of(holds)
    assert held.scale("h") == (-5.0, 5.0)
    state = State(3, "h", holds=holds)
    above = through_time(held, state, (), 40)[0]
    (below,) = was_strip(held, state, (), 40)
    assert (above.low, above.high) == (below.low, below.high) == (-5.0, 5.0)


@pytest.mark.parametrize("at", [None, "3"])
def test_the_run_as_it_was_has_the_scale_of_what_if_in_a_picture(at):
    experiment = choose(StepOptions(hold=("h=-5@3", "o=100@6")))
    output = Output(save="a.png", backward=True)
    pictures = list(step_picture._pictures(experiment, output, Screen(at=at)))
    shown = list(everything(pictures))
    scales = [(each.low, each.high) for each in shown if isinstance(each, Grid)]
    scales += [(each.low, each.full) for each in shown if isinstance(each, Wiring)]
    half = len(scales) // 2
    assert half >= 2
    assert scales[:half] == scales[half:]


def everything(pictures):
    for each in pictures:
        yield each
        yield from everything(getattr(each, "parts", ()))


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(("hidden", "shown"), [(4, "all units"), (5, "4 of 5 units")])
def test_a_heat_map_of_some_units_says_how_many_of_how_many(hidden, shown, back):
    text = text_of(drawn(stage_of(hidden=hidden), State(9, "c", back)))
    assert f"{shown} through time" in text
    assert len(re.findall(r"^[▸ ] (?:∂L/∂)?c\[\d\]", text, re.M)) == 4


def test_columns_and_titles_stay_where_they_are_whatever_numbers_come():
    grows = Cell(
        "grows", "c = -1.9 * c_prev + x # growing state\nm = 1e-5 * c # small\nh = c * m # output"
    )
    stage = Stage(looked_at(grows, np.sin(np.arange(30))[:, None]), lambda *_: None)
    found = set()
    for t in range(30):
        rows = text_of(drawn(stage, State(t, "c", True))).splitlines()
        k = next(k for k, row in enumerate(rows) if re.search(r"value +gradient", row))
        shown = [row for row in rows[k:] if re.match(r"[▸ ] [cmh] ", row)]
        found.add((rows[k], *(("small" in row, "growing" in row) for row in shown)))
    assert len(found) == 1


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_long_name_is_whole_in_every_share_of_a_gradient(columns):
    long = "forgetting_gate_of_layer_one"
    cell = Cell(
        "long", f"z_{long} = W @ x + b\n{long} = sigmoid(z_{long})\nh = {long} * h_prev + x"
    )
    stage = Stage(looked_at(cell, np.ones((4, 1))), lambda *_: None)
    for line in stage.run.lines(True, 0):
        rows = drawn(stage, State(3, line, True), columns, 40)
        k = next(k for k, row in enumerate(rows) if "gradient   share" in row.plain)
        assert max(row.width for row in rows[k:]) <= columns
        words = re.findall(r"[\w∂/]*forg\w*", text_of(rows))
        assert {word.rpartition("∂")[2] for word in words} <= {long, "z_" + long}
