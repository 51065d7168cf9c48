"""Small inputs: by name, typed, from a CSV file, from standard input, or from a text's characters.

    named("sine:20", seed=0)              # (20, 1)
    typed("1,2;0.5,3")                    # (2, 2): two steps of two features
    from_file("prices.csv", ["close"])    # (T, 1)
    characters("hello")                   # (5, 4): one-hot over e h l o

Each gives a `Sequence`, or raises `InputError`, which names the place and the way out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import nearest, short
from lstm_viz.validation.numbers import brief

MOST, LONGEST = 12, 40  # numbers that are written out; characters, where there are more


@dataclass(frozen=True)
class Sequence:
    """Input for a cell: `values` (T, I), and what it is in words.

    `labels` are what stands at each step, such as a character; `stamps` say of each step when it
    was (`dated`: in the order of time); `rows` name the features; where there are any.
    """

    values: np.ndarray
    what: str
    labels: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    dated: bool = False

    @property
    def axis(self) -> tuple[str, ...]:
        """What names the steps below a picture, if anything does."""
        return self.labels or self.stamps


# ---------------------------------------------------------------------------- by name


@dataclass(frozen=True)
class Named:
    """A sequence by its name: what it is, its usual length, and its values for times 0 … T − 1."""

    what: str
    length: int
    values: Callable[[np.ndarray, np.random.Generator], np.ndarray]


def _echo(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    signs = rng.choice([-1.0, 1.0], len(time))
    return np.where(time < (len(time) + 1) // 2, signs, 0.0)


def _sine(time: np.ndarray) -> np.ndarray:
    """A period of 12 steps, with true zeros where π as a float gives 1e-16."""
    return np.where(time % 6 == 0, 0.0, np.sin(time * (np.pi / 6)))


NAMED = {
    "impulse": Named("1, then zeros", 8, lambda t, rng: np.where(t == 0, 1.0, 0.0)),
    "echo": Named("random signs, then equally many zeros, to echo them", 8, _echo),
    "sine": Named("a sine with a period of 12 steps", 12, lambda t, rng: _sine(t)),
    "damped-sine": Named(
        "a sine with a period of 12 steps, halved every period",
        24,
        lambda t, rng: _sine(t) * 0.5 ** (t / 12),
    ),
    "square": Named(
        "4 steps of 1, then 4 of -1, repeated",
        16,
        lambda t, rng: np.where(t // 4 % 2 == 0, 1.0, -1.0),
    ),
    "noise": Named(
        "independent standard normal numbers", 12, lambda t, rng: rng.standard_normal(len(t))
    ),
}


def named(spec: str, seed: int = 0, bytes_per_step: float = 8.0) -> Sequence:
    """`sine`, or `sine:40` for another length; the random ones follow the seed.

    `bytes_per_step` is what a step will need later on: too long a sequence is refused before
    anything is allocated.
    """
    name, colon, length = spec.partition(":")
    if name not in NAMED:
        known = nearest(name, NAMED)
        raise InputError(
            f"no sequence is called {short(name)!r}: {known} (or write numbers: 0,1,0)"
        )
    known_sequence = NAMED[name]
    steps = _length(name, length) if colon else known_sequence.length
    refuse_too_large(steps * bytes_per_step, f"{steps:,} steps", "fewer steps")
    values = known_sequence.values(np.arange(steps), np.random.default_rng(seed))
    return Sequence(values.astype(float)[:, None], f"{name}: {known_sequence.what}")


def _length(name: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= 18 and int(written)):
        raise InputError(
            f"{_short(written)} is not a length: write a number of steps, such as {name}:20"
        )
    return int(written)


# ---------------------------------------------------------------------------- typed


def typed(given: str, what: str = "--input") -> Sequence:
    """Numbers: a comma list is one number a step; with `;` each part is a step of several."""
    parts = given.split(";") if ";" in given else given.split(",")
    if not given.strip():
        raise InputError(f"{what} is empty: write numbers, such as 0,1,0")
    rows = [
        [number(cell, f"{what}, step {t}") for cell in part.split(",")]
        for t, part in enumerate(parts, 1)
    ]
    values = _rows(rows, [f"{what}, step {t}" for t in range(1, len(rows) + 1)])
    return Sequence(values, written(values))


def number(written: str, place: str) -> float:
    """The finite number that is written; `InputError` names the place where there is none."""
    try:
        value = float(written)
    except ValueError:
        value = None
    if value is None or "_" in written:
        said = f"{_short(written)} is not a number" if written.strip() else "a number is missing"
        raise InputError(f"{place}: {said}")
    if not math.isfinite(value):
        raise InputError(f"{place}: {_short(written).strip(chr(39))} is not a finite number")
    return value


def _short(written: str) -> str:
    return repr(written.strip() if len(written) <= 40 else written[:39].strip() + "…")


def _rows(rows: list[list[float]], places: list[str]) -> np.ndarray:
    for row, place in zip(rows, places, strict=True):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{place}: {_numbers(len(row))}, but {_numbers(len(rows[0]))} in {places[0]}:"
                " every step needs as many"
            )
    return np.array(rows, dtype=float)


def _numbers(count: int) -> str:
    return f"{count} number" if count == 1 else f"{count} numbers"


def written(values: np.ndarray) -> str:
    """Numbers as `typed` reads them; only the first of many, of which one line has room."""
    rows = [",".join(map(brief, row)) for row in values[:MOST]]
    if len(values) > MOST:
        while len(rows) > 1 and sum(map(len, rows)) + len(rows) > LONGEST:
            rows.pop()
    return (";" if values.shape[1] > 1 else ",").join(rows) + " …" * (len(values) > len(rows))


# ---------------------------------------------------------------------------- rows of a file
