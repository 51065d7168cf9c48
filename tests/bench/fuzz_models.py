"""Break files of every kind in many ways: each is refused in one line, or read; nothing crashes.

python tests/bench/fuzz_models.py --cases 2000 --seed 0      (make fuzz asks for millions)

Bytes are flipped, lengths made huge, parts cut out, doubled and swapped; inside of zips, too. What
is not an `InputError` ends the program with the case's number, so that it can be run again alone.
"""

from __future__ import annotations

import argparse
import io
import pickle
import random
import resource
import signal
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from fuzz_graphs import graphs, rewired

from lstm_viz import CELLS, InputError, load_weights
from lstm_viz.inputs.array_file import from_array_file
from lstm_viz.inputs.table import from_file
from lstm_viz.inputs.vocabulary import read_vocabulary
from lstm_viz.models import ENDINGS, read_model
from lstm_viz.network import Dense, Direction, Network, Recurrent

try:
    import onnx
except ImportError:
    onnx = None

FIXTURES = Path(__file__).parents[1] / "fixtures"
MEMORY, SECONDS = 6 * 2**30, 30
LENGTHS = [0, 1, 2, 127, 128, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1]


def flipped(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def set_(content: bytearray, rng: random.Random) -> None:
    content[rng.randrange(len(content))] = rng.randrange(256)


def lengthened(content: bytearray, rng: random.Random) -> None:
    width = rng.choice([1, 2, 4, 8])
    at = rng.randrange(max(1, len(content) - width))
    value = rng.choice(LENGTHS) % 2 ** (8 * width)
    content[at : at + width] = value.to_bytes(width, rng.choice(["little", "big"]))


def cut(content: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(content))
    del content[at : at + rng.choice([1, 7, 100, len(content)])]


def doubled(content: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(content))
    content[at:at] = content[at : at + rng.choice([1, 8, 64])]


def digits(content: bytearray, rng: random.Random) -> None:
    places = [k for k, byte in enumerate(content) if 48 <= byte < 58]
    if places:
        content[rng.choice(places)] = rng.choice(b"0123456789-e")


CHANGES: list[Callable[[bytearray, random.Random], None]] = [
    flipped, flipped, set_, lengthened, lengthened, cut, doubled, digits,
]  # fmt: skip


def inside(content: bytes, rng: random.Random) -> bytes:
    """One member of a zip changed, and all check sums right again."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(found, "w") as new:
        chosen = rng.randrange(len(old.infolist()))
        for k, info in enumerate(old.infolist()):
            held = bytearray(old.read(info))
            if k == chosen and held:
                rng.choice(CHANGES)(held, rng)
            new.writestr(info.filename, bytes(held))
    return found.getvalue()


def changed(content: bytes, rng: random.Random) -> bytes:
    """A broken copy."""
    if content[:2] == b"PK" and rng.random() < 0.6:
        return inside(content, rng)
    if onnx and b"LSTM" in content and content[:1] == b"\x08" and rng.random() < 0.5:
        return rewired(content, rng, onnx)
    held = bytearray(content)
    rng.choice(CHANGES)(held, rng)
    return bytes(held)


def made(folder: Path) -> list[Path]:
    """Small files of the kinds that no fixture is of."""
    cell = CELLS["gru"]
    network = Network([Recurrent(Direction(cell, cell.start(2, 3)), name="gru"), Dense(np.eye(3))])
    network.save(folder / "network.npz")
    np.save(folder / "rows.npy", np.arange(12.0).reshape(6, 2))
    np.savez_compressed(folder / "packed.npz", x=np.arange(12).reshape(6, 2), mask=np.ones(6, bool))
    _other_names(folder)
    if onnx:
        graphs(folder, onnx)
    (folder / "rows.csv").write_text('day,open,"close, last"\n1,2.5,3\n2,1e3,-4\n3,0,.5\n')
    (folder / "words.txt").write_text("the\ncell\nforgets\n")
    (folder / "words.json").write_text('{"the": 0, "cell": 1, "forgets": 2}')
    return sorted(folder.iterdir())


def _other_names(folder: Path) -> None:
    """Plain pickles, and the names of other libraries."""
    lstm = CELLS["lstm"].start(2, 3)
    rows = {
        name: np.concatenate([lstm[letter + gate] for gate in ("_i", "_f", "_g", "_o")])
        for letter, name in (("W", "weight_ih"), ("U", "weight_hh"), ("b", "bias"))
    }
    for protocol in (2, 4, 5):
        held = {"state": [rows, {"h0": np.zeros((1, 1, 3))}]}
        (folder / f"pickled{protocol}.pt").write_bytes(pickle.dumps(held, protocol))
    flax = {f"cell.{side}{gate}.kernel": lstm[f"{letter}_{gate}"].T
            for side, letter in ("iW", "hU") for gate in "ifgo"}  # fmt: skip
    np.savez(folder / "flax.npz", **flax)
    joined = {"w": np.ones((5, 12)), "b": np.ones(12)}
    np.savez(folder / "haiku.npz", **{f"lstm/linear.{key}": a for key, a in joined.items()})
    gates = {"W_x": (2, 3), "W_h": (3, 3), "b_": (3,)}
    np.savez(
        folder / "textbook.npz", **{k + g: np.ones(s) for k, s in gates.items() for g in "rzh"}
    )


def model(path: str) -> None:
    """Read and built, so that the weights are read too."""
    read_model(path).network().count  # noqa: B018


READERS: dict[str, list[Callable[[str], object]]] = {
    ".npz": [model, load_weights, from_array_file],
    ".npy": [from_array_file],
    ".csv": [from_file],
    ".txt": [read_vocabulary],
    ".json": [read_vocabulary],
}


def tried(path: Path) -> str:
    """What became of it: read, or refused by one of its readers."""
    became = [_tried(reader, path) for reader in READERS.get(path.suffix, [model])]
    return "read" if "read" in became else "refused"


def _tried(reader: Callable[[str], object], path: Path) -> str:
    try:
        reader(str(path))
    except InputError as error:
        if len(str(error).splitlines()) != 1:
            raise RuntimeError(f"not refused in one line: {error}") from error
        return "refused"
    return "read"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=2000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--first", type=int, default=0, help="begin with this case")
    options.add_argument("--only", default="", help="only files whose path holds this")
    asked = options.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("error")
    np.seterr(all="ignore")
    files = [
        p
        for p in sorted(FIXTURES.glob("*/*"))
        if p.suffix in ENDINGS and asked.only in f"{p.parent.name}/{p.name}"
    ]
    files = [p for p in files if not p.stem.startswith("expected")]
    counts, slowest = {"read": 0, "refused": 0}, (0.0, 0)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as own:
        files += [p for p in made(Path(own)) if asked.only in f"made/{p.name}"]
        for case in range(asked.first, asked.first + asked.cases):
            rng = random.Random(f"{asked.seed}:{case}")
            original = rng.choice(files)
            path = Path(folder) / f"broken{original.suffix}"
            path.write_bytes(changed(original.read_bytes(), rng))
            print(f"\r{case} {original.name}", end=" ", file=sys.stderr, flush=True)
            signal.alarm(SECONDS)
            begun = time.perf_counter()
            try:
                counts[tried(path)] += 1
            except BaseException:
                print(f"\n{original.name}: case {case} of seed {asked.seed}", file=sys.stderr)
                raise
            slowest = max(slowest, (time.perf_counter() - begun, case))
    signal.alarm(0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"the slowest took {slowest[0]:.2f} s (case {slowest[1]}), at most {peak} MB were held")
    print(f"{asked.cases} broken files: {counts['refused']} refused, {counts['read']} read")


if __name__ == "__main__":
    main()
