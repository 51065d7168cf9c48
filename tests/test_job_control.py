"""Ctrl-Z and fg in every interactive screen: the shell has its terminal, then it goes on."""

import os
import sys

import pexpect
import pytest
from emulator import KEYS, PATIENCE
from program import ROOT

from lstm_viz.terminal.asking import ASK
from lstm_viz.terminal.painter import END, ENTER, LEAVE

SHELL = ROOT / "tests" / "helpers" / "shell.py"
SCREENS = [
    ("step",),
    ("step", "--backward", "--at", "b3.c"),
    ("gradients", "--length", "9", "--hidden", "2"),
    ("gradients", "--length", "9", "--hidden", "2", "--routes"),
    ("train", "adding", "--hidden", "4", "--rate", "1e-9", "--updates", "1000000"),
    ("practise",),
    ("lesson", "1"),
]


@pytest.mark.parametrize("screen", SCREENS, ids=" ".join)
def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back(screen, tmp_path):
    env = os.environ | {"TERM": "xterm-256color", "XDG_STATE_HOME": str(tmp_path)}
    words = [str(SHELL), sys.executable, "-m", "lstm_viz", *screen]
    shell = pexpect.spawn(sys.executable, words, env=env, timeout=PATIENCE, cwd=tmp_path)
    try:
        shell.expect_exact(ASK)
        shell.send("\x1b[?6c")  # as a terminal answers
        for _ in range(3):
            shell.expect_exact(ENTER)
            shell.expect_exact(END)  # the first picture is drawn
            shell.send("\x1a")
            shell.expect_exact(LEAVE)
            shell.expect_exact("stopped, echo on")
            shell.send("fg\n")
        shell.expect_exact(ENTER)
        shell.send(KEYS["left"])
        shell.send("q")
        shell.expect_exact(LEAVE)
        shell.expect("--at " if screen[0] in ("step", "gradients") else "")
        shell.expect(pexpect.EOF)
        shell.close()
        assert shell.exitstatus == 0
    finally:
        shell.close(force=True)
