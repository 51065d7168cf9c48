"""How much memory there is, so that too large a run is refused before anything is allocated."""

from __future__ import annotations

import os
from functools import cache

from lstm_viz.validation.errors import InputError


class TooLargeError(InputError):
    """What was asked for needs more memory than there is; nothing was allocated."""


READING = 1 << 29  # bytes that reading may take beyond what lies there
ENDLESS = 10**18
PER_BYTE = 16  # of a byte that lies there: a number of 64 bits, and its copy


def refuse_too_large(needed: float, what: str, way_out: str) -> None:
    """Raise `TooLargeError` where `needed` bytes are over three quarters of the memory."""
    there = physical_memory()
    if needed > 0.75 * there:
        raise TooLargeError(
            f"{what} would take {_gigabytes(needed)} and this machine has {_gigabytes(there)}:"
            f" use {way_out}"
        )


def refuse_unpacked(needed: float, lying: int, what: str) -> None:
    """`refuse_too_large`, and where `lying` bytes of a file cannot honestly need so much."""
    refuse_too_large(needed, what, "a smaller file")
    if needed > READING + PER_BYTE * lying:
        raise TooLargeError(
            f"{what} would take {_gigabytes(needed)}, unpacked from a file of {lying:,} bytes:"
            f" a file this small is unpacked to at most {_gigabytes(READING)}"
        )


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:,.1f} GB" if count < ENDLESS else f"more than {ENDLESS / 1e9:,.0f} GB"


@cache
def physical_memory() -> float:
    """Bytes of memory of this machine; 8 GB where it does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8e9
