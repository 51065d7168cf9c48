"""What the runs of a module showed, and its recurrent layers' initial states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lstm_viz.models.live.calls import PACKING, Call
from lstm_viz.models.live.links import apart, turns
from lstm_viz.models.live.modules import is_quantised
from lstm_viz.models.live.runs import runs
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError

Array = np.ndarray
WAYS_OUT = "layer= takes a recurrent layer alone, head= says what follows it"


class Seen:
    """A module, its runs, and its calls in their order, a run each; all within `tolerance`."""

    def __init__(self, module: Any, example: Any) -> None:
        self.module, self.title = module, type(module).__name__
        self.runs, self.tolerance, self.again = runs(module, example)
        self.calls = [list(each) for each in zip(*(run.calls for run in self.runs), strict=True)]
        if self.calls and not self.recurrent:
            raise InputError(f"{self.title}: no recurrent layer is called as it runs")
        self.batched = not self.calls or self.recurrent[0][0].x.ndim == 3
        self.quantised = any(map(is_quantised, module.modules()))
        if self.quantised:
            self.tolerance = 0.05

    @property
    def recurrent(self) -> list[list[Call]]:
        """The calls of recurrent modules."""
        return [calls for calls in self.calls if calls[0].recurrent]

    @property
    def outputs(self) -> list[Array]:
        """The first of what the module gives, a run each."""
        if not self.runs[0].outputs:
            raise InputError(f"{self.title} does not return a tensor: {WAYS_OUT}")
        return [run.outputs[0] for run in self.runs]

    @property
    def not_shown(self) -> Iterator[str]:
        """What forward() may do with other numbers than the example's."""
        compares = [name for name in self.runs[0].decides if name != PACKING]
        if PACKING in self.runs[0].decides:
            yield (
                "forward() packs sequences, which are all equally long in the example: mask= says"
                " which steps of others count"
            )
        if compares:
            yield (
                f"forward() compares numbers ({', '.join(compares)}): where that goes otherwise"
                " than on the example, as it may at padded steps (mask=), its outputs are others"
            )
        begun = [array for calls in self.recurrent for array in _begun(calls[0])]
        _, *more = self.runs[0].given
        unread = [a for a in more if not any(np.array_equal(a.ravel(), b) for b in begun)]
        if unread and PACKING not in self.runs[0].decides:
            yield f"it takes {1 + len(more)} inputs: all but the first are as in the example"

    def difference(self, worst: float) -> str:
        """A difference in words."""
        if not worst:
            return "to the bit"
        said = f"the largest difference is {worst:.0e} of the largest number"
        rounds = ": it also rounds what enters each product to 8 bits" * self.quantised
        return said + rounds

    def apart(self, there: Array, here: Array) -> float:
        """The largest difference, as a share, whichever way time and batch lie."""
        return min(apart(there, turned) for turned in turns(here, self.batched))

    def refuse_parted(self, name: str, there: Array, here: Array) -> float:
        """The difference; `InputError` where it is more than the tolerance."""
        difference = self.apart(there, here)
        if difference > self.tolerance:
            raise InputError(
                f"{self.title}: it differs from PyTorch at {name}: the difference is"
                f" {difference:.1e} of the largest number: {WAYS_OUT}"
            )
        return difference

    def refuse_computed(self, calls: list[Call]) -> None:
        """Initial states are constants of the module; `InputError` where they are computed."""
        first = calls[0]
        begun = [{key: a for key, a in call.before.items() if a.any()} for call in calls]
        alike = all(own.keys() == begun[0].keys() for own in begun) and all(
            np.array_equal(begun[0][key], own[key]) for own in begun for key in own
        )
        if not alike:
            source = next((c[0].name for c in self.recurrent if _starts_from(first, c[0])), None)
            why = f"are those with which {source} ends" if source else "differ from run to run"
            raise InputError(
                f"{first.name}: its initial states {why}: that is not a chain of layers;"
                f" layer={first.name!r} takes it alone, with the states of the example"
            )


def _begun(call: Call) -> Iterator[Array]:
    """The initial h of all its layers, and c, as numbers in a row."""
    for letter in "hc":
        if own := [array for key, array in call.before.items() if key[2] == letter]:
            yield np.stack(own).ravel()


def initial_states(found: list[list[Call]], network: Network) -> dict[str, dict[str, Array]]:
    """By direction, where they are not 0: what the modules began with in the first run."""
    states: dict[str, dict[str, Array]] = {}
    for calls in found:
        for (number, way, letter), array in calls[0].before.items():
            key = _direction(network, calls[0].name, number, way)
            if key and array.any():
                states.setdefault(key, {})[letter] = _one_for_all(array)
    return states


def _direction(network: Network, name: str, number: int, way: int) -> str:
    """The name of a direction in the network, from the module's name and the layer's number."""
    for layer in network.layers:
        if isinstance(layer, Recurrent) and is_of(layer.name, name):
            _, dot, own = layer.name.rpartition(".l")
            if not (dot and own.isdecimal()) or int(own) == number:
                return layer.keys[way]
    return ""


def is_of(layer: str, module: str) -> bool:
    """Whether a recurrent layer of a network is one of this module's."""
    return not module or layer == module or layer.startswith(f"{module}.l")


def _one_for_all(array: Array) -> Array:
    """One state where it is the same for all sequences of a batch."""
    alike = array.ndim == 2 and bool((array == array[:1]).all())
    return array[0] if alike else array


def _starts_from(later: Call, earlier: Call) -> bool:
    ends = list(earlier.after.values())
    return earlier is not later and any(
        array.any() and any(np.array_equal(array, end) for end in ends)
        for array in later.before.values()
    )
