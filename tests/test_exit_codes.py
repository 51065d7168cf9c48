"""How the program ends: with its exit code and one line, whatever full disk, name or signal."""

import os
import signal
import subprocess
import sys

import pytest
from program import lstm_viz, start

from lstm_viz.commands.output import endings
from lstm_viz.figure import frames, saving
from lstm_viz.figure.uninterrupted import uninterrupted

FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk to write on")
STOPS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
ODD = "a\n\x1b[2Jb"
DROWNED = """
import signal, sys, time
from lstm_viz.commands import cli

class Lost:
    def __del__(self):
        signal.raise_signal(int(sys.argv[2]))  # what its handler raises is ignored here

@cli.program.command()
@cli.click.argument("number")
def destructor(number):
    Lost()
    time.sleep(20)

@cli.program.command()
@cli.click.argument("number")
def changed(number):
    try:
        signal.raise_signal(int(number))
    except BaseException:
        raise ValueError("Invalid bounding box") from None

cli.main()
"""

LOADING = """
import signal, sys
from lstm_viz.__main__ import main

class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[-1]:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Pressed())
main()
"""


@pytest.mark.parametrize("loaded", ["lstm_viz.commands.cli", "click"])
def test_ctrl_c_while_the_program_is_still_being_loaded_ends_it_without_a_word(loaded):
    given = [sys.executable, "-c", LOADING, loaded]
    done = subprocess.run(given, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


@FULL
@pytest.mark.parametrize("asked", ["--help", "--version", "step --help", "cells lstm", ""])
def test_a_full_disk_is_said_in_one_line_whatever_is_printed(asked):
    with open("/dev/full", "w") as full, start(*asked.split(), stdout=full) as process:
        _, err = process.communicate()
    assert process.returncode == 3
    assert err.endswith(b"the output cannot be written (No space left on device)\n")
    assert err.count(b"\n") == 1


@FULL
@pytest.mark.parametrize(("asked", "code"), [("--none", 2), ("--cell none", 2), ("--json", 0)])
def test_a_line_that_cannot_be_said_changes_no_exit_code(asked, code):
    with open("/dev/full", "w") as full, start("step", *asked.split(), stderr=full) as process:
        process.communicate()
    assert process.returncode == code


def test_a_reader_of_the_help_that_goes_away_is_no_error():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as gone, start("--help", stdout=gone) as process:
        _, err = process.communicate()
    assert (process.returncode, err) == (141, b"")


@pytest.mark.parametrize("command", ["step", "gradients --length 3 --hidden 1"])
def test_every_file_that_is_asked_for_is_written(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    wanted = [f"a.{ending}" for ending in ("json", "csv", "txt", "npz", "svg")]
    saves = [word for name in wanted for word in ("--save", name)]
    result = lstm_viz(*command.split(), *saves)
    assert result.stderr.splitlines() == [f"saved {name}" for name in wanted]
    assert {".npz", ".svg"} <= set(endings(command.split()[0]))
    assert sorted(os.listdir()) == sorted(wanted)


def test_one_file_that_cannot_be_written_as_asked_refuses_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = lstm_viz("step", "--save", "a.csv", "--save", "b.svg", "--at", "1")
    assert result.exit_code == 2
    assert os.listdir() == []


@pytest.mark.parametrize("command", ["step", "gradients --length 3 --hidden 1"])
def test_a_file_that_cannot_be_written_refuses_those_before_it_too(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    result = lstm_viz(*command.split(), "--save", "a.csv", "--save", "none/b.csv")
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("step", "--save", f"{ODD}.npz"), "saved a??[2Jb.npz"),
        (("step", "--save", f"none/{ODD}.npz"), "lstm-viz step: none/a??[2Jb.npz: cannot be"),
        (("step", "--cell", f"{ODD}.txt"), "lstm-viz step: a??[2Jb.txt: "),
        ((ODD,), "lstm-viz: No such command 'a"),
    ],
)
def test_a_name_is_said_in_one_line_that_no_terminal_obeys(tmp_path, monkeypatch, asked, said):
    monkeypatch.chdir(tmp_path)
    err = lstm_viz(*asked).stderr
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert "\x1b" not in err


@pytest.mark.parametrize("way", ["destructor", "changed"])
@pytest.mark.parametrize(("number", "code"), STOPS)
def test_a_signal_ends_the_program_even_where_what_it_raises_is_lost(way, number, code):
    asked = [sys.executable, "-c", DROWNED, way, str(int(number))]
    done = subprocess.run(asked, capture_output=True, timeout=15)
    assert (done.returncode, done.stderr.strip()) == (code, b"")


def test_a_signal_that_is_ignored_stays_ignored():
    asked = "from lstm_viz.commands.exit_codes import prepare; import signal; prepare()"
    asked += "; print(signal.getsignal(signal.SIGHUP).name)"
    done = subprocess.run(
        [sys.executable, "-c", f"import signal; signal.signal(1, signal.SIG_IGN); {asked}"],
        capture_output=True,
    )
    assert done.stdout == b"SIG_IGN\n"


def test_ctrl_c_waits_until_a_picture_is_drawn():
    done = []

    def draw():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("drawn")

    with pytest.raises(KeyboardInterrupt):
        draw()
    assert done == ["drawn"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("name", "module", "function"),
    [("a.png", saving, "write_still"), ("a.gif", frames, "moved")],
)
def test_ctrl_c_is_heard_between_pictures_and_leaves_nothing(
    tmp_path, monkeypatch, name, module, function
):
    draw, done = getattr(module, function), []

    def interrupted(*args):
        signal.raise_signal(signal.SIGINT)
        done.append(name)
        return draw(*args)

    monkeypatch.setattr(module, function, interrupted)
    assert lstm_viz("step", "--save", str(tmp_path / name)).exit_code == 130
    assert done == [name]
    assert os.listdir(tmp_path) == []


def test_a_screen_that_is_said_to_be_wider_than_any_is_written_to():
    result = lstm_viz("step", "--input", "1", width=10**20)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 1000


def test_a_backend_that_matplotlib_does_not_know_is_one_line(tmp_path):
    asked = [sys.executable, "-m", "lstm_viz", "step", "--save", str(tmp_path / "p.png")]
    env = os.environ | {"MPLBACKEND": "nosuch"}
    done = subprocess.run(asked, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "mend MPLBACKEND" in done.stderr
    assert len(done.stderr.splitlines()) == 1
