"""In a heat map the sign of a number is seen in grey too, and what is infinite is not empty."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from sights import XYZ, linear

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.figure import drawn
from lstm_viz.figure.style import THEMES
from lstm_viz.measures import norms
from lstm_viz.pictures.kinds import Beside, Grid, Text
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.views.gradients.chain import picture as chains
from lstm_viz.views.gradients.sweep import strips
from lstm_viz.views.overview import overview

INF = float("inf")


def marks(picture, kind):
    """Where the marks of a heat map or a chain stand: (row, column)."""
    (found,) = [
        each
        for axes in drawn(picture).axes
        for each in axes.collections
        if type(each) is kind and (kind is LineCollection or each.get_zorder() == 4)
    ]
    if kind is LineCollection:
        middles = (line.mean(axis=0) for line in found.get_segments())
    else:
        middles = np.ma.filled(found.get_offsets()) if found.get_visible() else ()
    return {(int(y), round(x)) for x, y in middles}


def test_a_cell_below_zero_has_a_dash():
    values = np.random.default_rng(0).uniform(-1, 1, (9, 30))
    values[np.abs(values) < 0.1] = 0.3
    picture = Grid((), values, tuple(map(Text, "abcdefghi")), low=-1.0, of="memory")
    assert marks(picture, LineCollection) == set(map(tuple, np.argwhere(values < 0).tolist()))


@pytest.mark.parametrize("beads", [True, False])
def test_an_infinite_number_has_a_cross(beads):
    values = np.array([[0.0, 0.5, INF, np.nan, -INF, 1.0]] * 2)
    names = (Text("a"), Text("b"))
    for lit, seen in ((None, {2, 4}), ((0, 2), {2})):
        picture = Grid((), values, names, low=-1.0, of="memory", beads=beads, lit=lit)
        assert marks(picture, PathCollection) == {(row, k) for row in (0, 1) for k in seen}


def test_what_is_no_number_has_a_cross_in_each_map_of_a_run_and_the_cross_is_explained():
    ratio = Cell("ratio", "n = n_prev + x\nc = c_prev + x\nh = c / n")
    for x, there in (([0, 0, 1.0], {(0, 0), (0, 1)}), ([1.0, 2, 3], set())):
        picture = overview(run(ratio, {}, np.array(x)))
        grids = [each for each in picture.parts if isinstance(each, Grid)]
        (grid,) = [each for each in grids if each.rows[0].text == "h"]
        assert marks(grid, PathCollection) == there
        said = [text.get_text() for text in drawn(picture).texts]
        assert ("× inf, nan" in said) == bool(there)


def test_in_a_chain_what_is_no_number_is_not_drawn_as_what_is_zero():
    ratio = Cell("ratio", "n = n_prev + x\nc = c_prev + x\nh = c / n")
    back = backpropagate(run(ratio, {}, np.array([0, 0, 1.0])))
    flow = GradientFlow("ratio", "", back, norms(back, "c")[None])
    flows = GradientFlows((flow,), ())
    assert np.isnan(flow.left[:2]).all()
    for grid in (strips(flows, 0, ENGLISH), chains(flows).parts[1]):
        assert isinstance(grid, Grid)
        assert marks(replace(grid, beads=True), PathCollection) == {(0, 0), (0, 1)}


def test_a_scale_that_is_as_wide_as_floats_are_is_drawn():
    grid = Grid((), np.array([[-1.7e308, 0.0, 1.7e308]]), (Text("c"),), low=-1.7e308, high=1.7e308)
    (row, *_) = lines(grid, Paper(40, colours=False))
    assert row.plain.split() == ["c", "%%%%%%", "@@@@@@"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("of", ["input", "sum", "weight"])
def test_a_kind_without_a_hue_goes_one_way_from_pale_to_strong(theme, of):
    tones = THEMES[theme].tones(of)(np.linspace(0, 1, 9))[:, :3]
    lights = [float(np.array(XYZ[1]) @ linear(tone)) ** 0.4 for tone in tones]
    steps = np.diff(lights) * (1 if theme == "dark" else -1)
    assert steps.min() > 0.03


def test_an_input_of_many_rows_is_drawn_in_such_tones():
    for rows, wanted in ((8, "signs"), (9, "tones")):
        picture = Grid((), np.ones((rows, 3)), (Text("x"),) * rows, low=-1.0, of="input")
        (image, *_) = (image for axes in drawn(picture).axes for image in axes.images)
        assert image.get_cmap() == getattr(THEMES["light"], wanted)("input")


def test_every_row_of_an_input_is_in_the_overview():
    for rows, units in ((3, 2), (8, 9), (12, 2), (12, 9), (40, 5)):
        x = np.random.default_rng(0).normal(size=(20, rows))
        cell = CELLS["gru"]
        (first, *_) = overview(run(cell, cell.start(rows, units, 0), x)).parts[1:]
        grid = first if isinstance(first, Grid) else first.parts[0]
        np.testing.assert_array_equal(grid.values, x.T)
        assert (grid.shown == "colours") == (rows > 8)


@pytest.mark.parametrize("columns", [6, 9, 12, 14])
def test_numbers_in_neighbouring_cells_do_not_touch(columns):
    values = -np.random.default_rng(0).uniform(0.001, 0.01, (4, columns))
    one = Grid((), values, tuple(map(Text, "0123")), low=-1.0, of="output")
    figure = drawn(Beside((one, one)))
    figure.canvas.draw()
    for axes in (each for each in figure.axes if each.texts):
        for row in range(4):
            texts = (text for text in axes.texts if text.get_position()[1] == row)
            boxes = [text.get_window_extent() for text in texts]
            gaps = [b.x0 - a.x1 for a, b in pairwise(boxes)]
            assert min(gaps) > 0.03 * figure.dpi
