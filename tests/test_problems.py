"""Problem files: read, refused with the way out, run, and answered as published."""

import json
import re

import numpy as np
import pytest
from program import ROOT, lstm_viz

from lstm_viz import InputError
from lstm_viz.experiments import choose
from lstm_viz.experiments.options import StepOptions
from lstm_viz.problems import BANK, read_problem
from lstm_viz.problems.read import KEYS
from lstm_viz.terminal import Paper, lines
from lstm_viz.views.problem import bank


def solved(name):
    """What a problem asks → the numbers of its run."""
    return {each.asked.written: each.values for each in choose(StepOptions(problem=name)).answers}


def agrees(published, values, digits):
    """Whether numbers rounded to so many decimals are the published ones."""
    unit = 10.0**-digits
    return np.allclose(np.ravel(values), np.ravel(published), rtol=0, atol=unit * 0.500001)


def test_the_bank_holds_two_dozen_problems():
    assert len(BANK) >= 24


@pytest.mark.parametrize("name", BANK)
def test_a_published_problem_says_where_it_is_from_and_has_answers(name):
    problem = read_problem(name)
    assert problem.title
    assert problem.source
    assert problem.statement
    assert problem.answers or problem.differs or problem.over  # those of `over`: test_landscape.py
    assert {*problem.answers, *problem.differs} <= {each.written for each in problem.asked}
    assert not problem.differs or problem.note


@pytest.mark.parametrize("name", BANK)
def test_a_run_gives_the_published_digits(name):
    problem, found = read_problem(name), solved(name)
    for asked, published in problem.answers.items():
        assert agrees(published, found[asked], problem.digits), (asked, published, found[asked])


@pytest.mark.parametrize("name", [each for each in BANK if read_problem(each).differs])
def test_a_published_answer_that_differs_does_so_in_the_last_digit(name):
    problem, found = read_problem(name), solved(name)
    for asked, published in problem.differs.items():
        assert not agrees(published, found[asked], problem.digits)
        assert agrees(published, found[asked], problem.digits - 1)


def test_published_answers_that_differ_come_from_rounded_intermediates():
    assert round(0.587 * 0.337, 3) == 0.198
    assert round(float(np.tanh(0.253)), 3) == 0.248


# ---------------------------------------------------------------------------- a file of one's own

OWN = """
title = "Mine"
equations = "h = tanh(w * x + u * h_prev)"
input = [1, 0]
target = 0.5
ask = ["h@2", "dw", "dw@1", "dh_prev@1", "loss"]

[weights]
w = 0.5
u = 2

[states]
h = 0.1
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Write a problem file, with one piece of it changed."""
    monkeypatch.chdir(tmp_path)

    def write(old="", new=""):
        assert old in OWN
        (tmp_path / "own.toml").write_text(OWN.replace(old, new, 1) if old else OWN)
        return "own.toml"

    return write


def test_a_problem_of_ones_own_is_answered_as_by_hand(own):
    found = solved(own())
    first = np.tanh(0.5 + 2 * 0.1)
    last = np.tanh(2 * first)
    slope = (last - 0.5) * (1 - last**2) * 2 * (1 - first**2)
    assert np.allclose(found["h@2"], last)
    assert np.allclose(found["dw@1"], slope)
    assert np.allclose(found["dw"], slope)
    assert np.allclose(found["dh_prev@1"], slope * 2)
    assert np.allclose(found["loss"], (last - 0.5) ** 2 / 2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title", "titel", "unknown key 'titel': did you mean 'title'?"),
        ('title = "Mine"', "title = 3", "title: write a title"),
        ("input = [1, 0]", "", "input: it is missing: one number per step"),
        ("ask", "#", "ask: it is missing: names such as"),
        ("input = [1, 0]", "input = [[1, 2], [3]]", "input: numbers: these are not numbers"),
        ("input = [1, 0]", "input = []", "input: write one number per step"),
        ("input = [1, 0]", 'input = "sin:4"', "input: no sequence is called 'sin'"),
        ("equations =", 'cell = "rnn"\nequations =', "cell: give one of"),
        ("equations = ", "cell = ", "cell: no cell is called"),
        ("tanh(", "tahn(", "equations, line 1: unknown function 'tahn': did you mean 'tanh'?"),
        ("w = 0.5", "v = 0.5", "weights: own has no parameter 'v': there are w, u"),
        ("w = 0.5", "", "weights: these are not weights of own: w missing"),
        ("w = 0.5", 'w = "half"', "weights: w: these are not numbers"),
        ("w = 0.5", "w = nan", "weights: w: nan is not a finite number"),
        ("w = 0.5", "w = [[0.5]]", "weights: w has shape (1, 1): own wants (H)"),
        ("w = 0.5", "w = [1, 2]", "weights: w has shape (2,), so H = 2, but H = 1 in the input"),
        ("h = 0.1", "h = [1, 2]", "states: h has 1 number, a unit each"),
        ("h = 0.1", "c = 1", "states: 'c' is not a state: there are h"),
        ("target = 0.5", "target = [1, 2, 3]", "target: write 1 number at the last step"),
        ("target = 0.5", 'loss_at = "first"', 'loss_at: write "last" or "all"'),
        ("target = 0.5", "digits = 99", "digits: write how many decimals, 0 to 17"),
        ("h@2", "h@3", "ask: 'h@3': the input has 2 steps, from 1"),
        ("h@2", "c@2", "ask: 'c@2': own has no 'c': there are x, h_prev, h, w, u"),
        ("h@2", "w@2", "ask: 'w@2': a weight is the same at every step: omit @"),
        ("h@2", "h 2", "ask: 'h 2': write h@3 at a step"),
        ("h@2", "h.u1@2", "ask: 'h.u1@2': h has 1 unit, from u0"),
        ("[weights]", '[answers]\n"h@9" = 1\n[weights]', "answers: 'h@9' is not in ask"),
        ("[weights]", "[differs]\nzz = 1\n[weights]", "differs: 'zz' is not in ask"),
        ("[weights]", "[weights", "this is not TOML: "),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_and_what_is_wanted(own, old, new, said):
    result = lstm_viz("step", "--problem", own(old, new))
    assert result.exit_code == 3
    assert said in result.stderr
    assert "own.toml" in result.stderr
    assert not result.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gomezz", "did you mean 'gomez'?"),
        ("nothing", "lstm-viz problem lists them"),
        ("none.toml", "none.toml: No such file"),
        ("mine.txt", "mine.txt: a problem is a .toml file"),
    ],
)
def test_a_problem_that_is_not_there_is_said_in_one_line(name, said):
    with pytest.raises(InputError, match=said.replace("?", "[?]")):
        read_problem(name)


# ---------------------------------------------------------------------------- the command


def test_the_bank_is_listed_and_one_is_shown_without_its_answers():
    listed = lstm_viz("problem").stdout
    assert all(name in listed for name in BANK)
    shown = lstm_viz("problem", "gomez").stdout
    assert "A. Gomez" in shown
    assert "0.77198" not in shown
    assert "0.77198" in lstm_viz("problem", "gomez", "--answers").stdout


def test_the_text_of_a_problem_is_one_to_edit_and_give_back(tmp_path):
    path = tmp_path / "again.toml"
    path.write_text(lstm_viz("problem", "coursera-lstm-cell", "--text").stdout)
    again, first = solved(str(path)), solved("coursera-lstm-cell")
    assert {k: v.tolist() for k, v in again.items()} == {k: v.tolist() for k, v in first.items()}


def test_step_prints_the_answers_to_the_asked_digits_and_those_of_what_is_held():
    assert "0.77198" in lstm_viz("step", "--problem", "gomez").stdout
    held = lstm_viz("step", "--problem", "gomez", "--hold", "f=1@2").stdout
    assert "what if f=1@2" in held
    assert "0.77198" not in held


def test_a_picture_has_the_title_above_and_the_answers_below(tmp_path):
    path = tmp_path / "x.svg"
    assert lstm_viz("step", "--problem", "gomez", "--save", str(path)).exit_code == 0
    words = path.read_text(encoding="utf-8")
    assert -1 < words.find("Backpropagating an LSTM by hand") < words.find("0.77198")


def test_gradients_and_json_hold_the_answers():
    assert "dw@2 = 1.890" in lstm_viz("gradients", "--problem", "geometric").stdout
    data = json.loads(lstm_viz("step", "--problem", "geometric", "--json").stdout)
    assert data["answers"]["dw"] == pytest.approx([7.27])
    assert data["problem"]["title"] == read_problem("geometric").title


@pytest.mark.parametrize("option", [("--cell", "gru"), ("--input", "1,2"), ("--target", "1")])
def test_what_a_problem_brings_itself_cannot_be_given_too(option):
    result = lstm_viz("step", "--problem", "gomez", *option)
    assert result.exit_code == 2
    assert f"{option[0]} and --problem: give only one of them" in result.stderr


# ---------------------------------------------------------------------------- weights by hand


@pytest.mark.parametrize("ending", ["toml", "json"])
def test_weights_may_be_written_by_hand(tmp_path, ending):
    numbers = {"W": [[0.5], [0.25]], "U": [[0, 1], [1, 0]], "b": [0, 0.1]}
    lines = "\n".join(f"{name} = {array}" for name, array in numbers.items())
    path = tmp_path / f"own.{ending}"
    path.write_text(lines if ending == "toml" else json.dumps(numbers))
    told = lstm_viz("step", "--cell", "rnn", "--weights", str(path), "--input", "1", "--json")
    values = json.loads(told.stdout)["values"]["h"]
    assert values == [pytest.approx(np.tanh([0.5, 0.35]).tolist())]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("w.json", '{"weights": 3}', "w.json: write names and their numbers"),
        ("w.json", "[1, 2]", "w.json: write names and their numbers"),
        ("w.json", '{"W": ', "w.json: this is not JSON: "),
        ("w.json", '{"W": [[true]], "U": 1, "b": 0}', "w.json: W: true at [0, 0] is not a number"),
        ("w.toml", "W = [", "w.toml: this is not TOML: "),
        ("w.toml", "Wx = 1", "w.toml: rnn has no parameter 'Wx': did you mean 'W'?"),
        ("w.json", '{"W": 1, "U": 1}', "w.json: these are not weights of rnn: b missing"),
        ("w.json", '{"W": "1", "U": 1, "b": 0}', "w.json: W: these are not numbers"),
        ("w.json", '{"a": ' * 5000, "w.json: this is nested too deeply"),
    ],
)
def test_weights_that_are_wrong_are_refused_with_the_file(tmp_path, monkeypatch, name, text, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    result = lstm_viz("step", "--cell", "rnn", "--weights", name, "--input", "1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert said in result.stderr


def test_a_matrix_over_two_vectors_may_stand_whole_in_a_file(tmp_path):
    cell, path = tmp_path / "mine.txt", tmp_path / "mine.json"
    cell.write_text("h = tanh(W @ [h_prev, x] + b)")
    path.write_text(json.dumps({"W": [[1, 2, 3], [4, 5, 6]], "b": [0, 0]}))
    asked = "step", "--cell", str(cell), "--weights", str(path), "--input", "0.1", "--json"
    values = json.loads(lstm_viz(*asked).stdout)["values"]["h"]
    assert values == [pytest.approx(np.tanh([0.3, 0.6]).tolist())]
    assert "W has 3 columns, for blocks of" in lstm_viz(*asked[:-3], "--input", "1,2;3,4").stderr


def test_the_problem_of_the_page_is_answered(tmp_path):
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    path = tmp_path / "leak.toml"
    path.write_text(page.split("```toml\n")[1].split("```")[0])
    h = 0.0
    for x in (1, 0, 0):
        h = np.tanh(0.8 * x + 0.9 * h)
    assert f"{h:.4f}" in lstm_viz("problem", str(path), "--answers").stdout
    keys = set(KEYS) | {"cell", "equations"}
    assert [key for key in keys if f"`{key}`" not in page and f"`[{key}]`" not in page] == []


def test_the_page_says_how_many_there_are():
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    assert f"the bank: {len(BANK)} published problems" in page


@pytest.mark.parametrize("name", ["gomez", "click4ai-lstm", "count-42"])
def test_a_problem_is_shown_in_chinese_too(name):
    shown = lstm_viz("problem", name, "--answers", "--lang", "zh").stdout
    assert "所求" in shown
    assert "at step" not in shown


def test_the_code_of_the_page_gives_what_it_says():
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    names = {}
    exec(page.split("```python\n")[1].split("```")[0], names)
    assert names["gradients"].weights["w"] == pytest.approx([7.27])
    assert names["gradients"].weights_at(1)["w"] == pytest.approx([1.89])


def test_a_problem_says_what_it_is_about_and_of_which_unit_a_question_is(own):
    said = lstm_viz(
        "problem", own('title = "Mine"', 'title = "M"\nstatement = "It counts."')
    ).stdout
    assert "It counts." in said
    assert ", unit" not in said
    assert ", unit 0" in lstm_viz("problem", own("h@2", "h.u0@2")).stdout


def test_a_whole_matrix_leaves_no_block_without_columns(own, tmp_path):
    path = own("w * x + u * h_prev", "A @ [h_prev, x]")
    text = (tmp_path / path).read_text()
    (tmp_path / path).write_text(text.replace("w = 0.5\nu = 2", "A = [[2.0]]"))
    with pytest.raises(InputError, match="A has 1 column"):
        read_problem(path)


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("gomez", ("--at", "1")),
        ("gomez", ("--backward", "--at", "2")),
        ("one-two-three", ("--at", "3")),
    ],
)
def test_all_answers_stand_within_the_picture(name, ways, tmp_path):
    path = tmp_path / "step.svg"
    assert lstm_viz("step", "--problem", name, *ways, "--save", str(path)).exit_code == 0
    svg = path.read_text()
    high = float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', svg)[1])
    asked = [each.written for each in read_problem(name).asked]
    for each in asked:
        places = re.findall(rf'y="([\d.-]+)"[^>]*>{re.escape(each)}</text>', svg)
        assert places, each
        assert max(map(float, places)) < high, each


@pytest.mark.parametrize("width", [60, 80, 100])
def test_in_the_bank_what_takes_several_lines_stays_in_its_column(width):
    (picture,) = bank(map(read_problem, BANK))
    rows = [row.plain for row in lines(picture, Paper(width))]
    (head,) = [k for k, row in enumerate(rows) if row.startswith("problem  ")]
    column = rows[head].index("title")
    for row in rows[head + 1 :]:
        assert len(row) <= width
        assert row[:column].strip() in ("", *BANK)
        assert row[column - 1] == " "
