"""Where the parts of an RNN, a GRU and other cells stand; see `by_hand`."""

from __future__ import annotations

from lstm_viz.views.wiring.placement import OUT, Family, Places, Point, Routes, bus, straight

# ---------------------------------------------------------------------------- RNN

RNN: Family = (
    {"h_prev": (0.06, 0.62), "x": (0.38, 0.12), "z": (0.38, 0.62), "h": (0.64, 0.62)}
    | {"h" + OUT: (0.94, 0.62)},
    straight(("h_prev", "z"), ("x", "z"), ("z", "h"), ("h", "h'")),
)

# ---------------------------------------------------------------------------- GRU

# The hidden state is the memory: it runs along the top, and a copy of it below, into the gates.
_TAP, _LOW = 0.13, 0.18
_GATED: Places = {
    "h_prev": (0.05, 0.87),
    "x": (0.05, 0.05),
    "z_n": (0.76, 0.32),
    "n": (0.76, 0.49),
    "reset": (0.6, _LOW),
    "keep": (0.27, 0.87),
    "write": (0.76, 0.67),
    "h": (0.76, 0.87),
    "h" + OUT: (0.95, 0.87),
}
_GATED_ROUTES: Routes = {
    ("x", "z_n"): (((0.771, 0.05),), 1),
    ("h_prev", "keep"): (((_TAP, 0.87),), 1),
    ("reset", "z_n"): (((0.749, _LOW),), 0),
    **straight(("z_n", "n"), ("n", "write"), ("write", "h"), ("keep", "h"), ("h", "h'")),
}
GRU: Family = (
    _GATED
    | {"z_z": (0.27, 0.32), "z_r": (0.45, 0.32), "z": (0.27, 0.49), "r": (0.45, 0.49)}
    | {"rest": (0.5, 0.67)},
    {
        **_GATED_ROUTES,
        **bus("x", [("z_z", 0.281), ("z_r", 0.461)], (0, 0.05)),
        **bus("h_prev", [("z_z", 0.259), ("z_r", 0.439)], (_TAP, 0.87), (_TAP, _LOW), (0, _LOW)),
        ("h_prev", "reset"): (((_TAP, 0.87), (_TAP, _LOW), (0.439, _LOW)), 3),
        **straight(("z_z", "z"), ("z_r", "r"), ("z", "keep"), ("rest", "write")),
        ("r", "reset"): (((0.6, 0.49),), 0),
        ("z", "rest"): (((0.27, 0.67),), 1),
    },
)


def one_gate(gate: str) -> Family:
    """What keeps 1 − gate of the past and writes gate of the candidate: a GRU of one gate."""
    total, turn = f"z_{gate}", (0.27, 0.56)
    places = _GATED | {total: (0.27, 0.32), gate: (0.27, 0.49), "rest": (0.27, 0.69)}
    writes: tuple[tuple[Point, ...], int] = (turn, (0.6, 0.56), (0.6, 0.67)), 2
    if gate == "z":  # which nothing else leads to
        places |= {"n": (0.76, 0.34), "write": (0.76, 0.6), "rest": (0.27, 0.71)}
        writes = ((0.27, 0.6),), 1
    return places, {
        **_GATED_ROUTES,
        ("x", total): (((0.281, 0.05),), 1),
        ("x", "n"): (((0.76, 0.05),), 1),
        ("h_prev", total): (((_TAP, 0.87), (_TAP, _LOW), (0.259, _LOW)), 3),
        ("h_prev", "reset"): (((_TAP, 0.87), (_TAP, _LOW), (0.259, _LOW)), 3),
        **straight((total, gate), (gate, "rest"), ("rest", "keep")),
        (gate, "write"): writes,
        (gate, "reset"): ((turn, (0.6, 0.56)), 2),
    }


# ---------------------------------------------------------------------------- other cells

MINLSTM: Family = (
    {
        "h_prev": (0.05, 0.87),
        "x": (0.05, 0.05),
        "z_f": (0.22, 0.22),
        "z_i": (0.48, 0.22),
        "f": (0.22, 0.38),
        "i": (0.48, 0.38),
        "k.1": (0.35, 0.53),
        "k": (0.22, 0.66),
        "w.1": (0.62, 0.53),
        "w": (0.62, 0.66),
        "h.1": (0.22, 0.87),
        "n": (0.8, 0.4),
        "h.2": (0.8, 0.66),
        "h": (0.8, 0.87),
        "h" + OUT: (0.95, 0.87),
    },
    {
        **bus("x", [("z_f", 0.22), ("z_i", 0.48), ("n", 0.8)], (0, 0.05)),
        **straight(("z_f", "f"), ("z_i", "i"), ("f", "k"), ("k", "h.1"), ("w.1", "w")),
        **straight(("w", "h.2"), ("n", "h.2"), ("h.2", "h"), ("h.1", "h"), ("h", "h'")),
        ("h_prev", "h.1"): ((), 0),
        ("f", "k.1"): (((0.22, 0.53),), 1),
        ("f", "w.1"): (((0.22, 0.465), (0.62, 0.465)), 1),
        ("i", "k.1"): (((0.48, 0.53),), 1),
        ("i", "w.1"): (((0.48, 0.53),), 1),
        ("k.1", "k"): (((0.35, 0.66),), 0),
        ("i", "w"): (((0.48, 0.66),), 1),
    },
)

LINEAR: Family = (
    {
        "s_prev": (0.05, 0.85),
        "x": (0.05, 0.12),
        "a": (0.3, 0.5),
        "s.1": (0.3, 0.85),
        "s": (0.55, 0.85),
        "h": (0.78, 0.5),
        "s" + OUT: (0.95, 0.85),
        "h" + OUT: (0.95, 0.5),
    },
    {
        **bus("x", [("s", 0.55), ("h", 0.78)], (0, 0.12)),
        **straight(("s_prev", "s.1"), ("a", "s.1"), ("s.1", "s"), ("s", "s'"), ("h", "h'")),
        ("s", "h"): (((0.78, 0.85),), 1),
    },
)
