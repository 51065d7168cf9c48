"""Which cells are there, and what follows from a cell's equations?

`listing` yields one frame, all cells with their sources; `cell` one frame with a cell's equations
and words, the backward equations derived from them, and its parameters.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from math import prod

from lstm_viz.cells import CELLS
from lstm_viz.equations.recurrence import Recurrence, describe_shape
from lstm_viz.pictures.kinds import Expression, Rule, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.views.expressions import named, symbols, title
from lstm_viz.views.step.printed_back import order

_BACKWARD = (
    "derived from the equations above: dc means ∂L/∂c; += adds the terms of several equations"
)
_SHOWS_ONE = "{n} built-in cells; show one with lstm-viz cells NAME"
_COUNTED = "{formula} numbers: {numbers} for I = {inputs} inputs and H = {hidden} units, as below"
_COUNTED_MORE = (
    "{formula} numbers: {numbers} for I = {inputs} inputs, H = {hidden} units and {more}, as below"
)
EXAMPLE = (16, 32)  # inputs and units for which the parameters are counted


def listing(say: Language = ENGLISH) -> Iterator[Stack]:
    """All cells of the package: what they carry from step to step, and who published them."""
    rows = tuple(
        ((Text(name),), _names(CELLS[name], CELLS[name].states), (Text(CELLS[name].source),))
        for name in CELLS
    )
    yield Stack(
        (
            Title(say("cells"), say(_SHOWS_ONE).format(n=len(rows))),
            Words(()),
            Table((say("cell"), say("state"), say("source")), rows),
        )
    )


def _names(cell: Recurrence, names: tuple[str, ...]) -> Expression:
    return tuple(
        piece for k, name in enumerate(names) for piece in (Text(", " * (k > 0)), named(cell, name))
    )


def cell(cell: Recurrence, say: Language = ENGLISH) -> Iterator[Stack]:
    """One cell: equations with their words, derived backward equations, parameters."""
    facts: list[tuple[str, Expression]] = []
    if cell.source:
        facts.append((say("source"), (Text(cell.source),)))
    facts.append((say("state"), _names(cell, cell.states)))
    facts.append((say("output"), (named(cell, cell.output),)))
    facts += [_whole(cell, name, say) for name in cell.blocks]
    yield Stack(
        (
            Title(cell.name, _size(cell, say), tuple(facts)),
            Rule(say("equations")),
            equations(cell, say),
            Rule(say("backward equations")),
            Words((Text(say(_BACKWARD)),), "quiet"),
            Table(
                ("", ""),
                tuple(_backward(cell, n, say) for n in order(cell) if n in cell.quantities),
            ),
            Rule(say("parameters")),
            Words((Text(_count_words(cell, say)),), "quiet"),
            Table(("", "", "", ""), tuple(_parameter(cell, n, say) for n in cell.parameters), (2,)),
        )
    )


def equations(cell: Recurrence, say: Language) -> Table:
    """Every equation, and what it is called."""
    return Table(("", ""), tuple(_equation(cell, name, say) for name in cell.quantities))


def _size(cell: Recurrence, say: Language) -> str:
    counts = {
        "equation": len(cell.equations),
        "backward equation": len(cell.backward),
        "parameter": len(cell.parameters),
    }
    return say(", ").join(say.count(number, word) for word, number in counts.items())


def _equation(cell: Recurrence, name: str, say: Language) -> tuple[Expression, ...]:
    equation = cell.equation[name]
    words = say.known(equation.title)
    words += say(": ") + say.known(equation.meaning) if equation.meaning else ""
    written = (named(cell, name), Text(" = "), *symbols(cell, equation.tree))
    return written, (Text(words),)


def _backward(cell: Recurrence, name: str, say: Language) -> tuple[Expression, ...]:
    """`h`, and the edges that go back from it."""
    edges = [edge for edge in cell.backward if edge.source == name]
    found: list[Text] = []
    for edge in edges:
        found += [Text("\n" if found else ""), *symbols(cell, str(edge))]
    return say.phrase("from {name}", name=named(cell, name)), tuple(found)


def _example(cell: Recurrence) -> tuple[int, int]:
    """Inputs and units to count the parameters for."""
    return EXAMPLE if cell.letters("x") == "I" else (EXAMPLE[1], EXAMPLE[1])


def _parameter(cell: Recurrence, name: str, say: Language) -> tuple[Expression, ...]:
    count = prod(cell.shapes(*_example(cell))[name])
    return (
        (named(cell, name),),
        (Text(describe_shape(cell, name)),),
        (Text(f"{count:,}"),),
        (Text(title(cell, name, say)),),
    )


def _count_words(cell: Recurrence, say: Language) -> str:
    """`4 H·I + 4 H·H + 4 H numbers: 6,272 for I = 16 inputs and H = 32 units, as below`."""
    shapes = Counter("·".join(shape) for shape in cell.parameters.values())
    formula = " + ".join(
        f"{count} {shape}" if count > 1 else shape for shape, count in shapes.items()
    )
    inputs, hidden = _example(cell)
    numbers = f"{cell.count(inputs, hidden):,}"
    more = _more_letters(cell, say)
    words = say(_COUNTED_MORE if more else _COUNTED)
    return words.format(
        formula=formula, numbers=numbers, inputs=inputs, hidden=hidden, more=", ".join(more)
    )


def _more_letters(cell: Recurrence, say: Language) -> list[str]:
    """`P = 32 outputs`: what the letters beside I and H of its shapes stand for."""
    sizes = cell.shapes(*_example(cell))
    found = {
        letter: size
        for name, shape in cell.parameters.items()
        for letter, size in zip(shape, sizes[name], strict=True)
        if letter not in "IH" and not letter.isdigit()
    }
    output = cell.letters(cell.output)
    return [
        f"{letter} = " + (say.count(size, "output") if letter == output else f"{size:,}")
        for letter, size in found.items()
    ]


def _whole(cell: Recurrence, name: str, say: Language) -> tuple[str, Expression]:
    """What a matrix before several vectors was taken apart into."""
    names = ", ".join(each.name for each in cell.blocks[name])
    return name, say.phrase("[{names}], concatenated", names=names)


def text_of(cell: Recurrence) -> str:
    """The cell's text as it is read with `--cell`, the source in its first line."""
    text = textwrap.dedent(cell.text).strip("\n") + "\n"
    return text if not cell.source or text.startswith("#") else f"# {cell.source}\n{text}"
