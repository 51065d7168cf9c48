"""Lines side by side: one scale for one quantity, and no room for what has nothing to show."""

import re

import numpy as np
import pytest
from flows import flow_of, said
from matplotlib.colors import to_rgb
from sights import contrast

from lstm_viz import measures
from lstm_viz.experiments import compare
from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.experiments.options import CellOptions, GradientOptions, InputOptions
from lstm_viz.figure.layout import Drawing
from lstm_viz.figure.style import THEMES, legible
from lstm_viz.pictures.alt_text import describe
from lstm_viz.pictures.kinds import Areas, Bars, Beside, Curve, Curves, Grid, Stack, Text, Words
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.pictures.theme import LOOKS
from lstm_viz.views.gradients import PARTS
from lstm_viz.views.gradients.film import GradientFilm
from lstm_viz.views.gradients.lines import labels
from lstm_viz.views.gradients.look import Look
from lstm_viz.views.gradients.verdicts import words
from lstm_viz.views.wiring.diagram import wiring

LINES = GradientFlows((flow_of("rnn"), flow_of("lstm"), flow_of("lstm", scale=3.0)), ())


def shown(part, kind):
    stacks = PARTS[part].pictures(LINES, Look())
    return [each for stack in stacks for each in stack.parts if isinstance(each, kind)]


def ends(each):
    found = each.bars if isinstance(each, Bars) else (each,)
    return {(one.low, one.high) for one in found}


@pytest.mark.parametrize(
    ("part", "kind"), [("routes", Bars), ("ledger", Grid), ("gates", Grid), ("spectrum", Curves)]
)
def test_lines_side_by_side_have_one_scale(part, kind):
    pictures = shown(part, kind)
    assert len(pictures) > 1
    assert len(set().union(*map(ends, pictures))) == 1
    ((low, high),) = ends(pictures[0])
    values = [np.ravel(v) for each in pictures for v in numbers(each)]
    assert np.nanmax(np.concatenate(values)) <= high
    assert low < high


def numbers(picture):
    if isinstance(picture, Bars):
        return [bar.value for bar in picture.bars]
    return [picture.values] if isinstance(picture, Grid) else [c.values for c in picture.curves]


def test_a_line_with_nothing_to_show_takes_no_room_from_the_others():
    film = GradientFilm(LINES, ("gates",))
    columns, told, _ = film.slide(film.first()).parts
    assert isinstance(columns, Beside)
    assert len(columns.parts) == 2
    assert describe(told).endswith("rnn has no gates.")
    only = GradientFilm(GradientFlows(LINES.flows[:1], ()), ("gates",))
    assert "rnn has no gates." in describe(only.slide(only.first()))


def test_a_value_that_no_gate_takes_has_no_column():
    first, *_ = shown("gates", Grid)
    gates = measures.gate_statistics(LINES.flows[1].trace)
    often = np.array([each.often for each in gates.values()])
    assert (often == 0).any()
    assert np.array_equal(np.isnan(first.values), often == 0)


def names_of(values, size=(10.0, 5.0)):
    """Of some areas over the steps: where each name stands, in data, and the areas' edges there."""
    x = np.arange(1.0, len(values[0]) + 1)
    parts = tuple(Curve(Text(f"part {k}"), np.array(v)) for k, v in enumerate(values))
    drawing = Drawing(Areas((), x, parts, "step"), size=size)
    drawing.figure.canvas.draw()
    (axes,) = drawing.figure.axes
    out = axes.transData.inverted()
    boxes = {t.get_text(): t.get_window_extent() for t in drawing.figure.texts}
    return {k: out.transform(boxes[f"part {k}"].get_points()) for k in range(len(values))}, float(
        x[-1]
    )


def test_an_area_with_room_for_its_name_has_it_inside():
    wave = 2 + np.sin(np.arange(60) / 9)
    places, last = names_of([wave, np.full(60, 1e-3), -wave])
    for k, (least, most) in ((0, (0.0, wave)), (2, (-wave, 0.0))):
        (x0, y0), (x1, y1) = places[k]
        steps = slice(int(np.floor(x0)) - 1, int(np.ceil(x1)))
        assert 1 <= x0 < x1 <= last
        assert np.max(np.broadcast_to(least, 60)[steps]) <= y0
        assert y1 <= np.min(np.broadcast_to(most, 60)[steps])
    assert places[1][0][0] > last  # the thin one is named beside the plot


def test_a_line_held_at_nothing_for_a_step_is_not_said_to_keep_nothing():
    short = InputOptions(input="noise:6")
    for hold, name in (("f=0@3", "lstm, hold f=0@3"), ("f=0", "lstm, hold f=0")):
        flows = compare(GradientOptions((CellOptions("lstm", 4),), short, hold=(hold,)))
        was, held = labels(flows)
        assert re.fullmatch(r"lstm, f ≈ 0\.\d\d", was)
        assert held == name
        assert not any("half-life" in said(each) for each in list(words(flows, ENGLISH))[1:])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("of", LOOKS)
def test_a_number_on_a_colour_is_read(theme, of):
    ink = THEMES[theme]
    for ramp in (ink.ramp(of), ink.signs(of)):
        for fill in ramp(np.linspace(0, 1, 40))[:, :3]:
            assert contrast(to_rgb(legible(fill)), fill) >= 4.5


def test_beside_another_run_like_stands_by_like():
    trace = LINES.flows[1].trace
    said = (
        Words((Text("a long sentence that takes more than one line " * 9),)),
        Words((Text("short"),)),
    )
    pair = Beside(tuple(Stack((words, wiring(trace, 3), words)) for words in said))
    boxes = [axes.get_position() for axes in Drawing(pair, size=(16.0, 9.0)).figure.axes]
    left, right = (box for box in boxes if box.height > 0.3)  # not the keys below
    assert left.intervaly == pytest.approx(right.intervaly)
