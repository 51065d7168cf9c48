"""The suite runs on a bare machine: what is installed or set here is not seen by a test."""

import os
import signal
import subprocess
import sys

import pytest

ASKED = {
    "ffmpeg": "from lstm_viz.figure.mp4_webp import find_ffmpeg; find_ffmpeg()",
    "a Chinese font": "from lstm_viz.figure.fonts import chinese_font; 1 / len(chinese_font())",
}


def inside(code):
    return subprocess.run([sys.executable, "-Wignore", "-c", code], capture_output=True).returncode


@pytest.mark.parametrize("what", ASKED)
def test_a_process_of_a_test_does_not_see(what):
    assert inside(ASKED[what]) == 1
    assert inside(ASKED[what].split(";")[0]) == 0


def test_no_variable_of_the_user_is_left():
    known = {"HOME", "PATH", "LANG", "MPLCONFIGDIR", "PYTHONPATH", "PYTEST_CURRENT_TEST"}
    kept = ("OMP_", "OPENBLAS_", "MKL_", "TMPDIR", "HYPOTHESIS_", "COVERAGE_")
    assert {name for name in os.environ if not name.startswith(kept)} <= known
    assert os.listdir(os.environ["HOME"]) == []


def test_what_a_test_starts_hears_every_signal():
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        assert signal.getsignal(number) is not signal.SIG_IGN


def test_a_test_that_asks_for_ffmpeg_sees_it(ffmpeg):
    assert inside(ASKED["ffmpeg"]) == 0


def test_a_test_that_asks_for_a_chinese_font_sees_it(chinese_font):
    from lstm_viz.figure import fonts

    assert fonts.chinese_font() == chinese_font
