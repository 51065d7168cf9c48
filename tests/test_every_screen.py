"""Every screen of `lstm-viz step`, in every language, on the smallest usual terminal."""

import re
from collections import Counter

import pytest
from stages import a_stage, drawn, text_of

from lstm_viz import CELLS
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.views.step.state import State

NUMBER = re.compile(r"(?<![\w.\[-])-?\d+\.\d+(?:e-?\d+)?")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
VIEWS = {
    "plain": {},
    "every product": {"terms": True},
    "predicted": {"predict": True},
    "hidden": {"predict": True, "hidden": True},
    "beside another": {"beside": True},
}


def states(stage, view):
    """Each line that can be chosen, of each unit, forward and backward."""
    for back in (False, True):
        for unit in range(2):
            for line in stage.run.lines(back, unit):
                yield State(2, line, back, unit, **VIEWS[view])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CELLS)
def test_every_screen_fits_and_is_written_in_its_language(name, lang, view):
    stage = a_stage(name, 2, lang)
    for state in states(stage, view):
        rows = drawn(stage, state)
        assert len(rows) == 24
        assert max(row.width for row in rows) <= 80
        assert "{" not in text_of(rows)
        assert not re.search(r"\bnan\b", text_of(rows))  # what is to be predicted has no number
        assert bool(CHINESE.search(text_of(rows))) == (lang == "zh")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["lstm", "slstm"])
def test_every_screen_shows_the_same_numbers_in_every_language(name, view):
    english, *others = (a_stage(name, 2, lang) for lang in LANGUAGES)
    for state in states(english, view):
        shown = Counter(NUMBER.findall(text_of(drawn(english, state, lines=100))))
        for other in others:
            assert Counter(NUMBER.findall(text_of(drawn(other, state, lines=100)))) == shown, state


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 200])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("name", ["lstm", "gru", "peephole-lstm"])
def test_of_titles_of_a_kind_all_are_shown_or_none(name, back, width):
    stage = a_stage(name, 2)
    said = text_of(drawn(stage, State(2, "h", back, 0), columns=width, lines=60))
    sums = [stage.run.title(each) for each in stage.run.cell.quantities if each.startswith("z_")]
    shown = [title for title in sums if title in said]
    assert shown in ([], sums)
