"""Where the parts of an LSTM stand, of its variants, and of the sLSTM; see `by_hand`.

Lists have the gates in the order of the equations, i f g o. The drawing has f on the left: f meets
the memory before i ⊙ g does, and with i on the left its wire to ⊙ would cross that of f.
"""

from __future__ import annotations

from lstm_viz.views.wiring.placement import OUT, Family, Places, Routes, bus, straight

# ---------------------------------------------------------------------------- LSTM

# The memory runs along the top, the hidden state along the bottom; a column a gate between them.
_COLUMN = {"f": 0.19, "i": 0.35, "g": 0.51, "o": 0.69}
_OUT_AT, _PEEP, _PEEP_OUT = 0.84, 0.12, 0.627
LSTM_PLACES: Places = {
    "c_prev": (0.05, 0.87),
    "h_prev": (0.05, 0.185),
    "x": (0.05, 0.04),
    **{f"z_{k}": (x, 0.34) for k, x in _COLUMN.items()},
    **{k: (x, 0.5) for k, x in _COLUMN.items()},
    "keep": (_COLUMN["f"], 0.87),
    "write": (0.43, 0.69),
    "c": (0.43, 0.87),
    "squashed": (_OUT_AT, 0.69),
    "h": (_OUT_AT, 0.5),
    "c" + OUT: (0.95, 0.87),
    "h" + OUT: (0.95, 0.185),
}
LSTM_ROUTES: Routes = {
    **bus("x", [(f"z_{k}", x + 0.011) for k, x in _COLUMN.items()], (0, 0.04)),
    **bus("h_prev", [(f"z_{k}", x - 0.011) for k, x in _COLUMN.items()], (0, 0.185)),
    **straight(*((f"z_{k}", k) for k in _COLUMN), ("c_prev", "keep"), ("f", "keep")),
    **straight(("keep", "c"), ("c_prev", "c"), ("write", "c"), ("c", "c'"), ("o", "h")),
    ("i", "write"): (((_COLUMN["i"], 0.69),), 0),
    ("g", "write"): (((_COLUMN["g"], 0.69),), 0),
    ("g", "c"): (((_COLUMN["g"], 0.69), (0.43, 0.69)), 0),
    ("c", "squashed"): (((_OUT_AT, 0.87),), 1),
    ("c", "h"): (((_OUT_AT, 0.87),), 1),
    ("squashed", "h"): ((), 0),
    ("h", "h'"): (((_OUT_AT, 0.185),), 0),
    # peepholes: the memory into the gates
    ("c_prev", "z_f"): (((_PEEP, 0.87), (_PEEP, 0.42), (_PEEP, 0.34)), 2),
    ("c_prev", "z_i"): (
        ((_PEEP, 0.87), (_PEEP, 0.42), (_COLUMN["i"] - 0.016, 0.42)),
        2,
    ),
    ("c", "z_o"): (((_PEEP_OUT, 0.87), (_PEEP_OUT, 0.34)), 1),
}
LSTM: Family = (LSTM_PLACES, LSTM_ROUTES)
# One gate that is what the other leaves: f = 1 − i stands where else f's sum would lead to it.
COUPLED: Family = (
    LSTM_PLACES | {"f": (_COLUMN["f"], 0.69)},
    LSTM_ROUTES
    | {("i", "f"): (((_COLUMN["i"], 0.69),), 1), ("i", "write"): (((_COLUMN["i"], 0.69),), 1)}
    | {("c_prev", "z_i"): (((_PEEP, 0.87), (_PEEP, 0.34)), 1)},
)

# ---------------------------------------------------------------------------- FGR

# As an LSTM; the gates of the step before come in on rails between the hidden state and the sums,
# and those of this one leave on the right. Into the sum of each gate all of them lead.
_F_COLUMN = {"f": 0.19, "i": 0.365, "g": 0.51, "o": 0.688}
_F_RAILS = {"i_prev": 0.4, "f_prev": 0.31, "o_prev": 0.22, "h_prev": 0.13, "x": 0.04}
_F_TAPS = {"i_prev": -0.034, "f_prev": -0.017, "o_prev": 0.0, "h_prev": 0.017, "x": 0.034}
_F_OUT_AT, _F_PEEP, _F_PEEP_OUT, _F_TURN = 0.862, 0.115, 0.606, 0.905
FGR: Family = (
    {
        "c_prev": (0.05, 0.94),
        **{key: (0.05, level) for key, level in _F_RAILS.items()},
        **{f"z_{k}": (x, 0.5) for k, x in _F_COLUMN.items()},
        **{k: (x, 0.625) for k, x in _F_COLUMN.items()},
        "c.1": (_F_COLUMN["f"], 0.94),
        "c.2": (0.44, 0.8),
        "c": (0.44, 0.94),
        "h.1": (_F_OUT_AT, 0.815),
        "h": (_F_OUT_AT, 0.625),
        "c" + OUT: (0.95, 0.94),
        "f" + OUT: (0.95, 0.74),
        "i" + OUT: (0.95, 0.6),
        "o" + OUT: (0.95, 0.46),
        "h" + OUT: (0.95, 0.13),
    },
    {
        **{
            way: how
            for key, level in _F_RAILS.items()
            for way, how in bus(
                key,
                [(f"z_{k}", _F_COLUMN[k] + _F_TAPS[key]) for k in "fio"],
                (0, level),
            ).items()
        },
        **bus("x", [("z_g", _F_COLUMN["g"] + 0.011)], (0, 0.04)),
        **bus("h_prev", [("z_g", _F_COLUMN["g"] - 0.011)], (0, 0.13)),
        **straight(*((f"z_{k}", k) for k in _F_COLUMN), ("c_prev", "c.1"), ("f", "c.1")),
        **straight(("c.1", "c"), ("c.2", "c"), ("c", "c'"), ("o", "h"), ("h.1", "h")),
        ("i", "c.2"): (((_F_COLUMN["i"], 0.8),), 1),
        ("g", "c.2"): (((_F_COLUMN["g"], 0.8),), 0),
        ("c", "h.1"): (((_F_OUT_AT, 0.94),), 1),
        ("h", "h'"): (((_F_OUT_AT, 0.13),), 0),
        ("f", "f'"): (((_F_COLUMN["f"], 0.74),), 1),
        ("i", "i'"): (((_F_COLUMN["i"], 0.69), (_F_TURN, 0.69), (_F_TURN, 0.6)), 1),
        ("o", "o'"): (((0.812, 0.625), (0.812, 0.46)), 1),
        ("c_prev", "z_f"): (((_F_PEEP, 0.94), (_F_PEEP, 0.5)), 2),
        ("c_prev", "z_i"): (((_F_PEEP, 0.94), (_F_PEEP, 0.5625), (0.34, 0.5625)), 2),
        ("c", "z_o"): (((_F_PEEP_OUT, 0.94), (_F_PEEP_OUT, 0.5)), 1),
    },
)

# ---------------------------------------------------------------------------- sLSTM

# As an LSTM; below its memory the normaliser, and through the gates the stabiliser.
_S_COLUMN = {"f": 0.24, "i": 0.42, "g": 0.58, "o": 0.72}
SLSTM: Family = (
    {
        "c_prev": (0.05, 0.93),
        "n_prev": (0.05, 0.8),
        "m_prev": (0.05, 0.39),
        "h_prev": (0.05, 0.18),
        "x": (0.05, 0.04),
        **{f"z_{k}": (x, 0.285) for k, x in _S_COLUMN.items()},
        **{k: (x, 0.6) for k, x in _S_COLUMN.items()},
        "m.1": (0.14, 0.39),
        "m": (0.33, 0.39),
        "f.1": (0.24, 0.49),
        "i.1": (0.42, 0.49),
        "c.1": (0.24, 0.93),
        "c.2": (0.5, 0.69),
        "c": (0.5, 0.93),
        "n.1": (0.31, 0.8),
        "n": (0.42, 0.8),
        "h.1": (0.86, 0.72),
        "h": (0.86, 0.6),
        "c" + OUT: (0.95, 0.93),
        "n" + OUT: (0.95, 0.8),
        "m" + OUT: (0.95, 0.39),
        "h" + OUT: (0.95, 0.18),
    },
    {
        **bus("x", [(f"z_{k}", x + 0.011) for k, x in _S_COLUMN.items()], (0, 0.04)),
        **bus("h_prev", [(f"z_{k}", x - 0.011) for k, x in _S_COLUMN.items()], (0, 0.18)),
        **straight(("c_prev", "c.1"), ("c.1", "c"), ("c", "c'"), ("n_prev", "n.1"), ("n.1", "n")),
        **straight(("n", "n'"), ("m_prev", "m.1"), ("m.1", "m"), ("m", "m'"), ("i", "n")),
        **straight(("z_f", "f.1"), ("z_i", "i.1"), ("f.1", "f"), ("i.1", "i"), ("z_g", "g")),
        **straight(("z_o", "o"), ("f", "c.1"), ("c.2", "c"), ("h.1", "h"), ("o", "h")),
        ("f", "n.1"): (((0.24, 0.67), (0.31, 0.67)), 1),
        ("i", "c.2"): (((0.42, 0.69),), 1),
        ("g", "c.2"): (((0.58, 0.69),), 0),
        ("c", "h.1"): (((0.86, 0.93),), 1),
        ("n", "h.1"): (((0.79, 0.8), (0.79, 0.72)), 1),
        ("h", "h'"): (((0.86, 0.18),), 0),
        ("m_prev", "f.1"): (((0.105, 0.39), (0.105, 0.49)), 1),
        ("z_f", "m.1"): (((0.24, 0.335), (0.14, 0.335)), 1),
        ("z_i", "m"): (((0.42, 0.335), (0.33, 0.335)), 1),
        ("m", "f.1"): (((0.33, 0.49),), 1),
        ("m", "i.1"): (((0.33, 0.49),), 1),
    },
)
