"""A live PyTorch module as a network: from its definitions, or from a run of an example.

With an example the run says in which order the modules are called, what enters each, and what is
read of it; the network that follows from this is run too, and must give what the module gave.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.models.comparison import every_step
from lstm_viz.models.live import chain
from lstm_viz.models.live.definitions import of_definitions, of_seen
from lstm_viz.models.live.lengths import of_other_lengths
from lstm_viz.models.live.links import turns
from lstm_viz.models.live.seen import Seen, initial_states, is_of
from lstm_viz.network.layers import Layer, LayerRecord
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError

ALONE = "no other numbers than the example's could be run: what it does not show is not compared"
FIRST = "of the several tensors that it gives, the first is compared"


def network_of(
    module: Any, layer: str | None, example: Any, head: str | None, dtype: Any
) -> Network:
    """The network of a module. Raises `InputError` where it would not be the module's own."""
    if not callable(getattr(module, "named_modules", None)):
        raise InputError(
            f"{type(module).__name__} is not a PyTorch module: it has no named_modules()"
        )
    seen = None if example is None else Seen(module, example)
    if seen and seen.calls and layer is None and head is None:
        return _whole(seen, dtype)
    if seen and seen.calls and layer is not None:
        return _chosen(seen, of_seen(module, layer).network(layer, head, dtype), layer)
    network = of_definitions(module, layer, head).network(layer, head, dtype)
    if seen is None:
        return network
    return _chosen(seen, network, layer) if seen.calls else _compiled(seen, network, layer)


def _compiled(seen: Seen, network: Network, layer: str | None) -> Network:
    """Of a scripted or traced module no call is seen: its outputs alone are compared."""
    if layer is not None:
        network.notes += ("no call inside a compiled module is seen: not compared",)
        return network
    given, there = seen.runs[0].given[0], seen.outputs[0]
    worst = min(seen.apart(there, network.run(x).outputs) for x in turns(given, True))
    if worst > seen.tolerance:
        raise InputError(
            f"{seen.title}: its outputs are others than those of its layers in the order in which"
            " they are defined, and no call inside a compiled module is seen: head= says what"
            " follows the recurrent layer"
        )
    network.notes = (f"on the example its outputs are PyTorch's ({seen.difference(worst)})",)
    return network


def _whole(seen: Seen, dtype: Any) -> Network:
    """The chain of all calls from the inputs to the outputs, compared call by call."""
    found = chain.places(seen)
    parts, ends = chain.parts(found)
    network = Network([part.build() for part in parts])
    for place in found:
        seen.refuse_computed(place.calls)
    network.states = initial_states([place.calls for place in found], network)
    worst = 0.0
    for k, run in enumerate(seen.runs):
        record = network.run(chain.inputs(found, k))
        for place, end in zip(found, ends, strict=True):
            layer = network.layers[end - 1]
            here = _steps(layer, record.layers[layer.name])
            seen.refuse_parted(place.name, place.calls[k].y, here)
        worst = max(worst, seen.refuse_parted("the output", run.outputs[0], record.outputs))
    finished = _finished(network, seen, dtype, worst)
    finished.notes += tuple(of_other_lengths(seen, network, chain.inputs(found, 0)))
    return finished


def _finished(network: Network, seen: Seen, dtype: Any, worst: float) -> Network:
    states, network = network.states, Network(network.layers, dtype)
    network.states, network.source = states, seen.title
    network.notes = (
        "order, head and initial states are those of one run of the example; the outputs are"
        f" PyTorch's ({seen.difference(worst)})",
        *[ALONE] * (len(seen.runs) == 1),
        *[FIRST] * (len(seen.runs[0].outputs) > 1),
        *seen.not_shown,
    )
    return network


def _steps(layer: Layer, done: LayerRecord) -> Any:
    return every_step(done) if isinstance(layer, Recurrent) else done.outputs


def _chosen(seen: Seen, network: Network, name: str | None) -> Network:
    """What was asked for, compared on what entered its recurrent module in the run."""
    ways = [k for k, layer in enumerate(network.layers) if isinstance(layer, Recurrent)]
    first, last = network.layers[ways[0]], network.layers[ways[-1]]
    calls = next((c for c in seen.recurrent if is_of(first.name, c[0].name)), None)
    if calls is None:
        raise InputError(f"{seen.title}: {first.name} is not called as the example runs")
    network.states = initial_states(seen.recurrent, network)
    if name == first.name == last.name != calls[0].name:
        network.notes += (f"{name} is one layer of a stack: alone it is not compared",)
        return network
    inner = Network(network.layers[ways[0] :], network.dtype)
    inner.states = network.states
    record = inner.run(calls[0].x)
    worst = seen.refuse_parted(last.name, calls[0].y, _steps(last, record.layers[last.name]))
    network.notes += (_said_of(seen, last.name, worst, record.outputs),)
    return network


def _said_of(seen: Seen, last: str, worst: float, here: Any) -> str:
    differences = [
        seen.apart(y, here) for y in seen.runs[0].outputs if isinstance(here, np.ndarray)
    ]
    whole = min(differences, default=np.inf)
    if whole <= seen.tolerance:
        said = f"on the example its outputs are PyTorch's ({seen.difference(whole)})"
        return "; ".join((said, *seen.not_shown))
    return (
        f"on the example {last} gives what it gives in PyTorch ({seen.difference(worst)}), but the"
        " module's own outputs are others than those of what was chosen"
    )
