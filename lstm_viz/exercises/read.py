"""Exercise files: one readable TOML each, every key checked, or one line says what is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.equations.parse import EquationError
from lstm_viz.equations.text import text
from lstm_viz.exercises.exercise import KINDS, Case, Exercise
from lstm_viz.exercises.expressions import value_of
from lstm_viz.exercises.keys import KEYS, Keys
from lstm_viz.files.tables import read_table
from lstm_viz.problems import problem_of, read_problem
from lstm_viz.trace.run import run
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest, short
from lstm_viz.validation.numbers import as_numbers
from lstm_viz.weights.typed import typed_weights

FOLDER = Path(__file__).parent / "bank"
EXERCISES = tuple(sorted(each.stem for each in FOLDER.glob("*.toml")))  # in the order of lessons
LONGEST_BITS = 12
OF_A_PROBLEM = ("cell", "equations", "weights", "input", "states", "target", "loss_at", "ask")


def read_exercise(name: str) -> Exercise:
    """The exercise of the bank that has this name, or that of a file.

    Raises `InputError` with the file, the key, and what is wanted there.
    """
    if name in EXERCISES:
        return _Reader(read_table(str(FOLDER / f"{name}.toml")), name).exercise()
    if not (Path(name).suffix or Path(name).exists()):
        hint = nearest(name, EXERCISES, "lstm-viz practise --list shows them")
        raise InputError(f"no exercise is called {short(name)!r}, and no file: {hint}")
    if Path(name).suffix.lower() != ".toml":
        raise InputError(f"{name}: an exercise is a .toml file")
    return _Reader(read_table(name), name).exercise()


class _Reader(Keys):
    """One table, as an exercise."""

    def exercise(self) -> Exercise:
        """All of it, checked."""
        self._check_keys()
        kind = self.one_of("kind", KINDS)
        return Exercise(
            name=Path(self.shown).stem,
            title=self.text("title"),
            lesson=self.whole("lesson", 1, 99),
            kind=kind,
            question=self.text("question"),
            hints=self.hints(),
            why=self.text("why"),
            misconception=self.misconception(),
            own=self.own(),
            digits=self.whole("digits", 0, 9) if "digits" in self.table else 3,
            within=self.within(),
            **{"wrong": self.wrong(), **getattr(self, f"_{kind}")()},
        )

    def _check_keys(self) -> None:
        for key in self.table:
            if key not in KEYS:
                raise InputError(f"{self.shown}: unknown key {short(key)!r}: {nearest(key, KEYS)}")
        for key in ("title", "lesson", "kind", "question", "hints", "why", "misconception"):
            if key not in self.table:
                raise self.refused(key, f"it is missing: {KEYS[key]}")

    # ---------------------------------------------------------------- what each kind has

    def _number(self) -> dict[str, Any]:
        if "solution" in self.table:
            given = {n: float(v) for n, v in self.numbers("given").items()}
            found = {"given": given, "solution": self.below("solution")}
            self._check_values("solution", found["solution"], given)
            self._check_asked("within", [n for n in self.within() if n], found["solution"])
            for mistake, values in self.wrong().items():
                self._check_asked(f"wrong: {short(mistake)}", values, found["solution"])
                self._check_values(f"wrong: {short(mistake)}", values, given)
            return found
        if "problem" in self.table:
            problem = read_problem(str(self.table["problem"]))
        else:
            own = {key: self.table[key] for key in OF_A_PROBLEM if key in self.table}
            problem = problem_of({**own, "title": self.text("title")}, self.shown)
        asked = {each.written: each for each in problem.asked}
        self._check_asked("within", [n for n in self.within() if n], asked)
        return {"problem": problem}

    def _choice(self) -> dict[str, Any]:
        choices: dict[str, tuple[str, str]] = {}
        for letter, said in self.below("choices").items():
            words = [said] if isinstance(said, str) else said
            if not (isinstance(words, list) and 1 <= len(words) <= 2):
                raise self.refused(
                    f"choices: {letter}", 'write ["what it says", "why it is wrong"]'
                )
            choices[letter] = str(words[0]), str(words[1]) if len(words) > 1 else ""
        if len(choices) < 2:
            raise self.refused("choices", "write at least two: a = [...], b = [...]")
        given = {n: float(v) for n, v in self.numbers("given").items()}
        return {"choices": choices, "answer": self.one_of("answer", choices), "given": given}

    def _check_values(self, key: str, values: Mapping[str, Any], given: dict[str, float]) -> None:
        for name, written in values.items():
            try:
                value_of(str(written), given)
            except InputError as error:
                raise self.refused(f"{key}: {name}", error) from None

    def _check_asked(self, key: str, names: Iterable[str], asked: Mapping[str, Any]) -> None:
        for name in names:
            if name not in asked:
                raise self.refused(key, f"{short(name)!r} is not asked: {nearest(name, asked)}")

    def _cell(self) -> dict[str, Any]:
        cell = self.of_text()
        checked = self.table.get("checked") or dict.fromkeys((*cell.states, cell.output))
        for name in checked:
            if name not in cell.quantities:
                hint = nearest(str(name), cell.quantities)
                raise self.refused("checked", f"{short(str(name))!r} is not computed: {hint}")
        wrong = {name: {"equations": self._edited(cell, name)} for name in self.wrong()}
        return {"cell": cell, "start": self.raw("start"), "checked": tuple(checked), "wrong": wrong}

    def _edited(self, cell: Cell, mistake: str) -> str:
        """The cell's text with the lines of a mistake in the place of its own."""
        written = str(self.wrong()[mistake].get("equations", ""))
        new = {
            line.partition("=")[0].strip(): line for line in written.splitlines() if line.strip()
        }
        for target in new:
            if target not in cell.equation:
                hint = nearest(target, cell.equation)
                raise self.refused(f"wrong: {short(mistake)}", f"no line computes {target}: {hint}")
        return "\n".join(new.get(e.target, f"{e.target} = {text(e.tree)}") for e in cell.equations)

    _bug = _cell

    def _numpy(self) -> dict[str, Any]:
        found = {"cell": self.of_text(), "start": self.raw("start")}
        solution = self.below("solution")
        if "text" not in solution:
            raise self.refused("solution", 'write text = """def ...""" below it')
        return {**found, "checked": tuple(self.table.get("checked", ())), "solution": solution}

    def _weights(self) -> dict[str, Any]:
        cell, cases = self.of_text(), self.table.get("cases")
        if not (isinstance(cases, list) and cases and all(isinstance(c, dict) for c in cases)):
            raise self.refused("cases", "write [[cases]], and below it input and wanted")
        watched = str(self.table.get("watched", cell.output))
        if watched not in cell.quantities:
            raise self.refused("watched", nearest(watched, cell.quantities))
        read = [self._case(case, watched) for case in cases]
        features = read[0].inputs.shape[-1]
        given, solution = self.below("weights"), self.below("solution")
        whose = f"{self.shown}: weights"
        whole = typed_weights(cell, {**given, **solution}, whose, features)
        try:
            cell.sizes(whole, features)
        except InputError as error:
            raise self.refused("solution", error) from None
        own = {n: a for n, a in whole.items() if n in solution}
        fixed = {n: a for n, a in whole.items() if n in given}
        found = {"cell": cell, "weights": fixed, "solution": own, "watched": watched}
        return {**found, "cases": tuple(read)}

    def _case(self, case: Mapping[str, Any], watched: str) -> Case:
        written, wanted = case.get("input"), case.get("wanted")
        if isinstance(written, str):
            inputs = self._bits(written)
        else:
            inputs = as_numbers(written, f"{self.shown}: cases: input")
            inputs = inputs[:, None] if inputs.ndim == 1 else inputs
        if isinstance(wanted, str):
            try:
                rule = Cell("wanted", wanted)
            except EquationError as error:
                raise EquationError(f"{self.shown}: wanted, {error}") from None
            return Case(inputs, np.array(run(rule, {}, inputs)[rule.output]))
        found = np.array(wanted, dtype=float)
        found = found[:, None] if found.ndim == 1 else found
        if found.shape[0] != inputs.shape[0]:
            raise self.refused(
                "cases: wanted", "write one number per step; nan where none is wanted"
            )
        return Case(inputs, found)

    def _bits(self, written: str) -> np.ndarray:
        """All sequences of so many bits, (T, B, 1)."""
        word, _, number = written.partition(":")
        if word != "bits" or not number.isdigit() or not 1 <= int(number) <= LONGEST_BITS:
            raise self.refused("cases: input", f'write numbers, or "bits:8" (up to {LONGEST_BITS})')
        return np.array(list(product((0.0, 1.0), repeat=int(number)))).T[..., None]
