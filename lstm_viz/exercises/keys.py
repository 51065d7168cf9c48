"""The keys of an exercise file, one by one: what each holds, and what is said where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.parse import EquationError
from lstm_viz.exercises.exercise import HINTS, KINDS, Within
from lstm_viz.exercises.misconceptions import MISCONCEPTIONS
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up, short
from lstm_viz.validation.numbers import as_numbers


class Keys:
    """One table; `refused` says what is wrong with a key of it."""

    def __init__(self, table: Mapping[str, Any], shown: str) -> None:
        self.table, self.shown = table, shown

    def refused(self, key: str, message: object) -> InputError:
        """The one line that says so."""
        return InputError(f"{self.shown}: {key}: {message}")

    def of_text(self) -> Cell:
        """The cell, by name or by its equations."""
        if "cell" in self.table:
            try:
                return look_up(str(self.table["cell"]), CELLS, "cell")
            except InputError as error:
                raise self.refused("cell", error) from None
        try:
            return Cell(Path(self.shown).stem, self.raw("equations"))
        except EquationError as error:
            raise EquationError(f"{self.shown}: equations, {error}") from None

    def raw(self, key: str) -> str:
        """A text as it stands."""
        found = self.table.get(key)
        if not isinstance(found, str) or not found.strip():
            raise self.refused(key, f"write {KEYS[key]}")
        return found

    def text(self, key: str) -> str:
        """A text in one line."""
        return " ".join(self.raw(key).split())

    def whole(self, key: str, low: int, high: int) -> int:
        """A count within bounds."""
        found = self.table[key]
        if type(found) is not int or not low <= found <= high:
            raise self.refused(key, f"write a number from {low} to {high}")
        return found

    def misconception(self) -> int:
        """Its number."""
        found = self.table["misconception"]
        if found not in MISCONCEPTIONS:
            raise self.refused("misconception", f"write a number from 1 to {max(MISCONCEPTIONS)}")
        return int(found)

    def one_of(self, key: str, known: Any) -> Any:
        """One of what is known."""
        found = self.table.get(key)
        if found not in known:
            raise self.refused(key, f"write one of {', '.join(known)}")
        return found

    def hints(self) -> tuple[str, ...]:
        """All of them."""
        found = self.table["hints"]
        if not (isinstance(found, list) and len(found) == HINTS and all(map(_is_said, found))):
            raise self.refused("hints", f"write {HINTS} texts; the last is a worked smaller case")
        return tuple(" ".join(each.split()) for each in found)

    def within(self) -> dict[str, Within]:
        """How far off is right, of all answers, or of some by name."""
        found = self.table.get("within", {})
        named = found if isinstance(found, dict) else {"": found}
        return {name: self._within(written) for name, written in named.items()}

    def _within(self, written: Any) -> Within:
        percent = isinstance(written, str) and written.endswith("%")
        try:
            value = float(written.rstrip("% ")) if percent else float(written)
        except (TypeError, ValueError):
            value = -1.0
        if not 0 < value < float("inf"):
            raise self.refused("within", f"write {KEYS['within']}")
        return Within(value / 100, True) if percent else Within(value)

    def own(self) -> dict[str, tuple[float, ...]]:
        """What is drawn anew."""
        found = {}
        for name, given in self.below("own").items():
            values = as_numbers(given, f"{self.shown}: own: {name}")
            if values.shape != (3,) or values[0] >= values[1] or values[2] <= 0:
                raise self.refused(f"own: {name}", "write lowest, highest and their step")
            found[name] = tuple(float(v) for v in values)
        return found

    def wrong(self) -> dict[str, Mapping[str, object]]:
        """Mistakes by name."""
        found = self.below("wrong")
        for name, values in found.items():
            if not isinstance(values, dict):
                raise self.refused(f"wrong: {short(name)}", "write what is then given: { h = 0.5 }")
        return dict(found)

    def below(self, key: str) -> Mapping[str, Any]:
        """What stands below [key]."""
        found = self.table.get(key, {})
        if not isinstance(found, dict):
            raise self.refused(key, f"write a line [{key}], and below it names and what they are")
        return found

    def numbers(self, key: str) -> dict[str, np.ndarray]:
        """Numbers by name."""
        given = self.below(key).items()
        return {n: as_numbers(v, f"{self.shown}: {key}: {n}").reshape(()) for n, v in given}


def _is_said(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


KEYS = {
    "title": 'a title, such as title = "One step by hand"',
    "lesson": "the number of the lesson",
    "kind": f"one of {', '.join(KINDS)}",
    "question": "the question, in words",
    "hints": "three texts; the last is a worked smaller case",
    "why": "why it is so, for afterwards",
    "misconception": "the number of the misconception that it is set against",
    "digits": "how many decimals are asked for",
    "within": 'how far off is right: 0.01, "2 %", or by name { gate = 0.0006 }',
    "own": "what is drawn anew for each student: lowest, highest, step",
    "wrong": "mistakes by name, and what is then given",
    "given": "numbers by name, for {name} in the question and in expressions",
    "solution": "expressions by what is asked; or the weights; or the function's text",
    "problem": "a problem of the bank, or its file",
    "choices": 'choices by letter: ["what it says", "why it is wrong"]',
    "answer": "the letter of the right choice",
    "start": "the text that the student is given",
    "checked": "the quantities that have to be the same",
    "watched": "the quantity that the cases want",
    "cases": "sequences and what is wanted of them",
    "cell": 'a cell, such as "lstm"',
    "equations": "equations as text, one per line, between triple quotes",
    "weights": "the numbers of the parameters that are given",
    "input": "one number per step",
    "states": "initial states by name",
    "target": "the target output",
    "loss_at": '"last" or "all"',
    "ask": 'names such as ask = ["h@3", "dW_i"]',
}
