"""One colour, one glyph and one word per kind of quantity, for all back ends.

The colours are told apart with any of the usual colour-blindnesses (after Okabe & Ito), and each
is dark enough for a white ground and light enough for a black one. Nothing is said by colour
alone: the quantity's own letter stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from lstm_viz.cell import PREVIOUS, Cell
from lstm_viz.equations import Call, Name, names_in


@dataclass(frozen=True)
class Look:
    """How a kind of quantity looks: a colour for every back end, a glyph, and a word."""

    colour: str
    glyph: str
    word: str


LOOKS = {
    "input": Look("#7d7d7d", "→", "input"),
    "sum": Look("#7d7d7d", "Σ", "sum"),
    "gate 1": Look("#0e8f6e", "◐", "gate"),
    "gate 2": Look("#1f83d6", "◐", "gate"),
    "gate 3": Look("#b565c4", "◐", "gate"),
    "candidate": Look("#b07d00", "+", "candidate"),
    "memory": Look("#d9541e", "■", "memory"),
    "output": Look("#1593a8", "▲", "output"),
    "weight": Look("#7d7d7d", "w", "weight"),
    "gradient": Look("#d0478f", "∂", "gradient"),
}
SQUASHING = ("sigmoid", "hard_sigmoid", "hard_sigmoid_keras2")


@cache
def kinds(cell: Cell) -> dict[str, str]:
    """Every name of a cell (parameters, input, states, quantities) → its kind, off the equations."""
    found = {name: "weight" for name in cell.parameters} | {"x": "input"}
    gates = 0
    for name, equation in cell.equation.items():
        if name == cell.output:
            found[name] = "output"
        elif name in cell.states:
            found[name] = "memory"
        elif isinstance(equation.tree, Call) and equation.tree.function in SQUASHING:
            found[name] = f"gate {gates % 3 + 1}"
            gates += 1
        elif _is_inside(cell, name):
            found[name] = "sum"
        else:
            found[name] = "candidate"
    found |= {state + PREVIOUS: found[state] for state in cell.states}
    return found


def _is_inside(cell: Cell, name: str) -> bool:
    """Whether a quantity is used only as what a function is taken of: z_f in sigmoid(z_f)."""
    users = [each.tree for each in cell.equations if name in names_in(each.tree)]
    return bool(users) and all(isinstance(u, Call) and u.arguments == (Name(name),) for u in users)


def look(cell: Cell, name: str) -> Look:
    """The look of a quantity; a gradient (`dc`) looks like a gradient."""
    known = kinds(cell)
    if name not in known and name[:1] == "d" and name[1:] in known:
        return LOOKS["gradient"]
    return LOOKS[known.get(name, "sum")]
