"""Break the package in small ways and see whether a test notices: the survivors are shown.

python tests/bench/mutate.py --count 200 --seed 0      (make mutate)

A mutant is one changed place: an operator or a comparison swapped, a constant moved, a `not`
dropped, arguments exchanged, a result emptied; what computes nothing is no such place: limits,
defaults, decorators, messages. Each runs in a copy of the tree against the tests that call its
function, those that call little else first, then against the tests that use its file.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import cache_from_source
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("equations", "kernels", "trace", "measures", "views", "network", "learning")
PATIENCE, START = 5, 30.0  # times what the tests take, and seconds more: it never ends
ENOUGH = 5.0, 30.0  # seconds of tests in the first round, and in the second
UNASKED = ("screen", "films", "endings", "adding", "bare")  # slow, and about processes and files
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build")
NOTHING = ("None", "False")  # as good as None to one who asks only whether
CHOSEN = ("hidden", "steps", "batch", "rate", "updates", "epochs", "window", "seed")
COMMUTE = ("min", "max", "minimum", "maximum", "add", "multiply", "clip", "array_equal")
AT_FIRST = """
from hypothesis import Phase, settings
settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], derandomize=True)
settings.load_profile("mutants")
"""  # a failing example is not made smaller, and every mutant sees the same ones
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


# ---------------------------------------------------------------------------- their tests


@dataclass(frozen=True)
class Tests:
    """What each test takes, and what it calls: `path:line` of functions."""

    seconds: dict[str, float]
    called: dict[str, frozenset[str]]

    def rounds(self, each: Mutant) -> list[list[str]]:
        """The tests of the three files that are most about the function; then all others."""
        place, path = f"{each.path}:{each.line}", f"{each.path}:"
        users = [t for t, called in self.called.items() if any(c.startswith(path) for c in called)]
        callers = [t for t in users if place in self.called[t]] or users
        of, among = (Counter(map(file_of, tests)) for tests in (self.called, callers))
        near = sorted(among, key=lambda file: among[file] / of[file])[-3:]
        first = self.quickest([t for t in callers if file_of(t) in near], ENOUGH[0])
        rest = self.quickest(callers, ENOUGH[1]) + self.quickest(users, ENOUGH[1])
        return [first, [t for t in dict.fromkeys(rest) if t not in first]]

    def quickest(self, tests: list[str], most: float) -> list[str]:
        """The quickest tests, for so many seconds altogether."""
        ordered = sorted(tests, key=self.seconds.__getitem__)
        sums = accumulate(self.seconds[test] for test in ordered)
        return [test for test, so_far in zip(ordered, sums, strict=True) if so_far < most]


def file_of(test: str) -> str:
    return test.partition("::")[0]


def ran(tree: Path, *files: str, limit: float | None = None, **named: object) -> tuple[int, str]:
    """How pytest ends in a copy of the tree, and what it says; called.py takes the names."""
    asked = [sys.executable, "-m", "pytest", "-qx", "-p", "called", "-p", "no:cacheprovider"]
    env = os.environ | {name: str(value) for name, value in named.items()}
    env["PYTHONPATH"] = os.pathsep.join((str(tree), str(tree / "tests" / "bench")))
    done = subprocess.run(
        [*asked, "--tb=no", *files],
        cwd=tree, env=env, capture_output=True, timeout=limit, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout


def known(tree: Path) -> Tests:
    """The tests, which all pass in a copy of the tree."""
    names = [f"tests/{each.name}" for each in sorted((tree / "tests").glob("test_*.py"))]
    slow = [f"tests/test_{name}.py" for name in UNASKED]
    ended, said = ran(tree, *(n for n in names if n not in slow), CALLED=tree / "called.json")
    if ended:
        sys.exit("the tests fail as it is: nothing can be said of mutants\n" + said[-2000:])
    return tests_of(tree / "called.json")


def tests_of(file: Path) -> Tests:
    """The tests as called.py has written of them."""
    found = json.loads(file.read_text())
    return Tests(
        {name: seconds for name, (seconds, _) in found.items()},
        {name: frozenset(called) for name, (_, called) in found.items()},
    )


def fate(each: Mutant, tree: Path, tests: Tests) -> str:
    """Which test notices, if any does; the tree stays as it was."""
    file, asked = tree / each.path, tree / "asked.txt"
    kept = file.read_bytes()
    try:
        written(file, each.after.encode())
        for names in filter(None, tests.rounds(each)):
            asked.write_text("\n".join(names))
            limit = START + PATIENCE * sum(map(tests.seconds.__getitem__, names))
            files = sorted(set(map(file_of, names)))
            ended, said = ran(tree, *files, limit=limit, ASKED=asked)
            if ended:
                noticed = re.search(r"^(?:FAILED|ERROR) (\S+)", said, flags=re.M)
                return f"killed by {noticed[1] if noticed else said[-300:]}"
        return "SURVIVED"
    except subprocess.TimeoutExpired:
        return "TIMEOUT"
    finally:
        written(file, kept)


def written(file: Path, content: bytes) -> None:
    """The file anew, and nothing compiled of it left: Python compares whole seconds only."""
    file.write_bytes(content)
    Path(cache_from_source(str(file))).unlink(missing_ok=True)


def copied(to: Path) -> Path:
    """A copy of the tree, whose tests waste no time."""
    shutil.copytree(ROOT, to, ignore=LEFT_OUT)
    first = to / "tests" / "conftest.py"
    first.write_text(first.read_text(encoding="utf-8") + AT_FIRST, encoding="utf-8")
    return to


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--only", default="", help="only files whose path holds this")
    asked = options.parse_args()
    chosen = drawn(asked.count, asked.seed, asked.only)
    trees: SimpleQueue[Path] = SimpleQueue()

    def tried(each: Mutant) -> str:
        tree = trees.get()
        try:
            return fate(each, tree, tests)
        finally:
            trees.put(tree)

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(asked.processes) as pool:
        for k in range(asked.processes):
            trees.put(copied(Path(folder) / str(k)))
        tests = known(Path(folder) / "0")
        fates: Counter[str] = Counter()
        found = zip(chosen, pool.map(tried, chosen), strict=True)
        for number, (each, end) in enumerate(found, start=1):
            fates[end.split()[0]] += 1
            print(number, end, each.path if end.startswith("killed") else each, flush=True)
    print(*(f"{count} {end}" for end, count in fates.most_common()), sep=", ")


if __name__ == "__main__":
    main()
