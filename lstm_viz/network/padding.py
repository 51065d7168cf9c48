"""Which steps of a sequence a cell runs over: backwards in time, and without the padding.

Skipping a step is the same as never having had it: the steps that count are gathered to the front,
the cell runs over these, and its outputs are put back to where they belong.
"""

from __future__ import annotations

import numpy as np

from lstm_viz.validation.errors import InputError

Array = np.ndarray


class Steps:
    """The steps that count, (T,) or (T, B) of True and False, in the order in which a cell goes.

    `gather` and `scatter` carry arrays (T[, B], rows) to the cell and back; `ungather` and
    `unscatter` carry gradients the other way. With `zero`, outputs at padded steps are 0, else they
    are those of the step before.
    """

    def __init__(
        self, x: Array, mask: Array | None = None, reverse: bool = False, zero: bool = False
    ) -> None:
        self.reverse, self.batched, self.length = reverse, x.ndim == 3, len(x)
        self.all = mask is None or bool(mask.all())
        self.lengths: Array | None = None  # how many steps of each sequence count; None: all
        if not self.all:
            assert mask is not None
            self._count(mask[::-1] if reverse else mask, zero)

    def _count(self, mask: Array, zero: bool) -> None:
        mask = mask.reshape(self.length, -1)
        self.counts = self.lengths = mask.sum(axis=0)
        longest = int(self.counts.max())
        if not longest:
            raise InputError("every step is padding: there is nothing to run")
        self.order = np.argsort(~mask, axis=0, kind="stable")[:longest]
        self.used = np.arange(longest)[:, None] < self.counts
        self.columns = np.arange(mask.shape[1])
        place = np.cumsum(mask, axis=0) - 1
        self.place = np.where(mask, place, -1) if zero else place

    def index(self) -> Array:
        """The time of each step that the cell goes through: (steps,), or (steps, B); −1 is none."""
        if self.all:
            times = np.arange(self.length)
            return times[::-1] if self.reverse else times
        times = self.length - 1 - self.order if self.reverse else self.order
        times = np.where(self.used, times, -1)
        return times if self.batched else times[:, 0]

    def gather(self, x: Array) -> Array:
        """The steps that count, in the cell's order; 0 where one of a batch has ended."""
        x = x[::-1] if self.reverse else x
        if self.all:
            return x
        found = self._wide(x)[self.order, self.columns] * self.used[..., None]
        return self._narrow(found.astype(x.dtype, copy=False))

    def ungather(self, dx: Array) -> Array:
        """Gradients of gathered steps, back at their times; 0 at padded ones."""
        if not self.all:
            wide = self._wide(dx)
            whole = np.zeros((self.length, *wide.shape[1:]), dx.dtype)
            order = np.broadcast_to(self.order, self.used.shape)[self.used]
            whole[order, np.nonzero(self.used)[1]] = wide[self.used]
            dx = self._narrow(whole)
        return dx[::-1] if self.reverse else dx

    def scatter(self, h: Array, as_processed: bool = False) -> Array:
        """Outputs of the cell, at all times; `as_processed` leaves them in the cell's order."""
        if not self.all:
            found = self._wide(h)[np.maximum(self.place, 0), self.columns]
            h = self._narrow(found * (self.place >= 0)[..., None].astype(h.dtype))
        return h[::-1] if self.reverse and not as_processed else h

    def unscatter(self, dy: Array, as_processed: bool = False) -> Array:
        """∂L/∂(the cell's outputs) from ∂L/∂(the outputs at all times)."""
        dy = dy[::-1] if self.reverse and not as_processed else dy
        if self.all:
            return dy
        wide, there = self._wide(dy), self.place >= 0
        dh = np.zeros((len(self.order), *wide.shape[1:]), dy.dtype)
        np.add.at(dh, (self.place[there], np.nonzero(there)[1]), wide[there])
        return self._narrow(dh)

    def last(self, h: Array) -> Array:
        """The last step that counts, (rows,) or (B, rows); 0 for a sequence that has none."""
        if self.all:
            return np.asarray(h[-1])
        found = self._wide(h)[np.maximum(self.counts, 1) - 1, self.columns]
        found = np.where((self.counts > 0)[:, None], found, h.dtype.type(0))
        return np.asarray(found if self.batched else found[0])

    def unlast(self, dy: Array) -> Array:
        """Zeros but at the last step that counts."""
        length = self.length if self.all else len(self.order)
        dh = np.zeros((length, *dy.shape), dy.dtype)
        if self.all:
            dh[-1] = dy
        else:
            wide, there = self._wide(dh), np.flatnonzero(self.counts)
            wide[self.counts[there] - 1, there] = dy.reshape(len(self.counts), -1)[there]
        return dh

    def _wide(self, x: Array) -> Array:
        return x if self.batched else x[:, None]

    def _narrow(self, x: Array) -> Array:
        return x if self.batched else x[:, 0]
