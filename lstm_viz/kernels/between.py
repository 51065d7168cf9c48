"""Between two chunks of a long run its thread is asked whether to go on.

BETWEEN.ask = whether      # in this thread; what it raises breaks the run off
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Between(threading.local):
    """`ask` is called between two chunks: it does nothing, unless somebody wants to be asked."""

    ask: Callable[[], object] = int


BETWEEN = Between()
