"""Random command lines, as `make fuzz-options` makes them by the thousand."""

import shlex
import sys

import pytest
from program import ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))
from fuzz_options import cases


@pytest.mark.filterwarnings("default")
def test_two_hundred_random_command_lines_end_well_or_in_one_line():
    ended = list(cases(200, seed=9))
    assert {shlex.join(words): found for _, words, found in ended if found} == {}
    assert {words[0] for _, words, _ in ended} > {"step", "gradients", "train", "model", "cells"}
