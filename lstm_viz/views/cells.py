"""Which cells are there, and what follows from a cell's equations?

`zoo` yields one frame, all cells with their sources; `cell` one frame with a cell's equations and
words, the backward equations derived from them, and its parameters.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from math import prod

from lstm_viz.cell import Cell, describe_shape
from lstm_viz.cells import CELLS
from lstm_viz.expressions import named, symbols
from lstm_viz.pictures import Expression, Rule, Stack, Table, Text, Title, Words

_BACKWARD = (
    "derived from the above: dc is ∂loss/∂c, and += adds up what several equations send back"
)
EXAMPLE = (16, 32)  # inputs and units for which the parameters are counted


def zoo() -> Iterator[Stack]:
    """All cells of the package: what they carry from step to step, and who published them."""
    rows = tuple(
        ((Text(name),), _names(CELLS[name], CELLS[name].states), (Text(CELLS[name].source),))
        for name in CELLS
    )
    yield Stack(
        (
            Title("cells", f"{len(rows)} in the package; lstm-viz cells NAME shows one"),
            Words(()),
            Table(("cell", "carries", "source"), rows),
        )
    )


def _names(cell: Cell, names: tuple[str, ...]) -> Expression:
    return tuple(
        piece for k, name in enumerate(names) for piece in (Text(", " * (k > 0)), named(cell, name))
    )


def cell(cell: Cell) -> Iterator[Stack]:
    """One cell: equations with their words, derived backward equations, parameters."""
    facts = [("source", (Text(cell.source),))] if cell.source else []
    facts += [("carries", _names(cell, cell.states)), ("shows", (named(cell, cell.output),))]
    yield Stack(
        (
            Title(cell.name, _size(cell), tuple(facts)),
            Rule("equations"),
            Table(("", ""), tuple(_equation(cell, name) for name in cell.quantities)),
            Rule("backward equations"),
            Words((Text(_BACKWARD),), "quiet"),
            Table(("", ""), tuple(_backward(cell, name) for name in reversed(cell.quantities))),
            Rule("parameters"),
            Words((Text(_count_words(cell)),), "quiet"),
            Table(
                ("", "", "", ""), tuple(_parameter(cell, name) for name in cell.parameters), (2,)
            ),
        )
    )


def _size(cell: Cell) -> str:
    counts = {
        "equation": len(cell.equations),
        "backward equation": len(cell.backward),
        "parameter": len(cell.parameters),
    }
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for word, count in counts.items())


def _equation(cell: Cell, name: str) -> tuple[Expression, ...]:
    equation = cell.equation[name]
    words = equation.title + (f": {equation.meaning}" if equation.meaning else "")
    written = (named(cell, name), Text(" = "), *symbols(cell, equation.tree))
    return written, (Text(words),)


def _backward(cell: Cell, name: str) -> tuple[Expression, ...]:
    """`h`, and the edges that go back from it."""
    edges = [edge for edge in cell.backward if edge.source == name]
    found: list[Text] = []
    for edge in edges:
        found += [Text("\n" if found else ""), *symbols(cell, str(edge))]  # type: ignore[list-item]
    return (Text("from "), named(cell, name)), tuple(found)


def _example(cell: Cell) -> tuple[int, int]:
    """Inputs and units to count the parameters for."""
    return EXAMPLE if cell.letters("x") == "I" else (EXAMPLE[1], EXAMPLE[1])


def _parameter(cell: Cell, name: str) -> tuple[Expression, ...]:
    count = prod(cell.shapes(*_example(cell))[name])
    return (
        (named(cell, name),),
        (Text(describe_shape(cell, name)),),
        (Text(f"{count:,}"),),
        (Text(cell.title(name)),),
    )


def _count_words(cell: Cell) -> str:
    """`4 H·I + 4 H·H + 4 H numbers: 6,272 for I = 16 inputs and H = 32 units, as below`."""
    shapes = Counter("·".join(shape) for shape in cell.parameters.values())
    formula = " + ".join(
        f"{count} {shape}" if count > 1 else shape for shape, count in shapes.items()
    )
    inputs, hidden = _example(cell)
    sizes = f"I = {inputs} inputs and H = {hidden} units"
    return f"{formula} numbers: {cell.count(inputs, hidden):,} for {sizes}, as below"


def text_of(cell: Cell) -> str:
    """The cell's text as it is read with `--cell`, the source in its first line."""
    text = textwrap.dedent(cell.text).strip("\n") + "\n"
    return text if not cell.source or text.startswith("#") else f"# {cell.source}\n{text}"
