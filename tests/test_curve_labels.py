"""Curves and strips in a terminal: labels near their curves, none lost; what is not finite."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.figure import drawn
from lstm_viz.pictures.kinds import Areas, Curve, Curves, Grid, Text
from lstm_viz.terminal.labels import fitted, spread
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.views.gradients.ledger import step_names


@pytest.mark.parametrize(
    ("wanted", "height", "rows"),
    [
        ([0.5, 3.5, 9.5], 10, [0, 3, 9]),
        ([4.5, 4.5, 4.5], 10, [3, 4, 5]),
        ([0.5, 0.5, 9.5], 10, [0, 1, 9]),
        ([9.5, 9.5], 10, [8, 9]),
        ([0.5, 5.2, 5.4, 5.6], 10, [0, 4, 5, 6]),
    ],
)
def test_labels_stand_at_their_curves_or_around_them(wanted, height, rows):
    assert spread(wanted, height) == rows


def test_where_rows_are_too_few_one_says_how_many_have_none():
    rows, left_out = fitted([0.1, 0.2, 0.3, 0.4, 0.5, 4.5], 4)
    assert rows == [0, 1, 2, 3]
    assert len(left_out) == 3
    assert 5 not in left_out


def test_no_curve_goes_unnamed_and_unsaid():
    curves = tuple(Curve(Text(f"curve{k}", "memory"), np.full(5, float(k))) for k in range(8))
    text = "\n".join(
        row.plain for row in lines(Curves((), np.arange(5.0), curves), Paper(80, height=7))
    )
    named = [k for k in range(8) if f"curve{k}" in text]
    assert named
    assert f"⋮ {8 - len(named)} more" in text


@pytest.mark.parametrize("beads", [True, False])
@pytest.mark.parametrize("colours", [True, False])
def test_a_number_that_is_not_finite_has_a_mark_that_is_explained(beads, colours):
    values, lit = np.array([[np.inf, 1e-3, 1.0]]), (0.0, 3.0) if beads else None
    strip = Grid((), values, (Text("irnn"),), low=1e-6, high=1.0, logarithmic=True)
    strip = replace(strip, of="gradient", beads=beads, lit=lit, shown="colours")
    for sides in (None, (8, 0)):
        paper = Paper(80, colours=colours, sides=sides)
        first, *_, legend = [row.plain for row in lines(strip, paper)]
        assert "x" in first
        assert "x not finite" in legend
        strip_of_finite = replace(strip, values=np.array([[1e-3, 1e-3, 1.0]]))
        assert "finite" not in "".join(row.plain for row in lines(strip_of_finite, paper))


@pytest.mark.parametrize("count", [2, 10, 14, 88])
def test_the_axis_of_a_ledger_names_the_first_and_the_last_step(count):
    names = step_names(list(range(count)), 80)
    assert (names[0], names[-1]) == ("1", str(count))


def test_the_sum_of_areas_has_its_name_beside_its_line():
    halves = (Curve(Text("a"), np.full(9, 0.25)), Curve(Text("b"), np.linspace(0, 1, 9)))
    picture = Areas((), np.arange(9.0), halves, total=Text("c", "memory"))
    text = "\n".join(row.plain for row in lines(picture, Paper(60, height=12)))
    assert re.search(r"• c *$", text, re.M)
    figure = drawn(picture)
    (axes,) = figure.axes
    (name,) = [each for each in figure.texts if each.get_text() == "$c$"]
    at = axes.transData.inverted().transform(figure.transFigure.transform(name.get_position()))
    assert abs(at[1] - 1.25) < 0.1
    assert at[0] > 8


@pytest.mark.parametrize(("back", "encoding"), [(0, "utf-8"), (1, "utf-8"), (1, "ascii")])
def test_a_label_beside_another_row_than_its_curves_end_has_a_stroke_towards_it(back, encoding):
    ends = [0.0, *(0.5 + 0.01 * k for k in range(5)), 1.0]
    curves = tuple(Curve(Text(f"curve{k}"), np.full(9, end)) for k, end in enumerate(ends))
    picture = Curves((), np.arange(9.0), curves, from_right=bool(back))
    rows = [row.plain for row in lines(picture, Paper(60, height=13, encoding=encoding))]
    up, down = ("╱", "╲") if encoding == "utf-8" else ("/", "\\")
    for k, towards in enumerate((" ", down, down, " ", up, up, " ")):
        (row,) = [row for row in rows if f"curve{k}" in row]
        other = {up: down, down: up}.get(towards, " ")
        at = row.index(f"curve{k}")
        assert (row[at + 6] == other) if back else (row[at - 1] == towards), row


@pytest.mark.parametrize(("width", "shown"), [(24, ["2012-10-04"]), (31, "both"), (80, "both")])
def test_what_stands_under_an_axis_is_written_as_a_whole_or_not_at_all(width, shown):
    dates = ("2012-10-04", *["2012-12-01"] * 8, "2013-03-01")
    curves = (Curve(Text("predicted"), np.arange(10.0)),)
    *_, under = lines(Curves((), np.arange(10.0), curves, names=dates), Paper(width))
    assert under.plain.split() == ([dates[0], dates[-1]] if shown == "both" else shown)
    assert under.width <= width


@pytest.mark.parametrize("height", [7, 8, 20])
def test_where_there_is_no_row_for_it_the_sum_is_named_beside_the_axis(height):
    parts = tuple(Curve(Text(name), np.full(9, 0.2)) for name in "abcde")
    picture = Areas((), np.arange(9.0), parts, total=Text("all together"))
    rows = [row.plain.rstrip() for row in lines(picture, Paper(60, height=height))]
    assert max(map(len, rows)) <= 60
    (named,) = [row for row in rows if "• all together" in row]
    (first,) = [row for row in rows if row.endswith("█ a")]
    assert named.index("• all") == first.index("█ a")
    assert (named is rows[-1]) == (height == 7)


ENDLESS = np.array([np.nan, np.inf, 1.0, 1.0])


def flow_like(now=None):
    """What holds, what is no number from step 2 back, and what is 0 at the first step."""
    each = {"holds": np.ones(4), "endless": ENDLESS, "zero": np.array([0, 0.5, 0.5, 1])}
    curves = [Curve(Text(name), values) for name, values in each.items()]
    curves[1] = replace(curves[1], note="not finite" if now in (None, 1, 2) else "")
    axis = "step", "", True, now, 0.01, 1.0, True
    return Curves((), np.arange(1.0, 5.0), tuple(curves), *axis)


def test_no_stroke_leads_from_a_label_to_the_curve_of_another():
    rows = [row.plain for row in lines(flow_like(), Paper(80, height=9))]
    (held,), (endless,), (zero,) = (
        [row for row in rows if each in row] for each in ("holds", "endless", "zero")
    )
    assert held is rows[0]
    assert "endless not finite" in endless
    assert not re.search("[╱╲]", held + endless)
    assert rows.index(zero) == rows.index(endless) - 1
    assert "╲" in zero  # to its own, which lies on the floor
    assert re.search("[\u2801-\u28ff]", endless.partition("finite")[2])


def test_in_a_figure_no_line_leads_to_what_has_no_end():
    picture = flow_like()
    figure = drawn(picture)
    (axes,) = figure.axes
    leaders = [line for line in axes.lines if line.get_linewidth() < 1 and line.get_visible()]
    for line in leaders:
        x, y = line.get_xdata()[0], line.get_ydata()[0]
        ends = [c.values[0] for c in picture.curves if np.isfinite(c.values[0])]
        assert x == 1
        assert min(abs(y - max(end, 0.01)) for end in ends) < 1e-9
    assert "not finite" in [text.get_text() for text in figure.texts if text.get_visible()]


def test_until_it_has_no_number_a_curve_is_named_at_its_end():
    rows = [row.plain for row in lines(flow_like(3.0), Paper(80, height=9))]
    assert not [row for row in rows if "not finite" in row]
    (row,) = [row for row in rows if "endless" in row]
    assert rows.index(row) < 4
