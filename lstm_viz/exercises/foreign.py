"""Somebody's own forward and backward pass: run in a process of its own, with a limit of time.

The file has `forward(…)`, and may have `backward(…)` and `numeric(…)`, the author's check. What
they are given follows from the names of arguments: `x` (T, I); weights by name, `W_f`, or in
blocks, `W` `U` `b`; `weights`, all by name; `h0`, `c0` initial states; `dh` (T, H), ∂L/∂h. They
give back a dictionary by name, or `forward` the output alone. Files that import torch are given
tensors.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_viz.exercises.elsewhere import ENDED, STOPPED, run_elsewhere
from lstm_viz.exercises.slopes import SLOPES
from lstm_viz.validation.errors import InputError

Array = np.ndarray
SECONDS = 20.0
FUNCTIONS = "forward", "backward", "numeric"
STEP = 1e-5  # of central differences
TINY = 1e-20  # the complex step
NEAR = 1e-6  # of the largest slope: how far from differences a complex step may be
WIDE = 3e-3  # the same of a float32 forward pass, whose rounding would drown in a smaller one
NUDGE = 1e-6  # of a second difference, which is as small as its square unless numbers are rounded
SMOOTH = 1e-10  # of the loss: a second difference above it is one of rounding


@dataclass(frozen=True, eq=False)
class Foreign:
    """What came back: `values`, `gradients` and the author's `numeric` ones, by name.

    `slopes` are those of the author's own forward pass, `by` a complex step where it can be given
    complex numbers, else by differences. `changed` are the arguments that a function has
    overwritten, as "backward: dh". `single`: numbers are rounded as float32 is.
    """

    values: dict[str, Array]
    gradients: dict[str, Array] = field(default_factory=dict)
    numeric: dict[str, Array] = field(default_factory=dict)
    slopes: dict[str, Array] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    single: bool = False
    by: str = ""


def signatures(text: str, path: str) -> dict[str, dict[str, bool]]:
    """The arguments of each known function, and whether each has a default; nothing is run."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise InputError(f"{path}, line {line}: this is not Python") from None
    found = {
        node.name: _arguments(node.args)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS
    }
    if "forward" not in found:
        raise InputError(f"{path}: there is no function forward, such as forward(x, weights)")
    return found


def _arguments(of: ast.arguments) -> dict[str, bool]:
    plain = [*of.posonlyargs, *of.args]
    first = len(plain) - len(of.defaults)
    named = zip(of.kwonlyargs, of.kw_defaults, strict=True)
    return {a.arg: k >= first for k, a in enumerate(plain)} | {
        a.arg: default is not None for a, default in named
    }


def uses_torch(text: str) -> bool:
    """Whether a file imports PyTorch."""
    for node in ast.walk(ast.parse(text)):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.partition(".")[0] == "torch" for name in names):
            return True
    return False


def run_foreign(
    text: str,
    path: str,
    given: Mapping[str, Mapping[str, Any]],
    output: str,
    seeds: Array,
    slopes: bool,
) -> Foreign:
    """Call the functions with what they are given; `InputError` says in which line one failed."""
    told = {
        "text": text, "given": given, "output": output, "seeds": seeds.tolist(),
        "slopes": slopes, "step": STEP, "wide": WIDE, "tiny": TINY, "near": NEAR,
        "nudge": NUDGE, "smooth": SMOOTH,
        "patience": SECONDS / 4, "torch": uses_torch(text),
    }  # fmt: skip
    said = run_elsewhere(SLOPES, told, SECONDS, 8)
    if said == STOPPED:
        raise InputError(f"{path}: it was stopped after {SECONDS:g} seconds")
    if said == ENDED:
        raise InputError(f"{path}: it ended without returning anything")
    if "error" in said:
        place = f", line {said['line']}" if said["line"] else ""
        raise InputError(f"{path}{place}: {said['error']}")
    arrays = {
        key: {n: np.array(v, float) for n, v in said.get(key, {}).items()}
        for key in ("values", "gradients", "numeric", "slopes")
    }
    changed, by = tuple(said["changed"]), said.get("by", "")
    return Foreign(**arrays, changed=changed, single=said["single"], by=by)
