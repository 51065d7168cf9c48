"""Weights as frameworks keep them, the gates' rows stacked in one matrix → a cell's parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_viz.cells.cell import Cell

Arrays = dict[str, np.ndarray]


def blocks(array: np.ndarray, gates: Sequence[str], prefix: str) -> Arrays:
    """Rows in equal blocks, one a gate: `W_i`, `W_f` … from (4H, I); one nameless gate is `W`."""
    names = [f"{prefix}_{gate}" if gate else prefix for gate in gates]
    return dict(zip(names, np.split(array, len(names)), strict=True))


def parameters(
    cell: Cell,
    gates: Sequence[str],
    W: np.ndarray,
    U: np.ndarray,
    biases: Sequence[np.ndarray],
    more: Arrays | None = None,
) -> Arrays:
    """The cell's parameters; `biases` are the inputs' and the past's, and `more` goes along.

    The two biases are added, but where the cell has the past's own (`b_hn`: a GRU's candidate, the
    last of its gates).
    """
    own = [blocks(each, gates, "b") for each in biases]
    found = blocks(W, gates, "W") | blocks(U, gates, "U") | (more or {})
    found |= {name: own[0][name] + own[1][name] for name in own[0]}
    if "b_hn" in cell.parameters:
        found |= {"b_n": own[0]["b_n"], "b_hn": own[1]["b_n"]}
    return {name: found[name] for name in cell.parameters}
