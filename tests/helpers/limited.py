"""The program in a process that has little memory and little time."""

from __future__ import annotations

import resource
import subprocess
from typing import Any

from program import start

MEMORY = 1 << 29
SECONDS = 8  # of computing: no false alarm on a slow machine, and what does not end is still ended


def limited(*arguments: str, given: bytes = b"", **options: Any) -> tuple[int, list[str]]:
    """Exit code and lines on standard error; killed by the system where it takes too much."""
    with start(*arguments, preexec_fn=_limit, stdin=subprocess.PIPE, **options) as process:
        _, said = process.communicate(given, timeout=600)
    return process.returncode, said.decode().splitlines()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
