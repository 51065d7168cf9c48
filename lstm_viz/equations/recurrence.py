"""`Cell`: a name, its equations, and what follows from them.

cell = Cell("memory", "h = sigmoid(b_f) * h_prev + W @ x   # memory: a leaky sum of the input")
cell.states, cell.parameters, cell.backward
"""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from lstm_viz.equations.derivative import Edge, derive
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.tree import (
    Equation,
    EquationError,
    Name,
    Operation,
    Tree,
    children,
    did_you_mean,
    names_in,
    parse,
    text,
    walk,
)
from lstm_viz.validation.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    Weights = dict[str, np.ndarray]

PREVIOUS = "_prev"
LONGEST_FILE = 65536


class Cell:
    """One step of a recurrent network, described by its equations alone.

    `text` holds one equation a line, `name = expression  # title: meaning`. `x` is the input;
    `c_prev` is the state `c` of the step before; the output is `h`, or else the last equation. A
    name that no line assigns is a parameter if it stands left of `@` (a matrix), or contains `_`
    or is `b` (a vector). `source` says where the cell was published.

    Raises `EquationError`, which shows the line, the place and the way out.
    """

    def __init__(self, name: str, text: str, source: str = "") -> None:
        self.name, self.text, self.source = name, text, source
        self.equations: tuple[Equation, ...] = parse(text)
        self._check_names()
        self._solve_shapes()

    def __repr__(self) -> str:
        return f"Cell({self.name!r}: {', '.join(self.quantities)})"

    # ---------------------------------------------------------------- what follows from the text

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """What a step computes, in the order of the equations."""
        return tuple(equation.target for equation in self.equations)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What is carried from step to step: every `s` of which `s_prev` is used."""
        used = {name for equation in self.equations for name in names_in(equation.tree)}
        return tuple(name for name in self.quantities if name + PREVIOUS in used)

    @cached_property
    def output(self) -> str:
        """What the rest of the network sees: `h`, or else the last equation."""
        return "h" if "h" in self.quantities else self.quantities[-1]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is recorded: the input, the states as they come in, and every quantity."""
        return ("x", *(state + PREVIOUS for state in self.states), *self.quantities)

    @cached_property
    def matrices(self) -> frozenset[str]:
        """The parameters that stand left of @."""
        return frozenset(
            each.left.name
            for equation in self.equations
            for each in walk(equation.tree)
            if isinstance(each, Operation) and each.operator == "@" and isinstance(each.left, Name)
        )

    @cached_property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Each parameter's shape as letters: `{"W_i": ("H", "I"), "b_i": ("H",), …}`."""
        known = set(self.names)
        found = dict.fromkeys(
            name
            for equation in self.equations
            for name in names_in(equation.tree)
            if name not in known
        )
        return {name: self._shape(name) for name in found}

    @cached_property
    def equation(self) -> dict[str, Equation]:
        """The equation of each quantity."""
        return {equation.target: equation for equation in self.equations}

    @cached_property
    def backward(self) -> tuple[Edge, ...]:
        """The derived backward equations, one an edge, in the order of evaluation."""
        return derive(self.equations)

    def title(self, name: str) -> str:
        """What a quantity or a parameter is called: "forget gate", "hidden state before"."""
        if name in self.equation:
            return self.equation[name].title
        if name == "x":
            return "input"
        if name.endswith(PREVIOUS):
            return (
                f"{self.title(name.removesuffix(PREVIOUS)) or name.removesuffix(PREVIOUS)} before"
            )
        return "weights" if name in self.matrices else "bias" if name[0] == "b" else "weight"

    def letters(self, name: str) -> str:
        """The letter of the rows of a quantity: I, H, or another where a text leaves more free."""
        return self._letter[self._find(name)]

    # ---------------------------------------------------------------- sizes

    def shapes(
        self, inputs: int, hidden: int, sizes: Mapping[str, int] | None = None
    ) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter for I = `inputs` and H = `hidden`.

        What is neither (the rows of a projection) is H too, unless `sizes` gives its letter.
        """
        letters = {"I": inputs, **dict.fromkeys(self._letter.values(), hidden), **(sizes or {})}
        letters["I"] = inputs
        if self.letters("x") != "I" and inputs != hidden:
            raise InputError(
                f"{self.name} uses x element by element: it needs as many inputs as hidden units"
                f" (here {inputs} and {hidden})"
            )
        for letter, size in letters.items():
            if size < 1:
                raise InputError(f"{letter} = {size}: a cell needs at least one of each")
        return {
            name: tuple(letters[each] for each in shape) for name, shape in self.parameters.items()
        }

    def count(self, inputs: int, hidden: int) -> int:
        """How many numbers the parameters hold."""
        shapes = self.shapes(inputs, hidden).values()
        return sum(shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in shapes)

    def sizes(self, weights: Mapping[str, Any], inputs: int) -> dict[str, int]:
        """The size of each letter as the weights have it, for `inputs` input features.

        Raises `InputError` for weights that are missing, unknown, or do not fit each other.
        """
        return self.sizes_of({name: weight.shape for name, weight in weights.items()}, inputs)

    def sizes_of(self, shapes: Mapping[str, tuple[int, ...]], inputs: int) -> dict[str, int]:
        """`sizes`, of the weights' shapes."""
        if shapes.keys() != self.parameters.keys():
            missing = [name for name in self.parameters if name not in shapes]
            unknown = [name for name in shapes if name not in self.parameters]
            raise InputError(self._misnamed(missing, unknown))
        return dict(self._solved(tuple([shapes[name] for name in self.parameters]), inputs))

    @lru_cache(maxsize=256)  # noqa: B019 - a cell lives as long as its text
    def _solved(self, shapes: tuple[tuple[int, ...], ...], inputs: int) -> dict[str, int]:
        sizes: dict[str, int] = {self.letters("x"): inputs}
        origin = {self.letters("x"): "the input"}
        for (name, letters), shape in zip(self.parameters.items(), shapes, strict=True):
            if len(shape) != len(letters):
                raise InputError(
                    f"{name} has shape {shape}: {self.name} wants ({', '.join(letters)})"
                )
            for letter, size in zip(letters, shape, strict=True):
                if sizes.setdefault(letter, size) != size:
                    raise InputError(
                        f"{name} has shape {shape}, so {letter} = {size}, but"
                        f" {letter} = {sizes[letter]} in {origin[letter]}"
                    )
                if size < 1:
                    raise InputError(f"{name} has shape {shape}: it is empty")
                origin.setdefault(letter, name)
        return {**dict.fromkeys(self._letter.values(), 1), **sizes}

    def _misnamed(self, missing: list[str], unknown: list[str]) -> str:
        said = []
        if missing:
            said.append(f"{', '.join(missing)} missing")
        for name in unknown:
            hint = did_you_mean(name, self.parameters)
            said.append(f"{name!r} is no parameter of {self.name}" + (f" ({hint})" if hint else ""))
        return f"these are not weights of {self.name}: {'; '.join(said[:4])}"

    def start(
        self,
        inputs: int = 1,
        hidden: int = 1,
        seed: Any = 0,
        start: str = "pytorch",
        **options: Any,
    ) -> Weights:
        """Weights to begin with, by parameter; see `lstm_viz.weights.starts.start`."""
        from lstm_viz.weights.starts import start as begin

        return begin(self, inputs, hidden, seed, start, **options)

    # ---------------------------------------------------------------- reading the text

    def _check_names(self) -> None:
        assigned: dict[str, Equation] = {}
        everything = {equation.target: equation for equation in self.equations}
        matrices = self.matrices
        for tree in (tree for equation in self.equations for tree in walk(equation.tree)):
            if isinstance(tree, Operation) and tree.operator == "@":
                self._check_matrix(tree, everything)
        for equation in self.equations:
            self._check_target(equation, assigned)
            for tree in walk(equation.tree):
                if isinstance(tree, Name):
                    self._check_use(tree, assigned, everything, matrices)
            bare = [
                t
                for t in _outside_products(equation.tree)
                if isinstance(t, Name) and t.name in matrices
            ]
            if bare:
                raise self._wrong(
                    f"{bare[0].name} is a matrix (it stands left of @): it needs an @ after it",
                    bare[0],
                )
            assigned[equation.target] = equation
        own = {*self.names, *self.parameters_found()}
        for name in own:
            if name.startswith("d") and name[1:] in own:
                where = self.first_use(name)
                raise self._wrong(
                    f"{name} would hide the gradient of {name[1:]}: choose another name", where
                )

    def first_use(self, name: str) -> Name:
        """The place where a name first stands in the text."""
        for equation in self.equations:
            if equation.target == name:
                return Name(
                    name, (equation.line, len(equation.source) - len(equation.source.lstrip()))
                )
            for tree in walk(equation.tree):
                if isinstance(tree, Name) and tree.name == name:
                    return tree
        return Name(name)

    def parameters_found(self) -> set[str]:
        """All names that no line assigns, the input and the carried states apart."""
        used = {name for equation in self.equations for name in names_in(equation.tree)}
        return used - set(self.names)

    def _check_target(self, equation: Equation, assigned: dict[str, Equation]) -> None:
        name = equation.target
        place = Name(name, (equation.line, len(equation.source) - len(equation.source.lstrip())))
        if name in assigned:
            raise self._wrong(
                f"{name} already has a value (line {assigned[name].line}):"
                " give this one another name",
                place,
            )
        if name == "x":
            raise self._wrong("x is the input: give this value another name", place)
        if name == "loss":
            raise self._wrong(
                "loss is what the gradients are of: give this value another name", place
            )
        if name.endswith(PREVIOUS):
            raise self._wrong(
                f"{name} is {name.removesuffix(PREVIOUS)} of the step before:"
                " it cannot be assigned",
                place,
            )
        if name in FUNCTIONS:
            raise self._wrong(f"{name} is a function: give this value another name", place)

    def _check_matrix(self, tree: Operation, everything: dict[str, Equation]) -> None:
        if not isinstance(tree.left, Name):
            raise self._wrong("left of @ stands one matrix by its name: write A @ (B @ v)", tree)
        name = tree.left.name
        if name == "x" or name in everything or name.endswith(PREVIOUS):
            raise self._wrong(
                f"{name} is a vector: left of @ stands a matrix of weights;"
                " element by element is *",
                tree.left,
            )
        if not names_in(tree.right):
            raise self._wrong("right of @ stands a vector, not a number", tree)

    def _check_use(
        self,
        tree: Name,
        assigned: dict[str, Equation],
        everything: dict[str, Equation],
        matrices: frozenset[str],
    ) -> None:
        name = tree.name
        if name == "x" or name in assigned:
            return
        if name in everything:
            before = f": did you mean {name}{PREVIOUS}?" if not name.endswith(PREVIOUS) else ""
            raise self._wrong(
                f"{name} is used before its line (line {everything[name].line}){before}", tree
            )
        if name.endswith(PREVIOUS):
            state = name.removesuffix(PREVIOUS)
            if state not in everything:
                hint = did_you_mean(state, everything) or f"add a line {state} = …"
                if state == "x":
                    hint = "add a line such as k = x, and write k_prev"
                raise self._wrong(
                    f"{name} is carried from step to step, but no line assigns {state}: {hint}",
                    tree,
                )
            return
        if name in FUNCTIONS:
            raise self._wrong(
                f"{name} is a function: write {name}({', '.join(FUNCTIONS[name].arguments)})", tree
            )
        state, _, late = name.partition("_")
        if state in everything and difflib.SequenceMatcher(None, late, "prev").ratio() >= 0.75:
            raise self._wrong(f"{name} is not defined: did you mean {state}{PREVIOUS}?", tree)
        if name not in matrices and name != "b" and "_" not in name:
            known = [*assigned, "x", *(state + PREVIOUS for state in everything)]
            hint = did_you_mean(name, known) or f"a parameter is named with _, such as b_{name}"
            raise self._wrong(f"{name} is not defined: {hint}", tree)

    def _wrong(self, message: str, at: Tree) -> EquationError:
        line, column = at.place if isinstance(at, Name | Operation) else (0, 0)
        source = next((e.source for e in self.equations if e.line == line), "")
        return EquationError(message, line, column, source)

    # ---------------------------------------------------------------- shapes: letters that agree

    def _find(self, key: str) -> str:
        while self._same[key] != key:
            key = self._same[key]
        return key

    def _join(self, one: str, other: str) -> None:
        self._same[self._find(one)] = self._find(other)

    def _solve_shapes(self) -> None:
        """Give every name's rows (and a matrix's columns) a letter; what must agree is joined."""
        vectors = [*self.names, *sorted(self.parameters_found())]
        self._same = {key: key for key in [*vectors, *(f"{name}:" for name in self.matrices)]}

        def rows(tree: Tree) -> str | None:
            if isinstance(tree, Name):
                return tree.name
            if isinstance(tree, Operation) and tree.operator == "@":
                assert isinstance(tree.left, Name)
                if (right := rows(tree.right)) is not None:
                    self._join(f"{tree.left.name}:", right)
                return tree.left.name
            found = [each for child in children(tree) if (each := rows(child)) is not None]
            for each in found[1:]:
                self._join(each, found[0])
            return found[0] if found else None

        for equation in self.equations:
            if (key := rows(equation.tree)) is not None:
                self._join(key, equation.target)
        for state in self.states:
            self._join(state + PREVIOUS, state)
        self._name_letters()

    def _name_letters(self) -> None:
        counts: dict[str, int] = {}
        for name in self.quantities:
            counts[self._find(name)] = counts.get(self._find(name), 0) + 1
        spare = iter("HPQRSUVXYZABCDEFGJKLMNOTW")
        self._letter = {
            each: next(spare, f"N_{each}") for each in sorted(counts, key=lambda k: -counts[k])
        }
        for key in self._same:
            root = self._find(key)
            if root not in self._letter:
                self._letter[root] = "I" if root == self._find("x") else next(spare, f"N_{root}")

    def _shape(self, name: str) -> tuple[str, ...]:
        rows = self.letters(name)
        return (rows, self.letters(f"{name}:")) if name in self.matrices else (rows,)


def _outside_products(tree: Tree) -> list[Tree]:
    """All sub-trees that do not stand directly left of an @."""
    if isinstance(tree, Operation) and tree.operator == "@":
        return [tree, *_outside_products(tree.right)]
    return [tree, *(each for child in children(tree) for each in _outside_products(child))]


def read_cell(path: str) -> Cell:
    """The cell of a text file; its name is the file's, its source the first comment line.

    Raises `InputError` for a file that cannot be read as text and `EquationError` (which names the
    line) for one that is not a cell.
    """
    from pathlib import Path

    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST_FILE + 1)
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # PowerShell's >
        written = content[:LONGEST_FILE].decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not a text of equations (it is not UTF-8)") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:  # a null byte in the path
        raise InputError(f"{path!r}: {error}") from None
    if len(content) > LONGEST_FILE:
        raise InputError(f"{path}: more than {LONGEST_FILE} bytes are too many for equations")
    written = written.replace("\r\n", "\n").replace("\r", "\n")
    head = next((line.strip("# \n") for line in written.splitlines() if line.strip()), "")
    source = head if written.lstrip().startswith("#") else ""
    try:
        return Cell(Path(path).stem, written, source)
    except EquationError as error:
        raise EquationError(f"{path}, {error}") from None


def describe_shape(cell: Cell, name: str) -> str:
    """`H × I` for a matrix, `H` for a vector."""
    return " × ".join(cell.parameters[name])


__all__ = ["Cell", "describe_shape", "read_cell", "text"]
