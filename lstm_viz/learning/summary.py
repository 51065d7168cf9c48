"""The table of a network's layers: type, output shape, parameters, as Keras prints it."""

from __future__ import annotations

from lstm_viz.network.heads import Flatten, Maximum, Mean, Step
from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Last, Layer
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Recurrent


def rows(network: Network, steps: int | None = None) -> list[tuple[str, str, int]]:
    """(layer and its type, output shape, parameters) of each layer; `steps` None is any number."""
    found, length, features = [], True, _inputs(network)
    for layer in network.layers:
        length, features = _shape(layer, length, features, steps)
        middle = [str(steps)] if length else []
        shape = f"({', '.join(['None', *middle, str(features or None)])})"
        count = sum(array.size for array in layer.weights.values())
        found.append((f"{layer.name} ({_kind(layer)})", shape, count))
    return found


def _inputs(network: Network) -> int:
    """How many features go in, as far as a dense layer that comes first tells; else 0."""
    first = next((layer for layer in network.layers if layer.weights), None)
    return first.weights["W"].shape[1] if isinstance(first, Dense) else 0


def _kind(layer: Layer) -> str:
    if isinstance(layer, Recurrent):
        name = layer.directions[0].cell.name
        known = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}.get(name, name)
        return f"Bidirectional {known}" if len(layer.directions) > 1 else known
    if isinstance(layer, Activation):
        return layer.activation
    if isinstance(layer, Dense) and layer.activation != "linear":
        return f"Dense, {layer.activation}"
    return type(layer).__name__


def _shape(layer: Layer, length: bool, features: int, steps: int | None) -> tuple[bool, int]:
    """Whether there is a time axis behind the layer, and how many features; 0 is not known."""
    match layer:
        case Recurrent():
            each = layer.directions[0]
            inputs = features or each.cell.inputs_of(each.weights) or 1
            rows = each.cell.sizes(each.weights, inputs)[each.cell.letters(each.cell.output)]
            both = 2 if len(layer.directions) > 1 and layer.merge == "concat" else 1
            if layer.states:
                return False, rows * len(layer.states)
            return length and layer.sequences, rows * both
        case Dense():
            return length, len(layer.weights["W"])
        case Embedding():
            return length, layer.weights["E"].shape[1]
        case Last() | Mean() | Maximum() | Step():
            return False, features
        case Flatten():
            return False, features * (steps or 0)
        case Activation() | Dropout():
            return length, features
    return length, features


def summary(network: Network, steps: int | None = None, twice: int = 0) -> str:
    """The table, and the sum; `twice` is how many biases are trained as two."""
    table = rows(network, steps)
    heads = ("Layer (type)", "Output Shape", "Param #")
    first = max(len(heads[0]), *(len(row[0]) for row in table)) + 3
    second = max(len(heads[1]), *(len(row[1]) for row in table)) + 3
    width = first + second + 10
    lines = [f"{heads[0]:<{first}}{heads[1]:<{second}}{heads[2]:>10}", "=" * width]
    lines += [f"{name:<{first}}{shape:<{second}}{count:>10,}" for name, shape, count in table]
    total = sum(count for _, _, count in table)
    size = total * network.dtype.itemsize / 1024
    lines += ["=" * width, f"Total params: {total:,} ({size:.2f} KB)"]
    if twice:
        lines.append(f"(2 biases per gate are trained: {twice:,} more)")
    if any("GRU" in name for name, _, _ in table):
        lines.append("(Keras' GRU has 2 biases per gate, one of them redundant: 2 × units more)")
    return "\n".join(lines)


def in_pytorch(network: Network, twice: int) -> str:
    """`LSTM(5, 2): 72 weights, Linear(2, 1): 3`; empty for what PyTorch has no module for.

    `twice` is how many biases are trained as two.
    """
    said = []
    for layer in network.layers:
        size = sum(array.size for array in layer.weights.values())
        match layer:
            case Recurrent():
                cell, weights = layer.directions[0].cell, layer.directions[0].weights
                if cell.name != "lstm" or len(layer.directions) > 1:
                    return ""
                rows, columns = weights["W_i"].shape
                said.append(f"LSTM({columns}, {rows}): {size + twice}")
                twice = 0
            case Dense():
                rows, columns = layer.weights["W"].shape
                relu = ", ReLU" * (layer.activation == "relu")
                said.append(f"Linear({columns}, {rows}){relu}: {size:,}")
            case Activation(activation="relu"):
                said.append("ReLU")
            case _:
                return ""
    return "; ".join(said)
