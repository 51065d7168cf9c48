"""HDF5 files as tensors and attributes, read by h5py in a process of its own (`hdf5_child.py`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.models.tensors import Tensor, as_float
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import READING, refuse_too_large

CHILD = Path(__file__).with_name("hdf5_child.py")
SECONDS, BYTES_A_SECOND = 20.0, 5e6
COPIES = 24  # bytes for a number while all of them come over and are made 64 bits wide


class File:
    """What an HDF5 file holds: `tensors` by path, `groups`, and attributes of groups."""

    def __init__(self, path: str, head: dict[str, Any], body: memoryview) -> None:
        self.path, self.groups = path, [str(group) for group in head["groups"]]
        self.attributes: dict[str, dict[str, Any]] = head["attributes"]
        self.tensors: dict[str, Tensor] = {}
        start = 0
        for said in head["tensors"]:
            end = start + said["bytes"]
            self.tensors[said["name"]] = self._tensor(said, body[start:end])
            start = end

    def _tensor(self, said: dict[str, Any], content: memoryview) -> Tensor:
        name, shape, dtype = said["name"], tuple(said["shape"]), said["dtype"]

        def read() -> np.ndarray:
            if not content and 0 not in shape:
                raise InputError(f"{self.path}: {name} holds {dtype}, not numbers")
            return as_float(content, dtype, f"{self.path}: {name}").reshape(shape)

        return Tensor(name, shape, dtype, read)

    def attribute(self, group: str, name: str) -> Any:
        """An attribute: text, a list of texts, or None. Long lists lie in parts name0, name1 … ."""
        held = self.attributes.get(group, {})
        if f"{name}0" in held:
            parts = [held[f"{name}{k}"] for k in range(len(held)) if f"{name}{k}" in held]
            return [text for part in parts for text in part]
        return held.get(name)


def read_file(content: bytes | None, path: str) -> File:
    """A file from its bytes, or from its path; whatever is wrong with it becomes `InputError`."""
    if find_spec("h5py") is None:
        raise InputError("Keras files need the package h5py: pip install h5py")
    size = len(content) if content is not None else os.path.getsize(path)
    refuse_too_large(4.0 * size, path, "a smaller model")
    numbers = READING // COPIES + size
    try:
        done = subprocess.run(
            [
                sys.executable,
                str(CHILD),
                "-" if content is not None else os.path.abspath(path),
                str(numbers),
            ],
            input=content,
            stdin=subprocess.DEVNULL if content is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS + size / BYTES_A_SECOND,
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"{path}: this HDF5 file is broken (reading it does not end)") from None
    if done.returncode or len(done.stdout) < 8:
        raise InputError(
            f"{path}: this HDF5 file is broken (the HDF5 library crashes, or never ends)"
        )
    body, length = memoryview(done.stdout), int.from_bytes(done.stdout[-8:], "little")
    head = as_json(bytes(body[-8 - length : -8]), path, "what was read")
    if "error" in head:
        raise InputError(f"{path}: {head['error']}")
    return File(path, head, body)


def as_json(content: str | bytes, path: str, what: str) -> dict[str, Any]:
    """A JSON object, or `InputError`."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"{path}: {what} is not JSON") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: {what} is not a JSON object")
    return found
