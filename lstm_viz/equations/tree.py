"""Equations: from text to trees, and from trees back to text.

The syntax is Python's own for expressions, read with the standard library's `ast` and a short
list of what is allowed; typed text is never evaluated as Python.

    equations = parse("h = tanh(W @ x + U @ h_prev + b)   # hidden state: what the cell shows")
    text(equations[0].tree)            # 'tanh(W @ x + U @ h_prev + b)'
"""

from __future__ import annotations

import ast
import difflib
import math
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lstm_viz.equations.functions import FUNCTIONS

MAX_LINES, MAX_LINE, MAX_DEPTH = 200, 2000, 40

Place = tuple[int, int]  # line (from 1) and column (from 0) in the text that was read


class EquationError(ValueError):
    """A text that is not a cell: the line, a caret under the place, and what to write instead."""

    def __init__(self, message: str, line: int = 0, column: int = 0, source: str = "") -> None:
        self.message, self.line, self.column = message, line, column
        shown = f"\n    {source}\n    {' ' * column}^" if source else ""
        super().__init__(f"line {line}: {message}{shown}" if line else message)


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the text."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A quantity, a parameter, a carried state or the input."""

    name: str
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """`left operator right`; the operator is one of + - * / @ **."""

    operator: str
    left: Tree
    right: Tree
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-of`."""

    of: Tree


@dataclass(frozen=True, slots=True)
class Call:
    """A known function of its arguments."""

    function: str
    arguments: tuple[Tree, ...]
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Transposed:
    """`of.T`: only in derived equations, never in a cell's text."""

    of: Tree


Tree = Number | Name | Operation | Negative | Call | Transposed


@dataclass(frozen=True, slots=True)
class Equation:
    """`target = tree`, with the name and the meaning that its comment gives it."""

    target: str
    tree: Tree
    title: str = ""
    meaning: str = ""
    line: int = 0
    source: str = ""

    def __str__(self) -> str:
        return f"{self.target} = {text(self.tree)}"


# ---------------------------------------------------------------------------- reading

_OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
}
_INSTEAD = {
    ast.FloorDiv: "// is not known here: write /",
    ast.Mod: "% is not known here",
    ast.BitXor: "^ is not a power here: write **",
    ast.Compare: "comparisons are not known here: use maximum, minimum, clip or step",
    ast.IfExp: "if … else is not known here: use maximum, minimum, clip or step",
    ast.Attribute: "a dot is not known here: use plain names such as W_i",
    ast.Subscript: "[…] is not known here: give each part a name of its own, such as W_i",
    ast.Lambda: "lambda is not known here",
    ast.List: "lists are not known here",
    ast.Tuple: "one value a line: write each on a line of its own",
    ast.NamedExpr: "one value a line: write each on a line of its own",
}


def parse(source: str) -> tuple[Equation, ...]:
    """Read a cell's text: one `name = expression  # title: meaning` a line.

    Raises `EquationError` with the line and the place of whatever is not an equation.
    """
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]", source.replace("\r\n", "\n")):
        raise EquationError("this is not a text of equations (it holds control characters)")
    lines = textwrap.dedent(source.expandtabs(4)).splitlines()
    if len(lines) > MAX_LINES:
        raise EquationError(f"{len(lines)} lines are too many for a cell (at most {MAX_LINES})")
    equations = tuple(_read_line(line, k) for k, line in enumerate(lines, 1) if _code(line))
    if not equations:
        raise EquationError(
            "no equation here: write lines such as h = tanh(W @ x + U @ h_prev + b)"
        )
    return equations


def _code(line: str) -> str:
    return line.split("#", 1)[0].strip()


def _read_line(line: str, number: int) -> Equation:
    line = line.rstrip()

    def wrong(message: str, column: int = 0) -> EquationError:
        shown = line if len(line) <= 100 else line[:97] + "…"
        return EquationError(message, number, min(max(column, 0), 99), shown)

    if len(line) > MAX_LINE:
        raise wrong(f"{len(line)} characters are too many for one line (at most {MAX_LINE})")
    code, _, comment = line.partition("#")
    start = len(code) - len(code.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # as for 1if, which is refused anyway
            warnings.simplefilter("ignore", DeprecationWarning)
            module = ast.parse(code.strip())
    except SyntaxError as error:
        hint = (
            "write name = expression"
            if "=" not in code
            else f"this is not an equation ({error.msg})"
        )
        raise wrong(hint, start + (error.offset or 1) - 1) from None
    except (ValueError, MemoryError, RecursionError):
        raise wrong("this is not an equation that can be read") from None
    statement = module.body[0]
    if len(module.body) != 1 or not isinstance(statement, ast.Assign):
        raise wrong("write one equation a line: name = expression", start)
    if len(statement.targets) != 1 or not isinstance(statement.targets[0], ast.Name):
        raise wrong("left of = stands one plain name, such as c", start)

    def column(node: ast.expr) -> int:
        # ast counts bytes, a caret counts letters
        before = code.strip().encode()[: node.col_offset]
        return start + len(before.decode(errors="ignore"))

    def convert(node: ast.expr, depth: int = 0) -> Tree:
        if depth > MAX_DEPTH:
            raise wrong(
                "this is nested too deeply: give its parts names of their own", column(node)
            )
        place = (number, column(node))
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                try:
                    result = float(value)  # type: ignore[arg-type]
                except OverflowError:
                    result = math.inf
                if not math.isfinite(result):
                    raise wrong("this number is too large", place[1])
                return Number(result)
            case ast.Name(id=name):
                return Name(name, place)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(convert(operand, depth + 1))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                a, b = convert(left, depth + 1), convert(right, depth + 1)
                made = Operation(_OPERATORS[type(op)], a, b, place)
                if problem := _no_number(made):
                    raise wrong(problem, place[1])
                return made
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return _call(name, [convert(each, depth + 1) for each in arguments], place, wrong)
        kind = type(node.op) if isinstance(node, ast.BinOp | ast.UnaryOp) else type(node)
        raise wrong(
            _INSTEAD.get(kind, "only names, numbers, + - * / @ ** and known functions stand here"),
            place[1],
        )

    title, _, meaning = comment.strip().partition(":")
    tree = convert(statement.value)
    return Equation(statement.targets[0].id, tree, title.strip(), meaning.strip(), number, line)


def _constant(tree: Tree) -> float | None:
    """The value of a tree of numbers alone; None for any other, and for functions of numbers."""
    match tree:
        case Number(value):
            return value
        case Negative(of):
            inside = _constant(of)
            return None if inside is None else -inside
        case Operation(operator, left, right):
            a, b = _constant(left), _constant(right)
            return None if a is None or b is None else _ARITHMETIC[operator](a, b)
    return None


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": math.pow,
    "@": lambda a, b: 0.0,  # refused elsewhere
}


def _no_number(tree: Operation) -> str:
    """What is wrong with a division or a power that has no value; empty if nothing is."""
    try:
        value = _constant(tree)
        left, right = _constant(tree.left), _constant(tree.right)
    except (ArithmeticError, ValueError):
        return "this is not a finite number"
    if value is not None and not math.isfinite(value):
        return "this is not a finite number"
    if tree.operator == "/" and right == 0:
        return "this divides by zero"
    if tree.operator == "**" and left is not None and left <= 0 and right is None:
        return "a power that changes needs a base above zero"
    return ""


def _call(
    name: str, arguments: list[Tree], place: Place, wrong: Callable[..., EquationError]
) -> Call:
    if name not in FUNCTIONS:
        known = did_you_mean(name, FUNCTIONS) or f"known are {', '.join(FUNCTIONS)}"
        raise wrong(f"unknown function {name!r}: {known}", place[1])
    wanted = FUNCTIONS[name].arguments
    if len(arguments) != len(wanted):
        raise wrong(f"{name} takes {len(wanted)}: write {name}({', '.join(wanted)})", place[1])
    return Call(name, tuple(arguments), place)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'tanh'?`, or nothing where no known word is near."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean {close[0]!r}?" if close else ""


# ---------------------------------------------------------------------------- walking


def children(tree: Tree) -> tuple[Tree, ...]:
    """The trees directly below this one, from left to right."""
    match tree:
        case Operation(_, left, right):
            return left, right
        case Negative(of) | Transposed(of):
            return (of,)
        case Call(_, arguments):
            return arguments
    return ()


def walk(tree: Tree) -> Iterator[Tree]:
    """This tree and all below it, from left to right."""
    yield tree
    for child in children(tree):
        yield from walk(child)


def names_in(tree: Tree) -> list[str]:
    """The names that stand in a tree, each once, from left to right."""
    return list(dict.fromkeys(each.name for each in walk(tree) if isinstance(each, Name)))


def rebuild(tree: Tree, parts: tuple[Tree, ...]) -> Tree:
    """The same kind of tree over other parts."""
    match tree:
        case Operation(operator, _, _, place):
            return Operation(operator, parts[0], parts[1], place)
        case Negative():
            return Negative(parts[0])
        case Transposed():
            return Transposed(parts[0])
        case Call(function, _, place):
            return Call(function, parts, place)
    return tree


def replace(tree: Tree, known: dict[Tree, Tree]) -> Tree:
    """The tree with each sub-tree that `known` names put in the place of the old one."""
    if tree in known:
        return known[tree]
    return rebuild(tree, tuple(replace(child, known) for child in children(tree)))


def terms(tree: Tree, sign: float = 1.0) -> Iterator[tuple[float, Tree]]:
    """The summands of a tree with their signs: a - (b + c) → (+a), (-b), (-c)."""
    match tree:
        case Operation("+" | "-" as operator, left, right):
            yield from terms(left, sign)
            yield from terms(right, -sign if operator == "-" else sign)
        case Negative(of):
            yield from terms(of, -sign)
        case _:
            yield sign, tree


def factors(tree: Tree) -> list[Tree]:
    """The factors of a product: a * b * c → a, b, c."""
    match tree:
        case Operation("*", left, right):
            return [*factors(left), *factors(right)]
    return [tree]


# ---------------------------------------------------------------------------- building

ZERO, ONE = Number(0.0), Number(1.0)


def times(left: Tree, right: Tree) -> Tree:
    """left * right, without the ones, zeros and double signs that nobody would write."""
    match left, right:
        case (Number(0.0), _) | (_, Number(0.0)):
            return ZERO
        case Number(1.0), _:
            return right
        case _, Number(1.0):
            return left
        case Negative(a), Negative(b):
            return times(a, b)
        case (Negative(a), b) | (a, Negative(b)):
            return negative(times(a, b))
        case Number(a), Number(b):
            return Number(a * b)
        case _, Operation("*", a, b):
            return Operation("*", times(left, a), b)
    return Operation("*", left, right)


def plus(left: Tree, right: Tree) -> Tree:
    """left + right, without zeros, and with a minus where the right one is negative."""
    if left == ZERO:
        return right
    if right == ZERO:
        return left
    if isinstance(right, Negative):
        return Operation("-", left, right.of)
    return Operation("+", left, right)


def negative(tree: Tree) -> Tree:
    """-tree, without double signs."""
    match tree:
        case Negative(of):
            return of
        case Number(value):
            return Number(-value + 0.0)
    return Negative(tree)


# ---------------------------------------------------------------------------- writing

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}


def strength(tree: Tree) -> int:
    """How tightly a tree binds: 1 sums, 2 products, 3 signs, 4 powers, 5 all else."""
    match tree:
        case Operation(operator, _, _):
            return _STRENGTH[operator]
        case Negative():
            return 3
        case Number(value) if value < 0:
            return 3
    return 5


def number_text(value: float) -> str:
    """A number as one would write it: 1, 0.5, 1e-06."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def text(tree: Tree, leaf: Callable[[Tree], str | None] | None = None) -> str:
    """The tree as text with as few parentheses as possible.

    `leaf` may give the text of any sub-tree (numbers in the place of names, say); where it gives
    None the tree is written as usual.
    """
    if leaf is not None and (given := leaf(tree)) is not None:
        return given

    def inside(part: Tree, least: int) -> str:
        written = text(part, leaf)
        return f"({written})" if strength(part) < least else written

    match tree:
        case Number(value):
            return number_text(value)
        case Name(name):
            return name
        case Negative(of):
            return "-" + inside(of, 3)
        case Transposed(of):
            return inside(of, 5) + ".T"
        case Call(function, arguments):
            return f"{function}({', '.join(text(each, leaf) for each in arguments)})"
        case Operation("**", left, right):
            return f"{inside(left, 5)} ** {inside(right, 3)}"
        case Operation(operator, left, right):
            own = _STRENGTH[operator]
            # a * b @ c is (a * b) @ c in Python too, but nobody should have to know
            mixed = isinstance(left, Operation) and (operator == "@") != (left.operator == "@")
            before = inside(left, own + 1 if mixed and own == 2 else own)
            return f"{before} {operator} {inside(right, own + 1)}"
    raise TypeError(f"not a tree: {tree!r}")
