"""The program, run as a user runs it, and its printed numbers read back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from lstm_viz.commands.cli import program

ROOT = Path(__file__).parents[2]


def lstm_viz(*arguments: str, width: int = 120, given: str | bytes | None = None) -> Result:
    """Run the command line in this process: `.stdout`, `.stderr`, `.exit_code`."""
    runner = CliRunner(env={"COLUMNS": str(width)})
    return runner.invoke(program, arguments, given, catch_exceptions=False, prog_name="lstm-viz")


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start the real program in a process of its own."""
    env = os.environ | options.pop("env", {})
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([sys.executable, "-m", "lstm_viz", *arguments], env=env, **pipes)


@dataclass
class Printed:
    """One equation as printed: symbols, numbers put in, result."""

    symbols: str
    numbers: str
    result: float


def equations(text: str) -> list[dict[str, Printed]]:
    """For each step that was printed in one line an equation: name → what stands in it."""
    steps = []
    for block in re.split(r"^── step .*$", text.partition("── backward")[0], flags=re.M)[1:]:
        lines = re.findall(r"^(\w+) +?= (.*?)  += (.*?)  += +(\S+)", block, flags=re.M)
        steps.append({name: Printed(s.strip(), n.strip(), float(r)) for name, s, n, r in lines})
    return steps


PART = r"(?:≈ )?-?[\d.]+ %"  # a share over the gradient


def sweeps(text: str) -> list[dict[str, tuple[float, float, list[tuple[str, float]]]]]:
    """For each step backward: name → value, gradient, and shares by where they come from."""
    found = []
    for block in re.split(r"^── backward, .*$", text.partition("── weights")[0], flags=re.M)[1:]:
        step: dict[str, tuple[float, float, list[tuple[str, float]]]] = {}
        name = ""
        for line in block.splitlines():
            if share := re.match(rf"^ +← (step \d+|\w+) .*? {{2,}}(\S+)(?: +{PART})?$", line):
                step[name][2].append((share[1], float(share[2])))
            elif total := re.match(r"^([\w\[\]]+) .*? {2,}(\S+) +(\S+)$", line):
                name = total[1]
                step[name] = float(total[2]), float(total[3]), []
        found.append(step)
    return found
