"""The suite runs on a bare machine: what is installed or set here is not seen by a test."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from conftest import NOWHERE
from matplotlib import font_manager
from program import ROOT

ASKED = {
    "ffmpeg": "from lstm_viz.figure.mp4 import find_ffmpeg; find_ffmpeg()",
    "a Chinese font": "from lstm_viz.figure import fonts; 1 / fonts.drawable('鑫')",
}

LEFT = """
import os, types, conftest
config = types.SimpleNamespace()
conftest.pytest_configure(config)
print(*(n for n in os.environ if not n.startswith(conftest.KEPT)), *os.listdir(os.environ["HOME"]))
conftest.pytest_unconfigure(config)
"""


def inside(code):
    return subprocess.run([sys.executable, "-Wignore", "-c", code], capture_output=True).returncode


@pytest.mark.parametrize("what", ASKED)
def test_a_process_of_a_test_does_not_see(what):
    assert inside(ASKED[what]) == 1
    assert inside(ASKED[what].split(";")[0]) == 0


def test_no_font_of_the_machine_is_found_by_the_name_under_which_all_are_hidden():
    font = font_manager.findfont(NOWHERE, fallback_to_default=False)
    assert Path(font).is_relative_to(matplotlib.get_data_path())


def test_no_variable_and_no_folder_of_the_user_is_left():
    users = dict.fromkeys(("LC_ALL", "TERM", "COLUMNS", "NO_COLOR", "XDG_CONFIG_HOME"), "1")
    tests = os.pathsep.join((str(ROOT / "tests"), os.environ["PYTHONPATH"]))
    env = os.environ | users | {"PYTHONPATH": tests}
    done = subprocess.run([sys.executable, "-c", LEFT], env=env, capture_output=True, text=True)
    assert set(done.stdout.split()) == {"HOME", "PATH", "LANG", "MPLCONFIGDIR", "PYTHONPATH"}


def test_what_a_test_starts_hears_every_signal():
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        assert signal.getsignal(number) is not signal.SIG_IGN


def test_a_test_that_asks_for_ffmpeg_sees_it(ffmpeg):
    assert inside(ASKED["ffmpeg"]) == 0


def test_a_test_that_asks_for_a_chinese_font_sees_it(chinese_font):
    from lstm_viz.figure import fonts

    assert fonts.font_with(frozenset("鑫")) == chinese_font
