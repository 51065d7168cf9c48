"""Break the package in small ways and see whether a test notices: the survivors are shown.

python tests/bench/mutate.py --count 200 --seed 0      (make mutate)

A mutant (mutants.py) is one changed place. It runs in a copy of the tree against the tests that
call its function, those that call little else first, then against the tests that use its file.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue

from mutants import ROOT, Mutant, drawn

PATIENCE, START = 5, 30.0  # times what the tests take, and seconds more: it never ends
ENOUGH = 5.0, 30.0  # seconds of tests in the first round, and in the second
UNASKED = ("screen", "films", "endings", "adding", "bare")  # slow, and about processes and files
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build")
AT_FIRST = """
from hypothesis import Phase, settings
settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], derandomize=True)
settings.load_profile("mutants")
"""  # a failing example is not made smaller, and every mutant sees the same ones


@dataclass(frozen=True)
class Tests:
    """What each test takes, and what it calls: `path:line` of functions."""

    seconds: dict[str, float]
    called: dict[str, frozenset[str]]

    def rounds(self, each: Mutant) -> list[list[str]]:
        """The tests of the three files that are most about the function; then all others."""
        place, path = f"{each.path}:{each.line}", f"{each.path}:"
        importing = importers(each.path)  # what was computed once may not be called again
        if not each.line:  # a table, which calls nothing: whoever reads it is asked
            importing += [file for reader in readers(each.path) for file in importers(reader)]
        users = [
            test
            for test, called in self.called.items()
            if file_of(test) in importing or any(c.startswith(path) for c in called)
        ]
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


@cache
def importers(path: Path) -> list[str]:
    """The files of tests that name a module."""
    module = re.compile(rf"{re.escape('.'.join(path.with_suffix('').parts))}\b")
    files = [each for each in (ROOT / "tests").glob("test_*.py") if module.search(each.read_text())]
    return [f"tests/{each.name}" for each in files]


@cache
def readers(path: Path) -> list[Path]:
    """The modules of the package that import a module."""
    name = re.compile(rf"from {re.escape('.'.join(path.with_suffix('').parts))} import")
    found = (ROOT / "lstm_viz").rglob("*.py")
    return [each.relative_to(ROOT) for each in found if name.search(each.read_text())]


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
                noticed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", said, flags=re.M)
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
