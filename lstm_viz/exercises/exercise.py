"""`Exercise`: what an exercise file holds, checked; and `Verdict`: what is said of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.files.npz import Weights
from lstm_viz.problems import Problem

KINDS = ("number", "choice", "cell", "weights", "bug", "numpy")
Kind = Literal["number", "choice", "cell", "weights", "bug", "numpy"]
HINTS = 3  # the last is a worked smaller case
BLANK = "____"


@dataclass(frozen=True, eq=False)
class Case:
    """A sequence, (T, I) or a batch (T, B, I), and what is wanted of it; NaN: nothing is."""

    inputs: np.ndarray
    wanted: np.ndarray


@dataclass(frozen=True)
class Within:
    """How far off an answer is still right: so much, or, of a `share`, so much of itself."""

    most: float
    share: bool = False

    def of(self, right: np.ndarray) -> np.ndarray:
        """The same for numbers, in their shape; a last bit more, for what is right to the edge."""
        if self.share:
            return np.asarray(np.abs(right) * self.most)
        return np.full(np.shape(right), self.most * (1 + 1e-9))


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise. What is set depends on its kind, and the rest is empty.

    number: a `problem` whose `ask` is asked, or `solution`, an expression by name, over `given`.
    choice: `choices` by letter, (words, why not); `answer` is the letter.
    cell, bug: `start` is the text with blanks or the bug, `cell` the right one; `checked` are the
    quantities that have to be the same.
    weights: of `cell`, `weights` are given and `solution` is one that does it, for `cases`.
    numpy: a function that computes `checked` of `cell`; `start` is how it begins.
    `wrong` are mistakes with a name: what is then given, as `solution`, or a text of equations.
    """

    name: str
    title: str
    lesson: int
    kind: Kind
    question: str
    hints: tuple[str, ...]
    why: str
    misconception: int
    problem: Problem | None = None
    given: Mapping[str, float] = field(default_factory=dict)
    own: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    solution: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    digits: int = 3
    within: Mapping[str, Within] = field(default_factory=dict)  # by what is asked; "": all others
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    answer: str = ""
    start: str = ""
    cell: Cell | None = None
    checked: tuple[str, ...] = ()
    weights: Weights = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    watched: str = ""  # the quantity that the cases want

    def tolerance(self, name: str = "") -> Within:
        """How far off an answer is right; by its digits, two units of the last one."""
        by_digits = Within(2 * 10.0**-self.digits if self.digits else 0.0)
        return self.within.get(name) or self.within.get("") or by_digits

    @property
    def ending(self) -> str:
        """What the student's file ends in."""
        return ".py" if self.kind == "numpy" else ".txt"


@dataclass(frozen=True)
class Said:
    """A sentence in English with what is put in for `{name}`, to be said in any language."""

    words: str
    pieces: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words.format(**self.pieces)


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, or is not one yet, and what is said of it.

    `mistakes` are the names of those that give just these numbers.
    """

    right: bool
    said: tuple[Said, ...]
    finished: bool = True
    mistakes: tuple[str, ...] = ()
