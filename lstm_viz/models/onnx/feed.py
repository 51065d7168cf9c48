"""What ONNX Runtime is fed, and its arrays laid out as a network here has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.models.comparison import BATCH, STEPS
from lstm_viz.models.onnx.chain import Chain
from lstm_viz.models.onnx.starts import is_computed, origins
from lstm_viz.models.onnx.value import Axes, Source
from lstm_viz.network.layers import Embedding
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import direction_names

TYPES = {1: "float32", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}
LENGTHS = 4  # the place of sequence_lens among a recurrent node's inputs
Arrays = dict[str, np.ndarray]


def fed(
    proto: Any, chain: Chain, network: Network, root: str, axes: Axes, steps: int = STEPS
) -> Arrays:
    """Random numbers, or words, for what enters the network; zeros where states begin.

    Sizes that the graph leaves open are ours, `steps` for time; an axis of one name has one size.
    """
    rng, sizes = np.random.default_rng(0), dict[str, int]()
    ours = {"T": steps, "B": BATCH, "F": network.features or 1}
    inputs = [value for value in proto.graph.input if value.name not in chain.graph.tensors]
    inputs.sort(key=lambda value: value.name != root)
    zero, lengths = origins(chain.graph, 5, 6), origins(chain.graph, LENGTHS)
    found: Arrays = {}
    for value in inputs:
        letters = axes if value.name == root else ()
        shape = _shape(value, letters, ours, sizes, long=value is inputs[0])
        dtype = TYPES.get(value.type.tensor_type.elem_type, "float32")
        if value.name in lengths:
            found[value.name] = np.full(shape, sizes.get("T", steps), dtype)
        elif value.name in zero or dtype == "bool" or (value.name != root and "int" in dtype):
            found[value.name] = np.zeros(shape, dtype)
        elif "int" in dtype:
            found[value.name] = rng.integers(0, _words(network), shape).astype(dtype)
        else:
            found[value.name] = rng.standard_normal(shape).astype(dtype)
    return found


def _words(network: Network) -> int:
    first = network.layers[0]
    return len(first.weights["E"]) if isinstance(first, Embedding) else 2


def _shape(
    value: Any, letters: Axes, ours: dict[str, int], sizes: dict[str, int], long: bool
) -> tuple[int, ...]:
    """The sizes of an input; those of the first one, by letter and by name, serve the others.

    Where nothing is known of an open axis it is the batch's; the steps', after the first axis of a
    `long` input.
    """
    shape = []
    for place, dim in enumerate(value.type.tensor_type.shape.dim):
        letter = letters[place] if place < len(letters) else ""
        usual = ours["T"] if long and place else sizes.get("B", BATCH)
        open_ = sizes.get(dim.dim_param, ours.get(letter, usual))
        size = int(dim.dim_value) if dim.dim_value > 0 else open_
        for key in filter(None, (letter, dim.dim_param)):
            sizes[key] = size
        shape.append(size)
    return tuple(shape)


def laid_out(array: np.ndarray, axes: Axes, like: Any = None) -> np.ndarray:
    """Time first, then the batch, then all else side by side.

    `like` is an array (T, …) or (T, B, …): it says whether there is a batch, and tells time and
    batch apart where they share an axis.
    """
    axes = axes if array.ndim == len(axes) else ()
    for merged, pair in (("BT", ("B", "T")), ("TB", ("T", "B"))):
        if merged in axes:
            place, sizes = axes.index(merged), dict(zip("TB", (*np.shape(like), 1), strict=False))
            axes = (*axes[:place], *pair, *axes[place + 1 :])
            new = [sizes[letter] for letter in pair]
            array = array.reshape(*array.shape[:place], *new, *array.shape[place + 1 :])
    order = sorted(range(len(axes)), key=lambda k: "TBDSHF1".find(axes[k]))
    array = array.transpose(order) if axes else array
    lead = [array.shape[k] for k in range(sum(letter in axes for letter in "TB"))]
    words = bool(axes) and not set(axes) - {"T", "B"}
    array = array if words or not axes else array.reshape(*lead, -1)
    batch = int("T" in axes)
    single = like is not None and "B" in axes and array.ndim > np.ndim(like)
    return array.squeeze(batch) if single and array.shape[batch] == 1 else array


def started(chain: Chain, source: Source, there: Arrays) -> dict[str, Arrays]:
    """The initial states that the graph computed for a node, by direction."""
    node, found = source.node.node, dict[str, Arrays]()
    for place, state in ((5, "h"), (6, "c")):
        name = node.input[place] if len(node.input) > place else ""
        if name in there and is_computed(chain.graph, name):
            held = there[name].swapaxes(0, 1) if source.node.get("layout", 0) else there[name]
            keys = direction_names(source.node.name, source.node.directions)
            for key, rows in zip(keys, held, strict=True):
                if rows.any():
                    found.setdefault(key, {})[state] = rows if len(rows) > 1 else rows[0]
    return found
