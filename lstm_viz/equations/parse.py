"""From a text to its equations, or to an `EquationError` with a caret under the place."""

from __future__ import annotations

import ast
import math
import re
import textwrap
import warnings
from collections.abc import Callable

from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.tree import (
    Call,
    Equation,
    Name,
    Negative,
    Number,
    Operation,
    Place,
    Tree,
)
from lstm_viz.validation.names import did_you_mean

MAX_LINES, MAX_LINE, MAX_DEPTH = 200, 2000, 40


class EquationError(ValueError):
    """A text that is not a cell: the line, a caret under the place, and what to write instead."""

    def __init__(self, message: str, line: int = 0, column: int = 0, source: str = "") -> None:
        self.message, self.line, self.column = message, line, column
        shown = f"\n    {source}\n    {' ' * column}^" if source else ""
        super().__init__(f"line {line}: {message}{shown}" if line else message)


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
