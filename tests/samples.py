"""A picture of every kind, and another of the same build with other numbers."""

from __future__ import annotations

import numpy as np

from lstm_viz import LSTM, backpropagate, run
from lstm_viz.pictures.kinds import (
    Areas,
    Arithmetic,
    Bar,
    Bars,
    Beside,
    Curve,
    Curves,
    Gradient,
    Grid,
    Line,
    Picture,
    Rule,
    Share,
    Stack,
    Sweep,
    Table,
    Text,
    Title,
    Value,
    Words,
)
from lstm_viz.views.wiring.diagram import wiring
from lstm_viz.weights.presets import PRESETS

STEPS = 20
F, C, G = Text("f", "forget gate"), Text("c", "memory"), Text("g", "candidate")


def ran():
    """The latch, and the gradients of its last output."""
    preset = PRESETS["latch"]
    trace = run(LSTM, preset.weights(), preset.inputs)
    return trace, backpropagate(trace, {"h": np.eye(6)[:, 5:6]})


def samples(seed: int = 0) -> dict[str, Picture]:
    """Name → picture; another seed gives other numbers in the same build."""
    rng = np.random.default_rng(seed)
    trace, gradients = ran()
    x = np.arange(STEPS)
    wave = rng.uniform(0.1, 1.0, STEPS)
    words = (
        Text("After "),
        Value(float(wave[0]), "gradient"),
        Text(" of it, "),
        F,
        Text(" holds."),
    )
    line = Line(C, "cell state", (F, Text(" * "), C), (Value(0.5), Text(" · "), Value(0.25)), 0.125)
    share = Share((C,), (F, Text(" · "), C), (Value(0.5),), 0.25, 0.5)
    curves = (
        Curve(F, wave, wave / 2, wave * 2, note=f"{wave[-1]:.2f}"),
        Curve(C, wave**2),
        Curve(Text("bound"), wave * 3, dashed=True),
    )
    signed = (Curve(F, wave), Curve(C, -wave[::-1]), Curve(G, wave - 0.5))
    grid = rng.uniform(-1, 1, (5, STEPS))
    beads = np.where(x < 4 + seed, np.nan, wave)[None]
    columns = tuple(str(k + 1) for k in range(STEPS))
    names = tuple(Text(str(k)) for k in range(5))
    return {
        "words": Words(words),
        "title": Title("lstm", "one unit", (("weights", (Text("latch"),)),)),
        "rule": Rule(f"step {seed + 1} of 9", words),
        "table": Table(("cell", "carries"), (((C,), (F, Text(" and what it means"))),)),
        "arithmetic": Arithmetic((line, line)),
        "sweep": Sweep((Gradient(C, "cell state", 0.5, -0.25, (share, share)),)),
        "bars": Bars((Text("gates"),), (Bar(F, float(wave[1]), 0.0), Bar(G, float(-wave[2])))),
        "grid": Grid((Text("c"),), grid, names, columns, "step", -1, 1, chosen=(1, seed)),
        "numbers": Grid((F,), grid[:1, :6], (F,), columns[:6], low=0, high=1, of="forget gate"),
        "logarithmic": Grid((), np.abs(grid), names, low=1e-3, high=1, logarithmic=True),
        "beads": Grid((), beads, (C,), of="gradient", low=1e-3, logarithmic=True, beads=True),
        "curves": Curves((Text("flow"),), x, curves, "step", "norm", True, 3.0, 1e-3, 10.0),
        "from right": Curves((), x, curves[:2], low=0, high=1.5, from_right=True),
        "areas": Areas((Text("routes"),), x, signed, "step", "share", seed, -2, 3),
        "wiring": wiring(trace, 1 + seed),
        "backward wiring": wiring(trace, 3 + seed, gradients=gradients),
        "stack": Stack(
            (Rule("both"), Grid((), grid, names), Curves((), x, curves[1:2], low=0, high=2))
        ),
        "beside": Beside((Grid((), grid, names), Words(words)), (2, 1)),
    }
