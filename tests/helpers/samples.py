"""A picture of every kind, another of the same build with other numbers, and one of every field."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Literal

import numpy as np

from lstm_viz import LSTM, backpropagate, run
from lstm_viz.pictures import kinds
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
    Landscape,
    Line,
    Node,
    Picture,
    Rule,
    Share,
    Stack,
    Sweep,
    Table,
    Text,
    Title,
    Value,
    Way,
    Wire,
    Wiring,
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
    way = Way(Text("plain"), x[: 2 + seed], x[: 2 + seed] / 2, "p")
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
        "landscape": Landscape(
            (Text("flow"),), x, x[:5], np.abs(grid), (way,), "w", "b", of="gradient"
        ),
        "wiring": wiring(trace, 1 + seed),
        "backward wiring": wiring(trace, 3 + seed, gradients=gradients),
        "stack": Stack(
            (Rule("both"), Grid((), grid, names), Curves((), x, curves[1:2], low=0, high=2))
        ),
        "beside": Beside((Grid((), grid, names), Words(words)), (2, 1)),
    }


# ---------------------------------------------------------------------------- field by field

LINE = Line(C, "cell state", (F, Text(" * "), C), (Value(0.5), Text(" · "), Value(0.25)), 0.125)
SHARE = Share((C,), (F, Text(" · "), C), (Value(0.5),), 0.25, 0.375)
GRADIENT = Gradient(C, "cell state", 0.5, -0.875, (SHARE, replace(SHARE, part=0.625)))
X, WAVE = np.arange(6), np.array([0.9, 0.2, 0.7, 0.4, 0.6, 0.3])
NODES = Node("f", F, 0.2, 0.8, "gate", 0.3, "×"), Node("c", C, 0.8, 0.2, "name", 0.6, turn=4)
WAY = Way(Text("plain"), X[:3], X[:3] / 4, "p")
WIRE = Wire("f", "c", 0.4, "forget gate", ((0.5, 0.8), (0.5, 0.2)))

# Something of every kind, and of every part of one, with as little as it can have.
LEAST: dict[type, Any] = {
    Text: Text("said"),
    Value: Value(0.375),
    Words: Words((Text("After "), Value(0.375))),
    Title: Title("lstm", "one unit"),
    Rule: Rule("step 1"),
    Line: LINE,
    Arithmetic: Arithmetic((LINE, replace(LINE, name=G, result=0.75))),
    Share: SHARE,
    Gradient: GRADIENT,
    Sweep: Sweep((GRADIENT, replace(GRADIENT, name=G, gradient=0.75)), 0, 0.001, 1.0),
    Table: Table(("cell", "length", ""), (((C,), (Text("7"),), ()), ((F,), (Text("10"),), ()))),
    Bar: Bar(F, 0.625),
    Bars: Bars((Text("gates"),), (Bar(F, 0.625, 0.01), Bar(G, 0.25, 0.01))),
    Grid: Grid((Text("cells"),), np.array([WAVE, WAVE**2]), (F, C), low=0.1),
    Curve: Curve(F, WAVE),
    Curves: Curves((Text("flow"),), X, (Curve(F, WAVE), Curve(C, WAVE**2)), now=2.0),
    Areas: Areas((Text("routes"),), X, (Curve(F, WAVE), Curve(C, WAVE**2))),
    Way: WAY,
    Landscape: Landscape((Text("flow"),), X, X[:2], np.array([WAVE, WAVE**2]), (WAY,), "w", "b"),
    Node: NODES[0],
    Wire: WIRE,
    Wiring: Wiring((Text("a step"),), NODES, (WIRE,)),
    Stack: Stack((Grid((), np.array([WAVE]), (F,)), Curves((), X, (Curve(F, WAVE),)))),
    Beside: Beside((Rule("a"), Rule("b"))),
}

# How a part stands in a picture.
WITHIN: dict[type, Any] = {
    Text: lambda text: Words((text,)),
    Value: lambda value: Words((value,)),
    Line: lambda line: Arithmetic((line, LINE), chosen=0),
    Share: lambda share: Sweep((replace(GRADIENT, shares=(share, share)),)),
    Gradient: lambda gradient: Sweep((gradient,)),
    Grid: lambda grid: Stack((grid, Stack((grid,), in_step=True))),
    Bar: lambda bar: Bars((), (bar, Bar(G, -0.25))),
    Curve: lambda curve: Curves((), X, (replace(curve, of=curve.of or "gradient"),)),
    Way: lambda way: Landscape((), X, X[:2], np.array([WAVE, WAVE**2]), (way,)),
    Node: lambda node: Wiring((), (node, NODES[1]), (WIRE,), lit=0.5),
    Wire: lambda wire: Wiring((), NODES, (wire,)),
}

# What else a field can be, where its type does not say it.
OTHER: dict[str, Any] = {
    "of": "memory",
    "room": (-1.234e-100,),
    "Landscape.ways": (WAY, replace(WAY, y=X[:3] / 3, mark="c")),
    "Landscape.low": 0.01,
    "Landscape.high": 10.0,
    "Words.rows": 3,
    "Words.typed": (Text("After "), Value(0.375), Text(" on characters")),
    "Line.room": ((Text("another_name"), Text(" + "), Value(0.25)), (Value(0.25),)),
    "Sweep.low": 0.01,
    "Sweep.high": 10.0,
    "Grid.tall": 3,
    "low": -2.0,
    "high": 2.0,
    "Curve.low": {"low": WAVE / 2, "high": WAVE * 2},
    "Curve.high": {"low": WAVE / 4, "high": WAVE},
    "Title.facts": (("weights", (Text("latch"),)), ("input", (Text("random"),))),
    "Table.right": (1,),
    "Grid.columns": tuple("123456"),
    "Grid.chosen": (1, 2),
    "Curves.names": tuple("abcdef"),
    "Wire.bends": ((0.3, 0.8), (0.3, 0.2)),
    "Wire.trunk": 1,
    "Wiring.low": 0.01,
    "Beside.widths": (3, 1),
    "Areas.total": Text("sum", "memory"),
    "Grid.lit": (1.0, 3.0),
    "Grid.marks": (2,),
    "Words.room": (Text("and a longer text that will stand here later. " * 9),),
    "Curve.strength": 0.0,
    "notes": ((Text("a note that will stand beside a bar"),),),
}


def _others(kind: type, field: dataclasses.Field[Any], hint: Any, given: Any) -> list[Any]:
    """All other values of a choice; one other value of anything else that need not be given."""
    if typing.get_origin(hint) is Literal:
        return [each for each in typing.get_args(hint) if each != given]
    if field.default is dataclasses.MISSING:
        return []
    for key in (f"{kind.__name__}.{field.name}", field.name):
        if key in OTHER:
            return [OTHER[key]]
    if hint == kinds.Expression:
        return [(Text("beside "), Value(0.625))]
    return [
        {
            bool: True,
            str: "said",
            int: 9 if field.name == "digits" else 1,
            float: 3.0,
            float | None: 0.625,
        }[hint]
    ]


def by_field() -> Iterator[tuple[str, Picture, Picture]]:
    """For every choice and every field that need not be given: its name, a picture, and another
    that differs in it alone."""
    for kind in vars(kinds).values():
        if not dataclasses.is_dataclass(kind):
            continue
        least, within = LEAST[kind], WITHIN.get(kind, lambda picture: picture)
        hints = typing.get_type_hints(kind, None, {"np": np})
        for field in fields(kind):
            given = getattr(least, field.name)
            for other in _others(kind, field, hints[field.name], given):
                changed = other if isinstance(other, dict) else {field.name: other}
                name = f"{kind.__name__}.{field.name}={str(other)[:20]}"
                yield name, within(least), within(replace(least, **changed))
