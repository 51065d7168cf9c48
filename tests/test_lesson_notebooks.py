"""Every lesson's notebook runs in a kernel, in another folder, and shows what was saved in it."""

import os
import re
import sys

import pytest
from program import lstm_viz

from lstm_viz.lessons.read import scripts

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")


@pytest.mark.filterwarnings("default")  # of what a kernel needs
@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_the_notebook_of_a_lesson_runs_and_shows_what_was_saved(path, tmp_path, monkeypatch):
    folders = os.path.dirname(sys.executable), os.defpath
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    monkeypatch.chdir(tmp_path)
    assert lstm_viz("lesson", str(path), "--save", "out.ipynb").exit_code == 0
    notebook = nbformat.read("out.ipynb", as_version=4)
    nbformat.validate(notebook)
    before = [shown(cell) for cell in notebook.cells]
    nbclient.NotebookClient(notebook, timeout=300).execute()
    for cell, saved in zip(notebook.cells, before, strict=True):
        text = "".join(each.get("text", "") for each in cell.get("outputs", ()))
        if cell.source.startswith("!") or "\n!" in cell.source:
            assert text.strip()
            assert not re.search(r"^lstm-viz [a-z]+: ", text, re.M), "a command was refused"
        else:
            assert shown(cell) == saved


def shown(cell):
    """What a cell printed, and how many pictures it showed."""
    outputs = cell.get("outputs", ())
    text = "".join(each.get("text", "") for each in outputs)
    return text.strip(), sum("data" in each for each in outputs)
