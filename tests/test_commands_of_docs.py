"""Every command that the README, the docs and the help texts show works as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from program import ROOT, lstm_viz

from lstm_viz.commands.cli import program

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "lessons" / "README.md")
FILM = re.compile(r"\.(gif|mp4|webp|cast|html|pdf)\b")
TASKS = {"adding", "parity", "temporal-order", "copy", "reber", "characters", "echo"}
SLOW = "ds 10|verify|^sheet .*--save|^grade|^check"
FIXTURES = ROOT / "tests" / "fixtures"


def shown():
    """The command lines, without what is said of them."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```(?:console|sh|)\n(.*?)^```$", text, flags=re.M | re.S):
            yield from re.findall(r"^\$? ?lstm-viz (\w.*?)(?: +#.*)?$", block, flags=re.M)
        yield from re.findall(r"`lstm-viz (\w[^`]*)`", re.sub(r"```.*?```", "", text, flags=re.S))
    for command in program.commands.values():
        yield from re.findall(r"^ +lstm-viz (\w.*?)(?: {2,}.*)?$", command.help, flags=re.M)


def is_whole(line):
    """Not one that stands for others, `…`, FILE, A and B, or only names a command and an option."""
    if re.search(
        r"…|\bFILE|\b[A-Z] |--units|^(?:model|check|sheet|grade|train --\w+|step --model)$", line
    ):
        return False
    return line != "practise mine.toml"  # tests/test_exercises.py has that


LINES = sorted({" ".join(line.split()) for line in shown() if is_whole(" ".join(line.split()))})


def is_quick(line):
    """No film, lesson, class, own program or framework: these have tests of their own."""
    return not (FILM.search(line) or line.startswith("lesson") or re.search(SLOW, line))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """What the lines take for granted: a table, a cell, models of two frameworks, a saved model."""
    monkeypatch.chdir(tmp_path)
    rows = 30 + np.sin(np.arange(120)) + np.arange(120) / 50
    Path("prices.csv").write_text("Close,Open\n" + "".join(f"{x:.2f},{x}\n" for x in rows))
    Path("series.csv").write_text("a,b\n" + "1,0.5\n" * 6)
    cell = "z = W @ x + u_z * h_prev + b    # pre-activation\nh = relu(z)    # hidden state\n"
    for name in ("mine.txt", "indrnn.txt"):
        Path(name).write_text(cell)
    shutil.copy(FIXTURES / "torch" / "lstm.pt", "net.pt")
    shutil.copy(FIXTURES / "onnx" / "lstm.onnx", "net.onnx")
    shutil.copy(FIXTURES / "keras" / "lstm.keras", "net.keras")
    Path("mine.toml").write_text(lstm_viz("problem", "gomez", "--text").stdout)
    short = ["train", "parity", "--hidden", "2", "--updates", "1"]
    for name in ("m.npz", "mean.npz"):
        assert lstm_viz(*short, "--save", name).exit_code == 0
    return tmp_path


def test_the_pages_and_the_helps_show_commands_of_every_kind():
    assert {line.split()[0] for line in LINES} == set(program.commands)
    assert len(LINES) > 50


@pytest.mark.parametrize("line", LINES)
def test_every_option_of_a_shown_command_exists(line):
    name, *given = shlex.split(re.split(r" [>|] ", line)[0])
    program.commands[name].make_context(name, given)


@pytest.mark.parametrize("line", list(filter(is_quick, LINES)))
def test_a_shown_command_ends_well(line, folder, h5py, monkeypatch):
    monkeypatch.setattr("lstm_viz.learning.recipes.sine.SEQUENCES", 40)
    line, _, into = re.split(r" \| ", line)[0].partition(" > ")
    asked = shlex.split(line)
    if asked[0] == "train" and len(asked) > 1:
        asked += ["--updates", "2", "--jobs", "1"] if "," in line else ["--updates", "2"]
        if asked[1] not in TASKS:
            asked = [*shlex.split(line), "--epochs", "1"]
    done = lstm_viz(*asked)
    assert done.exit_code in ((0, 1) if "--against" in asked else (0,)), done.stderr
    if into:
        Path(into).write_text(done.stdout)
        assert (
            lstm_viz("step", "--cell" if into == "mine.txt" else "--problem", into).exit_code == 0
        )


def code_of(page, **known):
    """What the blocks of a page leave behind, that are not run where a framework must be there."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for block in re.findall(r"^```python\n(.*?)^```$", text, flags=re.M | re.S):
        if "network = from_" not in block:
            exec(compile(block, page, "exec"), known)
    return known


def test_the_code_of_the_page_of_models_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(FIXTURES / "torch" / "lstm-stacked.pt", "net.pt")
    series, slopes = np.ones((5, 2)), np.ones((5, 3))
    known = code_of("models.md", series=series, doutputs=slopes, W=np.ones((1, 8)), b=np.zeros(1))
    assert known["record"].outputs.shape == (5, 3)
    assert known["gradients"].inputs.shape == (5, 2)
    assert Path("mine.npz").exists()


def test_the_code_of_the_page_of_json_runs(monkeypatch):
    program = [sys.executable, "-m", "lstm_viz"]
    asked = subprocess.check_output
    monkeypatch.setattr(subprocess, "check_output", lambda given: asked([*program, *given[1:]]))
    assert len(code_of("json.md")["run"]["gradients"]["f"]) == 6
