"""Break the package in small ways and see whether a test notices: the survivors are shown.

python tests/bench/mutate.py --count 200 --seed 0      (make mutate)

A mutant is one changed place: an operator or a comparison swapped, a constant moved, a `not`
dropped, arguments exchanged, a result emptied. Each runs in a copy of the tree, first
against the tests that import its module, then, if these pass, against all.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("equations", "kernels", "trace", "measures", "views", "network", "learning")
SECONDS = 600  # for a run of tests; a mutant that never ends is noticed
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build")
SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Add, ast.MatMult: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And, ast.USub: ast.UAdd,
}  # fmt: skip


# ---------------------------------------------------------------------------- mutants


@dataclass(frozen=True)
class Mutant:
    """A file with one place changed."""

    path: Path
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
        case ast.Call(args=[first, second, *rest]) if ast.dump(first) != ast.dump(second):
            yield altered(node, args=[second, first, *rest])
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.IfExp(body=body, orelse=orelse):
            yield altered(node, body=orelse, orelse=body)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))


def code(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run: no types, and no f-strings, whose places Python 3.11 does not tell."""
    for name, field in ast.iter_fields(tree):
        if name in ("annotation", "returns") or isinstance(tree, ast.JoinedStr):
            continue
        for node in field if isinstance(field, list) else [field]:
            if isinstance(node, ast.AST):
                yield node
                yield from code(node)


def mutants(path: Path) -> list[tuple[Path, ast.AST, ast.AST]]:
    """Each way to change a file: a node, and what stands in its place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(path, node, other) for node in code(tree) for other in changes(node)]


def mutant(path: Path, node: Any, other: ast.AST) -> Mutant:
    """The file with the other node; columns are counted in bytes."""
    source = path.read_bytes()
    lines = source.splitlines(keepends=True)
    first, last = (len(b"".join(lines[: n - 1])) for n in (node.lineno, node.end_lineno))
    written = ast.unparse(other) if isinstance(other, ast.stmt) else f"({ast.unparse(other)})"
    start, end = source[: first + node.col_offset], source[last + node.end_col_offset :]
    return Mutant(path.relative_to(ROOT), source.decode(), start.decode() + written + end.decode())


def drawn(count: int, seed: int, only: str) -> list[Mutant]:
    """So many different mutants, each place as likely as any other."""
    files = [p for room in ROOMS for p in sorted((ROOT / "lstm_viz" / room).rglob("*.py"))]
    every = [each for path in files if only in str(path) for each in mutants(path)]
    return [mutant(*each) for each in random.Random(seed).sample(every, min(count, len(every)))]


# ---------------------------------------------------------------------------- their tests


def likely(path: Path) -> list[str]:
    """Tests that import the module, or else its room; and those that are named after either."""
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    room, names = path.parts[1], "|".join(path.with_suffix("").parts[1:])
    tests = {p: p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests").glob("test_*.py"))}
    found = [p for p in tests if re.search(rf"_({names})(_|\b)", p.stem)]
    for wanted in (rf"{re.escape(module)}\b", rf"^from lstm_viz(\.{room}\b| import .*\b{room}\b)"):
        if known := [p for p, text in tests.items() if re.search(wanted, text, flags=re.M)]:
            found += known
            break
    return sorted({str(p.relative_to(ROOT)) for p in found})


def passes(tree: Path, tests: list[str]) -> bool:
    """Whether the tests pass in a copy of the tree, within their time."""
    asked = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", *tests]
    env = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return not subprocess.run(
            asked, cwd=tree, env=env, capture_output=True, timeout=SECONDS
        ).returncode
    except subprocess.TimeoutExpired:
        return False


def survives(each: Mutant, trees: SimpleQueue[Path]) -> bool:
    """Whether no test notices; the tree that it takes is given back as it was."""
    tree = trees.get()
    file = tree / each.path
    kept = file.read_bytes()
    try:
        file.write_text(each.after, encoding="utf-8")
        return passes(tree, likely(each.path)) and passes(tree, [])
    finally:
        file.write_bytes(kept)
        trees.put(tree)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--only", default="", help="only files whose path holds this")
    asked = options.parse_args()
    chosen = drawn(asked.count, asked.seed, asked.only)
    trees: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(asked.processes) as pool:
        for k in range(asked.processes):
            trees.put(shutil.copytree(ROOT, Path(folder) / str(k), ignore=LEFT_OUT))
        if not passes(Path(folder) / "0", []):
            sys.exit("the tests fail as it is: nothing can be said of mutants")
        lived = 0
        found = pool.map(lambda each: survives(each, trees), chosen)
        for number, (each, alive) in enumerate(zip(chosen, found, strict=True), start=1):
            lived += alive
            print(f"{number} {'SURVIVED' if alive else 'killed'} {each if alive else each.path}")
    print(f"{len(chosen) - lived} of {len(chosen)} killed")


if __name__ == "__main__":
    main()
