"""Where nodes and wires are drawn in cells of a known build: one picture a family.

What cells of a family have in common stands in the same place in all of them, so that what one of
them does differently is seen. The memory is a straight line along the top.

A family is what all its cells could have. Steps on the way to a quantity have other names in each
cell (`c.1`, `h.3`), so a family calls them by what they do, and `NAMES` say which those are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lstm_viz.views.wiring.placed_lstms import COUPLED, FGR, LSTM, SLSTM
from lstm_viz.views.wiring.placed_others import GRU, LINEAR, MINLSTM, RNN, one_gate
from lstm_viz.views.wiring.placement import Family


def by_hand(pairs: Iterable[tuple[str, str]]) -> Family | None:
    """The places for a graph with these wires, if some family can have all of them."""
    pairs = list(pairs)
    for family, names in FAMILIES:
        if found := _placed(pairs, family, names):
            return found
    return None


def _placed(
    pairs: list[tuple[str, str]], family: Family, names: Mapping[str, str]
) -> Family | None:
    places, routes = family
    keys = {key for pair in pairs for key in pair}
    called = {key: names.get(key, key) for key in keys}
    ways = {(start, end): routes.get((called[start], called[end])) for start, end in pairs}
    if any(way is None for way in ways.values()):
        return None
    return {k: places[called[k]] for k in keys}, {p: way for p, way in ways.items() if way}


FAMILIES: tuple[tuple[Family, Mapping[str, str]], ...] = (
    (RNN, {}),
    (LSTM, {"c.1": "keep", "c.2": "write", "h.1": "squashed"}),
    (LSTM, {"c.1": "write", "h.1": "squashed"}),
    (COUPLED, {"c.1": "keep", "c.2": "write", "h.1": "squashed"}),
    (FGR, {}),
    (SLSTM, {}),
    (GRU, {"h.3": "keep", "h.2": "rest", "h.1": "write", "z_n.1": "reset"}),
    (GRU, {"h.1": "keep", "h.3": "rest", "h.2": "write", "z_n.1": "reset"}),
    (one_gate("f"), {"h.1": "keep", "h.2": "rest", "h.3": "write", "z_n.1": "reset"}),
    (one_gate("z"), {"h.1": "keep", "h.2": "rest", "h.3": "write"}),
    (MINLSTM, {}),
    (LINEAR, {}),
)
