"""Every view of `lstm-viz gradients` at every size: what it says is on the screen."""

import re
from functools import cache

import pytest
from flows import flow_of
from stages import text_of

from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.pictures.alt_text import plain
from lstm_viz.pictures.kinds import Words
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import frame
from lstm_viz.views.gradients import PARTS
from lstm_viz.views.gradients.film import At, GradientFilm

SIZES = [(60, 20), (80, 24), (120, 40), (200, 50)]


@cache
def flows(cell):
    return GradientFlows((flow_of(cell, every=True),), ())


def drawn(film, part, size):
    sheet = Paper(size[0], height=size[1], say=film.say, colours=True)
    return frame(film.film(), At(part=part), sheet)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_all_that_a_view_shows_and_says_is_on_the_screen(cell, part, size, lang):
    film = GradientFilm(flows(cell), say=LANGUAGES[lang])
    rows, too_many = drawn(film, part, size)
    assert too_many <= 0, text_of(rows)
    assert max(row.width for row in rows) <= size[0]
    said = "".join(text_of(rows).split())
    for each in film.picture(At(part=part), *size).parts:
        if isinstance(each, Words):
            assert "".join(plain(each.text).split()) in said


def test_the_ledger_has_as_many_rows_as_the_screen_has_room_for():
    film = GradientFilm(flows("lstm"))
    shown = [text_of(drawn(film, "ledger", size)[0]) for size in SIZES]
    assert [len(re.findall(r"^loss \d", each, re.M)) for each in shown] == [14, 18, 30, 30]
