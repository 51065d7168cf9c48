"""Reads an HDF5 file in a process of its own: a broken one can hang or crash the HDF5 library.

python hdf5_child.py FILE NUMBERS      (or - for standard input; at most so many numbers)

Writes the numbers of all tensors, one after the other, then JSON, {"groups", "attributes",
"tensors"} or {"error"}, and its length in eight bytes. Imports nothing of ours: it is run, not
imported.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import Any

DEEPEST, MOST = 30, 20_000
LONGEST_JSON = 1 << 24
SECONDS, BYTES_A_SECOND = 2, 20_000_000  # of computing: a broken file may go round in circles
MEMORY, COPIES = 1 << 30, 8
LARGEST_RATIO = 1100  # what deflate can do at most, and no more than a dataset may claim
CHANCE = "seed_generator"  # the state of a random generator, no part of a model
ATTRIBUTES = ("model_config", "keras_version", "layer_names", "weight_names", "name")


class RefusedError(Exception):
    """What is said of a file that is not read."""


class Found:
    """Groups, attributes and tensors, in the order of the file."""

    def __init__(self, size: int, most: int) -> None:
        self.size, self.left = size, most
        self.groups: list[str] = []
        self.attributes: dict[str, dict[str, Any]] = {}
        self.tensors: list[dict[str, Any]] = []

    def walk(self, group: Any, place: str, depth: int) -> None:
        """All below a group; links that lead elsewhere are refused."""
        import h5py

        if depth > DEEPEST or len(self.tensors) + len(self.groups) > MOST:
            raise RefusedError("too many groups in groups, or too many tensors")
        self.attributes[place] = self._attributes(group)
        for name in group:
            inner = f"{place}/{name}" if place else name
            if not place and "optimizer" in name:
                continue
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise RefusedError(f"{inner} is a link out of its place, which is not read")
            item = group[name]
            if isinstance(item, h5py.Group):
                self.groups.append(inner)
                self.walk(item, inner, depth + 1)
            elif isinstance(item, h5py.Dataset) and CHANCE not in inner:
                self._tensor(item, inner)

    def _attributes(self, group: Any) -> dict[str, Any]:
        names = [n for n in group.attrs if n.rstrip("0123456789") in ATTRIBUTES]
        return {name: _as_text(group.attrs[name]) for name in names}

    def _tensor(self, item: Any, name: str) -> None:
        if item.external or item.is_virtual:
            raise RefusedError(f"the numbers of {name} lie in another file")
        shape, dtype = tuple(item.shape or ()), item.dtype
        needed = (item.size or 0) * dtype.itemsize
        content = b""
        if dtype.kind in "fiub":
            if needed > self.size * (LARGEST_RATIO if item.chunks else 1):
                raise RefusedError(f"{name} says it has the shape {shape}: the file is too short")
            self.left -= item.size or 0
            if self.left < 0:
                raise RefusedError("it unpacks to more numbers than so small a file may hold")
            content = item[()].astype(dtype.newbyteorder("<")).tobytes()
        self.tensors.append({"name": name, "shape": shape, "dtype": dtype.name})
        self.tensors[-1]["bytes"] = len(content)
        sys.stdout.buffer.write(content)


def _as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "tolist"):
        listed = value.tolist()
        return [_as_text(v) for v in listed] if isinstance(listed, list) else str(listed)
    return str(value)


def read(given: str, most: int) -> dict[str, Any]:
    """What there is in a file, or {"error": …}; its numbers are written."""
    import h5py

    content = sys.stdin.buffer.read() if given == "-" else b""
    size = len(content) if given == "-" else os.path.getsize(given)
    limit(size)
    found = Found(size, most)
    try:
        with h5py.File(io.BytesIO(content) if given == "-" else given, "r") as root:
            found.walk(root, "", 0)
    except RefusedError as error:
        return {"error": str(error)}
    except Exception as error:
        said = " ".join(str(error).split())[:100] or type(error).__name__
        return {"error": f"this HDF5 file is broken ({said})"}
    return {"groups": found.groups, "attributes": found.attributes, "tensors": found.tensors}


def limit(size: int) -> None:
    """From here on so much memory and computing, where the system can be told so."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + 1 + SECONDS + size / BYTES_A_SECOND)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        memory = MEMORY + COPIES * size
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def main() -> None:
    """Read what the first argument names, and write it."""
    head = json.dumps(read(sys.argv[1], int(sys.argv[2]))).encode("ascii")
    if len(head) > LONGEST_JSON:
        head = b'{"error": "its names and descriptions are too long"}'
    sys.stdout.buffer.write(head + len(head).to_bytes(8, "little"))


if __name__ == "__main__":
    main()
