"""Somebody else's program: run in a process of its own, with a limit of time and memory.

    said = run_elsewhere(WHAT, {"text": "def f(): ...", ...}, seconds=5, gigabytes=2)

`WHAT` is what the other process does with what it is `told`: it makes a dictionary `said`, which
comes back. The program itself is compiled as the file "own", so that its lines are known.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

Answer = dict[str, Any]  # what is said; or `error` and `line`, of the program, from 1 (0: unknown)
STOPPED: Answer = {"stopped": True}
ENDED: Answer = {"ended": True}

# What is printed there goes nowhere; what is said comes back as JSON.
BEFORE = """
import json, os, sys, traceback
told = json.load(sys.stdin)
back = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
try:
    import resource
    most = told["gigabytes"] << 30
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
except (ImportError, ValueError, OSError):
    pass
try:
    import numpy as np
"""
AFTER = """
except BaseException as error:
    places = traceback.extract_tb(error.__traceback__)
    line = next((p.lineno for p in reversed(places) if p.filename == "own"), 0)
    line = getattr(error, "lineno", None) or line
    said = {"error": f"{type(error).__name__}: {error}"[:300].rstrip(": "), "line": line}
json.dump(said, back)
back.flush()
os._exit(0)
"""


def run_elsewhere(what: str, told: Mapping[str, Any], seconds: float, gigabytes: int) -> Answer:
    """What the other process says; `STOPPED` after so many seconds, `ENDED` without an answer."""
    program = BEFORE + textwrap.indent(what, "    ") + AFTER
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
    ) as child:  # fmt: skip
        try:
            told = {**told, "gigabytes": gigabytes}
            answer, _ = child.communicate(json.dumps(told).encode(), seconds)
        except subprocess.TimeoutExpired:
            return STOPPED
        finally:
            _end(child)
    try:
        said: Answer = json.loads(answer)
    except ValueError:
        return ENDED
    return said


def _end(child: subprocess.Popen[bytes]) -> None:
    """The process, and whatever it began."""
    with suppress(OSError, AttributeError):
        os.killpg(child.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    with suppress(OSError):
        child.kill()
