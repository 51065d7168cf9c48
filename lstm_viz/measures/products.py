"""What one row of matrix @ vector is the sum of, and how large the parts of any sum are."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from lstm_viz.equations.tree import PREVIOUS, Name, Operation, Transposed, Tree, terms, walk
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.trace.records import Gradients, Trace

DOUBTFUL = 1e-10  # a gradient under this may be what rounding has left of its summands


@dataclass(frozen=True, eq=False)
class Products:
    """One row of matrix @ vector: weights, what each is multiplied by, the products, their sum."""

    matrix: str
    transposed: bool
    weights: np.ndarray
    values: np.ndarray
    products: np.ndarray
    total: float


def products(product: Operation, values: Mapping[str, np.ndarray], row: int) -> Products:
    """The products of a row of `product`, a matrix (or its transpose) @ a vector; the last row
    where there are fewer."""
    transposed = isinstance(product.left, Transposed)
    left = product.left.of if isinstance(product.left, Transposed) else product.left
    assert isinstance(left, Name)
    matrix = values[left.name].T if transposed else values[left.name]
    weights = matrix[min(row, len(matrix) - 1)]
    vector = np.broadcast_to(evaluate(product.right, values), weights.shape)
    total = float(weights @ vector)
    return Products(left.name, transposed, weights, vector, weights * vector, total)


@dataclass(frozen=True, eq=False)
class Summand:
    """A summand of a line: a product of a matrix and a vector, term by term, or what it is."""

    sign: float
    tree: Tree
    products: Products | None
    value: float

    @property
    def parts(self) -> np.ndarray:
        """What it is the sum of, with its sign."""
        if self.products is None:
            return np.array([self.value])
        return self.sign * self.products.products


def summands(
    trees: Iterable[Tree], values: Mapping[str, np.ndarray], row: int
) -> Iterator[Summand]:
    """What a row of the sum of `trees` is the sum of, if one of them has a product; else nothing.

    Where a product lies deeper, as in i * (W @ x), it stands for its summand.
    """
    each = [part for tree in trees for part in terms(tree)]
    if not any(_is_product(part) for _, tree in each for part in walk(tree)):
        return
    for sign, tree in each:
        inside = [part for part in walk(tree) if _is_product(part)]
        for part in inside:
            found = products(part, values, row)
            own = sign if part is tree else 1.0
            yield Summand(own, part, found, own * found.total)
        if not inside:
            vector = np.atleast_1d(evaluate(tree, values))
            yield Summand(sign, tree, None, sign * float(vector[min(row, len(vector) - 1)]))


def all_summands(
    record: Trace, trees: Collection[Tree], row: int, gradients: Gradients | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(n,), (n,), (m,): the weights in a row of `trees`, what each is multiplied by, and all
    products and other summands, with their signs, over all steps."""
    weights, values, results = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    for t in range(len(record)):
        known = {**record.weights, **{name: record[name][t] for name in record.names}}
        if gradients is not None:
            known |= {"d" + name: gradients.passing(name)[t] for name in gradients.names}
        for each in summands(trees, known, row):
            results.append(each.parts)
            if each.products is not None:
                weights.append(each.products.weights)
                values.append(each.products.values)
    return np.concatenate(weights), np.concatenate(values), np.concatenate(results)


def _is_product(tree: Tree) -> TypeGuard[Operation]:
    return isinstance(tree, Operation) and tree.operator == "@"


def parts(summands: Mapping[str, float]) -> dict[str, float]:
    """Each summand as a fraction of their sum; not a number where that is 0."""
    total = sum(summands.values())
    return {name: value / total if total else math.nan for name, value in summands.items()}


ROUNDING = 4096  # times the precision of a number: so much of its summands a sum may be off


def settled(gradients: Gradients, known: Mapping[str, np.ndarray], t: int) -> dict[str, np.ndarray]:
    """All gradients at a step, with 0 where one is only what rounding has left of its summands.

    `known` are the values at that step. Last to first, so that none is put into the next as more.
    """
    cell, raw = gradients.cell, {"d" + name: gradients[name][t] for name in gradients.names}
    values = {**known, **raw}
    past = (state + PREVIOUS for state in cell.states)
    for name in (*reversed(cell.quantities), *past, "x"):
        found = values["d" + name]
        if not _doubtful(found):
            continue
        apart = gradients.shares(name)
        terms = {edge.source: edge.term for edge in cell.backward if edge.target == name}
        with np.errstate(all="ignore"):
            summands = [
                np.abs(evaluate(terms[by], values) if by in terms else share[t])
                for by, share in apart.items()
            ]
        values["d" + name] = _settled(found, sum(summands))
    return {name: values[name] for name in raw}


def settled_steps(gradients: Gradients, steps: range) -> dict[str, np.ndarray]:
    """All gradients at some steps, each (steps, rows), in the same way; of a batch as they are."""
    part, trace = slice(steps.start, steps.stop), gradients.trace
    found = {name: np.array(gradients[name][part]) for name in gradients.names}
    if trace.batched or not any(map(_doubtful, found.values())):
        return found
    for k, t in enumerate(steps):
        known = {**trace.weights, **{name: trace[name][t] for name in trace.names}}
        for name, value in settled(gradients, known, t).items():
            found[name[1:]][k] = value
    return found


def settled_weights(gradients: Gradients) -> dict[str, np.ndarray]:
    """The gradients of all weights, sums over the steps, in the same way."""
    found = {name: np.asarray(array) for name, array in gradients.weights.items()}
    if not any(map(_doubtful, found.values())):
        return found
    known = settled_steps(gradients, range(len(gradients.trace)))
    return {name: _settled_weight(gradients, known, name, array) for name, array in found.items()}


def _settled_weight(
    gradients: Gradients, known: Mapping[str, np.ndarray], name: str, found: np.ndarray
) -> np.ndarray:
    if not _doubtful(found):
        return found
    sizes: np.ndarray | float = 0.0
    for edge in gradients.cell.backward:
        if edge.target == name:
            match edge.term:
                case Name(back):
                    sizes = sizes + np.abs(known[back[1:]]).sum(axis=0)
                case Operation("@", Name(back), Transposed(Name(value))):
                    sides = known[back[1:]], gradients.trace[value]
                    sizes = sizes + np.abs(sides[0]).T @ np.abs(sides[1])
                case _:
                    return found  # what it is the sum of is not known here
    return _settled(found, sizes)


def _doubtful(found: np.ndarray) -> bool:
    return bool(((found != 0) & (np.abs(found) < DOUBTFUL)).any())


def _settled(found: np.ndarray, sizes: np.ndarray | float) -> np.ndarray:
    rounding = np.abs(found) <= ROUNDING * np.finfo(found.dtype).eps * sizes
    return np.where(rounding | (np.asarray(sizes) == 0), 0, found)
