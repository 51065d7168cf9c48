"""Random options over all commands: each run ends well, or is refused in one line.

python tests/bench/fuzz_options.py --cases 2000 --seed 0     (make fuzz-options asks for 20,000)

The options come from the commands' own declarations, so that a new one is tried too; values are
often ones that make sense, now and then another option's, or nonsense. What is wrong is printed
with its case, which `--first CASE --cases 1` runs again.
"""

from __future__ import annotations

import argparse
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from types import FrameType

import click
import numpy as np
from click.testing import CliRunner, Result

from lstm_viz import LSTM
from lstm_viz.commands.cli import program
from lstm_viz.commands.output import ENDINGS
from lstm_viz.commands.whole import Whole
from lstm_viz.learning.tasks import TASKS
from lstm_viz.validation.names import printable

SAVED = "saved ", "已保存 "  # in English and in Chinese
FIXTURES = Path(__file__).parents[1] / "fixtures"

TOLD = (  # beside what is written all the same
    "no installed font has",
    "some numbers are not finite",
    "有些数不是有限数",
    "This is more than a slide shows",
)
SECONDS = 60.0  # for one case, on a machine under load
WEIGHTS = {  # of the commands: how often each is tried
    "step": 8, "gradients": 6, "train": 4, "model": 1, "cells": 1, "data": 0.1, "": 0.1,
}  # fmt: skip
CELLS = ["lstm", "rnn", "gru", "irnn", "mgu", "peephole-lstm", "mine.txt", "sums.txt"]
FILES = [
    "net.pt",
    "net.pt",
    "net.pt",
    "rows.csv",
    "few.csv",
    "words.txt",
    "w.npz",
    "a.npz",
    "dark.png",
    "folder",
    "none.npz",
]
COLUMNS = ["close", "1", "2", "open", "date", "9"]
PLAUSIBLE = {
    "--cell": CELLS,
    "--cells": [*CELLS, "lstm,rnn", "gru,mine.txt", "rnn,rnn", ","],
    "--input": ["1,0,0.5", "1,2;0.5,3", "sine:5", "noise:4", "echo", "impulse:1", "square:300",
                "@rows.csv", "@few.csv", "@words.txt", "-", "1e308,-1e308", "1e-320,2"],
    "--column": COLUMNS,
    "--text": ["hello", "a", "ψ ∂\tx", "zz"],
    "--weights": ["latch", "counter", "forgetful", "gomez", "leaky", "gru-latch", "adder", "random",
                  "w.npz", "a.npz"],
    "--trained": ["w.npz", "a.npz"],
    "--start": ["pytorch", "keras", "identity", "spectral:1.1", "chrono:30", "spectral:1e300"],
    "--forget-bias": ["0", "1", "-40", "3,5", "chrono", "1e300"],
    "--spectral-radius": ["0", "0.9", "1,1.1", "1e200"],
    "--target": ["1", "0.5;0.5;1", "1,2", "last", "1e308"],
    "--loss-at": ["last", "all"],
    "--loss": ["last", "all", "at:2", "mse", "mae"],
    "--at": ["1", "2", "3.c", "b2.f.u1", "b1", "1.h", "1.h.x", "routes.2", "memory", "gates.1"],
    "--size": ["80x24", "20x6", "120x40"],
    "--cast": ["new.cast"],
    "--cut": ["h_prev", "f", "h_prev:z_f", "c_prev"],
    "--hold": ["f=1@1", "x=0", "W_f[0,0]=2", "h=0.5@2-3", "z.u1=0", "h=1e300@1", "c_prev=1", "f="],
    "--beside": CELLS,
    "--model": FILES,
    "--layer": ["lstm", "0", "rnn.0"],
    "--head": ["last", "none", "each,fc"],
    "--vocabulary": ["words.txt"],
    "--standardise": ["data", "0:1", "1:2,3:4"],
    "--hidden": ["1", "2", "3", "2,3"],
    "--optimiser": ["sgd", "adam", "rmsprop", "keras-adam"],
    "--csv": ["rows.csv", "few.csv"],
    "--resume": ["trained.npz", "w.npz"],
    "file": FILES,
}  # fmt: skip
NONSENSE = [
    "", " ", "0", "-1", "1.5", "nan", "inf", "-", "--", "9" * 400, "1e400", "ψ", "%s",
    "a\nb\x1b[1m", "[bold]", "none", "folder", "/dev/null/x", "../none/x.npz", "x" * 300,
    "1,,2", "1;2;", ":", "@", "@none.csv", "²", "1_0", "٣",
]  # fmt: skip
QUICK = ["npz", "json", "csv", "txt", "html", "cast"] * 4
NAMES = {
    "train": ["adding", "temporal-order", "echo", "reber", "copy", "bitcoin", "damped-sine", None],
    "cells": [*CELLS, None],
}
TINY = {  # where these stay open, a run is not small
    "gradients": {"--length": ["2", "3", "5"], "--hidden": ["1", "2"], "--seeds": ["1", "2"]},
    "task": {"--updates": ["2"], "--hidden": ["2"], "--steps": ["2", "5"], "--batch": ["2"]},
    "price": {"--epochs": ["1"], "--hidden": ["2"], "--window": ["3"], "--csv": ["rows.csv"]},
    "sine": {"--epochs": ["1"], "--hidden": ["2"], "--batch": ["50"]},
}
SMALLEST = dict.fromkeys(TASKS, "task") | {"bitcoin": "price", "damped-sine": "sine"}
OF_A_MODEL = {"model", "layer", "head", "nonlinearity", "vocabulary", "standardise"}
GIVEN = {  # a size follows from these
    "--length": {"--input", "--text", "--model"},
    "--hidden": {"--model", "--trained", "--resume"},
}


# ---------------------------------------------------------------------------- what is asked for


def asked(rng: random.Random) -> list[str]:
    """A command line."""
    name = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    if not name:
        return [rng.choice(["--help", "--version", "setp", "--none", ""])]
    words, first = [name], _argument(name, rng)
    words += [first] if first is not None else []
    options = [each for each in program.commands[name].params if isinstance(each, click.Option)]
    if rng.random() < 0.7:  # without, or beside, a model
        options = [each for each in options if each.name not in OF_A_MODEL]
    chosen = rng.sample(options, min(rng.choice([0, 1, 1, 2, 2, 3, 4, 6]), len(options)))
    for option in chosen:
        for _ in range(rng.choice([1, 1, 2]) if option.multiple else 1):
            words += _written(name, option, rng)
    return [*words, *_tiny(name, first, words, rng)]


def _argument(name: str, rng: random.Random) -> str | None:
    if name == "model":
        return rng.choice([*FILES, *NONSENSE[:5]])
    if name in NAMES:
        return rng.choice(NONSENSE) if rng.random() < 0.05 else rng.choice(NAMES[name])
    return "too much" if rng.random() < 0.01 else None


def _written(command: str, option: click.Option, rng: random.Random) -> list[str]:
    """An option, and a value that may do."""
    flag = max(option.opts, key=len)
    if option.is_flag:
        return [flag]
    chance = rng.random()
    if chance < 0.1:
        return [flag, rng.choice(NONSENSE)]
    if chance < 0.15:
        return [flag, rng.choice(rng.choice(list(PLAUSIBLE.values())))]
    return [flag, rng.choice(_values(command, flag, option.type))]


def _values(command: str, flag: str, kind: click.ParamType) -> list[str]:
    if isinstance(kind, click.Choice):
        return list(kind.choices)
    if isinstance(kind, Whole):
        return ["0", "1", "2", "3", *([str(kind.most + 1)] if kind.most is not None else [])]
    if kind is click.FLOAT:
        return ["0.1", "0.5", "2", "-1", "30", "0", "1e300"]
    if flag == "--save":
        usual = ["npz", "json", "csv", "txt", "html", "cast"] * 4
        return [f"new.{each}" for each in (*usual, *ENDINGS)] + [
            "folder/new.npz",
            "a.npz",
            "NEW.SVG",
        ]
    return PLAUSIBLE.get(flag, NONSENSE)


def _tiny(name: str, first: str | None, words: list[str], rng: random.Random) -> Iterator[str]:
    """What keeps a run small, where it was left open."""
    if name == "train":
        yield from ("--jobs", "1")
    kind = name if name == "gradients" else SMALLEST.get(str(first), "")
    for flag, values in TINY.get(kind, {}).items():
        fits = not words or not GIVEN.get(flag, set()) & set(words)
        if flag not in words and fits:
            yield from (flag, rng.choice(values))


# ---------------------------------------------------------------------------- what becomes of it


def prepare(folder: Path) -> None:
    """The files that options name."""
    rows = [f"2024-01-{day:02},{day},{day * day % 17}" for day in range(1, 29)]
    (folder / "rows.csv").write_text("\n".join(["date,open,close", *rows]) + "\n")
    (folder / "few.csv").write_text("0.5,1\n2,nan\n")
    (folder / "words.txt").write_text("hello\nthe\ncat\n")
    (folder / "mine.txt").write_text("z_f = W_f @ x + b_f\nf = sigmoid(z_f)\nh = f * h_prev + x\n")
    (folder / "sums.txt").write_text("h = h_prev + x\n")
    (folder / "dark.png").write_bytes(b"\x89PNG\r\n")
    (folder / "folder").mkdir()
    np.savez(folder / "w.npz", **LSTM.start(1, 1, 0))
    np.savez(folder / "a.npz", a=np.zeros((2, 2)))
    shutil.copy(FIXTURES / "torch" / "with-head.pth", folder / "net.pt")
    run(*shlex.split("train adding --updates 2 --hidden 2 --steps 5 --batch 2 --save trained.npz"))


def run(*words: str) -> Result:
    """The program in this process; standard input holds three numbers."""
    return CliRunner().invoke(program, words, "1\n0\n0.5\n", prog_name="lstm-viz")


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done after {SECONDS:g} seconds")


def wrong(words: list[str], folder: Path) -> list[str]:
    """All that is wrong with how this ended."""
    before = held(folder)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            result = run(*words)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    after = held(folder)
    found = [f"warned: {each.message}" for each in warned]
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        found.append("".join(traceback.format_exception(result.exception)[-4:]))
    if result.exit_code not in (0, 2, 3):
        found.append(f"exit {result.exit_code}")
    found += _said(words[0], result)
    names = before.keys() | after.keys()
    changed = {printable(name) for name in names if before.get(name) != after.get(name)}
    saved = {_name_in(line) for line in result.stderr.splitlines() if _saved(line)}
    if changed != saved and not saved <= before.keys():  # the same bytes may be written again
        found.append(f"files {sorted(changed)}, said to be saved {sorted(saved)}")
    if result.exit_code and saved:
        found.append(f"refused, and saved {sorted(saved)}")
    restore(folder, before, after)
    return found


def _saved(line: str) -> bool:
    return line.startswith(SAVED)


def _name_in(line: str) -> str:
    return re.sub(
        r" after [\d,]+ updates?$", "", line.removeprefix(SAVED[0]).removeprefix(SAVED[1])
    )


def _said(command: str, result: Result) -> list[str]:
    """What is wrong with standard error, or with JSON on standard output."""
    told = [each for each in result.stderr.splitlines() if not each.startswith(TOLD)]
    lines = [each for each in told if not _saved(each)]
    if not result.exit_code:
        return [f"exit 0, and said {lines}"] if lines else []
    carets = lines[1:] and all(line.startswith(" ") for line in lines[1:])  # of a cell's text
    if not lines or not lines[0].startswith("lstm-viz") or (lines[1:] and not carets):
        return [f"exit {result.exit_code}, and said {lines}"]
    return [f"a long line: {lines[0][:200]}"] if len(lines[0]) > 1000 else []


def held(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by name."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


def restore(folder: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """The files as they were."""
    for name in after.keys() - before.keys():
        (folder / name).unlink()
    for name, content in before.items():
        if after.get(name) != content:
            (folder / name).write_bytes(content)


def cases(count: int, seed: int, first: int = 0) -> Iterator[tuple[int, list[str], list[str]]]:
    """Number, words and what is wrong, case by case, in a folder that is gone afterwards."""
    before = signal.signal(signal.SIGALRM, _too_long)
    try:
        with tempfile.TemporaryDirectory() as name, chdir(name):
            folder = Path(name)
            prepare(folder)
            for case in range(first, first + count):
                words = asked(random.Random(f"{seed}:{case}"))
                yield case, words, wrong(words, folder)
    finally:
        signal.signal(signal.SIGALRM, before)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=2000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--first", type=int, default=0, help="begin with this case")
    given = options.parse_args()
    bad, begun = 0, time.perf_counter()
    for case, words, found in cases(given.cases, given.seed, given.first):
        if found:
            bad += 1
            print(f"case {case}: lstm-viz {shlex.join(words)}", *found, sep="\n  ", flush=True)
    seconds = time.perf_counter() - begun
    print(f"{given.cases} command lines, {bad} ended wrongly ({seconds:.0f} s)")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
