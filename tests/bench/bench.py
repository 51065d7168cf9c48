"""How fast lstm_viz is, and how much memory it takes, beside other ways to do the same.

Every line is a run forward and backward with everything recorded, in float64 on one thread unless
it says otherwise, and the two sides take turns. This is a report, not a test: it fails only where
two sides that should compute the same numbers do not.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from timeit import timeit
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

import bench_screen
import bench_training
import numpy as np
from bench_films import films, mp4

from lstm_viz import CELLS, LSTM, backpropagate, measures, run
from lstm_viz.kernels import pool

try:
    import torch

    torch.set_num_threads(1)
except ImportError:
    torch = None

# Steps, sequences, inputs, hidden.
ONE = [(20, 1, 4, 8), (100, 1, 16, 32), (1000, 1, 16, 128), (10000, 1, 8, 64)]
MANY = [(100, 32, 16, 64), (1000, 16, 32, 128)]
UNIT = [(steps, 1, 1, 1) for steps in (20, 100, 1000)]  # one input, one hidden unit
COMMAND = Path(sys.executable).with_name("lstm-viz")
A_TURN = 5e-3  # seconds that both sides' turn should last at least
A_LONG_TURN = 20  # seconds from which on one turn is enough
GATES = "ifgo"  # in the order in which torch stacks them


class Problem:
    """A cell at one size: weights, inputs, and the gradient that reaches the outputs."""

    def __init__(self, size, cell=LSTM, dtype="float64", every_step=False, **options) -> None:
        steps, sequences, inputs, hidden = self.size = size
        self.weights = cell.start(inputs=inputs, hidden=hidden, seed=0)
        self.x = np.random.default_rng(0).normal(size=(steps, sequences, inputs)).astype(dtype)
        self.dh = np.zeros((steps, sequences, hidden), dtype)
        self.dh[0 if every_step else -1 :] = 1
        self.one = (slice(None), 0) if sequences == 1 else ()  # to us without a batch axis
        self.run = partial(run, cell, self.weights, self.x[self.one], dtype=dtype, **options)

    def ours(self) -> tuple[Any, Any]:
        """The trace of a run, and the gradient of everything in it."""
        trace = self.run()
        return trace, backpropagate(trace, {"h": self.dh[self.one]})

    def check(self, theirs: tuple[Any, ...], tolerance: float = 1e-10) -> None:
        """Stop unless both sides have the same outputs, and the same gradients of weights."""
        trace, ours = self.ours()
        hs = np.array([h.detach().numpy() if hasattr(h, "detach") else h for h in theirs[0]])
        pairs = {"h": (np.reshape(trace["h"], hs.shape), hs)}
        pairs |= {kind: (stacked(ours.weights, kind), stacked(theirs[1], kind)) for kind in "WUb"}
        for name, (mine, other) in pairs.items():
            gap, allowed = np.abs(mine - other).max(), tolerance * max(1, np.abs(other).max())
            assert gap <= allowed, f"{name} differs by {gap:.1e} at {self.size}"


def stacked(values: Any, kind: str) -> Any:
    """The four gates' W, U or b in one array, as torch has it."""
    whole = values[kind] if kind in values else [values[f"{kind}_{gate}"] for gate in GATES]
    return np.concatenate(whole) if isinstance(whole, list) else np.asarray(whole)


def naive(problem: Problem) -> tuple[list[Any], dict[str, Any], list[Any], list[Any]]:
    """An LSTM in NumPy as tutorials write it: step by step, gate by gate, by hand."""
    w, steps, records = problem.weights, [], []
    gradients = {name: np.zeros_like(value) for name, value in w.items()}
    h = c = np.zeros(problem.dh.shape[1:])
    for x in problem.x:
        s = {"x": x, "h_prev": h, "c_prev": c}
        for k in GATES:
            raw = x @ w[f"W_{k}"].T + h @ w[f"U_{k}"].T + w[f"b_{k}"]
            s[k] = np.tanh(raw) if k == "g" else 1 / (1 + np.exp(-raw))
        c = s["c"] = s["f"] * c + s["i"] * s["g"]
        s["tanh_c"] = np.tanh(c)
        h = s["h"] = s["o"] * s["tanh_c"]
        steps.append(s)
    dh = dc = np.zeros_like(h)
    for s, dh_here in zip(reversed(steps), problem.dh[::-1], strict=True):
        dh = dh + dh_here
        dc = dc + dh * s["o"] * (1 - s["tanh_c"] ** 2)
        d = {"h": dh, "c": dc, "o": dh * s["tanh_c"]}
        d |= {"i": dc * s["g"], "f": dc * s["c_prev"], "g": dc * s["i"]}
        for k in GATES:
            raw = d[f"raw_{k}"] = d[k] * (1 - s[k] ** 2 if k == "g" else s[k] * (1 - s[k]))
            gradients[f"W_{k}"] += raw.T @ s["x"]
            gradients[f"U_{k}"] += raw.T @ s["h_prev"]
            gradients[f"b_{k}"] += raw.sum(axis=0)
        d["x"] = sum(d[f"raw_{k}"] @ w[f"W_{k}"] for k in GATES)
        dh, dc = sum(d[f"raw_{k}"] @ w[f"U_{k}"] for k in GATES), dc * s["f"]
        records.append(d)
    return [s["h"] for s in steps], gradients, steps, records


def torch_lstm(kind: str, problem: Problem) -> Callable[[], Any]:
    """The same in PyTorch: "LSTM" whole, showing only its outputs, or "LSTMCell" step by step."""
    inputs, dh = torch.from_numpy(problem.x), torch.from_numpy(problem.dh)
    module = getattr(torch.nn, kind)(*problem.size[2:], dtype=dh.dtype)
    *weights, spare_bias = module.parameters()
    with torch.no_grad():
        spare_bias.zero_()  # torch has two
        for name, parameter in zip("WUb", weights, strict=True):
            parameter.copy_(torch.from_numpy(stacked(problem.weights, name)))

    def unrolled(xs: Any) -> tuple[Any, Any]:
        h = c = torch.zeros_like(dh[0])
        hs, cs = [], []
        for x in xs:
            h, c = module(x, (h, c))
            h.retain_grad()
            c.retain_grad()
            hs.append(h)
            cs.append(c)
        h.backward(dh[-1])  # the loss is at the last step only
        return hs, cs

    def both_ways() -> tuple[Any, ...]:
        module.zero_grad()
        x = inputs.detach().requires_grad_()
        hs, kept = module(x) if kind == "LSTM" else unrolled(x)
        if kind == "LSTM":
            hs.backward(dh)
        return hs, dict(zip("WUb", (w.grad for w in weights), strict=True)), x, kept

    return both_ways


# A line: what, size, ours, theirs (calls to time, or bytes), target. A target ">= N" is how many
# times as fast we are, "<= N" how many times as much we take, and "" sets none.


def others(what, make, targets, near=1e-10, **options) -> Iterator[Any]:
    """Another LSTM: first that its numbers are ours, then its time."""
    for size, target in ((size, target) for target, sizes in targets.items() for size in sizes):
        problem = Problem(size, **options)
        theirs = make(problem)
        problem.check(theirs(), near)
        yield what, size, problem.ours, theirs, target


def ourselves(what, mine, other, target, sizes) -> Iterator[Any]:
    """Two ways of our own, each given by its options."""
    for size in sizes:
        yield what, size, Problem(size, **mine).ours, Problem(size, **other).ours, target


def memory() -> Iterator[Any]:
    """The most memory taken at a time, against the bytes that are recorded in the end."""
    for problem in map(Problem, ONE[2:] + MANY):
        problem.ours()
        pool._kept.clear()  # or else the memory of that run would be used again, and not be counted
        tracemalloc.start()
        trace, gradients = problem.ours()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        names = [name for name in trace.names if not name.endswith("_prev")]
        kept = sum(np.asarray(part[name]).nbytes for name in names for part in (trace, gradients))
        yield "peak memory / recorded", problem.size, peak, kept, "<= 1.6"


def linear() -> Iterator[Any]:
    """One run of 10,000 steps, against ten of 1,000."""
    long, short = Problem((10000, 1, 8, 64)), Problem((1000, 1, 8, 64)).ours
    ten = partial(timeit, short, number=10)
    yield "10000 steps / 10 x 1000 steps", long.size, long.ours, ten, "<= 1.3"


def process(argument: str, imports: str, target: str) -> Iterator[Any]:
    """A whole process, its output piped, against importing what it cannot do without."""
    env = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    call = partial(partial, subprocess.run, check=True, stdout=subprocess.PIPE, env=env)
    theirs = call([sys.executable, "-c", f"import {imports}"])
    yield f"lstm-viz {argument} / imports", (), call([COMMAND, argument]), theirs, target


def unrolled_torch(problem: Problem) -> Callable[[Any, Any], Any]:
    """h at every step, (T, H), with something added to each step's h and c: for torch.func."""
    weights = {name: torch.from_numpy(stacked(problem.weights, name)) for name in "WUb"}
    x = torch.from_numpy(problem.x[:, 0])

    def hs(add_h: Any, add_c: Any) -> Any:
        h = c = torch.zeros_like(add_h[0])
        found = []
        for x_t, more_h, more_c in zip(x, add_h.unbind(), add_c.unbind(), strict=True):
            raw = weights["W"] @ x_t + weights["U"] @ h + weights["b"]
            i, f, g, o = raw.chunk(4)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g) + more_c
            h = torch.sigmoid(o) * torch.tanh(c) + more_h
            found.append(h)
        return torch.stack(found)

    return hs


def measured(what: str, sizes: list[Any], target: str, ours: Any, theirs: Any) -> Iterator[Any]:
    """A measure of ours, against torch.func's vjp and vmap computing the same numbers."""
    for size in sizes:
        problem = Problem(size, every_step=True)
        trace, gradients = problem.ours()
        mine = partial(ours, trace, gradients)
        other = partial(theirs, problem, unrolled_torch(problem)) if torch else None
        if other:
            gap = np.abs(mine() - other()).max()
            assert gap < 1e-6, f"{what} differs by {gap:.1e} at {size}"
        yield what, size, mine, other, target


def torch_pairs(problem: Problem, hs: Any) -> np.ndarray:
    """‖∂h_t/∂h_k‖ for all pairs: the gradients of all units in batches."""
    steps, hidden = len(problem.x), problem.size[3]
    zeros, found = torch.zeros(steps, hidden, dtype=torch.float64), np.zeros((steps, steps))
    _, back = torch.func.vjp(lambda moved: hs(moved, zeros), zeros)
    for start in range(0, steps, 4):  # 4 · H gradients in one batch: of 1, 2, 4 and 16 the fastest
        rows = min(4, steps - start)
        cotangents = torch.zeros(rows, hidden, steps, hidden, dtype=torch.float64)
        for k in range(rows):
            cotangents[k, :, start + k] = torch.eye(hidden)
        (jacobian,) = torch.func.vmap(back)(cotangents.flatten(0, 1))
        found[start : start + rows] = jacobian.unflatten(0, (rows, -1)).norm(dim=(1, 3)).numpy()
    return found


def torch_ledger(problem: Problem, hs: Any) -> np.ndarray:
    """∂L_{t'}/∂c_t for all losses t' in one batch."""
    steps, hidden = len(problem.x), problem.size[3]
    zeros = torch.zeros(steps, hidden, dtype=torch.float64)
    _, back = torch.func.vjp(lambda moved: hs(zeros, moved), zeros)
    cotangents = torch.diag_embed(torch.ones(steps, dtype=torch.float64))[..., None]
    cotangents = cotangents.expand(-1, -1, hidden).contiguous()
    cotangents *= torch.from_numpy(problem.dh[:, 0])
    return torch.func.vmap(back)(cotangents)[0].numpy()


def profile() -> Iterator[Any]:
    """The norms of the gradients at every step with the run, against the run alone."""
    problem = Problem((1000, 1, 16, 128))

    def norms() -> None:
        gradients = problem.ours()[1]
        measures.norms(gradients, "h"), measures.norms(gradients, "c")

    yield "profile / forward + backward", problem.size, norms, problem.ours, "<= 1.2"


def measuring(quick: bool) -> Iterator[Any]:
    """All pairs and the ledger against torch.func, and the profile of norms."""
    long = 60 if quick else 500
    if torch:
        pairs = [(long, 1, 16, 64)], ">= 20", lambda trace, _: measures.all_pairs(trace)
        yield from measured("all pairs, torch.func", *pairs, torch_pairs)
        whole = [(200, 1, 16, 64)], ">= 4", lambda _, gradients: measures.ledger(gradients)["c"]
        yield from measured("ledger, torch.func", *whole, torch_ledger)
    yield from profile()


NN_LSTM, LSTM_CELL = (partial(torch_lstm, kind) for kind in ("LSTM", "LSTMCell"))
GROUPS = {
    "nn.LSTM": [
        others("nn.LSTM", NN_LSTM, {">= 4": ONE, ">= 1.2": MANY}),
        others("nn.LSTM, loss every step", NN_LSTM, {">= 4": ONE[2:3]}, every_step=True),
        # In float32 a loss at the last step only would fade into denormals, slow for everyone.
        others("nn.LSTM float32", NN_LSTM, {"<= 2": MANY}, 1e-3, every_step=True, dtype="float32"),
    ],
    "LSTMCell": [others("LSTMCell, keeping h and c", LSTM_CELL, {">= 5": ONE, ">= 1.4": MANY})],
    "naive": [
        others("naive NumPy", partial(partial, naive), {"": ONE[:1] + MANY, ">= 2": ONE[1:]})
    ],
    "floats": [ourselves("floats / arrays", {"floats": True}, {"floats": False}, ">= 4", UNIT)],
    "cells": [
        ourselves(f"{name} / lstm", {"cell": CELLS[name]}, {}, "<= 1.3", ONE + MANY)
        for name in ("gru", "peephole-lstm")
    ],
    "memory": [memory()],
    "linear": [linear()],
    "measures": [measuring("--quick" in sys.argv)],
    "training": bench_training.groups(),
    "keras": [bench_training.against_keras(">= 4")],
    "screen": bench_screen.groups(),
    "films": [films()],
    "mp4": [mp4()],
    "process": [
        process("--help", "click", "<= 1.5"),
        process("step", "numpy, rich.console, rich.table, click", "<= 1.8"),
    ],
}


def compare(ours: Any, theirs: Any, seconds: float) -> tuple[str, str, float]:
    """Both sides' medians, and the median of ours over theirs, in as many turns as fit."""
    if isinstance(ours, bench_training.Seconds):
        return f"{ours * 1e3:.2f} ms", f"{theirs * 1e3:.2f} ms", ours / theirs
    if not callable(ours):
        return f"{ours / 1e6:.1f} MB", f"{theirs / 1e6:.1f} MB", ours / theirs
    once = sum(_once(side) for side in (ours, theirs))
    number = max(1, round(A_TURN / once))  # of a short run several, or the clock's own cost counts
    rounds = min(max(int(seconds / once / number), 3 if once < A_LONG_TURN else 1), 200)
    turns = [
        (timeit(ours, number=number) / number, timeit(theirs, number=number) / number)
        for _ in range(rounds)
    ]
    mine, other = (f"{statistics.median(side) * 1e3:.2f} ms" for side in zip(*turns, strict=True))
    return mine, other, statistics.median(ours / theirs for ours, theirs in turns)


def _once(side: Callable[[], Any]) -> float:
    first = timeit(side, number=1)
    return first if first > A_LONG_TURN else min(first, timeit(side, number=1))


def main() -> None:
    """Print the table: every line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    parser.add_argument("--only", default="", metavar="WORD", help=f"of {', '.join(GROUPS)}")
    options = parser.parse_args()
    chosen = {name: GROUPS[name] for name in GROUPS if options.only.lower() in name.lower()}
    needs = {
        **dict.fromkeys(("nn.LSTM", "LSTMCell", "training"), "torch"),
        "keras": "keras",
        "process": "lstm-viz",
    }
    for name, need in needs.items():
        there = COMMAND.exists() if need == "lstm-viz" else find_spec(need) is not None
        if not there and chosen.pop(name, None):
            print(f"left out: {name}, because {need} is not installed")
    layout = "{:<30}{:>16}{:>13}{:>13}{:>8}{:>9}  {}"
    print(layout.format("what", "T x B x I x H", "ours", "theirs", "ratio", "target", ""))
    for what, size, ours, theirs, target in chain(*chain(*chosen.values())):
        mine, other, slower = compare(ours, theirs, 0.5 if options.quick else 4)
        sense, _, bound = target.partition(" ")
        ratio = slower if sense == "<=" else 1 / slower
        within = bool(bound) and (ratio <= float(bound)) == (sense == "<=")
        verdict = "ok" if within else "MISSED" if bound else ""
        cells = what, "x".join(map(str, size)), mine, other, f"{ratio:.2f}", target, verdict
        print(layout.format(*cells).rstrip(), flush=True)


if __name__ == "__main__":
    main()
