"""A cell as a NumPy file that stands alone, printed from the trees that all else is made of."""

from __future__ import annotations

import builtins
import keyword
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from lstm_viz.equations.derivative import Edge, body
from lstm_viz.equations.functions import FUNCTIONS, NUMPY
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import Printer, equation_text
from lstm_viz.equations.tree import (
    PREVIOUS,
    Call,
    Equation,
    Operation,
    Transposed,
    Tree,
    names_in,
    walk,
)

_OWN = "np weights inputs states recorded gradients given name value values t forward backward"


def numpy_source(cell: Recurrence) -> str:
    """A Python file that computes the cell forward and backward and needs NumPy alone.

    It defines `forward(weights, inputs, states=None)` → recorded, a dictionary name → (T, rows),
    and `backward(weights, recorded, given)` → (gradients, weight gradients), where `given` is the
    gradient of the loss by the output at every step. Names that mean something to Python or to the
    file itself get an underscore after them; the keys of the dictionaries keep theirs.
    """
    names = _safe_names(cell)
    trees = [e.tree for e in cell.equations] + [e.term for e in cell.backward]
    parts = [_head(cell), "import numpy as np", *_helpers(trees)]
    parts += ["\n".join(_forward(cell, names)), "\n".join(_backward(cell, names))]
    return "\n\n\n".join([parts[0] + "\n\n" + parts[1], *parts[2:]]) + "\n"


def _safe_names(cell: Recurrence) -> dict[str, str]:
    taken = {*_OWN.split(), *keyword.kwlist, *dir(builtins), *FUNCTIONS}
    safe: dict[str, str] = {}
    for name in (*cell.names, *cell.parameters):
        own = name
        while own in taken or "d" + own in taken:
            own += "_"
        safe[name] = own
        taken |= {own, "d" + own}
    return safe | {"d" + name: "d" + own for name, own in safe.items() if "d" + name not in safe}


def _head(cell: Recurrence) -> str:
    shapes = [f"{name} ({', '.join(shape)})" for name, shape in cell.parameters.items()]
    said = [
        f"{cell.name}, forward and backward through time, in plain NumPy.",
        cell.source,
        f"Weights: {', '.join(shapes) or 'none'}.",
    ]
    parts = [textwrap.fill(" ".join(each.split()), 96) for each in said if each.strip()]
    quoted = "\n\n".join(parts).replace("\\", "\\\\").replace('"', "'")
    return f'"""{quoted}\n"""'


class _Source(Printer):
    """A tree as Python over NumPy vectors, with other names for some."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def name(self, name: str) -> str:
        return self.names.get(name, name)

    def bare(self, tree: Tree) -> str:
        match tree:
            case Operation("@", left, Transposed(right)):
                return f"np.outer({self.write(left)}, {self.write(right)})"
        return super().bare(tree)

    def call(self, function: str, arguments: tuple[Tree, ...]) -> str:
        if function in NUMPY:
            return NUMPY[function].format(*map(self.write, arguments))
        return super().call(function, arguments)


def _source(tree: Tree, names: Mapping[str, str]) -> str:
    return _Source(names).write(tree)


def compiled(name: str, arguments: str, lines: Iterable[Equation], result: str) -> Any:
    """A Python function over NumPy arrays that computes the lines one by one, and answers one."""
    lines = list(lines)
    body = "".join(f"    {each.target} = {_source(each.tree, {})}\n" for each in lines)
    parts = [*_helpers(each.tree for each in lines)]
    parts.append(f"def {name}({arguments}):\n{body}    return {result}\n")
    namespace: dict[str, Any] = {"np": np}
    exec("\n".join(parts), namespace)
    return namespace[name]


def _helpers(trees: Iterable[Tree]) -> Iterator[str]:
    """The functions that NumPy has not, each from its line in `functions.py`."""
    used: dict[str, Tree] = {}

    def look(trees: Iterable[Tree]) -> None:
        for part in (part for tree in trees for part in walk(tree) if isinstance(part, Call)):
            if part.function not in used and (inner := body(part.function)) is not None:
                look([inner])
                used[part.function] = inner

    look(trees)
    for function, inner in used.items():
        arguments = ", ".join(FUNCTIONS[function].arguments)
        yield f"def {function}({arguments}):\n    return {_source(inner, {})}"


def _length(cell: Recurrence, letter: str) -> str:
    """Python source for the size that a letter stands for."""
    for name, shape in cell.parameters.items():
        if letter in shape:
            return f"np.shape(weights[{_quoted(name)}])[{shape.index(letter)}]"
    return "np.shape(inputs)[1]" if letter == cell.letters("x") else "1"


def _unpacked(cell: Recurrence, names: Mapping[str, str], trees: Iterable[Tree]) -> Iterator[str]:
    used = {name for tree in trees for name in names_in(tree)}
    for name in cell.parameters:
        if name in used:
            yield f"    {names[name]} = np.asarray(weights[{_quoted(name)}])"


def _listed(indent: str, start: str, items: Iterable[str], end: str) -> list[str]:
    """`start item, item, … end`, on as many lines as it takes."""
    items = list(items)
    whole = indent + start + ", ".join(items) + end
    if len(whole) <= 96:
        return [whole]
    lines = [indent + start]
    for item in items:
        if len(lines) == 1 or len(lines[-1]) + len(item) > 92:
            lines.append(f"{indent}    {item},")
        else:
            lines[-1] += f" {item},"
    return [*lines, indent + end]


def _quoted(name: str) -> str:
    return f'"{name}"'


def _forward(cell: Recurrence, names: Mapping[str, str]) -> Iterator[str]:
    yield "def forward(weights, inputs, states=None):"
    yield '    """Every value at every step: name → (T, rows), from inputs (T, I).'
    yield ""
    own = ", ".join(cell.states) or "this cell has none"
    yield f"    `states` may hold initial states ({own}); zeros otherwise."
    yield '    """'
    yield from _unpacked(cell, names, [e.tree for e in cell.equations])
    yield "    states = states or {}"
    for state in cell.states:
        zeros = f"np.zeros({_length(cell, cell.letters(state))})"
        yield f"    {names[state + PREVIOUS]} = np.asarray(states.get({_quoted(state)}, {zeros}))"
    yield from _listed("    ", "recorded = {name: [] for name in (", map(_quoted, cell.names), ")}")
    yield f"    for {names['x']} in np.asarray(inputs, dtype=float):"
    for equation in cell.equations:
        yield f"        {_step_line(cell, equation, names)}"
    yield from _listed("        ", "values = [", [names[name] for name in cell.names], "]")
    yield "        for name, value in zip(recorded, values):"
    yield "            recorded[name].append(value)"
    for state in cell.states:
        yield f"        {names[state + PREVIOUS]} = {names[state]}"
    yield "    return {name: np.array(values) for name, values in recorded.items()}"


def _step_line(cell: Recurrence, equation: Equation, names: Mapping[str, str]) -> str:
    right = _source(equation.tree, names)
    if not names_in(equation.tree):  # a number: as long as what it stands beside
        right = f"np.full({_length(cell, cell.letters(equation.target))}, {right})"
    said = f"{equation.title}: {equation.meaning}" if equation.meaning else equation.title
    return f"{names[equation.target]} = {right}" + (f"  # {said}" if said else "")


def _backward(cell: Recurrence, names: Mapping[str, str]) -> Iterator[str]:
    yield "def backward(weights, recorded, given):"
    yield '    """(gradients, weight gradients) of a loss.'
    yield ""
    yield f"    `given` is ∂L/∂{cell.output} at every step, (T, rows)."
    yield ""
    yield "    gradients[name] has the shape of recorded[name]; d… is ∂L/∂…"
    yield '    """'
    yield from _unpacked(cell, names, [edge.term for edge in cell.backward])
    for name in cell.parameters:
        yield f"    {names['d' + name]} = np.zeros(np.shape(weights[{_quoted(name)}]))"
    yield "    gradients = {name: np.zeros(np.shape(value)) for name, value in recorded.items()}"
    yield f"    gradients[{_quoted(cell.output)}] += given"
    yield "    for t in reversed(range(len(given))):"
    used = {name for edge in cell.backward for name in names_in(edge.term)}
    moved = {edge.target for edge in cell.backward} | {edge.source for edge in cell.backward}
    for name in cell.names:
        if name in used:
            yield f"        {names[name]} = recorded[{_quoted(name)}][t]"
    for name in cell.names:
        if name in moved:
            yield f"        {names['d' + name]} = gradients[{_quoted(name)}][t]"
    yield from _edge_lines(cell, names)
    if cell.states:
        yield "        if t > 0:  # what the states brought in goes back to the step before"
        for state in cell.states:
            now, before = _quoted(state), _quoted(state + PREVIOUS)
            yield f"            gradients[{now}][t - 1] += gradients[{before}][t]"
    pairs = [f"{_quoted(name)}: {names['d' + name]}" for name in cell.parameters]
    yield from _listed("    ", "return gradients, {", pairs, "}")


def _edge_lines(cell: Recurrence, names: Mapping[str, str]) -> Iterator[str]:
    before: Edge | None = None
    for edge in cell.backward:
        if before is None or before.source != edge.source:
            yield f"        # {equation_text(cell.equation[edge.source])}"
        before = edge
        yield f"        {names['d' + edge.target]} += {_source(edge.term, names)}"
