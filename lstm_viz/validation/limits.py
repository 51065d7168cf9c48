"""How much memory there is, so that too large a run is refused before anything is allocated."""

from __future__ import annotations

import os
from functools import cache

from lstm_viz.validation.errors import InputError


class TooLargeError(InputError):
    """What was asked for needs more memory than there is; nothing was allocated."""


def refuse_too_large(needed: float, what: str, way_out: str) -> None:
    """Raise `TooLargeError` where `needed` bytes are over three quarters of the memory."""
    there = physical_memory()
    if needed > 0.75 * there:
        raise TooLargeError(
            f"{what} would take {needed / 1e9:,.1f} GB and this machine has {there / 1e9:,.1f} GB:"
            f" ask for {way_out}"
        )


@cache
def physical_memory() -> float:
    """Bytes of memory of this machine; 8 GB where it does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8e9
