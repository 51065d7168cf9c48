"""`lstm-viz cells`: the built-in cells, and all that follows from a cell's text."""

import json
import re

import pytest
from program import lstm_viz, start

from lstm_viz import CELLS, read_cell
from lstm_viz.equations.text import equation_text


def test_the_zoo_is_listed_with_what_each_cell_carries_and_its_source():
    shown = " ".join(lstm_viz("cells", width=400).stdout.split())
    for name in CELLS:
        cell = CELLS[name]
        assert f"{name} {', '.join(cell.states)} {cell.source}" in shown


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_shown_with_equations_words_gradients_and_parameters(name):
    cell, shown = CELLS[name], lstm_viz("cells", name, width=400).stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    for equation in cell.equations:
        meaning = f": {equation.meaning}" if equation.meaning else ""
        assert f"{equation_text(equation)} {equation.title}{meaning}" in lines
    for edge in cell.backward:
        assert any(line.endswith(str(edge)) for line in lines)
    for parameter, shape in cell.parameters.items():
        assert any(line.startswith(f"{parameter} {' × '.join(shape)} ") for line in lines)
    (count,) = re.findall(
        r"numbers: ([\d,]+) for I = (\d+) inputs(?: and|,) H = (\d+) units", shown
    )
    assert int(count[0].replace(",", "")) == cell.count(int(count[1]), int(count[2]))


@pytest.mark.parametrize("name", CELLS)
def test_a_cells_text_can_be_given_back(tmp_path, name):
    path = tmp_path / f"{name}.txt"
    path.write_text(lstm_viz("cells", name, "--text").stdout, encoding="utf-8")
    again, cell = read_cell(str(path)), CELLS[name]
    assert list(map(equation_text, again.equations)) == list(map(equation_text, cell.equations))
    assert (again.source, again.name) == (cell.source, cell.name)
    asked = ["step", "--weights", "random", "--backward", "--json", "--cell"]
    one, other = (json.loads(lstm_viz(*asked, which).stdout) for which in (name, str(path)))
    assert one == other


@pytest.mark.parametrize("language", ["--text", "--python", "--latex"])
def test_a_cell_in_a_file_is_utf8_whatever_the_terminal_is(language):
    with start("cells", "np", language, env={"PYTHONIOENCODING": "cp1252"}) as process:
        written, _ = process.communicate()
    assert "Koutník" in written.decode("utf-8") or language == "--latex"


def test_a_cell_of_a_file_is_shown_too(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("# me, today\nh = tanh(W @ x + U @ h_prev)   # memory: what stays\n")
    shown = lstm_viz("cells", str(path)).stdout
    assert "mine" in shown
    assert "me, today" in shown
    assert "memory: what stays" in shown


@pytest.mark.parametrize("language", ["--latex", "--python"])
def test_a_cell_is_written_in_other_languages(language):
    shown = lstm_viz("cells", "lstm", language)
    assert shown.exit_code == 0
    assert ("\\sigma" if language == "--latex" else "import numpy") in shown.stdout


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    for asked in (["cells"], ["cells", "slstm"], ["cells", "fgr"]):
        assert max(map(len, lstm_viz(*asked, width=width).stdout.splitlines())) <= width


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["nope"], "no cell and no file is called 'nope'"),
        (["lstn"], "did you mean 'lstm'?"),
        (["--latex"], "needs a cell's name"),
        (["lstm", "--latex", "--text"], "--latex and --text"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(asked, said):
    result = lstm_viz("cells", *asked)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("lstm-viz cells: ")


@pytest.mark.parametrize("name", CELLS)
def test_every_letter_of_a_shape_is_explained(name):
    shown = lstm_viz("cells", name, width=400).stdout
    (counted,) = re.findall(r".* numbers: .*", shown)
    formula, numbers = counted.split(" numbers: ")
    for letter in set(re.findall(r"[A-Z]", formula)):
        assert f"{letter} = " in numbers
    assert ("P = 32 outputs" in numbers) is (name == "linear")
