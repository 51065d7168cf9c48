"""The ends of a scale: whole, in their place at every step, those that it is drawn with."""

import re

import numpy as np
import pytest
from stages import drawn, text_of

from lstm_viz import CELLS
from lstm_viz.commands.output import Screen
from lstm_viz.commands.step_frames import make_stage
from lstm_viz.experiments import choose
from lstm_viz.experiments.holds import read_holds
from lstm_viz.experiments.options import CellOptions, InputOptions, StepOptions
from lstm_viz.figure import drawn as figure_of
from lstm_viz.pictures.kinds import Grid, Text
from lstm_viz.pictures.numerals import in_room, short
from lstm_viz.views.step.state import State


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
