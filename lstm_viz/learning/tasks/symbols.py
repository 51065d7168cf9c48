"""Tasks on symbols: temporal order, copying, the embedded Reber grammar."""

from __future__ import annotations

import math
import random
import re

import numpy as np

from lstm_viz.learning.tasks.task import Array, Batch, Task, one_hot, same_class

ORDER = "abcdXYBE"  # four distractors, the two that count, begin, end


def _temporal_order(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    symbols = rng.integers(0, 4, (steps, batch))
    symbols[0], symbols[-1] = ORDER.index("B"), ORDER.index("E")
    which, column = rng.integers(0, 2, (2, batch)), np.arange(batch)
    for k, (low, high) in enumerate(((0.1, 0.2), (0.5, 0.6))):
        first = max(1, int(low * steps))  # not where the beginning is marked
        place = rng.integers(first, max(first + 1, int(high * steps)), batch)
        symbols[place, column] = 4 + which[k]
    return one_hot(symbols, len(ORDER)), 2 * which[0] + which[1]


LETTERS, REMEMBERED = 8, 10  # of the copy task: how many letters there are, how many to copy


def _copy(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    """Letters, silence, a sign; then the letters again. `steps` counts the silence, as T there."""
    letters = rng.integers(1, LETTERS + 1, (REMEMBERED, batch))
    symbols = np.zeros((steps + 2 * REMEMBERED, batch), np.int64)
    targets = symbols.copy()
    symbols[:REMEMBERED], targets[-REMEMBERED:] = letters, letters
    symbols[-REMEMBERED - 1] = LETTERS + 1
    return one_hot(symbols, LETTERS + 2), targets


def _copied(outputs: Array, x: Array, targets: Array) -> float:
    return same_class(outputs[-REMEMBERED:], x, targets[-REMEMBERED:])


REBER = "BTPSXVE"
SETTLED = 10_000  # steps: from then on a place in a string is as likely as any time later
# state → (symbol, next state), each with the same chance; 6 is the end
GRAMMAR = [
    [("T", 1), ("P", 2)],
    [("S", 1), ("X", 3)],
    [("T", 2), ("V", 4)],
    [("X", 2), ("S", 5)],
    [("P", 3), ("V", 5)],
    [("E", 6)],
]


def reber(chance: random.Random) -> str:
    """A string of the Reber grammar: BTXSE, BPVVE, …"""
    written, state = "B", 0
    while state < 6:
        symbol, state = chance.choice(GRAMMAR[state])
        written += symbol
    return written


def embedded_reber(chance: random.Random) -> str:
    """A Reber string between two symbols that agree: B T … T E, or B P … P E."""
    outer = chance.choice("TP")
    return f"B{outer}{reber(chance)}{outer}E"


def reber_loss(steps: int) -> float:
    """The cross-entropy of one who knows the grammar, but not which end belongs to which begin.

    It is ln 2 where one of two symbols comes next, and 0 where one is certain. What comes next: the
    first B, T or P, the inner B, the states of the grammar, T or P again, and the last E.
    """
    inner, end = 3, 3 + len(GRAMMAR)
    follows = [[1], [2], [inner], *([inner + to for _, to in each] for each in GRAMMAR), [end + 1]]
    move = np.zeros((end + 2, end + 2))
    for place, after in enumerate([*follows, [0]]):
        np.add.at(move[place], after, 1 / len(after))
    choice = np.array([place in (1, end) or len(each) > 1 for place, each in enumerate(follows)])
    choice = np.append(choice, False)
    at, choices = move[0], 0.0  # the first B comes in, and is no target
    for _ in range(min(steps, SETTLED)):
        choices, at = choices + at @ choice, at @ move
    return float(math.log(2) * (choices + max(steps - SETTLED, 0) * (at @ choice)) / steps)


def _reber(rng: np.random.Generator, steps: int, batch: int) -> Batch:
    """Strings in sequence; the target is the next symbol."""
    rows, chance = [], random.Random(int(rng.integers(2**62)))
    for _ in range(batch):
        written = ""
        while len(written) <= steps:
            written += embedded_reber(chance)
        rows.append([REBER.index(symbol) for symbol in written[: steps + 1]])
    symbols = np.array(rows).T
    return one_hot(symbols[:-1], len(REBER)), symbols[1:]


def _outer(x: Array) -> Array:
    """Where the outer T or P stand: after the B that begins a string, and before its last E."""
    written = "".join(REBER[k] for k in x.argmax(axis=1))
    return np.array([each.start() + 1 for each in re.finditer("BT(?=B)|BP(?=B)|E[TP]E?", written)])


def _agrees(outputs: Array, x: Array, targets: Array) -> float:
    """How often T or P after the inner E is the one that stood before it; 0 where none is."""
    T, P, E = (REBER.index(symbol) for symbol in "TPE")
    asked = (x[:, E] == 1) & ((targets == T) | (targets == P))
    right = ((outputs[:, P] > outputs[:, T]) == (targets == P))[asked]
    return float(right.sum() / max(right.size, 1))


TASKS = [
    Task(
        "temporal-order",
        "in which order did X and Y appear among the distractors?",
        "Hochreiter & Schmidhuber 1997, experiment 6a",
        _temporal_order,
        "cross-entropy",
        lambda steps: math.log(4),
        "one of four at random",
        inputs=len(ORDER),
        outputs=4,
        right=same_class,
        least=4,
        advised={"forget_bias": "chrono"},
        marks=lambda x: np.flatnonzero(x[:, 4:6].any(axis=1)),
        symbols=ORDER,
        answers=("XX", "XY", "YX", "YY"),
    ),
    Task(
        "copy",
        "ten letters, a delay, then the ten letters again",
        "Hochreiter & Schmidhuber 1997; this form: Arjovsky, Shah & Bengio 2016",
        _copy,
        "cross-entropy",
        lambda steps: 10 * math.log(8) / (steps + 20),
        "blank, then a random letter",
        inputs=LETTERS + 2,
        outputs=LETTERS + 1,
        each_step=True,
        right=_copied,
        steps=10,
        hidden=128,
        rate=1e-2,
        updates=6000,
        advised={"cell": "gru"},
        marks=lambda x: np.flatnonzero(x[:, -1]),
        symbols="·abcdefgh?",
    ),
    Task(
        "reber",
        "the next symbol of embedded Reber strings, whose ends agree",
        "Cleeremans, Servan-Schreiber & McClelland 1989; Hochreiter & Schmidhuber 1997, exp. 1",
        _reber,
        "cross-entropy",
        reber_loss,
        "T and P equally likely before the end",
        inputs=len(REBER),
        outputs=len(REBER),
        each_step=True,
        right=_agrees,
        steps=40,
        least=7,  # up to the E of the shortest string
        hidden=16,
        rate=1e-2,
        updates=3000,
        marks=_outer,
        symbols=REBER,
    ),
]
