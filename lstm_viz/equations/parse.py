"""From a text to its equations, or to an `EquationError` with a caret under the place."""

from __future__ import annotations

import ast
import math
import re
import textwrap

from lstm_viz.equations.constants import no_number
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.notation import CONCAT, PRODUCTS, STACKING, plain, written_instead
from lstm_viz.equations.tree import (
    Call,
    Equation,
    Name,
    Negative,
    Number,
    Operation,
    Tree,
)
from lstm_viz.validation.names import nearest

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
    ast.FloorDiv: "// is not supported: write /",
    ast.Mod: "% is not supported",
    ast.BitXor: "^ is not a power here: write **",
    ast.Compare: "comparisons are not supported: use maximum, minimum, clip or step",
    ast.IfExp: "if … else is not supported: use maximum, minimum, clip or step",
    ast.Attribute: "a dot is not supported: use plain names such as W_i",
    ast.Subscript: "[…] is not supported: give each part its own name, such as W_i",
    ast.List: "a list is only allowed right of a matrix, with two parts or more: W @ [h_prev, x]",
    ast.Lambda: "lambda is not supported",
    ast.Tuple: "one value per line: write each on its own line",
    ast.NamedExpr: "one value per line: write each on its own line",
}


# What Python warns of when it reads it: a backslash, a word that follows a number without a space.
# No equation has them, and to hold warnings back is not safe beside other threads.
_WARNED_OF = re.compile(r"\\|(?<![\w.])[\d.][\w.]*?(?:and|else|for|if|in|is|not|or)")


def parse(source: str) -> tuple[Equation, ...]:
    """Read a cell's text: one `name = expression  # title: meaning` a line.

    Raises `EquationError` with the line and the place of whatever is not an equation.
    """
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]", source.replace("\r\n", "\n")):
        raise EquationError("this is not a text of equations (it contains control characters)")
    lines = plain(textwrap.dedent(source.expandtabs(4)).splitlines())
    if len(lines) > MAX_LINES:
        raise EquationError(f"{len(lines)} lines are too many for a cell (maximum {MAX_LINES})")
    equations = tuple(_LineReader(line, k).read() for k, line in enumerate(lines, 1) if _code(line))
    if not equations:
        raise EquationError(
            "no equation here: write lines such as h = tanh(W @ x + U @ h_prev + b)"
        )
    return equations


def _code(line: str) -> str:
    return line.split("#", 1)[0].strip()


class _LineReader:
    """Reads one line. Columns count the letters of the line, from 0."""

    def __init__(self, line: str, number: int) -> None:
        self.line, self.number = line.rstrip(), number
        code, _, self.comment = self.line.partition("#")
        self.code, self.start = code.strip(), len(code) - len(code.lstrip())

    def read(self) -> Equation:
        """The equation, with what its comment calls it."""
        target, value = self._assignment()
        title, _, meaning = map(str.strip, self.comment.strip().partition(":"))
        tree = self._convert(value)
        return Equation(target, tree, title, meaning, self.number, self.line)

    def wrong(self, message: str, column: int = 0) -> EquationError:
        """What is to be said of a place in this line."""
        shown = self.line if len(self.line) <= 100 else self.line[:97] + "…"
        return EquationError(message, self.number, min(max(column, 0), 99), shown)

    def _assignment(self) -> tuple[str, ast.expr]:
        """The name left of =, and what stands right of it."""
        body = self._parsed().body
        if len(body) != 1 or not isinstance(body[0], ast.Assign):
            raise self.wrong("write one equation per line: name = expression", self.start)
        match body[0].targets:
            case [ast.Name(id=target)]:
                return target, body[0].value
        raise self.wrong("write one plain name left of =, such as c", self.start)

    def _parsed(self) -> ast.Module:
        if len(self.line) > MAX_LINE:
            raise self.wrong(
                f"{len(self.line)} characters are too many for one line (maximum {MAX_LINE})"
            )
        if found := _WARNED_OF.search(self.code):
            raise self.wrong("this is not a readable equation", self.start + found.start())
        try:
            return ast.parse(self.code)
        except SyntaxError as error:
            known = written_instead(self.code) or f"this is not an equation ({error.msg})"
            hint = known if "=" in self.code else "write name = expression"
            raise self.wrong(hint, self.start + (error.offset or 1) - 1) from None
        except (ValueError, MemoryError, RecursionError):
            raise self.wrong("this is not a readable equation") from None

    def _column(self, node: ast.expr) -> int:
        # ast counts bytes, a caret counts letters
        before = self.code.encode()[: node.col_offset]
        return self.start + len(before.decode(errors="ignore"))

    def _convert(self, node: ast.expr, depth: int = 0) -> Tree:
        column = self._column(node)
        if depth > MAX_DEPTH:
            raise self.wrong("this is nested too deeply: give its parts their own names", column)
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._number(value, column)
            case ast.Name(id=name):
                return Name(name, (self.number, column))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self._convert(operand, depth + 1))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                parts = self._convert(left, depth + 1), self._convert(right, depth + 1)
                return self._operation(_OPERATORS[type(op)], *parts, column)
            case ast.List(elts=[_, _, *_] as parts):
                return self._call(CONCAT, self._all(parts, depth), column)
            case ast.Call(
                func=ast.Name(id=name)
                | ast.Attribute(value=ast.Name(id=("np" | "numpy" | "torch" | "math")), attr=name),
                args=arguments,
                keywords=[],
            ):
                if name in STACKING and len(arguments) == 1:
                    return self._convert(arguments[0], depth + 1)
                return self._call(name, self._all(arguments, depth), column)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=parts)):
                written = ", ".join(map(ast.unparse, parts))
                raise self.wrong(f"write {name} @ [{written}]", column)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="dot" | "matmul")):
                raise self.wrong(f"write {name} @ v", column)
        kind = type(node.op) if isinstance(node, ast.BinOp | ast.UnaryOp) else type(node)
        usual = "only names, numbers, + - * / @ ** and known functions are allowed here"
        raise self.wrong(_INSTEAD.get(kind, usual), column)

    def _number(self, value: float, column: int) -> Number:
        try:
            result = float(value)
        except OverflowError:
            result = math.inf
        if not math.isfinite(result):
            raise self.wrong("this number is too large", column)
        return Number(result)

    def _operation(self, operator: str, left: Tree, right: Tree, column: int) -> Operation:
        made = Operation(operator, left, right, (self.number, column))
        if problem := no_number(made):
            raise self.wrong(problem, column)
        return made

    def _all(self, nodes: list[ast.expr], depth: int) -> tuple[Tree, ...]:
        return tuple(self._convert(each, depth + 1) for each in nodes)

    def _call(self, name: str, arguments: tuple[Tree, ...], column: int) -> Call | Operation:
        if name in STACKING and len(arguments) > 1:
            return Call(CONCAT, arguments, (self.number, column))
        if name in PRODUCTS and len(arguments) == 2:
            return self._operation("@", *arguments, column)
        if name not in FUNCTIONS:
            known = nearest(name, FUNCTIONS, "known are {}")
            raise self.wrong(f"unknown function {name!r}: {known}", column)
        wanted = FUNCTIONS[name].arguments
        if len(arguments) != len(wanted):
            raise self.wrong(
                f"{name} takes {len(wanted)}: write {name}({', '.join(wanted)})", column
            )
        return Call(name, arguments, (self.number, column))
