"""The screen of every task at every size, in both languages: nothing is cut, and nothing moves."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from stages import text_of
from trainings import training_of

from lstm_viz.commands import speaking
from lstm_viz.commands.train.live import At, Show
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.report import Report
from lstm_viz.figure.layout import Drawing
from lstm_viz.learning.recipes import PRICES
from lstm_viz.learning.tasks import TASKS
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import TaskTraining
from lstm_viz.pictures.kinds import Beside, Curve, Curves, Grid, Stack, Text, Words
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.views.watched_curves import prediction

SIZES = [(60, 20), (80, 24), (120, 40), (200, 50)]


@pytest.fixture(params=["en", "zh"])
def lang(request, monkeypatch):
    monkeypatch.setattr(speaking, "_chosen", [request.param])
    return request.param


@cache
def learned(task, *cells):
    """A training that is done, or several at once: a look at every update, samples at some."""
    if task not in TASKS:
        return (followed(training_of(task)),)
    settings = TaskSettings(task, hidden=12, steps=20, updates=12, batch=4)
    return tuple(followed(TaskTraining(replace(settings, cell=cell))) for cell in cells)


def followed(training):
    report = Report(training, Output(json_=True))
    report.watch_from_now()
    for _ in report.updates():
        report.looks.take()
    report.ended = True
    return report


def screens(reports, size, lang, part="cells"):
    """All that its screen shows, update by update: the rows, and by how many there are too many."""
    show = Show(reports, 1.0)
    for update in range(13):
        show.state = At(update, part)
        paper = Paper(size[0], height=size[1], say=LANGUAGES[lang], colours=True)
        yield show.rows(paper)[:-1], show.overflow


@pytest.mark.parametrize("part", ["cells", "gradient"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("task", [*TASKS, "sine", *PRICES])
def test_all_of_a_training_is_on_its_screen_and_stays_in_its_place(task, size, part, lang):
    reports = learned(task, "lstm")
    heads = set()
    for rows, too_many in screens(reports, size, lang, part):
        assert too_many <= 0, text_of(rows)
        assert max(row.width for row in rows) <= size[0]
        named = (re.match(r"([ifc])  |(Loss|损失|‖∂L)|( *\d+ *)▀| *(┊)", r.plain) for r in rows)
        heads.add(
            tuple(
                (k, found[1] or found[2] or (found[3] and len(found[3])) or found[4])
                for k, found in enumerate(named)
                if found
            )
        )
    assert len(heads) == 1, heads
    (found,) = heads
    if part == "cells":
        assert {"i", "f", "c"} <= {each for _, each in found}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cells", [("rnn", "lstm"), ("rnn", "lstm", "gru")])
def test_trainings_beside_each_other_have_the_same_columns(cells, size):
    for rows, _ in screens(learned("two-sequence", *cells), size, "en"):
        (head,) = [row.plain for row in rows if re.match(r"rnn +lstm", row.plain)]
        starts = [head.index(cell) for cell in cells]
        wide = starts[1] - 3
        strips = [row.plain.ljust(size[0]) for row in rows if row.plain.startswith("number")]
        (foot,) = [row.plain.ljust(size[0]) for row in rows if re.match(r" +1 .* 12 ", row.plain)]
        assert len(strips) == (size > (60, 20))
        for row in (*strips, foot):
            assert len({row[at : at + wide].rstrip() for at in starts}) == 1, row


# ---------------------------------------------------------------------------- what is drawn


def some_curves(title=()):
    values = np.array([0.1, 1.0])
    names = ("running mean", "baseline")
    curves = tuple(Curve(Text(n), values, dashed=n == "baseline") for n in names)
    return Curves(title, np.array([1.0, 150.0]), curves, "update", logarithmic=True)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", range(14, 60))
def test_no_name_of_a_curve_and_no_end_of_its_axis_is_cut(width, encoding):
    rows = [row.plain for row in lines(some_curves(), Paper(width, encoding=encoding, height=9))]
    assert max(map(len, rows)) <= width
    text = " ".join(" ".join(rows).split())
    assert text.count("running mean") == text.count("baseline") == 1, text
    assert rows[-1].split()[-1] == "150"


def test_what_a_title_says_is_not_said_again_above_a_narrow_plot():
    titled = some_curves((Text("running mean"),))
    assert text_of(list(lines(titled, Paper(16)))).count("running mean") == 1


@pytest.mark.parametrize("width", range(20, 60, 3))
def test_ticks_stand_below_the_whole_of_a_long_title(width):
    title = (Text("h  hidden state   2 of 32 units, those that change most"),)
    grid = Grid(title, np.ones((2, 8)), (Text("0"), Text("1")), marks=(3, 4), high=1.0)
    rows = [row.plain for row in lines(grid, Paper(width, colours=True))]
    (at,) = [k for k, row in enumerate(rows) if "┊" in row]
    assert "most" in " ".join(rows[: at + 1])
    assert "most" not in " ".join(rows[at + 1 :])


@pytest.mark.parametrize("width", range(17, 40))
def test_the_ends_of_a_scale_are_never_cut(width):
    grid = Grid((), np.zeros((1, 8)), (Text("0"),), low=-0.7, high=0.7)
    *_, legend = lines(grid, Paper(width, colours=True))
    assert legend.plain.split()[0] == "-0.7000"
    assert legend.plain.split()[-1] == "0.7000"


@pytest.mark.parametrize("width", range(46, 80))
def test_pictures_that_are_alike_are_as_wide(width):
    grid = Grid((), np.ones((1, 40)), (Text("h"),), high=1.0, shown="heights")
    row, *_ = lines(Beside((grid, grid)), Paper(width))
    left, right = re.findall("█+", row.plain)
    assert len(left) == len(right)


def test_how_old_a_prediction_is_stands_in_a_row_of_its_own():
    sample = next(learned("reber", "lstm")[0].looks.samples.__iter__())[1]
    both = [prediction(sample, 3, update, still=True) for update in (3, 40)]
    assert both[0].y_title == both[1].y_title == "after 3 updates"
    named = replace(sample, names=("a", "b"), truth=np.eye(2)[0], predicted=np.eye(2)[1])
    for update in (3, 40):
        picture = prediction(named, 3, update, still=True)
        assert isinstance(picture, Stack)
        assert isinstance(picture.parts[-1], Words)
    assert prediction(sample, 3, 40).title[0].text.endswith(", after 3 updates")


def test_between_two_steps_no_number_is_written():
    values = np.arange(20.0)
    for now, written in ((15.5, False), (15.0, True)):
        picture = Curves((), values + 1, (Curve(Text("truth"), values),), now=now)
        foot = list(lines(picture, Paper(80)))[-1].plain
        assert ("15" in foot) is written
        assert "." not in foot


def test_under_a_map_no_number_of_a_marked_step_lies_upon_another():
    marks, steps = (0, 1, 2, 40, 99), tuple(str(t + 1) for t in range(100))
    grid = Grid((), np.ones((2, 100)), (Text("0"), Text("1")), steps, high=1.0, marks=marks)
    figure = Drawing(grid, size=(6.0, 2.0)).figure
    figure.canvas.draw()
    named = [text for text in figure.texts if text.get_text() in steps]
    boxes = sorted((each.get_window_extent() for each in named), key=lambda box: box.x0)
    assert all(one.x1 < two.x0 for one, two in pairwise(boxes))
    assert {"1", "41", "100"} <= {each.get_text() for each in named}
