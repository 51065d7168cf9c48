"""The model in its files: checked before the first update, written now and then, and at the end.

Whatever the end is: Ctrl-C, a signal, a closed pipe, a full disk, a training that diverged.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from lstm_viz.commands.speaking import tell
from lstm_viz.learning.snapshot import Training
from lstm_viz.learning.whole import WHOLE
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, printable

EVERY = 30.0  # seconds between two checkpoints
SHARE = 0.02  # of the time, for writing them
COPIES, SLACK = 4, 1 << 16  # of the weights in a file, at most; bytes of all else in it


class Keeping:
    """Writes a training's model to these paths; see the module."""

    def __init__(self, training: Training, paths: list[str]) -> None:
        self.training, self.paths = training, paths
        self.began, self.finished, self.said = training.model.updates, False, False
        self.due = time.perf_counter() + EVERY
        needed = COPIES * training.model.parameters.values.nbytes + SLACK
        for path in paths:
            folder = os.path.dirname(os.path.realpath(path))
            with suppress(OSError):  # where nobody knows how much room there is
                if shutil.disk_usage(folder).free < needed:
                    raise InputError(f"{path}: it needs {needed:,} bytes, and the disk is full")

    def now_and_then(self, now: float) -> None:
        """Write if it is time; a disk that refuses is told of, and asked again later."""
        if now < self.due or not self.paths:
            return
        with WHOLE:
            for path in self.paths:
                if os.path.isfile(path) or not os.path.exists(path):  # a pipe takes one model only
                    try:
                        self.training.save(path)
                    except InputError as error:
                        tell(f"{error}; trying again later")
        ended = time.perf_counter()
        self.due = ended + max(EVERY, (ended - now) / SHARE)

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """Whatever ends what is done in here, what was learned is written first."""
        with WHOLE.first_only():
            try:
                try:
                    yield
                    self._finish(always=True)
                finally:
                    self._finish()
            except BaseException:
                self._finish()  # where a signal came before that of `finally` had begun
                raise

    def _finish(self, always: bool = False) -> None:
        updates = self.training.model.updates
        if self.finished or not (updates > self.began or (always and updates)):
            return
        with WHOLE:
            for path in self.paths:
                self.training.save(path)
            self.finished = True

    def tell(self) -> None:
        """Say once what was written."""
        if self.said:
            return
        self.said = True
        for path in self.paths:
            updates = count(self.training.model.updates, "update")
            name = printable(str(path))
            tell(f"saved {name} after {updates}" if self.finished else f"{name} was not written")
