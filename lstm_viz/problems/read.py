"""Problem files: one readable TOML, every key checked, or one line that says what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.parse import EquationError
from lstm_viz.files.tables import read_table
from lstm_viz.inputs.sequence import Sequence, named, typed, written
from lstm_viz.problems.problem import Asked, Problem, read_asked
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, look_up, nearest, short
from lstm_viz.validation.numbers import typed_numbers
from lstm_viz.weights.typed import typed_weights

T = TypeVar("T")
FOLDER = Path(__file__).parent / "bank"
BANK = tuple(sorted(each.stem for each in FOLDER.glob("*.toml")))  # names of published problems
REQUIRED = "title", "input", "ask"
TEXTS = "title", "source", "statement", "note"
MOST_DIGITS = 17


def read_problem(name: str) -> Problem:
    """The problem of the bank that has this name, or that of a file.

    Raises `InputError` with the file, the key, and what is wanted there.
    """
    if name in BANK:
        return _opened(str(FOLDER / f"{name}.toml"), name)
    if not (Path(name).suffix or Path(name).exists()):
        raise InputError(f"no problem is called {short(name)!r}, and no file: {_bank(name)}")
    if Path(name).suffix.lower() != ".toml":
        raise InputError(f"{name}: a problem is a .toml file")
    return _opened(name, name)


def problem_of(table: Mapping[str, Any], shown: str, text: str = "") -> Problem:
    """The problem that the keys of a table are; messages begin with what is `shown`."""
    return _Reader(table, shown, text).problem()


def _opened(path: str, shown: str) -> Problem:
    table = read_table(path)
    return problem_of(table, shown, Path(path).read_text(encoding="utf-8-sig"))


def _bank(name: str) -> str:
    return nearest(name, BANK, "lstm-viz problem lists them")


class _Reader:
    """One table; `wrong` says what is wrong with a key of it."""

    def __init__(self, table: Mapping[str, Any], shown: str, text: str) -> None:
        self.shown, self.table, self.text = shown, table, text

    def wrong(self, key: str, message: object) -> InputError:
        return InputError(f"{self.shown}: {key}: {message}")

    def problem(self) -> Problem:
        """All of it, checked."""
        self._check_keys()
        cell = self._cell()
        sequence = self._input()
        inputs = sequence.values
        weights = self._weights(cell, inputs.shape[1])
        sizes = cell.sizes(weights, inputs.shape[1])
        named = (*cell.names, *cell.parameters)
        rows = {name: sizes[cell.letters(name)] for name in named}
        return Problem(
            name=Path(self.shown).stem,
            cell=cell,
            weights=weights,
            inputs=inputs,
            input_words=sequence.what,
            asked=self._asked(cell, len(inputs), rows),
            states=self._states(cell, rows),
            target=self._target(len(inputs), rows[cell.output]),
            loss_at=self._loss_at(),
            digits=self._whole("digits", 3),
            answers=self._published("answers"),
            differs=self._published("differs"),
            over=self._over(cell),
            text=self.text,
            **{key: self._text(key) for key in TEXTS},
        )

    def _check_keys(self) -> None:
        known = ("cell", "equations", "weights", *KEYS)
        for key in self.table:
            if key not in known:
                hint = nearest(key, known)
                raise InputError(f"{self.shown}: unknown key {short(key)!r}: {hint}")
        for key in REQUIRED:
            if key not in self.table:
                raise self.wrong(key, f"it is missing: {KEYS[key]}")
        if ("cell" in self.table) == ("equations" in self.table):
            raise self.wrong("cell", 'give one of cell = "lstm" and equations = """ … """')

    def _text(self, key: str) -> str:
        found = self.table.get(key, "")
        if not isinstance(found, str):
            raise self.wrong(key, f"write {KEYS[key]}")
        return " ".join(found.split())

    def _cell(self) -> Cell:
        if "cell" in self.table:
            return self._said("cell", lambda: look_up(str(self.table["cell"]), CELLS, "cell"))
        text = self.table["equations"]
        if not isinstance(text, str):
            raise self.wrong("equations", "write them as text, one per line, between triple quotes")
        try:
            return Cell(Path(self.shown).stem, text)
        except EquationError as error:
            raise EquationError(f"{self.shown}: equations, {error}") from None

    def _said(self, key: str, do: Callable[[], T]) -> T:
        """What `do` gives; what it refuses is said of the key."""
        try:
            return do()
        except InputError as error:
            raise self.wrong(key, error) from None

    def _input(self) -> Sequence:
        given = self.table["input"]
        if isinstance(given, str):
            return self._said("input", lambda: (named if given[:1].isalpha() else typed)(given))
        values = self._said("input", lambda: _rows(given))
        return Sequence(values, written(values))

    def _weights(self, cell: Cell, features: int) -> dict[str, np.ndarray]:
        given = self._table("weights")
        weights = typed_weights(cell, given, f"{self.shown}: weights", features)
        self._said("weights", lambda: cell.sizes(weights, features))
        return weights

    def _states(self, cell: Cell, rows: Mapping[str, int]) -> dict[str, np.ndarray]:
        found = self._numbers("states")
        for name, array in found.items():
            if name not in cell.states:
                raise self.wrong("states", f"{name!r} is not a state: {nearest(name, cell.states)}")
            if array.shape != (rows[name],):
                raise self.wrong("states", f"{name} has {count(rows[name], 'number')}, a unit each")
        return found

    def _target(self, steps: int, rows: int) -> np.ndarray | None:
        """(T or 1, rows or 1), as the loss takes it."""
        if "target" not in self.table:
            return None
        found = typed_numbers(self.table["target"], f"{self.shown}: target")
        every = self._loss_at() == "all"
        if not every and found.shape == (rows,):
            return found[None]
        found = found.reshape(-1, 1) if found.ndim < 2 else found
        fits = found.shape[0] in (1, steps if every else 1) and found.shape[1] in (1, rows)
        if found.ndim > 2 or not fits:
            number = count(rows, "number")
            each = f"1 number or {number}" if rows > 1 else number
            when = (
                f"for each of {steps} steps" if every else 'at the last step (or loss_at = "all")'
            )
            raise self.wrong("target", f"write {each} {when}")
        return found

    def _loss_at(self) -> str:
        found = self.table.get("loss_at", "last")
        if found not in ("last", "all"):
            raise self.wrong("loss_at", 'write "last" or "all"')
        return str(found)

    def _over(self, cell: Cell) -> dict[str, np.ndarray]:
        found = self._numbers("over")
        for name, ends in found.items():
            if name not in cell.parameters:
                hint = nearest(name, cell.parameters)
                raise self.wrong("over", f"{name!r} is not a parameter: {hint}")
            if ends.shape != (2,) or not ends[0] < ends[1]:
                raise self.wrong("over", f"{name}: write two numbers, the lower one first")
        return found

    def _whole(self, key: str, otherwise: int) -> int:
        found = self.table.get(key, otherwise)
        if type(found) is not int or not 0 <= found <= MOST_DIGITS:
            raise self.wrong(key, f"write {KEYS[key]}")
        return found

    def _asked(self, cell: Cell, steps: int, rows: Mapping[str, int]) -> tuple[Asked, ...]:
        given = self.table["ask"]
        if not (isinstance(given, list) and given and all(isinstance(e, str) for e in given)):
            raise self.wrong("ask", f"write {KEYS['ask']}")
        return self._said("ask", lambda: tuple(read_asked(e, cell, steps, rows) for e in given))

    def _table(self, key: str) -> Mapping[str, Any]:
        found = self.table.get(key, {})
        if not isinstance(found, dict):
            raise self.wrong(key, f"write a line [{key}], and below it names and their numbers")
        return found

    def _published(self, key: str) -> dict[str, np.ndarray]:
        found = self._numbers(key)
        for name in found:
            if name not in self.table["ask"]:
                raise self.wrong(key, f"{short(name)!r} is not in ask: what is asked is answered")
        return found

    def _numbers(self, key: str) -> dict[str, np.ndarray]:
        given = self._table(key).items()
        found = {name: typed_numbers(v, f"{self.shown}: {key}: {name}") for name, v in given}
        return {name: np.atleast_1d(array) for name, array in found.items()}


def _rows(given: Any) -> np.ndarray:
    """(T, I): a list of numbers is one number a step."""
    array = np.atleast_1d(typed_numbers(given, "numbers"))
    if array.ndim > 2 or not array.size:
        raise InputError("write one number per step, or a list of numbers per step")
    return array[:, None] if array.ndim == 1 else array


# The keys other than cell, equations and weights, and what each holds.
KEYS = {
    "title": 'a title, such as title = "One step by hand"',
    "source": 'where it is from, such as source = "exam of 2026, question 3"',
    "statement": "the problem in words",
    "note": "what is to be said of the published answers",
    "input": "one number per step, such as input = [0, 1, 0], or a list of numbers per step",
    "states": "initial states by name",
    "target": "the target output, one number per step",
    "loss_at": '"last" or "all": the steps that the loss looks at',
    "ask": 'names such as ask = ["h@3", "dW_i"]',
    "over": "the ends between which weights are varied, such as w = [4, 6.5]",
    "digits": f"how many decimals, 0 to {MOST_DIGITS}",
    "answers": "the published answers, by what is asked",
    "differs": "published answers that the run does not confirm",
}
