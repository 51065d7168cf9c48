"""Arenas to be used again: fresh pages cost more than the arithmetic that fills them."""

from __future__ import annotations

import sys
from math import prod
from threading import Lock
from typing import Any

import numpy as np

SMALL, KEEP = 1 << 20, 1 << 29  # bytes: less is not worth keeping, more is not kept in all

_kept: list[np.ndarray] = []
_lock = Lock()


def take(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array with anything in it: memory that nobody looks at any more, or else new.

    Whoever holds an array that was handed out, or a view of it, holds its memory.
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    if not SMALL <= size <= KEEP:
        return np.empty(shape, dtype)
    with _lock:
        memory = _free(size)
        if memory is None:
            memory = np.empty(size, np.uint8)
            _kept.append(memory)
            while sum(each.nbytes for each in _kept) > KEEP:
                del _kept[0]
        array: np.ndarray = memory[:size].view(dtype).reshape(shape)
        return array


def _free(size: int) -> np.ndarray | None:
    """Kept memory that is large enough but not wastefully so, and that only this list holds."""
    for k in range(len(_kept)):
        if size <= _kept[k].nbytes <= 1.5 * size and sys.getrefcount(_kept[k]) == 2:
            memory = _kept.pop(k)
            _kept.append(memory)
            return memory
    return None
