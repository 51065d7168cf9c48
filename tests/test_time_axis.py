"""The first and the last step have their number on every axis of time, whatever the width."""

import re
from itertools import pairwise

import numpy as np
import pytest

from lstm_viz.figure.layout import Drawing
from lstm_viz.pictures.kinds import Curve, Curves, Grid, Stack, Text
from lstm_viz.pictures.scales import ticks
from lstm_viz.terminal.paper import Paper, lines

LENGTHS = range(1, 121)
SOME = (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 19, 21, 23, 26, 49, 51, 73, 99, 100, 101, 119, 120)


def grid(steps, shown="heights", chosen=-1):
    names = tuple(str(k + 1) for k in range(steps))
    values = np.linspace(0, 1, steps)[None]
    rows, at = (Text("f"),), (-1, chosen)
    return Grid((), values, rows, columns=names, low=0.0, high=1.0, shown=shown, chosen=at)


def curves(steps):
    return Curves((), np.arange(1, steps + 1), (Curve(Text("c"), np.ones(steps)),), "step")


def numbers(row):
    return [int(word) for word in re.findall(r"\d+", row.plain)]


def ends(steps):
    return [1, steps] if steps > 1 else [1]


@pytest.mark.parametrize("width", [20, 33, 60, 80, 120])
def test_in_a_terminal_strips_and_curves_number_the_first_and_the_last_step(width):
    for steps in LENGTHS:
        head, *_, foot = lines(Stack((grid(steps), curves(steps)), in_step=True), Paper(width))
        for row in (head, foot):
            found = numbers(row)
            assert found == sorted(set(found)), row.plain
            assert [found[0], found[-1]][: len(ends(steps))] == ends(steps), row.plain


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_beside_the_chosen_step_the_ends_have_their_numbers_where_it_leaves_room(width):
    for steps in SOME:
        for chosen in range(0, steps, 7):
            (head, *_) = lines(grid(steps, "heights", chosen), Paper(width, sides=(4, 8)))
            found = numbers(head)
            assert chosen + 1 in found
            assert chosen < steps / 4 or found[0] == 1, head.plain
            assert chosen >= steps * 3 / 4 - 1 or found[-1] == steps, head.plain


@pytest.mark.parametrize("width", [3.0, 6.0, 12.0])
@pytest.mark.parametrize("steps", SOME)
def test_in_a_picture_strips_and_curves_number_the_same_steps_and_none_runs_into_another(
    steps, width
):
    drawing = Drawing(Stack((grid(steps, "colours"), curves(steps))), size=(width, 4.0))
    (plot,) = (axes for axes in drawing.figure.axes if len(axes.get_xticks()))
    ticked = plot.get_xticks().astype(int).tolist()
    named = [int(each.get_text()) for each in drawing.figure.texts if each.get_text().isdigit()]
    assert sorted(named) == ticked
    assert [ticked[0], ticked[-1]][: len(ends(steps))] == ends(steps)
    drawing.figure.canvas.draw()
    boxes = [each.get_window_extent() for each in plot.get_xticklabels()]
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


@pytest.mark.parametrize("room", [0.3, 1, 4, 17.5, 60])
def test_between_the_ends_stand_round_numbers(room):
    for first in (1, 3, 10):
        for last in range(first, first + 400, 13):
            found = ticks(first, last, room)
            assert (found[0], found[-1]) == (first, last)
            inner = found[1:-1]
            assert all(b - a >= room for a, b in pairwise(found) if len(found) > 2)
            assert all(each % (inner[1] - inner[0]) == 0 for each in inner if len(inner) > 1)
