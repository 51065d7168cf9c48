"""A run as JSON, CSV, NPZ or text, for other programs; docs/json.md says what each key holds."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from typing import IO, Any

import lstm_viz
from lstm_viz.cell import PREVIOUS, Cell
from lstm_viz.trace import Gradients, Trace
from lstm_viz.weights import write_arrays


def as_data(trace: Trace, gradients: Gradients | None = None, loss: float = 0.0) -> dict[str, Any]:
    """All of a run as plain dictionaries, lists and numbers, in full precision."""
    cell = trace.cell
    found = {
        "version": lstm_viz.__version__,
        "cell": cell.name,
        "equations": [str(equation) for equation in cell.equations],
        "backward": [str(edge) for edge in cell.backward],
        "weights": _lists(trace.weights),
        "inputs": trace.inputs.tolist(),
        "values": _lists({name: trace[name] for name in trace.names}),
    }
    if gradients is None:
        return found
    return found | {
        "loss": loss,
        "gradients": _lists({name: gradients[name] for name in gradients.names}),
        "weight_gradients": _lists(gradients.weights),
        "edges": list(_edges(cell, gradients)),
    }


def _lists(arrays: Any) -> dict[str, list[Any]]:
    return {name: array.tolist() for name, array in arrays.items()}


def _edges(cell: Cell, gradients: Gradients) -> Iterator[dict[str, Any]]:
    """The shares of every gradient; from `c_prev` to `c` goes what the step after sends back."""
    term = {(edge.source, edge.target): str(edge).split(" += ")[1] for edge in cell.backward}
    for name in gradients.names:
        for source, values in gradients.shares(name).items():
            written = term.get((source, name), f"d{source}" if source == name + PREVIOUS else "")
            yield {"from": source, "to": name, "term": written, "values": values.tolist()}


def write_json(file: IO[str], data: dict[str, Any]) -> None:
    """One line of strict JSON; what is not finite, which JSON cannot hold, becomes null."""
    try:
        written = json.dumps(data, allow_nan=False)
    except ValueError:
        written = json.dumps(_finite(data), allow_nan=False)
    file.write(written + "\n")


def _finite(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def write_csv(file: IO[str], trace: Trace, gradients: Gradients | None = None) -> None:
    """One row a step: `step`, then `c` or `c[0]`, `c[1]` …; gradients as `dc`."""
    columns = dict(_columns(trace, ""))
    if gradients is not None:
        columns |= dict(_columns(gradients, "d"))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["step", *columns])
    for t, row in enumerate(zip(*columns.values(), strict=True), 1):
        writer.writerow([t, *map(repr, row)])


def _columns(record: Trace | Gradients, prefix: str) -> Iterator[tuple[str, list[float]]]:
    for name in record.names:
        units = record[name].T.tolist()
        for k, column in enumerate(units):
            yield prefix + name + (f"[{k}]" if len(units) > 1 else ""), column


def write_npz(file: IO[bytes], trace: Trace, gradients: Gradients | None = None) -> None:
    """Arrays by name: quantities and weights (`c`, `W_i`), and their gradients (`dc`, `dW_i`)."""
    arrays = {name: trace[name] for name in trace.names} | dict(trace.weights)
    if gradients is not None:
        arrays |= {"d" + name: gradients[name] for name in gradients.names}
        arrays |= {"d" + name: array for name, array in gradients.weights.items()}
    write_arrays(file, arrays)
