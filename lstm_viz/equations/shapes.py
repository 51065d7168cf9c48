"""Shapes: a letter for the rows of each name, and the sizes that weights give the letters.

What must agree is joined (union-find): `A @ v` gives A (rows of the result, rows of v), operands
that meet element by element have the same rows. x has I; what a text leaves free is H, the most
frequent one, or another letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lstm_viz.equations.tree import (
    PREVIOUS,
    Equation,
    Name,
    Operation,
    Tree,
    children,
    matrices_of,
    parameters_of,
    states_of,
)
from lstm_viz.validation.errors import InputError

Letters = Mapping[str, str]  # of the rows of each name; `U:` has that of the columns of U
Shapes = Mapping[str, tuple[int, ...]]
SPARE = "HPQRSUVXYZABCDEFGJKLMNOTW"


class _Groups:
    """Keys that are joined when they must agree; `find` gives the one that stands for all."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}

    def find(self, key: str) -> str:
        while (above := self.above.setdefault(key, key)) != key:
            key = above
        return key

    def join(self, one: str, other: str) -> None:
        self.above[self.find(one)] = self.find(other)


def letters(equations: tuple[Equation, ...]) -> dict[str, str]:
    """The letter of the rows of each name; for a matrix `U`, that of its columns as `U:`."""
    groups = _Groups()
    states, targets = states_of(equations), [equation.target for equation in equations]
    vectors = ["x", *(state + PREVIOUS for state in states), *targets]
    vectors += sorted(parameters_of(equations))
    keys = [*vectors, *(f"{name}:" for name in sorted(matrices_of(equations)))]
    for key in keys:
        groups.find(key)
    for equation in equations:
        if (same := _rows(equation.tree, groups)) is not None:
            groups.join(same, equation.target)
    for state in states:
        groups.join(state + PREVIOUS, state)
    letter = dict(_lettered(groups, targets, keys))
    return {key: letter[groups.find(key)] for key in keys}


def _rows(tree: Tree, groups: _Groups) -> str | None:
    """A key with as many rows as the tree, whose parts are joined; None for a number."""
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Operation) and tree.operator == "@":
        assert isinstance(tree.left, Name)
        if (right := _rows(tree.right, groups)) is not None:
            groups.join(f"{tree.left.name}:", right)
        return tree.left.name
    found = [key for child in children(tree) if (key := _rows(child, groups)) is not None]
    for each in found[1:]:
        groups.join(each, found[0])
    return found[0] if found else None


def _lettered(groups: _Groups, targets: list[str], keys: list[str]) -> Iterator[tuple[str, str]]:
    """(group, letter): H for that of the most quantities, I for the input's if it is another."""
    counts: dict[str, int] = {}
    for name in targets:
        counts[groups.find(name)] = counts.get(groups.find(name), 0) + 1
    spare = iter(SPARE)
    for group in sorted(counts, key=lambda group: -counts[group]):
        yield group, next(spare, f"N_{group}")
    for group in dict.fromkeys(groups.find(key) for key in keys):
        if group not in counts:
            own = group == groups.find("x")
            yield group, "I" if own else next(spare, f"N_{group}")


def shape(name: str, letter: Letters) -> tuple[str, ...]:
    """(rows, columns) of a matrix, (rows,) of a vector, in letters."""
    columns = letter.get(f"{name}:")
    return (letter[name],) if columns is None else (letter[name], columns)


def sizes_of(
    parameters: Mapping[str, tuple[str, ...]],
    shapes: Shapes,
    inputs: int,
    letter: Letters,
    whose: str,
) -> dict[str, int]:
    """The size of each letter as the weights' shapes have it; `InputError` where two disagree."""
    sizes: dict[str, int] = {letter["x"]: inputs}
    origin = {letter["x"]: "the input"}
    for name, wanted in parameters.items():
        has = shapes[name]
        if len(has) != len(wanted):
            raise InputError(f"{name} has shape {has}: {whose} wants ({', '.join(wanted)})")
        for one, size in zip(wanted, has, strict=True):
            if sizes.setdefault(one, size) != size:
                raise InputError(
                    f"{name} has shape {has}, so {one} = {size}, but"
                    f" {one} = {sizes[one]} in {origin[one]}"
                )
            if size < 1:
                raise InputError(f"{name} has shape {has}: it is empty")
            origin.setdefault(one, name)
    return {**dict.fromkeys(letter.values(), 1), **sizes}


def inputs_of(
    parameters: Mapping[str, tuple[str, ...]], shapes: Shapes, letter: Letters
) -> int | None:
    """How many input features weights of these shapes read; None where no parameter says."""
    for name, wanted in parameters.items():
        if letter["x"] in wanted and len(shapes.get(name, ())) == len(wanted):
            return shapes[name][wanted.index(letter["x"])]
    return None
