"""The zoo, the variants that files ask for, and names that are looked up."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import lstm_viz.cells
from lstm_viz import CELLS, InputError
from lstm_viz.cells import FAMILIES, rnn, variants
from lstm_viz.equations.text import equation_text
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


# ---------------------------------------------------------------------------- variants

VARIANTS = (Path(__file__).parent / "fixtures" / "variants.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.split(r"\n(?=\w)", VARIANTS.rstrip()))
def test_a_variant_is_the_zoos_cell_but_for_what_was_asked(block):
    (call, name), *lines = [block.partition("\n")[0].split(" -> "), *block.splitlines()[1:]]
    cell = eval(call, vars(variants))
    assert cell.name == name
    said = [e.title + (f": {e.meaning}" if e.meaning else "") for e in cell.equations]
    written = map(equation_text, cell.equations)
    assert [line.strip() for line in lines] == [
        f"{a}  # {b}" for a, b in zip(written, said, strict=True)
    ]


def test_what_the_zoo_has_is_no_variant():
    assert variants.lstm() is CELLS["lstm"]
    assert variants.lstm(peephole=True) is CELLS["peephole-lstm"]
    assert variants.gru() is CELLS["gru"]
    assert variants.gru(reset_after=False) is CELLS["gru-reset-before"]
    assert variants.rnn() is CELLS["rnn"]
    assert variants.rnn("relu({0})") is CELLS["irnn"]
