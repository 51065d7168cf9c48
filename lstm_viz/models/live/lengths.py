"""Whether a module gives what its network gives for shorter and longer sequences, too.

A forward() that reads step 8, divides by 9 or cuts its input at 10 steps shows so only there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.models.live.calls import Array
from lstm_viz.models.live.seen import Seen
from lstm_viz.network.network import Network


def of_other_lengths(seen: Seen, network: Network, x: Array) -> Iterator[str]:
    """What is to be said of sequences of another length; x is the example with time first."""
    if hasattr(seen.module, "_orig_mod"):  # it would be compiled anew for each length
        return
    steps = len(x)
    for other in (x[: max(1, steps - 1)], x[: (steps + 1) // 2], np.concatenate([x, x[::-1]])):
        if len(other) != steps and _parted(seen, network, x, other):
            yield (
                f"this holds for {steps} steps, as of the example: with {len(other)} the module's"
                " outputs are others than those here"
            )
            return


def _parted(seen: Seen, network: Network, x: Array, other: Array) -> bool:
    """Whether they part on another array; no, where either does not take it."""
    given = seen.runs[0].given[0]
    try:
        if given.shape == x.shape and np.array_equal(given, x):
            there = seen.again(other)
        elif given.ndim > 1 and np.array_equal(given.swapaxes(0, 1), x):
            there = seen.again(other.swapaxes(0, 1))
        else:
            return False
        here = network.run(other).outputs
    except Exception:  # whatever a module raises for a length that it does not take
        return False
    return seen.apart(there.outputs[0], here) > seen.tolerance
