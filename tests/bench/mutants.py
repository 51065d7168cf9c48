"""The mutants of mutate.py: each way to change one place of the package that computes something.

An operator or a comparison swapped, a constant moved, a `not` dropped, arguments exchanged, a
result emptied. Limits, defaults, decorators, types, messages and seeds are no such places.
"""

from __future__ import annotations

import ast
import difflib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("equations", "kernels", "trace", "measures", "views", "network", "learning")
NOTHING = ("None", "False")  # as good as None to one who asks only whether
CHOSEN = ("hidden", "steps", "batch", "rate", "updates", "epochs", "window", "seed")
COMMUTE = ("min", "max", "minimum", "maximum", "add", "multiply", "clip", "array_equal")
SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Add, ast.MatMult: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And, ast.USub: ast.UAdd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A file with one place changed."""

    path: Path
    line: int  # where its function begins, 0 outside of any
    before: str
    after: str

    def __str__(self) -> str:
        lines = [text.splitlines() for text in (self.before, self.after)]
        diff = list(difflib.unified_diff(*lines, n=0, lineterm=""))[2:]
        return "\n".join([str(self.path), *(f"    {line}" for line in diff)])


def altered(node: ast.AST, **fields: object) -> ast.AST:
    """The same node but for some of its parts."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of this node."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.UnaryOp(op=op) if type(op) in SWAPPED:
            yield altered(node, op=SWAPPED[type(op)]())
        case ast.Compare(ops=[op, *rest]):
            yield altered(node, ops=[SWAPPED[type(op)](), *rest])
        case ast.Call(func=func, args=[first, second, *rest]) if not mutual(func):
            if ast.dump(first) != ast.dump(second):
                yield altered(node, args=[second, first, *rest])
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.IfExp(body=body, orelse=orelse):
            yield altered(node, body=orelse, orelse=body)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) not in NOTHING:
            yield ast.Return(ast.Constant(None))


def mutual(called: ast.AST) -> bool:
    """Whether the first two arguments may change places, or are of kinds that never can."""
    name = ast.unparse(called).rpartition(".")[2]
    return name in (*COMMUTE, "isinstance", "issubclass")


def setting(node: ast.AST) -> bool:
    """A limit or a default: plain numbers, under a name in capitals or as a field of a class."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    name = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
    return plain(node.value) and (isinstance(node, ast.AnnAssign) or name.isupper())


def plain(node: ast.AST) -> bool:
    """Whether it is numbers alone."""
    numbers = (ast.Constant, ast.Tuple, ast.BinOp, ast.operator, ast.UnaryOp, ast.unaryop, ast.Load)
    truth = isinstance(getattr(node, "value", None), bool)
    return not truth and all(isinstance(each, numbers) for each in ast.walk(node))


def silent(node: ast.AST, field: str) -> bool:
    """Parts that compute nothing: types, decorators, messages, and checks of what always holds."""
    return (
        field in ("annotation", "returns", "decorator_list")
        or isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert)
        or (isinstance(node, ast.keyword) and node.arg == "strict")
        or (isinstance(node, ast.keyword) and node.arg in CHOSEN and plain(node.value))
        or (isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Random", "_rng")))
        or (isinstance(node, ast.FunctionDef) and node.name in ("__repr__", "__str__"))
    )


def code(tree: ast.AST, line: int = 0) -> Iterator[tuple[ast.AST, int]]:
    """The nodes that run, and where the function around them begins: in Python's own sense.

    No f-strings: Python 3.11 does not tell the places in them.
    """
    if isinstance(tree, ast.FunctionDef | ast.Lambda):
        line = min(each.lineno for each in [tree, *getattr(tree, "decorator_list", [])])
    for name, field in ast.iter_fields(tree):
        if silent(tree, name):
            continue
        for node in field if isinstance(field, list) else [field]:
            named = isinstance(tree, ast.Module | ast.ClassDef) and setting(node)
            if isinstance(node, ast.AST) and not named:
                yield node, line
                yield from code(node, line)


def mutants(path: Path) -> list[tuple[Path, int, ast.AST, ast.AST]]:
    """Each way to change a file: a node, and what stands in its place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(path, line, node, other) for node, line in code(tree) for other in changes(node)]


def mutant(path: Path, line: int, node: Any, other: ast.AST) -> Mutant:
    """The file with the other node; columns are counted in bytes."""
    source = path.read_bytes()
    lines = source.splitlines(keepends=True)
    first, last = (len(b"".join(lines[: n - 1])) for n in (node.lineno, node.end_lineno))
    written = ast.unparse(other) if isinstance(other, ast.stmt) else f"({ast.unparse(other)})"
    start, end = source[: first + node.col_offset], source[last + node.end_col_offset :]
    changed = start.decode() + written + end.decode()
    return Mutant(path.relative_to(ROOT), line, source.decode(), changed)


def drawn(count: int, seed: int, only: str) -> list[Mutant]:
    """So many different mutants, each place as likely as any other."""
    files = [p for room in ROOMS for p in sorted((ROOT / "lstm_viz" / room).rglob("*.py"))]
    every = [each for path in files if only in str(path) for each in mutants(path)]
    return [mutant(*each) for each in random.Random(seed).sample(every, min(count, len(every)))]
