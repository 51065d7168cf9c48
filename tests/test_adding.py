"""docs/adding.md does what it says: each of its four promises, on a copy of the house."""

import json
import re
import shutil
import subprocess
import sys
from math import exp

import numpy as np
import pytest
from program import ROOT

from lstm_viz.files.npz import read_arrays

PAGE = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")


def block(heading, number):
    """What stands in a section of the page between ``` and ```."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```\w*\n(.*?)^```", section, flags=re.M | re.S)[number]


def add(file, text, below):
    """Put lines into a file, below the line that begins so."""
    before, line, after = re.split(f"^({re.escape(below)}.*\n)", file.read_text(), flags=re.M)
    file.write_text(before + line + text + after)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the tree to which a cell, a function, a view and a lesson were added."""
    copy = tmp_path_factory.mktemp("copy") / "house"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "docs")
    shutil.copytree(ROOT, copy, ignore=left_out)
    package = copy / "lstm_viz"
    (copy / "indrnn.txt").write_text(block("A cell", 0))
    add(package / "cells" / "rnn.py", block("A cell", 2), below="TEXTS")
    add(package / "equations" / "functions.py", block("A function", 0), below="FUNCTIONS")
    (package / "views" / "gradients" / "units.py").write_text(block("A view", 0))
    add(package / "pictures" / "chinese.py", block("A view", 1), below="CHINESE: ")
    (copy / "lessons" / "99_forgetting.py").write_text(block("A lesson", 0))
    add(copy / "lessons" / "README.md", block("A lesson", 1), below="|---")
    return copy


@pytest.fixture
def inside(house, monkeypatch):
    """Run Python there: what it prints."""
    monkeypatch.setenv("PYTHONPATH", str(house))

    def run(*arguments):
        asked = [sys.executable, *arguments]
        done = subprocess.run(asked, cwd=house, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_an_added_cell_is_in_the_zoo_in_every_command_and_in_the_tests(inside):
    assert "indrnn" in inside("-m", "lstm_viz", "cells").split()
    by_name = inside("-m", "lstm_viz", "step", "--cell", "indrnn", "--json")
    by_file = inside("-m", "lstm_viz", "step", "--cell", "indrnn.txt", "--json")
    assert json.loads(by_name)["values"] == json.loads(by_file)["values"]
    inside("-m", "pytest", "tests/test_truth.py", "-k", "indrnn")


FUNCTION = """
from lstm_viz import Cell, run
from lstm_viz.equations import latex, numpy_source

cell, source = Cell("one", "h = swish(W @ x)"), {"__name__": "file"}
exec(numpy_source.numpy_source(cell), source)
floats, arrays = (run(cell, {"W": [[2.0]] * rows}, [[1.0]])["h"][0] for rows in (1, 2))
print(*floats, *arrays, source["swish"](2.0), latex.latex(cell))
"""


def test_an_added_function_is_known_to_floats_arrays_numpy_source_latex_and_the_tests(inside):
    *numbers, written = inside("-c", FUNCTION).split(maxsplit=4)
    assert list(map(float, numbers)) == pytest.approx([2 / (1 + exp(-2))] * 4, rel=1e-15)
    assert r"\operatorname{swish}(W \, x_{t})" in written
    inside("-m", "pytest", "tests/test_derivation.py", "-k", "swish")


def test_an_added_view_is_an_option_with_its_picture_and_its_numbers(inside):
    asked = ("-m", "lstm_viz", "gradients", "--cells", "lstm", "--length", "5", "--units")
    assert re.search(r"--units +The gradient of each unit at each step", inside(*asked, "--help"))
    assert "c[15]" in inside(*asked)
    (flow,) = json.loads(inside(*asked, "--json"))["flows"]
    assert np.linalg.norm(flow["units"], axis=1) == pytest.approx(flow["norms"][0])


def test_an_added_lesson_runs_and_is_tested(inside):
    assert "1.0 0.5 0.25 0.125" in inside("lessons/99_forgetting.py")
    chosen = "99_forgetting and not notes"  # which are too long for the page
    inside("-m", "pytest", "tests/test_lessons.py", "-k", chosen)


def test_an_added_view_has_a_key_a_row_in_every_table_and_a_line_in_the_reference(inside, house):
    asked = ("-m", "lstm_viz", "gradients", "--cells", "rnn,lstm", "--length", "5", "--hidden", "2")
    assert "lstm/units" in inside(*asked, "--units", "--csv").splitlines()[0]
    inside(*asked, "--units", "--save", "all.npz")
    assert any("units" in name for name in read_arrays(house / "all.npz"))
    code = (
        "from lstm_viz.views.gradients.film import GradientFilm\n"
        "class Some: steps = 3\n"
        "print([key.words for key in GradientFilm(Some()).film().keys if key.label == 'n'])"
    )
    assert "units: " in inside("-c", code)
    inside("-m", "pytest", "tests/test_languages.py", "-k", "units or keys_of_gradients")
