"""Tab completes what a command takes: names from where the command has them, and files."""

import numpy as np
import pytest
from click.shell_completion import ShellComplete, get_completion_class
from program import start

from lstm_viz import CELLS, LSTM
from lstm_viz.commands.cli import program
from lstm_viz.exercises import EXERCISES
from lstm_viz.inputs.sequence import NAMED
from lstm_viz.learning.recipes import RECIPES
from lstm_viz.learning.tasks import TASKS
from lstm_viz.problems import BANK
from lstm_viz.weights.presets import PRESETS
from lstm_viz.weights.starts import STARTS


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a table, a cell and a model in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prices.csv").write_text("day,close,volume\nmon,1,2\ntue,2,3\n")
    (tmp_path / "mine.txt").write_text(LSTM.text)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "net.csv").touch()
    weights = {"lstm.weight_ih_l0": (8, 3), "lstm.weight_hh_l0": (8, 2)}
    weights |= {"lstm.bias_ih_l0": (8,), "lstm.bias_hh_l0": (8,)}
    np.savez(tmp_path / "net.npz", **{name: np.ones(shape) for name, shape in weights.items()})


def completed(words):
    """What is offered for the last word: values, and `file` where the shell lists files."""
    *args, incomplete = words.split(" ")
    found = ShellComplete(program, {}, "lstm-viz", "_X").get_completions(args, incomplete)
    return ["file" if each.type == "file" else each.value for each in found]


ALL = {
    "step --cell ": CELLS,
    "step --beside ": CELLS,
    "cells ": CELLS,
    "gradients --cells ": CELLS,
    "gradients --cell ": CELLS,
    "train --cell ": CELLS,
    "train ": {*RECIPES, *TASKS},
    "problem ": BANK,
    "step --problem ": BANK,
    "practise ": EXERCISES,
    "lesson ": [str(number) for number in range(1, 17)],
    "step --weights ": {*PRESETS, "random"},
    "step --input ": NAMED,
}


@pytest.mark.parametrize("words", ALL)
def test_all_names_are_offered_where_nothing_is_typed(words):
    assert sorted(completed(words)) == sorted(ALL[words])


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("st", ["step"]),
        ("step --cell gru", ["gru", "gru-reset-before"]),
        ("step --cell mine", ["file"]),
        ("step --cell mi", ["mingru", "minlstm", "mine.txt"]),
        ("step --cell nothing-of-the-kind", ["file"]),
        ("step --cell=sl", ["slstm"]),
        ("gradients --cells rnn,sl", ["rnn,slstm"]),
        ("gradients --cells rnn,mine", ["rnn,mine.txt"]),
        ("train temporal", ["temporal-order"]),
        ("step --weights gru-", ["gru-latch"]),
        ("step --input si", ["sine"]),
        ("step --input @pr", ["@prices.csv"]),
        ("step --input @da", ["@data/"]),
        ("step --input @data/n", ["@data/net.csv"]),
        ("step --input @prices.csv --column cl", ["close"]),
        ("step --input @prices.csv --column close,", ["close,close", "close,volume"]),
        ("step --input 0,1 --column cl", []),
        ("step --input @gone.csv --column cl", []),
        ("train bitcoin --csv prices.csv --column v", ["volume"]),
        ("step --model net.npz --layer ", ["lstm"]),
        ("model net.npz --layer l", ["lstm"]),
        ("model net.npz --against net.npz --against-layer l", ["lstm"]),
        ("step --model prices.csv --layer ", []),
        ("step --model ne", ["file"]),
        ("step --save no", ["file"]),
        ("gradients --cells gru --cut h_prev:z_z", ["h_prev:z_z"]),
        ("gradients --cells nothing --cut h", []),
        ("train --optimiser keras-a", ["keras-adam"]),
        ("step --lang z", ["zh"]),
    ],
)
def test_what_was_begun_is_completed(words, offered):
    assert completed(words) == offered


def test_every_start_that_is_offered_can_be_used():
    offered = completed("step --start ")
    assert [each.partition(":")[0] for each in offered] == list(STARTS)
    for each in offered:
        assert LSTM.start(start=each)


# ---------------------------------------------------------------------------- in the shells


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["step", "--input", "@", "pr"], "plain,@prices.csv"),  # as Bash takes @pr apart
        (["step", "--input", "@"], "plain,@data/"),
        (["step", "--weights", "=", "gru-"], "plain,gru-latch"),
        (["step", "--input", "=", "@", "pr"], "plain,@prices.csv"),
        (["gradients", "--cells", "gru", "--cut", "h_prev", ":", "z_z"], "plain,z_z"),
        (["step", "--start", "chrono", ":"], "plain,100"),
        (["step", "--cell", "gr"], "plain,gru"),
    ],
)
def test_bash_is_given_the_rest_of_a_word_that_it_takes_apart(words, answer, monkeypatch):
    monkeypatch.setenv("COMP_WORDS", "\n".join(["lstm-viz", *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    bash = get_completion_class("bash")(program, {}, "lstm-viz", "_X")
    assert bash.complete().splitlines()[0] == answer


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_program_itself_answers_a_shell(shell):
    env = {"_LSTM_VIZ_COMPLETE": f"{shell}_complete", "COMP_WORDS": "lstm-viz step --cell gr"}
    process = start(env=env | {"COMP_CWORD": "3" if shell != "fish" else "gr"})
    said, wrong = process.communicate()
    assert "gru" in said.decode().replace(",", "\n").split()
    assert not wrong
