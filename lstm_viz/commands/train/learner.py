"""Training in a thread of its own, so that a screen answers however long an update takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from lstm_viz.commands.speaking import STOPPING, tell
from lstm_viz.commands.train.live import Followed
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.history import Progress
from lstm_viz.learning.whole import PATIENCE, WHOLE


class _Left(Exception):  # noqa: N818
    """The update is not wanted any more."""


class Learner:
    """Makes the updates of some trainings in turn, as long as `with` lasts and nobody holds it.

    At the end of `with` an update that has begun is broken off, as long as it has changed nothing.
    """

    def __init__(self, reports: Sequence[Followed]) -> None:
        self.reports = reports
        self._updates = [report.updates() for report in reports]
        self._error: BaseException | None = None
        self._between = threading.Lock()  # held while updates are made
        self._wanted, self._leaving = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="learner")

    def __enter__(self) -> Learner:
        self._wanted.set()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving = True
        self._wanted.set()
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            tell(STOPPING)
            self._thread.join()

    def hold(self) -> bool:
        """Begin no other update; whether the last one is complete, so that nothing is changed."""
        self._wanted.clear()
        held = self._between.acquire(blocking=False)
        if held:
            self._between.release()
        return held

    def go_on(self) -> None:
        """Make updates again."""
        self._wanted.set()

    def check(self) -> None:
        """Raise here what was raised there."""
        if self._error:
            raise self._error

    def _leave(self) -> None:
        if self._leaving:
            raise _Left

    def _run(self) -> None:
        WHOLE.leave = self._leave  # in this thread
        try:
            while self._wanted.wait() and not self._leaving:
                with self._between:
                    if self._wanted.is_set() and not self._round():
                        return
        except _Left:
            pass
        except BaseException as error:
            self._error = error

    def _round(self) -> bool:
        """An update of each; whether there is anything left to learn."""
        for report, updates in zip(self.reports, self._updates, strict=True):
            if not report.ended and _is_over(report, updates):
                report.looks.take(last=True)
                report.ended = True
        return not all(report.ended for report in self.reports)


def _is_over(report: Followed, updates: Iterator[Progress]) -> bool:
    """Whether there was no update more, or it diverged."""
    try:
        return next(updates, None) is None
    except DivergedError as error:
        report.failed = error
    return True
