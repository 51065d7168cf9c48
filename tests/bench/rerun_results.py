"""Run the commands of docs/results.md again, one after the other, and keep what they print.

python tests/bench/rerun_results.py results/             # all of them: hours on a busy machine
python tests/bench/rerun_results.py results/ bitcoin     # those that hold this word
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "results.md"


def commands(page: str, word: str = "") -> list[str]:
    """The commands of the page, in its order, each once; those that hold the word."""
    found = re.findall(r"^    (lstm-viz .*?)$", page, re.M)
    return [each for each in dict.fromkeys(found) if word in each]


def file_of(command: str) -> str:
    """A file name that tells the commands from each other."""
    return re.sub(r"[^\w.]+", "-", command.removeprefix("lstm-viz ")) + ".txt"


def main(folder: Path, word: str = "") -> int:
    """Run them; the sum of their exit codes."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for command in commands(PAGE.read_text(encoding="utf-8"), word):
        begun = time.perf_counter()
        path = folder / file_of(command)
        with path.open("w", encoding="utf-8") as kept:
            asked = [sys.executable, "-m", *shlex.split(command.replace("lstm-viz", "lstm_viz", 1))]
            code = subprocess.run(
                asked, stdout=kept, stderr=subprocess.STDOUT, env=os.environ, check=False
            ).returncode
        print(f"{code}  {time.perf_counter() - begun:7.1f} s  {command}  > {path}", flush=True)
        failed += code
    return failed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
