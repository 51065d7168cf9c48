"""HDF5 files as tensors and attributes, by h5py; links and data outside the file are refused."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lstm_viz.errors import InputError
from lstm_viz.memory import refuse_too_large
from lstm_viz.models.tensors import MOST_TENSORS, Tensor

DEEPEST = 30
LARGEST_RATIO = 1100  # what deflate can do at most, and no more than a dataset may claim


def h5py_module() -> Any:
    """h5py, or an `InputError` that says how to get it."""
    try:
        import h5py
    except ImportError:
        raise InputError(
            "Keras files need h5py to be read: pip install 'lstm-viz[keras]'"
        ) from None
    return h5py


class File:
    """An open HDF5 file: `tensors` by path, and attributes of groups."""

    def __init__(self, root: Any, path: str, size: int) -> None:
        self.path, self.size, self.root = path, size, root
        self.h5py = h5py_module()
        self.tensors: dict[str, Tensor] = {}
        self.groups: list[str] = []
        self._walk(root, "", 0)

    def _walk(self, group: Any, place: str, depth: int) -> None:
        if depth > DEEPEST or len(self.tensors) > MOST_TENSORS or len(self.groups) > MOST_TENSORS:
            raise InputError(f"{self.path}: too many groups in groups, or too many tensors")
        for name in group:
            link = group.get(name, getlink=True)
            inner = f"{place}/{name}" if place else name
            if not isinstance(link, self.h5py.HardLink):
                raise InputError(
                    f"{self.path}: {inner} is a link out of its place, which is not read"
                )
            if not place and "optimizer" in name:
                continue
            item = group[name]
            if isinstance(item, self.h5py.Group):
                self.groups.append(inner)
                self._walk(item, inner, depth + 1)
            elif isinstance(item, self.h5py.Dataset):
                self.tensors[inner] = self._tensor(item, inner)

    def _tensor(self, item: Any, name: str) -> Tensor:
        if item.external or item.is_virtual:
            raise InputError(f"{self.path}: the numbers of {name} lie in another file")
        dtype = item.dtype
        if dtype.kind not in "fiub":
            return Tensor(
                name, tuple(item.shape or ()), str(dtype), lambda: self._refuse(name, dtype)
            )
        room = self.size * (LARGEST_RATIO if item.chunks else 1)
        if item.size is not None and item.size * dtype.itemsize > room:
            raise InputError(
                f"{self.path}: {name} says it holds {item.size:,} numbers; the file is too short"
            )
        refuse_too_large(
            4.0 * (item.size or 0) * dtype.itemsize, f"{self.path}: {name}", "a smaller model"
        )
        array = np.asarray(item[()])
        return Tensor(name, tuple(item.shape), str(dtype), lambda: array)

    def _refuse(self, name: str, dtype: Any) -> np.ndarray:
        raise InputError(f"{self.path}: {name} holds {dtype}, not numbers")

    def attribute(self, group: str, name: str) -> Any:
        """An attribute as text or a list of texts, None where there is none."""
        attributes = (self.root[group] if group else self.root).attrs
        if name not in attributes:
            return None
        value = attributes[name]
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        if isinstance(value, np.ndarray):
            return [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in value]
        return str(value)


@contextmanager
def opened(content: bytes | str, path: str) -> Iterator[File]:
    """A file from its bytes, or from its path; whatever is wrong with it becomes `InputError`."""
    h5py = h5py_module()
    try:
        size = len(content) if isinstance(content, bytes) else os.path.getsize(content)
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        with h5py.File(source, "r") as root:
            yield File(root, path, size)
    except InputError:
        raise
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError) as error:
        said = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise InputError(f"{path}: this HDF5 file is broken ({said})") from None
    except (AttributeError, NotImplementedError, UnicodeDecodeError, MemoryError) as error:
        raise InputError(f"{path}: this HDF5 file is broken ({type(error).__name__})") from None


def as_json(content: str | bytes, path: str, what: str) -> dict[str, Any]:
    """A JSON object, or `InputError`."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"{path}: {what} is no JSON") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: {what} is no JSON object")
    return found
