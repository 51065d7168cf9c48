"""Parameters counted wrongly: which of them were forgotten, or counted once more."""

from __future__ import annotations

import numpy as np

from lstm_viz.equations.gates import recurrent
from lstm_viz.equations.tree import names_in
from lstm_viz.problems import Problem


def miscounts(problem: Problem) -> dict[str, int]:
    """What comes out with each mistake, by its name; the right number is in none of them."""
    cell, sizes = problem.cell, {n: int(np.size(a)) for n, a in problem.weights.items()}
    total = sum(sizes.values())
    biases = sum(size for n, size in sizes.items() if cell.title(n) == "bias")
    past = sum(sizes[n] for n in recurrent(cell) if n in sizes)
    inputs = sum(sizes[n] for n in cell.matrices if n in sizes) - past
    sums = [sum(sizes.get(name, 0) for name in names_in(each.tree)) for each in cell.equations]
    found = {
        "the biases forgotten": total - biases,
        "the matrices of the past forgotten": total - past,
        "the matrices of the input forgotten": total - inputs,
        "the biases counted twice": total + biases,
        "only the largest sum counted": max(sums, default=total),
    }
    return {name: number for name, number in found.items() if number not in (0, total)}
