"""The zoo, the variants that files ask for, and names that are looked up."""

from importlib import import_module
from pathlib import Path

import pytest

import lstm_viz.cells
from lstm_viz import CELLS, InputError
from lstm_viz.cells import FAMILIES, rnn
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import look_up


def test_a_text_in_a_family_is_a_cell_of_the_zoo(monkeypatch):
    monkeypatch.setitem(rnn.TEXTS, "leak", ("nobody", "h = 0.9 * h_prev + W @ x"))
    assert CELLS["leak"].source == "nobody"
    assert list(CELLS)[2] == "leak"
    assert len(CELLS) == len(list(CELLS))


def test_no_family_is_forgotten():
    files = Path(lstm_viz.cells.__path__[0]).glob("[a-z]*.py")
    modules = [import_module(f"lstm_viz.cells.{file.stem}") for file in files]
    assert {each for each in modules if hasattr(each, "TEXTS")} == set(FAMILIES)


def test_no_two_cells_have_one_name():
    assert len(set(CELLS)) == len(CELLS)


def test_an_unknown_cell_is_answered_with_the_nearest_or_with_all():
    with pytest.raises(KeyError, match=r"no cell is called 'ltsm': did you mean 'lstm'\?"):
        CELLS["ltsm"]
    with pytest.raises(InputError, match="no cell is called '': there are rnn, irnn, lstm"):
        CELLS[""]


def test_a_name_is_looked_up_or_refused_with_the_nearest():
    known = {"mse": 1, "huber": 2}
    assert look_up("mse", known, "loss") == 1
    with pytest.raises(InputError, match=r"no loss is called 'mes': did you mean 'mse'\?"):
        look_up("mes", known, "loss")
    with pytest.raises(OptionError, match="no loss is called 'zzz': there are mse, huber"):
        look_up("zzz", known, "loss", OptionError)
    with pytest.raises(InputError, match="there are none"):
        look_up("mse", {}, "loss")
