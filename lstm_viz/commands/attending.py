"""How a process of a sweep begins. It imports next to nothing, so that it listens from the first.

What it computes with takes seconds to import on a busy machine, and its parent may be killed then.
"""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import parent_process
from typing import Any

board: list[Any] = []  # one, in each process: what all of them see


def attend(shared: Any) -> None:
    """Be deaf to Ctrl-C, and gone when the parent is, even if it was killed."""
    board[:] = [shared]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
