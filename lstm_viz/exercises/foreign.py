"""Somebody's own forward and backward pass: run in a process of its own, with a limit of time.

The file has `forward(…)`, and may have `backward(…)` and `numeric(…)`, the author's check. What
they are given follows from the names of arguments: `x` (T, I); weights by name, `W_f`, or in
blocks, `W` `U` `b`; `weights`, all by name; `h0`, `c0` initial states; `dh` (T, H), ∂L/∂h. They
give back a dictionary by name, or `forward` the output alone. Files that import torch are given
tensors.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_viz.validation.errors import InputError

Array = np.ndarray
SECONDS = 20.0
FUNCTIONS = "forward", "backward", "numeric"
STEP = 1e-5  # of central differences
WIDE = 3e-3  # the same of a float32 forward pass, whose rounding would drown in a smaller one

# What the other process does. What is printed there goes nowhere; what is given comes back as JSON.
RUNNER = """
import json, os, sys, traceback
told = json.load(sys.stdin)
back = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
except (ImportError, ValueError, OSError):
    pass

def plain(value):
    value = value.detach().cpu() if hasattr(value, "detach") else value
    array = np.asarray(value)
    if array.dtype.kind == "c":
        raise TypeError("complex numbers were given back, and real ones are expected")
    kinds.add(array.dtype.name)
    return np.asarray(array, dtype=float)

def pack(value, tensor):
    if isinstance(value, dict):
        return {name: pack(each, tensor) for name, each in value.items()}
    array = np.array(value, dtype=float)
    return torch.tensor(array, requires_grad=tensor == "graph") if tensor else array

def dictionary(found, name):
    if isinstance(found, dict):
        return found
    found = found[0] if isinstance(found, (tuple, list)) and len(found) else found
    return {name: found}

def called(function, given, changed):
    kept = {name: value for name, value in given.items()}
    before = json.dumps({n: flat(v) for n, v in kept.items()})
    found = space[function](**kept)
    after = {n: flat(v) for n, v in kept.items()}
    old = json.loads(before)
    changed += [f"{function}: {n}" for n in old if old[n] != after[n]]
    return found

def flat(value):
    if isinstance(value, dict):
        return {name: flat(each) for name, each in value.items()}
    return plain(value).tolist()

def output(given):
    return dictionary(space["forward"](**given), told["output"])[told["output"]]

def loss(given):
    return float((plain(output(given)).reshape(seeds.shape) * seeds).sum())

def places(given):
    for name, value in given.items():
        if isinstance(value, dict):
            for inner, each in value.items():
                yield inner, given[name], inner
        else:
            yield name, given, name

said, kinds = {}, set()
try:
    import numpy as np
    torch = None
    if told["torch"]:
        import torch
    space = {"__name__": "own"}
    exec(compile(told["text"], "own", "exec"), space)
    seeds = np.array(told["seeds"], dtype=float)
    kind = "plain" if torch else ""
    changed = []
    inputs = told["given"]["forward"]
    found = dictionary(called("forward", pack(inputs, kind), changed), told["output"])
    said["values"] = {n: plain(v).tolist() for n, v in found.items()}
    step = told["wide"] if "float32" in kinds else told["step"]
    usual = told["output"] in found and plain(found[told["output"]]).size == seeds.size
    if told["slopes"] and usual:
        slopes = {}
        for name, holder, key in list(places(pack(inputs, ""))):
            slope = np.zeros_like(holder[key])
            for place in np.ndindex(*slope.shape):
                two = []
                for sign in (1, -1):
                    fresh = pack(inputs, "")
                    spot = dict((n, (h, k)) for n, h, k in places(fresh))[name]
                    spot[0][spot[1]][place] += sign * step
                    two.append(loss(pack(fresh, kind)))
                slope[place] = (two[0] - two[1]) / (2 * step)
            slopes[name] = slope.tolist()
        said["slopes"] = slopes
    gradients = None
    if "backward" in told["given"]:
        gradients = called("backward", pack(told["given"]["backward"], kind), changed)
        gradients = {} if gradients is None else gradients
    elif torch and usual:
        graph = pack(inputs, "graph")
        end = output(graph)
        (end.reshape(seeds.shape) * torch.tensor(seeds)).sum().backward()
        spots = [(n, h[k].grad) for n, h, k in places(graph)]
        gradients = {"d" + n: g for n, g in spots if g is not None}
    if gradients is not None:
        if not isinstance(gradients, dict):
            raise TypeError("backward gives back no dictionary of gradients by name")
        said["gradients"] = {n: plain(v).tolist() for n, v in gradients.items()}
    if "numeric" in told["given"]:
        seen = called("numeric", pack(told["given"]["numeric"], kind), changed)
        if not isinstance(seen, dict):
            raise TypeError("numeric gives back no dictionary of gradients by name")
        said["numeric"] = {n: plain(v).tolist() for n, v in seen.items()}
    said["changed"], said["single"] = changed, "float32" in kinds
except BaseException as error:
    steps = traceback.extract_tb(error.__traceback__)
    line = next((p.lineno for p in reversed(steps) if p.filename == "own"), 0)
    line = getattr(error, "lineno", None) or line
    said = {"error": f"{type(error).__name__}: {error}"[:300].rstrip(": "), "line": line}
json.dump(said, back)
back.flush()
os._exit(0)
"""


@dataclass(frozen=True, eq=False)
class Foreign:
    """What came back: `values`, `gradients` and the author's `numeric` ones, by name.

    `slopes` are central differences of the author's own forward pass, `changed` are the arguments
    that a function has overwritten, as "backward: dh". `single`: some numbers were of float32.
    """

    values: dict[str, Array]
    gradients: dict[str, Array] = field(default_factory=dict)
    numeric: dict[str, Array] = field(default_factory=dict)
    slopes: dict[str, Array] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    single: bool = False


def signatures(text: str, path: str) -> dict[str, tuple[str, ...]]:
    """The arguments of each function that is known, read without running anything."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise InputError(f"{path}, line {line}: this is not Python") from None
    found = {
        node.name: tuple(a.arg for a in (*node.args.posonlyargs, *node.args.args))
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS
    }
    if "forward" not in found:
        raise InputError(f"{path}: there is no function forward, such as forward(x, weights)")
    return found


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
        "slopes": slopes, "step": STEP, "wide": WIDE, "torch": uses_torch(text),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-P", "-c", RUNNER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
    ) as child:  # fmt: skip
        try:
            answer, _ = child.communicate(json.dumps(told).encode(), SECONDS)
        except subprocess.TimeoutExpired:
            raise InputError(f"{path}: it was stopped after {SECONDS:g} seconds") from None
        finally:
            _end(child)
    try:
        said: dict[str, Any] = json.loads(answer)
    except ValueError:
        raise InputError(f"{path}: it ended without returning anything") from None
    if "error" in said:
        place = f", line {said['line']}" if said["line"] else ""
        raise InputError(f"{path}{place}: {said['error']}")
    arrays = {
        key: {n: np.array(v, float) for n, v in said.get(key, {}).items()}
        for key in ("values", "gradients", "numeric", "slopes")
    }
    return Foreign(**arrays, changed=tuple(said["changed"]), single=said["single"])


def _end(child: subprocess.Popen[bytes]) -> None:
    """The process, and whatever it began."""
    with suppress(OSError, AttributeError):
        os.killpg(child.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    with suppress(OSError):
        child.kill()
