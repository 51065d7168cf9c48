"""Tables as they are printed: numbers below their heads, no empty rows, lists broken at commas."""

import subprocess
import sys

import pytest
from program import lstm_viz

from lstm_viz.pictures.kinds import Table, Text
from lstm_viz.pictures.numerals import in_column
from lstm_viz.problems import BANK, read_problem
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, columns
from lstm_viz.terminal.text import wrapped


def table(*rows, heads, right=()):
    return Table(heads, tuple(tuple((Text(cell),) for cell in row) for row in rows), right)


def printed(picture, width):
    return [row.plain for row in lines(picture, Paper(width))]


def test_numbers_end_below_the_end_of_their_head():
    rows = printed(
        table(("lstm", "144", "x"), ("fc", "5", "y"), heads=("", "numbers", ""), right=(1,)), 60
    )
    assert {row.rstrip(" xy").rstrip() and len(row.rstrip(" xy").rstrip()) for row in rows} == {13}


def test_the_last_column_of_numbers_ends_below_its_head_too():
    steps = table(
        ("i", "0", "0"), ("f", "0.5", "0.25"), heads=("", "step 1", "step 2"), right=(1, 2)
    )
    assert {len(row) for row in printed(steps, 60)} == {len("i  step 1  step 2")}


def test_a_column_that_hangs_and_has_no_head_leaves_no_empty_row():
    rows = printed(table(("i", "0.5", "the input gate " * 3), heads=("gate", "mean", "")), 24)
    assert all(map(str.strip, rows)), rows


def test_a_list_without_spaces_is_broken_after_its_commas_and_a_path_stays_whole():
    rows = [row.plain for row in wrapped(Row("1.25,-0.5;" * 9), 24)]
    assert max(map(len, rows)) <= 24
    assert all(row[-1] in ",;" for row in rows)
    assert "".join(rows) == "1.25,-0.5;" * 9
    assert [row.plain for row in wrapped(Row("in /a/very-long/path.pt"), 8)][
        1
    ] == "/a/very-long/path.pt"


def test_numbers_in_a_column_have_their_points_below_each_other():
    found = in_column(["1.5", "-12", "0.25", "3e-05"])
    assert [each.strip() for each in found] == ["1.5", "-12", "0.25", "3e-05"]
    assert len(set(map(len, found))) == 1
    assert found[0].index(".") == found[2].index(".") == found[3].index("e") == 3


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_problem_fits_and_leaves_no_numbers_out_but_many(width):
    for each in map(read_problem, BANK):
        shown = lstm_viz("problem", each.name, width=width).stdout
        assert max(map(columns, shown.splitlines())) <= width, each.name
        arrays = [*each.weights.values(), *each.states.values()]
        assert shown.count("  …") == sum(array.size > 40 for array in arrays), each.name


def test_a_problem_prints_its_parameters_in_the_order_of_its_file():
    said = set()
    for seed in "123":
        command = [sys.executable, "-m", "lstm_viz", "problem", "coursera-lstm-cell"]
        done = subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        said.add(done.stdout)
    assert len(said) == 1
