"""The processes that a sweep runs in: gone at once when it is, whatever ends it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Any

from lstm_viz.commands import attending
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import Result, run
from lstm_viz.validation.errors import InputError


class _Workers(ProcessPoolExecutor):
    """Its processes are born deaf to Ctrl-C, which a terminal sends to all: the parent hears it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have it done; a process that is started for it inherits what is blocked."""
        if not hasattr(signal, "pthread_sigmask"):  # Windows
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def boards(runs: int) -> Any:
    """Numbers that all processes see: for each run, how many updates it has had, and its loss."""
    return get_context("spawn").Array("d", 2 * runs, lock=False)


@contextmanager
def workers(jobs: int, board: Any = None) -> Iterator[ProcessPoolExecutor]:
    """So many processes, as long as `with` lasts; what they do then is broken off."""
    others = set(active_children())
    pool = _Workers(jobs, get_context("spawn"), initializer=attending.attend, initargs=(board,))
    try:
        yield pool
    except BrokenProcessPool:
        raise InputError(
            "a process of this sweep was killed, perhaps for lack of memory: try fewer --jobs"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # first, so that it drops what is cancelled
        for each in set(active_children()) - others:
            each.kill()


def told_run(k: int, settings: TaskSettings) -> Result:
    """Run, and write on the board as run k how far it is; in one of the processes."""
    (board,) = attending.board

    def tell(updates: int, loss: float) -> None:
        board[2 * k], board[2 * k + 1] = updates, loss

    return run(settings, tell)
