"""Memory to be used again: fresh pages cost more than the arithmetic that fills them.

What nobody uses stays within ROOM bytes, or within what the largest of its kind needs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable
from math import prod
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

SMALL, KEEP = 1 << 17, 1 << 29  # bytes: less is not worth keeping, more is not kept in all
MANY = 64  # arrays, in which to look for one that is free
ROOM = 1 << 25

_kept: list[np.ndarray] = []
_lock = Lock()
if hasattr(os, "register_at_fork"):  # or a child might wait for a thread that it has not
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )


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
            _give_back(max(ROOM, size))
            memory = np.empty(size, np.uint8)
            _kept.append(memory)
            while len(_kept) > MANY or sum(each.nbytes for each in _kept) > KEEP:
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


def _give_back(room: int) -> None:
    """Keep so many bytes of what only this list holds, what was used last first."""
    for k in reversed(range(len(_kept))):
        if sys.getrefcount(_kept[k]) == 2:
            room -= _kept[k].nbytes
            if room < 0:
                del _kept[k]


class Sized(Protocol):
    """What knows how many bytes it holds."""

    @property
    def nbytes(self) -> int: ...


Item = TypeVar("Item", bound=Sized)


class Shelf(Generic[Item]):
    """Things to be used again: ROOM bytes, or `times` the largest of them; the oldest go first."""

    def __init__(self, times: float) -> None:
        self._times = times
        self._items: list[tuple[Hashable, Item, int]] = []
        self._bytes = 0

    def take(self, key: Hashable) -> Item | None:
        """The thing last put here under this key, which is here no more; None if there is none."""
        with _lock:
            for k in reversed(range(len(self._items))):
                if self._items[k][0] == key:
                    _, item, size = self._items.pop(k)
                    self._bytes -= size
                    return item
        return None

    def put(self, key: Hashable, item: Item) -> None:
        """Keep a thing, and what there is still room for."""
        size = item.nbytes
        with _lock:
            self._items.append((key, item, size))
            self._bytes += size
            while self._bytes > ROOM and self._bytes > self._times * self._largest():
                self._bytes -= self._items.pop(0)[2]

    def _largest(self) -> int:
        return max(size for _, _, size in self._items)
