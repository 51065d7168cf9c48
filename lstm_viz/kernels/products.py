"""The gradients of weights: ∂L/∂M = Σ dz vᵀ, one product for all blocks that lie side by side.

A bias is a matrix of one column that meets a row of ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from lstm_viz.equations.tree import Name
from lstm_viz.kernels.backward import BackwardPlan
from lstm_viz.kernels.instructions import Ref
from lstm_viz.kernels.machine import Arena


class WeightProducts:
    """Which blocks of gradients meet which blocks of vectors, and whose gradient that makes."""

    def __init__(self, plan: BackwardPlan, gradients: Arena, recorded: Arena, batch: int) -> None:
        self.batch = batch
        signs: dict[tuple[str, str], list[tuple[float, str]]] = {}
        uses: dict[str, tuple[str, ...]] = {}
        for name in plan.system.trees:
            if not plan.is_idle(name) and (whole := plan.system.sum_of(name)):
                for sign, matrix, vector in whole.products:
                    signs.setdefault((name, vector), []).append((sign, matrix))
                for sign, term in whole.rest:
                    if isinstance(term, Name) and term.name in plan.system.biases:
                        signs.setdefault((name, "1"), []).append((sign, term.name))
                uses[name] = tuple(sorted(v for n, v in signs if n == name))
        rows = {name: plan.place(name) for name in uses}
        columns = {v: plan.system.place(v) for vectors in uses.values() for v in vectors}
        shapes = plan.system.parameters
        self.weights = frozenset(name for parts in signs.values() for _, name in parts)
        uses_of = Counter(name for parts in signs.values() for _, name in parts)
        self._jobs = []
        for group in dict.fromkeys(uses.values()):
            for down in gradients.runs([n for n in uses if uses[n] == group], rows.__getitem__):
                for across in recorded.runs(group, columns.__getitem__):
                    tops, lefts = _edges(down, rows, gradients), _edges(across, columns, recorded)
                    parts = [
                        (
                            matrix,
                            sign,
                            slice(*tops[i : i + 2]),
                            slice(*lefts[j : j + 2]) if len(shapes[matrix]) > 1 else lefts[j],
                            uses_of[matrix] == len(signs[name, vector]) == sign == 1,
                        )
                        for i, name in enumerate(down)
                        for j, vector in enumerate(across)
                        for sign, matrix in signs[name, vector]
                    ]
                    one, other = rows[down[0]], columns[across[0]]
                    height, width = tops[-1], lefts[-1]
                    start, left = gradients.start[one.block], recorded.start[other.block]
                    self._jobs.append(
                        (
                            (one.later, slice(start, start + height), height),
                            (other.later, slice(left, left + width), width),
                            parts,
                        )
                    )

    def add(self, A: np.ndarray, D: np.ndarray, sums: list[np.ndarray]) -> None:
        """Add what the steps of D contribute to `sums`, one for each product, made at first.

        Sums of whole products, and not of each weight's part: a few long additions a chunk.
        """
        steps, first = len(D) - 1, not sums
        for k, ((later, rows, height), (ahead, columns, width), _) in enumerate(self._jobs):
            dz, v = D[later : steps + later, rows], A[ahead : steps + ahead, columns]
            if self.batch:  # (steps, rows, B) → (rows, steps · B)
                whole = (
                    dz.swapaxes(0, 1).reshape(height, -1) @ v.swapaxes(0, 1).reshape(width, -1).T
                )
            else:
                whole = dz.T @ v
            if first:
                sums.append(whole)
            else:
                sums[k] += whole

    def share(self, sums: list[np.ndarray], totals: dict[str, np.ndarray]) -> None:
        """Add to each weight its parts of the sums; what is not yet in `totals` is put there."""
        for (_, _, parts), whole in zip(self._jobs, sums, strict=True):
            for matrix, sign, i, j, alone in parts:
                if matrix not in totals:  # a part that is one weight's alone need not be copied
                    totals[matrix] = whole[i, j] if alone else whole[i, j] * sign
                else:
                    total = totals[matrix]
                    (np.add if sign > 0 else np.subtract)(total, whole[i, j], total)


def _edges(run: list[str], places: Mapping[str, Ref], arena: Arena) -> list[int]:
    """Where each block of a run begins, and where the last one ends, from the first one on."""
    blocks = [places[name].block for name in run]
    first = arena.start[blocks[0]]
    starts = [arena.start[block] - first for block in blocks]
    return [*starts, starts[-1] + arena.rows[blocks[-1]]]
