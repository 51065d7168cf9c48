"""A cell with one mistake in it: each edit of its equations (`edits_back`: of its backward pass).

A mistake is a text with one change. Those that people make have a name, made from the roles that
the equations give ("no tanh on the output"); every other single edit is told by its own line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations

from lstm_viz.equations.derivative import Edge
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.gates import kinds, roles
from lstm_viz.equations.places import exchanged, in_products, places, without_functions
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import equation_text, text
from lstm_viz.equations.tree import (
    ONE,
    PREVIOUS,
    Call,
    Equation,
    Name,
    Negative,
    Operation,
    Tree,
    names_in,
    substitute,
)
from lstm_viz.measures.edits_moved import moved
from lstm_viz.measures.edits_together import SQUASHING, together

OTHER_SIGN = {"+": "-", "-": "+"}


@dataclass(frozen=True)
class Edit:
    """One change of a cell: `equations` or `edges` with it, `forgets` states that are always 0.

    `name` is what the mistake is called, empty where it has none, and `said` what it does in words,
    where there are any; `text` is the changed line. The initial values of states that it `ignores`
    are taken for 0, and of those that it `wraps`, in the backward pass, the last ones in their
    place. Of the gradients of weights in `alone` only one step counts: `step`, from 0 or, below 0,
    from the end.
    """

    name: str
    text: str
    equations: tuple[Equation, ...] = ()
    edges: tuple[Edge, ...] = ()
    forgets: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()
    wraps: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    step: int = 0
    said: str = ""

    @property
    def changes(self) -> int:
        """How many lines it changes."""
        return max(1 + self.text.count(";"), len(self.alone))


# ---------------------------------------------------------------------------- forward


def forward_edits(cell: Recurrence) -> Iterator[Edit]:
    """All single edits of a cell's equations, the named ones first; each text once."""
    seen = {tuple(map(equation_text, cell.equations))}
    for edit in (*_named(cell), *_every(cell)):
        key = tuple(map(equation_text, edit.equations))
        if key not in seen or edit.forgets or edit.ignores:
            seen.add(key)
            yield edit


def _with(cell: Recurrence, name: str, trees: dict[str, Tree]) -> Edit:
    changed = tuple(
        replace(each, tree=trees.get(each.target, each.tree)) for each in cell.equations
    )
    lines = [equation_text(e) for e in changed if e.tree != cell.equation[e.target].tree]
    return Edit(name, "; ".join(lines), changed)


def _named(cell: Recurrence) -> Iterator[Edit]:
    yield from _functions(cell)
    yield from _gates(cell)
    yield from _swapped(cell)
    yield from _pasts(cell)
    yield from _weights(cell)
    for name, trees in chain(together(cell), moved(cell)):
        yield _with(cell, name, trees)


def called(cell: Recurrence, name: str) -> str:
    """What a quantity is called in a mistake: its role, or "the output"; else its own name."""
    kind = kinds(cell).get(name, "")
    if name == cell.output:
        return "the output"
    return f"the {kind}" if kind not in ("", "sum", "weight") else name


def _functions(cell: Recurrence) -> Iterator[Edit]:
    """A squashing function left out, or one for the other."""
    for equation in cell.equations:
        for found, put in places(equation.tree):
            match found:
                case Call(function, (inside,)) if function in SQUASHING:
                    (other,) = set(SQUASHING) - {function}
                    whose = _squashed(cell, equation.target, inside)
                    yield _with(cell, f"no {function} on {whose}", {equation.target: put(inside)})
                    swapped = {equation.target: put(Call(other, (inside,)))}
                    yield _with(cell, f"{other} in place of {function} on {whose}", swapped)


def _squashed(cell: Recurrence, target: str, inside: Tree) -> str:
    """What a function stands on; a candidate squashes a sum, a gradient's slope a given value."""
    whose = called(cell, target)
    if whose == "the candidate" and isinstance(inside, Name):
        return whose if kinds(cell).get(inside.name) == "sum" else inside.name
    return whose


def _gates(cell: Recurrence) -> Iterator[Edit]:
    """A gate used the wrong way round, or forgotten where it multiplies."""
    for gate in roles(cell):
        whose = called(cell, gate)
        for equation in cell.equations:
            if gate not in names_in(equation.tree) or gate == equation.target:
                continue
            target, tree = equation.target, equation.tree
            away = Operation("-", ONE, Name(gate))
            turned = exchanged(tree, away, Name(gate))
            yield _with(cell, f"{gate} used as 1 - {gate}", {target: turned})
            for found, put in places(tree):
                match found:
                    case Operation("*", left, right) if Name(gate) in (left, right):
                        rest = right if left == Name(gate) else left
                        yield _with(cell, f"{whose} forgotten", {target: put(rest)})


def _swapped(cell: Recurrence) -> Iterator[Edit]:
    """Two gates, each used for the other."""
    for one, other in combinations(roles(cell), 2):
        pair: dict[Tree, Tree] = {Name(one): Name(other), Name(other): Name(one)}
        if cell.letters(one) == cell.letters(other):
            trees = {e.target: substitute(e.tree, pair) for e in cell.equations}
            yield _with(cell, f"{one} and {other} swapped", trees)


def _pasts(cell: Recurrence) -> Iterator[Edit]:
    """The wrong state of the step before, or none."""
    every = [(state,) for state in cell.states] + [cell.states] * (len(cell.states) > 1)
    for states in every:
        text = "; ".join(f"{state}{PREVIOUS} = 0 at step 1" for state in states)
        name = f"the initial {' and '.join(states)} taken for 0"
        yield Edit(name, text, cell.equations, ignores=states)
    for state in cell.states:
        before = Name(state + PREVIOUS)
        for other in cell.states:
            if other != state and cell.letters(other) == cell.letters(state):
                wrong = Name(other + PREVIOUS)
                trees = {e.target: in_products(e.tree, before, wrong) for e in cell.equations}
                yield _with(cell, f"{wrong.name} for {before.name} in the sums", trees)
        yield Edit(
            f"{before.name} always 0", f"{before.name} = 0", cell.equations, forgets=(state,)
        )
        for equation in cell.equations:
            if equation.target != state and state in names_in(equation.tree):
                for tree in (equation.tree, without_functions(equation.tree, Name(state))):
                    old = {equation.target: substitute(tree, {Name(state): before})}
                    whose = called(cell, equation.target)
                    yield _with(cell, f"{before.name} for {state} on {whose}", old)


def _weights(cell: Recurrence) -> Iterator[Edit]:
    """A bias forgotten, one or all; the matrices of input and past swapped."""
    bare: dict[str, Tree] = {}
    for equation in cell.equations:
        matrices = [n for n in names_in(equation.tree) if n in cell.matrices]
        for found, put in places(equation.tree):
            match found:
                case Operation("+", left, Name(bias)) if cell.title(bias) == "bias":
                    bare[equation.target] = put(left)
                    yield _with(cell, f"{bias} forgotten", {equation.target: put(left)})
        if len(matrices) == 2:
            one, other = map(Name, matrices)
            swapped = substitute(equation.tree, {one: other, other: one})
            name = f"{one.name} and {other.name} swapped"
            yield _with(cell, name, {equation.target: swapped})
            yield _with(
                cell,
                f"{other.name} in place of {one.name}",
                {equation.target: substitute(equation.tree, {one: other})},
            )
    if len(bare) > 1:
        yield _with(cell, "all biases forgotten", bare)


def _every(cell: Recurrence) -> Iterator[Edit]:
    """Every single edit: a name, a sign, a function, an operand, a step."""
    before: list[str] = ["x", *(state + PREVIOUS for state in cell.states)]
    for equation in cell.equations:
        for found, put in places(equation.tree):
            for other in _instead(cell, found, before):
                edit = _with(cell, "", {equation.target: put(other)})
                yield replace(edit, said=_left_out(found, other, equation.target))
        before.append(equation.target)


def _left_out(tree: Tree, other: Tree, target: str) -> str:
    """In words, if one operand is all that is left."""
    match tree:
        case Operation("+" | "-" | "*", left, right) if other in (left, right):
            return f"{text(right if other == left else left)} left out of {target}"
    return ""


def _instead(cell: Recurrence, tree: Tree, before: list[str]) -> Iterator[Tree]:
    match tree:
        case Name(name) if name in cell.parameters:
            shape = cell.parameters[name]
            alike = [n for n, other in cell.parameters.items() if len(other) == len(shape)]
            yield from (Name(other) for other in alike if other != name)
        case Name(name):
            letter = cell.letters(name)
            yield from (Name(n) for n in before if n != name and cell.letters(n) == letter)
            yield Negative(tree)
        case Operation(operator, left, right):
            if operator in OTHER_SIGN:
                yield Operation(OTHER_SIGN[operator], left, right)
            if operator != "@":
                yield from (left, right)
        case Negative(of):
            yield of
        case Call(function, (inside,)):
            yield inside
            alike = [n for n in FUNCTIONS if len(FUNCTIONS[n].arguments) == 1 and n != function]
            yield from (Call(other, (inside,)) for other in alike if other in SQUASHING)
