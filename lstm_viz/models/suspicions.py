"""What may have gone wrong between two ports of one layer: whatever, done to it, makes it agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import equation_text
from lstm_viz.network.recurrent import Direction
from lstm_viz.trace.records import Trace
from lstm_viz.trace.run import run
from lstm_viz.validation.errors import InputError

Array = np.ndarray
Weights = Mapping[str, Array]
MOST_GATES, MOST = 5, 3
KINDS = {"W": "input weights", "U": "recurrent weights", "b": "biases"}
BEFORE, AFTER = CELLS["gru-reset-before"], CELLS["gru"]


@dataclass(frozen=True, eq=False)
class _Trial:
    """The second layer, changed in one way, which `words` say."""

    words: str
    cell: Recurrence
    weights: Weights
    reverse: bool = False


def suspicions(
    one: Direction, other: Direction, here: Trace, steps: int, tolerance: float
) -> Iterator[str]:
    """In words, the first few changes to `other` that make its output that of `here`."""
    x, truth = np.array(here["x"][:steps]), here[here.cell.output][:steps]
    states = {state: here[f"{state}_prev"][0] for state in here.cell.states}
    limit, found = tolerance * max(1.0, float(np.abs(truth).max(initial=0))), 0
    for trial in _trials(one, other):
        y = _output(trial, x, here, states)
        if y is not None and y.shape == truth.shape and np.abs(y - truth).max() <= limit:
            yield trial.words
            found += 1
        if found == MOST:
            return


def _output(trial: _Trial, x: Array, here: Trace, states: Mapping[str, Array]) -> Array | None:
    """What the changed layer gives; None where it cannot be run."""
    given = {state: array for state, array in states.items() if state in trial.cell.states}
    whole = here["x"][::-1][: len(x)] if trial.reverse else x
    try:
        with np.errstate(all="ignore"):
            return np.array(run(trial.cell, trial.weights, whole, given)[trial.cell.output])
    except InputError:
        return None


def _trials(one: Direction, other: Direction) -> Iterator[_Trial]:
    plain = _Trial("", other.cell, dict(other.weights))
    for words, weights in (
        *_blocks(other.weights),
        *_transposed(other.weights),
        *_biases(other.weights),
    ):
        yield replace(plain, words=words, weights=weights)
    yield from _conventions(one, plain)
    yield replace(plain, words="reading the sequence in reverse", reverse=True)


# ---------------------------------------------------------------------------- blocks of gates


def _blocks(weights: Weights) -> Iterator[tuple[str, Weights]]:
    """Blocks in another order: two swapped, then all orders; of all parameters, then of a kind."""
    gates = [name[2:] for name in weights if name.startswith("W_")]
    if not 2 <= len(gates) <= MOST_GATES:
        return
    swaps = [_swap(gates, pair) for pair in combinations(gates, 2)]
    others = [order for order in permutations(gates) if _moved(gates, order) > 2]
    for order in (*swaps, *others):
        yield _named(gates, order, ""), _reordered(weights, gates, order, tuple(KINDS))
    for kind, words in KINDS.items():
        for order in swaps:
            yield _named(gates, order, words), _reordered(weights, gates, order, (kind,))


def _swap(gates: list[str], pair: tuple[str, ...]) -> tuple[str, ...]:
    other = dict(zip(pair, reversed(pair), strict=True))
    return tuple(other.get(gate, gate) for gate in gates)


def _moved(gates: list[str], order: tuple[str, ...]) -> int:
    return sum(a != b for a, b in zip(gates, order, strict=True))


def _named(gates: list[str], order: tuple[str, ...], of: str) -> str:
    of = f" of the {of}" if of else ""
    moved = [gate for gate, now in zip(gates, order, strict=True) if gate != now]
    if len(moved) == 2:
        return f"swapping the blocks {moved[0]} and {moved[1]}{of}"
    return f"using the blocks {', '.join(gates)}{of} as {', '.join(order)}"


def _reordered(
    weights: Weights, gates: list[str], order: tuple[str, ...], kinds: tuple[str, ...]
) -> Weights:
    found = dict(weights)
    for kind in kinds:
        for gate, now in zip(gates, order, strict=True):
            if f"{kind}_{gate}" in weights and f"{kind}_{now}" in weights:
                found[f"{kind}_{gate}"] = weights[f"{kind}_{now}"]
    return found


# ---------------------------------------------------------------------------- matrices, biases


def _transposed(weights: Weights) -> Iterator[tuple[str, Weights]]:
    square = [n for n, w in weights.items() if w.ndim == 2 and w.shape[0] == w.shape[1] > 1]
    for kind in ("U", "W"):
        names = [name for name in square if name.partition("_")[0] == kind]
        if len(names) > 1:
            words = f"transposing all the {KINDS[kind]}"
            yield words, {**weights, **{name: weights[name].T for name in names}}
    for name in square:
        yield f"transposing {name}", {**weights, name: weights[name].T}


def _biases(weights: Weights) -> Iterator[tuple[str, Weights]]:
    vectors = [name for name, array in weights.items() if array.ndim == 1]
    for a, b in combinations(vectors, 2):
        if weights[a].shape == weights[b].shape:
            yield f"swapping {a} and {b}", {**weights, a: weights[b], b: weights[a]}
    if "b_f" in weights:
        for sign, word in ((1, "adding 1 to"), (-1, "taking 1 from")):
            words = f"{word} the forget bias, as TensorFlow 1's cells add it when they run"
            yield words, {**weights, "b_f": weights["b_f"] + sign}
    if vectors:
        yield "leaving out the biases", {**weights, **{n: 0 * weights[n] for n in vectors}}


# ---------------------------------------------------------------------------- conventions


def _conventions(one: Direction, plain: _Trial) -> Iterator[_Trial]:
    weights, cell = plain.weights, plain.cell
    after = "applying the reset gate after the product, as PyTorch and Keras' reset_after=True do"
    before = "applying the reset gate before the product, as Keras' reset_after=False does"
    if cell.text == AFTER.text:
        rest = {n: w for n, w in weights.items() if n != "b_hn"}
        summed = rest | {"b_n": weights["b_n"] + weights["b_hn"]}
        yield _Trial(before, BEFORE, summed)
    if cell.text == BEFORE.text:
        none = {"b_hn": 0 * weights["b_n"]}
        yield _Trial(after, AFTER, {**weights, **none})
    if "U_z" in weights:
        negated = {n: -w for n, w in weights.items() if n in ("W_z", "U_z", "b_z")}
        words = "taking 1 - z for z, the other convention of the update gate"
        yield replace(plain, words=words, weights={**weights, **negated})
    if cell.text != one.cell.text and set(one.cell.parameters) == set(weights):
        yield _Trial(f"computing {_equations(one.cell, cell)}", one.cell, weights)


def _equations(one: Recurrence, other: Recurrence) -> str:
    """The equations of the one that the other has not."""
    theirs = {equation_text(each) for each in other.equations}
    own = [said for each in one.equations if (said := equation_text(each)) not in theirs]
    return ", ".join(own[:4]) + (", …" if len(own) > 4 else "")
